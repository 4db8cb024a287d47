//! LMDB, fenced: the only code that names it.
//!
//! Opening goes through `lmdb-rkv`; transactions own the raw handles, because the crate's renewal
//! leaks them when it fails and its iterators outlive their cursors.

#![allow(unsafe_code)]

mod system;
#[cfg(test)]
pub(super) mod testing;

use std::ops::ControlFlow;
use std::path::Path;
use std::sync::Arc;

use ::lmdb::{Database, DatabaseFlags, Environment, EnvironmentFlags, Transaction, WriteFlags};
use lmdb_sys as ffi;

pub(super) use ::lmdb::Error as Fault;
pub(super) use system::{LockFile, disk_is_full};

use super::options::Durability;
use super::tables::Table;
use crate::error::Result;

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

    /// Makes a handle for read transactions, with a slot of the lock file of its own.
    pub(super) fn reader(&self) -> Outcome<Reader> {
        let mut txn = std::ptr::null_mut();
        let env = self.environment.env();
        // SAFETY: the environment is open, and stays so as long as the handle that shares it.
        check(unsafe { ffi::mdb_txn_begin(env, std::ptr::null_mut(), ffi::MDB_RDONLY, &mut txn) })?;
        // SAFETY: the transaction was just begun; reset makes it idle.
        unsafe { ffi::mdb_txn_reset(txn) };
        Ok(Reader { txn, trees: self.trees, _environment: Arc::clone(&self.environment) })
    }

    /// Begins the write transaction; waits for the one of another process.
    pub(super) fn write(&self) -> Outcome<Writer<'_>> {
        let mut txn = std::ptr::null_mut();
        // SAFETY: the environment is open and outlives the borrow.
        check(unsafe {
            ffi::mdb_txn_begin(self.environment.env(), std::ptr::null_mut(), 0, &mut txn)
        })?;
        Ok(Writer { txn, env: self })
    }
}

impl Tree {
    fn new(database: Database, integer_keys: bool) -> Self {
        Self { dbi: database.dbi(), integer_keys }
    }

    fn of(table: Table, database: Database) -> Self {
        Self::new(database, table.has_integer_keys())
    }

    /// Calls `work` with the key as LMDB wants it: integer keys must be aligned.
    fn with_key<T>(self, key: &[u8], work: impl FnOnce(ffi::MDB_val) -> Outcome<T>) -> Outcome<T> {
        if !self.integer_keys {
            return work(borrowed(key));
        }
        let number = u64::from_ne_bytes(key.try_into().map_err(|_| Fault::BadValSize)?);
        let aligned = std::slice::from_ref(&number);
        work(ffi::MDB_val { mv_size: 8, mv_data: aligned.as_ptr().cast_mut().cast() })
    }
}

fn borrowed(bytes: &[u8]) -> ffi::MDB_val {
    ffi::MDB_val { mv_size: bytes.len(), mv_data: bytes.as_ptr().cast_mut().cast() }
}

const NOTHING: ffi::MDB_val = ffi::MDB_val { mv_size: 0, mv_data: std::ptr::null_mut() };

/// # Safety
/// LMDB filled `value`, and its memory stays valid for `'a`.
unsafe fn bytes<'a>(value: &ffi::MDB_val) -> &'a [u8] {
    if value.mv_size == 0 {
        return &[];
    }
    // SAFETY: as the caller promises.
    unsafe { std::slice::from_raw_parts(value.mv_data.cast(), value.mv_size) }
}

/// A transaction that is active as long as it is borrowed.
pub(super) trait Active {
    fn raw(&self) -> *mut ffi::MDB_txn;
    fn main(&self) -> Tree;
    /// The tree of a table; none if the store was made before the table was thought of.
    fn table(&self, table: Table) -> Option<Tree>;

    fn get(&self, tree: Tree, key: &[u8]) -> Outcome<Option<&[u8]>> {
        let mut value = NOTHING;
        let found = tree.with_key(key, |mut key| {
            // SAFETY: the transaction is active, the tree is its environment's, both values are
            // valid for the call.
            check(unsafe { ffi::mdb_get(self.raw(), tree.dbi, &mut key, &mut value) })
        });
        match found {
            // SAFETY: the value stays in place until the transaction ends or writes, and either
            // needs it unborrowed.
            Ok(()) => Ok(Some(unsafe { bytes(&value) })),
            Err(Fault::NotFound) => Ok(None),
            Err(fault) => Err(fault),
        }
    }

    /// Visits entries from `from` on (all of them if it is empty) until the visitor breaks.
    fn scan(
        &self,
        tree: Tree,
        from: &[u8],
        visit: &mut dyn FnMut(&[u8], &[u8]) -> Result<ControlFlow<()>>,
    ) -> Outcome<Result<()>> {
        let cursor = Cursor::open(self.raw(), tree)?;
        let mut entry = if from.is_empty() {
            cursor.go(NOTHING, ffi::MDB_FIRST)?
        } else {
            tree.with_key(from, |key| cursor.go(key, ffi::MDB_SET_RANGE))?
        };
        while let Some((key, value)) = &entry {
            // SAFETY: the entry stays in place until the cursor moves, after the visit.
            match visit(unsafe { bytes(key) }, unsafe { bytes(value) }) {
                Ok(ControlFlow::Continue(())) => entry = cursor.go(NOTHING, ffi::MDB_NEXT)?,
                Ok(ControlFlow::Break(())) => break,
                Err(error) => return Ok(Err(error)),
            }
        }
        Ok(Ok(()))
    }
}

