//! `authenticate`: who the caller is. Elasticsearch: GET /_security/_authenticate.

use super::{Body, Entry, Operation, Request, Route};
use crate::access::Caller;
use crate::error::Result;
use crate::identity::subject::Subject;

pub(crate) const AUTHENTICATE: Operation = Operation {
    name: "authenticate",
    routes: &[Route { methods: &["GET"], path: "/_security/_authenticate" }],
    parameters: &[],
    body: Body::None,
    parser: "authenticate_request",
    action: "cluster:admin/xpack/security/user/authenticate",
    writes: false,
    granted_by: &[],
    run,
};

fn run(entry: Entry<'_>, request: Request<'_>) -> Result<String> {
    request.finish()?;
    let caller = entry.caller;
    entry.authorize()?;
    Ok(match caller {
        Caller::User(user) => user.subject.to_json_run_by(user.authenticated()),
        Caller::Host => Subject::host().to_json(),
    })
}
