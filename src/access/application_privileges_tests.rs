//! Application privileges in a store.

use std::sync::Arc;

use super::*;
use crate::store::{Options, Store};

fn store() -> Arc<Store> {
    Store::open(&Options::temporary()).unwrap()
}

fn privilege(application: &str, name: &str) -> String {
    format!(
        r#"{{"application":{},"name":"{name}","actions":["{name}:*","x/y"],"metadata":{{}}}}"#,
        string(application)
    )
}

fn put_text(store: &Store, application: &str, name: &str, text: &str) -> bool {
    let (application, name, text) = (application.to_owned(), name.to_owned(), text.to_owned());
    store.write(move |txn| put(txn, &application, &name, &text)).unwrap()
}

fn filled() -> Arc<Store> {
    let store = store();
    for (application, name) in [
        ("kibana", "read"),
        ("kib", "write"),
        ("kib-", "all"),
        // A control character comes before the space in keys, but not in answers.
        ("kib-\u{1}", "all"),
        ("abc", "all"),
        ("kibana", "all"),
    ] {
        assert!(put_text(&store, application, name, &privilege(application, name)));
    }
    store
}

/// The privileges that are there, as `application/name`.
fn shown(store: &Store, application: Option<&str>, names: &[&str]) -> Vec<String> {
    let wanted = |name: &str| names.is_empty() || names.contains(&name);
    let members = store.read(|txn| get(txn, application, wanted)).unwrap();
    let object = format!("{{{}}}", members.join(","));
    let object = Raw::trusted(check(object.as_bytes()).unwrap());
    let applications = object.named().flat_map(|(application, privileges)| {
        privileges.named().map(move |(name, shown)| {
            assert_eq!(shown.text(), privilege(&application, &name));
            format!("{application}/{name}")
        })
    });
    applications.collect()
}

#[test]
fn privileges_are_found_by_application_and_name() {
    let store = store();
    assert_eq!(shown(&store, None, &[]), [""; 0]);
    let store = filled();
    for (application, names, expected) in [
        (
            None,
            &[][..],
            &["abc/all", "kib/write", "kib-/all", "kib-\u{1}/all", "kibana/all", "kibana/read"][..],
        ),
        (Some("*"), &["all"], &["abc/all", "kib-/all", "kib-\u{1}/all", "kibana/all"]),
        (None, &["read", "none"], &["kibana/read"]),
        (Some("kib"), &[], &["kib/write"]),
        (Some("kib*"), &["write", "read"], &["kib/write", "kibana/read"]),
        (Some("kibana*"), &[], &["kibana/all", "kibana/read"]),
        (Some("kibana"), &["read"], &["kibana/read"]),
        (Some("ki"), &[], &[]),
        (Some("kiban?"), &[], &[]),
        (Some("kib "), &[], &[]),
        (Some(""), &[], &[]),
        (Some("k*a"), &[], &[]),
        (Some("zzz*"), &[], &[]),
    ] {
        assert_eq!(shown(&store, application, names), expected, "{application:?} {names:?}");
    }
    let long = "x".repeat(600);
    assert_eq!(shown(&store, Some(&long), &[]), [""; 0]);
    assert_eq!(shown(&store, Some(&format!("{long}*")), &[]), [""; 0]);
}

#[test]
fn privileges_are_replaced_and_deleted() {
    let store = filled();
    assert!(!put_text(&store, "kib", "write", &privilege("kib", "write")));
    let delete = |application: &'static str, name: &'static str| {
        store.write(move |txn| delete(txn, application, name)).unwrap()
    };
    assert!(delete("kib", "write"));
    assert!(!delete("kib", "write"));
    assert!(!delete("", ""));
    assert!(!delete("kibana", ""));
    assert_eq!(shown(&store, Some("kib*"), &["write"]), [""; 0]);
    assert_eq!(shown(&store, Some("kibana"), &[]), ["kibana/all", "kibana/read"]);
}

#[test]
fn the_actions_of_one_application() {
    let store = filled();
    let of = |application: &str| store.read(|txn| of(txn, application)).unwrap();
    let actions = |name: &str| (name.to_owned(), vec![format!("{name}:*"), "x/y".to_owned()]);
    assert_eq!(of("kibana"), [actions("all"), actions("read")]);
    assert_eq!(of("kib"), [actions("write")]);
    assert_eq!(of("ki"), []);
    assert_eq!(of(&"x".repeat(600)), []);
}

#[test]
fn a_damaged_privilege_is_named() {
    let damaged = |why: &str| {
        Error::internal(format!(
            "the privilege [p] of the application [app] in the store is damaged: {why}"
        ))
    };
    for (stored, why) in [
        ("{", "[1:2] unexpected end of the text, expected a field name"),
        ("1", "it is not an object"),
    ] {
        let store = store();
        put_text(&store, "app", "p", stored);
        let read = store.read(|txn| get(txn, Some("app"), |_| true));
        assert_eq!(read.unwrap_err(), damaged(why));
        assert_eq!(store.read(|txn| of(txn, "app")).unwrap_err(), damaged(why));
    }
    let store = store();
    put_text(&store, "app", "p", r#"{"actions":[1]}"#);
    assert_eq!(store.read(|txn| of(txn, "app")).unwrap_err(), damaged("it has no actions"));
}
