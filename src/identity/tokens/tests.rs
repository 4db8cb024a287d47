//! What is kept of tokens, and for how long. `tests/tokens.rs` has the rest.

use std::ops::ControlFlow;
use std::sync::Arc;

use super::record::{CLEARED_AT_ONCE, KEPT_MS, Record};
use super::{Client, Found, Issued, authenticate, create};
use crate::identity::realm::Realm;
use crate::identity::subject::Subject;
use crate::store::{Options, Read, Store, Table};

const START: i64 = 1_700_000_000_000;

fn store() -> Arc<Store> {
    Store::open(&Options::temporary()).unwrap()
}

fn create_at(store: &Store, username: &str, now: i64) -> Issued {
    let subject = Subject {
        username: username.to_owned(),
        roles: vec!["role".to_owned()],
        full_name: None,
        email: None,
        metadata: "{}".to_owned(),
        realm: Realm::new("native", "native1"),
        authentication_type: "realm".to_owned(),
        account: None,
    };
    create(store, subject, Some(Client(None)), now, 1000).unwrap()
}

fn values(store: &Store, table: Table) -> Vec<Vec<u8>> {
    let mut values = Vec::new();
    let visit = &mut |_: &[u8], value: &[u8]| {
        values.push(value.to_vec());
        Ok(ControlFlow::Continue(()))
    };
    store.read(|txn| txn.scan(table, &[], visit)).unwrap();
    values
}

#[test]
fn old_records_go_some_at_a_time() {
    let store = store();
    for made in 0..2 * CLEARED_AT_ONCE + 1 {
        create_at(&store, &format!("user{made}"), START);
    }
    create_at(&store, "later", START + KEPT_MS);
    let mut expected = 2 * CLEARED_AT_ONCE + 2;
    for cleared in [CLEARED_AT_ONCE, CLEARED_AT_ONCE, 1, 0] {
        create_at(&store, "newest", START + KEPT_MS + 1);
        expected = expected + 1 - cleared;
        assert_eq!(values(&store, Table::Tokens).len(), expected);
        assert_eq!(values(&store, Table::TokenOwners).len(), expected);
    }
}

#[test]
fn a_record_cut_short_is_an_error() {
    let store = store();
    create_at(&store, "user", START);
    let [record] = &values(&store, Table::Tokens)[..] else { panic!("one record was made") };
    let subject = Record::read(record).unwrap().subject.len();
    for len in 0..record.len() - subject {
        assert!(Record::read(&record[..len]).is_err(), "{len} bytes of a record pass");
    }
}

#[test]
fn a_token_is_of_its_store() {
    let (here, there) = (store(), store());
    let issued = create_at(&here, "user", START);
    let found =
        |store: &Store| store.read(|txn| authenticate(txn, &issued.access_token, START)).unwrap();
    assert!(matches!(found(&here), Found::Subject(subject) if subject.username == "user"));
    assert!(matches!(found(&there), Found::Unknown));
}
