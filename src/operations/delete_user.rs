//! `delete_user`: remove a native user; the user's profile stays.
//! Elasticsearch: DELETE /_security/user/{username}.

use super::{Body, Entry, MANAGE_SECURITY, Operation, Request, Route};
use crate::error::{Error, Result};
use crate::identity::users;

pub(crate) const DELETE_USER: Operation = Operation {
    name: "delete_user",
    routes: &[Route { methods: &["DELETE"], path: "/_security/user/{username}" }],
    parameters: &["username", "refresh"],
    body: Body::None,
    parser: "delete_user_request",
    action: "cluster:admin/xpack/security/user/delete",
    writes: true,
    granted_by: MANAGE_SECURITY,
    run,
};

fn run(entry: Entry<'_>, mut request: Request<'_>) -> Result<String> {
    let username = request.string("username")?.map(String::from);
    request.refresh()?;
    request.finish()?;
    let Some(username) = username else {
        return Err(Error::validation(&["username is missing"]));
    };
    if username == entry.anonymous() {
        return Err(Error::illegal_argument(format!(
            "user [{username}] is anonymous and cannot be deleted"
        )));
    }
    if users::is_reserved(&username) {
        return Err(Error::illegal_argument(format!(
            "user [{username}] is reserved and cannot be deleted"
        )));
    }
    let call = entry.authorize()?;
    if call.store.shrink(move |txn| users::delete(txn, &username))? {
        Ok(r#"{"found":true}"#.to_owned())
    } else {
        Err(Error::answered(404, r#"{"found":false}"#.to_owned()))
    }
}
