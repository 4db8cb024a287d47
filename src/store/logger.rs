//! Rare events that a host may want to know of.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::{Arc, RwLock};

use super::sync::{read, write};

/// How much an event matters.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Level {
    Error = 1,
    Warn = 2,
    Info = 3,
}

/// Where events go. It must not call the store that reports.
pub(crate) type Logger = Arc<dyn Fn(Level, &str) + Send + Sync>;

#[derive(Default)]
pub(super) struct Reporter(RwLock<Option<Logger>>);

impl Reporter {
    pub(super) fn set(&self, logger: Option<Logger>) {
        *write(&self.0) = logger;
    }

    /// Reports an event; a logger that panics does not stop the store.
    pub(super) fn report(&self, level: Level, message: &str) {
        let logger = read(&self.0).clone();
        if let Some(logger) = logger {
            let _ = catch_unwind(AssertUnwindSafe(|| logger(level, message)));
        }
    }
}
