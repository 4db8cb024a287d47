//! Tests of the store as the floors above use it.

use std::ops::ControlFlow;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use super::{Durability, Level, Options, Read, Store, Table, WriteTxn, name_key};
use crate::error::{Error, Result};

mod basics;
mod batches;
mod crash;
mod disk;
mod growth;
mod model;
mod opening;
mod processes;
mod threads;

const MIB: u64 = 1 << 20;

fn options(path: &Path) -> Options {
    Options {
        path: path.to_owned(),
        temporary: false,
        read_only: false,
        create: true,
        durability: Durability::None,
        max_size: 1 << 30,
        map_reserve: 1 << 30,
        max_readers: 256,
    }
}

fn open(path: &Path) -> Arc<Store> {
    Store::open(&options(path)).unwrap()
}

fn try_put(store: &Store, key: &str, value: &[u8]) -> Result<()> {
    let (key, value) = (key.to_owned(), value.to_owned());
    store.write(move |txn| txn.put(Table::Users, key.as_bytes(), &value))
}

fn put(store: &Store, key: &str, value: &str) {
    try_put(store, key, value.as_bytes()).unwrap();
}

fn get(store: &Store, key: &str) -> Option<String> {
    let found = store.read(|txn| Ok(txn.get(Table::Users, key.as_bytes())?.map(<[u8]>::to_vec)));
    found.unwrap().map(|bytes| String::from_utf8(bytes).unwrap())
}

/// All entries of a table, from a key on.
fn entries(txn: &impl Read, table: Table, from: &[u8]) -> Vec<(Vec<u8>, Vec<u8>)> {
    let mut found = Vec::new();
    txn.scan(table, from, &mut |key, value| {
        found.push((key.to_vec(), value.to_vec()));
        Ok(ControlFlow::Continue(()))
    })
    .unwrap();
    found
}

/// Adds one to a number in the table of users; answers the sum.
fn increment(txn: &mut WriteTxn<'_>, key: &[u8]) -> Result<u64> {
    let before = txn
        .get(Table::Users, key)?
        .map_or(0, |bytes| u64::from_le_bytes(bytes.try_into().expect("a counter has 8 bytes")));
    txn.put(Table::Users, key, &(before + 1).to_le_bytes())?;
    Ok(before + 1)
}

fn counter(store: &Store, key: &[u8]) -> u64 {
    let found = store.read(|txn| Ok(txn.get(Table::Users, key)?.map(<[u8]>::to_vec)));
    found.unwrap().map_or(0, |bytes| u64::from_le_bytes(bytes.try_into().unwrap()))
}

/// A file system or process that is not this one: the test runs itself again, as another role.
mod again {
    use std::io::{BufRead, BufReader};
    use std::path::{Path, PathBuf};
    use std::process::{Child, Command, Stdio};
    use std::sync::mpsc::{Receiver, channel};
    use std::time::Duration;

    const ROLE: &str = "USERPROFILE_TEST_ROLE";
    const PLACE: &str = "USERPROFILE_TEST_PLACE";
    /// So long that only a process that hangs needs it.
    const HANGS: Duration = Duration::from_secs(120);

    /// What this process is to do instead of the test, and where.
    pub(super) fn role() -> Option<(String, PathBuf)> {
        Some((std::env::var(ROLE).ok()?, std::env::var_os(PLACE)?.into()))
    }

    /// The arguments that run one test in another process.
    pub(super) fn arguments(test: &str) -> [&str; 4] {
        ["--exact", test, "--nocapture", "--test-threads=1"]
    }

    /// A process in another role; what it tells is read line by line.
    pub(super) struct Other {
        child: Child,
        told: Receiver<String>,
    }

    impl Other {
        pub(super) fn run(test: &str, role: &str, place: &Path) -> Self {
            let mut command = Command::new(std::env::current_exe().unwrap());
            command.args(arguments(test));
            Self::run_command(command, role, place)
        }

        pub(super) fn run_command(mut command: Command, role: &str, place: &Path) -> Self {
            command.env(ROLE, role).env(PLACE, place);
            command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::piped());
            let mut child = command.spawn().unwrap();
            let lines = BufReader::new(child.stderr.take().unwrap()).lines();
            let (sender, told) = channel();
            std::thread::spawn(move || {
                lines.map_while(std::io::Result::ok).try_for_each(|line| sender.send(line))
            });
            Self { child, told }
        }

        /// The next thing that the process tells.
        pub(super) fn hear(&self) -> String {
            self.told.recv_timeout(HANGS).expect("the other process died or hangs")
        }

        pub(super) fn kill(&mut self) {
            self.child.kill().unwrap();
            self.child.wait().unwrap();
        }

        /// All that it told and nobody has heard, after its end.
        pub(super) fn rest(&self) -> Vec<String> {
            self.told.iter().collect()
        }

        /// Waits for its end, which must be a good one.
        pub(super) fn finish(mut self) -> Vec<String> {
            let told = self.rest();
            assert!(self.child.wait().unwrap().success(), "the other process: {told:#?}");
            told
        }
    }

    impl Drop for Other {
        fn drop(&mut self) {
            let _ = self.child.kill();
            let _ = self.child.wait();
        }
    }
}
