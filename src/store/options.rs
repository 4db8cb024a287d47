//! How a store is opened.

use std::path::PathBuf;

/// What a commit waits for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Durability {
    /// On disk before the call returns.
    Full,
    /// The last commits may be lost in a power cut; what is left is whole.
    Relaxed,
    /// The disk decides when to write until the store is closed. For bulk loads.
    None,
}

/// How a store is opened.
#[derive(Debug, Clone)]
pub(crate) struct Options {
    /// The directory of the store; ignored when `temporary`.
    pub(crate) path: PathBuf,
    /// A private directory that is removed on close.
    pub(crate) temporary: bool,
    /// Write nothing.
    pub(crate) read_only: bool,
    /// Make the directory (but not its parents) and the store in it when they are missing.
    pub(crate) create: bool,
    pub(crate) durability: Durability,
    /// Bytes that the data file may grow to, at least 1 MiB.
    pub(crate) max_size: u64,
    /// Bytes of address space to reserve at open; more is taken when the store outgrows it.
    pub(crate) map_reserve: u64,
    /// Read transactions at one time, of all processes together.
    pub(crate) max_readers: u32,
}

#[cfg(test)]
impl Options {
    /// A small private store for tests.
    pub(crate) fn temporary() -> Self {
        Self {
            path: PathBuf::new(),
            temporary: true,
            read_only: false,
            create: true,
            durability: Durability::None,
            max_size: 1 << 30,
            map_reserve: 1 << 30,
            max_readers: 16,
        }
    }
}
