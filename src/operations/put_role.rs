//! `put_role`: create or replace a role. Elasticsearch: PUT, POST /_security/role/{name}.

use super::{Body, Entry, MANAGE_SECURITY, Operation, Request, Route, check_size};
use crate::access::{self, Descriptor, roles};
use crate::error::{Error, Result};

pub(crate) const PUT_ROLE: Operation = Operation {
    name: "put_role",
    routes: &[Route { methods: &["PUT", "POST"], path: "/_security/role/{name}" }],
    parameters: &["name", "refresh"],
    body: Body::Required,
    parser: "put_role_request",
    action: "cluster:admin/xpack/security/role/put",
    writes: true,
    granted_by: MANAGE_SECURITY,
    run,
};

fn run(entry: Entry<'_>, mut request: Request<'_>) -> Result<String> {
    let given = request.string("name")?.map(String::from);
    let name = given.clone().unwrap_or_default();
    request.refresh()?;
    let role = Descriptor::parse(&name, request.remaining()?)?;
    // First, for the rest takes longer the more there is.
    let shown = role.to_json();
    check_size("role", &name, &shown)?;
    let errors = role.errors(given.as_deref());
    if !errors.is_empty() {
        return Err(Error::validation(&errors));
    }
    let call = entry.authorize()?;
    // Not for whoever asks, for it may take long.
    access::check(&role)?;
    let created = call.store.write(move |txn| roles::put(txn, &name, &shown))?;
    Ok(format!(r#"{{"role":{{"created":{created}}}}}"#))
}
