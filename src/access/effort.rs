//! What one request may cost in looking at roles and comparing patterns.

use crate::error::{Error, Result};
use crate::pattern::BUDGET;

/// What is left of it, in checks of single roles and steps through patterns.
pub(crate) struct Effort(u32);

impl Effort {
    /// All of it: seconds, at worst half a minute.
    pub(crate) fn new() -> Self {
        Self(20_000_000)
    }

    pub(super) fn spend(&mut self, cost: usize) -> Result<()> {
        let left = u32::try_from(cost).ok().and_then(|cost| self.0.checked_sub(cost));
        self.0 = left.unwrap_or(0);
        left.map(drop).ok_or_else(|| {
            Error::illegal_argument("checking these privileges takes too long: ask for fewer")
        })
    }

    /// Whether there was not enough of it, so that what failed may not have failed by itself.
    pub(super) fn is_used_up(&self) -> bool {
        self.0 == 0
    }

    /// Does one piece of work on patterns, which has a budget of its own as it takes memory.
    pub(super) fn within<T>(&mut self, work: impl FnOnce(&mut u32) -> Result<T>) -> Result<T> {
        let mut budget = BUDGET.min(self.0);
        self.0 -= budget;
        let is_last = self.0 == 0;
        let done = work(&mut budget);
        if done.is_ok() || !is_last {
            self.0 += budget;
        }
        done
    }
}
