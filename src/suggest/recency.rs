//! When profiles were activated last, kept apart from the lists so that an activation touches none
//! of them: a column of numbers, in records of one page each, that is read at any place without a
//! search.

use super::keys::damaged;
use super::postings::BLOCK;
use crate::error::Result;
use crate::profile::record::Header;
use crate::store::{Cursor, Read, Table, WriteTxn};

/// Blocks in a record: as many as a page of LMDB's has room for.
const SPAN: u32 = 7;
/// Profiles in a record.
const PROFILES: usize = SPAN as usize * BLOCK;

/// What orders equals, the greater the better: 46 bits of last_synchronized, then three characters
/// of the uid, of which the lesser comes first.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Recency(u64);

const CHARACTERS: usize = 3;
/// Bits of a character of a uid: behind `u_` it is base64, the URL-safe one, mostly of a hash.
const BITS: u32 = 6;

impl Recency {
    pub(super) fn of(header: &Header<'_>) -> Self {
        let uid = header.uid.strip_prefix("u_").unwrap_or(header.uid);
        let uid = uid.bytes().chain([0; CHARACTERS]).take(CHARACTERS);
        let time = header.last_synchronized.clamp(0, (1 << 46) - 1) as u64;
        Self(uid.fold(time, |all, byte| all << BITS | (63 - place_in_order(byte))))
    }

    fn read(bytes: [u8; 8]) -> Self {
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

/// Keeps when the profile `number` was activated last.
pub(super) fn put(txn: &mut WriteTxn<'_>, number: u32, recency: Recency) -> Result<()> {
    let block = number / BLOCK as u32;
    let key = (block / SPAN).to_be_bytes();
    let stored = txn.get(Table::Recency, &key)?;
    let mut record = stored.map_or_else(|| vec![0; 8 * (SPAN as usize + PROFILES)], <[u8]>::to_vec);
    let (bounds, column) =
        record.as_chunks_mut().0.split_at_mut_checked(SPAN as usize).ok_or_else(damaged)?;
    let bound = bounds.get_mut((block % SPAN) as usize).ok_or_else(damaged)?;
    // Never lowered: a bound that is too high only costs a look.
    *bound = Recency::read(*bound).max(recency).0.to_le_bytes();
    *column.get_mut(number as usize % PROFILES).ok_or_else(damaged)? = recency.0.to_le_bytes();
    if stored == Some(&record[..]) {
        return Ok(());
    }
    txn.put(Table::Recency, &key, &record)
}

/// The whole column.
pub(super) struct Times<'t> {
    cursor: Cursor<'t>,
    /// The number of the record at the cursor, and the record.
    at: Option<(u32, Span<'t>)>,
}

/// A record: what nobody of a block is newer than, for each of its blocks, and the column.
#[derive(Clone, Copy)]
struct Span<'t> {
    bounds: &'t [[u8; 8]],
    column: &'t [[u8; 8]],
}

impl<'t> Times<'t> {
    pub(super) fn new(txn: &'t impl Read) -> Result<Self> {
        Ok(Self { cursor: txn.cursor(Table::Recency)?, at: None })
    }

    fn span(&mut self, block: u32) -> Result<Span<'t>> {
        let number = block / SPAN;
        match self.at {
            Some((at, span)) if at == number => return Ok(span),
            _ => {}
        }
        let key = number.to_be_bytes();
        let entry = match self.at {
            Some((at, _)) if at + 1 == number => self.cursor.next()?,
            _ => self.cursor.seek(&key)?,
        };
        let (_, record) = entry.filter(|(found, _)| **found == key).ok_or_else(damaged)?;
        let entries = record.as_chunks().0;
        let (bounds, column) = entries.split_at_checked(SPAN as usize).ok_or_else(damaged)?;
        let span = Span { bounds, column };
        self.at = Some((number, span));
        Ok(span)
    }

    /// That of a profile.
    pub(super) fn get(&mut self, number: u32) -> Result<Recency> {
        let span = self.span(number / BLOCK as u32)?;
        let entry = span.column.get(number as usize % PROFILES).ok_or_else(damaged)?;
        Ok(Recency::read(*entry))
    }

    /// What nobody of the block of a profile is newer than.
    pub(super) fn bound(&mut self, number: u32) -> Result<Recency> {
        let block = number / BLOCK as u32;
        let bound = self.span(block)?.bounds.get((block % SPAN) as usize).ok_or_else(damaged)?;
        Ok(Recency::read(*bound))
    }

    /// Those of some profiles of a block, whose first is `first`, who are as new as this, or newer.
    pub(super) fn reaching(&mut self, first: u32, some: u64, least: Recency) -> Result<u64> {
        if some == 0 || self.bound(first)? < least {
            return Ok(0);
        }
        let column = self.span(first / BLOCK as u32)?.column;
        let column = column.get(first as usize % PROFILES..).ok_or_else(damaged)?;
        let (mut left, mut all) = (some, 0);
        while left != 0 {
            let place = left.trailing_zeros();
            left &= left - 1;
            let entry = column.get(place as usize).ok_or_else(damaged)?;
            all |= u64::from(Recency::read(*entry) >= least) << place;
        }
        Ok(all)
    }
}
