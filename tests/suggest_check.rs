//! `check` finds what is wrong with the index: each kind of entry is damaged behind the store's back.

mod common;

use std::collections::BTreeMap;
use std::path::Path;

use common::Store;
use lmdb::{Cursor, Database, Environment, EnvironmentFlags, Transaction, WriteFlags};
use serde_json::{Value, json};

/// Enough for a bitmap, for prefixes of their own and for a tail.
const PEOPLE: usize = 1_400;

fn open(directory: &Path) -> Store {
    let config = json!({
        "path": directory, "durability": "none",
        "realms": {"external": {"ldap1": {"order": 0, "type": "ldap"}}},
    });
    Store::open(&config.to_string()).expect("the store opens")
}

/// Opens a store of people whose words are of every kind.
fn fill(directory: &Path) {
    let store = open(directory);
    for number in 0..PEOPLE {
        let authentication = json!({
            "username": format!("user{number}"), "roles": [],
            "full_name": format!("Anna \u{738b} W{number}x"),
            "email": format!("anna.{number}@example.org"),
            "authentication_realm": {"name": "ldap1", "type": "ldap"},
        });
        let request = json!({"grant_type": "authentication", "authentication": authentication});
        let answer = store.expect("activate", request.to_string());
        let uid = parsed(&answer)["uid"].clone();
        if number % 3 == 0 {
            let labels = json!({"uid": uid, "labels": {"team": format!("t{}", number % 5)}});
            store.expect("update_data", labels.to_string());
        }
    }
}

fn parsed(text: &str) -> Value {
    serde_json::from_str(text).expect("an answer is JSON")
}

/// How many differences there are, and the first of them. What cannot be read at all is an error.
fn differences(directory: &Path) -> (u64, Vec<String>) {
    let (status, answer) = open(directory).call("check", "{}");
    let checked = parsed(&answer);
    if status != 0 {
        assert_eq!(checked["error"]["reason"], "the index of profiles is damaged");
        return (1, Vec::new());
    }
    assert_eq!(checked["profiles"], PEOPLE);
    let details = checked["differences"]["details"].as_array().expect("details").iter();
    let details: Vec<String> =
        details.map(|detail| detail.as_str().expect("a text").to_owned()).collect();
    let count = checked["differences"]["count"].as_u64().expect("a number");
    assert_eq!(details.len() as u64, count.min(10), "{checked}");
    (count, details)
}

/// A key and its value.
type Entry = (Vec<u8>, Vec<u8>);

/// A closed store's table.
struct Tree {
    environment: Environment,
    tree: Database,
}

impl Tree {
    fn open(directory: &Path, name: &str) -> Self {
        let environment = Environment::new()
            .set_flags(EnvironmentFlags::NO_TLS | EnvironmentFlags::NO_SYNC)
            .set_max_dbs(64)
            .open(directory)
            .expect("the environment opens");
        let tree = environment.open_db(Some(name)).expect("the table is there");
        Self { environment, tree }
    }

    fn entries(&self) -> Vec<Entry> {
        let txn = self.environment.begin_ro_txn().expect("a transaction");
        let mut cursor = txn.open_ro_cursor(self.tree).expect("a cursor");
        let entries = cursor.iter_start().map(|entry| entry.expect("an entry"));
        entries.map(|(key, value)| (key.to_vec(), value.to_vec())).collect()
    }

    fn put(&self, key: &[u8], value: Option<&[u8]>) {
        let mut txn = self.environment.begin_rw_txn().expect("a transaction");
        match value {
            Some(value) => txn.put(self.tree, &key, &value, WriteFlags::empty()),
            None => txn.del(self.tree, &key, None),
        }
        .expect("it is written");
        txn.commit().expect("it is committed");
    }
}

/// Does one thing to the table, and answers what `check` says of it; then it is undone.
fn damage(directory: &Path, table: &str, key: &[u8], value: Option<&[u8]>) -> (u64, Vec<String>) {
    let before = {
        let tree = Tree::open(directory, table);
        let before = tree.entries().into_iter().find(|(known, _)| known == key);
        tree.put(key, value);
        before.map(|(_, value)| value)
    };
    let found = differences(directory);
    Tree::open(directory, table).put(key, before.as_deref());
    found
}

#[test]
fn every_kind_of_entry_is_checked() {
    let directory = tempfile::tempdir().expect("a directory");
    let directory = directory.path();
    fill(directory);
    assert_eq!(differences(directory), (0, Vec::new()));
    let mut by_tag: BTreeMap<u8, Vec<Entry>> = BTreeMap::new();
    for entry in Tree::open(directory, "suggest").entries() {
        by_tag.entry(entry.0[0]).or_default().push(entry);
    }
    let tags: String = by_tag.keys().map(|tag| char::from(*tag)).collect();
    assert_eq!(tags, "elnpstvw");
    for (tag, entries) in &by_tag {
        // The first, the last, one between them, and the longest.
        let longest = entries.iter().max_by_key(|(_, value)| value.len());
        let middle = &entries[entries.len() / 2];
        let picked = [entries.first(), entries.last(), Some(middle), longest].into_iter().flatten();
        for (key, value) in picked {
            let shown = String::from_utf8_lossy(key);
            let flipped: Vec<u8> = value.iter().map(|byte| byte ^ 1).collect();
            let unreadable = [Some(&value[..value.len() - 1]), Some(b"")];
            for wrong in [None, Some(&flipped[..])].into_iter().chain(unreadable) {
                let (count, details) = damage(directory, "suggest", key, wrong);
                assert!(count > 0, "nothing found where {shown:?} is {wrong:?}");
                if b"wps".contains(tag) && !unreadable.contains(&wrong) {
                    let text = key[1..].split(|byte| *byte == 0).next().expect("a text");
                    let text = String::from_utf8_lossy(text);
                    assert!(
                        details.iter().any(|detail| detail.contains(&*text)),
                        "{text:?} is not in {details:?}"
                    );
                }
            }
        }
        // An entry too many; of the list of all words by shape, only what is missing matters.
        let (key, value) = middle;
        let mut other = key.clone();
        other[1] ^= 1;
        if *tag != b'v' && entries.iter().all(|(known, _)| *known != other) {
            let (count, _) = damage(directory, "suggest", &other, Some(value));
            assert!(count > 0, "{:?} was not found", String::from_utf8_lossy(&other));
        }
    }
    assert_eq!(differences(directory), (0, Vec::new()));
}

