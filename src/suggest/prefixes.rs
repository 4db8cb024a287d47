//! Beginnings of words that many share. As soon as more pieces begin with a text than are quickly
//! gone through, it gets lists of its own; until then they are counted.

use std::collections::{BTreeMap, HashMap};

use super::entries::Entries;
use super::keys::{self, COUNT, PAIR, PREFIX, WORD};
use super::postings::{self, BLOCKS, CHUNK, Postings};
use crate::error::Result;
use crate::store::{Read, Table, WriteTxn};

/// So many pieces are gone through one by one.
const MANY: u32 = 256;
/// Stands for the count of a text that has lists.
const LISTED: u32 = u32::MAX;

/// What is known of beginnings during one change of the index.
#[derive(Default)]
pub(super) struct Prefixes {
    known: HashMap<String, u32>,
    /// By how much counts have changed.
    counted: BTreeMap<String, i64>,
}

/// How many pieces begin with `text`; `LISTED` if it has lists.
pub(super) fn count(txn: &impl Read, text: &str) -> Result<u32> {
    let stored = txn.get(Table::Suggest, &keys::count(text))?;
    stored.map_or(Ok(0), |bytes| {
        bytes.try_into().map(u32::from_le_bytes).map_err(|_| keys::damaged())
    })
}

/// How many beginnings are counted.
pub(super) fn counts(txn: &impl Read) -> Result<usize> {
    let (mut cursor, mut counts) = (txn.cursor(Table::Suggest)?, 0);
    let mut entry = cursor.seek(&[COUNT])?;
    while let Some(([COUNT, ..], value)) = entry {
        counts += usize::from(*value != LISTED.to_le_bytes());
        entry = cursor.next()?;
    }
    Ok(counts)
}

/// Whether a beginning has lists of its own.
pub(super) fn is_listed(txn: &impl Read, text: &str) -> Result<bool> {
    Ok(count(txn, text)? == LISTED)
}

/// The beginnings of a word or pair that may have lists, the shortest first.
pub(super) fn beginnings(text: &str) -> impl Iterator<Item = &str> {
    // Whoever looks for a pair has typed its first word.
    let first = text.find(' ').map_or(0, |space| space + 1);
    let shortest = (first > 0).then_some(first);
    let ends = text[first..].char_indices().map(move |(at, c)| first + at + c.len_utf8());
    shortest.into_iter().chain(ends).map(|end| &text[..end])
}

/// The tag of the words or pairs that begin with `text`.
pub(super) fn tag(text: &str) -> u8 {
    if text.contains(' ') { PAIR } else { WORD }
}

/// The text of a subject that has beginnings: that of a word or a pair.
fn word_or_pair(subject: &[u8]) -> Result<Option<&str>> {
    match subject.first() {
        Some(&(WORD | PAIR)) => keys::text(subject).map(Some),
        _ => Ok(None),
    }
}

impl Prefixes {
    fn state(&mut self, txn: &impl Read, text: &str) -> Result<u32> {
        if let Some(state) = self.known.get(text) {
            return Ok(*state);
        }
        let state = count(txn, text)?;
        self.known.insert(text.to_owned(), state);
        Ok(state)
    }

    /// The entries of a profile with those of the listed beginnings of its words.
    pub(super) fn with_beginnings(&mut self, txn: &impl Read, own: &Entries) -> Result<Entries> {
        let mut all = own.clone();
        for (subject, fields) in own {
            let Some(text) = word_or_pair(subject)? else { continue };
            for beginning in beginnings(text) {
                if self.state(txn, beginning)? != LISTED {
                    break;
                }
                let united = all.entry(keys::subject(PREFIX, beginning)).or_default();
                *united = keys::united(*united, *fields);
            }
        }
        Ok(all)
    }

