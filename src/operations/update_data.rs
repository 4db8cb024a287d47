//! `update_data`: merge labels and data into a profile.
//! Elasticsearch: PUT, POST /_security/profile/{uid}/_data.

use std::borrow::Cow;
use std::collections::HashMap;

use super::{ACKNOWLEDGED, Body, Entry, MANAGE_PROFILE, Operation, Request, Route};
use crate::access::Target;
use crate::error::{Error, Result};
use crate::json::{Raw, compact};
use crate::profile::merge::{check_labels, merge};
use crate::profile::record::{Header, Member, PRIMARY_TERM};
use crate::profile::records::{self, Directory};
use crate::store::{Read, Store, WriteTxn};
use crate::suggest;

pub(crate) const UPDATE_DATA: Operation = Operation {
    name: "update_data",
    routes: &[Route { methods: &["PUT", "POST"], path: "/_security/profile/{uid}/_data" }],
    parameters: &["uid", "if_seq_no", "if_primary_term", "refresh"],
    body: Body::Required,
    parser: "update_profile_data_request_payload",
    action: "cluster:admin/xpack/security/profile/put/data",
    writes: true,
    granted_by: MANAGE_PROFILE,
    run,
};

/// Elasticsearch's limit for the id of a document, in bytes.
const MAX_ID: usize = 512;

/// A validated update, ready to be applied and applied again.
struct Update {
    uid: String,
    /// The sequence number and primary term that the profile must have.
    required: Option<(i64, i64)>,
    /// A compact JSON object, `{}` when nothing changes.
    labels: String,
    data: Vec<NewMember>,
    max_profile: u64,
}

/// One top-level member of `data` in a request or after a merge, as JSON text.
struct NewMember {
    name: String,
    value: String,
}

fn run(entry: Entry<'_>, mut request: Request<'_>) -> Result<String> {
    let uid = request.string("uid")?;
    let (labels, data) = (request.object("labels")?, request.object("data")?);
    let version = (request.long("if_seq_no")?, request.long("if_primary_term")?);
    request.refresh()?;
    request.finish()?;
    let uid = required(uid)?;
    let keys = keys(labels, data);
    check_keys(&keys)?;
    let call = entry.authorize_on(Target::Keys(&keys))?;
    let update = Update {
        required: check_identity(&uid, version)?,
        labels: labels.map_or_else(|| "{}".to_owned(), compact),
        data: data.map_or_else(Vec::new, new_members),
        max_profile: call.max_profile,
        uid,
    };
    check_labels(Raw::trusted(&update.labels)).map_err(Error::document_parsing)?;
    let (store, directory) = (call.store.clone(), call.directory.clone());
    call.store.write(move |txn| apply(&store, &directory, txn, &update))?;
    Ok(ACKNOWLEDGED.to_owned())
}

/// The uid of the one profile that a request changes.
pub(super) fn required(uid: Option<Cow<'_, str>>) -> Result<String> {
    let uid = uid.filter(|uid| !uid.is_empty());
    uid.map(Into::into).ok_or_else(|| Error::illegal_argument("Required [uid]"))
}

/// The top-level keys of both sections together, each once: names of applications.
fn keys<'a>(labels: Option<Raw<'a>>, data: Option<Raw<'a>>) -> Vec<Cow<'a, str>> {
    let members = [labels, data].into_iter().flatten().flat_map(Raw::members);
    let mut keys: Vec<_> = members.filter_map(|(key, _)| key.string()).collect();
    keys.sort_unstable();
    keys.dedup();
    keys
}

