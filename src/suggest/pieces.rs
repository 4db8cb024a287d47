//! Pieces of lists as a search finds them in the index, each with what it says of its profiles.

use super::keys::{self, PAIR, PREFIX};
use super::postings::Postings;
use super::prefixes;
use super::rank::Kind;
use super::search::COUNTED;
use crate::error::Result;
use crate::store::{Cursor, Read, Table};

/// What profiles of a list have.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Role {
    /// They match this word of the query.
    Word(usize, Kind),
    /// They have this word of the query and the next side by side.
    Pair(usize),
    /// They fit this hint.
    Hint(usize),
    /// They are enabled.
    Anybody,
}

/// A piece of a list, in one chunk.
#[derive(Clone, Copy)]
pub(super) struct Piece<'t> {
    pub(super) chunk: u32,
    pub(super) role: Role,
    pub(super) fields: u8,
    pub(super) postings: Postings<'t>,
}

/// Collects pieces.
pub(super) struct Collector<'t> {
    cursor: Cursor<'t>,
    pub(super) pieces: Vec<Piece<'t>>,
    /// How many match that are in the longest list, or more than are counted.
    pub(super) longest: usize,
}

impl<'t> Collector<'t> {
    pub(super) fn new(txn: &'t impl Read) -> Result<Self> {
        Ok(Self { cursor: txn.cursor(Table::Suggest)?, pieces: Vec::new(), longest: 0 })
    }

    /// Adds what is in the list of a subject, in these fields.
    pub(super) fn add_list(&mut self, subject: Vec<u8>, fields: u8, role: Role) -> Result<()> {
        let before = self.pieces.len();
        self.add_range(&keys::all_of(subject), fields, role)?;
        if matches!(role, Role::Word(..) | Role::Anybody) {
            // Nobody is in two pieces of one list. To know of many is enough.
            let pieces = || self.pieces[before..].iter().map(|piece| piece.postings);
            let mut count = pieces().map(Postings::size).sum();
            if count <= COUNTED {
                count = pieces().map(Postings::len).sum();
            }
            self.longest = self.longest.max(count);
        }
        Ok(())
    }

    /// Adds all whose words or pairs begin with `text`; answers whether that has lists of its own.
    pub(super) fn add_beginning(
        &mut self,
        txn: &impl Read,
        text: &str,
        fields: u8,
        role: Role,
    ) -> Result<bool> {
        let is_listed = prefixes::is_listed(txn, text)?;
        if is_listed {
            self.add_list(keys::subject(PREFIX, text), fields, role)?;
        } else {
            self.add_range(&keys::subject(prefixes::tag(text), text), fields, role)?;
        }
        Ok(is_listed)
    }

    /// Adds all pieces that begin like this, of whichever list.
    pub(super) fn add_range(&mut self, start: &[u8], fields: u8, role: Role) -> Result<()> {
        let mut entry = self.cursor.seek(start)?;
        while let Some((key, value)) = entry.filter(|(key, _)| key.starts_with(start)) {
            let (_, of_piece, chunk) = keys::split(key)?;
            let (fields, postings) = (of_piece & fields, Postings::of(value));
            if fields != 0 {
                self.pieces.push(Piece { chunk, role, fields, postings });
            }
            entry = self.cursor.next()?;
        }
        Ok(())
    }

    /// Adds the pairs that begin with `first` and a space, and go on with one of these words, which
    /// are sorted and have the fields in which they count.
    pub(super) fn add_pairs(
        &mut self,
        first: &str,
        seconds: &[(&str, u8)],
        role: Role,
    ) -> Result<()> {
        let start = keys::subject(PAIR, &format!("{first} "));
        let mut next = seconds.first();
        while let Some((second, _)) = next {
            let entry = self.cursor.seek(&[&start[..], second.as_bytes()].concat())?;
            let Some((found, _)) = entry.filter(|(key, _)| key.starts_with(&start)) else {
                return Ok(());
            };
            let (subject, _, _) = keys::split(found)?;
            let behind = subject.get(start.len()..).unwrap_or_default();
            let at = seconds.partition_point(|(second, _)| second.as_bytes() < behind);
            next = seconds.get(at);
            if let Some((_, fields)) = next.filter(|(second, _)| second.as_bytes() == behind) {
                self.add_range(&keys::all_of(subject.to_vec()), *fields, role)?;
                next = seconds.get(at + 1);
            }
        }
        Ok(())
    }

    /// Takes other fields than these from the pieces added since there were `first`.
    pub(super) fn restrict(&mut self, first: usize, fields: u8) {
        for mut piece in self.pieces.split_off(first) {
            piece.fields &= fields;
            if piece.fields != 0 {
                self.pieces.push(piece);
            }
        }
    }
}
