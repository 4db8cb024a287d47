//! Which characters words have, by the one they begin with: a search for typing errors leaves out
//! all words that have too few of those typed, and so whole scripts.

use super::keys::{self, ALPHABET, WORD};
use crate::error::Result;
use crate::store::{Read, Table, WriteTxn};

/// A set of characters in 64 bits: several share one, so it may seem to have more than it has.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) struct Characters(u64);

impl Characters {
    pub(super) fn of(text: &str) -> Self {
        Self(text.chars().fold(0, |set, c| set | Self::bit(c)))
    }

    fn bit(c: char) -> u64 {
        // The upper bits of a product with an odd constant (Fibonacci hashing) depend on all of it.
        1 << (u64::from(c).wrapping_mul(0x9E37_79B9_7F4A_7C15) >> 58)
    }

    /// How many of the characters of `text` are in the set.
    pub(super) fn shared(self, text: &str) -> usize {
        text.chars().filter(|c| self.0 & Self::bit(*c) != 0).count()
    }

    pub(super) fn contains(self, other: Self) -> bool {
        self.0 & other.0 == other.0
    }

    pub(super) fn read(bytes: &[u8]) -> Result<Self> {
        bytes.try_into().map(|bytes| Self(u64::from_le_bytes(bytes))).map_err(|_| keys::damaged())
    }
}

/// The character that a word begins with, unless that is all of the word.
fn first(word: &str) -> Option<char> {
    let mut chars = word.chars();
    chars.next().filter(|_| !chars.as_str().is_empty())
}

fn key(first: char) -> Vec<u8> {
    keys::subject(ALPHABET, first.encode_utf8(&mut [0; 4]))
}

/// The characters of the words that begin like this one.
pub(super) fn of_words_like(txn: &impl Read, word: &str) -> Result<Option<Characters>> {
    let Some(first) = first(word) else { return Ok(None) };
    let stored = txn.get(Table::Suggest, &key(first))?;
    stored.map_or(Ok(Some(Characters::default())), |bytes| Characters::read(bytes).map(Some))
}

/// Adds the characters of a new subject, if it is a word. Never taken out again: a set that is too
/// large only costs a look.
pub(super) fn add(txn: &mut WriteTxn<'_>, subject: &[u8]) -> Result<()> {
    if subject.first() != Some(&WORD) {
        return Ok(());
    }
    let word = keys::text(subject)?;
    let (Some(first), Some(before)) = (first(word), of_words_like(txn, word)?) else {
        return Ok(());
    };
    let now = Characters(before.0 | Characters::of(word).0);
    if now == before {
        return Ok(());
    }
    txn.put(Table::Suggest, &key(first), &now.0.to_le_bytes())
}
