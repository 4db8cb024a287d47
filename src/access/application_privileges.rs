//! Application privileges in the store: what their names mean.

use std::collections::BTreeMap;
use std::ops::ControlFlow;

use crate::error::{Error, Result};
use crate::json::{Kind, Raw, check, push_string, string};
use crate::store::{Read, Table, WriteTxn, name_key};

/// The key of a privilege. Names have no white space, and with the space between them they are
/// shorter than keys: `put_privileges` sees to both.
fn key(application: &str, name: &str) -> String {
    format!("{application} {name}")
}

/// Stores a privilege, given as `get_privileges` shows it, in place of what had its name. Answers whether
/// nothing had.
pub(crate) fn put(
    txn: &mut WriteTxn<'_>,
    application: &str,
    name: &str,
    privilege: &str,
) -> Result<bool> {
    let key = key(application, name);
    let created = txn.get(Table::Privileges, key.as_bytes())?.is_none();
    txn.put(Table::Privileges, key.as_bytes(), privilege.as_bytes())?;
    Ok(created)
}

/// Removes a privilege; answers whether it was there.
pub(crate) fn delete(txn: &mut WriteTxn<'_>, application: &str, name: &str) -> Result<bool> {
    txn.delete(Table::Privileges, &name_key(&key(application, name)))
}

/// The privileges of these applications, a name, a beginning with `*` behind it or all, and of these
/// names, by application: members `"application":{"name":{...},...}` of an object.
pub(crate) fn get(
    txn: &impl Read,
    application: Option<&str>,
    is_wanted: impl Fn(&str) -> bool,
) -> Result<Vec<String>> {
    let application = application.unwrap_or("*");
    if application.contains(' ') {
        // No name has one, and in keys it stands between two.
        return Ok(Vec::new());
    }
    let beginning = match application.strip_suffix('*') {
        Some(beginning) => beginning.to_owned(),
        None => key(application, ""),
    };
    let mut applications: BTreeMap<String, String> = BTreeMap::new();
    scan(txn, &beginning, |application, name, privilege| {
        if is_wanted(name) {
            let members = applications.entry(application.to_owned()).or_default();
            if !members.is_empty() {
                members.push(',');
            }
            push_string(members, name);
            members.push(':');
            members.push_str(privilege.text());
        }
        Ok(())
    })?;
    let applications = applications.into_iter();
    Ok(applications.map(|(name, members)| format!("{}:{{{members}}}", string(&name))).collect())
}

/// The privileges of one application: their names and actions.
pub(super) fn of(txn: &impl Read, application: &str) -> Result<Vec<(String, Vec<String>)>> {
    let mut privileges = Vec::new();
    scan(txn, &key(application, ""), |_, name, privilege| {
        let actions = privilege.member("actions").and_then(Raw::strings);
        let actions = actions.ok_or_else(|| damaged(application, name, "it has no actions"))?;
        privileges.push((name.to_owned(), actions));
        Ok(())
    })?;
    Ok(privileges)
}

/// Visits the privileges whose keys begin with `beginning`.
fn scan(
    txn: &impl Read,
    beginning: &str,
    mut visit: impl FnMut(&str, &str, Raw<'_>) -> Result<()>,
) -> Result<()> {
    txn.scan(Table::Privileges, &name_key(beginning), &mut |key, stored| {
        let key = String::from_utf8_lossy(key);
        if !key.starts_with(beginning) {
            return Ok(ControlFlow::Break(()));
        }
        let (application, name) = key.split_once(' ').unwrap_or((&key, ""));
        let privilege = check(stored).map(Raw::trusted);
        let privilege = privilege.map_err(|error| damaged(application, name, error.reason()))?;
        if privilege.kind() != Kind::Object {
            return Err(damaged(application, name, "it is not an object"));
        }
        visit(application, name, privilege)?;
        Ok(ControlFlow::Continue(()))
    })
}

fn damaged(application: &str, name: &str, why: &str) -> Error {
    Error::internal(format!(
        "the privilege [{name}] of the application [{application}] in the store is damaged: {why}"
    ))
}

#[cfg(test)]
#[path = "application_privileges_tests.rs"]
mod tests;
