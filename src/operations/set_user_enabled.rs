//! `enable_user` and `disable_user`: whether a user may authenticate; the profile is not touched.
//! Elasticsearch: PUT, POST /_security/user/{username}/_enable, _disable.

use super::put_user::untouchable;
use super::{Body, Entry, MANAGE_SECURITY, Operation, Request, Route};
use crate::error::{Error, Result};
use crate::identity::users;

pub(crate) const ENABLE_USER: Operation = Operation {
    name: "enable_user",
    routes: &[Route { methods: &["PUT", "POST"], path: "/_security/user/{username}/_enable" }],
    parameters: &["username", "refresh"],
    body: Body::None,
    parser: "enable_user_request",
    action: ACTION,
    writes: true,
    granted_by: MANAGE_SECURITY,
    run: |entry, request| run(entry, request, true),
};

pub(crate) const DISABLE_USER: Operation = Operation {
    name: "disable_user",
    routes: &[Route { methods: &["PUT", "POST"], path: "/_security/user/{username}/_disable" }],
    parameters: &["username", "refresh"],
    body: Body::None,
    parser: "disable_user_request",
    action: ACTION,
    writes: true,
    granted_by: MANAGE_SECURITY,
    run: |entry, request| run(entry, request, false),
};

const ACTION: &str = "cluster:admin/xpack/security/user/set_enabled";

fn run(entry: Entry<'_>, mut request: Request<'_>, enabled: bool) -> Result<String> {
    let username = request.string("username")?.map(String::from);
    request.refresh()?;
    request.finish()?;
    let Some(username) = username else {
        return Err(Error::validation(&["username is missing"]));
    };
    // A reserved user can be switched off, unlike an anonymous or internal one.
    if !users::is_reserved(&username)
        && let Some(error) = untouchable(&username, entry.anonymous(), "using the api")
    {
        return Err(Error::validation(&[error]));
    }
    let call = entry.authorize()?;
    let native = call.identity.realms.native.clone();
    call.store.write(move |txn| {
        let Some(mut user) = users::get(txn, &native, &username)? else {
            let what = if enabled { "enabled" } else { "disabled" };
            return Err(Error::validation(&[format!("only existing users can be {what}")]));
        };
        if user.enabled == enabled {
            return Ok(());
        }
        user.enabled = enabled;
        users::put(txn, &user)
    })?;
    Ok("{}".to_owned())
}
