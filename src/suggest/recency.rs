//! When profiles were activated last, kept apart from the lists so that an activation touches none
//! of them: for each block of profiles their times, and for each chunk the newest of every block.

use super::keys::damaged;
use super::postings::{BLOCK, BLOCKS, CHUNK};
use crate::error::Result;
use crate::profile::record::Header;
use crate::store::{Read, Table, WriteTxn};

const TIMES: u8 = b'r';
const NEWEST: u8 = b'm';

/// What orders equals, the greater the better: 48 bits of last_synchronized, then of the uid, whose
/// bits are turned over because the lesser comes first.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Recency([u8; SIZE]);

const SIZE: usize = 12;
/// So much of it is kept of the newest of a block.
const BOUND: usize = 8;

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

    fn bound(self) -> [u8; BOUND] {
        let mut bound = [0; BOUND];
        bound.copy_from_slice(&self.0[..BOUND]);
        bound
    }
}

fn times_key(number: u32) -> [u8; 5] {
    let [a, b, c, d] = (number / BLOCK as u32).to_be_bytes();
    [TIMES, a, b, c, d]
}

fn newest_key(chunk: u32) -> [u8; 5] {
    let [a, b, c, d] = chunk.to_be_bytes();
    [NEWEST, a, b, c, d]
}

/// Keeps when the profile `number` was activated last.
pub(super) fn put(txn: &mut WriteTxn<'_>, number: u32, recency: Recency) -> Result<()> {
    let place = (number % BLOCK as u32) as usize;
    put_at(txn, &times_key(number), BLOCK, place, |_| recency.0)?;
    let (key, block) = (newest_key(number / CHUNK), (number % CHUNK) as usize / BLOCK);
    // Never lowered: a bound that is too high only costs a look.
    put_at(txn, &key, BLOCKS, block, |newest: [u8; BOUND]| newest.max(recency.bound()))
}

/// Replaces one entry of a record that has `count` of them, unless it is the same.
fn put_at<const N: usize>(
    txn: &mut WriteTxn<'_>,
    key: &[u8],
    count: usize,
    place: usize,
    change: impl Fn([u8; N]) -> [u8; N],
) -> Result<()> {
    let stored = txn.get(Table::Recency, key)?;
    let mut record = stored.map_or_else(|| vec![0; count * N], <[u8]>::to_vec);
    let entry = record.as_chunks_mut().0.get_mut(place).ok_or_else(damaged)?;
    let new = change(*entry);
    if *entry == new {
        return Ok(());
    }
    *entry = new;
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

/// For each block of a chunk a bound that nobody in it is newer than.
#[derive(Clone, Copy)]
pub(super) struct Newest<'t>(&'t [[u8; BOUND]]);

impl<'t> Newest<'t> {
    pub(super) fn of(txn: &'t impl Read, chunk: u32) -> Result<Self> {
        let record = txn.get(Table::Recency, &newest_key(chunk))?;
        Ok(Self(record.unwrap_or_default().as_chunks().0))
    }

    /// Whether somebody in a block may be as new as this, or newer.
    pub(super) fn reaches(self, block: usize, recency: Recency) -> bool {
        let newest = self.0.get(block).copied().unwrap_or_default();
        newest >= recency.bound()
    }
}
