//! What a role allows on other clusters. It is kept and shown, and grants nothing here.

use super::indices::IndexEntry;
use super::part::Part;
use crate::error::{Error, Result};
use crate::json::{Raw, push_strings};

/// The cluster privileges that can be had on another cluster.
const SUPPORTED: &[&str] = &["monitor_enrich", "monitor_stats"];

/// Index privileges on other clusters.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct RemoteIndexEntry {
    pub(crate) index: IndexEntry,
    pub(crate) clusters: Vec<String>,
}

/// Cluster privileges on other clusters.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct RemoteClusterEntry {
    pub(crate) privileges: Vec<String>,
    pub(crate) clusters: Vec<String>,
}

impl RemoteIndexEntry {
    /// Parses the array `remote_indices` of the role `name`.
    pub(super) fn parse_all(name: &str, value: Raw<'_>) -> Result<Vec<Self>> {
        let part = Part { what: "remote indices privileges for role", name };
        part.objects("remote_indices", value, |entry| {
            let mut clusters = None;
            let index = IndexEntry::parse(part, entry, |field, value| match field {
                "clusters" => some_clusters(part, value).map(|found| clusters = Some(found)),
                _ => Err(part.unexpected(field)),
            })?;
            Ok(Self { index, clusters: part.required("clusters", clusters)? })
        })
    }

    /// Appends the entry as JSON.
    pub(super) fn push(&self, out: &mut String) {
        self.index.push(out);
        self.push_clusters(out);
    }

    /// Appends the entry as users see their own.
    pub(super) fn push_granted(&self, out: &mut String) {
        self.index.push_granted(out);
        self.push_clusters(out);
    }

    /// Adds the last member to the index entry just appended.
    fn push_clusters(&self, out: &mut String) {
        out.pop();
        out.push_str(r#","clusters":"#);
        push_strings(out, &self.clusters);
        out.push('}');
    }
}

impl RemoteClusterEntry {
    /// Parses the array `remote_cluster` of the role `name`.
    pub(super) fn parse_all(name: &str, value: Raw<'_>) -> Result<Vec<Self>> {
        let part = Part { what: "remote_cluster for role", name };
        part.objects("remote_cluster", value, |entry| {
            let (mut privileges, mut clusters) = (None, None);
            for (field, value) in entry.named() {
                match &*field {
                    "privileges" => privileges = Some(supported(part, value)?),
                    "clusters" => clusters = Some(some_clusters(part, value)?),
                    field => return Err(part.unexpected(field)),
                }
            }
            Ok(Self {
                privileges: part.required("privileges", privileges)?,
                clusters: part.required("clusters", clusters)?,
            })
        })
    }

    /// Appends the entry as JSON.
    pub(super) fn push(&self, out: &mut String) {
        out.push_str(r#"{"privileges":"#);
        push_strings(out, &self.privileges);
        out.push_str(r#","clusters":"#);
        push_strings(out, &self.clusters);
        out.push('}');
    }
}

fn supported(part: Part<'_>, value: Raw<'_>) -> Result<Vec<String>> {
    let privileges = part.strings("privileges", value)?;
    if privileges.is_empty() {
        return Err(part.error("[privileges] cannot be an empty array"));
    }
    match privileges.iter().find(|privilege| !SUPPORTED.contains(&privilege.as_str())) {
        None => Ok(privileges),
        Some(other) => Err(part.error(&format!(
            "[{}] are the only values allowed for [privileges] within [remote_cluster]. Found \
             [{other}]",
            SUPPORTED.join(", ")
        ))),
    }
}

fn some_clusters(part: Part<'_>, value: Raw<'_>) -> Result<Vec<String>> {
    let clusters = part.strings("clusters", value)?;
    if clusters.is_empty() {
        return Err(Error::illegal_argument(
            "the [clusters] sub-field must refer to at least one cluster alias or cluster alias \
             pattern",
        ));
    }
    Ok(clusters)
}
