//! Tokens that are good no longer: one by one, or all of a user or realm.
//!
//! That is a matter of safety and adds nothing, so it is done in a full store too.

use std::sync::Arc;

use super::record::{self, Hashed};
use super::token::{Id, Kind, Token};
use crate::error::Result;
use crate::store::{Store, WriteTxn};

/// Records that one transaction invalidates, at most; other writers come between.
const AT_ONCE: usize = 128;

/// How many tokens were invalidated, and how many had been before.
#[derive(Default)]
pub(crate) struct Invalidated {
    pub(crate) now: u64,
    pub(crate) before: u64,
}

impl Invalidated {
    fn mark(&mut self, token: &mut Hashed) {
        if std::mem::replace(&mut token.invalidated, true) {
            self.before += 1;
        } else {
            self.now += 1;
        }
    }
}

/// Invalidates the token `token` of this kind, and not the one that was given with it.
pub(crate) fn invalidate(store: &Store, token: &str, kind: Kind, now: i64) -> Result<Invalidated> {
    let Some(token) = Token::parse(token, kind) else { return Ok(Invalidated::default()) };
    store.shrink(move |txn| {
        let mut count = Invalidated::default();
        if let Some(mut record) = record::find(txn, &token, now)? {
            record.token(kind).into_iter().for_each(|token| count.mark(token));
            if count.now > 0 {
                record::put(txn, token.id, &record)?;
            }
        }
        Ok(count)
    })
}

/// Invalidates every token of a realm's users, of a username, or of both.
pub(crate) fn invalidate_all(
    store: &Store,
    realm: Option<&str>,
    username: Option<&str>,
    now: i64,
) -> Result<Invalidated> {
    let ids: Arc<[Id]> = store.read(|txn| record::ids_of(txn, realm, username, now))?.into();
    let mut total = Invalidated::default();
    for start in (0..ids.len()).step_by(AT_ONCE) {
        let all = ids.clone();
        let count = store.shrink(move |txn| {
            let mut count = Invalidated::default();
            for id in all.iter().skip(start).take(AT_ONCE) {
                invalidate_record(txn, *id, &all, now, &mut count)?;
            }
            Ok(count)
        })?;
        total.now += count.now;
        total.before += count.before;
    }
    Ok(total)
}

/// Invalidates both tokens of the record `id`, and those that took their place meanwhile: `all`
/// are the records whose turn comes anyway.
fn invalidate_record(
    txn: &mut WriteTxn<'_>,
    id: Id,
    all: &[Id],
    now: i64,
    count: &mut Invalidated,
) -> Result<()> {
    let mut next = Some(id);
    while let Some(id) = next {
        let Some(mut record) = record::get(txn, id, now)? else { break };
        let before = count.now;
        for kind in [Kind::Access, Kind::Refresh] {
            record.token(kind).into_iter().for_each(|token| count.mark(token));
        }
        if count.now > before {
            record::put(txn, id, &record)?;
        }
        let successor = record.refresh.and_then(|refresh| refresh.successor);
        next = successor.map(|successor| successor.id).filter(|id| all.binary_search(id).is_err());
    }
    Ok(())
}
