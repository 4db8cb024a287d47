//! The map grows, and stops at its limit.

use super::again::Other;
use super::*;

fn small(path: &Path, max_size: u64) -> Options {
    Options { map_reserve: MIB, max_size, ..options(path) }
}

/// Writes entries of 1 KB until the store refuses one; answers how many it took and the refusal.
fn fill(store: &Store, prefix: &str) -> (usize, Error) {
    for n in 0.. {
        if let Err(error) = try_put(store, &format!("{prefix}{n:06}"), &[7; 1000]) {
            return (n, error);
        }
    }
    unreachable!("the store has no end")
}

#[test]
fn the_map_grows_under_readers_and_writers() {
    let directory = tempfile::tempdir().unwrap();
    let store = Store::open(&small(directory.path(), 1 << 30)).unwrap();
    put(&store, "key", "value");
    std::thread::scope(|scope| {
        for thread in 0..4 {
            let store = &store;
            scope.spawn(move || {
                for n in 0..40 {
                    try_put(store, &format!("{thread}-{n}"), &vec![thread; 100_000]).unwrap();
                }
            });
        }
        for _ in 0..4 {
            scope.spawn(|| {
                for _ in 0..20_000 {
                    assert_eq!(get(&store, "key").as_deref(), Some("value"));
                }
            });
        }
    });
    let found = store.read(|txn| Ok(entries(txn, Table::Users, b"")));
    let large = found.unwrap().into_iter().filter(|(_, value)| value.len() == 100_000).count();
    assert_eq!(large, 160);
}

#[test]
fn at_its_limit_a_store_refuses_and_loses_nothing_and_heals() {
    let directory = tempfile::tempdir().unwrap();
    let store = Store::open(&small(directory.path(), 3 * MIB)).unwrap();
    let (count, error) = fill(&store, "first");
    assert_eq!(error.status(), 503);
    assert!(error.reason().contains("[max_size] of [3145728]"), "{}", error.reason());
    assert!(count > 1000, "{count}");
    for n in 0..count {
        assert!(get(&store, &format!("first{n:06}")).is_some());
    }
    assert_eq!(get(&store, &format!("first{count:06}")), None);
    // Every delete works, and what it frees can be written again.
    for n in 0..count {
        let key = format!("first{n:06}");
        assert!(store.shrink(move |txn| txn.delete(Table::Users, key.as_bytes())).unwrap());
    }
    let (again, _) = fill(&store, "second");
    assert!(again > count * 8 / 10, "{again} of {count}");
    drop(store);
    let size = std::fs::metadata(directory.path().join("data.mdb")).unwrap().len();
    assert!(size < 4 * MIB, "{size}");
}

#[test]
fn a_full_store_refuses_the_jobs_that_do_not_fit_and_takes_the_others() {
    let directory = tempfile::tempdir().unwrap();
    let store = Store::open(&small(directory.path(), 2 * MIB)).unwrap();
    let results: Vec<_> = std::thread::scope(|scope| {
        let write = |n: usize| {
            let size = if n.is_multiple_of(2) { 4 << 20 } else { 10 };
            try_put(&store, &format!("{n}"), &vec![1; size])
        };
        let threads: Vec<_> = (0..20).map(|n| scope.spawn(move || write(n))).collect();
        threads.into_iter().map(|thread| thread.join().unwrap()).collect()
    });
    for (n, result) in results.into_iter().enumerate() {
        assert_eq!(result.is_ok(), n % 2 == 1, "{n}");
        assert_eq!(get(&store, &format!("{n}")).is_some(), n % 2 == 1);
    }
}

#[test]
fn what_another_process_adds_is_adopted() {
    const TEST: &str = "store::tests::growth::what_another_process_adds_is_adopted";
    if let Some((_, place)) = again::role() {
        let store = Store::open(&Options { map_reserve: 64 * MIB, ..options(&place) }).unwrap();
        (0..8).for_each(|n| try_put(&store, &format!("theirs{n}"), &vec![n; 1 << 20]).unwrap());
        return;
    }
    let directory = tempfile::tempdir().unwrap();
    let store = Store::open(&small(directory.path(), 1 << 30)).unwrap();
    put(&store, "mine", "value");
    let add = |store: &Store| {
        store.read(|txn| {
            Other::run(TEST, "add", directory.path()).finish();
            // This snapshot is older.
            assert_eq!(txn.get(Table::Users, b"mine")?, Some(&b"value"[..]));
            Ok(())
        })
    };
    add(&store).unwrap();
    assert_eq!(store.read(|txn| Ok(txn.get(Table::Users, b"theirs7")?.is_some())), Ok(true));
    drop(store);
    // The same for who writes next.
    let directory = tempfile::tempdir().unwrap();
    let store = Store::open(&small(directory.path(), 1 << 30)).unwrap();
    put(&store, "mine", "value");
    Other::run(TEST, "add", directory.path()).finish();
    put(&store, "mine", "more");
    assert_eq!(get(&store, "mine").as_deref(), Some("more"));
}

#[test]
fn a_process_with_little_address_space_maps_what_it_can() {
    const TEST: &str = "store::tests::growth::a_process_with_little_address_space_maps_what_it_can";
    if let Some((_, place)) = again::role() {
        let huge = Options { map_reserve: 1 << 40, max_size: 1 << 42, ..options(&place) };
        let store = Store::open(&huge).unwrap();
        put(&store, "key", "value");
        assert_eq!(get(&store, "key").as_deref(), Some("value"));
        return;
    }
    let directory = tempfile::tempdir().unwrap();
    let mut limited = std::process::Command::new("sh");
    limited.args(["-c", "ulimit -v 2000000 && exec \"$@\"", "sh"]);
    limited.arg(std::env::current_exe().unwrap()).args(again::arguments(TEST));
    Other::run_command(limited, "open", directory.path()).finish();
    assert_eq!(get(&open(directory.path()), "key").as_deref(), Some("value"));
}
