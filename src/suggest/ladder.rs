//! The best of those who match a single word whose beginning has lists, or of everybody: whoever
//! matches is in one list, so that those of one rank are known before anybody is looked at. They are
//! gone through rank by rank, and of each rank only the newest.

use std::cmp::Reverse;
use std::collections::BTreeMap;
use std::ops::Range;

use super::ceiling::Ceiling;
use super::pieces::{Piece, Role};
use super::planes::HINTS;
use super::postings::{BLOCK, BLOCKS, CHUNK, Postings, places_in};
use super::rank::{Best, Hit, Kind, Layout};
use super::recency::{Recency, Times};
use crate::error::Result;

/// What some of a list have besides: the whole word, or a hint.
const MARKS: [Role; 1 + HINTS] = [Role::Word(0, Kind::Whole), Role::Hint(0), Role::Hint(1)];

/// The bounds of so many chunks are enough to tell which are high.
const SAMPLE: usize = 4;

pub(super) struct Ladder<'t> {
    words: usize,
    /// The lists by the fields of their profiles.
    lists: BTreeMap<u8, List<'t>>,
    /// Who has each of the marks, by chunk.
    marks: [BTreeMap<u32, Vec<u64>>; MARKS.len()],
}

/// The pieces of a list, by chunk.
type List<'t> = Vec<(u32, Postings<'t>)>;

/// Those of a list who have some of the marks and not the others.
struct Part {
    rank: u64,
    fields: u8,
    marks: [bool; MARKS.len()],
}

/// Ranges of bounds, the highest first, all of them together.
struct Steps {
    /// Some of the bounds of all blocks.
    bounds: Vec<Recency>,
    /// The share of the blocks that come next: `some` of `all`.
    some: usize,
    all: usize,
    /// Where the last range began.
    end: Option<Recency>,
}

impl Steps {
    fn new((bounds, size): (Vec<Recency>, usize), wanted: usize) -> Self {
        // As if each of those wanted were in another block, and two more.
        Self { bounds, some: (wanted + 2) * BLOCK, all: size, end: Some(Recency::MAX) }
    }

    fn next(&mut self) -> Option<Range<Recency>> {
        let end = self.end.take()?;
        let mut start = Recency::default();
        // To look at a half costs nearly as much as to look at all.
        if 2 * self.some < self.all {
            let place = self.bounds.len() * self.some / self.all;
            let (_, bound, _) =
                self.bounds.select_nth_unstable_by_key(place, |bound| Reverse(*bound));
            start = *bound;
            self.end = Some(start);
            self.some *= 4;
        }
        Some(start..end)
    }
}

impl<'t> Ladder<'t> {
    /// From the pieces of a search of one word or none; those of a list are sorted by chunk.
    pub(super) fn new(words: usize, pieces: &[Piece<'t>]) -> Self {
        let mut lists = BTreeMap::<u8, List<'t>>::new();
        let mut marks: [BTreeMap<u32, Vec<u64>>; MARKS.len()] = Default::default();
        for Piece { chunk, role, fields, postings } in pieces {
            match MARKS.iter().position(|mark| mark == role) {
                Some(mark) => {
                    let row = marks[mark].entry(*chunk).or_insert_with(|| vec![0; BLOCKS]);
                    postings.blocks(|block, bits| {
                        if let Some(row) = row.get_mut(block) {
                            *row |= bits;
                        }
                    });
                }
                None => lists.entry(*fields).or_default().push((*chunk, *postings)),
            }
        }
        Self { words, lists, marks }
    }

    /// Takes the best into `best`.
    pub(super) fn climb(
        &self,
        layout: &Layout,
        times: &mut Times<'_>,
        best: &mut Best,
    ) -> Result<()> {
        for parts in self.parts(layout).chunk_by(|one, next| one.rank == next.rank) {
            let rank = parts[0].rank;
            if best.floor().0 > rank {
                break;
            }
            // The blocks with the newest, and more of them as long as those do not have enough.
            let mut steps = Steps::new(self.bounds(parts, times)?, best.wanted());
            while let Some(step) = steps.next() {
                self.take(parts, times, best, &step)?;
                if best.floor() >= (rank, step.start) {
                    break;
                }
            }
        }
        Ok(())
    }

    /// All parts that there may be, the highest rank first.
    fn parts(&self, layout: &Layout) -> Vec<Part> {
        let mut parts = Vec::new();
        for fields in self.lists.keys() {
            for chosen in 0_usize..1 << MARKS.len() {
                let marks = std::array::from_fn(|mark| chosen >> mark & 1 == 1);
                if marks.iter().zip(&self.marks).any(|(has, rows)| *has && rows.is_empty()) {
                    continue;
                }
                let mut has = Ceiling::new(self.words);
                if self.words > 0 {
                    has.add(Role::Word(0, Kind::Prefix), *fields);
                }
                for (mark, _) in MARKS.iter().zip(marks).filter(|(_, has)| *has) {
                    has.add(*mark, *fields);
                }
                parts.push(Part { rank: layout.rank(has.values()), fields: *fields, marks });
            }
        }
        parts.sort_by_key(|part| Reverse(part.rank));
        parts
    }

    /// Some of the bounds of the chunks of these parts, and about how many profiles are in them.
    fn bounds(&self, parts: &[Part], times: &mut Times<'_>) -> Result<(Vec<Recency>, usize)> {
        let (mut bounds, mut size) = (Vec::new(), 0);
        // Few have a mark.
        if parts.iter().all(|part| !part.marks.contains(&true)) {
            for part in parts {
                let list = &self.lists[&part.fields];
                let step = list.len().div_ceil(SAMPLE);
                for (chunk, postings) in list.iter().step_by(step) {
                    size += postings.len() * step;
                    if bounds.len() < SAMPLE * BLOCKS {
                        bounds.extend(times.bounds(*chunk)?.map(Recency::read));
                    }
                }
            }
        }
        Ok((bounds, size))
    }

    /// Takes the best of those blocks whose bounds are wanted.
    fn take(
        &self,
        parts: &[Part],
        times: &mut Times<'_>,
        best: &mut Best,
        wanted: &Range<Recency>,
    ) -> Result<()> {
        let mut blocks = Vec::with_capacity(BLOCKS);
        for Part { rank, fields, marks } in parts {
            for (chunk, postings) in self.lists[fields].iter().rev() {
                let rows = self.marks.each_ref().map(|rows| rows.get(chunk));
                if marks.iter().zip(rows).any(|(has, row)| *has && row.is_none()) {
                    continue;
                }
                let bounds = times.bounds(*chunk)?;
                let floor = best.floor();
                blocks.clear();
                postings.blocks(|block, mut bits| {
                    for (has, row) in marks.iter().zip(rows) {
                        let row = row.and_then(|row| row.get(block)).copied().unwrap_or_default();
                        bits &= if *has { row } else { !row };
                    }
                    if bits == 0 {
                        return;
                    }
                    let Some(bound) = bounds.get(block) else { return };
                    let bound = Recency::read(*bound);
                    if wanted.contains(&bound) && (*rank, bound) >= floor {
                        blocks.push((block, bits));
                    }
                });
                for (block, bits) in blocks.drain(..) {
                    if (*rank, Recency::read(bounds[block])) < best.floor() {
                        continue;
                    }
                    let block_times = times.block(*chunk, block)?;
                    for place in places_in(bits) {
                        let recency = Recency::read(block_times[place]);
                        let number = chunk * CHUNK + (block * BLOCK + place) as u32;
                        best.push(Hit { rank: *rank, recency, number: Reverse(number) });
                    }
                }
            }
        }
        Ok(())
    }
}
