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

    /// Forgets `logger`, if it is the one that is set.
    pub(super) fn forget(&self, logger: &Logger) {
        let mut set = write(&self.0);
        if set.as_ref().is_some_and(|set| Arc::ptr_eq(set, logger)) {
            *set = None;
        }
    }

    /// Reports an event; a logger that panics does not stop the store. While one is called it
    /// cannot be replaced, so that nobody frees what it uses.
    pub(super) fn report(&self, level: Level, message: &str) {
        if let Some(logger) = &*read(&self.0) {
            // One event is one line, whatever the names and reasons in it.
            let line = message.replace(char::is_control, " ");
            let _ = catch_unwind(AssertUnwindSafe(|| logger(level, &line)));
        }
    }
}

#[cfg(test)]
mod tests {
    use std::sync::{Arc, Mutex};

    use super::*;

    #[test]
    fn an_event_is_one_line() {
        let heard = Arc::new(Mutex::new(Vec::new()));
        let (reporter, hears) = (Reporter::default(), heard.clone());
        reporter.set(Some(Arc::new(move |_, line: &str| {
            hears.lock().unwrap().push(line.to_owned());
        })));
        reporter.report(Level::Warn, "realm [a\nERROR b\r\0c\u{85}]");
        assert_eq!(*heard.lock().unwrap(), ["realm [a ERROR b  c ]"]);
    }
}
