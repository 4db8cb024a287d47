//! G7-G9: durable `update_data` by 1, 8 and 32 callers beside raw LMDB commits and SQLite.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use crate::abi::{Store, userprofile_update_data};
use crate::figure::{Figure, Goal};
use crate::lmdb_peer::Lmdb;
use crate::measure::{Load, ROUNDS, load, median_load, ratio};
use crate::sqlite_peer::Sqlite;
use crate::stores::{Profile, Stores, document_key};

const TIME: Duration = Duration::from_millis(700);
const CALLERS: [usize; 3] = [1, 8, 32];

/// One user saves one setting: the same small change for everybody, each to a random profile.
pub struct Updates<'a> {
    profiles: Vec<&'a Profile>,
    next: AtomicUsize,
}

impl<'a> Updates<'a> {
    pub fn new(stores: &'a Stores) -> Updates<'a> {
        Updates { profiles: stores.sample(1_000_000, usize::MAX), next: AtomicUsize::new(0) }
    }

    /// The next profile, and a number that makes its change one.
    fn next(&self) -> (&Profile, usize) {
        let number = self.next.fetch_add(1, Ordering::Relaxed);
        (self.profiles[number % self.profiles.len()], number)
    }

    pub fn ours(&self, store: &Store) {
        let (profile, number) = self.next();
        let request = format!(
            r#"{{"uid":"{}","data":{{"kibana":{{"avatar":{{"initials":"{number:08}"}}}}}}}}"#,
            profile.uid
        );
        store.must(userprofile_update_data, &request);
    }

    /// A commit of its own that rewrites as many bytes; no merge and no version.
    pub fn lmdb(&self, lmdb: &Lmdb) {
        let (profile, number) = self.next();
        let value = format!("{number:0488}");
        let key = document_key(&profile.uid, "kibana");
        lmdb.put_all([(lmdb.documents, &key[..], value.as_bytes())]);
    }

    fn sqlite(&self, sqlite: &Sqlite) {
        let (profile, number) = self.next();
        sqlite.update(
            &profile.uid,
            "kibana",
            &format!(r#"{{"avatar":{{"initials":"{number:08}"}}}}"#),
        );
    }
}

pub fn measure(stores: &Stores) -> Vec<Figure> {
    let (store, lmdb, updates) = (stores.ours(), stores.lmdb(), Updates::new(stores));
    let ours = |callers| load(callers, TIME, |_| || updates.ours(&store));
    let naive = |callers| load(callers, TIME, |_| || updates.lmdb(&lmdb));
    let lite = |callers| {
        load(callers, TIME, |_| {
            let connection = stores.sqlite();
            let updates = &updates;
            move || updates.sqlite(&connection)
        })
    };
    let contenders: [&dyn Fn(usize) -> Load; 3] = [&ours, &naive, &lite];
    // [contender][callers][round]
    let mut results: [[Vec<Load>; 3]; 3] = Default::default();
    for round in 0..=ROUNDS {
        for (column, &callers) in CALLERS.iter().enumerate() {
            for (contender, results) in contenders.iter().zip(&mut results) {
                let result = contender(callers);
                if round > 0 {
                    results[column].push(result);
                }
            }
        }
    }
    figures(&results)
}

pub fn per_second(loads: &[Load]) -> Vec<f64> {
    loads.iter().map(|load| load.per_second).collect()
}

fn p99(loads: &[Load]) -> Vec<f64> {
    loads.iter().map(|load| load.p99_us).collect()
}

pub fn shown(loads: &[Load]) -> String {
    let load = median_load(loads);
    format!("{:.0}/s, p50 {:.0} us, p99 {:.0} us", load.per_second, load.p50_us, load.p99_us)
}

fn figures([ours, lmdb, sqlite]: &[[Vec<Load>; 3]; 3]) -> Vec<Figure> {
    let compare = |number, what: &str, ours: &[Load], name: &str, peer: &[Load], goal| Figure {
        number,
        what: format!("durable updates, {what}"),
        ours: shown(ours),
        peer: format!("{name} {}", shown(peer)),
        value: ratio(&per_second(ours), &per_second(peer)),
        unit: "x",
        goal,
    };
    let best = (0..3)
        .max_by(|&a, &b| {
            let speed = |column: usize| median_load(&sqlite[column]).per_second;
            speed(a).total_cmp(&speed(b))
        })
        .expect("three columns");
    vec![
        compare(
            "G7",
            "1 caller: rate over raw LMDB's",
            &ours[0],
            "LMDB",
            &lmdb[0],
            Goal::AtLeast(0.9, 1.0),
        ),
        compare("", "1 caller: rate over SQLite's", &ours[0], "SQLite", &sqlite[0], Goal::None),
        compare(
            "",
            "8 callers: rate over LMDB's, a commit each",
            &ours[1],
            "LMDB",
            &lmdb[1],
            Goal::None,
        ),
        compare("", "8 callers: rate over SQLite's", &ours[1], "SQLite", &sqlite[1], Goal::None),
        compare(
            "G8",
            "32 callers: rate over LMDB's, a commit each",
            &ours[2],
            "LMDB",
            &lmdb[2],
            Goal::AtLeast(4.0, 5.5),
        ),
        compare(
            "G8",
            "32 callers: rate over SQLite's",
            &ours[2],
            "SQLite",
            &sqlite[2],
            Goal::AtLeast(3.0, 3.6),
        ),
        compare(
            "G8",
            &format!("32 callers: rate over SQLite's best, {} callers", CALLERS[best]),
            &ours[2],
            "SQLite",
            &sqlite[best],
            Goal::AtLeast(1.5, 1.8),
        ),
        Figure {
            number: "G9",
            what: "durable updates, 32 callers: p99 over SQLite's".to_owned(),
            ours: format!("{:.1} ms", median_load(&ours[2]).p99_us / 1000.0),
            peer: format!("SQLite {:.1} ms", median_load(&sqlite[2]).p99_us / 1000.0),
            value: ratio(&p99(&ours[2]), &p99(&sqlite[2])),
            unit: "x",
            goal: Goal::AtMost(0.25, 0.1),
        },
    ]
}
