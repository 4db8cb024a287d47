//! A role as it is given, stored and shown.

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
}

/// The privileges that look at the request; each category at most once.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Global {
    /// `application.manage.applications`: patterns of application names.
    pub(crate) manage_applications: Option<Vec<String>>,
    /// `profile.write.applications`: patterns of top-level keys of labels and data.
    pub(crate) write_profile: Option<Vec<String>>,
}

/// Index privileges of a role, or asked for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct IndexEntry {
    pub(crate) names: Vec<String>,
    pub(crate) privileges: Vec<String>,
    pub(crate) allow_restricted_indices: bool,
}

/// Application privileges of a role, or asked for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct ApplicationEntry {
    pub(crate) application: String,
    pub(crate) privileges: Vec<String>,
    pub(crate) resources: Vec<String>,
}
