//! The rules for names of application privileges, case by case.

use super::*;

#[test]
fn applications() {
    for name in ["abc", "myApp2", "kibana-.kibana", "abc_", "abc-X.Y;z_-", "abc-\u{e9}"] {
        assert_eq!(application_error(name), None, "{name}");
        assert_eq!(application_or_wildcard_error(name), None, "{name}");
    }
    let prefix = "An application name prefix must match the pattern ^[a-z][A-Za-z0-9]*$";
    let short = "An application name prefix must be at least 3 characters long";
    let suffix = r#"An application name suffix may not contain any of the characters '\/*?"<>| ,'"#;
    let space = "Application names may not contain whitespace";
    for (name, why, found) in [
        ("ab", short, "ab"),
        ("ab-cdef", short, "ab"),
        ("Abc", prefix, "Abc"),
        ("1bc", prefix, "1bc"),
        ("ab.c", prefix, "ab.c"),
        ("ab\u{e9}", prefix, "ab\u{e9}"),
        ("-abc", prefix, ""),
        ("ab c", space, "ab c"),
        ("abc-\t", space, "abc-\t"),
        ("abc\u{a0}", space, "abc\u{a0}"),
        ("abc-a,b", suffix, "a,b"),
        ("abc-a_/", suffix, "a_/"),
        ("abc-?", suffix, "?"),
        ("abc-\\", suffix, "\\"),
        ("abc-<", suffix, "<"),
        ("abc->", suffix, ">"),
        ("abc-|", suffix, "|"),
        ("abc-\"", suffix, "\""),
    ] {
        let expected = Some(format!("{why} (found '{found}')"));
        assert_eq!(application_error(name), expected, "{name}");
        assert_eq!(application_or_wildcard_error(name), expected, "{name}");
    }
    let blank = Some("Application names cannot be blank".to_owned());
    for name in ["", " ", "\t "] {
        assert_eq!(application_error(name), blank, "{name:?}");
        assert_eq!(application_or_wildcard_error(name), blank, "{name:?}");
    }
}

#[test]
fn applications_with_wildcards() {
    for name in ["*", "a*", "abc*", "kibana-*", "kibana-.k*"] {
        assert_eq!(application_or_wildcard_error(name), None, "{name}");
        let refused = format!("Application names may not contain '*' (found '{name}')");
        assert_eq!(application_error(name), Some(refused), "{name}");
    }
    let trailing = "Application name patterns only support trailing wildcards";
    let prefix = "An application name prefix must match the pattern ^[a-z][A-Za-z0-9]*$";
    let suffix = r#"An application name suffix may not contain any of the characters '\/*?"<>| ,'"#;
    for (name, why, found) in [
        ("*a", trailing, "*a"),
        ("**", trailing, "**"),
        ("a*b*", trailing, "a*b*"),
        ("A*", prefix, "A"),
        ("a.*", prefix, "a."),
        ("abc-?*", suffix, "?"),
        ("a c*", "Application names may not contain whitespace", "a c*"),
    ] {
        let expected = Some(format!("{why} (found '{found}')"));
        assert_eq!(application_or_wildcard_error(name), expected, "{name}");
    }
}

#[test]
fn privileges_and_actions() {
    for name in ["a", "read", "feature_x.all", "a-B.9_"] {
        assert!(is_privilege_name(name), "{name}");
        assert_eq!(privilege_error(name), None, "{name}");
        assert_eq!(privilege_or_action_error(name), None, "{name}");
        let action = format!("action [{name}] must contain one of [ '/' , '*' , ':' ]");
        assert_eq!(action_error(name), Some(action), "{name}");
    }
    for action in ["*", "data:read", "a/b", "!~/\\\"", "a*"] {
        assert!(!is_privilege_name(action), "{action}");
        let refused = format!(
            "Application privilege names must match the pattern ^[a-z][a-zA-Z0-9_.-]*$ (found \
             '{action}')"
        );
        assert_eq!(privilege_error(action), Some(refused), "{action}");
        assert_eq!(privilege_or_action_error(action), None, "{action}");
        assert_eq!(action_error(action), None, "{action}");
    }
    for text in ["a:b c", "a:\u{e9}", "a:\n", "a:\u{7f}"] {
        let refused = format!(
            "Application privilege names and actions must match the pattern ^\\p{{Graph}}*$ (found \
             '{text}')"
        );
        assert!(!is_privilege_name(text));
        assert_eq!(privilege_or_action_error(text), Some(refused.clone()), "{text}");
        assert_eq!(action_error(text), Some(refused), "{text}");
    }
    assert!(!is_privilege_name(""));
    assert!(!is_privilege_name("Read"));
    assert!(!is_privilege_name("9a"));
}
