//! What opening a store shares, refuses, checks and repairs.

use std::fs::{self, Permissions};
use std::os::unix::fs::{FileExt, PermissionsExt};
use std::os::unix::process::CommandExt;
use std::process::Command;

use super::again::Other;
use super::*;
use crate::store::lmdb::{LockFile, testing};

fn refused(options: &Options) -> (u16, String) {
    let error = Store::open(options).map(drop).unwrap_err();
    (error.status(), error.reason().to_owned())
}

fn assert_refused(options: &Options, status: u16, why: &str) {
    let (found, reason) = refused(options);
    assert!(found == status && reason.contains(why), "{found} {reason}");
}

#[test]
fn every_path_to_a_store_shares_it() {
    let directory = tempfile::tempdir().unwrap();
    let path = directory.path().join("store");
    let store = open(&path);
    let link = directory.path().join("link");
    std::os::unix::fs::symlink(&path, &link).unwrap();
    let hard = directory.path().join("hard");
    fs::create_dir(&hard).unwrap();
    fs::hard_link(path.join("data.mdb"), hard.join("data.mdb")).unwrap();
    for other in [&path, &link, &hard, &path.join("../store/.")] {
        assert!(Arc::ptr_eq(&store, &open(other)), "{other:?}");
    }
}

#[test]
fn options_that_contradict_an_open_store_are_named() {
    let directory = tempfile::tempdir().unwrap();
    let original = options(directory.path());
    let store = Store::open(&original).unwrap();
    let others = [
        ("durability", Options { durability: Durability::Full, ..original.clone() }),
        ("max_size", Options { max_size: 1 << 29, ..original.clone() }),
        ("max_readers", Options { max_readers: 100, ..original.clone() }),
    ];
    for (name, other) in others {
        assert_refused(&other, 400, &format!("[{name}]"));
    }
    let reading = Store::open(&Options { read_only: true, ..original.clone() }).unwrap();
    assert!(Arc::ptr_eq(&store, &reading));
    drop((store, reading));
    let reading = Store::open(&Options { read_only: true, ..original.clone() }).unwrap();
    assert_refused(&original, 400, "[read_only]");
    drop(reading);
    Store::open(&original).unwrap();
}

#[test]
fn a_store_opens_again_while_others_close_it() {
    let directory = tempfile::tempdir().unwrap();
    put(&open(directory.path()), "count", "0");
    std::thread::scope(|scope| {
        for _ in 0..8 {
            scope.spawn(|| {
                for _ in 0..50 {
                    let store = open(directory.path());
                    store.write(|txn| increment(txn, b"opened")).unwrap();
                }
            });
        }
    });
    assert_eq!(counter(&open(directory.path()), b"opened"), 400);
}

#[test]
fn a_path_that_cannot_be_a_store_is_refused() {
    let directory = tempfile::tempdir().unwrap();
    let at = |name: &str| options(&directory.path().join(name));
    assert_refused(&Options { create: false, ..at("missing") }, 400, "does not exist");
    assert_refused(&Options { read_only: true, ..at("missing") }, 400, "does not exist");
    assert!(!directory.path().join("missing").exists());
    assert_refused(&at("missing/store"), 400, "directory that does not exist");
    fs::write(directory.path().join("file"), "text").unwrap();
    assert_refused(&at("file"), 400, "is not a directory");
    assert_refused(&at("file/store"), 400, "Not a directory");
    assert_refused(&at("nul\0"), 400, "cannot be a path");
    assert_refused(&at(&"long".repeat(100)), 400, "cannot be a path");
    fs::create_dir(directory.path().join("empty")).unwrap();
    assert_refused(&Options { create: false, ..at("empty") }, 400, "holds no store");
    assert_refused(&Options { read_only: true, ..at("empty") }, 400, "holds no store");
    fs::create_dir_all(directory.path().join("odd/data.mdb")).unwrap();
    assert_refused(&at("odd"), 400, "not a file");
}

