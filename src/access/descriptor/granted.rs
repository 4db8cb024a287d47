//! What several roles grant together, for the user who has them to see.

use std::borrow::Cow;
use std::collections::{BTreeSet, HashSet};

use super::{ApplicationEntry, Descriptor, IndexEntry, RemoteClusterEntry, RemoteIndexEntry};
use crate::json::{push_array, push_string};

/// `{"cluster":[...],"global":[...],"indices":[...],"applications":[...],"run_as":[...]}` and what is
/// granted on other clusters. Entries of roles stay as they are, and are listed once.
pub(crate) fn granted(roles: &[Cow<'_, Descriptor>]) -> String {
    let mut out = String::from(r#"{"cluster":"#);
    push_names(&mut out, roles, |role| &role.cluster);
    out.push_str(r#","global":"#);
    let global: BTreeSet<String> = roles.iter().flat_map(|role| role.global.each()).collect();
    push_array(&mut out, &Vec::from_iter(global), |privilege, out| out.push_str(privilege));
    out.push_str(r#","indices":"#);
    push_entries(&mut out, roles, |role| &role.indices, IndexEntry::push_granted);
    out.push_str(r#","applications":"#);
    push_entries(&mut out, roles, |role| &role.applications, ApplicationEntry::push);
    out.push_str(r#","run_as":"#);
    push_names(&mut out, roles, |role| &role.run_as);
    if roles.iter().any(|role| !role.remote_indices.is_empty()) {
        out.push_str(r#","remote_indices":"#);
        push_entries(&mut out, roles, |role| &role.remote_indices, RemoteIndexEntry::push_granted);
    }
    if roles.iter().any(|role| !role.remote_cluster.is_empty()) {
        out.push_str(r#","remote_cluster":"#);
        push_entries(&mut out, roles, |role| &role.remote_cluster, RemoteClusterEntry::push);
    }
    out.push('}');
    out
}

/// Appends the names of a list of every role, sorted.
fn push_names(out: &mut String, roles: &[Cow<'_, Descriptor>], list: fn(&Descriptor) -> &[String]) {
    let names: BTreeSet<&String> = roles.iter().flat_map(|role| list(role)).collect();
    push_array(out, &Vec::from_iter(names), |name, out| push_string(out, name));
}

/// Appends the entries of a list of every role, in the order of the roles.
fn push_entries<T>(
    out: &mut String,
    roles: &[Cow<'_, Descriptor>],
    list: fn(&Descriptor) -> &[T],
    push: fn(&T, &mut String),
) {
    let mut seen = HashSet::new();
    let entries = roles.iter().flat_map(|role| list(role)).map(|entry| {
        let mut text = String::new();
        push(entry, &mut text);
        text
    });
    let entries: Vec<String> = entries.filter(|text| seen.insert(text.clone())).collect();
    push_array(out, &entries, |text, out| out.push_str(text));
}
