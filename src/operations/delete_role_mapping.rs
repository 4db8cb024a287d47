//! `delete_role_mapping`: remove a role mapping.
//! Elasticsearch: DELETE /_security/role_mapping/{name}.

use super::{Body, Entry, MANAGE_SECURITY, Operation, Request, Route};
use crate::error::{Error, Result};
use crate::identity::mappings;

pub(crate) const DELETE_ROLE_MAPPING: Operation = Operation {
    name: "delete_role_mapping",
    routes: &[Route { methods: &["DELETE"], path: "/_security/role_mapping/{name}" }],
    parameters: &["name", "refresh"],
    body: Body::None,
    parser: "delete_role_mapping_request",
    action: "cluster:admin/xpack/security/role_mapping/delete",
    writes: true,
    granted_by: MANAGE_SECURITY,
    run,
};

fn run(entry: Entry<'_>, mut request: Request<'_>) -> Result<String> {
    let name = request.string("name")?.map(String::from);
    request.refresh()?;
    request.finish()?;
    let Some(name) = name else {
        return Err(Error::validation(&["role-mapping name is missing"]));
    };
    let call = entry.authorize()?;
    if call.store.shrink(move |txn| mappings::delete(txn, &name))? {
        Ok(r#"{"found":true}"#.to_owned())
    } else {
        Err(Error::answered(404, r#"{"found":false}"#.to_owned()))
    }
}
