//! The walk through the chunks, which keeps the best and leaves out what cannot be among them.

use std::cmp::Reverse;

use super::pieces::Piece;
use super::planes::Planes;
use super::postings::{BLOCK, CHUNK};
use super::rank::{Best, Hit, Layout};
use super::recency::{AllBounds, Bounds, Times};
use super::sieve::Sieve;
use crate::error::Result;
use crate::store::ReadTxn;

/// So many candidates are gathered at most before any of them is looked at closely.
const GATHERED: usize = 64;

pub(super) struct Scan<'t> {
    txn: &'t ReadTxn<'t>,
    bounds: AllBounds<'t>,
    layout: Layout,
    sieve: Sieve,
    planes: Planes,
    candidates: Vec<Candidate>,
    best: Best,
}

/// Somebody of whom it is not known yet when exactly they were activated last. The greatest is the
/// most promising.
#[derive(PartialEq, Eq, PartialOrd, Ord)]
struct Candidate {
    rank: u64,
    /// Nothing that is newer.
    bound: i32,
    number: u32,
}

impl<'t> Scan<'t> {
    /// Begins with the best so far.
    pub(super) fn new(
        txn: &'t ReadTxn<'t>,
        layout: Layout,
        mut sieve: Sieve,
        planes: Planes,
        best: Best,
    ) -> Result<Self> {
        sieve.aim(best.floor());
        let bounds = AllBounds::new(txn)?;
        Ok(Self { txn, bounds, layout, sieve, planes, candidates: Vec::new(), best })
    }

    pub(super) fn into_numbers(mut self) -> Result<Vec<u32>> {
        self.judge()?;
        Ok(self.best.into_sorted().into_iter().map(|hit| hit.number.0).collect())
    }

    /// Looks for the best in one chunk; answers how many match if they are to be counted.
    pub(super) fn chunk(&mut self, pieces: &[Piece<'_>], is_counted: bool) -> Result<usize> {
        let total = self.sieve.sift(&mut self.bounds, pieces, is_counted)?;
        let blocks: Vec<usize> = self.sieve.passing().collect();
        let (Some(piece), false) = (pieces.first(), blocks.is_empty()) else { return Ok(total) };
        let bounds = self.bounds.of(piece.chunk)?;
        self.planes.fill(pieces, blocks.iter().copied());
        // The newest mostly come last.
        for block in blocks.into_iter().rev() {
            self.block(piece.chunk, block, &bounds);
            if self.candidates.len() >= GATHERED {
                self.judge()?;
                // Of those that are left, fewer may still be among the best.
                self.sieve.sift(&mut self.bounds, pieces, false)?;
            }
        }
        Ok(total)
    }

    /// Gathers those of a block who may be among the best.
    fn block(&mut self, chunk: u32, block: usize, bounds: &Bounds<'_>) {
        let passing = self.sieve.of(block);
        if passing == 0 {
            return;
        }
        let (rank, recency) = self.best.floor();
        let found = self.planes.block(block, passing);
        let (above, equal) = found.compared(&self.layout, rank);
        let mut left = above | bounds.reaching(block, equal, recency.bound());
        let first = chunk * CHUNK + (block * BLOCK) as u32;
        while left != 0 {
            let place = left.trailing_zeros();
            left &= left - 1;
            let rank = self.layout.rank(found.values(place));
            let bound = bounds.get(block, place);
            self.candidates.push(Candidate { rank, bound, number: first + place });
        }
    }

    /// Looks at the candidates, the most promising first.
    fn judge(&mut self) -> Result<()> {
        self.candidates.sort_unstable_by(|one, other| other.cmp(one));
        for Candidate { rank, bound, number } in self.candidates.drain(..) {
            let (worst, recency) = self.best.floor();
            if (rank, bound) < (worst, recency.bound()) {
                break;
            }
            let recency = Times::of(self.txn, number)?.get(number);
            self.best.push(Hit { rank, recency, number: Reverse(number) });
        }
        self.sieve.aim(self.best.floor());
        Ok(())
    }
}
