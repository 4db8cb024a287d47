//! All words of the index by their shape, packed so that going through those of a few shapes costs
//! nanoseconds a word: sorted, and of each only what differs from the one before.

use super::keys::{self, VOCABULARY, WORD};
use crate::error::Result;
use crate::store::{Cursor, Read, Table, WriteTxn};

/// The size at which a block of words is split, so that it stays inline.
const FULL: usize = 1900;

/// What words within typing errors of each other have nearly in common, so that most others are left
/// out: numbers and usernames, which are many, are not in the way of names, nor other scripts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Shape {
    /// A bit for each of the ranges that its letters are in.
    ranges: u8,
    length: u8,
    /// How many characters are no letters.
    others: u8,
}

/// The first letters of ranges of scripts, behind the Latin ones.
const RANGES: [char; 7] =
    ['\u{370}', '\u{400}', '\u{530}', '\u{900}', '\u{1100}', '\u{2000}', '\u{AC00}'];

impl Shape {
    /// The shape of a word, which has 64 characters at most.
    fn of(word: &str) -> Self {
        let mut shape = Self { ranges: 0, length: 0, others: 0 };
        for c in word.chars() {
            shape.length += 1;
            if c.is_alphabetic() {
                shape.ranges |= 1 << RANGES.partition_point(|first| *first <= c);
            } else {
                shape.others += 1;
            }
        }
        shape
    }

    /// Whether words with letters of these ranges can be within so many typing errors.
    fn may_have(self, ranges: u8, limit: u8) -> bool {
        // All but so many characters stay, and others may be all that stay.
        self.ranges & ranges != 0 || self.length <= limit + self.others
    }

    /// The shapes of words within so many typing errors that have letters of these ranges. An error
    /// changes either number by one at most.
    fn near(self, ranges: u8, limit: u8) -> impl Iterator<Item = Self> {
        let others = move || self.others.saturating_sub(limit)..=self.others + limit;
        let lengths = self.length.saturating_sub(limit)..=self.length + limit;
        lengths.flat_map(move |length| others().map(move |others| Self { ranges, length, others }))
    }

    /// The key of a block that begins with `word`.
    fn key(self, word: &[u8]) -> Vec<u8> {
        [&[VOCABULARY, self.ranges, self.length, self.others], word].concat()
    }

    fn is_of(self, key: &[u8]) -> bool {
        key.starts_with(&[VOCABULARY, self.ranges, self.length, self.others])
    }
}

/// The words of a block, read one after another into the same buffer.
struct Words<'t> {
    left: &'t [u8],
    buffer: [u8; LONGEST + STEP],
    length: usize,
}

/// 64 characters.
const LONGEST: usize = 256;
/// To copy so many bytes takes a moment, however few are needed.
const STEP: usize = 16;

impl<'t> Words<'t> {
    fn new(block: &'t [u8]) -> Self {
        Self { left: block, buffer: [0; LONGEST + STEP], length: 0 }
    }

    fn word(&self) -> &[u8] {
        &self.buffer[..self.length]
    }

    /// Reads the next word; answers how many bytes it shares with the one before.
    fn next(&mut self) -> Result<Option<usize>> {
        let [shared, more, left @ ..] = self.left else { return Ok(None) };
        // Words differ, so there is always one byte more.
        let (shared, more) = (usize::from(*shared), usize::from(*more) + 1);
        self.length = (shared + more).min(LONGEST);
        let to = &mut self.buffer[shared..];
        match (to.first_chunk_mut::<STEP>(), left.first_chunk::<STEP>()) {
            (Some(to), Some(from)) if more <= STEP => *to = *from,
            _ => {
                to.iter_mut().zip(&left[..more.min(left.len())]).for_each(|(to, from)| *to = *from)
            }
        }
        self.left = left.get(more..).ok_or_else(keys::damaged)?;
        Ok(Some(shared))
    }
}

