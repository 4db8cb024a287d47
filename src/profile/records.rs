//! Where profiles are: uid to number, username to numbers, number to records.
//!
//! Every profile has a dense number, given at creation and never used again. All records of one
//! profile are neighbours under it, so that reading or changing one touches one place.

use std::ops::ControlFlow;
use std::sync::OnceLock;
use std::sync::atomic::{AtomicU64, Ordering};

use super::record::{Header, Member};
use crate::error::{Error, Result};
use crate::store::{Read, Store, Table, WriteTxn};

const HEADER_SLOT: u32 = 0;
pub(crate) const FIRST_DATA_SLOT: u32 = 1;

/// The key of a record. Native byte order: the table compares keys as numbers.
fn record_key(number: u32, slot: u32) -> [u8; 8] {
    (u64::from(number) << 32 | u64::from(slot)).to_ne_bytes()
}

fn split_record_key(key: &[u8]) -> (u32, u32) {
    let key = key.try_into().map_or(0, u64::from_ne_bytes);
    ((key >> 32) as u32, key as u32)
}

/// Finds profiles of one store.
pub(crate) struct Directory {
    known: Known,
}

impl Directory {
    pub(crate) fn new() -> Self {
        Self { known: Known::new() }
    }

    /// The number and the header of the profile `uid`.
    pub(crate) fn find<'t>(
        &self,
        store: &Store,
        txn: &'t impl Read,
        uid: &str,
    ) -> Result<Option<(u32, Header<'t>)>> {
        let hash = store.hash(uid.as_bytes());
        if let Some(number) = self.known.get(&hash)
            && let Some(header) = header(txn, number)?.filter(|header| header.uid == uid)
        {
            return Ok(Some((number, header)));
        }
        let Some(number) = txn.get(Table::Uids, &hash)? else { return Ok(None) };
        let number = u32::from_le_bytes(
            number.try_into().map_err(|_| Error::internal("a uid record is damaged"))?,
        );
        self.known.put(&hash, number);
        Ok(header(txn, number)?.filter(|header| header.uid == uid).map(|header| (number, header)))
    }
}

/// The header of profile `number`.
pub(crate) fn header<'t>(txn: &'t impl Read, number: u32) -> Result<Option<Header<'t>>> {
    txn.get(Table::Records, &record_key(number, HEADER_SLOT))?.map(Header::read).transpose()
}

/// Writes the header of profile `number`.
pub(crate) fn put_header(txn: &mut WriteTxn<'_>, number: u32, header: &Header<'_>) -> Result<()> {
    txn.put(Table::Records, &record_key(number, HEADER_SLOT), &header.write())
}

/// Visits the members of `data` of profile `number` in their order. The header says how much there
/// is, so that no record behind them is touched.
pub(crate) fn members(
    txn: &impl Read,
    number: u32,
    header: &Header<'_>,
    mut visit: impl FnMut(u32, Member<'_>) -> Result<()>,
) -> Result<()> {
    let mut left = header.data_bytes;
    if left == 0 {
        return Ok(());
    }
    txn.scan(Table::Records, &record_key(number, FIRST_DATA_SLOT), &mut |key, value| {
        let (owner, slot) = split_record_key(key);
        if owner != number {
            return Ok(ControlFlow::Break(()));
        }
        let member = Member::read(value)?;
        left = left.saturating_sub(member.size());
        visit(slot, member)?;
        Ok(if left == 0 { ControlFlow::Break(()) } else { ControlFlow::Continue(()) })
    })
}

/// Writes one member of `data` of profile `number` into its slot.
pub(crate) fn put_member(
    txn: &mut WriteTxn<'_>,
    number: u32,
    slot: u32,
    member: &Member<'_>,
) -> Result<()> {
    txn.put(Table::Records, &record_key(number, slot), &member.write())
}

/// The numbers of the profiles whose username hashes like `username`, in order of creation.
pub(crate) fn numbers_of(store: &Store, txn: &impl Read, username: &str) -> Result<Vec<u32>> {
    let hash = store.hash(username.as_bytes());
    let mut numbers = Vec::new();
    txn.scan(Table::Subjects, &hash, &mut |key, _| match key.split_at_checked(hash.len()) {
        Some((owner, number)) if owner == hash => {
            numbers.push(number.try_into().map_or(0, u32::from_be_bytes));
            Ok(ControlFlow::Continue(()))
        }
        _ => Ok(ControlFlow::Break(())),
    })?;
    Ok(numbers)
}

/// Adds a profile of `username` and gives its number.
pub(crate) fn add(
    store: &Store,
    txn: &mut WriteTxn<'_>,
    username: &str,
    header: &Header<'_>,
) -> Result<u32> {
    let number = txn.next_number()?;
    let subject = [&store.hash(username.as_bytes())[..], &number.to_be_bytes()].concat();
    txn.put(Table::Uids, &store.hash(header.uid.as_bytes()), &number.to_le_bytes())?;
    txn.put(Table::Subjects, &subject, &[])?;
    put_header(txn, number, header)?;
    Ok(number)
}

const CHUNKS: usize = 4096;
const CHUNK: usize = 512;

/// A bounded memory of which number a uid has. It needs no invalidation: a number never changes
/// and is never used again, and the uid in the header is compared on every read. At most 16 MiB,
/// taken as it fills.
struct Known {
    chunks: Box<[OnceLock<Box<[AtomicU64]>>]>,
}

impl Known {
    fn new() -> Self {
        Self { chunks: (0..CHUNKS).map(|_| OnceLock::new()).collect() }
    }

    fn place(hash: &[u8; 16]) -> (usize, usize, u64) {
        let word = u64::from_le_bytes([
            hash[0], hash[1], hash[2], hash[3], hash[4], hash[5], hash[6], hash[7],
        ]);
        let place = word as usize % (CHUNKS * CHUNK);
        (place / CHUNK, place % CHUNK, word & 0xFFFF_FFFF_0000_0000)
    }

    fn get(&self, hash: &[u8; 16]) -> Option<u32> {
        let (chunk, place, tag) = Self::place(hash);
        let entry = self.chunks[chunk].get()?[place].load(Ordering::Relaxed);
        (entry & 0xFFFF_FFFF_0000_0000 == tag && entry as u32 != 0).then_some(entry as u32)
    }

    fn put(&self, hash: &[u8; 16], number: u32) {
        let (chunk, place, tag) = Self::place(hash);
        let chunk =
            self.chunks[chunk].get_or_init(|| (0..CHUNK).map(|_| AtomicU64::new(0)).collect());
        chunk[place].store(tag | u64::from(number), Ordering::Relaxed);
    }
}
