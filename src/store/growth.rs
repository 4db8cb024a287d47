//! The map of the data file: how much is reserved, how it grows, where it ends.

use super::environment::Environment;
use super::lmdb::{Env, Fault, Outcome, Settings};
use super::logger::Level;
use super::options::Options;
use super::place::Place;
use crate::error::Error;

/// The map is a multiple of every page size.
const GRAIN: u64 = 1 << 16;
/// The smallest map that is tried when address space is short, and the least limit.
const SMALLEST: u64 = 1 << 20;
/// How far deletes may go beyond `max_size`.
const SLACK: u64 = 16 << 20;

/// What the map may grow to.
fn limit(options: &Options) -> u64 {
    (options.max_size / GRAIN * GRAIN).max(SMALLEST)
}

/// Opens an environment with the largest map up to `map_reserve` that the process can have.
pub(super) fn open(place: &Place, options: &Options) -> Outcome<Env> {
    let mut map_size = options.map_reserve.clamp(SMALLEST, limit(options));
    loop {
        let settings = Settings {
            directory: &place.directory,
            read_only: options.read_only,
            durability: options.durability,
            map_size,
            max_readers: options.max_readers,
        };
        match Env::open(&settings) {
            // Linux says ENOMEM; other systems, and valgrind, EINVAL.
            Err(Fault::Other(libc::ENOMEM | libc::EINVAL)) if map_size > SMALLEST => {
                map_size = (map_size / 2 / GRAIN * GRAIN).max(SMALLEST);
            }
            outcome => return outcome,
        }
    }
}

impl Environment {
    /// Maps what another process has added to the file, and some more.
    pub(super) fn adopt(&self, slot: &mut Option<Env>) -> Outcome<()> {
        let env = slot.as_ref().ok_or(Fault::Panic)?;
        let (mut size, used) = (env.map_size()?, env.used()?);
        while size < used {
            size *= 2;
        }
        self.resize(slot, size.min(limit(&self.options)).max(used)).map(drop)
    }

    /// Makes room for a transaction that met the end of the map: frees what dead readers held,
    /// or maps more. False at the limit.
    pub(super) fn make_room(&self, shrinks: bool) -> bool {
        if self.env().as_ref().is_some_and(|env| self.clear_dead_readers(env) > 0) {
            return true;
        }
        let grown = self.exclusively(|slot| {
            let size = slot.as_ref()?.map_size().ok()?;
            let limit = limit(&self.options);
            let most = if size < limit { limit } else { limit + if shrinks { SLACK } else { 0 } };
            let next = most.min(size * 2);
            (next > size).then(|| self.resize(slot, next).ok()).flatten()
        });
        if let Some(size) = grown {
            self.reporter.report(Level::Info, &format!("the map has grown to {size} bytes"));
        }
        grown.is_some()
    }

    /// Maps `bytes`; answers how many were mapped indeed. An environment that has lost its map is
    /// opened again with as much as the process can have.
    fn resize(&self, slot: &mut Option<Env>, bytes: u64) -> Outcome<u64> {
        let mut env = slot.take().ok_or(Fault::Panic)?;
        let resized = env.resize(bytes);
        if resized.is_err() {
            drop(env);
            env = self.reopen()?;
        }
        let size = env.map_size()?;
        *slot = Some(env);
        resized.map(|()| size)
    }

    /// Takes back what deletes were given beyond the limit.
    pub(super) fn take_back(&self) {
        let limit = limit(&self.options);
        let size = self.env().as_ref().and_then(|env| env.map_size().ok());
        if size.is_some_and(|size| size > limit) {
            let _ = self.exclusively(|slot| self.resize(slot, limit));
        }
    }

    /// 503: the store cannot grow. Nothing was changed.
    pub(super) fn full(&self) -> Error {
        let mapped = self.env().as_ref().and_then(|env| env.map_size().ok()).unwrap_or(0);
        let what = if mapped < limit(&self.options) {
            format!("the process has no address space for more than [{mapped}] bytes of the store")
        } else {
            format!("the store has reached its [max_size] of [{}] bytes", self.options.max_size)
        };
        Error::unavailable(format!("{what}; nothing was changed"))
    }
}
