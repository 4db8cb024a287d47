//! Privileges that somebody asks about, as the two has_privileges APIs take them.

use super::descriptor::{ApplicationEntry, IndexEntry};

/// The privileges of a request, as given.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Asked {
    pub(crate) cluster: Vec<String>,
    pub(crate) indices: Vec<IndexEntry>,
    pub(crate) applications: Vec<ApplicationEntry>,
}
