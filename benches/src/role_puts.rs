//! Durable changes of roles beside raw LMDB commits.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use crate::abi::Store;
use crate::figure::{Figure, Goal};
use crate::measure::{Contender, Load, ROUNDS, interleaved, load, ratio};
use crate::roles;
use crate::stores::Stores;
use crate::writes::{Updates, per_second, shown};

const TIME: Duration = Duration::from_millis(200);

pub fn measure(stores: &Stores, store: &Store) -> Figure {
    let (lmdb, updates) = (stores.lmdb(), Updates::new(stores));
    let changes = AtomicUsize::new(0);
    let put = || {
        let change = changes.fetch_add(1, Ordering::Relaxed);
        roles::put(store, "search_read", &format!("change {change}"));
    };
    let contenders: Vec<Contender<Load>> = vec![
        Box::new(|| load(1, TIME, |_| put)),
        Box::new(|| load(1, TIME, |_| || updates.lmdb(&lmdb))),
    ];
    let results = interleaved(ROUNDS, contenders);
    let [ours, lmdb] = &results[..] else { unreachable!("one result for each contender") };
    Figure {
        number: "",
        what: "put_role, durable, 1 caller: rate over LMDB's".to_owned(),
        ours: shown(ours),
        peer: format!("LMDB {}", shown(lmdb)),
        value: ratio(&per_second(ours), &per_second(lmdb)),
        unit: "x",
        goal: Goal::None,
    }
}
