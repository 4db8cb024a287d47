//! One file per API. Everything about an operation stands in its file: its row of the table, its
//! request, its rules and its work.

pub(crate) mod activate;
pub(crate) mod authenticate;
pub(crate) mod change_password;
pub(crate) mod check;
mod client_authentication;
pub(crate) mod delete_privileges;
pub(crate) mod delete_role;
pub(crate) mod delete_role_mapping;
pub(crate) mod delete_user;
mod entry;
mod failures;
pub(crate) mod get;
pub(crate) mod get_privileges;
pub(crate) mod get_role;
pub(crate) mod get_role_mapping;
pub(crate) mod get_token;
pub(crate) mod get_user;
pub(crate) mod get_user_privileges;
pub(crate) mod has_privileges;
mod hint;
pub(crate) mod invalidate_token;
pub(crate) mod put_privileges;
pub(crate) mod put_role;
pub(crate) mod put_role_mapping;
pub(crate) mod put_user;
mod request;
pub(crate) mod set_enabled;
pub(crate) mod set_user_enabled;
pub(crate) mod suggest;
pub(crate) mod update_data;
pub(crate) mod user_has_privileges;

use std::borrow::Cow;
use std::collections::BTreeSet;

use crate::error::{Error, Result};
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
    /// Required, but it may be the query parameter `source` instead.
    OrSource,
    /// It may be left out, or be the query parameter `source` instead; the query may have this
    /// member of it.
    Optional(&'static str),
    /// Required, and the value of this member.
    Member(&'static str),
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

/// Elasticsearch's limit for the id of a document.
const MAX_ID: usize = 512;

/// What is wrong with an id of `length` bytes, if anything.
fn id_error(length: usize) -> Option<String> {
    (length > MAX_ID)
        .then(|| format!("id is too long, must be no longer than {MAX_ID} bytes but was: {length}"))
}

/// How large a definition may be that every check of privileges or every login looks at.
const MAX_SIZE: usize = 1 << 20;

/// Refuses a definition that is too large.
fn check_size(what: &str, name: &str, definition: &str) -> Result<()> {
    let size = definition.len();
    if size <= MAX_SIZE {
        return Ok(());
    }
    Err(Error::too_large(format!(
        "the {what} [{name}] would have {size} bytes, more than the limit of {MAX_SIZE}"
    )))
}

/// The names in lists that may have commas in them, each once.
fn each_name<'n>(lists: &'n [Cow<'_, str>]) -> BTreeSet<&'n str> {
    lists.iter().flat_map(|list| list.split(',')).filter(|name| !name.is_empty()).collect()
}

/// An answer of members of an object; 404 if something was asked for by name and nothing is there.
fn found(members: &[String], by_name: bool) -> Result<String> {
    if members.is_empty() && by_name {
        return Err(Error::answered(404, "{}".to_owned()));
    }
    Ok(format!("{{{}}}", members.join(",")))
}

/// The answer for the names in these lists, or for all if there are none.
fn found_by_name(
    lists: &[Cow<'_, str>],
    all: impl FnOnce() -> Result<Vec<String>>,
    get: impl Fn(&str) -> Result<Option<String>>,
) -> Result<String> {
    if lists.is_empty() {
        return found(&all()?, false);
    }
    let members = each_name(lists).into_iter().filter_map(|name| get(name).transpose());
    found(&members.collect::<Result<Vec<_>>>()?, true)
}
