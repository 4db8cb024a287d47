//! Languages as terms, and what is left of each after one more character: Brzozowski's derivatives,
//! for all characters at once.
//!
//! Equal terms have one number, and unions are kept flat, sorted and without repetition, so every
//! language has only finitely many derivatives. Whatever is made is paid for from one budget.

use std::collections::HashMap;
use std::rc::Rc;

use super::Fault;

/// The number of a term.
pub(super) type Id = u32;

type Result<T> = std::result::Result<T, Fault>;

/// Code points from the first to the last, both included.
pub(super) type Range = (u32, u32);

/// The term that follows on each code point: by the first code point of each stretch, from 0 on.
type Row = Rc<[(u32, Id)]>;

pub(super) const LAST: u32 = char::MAX as u32;

/// No string.
pub(super) const NOTHING: Id = 0;
/// The empty string alone.
pub(super) const EMPTY: Id = 1;
/// Every string.
pub(super) const EVERYTHING: Id = 2;
/// Every string of one character.
pub(super) const ANY: Id = 3;

/// How deep terms may nest: the guard of every recursive walk over them.
const MAX_HEIGHT: u16 = 250;

#[derive(Debug, Clone, PartialEq, Eq, Hash)]
enum Term {
    Empty,
    /// One character of these ranges, which are in order and do not touch.
    One(Rc<[Range]>),
    Concat(Id, Id),
    /// From so many times to so many times, or any number of times.
    Repeat(Id, u32, Option<u32>),
    Union(Rc<[Id]>),
    Complement(Id),
}

struct Known {
    term: Term,
    has_empty: bool,
    height: u16,
}

/// All terms of patterns that are compiled together.
pub(super) struct Terms<'b> {
    known: Vec<Known>,
    ids: HashMap<Term, Id>,
    rows: HashMap<Id, Row>,
    budget: &'b mut u32,
}

impl<'b> Terms<'b> {
    pub(super) fn new(budget: &'b mut u32) -> Result<Self> {
        let mut terms =
            Self { known: Vec::new(), ids: HashMap::new(), rows: HashMap::new(), budget };
        // In the order of their constants.
        terms.intern(Term::One([].into()))?;
        terms.intern(Term::Empty)?;
        terms.intern(Term::Complement(NOTHING))?;
        terms.intern(Term::One([(0, LAST)].into()))?;
        Ok(terms)
    }

    fn spend(&mut self, cost: usize) -> Result<()> {
        super::spend(self.budget, cost)
    }

    fn known(&self, id: Id) -> &Known {
        // Every number comes from `intern`.
        &self.known[id as usize]
    }

    /// Whether the empty string belongs to the language.
    pub(super) fn has_empty(&self, id: Id) -> bool {
        self.known(id).has_empty
    }

    fn intern(&mut self, term: Term) -> Result<Id> {
        self.spend(1)?;
        if let Some(id) = self.ids.get(&term) {
            return Ok(*id);
        }
        let height = |id: Id| self.known(id).height;
        let (has_empty, height) = match &term {
            Term::Empty => (true, 0),
            Term::One(_) => (false, 0),
            // A chain is walked in a loop, so only what hangs on it makes it higher.
            Term::Concat(first, rest) => (
                self.has_empty(*first) && self.has_empty(*rest),
                height(*rest).max(height(*first) + 1),
            ),
            Term::Repeat(inner, least, _) => (*least == 0, height(*inner) + 1),
            Term::Union(parts) => (
                parts.iter().any(|part| self.has_empty(*part)),
                parts.iter().map(|part| height(*part)).max().unwrap_or(0) + 1,
            ),
            Term::Complement(inner) => (!self.has_empty(*inner), height(*inner) + 1),
        };
        if height > MAX_HEIGHT {
            return Err(Fault::TooComplex);
        }
        let id = Id::try_from(self.known.len()).map_err(|_| Fault::TooComplex)?;
        self.known.push(Known { term: term.clone(), has_empty, height });
        self.ids.insert(term, id);
        Ok(id)
    }

    /// One character of any of these ranges.
    pub(super) fn one_of(&mut self, mut ranges: Vec<Range>) -> Result<Id> {
        self.spend(ranges.len())?;
        ranges.sort_unstable();
        ranges.dedup_by(|next, last| {
            let touches = next.0 <= last.1.saturating_add(1);
            if touches {
                last.1 = last.1.max(next.1);
            }
            touches
        });
        self.intern(Term::One(ranges.into()))
    }

    /// This character.
    pub(super) fn one(&mut self, character: char) -> Result<Id> {
        self.one_of(vec![(character.into(), character.into())])
    }

    pub(super) fn concat(&mut self, first: Id, rest: Id) -> Result<Id> {
        match (first, rest) {
            (NOTHING, _) | (_, NOTHING) => return Ok(NOTHING),
            (EMPTY, other) | (other, EMPTY) => return Ok(other),
            (EVERYTHING, EVERYTHING) => return Ok(EVERYTHING),
            _ => {}
        }
        if first == EVERYTHING && matches!(self.known(rest).term, Term::Concat(EVERYTHING, _)) {
            return Ok(rest);
        }
        self.intern(Term::Concat(first, rest))
    }

    /// These one behind the other.
    pub(super) fn sequence(&mut self, parts: &[Id]) -> Result<Id> {
        parts.iter().rev().try_fold(EMPTY, |rest, part| self.concat(*part, rest))
    }

