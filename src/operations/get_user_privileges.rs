//! `get_user_privileges`: everything that the caller may do.
//! Elasticsearch: GET /_security/user/_privileges.

use super::{Body, Entry, Operation, Request, Route};
use crate::access::{granted, roles};
use crate::error::Result;

pub(crate) const GET_USER_PRIVILEGES: Operation = Operation {
    name: "get_user_privileges",
    routes: &[Route { methods: &["GET"], path: "/_security/user/_privileges" }],
    parameters: &[],
    body: Body::None,
    parser: "get_user_privileges_request",
    action: "cluster:admin/xpack/security/user/list_privileges",
    writes: false,
    granted_by: &[],
    run,
};

fn run(entry: Entry<'_>, request: Request<'_>) -> Result<String> {
    request.finish()?;
    let subject = entry.subject();
    let call = entry.authorize()?;
    call.store.read(|txn| {
        let mut found = Vec::new();
        for name in call.access.at(txn)?.all_roles(&subject.roles) {
            found.extend(roles::find(txn, name)?);
        }
        Ok(granted(&found))
    })
}