#[test]
fn every_number_of_a_posting_is_checked() {
    let directory = tempfile::tempdir().expect("a directory");
    let directory = directory.path();
    fill(directory);
    let entries = Tree::open(directory, "suggest").entries();
    let (list, bitmap): (Vec<_>, Vec<_>) = entries
        .into_iter()
        .filter(|(key, _)| b"welps".contains(&key[0]))
        .partition(|(_, value)| value.len() < 2_000);
    assert!(!bitmap.is_empty(), "nothing is a bitmap");
    let list = list.into_iter().max_by_key(|(_, value)| value.len()).expect("a list");
    // Somebody is left out; somebody is there who should not be.
    for number in [0, list.1.len() / 4, list.1.len() / 2 - 1] {
        let mut shorter = list.1.clone();
        shorter.drain(2 * number..2 * number + 2);
        assert!(damage(directory, "suggest", &list.0, Some(&shorter)).0 > 0);
    }
    let mut longer = list.1.clone();
    longer.extend(15_999u16.to_le_bytes());
    assert!(damage(directory, "suggest", &list.0, Some(&longer)).0 > 0);
    for (key, value) in bitmap.iter().take(3) {
        for bit in [0, 77, PEOPLE / 2, 15_999] {
            let mut other = value.clone();
            other[bit / 8] ^= 1 << (bit % 8);
            assert!(damage(directory, "suggest", key, Some(&other)).0 > 0, "bit {bit}");
        }
    }
    assert_eq!(differences(directory), (0, Vec::new()));
}

#[test]
fn the_order_of_activity_is_checked() {
    let directory = tempfile::tempdir().expect("a directory");
    let directory = directory.path();
    fill(directory);
    for (key, value) in Tree::open(directory, "recency").entries() {
        // The newest of a block may be said to be newer than it is, but not older.
        let other = vec![0; value.len()];
        let (count, details) = damage(directory, "recency", &key, Some(&other));
        assert!(count > 0, "nothing found where {key:?} is zero");
        assert!(!details[0].is_empty());
        assert!(damage(directory, "recency", &key, None).0 > 0, "{key:?}");
    }
    assert_eq!(differences(directory), (0, Vec::new()));
}

#[test]
fn a_check_needs_the_privilege_to_manage() {
    let store = Store::temporary();
    let role = json!({"name": "reader", "cluster": ["read_security"]});
    store.expect("put_role", role.to_string());
    let role = json!({"name": "manager", "cluster": ["manage_user_profile"]});
    store.expect("put_role", role.to_string());
    for (role, expected) in [("reader", 403), ("manager", 0)] {
        let user = json!({"username": role, "password": "secret-1", "roles": [role]});
        store.expect("put_user", user.to_string());
        let login = json!({"username": role, "password": "secret-1"}).to_string();
        let (_, _, handle) = store.login(login.as_bytes());
        let handle = handle.expect("a login gives a handle");
        assert_eq!(handle.call("check", "{}").0, expected, "{role}");
        assert_eq!(handle.call("suggest", "{}").0, 0, "{role}");
    }
}

/// Makes the store what a version without the index would have left.
fn make_old(directory: &Path) {
    let environment = Environment::new()
        .set_flags(EnvironmentFlags::NO_TLS | EnvironmentFlags::NO_SYNC)
        .set_max_dbs(64)
        .open(directory)
        .expect("the environment opens");
    let main = environment.open_db(None).expect("the main tree");
    for table in ["suggest", "recency"] {
        let tree = environment.open_db(Some(table)).expect("the table is there");
        let mut txn = environment.begin_rw_txn().expect("a transaction");
        txn.clear_db(tree).expect("it is emptied");
        txn.commit().expect("it is committed");
    }
    let mut txn = environment.begin_rw_txn().expect("a transaction");
    let record = txn.get(main, b"userprofile").expect("the record").to_vec();
    // Format 2 ends with the counts of changes.
    let old = [&2_u32.to_le_bytes()[..], &record[4..70]].concat();
    txn.put(main, b"userprofile", &old, WriteFlags::empty()).expect("it is written");
    txn.commit().expect("it is committed");
}

#[test]
fn older_stores_are_indexed_when_they_are_opened() {
    let directory = tempfile::tempdir().expect("a directory");
    let directory = directory.path();
    fill(directory);
    make_old(directory);
    let config = json!({
        "path": directory, "read_only": true,
        "realms": {"external": {"ldap1": {"order": 0, "type": "ldap"}}},
    });
    let reader = Store::open(&config.to_string()).expect("the store opens");
    for operation in ["suggest", "check"] {
        let (status, answer) = reader.call(operation, "{}");
        assert_eq!(status, 503, "{answer}");
        assert!(answer.contains("its profiles are not indexed"), "{answer}");
    }
    drop(reader);
    assert_eq!(differences(directory), (0, Vec::new()));
    let found = parsed(&open(directory).expect("suggest", r#"{"name":"w1399"}"#));
    assert_eq!(found["total"]["value"], 1, "{found}");
}
