//! What a profile is made of and how it changes.

pub(crate) mod filter;
pub(crate) mod merge;
