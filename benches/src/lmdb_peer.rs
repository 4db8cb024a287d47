//! The peer below us: LMDB through lmdb-rkv, keyed by uid, with the same bytes as values.

use std::hint::black_box;
use std::path::Path;
use std::ptr;

use libc::{c_void, free, malloc};
use lmdb::{Database, DatabaseFlags, Environment, EnvironmentFlags, Transaction, WriteFlags};
use lmdb_sys::{MDB_RDONLY, MDB_env, MDB_txn, MDB_val};

pub struct Lmdb {
    env: Environment,
    /// uid -> the answer of `get` without data
    pub headers: Database,
    /// uid NUL application -> its data
    pub documents: Database,
    /// uid -> the answer of `get` with all data
    pub answers: Database,
}

impl Lmdb {
    /// Synchronous unless it is for loading.
    pub fn open(folder: &Path, loading: bool) -> Lmdb {
        let flags = if loading { EnvironmentFlags::NO_SYNC } else { EnvironmentFlags::empty() };
        let env = Environment::new()
            .set_flags(flags | EnvironmentFlags::NO_TLS)
            .set_map_size(1 << 36)
            .set_max_readers(1024)
            .set_max_dbs(4)
            .open(folder)
            .expect("LMDB opens");
        let table =
            |name| env.create_db(Some(name), DatabaseFlags::empty()).expect("LMDB has a table");
        let (headers, documents, answers) =
            (table("headers"), table("documents"), table("answers"));
        Lmdb { env, headers, documents, answers }
    }

    /// All pairs in one transaction.
    pub fn put_all<'a>(&self, pairs: impl IntoIterator<Item = (Database, &'a [u8], &'a [u8])>) {
        let mut txn = self.env.begin_rw_txn().expect("LMDB begins");
        for (table, key, value) in pairs {
            txn.put(table, &key, &value, WriteFlags::empty()).expect("LMDB puts");
        }
        txn.commit().expect("LMDB commits");
    }

    pub fn reader(&self, table: Database) -> Reader {
        Reader::new(self.env.env(), table)
    }

    pub fn sync(&self) {
        self.env.sync(true).expect("LMDB syncs");
    }

    /// Bytes in pages that hold something of `tables`.
    pub fn used(&self, tables: &[Database]) -> u64 {
        let txn = self.env.begin_ro_txn().expect("LMDB begins");
        let bytes = |&table: &Database| {
            let stat = txn.stat(table).expect("LMDB counts");
            (stat.branch_pages() + stat.leaf_pages() + stat.overflow_pages()) as u64
                * u64::from(stat.page_size())
        };
        tables.iter().map(bytes).sum()
    }
}

/// For copies that nobody reads.
pub fn touch(bytes: &[u8]) {
    black_box(bytes);
}

/// One read transaction, renewed for each get as a pool of them would be.
pub struct Reader {
    txn: *mut MDB_txn,
    table: Database,
}

impl Reader {
    fn new(env: *mut MDB_env, table: Database) -> Reader {
        let mut txn = ptr::null_mut();
        // SAFETY: an open environment; the transaction is aborted in `drop`, before it closes.
        unsafe {
            assert_eq!(lmdb_sys::mdb_txn_begin(env, ptr::null_mut(), MDB_RDONLY, &mut txn), 0);
            lmdb_sys::mdb_txn_reset(txn);
        }
        Reader { txn, table }
    }

    /// renew, get, malloc, memcpy, `use_copy`, free, reset
    pub fn get<R>(&self, key: &[u8], use_copy: impl FnOnce(&[u8]) -> R) -> R {
        let mut key = MDB_val { mv_size: key.len(), mv_data: key.as_ptr() as *mut c_void };
        let mut value = MDB_val { mv_size: 0, mv_data: ptr::null_mut() };
        // SAFETY: the transaction is live between renew and reset, and `value` is used only there.
        unsafe {
            assert_eq!(lmdb_sys::mdb_txn_renew(self.txn), 0);
            assert_eq!(lmdb_sys::mdb_get(self.txn, self.table.dbi(), &mut key, &mut value), 0);
            let copy = malloc(value.mv_size);
            ptr::copy_nonoverlapping(value.mv_data.cast::<u8>(), copy.cast::<u8>(), value.mv_size);
            lmdb_sys::mdb_txn_reset(self.txn);
            let result = use_copy(std::slice::from_raw_parts(copy.cast(), value.mv_size));
            free(copy);
            result
        }
    }
}

impl Drop for Reader {
    fn drop(&mut self) {
        // SAFETY: begun in `new`, aborted once.
        unsafe { lmdb_sys::mdb_txn_abort(self.txn) }
    }
}
