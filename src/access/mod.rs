//! What may a caller do.

mod actions;
pub(crate) mod application_privileges;
mod asked;
mod descriptor;
pub(crate) mod names;
pub(crate) mod roles;

use crate::error::{Error, Result};
use crate::identity::subject::Subject;
use crate::pattern::{BUDGET, Language};

pub(crate) use asked::Asked;
pub(crate) use descriptor::Descriptor;

/// Whose privileges a call has.
pub(crate) enum Caller {
    /// The program that opened the store: it may do everything.
    Host,
    /// A user who logged in or sent credentials along.
    User(Box<Subject>),
}

/// Refuses a role whose patterns do not parse or are too complex.
pub(crate) fn check(role: &Descriptor) -> Result<()> {
    let budget = &mut { BUDGET };
    let names = role.indices.iter().map(|entry| &entry.names);
    let resources = role.applications.iter().map(|entry| &entry.resources);
    let global = role.global.manage_applications.iter().chain(&role.global.write_profile);
    for patterns in names.chain(resources).chain(global).chain([&role.run_as]) {
        Language::parse(patterns, budget)?;
    }
    Ok(())
}

/// Refuses an action that the caller may not perform. Roles other than `superuser` grant nothing
/// yet.
pub(crate) fn authorize(caller: &Caller, action: &str, granted_by: &[&str]) -> Result<()> {
    let Caller::User(user) = caller else { return Ok(()) };
    if granted_by.is_empty() || user.roles.iter().any(|role| role == "superuser") {
        return Ok(());
    }
    let mut roles: Vec<&str> = user.roles.iter().map(String::as_str).collect();
    roles.sort_unstable();
    let (effective, unknown): (Vec<_>, Vec<_>) =
        roles.into_iter().partition(|role| roles::is_reserved(role));
    let not_found = if unknown.is_empty() {
        String::new()
    } else {
        format!(" (assigned roles [{}] were not found)", unknown.join(","))
    };
    Err(Error::forbidden(format!(
        "action [{action}] is unauthorized for user [{}] with effective roles [{}]{not_found}, \
         this action is granted by the cluster privileges [{}]",
        user.username,
        effective.join(","),
        granted_by.join(",")
    )))
}
