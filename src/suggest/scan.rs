//! The walk through the chunks, which keeps the best and leaves out what cannot be among them.

use std::cmp::Reverse;

use super::ceiling::Ceiling;
use super::pieces::{Piece, Role};
use super::planes::Planes;
use super::postings::{BLOCK, BLOCKS, CHUNK};
use super::rank::{Best, Hit, Kind, Layout};
use super::recency::{Newest, Times};
use crate::error::Result;
use crate::store::Read;

pub(super) struct Scan {
    words: usize,
    every_word: bool,
    layout: Layout,
    best: Best,
    planes: Planes,
}

impl Scan {
    /// Begins with the best so far.
    pub(super) fn new(words: usize, every_word: bool, layout: Layout, best: Best) -> Self {
        Self { words, every_word, layout, best, planes: Planes::new(words) }
    }

    pub(super) fn into_numbers(self) -> Vec<u32> {
        self.best.into_sorted().into_iter().map(|hit| hit.number.0).collect()
    }

    /// Looks for the best in one chunk; answers how many match if they are to be counted.
    pub(super) fn chunk<'p>(
        &mut self,
        txn: &impl Read,
        chunk: u32,
        pieces: impl Iterator<Item = &'p Piece<'p>> + Clone,
        is_counted: bool,
    ) -> Result<usize> {
        let newest = Newest::of(txn, chunk)?;
        let promising = self.promising(newest, pieces.clone());
        // The newest mostly come last.
        let blocks: Vec<usize> =
            (0..BLOCKS).rev().filter(|block| is_counted || promising[*block]).collect();
        if blocks.is_empty() {
            return Ok(0);
        }
        self.planes.clear();
        for piece in pieces {
            self.planes.add(piece, &blocks);
        }
        let mut count = 0;
        for block in blocks {
            let matched = self.planes.matched(block, self.every_word);
            count += matched.count_ones() as usize;
            if matched == 0 || !promising[block] {
                continue;
            }
            let found = self.planes.block(block, matched);
            let (rank, recency) = self.best.floor();
            let (mut left, equal) = found.compared(&self.layout, rank);
            if newest.get(block) >= recency {
                left |= equal;
            }
            if left == 0 {
                continue;
            }
            let first = chunk * CHUNK + (block * BLOCK) as u32;
            let times = Times::of(txn, first)?;
            while left != 0 {
                let place = left.trailing_zeros();
                left &= left - 1;
                let (number, rank) = (first + place, self.layout.rank(found.values(place)));
                let recency = times.get(number);
                self.best.push(Hit { rank, recency, number: Reverse(number) });
            }
        }
        Ok(count)
    }

    /// The blocks that may have somebody who is better than the worst of the best.
    fn promising<'p>(
        &self,
        newest: Newest<'_>,
        pieces: impl Iterator<Item = &'p Piece<'p>> + Clone,
    ) -> [bool; BLOCKS] {
        let (rank, recency) = self.best.floor();
        let ceiling = |pieces: &mut dyn Iterator<Item = &'p Piece<'p>>| {
            self.layout.rank(Ceiling::of(self.words, pieces).values())
        };
        if ceiling(&mut pieces.clone()) < rank {
            return [false; BLOCKS];
        }
        let rarest = self.rarest(pieces.clone());
        let is_rare = |piece: &&Piece<'_>| match piece.role {
            Role::Word(word, kind) => word == rarest && (self.words > 1 || kind == Kind::Whole),
            Role::Hint(_) => true,
            Role::Pair(_) | Role::Anybody => false,
        };
        let without = ceiling(&mut pieces.clone().filter(|piece| !is_rare(piece)));
        let mut is_promising = [without > rank; BLOCKS];
        if without == rank {
            for (block, promising) in is_promising.iter_mut().enumerate() {
                *promising |= newest.get(block) >= recency;
            }
        }
        if without <= rank {
            for piece in pieces.filter(is_rare) {
                piece.postings.blocks(|block, bits| is_promising[block] |= bits != 0);
            }
        }
        is_promising
    }

    /// The word that the fewest match.
    fn rarest<'p>(&self, pieces: impl Iterator<Item = &'p Piece<'p>>) -> usize {
        let mut counts = vec![0; self.words];
        for piece in pieces {
            if let Role::Word(word, _) = piece.role {
                counts[word] += piece.postings.len();
            }
        }
        let rarest = counts.iter().enumerate().min_by_key(|(_, count)| **count);
        rarest.map_or(0, |(word, _)| word)
    }
}
