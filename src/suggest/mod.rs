//! Suggest: people by what one types of them, over an index in the store. `docs/suggest.md` draws
//! its layout.

mod blocks;
mod build;
mod ceiling;
mod check;
mod entries;
mod expand;
mod explain;
mod index;
mod keys;
mod ladder;
mod pieces;
mod planes;
mod postings;
mod prefixes;
mod query;
mod rank;
mod recency;
mod resolve;
mod scan;
mod search;
mod sieve;
mod vocabulary;

use std::borrow::Cow;

pub(crate) use build::build_index;
pub(crate) use check::check;
pub(crate) use explain::{Explanation, Match};
pub(crate) use index::{add, replace};
pub(crate) use query::Query;
pub(crate) use search::{COUNTED, Found, Search};

/// What is asked for.
pub(crate) struct Wanted<'a> {
    pub(crate) name: &'a str,
    /// Profiles that should stand higher.
    pub(crate) uids: &'a [Cow<'a, str>],
    /// The label that lets profiles stand higher: its dotted path, and the values one of which fits.
    pub(crate) label: Option<(&'a str, &'a [Cow<'a, str>])>,
    /// Whether the word being typed may carry a typo too.
    pub(crate) typo_in_last: bool,
    /// Whether every word must match.
    pub(crate) every_word: bool,
}
