//! Which profile belongs to a subject, and its activation.

use super::subject::Subject;
use super::uid;
use crate::error::{Error, Result};
use crate::json::Raw;
use crate::profile::record::Header;
use crate::profile::records::{self, Directory};
use crate::store::{Read, Store, WriteTxn};

/// A profile activated again within this time, unchanged, is not written: 30 seconds.
const GRACE_MS: i64 = 30_000;

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
        return Err(Error::internal(format!(
            "multiple [{}] profiles [{}] found for user [{}] from realm [{}]",
            uids.len(),
            uids.join(","),
            subject.username,
            subject.realm.name
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
    store: &std::sync::Arc<Store>,
    directory: &std::sync::Arc<Directory>,
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
    let (at, directory) = (store.clone(), directory.clone());
    store.write(move |txn| {
        // Another activation may have come first, so the question is asked again.
        let Some((number, stored)) = find(&at, txn, &subject)? else {
            return create(&at, &directory, txn, &subject, &user, &realm, now);
        };
        if is_fresh(&stored, &user, &realm, now) {
            return Ok(stored.render());
        }
        let copy = stored.write();
        let header = Header {
            enabled: true,
            last_synchronized: now,
            user: &user,
            realm: &realm,
            seq_no: txn.next_seq_no()?,
            ..Header::read(&copy)?
        };
        records::put_header(txn, number, &header)?;
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

fn create(
    store: &Store,
    directory: &Directory,
    txn: &mut WriteTxn<'_>,
    subject: &Subject,
    user: &str,
    realm: &str,
    now: i64,
) -> Result<String> {
    let base = uid::base(&subject.username);
    for differentiator in 0..uid::DIFFERENTIATORS {
        let uid = format!("{base}_{differentiator}");
        if directory.find(store, txn, &uid)?.is_some() {
            continue;
        }
        let header = Header {
            uid: &uid,
            enabled: true,
            seq_no: txn.next_seq_no()?,
            last_synchronized: now,
            user,
            realm,
            labels: "{}",
            data_bytes: 0,
        };
        records::add(store, txn, &subject.username, &header)?;
        return Ok(header.render());
    }
    Err(Error::internal(format!("profile differentiator value is too high for base Uid [{base}]")))
}
