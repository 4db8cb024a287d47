//! `check`: whether the index that `suggest` uses agrees with the profiles.
//! GET /_security/profile/_check, which Elasticsearch has not.

use super::{Body, Entry, MANAGE_PROFILE, Operation, Request, Route};
use crate::error::Result;
use crate::json::push_strings;
use crate::suggest;

pub(crate) const CHECK: Operation = Operation {
    name: "check",
    routes: &[Route { methods: &["GET"], path: "/_security/profile/_check" }],
    parameters: &[],
    body: Body::None,
    parser: "check_request",
    action: "cluster:admin/xpack/security/profile/check",
    writes: false,
    granted_by: MANAGE_PROFILE,
    run,
};

fn run(entry: Entry<'_>, request: Request<'_>) -> Result<String> {
    request.finish()?;
    let call = entry.authorize()?;
    let checked = call.store.read(|txn| suggest::check(call.store, txn))?;
    let mut out = format!(
        r#"{{"profiles":{},"postings":{},"differences":{{"count":{},"details":"#,
        checked.profiles, checked.postings, checked.count
    );
    push_strings(&mut out, &checked.differences);
    out.push_str("}}");
    Ok(out)
}
