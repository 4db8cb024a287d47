//! What may a caller do.

use crate::error::{Error, Result};
use crate::identity::subject::Subject;

/// The role that may do everything.
const SUPERUSER: &str = "superuser";

/// Whose privileges a call has.
pub(crate) enum Caller {
    /// The program that opened the store: it may do everything.
    Host,
    /// A user who logged in or sent credentials along.
    User(Subject),
}

/// Refuses an action that the caller may not perform. Roles other than `superuser` grant nothing
/// yet.
pub(crate) fn authorize(caller: &Caller, action: &str, granted_by: &[&str]) -> Result<()> {
    let Caller::User(user) = caller else { return Ok(()) };
    if granted_by.is_empty() || user.roles.iter().any(|role| role == SUPERUSER) {
        return Ok(());
    }
    let mut roles: Vec<&str> = user.roles.iter().map(String::as_str).collect();
    roles.sort_unstable();
    Err(Error::forbidden(format!(
        "action [{action}] is unauthorized for user [{}] with effective roles [{}], this action \
         is granted by the cluster privileges [{}]",
        user.username,
        roles.join(","),
        granted_by.join(",")
    )))
}
