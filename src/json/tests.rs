//! JSON against RFC 8259, serde_json and the laws that reading and writing keep.

use proptest::collection::vec;
use proptest::prelude::*;

use super::scan::MAX_DEPTH;
use super::*;
use crate::fuzzing;

fn refused(text: impl AsRef<[u8]>) -> String {
    let error = check(text.as_ref()).unwrap_err();
    assert_eq!(error.status(), 400);
    assert!(error.to_string().contains("x_content_parse_exception"));
    error.reason().to_owned()
}

fn same(left: &str, right: &str) -> bool {
    let [left, right] = [left, right].map(|text| check(text.as_bytes()).map(Raw::trusted).unwrap());
    assert_eq!(same_value(left, right), same_value(right, left), "{left:?} {right:?}");
    same_value(left, right)
}

fn compact(text: &str) -> String {
    let mut out = String::from(">");
    push_compact(&mut out, Raw::trusted(check(text.as_bytes()).unwrap()));
    out.split_off(1)
}

fn numbers() -> impl Strategy<Value = String> {
    prop_oneof![
        any::<i64>().prop_map(|number| number.to_string()),
        any::<f64>()
            .prop_filter("JSON has finite numbers only", |number| number.is_finite())
            .prop_map(|number| format!("{number:?}")),
        prop::sample::select(vec![
            "0",
            "-0",
            "1",
            "1.0",
            "1.00",
            "10e-1",
            "1E0",
            "0.0",
            "-0.0",
            "1e400",
            "-1e400",
            "1e-400",
            "18446744073709551615",
            "18446744073709551616",
            "1180591620717411303424",
        ])
        .prop_map(String::from),
    ]
}

/// Strings with their quotes; some of them mean the same.
fn strings() -> impl Strategy<Value = String> {
    prop_oneof![
        any::<String>().prop_map(|text| string(&text)),
        prop::sample::select(vec![
            r#""a""#,
            r#""\u0061""#,
            r#""""#,
            r#""/""#,
            r#""\/""#,
            r#""\u00e9""#,
            "\"\u{e9}\"",
            r#""\ud83d\ude00""#,
            "\"\u{1f600}\"",
            r#""\u0000""#,
            r#"" \\\"[{,:""#,
            "\"\u{7f}\"",
        ])
        .prop_map(String::from),
    ]
}

fn spaces() -> impl Strategy<Value = &'static str> {
    prop::sample::select(vec!["", "", "", " ", "\n", "\t\r\n "])
}

/// JSON texts, with some white space, without repeated keys.
pub(crate) fn texts() -> impl Strategy<Value = String> {
    let leaf = prop_oneof![
        prop::sample::select(vec!["true", "false", "null", "[]", "{}"]).prop_map(String::from),
        numbers(),
        strings(),
    ];
    leaf.prop_recursive(6, 64, 8, |inner| prop_oneof![arrays(inner.clone()), objects(inner)])
}

fn arrays(values: impl Strategy<Value = String>) -> impl Strategy<Value = String> {
    (vec(values, 0..6), spaces()).prop_map(|(values, space)| {
        format!("[{space}{}{space}]", values.join(&format!("{space},")))
    })
}

fn objects(values: impl Strategy<Value = String>) -> impl Strategy<Value = String> {
    let names =
        prop_oneof![prop::sample::select(vec!["a", "b", "c", "ab"]).prop_map(string), strings()];
    (vec((names, values), 0..6), spaces()).prop_map(|(mut members, space)| {
        let mut names = std::collections::HashSet::new();
        members.retain(|(name, _)| names.insert(Raw::trusted(name).string().map(String::from)));
        let members: Vec<_> = members
            .iter()
            .map(|(name, value)| format!("{name}{space}:{space}{value}{space}"))
            .collect();
        format!("{{{space}{}}}", members.join(&format!(",{space}")))
    })
}

/// Objects, which updates and data are made of.
pub(crate) fn object_texts() -> impl Strategy<Value = String> {
    objects(texts())
}