#[test]
fn an_environment_of_another_program_is_left_alone() {
    let directory = tempfile::tempdir().unwrap();
    testing::make_foreign(directory.path());
    let before = fs::read(directory.path().join("data.mdb")).unwrap();
    assert_refused(&options(directory.path()), 400, "of another program");
    assert!(fs::read(directory.path().join("data.mdb")).unwrap() == before);
}

#[test]
fn a_newer_format_is_refused() {
    let directory = tempfile::tempdir().unwrap();
    drop(open(directory.path()));
    let path = directory.path().join("data.mdb");
    let bytes = fs::read(&path).unwrap();
    // The record is where its key is; the format is the first number of it.
    let key = crate::store::record::KEY;
    let mut patched = bytes.clone();
    for at in 0..bytes.len() - key.len() {
        if bytes[at..].starts_with(key) {
            patched[at + key.len()] = 9;
        }
    }
    assert!(patched != bytes);
    fs::write(&path, &patched).unwrap();
    assert_refused(&options(directory.path()), 400, "has format [9]");
    fs::write(&path, &bytes).unwrap();
    open(directory.path());
}

#[test]
fn a_damaged_data_file_is_refused_before_it_is_mapped() {
    let directory = tempfile::tempdir().unwrap();
    let store = open(directory.path());
    (0..200).for_each(|n| put(&store, &format!("key{n}"), &"x".repeat(500)));
    drop(store);
    let path = directory.path().join("data.mdb");
    let whole = fs::read(&path).unwrap();
    type Damage = fn(&mut Vec<u8>);
    let damages: [(&str, Damage); 9] = [
        ("is shorter", |bytes| bytes.truncate(bytes.len() / 2)),
        ("is shorter", |bytes| bytes.truncate(8192)),
        ("cut off", |bytes| bytes.truncate(4200)),
        ("cut off", |bytes| bytes.truncate(100)),
        ("is empty", |bytes| bytes.clear()),
        ("does not start", |bytes| bytes.fill(0)),
        ("does not start", |bytes| bytes[4096..].fill(0xAB)),
        ("page size", |bytes| bytes[40..44].fill(7)),
        ("trees start outside", |bytes| {
            bytes[128..136].copy_from_slice(&1_000_000_u64.to_ne_bytes())
        }),
    ];
    for (why, damage) in damages {
        let mut bytes = whole.clone();
        damage(&mut bytes);
        fs::write(&path, bytes).unwrap();
        assert_refused(&options(directory.path()), 500, why);
    }
    let mut random = 88_172_645_463_325_252_u64;
    let noise = (0..whole.len()).map(|_| {
        random ^= random << 13;
        random ^= random >> 7;
        random ^= random << 17;
        random as u8
    });
    fs::write(&path, noise.collect::<Vec<u8>>()).unwrap();
    assert_refused(&options(directory.path()), 500, "does not start");
    fs::remove_file(&path).unwrap();
    assert_refused(&options(directory.path()), 500, "is missing");
    fs::write(&path, &whole).unwrap();
    fs::File::options().write(true).open(&path).unwrap().write_all_at(&[9], 20).unwrap();
    assert_refused(&options(directory.path()), 400, "version 9 of LMDB");
    fs::write(&path, &whole).unwrap();
    assert_eq!(get(&open(directory.path()), "key7").as_deref(), Some(&*"x".repeat(500)));
}

#[test]
fn a_second_copy_of_the_library_in_the_process_is_noticed() {
    let directory = tempfile::tempdir().unwrap();
    drop(open(directory.path()));
    // Another copy has the file open with the lock of this process, and another registry.
    let copy = LockFile::open(&directory.path().join("userprofile.lock")).unwrap();
    assert!(copy.claim_process());
    assert_refused(&options(directory.path()), 400, "another copy");
    copy.release_process();
    let store = open(directory.path());
    assert!(!copy.claim_process());
    drop(store);
    assert!(copy.claim_process());
}

