//! What the store keeps of one access token and of the refresh token that was given with it.
//!
//! Two tables: the records in the order of their age, and beside them the id of every record under
//! a hash of the username of its subject.

use std::ops::ControlFlow;

use sha2::{Digest, Sha256};

use super::token::{Hash, Id, Kind, Salt, Secret, Token};
use crate::error::{Error, Result};
use crate::identity::subject::Subject;
use crate::json::Raw;
use crate::store::{Read, Table, WriteTxn};

/// A record is kept until its refresh token has been expired for an hour: 25 hours. No access
/// token lives as long.
pub(super) const KEPT_MS: i64 = 25 * 60 * 60 * 1000;

/// Old records that one write takes away, at most.
pub(super) const CLEARED_AT_ONCE: usize = 16;

const ACCESS_INVALIDATED: u8 = 1;
const REFRESHABLE: u8 = 2;
const REFRESH_INVALIDATED: u8 = 4;
const REFRESHED: u8 = 8;

pub(super) struct Record {
    pub(super) access: Hashed,
    /// When the access token expires, in milliseconds since 1970.
    pub(super) expires: i64,
    pub(super) refresh: Option<Refresh>,
    /// Whose tokens they are, as JSON.
    pub(super) subject: String,
}

pub(super) struct Hashed {
    hash: Hash,
    pub(super) invalidated: bool,
}

pub(super) struct Refresh {
    pub(super) token: Hashed,
    /// Who may refresh, as JSON.
    pub(super) client: String,
    pub(super) successor: Option<Successor>,
}

/// The record that took the place of a refreshed one.
#[derive(Clone, Copy)]
pub(super) struct Successor {
    pub(super) id: Id,
    pub(super) salt: Salt,
}

impl Hashed {
    pub(super) fn new(secret: &Secret) -> Self {
        Self { hash: secret.hash(), invalidated: false }
    }
}

impl Refresh {
    pub(super) fn new(secret: &Secret, client: String) -> Self {
        Self { token: Hashed::new(secret), client, successor: None }
    }
}

impl Record {
    /// Whose tokens they are, authenticated by one of them.
    pub(super) fn subject(&self) -> Result<Subject> {
        let subject = Subject::of_stored(Raw::trusted(&self.subject)).ok_or_else(damaged)?;
        Ok(Subject { authentication_type: "token".to_owned(), ..subject })
    }

    pub(super) fn token(&mut self, kind: Kind) -> Option<&mut Hashed> {
        match kind {
            Kind::Access => Some(&mut self.access),
            Kind::Refresh => self.refresh.as_mut().map(|refresh| &mut refresh.token),
        }
    }

    /// Where the id of this record stands among those of its user.
    fn owner_key(&self, id: Id) -> Result<Vec<u8>> {
        Ok([&owner_hash(&self.subject()?.username), &id.0[..]].concat())
    }

    fn write(&self) -> Vec<u8> {
        let mut flags = if self.access.invalidated { ACCESS_INVALIDATED } else { 0 };
        let mut refreshing = Vec::new();
        if let Some(refresh) = &self.refresh {
            flags |= REFRESHABLE;
            flags |= if refresh.token.invalidated { REFRESH_INVALIDATED } else { 0 };
            refreshing.extend_from_slice(&refresh.token.hash);
            if let Some(successor) = &refresh.successor {
                flags |= REFRESHED;
                refreshing.extend_from_slice(&successor.id.0);
                refreshing.extend_from_slice(&successor.salt);
            }
            refreshing.extend_from_slice(&(refresh.client.len() as u32).to_le_bytes());
            refreshing.extend_from_slice(refresh.client.as_bytes());
        }
        let expires = self.expires.to_le_bytes();
        [&[flags], &expires[..], &self.access.hash, &refreshing, self.subject.as_bytes()].concat()
    }

    pub(super) fn read(bytes: &[u8]) -> Result<Self> {
        let mut rest = Rest(bytes);
        let [flags] = rest.array()?;
        let hashed = |hash, flag| Hashed { hash, invalidated: flags & flag != 0 };
        let expires = i64::from_le_bytes(rest.array()?);
        let access = hashed(rest.array()?, ACCESS_INVALIDATED);
        let refresh = if flags & REFRESHABLE == 0 {
            None
        } else {
            let token = hashed(rest.array()?, REFRESH_INVALIDATED);
            let successor = if flags & REFRESHED == 0 {
                None
            } else {
                Some(Successor { id: Id(rest.array()?), salt: rest.array()? })
            };
            let client = u32::from_le_bytes(rest.array()?);
            Some(Refresh { token, client: rest.text(client as usize)?, successor })
        };
        Ok(Self { access, expires, refresh, subject: rest.text(rest.0.len())? })
    }
}

