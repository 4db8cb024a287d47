//! One chunk of profiles at a time, a bit for each: which match what, and the ranks that follow.

use super::keys::{DOMAIN, LOCAL, NAME, USERNAME};
use super::pieces::{Piece, Role};
use super::postings::{BLOCKS, Postings};
use super::rank::{CRITERIA, Criterion, KINDS, Layout, Values, is_inverted};

/// To find one block among the places of a piece takes as long as to go through so many of them.
const SEARCH: usize = 8;

/// Planes of a word: a field each, then a kind each.
const FIELDS: [u8; 4] = [NAME, USERNAME, LOCAL, DOMAIN];
const PER_WORD: usize = FIELDS.len() + KINDS;

/// The hints: a uid that was listed, and the label.
pub(super) const HINTS: usize = 2;

/// What the profiles of one chunk have, in planes of a bit for each profile.
pub(super) struct Planes {
    words: usize,
    /// For each word its planes, then a plane for each pair, then those of the hints and one of
    /// everybody.
    bits: Vec<[u64; BLOCKS]>,
    /// The planes that are not empty.
    used: Vec<bool>,
}

impl Planes {
    pub(super) fn new(words: usize) -> Self {
        let count = words * PER_WORD + words.saturating_sub(1) + HINTS + 1;
        Self { words, bits: vec![[0; BLOCKS]; count], used: vec![false; count] }
    }

    pub(super) fn clear(&mut self) {
        for (plane, used) in self.bits.iter_mut().zip(&mut self.used) {
            if std::mem::take(used) {
                plane.fill(0);
            }
        }
    }

    fn pair(&self, pair: usize) -> usize {
        self.words * PER_WORD + pair
    }

    fn hint(&self, hint: usize) -> usize {
        self.pair(self.words.saturating_sub(1)) + hint
    }

    fn everybody(&self) -> usize {
        self.hint(HINTS)
    }

    /// Adds those of a piece who are in these blocks, and perhaps more.
    pub(super) fn add(&mut self, piece: &Piece<'_>, blocks: &[usize]) {
        match piece.role {
            Role::Word(word, kind) => {
                let first = word * PER_WORD;
                for (field, plane) in FIELDS.iter().zip(first..) {
                    if piece.fields & field != 0 {
                        self.set(plane, piece, blocks);
                    }
                }
                self.set(first + FIELDS.len() + kind as usize, piece, blocks);
            }
            Role::Pair(pair) => self.set(self.pair(pair), piece, blocks),
            Role::Hint(hint) => self.set(self.hint(hint), piece, blocks),
            Role::Anybody => self.set(self.everybody(), piece, blocks),
        }
    }

    fn set(&mut self, plane: usize, piece: &Piece<'_>, blocks: &[usize]) {
        self.used[plane] = true;
        let plane = &mut self.bits[plane];
        match piece.postings {
            Postings::Few(places) if places.len() < SEARCH * blocks.len() => {
                piece.postings.blocks(|block, bits| plane[block] |= bits);
            }
            postings => {
                for block in blocks {
                    plane[*block] |= postings.block(*block);
                }
            }
        }
    }

    /// The profiles of one block that match a word, or every word, or any.
    pub(super) fn matched(&self, block: usize, every_word: bool) -> u64 {
        let (mut any, mut every) = (self.bits[self.everybody()][block], u64::MAX);
        for word in 0..self.words {
            let fields = self.fields(word, block).into_iter().fold(0, |all, bits| all | bits);
            any |= fields;
            every &= fields;
        }
        if every_word { any & every } else { any }
    }

    /// Who matches a word in each field.
    fn fields(&self, word: usize, block: usize) -> [u64; FIELDS.len()] {
        std::array::from_fn(|field| self.bits[word * PER_WORD + field][block])
    }

    /// The values of the profiles of one block, of which these match.
    pub(super) fn block(&self, block: usize, matched: u64) -> Block {
        let at = |plane: usize| self.bits[plane][block];
        let mut found = Block { matched, sums: [Sum::default(); CRITERIA] };
        for word in 0..self.words {
            let first = word * PER_WORD;
            let [name, username, local, domain] = self.fields(word, block);
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
    pub(super) fn values(&self, place: u32) -> Values {
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

    fn at(&self, place: u32) -> u32 {
        let bits = self.0.iter().enumerate();
        bits.fold(0, |number, (bit, plane)| number | ((plane >> place & 1) as u32) << bit)
    }
}