/// Packs sorted words.
fn pack(words: &[Vec<u8>]) -> Vec<u8> {
    let (mut block, mut before): (Vec<u8>, &[u8]) = (Vec::new(), &[]);
    for word in words {
        let shared = before.iter().zip(word).take_while(|(a, b)| a == b).count();
        let more = &word[shared..];
        block.extend_from_slice(&[shared as u8, (more.len() - 1) as u8]);
        block.extend_from_slice(more);
        before = word;
    }
    block
}

/// The block in which a word of this shape is, or would be.
fn block_of<'t>(
    cursor: &mut Cursor<'t>,
    shape: Shape,
    word: &[u8],
) -> Result<Option<(&'t [u8], &'t [u8])>> {
    let key = shape.key(word);
    let before = cursor.seek_back(&key)?.filter(|(key, _)| shape.is_of(key));
    // A word before all others goes into the first block.
    let found = if before.is_some() { before } else { cursor.seek(&key)? };
    Ok(found.filter(|(key, _)| shape.is_of(key)))
}

/// Adds the word of a new subject, if it is one and was not there. Never taken out again: a word
/// that nobody has any more only costs a look.
pub(super) fn add(txn: &mut WriteTxn<'_>, subject: &[u8]) -> Result<()> {
    if subject.first() != Some(&WORD) {
        return Ok(());
    }
    let word = keys::text(subject)?;
    let shape = Shape::of(word);
    let (mut words, mut old_key) = (Vec::new(), None);
    if let Some((key, block)) = block_of(&mut txn.cursor(Table::Suggest)?, shape, word.as_bytes())?
    {
        old_key = Some(key.to_vec());
        let mut all = Words::new(block);
        while all.next()?.is_some() {
            words.push(all.word().to_vec());
        }
    }
    let Err(place) = words.binary_search_by(|other| (**other).cmp(word.as_bytes())) else {
        return Ok(());
    };
    words.insert(place, word.as_bytes().to_vec());
    if let Some(old) = old_key.filter(|_| place == 0) {
        txn.delete(Table::Suggest, &old)?;
    }
    let block = pack(&words);
    if block.len() <= FULL {
        return txn.put(Table::Suggest, &shape.key(&words[0]), &block);
    }
    let (first, second) = words.split_at(words.len() / 2);
    for words in [first, second] {
        txn.put(Table::Suggest, &shape.key(&words[0]), &pack(words))?;
    }
    Ok(())
}

/// Whether a word is there.
pub(super) fn contains(txn: &impl Read, word: &str) -> Result<bool> {
    let Some((_, block)) =
        block_of(&mut txn.cursor(Table::Suggest)?, Shape::of(word), word.as_bytes())?
    else {
        return Ok(false);
    };
    let mut words = Words::new(block);
    while words.next()?.is_some() {
        if words.word() == word.as_bytes() {
            return Ok(true);
        }
    }
    Ok(false)
}

/// Goes through all words that may be within so many typing errors of `word`, and more. `visit` gets
/// how many bytes each shares with the one before, and the word.
pub(super) fn each_near(
    cursor: &mut Cursor<'_>,
    word: &str,
    limit: u8,
    mut visit: impl FnMut(usize, &[u8]) -> Result<()>,
) -> Result<()> {
    let shape = Shape::of(word);
    let mut next = Some(0);
    while let Some(from) = next {
        let Some(([VOCABULARY, ranges, ..], _)) = cursor.seek(&[VOCABULARY, from])? else {
            return Ok(());
        };
        if shape.may_have(*ranges, limit) {
            for shape in shape.near(*ranges, limit) {
                each(cursor, shape, &mut visit)?;
            }
        }
        next = ranges.checked_add(1);
    }
    Ok(())
}

fn each(
    cursor: &mut Cursor<'_>,
    shape: Shape,
    visit: &mut impl FnMut(usize, &[u8]) -> Result<()>,
) -> Result<()> {
    let mut entry = cursor.seek(&shape.key(&[]))?;
    while let Some((_, block)) = entry.filter(|(key, _)| shape.is_of(key)) {
        let mut words = Words::new(block);
        while let Some(shared) = words.next()? {
            visit(shared, words.word())?;
        }
        entry = cursor.next()?;
    }
    Ok(())
}
