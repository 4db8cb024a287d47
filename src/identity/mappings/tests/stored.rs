//! Mappings in a store.

use super::person;
use crate::identity::mappings::*;
use crate::store::{Options, Store};

fn store() -> Arc<Store> {
    Store::open(&Options::temporary()).unwrap()
}

fn put_text(store: &Store, name: &str, text: &str) -> bool {
    let (name, text) = (name.to_owned(), text.to_owned());
    store.write(move |txn| put(txn, &name, &text)).unwrap()
}

fn put_mapping(store: &Store, name: &str, roles: &str, value: &str, enabled: bool) -> bool {
    let rules = format!(r#"{{"field":{{"username":{value}}}}}"#);
    put_text(
        store,
        name,
        &format!(r#"{{"{name}":{{"enabled":{enabled},{roles},"rules":{rules},"metadata":{{}}}}}}"#),
    )
}

fn roles(store: &Store, mappings: &Mappings) -> Result<Vec<String>> {
    store.read(|txn| mappings.roles(txn, &person("{}"), "ldap1"))
}

#[test]
fn roles_come_by_name_of_the_mapping_and_once() {
    let (store, mappings) = (store(), Mappings::new());
    assert_eq!(roles(&store, &mappings).unwrap(), [""; 0]);
    assert!(put_mapping(&store, "b", r#""roles":["z","x"]"#, r#""Joe""#, true));
    assert!(put_mapping(&store, "a", r#""roles":["y","x","y"]"#, r#""J*""#, true));
    assert!(put_mapping(&store, "c", r#""roles":["off"]"#, r#""Joe""#, false));
    assert!(put_mapping(&store, "d", r#""roles":["other"]"#, r#""x""#, true));
    assert!(put_mapping(&store, "e", r#""role_templates":[{"template":"t"}]"#, r#""Joe""#, true));
    for _ in 0..2 {
        assert_eq!(roles(&store, &mappings).unwrap(), ["y", "x", "z", "t"]);
    }
    assert!(!put_mapping(&store, "a", r#""roles":["n"]"#, r#""J*""#, true));
    assert_eq!(roles(&store, &mappings).unwrap(), ["n", "z", "x", "t"]);
    assert!(store.write(|txn| delete(txn, "b")).unwrap());
    assert!(!store.write(|txn| delete(txn, "b")).unwrap());
    assert_eq!(roles(&store, &mappings).unwrap(), ["n", "t"]);
}

#[test]
fn a_damaged_mapping_is_named() {
    let store = store();
    let whole = r#"{"enabled":true,"roles":["r"],"rules":{"all":[]},"metadata":{}}"#;
    for (text, why) in [
        ("", "[1:1] unexpected end of the text, expected a value"),
        ("\"", "[1:2] unexpected end of the text, expected '\"'"),
        ("7", "it is not an object with one member"),
        ("{}", "it is not an object with one member"),
        (&format!(r#"{{"m":{whole},"n":{whole}}}"#), "it is not an object with one member"),
        (r#"{"m":1}"#, "it has no [role_templates]"),
        (&format!(r#"{{"m":{}}}"#, whole.replace("enabled", "x")), "it has no [enabled]"),
        (whole, "it is not an object with one member"),
        (&format!(r#"{{"m":{}}}"#, whole.replace("rules", "x")), "it has no [rules]"),
        (&format!(r#"{{"m":{}}}"#, whole.replace("roles", "x")), "it has no [role_templates]"),
        (
            &format!(r#"{{"m":{}}}"#, whole.replace("[]", "1")),
            "failed to parse rules expression. field [all] requires an array",
        ),
    ] {
        put_text(&store, "m", text);
        let error = roles(&store, &Mappings::new()).unwrap_err();
        assert_eq!(error.status(), 500);
        let expected = format!("the role mapping [m] in the store is damaged: {why}");
        assert_eq!(error.reason(), expected, "{text}");
    }
    put_text(&store, "m", "\u{0}");
    assert_eq!(store.read(|txn| get(txn, "m")).unwrap_err().status(), 500);
    assert_eq!(store.read(|txn| all(txn)).unwrap_err().status(), 500);
}

#[test]
fn what_is_remembered_is_bounded() {
    let (store, mappings) = (store(), Mappings::new());
    let size = || mappings.compiled.lock().unwrap().size;
    let (mut last, mut emptied) = (0, false);
    for n in 0..6 {
        let pattern = format!(r#""{}{n}*""#, "*a".repeat(180));
        put_mapping(&store, "m", r#""roles":["r"]"#, &format!("[{pattern},{pattern}]"), true);
        assert_eq!(roles(&store, &mappings).unwrap(), [""; 0]);
        assert!(size() <= MEMORY && size() > 0);
        emptied |= size() < last;
        last = size();
    }
    assert!(emptied);
}
