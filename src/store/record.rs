//! The one record that the store keeps of itself.
//!
//! It lives in the main tree, on the page that every commit rewrites anyway.

use crate::error::{Error, Result};

/// Its key in the main tree.
pub(super) const KEY: &[u8] = b"userprofile";

/// The format that this code writes, and the newest that it reads.
pub(crate) const FORMAT: u32 = 3;

/// The format before profiles were indexed.
const UNINDEXED: u32 = 2;
/// The format before changes were counted.
const UNCOUNTED: u32 = 1;

/// Where the counts of changes stand.
const CHANGES: usize = 4 + 4 + 8 + 16 + 22;
const LENGTH: usize = CHANGES + 8 + 8 + 4 + 1;

/// How often what decides about callers has changed. Whatever is remembered of it counts as long as
/// these numbers are the same, whichever process changed it.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) struct Changes {
    /// Of users and role mappings: who has which roles.
    pub(crate) people: u64,
    /// Of roles and application privileges: what a role allows.
    pub(crate) rules: u64,
}

/// The store's own record; numbers are little-endian on disk.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Record {
    /// The profile number that was given last.
    pub(super) number: u32,
    /// The sequence number that is given next.
    pub(super) seq_no: u64,
    /// The key of the hash under which uids are filed.
    pub(super) hash_key: [u8; 16],
    /// The name of the store, 22 url-safe characters.
    pub(super) uuid: [u8; 22],
    pub(super) changes: Changes,
    /// How many profiles wait to be folded into the index.
    pub(super) waiting: u32,
    /// Whether every profile was given to the index; not when an older version wrote the store.
    pub(super) indexed: bool,
}

impl Record {
    /// The record of a new store.
    pub(super) fn new() -> Result<Self> {
        let random = || -> Result<[u8; 16]> {
            let mut bytes = [0; 16];
            getrandom::fill(&mut bytes)
                .map_err(|error| Error::unavailable(format!("no random numbers: {error}")))?;
            Ok(bytes)
        };
        let mut uuid = [0; 22];
        base64::Engine::encode_slice(
            &base64::prelude::BASE64_URL_SAFE_NO_PAD,
            random()?,
            &mut uuid,
        )
        .map_err(|error| Error::internal(error.to_string()))?;
        Ok(Self {
            number: 0,
            seq_no: 0,
            hash_key: random()?,
            uuid,
            changes: Changes::default(),
            waiting: 0,
            indexed: true,
        })
    }

    pub(super) fn encode(&self) -> [u8; LENGTH] {
        let mut bytes = [0; LENGTH];
        bytes[..4].copy_from_slice(&FORMAT.to_le_bytes());
        bytes[4..8].copy_from_slice(&self.number.to_le_bytes());
        bytes[8..16].copy_from_slice(&self.seq_no.to_le_bytes());
        bytes[16..32].copy_from_slice(&self.hash_key);
        bytes[32..54].copy_from_slice(&self.uuid);
        bytes[54..62].copy_from_slice(&self.changes.people.to_le_bytes());
        bytes[62..70].copy_from_slice(&self.changes.rules.to_le_bytes());
        bytes[70..74].copy_from_slice(&self.waiting.to_le_bytes());
        bytes[74] = u8::from(self.indexed);
        bytes
    }

    /// Reads a record; the error is the sentence that says what is wrong with it.
    pub(super) fn decode(bytes: &[u8]) -> std::result::Result<Self, Unreadable> {
        let (format, rest) = bytes.split_first_chunk().ok_or(Unreadable::Damaged)?;
        let format = u32::from_le_bytes(*format);
        if format > FORMAT {
            return Err(Unreadable::Newer(format));
        }
        Self::decode_as(format, rest).ok_or(Unreadable::Damaged)
    }

    fn decode_as(format: u32, bytes: &[u8]) -> Option<Self> {
        let (number, rest) = bytes.split_first_chunk()?;
        let (seq_no, rest) = rest.split_first_chunk()?;
        let (hash_key, rest) = rest.split_first_chunk()?;
        let (uuid, rest) = rest.split_first_chunk()?;
        let (changes, rest) = match format {
            UNCOUNTED => (Changes::default(), rest),
            _ => Changes::decode(rest)?,
        };
        let (waiting, indexed) = match (format, rest) {
            (UNCOUNTED | UNINDEXED, []) => (0, false),
            (FORMAT, [waiting @ .., indexed @ (0 | 1)]) => {
                (u32::from_le_bytes(waiting.try_into().ok()?), *indexed == 1)
            }
            _ => return None,
        };
        uuid.is_ascii().then_some(Self {
            number: u32::from_le_bytes(*number),
            seq_no: u64::from_le_bytes(*seq_no),
            hash_key: *hash_key,
            uuid: *uuid,
            changes,
            waiting,
            indexed,
        })
    }
}

impl Changes {
    /// The changes that the encoded record `bytes` counts.
    pub(super) fn of(bytes: &[u8]) -> Option<Self> {
        Some(Self::decode(bytes.get(CHANGES..)?)?.0)
    }

    /// Reads the counts; gives what follows them too.
    fn decode(bytes: &[u8]) -> Option<(Self, &[u8])> {
        let (people, rest) = bytes.split_first_chunk()?;
        let (rules, rest) = rest.split_first_chunk()?;
        let changes =
            Self { people: u64::from_le_bytes(*people), rules: u64::from_le_bytes(*rules) };
        Some((changes, rest))
    }
}

/// Why a record cannot be read.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Unreadable {
    /// Written by a newer version of the library, in this format.
    Newer(u32),
    Damaged,
}
