//! Many threads in one process.

use super::*;

#[test]
fn five_hundred_threads_read_and_write_one_store() {
    let directory = tempfile::tempdir().unwrap();
    let store = Store::open(&Options { max_readers: 20, ..options(directory.path()) }).unwrap();
    let gate = std::sync::Barrier::new(500);
    std::thread::scope(|scope| {
        for thread in 0..500 {
            let (store, gate) = (&store, &gate);
            scope.spawn(move || {
                gate.wait();
                let mine = format!("thread{thread}");
                for n in 1..=10 {
                    let key = mine.clone();
                    let sum = store.write(move |txn| {
                        increment(txn, b"sum")?;
                        increment(txn, key.as_bytes())
                    });
                    assert_eq!(sum.unwrap(), n);
                    assert_eq!(counter(store, mine.as_bytes()), n);
                    assert!(counter(store, b"sum") >= n);
                }
            });
        }
    });
    assert_eq!(counter(&store, b"sum"), 5000);
}

#[test]
fn more_reads_at_one_time_than_there_are_slots_wait_for_each_other() {
    let directory = tempfile::tempdir().unwrap();
    let store = Store::open(&Options { max_readers: 5, ..options(directory.path()) }).unwrap();
    put(&store, "key", "value");
    let active = AtomicUsize::new(0);
    let most = AtomicUsize::new(0);
    std::thread::scope(|scope| {
        for _ in 0..100 {
            scope.spawn(|| {
                let found = store.read(|txn| {
                    most.fetch_max(active.fetch_add(1, Ordering::SeqCst) + 1, Ordering::SeqCst);
                    std::thread::sleep(std::time::Duration::from_millis(1));
                    active.fetch_sub(1, Ordering::SeqCst);
                    Ok(txn.get(Table::Users, b"key")?.is_some())
                });
                assert_eq!(found, Ok(true));
            });
        }
    });
    let most = most.into_inner();
    assert!((2..=5).contains(&most), "{most}");
}

#[test]
fn a_snapshot_does_not_change_while_it_is_read() {
    let directory = tempfile::tempdir().unwrap();
    let store = open(directory.path());
    put(&store, "key", "before");
    let read = store.read(|txn| {
        std::thread::scope(|scope| {
            scope.spawn(|| (0..200).for_each(|n| put(&store, "key", &format!("after {n}"))));
        });
        Ok(txn.get(Table::Users, b"key")?.map(<[u8]>::to_vec))
    });
    assert_eq!(read.unwrap().as_deref(), Some(&b"before"[..]));
    assert_eq!(get(&store, "key").as_deref(), Some("after 199"));
}
