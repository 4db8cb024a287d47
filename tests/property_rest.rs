//! Whatever bytes reach the C functions, they answer: the seeds of the fuzz target `rest`, damaged
//! in every way that one byte can damage them here and there, and truncated.

mod common;
#[path = "../fuzz/rest.rs"]
mod rest;

use std::path::Path;

use proptest::prelude::*;

fn seeds() -> Vec<Vec<u8>> {
    let directory = Path::new(env!("CARGO_MANIFEST_DIR")).join("fuzz/seeds/rest");
    let mut files: Vec<_> = directory
        .read_dir()
        .expect("fuzz/seeds/rest exists")
        .map(|entry| entry.expect("a seed").path())
        .collect();
    files.sort();
    files.iter().map(|file| std::fs::read(file).expect("a seed is readable")).collect()
}

#[test]
fn seeds_are_answered() {
    let seeds = seeds();
    assert!(!seeds.is_empty());
    seeds.iter().for_each(|seed| rest::run(seed));
}

proptest! {
    #[test]
    fn damaged_seeds_are_answered(
        seed in prop::sample::select(seeds()),
        edits in prop::collection::vec((any::<prop::sample::Index>(), 0..3u8, any::<u8>()), 1..4),
    ) {
        let mut script = seed;
        for (at, edit, byte) in edits {
            let at = at.index(script.len() + 1);
            match edit {
                0 => script.insert(at, byte),
                1 => script.truncate(at),
                _ => script.iter_mut().skip(at).take(1).for_each(|old| *old = byte),
            }
        }
        rest::run(&script);
    }
}
