//! Which profile belongs to a subject, and its activation.

use std::sync::Arc;

use super::authentication::Identity;
use super::domains::Domains;
use super::subject::Subject;
use super::{tokens, uid};
use crate::error::{Error, Result};
use crate::json::Raw;
use crate::profile::record::Header;
use crate::profile::records::{self, Directory};
use crate::store::{Read, Store, WriteTxn};
use crate::suggest;

/// A profile activated again within this time, unchanged, is not written: 30 seconds.
const GRACE_MS: i64 = 30_000;

/// Of profiles that one user seems to have, so many are named.
const MOST_NAMED: usize = 10;

/// Where profiles are, for a job that outlives the call.
struct Place {
    store: Arc<Store>,
    directory: Arc<Directory>,
}

/// The profile of `subject`, as number and header: the stored username is the same and the stored
/// realm is the subject's.
pub(crate) fn find<'t>(
    store: &Store,
    txn: &'t impl Read,
    subject: &Subject,
) -> Result<Option<(u32, Header<'t>)>> {
    let mut found: Vec<(u32, Header<'t>)> = Vec::new();
    for number in records::numbers_of(store, txn, &subject.username)? {
        let header = records::header(txn, number)?;
        found.extend(header.filter(|header| owns(subject, header)).map(|header| (number, header)));
    }
    if found.len() > 1 {
        let mut uids: Vec<&str> = found.iter().map(|(_, header)| header.uid).collect();
        uids.sort_unstable();
        uids.truncate(MOST_NAMED);
        let domain = subject.realm.domain.as_deref();
        return Err(Error::internal(format!(
            "multiple [{}] profiles [{}] found for user [{}] from realm [{}]{}",
            uids.len(),
            uids.join(","),
            subject.username,
            subject.realm.name,
            domain.map(|domain| format!(" under domain [{}]", domain.name)).unwrap_or_default()
        )));
    }
    Ok(found.pop())
}

/// Whether the profile with this header may be used by `subject`.
fn owns(subject: &Subject, header: &Header<'_>) -> bool {
    let username = Raw::trusted(header.user).member("username").and_then(Raw::string);
    username.as_deref() == Some(subject.username.as_str())
        && subject.realm.owns(Raw::trusted(header.realm))
}

/// Creates the profile of `subject` or brings it up to date, and answers it without its data.
pub(crate) fn activate(
    store: &Arc<Store>,
    directory: &Arc<Directory>,
    identity: &Arc<Identity>,
    subject: Subject,
    now: i64,
) -> Result<String> {
    check_kind(&subject)?;
    let user = subject.profile_user();
    let realm = subject.realm.to_stored();
    // Most activations change nothing: those need no write transaction.
    let fresh = store.read(|txn| {
        Ok(find(store, txn, &subject)?
            .filter(|(_, header)| is_fresh(header, &user, &realm, now))
            .map(|(_, header)| header.render()))
    })?;
    if let Some(profile) = fresh {
        return Ok(profile);
    }
    let place = Place { store: store.clone(), directory: directory.clone() };
    let domains = identity.realms.domains.clone();
    store.write(move |txn| {
        // Another activation may have come first, so the question is asked again.
        let Some((number, stored)) = find(&place.store, txn, &subject)? else {
            let uid = new_uid(&place, txn, &domains, &subject)?;
            let header = Header {
                uid: &uid,
                enabled: true,
                seq_no: txn.next_seq_no()?,
                last_synchronized: now,
                user: &user,
                realm: &realm,
                labels: "{}",
                data_bytes: 0,
            };
            tokens::clear_expired(txn, now)?;
            suggest::add(&place.store, txn, &subject.username, &header)?;
            return Ok(header.render());
        };
        if is_fresh(&stored, &user, &realm, now) {
            return Ok(stored.render());
        }
        let copy = stored.write();
        let stored = Header::read(&copy)?;
        let header = Header {
            enabled: true,
            last_synchronized: now,
            user: &user,
            realm: &realm,
            seq_no: txn.next_seq_no()?,
            ..stored
        };
        tokens::clear_expired(txn, now)?;
        suggest::replace(&place.store, txn, number, &stored, &header)?;
        Ok(header.render())
    })
}

/// Refuses subjects that are no persons.
fn check_kind(subject: &Subject) -> Result<()> {
    match subject.authentication_type.as_str() {
        kind @ ("api_key" | "service_account" | "cross_cluster_access") => {
            Err(Error::illegal_argument(format!(
                "profile is supported for user only, but subject is a [{kind}]"
            )))
        }
        "internal" => Err(Error::illegal_state(format!(
            "profile should not be created for internal user [{}]",
            subject.username
        ))),
        _ => Ok(()),
    }
}

fn is_fresh(stored: &Header<'_>, user: &str, realm: &str, now: i64) -> bool {
    stored.enabled
        && stored.user == user
        && stored.realm == realm
        && now.saturating_sub(stored.last_synchronized) < GRACE_MS
}

/// The uid of a profile that does not exist yet: of the username alone, told apart by a last digit,
/// unless the domain makes uids otherwise.
fn new_uid(
    place: &Place,
    txn: &WriteTxn<'_>,
    domains: &Domains,
    subject: &Subject,
) -> Result<String> {
    let is_taken = |uid: &str| Ok(place.directory.find(&place.store, txn, uid)?.is_some());
    if let Some((uid, domain)) = domains.literal_uid(subject)? {
        return if is_taken(&uid)? {
            Err(Error::internal(format!(
                "cannot create new profile for [{}]. A profile with uid [{uid}] already exists \
                 and suffix setting of domain [{domain}] does not support auto-increment.",
                subject.username
            )))
        } else {
            Ok(uid)
        };
    }
    let base = uid::base(&subject.username);
    for differentiator in 0..uid::DIFFERENTIATORS {
        let uid = format!("{base}_{differentiator}");
        if !is_taken(&uid)? {
            return Ok(uid);
        }
    }
    Err(Error::internal(format!("profile differentiator value is too high for base Uid [{base}]")))
}
