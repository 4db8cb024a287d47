//! G15 and G16: what it takes to open a store.

use std::fs;
use std::path::Path;
use std::process::Command;
use std::time::Instant;

use crate::abi::{Store, userprofile_get};
use crate::figure::{Figure, Goal};
use crate::measure::{Contender, ROUNDS, interleaved, median};
use crate::stores::Stores;

const MIB: f64 = 1024.0 * 1024.0;

pub fn measure(stores: &Stores) -> Vec<Figure> {
    let contenders: Vec<Contender> = vec![
        Box::new(|| ms(|| stores.ours())),
        Box::new(|| ms(|| stores.lmdb())),
        Box::new(|| child_memory(stores)),
    ];
    let results = interleaved(ROUNDS, contenders);
    let [ours, lmdb, memory] = &results[..] else { unreachable!("one result for each contender") };
    let count = stores.profiles.len() as f64;
    vec![
        Figure {
            number: "G15",
            what: "open".to_owned(),
            ours: format!("{:.2} ms", median(ours)),
            peer: format!("LMDB {:.2} ms", median(lmdb)),
            value: median(ours),
            unit: " ms",
            goal: Goal::AtMost(10.0, 2.0),
        },
        Figure {
            number: "G16",
            what: "anonymous memory that open and 1,000 gets add".to_owned(),
            ours: format!("{:.2} MiB", median(memory)),
            peer: String::new(),
            value: median(memory),
            unit: " MiB",
            goal: Goal::AtMost(16.0 + 8.0 * count / MIB, 8.0 + 4.0 * count / MIB),
        },
    ]
}

/// The time that opening takes; closing does not count.
fn ms<T>(open: impl FnOnce() -> T) -> f64 {
    let start = Instant::now();
    let opened = open();
    let spent = start.elapsed().as_secs_f64() * 1000.0;
    drop(opened);
    spent
}

/// A process of its own, because this one has allocated and freed much.
fn child_memory(stores: &Stores) -> f64 {
    let program = std::env::current_exe().expect("this program has a path");
    let uid = &stores.profiles[0].uid;
    let output = Command::new(program)
        .arg("--memory")
        .arg(stores.path())
        .arg(uid)
        .output()
        .expect("this program starts again");
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let bytes: f64 = String::from_utf8_lossy(&output.stdout).trim().parse().expect("a number");
    bytes / MIB
}

/// Prints the bytes of anonymous memory that an open store takes.
pub fn child(path: &Path, uid: &str) {
    let before = anonymous();
    let store = Store::open(path, "full");
    let request = format!(r#"{{"uid":"{uid}"}}"#);
    for _ in 0..1000 {
        store.must(userprofile_get, &request);
    }
    println!("{}", anonymous().saturating_sub(before));
}

/// Anonymous memory of this process in bytes.
fn anonymous() -> u64 {
    let rollup = fs::read_to_string("/proc/self/smaps_rollup").expect("Linux tells");
    let line = rollup.lines().find(|line| line.starts_with("Anonymous:")).expect("a line of it");
    let kib: u64 =
        line.split_whitespace().nth(1).and_then(|word| word.parse().ok()).expect("a number");
    kib * 1024
}
