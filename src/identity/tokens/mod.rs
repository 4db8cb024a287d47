//! Access tokens, and refresh tokens to replace them with.
//!
//! The store keeps only hashes of tokens. Whatever depends on the state of a token is decided in
//! the transaction that changes it.

mod client;
mod invalidate;
mod record;
mod token;

use super::authentication::Identity;
use super::subject::Subject;
use crate::error::{Error, Result};
use crate::store::{Read, Store};

pub(crate) use client::Client;
pub(crate) use invalidate::{invalidate, invalidate_all};
pub(crate) use record::clear_expired;
pub(crate) use token::Kind;

use record::{Hashed, Record, Refresh, Successor};
use token::{Id, Secret, Token};

/// How long a refresh token is good for: 24 hours.
const REFRESH_MS: i64 = 24 * 60 * 60 * 1000;

/// How long the same refresh is answered again, for an answer can get lost: 30 seconds.
const REPEAT_MS: i64 = 30_000;

/// Tokens for whoever asked.
pub(crate) struct Issued {
    pub(crate) access_token: String,
    pub(crate) refresh_token: Option<String>,
    /// When the access token expires, in milliseconds since 1970.
    pub(crate) expires: i64,
    pub(crate) subject: Subject,
}

/// What an access token turned out to be.
pub(crate) enum Found {
    Unknown,
    /// It was good once, until it expired or was invalidated.
    Expired,
    Subject(Box<Subject>),
}

/// The subject that `token` was made for, as it was then.
pub(crate) fn authenticate(txn: &impl Read, token: &str, now: i64) -> Result<Found> {
    let Some(token) = Token::parse(token, Kind::Access) else { return Ok(Found::Unknown) };
    let Some(record) = record::find(txn, &token, now)? else { return Ok(Found::Unknown) };
    if record.access.invalidated || now > record.expires {
        return Ok(Found::Expired);
    }
    record.subject().map(|subject| Found::Subject(Box::new(subject)))
}

/// Makes an access token for `subject`, with a refresh token if there is a client to use it.
pub(crate) fn create(
    store: &Store,
    subject: Subject,
    client: Option<Client>,
    now: i64,
    timeout: i64,
) -> Result<Issued> {
    let (id, access, refresh) = (Id::new(now)?, Secret::new()?, Secret::new()?);
    let record = Record {
        access: Hashed::new(&access),
        expires: now.saturating_add(timeout),
        refresh: client.map(|client| Refresh::new(&refresh, client.to_stored())),
        subject: subject.to_stored(),
    };
    let issued = Issued::new(id, access, refresh, &record, subject);
    store.write(move |txn| {
        clear_expired(txn, now)?;
        record::add(txn, id, &record)
    })?;
    Ok(issued)
}

/// Makes the tokens that take the place of those with this refresh token, if their user is still
/// there.
pub(crate) fn refresh(
    store: &Store,
    identity: &Identity,
    token: &str,
    client: Client,
    now: i64,
) -> Result<Issued> {
    let token = Token::parse(token, Kind::Refresh).ok_or_else(unknown)?;
    // Asked before the transaction, for it may mean to read a file.
    let subject = store.read(|txn| {
        let subject = record::find(txn, &token, now)?.ok_or_else(unknown)?.subject()?;
        let is_there = identity.is_there(store, txn, &subject)?;
        is_there.then_some(subject).ok_or_else(unknown)
    })?;
    let expires = now.saturating_add(identity.token_timeout_ms);
    let new = Successor { id: Id::new(now)?, salt: token::random()? };
    store.write(move |txn| {
        let mut old = record::find(txn, &token, now)?.ok_or_else(unknown)?;
        let refreshed = old.refresh.as_mut().ok_or_else(unknown)?;
        check(refreshed, token.id.age(now), &client, now)?;
        let is_first = refreshed.successor.is_none();
        let Successor { id, salt } = *refreshed.successor.get_or_insert(new);
        let access = token.secret.successor(&salt, Kind::Access)?;
        let refresh = token.secret.successor(&salt, Kind::Refresh)?;
        let record = if is_first {
            let record = Record {
                access: Hashed::new(&access),
                expires,
                refresh: Some(Refresh::new(&refresh, client.to_stored())),
                subject: old.subject.clone(),
            };
            clear_expired(txn, now)?;
            record::put(txn, token.id, &old)?;
            record::add(txn, id, &record)?;
            record
        } else {
            record::get(txn, id, now)?.ok_or_else(unknown)?
        };
        Ok(Issued::new(id, access, refresh, &record, subject.clone()))
    })
}

/// Refuses a refresh token that cannot be used, or not by this client.
fn check(token: &Refresh, age: i64, client: &Client, now: i64) -> Result<()> {
    let late = |successor: &Successor| successor.id.age(now) > REPEAT_MS;
    let problem = if token.token.invalidated {
        "token has been invalidated"
    } else if age > REFRESH_MS {
        "refresh token is expired"
    } else if !client.is(&token.client) {
        "tokens must be refreshed by the creating client"
    } else if token.successor.as_ref().is_some_and(late) {
        "token has already been refreshed more than 30 seconds in the past"
    } else {
        return Ok(());
    };
    Err(Error::oauth2("invalid_grant", problem))
}

fn unknown() -> Error {
    Error::oauth2("invalid_grant", "could not refresh the requested token")
}

impl Issued {
    fn new(id: Id, access: Secret, refresh: Secret, record: &Record, subject: Subject) -> Self {
        let text = |kind, secret| Token { kind, id, secret }.text();
        Self {
            access_token: text(Kind::Access, access),
            refresh_token: record.refresh.as_ref().map(|_| text(Kind::Refresh, refresh)),
            expires: record.expires,
            subject,
        }
    }
}

#[cfg(test)]
mod tests;
