//! An open environment: begins transactions, and repairs what made one fail to begin.

use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::{RwLock, RwLockReadGuard};
use std::time::Duration;

use super::inside;
use super::lmdb::{Env, Fault, LockFile, Outcome, Reader, Settings, Writer, disk_is_full};
use super::logger::{Level, Reporter};
use super::options::{Durability, Options};
use super::place::{Identity, Place, identity};
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
/// Batches between two looks for dead readers.
const INSPECTION: u32 = 128;
/// How long a writer is polite, and in what steps.
const PATIENCE: u32 = 100;
const YIELD: Duration = Duration::from_micros(50);
/// Attempts to repair before a call gives up.
const ATTEMPTS: usize = 8;

pub(super) struct Environment {
    pub(super) options: Options,
    pub(super) place: Place,
    pub(super) identity: Identity,
    pub(super) lock_file: Option<LockFile>,
    pub(super) reporter: Reporter,
    pool: Pool,
    commits: AtomicU32,
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
            commits: AtomicU32::new(0),
            env: RwLock::new(Some(env)),
        }
    }

    /// Calls `work` with a snapshot.
    #[inline]
    pub(super) fn read<T>(&self, work: impl FnOnce(&ReadTxn<'_>) -> Result<T>) -> Result<T> {
        if inside::reads(self) {
            return self.read_within(work);
        }
        if inside::writes(self) {
            return Err(Error::internal("a write must read through its own transaction"));
        }
        let _inside = inside::enter_read(self);
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

    /// Reads within a read of the same thread: with a handle of its own, because the thread must
    /// not wait for a slot while it holds one.
    fn read_within<T>(&self, work: impl FnOnce(&ReadTxn<'_>) -> Result<T>) -> Result<T> {
        let mut reader = self.reader().map_err(error)?;
        work(&ReadTxn(reader.begin().map_err(error)?))
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
        let env = self.env();
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

    /// The environment, for writing; none only while it could not be opened again.
    pub(super) fn env(&self) -> RwLockReadGuard<'_, Option<Env>> {
        read(&self.env)
    }

    /// Begins the write transaction. LMDB gives it to whoever asks first after a commit, which is
    /// mostly the process that has just committed; so a writer first takes the turn, and lets a
    /// process that waits with the turn in its hands go before it.
    pub(super) fn writer<'e>(&self, env: &'e Env) -> Outcome<Writer<'e>> {
        let lock_file = self.lock_file.as_ref();
        let turn = lock_file.filter(|lock_file| {
            (0..PATIENCE).any(|_| {
                let taken = lock_file.take_turn();
                if !taken {
                    std::thread::sleep(YIELD);
                }
                taken
            })
        });
        let writer = env.write();
        if let Some(lock_file) = turn {
            lock_file.end_turn();
        }
        writer
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
                let begun = match slot {
                    Some(env) => env.reader().and_then(|mut reader| reader.begin().map(drop)),
                    None => Err(Fault::Panic),
                };
                outcome = match begun {
                    Ok(()) | Err(Fault::ReadersFull) => return Ok(()),
                    Err(Fault::MapResized) => self.adopt(slot),
                    Err(_) => {
                        *slot = None;
                        self.reopen().map(|env| *slot = Some(env))
                    }
                };
            }
            outcome.map_err(error)
        })
    }

    /// Maps what another process has added to the file, and some more.
    fn adopt(&self, slot: &mut Option<Env>) -> Outcome<()> {
        let env = slot.as_ref().ok_or(Fault::Panic)?;
        let (mut size, used) = (env.map_size()?, env.used()?);
        while size < used {
            size *= 2;
        }
        self.resize(slot, size.min(limit(&self.options)).max(used)).map(drop)
    }

    /// Opens the environment again, unless its path leads to another one by now: that may be open
    /// in this process.
    fn reopen(&self) -> Outcome<Env> {
        let found = std::fs::metadata(self.place.data_file()).ok();
        if found.map(|found| identity(&found)) != Some(self.identity) {
            return Err(Fault::Other(libc::ESTALE));
        }
        let mut env = open(&self.place, &self.options)?;
        env.open_tables()?;
        Ok(env)
    }

    fn clear_dead_readers(&self, env: &Env) -> u32 {
        let dead = env.clear_dead_readers().unwrap_or(0);
        if dead > 0 {
            let message = format!("cleared {dead} reader slots of processes that died");
            self.reporter.report(Level::Warn, &message);
        }
        dead
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

    /// Once per batch: takes back what deletes were given beyond the limit, looks for dead readers
    /// now and then.
    pub(super) fn committed(&self, shrinks: bool) {
        let limit = limit(&self.options);
        let size = self.env().as_ref().and_then(|env| env.map_size().ok());
        if shrinks && size.is_some_and(|size| size > limit) {
            let _ = self.exclusively(|slot| self.resize(slot, limit));
        }
        if self.commits.fetch_add(1, Ordering::Relaxed) % INSPECTION == 0
            && let Some(env) = &*self.env()
        {
            self.clear_dead_readers(env);
        }
    }

    /// 503: the store is as large as it may be.
    pub(super) fn full(&self) -> Error {
        Error::unavailable(format!(
            "the store has reached its [max_size] of [{}] bytes; nothing was changed",
            self.options.max_size
        ))
    }

    /// 503: the system refused a write. LMDB has undone it.
    pub(super) fn write_error(&self, fault: Fault) -> Error {
        let size = std::fs::metadata(self.place.data_file()).map_or(0, |found| found.len());
        let full = match fault {
            Fault::Other(libc::ENOSPC | libc::EDQUOT | libc::EFBIG) => true,
            Fault::Other(libc::EIO) => disk_is_full(&self.place.directory, size),
            _ => false,
        };
        let why = if full { "disk full".into() } else { format!("the disk failed ({fault})") };
        self.reporter.report(Level::Error, &format!("a commit failed: {why}"));
        Error::unavailable(format!("{why}; nothing was changed"))
    }

    /// Writes what was committed but may not be on disk yet, for who opens the store again.
    pub(super) fn flush(&self) {
        let options = &self.options;
        if options.durability == Durability::Full || options.temporary || options.read_only {
            return;
        }
        if let Some(Err(fault)) = self.env().as_ref().map(Env::sync) {
            self.reporter.report(Level::Error, &format!("the last sync failed: {fault}"));
        }
    }

    /// Ends all access.
    pub(super) fn close(&self) {
        self.exclusively(|slot| *slot = None);
        if let Some(lock_file) = &self.lock_file {
            lock_file.release_process();
        }
        self.place.remove_temporary();
    }
}