    /// The beginning with which pieces of this subject are counted, if they are: the shortest
    /// without lists.
    pub(super) fn counted_with<'s>(
        &mut self,
        txn: &impl Read,
        subject: &'s [u8],
    ) -> Result<Option<&'s str>> {
        let Some(text) = word_or_pair(subject)? else { return Ok(None) };
        for beginning in beginnings(text) {
            if self.state(txn, beginning)? != LISTED {
                return Ok(Some(beginning));
            }
        }
        Ok(None)
    }

    /// Notes that a piece of a list was made or went away.
    pub(super) fn note(&mut self, txn: &impl Read, subject: &[u8], change: i64) -> Result<()> {
        if let Some(beginning) = self.counted_with(txn, subject)? {
            *self.counted.entry(beginning.to_owned()).or_default() += change;
        }
        Ok(())
    }

    /// Stores the counts, and makes lists for the beginnings that have become many.
    pub(super) fn finish(self, txn: &mut WriteTxn<'_>) -> Result<()> {
        for (text, change) in self.counted {
            let before = count(txn, &text)?;
            set(txn, &text, before, before.saturating_add_signed(change as i32))?;
        }
        Ok(())
    }
}

/// Stores a count; one that is too high becomes lists, and its longer beginnings are counted.
fn set(txn: &mut WriteTxn<'_>, text: &str, before: u32, now: u32) -> Result<()> {
    let mut left = vec![(text.to_owned(), before, now)];
    while let Some((text, before, now)) = left.pop() {
        if now <= MANY {
            put(txn, &text, before, now)?;
            continue;
        }
        put(txn, &text, before, LISTED)?;
        let (lists, longer) = gather(txn, &text)?;
        for ((fields, chunk), words) in lists {
            if let Some(bytes) = postings::stored(&words) {
                let key = keys::piece(&keys::subject(PREFIX, &text), fields, chunk);
                txn.put(Table::Suggest, &key, &bytes)?;
            }
        }
        left.extend(longer.into_iter().map(|(longer, count)| (longer, 0, count)));
    }
    Ok(())
}

fn put(txn: &mut WriteTxn<'_>, text: &str, before: u32, now: u32) -> Result<()> {
    let key = keys::count(text);
    match now {
        now if now == before => Ok(()),
        0 => txn.delete(Table::Suggest, &key).map(drop),
        now => txn.put(Table::Suggest, &key, &now.to_le_bytes()),
    }
}

/// The bits of chunks, by fields and chunk.
type Lists = BTreeMap<(u8, u32), Box<[u64; BLOCKS]>>;

/// Goes through all pieces that begin with `text`: the lists of their profiles, and how many begin
/// with each text that is longer by one character.
fn gather(txn: &impl Read, text: &str) -> Result<(Lists, BTreeMap<String, u32>)> {
    let mut fields_of: BTreeMap<u32, Box<[u8; CHUNK as usize]>> = BTreeMap::new();
    let mut longer = BTreeMap::new();
    let start = keys::subject(tag(text), text);
    let mut cursor = txn.cursor(Table::Suggest)?;
    let mut entry = cursor.seek(&start)?;
    while let Some((key, value)) = entry.filter(|(key, _)| key.starts_with(&start)) {
        let (subject, fields, chunk) = keys::split(key)?;
        let all = fields_of.entry(chunk).or_insert_with(|| Box::new([0; CHUNK as usize]));
        Postings::of(value).places(|place| {
            let of_place = &mut all[usize::from(place)];
            *of_place = keys::united(*of_place, fields);
        });
        let mut beginnings = beginnings(keys::text(subject)?);
        if let Some(next) = beginnings.find(|beginning| beginning.len() > text.len()) {
            *longer.entry(next.to_owned()).or_default() += 1;
        }
        entry = cursor.next()?;
    }
    let mut lists = Lists::new();
    for (chunk, all) in fields_of {
        for (place, fields) in all.iter().enumerate().filter(|(_, fields)| **fields != 0) {
            let words = lists.entry((*fields, chunk)).or_insert_with(|| Box::new([0; BLOCKS]));
            words[place / postings::BLOCK] |= 1 << (place % postings::BLOCK);
        }
    }
    Ok((lists, longer))
}
