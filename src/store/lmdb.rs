//! LMDB, fenced: the only code that names it.
//!
//! Opening goes through `lmdb-rkv`; transactions own the raw handles, because the crate's renewal
//! leaks them when it fails and its iterators outlive their cursors.

#![allow(unsafe_code)]

mod system;
#[cfg(test)]
pub(super) mod testing;
mod transactions;

use std::path::Path;
use std::sync::Arc;

use ::lmdb::{Database, DatabaseFlags, Environment, EnvironmentFlags, Transaction, WriteFlags};
use lmdb_sys as ffi;

pub(super) use ::lmdb::Error as Fault;
pub(super) use system::{LockFile, disk_is_full};
pub(super) use transactions::{Active, Cursor, Reader, Reading, Writer};
pub(crate) use transactions::{Entry, Visitor};

use super::options::Durability;
use super::tables::Table;

/// What an operation of LMDB gives.
pub(super) type Outcome<T> = std::result::Result<T, Fault>;

/// How LMDB opens an environment.
pub(super) struct Settings<'a> {
    pub(super) directory: &'a Path,
    pub(super) read_only: bool,
    pub(super) durability: Durability,
    pub(super) map_size: u64,
    pub(super) max_readers: u32,
}

/// A tree of the environment.
#[derive(Clone, Copy)]
pub(super) struct Tree {
    dbi: ffi::MDB_dbi,
    integer_keys: bool,
}

/// The trees; a table may be missing in a store that was opened read-only.
#[derive(Clone, Copy)]
struct Trees {
    main: Tree,
    tables: [Option<Tree>; Table::ALL.len()],
}

/// An open environment; closed with the last handle of a transaction in it.
pub(super) struct Env {
    environment: Arc<Environment>,
    trees: Trees,
}

fn check(code: libc::c_int) -> Outcome<()> {
    if code == ffi::MDB_SUCCESS { Ok(()) } else { Err(Fault::from_err_code(code)) }
}

/// True if the LMDB that was linked is of the line that this code was written for.
pub(super) fn version_fits() -> bool {
    let (mut major, mut minor, mut patch) = (0, 0, 0);
    // SAFETY: the three pointers are valid for the call.
    unsafe { ffi::mdb_version(&mut major, &mut minor, &mut patch) };
    (major, minor) == (0, 9)
}

impl Env {
    /// Opens the environment without its tables. The caller has made sure that this process has
    /// not opened it yet and that its meta pages can be trusted.
    pub(super) fn open(settings: &Settings<'_>) -> Outcome<Self> {
        let mut flags = EnvironmentFlags::NO_TLS;
        flags.set(EnvironmentFlags::READ_ONLY, settings.read_only);
        flags.set(EnvironmentFlags::NO_META_SYNC, settings.durability == Durability::Relaxed);
        flags.set(EnvironmentFlags::NO_SYNC, settings.durability == Durability::None);
        let environment = Environment::new()
            .set_flags(flags)
            .set_max_readers(settings.max_readers)
            .set_max_dbs(Table::ALL.len() as u32)
            .set_map_size(usize::try_from(settings.map_size).unwrap_or(usize::MAX))
            .open_with_permissions(settings.directory, 0o600)?;
        system::close_on_exec(environment.env())?;
        let main = Tree::new(environment.open_db(None)?, false);
        let trees = Trees { main, tables: [None; Table::ALL.len()] };
        Ok(Self { environment: Arc::new(environment), trees })
    }

    /// Opens the tables that are there.
    pub(super) fn open_tables(&mut self) -> Outcome<()> {
        let txn = self.environment.begin_ro_txn()?;
        for table in Table::ALL {
            // SAFETY: nobody else uses the environment yet.
            match unsafe { txn.open_db(Some(table.name())) } {
                Ok(tree) => self.trees.tables[table as usize] = Some(Tree::of(table, tree)),
                Err(Fault::NotFound) => {}
                Err(fault) => return Err(fault),
            }
        }
        txn.commit()
    }

    /// Makes the tables that are missing and, unless it exists, the entry of the main tree, all
    /// in one transaction.
    pub(super) fn create_tables(&mut self, key: &[u8], value: &[u8]) -> Outcome<()> {
        let main = self.environment.open_db(None)?;
        let mut txn = self.environment.begin_rw_txn()?;
        let mut tables = self.trees.tables;
        for table in Table::ALL {
            let mut flags = DatabaseFlags::empty();
            flags.set(DatabaseFlags::INTEGER_KEY, table.has_integer_keys());
            // SAFETY: nobody else uses the environment yet.
            let tree = unsafe { txn.create_db(Some(table.name()), flags) }?;
            tables[table as usize] = Some(Tree::of(table, tree));
        }
        match txn.put(main, &key, &value, WriteFlags::NO_OVERWRITE) {
            Ok(()) | Err(Fault::KeyExist) => txn.commit()?,
            Err(fault) => return Err(fault),
        }
        self.trees.tables = tables;
        Ok(())
    }

    pub(super) fn has_all_tables(&self) -> bool {
        self.trees.tables.iter().all(Option::is_some)
    }

    pub(super) fn map_size(&self) -> Outcome<u64> {
        Ok(self.environment.info()?.map_size() as u64)
    }

    /// Bytes up to the end of the last page that is in use.
    pub(super) fn used(&self) -> Outcome<u64> {
        let pages = self.environment.info()?.last_pgno() as u64 + 1;
        Ok(pages * u64::from(self.environment.stat()?.page_size()))
    }

    /// The number of entries in the main tree.
    pub(super) fn main_entries(&self) -> Outcome<usize> {
        Ok(self.environment.stat()?.entries())
    }

    /// Clears the reader slots of processes that died; answers how many there were.
    pub(super) fn clear_dead_readers(&self) -> Outcome<u32> {
        let mut dead = 0;
        // SAFETY: the environment is open and `dead` is valid for the call.
        check(unsafe { ffi::mdb_reader_check(self.environment.env(), &mut dead) })?;
        Ok(dead.unsigned_abs())
    }

    /// Writes everything to disk, whatever the durability.
    pub(super) fn sync(&self) -> Outcome<()> {
        self.environment.sync(true)
    }

    /// Maps `bytes` of the data file, at least as many as it uses. When this fails the environment
    /// must be dropped. Refused while a transaction's handle exists.
    pub(super) fn resize(&mut self, bytes: u64) -> Outcome<()> {
        let bytes = usize::try_from(bytes).unwrap_or(usize::MAX);
        let alone = Arc::get_mut(&mut self.environment).ok_or(Fault::Other(libc::EBUSY))?;
        // SAFETY: every handle of a read transaction shares the environment and none is left, and
        // a write transaction would borrow `self`: no memory of the map is in use.
        check(unsafe { ffi::mdb_env_set_mapsize(alone.env(), bytes) })
    }
}

impl Tree {
    fn new(database: Database, integer_keys: bool) -> Self {
        Self { dbi: database.dbi(), integer_keys }
    }

    fn of(table: Table, database: Database) -> Self {
        Self::new(database, table.has_integer_keys())
    }
}
