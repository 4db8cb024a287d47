//! Path filters, against the specification and a plain model.

use proptest::prelude::*;

use super::*;
use crate::fuzzing;
use crate::json::check;
use crate::json::tests::object_texts;

/// What the filter leaves of a whole `data` object.
fn filtered<'a>(lists: impl IntoIterator<Item = &'a str>, data: &str) -> String {
    let filter = Filter::parse(lists).unwrap();
    let mut out = String::new();
    for (key, value) in Raw::trusted(check(data.as_bytes()).unwrap()).members() {
        let before = out.len();
        let mut part = String::new();
        if filter.select(&key.string().unwrap(), value, &mut part) {
            out.push_str(if before == 0 { "" } else { "," });
            out.push_str(&format!("{}:{part}", key.text()));
        }
        assert!(!part.is_empty() || out.len() == before);
    }
    format!("{{{out}}}")
}

const DATA: &str = concat!(
    r#"{"app1":{"key1":"value1","key2":2},"app2":{"name":"x"},"#,
    r#""kibana":{"avatar":{"c":1},"theme":"dark"}}"#
);

#[test]
fn the_worked_examples() {
    for (paths, expected) in [
        ("*", DATA),
        ("app1", r#"{"app1":{"key1":"value1","key2":2}}"#),
        ("app1.key1", r#"{"app1":{"key1":"value1"}}"#),
        ("app*", r#"{"app1":{"key1":"value1","key2":2},"app2":{"name":"x"}}"#),
        ("kibana.avatar,app2.*", r#"{"app2":{"name":"x"},"kibana":{"avatar":{"c":1}}}"#),
        ("nope", "{}"),
        ("app1,app1.key1", r#"{"app1":{"key1":"value1","key2":2}}"#),
        ("app1.nokey", "{}"),
        ("app1.key1.deeper", "{}"),
    ] {
        assert_eq!(filtered([paths], DATA), expected, "{paths}");
    }
}

#[test]
fn lists_are_split_trimmed_and_cleaned() {
    assert!(Filter::parse([]).unwrap().is_empty());
    assert!(Filter::parse(["", " , ,\t"]).unwrap().is_empty());
    assert_eq!(filtered([""], DATA), "{}");
    let filter = Filter::parse([" app2 ,app2,", "app2"]).unwrap();
    assert!(!filter.is_empty());
    assert_eq!(filter.starts, [0], "the same path once");
    assert_eq!(
        filtered([" app2 ,,", "app1.key2"], DATA),
        r#"{"app1":{"key2":2},"app2":{"name":"x"}}"#
    );
}

#[test]
fn asterisks_match_within_one_name() {
    let data = r#"{"abc":{"abd":1,"x":{"abe":2}},"b":3,"a*c":4,"":5}"#;
    for (paths, expected) in [
        ("a*", r#"{"abc":{"abd":1,"x":{"abe":2}},"a*c":4}"#),
        ("*c", r#"{"abc":{"abd":1,"x":{"abe":2}},"a*c":4}"#),
        ("*b*", r#"{"abc":{"abd":1,"x":{"abe":2}},"b":3}"#),
        ("a*b*c", r#"{"abc":{"abd":1,"x":{"abe":2}}}"#),
        ("*.ab*", r#"{"abc":{"abd":1}}"#),
        ("*.*.*", r#"{"abc":{"x":{"abe":2}}}"#),
        ("a*bc*c", "{}"),
        ("abc*c", "{}"),
        ("***", data),
        ("A*", "{}"),
        ("*b*b*", "{}"),
    ] {
        assert_eq!(filtered([paths], data), expected, "{paths}");
    }
}

#[test]
fn two_asterisks_match_any_number_of_levels() {
    let data = r#"{"n":1,"a":{"n":2,"b":{"n":3,"m":{"n":{"k":4}}}},"c":{"k":5}}"#;
    for (paths, expected) in [
        ("**", data),
        ("**.**", data),
        ("**.n", r#"{"n":1,"a":{"n":2,"b":{"n":3,"m":{"n":{"k":4}}}}}"#),
        ("**.k", r#"{"a":{"b":{"m":{"n":{"k":4}}}},"c":{"k":5}}"#),
        ("a.**", r#"{"a":{"n":2,"b":{"n":3,"m":{"n":{"k":4}}}}}"#),
        ("n.**", r#"{"n":1}"#),
        ("a.**.n", r#"{"a":{"n":2,"b":{"n":3,"m":{"n":{"k":4}}}}}"#),
        ("a.**.n.**.k", r#"{"a":{"b":{"m":{"n":{"k":4}}}}}"#),
        ("**.m.*.k", r#"{"a":{"b":{"m":{"n":{"k":4}}}}}"#),
        ("**.a.**.b.**.m", r#"{"a":{"b":{"m":{"n":{"k":4}}}}}"#),
        ("**.nope", "{}"),
        ("c**", r#"{"c":{"k":5}}"#),
    ] {
        assert_eq!(filtered([paths], data), expected, "{paths}");
    }
}

#[test]
fn escaped_dots_belong_to_the_name() {
    let data = r#"{"a":{"b.c":1,"b":{"c":2},"b\\":{"c":3},"b\\.c":4},"x.y":5,"":{"":6}}"#;
    for (paths, expected) in [
        (r"a.b\.c", r#"{"a":{"b.c":1}}"#),
        ("a.b.c", r#"{"a":{"b":{"c":2}}}"#),
        (r"a.b*\.c", r#"{"a":{"b.c":1,"b\\.c":4}}"#),
        (r"a.b\\.c", r#"{"a":{"b\\.c":4}}"#),
        (r"x\.y", r#"{"x.y":5}"#),
        ("x.y", "{}"),
        ("a.b*", r#"{"a":{"b.c":1,"b":{"c":2},"b\\":{"c":3},"b\\.c":4}}"#),
        ("a.b\\", r#"{"a":{"b\\":{"c":3}}}"#),
        (".", r#"{"":{"":6}}"#),
        ("a.", "{}"),
    ] {
        assert_eq!(filtered([paths], data), expected, "{paths}");
    }
}

#[test]
fn arrays_are_transparent() {
    let data = r#"{"a":[{"x":1,"y":2},3,[{"x":4},{"y":5},6],{"y":7}],"b":[1,2],"c":[{}]}"#;
    for (paths, expected) in [
        ("a.x", r#"{"a":[{"x":1},[{"x":4}]]}"#),
        ("a.nope,b.x,c.x", "{}"),
        ("b", r#"{"b":[1,2]}"#),
        ("b.*", "{}"),
        ("b.**", r#"{"b":[1,2]}"#),
        ("c", r#"{"c":[{}]}"#),
        ("*.y", r#"{"a":[{"y":2},[{"y":5}],{"y":7}]}"#),
        ("**.x", r#"{"a":[{"x":1},[{"x":4}]]}"#),
    ] {
        assert_eq!(filtered([paths], data), expected, "{paths}");
    }
}

#[test]
fn selected_parts_keep_their_bytes_and_their_order() {
    let data = r#"{"z":{"\u0061":1.00,"b":"\/","c":1e400},"y":{"b":[-0,{"k":1}]}}"#;
    assert_eq!(
        filtered(["y.b,z.c,z.a"], data),
        r#"{"z":{"\u0061":1.00,"c":1e400},"y":{"b":[-0,{"k":1}]}}"#
    );
    assert_eq!(filtered(["*"], data), data);
}

#[test]
fn hostile_paths_take_no_longer_than_others() {
    let deep = format!("{}1{}", "{\"a\":".repeat(120), "}".repeat(120));
    let name = "a".repeat(100_000);
    let wide = format!("{{\"{name}\":1}}");
    for (paths, data, expected) in [
        (vec!["**"; 10_000].join("."), &*deep, &*deep),
        ("*".repeat(100_000), &*wide, &*wide),
        ("*a".repeat(50_000) + "*b", &*wide, "{}"),
        ("*a".repeat(50_000), &*wide, &*wide),
        ("**.a.".repeat(500) + "a", &*deep, "{}"),
        ("**.a.".repeat(100) + "nope", &*deep, "{}"),
        ("**.a.".repeat(119) + "a", &*deep, &*deep),
        ("**.*a*.".repeat(60) + "a", &*deep, &*deep),
    ] {
        assert_eq!(filtered([paths.as_str()], data), expected, "{:.40}", paths);
    }
}

#[test]
fn the_number_of_segments_is_limited() {
    let names: Vec<_> = (0..512).map(|n| format!("app{n}.key")).collect();
    let list = names.join(",");
    assert!(Filter::parse([list.as_str(), list.as_str()]).is_ok(), "repeated paths count once");
    let error = Filter::parse([list.as_str(), "one"]).unwrap_err();
    assert_eq!(error.status(), 400);
    assert_eq!(error.reason(), "[data] must not have more than [1024] path segments");
}

proptest! {
    #[test]
    fn filters_select_what_the_model_selects(
        data in object_texts(),
        paths in prop::collection::vec(r"([abc*]{1,3}|\*\*|a\\\.|\\)?(\.([abc*]{0,2}|\*\*|\\\.)){0,4}", 0..4),
    ) {
        fuzzing::filter(format!("{}\n{data}", paths.join(",")).as_bytes());
    }

    #[test]
    fn deep_data_is_filtered_like_the_model(
        path in r"(\*\*|a|b|\*)(\.(\*\*|a|b|\*)){0,6}",
        data in r#"(\{"a":|\{"b":|\[){0,8}"#,
    ) {
        let close: String = data
            .chars()
            .rev()
            .filter_map(|open| match open {
                '{' => Some('}'),
                '[' => Some(']'),
                _ => None,
            })
            .collect();
        fuzzing::filter(format!("{path}\n{{\"a\":{data}{{\"a\":1,\"b\":{{}}}}{close}}}").as_bytes());
    }
}
