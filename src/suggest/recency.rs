//! When profiles were activated last, kept apart from the lists so that an activation touches none
//! of them: for each block of profiles their times, and for the block and for every few profiles of it
//! a bound that none of them is newer than.

use super::keys::damaged;
use super::postings::{BLOCK, BLOCKS, CHUNK};
use crate::error::Result;
use crate::profile::record::Header;
use crate::store::{Cursor, Read, Table, WriteTxn};

const TIMES: u8 = b'r';
const BOUNDS: u8 = b'm';

/// Profiles of a block share a bound if their places leave the same remainder by this.
const GROUPS: usize = 16;
/// Blocks whose bounds are in one record: those of the blocks, then those of their groups.
const SPAN: usize = 25;
/// Records of bounds of one chunk.
const SPANS: usize = BLOCKS / SPAN;

/// What orders equals, the greater the better: 48 bits of last_synchronized, then of the uid, whose
/// bits are turned over because the lesser comes first.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Recency([u8; SIZE]);

const SIZE: usize = 12;

/// So many bits of the milliseconds do not fit in a bound.
const COARSE: u32 = 11;

impl Recency {
    pub(super) fn of(header: &Header<'_>) -> Self {
        let time = header.last_synchronized.clamp(0, (1 << 48) - 1).to_be_bytes();
        // Uids begin with `u_`; what follows is mostly a hash.
        let uid = header.uid.strip_prefix("u_").unwrap_or(header.uid).bytes().chain([0; SIZE]);
        let mut bytes = [0; SIZE];
        let all = time[2..].iter().copied().chain(uid.map(|byte| !byte));
        for (to, byte) in bytes.iter_mut().zip(all) {
            *to = byte;
        }
        Self(bytes)
    }

    /// About two seconds are one, until the year 2109.
    pub(super) fn bound(self) -> i32 {
        let [a, b, c, d, e, f, ..] = self.0;
        let time = u64::from_be_bytes([0, 0, a, b, c, d, e, f]);
        i32::try_from(time >> COARSE).unwrap_or(i32::MAX)
    }
}

fn times_key(number: u32) -> [u8; 5] {
    let [a, b, c, d] = (number / BLOCK as u32).to_be_bytes();
    [TIMES, a, b, c, d]
}

fn bounds_key(chunk: u32, span: usize) -> [u8; 5] {
    let [a, b, c, d] = (chunk * SPANS as u32 + span as u32).to_be_bytes();
    [BOUNDS, a, b, c, d]
}

/// Keeps when the profile `number` was activated last.
pub(super) fn put(txn: &mut WriteTxn<'_>, number: u32, recency: Recency) -> Result<()> {
    let (chunk, place) = (number / CHUNK, (number % CHUNK) as usize);
    change(txn, &times_key(number), BLOCK, &[place % BLOCK], |_| recency.0)?;
    let (span, block) = (place / BLOCK / SPAN, place / BLOCK % SPAN);
    let group = SPAN + block * GROUPS + place % GROUPS;
    // Never lowered: a bound that is too high only costs a look.
    change(txn, &bounds_key(chunk, span), SPAN + SPAN * GROUPS, &[block, group], |bound| {
        i32::from_le_bytes(bound).max(recency.bound()).to_le_bytes()
    })
}

/// Changes some entries of a record that has `count` of them.
fn change<const N: usize>(
    txn: &mut WriteTxn<'_>,
    key: &[u8],
    count: usize,
    places: &[usize],
    change: impl Fn([u8; N]) -> [u8; N],
) -> Result<()> {
    let stored = txn.get(Table::Recency, key)?;
    let mut record = stored.map_or_else(|| vec![0; count * N], <[u8]>::to_vec);
    for place in places {
        let entry = record.as_chunks_mut().0.get_mut(*place).ok_or_else(damaged)?;
        *entry = change(*entry);
    }
    if stored == Some(&record[..]) {
        return Ok(());
    }
    txn.put(Table::Recency, key, &record)
}

