//! What decides which of two matches stands first.

use std::cmp::Reverse;
use std::collections::BinaryHeap;

use super::recency::Recency;

/// How a word matches, the best first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Kind {
    Whole,
    Prefix,
    /// Equal to a part of what was typed.
    Part,
    OneTypo,
    TwoTypos,
}

/// How many kinds there are.
pub(super) const KINDS: usize = 5;

impl Kind {
    pub(super) fn of_typos(edits: u8) -> Self {
        match edits {
            0 => Self::Whole,
            1 => Self::OneTypo,
            _ => Self::TwoTypos,
        }
    }

    pub(super) fn name(self) -> &'static str {
        match self {
            Self::Whole => "whole",
            Self::Prefix => "prefix",
            Self::Part => "part",
            Self::OneTypo | Self::TwoTypos => "typo",
        }
    }
}

/// What a rank is made of, what counts most first.
#[derive(Debug, Clone, Copy)]
pub(super) enum Criterion {
    /// Hints that fit, and of one word the fields, of several words the words that match.
    Score,
    /// Whether a hint fits.
    Hinted,
    /// Words that match elsewhere than behind the sign of an address.
    Outside,
    /// The kinds of the words that match, added up. The only one of which less is better.
    Marks,
    /// Pairs of words that are neighbours, in their order.
    Adjacent,
    /// Words that match in the full name.
    Names,
    /// Words that match in the username.
    Usernames,
    /// Whether the full name begins with the first word.
    First,
}

/// The number of criteria.
pub(super) const CRITERIA: usize = 8;

/// A value for each criterion.
pub(super) type Values = [u32; CRITERIA];

/// How the values of a query's criteria are put into one number: as many bits as each needs.
#[derive(Debug, Clone, Copy)]
pub(super) struct Layout {
    pub(super) widths: [u32; CRITERIA],
}

impl Layout {
    pub(super) fn new(words: usize) -> Self {
        let words = words as u32;
        // A single word may match in three fields; two hints may fit.
        let highest =
            [words.max(3) + 2, 1, words, words * 4, words.saturating_sub(1), words, words, 1];
        Self { widths: highest.map(|highest| u32::BITS - highest.leading_zeros()) }
    }

    /// The rank; a greater one is better.
    pub(super) fn rank(&self, values: Values) -> u64 {
        let mut rank = 0;
        for (criterion, (value, width)) in values.into_iter().zip(self.widths).enumerate() {
            let value = if is_inverted(criterion) { (1 << width) - 1 - value } else { value };
            rank = rank << width | u64::from(value);
        }
        rank
    }

    /// The score in a rank.
    pub(super) fn score(&self, rank: u64) -> u32 {
        let [_, others @ ..] = &self.widths;
        (rank >> others.iter().sum::<u32>()) as u32
    }
}

/// Whether less is better of a criterion.
pub(super) fn is_inverted(criterion: usize) -> bool {
    criterion == Criterion::Marks as usize
}

/// A profile that matches. The greatest is the best.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Hit {
    pub(super) rank: u64,
    pub(super) recency: Recency,
    pub(super) number: Reverse<u32>,
}

/// The best hits so far, as many as are wanted.
pub(super) struct Best {
    wanted: usize,
    heap: BinaryHeap<Reverse<Hit>>,
}

impl Best {
    pub(super) fn new(wanted: usize) -> Self {
        Self { wanted, heap: BinaryHeap::new() }
    }

    pub(super) fn wanted(&self) -> usize {
        self.wanted
    }

    /// The rank and recency that a hit must at least have to be among the best.
    pub(super) fn floor(&self) -> (u64, Recency) {
        match self.heap.peek() {
            _ if self.wanted == 0 => (u64::MAX, Recency::default()),
            Some(Reverse(worst)) if self.heap.len() == self.wanted => (worst.rank, worst.recency),
            _ => (0, Recency::default()),
        }
    }

    pub(super) fn push(&mut self, hit: Hit) {
        if self.heap.len() < self.wanted {
            self.heap.push(Reverse(hit));
        } else if let Some(mut worst) = self.heap.peek_mut()
            && hit > worst.0
        {
            *worst = Reverse(hit);
        }
    }

    /// The numbers of the hits, the best first.
    pub(super) fn into_numbers(self) -> Vec<u32> {
        self.heap.into_sorted_vec().into_iter().map(|Reverse(hit)| hit.number.0).collect()
    }
}