/// The rules for the names of applications.
fn check_keys(keys: &[Cow<'_, str>]) -> Result<()> {
    let mut errors = Vec::new();
    if keys.is_empty() {
        errors.push("update request is empty".to_owned());
    }
    let mut refuse = |what: &str, broken: fn(&str) -> bool| {
        let found: Vec<&str> = keys.iter().map(AsRef::as_ref).filter(|key| broken(key)).collect();
        if !found.is_empty() {
            errors
                .push(format!("application name must not {what}, but found [{}]", found.join(",")));
        }
    };
    refuse("contain dot", |key| key.contains('.'));
    refuse("start with underscore", |key| key.starts_with('_'));
    if errors.is_empty() { Ok(()) } else { Err(Error::validation(&errors)) }
}

/// The rules for the id and for the two halves of a version, which come together or not at all.
pub(super) fn check_identity(
    uid: &str,
    required: (Option<i64>, Option<i64>),
) -> Result<Option<(i64, i64)>> {
    let mut errors = Vec::new();
    let length = "profile_".len() + uid.len();
    if length > MAX_ID {
        errors.push(format!(
            "id [profile_{uid}] is too long, must be no longer than {MAX_ID} bytes but was: {length}"
        ));
    }
    let seq_no = required.0.filter(|seq_no| *seq_no >= 0);
    let term = required.1.filter(|term| *term > 0).unwrap_or(0);
    match seq_no {
        None if term > 0 => {
            errors.push(format!("ifSeqNo is unassigned, but primary term is [{term}]"));
        }
        Some(_) if term == 0 => {
            errors.push("ifSeqNo is set, but primary term is [0]".to_owned());
        }
        _ => {}
    }
    if errors.is_empty() {
        Ok(seq_no.map(|seq_no| (seq_no, term)))
    } else {
        Err(Error::validation(&errors))
    }
}

fn new_members(data: Raw<'_>) -> Vec<NewMember> {
    let members = data.members();
    members
        .map(|(key, value)| NewMember { name: key.text().to_owned(), value: compact(value) })
        .collect()
}

fn apply(
    store: &Store,
    directory: &Directory,
    txn: &mut WriteTxn<'_>,
    update: &Update,
) -> Result<()> {
    let Some((number, stored)) = directory.find(store, txn, &update.uid)? else {
        return Err(Error::document_missing(&update.uid, store.uuid().to_owned()));
    };
    let current = (stored.seq_no, PRIMARY_TERM);
    if let Some(required) = update.required
        && (required.0.cast_unsigned(), required.1.cast_unsigned()) != current
    {
        let uuid = store.uuid().to_owned();
        return Err(Error::version_conflict(&update.uid, required, current, uuid));
    }
    let copy = stored.write();
    let stored = Header::read(&copy)?;
    let labels = merge(Raw::trusted(stored.labels), Raw::trusted(&update.labels));
    let changes = merge_data(txn, number, &stored, &update.data)?;
    if labels.is_none() && changes.members.is_empty() {
        return Ok(());
    }
    let labels = labels.as_deref().unwrap_or(stored.labels);
    let before = stored.labels.len() as u64 + stored.data_bytes;
    let data_bytes = stored.data_bytes.saturating_add_signed(changes.growth);
    let after = labels.len() as u64 + data_bytes;
    if after > update.max_profile && after >= before {
        return Err(Error::too_large(format!(
            "profile [{}] would have [{after}] bytes of labels and data, more than the limit of \
             [{}] bytes",
            update.uid, update.max_profile
        )));
    }
    let header = Header { labels, data_bytes, seq_no: txn.next_seq_no()?, ..stored };
    suggest::replace(store, txn, number, &stored, &header)?;
    for (slot, member) in &changes.members {
        let member = Member { name: &member.name, value: &member.value };
        records::put_member(txn, number, *slot, &member)?;
    }
    Ok(())
}

/// What an update writes of `data`: members and their slots, and by how much the profile grows.
struct Changes {
    members: Vec<(u32, NewMember)>,
    growth: i64,
}

fn merge_data(
    txn: &impl Read,
    number: u32,
    stored: &Header<'_>,
    new: &[NewMember],
) -> Result<Changes> {
    let mut changes = Changes { members: Vec::new(), growth: 0 };
    if new.is_empty() {
        return Ok(changes);
    }
    let mut fresh: Vec<_> = new.iter().map(Some).collect();
    let names: HashMap<_, _> = new
        .iter()
        .enumerate()
        .map(|(index, member)| (Raw::trusted(&member.name).string(), index))
        .collect();
    let mut next_slot = records::FIRST_DATA_SLOT;
    records::members(txn, number, stored, |slot, old| {
        next_slot = slot + 1;
        let Some(new) =
            names.get(&Raw::trusted(old.name).string()).and_then(|at| fresh[*at].take())
        else {
            return Ok(());
        };
        if let Some(value) = merge(Raw::trusted(old.value), Raw::trusted(&new.value)) {
            changes.growth += value.len() as i64 - old.value.len() as i64;
            changes.members.push((slot, NewMember { name: old.name.to_owned(), value }));
        }
        Ok(())
    })?;
    for (slot, member) in (next_slot..).zip(fresh.into_iter().flatten()) {
        changes.growth += Member { name: &member.name, value: &member.value }.size() as i64;
        let (name, value) = (member.name.clone(), member.value.clone());
        changes.members.push((slot, NewMember { name, value }));
    }
    Ok(changes)
}
