//! Who of a chunk may be among the best: told from rows of bits, before anybody's rank is made up.

use std::cmp::Ordering;

use super::blocks::{Blocks, Row};
use super::ceiling::Ceiling;
use super::keys::{MAIL, NAME, USERNAME};
use super::pieces::{Piece, Role};
use super::planes::HINTS;
use super::rank::Layout;
use super::recency::{Recency, Times};
use crate::error::Result;

/// The fields of which each that has a single word is a point.
const POINTS: [u8; 3] = [NAME, USERNAME, MAIL];

/// Compares whole chunks with the worst of the best so far: by score, by the rarest roles, and by
/// bounds of recency. Whoever does not pass cannot be among the best.
pub(super) struct Sieve {
    words: usize,
    every_word: bool,
    layout: Layout,
    /// The roles of all pieces with their fields and about how many have them, the rarest first.
    roles: Vec<(Role, u8, usize)>,
    /// The worst of the best so far.
    rank: Option<u64>,
    score: usize,
    recency: Recency,
    /// The rarest roles, with which somebody may be above it.
    special: Vec<Role>,
    /// How those with none of these compare with it, at best.
    others: Ordering,
    /// The blocks of the last chunk that matter; the rows are of these.
    blocks: Blocks,
    /// For each word, or each field of the only one, who matches it.
    parts: Vec<Row>,
    /// Who has at least one point, two points, and so on.
    scores: Vec<Row>,
    /// Who is special, or hinted.
    some: Row,
    /// Who matches, and of these who may be among the best.
    passing: Row,
}

