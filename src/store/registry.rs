//! The stores that this process has open: a second open of the same file shares the first.

use std::collections::BTreeMap;
use std::sync::{Arc, Condvar, Mutex, PoisonError, Weak};

use once_cell::sync::OnceCell;

use super::environment::Environment;
use super::options::Options;
use super::place::{Identity, Place};
use super::sync::lock;
use super::{Store, setup};
use crate::error::{Error, Result};
use crate::fork;

/// The stores of one process. A forked child starts a list of its own: the one that it inherited
/// may have been in the middle of a change, and is not its to change.
struct Registry {
    generation: u64,
    entries: Mutex<BTreeMap<Identity, Weak<Store>>>,
    closed: Condvar,
    next: OnceCell<Box<Registry>>,
}

impl Registry {
    const fn new(generation: u64) -> Self {
        Self {
            generation,
            entries: Mutex::new(BTreeMap::new()),
            closed: Condvar::new(),
            next: OnceCell::new(),
        }
    }

    fn of(&self, generation: u64) -> &Registry {
        if self.generation == generation {
            return self;
        }
        self.next.get_or_init(|| Box::new(Registry::new(generation))).of(generation)
    }
}

static FIRST: Registry = Registry::new(0);

/// Opens a store, or shares the one that is open.
pub(super) fn open(options: &Options) -> Result<Arc<Store>> {
    fork::watch();
    let place = Place::find(options)?;
    let registry = FIRST.of(fork::generation());
    let mut entries = lock(&registry.entries);
    while let Some((_, identity)) = place.open_data()? {
        let Some(entry) = entries.get(&identity) else { break };
        if let Some(store) = entry.upgrade() {
            // The lock is released first: this may become the last reference, whose drop takes it.
            drop(entries);
            agree(&store.environment.options, options)?;
            return Ok(store);
        }
        entries = registry.closed.wait(entries).unwrap_or_else(PoisonError::into_inner);
    }
    let store = Arc::new(setup::start(place, options.clone())?);
    entries.insert(store.environment.identity, Arc::downgrade(&store));
    Ok(store)
}

/// Closes a store with its last reference; who opens the same file at that moment waits.
pub(super) fn close(environment: &Environment) {
    let registry = FIRST.of(fork::generation());
    let mut entries = lock(&registry.entries);
    environment.close();
    entries.remove(&environment.identity);
    registry.closed.notify_all();
}

/// Fails if a store that is open does not do what `asked` asks for.
fn agree(open: &Options, asked: &Options) -> Result<()> {
    let contradicts = |option: &str| {
        Err(Error::illegal_argument(format!(
            "[{option}] contradicts the one that this process has the store open with"
        )))
    };
    if asked.read_only {
        return Ok(());
    }
    if open.read_only {
        return contradicts("read_only");
    }
    if open.durability != asked.durability {
        return contradicts("durability");
    }
    if open.max_size != asked.max_size {
        return contradicts("max_size");
    }
    if open.max_readers != asked.max_readers {
        return contradicts("max_readers");
    }
    Ok(())
}
