//! Keeping the index: every change is made in the transaction that changes the profile.

use std::collections::BTreeMap;

use super::entries::{Entries, entries, pack, unpack};
use super::keys::{self, WAITING, waiting};
use super::postings::{self, place};
use super::prefixes::Prefixes;
use super::recency::{self, Recency};
use super::vocabulary;
use crate::error::{Error, Result};
use crate::profile::record::Header;
use crate::profile::records;
use crate::store::{Read, ReadTxn, Store, Table, WriteTxn};

/// So many new profiles are folded in together. Until then each is looked at one by one.
const FOLD: u32 = 64;

/// Adds a profile of `username` and gives its number.
pub(crate) fn add(
    store: &Store,
    txn: &mut WriteTxn<'_>,
    username: &str,
    header: &Header<'_>,
) -> Result<u32> {
    let number = records::add(store, txn, username, header)?;
    recency::put(txn, number, Recency::of(header))?;
    txn.put(Table::Suggest, &waiting(number), &pack(&entries(store, header)))?;
    *txn.waiting() += 1;
    if *txn.waiting() >= FOLD {
        fold(txn)?;
    }
    Ok(number)
}

/// Replaces the header `before` of profile `number`.
pub(crate) fn replace(
    store: &Store,
    txn: &mut WriteTxn<'_>,
    number: u32,
    before: &Header<'_>,
    header: &Header<'_>,
) -> Result<()> {
    records::put_header(txn, number, header)?;
    if before.last_synchronized != header.last_synchronized {
        recency::put(txn, number, Recency::of(header))?;
    }
    if (before.enabled, before.user, before.labels) == (header.enabled, header.user, header.labels)
    {
        return Ok(());
    }
    let (old, new) = (entries(store, before), entries(store, header));
    if old == new {
        return Ok(());
    }
    if txn.get(Table::Suggest, &waiting(number))?.is_some() {
        return txn.put(Table::Suggest, &waiting(number), &pack(&new));
    }
    apply(txn, &[Change { number, old, new }])
}

/// Profiles that the index of an older store is given in one transaction.
const BATCH: u32 = 1024;

/// Gives the index the profiles from number `first` on, some of them; answers from where to go on.
pub(super) fn add_from(store: &Store, txn: &mut WriteTxn<'_>, first: u32) -> Result<Option<u32>> {
    let (last, next) = (txn.last_number(), first.saturating_add(BATCH));
    let mut changes = Vec::new();
    for number in first..next.min(last.saturating_add(1)) {
        let Some(header) = records::header(txn, number)? else { continue };
        if txn.get(Table::Suggest, &waiting(number))?.is_some() {
            continue;
        }
        let (recency, new) = (Recency::of(&header), entries(store, &header));
        recency::put(txn, number, recency)?;
        changes.push(Change { number, old: Entries::new(), new });
    }
    apply(txn, &changes)?;
    if next <= last {
        return Ok(Some(next));
    }
    txn.set_indexed();
    Ok(None)
}

/// Puts all profiles that wait into the lists.
fn fold(txn: &mut WriteTxn<'_>) -> Result<()> {
    let mut changes = Vec::new();
    each_waiting(txn, |number, record| {
        let mut new = Entries::new();
        unpack(record, |subject, fields| {
            new.insert(subject.to_vec(), fields);
            Ok(())
        })?;
        changes.push(Change { number, old: Entries::new(), new });
        Ok(())
    })?;
    for change in &changes {
        txn.delete(Table::Suggest, &waiting(change.number))?;
    }
    *txn.waiting() = 0;
    apply(txn, &changes)
}

/// Fails if the index does not have all profiles yet.
pub(super) fn require(txn: &ReadTxn<'_>) -> Result<()> {
    if txn.is_indexed()? {
        return Ok(());
    }
    Err(Error::unavailable(
        "the store is of an older version and its profiles are not indexed: open it for writing once, \
         and then again",
    ))
}

/// Calls `visit` with each profile that waits and its record.
pub(super) fn each_waiting<'t>(
    txn: &'t impl Read,
    mut visit: impl FnMut(u32, &'t [u8]) -> Result<()>,
) -> Result<()> {
    let mut cursor = txn.cursor(Table::Suggest)?;
    let mut entry = cursor.seek(&[WAITING])?;
    while let Some(([WAITING, number @ ..], record)) = entry {
        visit(u32::from_be_bytes(number.try_into().map_err(|_| keys::damaged())?), record)?;
        entry = cursor.next()?;
    }
    Ok(())
}

/// What changes of one profile.
struct Change {
    number: u32,
    old: Entries,
    new: Entries,
}

/// Places to put into the pieces of lists and to take out of them, by key.
#[derive(Default)]
struct Edits(BTreeMap<Vec<u8>, Edit>);

#[derive(Default)]
struct Edit {
    added: Vec<u16>,
    removed: Vec<u16>,
}

impl Edits {
    /// Notes what makes `new` of `old`.
    fn note(&mut self, number: u32, old: &Entries, new: &Entries) {
        let (chunk, place) = place(number);
        let mut edit = |from: &Entries, other: &Entries, list: fn(&mut Edit) -> &mut Vec<u16>| {
            for (subject, fields) in from {
                if other.get(subject) != Some(fields) {
                    let key = keys::piece(subject, *fields, chunk);
                    list(self.0.entry(key).or_default()).push(place);
                }
            }
        };
        edit(old, new, |edit| &mut edit.removed);
        edit(new, old, |edit| &mut edit.added);
    }

    fn write(&self, txn: &mut WriteTxn<'_>, prefixes: &mut Prefixes) -> Result<()> {
        for (key, edit) in &self.0 {
            let stored = txn.get(Table::Suggest, key)?;
            let was_there = stored.is_some();
            let (subject, _, _) = keys::split(key)?;
            let is_there = match postings::changed(stored, &edit.added, &edit.removed) {
                Some(bytes) => txn.put(Table::Suggest, key, &bytes).map(|()| true)?,
                None => txn.delete(Table::Suggest, key).map(|_| false)?,
            };
            if is_there != was_there {
                prefixes.note(txn, subject, if is_there { 1 } else { -1 })?;
            }
            if is_there && !was_there {
                vocabulary::add(txn, subject)?;
            }
        }
        Ok(())
    }
}

fn apply(txn: &mut WriteTxn<'_>, changes: &[Change]) -> Result<()> {
    let (mut prefixes, mut edits) = (Prefixes::default(), Edits::default());
    for change in changes {
        let old = prefixes.with_beginnings(txn, &change.old)?;
        let new = prefixes.with_beginnings(txn, &change.new)?;
        edits.note(change.number, &old, &new);
    }
    edits.write(txn, &mut prefixes)?;
    prefixes.finish(txn)
}
