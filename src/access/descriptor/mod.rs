//! A role as it is given, stored and shown.

mod applications;
mod global;
mod granted;
mod indices;
mod part;
mod remote;
#[cfg(test)]
mod tests;

use std::borrow::Cow;

use super::actions::Scope;
use super::{names, roles};
use crate::error::Result;
use crate::json::{Raw, compact, push_array, push_given, push_strings};

pub(crate) use applications::ApplicationEntry;
pub(crate) use global::Global;
pub(crate) use granted::granted;
pub(crate) use indices::IndexEntry;
pub(crate) use part::Part;
use remote::{RemoteClusterEntry, RemoteIndexEntry};

/// How many things are said to be wrong with one role: some messages are long.
const MOST_ERRORS: usize = 100;

const MAX_DESCRIPTION: usize = 1000;

/// What a role allows, and what is said about it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Descriptor {
    /// Cluster privileges: names or raw actions, as given.
    pub(crate) cluster: Vec<String>,
    pub(crate) global: Global,
    pub(crate) indices: Vec<IndexEntry>,
    pub(crate) applications: Vec<ApplicationEntry>,
    /// Patterns of the usernames that may be acted for.
    pub(crate) run_as: Vec<String>,
    remote_indices: Vec<RemoteIndexEntry>,
    remote_cluster: Vec<RemoteClusterEntry>,
    /// A JSON object as text.
    metadata: String,
    description: Option<String>,
}

impl Descriptor {
    /// The role `name` of these members: of a request, or of what `to_json` wrote.
    pub(crate) fn parse<'a>(
        name: &str,
        members: impl IntoIterator<Item = (Cow<'a, str>, Raw<'a>)>,
    ) -> Result<Self> {
        let part = Part { what: "role", name };
        let mut role = Self::empty();
        for (field, value) in members {
            match &*field {
                "cluster" => {
                    role.cluster = part.nullable_strings("cluster", value)?.unwrap_or_default();
                }
                "global" => role.global = Global::parse(name, value)?,
                "indices" | "index" => role.indices = IndexEntry::parse_all(name, &field, value)?,
                "applications" | "application" => {
                    role.applications = ApplicationEntry::parse_all(name, &field, value)?;
                }
                "run_as" => {
                    role.run_as = part.nullable_strings("run_as", value)?.unwrap_or_default();
                }
                "metadata" => role.metadata = compact(part.object("metadata", value)?),
                "remote_indices" => role.remote_indices = RemoteIndexEntry::parse_all(name, value)?,
                "remote_cluster" => {
                    role.remote_cluster = RemoteClusterEntry::parse_all(name, value)?;
                }
                "description" => role.description = Some(part.string("description", value)?),
                "transient_metadata" | "type" => {}
                field => return Err(part.unexpected(field)),
            }
        }
        Ok(role)
    }

    fn empty() -> Self {
        Self {
            cluster: Vec::new(),
            global: Global::default(),
            indices: Vec::new(),
            applications: Vec::new(),
            run_as: Vec::new(),
            remote_indices: Vec::new(),
            remote_cluster: Vec::new(),
            metadata: "{}".to_owned(),
            description: None,
        }
    }

    /// What is wrong with it as the new role `name`.
    pub(crate) fn errors(&self, name: Option<&str>) -> Vec<String> {
        let cluster = self.cluster.iter().map(|privilege| Scope::Cluster.check(privilege));
        let index = self.index_privileges().map(|privilege| Scope::Index.check(privilege));
        let unknown = cluster.chain(index).filter_map(|checked| checked.err());
        let applications = self.applications.iter().flat_map(|entry| {
            let privileges = entry.privileges.iter();
            names::application_or_wildcard_error(&entry.application)
                .into_iter()
                .chain(privileges.filter_map(|name| names::privilege_or_action_error(name)))
        });
        let metadata = Raw::trusted(&self.metadata)
            .has_reserved_key()
            .then(|| "role descriptor metadata keys may not start with [_]".to_owned());
        let length = self.description.as_deref().map_or(0, |text| text.chars().count());
        let description = (length > MAX_DESCRIPTION)
            .then(|| format!("Role description must be less than {MAX_DESCRIPTION} characters."));
        let name = match name {
            Some(name) => roles::name_error(name),
            None => Some("role name is missing".to_owned()),
        };
        let errors = name.into_iter();
        errors
            .chain(unknown.map(|error| error.reason().to_owned()))
            .chain(applications)
            .chain(metadata)
            .chain(description)
            .take(MOST_ERRORS)
            .collect()
    }

    fn index_privileges(&self) -> impl Iterator<Item = &String> {
        let remote = self.remote_indices.iter().map(|entry| &entry.index);
        let entries = self.indices.iter().chain(remote).flat_map(|entry| &entry.privileges);
        let managed = self.global.manage_roles.iter().flatten();
        entries.chain(managed.flat_map(|entry| &entry.privileges))
    }

    /// The role as `get_role` shows it.
    pub(crate) fn to_json(&self) -> String {
        let mut out = String::from(r#"{"cluster":"#);
        push_strings(&mut out, &self.cluster);
        self.global.push(&mut out);
        out.push_str(r#","indices":"#);
        push_array(&mut out, &self.indices, IndexEntry::push);
        out.push_str(r#","applications":"#);
        push_array(&mut out, &self.applications, ApplicationEntry::push);
        out.push_str(r#","run_as":"#);
        push_strings(&mut out, &self.run_as);
        out.push_str(r#","metadata":"#);
        out.push_str(&self.metadata);
        out.push_str(r#","transient_metadata":{"enabled":true}"#);
        if !self.remote_indices.is_empty() {
            out.push_str(r#","remote_indices":"#);
            push_array(&mut out, &self.remote_indices, RemoteIndexEntry::push);
        }
        if !self.remote_cluster.is_empty() {
            out.push_str(r#","remote_cluster":"#);
            push_array(&mut out, &self.remote_cluster, RemoteClusterEntry::push);
        }
        push_given(&mut out, "description", self.description.as_deref());
        out.push('}');
        out
    }
}