/// When the profiles of a block were activated last.
#[derive(Clone, Copy)]
pub(super) struct Times<'t>(&'t [[u8; SIZE]]);

impl<'t> Times<'t> {
    /// Of the block of profile `number`.
    pub(super) fn of(txn: &'t impl Read, number: u32) -> Result<Self> {
        let record = txn.get(Table::Recency, &times_key(number))?;
        Ok(Self(record.unwrap_or_default().as_chunks().0))
    }

    pub(super) fn get(self, number: u32) -> Recency {
        let place = (number % BLOCK as u32) as usize;
        Recency(self.0.get(place).copied().unwrap_or_default())
    }
}

/// The bounds of all chunks, which are quickly gone through from the last to the first.
pub(super) struct AllBounds<'t> {
    cursor: Cursor<'t>,
    next: Option<(&'t [u8], &'t [u8])>,
    last: Option<(u32, Bounds<'t>)>,
}

impl<'t> AllBounds<'t> {
    pub(super) fn new(txn: &'t impl Read) -> Result<Self> {
        Ok(Self { cursor: txn.cursor(Table::Recency)?, next: None, last: None })
    }

    pub(super) fn of(&mut self, chunk: u32) -> Result<Bounds<'t>> {
        if let Some((_, bounds)) = self.last.filter(|(last, _)| *last == chunk) {
            return Ok(bounds);
        }
        let [first, last] = [0, SPANS - 1].map(|span| bounds_key(chunk, span));
        let is_of = |(key, _): &(&[u8], _)| (&first[..]..=&last[..]).contains(key);
        let mut bounds = Bounds([Span::default(); SPANS]);
        let mut entry = self.next.filter(is_of);
        if entry.is_none() {
            entry = self.cursor.seek_back(&last)?;
        }
        while let Some((key, record)) = entry.filter(is_of) {
            let span = key.last_chunk().map_or(0, |number| u32::from_be_bytes(*number));
            let (blocks, groups) =
                record.as_chunks().0.split_at_checked(SPAN).ok_or_else(damaged)?;
            bounds.0[span as usize % SPANS] = Span { blocks, groups: groups.as_chunks().0 };
            entry = self.cursor.back()?;
        }
        self.next = entry;
        self.last = Some((chunk, bounds));
        Ok(bounds)
    }
}

/// The bounds of a chunk.
#[derive(Clone, Copy)]
pub(super) struct Bounds<'t>([Span<'t>; SPANS]);

/// A record of bounds, in parts: of the blocks, and of the groups of each.
#[derive(Clone, Copy, Default)]
struct Span<'t> {
    blocks: &'t [[u8; 4]],
    groups: &'t [[[u8; 4]; GROUPS]],
}

impl Bounds<'_> {
    /// Of the profile at this place of a block.
    pub(super) fn get(&self, block: usize, place: u32) -> i32 {
        let groups = self.0[block / SPAN].groups.get(block % SPAN);
        groups.map_or(0, |groups| i32::from_le_bytes(groups[place as usize % GROUPS]))
    }

    /// Those of some profiles of a block who may be as new as this, or newer.
    pub(super) fn reaching(&self, block: usize, mut some: u64, bound: i32) -> u64 {
        let reaches = |of: &[u8; 4]| i32::from_le_bytes(*of) >= bound;
        let span = &self.0[block / SPAN];
        let (newest, groups) = (span.blocks.get(block % SPAN), span.groups.get(block % SPAN));
        let (Some(groups), true) = (groups, newest.is_some_and(reaches)) else { return 0 };
        if some.count_ones() as usize >= GROUPS {
            let groups = groups.iter().enumerate();
            let bits = groups.fold(0, |bits, (at, of)| bits | u64::from(reaches(of)) << at);
            return some & (bits * 0x0001_0001_0001_0001);
        }
        let mut all = 0;
        while some != 0 {
            let place = some.trailing_zeros();
            all |= u64::from(reaches(&groups[place as usize % GROUPS])) << place;
            some &= some - 1;
        }
        all
    }
}
