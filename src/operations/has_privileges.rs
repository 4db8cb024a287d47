//! `has_privileges`: which of these people may do this.
//! Elasticsearch: GET, POST /_security/profile/_has_privileges.

use std::borrow::Cow;
use std::collections::HashSet;

use super::failures::Failures;
use super::{Body, Call, Entry, Operation, READ_PROFILE, Request, Route};
use crate::access::{Asked, Inquiry};
use crate::error::{Error, Result};
use crate::json::{Raw, push_string};
use crate::profile::record::Header;
use crate::store::ReadTxn;

pub(crate) const HAS_PRIVILEGES: Operation = Operation {
    name: "has_privileges",
    routes: &[Route { methods: &["GET", "POST"], path: "/_security/profile/_has_privileges" }],
    parameters: &[],
    body: Body::OrSource,
    parser: "profile_has_privileges_request",
    action: "cluster:admin/xpack/security/profile/has_privileges",
    writes: false,
    granted_by: READ_PROFILE,
    run,
};

fn run(entry: Entry<'_>, mut request: Request<'_>) -> Result<String> {
    let uids = request.names("uids")?;
    let privileges = request.object("privileges")?;
    request.finish()?;
    let (uids, privileges) = match (uids, privileges) {
        (Some(uids), Some(privileges)) => (uids, privileges),
        (None, Some(_)) => return Err(Error::illegal_argument("Required [uids]")),
        (Some(_), None) => return Err(Error::illegal_argument("Required [privileges]")),
        (None, None) => return Err(Error::illegal_argument("Required [uids, privileges]")),
    };
    let asked = Asked::parse(HAS_PRIVILEGES.parser, privileges.named())?;
    let mut errors = Vec::new();
    if uids.is_empty() {
        errors.push("profile uids list must not be empty".to_owned());
    }
    errors.extend(asked.errors());
    if !errors.is_empty() {
        return Err(Error::validation(&errors));
    }
    let call = entry.authorize()?;
    call.store.read(|txn| answer(&call, txn, &uids, &asked))
}

fn answer(
    call: &Call<'_>,
    txn: &ReadTxn<'_>,
    uids: &[Cow<'_, str>],
    asked: &Asked,
) -> Result<String> {
    let rules = call.access.at(txn)?;
    let question = rules.question(asked)?;
    let mut inquiry = Inquiry::new(rules, question.clone());
    let (mut seen, mut failures) = (HashSet::with_capacity(uids.len()), Failures::default());
    let mut out = String::from(r#"{"has_privilege_uids":["#);
    let start = out.len();
    for uid in uids.iter().map(AsRef::as_ref).filter(|uid| seen.insert(*uid)) {
        let Some((_, header)) = call.directory.find(call.store, txn, uid)? else {
            failures.add(uid, Cow::Owned(Error::profile_not_found()));
            continue;
        };
        if !header.enabled {
            continue;
        }
        if let Some(error) = &question.unknown {
            failures.add(uid, Cow::Borrowed(error));
            continue;
        }
        match inquiry.passes_all(roles(&header)?) {
            Ok(true) => {
                if out.len() > start {
                    out.push(',');
                }
                push_string(&mut out, uid);
            }
            Ok(false) => {}
            // What is wrong with one user's roles is no matter of the others.
            Err(error) if error.status() == 400 => failures.add(uid, Cow::Owned(error)),
            Err(error) => return Err(error),
        }
    }
    out.push(']');
    failures.push(&mut out);
    out.push('}');
    Ok(out)
}

/// The names of the roles that a user had when the profile was activated last.
pub(super) fn roles<'h>(
    header: &Header<'h>,
) -> Result<impl Iterator<Item = Cow<'h, str>> + use<'h>> {
    let roles = Raw::trusted(header.user).member("roles");
    let roles = roles.ok_or_else(|| Error::internal("a profile record is damaged"))?;
    Ok(roles.elements().filter_map(Raw::string))
}