#[test]
fn a_read_only_store_changes_no_file() {
    let directory = tempfile::tempdir().unwrap();
    put(&open(directory.path()), "key", "value");
    let path = directory.path().join("data.mdb");
    let before = (fs::read(&path).unwrap(), fs::metadata(&path).unwrap().modified().unwrap());
    let reading = Options { read_only: true, create: false, ..options(directory.path()) };
    let store = Store::open(&reading).unwrap();
    assert_eq!(get(&store, "key").as_deref(), Some("value"));
    assert!(try_put(&store, "key", b"other").is_err());
    assert_eq!(get(&store, "key").as_deref(), Some("value"));
    drop(store);
    let after = (fs::read(&path).unwrap(), fs::metadata(&path).unwrap().modified().unwrap());
    assert!(before == after);
}

#[test]
fn a_table_that_an_old_store_lacks_is_made_or_read_as_empty() {
    let directory = tempfile::tempdir().unwrap();
    drop(open(directory.path()));
    // So a version left it that did not know the table of users.
    testing::drop_table(directory.path(), "users");
    let reading = Options { read_only: true, ..options(directory.path()) };
    assert_eq!(get(&Store::open(&reading).unwrap(), "key"), None);
    let store = open(directory.path());
    put(&store, "key", "value");
    assert_eq!(get(&store, "key").as_deref(), Some("value"));
}

#[test]
fn a_store_that_may_not_be_read_is_refused() {
    const TEST: &str = "store::tests::opening::a_store_that_may_not_be_read_is_refused";
    if let Some((_, place)) = again::role() {
        assert_refused(&options(&place.join("closed")), 400, "permission denied");
        assert_refused(&options(&place.join("unreadable")), 400, "permission denied");
        assert_refused(&options(&place.join("new")), 400, "permission denied");
        let reading = Options { read_only: true, ..options(&place.join("unwritable")) };
        assert_refused(&reading, 400, "permission denied");
        return;
    }
    let directory = tempfile::tempdir().unwrap();
    let place = directory.path();
    for name in ["closed", "unreadable", "unwritable"] {
        drop(open(&place.join(name)));
    }
    let allow =
        |path: &Path, mode| fs::set_permissions(path, Permissions::from_mode(mode)).unwrap();
    for file in ["data.mdb", "lock.mdb", "userprofile.lock"] {
        allow(&place.join("unreadable").join(file), 0o000);
        allow(&place.join("unwritable").join(file), 0o444);
    }
    allow(&place.join("closed"), 0o000);
    allow(&place.join("unreadable"), 0o555);
    allow(&place.join("unwritable"), 0o555);
    // The superuser may read everything, so it becomes somebody else, who finds the program.
    let program = place.join("program");
    fs::copy(std::env::current_exe().unwrap(), &program).unwrap();
    let mut command = Command::new(&program);
    command.args(again::arguments(TEST));
    if fs::read_dir(place.join("closed")).is_ok() {
        command.uid(65534).gid(65534);
    }
    allow(place, 0o555);
    Other::run_command(command, "open", place).finish();
    allow(place, 0o755);
    allow(&place.join("closed"), 0o755);
}

#[test]
fn opening_clears_the_readers_that_died() {
    const TEST: &str = "store::tests::opening::opening_clears_the_readers_that_died";
    if let Some((role, place)) = again::role() {
        let store = open(&place);
        if role == "read" {
            let read = store.read(|_| {
                eprintln!("reading");
                std::thread::park();
                Ok(())
            });
            read.unwrap();
        }
        return;
    }
    let directory = tempfile::tempdir().unwrap();
    let store = open(directory.path());
    let dead = || store.environment.env().as_ref().unwrap().clear_dead_readers().unwrap();
    for (role, left) in [("none", 1), ("open", 0)] {
        let mut other = Other::run(TEST, "read", directory.path());
        assert_eq!(other.hear(), "reading");
        other.kill();
        if role == "open" {
            Other::run(TEST, role, directory.path()).finish();
        }
        assert_eq!(dead(), left);
    }
}