    pub(super) fn repeat(&mut self, inner: Id, least: u32, most: Option<u32>) -> Result<Id> {
        // With the empty string among the repeated ones, fewer times are as good as more.
        let least = if self.has_empty(inner) { 0 } else { least };
        match (inner, least, most) {
            (_, _, Some(0)) | (EMPTY, ..) | (NOTHING, 0, _) => Ok(EMPTY),
            (NOTHING, ..) => Ok(NOTHING),
            (EVERYTHING, ..) | (ANY, 0, None) => Ok(EVERYTHING),
            (_, 1, Some(1)) => Ok(inner),
            (_, 0, Some(1)) if self.has_empty(inner) => Ok(inner),
            _ if matches!(self.known(inner).term, Term::Repeat(_, 0, None)) => Ok(inner),
            _ => self.intern(Term::Repeat(inner, least, most)),
        }
    }

    pub(super) fn union(&mut self, parts: &[Id]) -> Result<Id> {
        let mut flat = Vec::with_capacity(parts.len());
        for part in parts {
            match &self.known(*part).term {
                Term::Union(parts) => flat.extend_from_slice(parts),
                _ => flat.push(*part),
            }
        }
        self.spend(flat.len())?;
        flat.sort_unstable();
        flat.dedup();
        if flat.contains(&EVERYTHING) {
            return Ok(EVERYTHING);
        }
        let has_empty = flat.iter().any(|part| *part != EMPTY && self.has_empty(*part));
        flat.retain(|part| *part != NOTHING && !(*part == EMPTY && has_empty));
        match flat[..] {
            [] => Ok(NOTHING),
            [only] => Ok(only),
            _ => self.intern(Term::Union(flat.into())),
        }
    }

    pub(super) fn complement(&mut self, id: Id) -> Result<Id> {
        match self.known(id).term {
            Term::Complement(inner) => Ok(inner),
            _ => self.intern(Term::Complement(id)),
        }
    }

    pub(super) fn intersection(&mut self, left: Id, right: Id) -> Result<Id> {
        let (left, right) = (self.complement(left)?, self.complement(right)?);
        let outside = self.union(&[left, right])?;
        self.complement(outside)
    }

    /// Whether `text` belongs to the language.
    pub(super) fn accepts(&mut self, id: Id, text: &str) -> Result<bool> {
        let mut left = id;
        for character in text.chars() {
            if left == NOTHING {
                break;
            }
            left = target(&self.row(left)?, character.into());
        }
        Ok(self.has_empty(left))
    }

    /// What is left of `id` after each character.
    pub(super) fn row(&mut self, id: Id) -> Result<Row> {
        if let Some(row) = self.rows.get(&id) {
            return Ok(row.clone());
        }
        let row = match self.known(id).term.clone() {
            Term::Empty => [(0, NOTHING)].into(),
            Term::One(ranges) => row_of_one(&ranges),
            Term::Concat(..) => self.row_of_concat(id)?,
            Term::Repeat(inner, least, most) => {
                let rest =
                    self.repeat(inner, least.saturating_sub(1), most.map(|most| most - 1))?;
                self.row_followed_by(inner, rest)?
            }
            Term::Union(parts) => {
                let rows: Vec<Row> =
                    parts.iter().map(|part| self.row(*part)).collect::<Result<_>>()?;
                self.row_of_any(&rows)?
            }
            Term::Complement(inner) => {
                let row = self.row(inner)?;
                self.map_row(&row, |terms, id| terms.complement(id))?
            }
        };
        self.spend(row.len())?;
        self.rows.insert(id, row.clone());
        Ok(row)
    }

    fn row_of_concat(&mut self, mut id: Id) -> Result<Row> {
        let mut rows = Vec::new();
        loop {
            let Term::Concat(first, rest) = self.known(id).term else {
                rows.push(self.row(id)?);
                break;
            };
            rows.push(self.row_followed_by(first, rest)?);
            if !self.has_empty(first) {
                break;
            }
            id = rest;
        }
        self.row_of_any(&rows)
    }

    fn row_followed_by(&mut self, first: Id, rest: Id) -> Result<Row> {
        let row = self.row(first)?;
        self.map_row(&row, |terms, id| terms.concat(id, rest))
    }

    fn map_row(
        &mut self,
        row: &[(u32, Id)],
        mut change: impl FnMut(&mut Self, Id) -> Result<Id>,
    ) -> Result<Row> {
        row.iter().map(|(start, id)| Ok((*start, change(self, *id)?))).collect()
    }

    /// By halves, so that no part is merged with all others one after the other.
    fn row_of_any(&mut self, rows: &[Row]) -> Result<Row> {
        match rows {
            [] => Ok([(0, NOTHING)].into()),
            [only] => Ok(only.clone()),
            _ => {
                let (left, right) = rows.split_at(rows.len() / 2);
                let (left, right) = (self.row_of_any(left)?, self.row_of_any(right)?);
                self.row_of_either(&left, &right)
            }
        }
    }

    fn row_of_either(&mut self, left: &[(u32, Id)], right: &[(u32, Id)]) -> Result<Row> {
        let mut starts: Vec<u32> = left.iter().chain(right).map(|(start, _)| *start).collect();
        starts.sort_unstable();
        starts.dedup();
        let next =
            |terms: &mut Self, start| terms.union(&[target(left, start), target(right, start)]);
        starts.into_iter().map(|start| Ok((start, next(self, start)?))).collect()
    }
}

fn row_of_one(ranges: &[Range]) -> Row {
    let mut row = vec![(0, NOTHING)];
    for (first, last) in ranges {
        row.pop_if(|(start, _)| start == first);
        row.push((*first, EMPTY));
        if *last < LAST {
            row.push((last + 1, NOTHING));
        }
    }
    row.into()
}

/// Where a row leads from a code point.
pub(super) fn target(row: &[(u32, u32)], code: u32) -> u32 {
    let behind = row.partition_point(|(start, _)| *start <= code);
    row.get(behind.wrapping_sub(1)).map_or(NOTHING, |(_, target)| *target)
}
