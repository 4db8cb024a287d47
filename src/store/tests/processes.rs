//! Several processes on one store.

use super::again::Other;
use super::*;
use crate::fork;

#[test]
fn eight_processes_share_one_store() {
    const TEST: &str = "store::tests::processes::eight_processes_share_one_store";
    if let Some((name, place)) = again::role() {
        let store = open(&place);
        std::thread::scope(|scope| {
            for _ in 0..4 {
                scope.spawn(|| {
                    for n in 0..50 {
                        let (key, bytes) = (format!("{name}.{n}"), name.clone().into_bytes());
                        let job = move |txn: &mut WriteTxn<'_>| {
                            txn.put(Table::Subjects, key.as_bytes(), &bytes)?;
                            increment(txn, b"sum")
                        };
                        let sum = store.write(job).unwrap();
                        assert!(counter(&store, b"sum") >= sum);
                    }
                });
            }
        });
        return;
    }
    let directory = tempfile::tempdir().unwrap();
    let others: Vec<_> =
        (0..8).map(|n| Other::run(TEST, &format!("{n}"), directory.path())).collect();
    let store = open(directory.path());
    while counter(&store, b"sum") < 8 * 4 * 50 / 2 {
        store.read(|txn| Ok(entries(txn, Table::Subjects, b"").len())).unwrap();
    }
    others.into_iter().for_each(|other| drop(other.finish()));
    assert_eq!(counter(&store, b"sum"), 8 * 4 * 50);
    let found = store.read(|txn| Ok(entries(txn, Table::Subjects, b"").len()));
    assert_eq!(found, Ok(8 * 50));
}

#[test]
fn two_processes_that_write_at_full_speed_take_turns() {
    const TEST: &str = "store::tests::processes::two_processes_that_write_at_full_speed_take_turns";
    const WRITES: usize = 300;
    let durable = |place: &Path| {
        Store::open(&Options { durability: Durability::Full, ..options(place) }).unwrap()
    };
    if let Some((_, place)) = again::role() {
        let store = durable(&place);
        for _ in 0..WRITES {
            store.write(|txn| increment(txn, b"theirs")).unwrap();
        }
        return;
    }
    let directory = tempfile::tempdir().unwrap();
    let store = durable(directory.path());
    let other = Other::run(TEST, "write", directory.path());
    while counter(&store, b"theirs") == 0 {
        std::thread::yield_now();
    }
    let mut mine = 0;
    while counter(&store, b"theirs") < WRITES as u64 && mine < WRITES * 20 {
        store.write(|txn| increment(txn, b"mine")).unwrap();
        mine += 1;
    }
    let theirs = counter(&store, b"theirs");
    assert!((WRITES / 20..WRITES * 20).contains(&mine), "{mine} to {theirs}");
    other.finish();
}

#[test]
fn what_a_killed_reader_held_is_used_again() {
    const TEST: &str = "store::tests::processes::what_a_killed_reader_held_is_used_again";
    if let Some((_, place)) = again::role() {
        let store = open(&place);
        store
            .read(|_| {
                eprintln!("reading");
                std::thread::park();
                Ok(())
            })
            .unwrap();
    }
    let directory = tempfile::tempdir().unwrap();
    let store = open(directory.path());
    (0..100).for_each(|n| put(&store, &format!("{n}"), &"x".repeat(1000)));
    let mut other = Other::run(TEST, "read", directory.path());
    assert_eq!(other.hear(), "reading");
    other.kill();
    let used = || store.environment.env().as_ref().unwrap().used().unwrap();
    let before = used();
    // Each of these takes new pages as long as the snapshot of the dead is kept.
    for n in 0..2000 {
        put(&store, "50", &format!("{n}"));
    }
    assert!(used() < before + 6 * MIB, "{before} {}", used());
}

