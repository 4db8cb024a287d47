//! `get_role_mapping`: role mappings by name, or all.
//! Elasticsearch: GET /_security/role_mapping[/{name}].

use std::collections::BTreeSet;

use super::{Body, Entry, Operation, READ_SECURITY, Request, Route};
use crate::error::{Error, Result};
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
    let names: BTreeSet<&str> =
        lists.iter().flat_map(|list| list.split(',')).filter(|name| !name.is_empty()).collect();
    let call = entry.authorize()?;
    call.store.read(|txn| {
        if lists.is_empty() {
            return Ok(format!("{{{}}}", mappings::all(txn)?.join(",")));
        }
        let mut found = Vec::new();
        for name in &names {
            found.extend(mappings::get(txn, name)?);
        }
        if found.is_empty() {
            return Err(Error::answered(404, "{}".to_owned()));
        }
        Ok(format!("{{{}}}", found.join(",")))
    })
}
