//! `get_role`: roles by name, or all. Elasticsearch: GET /_security/role[/{name}].

use super::{Body, Entry, Operation, READ_SECURITY, Request, Route, found_by_name};
use crate::access::roles;
use crate::error::Result;

pub(crate) const GET_ROLE: Operation = Operation {
    name: "get_role",
    routes: &[
        Route { methods: &["GET"], path: "/_security/role" },
        Route { methods: &["GET"], path: "/_security/role/{name}" },
    ],
    parameters: &["name"],
    body: Body::None,
    parser: "get_role_request",
    action: "cluster:admin/xpack/security/role/get",
    writes: false,
    granted_by: READ_SECURITY,
    run,
};

fn run(entry: Entry<'_>, mut request: Request<'_>) -> Result<String> {
    let lists = request.names("name")?.unwrap_or_default();
    request.finish()?;
    let call = entry.authorize()?;
    call.store.read(|txn| found_by_name(&lists, || roles::all(txn), |name| roles::get(txn, name)))
}
