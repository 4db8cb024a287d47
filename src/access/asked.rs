//! Privileges that somebody asks about, as the two has_privileges APIs take them.

use std::borrow::Cow;

use super::descriptor::{ApplicationEntry, IndexEntry, Part};
use super::names;
use crate::error::{Error, Result};
use crate::json::Raw;

/// The index privileges that cannot be checked.
const FAILURE_STORE: &[&str] = &["read_failure_store", "manage_failure_store"];

/// The privileges of a request, as given.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(crate) struct Asked {
    pub(crate) cluster: Vec<String>,
    pub(crate) indices: Vec<IndexEntry>,
    pub(crate) applications: Vec<ApplicationEntry>,
}

impl Asked {
    /// The privileges in these members; messages call the check `name`.
    pub(crate) fn parse<'a>(
        name: &str,
        members: impl IntoIterator<Item = (Cow<'a, str>, Raw<'a>)>,
    ) -> Result<Self> {
        let part = Part { what: "privileges check", name };
        let (mut cluster, mut indices, mut applications) = (None, None, None);
        for (field, value) in members {
            match &*field {
                "cluster" => cluster = part.nullable_strings("cluster", value)?,
                "index" => indices = Some(IndexEntry::parse_all(name, "index", value)?),
                "application" | "applications" => {
                    applications = Some(ApplicationEntry::parse_all(name, &field, value)?);
                }
                field => return Err(part.unexpected(field)),
            }
        }
        if cluster.is_none() && indices.is_none() && applications.is_none() {
            return Err(part.error("All privilege fields [cluster,index,applications] are missing"));
        }
        let asked = Self {
            cluster: cluster.unwrap_or_default(),
            indices: indices.unwrap_or_default(),
            applications: applications.unwrap_or_default(),
        };
        let unsupported = |field| {
            Error::parse(format!("Field [{field}] is not supported in a has_privileges request"))
        };
        if asked.indices.iter().any(|entry| entry.field_security.is_some()) {
            return Err(unsupported("field_security"));
        }
        if asked.indices.iter().any(|entry| entry.query.is_some()) {
            return Err(unsupported("query"));
        }
        Ok(asked)
    }

    /// How many bytes it takes, roughly.
    pub(super) fn size(&self) -> usize {
        let indices = self.indices.iter().flat_map(|entry| [&entry.names, &entry.privileges]);
        let applications = self.applications.iter();
        let applications = applications.flat_map(|entry| [&entry.privileges, &entry.resources]);
        let lists = indices.chain(applications).chain([&self.cluster]);
        lists.flatten().map(|text| text.len() + 24).sum()
    }

    /// What is wrong with the privileges.
    pub(crate) fn errors(&self) -> Vec<String> {
        let failure_store = |privilege: &&String| {
            FAILURE_STORE.iter().any(|name| name.eq_ignore_ascii_case(privilege))
        };
        let index = self.indices.iter().flat_map(|entry| &entry.privileges);
        let index = index.filter(failure_store).map(|privilege| {
            format!(
                "may not check the index privilege [{privilege}]: access to failure stores cannot \
                 be checked"
            )
        });
        let applications = self.applications.iter();
        let applications =
            applications.filter_map(|entry| names::application_error(&entry.application));
        let nothing =
            self.cluster.is_empty() && self.indices.is_empty() && self.applications.is_empty();
        let nothing = nothing.then(|| "must specify at least one privilege".to_owned());
        index.chain(applications).chain(nothing).collect()
    }
}

#[cfg(test)]
#[path = "asked_tests.rs"]
mod tests;
