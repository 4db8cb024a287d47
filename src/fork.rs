//! Fork detection: a store belongs to the process that opened it.

#![allow(unsafe_code)]

use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};

static GENERATION: AtomicU64 = AtomicU64::new(0);
static WATCHING: AtomicBool = AtomicBool::new(false);

extern "C" fn in_the_child() {
    GENERATION.fetch_add(1, Ordering::Relaxed);
}

/// Counts the forks between the first process and this one; costs one relaxed load.
pub(crate) fn generation() -> u64 {
    GENERATION.load(Ordering::Relaxed)
}

/// Starts counting. Forks before the first call do not matter: there was nothing to inherit.
pub(crate) fn watch() {
    if !WATCHING.swap(true, Ordering::Relaxed) {
        // SAFETY: the handler only adds to an atomic, which is allowed between fork and exec.
        let _ = unsafe { libc::pthread_atfork(None, None, Some(in_the_child)) };
    }
}

/// Forks, and answers what `work` answered in the child (256 if it died of a signal).
#[cfg(test)]
pub(crate) fn in_a_child(work: impl FnOnce() -> i32) -> i32 {
    // SAFETY: the child runs `work`, which leaves alone what other threads may hold, and ends.
    let child = unsafe { libc::fork() };
    if child == 0 {
        let answer = std::panic::catch_unwind(std::panic::AssertUnwindSafe(work));
        // SAFETY: ends the process without running what belongs to the parent.
        unsafe { libc::_exit(answer.unwrap_or(255)) };
    }
    let mut status = 0;
    // SAFETY: the child is ours and the pointer is valid for the call.
    assert_eq!(unsafe { libc::waitpid(child, &mut status, 0) }, child);
    if libc::WIFEXITED(status) { libc::WEXITSTATUS(status) } else { 256 }
}
