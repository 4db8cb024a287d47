//! Yes or no to each check of a question.

use crate::error::Result;

/// One bit for each check, in words.
pub(crate) struct Bits(Box<[u64]>);

impl Bits {
    /// A bit for each of `items`, set where `test` holds.
    pub(super) fn of<T>(items: &[T], mut test: impl FnMut(&T) -> Result<bool>) -> Result<Self> {
        let word = |items: &[T]| {
            items.iter().rev().try_fold(0, |word, item| Ok(word << 1 | u64::from(test(item)?)))
        };
        items.chunks(64).map(word).collect::<Result<_>>().map(Self)
    }

    /// The bits of the checks from `64 * index` on.
    pub(crate) fn word(&self, index: usize) -> u64 {
        self.0.get(index).copied().unwrap_or(0)
    }
}
