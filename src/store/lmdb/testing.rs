//! Environments as other programs, or other versions of this one, leave them.

use std::path::Path;

use ::lmdb::{Database, DatabaseFlags, Environment, Transaction};

use super::Env;

fn open(directory: &Path) -> Environment {
    Environment::new().set_max_dbs(32).open(directory).unwrap()
}

/// An environment with a table that is none of ours.
pub(in super::super) fn make_foreign(directory: &Path) {
    open(directory).create_db(Some("theirs"), DatabaseFlags::empty()).unwrap();
}

/// A store without one of its tables.
pub(in super::super) fn drop_table(directory: &Path, name: &str) {
    let env = open(directory);
    let table: Database = env.open_db(Some(name)).unwrap();
    let mut txn = env.begin_rw_txn().unwrap();
    // SAFETY: nobody else uses the table.
    unsafe { txn.drop_db(table) }.unwrap();
    txn.commit().unwrap();
}

impl Env {
    /// The number of the last commit.
    pub(in super::super) fn last_commit(&self) -> usize {
        self.environment.info().unwrap().last_txnid()
    }

    /// Takes the write transaction and never ends it, like a thread that dies within.
    pub(in super::super) fn abandon_write(&self) {
        std::mem::forget(self.write().unwrap());
    }
}
