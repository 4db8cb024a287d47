//! `delete_role`: remove a role. Elasticsearch: DELETE /_security/role/{name}.

use super::{Body, Entry, MANAGE_SECURITY, Operation, Request, Route};
use crate::access::roles;
use crate::error::{Error, Result};

pub(crate) const DELETE_ROLE: Operation = Operation {
    name: "delete_role",
    routes: &[Route { methods: &["DELETE"], path: "/_security/role/{name}" }],
    parameters: &["name", "refresh"],
    body: Body::None,
    parser: "delete_role_request",
    action: "cluster:admin/xpack/security/role/delete",
    writes: true,
    granted_by: MANAGE_SECURITY,
    run,
};

fn run(entry: Entry<'_>, mut request: Request<'_>) -> Result<String> {
    let name = request.string("name")?.map(String::from);
    request.refresh()?;
    request.finish()?;
    let Some(name) = name else {
        return Err(Error::validation(&["role name is missing"]));
    };
    let call = entry.authorize()?;
    if roles::is_reserved(&name) {
        return Err(Error::illegal_argument(format!(
            "role [{name}] is reserved and cannot be deleted"
        )));
    }
    if call.store.shrink(move |txn| roles::delete(txn, &name))? {
        Ok(r#"{"found":true}"#.to_owned())
    } else {
        Err(Error::answered(404, r#"{"found":false}"#.to_owned()))
    }
}
