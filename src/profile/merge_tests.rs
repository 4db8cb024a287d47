//! Merging and the limits of labels, against the specification and a plain model.

use proptest::prelude::*;

use super::*;
use crate::fuzzing;
use crate::json::tests::object_texts;
use crate::json::{check, string};

fn merged(old: &str, new: &str) -> Option<String> {
    let [old, new] = [old, new].map(|text| Raw::trusted(check(text.as_bytes()).unwrap()));
    merge(old, new)
}

fn labels(text: &str) -> std::result::Result<(), String> {
    check_labels(Raw::trusted(check(text.as_bytes()).unwrap()))
}

#[test]
fn the_worked_examples() {
    for (stored, request, after) in [
        (
            "{}",
            r#"{"app1":{"name":"app1","type":"app"}}"#,
            Some(r#"{"app1":{"name":"app1","type":"app"}}"#),
        ),
        (
            r#"{"app1":{"name":"app1","type":"app"}}"#,
            r#"{"app1":{"name":"app1_take2","active":false},"app2":{"name":"app2"}}"#,
            Some(
                r#"{"app1":{"name":"app1_take2","type":"app","active":false},"app2":{"name":"app2"}}"#,
            ),
        ),
        (r#"{"a":{"l":[1,2]}}"#, r#"{"a":{"l":[3]}}"#, Some(r#"{"a":{"l":[3]}}"#)),
        (r#"{"a":{"l":[1,2]}}"#, r#"{"a":{"l":[1,2]}}"#, None),
        (r#"{"a":{"k":1}}"#, r#"{"a":{"k":null}}"#, Some(r#"{"a":{"k":null}}"#)),
        (r#"{"a":{"k":null}}"#, r#"{"a":{"k":null}}"#, None),
        (r#"{"a":{"k":1}}"#, r#"{"a":5}"#, Some(r#"{"a":5}"#)),
        (r#"{"a":5}"#, r#"{"a":{"k":1}}"#, Some(r#"{"a":{"k":1}}"#)),
        (r#"{"a":{"k":1}}"#, r#"{"a":{}}"#, None),
        ("{}", r#"{"a":{}}"#, Some(r#"{"a":{}}"#)),
        (r#"{"a":{"k":1}}"#, r#"{"a":{"k":1.0}}"#, Some(r#"{"a":{"k":1.0}}"#)),
        (r#"{"a":[{"x":1,"y":2}]}"#, r#"{"a":[{"y":2,"x":1}]}"#, None),
    ] {
        assert_eq!(merged(stored, request).as_deref(), after, "{stored} {request}");
    }
}

#[test]
fn kept_members_stay_byte_for_byte_and_in_order() {
    let stored =
        r#"{"z":1.0,"\u0061":{"n":1e400,"e":"\/\u00e9"},"m":1180591620717411303424,"y":[]}"#;
    assert_eq!(
        merged(stored, " { \"new\" : [ 1, 2 ], \"a\" : { \"n\" : -0.0 }, \"b\": 1E2 } ").as_deref(),
        Some(concat!(
            r#"{"z":1.0,"\u0061":{"n":-0.0,"e":"\/\u00e9"},"m":1180591620717411303424,"y":[],"#,
            r#""new":[1,2],"b":1E2}"#
        ))
    );
}

#[test]
fn an_unchanged_neighbour_keeps_its_stored_form() {
    assert_eq!(
        merged(r#"{"a":[{"x":1,"y":2.0}],"b":1}"#, r#"{"a":[{"y":2.00,"x":1}],"b":2}"#).as_deref(),
        Some(r#"{"a":[{"x":1,"y":2.0}],"b":2}"#)
    );
}

#[test]
fn values_that_are_not_objects_replace_each_other() {
    assert_eq!(merged("1", "2").as_deref(), Some("2"));
    assert_eq!(merged("1", "1"), None);
    assert_eq!(merged("{\"a\":1}", "[ ]").as_deref(), Some("[]"));
    assert_eq!(merged("[]", "{ }").as_deref(), Some("{}"));
    assert_eq!(merged("null", "null"), None);
}

#[test]
fn keys_are_told_apart_by_what_they_mean() {
    assert_eq!(merged(r#"{"a":1}"#, r#"{"\u0061":1}"#), None);
    assert_eq!(merged(r#"{"a":1}"#, r#"{"\u0061":2}"#).as_deref(), Some(r#"{"a":2}"#));
    assert_eq!(merged(r#"{"":1}"#, r#"{" ":1}"#).as_deref(), Some(r#"{"":1," ":1}"#));
    assert_eq!(merged(r#"{"\u0000":1}"#, r#"{"\u0000":{}}"#).as_deref(), Some(r#"{"\u0000":{}}"#));
}

#[test]
fn large_objects_merge() {
    let object = |keys: std::ops::Range<u32>, value: &str| {
        let members: Vec<_> = keys.map(|n| format!("\"{n}\":{value}")).collect();
        format!("{{{}}}", members.join(","))
    };
    let old = object(0..100_000, "1");
    assert_eq!(merged(&old, &object(0..100_000, "1")), None);
    assert_eq!(merged(&old, &object(0..100_000, "2")), Some(object(0..100_000, "2")));
    let both = merged(&object(0..100_000, "[]"), &object(50_000..150_000, "[]"));
    assert_eq!(both, Some(object(0..150_000, "[]")));
}

#[test]
fn labels_may_nest_twenty_objects() {
    let nested = |depth: usize, leaf: &str| {
        format!("{}{leaf}{}", "{\"a\":".repeat(depth), "}".repeat(depth))
    };
    let refused = Err("The provided [flattened] field [user_profile.labels] exceeds the maximum \
                       depth limit of [20]."
        .to_owned());
    assert_eq!(labels(&nested(20, "1")), Ok(()));
    assert_eq!(labels(&nested(20, "[[[1]]]")), Ok(()), "arrays do not count");
    assert_eq!(labels(&nested(20, "{}")), refused, "an empty object counts");
    assert_eq!(labels(&nested(21, "null")), refused);
    assert_eq!(labels(&nested(20, "[1,[{}]]")), refused);
}

#[test]
fn a_label_is_as_long_as_a_term_may_be() {
    // The key `a.b`, a NUL and the value make 32,766 bytes.
    let longest = "x".repeat(32_766 - 4);
    let with = |value: &str| labels(&format!(r#"{{"a":{{"b":["short",{value}]}}}}"#));
    assert_eq!(with(&string(&longest)), Ok(()));
    assert_eq!(
        with(&string(&(longest.clone() + "x"))),
        Err("Flattened field [user_profile.labels] contains one immense field whose keyed encoding \
             is longer than the allowed max length of 32766 bytes. Key length: 3, value length: \
             32763 for key starting with [a.b]"
            .to_owned())
    );
    let digits = "1".repeat(32_766 - 4);
    assert_eq!(with(&digits), Ok(()), "numbers count by their text");
    assert!(with(&(digits + "1")).is_err());
    // Bytes decide, not characters; an escape counts as what it means.
    let accents = "\u{e9}".repeat(16_381);
    assert_eq!(with(&string(&accents)), Ok(()));
    assert!(with(&string(&(accents + "e"))).is_err());
    assert_eq!(with(&format!("\"{}\"", "\\u0061".repeat(32_762))), Ok(()));
    let key = "\u{1f600}".repeat(9_000);
    assert_eq!(
        labels(&format!("{{\"{key}\":true}}")),
        Err(format!(
            "Flattened field [user_profile.labels] contains one immense field whose keyed encoding \
             is longer than the allowed max length of 32766 bytes. Key length: 18000, value \
             length: 4 for key starting with [{}]",
            "\u{1f600}".repeat(50)
        ))
    );
    assert_eq!(labels(&format!("{{\"{key}\":null}}")), Ok(()), "null is no leaf");
}

#[test]
fn label_keys_have_no_nul() {
    let reason = "Keys in [flattened] fields cannot contain the reserved character \\0. \
                  Offending key: [a\0.b].";
    assert_eq!(labels(r#"{"a\u0000":{"b":1}}"#), Err(reason.to_owned()));
    assert_eq!(labels(r#"{"a":"\u0000"}"#), Ok(()), "values may");
}

proptest! {
    #[test]
    fn merge_does_what_the_model_does(old in object_texts(), new in object_texts()) {
        fuzzing::merge(format!("{}\n{new}", old.replace('\n', " ")).as_bytes());
    }

    #[test]
    fn a_changed_copy_merges_like_the_model(
        old in object_texts(),
        at in any::<prop::sample::Index>(),
        digit in "[0-9]",
    ) {
        // One changed byte leaves objects that share most of their members.
        let old = old.replace('\n', " ");
        let mut new = old.clone().into_bytes();
        let at = at.index(new.len());
        new[at] = digit.as_bytes()[0];
        fuzzing::merge(&[old.as_bytes(), b"\n", &new].concat());
    }
}
