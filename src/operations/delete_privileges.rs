//! `delete_privileges`: remove application privileges.
//! Elasticsearch: DELETE /_security/privilege/{application}/{name}.

use super::{Body, Entry, MANAGE_SECURITY, Operation, Request, Route, each_name};
use crate::access::{Target, application_privileges};
use crate::error::{Error, Result};
use crate::json::{push_string, string};

pub(crate) const DELETE_PRIVILEGES: Operation = Operation {
    name: "delete_privileges",
    routes: &[Route { methods: &["DELETE"], path: "/_security/privilege/{application}/{name}" }],
    parameters: &["application", "name", "refresh"],
    body: Body::None,
    parser: "delete_privileges_request",
    action: "cluster:admin/xpack/security/privilege/delete",
    writes: true,
    granted_by: MANAGE_SECURITY,
    run,
};

fn run(entry: Entry<'_>, mut request: Request<'_>) -> Result<String> {
    let application = request.string("application")?.unwrap_or_default().into_owned();
    let lists = request.names("name")?.unwrap_or_default();
    request.refresh()?;
    request.finish()?;
    let names: Vec<String> = each_name(&lists).into_iter().map(str::to_owned).collect();
    let mut errors = Vec::new();
    if application.is_empty() {
        errors.push("application name is missing");
    }
    if names.is_empty() {
        errors.push("privileges are missing");
    }
    if !errors.is_empty() {
        return Err(Error::validation(&errors));
    }
    let call = entry.authorize_on(Target::Applications(&[&application]))?;
    let (any, answer) = call.store.shrink(move |txn| {
        let mut out = format!("{{{}:", string(&application));
        let mut any = false;
        for (index, name) in names.iter().enumerate() {
            let found = application_privileges::delete(txn, &application, name)?;
            any |= found;
            out.push(if index > 0 { ',' } else { '{' });
            push_string(&mut out, name);
            out.push_str(&format!(r#":{{"found":{found}}}"#));
        }
        out.push_str("}}");
        Ok((any, out))
    })?;
    if any { Ok(answer) } else { Err(Error::answered(404, answer)) }
}
