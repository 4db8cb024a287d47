//! Reading, writing and scanning, and what their errors are.

use std::os::unix::fs::MetadataExt;

use super::*;

#[test]
fn what_is_written_is_read() {
    let directory = tempfile::tempdir().unwrap();
    let store = open(&directory.path().join("store"));
    put(&store, "ana", "1");
    put(&store, "eve", "");
    assert_eq!(get(&store, "ana").as_deref(), Some("1"));
    assert_eq!(get(&store, "eve").as_deref(), Some(""));
    assert_eq!(get(&store, "bob"), None);
    assert!(store.write(|txn| txn.delete(Table::Users, b"ana")).unwrap());
    assert!(!store.write(|txn| txn.delete(Table::Users, b"ana")).unwrap());
    assert_eq!(get(&store, "ana"), None);
}

#[test]
fn records_are_in_numeric_order_and_other_tables_in_the_order_of_bytes() {
    let directory = tempfile::tempdir().unwrap();
    let store = open(directory.path());
    let numbers = [1_u64 << 32, 3, 256, (2 << 32) | 7, 255, 1, 1 << 63];
    store
        .write(move |txn| {
            for number in numbers {
                txn.put(Table::Records, &number.to_ne_bytes(), &number.to_le_bytes())?;
                txn.put(Table::Uids, &number.to_le_bytes(), b"uid")?;
            }
            assert_eq!(entries(txn, Table::Records, &[]).len(), numbers.len());
            Ok(())
        })
        .unwrap();
    let mut sorted = numbers;
    sorted.sort_unstable();
    let found = store.read(|txn| {
        for number in numbers {
            let value = txn.get(Table::Records, &number.to_ne_bytes())?;
            assert_eq!(value, Some(&number.to_le_bytes()[..]));
        }
        let uids = entries(txn, Table::Uids, &[]);
        assert!(uids.is_sorted() && uids.len() == numbers.len());
        assert_eq!(entries(txn, Table::Records, &(2_u64 << 32).to_ne_bytes()).len(), 2);
        Ok(entries(txn, Table::Records, &[]))
    });
    let found: Vec<_> = found.unwrap().into_iter().map(|(key, _)| key).collect();
    assert_eq!(found, sorted.map(|number| number.to_ne_bytes().to_vec()));
}

#[test]
fn a_scan_ends_when_the_visitor_breaks_or_fails() {
    let directory = tempfile::tempdir().unwrap();
    let store = open(directory.path());
    ["a", "b", "c", "d"].iter().for_each(|key| put(&store, key, key));
    let mut seen = Vec::new();
    let scanned = store.read(|txn| {
        txn.scan(Table::Users, b"b", &mut |key, _| {
            seen.push(key.to_vec());
            Ok(if key == b"c" { ControlFlow::Break(()) } else { ControlFlow::Continue(()) })
        })?;
        txn.scan(Table::Users, b"zz", &mut |_, _| panic!("nothing is there"))?;
        txn.scan(Table::Users, b"", &mut |_, _| Err(Error::internal("enough")))
    });
    assert_eq!(seen, [b"b", b"c"]);
    assert_eq!(scanned.unwrap_err().reason(), "enough");
}

#[test]
fn keys_that_lmdb_would_refuse_are_errors_of_their_own_job_only() {
    let directory = tempfile::tempdir().unwrap();
    let store = open(directory.path());
    let long = vec![b'x'; 512];
    for key in [b"".as_slice(), &long] {
        let key = key.to_vec();
        let error = store.write(move |txn| txn.put(Table::Users, &key, b"")).unwrap_err();
        assert_eq!(error.status(), 500);
    }
    assert!(store.write(|txn| txn.put(Table::Records, b"1234567", b"")).is_err());
    assert!(store.read(|txn| Ok(txn.get(Table::Records, b"123456789")?.is_some())).is_err());
    put(&store, "short", "fine");
    assert_eq!(store.read(|txn| Ok(entries(txn, Table::Users, &[]).len())).unwrap(), 1);
}

#[test]
fn names_of_any_length_are_keys_that_do_not_meet() {
    let directory = tempfile::tempdir().unwrap();
    let store = open(directory.path());
    let mut names: Vec<String> = ["", "\0", "\0\0", "a", "a\0"].map(String::from).to_vec();
    names.extend([478, 479, 480, 509, 510, 511, 512, 5000].map(|length| "n".repeat(length)));
    names.extend([509, 510, 511].map(|length| "\0".repeat(length)));
    names.extend([510, 511, 600].map(|length| "n".repeat(length) + "b"));
    for name in &names {
        let (key, value) = (name_key(name).into_owned(), name.clone());
        assert!((1..=511).contains(&key.len()));
        store.write(move |txn| txn.put(Table::Users, &key, value.as_bytes())).unwrap();
    }
    for name in &names {
        let found =
            store.read(|txn| Ok(txn.get(Table::Users, &name_key(name))?.map(<[u8]>::to_vec)));
        assert_eq!(found.unwrap().as_deref(), Some(name.as_bytes()));
    }
    let mut short: Vec<_> = names.iter().filter(|name| name.len() < 500).collect();
    short.sort();
    assert!(short.is_sorted_by_key(|name| name_key(name)));
    assert_eq!(*name_key("ana"), *b"ana");
}

