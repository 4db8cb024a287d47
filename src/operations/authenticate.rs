//! `authenticate`: who the caller is. Elasticsearch: GET /_security/_authenticate.

use super::{Body, Entry, Operation, Request, Route};
use crate::access::Caller;
use crate::error::Result;
use crate::identity::realm::Realm;
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
        Caller::User(subject) => subject.to_json(),
        Caller::Host => host().to_json(),
    })
}

/// The program itself, in the shape of a user.
fn host() -> Subject {
    Subject {
        username: "_host".to_owned(),
        roles: vec!["superuser".to_owned()],
        full_name: None,
        email: None,
        metadata: "{}".to_owned(),
        realm: Realm::new("__host", "__host"),
        authentication_type: "internal".to_owned(),
        account: None,
    }
}
