//! `change_password`: give a user another password.
//! Elasticsearch: PUT, POST /_security/user/{username}/_password, /_security/user/_password.

use super::put_user::{Secret, untouchable};
use super::{Body, Entry, MANAGE_SECURITY, Operation, Request, Route};
use crate::access::Caller;
use crate::error::{Error, Result};
use crate::identity::users;

pub(crate) const CHANGE_PASSWORD: Operation = Operation {
    name: "change_password",
    routes: &[
        Route { methods: &["PUT", "POST"], path: "/_security/user/_password" },
        Route { methods: &["PUT", "POST"], path: "/_security/user/{username}/_password" },
    ],
    parameters: &["username", "refresh"],
    body: Body::Required,
    parser: "change_password_request",
    action: "cluster:admin/xpack/security/user/change_password",
    writes: true,
    granted_by: MANAGE_SECURITY,
    run,
};

const MUST_EXIST: &str = "user must exist in order to change password";

fn run(entry: Entry<'_>, mut request: Request<'_>) -> Result<String> {
    let username = request.string("username")?.map(String::from);
    let secret = Secret::take(&mut request)?;
    request.refresh()?;
    request.finish()?;
    // Without a name it is the caller's own password.
    let user = match entry.caller {
        Caller::User(user) => Some(user),
        Caller::Host => None,
    };
    let username = username.or_else(|| Some(user?.subject.username.clone()));
    let mut errors = Vec::new();
    match &username {
        None => errors.push("username is missing".to_owned()),
        // The password of a reserved user is the one thing of it that can be changed.
        Some(name) if users::is_reserved(name) => {}
        Some(name) => errors.extend(untouchable(name, entry.anonymous(), "via the API")),
    }
    match &secret {
        None => errors.push("password must be specified".to_owned()),
        Some(secret) => errors.extend(secret.error()),
    }
    let (Some(username), Some(secret), true) = (username, secret, errors.is_empty()) else {
        return Err(Error::validation(&errors));
    };
    // Who acts for somebody else for a while does not get hold of the account, and a user of another
    // realm may only have the same name.
    let own = user.filter(|user| user.run_by.is_none()).map(|user| &user.subject).filter(|own| {
        own.username == username && matches!(own.realm.kind.as_str(), "native" | "reserved")
    });
    let account = own.map(|own| own.account.clone());
    let call = if own.is_some() { entry.permit()? } else { entry.authorize()? };
    let native = call.identity.realms.native.clone();
    let hash = secret.hash(&call)?;
    call.store.write(move |txn| {
        let mut user = match users::get(txn, &native, &username)? {
            Some(user) => user,
            None if users::is_reserved(&username) => users::elastic(),
            None => return Err(Error::validation(&[MUST_EXIST])),
        };
        // Somebody else may have been given the name in the meantime.
        if account.as_ref().is_some_and(|account| *account != user.subject.account) {
            return Err(Error::validation(&[MUST_EXIST]));
        }
        user.password_hash.clone_from(&hash);
        users::put(txn, &user)
    })?;
    Ok("{}".to_owned())
}