#[test]
fn numbers_are_dense_and_survive_closing_and_failed_jobs_take_none() {
    let directory = tempfile::tempdir().unwrap();
    let store = open(directory.path());
    let take = |txn: &mut WriteTxn<'_>| Ok((txn.next_number()?, txn.next_seq_no()?));
    assert_eq!(store.write(take).unwrap(), (1, 0));
    let failed = store.write(move |txn| {
        take(txn)?;
        Err::<(), _>(Error::internal("no"))
    });
    assert_eq!(failed.unwrap_err().reason(), "no");
    assert_eq!(store.write(take).unwrap(), (2, 1));
    let (uuid, hash) = (store.uuid().to_owned(), store.hash(b"uid"));
    drop(store);
    let store = open(directory.path());
    assert_eq!(store.write(take).unwrap(), (3, 2));
    assert_eq!((store.uuid(), store.hash(b"uid")), (&*uuid, hash));
    assert_eq!(uuid.len(), 22);
    assert!(uuid.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"-_".contains(&byte)));
    let other = tempfile::tempdir().unwrap();
    let other = open(other.path());
    assert_ne!((other.uuid(), other.hash(b"uid")), (&*uuid, hash));
}

#[test]
fn a_read_may_read_and_may_not_write() {
    let directory = tempfile::tempdir().unwrap();
    let store = open(directory.path());
    put(&store, "key", "value");
    let inner = Arc::clone(&store);
    let nested = store.read(|outer| {
        let found =
            store.read(|txn| store.read(|_| Ok(txn.get(Table::Users, b"key")?.is_some())))?;
        let refused = store.write(|txn| txn.put(Table::Users, b"key", b"other"));
        assert_eq!(refused.unwrap_err().status(), 500);
        assert!(outer.get(Table::Users, b"key")?.is_some());
        Ok(found)
    });
    assert!(nested.unwrap());
    let refused = store.write(move |_| inner.read(|_| Ok(())));
    assert_eq!(refused.unwrap_err().status(), 500);
    assert_eq!(get(&store, "key").as_deref(), Some("value"));
}

#[test]
fn a_read_that_panics_gives_its_snapshot_back() {
    let directory = tempfile::tempdir().unwrap();
    let store = open(directory.path());
    for _ in 0..200 {
        let result = std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| {
            store.read(|_| -> Result<()> { std::panic::resume_unwind(Box::new(())) })
        }));
        assert!(result.is_err());
    }
    put(&store, "key", "value");
    assert_eq!(get(&store, "key").as_deref(), Some("value"));
}

#[test]
fn files_are_private_and_not_inherited_by_programs() {
    let directory = tempfile::tempdir().unwrap();
    let path = directory.path().join("store");
    let _store = open(&path);
    let mode = |path: &Path| std::fs::metadata(path).unwrap().mode() & 0o777;
    assert_eq!(mode(&path), 0o700);
    let files = ["data.mdb", "lock.mdb", "userprofile.lock"].map(|name| path.join(name));
    assert_eq!(files.each_ref().map(|file| mode(file)), [0o600; 3]);
    // A program that is started inherits what is not closed on exec.
    let listing = std::process::Command::new("ls").args(["-l", "/proc/self/fd"]).output().unwrap();
    let listing = String::from_utf8(listing.stdout).unwrap();
    assert!(listing.contains("->") && !listing.contains(path.to_str().unwrap()), "{listing}");
}

#[test]
fn a_temporary_store_leaves_nothing_behind() {
    let options = Options { temporary: true, ..options(Path::new("")) };
    let (one, two) = (Store::open(&options).unwrap(), Store::open(&options).unwrap());
    put(&one, "key", "value");
    assert_eq!(get(&two, "key"), None);
    let directory: PathBuf = one.environment.place.directory.clone();
    assert_eq!(std::fs::metadata(&directory).unwrap().mode() & 0o777, 0o700);
    drop(one);
    assert!(!directory.exists());
    assert_eq!(get(&two, "key"), None);
}

#[test]
fn rare_events_are_reported_and_a_bad_logger_does_no_harm() {
    let directory = tempfile::tempdir().unwrap();
    let store = Store::open(&Options { map_reserve: MIB, ..options(directory.path()) }).unwrap();
    let reported = Arc::new(AtomicUsize::new(0));
    let count = Arc::clone(&reported);
    store.set_logger(Some(Arc::new(move |level, message: &str| {
        assert_eq!(level, Level::Info);
        assert!(message.contains("grown"));
        count.fetch_add(1, Ordering::Relaxed);
        std::panic::resume_unwind(Box::new(()));
    })));
    try_put(&store, "large", &vec![1; 3 << 20]).unwrap();
    let grown = reported.load(Ordering::Relaxed);
    assert!(grown > 0);
    store.set_logger(None);
    try_put(&store, "larger", &vec![1; 9 << 20]).unwrap();
    assert_eq!(reported.load(Ordering::Relaxed), grown);
}
