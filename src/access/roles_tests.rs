//! Built-in roles, and roles in a store.

use std::sync::Arc;

use super::*;
use crate::access::actions::Scope;
use crate::access::check as check_patterns;
use crate::store::{Options, Store};

fn store() -> Arc<Store> {
    Store::open(&Options::temporary()).unwrap()
}

fn put_text(store: &Store, name: &str, role: &str) -> bool {
    let (name, role) = (name.to_owned(), role.to_owned());
    store.write(move |txn| put(txn, &name, &role)).unwrap()
}

fn parse(name: &str, role: &str) -> Descriptor {
    Descriptor::parse(name, Raw::trusted(role).named()).unwrap()
}

const EMPTY: &str = r#"{"cluster":[],"indices":[],"applications":[],"run_as":[],"metadata":{},"transient_metadata":{"enabled":true}}"#;

#[test]
fn every_built_in_role_is_sound() {
    let source = Raw::trusted(check(SOURCE.as_bytes()).unwrap());
    let names: Vec<_> = source.member("roles").unwrap().named().map(|(name, _)| name).collect();
    assert_eq!(BUILT_IN.keys().collect::<Vec<_>>(), names.iter().collect::<Vec<_>>());
    assert_eq!(names.len(), 32);
    for (name, built_in) in &*BUILT_IN {
        let shown = member(name, &built_in.role.to_json());
        // Only superuser has no transient metadata.
        let own =
            shown.replace(r#""transient_metadata":{"enabled":true}"#, r#""transient_metadata":{}"#);
        assert_eq!(built_in.shown, if name == "superuser" { own } else { shown });
        let role = &built_in.role;
        for privilege in &role.cluster {
            Scope::Cluster.check(privilege).unwrap();
        }
        for privilege in role.indices.iter().flat_map(|entry| &entry.privileges) {
            Scope::Index.check(privilege).unwrap();
        }
        check_patterns(role).unwrap();
        let reserved = format!("Role [{name}] is reserved and may not be used.");
        let metadata = "role descriptor metadata keys may not start with [_]";
        assert_eq!(role.errors(Some(name)), [&reserved, metadata]);
    }
    for (name, _) in source.member("unverified").unwrap().named() {
        assert!(is_reserved(&name), "{name}");
    }
}

#[test]
fn roles_are_replaced_found_and_deleted() {
    let store = store();
    let (a, b) = (EMPTY.replacen("[]", r#"["all"]"#, 1), EMPTY);
    assert!(put_text(&store, "b \"x\"", b));
    assert!(put_text(&store, "zz", b));
    assert!(put_text(&store, "a", b));
    assert!(!put_text(&store, "a", &a));
    store
        .read(|txn| {
            assert_eq!(get(txn, "a")?, Some(format!(r#""a":{a}"#)));
            assert_eq!(get(txn, "b \"x\"")?, Some(format!(r#""b \"x\"":{b}"#)));
            assert_eq!(get(txn, "A")?, None);
            assert_eq!(find(txn, "a")?.as_deref(), Some(&parse("a", &a)));
            assert!(find(txn, "A")?.is_none());
            let long = "x".repeat(600);
            assert!(get(txn, "")?.is_none() && find(txn, "")?.is_none());
            assert!(get(txn, &long)?.is_none() && find(txn, &long)?.is_none());
            let all = all(txn)?;
            assert_eq!(all.len(), 35);
            assert_eq!(all[0], format!(r#""a":{a}"#));
            assert_eq!(all[34], format!(r#""zz":{b}"#));
            assert!(all.is_sorted_by_key(|role| Raw::trusted(role).string()));
            Ok(())
        })
        .unwrap();
    assert!(store.write(|txn| delete(txn, "a")).unwrap());
    assert!(!store.write(|txn| delete(txn, "a")).unwrap());
    assert_eq!(store.read(|txn| get(txn, "a")).unwrap(), None);
}

#[test]
fn built_in_roles_are_what_they_are() {
    let store = store();
    put_text(&store, "superuser", EMPTY);
    store
        .read(|txn| {
            assert_eq!(find(txn, "superuser")?.unwrap().cluster, ["all"]);
            let shown = get(txn, "superuser")?.unwrap();
            assert!(shown.starts_with(r#""superuser":{"cluster":["all"],"#), "{shown}");
            let all = all(txn)?;
            assert_eq!(all.len(), 32);
            assert!(all.contains(&shown));
            Ok(())
        })
        .unwrap();
}

#[test]
fn a_damaged_role_is_named() {
    for (stored, why) in
        [("", "[1:1] unexpected end of the text, expected a value"), ("[]", "it is not an object")]
    {
        let store = store();
        put_text(&store, "r", stored);
        let expected = Error::internal(format!("the role [r] in the store is damaged: {why}"));
        store
            .read(|txn| {
                assert_eq!(get(txn, "r").unwrap_err(), expected);
                assert_eq!(all(txn).unwrap_err(), expected);
                assert_eq!(find(txn, "r").unwrap_err(), expected);
                assert_eq!(get(txn, "other")?, None);
                Ok(())
            })
            .unwrap();
    }
    let store = store();
    put_text(&store, "r", r#"{"x":1}"#);
    let error = store.read(|txn| find(txn, "r").map(drop)).unwrap_err();
    let why = "failed to parse role [r]. unexpected field [x]";
    assert_eq!(error, Error::internal(format!("the role [r] in the store is damaged: {why}")));
}
