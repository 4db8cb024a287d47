//! The handles of read transactions, shared by all threads; together they are the gate behind
//! which the map is changed.

use std::cell::Cell;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Mutex, MutexGuard};

use super::lmdb::Reader;
use super::sync::{lock, try_lock};

/// Reads that one process can do at the same time; more wait.
const SLOTS: usize = 64;

thread_local! {
    /// Where this thread found a free slot last.
    static HINT: Cell<usize> = const { Cell::new(0) };
}

/// A slot on cache lines of its own. An empty one is filled by who needs it, so that no more
/// handles exist than reads have been done at one time.
#[repr(align(128))]
#[derive(Default)]
struct Slot(Mutex<Option<Reader>>);

pub(super) type Taken<'p> = MutexGuard<'p, Option<Reader>>;

pub(super) struct Pool {
    slots: [Slot; SLOTS],
    closing: AtomicBool,
    gate: Mutex<()>,
}

/// All slots, empty; no read begins as long as this lives.
pub(super) struct Closed<'p> {
    pool: &'p Pool,
    _slots: Vec<Taken<'p>>,
    _gate: MutexGuard<'p, ()>,
}

impl Pool {
    pub(super) fn new() -> Self {
        Self {
            slots: std::array::from_fn(|_| Slot::default()),
            closing: AtomicBool::new(false),
            gate: Mutex::new(()),
        }
    }

    /// Takes a slot: the thread's last one if it is free, else any that is free, else waits.
    #[inline]
    pub(super) fn take(&self) -> Taken<'_> {
        if self.closing.load(Ordering::Relaxed) {
            drop(lock(&self.gate));
        }
        let hint = HINT.get();
        match try_lock(&self.slots[hint % SLOTS].0) {
            Some(taken) => taken,
            None => self.take_other(hint),
        }
    }

    #[cold]
    fn take_other(&self, hint: usize) -> Taken<'_> {
        for index in (hint + 1..hint + SLOTS).map(|index| index % SLOTS) {
            if let Some(taken) = try_lock(&self.slots[index].0) {
                HINT.set(index);
                return taken;
            }
        }
        lock(&self.slots[hint % SLOTS].0)
    }

    /// Waits for a slot that has a handle; none if there is no such slot.
    pub(super) fn take_filled(&self) -> Option<Taken<'_>> {
        self.slots.iter().map(|slot| lock(&slot.0)).find(|taken| taken.is_some())
    }

    /// Waits until every read has ended, lets none begin, and drops the handles.
    pub(super) fn close(&self) -> Closed<'_> {
        let gate = lock(&self.gate);
        self.closing.store(true, Ordering::Relaxed);
        let mut slots: Vec<_> = self.slots.iter().map(|slot| lock(&slot.0)).collect();
        for slot in &mut slots {
            **slot = None;
        }
        Closed { pool: self, _slots: slots, _gate: gate }
    }
}

impl Drop for Closed<'_> {
    fn drop(&mut self) {
        self.pool.closing.store(false, Ordering::Relaxed);
    }
}