proptest! {
    #[test]
    fn check_takes_what_json_is(text in texts()) {
        prop_assert!(check(text.as_bytes()).is_ok());
        fuzzing::json_check(text.as_bytes());
    }

    #[test]
    fn check_agrees_with_serde_on_damaged_texts(
        text in object_texts(),
        edits in vec((any::<prop::sample::Index>(), 0..4u8, any::<u8>(), any::<prop::sample::Index>()), 1..4),
    ) {
        const BYTES: &[u8] = b"{}[]\",:\\u0d8f 1-+.eEtfn\n\x01\x80\xff";
        let mut bytes = text.into_bytes();
        for (at, edit, count, byte) in edits {
            let at = at.index(bytes.len() + 1).min(bytes.len().saturating_sub(1));
            let byte = BYTES[byte.index(BYTES.len())];
            match edit {
                0 => bytes.insert(at, byte),
                1 => bytes.truncate(at),
                2 => drop(bytes.drain(at..bytes.len().min(at + usize::from(count % 4)))),
                _ => bytes.iter_mut().skip(at).take(1).for_each(|old| *old = byte),
            }
        }
        fuzzing::json_check(&bytes);
    }

    #[test]
    fn check_agrees_with_serde_on_arbitrary_texts(text in r#"[\[\]{}",:\\u0-9a-fA-F.eE+\- \n]{0,40}"#) {
        fuzzing::json_check(text.as_bytes());
    }

    #[test]
    fn check_agrees_with_serde_on_numbers(text in "-?[0-9.eE+-]{0,8}") {
        fuzzing::json_check(text.as_bytes());
    }

    #[test]
    fn same_value_is_an_equivalence(one in texts(), two in texts()) {
        prop_assert!(same(&one, &one));
        prop_assert!(same(&one, &compact(&one)));
        // Transitive: what is the same as one thing is the same as everything that it is the same as.
        for wrap in [|text: &str| format!("[{text}]"), |text: &str| format!(r#"{{"k":{text}}}"#)] {
            prop_assert_eq!(same(&one, &two), same(&wrap(&one), &wrap(&two)));
        }
    }

    #[test]
    fn same_value_ignores_the_order_of_members(
        (members, shuffled) in prop::collection::btree_map("[a-d]{1,2}", texts(), 0..6)
            .prop_map(|members| members.into_iter().collect::<Vec<_>>())
            .prop_flat_map(|members| (Just(members.clone()), Just(members).prop_shuffle())),
    ) {
        let object = |members: &[(String, String)]| {
            let members: Vec<_> =
                members.iter().map(|(name, value)| format!("{}:{value}", string(name))).collect();
            format!("{{{}}}", members.join(","))
        };
        prop_assert!(same(&object(&members), &object(&shuffled)));
        let fewer = &shuffled[shuffled.len().min(1)..];
        prop_assert_eq!(same(&object(&members), &object(fewer)), members.is_empty());
    }

    #[test]
    fn push_compact_writes_what_serde_writes(text in texts()) {
        // Serde rewrites numbers, escapes and order; what it has written itself is its own form.
        if let Ok(value) = serde_json::from_str::<serde_json::Value>(&text) {
            let pretty = serde_json::to_string_pretty(&value).unwrap();
            prop_assert_eq!(compact(&pretty), value.to_string());
        }
    }

    #[test]
    fn strings_come_back(text in any::<String>()) {
        let written = string(&text);
        prop_assert_eq!(serde_json::from_str::<String>(&written).unwrap(), text.clone());
        prop_assert_eq!(Raw::trusted(check(written.as_bytes()).unwrap()).string().unwrap(), text);
    }
}

#[test]
fn errors_name_line_and_column() {
    for (text, reason) in [
        ("", "[1:1] unexpected end of the text, expected a value"),
        (" \n ", "[2:2] unexpected end of the text, expected a value"),
        ("{", "[1:2] unexpected end of the text, expected a field name"),
        ("{]", "[1:2] unexpected character ']', expected a field name"),
        ("{\"a\" 1}", "[1:6] unexpected character '1', expected ':'"),
        ("{\"a\":1 \"b\":2}", "[1:8] unexpected character '\"', expected ',' or '}'"),
        ("{\"a\":1,}", "[1:8] unexpected character '}', expected a field name"),
        ("{\n  \"\u{e9}\u{1f600}\": x}", "[2:9] unexpected character 'x', expected a value"),
        ("[1,\n2 3]", "[2:3] unexpected character '3', expected ',' or ']'"),
        ("[1,]", "[1:4] unexpected character ']', expected a value"),
        ("1 2", "[1:3] unexpected character '2', expected the end"),
        ("01", "[1:2] unexpected character '1', expected the end"),
        ("-", "[1:2] unexpected end of the text, expected a digit"),
        ("1.x", "[1:3] unexpected character 'x', expected a digit"),
        ("1e+", "[1:4] unexpected end of the text, expected a digit"),
        ("+1", "[1:1] unexpected character '+', expected a value"),
        ("nul", "[1:1] unexpected character 'n', expected a value"),
        ("truefalse", "[1:5] unexpected character 'f', expected the end"),
        ("\"a", "[1:3] unexpected end of the text, expected '\"'"),
        ("\"a\nb\"", "[1:3] unexpected character '\\n', expected control characters to be escaped"),
        ("\"\\x\"", "[1:3] unexpected character 'x', expected an escape sequence"),
        ("\"\\u12g4\"", "[1:4] expected four hexadecimal digits"),
        ("\"\\u123", "[1:4] expected four hexadecimal digits"),
        ("\u{feff}{}", "[1:1] unexpected character '\\u{feff}', expected a value"),
        ("{\"a\":1,\n \"\\u0061\":2}", "[2:2] duplicate field [a]"),
        ("[{\"a\":{\"b\":1,\"b\":1}}]", "[1:14] duplicate field [b]"),
    ] {
        assert_eq!(refused(text), reason, "{text}");
    }
    assert_eq!(refused(b"{\n\"\xc3\xa9\xff\"}"), "[2:3] the text is not valid UTF-8");
}

#[test]
fn unpaired_surrogates_are_refused() {
    for (text, column) in [
        (r#""\ud800""#, 2),
        (r#""a\udc00""#, 3),
        (r#""\ud800x""#, 2),
        (r#""\ud800\n""#, 2),
        (r#""\ud800\ud800""#, 2),
        (r#""\udc00\ud800""#, 2),
    ] {
        assert_eq!(refused(text), format!("[1:{column}] unpaired surrogate"), "{text}");
    }
    assert!(check(br#""\uD83D\uDE00""#).is_ok());
}

#[test]
fn nesting_is_bounded() {
    let nested = |open: &str, close: &str, depth| open.repeat(depth) + "1" + &close.repeat(depth);
    for (open, close) in [("[", "]"), ("{\"a\":", "}")] {
        assert!(check(nested(open, close, MAX_DEPTH).as_bytes()).is_ok());
        let column = open.len() * MAX_DEPTH + 1;
        let reason = format!("[1:{column}] nested deeper than 128 levels");
        assert_eq!(refused(nested(open, close, MAX_DEPTH + 1)), reason);
        assert_eq!(refused(open.repeat(1_000_000)), reason);
    }
}

#[test]
fn repeated_keys_are_found_in_small_and_large_objects() {
    for count in [1, 15, 16, 17, 18, 100_000] {
        let members: Vec<_> = (0..count).map(|n| format!("\"{n}\":{n}")).collect();
        let members = members.join(",");
        assert!(check(format!("{{{members}}}").as_bytes()).is_ok());
        for repeated in [0, count / 2, count - 1] {
            let text = format!("{{{members},\"{repeated}\":0}}");
            let column = members.len() + 3;
            assert_eq!(refused(text), format!("[1:{column}] duplicate field [{repeated}]"));
        }
    }
}

#[test]
fn numbers_are_the_same_if_elasticsearch_reads_them_as_the_same() {
    for (left, right) in [
        ("1.0", "1.00"),
        ("10e-1", "1.0"),
        ("1E0", "1.0"),
        ("0", "-0"),
        ("0.1", "1e-1"),
        ("7", "7"),
    ] {
        assert!(same(left, right), "{left} {right}");
    }
    for (left, right) in [
        ("1", "1.0"),
        ("1", "2"),
        ("0", "0.0"),
        ("0.0", "-0.0"),
        ("1", "-1"),
        ("1e400", "1e401"),
        ("1", "\"1\""),
        ("18446744073709551616", "18446744073709551617"),
        ("100", "1e2"),
        ("0", "null"),
    ] {
        assert!(!same(left, right), "{left} {right}");
    }
}

#[test]
fn values_are_compared_by_meaning() {
    for (left, right) in [
        (r#"{"a":1,"b":[{"x":1,"y":2}]}"#, r#" { "b" : [ {"y":2, "x":1} ], "\u0061":1 }"#),
        (r#""\u00e9\/""#, "\"\u{e9}/\""),
        ("[[],{}]", "[ [ ], { } ]"),
    ] {
        assert!(same(left, right), "{left} {right}");
    }
    for (left, right) in [
        ("[1,2]", "[2,1]"),
        ("[1]", "[1,1]"),
        ("[]", "{}"),
        ("{}", r#"{"a":null}"#),
        ("true", "false"),
        (r#"{"a":1}"#, r#"{"b":1}"#),
        (r#"{"a":1}"#, r#"{"a":2}"#),
        (r#""a""#, r#""A""#),
        ("null", "\"\""),
    ] {
        assert!(!same(left, right), "{left} {right}");
    }
}

#[test]
fn large_objects_are_compared_in_any_order() {
    let object = |keys: &mut dyn Iterator<Item = u32>| {
        let members: Vec<_> = keys.map(|n| format!("\"{n}\":{n}")).collect();
        format!("{{{}}}", members.join(","))
    };
    let rising = object(&mut (0..100_000));
    let falling = object(&mut (0..100_000).rev());
    assert!(same(&rising, &falling));
    assert!(!same(&rising, &object(&mut (1..100_001))));
}

#[test]
fn compact_text_keeps_all_but_white_space() {
    assert_eq!(
        compact("\t{ \"a b\" : [ 1.0 , 1e400,\r\n\"\\u0061 \\\" \\\\\" ] , \"c\":{ } }\n"),
        r#"{"a b":[1.0,1e400,"\u0061 \" \\"],"c":{}}"#
    );
}

#[test]
fn values_know_their_kind_and_place() {
    let text = " {\"a\": [1, \"x\"], \"\\u0062\" : null}";
    let object = Raw::trusted(check(text.as_bytes()).unwrap());
    assert_eq!((object.at(), object.kind()), (1, Kind::Object));
    assert_eq!(position(text, object.member("a").unwrap().at()), (1, 8));
    let elements: Vec<_> =
        object.member("a").unwrap().elements().map(|value| (value.at(), value.text())).collect();
    assert_eq!(elements, [(8, "1"), (11, "\"x\"")]);
    assert_eq!(object.member("b").unwrap().kind().token(), "VALUE_NULL");
    assert!(object.member("c").is_none() && object.elements().next().is_none());
    let array = object.member("a").unwrap();
    assert!(array.members().next().is_none() && array.string().is_none());
    let tokens =
        ["{}", "[]", "\"\"", "-1", "true", "null"].map(|text| Raw::trusted(text).kind().token());
    assert_eq!(
        tokens,
        [
            "START_OBJECT",
            "START_ARRAY",
            "VALUE_STRING",
            "VALUE_NUMBER",
            "VALUE_BOOLEAN",
            "VALUE_NULL"
        ]
    );
    assert_eq!(
        ["true", "false", "1"].map(|text| Raw::trusted(text).boolean()),
        [Some(true), Some(false), None]
    );
}
