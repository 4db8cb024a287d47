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
        let matched = is_counted.then(|| self.matched(pieces.clone()));
        let newest = Newest::of(txn, chunk)?;
        let promising = self.promising(newest, pieces.clone());
        let is_worth = |block: usize| {
            promising[block] && matched.as_ref().is_none_or(|matched| matched[block] != 0)
        };
        // The newest mostly come last.
        let blocks: Vec<usize> = (0..BLOCKS).rev().filter(|block| is_worth(*block)).collect();
        if !blocks.is_empty() {
            self.planes.clear();
            for piece in pieces {
                self.planes.add(piece, &blocks);
            }
            for block in blocks {
                self.block(txn, chunk, block, newest)?;
            }
        }
        let matched = matched.iter().flatten().filter(|bits| **bits != 0);
        Ok(matched.map(|bits| bits.count_ones() as usize).sum())
    }

    /// Who of a chunk matches.
    fn matched<'p>(&self, pieces: impl Iterator<Item = &'p Piece<'p>>) -> [u64; BLOCKS] {
        let mut any = [0; BLOCKS];
        let mut words = vec![[0; BLOCKS]; if self.every_word { self.words } else { 0 }];
        for piece in pieces {
            let plane = match piece.role {
                Role::Word(word, _) => words.get_mut(word).unwrap_or(&mut any),
                Role::Anybody => &mut any,
                Role::Pair(_) | Role::Hint(_) => continue,
            };
            piece.postings.blocks(|block, bits| plane[block] |= bits);
        }
        if let Some((first, others)) = words.split_first() {
            any = *first;
            for other in others {
                any.iter_mut().zip(other).for_each(|(any, other)| *any &= other);
            }
        }
        any
    }

    fn block(
        &mut self,
        txn: &impl Read,
        chunk: u32,
        block: usize,
        newest: Newest<'_>,
    ) -> Result<()> {
        let matched = self.planes.matched(block, self.every_word);
        if matched == 0 {
            return Ok(());
        }
        let found = self.planes.block(block, matched);
        let (rank, recency) = self.best.floor();
        let (mut left, equal) = found.compared(&self.layout, rank);
        if newest.reaches(block, recency) {
            left |= equal;
        }
        if left == 0 {
            return Ok(());
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
        Ok(())
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
        let rarest = if self.words > 1 { self.rarest(pieces.clone()) } else { 0 };
        let is_rare = |piece: &&Piece<'_>| match piece.role {
            Role::Word(word, kind) => word == rarest && (self.words > 1 || kind == Kind::Whole),
            Role::Hint(_) => true,
            Role::Pair(_) | Role::Anybody => false,
        };
        let without = ceiling(&mut pieces.clone().filter(|piece| !is_rare(piece)));
        let mut is_promising = [without > rank; BLOCKS];
        if without == rank {
            for (block, promising) in is_promising.iter_mut().enumerate() {
                *promising |= newest.reaches(block, recency);
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