/// What is left to read of a record.
struct Rest<'a>(&'a [u8]);

impl Rest<'_> {
    fn array<const N: usize>(&mut self) -> Result<[u8; N]> {
        let (first, rest) = self.0.split_first_chunk().ok_or_else(damaged)?;
        self.0 = rest;
        Ok(*first)
    }

    fn text(&mut self, len: usize) -> Result<String> {
        let (text, rest) = self.0.split_at_checked(len).ok_or_else(damaged)?;
        self.0 = rest;
        String::from_utf8(text.to_vec()).map_err(|_| damaged())
    }
}

fn damaged() -> Error {
    Error::internal("a record of tokens is damaged")
}

/// The record `id`, unless it is too old: whether it has been cleared by then is not to be seen.
pub(super) fn get(txn: &impl Read, id: Id, now: i64) -> Result<Option<Record>> {
    if id.age(now) > KEPT_MS {
        return Ok(None);
    }
    txn.get(Table::Tokens, &id.0)?.map(Record::read).transpose()
}

/// The record of `token`, if it is one of the store's.
pub(super) fn find(txn: &impl Read, token: &Token, now: i64) -> Result<Option<Record>> {
    let Some(mut record) = get(txn, token.id, now)? else { return Ok(None) };
    let right = record.token(token.kind).is_some_and(|stored| token.secret.has(&stored.hash));
    Ok(right.then_some(record))
}

/// Stores a new record.
pub(super) fn add(txn: &mut WriteTxn<'_>, id: Id, record: &Record) -> Result<()> {
    put(txn, id, record)?;
    txn.put(Table::TokenOwners, &record.owner_key(id)?, &[])
}

/// Stores a record in place of what it was.
pub(super) fn put(txn: &mut WriteTxn<'_>, id: Id, record: &Record) -> Result<()> {
    txn.put(Table::Tokens, &id.0, &record.write())
}

/// The ids of the records of a realm's users, of a user name, or of both, in order.
pub(super) fn ids_of(
    txn: &impl Read,
    realm: Option<&str>,
    username: Option<&str>,
    now: i64,
) -> Result<Vec<Id>> {
    let mut ids = Vec::new();
    let mut check = |id: Id| -> Result<()> {
        let Some(record) = get(txn, id, now)? else { return Ok(()) };
        let subject = record.subject()?;
        let of_realm = realm.is_none_or(|realm| subject.realm.name == realm);
        if of_realm && username.is_none_or(|username| subject.username == username) {
            ids.push(id);
        }
        Ok(())
    };
    match username {
        Some(username) => {
            let owner = owner_hash(username);
            txn.scan(Table::TokenOwners, &owner, &mut |key, _| {
                let Some(id) = key.strip_prefix(&owner[..]) else {
                    return Ok(ControlFlow::Break(()));
                };
                check(Id::read(id)?).map(ControlFlow::Continue)
            })?;
        }
        None => txn.scan(Table::Tokens, &[], &mut |key, _| {
            check(Id::read(key)?).map(ControlFlow::Continue)
        })?,
    }
    Ok(ids)
}

/// Takes some of the records away that are too old to be asked for. Ordinary writes call it, so
/// that the store does not grow with tokens that nobody can use.
pub(crate) fn clear_expired(txn: &mut WriteTxn<'_>, now: i64) -> Result<()> {
    let mut old = Vec::new();
    txn.scan(Table::Tokens, &[], &mut |key, value| {
        let id = Id::read(key)?;
        if old.len() == CLEARED_AT_ONCE || id.age(now) <= KEPT_MS {
            return Ok(ControlFlow::Break(()));
        }
        old.push((id, Record::read(value)?.owner_key(id)?));
        Ok(ControlFlow::Continue(()))
    })?;
    for (id, owner) in old {
        txn.delete(Table::Tokens, &id.0)?;
        txn.delete(Table::TokenOwners, &owner)?;
    }
    Ok(())
}

/// What the ids of a user's records stand behind; 16 bytes, for the records name the user too.
fn owner_hash(username: &str) -> Vec<u8> {
    Sha256::digest(username)[..16].to_vec()
}
