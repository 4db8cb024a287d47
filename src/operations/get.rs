//! `get`: profiles by uid. Elasticsearch: GET /_security/profile/{uid}.

use std::borrow::Cow;

use super::failures::Failures;
use super::{Body, Call, Entry, Operation, READ_PROFILE, Request, Route};
use crate::error::{Error, Result};
use crate::json::Raw;
use crate::profile::filter::Filter;
use crate::profile::record::Header;
use crate::profile::records;
use crate::store::Read;

pub(crate) const GET: Operation = Operation {
    name: "get",
    routes: &[Route { methods: &["GET"], path: "/_security/profile/{uid}" }],
    parameters: &["uid", "data"],
    body: Body::None,
    parser: "get_profile_request",
    action: "cluster:admin/xpack/security/profile/get",
    writes: false,
    granted_by: READ_PROFILE,
    run,
};

fn run(entry: Entry<'_>, mut request: Request<'_>) -> Result<String> {
    let lists = request.names("uid")?;
    let data = request.names("data")?.unwrap_or_default();
    request.finish()?;
    let lists = lists.ok_or_else(|| Error::illegal_argument("Required [uid]"))?;
    // A list is the comma list that the official clients make of it.
    let list = match &lists[..] {
        [one] => Cow::Borrowed(&**one),
        several => Cow::Owned(several.join(",")),
    };
    // As Java splits one: no trimming, empty parts at the end dropped.
    let list = list.trim_end_matches(',');
    if list.is_empty() {
        return Err(Error::validation(&["profile uids must not be empty"]));
    }
    let filter = Filter::parse(data.iter().map(AsRef::as_ref))?;
    let call = entry.authorize()?;
    call.store.read(|txn| profiles(&call, txn, list.split(','), &filter))
}

const START: &str = r#"{"profiles":["#;

fn profiles<'u>(
    call: &Call<'_>,
    txn: &impl Read,
    uids: impl Iterator<Item = &'u str>,
    filter: &Filter,
) -> Result<String> {
    let mut out = String::new();
    let mut failures = Failures::default();
    for uid in uids {
        let Some((number, header)) = call.directory.find(call.store, txn, uid)? else {
            failures.add(uid, Cow::Owned(Error::profile_not_found()));
            continue;
        };
        let data_len = if filter.is_empty() { 0 } else { header.data_bytes as usize };
        out.reserve(header.rendered_len() + data_len);
        out.push_str(if out.is_empty() { START } else { "," });
        push_profile(&mut out, txn, number, &header, filter)?;
    }
    if out.is_empty() {
        out.push_str(START);
    }
    out.push(']');
    failures.push(&mut out);
    out.push('}');
    Ok(out)
}

fn push_profile(
    out: &mut String,
    txn: &impl Read,
    number: u32,
    header: &Header<'_>,
    filter: &Filter,
) -> Result<()> {
    header.push_start(out);
    push_data(out, txn, number, header, filter)?;
    header.push_end(out);
    Ok(())
}

/// Appends the members of `data` that `filter` selects.
pub(super) fn push_data(
    out: &mut String,
    txn: &impl Read,
    number: u32,
    header: &Header<'_>,
    filter: &Filter,
) -> Result<()> {
    if filter.is_empty() {
        return Ok(());
    }
    let mut first = true;
    records::members(txn, number, header, |_, member| {
        let name = Raw::trusted(member.name).string().unwrap_or_default();
        let before = out.len();
        if !first {
            out.push(',');
        }
        out.push_str(member.name);
        out.push(':');
        if filter.select(&name, Raw::trusted(member.value), out) {
            first = false;
        } else {
            out.truncate(before);
        }
        Ok(())
    })
}