#[test]
fn dead_readers_do_not_take_the_slots_of_the_living() {
    const TEST: &str = "store::tests::processes::dead_readers_do_not_take_the_slots_of_the_living";
    let few = |place: &Path| Store::open(&Options { max_readers: 4, ..options(place) }).unwrap();
    if let Some((_, place)) = again::role() {
        let store = few(&place);
        let read = store.read(|_| {
            store.read(|_| {
                eprintln!("reading");
                std::thread::park();
                Ok(())
            })
        });
        return read.unwrap();
    }
    let directory = tempfile::tempdir().unwrap();
    let store = few(directory.path());
    let mut others = [0, 1].map(|_| Other::run(TEST, "read", directory.path()));
    others.iter().for_each(|other| assert_eq!(other.hear(), "reading"));
    // All slots are taken, by the living.
    let refused = store.read(|_| Ok(())).unwrap_err();
    assert!(refused.status() == 503 && refused.reason().contains("max_readers"), "{refused}");
    others[0].kill();
    assert_eq!(get(&store, "key"), None);
}

/// What a child that has inherited `store` finds; a number names what went wrong.
fn child_of(store: Arc<Store>, place: &Path) -> i32 {
    let refused = |result: Result<()>| {
        result.is_err_and(|error| error.status() == 503 && error.reason().contains("fork"))
    };
    if !refused(store.read(|_| Ok(()))) {
        return 1;
    }
    if !refused(store.write(|_| Ok(()))) || !refused(store.shrink(|_| Ok(()))) {
        return 2;
    }
    let Ok(own) =
        Store::open(&Options { path: place.to_owned(), ..store.environment.options.clone() })
    else {
        return 3;
    };
    if Arc::ptr_eq(&own, &store) {
        return 4;
    }
    drop(store);
    for _ in 0..20 {
        if own.write(|txn| increment(txn, b"sum")).is_err() {
            return 5;
        }
    }
    if own.read(|txn| Ok(txn.get(Table::Users, b"sum")?.is_some())) != Ok(true) {
        return 6;
    }
    drop(own);
    // What the parent has open is open still, also to grandchildren.
    let Ok(own) = Store::open(&options(place)) else { return 7 };
    fork::in_a_child(move || i32::from(!refused(own.read(|_| Ok(())))))
}

#[test]
fn a_child_opens_the_store_anew_while_its_parent_goes_on() {
    let directory = tempfile::tempdir().unwrap();
    let store = open(directory.path());
    let (stop, mine) = (AtomicUsize::new(0), AtomicUsize::new(0));
    std::thread::scope(|scope| {
        for _ in 0..2 {
            scope.spawn(|| {
                while stop.load(Ordering::Relaxed) == 0 {
                    store.write(|txn| increment(txn, b"sum")).unwrap();
                    mine.fetch_add(1, Ordering::Relaxed);
                    assert!(counter(&store, b"sum") > 0);
                }
            });
        }
        let ends: Vec<_> = (0..10)
            .map(|_| {
                let inherited = Arc::clone(&store);
                fork::in_a_child(|| child_of(inherited, directory.path()))
            })
            .collect();
        stop.store(1, Ordering::Relaxed);
        assert_eq!(ends, [0; 10]);
    });
    assert_eq!(counter(&store, b"sum"), 200 + mine.into_inner() as u64);
}

#[test]
fn a_child_that_drops_an_inherited_store_leaves_it_to_its_parent() {
    let settings = Options { temporary: true, ..options(Path::new("")) };
    let mut store = Some(Store::open(&settings).unwrap());
    let environment = Arc::clone(&store.as_ref().unwrap().environment);
    let end = fork::in_a_child(|| {
        drop(store.take());
        i32::from(environment.env().is_none() || Arc::strong_count(&environment) < 2)
    });
    assert_eq!(end, 0);
    let store = store.unwrap();
    assert!(environment.place.directory.exists());
    put(&store, "key", "value");
    assert_eq!(get(&store, "key").as_deref(), Some("value"));
}
