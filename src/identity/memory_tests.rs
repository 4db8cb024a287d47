//! What is remembered, how long, and how much of it.

use super::*;

fn memory(ttl_ms: i64, entries: usize) -> Memory<u32> {
    Memory::new(Limits { ttl_ms, entries })
}

fn digest(memory: &Memory<u32>, secret: &str) -> Digest {
    memory.digest(&[secret.as_bytes()]).unwrap()
}

fn remember(memory: &Memory<u32>, secret: &str, value: u32, now: i64) {
    memory.remember(digest(memory, secret), value, now);
    let entries = memory.lock();
    assert_eq!(entries.values.len(), entries.by_end.len());
    assert!(entries.values.len() <= memory.limits.entries);
}

fn recall(memory: &Memory<u32>, secret: &str, now: i64) -> Option<u32> {
    memory.recall(&digest(memory, secret), now)
}

#[test]
fn a_value_is_known_by_all_its_parts() {
    let memory = memory(10, 10);
    let parts: [&[&[u8]]; 5] = [&[b"ab", b"c"], &[b"a", b"bc"], &[b"abc"], &[b"abc", b""], &[]];
    for (value, parts) in parts.iter().enumerate() {
        memory.remember(memory.digest(parts).unwrap(), value as u32, 0);
    }
    for (value, parts) in parts.iter().enumerate() {
        assert_eq!(memory.recall(&memory.digest(parts).unwrap(), 0), Some(value as u32));
    }
}

#[test]
fn another_memory_has_another_key() {
    let [one, other] = [memory(10, 10), memory(10, 10)];
    assert_ne!(digest(&one, "a"), digest(&other, "a"));
    assert_eq!(digest(&one, "a"), digest(&one, "a"));
}

#[test]
fn a_value_counts_until_its_time_is_over() {
    let memory = memory(10, 10);
    remember(&memory, "a", 1, 100);
    assert_eq!(recall(&memory, "a", 109), Some(1));
    assert_eq!(recall(&memory, "a", 110), None);
    assert_eq!(recall(&memory, "b", 100), None);
    remember(&memory, "a", 2, 105);
    assert_eq!(recall(&memory, "a", 114), Some(2), "the time begins again");
    assert_eq!(recall(&memory, "a", 115), None);
}

#[test]
fn what_is_over_makes_room() {
    let memory = memory(10, 10);
    for (secret, now) in [("a", 0), ("b", 1), ("c", 2)] {
        remember(&memory, secret, 1, now);
    }
    remember(&memory, "d", 1, 11);
    assert_eq!(memory.lock().values.len(), 2, "c and d");
    assert_eq!(recall(&memory, "c", 11), Some(1));
}

#[test]
fn the_oldest_goes_when_there_are_too_many() {
    let memory = memory(100, 3);
    for (secret, now) in [("a", 0), ("b", 1), ("c", 2), ("a", 3), ("d", 4)] {
        remember(&memory, secret, 1, now);
    }
    let known = |secret| recall(&memory, secret, 5).is_some();
    assert_eq!(["a", "b", "c", "d"].map(known), [true, false, true, true]);
    remember(&memory, "f", 1, 4);
    assert_eq!(["c", "a", "d", "f"].map(known), [false, true, true, true], "in one millisecond");
    // The clock was set back: what was remembered then goes first.
    remember(&memory, "e", 1, -50);
    assert_eq!(["a", "d", "f", "e"].map(known), [true, true, true, false]);
}

#[test]
fn without_room_or_time_nothing_is_remembered() {
    for (ttl_ms, entries) in [(0, 10), (-1, 10), (10, 0)] {
        assert_eq!(memory(ttl_ms, entries).digest(&[b"a"]), None);
    }
}

#[test]
fn a_time_at_the_end_of_all_time_is_no_trouble() {
    let memory = memory(i64::MAX, 10);
    remember(&memory, "a", 1, i64::MAX - 1);
    assert_eq!(recall(&memory, "a", i64::MAX - 1), Some(1));
}
