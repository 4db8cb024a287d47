//! The words of the index that are within some typing errors of what was typed, and the beginnings
//! of words that are. Words are looked at in their order, and what they share with the one before is
//! not looked at again.

use super::keys::{self, WORD};
use super::vocabulary;
use crate::error::Result;
use crate::store::{Cursor, Read, Table};
use crate::text::{Edits, Next, allowed, distance};

/// The most words of a field, or beginnings of words, that stand for one that was typed.
pub(super) const MOST: usize = 50;

/// Looks for near words.
pub(super) struct Dictionary<'t> {
    cursor: Cursor<'t>,
}

impl<'t> Dictionary<'t> {
    pub(super) fn new(txn: &'t impl Read) -> Result<Self> {
        Ok(Self { cursor: txn.cursor(Table::Suggest)? })
    }

    /// All words within the typing errors that `typed` may have, also among those that wait, with
    /// their edits.
    pub(super) fn near<'w>(
        &mut self,
        typed: &str,
        waiting: impl Iterator<Item = &'w str>,
    ) -> Result<Vec<(u8, String)>> {
        let (mut found, limit) = (Vec::new(), allowed(typed));
        let needed = typed.chars().count().saturating_sub(usize::from(limit));
        let mut filter = Filter::new(typed, needed);
        let (mut path, mut dead, mut same) = (Path::new(typed, limit), usize::MAX, 0);
        vocabulary::each_near(&mut self.cursor, typed, limit, |shared, word| {
            // How many bytes it shares with the word that was followed last.
            same = shared.min(same);
            if !filter.passes(shared, word) || same >= dead {
                return Ok(());
            }
            let word = keys::utf8(word)?;
            dead = usize::MAX;
            match path.follow(word, same, |_, _| {}) {
                Err(at) => dead = path.text.len() + at.len_utf8(),
                Ok(()) => {
                    let edits = path.edits.distance();
                    found.extend(edits.map(|edits| (edits, word.to_owned())));
                }
            }
            same = usize::MAX;
            Ok(())
        })?;
        for word in waiting.filter(|word| filter.passes(0, word.as_bytes())) {
            let edits = distance(typed, word, limit);
            found.extend(edits.map(|edits| (edits, word.to_owned())));
        }
        found.sort_unstable();
        found.dedup();
        Ok(found)
    }

    /// The beginnings of words that begin with the same character as `typed` and are within its
    /// typing errors, but do not begin with it; by edits and text.
    pub(super) fn near_beginnings(&mut self, typed: &str) -> Result<Vec<(u8, String)>> {
        let mut found = Vec::new();
        let Some(first) = typed.chars().next() else { return Ok(found) };
        let mut path = Path::new(typed, allowed(typed));
        let start = keys::subject(WORD, first.encode_utf8(&mut [0; 4]));
        let mut entry = self.cursor.seek(&start)?;
        while let Some((key, _)) = entry.filter(|(key, _)| key.starts_with(&start)) {
            let (subject, _, _) = keys::split(key)?;
            let word = keys::text(subject)?;
            let shared = path.text.bytes().zip(word.bytes()).take_while(|(a, b)| a == b).count();
            let followed = path.follow(word, shared, |beginning, edits| {
                if let Some(edits) = edits.beginning()
                    && !beginning.starts_with(typed)
                {
                    found.push((edits, beginning.to_owned()));
                }
            });
            entry = match followed {
                Ok(()) => self.cursor.next()?,
                Err(dead) => match path.behind(dead) {
                    Some(key) => self.cursor.seek(&key)?,
                    None => break,
                },
            };
        }
        Ok(found)
    }
}

/// Tells most words that lack too many characters from the others, without looking closely.
struct Filter {
    /// For each byte the characters, a bit each, that end with it.
    ending: [u64; 256],
    needed: u32,
    /// Those of the last word's beginnings, by their length in bytes.
    found: [u64; 257],
}

impl Filter {
    fn new(typed: &str, needed: usize) -> Self {
        let mut ending = [0; 256];
        for (place, c) in typed.chars().enumerate() {
            // Words have 64 characters at most.
            if let [.., last] = c.encode_utf8(&mut [0; 4]).as_bytes() {
                ending[usize::from(*last)] |= 1_u64 << place;
            }
        }
        Self { ending, needed: needed as u32, found: [0; 257] }
    }

    /// Whether a word may have enough of the characters, which shares so many bytes with the last.
    fn passes(&mut self, shared: usize, word: &[u8]) -> bool {
        let mut found = self.found[shared];
        for (byte, of_beginning) in word[shared..].iter().zip(&mut self.found[shared + 1..]) {
            found |= self.ending[usize::from(*byte)];
            *of_beginning = found;
        }
        found.count_ones() >= self.needed
    }
}

/// A way into the words, as far as what it leads to can be near.
struct Path {
    edits: Edits,
    /// What was pushed into `edits`.
    text: String,
}

impl Path {
    fn new(typed: &str, limit: u8) -> Self {
        Self { edits: Edits::new(typed, limit), text: String::new() }
    }

    /// Goes into the next word, which shares so many bytes with the one before. Calls `visit` with
    /// each of its beginnings that no word before had. Fails with the character at which it can no
    /// longer be near.
    fn follow(
        &mut self,
        word: &str,
        shared: usize,
        mut visit: impl FnMut(&str, &Edits),
    ) -> std::result::Result<(), char> {
        while self.text.len() > shared {
            self.text.pop();
            self.edits.pop();
        }
        let from = self.text.len();
        for (at, c) in word[from..].char_indices() {
            if !self.edits.push(c) {
                self.edits.pop();
                return Err(c);
            }
            self.text.push(c);
            visit(&word[..from + at + c.len_utf8()], &self.edits);
        }
        Ok(())
    }

    /// A key behind all words that go on with `dead` from here, and before the next that can be
    /// near; none if all of those begin with another character.
    fn behind(&mut self, mut dead: char) -> Option<Vec<u8>> {
        while !self.text.is_empty() {
            let mut key = keys::subject(WORD, &self.text);
            match self.edits.next() {
                Next::Any => {
                    key.extend_from_slice(dead.encode_utf8(&mut [0; 4]).as_bytes());
                    // No character has this byte.
                    key.push(0xFF);
                    return Some(key);
                }
                Next::Only(alive) => {
                    if let Some(next) = alive.into_iter().find(|c| *c > dead) {
                        key.extend_from_slice(next.encode_utf8(&mut [0; 4]).as_bytes());
                        return Some(key);
                    }
                }
            }
            dead = self.text.pop()?;
            self.edits.pop();
        }
        None
    }
}
