//! When profiles were activated last, kept apart from the lists so that an activation touches none
//! of them: for each chunk what nobody of each of its blocks is newer than, in one value, and then a
//! column of numbers, in records of one page each. The bounds share pages with the keys of the
//! records, so that to raise one writes no page more.

use super::keys::damaged;
use super::postings::{BLOCK, BLOCKS, place, places_in};
use crate::error::Result;
use crate::profile::record::Header;
use crate::store::{Cursor, Read, Table, WriteTxn};

/// Blocks in a record: as many as a page of LMDB's has room for.
const SPAN: usize = 7;
/// Profiles in a record.
const PROFILES: usize = SPAN * BLOCK;

/// What orders equals, the greater the better: 46 bits of last_synchronized, then three characters
/// of the uid, of which the lesser comes first.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Recency(u64);

const CHARACTERS: usize = 3;
/// Bits of a character of a uid: behind `u_` it is base64, the URL-safe one, mostly of a hash.
const BITS: u32 = 6;

impl Recency {
    /// Above all that there are.
    pub(super) const MAX: Self = Self(u64::MAX);

    pub(super) fn of(header: &Header<'_>) -> Self {
        let uid = header.uid.strip_prefix("u_").unwrap_or(header.uid);
        let uid = uid.bytes().chain([0; CHARACTERS]).take(CHARACTERS);
        let time = header.last_synchronized.clamp(0, (1 << 46) - 2) as u64;
        Self(uid.fold(time, |all, byte| all << BITS | (63 - place_in_order(byte))))
    }

    pub(super) fn read(bytes: [u8; 8]) -> Self {
        Self(u64::from_le_bytes(bytes))
    }
}

/// The place of a character of base64 among all of them, sorted as text is.
fn place_in_order(byte: u8) -> u64 {
    u64::from(match byte {
        ..=b'-' => 0,
        b'.'..=b'9' => 1 + byte.saturating_sub(b'0'),
        b':'..=b'Z' => 11 + byte.saturating_sub(b'A'),
        b'['..=b'_' => 37,
        b'`'..=b'z' => 38 + byte.saturating_sub(b'a'),
        b'{'.. => 63,
    })
}

/// The key of a value of a chunk: its bounds, or one of its records.
fn key(chunk: u32, value: usize) -> [u8; 5] {
    let [a, b, c, d] = chunk.to_be_bytes();
    [a, b, c, d, value as u8]
}

/// The bounds stand before the records.
const BOUNDS: usize = 0;

/// The record that a block of a chunk is in.
fn record_of(block: usize) -> usize {
    1 + block / SPAN
}

/// A value of so many times, changed at one place; none if it stays as it is.
fn changed(
    stored: Option<&[u8]>,
    size: usize,
    place: usize,
    change: impl FnOnce(Recency) -> Recency,
) -> Result<Option<Vec<u8>>> {
    let mut bytes = stored.map_or_else(|| vec![0; 8 * size], <[u8]>::to_vec);
    let entry = bytes.as_chunks_mut().0.get_mut(place).ok_or_else(damaged)?;
    *entry = change(Recency::read(*entry)).0.to_le_bytes();
    Ok(Some(bytes).filter(|bytes| stored != Some(bytes)))
}

/// Keeps when the profile `number` was activated last.
pub(super) fn put(txn: &mut WriteTxn<'_>, number: u32, recency: Recency) -> Result<()> {
    let (chunk, place) = place(number);
    let place = usize::from(place);
    let block = place / BLOCK;
    let (bounds, record) = (key(chunk, BOUNDS), key(chunk, record_of(block)));
    // Never lowered: a bound that is too high only costs a look.
    let raised = |bound: Recency| bound.max(recency);
    if let Some(value) = changed(txn.get(Table::Recency, &bounds)?, BLOCKS, block, raised)? {
        txn.put(Table::Recency, &bounds, &value)?;
    }
    let place = place % PROFILES;
    match changed(txn.get(Table::Recency, &record)?, PROFILES, place, |_| recency)? {
        Some(value) => txn.put(Table::Recency, &record, &value),
        None => Ok(()),
    }
}

/// The whole column, and the bounds of its blocks.
pub(super) struct Times<'t> {
    cursor: Cursor<'t>,
    /// Where the cursor is, and the value there.
    at: Option<(u32, usize, &'t [[u8; 8]])>,
    /// The chunk whose bounds were looked at last, and the bounds.
    bounds: Option<(u32, &'t [[u8; 8]; BLOCKS])>,
}

/// To go so many values further is faster than to search.
const NEAR: usize = 6;

impl<'t> Times<'t> {
    pub(super) fn new(txn: &'t impl Read) -> Result<Self> {
        Ok(Self { cursor: txn.cursor(Table::Recency)?, at: None, bounds: None })
    }

    fn value(&mut self, chunk: u32, value: usize) -> Result<&'t [[u8; 8]]> {
        let key = key(chunk, value);
        let steps = match self.at {
            Some((last, at, _)) if last == chunk => value.checked_sub(at),
            _ => None,
        };
        let mut entry = None;
        match (steps, self.at) {
            (Some(0), Some((.., found))) => return Ok(found),
            (Some(steps), _) if steps <= NEAR => {
                for _ in 0..steps {
                    entry = self.cursor.next()?;
                }
            }
            _ => entry = self.cursor.seek(&key)?,
        }
        let (_, found) = entry.filter(|(found, _)| **found == key).ok_or_else(damaged)?;
        let found = found.as_chunks().0;
        self.at = Some((chunk, value, found));
        Ok(found)
    }

    /// What nobody of each block of a chunk is newer than.
    pub(super) fn bounds(&mut self, chunk: u32) -> Result<&'t [[u8; 8]; BLOCKS]> {
        if let Some((_, bounds)) = self.bounds.filter(|(last, _)| *last == chunk) {
            return Ok(bounds);
        }
        let bounds = self.value(chunk, BOUNDS)?.first_chunk().ok_or_else(damaged)?;
        self.bounds = Some((chunk, bounds));
        Ok(bounds)
    }

    /// Those of the profiles of a block.
    pub(super) fn block(&mut self, chunk: u32, block: usize) -> Result<&'t [[u8; 8]; BLOCK]> {
        let record = self.value(chunk, record_of(block))?;
        record.get(block % SPAN * BLOCK..).and_then(<[_]>::first_chunk).ok_or_else(damaged)
    }

    /// That of a profile.
    pub(super) fn get(&mut self, number: u32) -> Result<Recency> {
        let (chunk, place) = place(number);
        let place = usize::from(place);
        let block = self.block(chunk, place / BLOCK)?;
        block.get(place % BLOCK).map(|entry| Recency::read(*entry)).ok_or_else(damaged)
    }

    /// What nobody of a block is newer than.
    pub(super) fn bound(&mut self, chunk: u32, block: usize) -> Result<Recency> {
        let bound = self.bounds(chunk)?.get(block);
        bound.map(|bound| Recency::read(*bound)).ok_or_else(damaged)
    }

    /// Those of some profiles of a block who are as new as this, or newer.
    pub(super) fn reaching(
        &mut self,
        chunk: u32,
        block: usize,
        some: u64,
        least: Recency,
    ) -> Result<u64> {
        if some == 0 || self.bound(chunk, block)? < least {
            return Ok(0);
        }
        let times = self.block(chunk, block)?;
        let reaches = |place: usize| u64::from(Recency::read(times[place]) >= least) << place;
        Ok(places_in(some).fold(0, |all, place| all | reaches(place)))
    }
}