impl Sieve {
    pub(super) fn new(
        words: usize,
        every_word: bool,
        layout: Layout,
        pieces: &[Piece<'_>],
    ) -> Self {
        let mut roles: Vec<(Role, u8, usize)> = Vec::new();
        for piece in pieces {
            let index = roles.iter().position(|(role, ..)| *role == piece.role);
            let index = index.unwrap_or_else(|| {
                roles.push((piece.role, 0, 0));
                roles.len() - 1
            });
            let (_, fields, size) = &mut roles[index];
            *fields |= piece.fields;
            *size += piece.postings.size();
        }
        roles.sort_by_key(|(.., size)| *size);
        let parts = vec![Row::new(); if words == 1 { POINTS.len() } else { words }];
        Self {
            words,
            every_word,
            layout,
            roles,
            rank: None,
            score: 0,
            recency: Recency::default(),
            special: Vec::new(),
            others: Ordering::Greater,
            blocks: Blocks::new(),
            parts,
            scores: vec![Row::new()],
            some: Row::new(),
            passing: Row::new(),
        }
    }

    /// Lets through who may be better than the one of this rank and recency; answers whether it is
    /// of another rank than before.
    pub(super) fn aim(&mut self, (rank, recency): (u64, Recency)) -> bool {
        self.recency = recency;
        if self.rank == Some(rank) {
            return false;
        }
        self.rank = Some(rank);
        // With nobody wanted the rank is beyond any score.
        let score = self.layout.score(rank).min((self.parts.len() + HINTS + 1) as u32);
        self.score = score as usize;
        self.scores.resize_with(self.score + 1, Row::new);
        self.special.clear();
        for (special, (role, ..)) in self.roles.iter().enumerate() {
            let mut ceiling = Ceiling::new(self.words);
            for (role, fields, _) in &self.roles[special..] {
                ceiling.add(*role, *fields);
            }
            let highest = ceiling.of_score(score).map(|values| self.layout.rank(values));
            self.others = highest.map_or(Ordering::Less, |highest| highest.cmp(&rank));
            if self.others != Ordering::Greater {
                return true;
            }
            self.special.push(*role);
        }
        self.others = Ordering::Greater;
        true
    }

    /// Finds those of a chunk who may be among the best; answers how many match if they are to be
    /// counted.
    pub(super) fn sift(
        &mut self,
        times: &mut Times<'_>,
        pieces: &[Piece<'_>],
        is_counted: bool,
    ) -> Result<usize> {
        self.find_matches(pieces);
        let total = if is_counted { self.passing.iter().copied().map(count).sum() } else { 0 };
        for hint in 0..HINTS {
            if self.has_any_of(Role::Hint(hint)) {
                self.gather(pieces, |role| role == Role::Hint(hint));
                add_point(&mut self.scores, &self.some);
            }
        }
        // Without any score needed, everybody has enough.
        if let [enough, _above] = &self.scores[self.score.saturating_sub(1)..] {
            self.passing.iter_mut().zip(enough).for_each(|(bits, enough)| *bits &= enough);
        }
        if self.others == Ordering::Greater {
            return Ok(total);
        }
        let special = std::mem::take(&mut self.special);
        self.gather(pieces, |role| special.contains(&role));
        self.special = special;
        let chunk = pieces.first().map_or(0, |piece| piece.chunk);
        let certain = self.scores[self.score].iter().zip(&self.some);
        let blocks = self.blocks.numbers().iter().zip(certain);
        for (bits, (block, (above, special))) in self.passing.iter_mut().zip(blocks) {
            let certain = *bits & (above | special);
            let left = *bits & !certain;
            *bits = certain;
            if self.others == Ordering::Equal {
                *bits |= times.reaching(chunk, *block, left, self.recency)?;
            }
        }
        Ok(total)
    }

    fn has_any_of(&self, wanted: Role) -> bool {
        self.roles.iter().any(|(role, ..)| *role == wanted)
    }

    /// Gathers those of some roles.
    fn gather(&mut self, pieces: &[Piece<'_>], is_wanted: impl Fn(Role) -> bool) {
        self.blocks.clear(&mut self.some);
        for piece in pieces.iter().filter(|piece| is_wanted(piece.role)) {
            self.blocks.unite(&mut self.some, piece.postings);
        }
    }

    /// The blocks of the last chunk with somebody who passed.
    pub(super) fn passing(&self) -> impl Iterator<Item = usize> {
        let blocks = self.blocks.numbers().iter().zip(&self.passing);
        blocks.filter(|(_, bits)| **bits != 0).map(|(block, _)| *block)
    }

    /// Those of a block who passed.
    pub(super) fn of(&self, block: usize) -> u64 {
        self.blocks.index(block).map_or(0, |index| self.passing[index])
    }

    /// Finds who matches and their scores without hints.
    fn find_matches(&mut self, pieces: &[Piece<'_>]) {
        let words = pieces.iter().filter_map(|piece| match piece.role {
            Role::Word(word, _) => Some((word, piece)),
            _ => None,
        });
        self.blocks.set_touched(words.clone().map(|(_, piece)| piece.postings));
        let rows = self.scores.iter_mut().chain(&mut self.parts).chain([&mut self.passing]);
        rows.for_each(|row| self.blocks.clear(row));
        for (word, piece) in words {
            if self.words > 1 {
                self.blocks.unite(&mut self.parts[word], piece.postings);
                continue;
            }
            for (field, row) in POINTS.iter().zip(&mut self.parts) {
                if piece.fields & field != 0 {
                    self.blocks.unite(row, piece.postings);
                }
            }
        }
        self.parts.iter().for_each(|part| add_point(&mut self.scores, part));
        unite(&mut self.passing, &self.scores[0]);
        if self.every_word && self.words > 1 {
            for part in &self.parts {
                self.passing.iter_mut().zip(part).for_each(|(all, bits)| *all &= bits);
            }
        }
    }
}

fn unite(row: &mut Row, other: &Row) {
    row.iter_mut().zip(other).for_each(|(bits, other)| *bits |= other);
}

/// Gives a point to some.
fn add_point(scores: &mut [Row], some: &Row) {
    for more in (1..scores.len()).rev() {
        let (fewer, rows) = scores.split_at_mut(more);
        let fewer = fewer[more - 1].iter().zip(some);
        rows[0].iter_mut().zip(fewer).for_each(|(bits, (fewer, some))| *bits |= fewer & some);
    }
    unite(&mut scores[0], some);
}

fn count(bits: u64) -> usize {
    if bits == 0 { 0 } else { bits.count_ones() as usize }
}
