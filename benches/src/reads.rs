//! G1-G5: `get` beside a raw LMDB get and copy of the same bytes, and beside SQLite.

use std::hint::black_box;
use std::time::Instant;

use crate::abi::{Store, userprofile_get};
use crate::figure::{Figure, Goal};
use crate::lmdb_peer::touch;
use crate::measure::{Contender, ROUNDS, interleaved, median, ns_per_item, ratio};
use crate::stores::{Profile, Stores};

const READS: usize = 200_000;
const HOT: usize = 1000;

fn get(store: &Store, request: &str) {
    let (status, answer) = store.call(userprofile_get, request.as_bytes());
    assert_eq!(status, 0, "{}", answer.text());
    black_box(answer.bytes());
}

pub fn measure(stores: &Stores) -> Vec<Figure> {
    let (ours, lmdb, sqlite) = (stores.ours(), stores.lmdb(), stores.sqlite());
    let (headers, answers) = (lmdb.reader(lmdb.headers), lmdb.reader(lmdb.answers));
    let (all, hot) = (stores.sample(READS, usize::MAX), stores.sample(READS, HOT));

    let first = all[0];
    let header = ours.must(userprofile_get, &first.get);
    assert_eq!(header.bytes(), headers.get(first.uid.as_bytes(), <[u8]>::to_vec), "the same bytes");
    assert_eq!(header.bytes(), sqlite.header(&first.uid), "the same bytes");
    let full = ours.must(userprofile_get, &first.get_all);
    assert_eq!(full.bytes(), answers.get(first.uid.as_bytes(), <[u8]>::to_vec), "the same bytes");
    assert_eq!(full.bytes(), sqlite.full(&first.uid), "the same bytes");

    let each = |operation: &dyn Fn(&Profile)| ns_per_item(&all, |profile| operation(profile));
    let contenders: Vec<Contender> = vec![
        Box::new(|| each(&|p| get(&ours, &p.get))),
        Box::new(|| each(&|p| headers.get(p.uid.as_bytes(), touch))),
        Box::new(|| each(&|p| drop(black_box(headers.get(p.uid.as_bytes(), parse_and_write))))),
        Box::new(|| each(&|p| drop(black_box(sqlite.header(&p.uid))))),
        Box::new(|| each(&|p| get(&ours, &p.get_all))),
        Box::new(|| each(&|p| answers.get(p.uid.as_bytes(), touch))),
        Box::new(|| each(&|p| drop(black_box(sqlite.full(&p.uid))))),
        Box::new(|| ns_per_item(&hot, |p| get(&ours, &p.get))),
        Box::new(|| ns_per_item(&hot, |p| headers.get(p.uid.as_bytes(), touch))),
        Box::new(|| shared(1, &ours, &all)),
        Box::new(|| shared(2, &ours, &all)),
    ];
    let results = interleaved(ROUNDS, contenders);
    let [header, raw, parsed, lite, full, raw_full, lite_full, hot, raw_hot, one, two] =
        &results[..]
    else {
        unreachable!("one result for each contender")
    };

    let compare = |number, what: &str, ours: &[f64], name: &str, peer: &[f64], goal| {
        let value =
            if matches!(goal, Goal::AtLeast(..)) { ratio(peer, ours) } else { ratio(ours, peer) };
        let ns = |values| format!("{:.0} ns", median(values));
        Figure {
            number,
            what: what.to_owned(),
            ours: ns(ours),
            peer: format!("{name} {}", ns(peer)),
            value,
            unit: "x",
            goal,
        }
    };
    vec![
        compare(
            "G1",
            "get, header, random: time over raw LMDB's",
            header,
            "LMDB",
            raw,
            Goal::AtMost(1.25, 1.0),
        ),
        compare(
            "G2",
            "the same call, held to the goal with a JSON request",
            header,
            "LMDB",
            raw,
            Goal::AtMost(1.4, 1.2),
        ),
        compare(
            "",
            "get, header, 1,000 hot profiles: time over raw LMDB's",
            hot,
            "LMDB",
            raw_hot,
            Goal::None,
        ),
        compare("", "get, header, random: time over SQLite's", header, "SQLite", lite, Goal::None),
        compare(
            "",
            "get with data=*, random: time over raw LMDB's, one value",
            full,
            "LMDB",
            raw_full,
            Goal::None,
        ),
        compare(
            "G3",
            "get with data=*, random: times as fast as SQLite",
            full,
            "SQLite",
            lite_full,
            Goal::AtLeast(3.0, 4.5),
        ),
        compare(
            "G4",
            "get, header: times as fast as LMDB, parse and write again",
            header,
            "LMDB + serde_json",
            parsed,
            Goal::AtLeast(2.5, 3.0),
        ),
        Figure {
            number: "G5",
            what: "get, header, random: 2 threads over 1".to_owned(),
            ours: format!("{:.2} M/s", 1e3 / median(two)),
            peer: format!("1 thread {:.2} M/s", 1e3 / median(one)),
            value: ratio(one, two),
            unit: "x",
            goal: Goal::AtLeast(1.8, 2.0),
        },
    ]
}

fn parse_and_write(bytes: &[u8]) -> Vec<u8> {
    let value: serde_json::Value = serde_json::from_slice(bytes).expect("answers are JSON");
    serde_json::to_vec(&value).expect("JSON is written")
}

/// Nanoseconds per get, by the clock, when so many threads share the work.
fn shared(threads: usize, store: &Store, profiles: &[&Profile]) -> f64 {
    let start = Instant::now();
    std::thread::scope(|scope| {
        for part in profiles.chunks(profiles.len().div_ceil(threads)) {
            scope.spawn(|| part.iter().for_each(|profile| get(store, &profile.get)));
        }
    });
    start.elapsed().as_nanos() as f64 / profiles.len() as f64
}
