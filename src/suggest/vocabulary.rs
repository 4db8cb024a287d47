//! All words of the index by their length, packed so that going through those of a few lengths
//! costs nanoseconds a word: sorted, and of each only what differs from the one before.

use super::keys::{self, VOCABULARY, WORD};
use crate::error::Result;
use crate::store::{Cursor, Read, Table, WriteTxn};

/// The size at which a block of words is split, so that it stays inline.
const FULL: usize = 1900;

/// The key of a block that begins with `word`: blocks are ordered by length in characters, then by
/// their first word.
fn key(length: u8, word: &[u8]) -> Vec<u8> {
    [&[VOCABULARY, length], word].concat()
}

fn length(word: &str) -> u8 {
    // Words have 64 characters at most.
    word.chars().count() as u8
}

/// The words of a block, read one after another into the same buffer.
struct Words<'t> {
    left: &'t [u8],
    word: Vec<u8>,
}

impl<'t> Words<'t> {
    fn new(block: &'t [u8]) -> Self {
        Self { left: block, word: Vec::new() }
    }

    /// Reads the next word; answers how many bytes it shares with the one before.
    fn next(&mut self) -> Result<Option<usize>> {
        let Some(([shared, more], rest)) = self.left.split_first_chunk() else { return Ok(None) };
        // Words differ, so there is always one byte more.
        let (more, rest) =
            rest.split_at_checked(usize::from(*more) + 1).ok_or_else(keys::damaged)?;
        self.word.truncate(usize::from(*shared));
        self.word.extend_from_slice(more);
        self.left = rest;
        Ok(Some(usize::from(*shared)))
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

/// The block in which a word of this length is, or would be.
fn block_of<'t>(
    cursor: &mut Cursor<'t>,
    length: u8,
    word: &[u8],
) -> Result<Option<(&'t [u8], &'t [u8])>> {
    let entry = cursor.seek_back(&key(length, word))?;
    Ok(entry.filter(|(key, _)| key.starts_with(&[VOCABULARY, length])))
}

/// Adds the word of a new subject, if it is one and was not there. Never taken out again: a word
/// that nobody has any more only costs a look.
pub(super) fn add(txn: &mut WriteTxn<'_>, subject: &[u8]) -> Result<()> {
    if subject.first() != Some(&WORD) {
        return Ok(());
    }
    let word = keys::text(subject)?;
    let length = length(word);
    let (mut words, mut old_key) = (Vec::new(), None);
    if let Some((key, block)) = block_of(&mut txn.cursor(Table::Suggest)?, length, word.as_bytes())?
    {
        old_key = Some(key.to_vec());
        let mut all = Words::new(block);
        while all.next()?.is_some() {
            words.push(all.word.clone());
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
        let key = key(length, start);
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
        block_of(&mut txn.cursor(Table::Suggest)?, length(word), word.as_bytes())?
    else {
        return Ok(false);
    };
    let mut words = Words::new(block);
    while words.next()?.is_some() {
        if words.word == word.as_bytes() {
            return Ok(true);
        }
    }
    Ok(false)
}

/// Goes through the words of this length, from some before `first` on. `visit` gets how many bytes a
/// word shares with the one before, and the word; it answers whether to go on.
pub(super) fn each(
    cursor: &mut Cursor<'_>,
    length: u8,
    first: &[u8],
    mut visit: impl FnMut(usize, &[u8]) -> Result<bool>,
) -> Result<()> {
    let start = match block_of(cursor, length, first)? {
        Some(entry) => Some(entry),
        None => cursor.seek(&key(length, first))?,
    };
    let mut entry = start;
    while let Some((_, block)) = entry.filter(|(key, _)| key.starts_with(&[VOCABULARY, length])) {
        let mut words = Words::new(block);
        while let Some(shared) = words.next()? {
            if !visit(shared, &words.word)? {
                return Ok(());
            }
        }
        entry = cursor.next()?;
    }
    Ok(())
}
