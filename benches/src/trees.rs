//! The trees of a store of ours that nobody has open.

use std::collections::BTreeMap;
use std::hash::{DefaultHasher, Hash, Hasher};
use std::path::Path;

use lmdb::{Cursor, Database, Environment, EnvironmentFlags, RoTransaction, Transaction};

pub struct Trees {
    env: Environment,
}

impl Trees {
    pub fn open(path: &Path) -> Trees {
        let env = Environment::new()
            .set_flags(EnvironmentFlags::READ_ONLY)
            .set_map_size(1 << 36)
            .set_max_dbs(64)
            .open(path)
            .expect("LMDB opens a store");
        Trees { env }
    }

    fn tree(&self, name: Option<&str>) -> Database {
        self.env.open_db(name).expect("a tree")
    }

    fn read<T>(&self, read: impl FnOnce(&RoTransaction) -> T) -> T {
        read(&self.env.begin_ro_txn().expect("LMDB begins"))
    }

    /// Bytes in pages of each tree.
    pub fn bytes(&self) -> BTreeMap<String, u64> {
        let trees = self.tree(None);
        let names: Vec<String> = self.read(|txn| {
            let mut cursor = txn.open_ro_cursor(trees).expect("a cursor");
            let names = cursor.iter().map(|pair| pair.expect("a pair").0.to_vec());
            names.map(|name| String::from_utf8(name).expect("a name")).collect()
        });
        let bytes = |name: String| {
            let tree = match self.env.open_db(Some(&name)) {
                // The store's own record is beside the trees.
                Err(lmdb::Error::Incompatible) => return None,
                tree => tree.expect("a tree"),
            };
            let stat = self.read(|txn| txn.stat(tree).expect("LMDB counts"));
            let pages = stat.branch_pages() + stat.leaf_pages() + stat.overflow_pages();
            Some((name, pages as u64 * u64::from(stat.page_size())))
        };
        names.into_iter().filter_map(bytes).collect()
    }

    /// A hash of each pair, sorted.
    pub fn pairs(&self, name: &str) -> Vec<u64> {
        let tree = self.tree(Some(name));
        let mut pairs: Vec<u64> = self.read(|txn| {
            let mut cursor = txn.open_ro_cursor(tree).expect("a cursor");
            cursor.iter().map(|pair| hash(pair.expect("a pair"))).collect()
        });
        pairs.sort_unstable();
        pairs
    }
}

fn hash(pair: (&[u8], &[u8])) -> u64 {
    let mut hasher = DefaultHasher::new();
    pair.hash(&mut hasher);
    hasher.finish()
}
