//! Tests of the store as the floors above use it.

use std::ops::ControlFlow;
use std::path::Path;
use std::sync::Arc;

use super::{Durability, Options, Read, Store, Table, WriteTxn};

mod basics;

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

fn put(store: &Store, key: &str, value: &str) {
    let (key, value) = (key.to_owned(), value.to_owned());
    store.write(move |txn| txn.put(Table::Users, key.as_bytes(), value.as_bytes())).unwrap();
}

fn get(store: &Store, key: &str) -> Option<String> {
    let found = store.read(|txn| Ok(txn.get(Table::Users, key.as_bytes())?.map(<[u8]>::to_vec)));
    found.unwrap().map(|bytes| String::from_utf8(bytes).unwrap())
}

/// All entries of a table.
fn entries(txn: &impl Read, table: Table) -> Vec<(Vec<u8>, Vec<u8>)> {
    let mut found = Vec::new();
    txn.scan(table, &[], &mut |key, value| {
        found.push((key.to_vec(), value.to_vec()));
        Ok(ControlFlow::Continue(()))
    })
    .unwrap();
    found
}
