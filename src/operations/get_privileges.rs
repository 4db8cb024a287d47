//! `get_privileges`: application privileges by application and name, or all.
//! Elasticsearch: GET /_security/privilege[/{application}[/{name}]].

use super::{Body, Entry, Operation, READ_SECURITY, Request, Route, each_name, found};
use crate::access::{Target, application_privileges};
use crate::error::Result;

pub(crate) const GET_PRIVILEGES: Operation = Operation {
    name: "get_privileges",
    routes: &[
        Route { methods: &["GET"], path: "/_security/privilege" },
        Route { methods: &["GET"], path: "/_security/privilege/{application}" },
        Route { methods: &["GET"], path: "/_security/privilege/{application}/{name}" },
    ],
    parameters: &["application", "name"],
    body: Body::None,
    parser: "get_privileges_request",
    action: "cluster:admin/xpack/security/privilege/get",
    writes: false,
    granted_by: READ_SECURITY,
    run,
};

fn run(entry: Entry<'_>, mut request: Request<'_>) -> Result<String> {
    let application = request.string("application")?;
    let lists = request.names("name")?.unwrap_or_default();
    request.finish()?;
    let names = each_name(&lists);
    let is_wanted = |name: &str| lists.is_empty() || names.contains(name);
    let target = application.as_deref().unwrap_or("*");
    let call = entry.authorize_on(Target::ApplicationsLike(target))?;
    call.store.read(|txn| {
        let privileges = application_privileges::get(txn, application.as_deref(), is_wanted)?;
        found(&privileges, application.is_some() || !lists.is_empty())
    })
}
