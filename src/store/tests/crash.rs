//! Processes that are killed while they write: what was acknowledged is there, nothing is half
//! there, and those who live go on.

use std::collections::BTreeSet;

use super::again::Other;
use super::*;

const TEST: &str = "store::tests::crash::killed_writers_lose_nothing_and_stop_nobody";
/// Rounds of the ordinary run; a long one sets the variable below.
const ROUNDS: u64 = 20;
const WANTED: &str = "USERPROFILE_CRASH_ROUNDS";

fn durable(place: &Path) -> Arc<Store> {
    Store::open(&Options { durability: Durability::Full, ..options(place) }).unwrap()
}

/// Three threads that write for ever. Each write is of three entries in two tables, and told only
/// when it is acknowledged.
fn write_for_ever(name: &str, place: &Path) {
    let store = durable(place);
    std::thread::scope(|scope| {
        for thread in 0..3 {
            let store = &store;
            scope.spawn(move || {
                for n in 0.. {
                    let key = format!("{name}.{thread}.{n}");
                    let written = key.clone();
                    let job = move |txn: &mut WriteTxn<'_>| {
                        let number = u64::from(txn.next_number()?);
                        txn.put(Table::Users, written.as_bytes(), &number.to_le_bytes())?;
                        txn.put(Table::Records, &number.to_ne_bytes(), written.as_bytes())?;
                        increment(txn, b"sum")
                    };
                    store.write(job).unwrap();
                    eprintln!("{key}");
                }
            });
        }
    });
}

/// Fails unless every entry has its counterparts; answers the keys that were written.
fn whole(store: &Store) -> BTreeSet<String> {
    let (users, records) = store
        .read(|txn| Ok((entries(txn, Table::Users, b""), entries(txn, Table::Records, b""))))
        .unwrap();
    let mut keys = BTreeSet::new();
    for (index, (number, key)) in records.iter().enumerate() {
        let number = u64::from_ne_bytes(number[..].try_into().unwrap());
        assert_eq!(number, index as u64 + 1, "numbers are dense");
        let at = users.binary_search_by(|(user, _)| user.cmp(key)).expect("both entries");
        assert_eq!(users[at].1, number.to_le_bytes());
        keys.insert(String::from_utf8(key.clone()).unwrap());
    }
    assert_eq!(users.len(), records.len() + 1);
    let sum = users.iter().find(|(user, _)| user == b"sum").expect("the sum");
    assert_eq!(sum.1, (records.len() as u64).to_le_bytes());
    keys
}

#[test]
fn killed_writers_lose_nothing_and_stop_nobody() {
    if let Some((name, place)) = again::role() {
        return write_for_ever(&name, &place);
    }
    let rounds = std::env::var(WANTED).map_or(ROUNDS, |rounds| rounds.parse().unwrap());
    let directory = tempfile::tempdir().unwrap();
    let mut acknowledged = BTreeSet::new();
    for round in 0..rounds {
        let mut dies = Other::run(TEST, &format!("{round}a"), directory.path());
        let mut lives = Other::run(TEST, &format!("{round}b"), directory.path());
        // As many writes in, and for so many microseconds more.
        let moment = getrandom::u64().unwrap();
        (0..1 + moment % 40).for_each(|_| drop(acknowledged.insert(dies.hear())));
        acknowledged.insert(lives.hear());
        std::thread::sleep(std::time::Duration::from_micros(moment >> 32 & 0xFFF));
        dies.kill();
        acknowledged.extend(dies.rest());
        // As many writes as the pipe may still hold from before, and more.
        let before = whole(&durable(directory.path())).len();
        while whole(&durable(directory.path())).len() < before + 5 {
            acknowledged.insert(lives.hear());
        }
        lives.kill();
        acknowledged.extend(lives.rest());
        let written = whole(&durable(directory.path()));
        let lost: Vec<_> = acknowledged.difference(&written).collect();
        assert!(lost.is_empty(), "{lost:?}");
    }
    put(&durable(directory.path()), "after", "all");
}
