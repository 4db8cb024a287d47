//! Group commit: jobs that wait at the same time share one transaction and one sync.
//!
//! There is no thread of our own: who comes first leads, runs the jobs of all who wait, commits,
//! and hands the lead to one of those who came meanwhile. A lone writer so commits by itself.

use std::collections::VecDeque;
use std::sync::{Arc, Mutex};

use super::environment::Environment;
use super::inside;
use super::job::Job;
use super::lmdb::Fault;
use super::sync::lock;
use super::transaction::{WriteTxn, error};
use crate::error::{Error, Result};

/// Jobs in one transaction, at most.
const LARGEST: usize = 256;
/// Bytes after which a transaction takes no further job.
const HEAVY: usize = 4 << 20;
/// Repairs of the environment that one batch is worth.
const REPAIRS: usize = 8;

#[derive(Default)]
pub(super) struct Queue(Mutex<Line>);

#[derive(Default)]
struct Line {
    waiting: VecDeque<Arc<Job>>,
    led: bool,
}

impl Queue {
    /// Commits a job, alone or with others.
    pub(super) fn commit(&self, environment: &Environment, job: Arc<Job>) -> Result<()> {
        let mut line = lock(&self.0);
        line.waiting.push_back(Arc::clone(&job));
        let led = std::mem::replace(&mut line.led, true);
        drop(line);
        if led && let Some(result) = job.wait() {
            return result;
        }
        let shrinks = job.shrinks;
        let mut batch = Batch { queue: self, shrinks, members: Vec::new(), result: interrupted() };
        // The leader's own job stands first in the line.
        batch.grow();
        batch.result = batch.run(environment);
        drop(batch);
        job.wait().unwrap_or_else(interrupted)
    }

    /// The next job, if it is of the same kind and so may share the transaction.
    fn next(&self, shrinks: bool) -> Option<Arc<Job>> {
        let mut line = lock(&self.0);
        let fits = line.waiting.front().is_some_and(|job| job.shrinks == shrinks);
        if fits { line.waiting.pop_front() } else { None }
    }

    fn hand_over(&self) {
        let mut line = lock(&self.0);
        line.led = !line.waiting.is_empty();
        if let Some(next) = line.waiting.front() {
            next.lead();
        }
    }
}

fn interrupted() -> Result<()> {
    Err(Error::internal("a commit was interrupted"))
}

/// The jobs of one transaction. When it is dropped the next batch begins and the jobs are done.
struct Batch<'q> {
    queue: &'q Queue,
    shrinks: bool,
    members: Vec<Member>,
    result: Result<()>,
}

struct Member {
    job: Arc<Job>,
    /// The result of a job that had to be left out.
    left_out: Option<Result<()>>,
}

/// Why a transaction was given up.
enum Setback {
    /// A job was left out that had written before it failed.
    LeftOut,
    /// LMDB failed, in the job at this index or outside of them.
    Fault(Fault, Option<usize>),
}

impl From<Fault> for Setback {
    fn from(fault: Fault) -> Self {
        Setback::Fault(fault, None)
    }
}

impl Batch<'_> {
    /// Repeats the transaction until it is committed with every job that can be.
    fn run(&mut self, environment: &Environment) -> Result<()> {
        let _inside = inside::enter_write(environment);
        let mut repairs = 0;
        loop {
            match self.attempt(environment) {
                Ok(()) => break,
                Err(Setback::LeftOut) => {}
                Err(Setback::Fault(Fault::MapFull, culprit)) => {
                    if !environment.make_room(self.shrinks) {
                        self.leave_out(culprit, environment.full());
                    }
                }
                Err(Setback::Fault(Fault::MapResized | Fault::Panic, _)) if repairs < REPAIRS => {
                    repairs += 1;
                    environment.repair()?;
                }
                Err(Setback::Fault(fault @ Fault::Other(_), _)) => {
                    return Err(environment.write_error(fault));
                }
                Err(Setback::Fault(fault, Some(culprit))) => {
                    self.leave_out(Some(culprit), error(fault));
                }
                Err(Setback::Fault(fault, None)) => return Err(error(fault)),
            }
        }
        environment.committed(self.shrinks);
        Ok(())
    }

    /// Runs the jobs in one transaction, in the order in which they came.
    fn attempt(&mut self, environment: &Environment) -> std::result::Result<(), Setback> {
        let env = environment.env();
        let env = env.as_ref().ok_or(Fault::Panic)?;
        let mut txn = WriteTxn::new(environment.writer(env)?)?;
        let mut index = 0;
        while index < self.members.len() || (txn.written() < HEAVY && self.grow()) {
            let member = &mut self.members[index];
            if member.left_out.is_none() {
                let before = txn.written();
                let succeeded = txn.run(&member.job);
                if let Some(fault) = txn.fault() {
                    return Err(Setback::Fault(fault, Some(index)));
                }
                if !succeeded && txn.written() != before {
                    member.left_out = Some(Ok(()));
                    return Err(Setback::LeftOut);
                }
            }
            index += 1;
        }
        Ok(txn.commit()?)
    }

    /// Takes one more job from the line.
    fn grow(&mut self) -> bool {
        if self.members.len() == LARGEST {
            return false;
        }
        let next = self.queue.next(self.shrinks).map(|job| Member { job, left_out: None });
        let found = next.is_some();
        self.members.extend(next);
        found
    }

    /// Leaves out the job that met a fault; when it was the commit that did, the last one.
    fn leave_out(&mut self, culprit: Option<usize>, error: Error) {
        let member = match culprit {
            Some(index) => self.members.get_mut(index),
            None => self.members.iter_mut().rfind(|member| member.left_out.is_none()),
        };
        if let Some(member) = member {
            member.left_out = Some(Err(error));
        }
    }
}

impl Drop for Batch<'_> {
    fn drop(&mut self) {
        self.queue.hand_over();
        for member in self.members.drain(..) {
            member.job.finish(member.left_out.unwrap_or_else(|| self.result.clone()));
        }
    }
}

#[cfg(test)]
impl Queue {
    pub(super) fn waiting(&self) -> usize {
        lock(&self.0).waiting.len()
    }
}