/// A cursor that is closed before its transaction can end.
struct Cursor(*mut ffi::MDB_cursor);

impl Cursor {
    fn open(txn: *mut ffi::MDB_txn, tree: Tree) -> Outcome<Self> {
        let mut cursor = std::ptr::null_mut();
        // SAFETY: the transaction is active and the tree is its environment's.
        check(unsafe { ffi::mdb_cursor_open(txn, tree.dbi, &mut cursor) })?;
        Ok(Self(cursor))
    }

    fn go(
        &self,
        mut key: ffi::MDB_val,
        step: ffi::MDB_cursor_op,
    ) -> Outcome<Option<(ffi::MDB_val, ffi::MDB_val)>> {
        let mut value = NOTHING;
        // SAFETY: the cursor is open and both values are valid for the call.
        match check(unsafe { ffi::mdb_cursor_get(self.0, &mut key, &mut value, step) }) {
            Ok(()) => Ok(Some((key, value))),
            Err(Fault::NotFound) => Ok(None),
            Err(fault) => Err(fault),
        }
    }
}

impl Drop for Cursor {
    fn drop(&mut self) {
        // SAFETY: opened by `open` in a transaction that is still active, closed once.
        unsafe { ffi::mdb_cursor_close(self.0) };
    }
}

/// A handle of read transactions, idle unless it is borrowed by a `Reading`.
pub(super) struct Reader {
    txn: *mut ffi::MDB_txn,
    trees: Trees,
    _environment: Arc<Environment>,
}

// SAFETY: with NO_TLS a read transaction may be used from any thread, from one at a time.
unsafe impl Send for Reader {}

impl Reader {
    /// Begins a read transaction on the newest snapshot. The handle survives a failure.
    #[inline]
    pub(super) fn begin(&mut self) -> Outcome<Reading<'_>> {
        // SAFETY: the handle is idle, because an active one is borrowed mutably.
        check(unsafe { ffi::mdb_txn_renew(self.txn) })?;
        Ok(Reading(self))
    }
}

impl Drop for Reader {
    fn drop(&mut self) {
        // SAFETY: the environment is still open, the handle is not used again.
        unsafe { ffi::mdb_txn_abort(self.txn) };
    }
}

/// An active read transaction.
pub(super) struct Reading<'r>(&'r mut Reader);

impl Active for Reading<'_> {
    fn raw(&self) -> *mut ffi::MDB_txn {
        self.0.txn
    }

    fn main(&self) -> Tree {
        self.0.trees.main
    }

    fn table(&self, table: Table) -> Option<Tree> {
        self.0.trees.tables[table as usize]
    }
}

impl Drop for Reading<'_> {
    #[inline]
    fn drop(&mut self) {
        // SAFETY: the transaction is active; reset makes the handle idle again.
        unsafe { ffi::mdb_txn_reset(self.0.txn) };
    }
}

/// The write transaction; dropped without a commit it leaves no trace.
pub(super) struct Writer<'e> {
    txn: *mut ffi::MDB_txn,
    env: &'e Env,
}

impl Writer<'_> {
    pub(super) fn put(&mut self, tree: Tree, key: &[u8], value: &[u8]) -> Outcome<()> {
        let mut value = borrowed(value);
        tree.with_key(key, |mut key| {
            // SAFETY: the transaction is active; LMDB copies key and value.
            check(unsafe { ffi::mdb_put(self.txn, tree.dbi, &mut key, &mut value, 0) })
        })
    }

    pub(super) fn delete(&mut self, tree: Tree, key: &[u8]) -> Outcome<bool> {
        let deleted = tree.with_key(key, |mut key| {
            // SAFETY: the transaction is active and the key is valid for the call.
            check(unsafe { ffi::mdb_del(self.txn, tree.dbi, &mut key, std::ptr::null_mut()) })
        });
        match deleted {
            Ok(()) => Ok(true),
            Err(Fault::NotFound) => Ok(false),
            Err(fault) => Err(fault),
        }
    }

    pub(super) fn commit(self) -> Outcome<()> {
        let txn = self.txn;
        std::mem::forget(self);
        // SAFETY: the transaction is active; the call frees it whether it succeeds or not.
        check(unsafe { ffi::mdb_txn_commit(txn) })
    }
}

impl Active for Writer<'_> {
    fn raw(&self) -> *mut ffi::MDB_txn {
        self.txn
    }

    fn main(&self) -> Tree {
        self.env.trees.main
    }

    fn table(&self, table: Table) -> Option<Tree> {
        self.env.trees.tables[table as usize]
    }
}

impl Drop for Writer<'_> {
    fn drop(&mut self) {
        // SAFETY: the transaction is active and not used again.
        unsafe { ffi::mdb_txn_abort(self.txn) };
    }
}
