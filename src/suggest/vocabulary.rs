//! All words of the index by their shape, packed so that going through those of a few shapes costs
//! nanoseconds a word: sorted, and of each only what differs from the one before.

use super::keys::{self, VOCABULARY, WORD};
use crate::error::Result;
use crate::store::{Cursor, Read, Table, WriteTxn};

/// The size at which a block of words is split, so that it stays inline.
const FULL: usize = 1900;

/// How many characters a word has, and how many of them are no letters. One typing error changes
/// either by one at most, so that numbers and usernames are not in the way of names.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Shape {
    length: u8,
    others: u8,
}

impl Shape {
    /// The shape of a word, which has 64 characters at most.
    fn of(word: &str) -> Self {
        let others = word.chars().filter(|c| !c.is_alphabetic());
        Self { length: word.chars().count() as u8, others: others.count() as u8 }
    }

    /// The shapes of words within so many typing errors.
    pub(super) fn near(word: &str, limit: u8) -> impl Iterator<Item = Self> {
        let Self { length, others } = Self::of(word);
        let others = move || others.saturating_sub(limit)..=others + limit;
        let lengths = length.saturating_sub(limit)..=length + limit;
        lengths.flat_map(move |length| others().map(move |others| Self { length, others }))
    }

    /// The key of a block that begins with `word`.
    fn key(self, word: &[u8]) -> Vec<u8> {
        [&[VOCABULARY, self.length, self.others], word].concat()
    }

    fn is_of(self, key: &[u8]) -> bool {
        key.starts_with(&[VOCABULARY, self.length, self.others])
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
    Ok(cursor.seek_back(&shape.key(word))?.filter(|(key, _)| shape.is_of(key)))
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
    let block = pack(&words);
    let middle = if block.len() > FULL { words.len() / 2 } else { words.len() };
    let (first, second) = words.split_at(middle);
    for (words, is_first) in [(first, true), (second, false)] {
        let Some(start) = words.first() else { continue };
        let key = shape.key(start);
        if is_first && let Some(old) = old_key.take_if(|old| *old != key) {
            txn.delete(Table::Suggest, &old)?;
        }
        txn.put(Table::Suggest, &key, &pack(words))?;
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

/// Goes through the words of this shape, from some before `first` on. `visit` gets how many bytes a
/// word shares with the one before, and the word; it answers whether to go on.
pub(super) fn each(
    cursor: &mut Cursor<'_>,
    shape: Shape,
    first: &[u8],
    mut visit: impl FnMut(usize, &[u8]) -> Result<bool>,
) -> Result<()> {
    let mut entry = match block_of(cursor, shape, first)? {
        Some(entry) => Some(entry),
        None => cursor.seek(&shape.key(first))?,
    };
    while let Some((_, block)) = entry.filter(|(key, _)| shape.is_of(key)) {
        let mut words = Words::new(block);
        while let Some(shared) = words.next()? {
            if !visit(shared, words.word())? {
                return Ok(());
            }
        }
        entry = cursor.next()?;
    }
    Ok(())
}
