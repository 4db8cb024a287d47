//! Transactions: the raw handles, owned.

use std::marker::PhantomData;
use std::ops::ControlFlow;
use std::sync::Arc;

use ::lmdb::Environment;
use lmdb_sys as ffi;

use super::{Env, Fault, Outcome, Tree, Trees, check};
use crate::error::Result;
use crate::store::tables::Table;

/// Visits one entry; answers whether to go on.
pub(crate) type Visitor<'v> = dyn FnMut(&[u8], &[u8]) -> Result<ControlFlow<()>> + 'v;

impl Tree {
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

impl Env {
    /// Makes a handle for read transactions, with a slot of the lock file of its own.
    pub(in super::super) fn reader(&self) -> Outcome<Reader> {
        let mut txn = std::ptr::null_mut();
        let env = self.environment.env();
        // SAFETY: the environment is open, and stays so as long as the handle that shares it.
        check(unsafe { ffi::mdb_txn_begin(env, std::ptr::null_mut(), ffi::MDB_RDONLY, &mut txn) })?;
        // SAFETY: the transaction was just begun; reset makes it idle.
        unsafe { ffi::mdb_txn_reset(txn) };
        Ok(Reader { txn, trees: self.trees, _environment: Arc::clone(&self.environment) })
    }

    /// Begins the write transaction; waits for the one of another process.
    pub(in super::super) fn write(&self) -> Outcome<Writer<'_>> {
        let mut txn = std::ptr::null_mut();
        // SAFETY: the environment is open and outlives the borrow.
        check(unsafe {
            ffi::mdb_txn_begin(self.environment.env(), std::ptr::null_mut(), 0, &mut txn)
        })?;
        Ok(Writer { txn, env: self })
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
pub(in super::super) trait Active {
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
    fn scan(&self, tree: Tree, from: &[u8], visit: &mut Visitor<'_>) -> Outcome<Result<()>> {
        let mut cursor = self.cursor(tree)?;
        let mut entry = cursor.seek(from)?;
        while let Some((key, value)) = entry {
            match visit(key, value) {
                Ok(ControlFlow::Continue(())) => entry = cursor.next()?,
                Ok(ControlFlow::Break(())) => break,
                Err(error) => return Ok(Err(error)),
            }
        }
        Ok(Ok(()))
    }

    /// A place among the entries of a tree.
    fn cursor(&self, tree: Tree) -> Outcome<Cursor<'_>> {
        let mut cursor = std::ptr::null_mut();
        // SAFETY: the transaction is active and the tree is its environment's.
        check(unsafe { ffi::mdb_cursor_open(self.raw(), tree.dbi, &mut cursor) })?;
        Ok(Cursor { cursor, tree, _txn: PhantomData })
    }
}

/// A key and its value, which stay in place as long as their transaction does not write.
pub(crate) type Entry<'t> = (&'t [u8], &'t [u8]);

/// A cursor that is closed before its transaction can end or write.
pub(in super::super) struct Cursor<'t> {
    cursor: *mut ffi::MDB_cursor,
    tree: Tree,
    _txn: PhantomData<&'t ()>,
}

impl<'t> Cursor<'t> {
    /// Goes to the first entry from `key` on; to the very first if it is empty.
    pub(in super::super) fn seek(&mut self, key: &[u8]) -> Outcome<Option<Entry<'t>>> {
        if key.is_empty() {
            return self.go(NOTHING, ffi::MDB_FIRST);
        }
        self.tree.with_key(key, |key| self.go(key, ffi::MDB_SET_RANGE))
    }

    /// Goes to the next entry.
    pub(in super::super) fn next(&mut self) -> Outcome<Option<Entry<'t>>> {
        self.go(NOTHING, ffi::MDB_NEXT)
    }

    /// Goes to the last entry up to `key`.
    pub(in super::super) fn seek_back(&mut self, key: &[u8]) -> Outcome<Option<Entry<'t>>> {
        match self.seek(key)? {
            Some(entry) if entry.0 == key => Ok(Some(entry)),
            Some(_) => self.go(NOTHING, ffi::MDB_PREV),
            None => self.go(NOTHING, ffi::MDB_LAST),
        }
    }

    fn go(&self, mut key: ffi::MDB_val, step: ffi::MDB_cursor_op) -> Outcome<Option<Entry<'t>>> {
        let mut value = NOTHING;
        // SAFETY: the cursor is open and both values are valid for the call.
        match check(unsafe { ffi::mdb_cursor_get(self.cursor, &mut key, &mut value, step) }) {
            // SAFETY: the entry stays in place until the transaction ends or writes, and either
            // needs it unborrowed.
            Ok(()) => Ok(Some(unsafe { (bytes(&key), bytes(&value)) })),
            Err(Fault::NotFound) => Ok(None),
            Err(fault) => Err(fault),
        }
    }
}

impl Drop for Cursor<'_> {
    fn drop(&mut self) {
        // SAFETY: opened in a transaction that is still active, closed once.
        unsafe { ffi::mdb_cursor_close(self.cursor) };
    }
}

/// A handle of read transactions, idle unless it is borrowed by a `Reading`.
pub(in super::super) struct Reader {
    txn: *mut ffi::MDB_txn,
    trees: Trees,
    _environment: Arc<Environment>,
}

// SAFETY: with NO_TLS a read transaction may be used from any thread, from one at a time.
unsafe impl Send for Reader {}

impl Reader {
    /// Begins a read transaction on the newest snapshot. The handle survives a failure.
    #[inline]
    pub(in super::super) fn begin(&mut self) -> Outcome<Reading<'_>> {
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
pub(in super::super) struct Reading<'r>(&'r mut Reader);

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
pub(in super::super) struct Writer<'e> {
    txn: *mut ffi::MDB_txn,
    env: &'e Env,
}

impl Writer<'_> {
    pub(in super::super) fn put(&mut self, tree: Tree, key: &[u8], value: &[u8]) -> Outcome<()> {
        let mut value = borrowed(value);
        tree.with_key(key, |mut key| {
            // SAFETY: the transaction is active; LMDB copies key and value.
            check(unsafe { ffi::mdb_put(self.txn, tree.dbi, &mut key, &mut value, 0) })
        })
    }

    pub(in super::super) fn delete(&mut self, tree: Tree, key: &[u8]) -> Outcome<bool> {
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

    pub(in super::super) fn commit(self) -> Outcome<()> {
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
