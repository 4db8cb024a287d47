//! Roles by name: those in the store, and those that Elasticsearch has built in.

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::ops::ControlFlow;
use std::sync::LazyLock;

use super::descriptor::Descriptor;
use crate::error::{Error, Result};
use crate::identity::users;
use crate::json::{Kind, Raw, check, compact, string};
use crate::store::{Read, Table, WriteTxn, name_key};

/// Elasticsearch's built-in roles, as `get_role` shows them.
const SOURCE: &str = include_str!("builtin_roles.json");

struct BuiltIn {
    role: Descriptor,
    /// The member `"name":{...}` of an object.
    shown: String,
}

/// The built-in roles by name. A test proves that the source has no other than good ones.
static BUILT_IN: LazyLock<BTreeMap<String, BuiltIn>> = LazyLock::new(|| {
    let roles = Raw::trusted(SOURCE).member("roles").into_iter().flat_map(Raw::named);
    let roles = roles.filter_map(|(name, shown)| {
        let role = Descriptor::parse(&name, shown.named()).ok()?;
        let shown = member(&name, &compact(shown));
        Some((name.into_owned(), BuiltIn { role, shown }))
    });
    roles.collect()
});

/// Whether `name` is that of a built-in role.
pub(crate) fn is_reserved(name: &str) -> bool {
    BUILT_IN.contains_key(name)
}

/// What is wrong with the name of a new role, if anything.
pub(super) fn name_error(name: &str) -> Option<String> {
    users::name_error("Role", name).or_else(|| {
        is_reserved(name).then(|| format!("Role [{name}] is reserved and may not be used."))
    })
}

/// What the role `name` allows, if there is such a role.
pub(crate) fn find(txn: &impl Read, name: &str) -> Result<Option<Cow<'static, Descriptor>>> {
    if let Some(built_in) = BUILT_IN.get(name) {
        return Ok(Some(Cow::Borrowed(&built_in.role)));
    }
    let Some(stored) = txn.get(Table::Roles, &name_key(name))? else { return Ok(None) };
    let role = Descriptor::parse(name, read(name, stored)?.named());
    role.map(Cow::Owned).map(Some).map_err(|error| damaged(name, error.reason()))
}

/// The role `name` as the member `"name":{...}` of an object.
pub(crate) fn get(txn: &impl Read, name: &str) -> Result<Option<String>> {
    if let Some(built_in) = BUILT_IN.get(name) {
        return Ok(Some(built_in.shown.clone()));
    }
    let stored = txn.get(Table::Roles, &name_key(name))?;
    stored.map(|stored| Ok(member(name, read(name, stored)?.text()))).transpose()
}

/// Every role as a member `"name":{...}` of an object, by name.
pub(crate) fn all(txn: &impl Read) -> Result<Vec<String>> {
    let mut roles = BTreeMap::new();
    txn.scan(Table::Roles, &[], &mut |key, stored| {
        // Names of roles are shorter than keys, so a key is a name.
        let name = String::from_utf8_lossy(key).into_owned();
        let shown = member(&name, read(&name, stored)?.text());
        roles.insert(name, shown);
        Ok(ControlFlow::Continue(()))
    })?;
    for (name, built_in) in &*BUILT_IN {
        roles.insert(name.clone(), built_in.shown.clone());
    }
    Ok(roles.into_values().collect())
}

/// Stores a role, given as `Descriptor::to_json` writes it, in place of what had its name. Answers
/// whether nothing had.
pub(crate) fn put(txn: &mut WriteTxn<'_>, name: &str, role: &str) -> Result<bool> {
    let key = name_key(name);
    let created = txn.get(Table::Roles, &key)?.is_none();
    txn.put(Table::Roles, &key, role.as_bytes())?;
    Ok(created)
}

/// Removes the stored role `name`; answers whether there was one.
pub(crate) fn delete(txn: &mut WriteTxn<'_>, name: &str) -> Result<bool> {
    txn.delete(Table::Roles, &name_key(name))
}

fn member(name: &str, role: &str) -> String {
    format!("{}:{role}", string(name))
}

/// A stored role.
fn read<'a>(name: &str, stored: &'a [u8]) -> Result<Raw<'a>> {
    let text = check(stored).map_err(|error| damaged(name, error.reason()))?;
    match Raw::trusted(text) {
        role if role.kind() == Kind::Object => Ok(role),
        _ => Err(damaged(name, "it is not an object")),
    }
}

fn damaged(name: &str, why: &str) -> Error {
    Error::internal(format!("the role [{name}] in the store is damaged: {why}"))
}

#[cfg(test)]
#[path = "roles_tests.rs"]
mod tests;
