//! One chunk of profiles at a time, a bit for each: which match what, and the ranks that follow.

use super::blocks::{Blocks, Row};
use super::keys::{DOMAIN, FIRST, LOCAL, NAME, USERNAME};
use super::pieces::{Piece, Role};
use super::rank::{CRITERIA, Criterion, KINDS, Layout, Values, is_inverted};

/// Planes of a word: a field each, then a kind each.
const FIELDS: [u8; 5] = [NAME, USERNAME, LOCAL, DOMAIN, FIRST];
const PER_WORD: usize = FIELDS.len() + KINDS;

/// The hints: a uid that was listed, and the label.
pub(super) const HINTS: usize = 2;

/// What the profiles of one chunk have, in planes of a bit for each profile.
pub(super) struct Planes {
    words: usize,
    /// For each word its planes, then a plane for each pair, then those of the hints.
    rows: Vec<Row>,
    blocks: Blocks,
}

impl Planes {
    pub(super) fn new(words: usize) -> Self {
        let count = words * PER_WORD + words.saturating_sub(1) + HINTS;
        Self { words, rows: vec![Row::new(); count], blocks: Blocks::new() }
    }

    fn pair(&self, pair: usize) -> usize {
        self.words * PER_WORD + pair
    }

    fn hint(&self, hint: usize) -> usize {
        self.pair(self.words.saturating_sub(1)) + hint
    }

    /// Takes those of some blocks from the pieces of a chunk.
    pub(super) fn fill(&mut self, pieces: &[Piece<'_>], blocks: impl Iterator<Item = usize>) {
        self.blocks.set(blocks);
        self.rows.iter_mut().for_each(|row| self.blocks.clear(row));
        for piece in pieces {
            let (fields, plane) = match piece.role {
                Role::Word(word, kind) => {
                    let first = word * PER_WORD;
                    let fields = FIELDS.iter().zip(first..);
                    let fields = fields.filter(|(field, _)| piece.fields & **field != 0);
                    (Some(fields), first + FIELDS.len() + kind as usize)
                }
                Role::Pair(pair) => (None, self.pair(pair)),
                Role::Hint(hint) => (None, self.hint(hint)),
                Role::Anybody => continue,
            };
            for plane in fields.into_iter().flatten().map(|(_, plane)| plane).chain([plane]) {
                self.blocks.unite(&mut self.rows[plane], piece.postings);
            }
        }
    }

    /// The values of those of one block who match.
    pub(super) fn block(&self, block: usize, matched: u64) -> Block {
        let mut found = Block { matched, sums: [Sum::default(); CRITERIA] };
        let Some(index) = self.blocks.index(block) else { return found };
        let at = |plane: usize| self.rows[plane][index];
        for word in 0..self.words {
            let first = word * PER_WORD;
            let [name, username, local, domain, in_front] =
                std::array::from_fn(|field| at(first + field));
            let outside = name | username | local;
            let anywhere = outside | domain;
            if self.words == 1 {
                for field in [name, username, local | domain] {
                    found.add(Criterion::Score, field, 1);
                }
            } else {
                found.add(Criterion::Score, anywhere, 1);
            }
            found.add(Criterion::Outside, outside, 1);
            found.add(Criterion::Names, name, 1);
            found.add(Criterion::Usernames, username, 1);
            if word == 0 {
                found.add(Criterion::First, in_front, 1);
            }
            let mut better = 0;
            for kind in 0..KINDS {
                let here = at(first + FIELDS.len() + kind);
                found.add(Criterion::Marks, here & !better, kind);
                better |= here;
            }
        }
        for pair in 1..self.words {
            found.add(Criterion::Adjacent, at(self.pair(pair - 1)), 1);
        }
        let mut hinted = 0;
        for hint in 0..HINTS {
            let here = at(self.hint(hint));
            found.add(Criterion::Score, here, 1);
            hinted |= here;
        }
        found.add(Criterion::Hinted, hinted, 1);
        found
    }
}

/// The 64 profiles of a block: who matches, and everybody's values of the criteria, a bit of the
/// number at a time.
pub(super) struct Block {
    matched: u64,
    sums: [Sum; CRITERIA],
}

impl Block {
    fn add(&mut self, criterion: Criterion, of: u64, amount: usize) {
        let sum = &mut self.sums[criterion as usize];
        for bit in (0..Sum::WIDTH).filter(|bit| amount >> bit & 1 == 1) {
            sum.add(of, bit);
        }
    }

    /// Those who match and whose rank is greater than this one, and those whose rank is equal.
    pub(super) fn compared(&self, layout: &Layout, rank: u64) -> (u64, u64) {
        let (mut greater, mut equal) = (0, self.matched);
        let mut left: u32 = layout.widths.iter().sum();
        for (criterion, sum) in self.sums.iter().enumerate() {
            for bit in (0..layout.widths[criterion]).rev() {
                left -= 1;
                let flip = if is_inverted(criterion) { u64::MAX } else { 0 };
                let plane = sum.0[bit as usize] ^ flip;
                if rank >> left & 1 == 1 {
                    equal &= plane;
                } else {
                    greater |= equal & plane;
                    equal &= !plane;
                }
            }
        }
        (greater, equal)
    }

    /// The values of one profile.
    pub(super) fn values(&self, place: usize) -> Values {
        self.sums.map(|sum| sum.at(place))
    }
}

/// 64 numbers, the lowest bits of all of them first.
#[derive(Clone, Copy, Default)]
struct Sum([u64; Sum::WIDTH]);

impl Sum {
    const WIDTH: usize = 8;

    /// Adds a power of two to those whose bit is set.
    fn add(&mut self, of: u64, power: usize) {
        let mut carry = of;
        for bit in &mut self.0[power..] {
            (*bit, carry) = (*bit ^ carry, *bit & carry);
            if carry == 0 {
                break;
            }
        }
    }

    fn at(&self, place: usize) -> u32 {
        let bits = self.0.iter().enumerate();
        bits.fold(0, |number, (bit, plane)| number | ((plane >> place & 1) as u32) << bit)
    }
}
