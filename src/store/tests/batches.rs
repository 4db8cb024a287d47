//! Jobs that share a transaction.

use std::sync::Barrier;
use std::sync::atomic::AtomicBool;

use super::*;

/// Calls `jobs` on as many threads while another job holds the lead, so that theirs make one batch
/// in this order.
fn together<T: Send>(store: &Store, count: usize, jobs: impl Fn(usize) -> T + Sync) -> Vec<T> {
    let (gate, jobs) = (Arc::new(Barrier::new(2)), &jobs);
    std::thread::scope(|scope| {
        let (held, ran) = (Arc::clone(&gate), AtomicBool::new(false));
        scope.spawn(move || {
            store.write(move |_| {
                if !ran.swap(true, Ordering::Relaxed) {
                    held.wait();
                    held.wait();
                }
                Ok(())
            })
        });
        gate.wait();
        let handles: Vec<_> = (0..count)
            .map(|index| {
                let handle = scope.spawn(move || jobs(index));
                while store.queue.waiting() <= index {
                    std::thread::yield_now();
                }
                handle
            })
            .collect();
        gate.wait();
        handles.into_iter().map(|handle| handle.join().unwrap()).collect()
    })
}

fn last_commit(store: &Store) -> usize {
    store.environment.env().as_ref().unwrap().last_commit()
}

#[test]
fn writers_that_wait_share_a_commit_in_the_order_in_which_they_came() {
    let directory = tempfile::tempdir().unwrap();
    let store = open(directory.path());
    let before = last_commit(&store);
    let numbers = together(&store, 50, |index| {
        store.write(move |txn| {
            txn.put(Table::Users, &[index as u8], b"here")?;
            txn.next_seq_no()
        })
    });
    let numbers: Vec<_> = numbers.into_iter().map(Result::unwrap).collect();
    assert_eq!(numbers, (0..50).collect::<Vec<_>>());
    assert_eq!(last_commit(&store), before + 1);
}

#[test]
fn more_writers_than_fit_into_a_transaction_make_several() {
    let directory = tempfile::tempdir().unwrap();
    let store = open(directory.path());
    let before = last_commit(&store);
    together(&store, 300, |_| store.write(|txn| increment(txn, b"n")).unwrap());
    assert_eq!(counter(&store, b"n"), 300);
    assert_eq!(last_commit(&store), before + 2);
    let heavy = vec![0; 3 << 20];
    together(&store, 4, |index| try_put(&store, &format!("{index}"), &heavy).unwrap());
    assert_eq!(last_commit(&store), before + 4);
}

#[test]
fn a_job_that_fails_leaves_nothing_behind_and_its_neighbours_untouched() {
    let directory = tempfile::tempdir().unwrap();
    let store = open(directory.path());
    let before = last_commit(&store);
    let results = together(&store, 40, |index| {
        store.write(move |txn| {
            let number = txn.next_number()?;
            if index % 4 == 1 {
                return Err(Error::illegal_argument("before writing"));
            }
            increment(txn, b"sum")?;
            txn.put(Table::Users, format!("job{index}").as_bytes(), b"")?;
            match index % 4 {
                2 => Err(Error::illegal_argument("after writing")),
                3 => std::panic::resume_unwind(Box::new("after writing")),
                _ => Ok(number),
            }
        })
    });
    let mut kept = Vec::new();
    for (index, result) in results.into_iter().enumerate() {
        match (index % 4, result) {
            (0, result) => kept.push(result.unwrap()),
            (1, result) => assert_eq!(result.unwrap_err().reason(), "before writing"),
            (2, result) => assert_eq!(result.unwrap_err().reason(), "after writing"),
            (_, result) => {
                let error = result.unwrap_err();
                assert_eq!(
                    (error.status(), error.reason()),
                    (500, "a write panicked: after writing")
                );
            }
        }
        assert_eq!(get(&store, &format!("job{index}")).is_some(), index % 4 == 0);
    }
    assert_eq!(kept, (1..=10).collect::<Vec<_>>());
    assert_eq!(counter(&store, b"sum"), 10);
    assert_eq!(last_commit(&store), before + 1);
}

#[test]
fn jobs_that_change_nothing_commit_nothing() {
    let directory = tempfile::tempdir().unwrap();
    let store = open(directory.path());
    let before = last_commit(&store);
    store.write(|txn| Ok(txn.get(Table::Users, b"key")?.is_none())).unwrap();
    assert!(!store.write(|txn| txn.delete(Table::Users, b"key")).unwrap());
    assert!(store.write(|_| Err::<(), _>(Error::internal("no"))).is_err());
    assert_eq!(last_commit(&store), before);
}

#[test]
fn a_broken_environment_is_opened_again() {
    let directory = tempfile::tempdir().unwrap();
    let store = open(directory.path());
    put(&store, "key", "value");
    // LMDB calls it fatal when a thread of the process died in a write transaction.
    std::thread::scope(|scope| {
        scope.spawn(|| store.environment.env().as_ref().unwrap().abandon_write());
    });
    put(&store, "key", "other");
    assert_eq!(get(&store, "key").as_deref(), Some("other"));
    std::thread::scope(|scope| {
        scope.spawn(|| store.environment.env().as_ref().unwrap().abandon_write());
    });
    // A reader meets the failure once a writer has noticed it.
    assert!(store.environment.env().as_ref().unwrap().write().is_err());
    assert_eq!(get(&store, "key").as_deref(), Some("other"));
    put(&store, "key", "again");
}

#[test]
fn a_store_that_was_moved_away_is_not_mistaken_for_another() {
    let directory = tempfile::tempdir().unwrap();
    let path = directory.path().join("store");
    let store = Store::open(&Options { map_reserve: MIB, ..options(&path) }).unwrap();
    put(&store, "key", "mine");
    std::fs::rename(&path, directory.path().join("moved")).unwrap();
    // Growing needs no path.
    try_put(&store, "large", &vec![1; 4 << 20]).unwrap();
    let other = open(&path);
    std::thread::scope(|scope| {
        scope.spawn(|| store.environment.env().as_ref().unwrap().abandon_write());
    });
    let error = try_put(&store, "key", b"theirs").unwrap_err();
    assert_eq!(error.status(), 503, "{}", error.reason());
    assert_eq!(get(&other, "key"), None);
    drop(store);
    assert_eq!(get(&open(&directory.path().join("moved")), "key").as_deref(), Some("mine"));
}
