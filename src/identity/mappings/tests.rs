//! Rules and mappings, against Elasticsearch's role mapping API.

mod stored;

use super::dn::Dn;
use super::*;

fn person(metadata: &str) -> Principal {
    Principal {
        username: "Joe".to_owned(),
        roles: vec!["own".to_owned()],
        full_name: None,
        email: None,
        metadata: metadata.to_owned(),
        groups: vec![
            "cn=Admins, ou=Groups,dc=example".to_owned(),
            "Staff".to_owned(),
            "/teams/blue".to_owned(),
        ],
        dn: Some("CN=Joe\\, Jr,OU=People,DC=example".to_owned()),
    }
}

fn parse(rules: &str) -> Result<Rule> {
    Rule::parse(check_members(rules.as_bytes()).map(|(text, _)| Raw::trusted(text)).unwrap())
}

fn holds(rules: &str, person: &Principal) -> bool {
    parse(rules).unwrap().matches(&Facts::new(person, "ldap1"))
}

/// Asserts that a field of `person` has each value of `yes` and none of `no`.
fn check(person: &Principal, field: &str, yes: &[&str], no: &[&str]) {
    let has = |value: &&&str| holds(&format!(r#"{{"field":{{"{field}":{value}}}}}"#), person);
    assert_eq!(no.iter().filter(has).collect::<Vec<_>>(), [&""; 0], "{field}");
    assert_eq!(yes.iter().filter(has).collect::<Vec<_>>().len(), yes.len(), "{field} {yes:?}");
}

#[test]
fn usernames_and_realms_are_compared_as_they_are() {
    let joe = person("{}");
    check(
        &joe,
        "username",
        &[
            r#""Joe""#,
            r#"["x","Joe"]"#,
            r#""J*""#,
            r#""*""#,
            r#""/J(oe|im)/""#,
            r#"["x*","/.*e/"]"#,
        ],
        &[r#""joe""#, "null", "1", "true", "[]", r#""j*""#, r#""Jo?""#, r#""/Jo/""#, r#""/Joe""#],
    );
    check(
        &joe,
        "realm.name",
        &[r#""ldap1""#, r#""ldap*""#],
        &[r#""LDAP1""#, r#""native""#, "null"],
    );
}

#[test]
fn names_in_a_directory_are_compared_as_such() {
    let joe = person("{}");
    check(
        &joe,
        "dn",
        &[
            r#""cn=joe\\, jr,ou=people,dc=example""#,
            r#""cn = JOE\\2c  Jr ; ou=people , dc=example""#,
            r#""CN=\"Joe, Jr\",OU=People,DC=example""#,
            r#""*,ou=people,dc=example""#,
            r#""*, OU = People, dc=example""#,
            r#""*,dc=example""#,
            r#""cn=*,dc=example""#,
            r#""CN=*""#,
            r#""/cn=joe.*/""#,
            r#""*people*""#,
        ],
        &[
            r#""cn=joe,ou=people,dc=example""#,
            r#""ou=people,dc=example""#,
            r#""*,cn=joe\\, jr,ou=people,dc=example""#,
            r#""*,ou=robots,dc=example""#,
            r#""*,e""#,
            r#""Joe""#,
            "null",
        ],
    );
    check(
        &joe,
        "groups",
        &[
            r#""CN=admins,OU=groups,DC=example""#,
            r#""staff""#,
            r#""ST*""#,
            r#""/teams/blue""#,
            r#""*/BLUE""#,
            r#""/[a-z]+/""#,
            r#"["x","y","Staff"]"#,
        ],
        &[r#""admins""#, r#""/teams""#, r#""/teams/""#, "[]", "null", r#""cn=staff""#],
    );
    let nobody = Principal { dn: None, groups: Vec::new(), ..person("{}") };
    check(&nobody, "dn", &["null", r#"["x",null]"#], &[r#""*""#, r#""""#]);
    check(&nobody, "groups", &[], &["null", r#""*""#]);
}

#[test]
fn metadata_is_compared_by_type() {
    let joe = person(
        r#"{"team":"Blue","level":3,"big":9007199254740993,"pi":3.50,"on":true,"none":null,
            "list":["a",1,[false],null],"a.b":"dotted","a":{"b":"nested","c":{"d":[{"e":1},"x"]}},
            "empty":[],"":"unnamed","caf\u00e9":"\u00e9"}"#,
    );
    for (field, yes, no) in [
        ("team", &[r#""Blue""#, r#""B*""#][..], &[r#""blue""#, "null", "3"][..]),
        ("level", &["3", "3.0", "3e0", "[1,3]"], &[r#""3""#, "4", "true", r#""*""#, "null"]),
        ("big", &["9007199254740993"], &["9007199254740992"]),
        ("pi", &["3.5", "35e-1"], &["3"]),
        ("on", &["true"], &["false", r#""true""#, "1"]),
        ("none", &["null"], &[r#""*""#, r#""null""#]),
        ("list", &[r#""a""#, "1", "false", "null"], &[r#""b""#, "true", "2"]),
        ("a.b", &[r#""dotted""#, r#""nested""#], &["null"]),
        ("a", &[], &["null", r#""*""#]),
        ("a.c.d", &[r#""x""#], &["1", "null"]),
        ("a.c.d.e", &["null"], &["1"]),
        ("empty", &[], &["null", r#""*""#]),
        ("", &[r#""unnamed""#], &["null"]),
        ("caf\u{e9}", &["\"\u{e9}\""], &["\"e\""]),
        ("team.x", &["null"], &[r#""Blue""#]),
        ("nope", &["null", r#"["x",null]"#], &[r#""*""#]),
    ] {
        check(&joe, &format!("metadata.{field}"), yes, no);
    }
    for field in ["metadata", "name", "realm", "Username", "roles"] {
        check(&joe, field, &["null"], &[r#""*""#, r#""own""#]);
    }
}

#[test]
fn rules_are_combined() {
    let (yes, no) = (r#"{"field":{"username":"Joe"}}"#, r#"{"field":{"username":"x"}}"#);
    for (rules, expected) in [
        (r#"{"any":[]}"#.to_owned(), false),
        (r#"{"all":[]}"#.to_owned(), true),
        (format!(r#"{{"any":[{no},{yes}]}}"#), true),
        (format!(r#"{{"any":[{no},{no}]}}"#), false),
        (format!(r#"{{"all":[{yes},{yes}]}}"#), true),
        (format!(r#"{{"all":[{yes},{no}]}}"#), false),
        (format!(r#"{{"all":[{yes},{{"except":{no}}}]}}"#), true),
        (format!(r#"{{"all":[{{"except":{yes}}}]}}"#), false),
        (format!(r#"{{"all":[{{"except":{{"all":[{{"except":{yes}}}]}}}}]}}"#), true),
        (format!(r#"{{"any":[{{"all":[{{"except":{{"any":[{no}]}}}}]}}]}}"#), true),
    ] {
        assert_eq!(holds(&rules, &person("{}")), expected, "{rules}");
    }
}

#[test]
fn malformed_rules_are_refused_in_elasticsearchs_words() {
    for (rules, why) in [
        ("[]", "expected [rules] to be an object but found [START_ARRAY] instead"),
        ("null", "expected [rules] to be an object but found [VALUE_NULL] instead"),
        ("{}", "object [rules] does not contain any fields"),
        (r#"{"all":[],"any":[]}"#, "object [rules] contains multiple fields"),
        (r#"{"not":{}}"#, "field [not] is not recognised in object [rules]"),
        (r#"{"any":[{"x":1}]}"#, "field [x] is not recognised in object [any]"),
        (r#"{"except":{"all":[]}}"#, "field [except] is not allowed within [rules]"),
        (r#"{"any":[{"except":{}}]}"#, "field [except] is not allowed within [any]"),
        (r#"{"all":[{"except":{"except":{}}}]}"#, "field [except] is not allowed within [except]"),
        (r#"{"all":[{"except":[]}]}"#, "expected an object but found [START_ARRAY] instead"),
        (r#"{"all":[{"except":{}}]}"#, "object [except] does not contain any fields"),
        (r#"{"any":{}}"#, "field [any] requires an array"),
        (r#"{"all":"x"}"#, "field [all] requires an array"),
        (r#"{"all":[1]}"#, "expected [all] to be an object but found [VALUE_NUMBER] instead"),
        (r#"{"field":"x"}"#, "expected an object but found [VALUE_STRING] instead"),
        (r#"{"field":{}}"#, "object [field] does not contain any fields"),
        (r#"{"field":{"a":1,"b":2}}"#, "object [field] contains multiple fields"),
        (r#"{"field":{"a":{}}}"#, "expected a field value but found [START_OBJECT] instead"),
        (r#"{"field":{"a":[[]]}}"#, "expected a field value but found [START_ARRAY] instead"),
    ] {
        let error = parse(rules).err().unwrap();
        assert_eq!(error.reason(), format!("failed to parse rules expression. {why}"), "{rules}");
        assert!(error.to_json().contains(r#""type":"parse_exception""#));
    }
    let error = parse(r#"{"field":{"dn":"/(/"}}"#).err().unwrap();
    assert_eq!(error.reason(), "invalid pattern [/(/]: expected a character at position 1");
}

#[test]
fn the_patterns_of_a_mapping_are_bounded_together() {
    let rules =
        |count| format!(r#"{{"field":{{"dn":[{}"*"]}}}}"#, r#""/.*a.{11}/","#.repeat(count));
    assert!(parse(&rules(5)).is_ok());
    assert!(parse(&rules(500)).err().unwrap().reason().contains("too complex"));
}

#[test]
fn distinguished_names() {
    for (one, other) in [
        ("cn=a", "CN = A "),
        ("cn=a,dc=b", "cn=a ;  dc=b"),
        ("cn=a  b", "cn= a b"),
        (r"cn=a\,b", r#"cn="a,b""#),
        (r"cn=a\2Cb", r"cn=a\,b"),
        (r"cn=\c3\a9", "cn=\u{c9}"),
        ("cn=a+sn=b", "SN=b + CN=a"),
        ("cn=", "cn= "),
        (r"cn=a\ ", "cn=a"),
        ("2.5.4.3=a", "2.5.4.3=A"),
        ("cn=a=b", r"cn=a\=b"),
    ] {
        assert_eq!(Dn::parse(one).unwrap(), Dn::parse(other).unwrap());
    }
    for (one, other) in [
        ("cn=a,dc=b", "dc=b,cn=a"),
        ("cn=a", "cn=a,dc=b"),
        ("cn=a", "sn=a"),
        (r"cn=a\,dc\=b", "cn=a,dc=b"),
        ("cn=ab", "cn=a b"),
        ("cn=a+sn=b", "cn=a,sn=b"),
    ] {
        assert_ne!(Dn::parse(one).unwrap(), Dn::parse(other).unwrap());
    }
    for text in [
        "",
        " ",
        "a",
        "=a",
        "cn",
        "cn=a,",
        "cn=a,,dc=b",
        r"cn=\",
        r"cn=\4",
        r"cn=\zz\c3",
        "c n=a",
        "cn=\"a",
        "cn=\"a\"b",
        "cn=a,b",
        "+cn=a",
        r"cn=\ff",
    ] {
        assert_eq!(Dn::parse(text), None, "{text:?}");
    }
    let below = |one, other| Dn::parse(one).unwrap().is_below(&Dn::parse(other).unwrap());
    assert!(below("cn=a, dc=B", "DC=b") && below("cn=a,ou=c,dc=b", "dc=b"));
    assert!(!below("dc=b", "dc=b") && !below("dc=b", "cn=a,dc=b") && !below("cn=a,dc=b", "cn=a"));
}

fn templates(text: &str) -> Result<Vec<String>> {
    let text = check_members(text.as_bytes()).unwrap().0;
    roles_of_templates(Raw::trusted(text))
}

#[test]
fn static_templates_name_roles() {
    for (text, expected) in [
        ("[]", &[][..]),
        (r#"[{"template":{"source":"a"}}]"#, &["a"]),
        (
            r#"[{"template":"a b"},{"format":"string","template":{"source":"[\"c\"]"}}]"#,
            &["a b", r#"["c"]"#],
        ),
        (r#"[{"template":{"source":" [\"a\", \"b\"]"},"format":"json"}]"#, &["a", "b"]),
        (r#"[{"template":{"source":"\"a\""},"format":"json"}]"#, &["a"]),
        (r#"[{"template":"{\"source\":\"a\"}","format":"string"}]"#, &["a"]),
    ] {
        assert_eq!(templates(text).unwrap(), expected, "{text}");
    }
    for (text, why) in [
        (r#"{}"#, "[role_templates] doesn't support values of type: START_OBJECT"),
        (r#"["a"]"#, "[role_templates] doesn't support values of type: VALUE_STRING"),
        ("[{}]", "Required [template]"),
        (r#"[{"template":1}]"#, "[template] doesn't support values of type: VALUE_NUMBER"),
        (
            r#"[{"template":{"source":{}}}]"#,
            "[source] doesn't support values of type: START_OBJECT",
        ),
        (r#"[{"template":{"id":"x"}}]"#, "[template] is an object with one field, [source]"),
        (r#"[{"template":"a","x":1}]"#, r#"unknown field "x""#),
        (
            r#"[{"template":"a","format":"xml"}]"#,
            "Invalid format [xml] expected one of [json,string]",
        ),
        (
            r#"[{"template":"a","format":null}]"#,
            "[format] doesn't support values of type: VALUE_NULL",
        ),
        (
            r#"[{"template":"{{username}}"}]"#,
            "[{{username}}] has mustache tags, and only static templates are supported",
        ),
        (
            r#"[{"template":{"source":"a_\u007b{x}}"}}]"#,
            "[a_{{x}}] has mustache tags, and only static templates are supported",
        ),
        (
            r#"[{"template":"[1]","format":"json"}]"#,
            "[a role] doesn't support values of type: VALUE_NUMBER",
        ),
        (
            r#"[{"template":"{\"a\":1}","format":"json"}]"#,
            "[template] is an object with one field, [source]",
        ),
        (
            r#"[{"template":"a","format":"json"}]"#,
            "[a] is not JSON: [1:1] unexpected character 'a', expected a value",
        ),
    ] {
        let error = templates(text).unwrap_err();
        assert_eq!(error.reason(), format!("failed to parse role templates. {why}"), "{text}");
        assert_eq!(error.status(), 400);
    }
}
