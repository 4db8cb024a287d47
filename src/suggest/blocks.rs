//! Rows of bits of the profiles of one chunk, which leave out the blocks that do not matter: a chunk
//! in which few match costs little.

use super::postings::{BLOCKS, Postings};

/// To find one block among places takes as long as to go through so many of them.
const SEARCH: usize = 8;
/// The index of a block that is left out.
const NONE: u8 = u8::MAX;

/// 64 bits of each block that is not left out, in the order of the blocks.
pub(super) type Row = Vec<u64>;

/// The blocks of a chunk that are not left out.
pub(super) struct Blocks {
    numbers: Vec<usize>,
    /// Where each block is among the numbers.
    indices: [u8; BLOCKS],
}

impl Blocks {
    pub(super) fn new() -> Self {
        Self { numbers: Vec::new(), indices: [NONE; BLOCKS] }
    }

    /// Leaves out all others than these, which are sorted.
    pub(super) fn set(&mut self, numbers: impl Iterator<Item = usize>) {
        for number in self.numbers.drain(..) {
            self.indices[number] = NONE;
        }
        for number in numbers {
            self.indices[number] = self.numbers.len() as u8;
            self.numbers.push(number);
        }
    }

    /// Leaves out those in which none of these postings has anybody, if there are many of those.
    pub(super) fn set_touched<'p>(&mut self, all: impl Iterator<Item = Postings<'p>> + Clone) {
        if all.clone().map(Postings::size).sum::<usize>() >= BLOCKS {
            if self.numbers.len() < BLOCKS {
                self.set(0..BLOCKS);
            }
            return;
        }
        let mut touched = Vec::new();
        all.for_each(|postings| postings.blocks(|block, _| touched.push(block)));
        touched.sort_unstable();
        touched.dedup();
        self.set(touched.into_iter());
    }

    pub(super) fn numbers(&self) -> &[usize] {
        &self.numbers
    }

    /// Where a block is among them.
    pub(super) fn index(&self, number: usize) -> Option<usize> {
        Some(usize::from(self.indices[number])).filter(|index| *index < self.numbers.len())
    }

    /// Makes a row empty.
    pub(super) fn clear(&self, row: &mut Row) {
        row.clear();
        row.resize(self.numbers.len(), 0);
    }

    /// Sets the bits of those in `postings`.
    pub(super) fn unite(&self, row: &mut Row, postings: Postings<'_>) {
        match postings {
            _ if self.numbers.len() == BLOCKS => postings.blocks(|block, bits| row[block] |= bits),
            Postings::Few(places) if places.len() < SEARCH * self.numbers.len() => {
                postings.blocks(|block, bits| {
                    if let Some(row) = row.get_mut(usize::from(self.indices[block])) {
                        *row |= bits;
                    }
                });
            }
            _ => {
                let blocks = self.numbers.iter().map(|number| postings.block(*number));
                row.iter_mut().zip(blocks).for_each(|(bits, block)| *bits |= block);
            }
        }
    }
}
