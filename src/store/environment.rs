//! An open environment: begins transactions, and repairs what made one fail to begin.

use std::sync::RwLock;

use super::lmdb::{Env, Fault, LockFile, Outcome, Reader, Settings};
use super::logger::{Level, Reporter};
use super::options::{Durability, Options};
use super::place::{Identity, Place};
use super::pool::{Pool, Taken};
use super::sync::{read, write};
use super::transaction::{ReadTxn, error};
use crate::error::{Error, Result};

/// The map is a multiple of every page size.
const GRAIN: u64 = 1 << 16;
/// The smallest map that is tried when address space is short.
const SMALLEST: u64 = 1 << 20;
/// How far deletes may go beyond `max_size`.
const SLACK: u64 = 16 << 20;
/// Attempts to repair before a call gives up.
const ATTEMPTS: usize = 8;

pub(super) struct Environment {
    pub(super) options: Options,
    pub(super) place: Place,
    pub(super) identity: Identity,
    pub(super) lock_file: Option<LockFile>,
    pub(super) reporter: Reporter,
    pool: Pool,
    /// None only while it could not be opened again.
    env: RwLock<Option<Env>>,
}

/// What the map may grow to.
pub(super) fn limit(options: &Options) -> u64 {
    (options.max_size / GRAIN * GRAIN).max(GRAIN)
}

/// Opens an environment with the largest map up to `map_reserve` that the process can have.
pub(super) fn open(place: &Place, options: &Options) -> Outcome<Env> {
    let mut map_size = options.map_reserve.clamp(SMALLEST, limit(options).max(SMALLEST));
    loop {
        let settings = Settings {
            directory: &place.directory,
            read_only: options.read_only,
            durability: options.durability,
            map_size,
            max_readers: options.max_readers,
        };
        match Env::open(&settings) {
            Err(Fault::Other(libc::ENOMEM)) if map_size > SMALLEST => {
                map_size = (map_size / 2 / GRAIN * GRAIN).max(SMALLEST);
            }
            outcome => return outcome,
        }
    }
}

impl Environment {
    pub(super) fn new(
        options: Options,
        place: Place,
        identity: Identity,
        lock_file: Option<LockFile>,
        env: Env,
    ) -> Self {
        Self {
            options,
            place,
            identity,
            lock_file,
            reporter: Reporter::default(),
            pool: Pool::new(),
            env: RwLock::new(Some(env)),
        }
    }

    /// Calls `work` with a snapshot.
    #[inline]
    pub(super) fn read<T>(&self, work: impl FnOnce(&ReadTxn<'_>) -> Result<T>) -> Result<T> {
        let mut fault = Fault::Panic;
        for _ in 0..ATTEMPTS {
            fault = match self.slot() {
                Ok(mut slot) => match slot.as_mut().map(Reader::begin) {
                    Some(Ok(reading)) => return work(&ReadTxn(reading)),
                    Some(Err(fault)) => fault,
                    None => Fault::BadRslot,
                },
                Err(Fault::ReadersFull) => return Err(self.readers_full()),
                Err(fault) => fault,
            };
            self.repair()?;
        }
        Err(error(fault))
    }

    /// A slot with a handle in it, unless all of the lock file are taken by other processes.
    #[inline]
    fn slot(&self) -> Outcome<Taken<'_>> {
        let mut slot = self.pool.take();
        if slot.is_none() {
            match self.reader() {
                Ok(reader) => *slot = Some(reader),
                Err(Fault::ReadersFull) => {
                    drop(slot);
                    return self.pool.take_filled().ok_or(Fault::ReadersFull);
                }
                Err(fault) => return Err(fault),
            }
        }
        Ok(slot)
    }

    fn reader(&self) -> Outcome<Reader> {
        let env = read(&self.env);
        let env = env.as_ref().ok_or(Fault::Panic)?;
        match env.reader() {
            Err(Fault::ReadersFull) => {
                self.clear_dead_readers(env);
                env.reader()
            }
            outcome => outcome,
        }
    }

    fn readers_full(&self) -> Error {
        Error::unavailable(format!(
            "all [{}] reader slots of the store are taken by other processes; raise max_readers",
            self.options.max_readers
        ))
    }

    /// Calls `work` with the environment, for writing; others may read it at the same time.
    pub(super) fn with_env<T>(&self, work: impl FnOnce(&Env) -> Outcome<T>) -> Outcome<T> {
        work(read(&self.env).as_ref().ok_or(Fault::Panic)?)
    }

    /// Calls `work` while no transaction of this process is active.
    fn exclusively<T>(&self, work: impl FnOnce(&mut Option<Env>) -> T) -> T {
        let _closed = self.pool.close();
        work(&mut write(&self.env))
    }

    /// Does what it takes for transactions to begin again, if it can: adopts what another process
    /// has added to the file, opens the environment again after a failure that LMDB calls fatal.
    pub(super) fn repair(&self) -> Result<()> {
        self.exclusively(|slot| {
            let mut outcome = Ok(());
            for _ in 0..ATTEMPTS {
                outcome = match slot.take() {
                    None => self.reopen().map(|env| *slot = Some(env)),
                    Some(mut env) => match env.reader().and_then(|mut r| r.begin().map(drop)) {
                        Err(Fault::MapResized) => {
                            let adopted =
                                env.used().and_then(|used| env.resize(self.fitting(used)));
                            adopted.map(|()| *slot = Some(env))
                        }
                        Err(Fault::ReadersFull) | Ok(()) => {
                            *slot = Some(env);
                            return Ok(());
                        }
                        Err(_) => Ok(()),
                    },
                };
            }
            outcome.map_err(error)
        })
    }

    fn fitting(&self, used: u64) -> u64 {
        let mut size = SMALLEST;
        while size < used {
            size *= 2;
        }
        size.min(limit(&self.options)).max(used)
    }

    fn reopen(&self) -> Outcome<Env> {
        let mut env = open(&self.place, &self.options)?;
        env.open_tables()?;
        Ok(env)
    }

    pub(super) fn clear_dead_readers(&self, env: &Env) -> u32 {
        let dead = env.clear_dead_readers().unwrap_or(0);
        if dead > 0 {
            let message = format!("cleared the reader slots of {dead} dead transactions");
            self.reporter.report(Level::Info, &message);
        }
        dead
    }

    /// Ends all access. What is not on disk yet is written unless nobody will read it again.
    pub(super) fn close(&self) {
        self.exclusively(|slot| {
            let unsynced = self.options.durability != Durability::Full;
            if let Some(env) = slot.take()
                && unsynced
                && !self.options.temporary
                && !self.options.read_only
                && let Err(fault) = env.sync()
            {
                self.reporter.report(Level::Error, &format!("the last sync failed: {fault}"));
            }
        });
        if let Some(lock_file) = &self.lock_file {
            lock_file.release_process();
        }
        self.place.remove_temporary();
    }
}

#[allow(unused)]
const _: u64 = SLACK;
