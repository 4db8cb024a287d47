//! Everything that the roles of one user grant, for the user to see.

use std::collections::{BTreeSet, HashSet};

use super::descriptor::{ApplicationEntry, Descriptor, Global, IndexEntry, RemoteClusterEntry, RemoteIndexEntry};
use super::memory::Access;
use super::roles;
use crate::error::Result;
use crate::json::{push_array, push_strings};
use crate::store::Read;

/// The privileges of a user to whom these roles were given, each entry of a role once:
/// `{"cluster":[...],"global":[...],"indices":[...],"applications":[...],"run_as":[...]}`.
pub(crate) fn granted(access: &Access, txn: &impl Read, assigned: &[String]) -> Result<String> {
    let mut roles = Vec::new();
    for name in access.all_roles(assigned) {
        roles.extend(roles::find(txn, name)?);
    }
    let names = |list: fn(&Descriptor) -> &[String]| -> Vec<String> {
        let names: BTreeSet<&String> = roles.iter().flat_map(|role| list(role)).collect();
        names.into_iter().cloned().collect()
    };
    let mut out = String::from(r#"{"cluster":"#);
    push_strings(&mut out, &names(|role| &role.cluster));
    Ok(out)
}
