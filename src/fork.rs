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
