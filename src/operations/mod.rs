//! One file per API. Everything about an operation stands in its file: its row of the table, its
//! request, its rules and its work.

pub(crate) mod activate;
pub(crate) mod authenticate;
pub(crate) mod change_password;
mod client_authentication;
pub(crate) mod delete_role_mapping;
pub(crate) mod delete_user;
mod entry;
pub(crate) mod get;
pub(crate) mod get_role_mapping;
pub(crate) mod get_token;
pub(crate) mod get_user;
pub(crate) mod invalidate_token;
pub(crate) mod put_role_mapping;
pub(crate) mod put_user;
mod request;
pub(crate) mod set_enabled;
pub(crate) mod set_user_enabled;
pub(crate) mod update_data;

use crate::error::Result;
use crate::json::Raw;

pub(crate) use client_authentication::{SHARED_SECRET, client_authentication};
pub(crate) use entry::{Call, Entry};
pub(crate) use request::{Request, unrecognized};

/// A row of the operation table.
pub(crate) struct Operation {
    /// The C function without its prefix.
    pub(crate) name: &'static str,
    pub(crate) routes: &'static [Route],
    /// The members that a REST request has in its path or query, and not in its body.
    pub(crate) parameters: &'static [&'static str],
    /// Whether a REST request carries a body.
    pub(crate) body: Body,
    /// What Elasticsearch's body parser is called in error messages.
    pub(crate) parser: &'static str,
    /// The action that a caller must be allowed to perform.
    pub(crate) action: &'static str,
    /// Whether it may change the store.
    pub(crate) writes: bool,
    /// The cluster privileges that grant the action, weakest first; none: every user has it.
    pub(crate) granted_by: &'static [&'static str],
    pub(crate) run: fn(Entry<'_>, Request<'_>) -> Result<String>,
}

/// Methods and a path; `{name}` in a path is a member of the request.
pub(crate) struct Route {
    pub(crate) methods: &'static [&'static str],
    pub(crate) path: &'static str,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Body {
    None,
    Required,
}

/// What grants an administrator's action on profiles.
pub(crate) const MANAGE_PROFILE: &[&str] = &["manage_user_profile", "manage_security", "all"];
/// What grants reading profiles.
pub(crate) const READ_PROFILE: &[&str] =
    &["manage_user_profile", "read_security", "manage_security", "all"];
/// What grants changing users.
pub(crate) const MANAGE_SECURITY: &[&str] = &["manage_security", "all"];
/// What grants reading users.
pub(crate) const READ_SECURITY: &[&str] = &["read_security", "manage_security", "all"];

/// The answer of operations that only say that they were done.
const ACKNOWLEDGED: &str = r#"{"acknowledged":true}"#;

/// What is wrong with the metadata of a user or role mapping, if anything.
fn reserved_metadata(metadata: Option<Raw<'_>>) -> Option<String> {
    metadata?.has_reserved_key().then(|| "metadata keys may not start with [_]".to_owned())
}
