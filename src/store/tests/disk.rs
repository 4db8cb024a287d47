//! A disk that is full.

use std::fs;
use std::process::Command;

use super::again::{Other, arguments};
use super::*;

/// Runs a test again under a shell that first runs `prepare`.
fn under(shell: &[&str], prepare: &str, test: &str, place: &Path) {
    let mut command = Command::new(shell[0]);
    command.args(&shell[1..]).args(["sh", "-c", &format!("{prepare} && exec \"$@\""), "sh"]);
    command.arg(std::env::current_exe().unwrap()).args(arguments(test));
    Other::run_command(command, "fill", place).finish();
}

fn durable(place: &Path) -> Arc<Store> {
    Store::open(&Options { durability: Durability::Full, ..options(place) }).unwrap()
}

/// Writes until the disk is full; answers how many writes were acknowledged.
fn fill(store: &Store, prefix: &str) -> usize {
    for n in 0.. {
        if let Err(error) = try_put(store, &format!("{prefix}{n:06}"), &[b'x'; 20_000]) {
            assert_eq!(error.status(), 503);
            assert!(error.reason().starts_with("disk full"), "{}", error.reason());
            return n;
        }
    }
    unreachable!("the disk has no end")
}

fn all_there(store: &Store, prefix: &str, count: usize) {
    for n in 0..count {
        let key = format!("{prefix}{n:06}");
        let length = store.read(|txn| Ok(txn.get(Table::Users, key.as_bytes())?.map(<[u8]>::len)));
        assert_eq!(length, Ok(Some(20_000)), "{key}");
    }
    let next = format!("{prefix}{count:06}");
    assert_eq!(get(store, &next), None);
}

#[test]
fn a_full_disk_refuses_writes_until_room_returns() {
    const TEST: &str = "store::tests::disk::a_full_disk_refuses_writes_until_room_returns";
    if let Some((_, place)) = again::role() {
        // This is a file system of 16 MiB of our own, half of it taken.
        fs::write(place.join("ballast"), vec![1; 8 << 20]).unwrap();
        let store = durable(&place.join("store"));
        let first = fill(&store, "first");
        assert!(first > 10);
        all_there(&store, "first", first);
        let again = std::thread::scope(|scope| {
            let threads: Vec<_> = (0..8)
                .map(|n| {
                    scope.spawn({
                        let store = &store;
                        move || fill(store, &format!("t{n}-"))
                    })
                })
                .collect();
            threads.into_iter().map(|thread| thread.join().unwrap()).collect::<Vec<_>>()
        });
        fs::remove_file(place.join("ballast")).unwrap();
        let second = fill(&store, "second");
        assert!(second > 100, "{second}");
        drop(store);
        let store = durable(&place.join("store"));
        all_there(&store, "first", first);
        all_there(&store, "second", second);
        for (n, count) in again.into_iter().enumerate() {
            all_there(&store, &format!("t{n}-"), count);
        }
        return;
    }
    let directory = tempfile::tempdir().unwrap();
    let mount = format!("mount -t tmpfs -o size=16m tmpfs {}", directory.path().display());
    under(&["unshare", "-Urm"], &mount, TEST, directory.path());
}

#[test]
fn a_limit_on_the_size_of_files_is_like_a_full_disk() {
    const TEST: &str = "store::tests::disk::a_limit_on_the_size_of_files_is_like_a_full_disk";
    if let Some((_, place)) = again::role() {
        let store = durable(&place);
        let count = fill(&store, "first");
        assert!(count > 100);
        assert_eq!(fill(&store, "second"), 0);
        all_there(&store, "first", count);
        fs::write(place.join("count"), count.to_string()).unwrap();
        return;
    }
    let directory = tempfile::tempdir().unwrap();
    under(&["env"], "trap '' XFSZ && ulimit -f 16000", TEST, directory.path());
    let count = fs::read_to_string(directory.path().join("count")).unwrap();
    let store = durable(directory.path());
    all_there(&store, "first", count.parse().unwrap());
    try_put(&store, "more", &[1; 20_000]).unwrap();
}

#[test]
fn a_disk_without_room_for_a_new_store_says_so() {
    const TEST: &str = "store::tests::disk::a_disk_without_room_for_a_new_store_says_so";
    if let Some((_, place)) = again::role() {
        fs::write(place.join("ballast"), vec![1; (1 << 20) - 16384]).unwrap();
        let error = Store::open(&options(&place.join("store"))).map(drop).unwrap_err();
        assert_eq!(error.status(), 503, "{error}");
        assert!(error.reason().contains("disk full"), "{error}");
        fs::remove_file(place.join("ballast")).unwrap();
        put(&open(&place.join("store")), "key", "value");
        return;
    }
    let directory = tempfile::tempdir().unwrap();
    let mount = format!("mount -t tmpfs -o size=1m tmpfs {}", directory.path().display());
    under(&["unshare", "-Urm"], &mount, TEST, directory.path());
}
