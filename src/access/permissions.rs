//! What the roles of one user allow.

use std::borrow::Cow;
use std::collections::HashSet;
use std::sync::Arc;

use super::role::Role;
use crate::pattern::{BUDGET, Language};

/// What a call is about, for the privileges that look at requests.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Target<'a> {
    /// Nothing that a privilege looks at.
    Any,
    /// The top-level keys of labels and data that would change.
    Keys(&'a [Cow<'a, str>]),
    /// The applications whose privileges are read or written.
    Applications(&'a [&'a str]),
    /// All applications whose names match this pattern.
    ApplicationsLike(&'a str),
}

/// The roles of a user, resolved.
pub(crate) struct Permissions {
    pub(super) roles: Vec<Arc<Role>>,
    /// Assigned roles that do not exist.
    not_found: Vec<String>,
    /// The actions of operations that a cluster privilege allows.
    actions: HashSet<&'static str>,
}

impl Permissions {
    pub(super) fn new(roles: Vec<Arc<Role>>, not_found: Vec<String>) -> Self {
        let actions = roles.iter().flat_map(|role| &role.allowed).copied().collect();
        Self { roles, not_found, actions }
    }

    /// Whether `action` on `target` is allowed: by a cluster privilege, or by one global privilege
    /// that covers the whole of the target.
    pub(super) fn allows(&self, action: &str, target: Target<'_>) -> bool {
        self.actions.contains(action)
            || self.roles.iter().any(|role| match target {
                Target::Any => false,
                Target::Keys(keys) => covers(&role.write_profile, keys.iter().map(|key| &**key)),
                Target::Applications(names) => {
                    covers(&role.manage_applications, names.iter().copied())
                }
                Target::ApplicationsLike(pattern) => {
                    role.manage_applications.as_ref().is_some_and(|managed| {
                        let budget = &mut { BUDGET };
                        Language::parse(&[pattern], budget)
                            .and_then(|asked| asked.is_covered(None, &[managed], budget))
                            .unwrap_or(false)
                    })
                }
            })
    }

    /// Whether the user may act for `username`.
    pub(super) fn may_run_as(&self, username: &str) -> bool {
        self.roles.iter().any(|role| role.run_as.contains(username))
    }

    /// The roles, as refusals show them.
    pub(super) fn describe(&self) -> String {
        let mut effective: Vec<&str> = self.roles.iter().map(|role| &*role.name).collect();
        effective.sort_unstable();
        let mut text = format!("effective roles [{}]", effective.join(","));
        if !self.not_found.is_empty() {
            let mut not_found = self.not_found.clone();
            not_found.sort_unstable();
            text += &format!(" (assigned roles [{}] were not found)", not_found.join(","));
        }
        text
    }

    /// How many bytes it takes without its roles, roughly.
    pub(super) fn size(&self) -> usize {
        let not_found: usize = self.not_found.iter().map(String::len).sum();
        size_of::<Self>() + self.roles.len() * 8 + self.actions.len() * 24 + not_found
    }
}

fn covers<'n>(language: &Option<Language>, mut names: impl Iterator<Item = &'n str>) -> bool {
    language.as_ref().is_some_and(|language| names.all(|name| language.contains(name)))
}
