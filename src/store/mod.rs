//! The store: ordered tables, snapshots for readers, batches for writers, one environment per
//! file and process. The only floor that names LMDB.

mod check;
mod commit;
mod environment;
mod growth;
mod inside;
mod job;
mod keys;
mod lmdb;
mod logger;
mod options;
mod place;
mod pool;
mod record;
mod registry;
mod setup;
mod sync;
mod tables;
mod transaction;

use std::hash::Hasher;
use std::sync::Arc;

use siphasher::sip128::{Hasher128, SipHasher13};

use crate::error::{Error, Result};
use crate::fork;
use commit::Queue;
use environment::Environment;
use job::{Call, Job};
pub(crate) use keys::name_key;
pub(crate) use logger::{Level, Logger};
pub(crate) use options::{Durability, Options};
pub(crate) use record::{Changes, FORMAT};
pub(crate) use tables::Table;
pub(crate) use transaction::{Cursor, Read, ReadTxn, WriteTxn};

/// An open store. Any number of threads may use it; the last reference closes it.
pub(crate) struct Store {
    environment: Arc<Environment>,
    generation: u64,
    uuid: String,
    hasher: SipHasher13,
    queue: Queue,
}

impl Store {
    /// Opens a store, or shares the one that this process has open.
    pub(crate) fn open(options: &Options) -> Result<Arc<Self>> {
        registry::open(options)
    }

    /// Calls `work` with a snapshot. Within `work`, reading again is fine and writing is not.
    #[inline]
    pub(crate) fn read<T>(&self, work: impl FnOnce(&ReadTxn<'_>) -> Result<T>) -> Result<T> {
        self.check_process()?;
        self.environment.read(work)
    }

    /// Calls `job` in a transaction that other jobs may share, and answers what it answered once
    /// that is committed. The job may be called again when the transaction has to be repeated, so
    /// it must do the same each time. A job that fails leaves nothing behind.
    pub(crate) fn write<T: Send + 'static>(
        &self,
        job: impl Fn(&mut WriteTxn<'_>) -> Result<T> + Send + Sync + 'static,
    ) -> Result<T> {
        self.commit(Job::new(job, false))
    }

    /// Like `write`, for a job that deletes: it may go a little beyond `max_size`.
    pub(crate) fn shrink<T: Send + 'static>(
        &self,
        job: impl Fn(&mut WriteTxn<'_>) -> Result<T> + Send + Sync + 'static,
    ) -> Result<T> {
        self.commit(Job::new(job, true))
    }

    fn commit<T, F>(&self, job: Arc<Job<Call<T, F>>>) -> Result<T>
    where
        T: Send + 'static,
        F: Fn(&mut WriteTxn<'_>) -> Result<T> + Send + Sync + 'static,
    {
        self.check_process()?;
        if self.environment.options.read_only {
            return Err(Error::unavailable("the store is open read-only"));
        }
        if inside::reads(&self.environment) || inside::writes(&self.environment) {
            return Err(Error::internal("a write within a read or a write of the same store"));
        }
        self.queue.commit(&self.environment, Arc::clone(&job) as Arc<Job>)?;
        job.answer()
    }

    /// The name of the store, made with it: 22 url-safe characters.
    pub(crate) fn uuid(&self) -> &str {
        &self.uuid
    }

    /// Hashes under a key that is the store's own.
    pub(crate) fn hash(&self, bytes: &[u8]) -> [u8; 16] {
        let mut hasher = self.hasher;
        hasher.write(bytes);
        hasher.finish128().as_bytes()
    }

    /// Reports a rare event to the logger of the host.
    pub(crate) fn report(&self, level: Level, message: &str) {
        self.environment.reporter.report(level, message);
    }

    /// Sets where rare events are reported.
    pub(crate) fn set_logger(&self, logger: Option<Logger>) {
        self.environment.reporter.set(logger);
    }

    /// Forgets a logger whose owner goes, unless another has taken its place.
    pub(crate) fn forget_logger(&self, logger: &Logger) {
        self.environment.reporter.forget(logger);
    }

    #[inline]
    fn check_process(&self) -> Result<()> {
        if fork::generation() == self.generation {
            return Ok(());
        }
        Err(Error::unavailable("the store was opened before fork; open it again in the child"))
    }
}

impl Drop for Store {
    fn drop(&mut self) {
        if fork::generation() == self.generation {
            self.environment.flush();
            registry::close(&self.environment);
        } else {
            // The locks, slots and files are the parent's: one reference that nobody drops.
            std::mem::forget(Arc::clone(&self.environment));
        }
    }
}

#[cfg(test)]
mod tests;
