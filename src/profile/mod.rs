//! Profiles: how they are stored and found, how updates merge, which data a read selects.

pub(crate) mod filter;
pub(crate) mod merge;
pub(crate) mod record;
pub(crate) mod records;
