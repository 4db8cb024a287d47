//! What may a caller do, and which of these people may do this.

mod actions;
pub(crate) mod application_privileges;
mod asked;
mod check;
mod descriptor;
mod inquiry;
mod memory;
pub(crate) mod names;
mod permissions;
mod role;
pub(crate) mod roles;

use std::sync::Arc;

use role::Role;

use crate::error::{Error, Result};
use crate::identity::subject::{HOST, SUPERUSER, Subject};
use crate::pattern::{BUDGET, Language};

pub(crate) use asked::Asked;
pub(crate) use descriptor::{Descriptor, granted};
pub(crate) use inquiry::Inquiry;
pub(crate) use memory::Access;
pub(crate) use permissions::{Permissions, Target};

/// Whose privileges a call has.
pub(crate) enum Caller {
    /// The program that opened the store: it may do everything.
    Host,
    /// Somebody who logged in or sent credentials along.
    User(Arc<User>),
}

/// Refuses a role with patterns that do not parse or are too complex.
pub(crate) fn check(role: &Descriptor) -> Result<()> {
    Role::compile("", role, &[])?;
    let budget = &mut { BUDGET };
    for entry in &role.applications {
        let privileges = entry.privileges.iter();
        let actions: Vec<&String> =
            privileges.filter(|one| !names::is_privilege_name(one)).collect();
        Language::parse(&actions, budget)?;
    }
    Ok(())
}

/// Refuses application privileges with actions that are patterns which do not parse or are too
/// complex.
pub(crate) fn check_actions<'a>(privileges: impl Iterator<Item = &'a [String]>) -> Result<()> {
    let budget = &mut { BUDGET };
    for actions in privileges {
        Language::parse(actions, budget)?;
    }
    Ok(())
}

/// A user who calls, with what the user's roles allow.
pub(crate) struct User {
    pub(crate) subject: Subject,
    /// Who acts for the user, if somebody does.
    pub(crate) run_by: Option<Subject>,
    pub(crate) permissions: Arc<Permissions>,
}

/// Refuses `action` on `target` if the caller may not perform it; these cluster privileges grant it,
/// the weakest first. An action that none grants is everybody's.
pub(crate) fn authorize(
    caller: &Caller,
    action: &str,
    granted_by: &[&str],
    target: Target<'_>,
) -> Result<()> {
    let Caller::User(user) = caller else { return Ok(()) };
    if granted_by.is_empty() || user.permissions.allows(action, target) {
        return Ok(());
    }
    let run_as = match user.run_by {
        Some(_) => format!(" run as [{}]", user.subject.username),
        None => String::new(),
    };
    Err(Error::forbidden(format!(
        "action [{action}] is unauthorized for user [{}]{run_as} with {}, this action is granted \
         by the cluster privileges [{}]",
        user.authenticated().username,
        user.permissions.describe(),
        granted_by.join(",")
    )))
}

impl Caller {
    /// Who calls, for messages.
    pub(crate) fn username(&self) -> &str {
        match self {
            Caller::Host => HOST,
            Caller::User(user) => &user.authenticated().username,
        }
    }

    /// Refuses `action` as `username` if the caller may not act for that user.
    pub(crate) fn check_run_as(&self, action: &str, username: &str) -> Result<()> {
        match self {
            Caller::User(user) if !user.permissions.may_run_as(username) => {
                Err(self.run_as_refused(action, username))
            }
            Caller::User(_) | Caller::Host => Ok(()),
        }
    }

    /// The refusal to act for `username`: the caller may not, or there is no such user, and which of
    /// the two it does not say.
    pub(crate) fn run_as_refused(&self, action: &str, username: &str) -> Error {
        let by = self.username();
        let roles = match self {
            Caller::User(user) => user.permissions.describe(),
            Caller::Host => format!("effective roles [{SUPERUSER}]"),
        };
        Error::forbidden(format!(
            "action [{action}] is unauthorized for user [{by}] with {roles}, because user [{by}] is \
             unauthorized to run as [{username}]"
        ))
    }
}

impl User {
    /// Who proved to be somebody: the user, or who acts for the user.
    pub(crate) fn authenticated(&self) -> &Subject {
        self.run_by.as_ref().unwrap_or(&self.subject)
    }
}
