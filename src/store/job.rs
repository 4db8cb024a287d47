//! A job that waits to be committed, and its answer.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::{Arc, Condvar, Mutex, PoisonError};

use super::sync::lock;
use super::transaction::WriteTxn;
use crate::error::{Error, Result};

/// What a job does, whatever type it answers.
pub(super) trait Work: Send + Sync {
    /// Does the work and keeps the answer; tells whether it succeeded.
    fn run(&self, txn: &mut WriteTxn<'_>) -> bool;
}

/// A job in the queue, shared by the thread that waits for it and the one that runs it.
pub(super) struct Job<W: ?Sized = dyn Work> {
    /// It deletes, and may go a little beyond the limit of the store.
    pub(super) shrinks: bool,
    state: Mutex<State>,
    changed: Condvar,
    work: W,
}

enum State {
    Waiting,
    /// Its thread is to commit the next batch.
    Leading,
    /// Its batch was committed, or failed.
    Done(Result<()>),
}

/// The work of a closure.
pub(super) struct Call<T, F> {
    closure: F,
    answer: Mutex<Option<Result<T>>>,
}

impl<T, F> Job<Call<T, F>>
where
    T: Send,
    F: Fn(&mut WriteTxn<'_>) -> Result<T> + Send + Sync,
{
    pub(super) fn new(closure: F, shrinks: bool) -> Arc<Self> {
        let work = Call { closure, answer: Mutex::new(None) };
        let state = Mutex::new(State::Waiting);
        Arc::new(Self { shrinks, state, changed: Condvar::new(), work })
    }

    /// The answer of the job, once it is done.
    pub(super) fn answer(&self) -> Result<T> {
        let answer = lock(&self.work.answer).take();
        answer.unwrap_or_else(|| Err(Error::internal("a write has no answer")))
    }
}

impl<T, F> Work for Call<T, F>
where
    T: Send,
    F: Fn(&mut WriteTxn<'_>) -> Result<T> + Send + Sync,
{
    fn run(&self, txn: &mut WriteTxn<'_>) -> bool {
        let answer = catch_unwind(AssertUnwindSafe(|| (self.closure)(txn)))
            .unwrap_or_else(|panic| Err(Error::panicked("a write panicked", &*panic)));
        let succeeded = answer.is_ok();
        *lock(&self.answer) = Some(answer);
        succeeded
    }
}

impl Job {
    pub(super) fn run(&self, txn: &mut WriteTxn<'_>) -> bool {
        self.work.run(txn)
    }

    /// Waits until the job is done, which gives its result, or is to lead, which gives none.
    pub(super) fn wait(&self) -> Option<Result<()>> {
        let mut state = lock(&self.state);
        loop {
            match &*state {
                State::Waiting => {
                    state = self.changed.wait(state).unwrap_or_else(PoisonError::into_inner);
                }
                State::Leading => return None,
                State::Done(result) => return Some(result.clone()),
            }
        }
    }

    pub(super) fn lead(&self) {
        self.change(State::Leading);
    }

    pub(super) fn finish(&self, result: Result<()>) {
        self.change(State::Done(result));
    }

    fn change(&self, state: State) {
        *lock(&self.state) = state;
        self.changed.notify_one();
    }
}
