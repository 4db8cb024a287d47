//! `get_role_mapping`: role mappings by name, or all.
//! Elasticsearch: GET /_security/role_mapping[/{name}].

use super::{Body, Entry, Operation, READ_SECURITY, Request, Route, found_by_name};
use crate::error::Result;
use crate::identity::mappings;

pub(crate) const GET_ROLE_MAPPING: Operation = Operation {
    name: "get_role_mapping",
    routes: &[
        Route { methods: &["GET"], path: "/_security/role_mapping" },
        Route { methods: &["GET"], path: "/_security/role_mapping/{name}" },
    ],
    parameters: &["name"],
    body: Body::None,
    parser: "get_role_mapping_request",
    action: "cluster:admin/xpack/security/role_mapping/get",
    writes: false,
    granted_by: READ_SECURITY,
    run,
};

fn run(entry: Entry<'_>, mut request: Request<'_>) -> Result<String> {
    let lists = request.names("name")?.unwrap_or_default();
    request.finish()?;
    let call = entry.authorize()?;
    call.store
        .read(|txn| found_by_name(&lists, || mappings::all(txn), |name| mappings::get(txn, name)))
}
