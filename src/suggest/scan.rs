//! The walk through the chunks, which keeps the best and leaves out what cannot be among them.

use std::cmp::Reverse;

use super::pieces::Piece;
use super::planes::Planes;
use super::postings::{BLOCK, CHUNK, places_in};
use super::rank::{Best, Hit, Layout};
use super::recency::Times;
use super::sieve::Sieve;
use crate::error::Result;

/// After so many blocks it is worth to sift the others again.
const AT_ONCE: usize = 32;

pub(super) struct Scan<'t> {
    layout: Layout,
    sieve: Sieve,
    planes: Planes,
    times: Times<'t>,
    best: Best,
}

impl<'t> Scan<'t> {
    /// Begins with the best so far.
    pub(super) fn new(
        layout: Layout,
        mut sieve: Sieve,
        planes: Planes,
        times: Times<'t>,
        best: Best,
    ) -> Self {
        sieve.aim(best.floor());
        Self { layout, sieve, planes, times, best }
    }

    pub(super) fn into_best(self) -> Best {
        self.best
    }

    /// Looks for the best in one chunk; answers how many match if they are to be counted.
    pub(super) fn chunk(&mut self, pieces: &[Piece<'_>], is_counted: bool) -> Result<usize> {
        let total = self.sieve.sift(&mut self.times, pieces, is_counted)?;
        let blocks: Vec<usize> = self.sieve.passing().collect();
        let (Some(piece), false) = (pieces.first(), blocks.is_empty()) else { return Ok(total) };
        self.planes.fill(pieces, blocks.iter().copied());
        // The newest mostly come last.
        let mut groups = blocks.rchunks(AT_ONCE).peekable();
        while let Some(blocks) = groups.next() {
            for block in blocks.iter().rev() {
                self.block(piece.chunk, *block)?;
            }
            if self.sieve.aim(self.best.floor()) && groups.peek().is_some() {
                // Of those that are left, fewer may still be among the best.
                self.sieve.sift(&mut self.times, pieces, false)?;
            }
        }
        Ok(total)
    }

    /// Takes the best of a block.
    fn block(&mut self, chunk: u32, block: usize) -> Result<()> {
        let passing = self.sieve.of(block);
        if passing == 0 {
            return Ok(());
        }
        let (rank, recency) = self.best.floor();
        let found = self.planes.block(block, passing);
        let (above, equal) = found.compared(&self.layout, rank);
        let better = above | self.times.reaching(chunk, block, equal, recency)?;
        for place in places_in(better) {
            let number = chunk * CHUNK + (block * BLOCK + place) as u32;
            let rank = self.layout.rank(found.values(place));
            let recency = self.times.get(number)?;
            self.best.push(Hit { rank, recency, number: Reverse(number) });
        }
        Ok(())
    }
}
