//! A role, compiled: what its descriptor means.

use std::collections::BTreeSet;
use std::sync::Arc;

use super::actions::{self, Scope};
use super::descriptor::{ApplicationEntry, Descriptor};
use crate::error::Result;
use crate::pattern::{BUDGET, Language};

/// A role as checks see it.
pub(crate) struct Role {
    pub(super) name: String,
    /// The actions of operations that a cluster privilege allows.
    pub(super) allowed: Vec<&'static str>,
    /// One language of actions for each cluster privilege.
    pub(super) cluster: Vec<Arc<Language>>,
    pub(super) indices: Vec<IndexGroup>,
    pub(super) applications: Vec<ApplicationGroup>,
    pub(super) run_as: Language,
    /// Of application names, for the actions on application privileges.
    pub(super) manage_applications: Option<Language>,
    /// Of top-level keys of labels and data, for updates of profiles.
    pub(super) write_profile: Option<Language>,
}

/// Privileges on indices of some names.
pub(super) struct IndexGroup {
    pub(super) names: Language,
    /// Groups of one role set are united when these are the same.
    pub(super) privileges: BTreeSet<String>,
    pub(super) actions: Vec<Arc<Language>>,
    pub(super) allow_restricted: bool,
}

/// Privileges on resources of applications.
pub(super) struct ApplicationGroup {
    /// A name, or the beginning of one with `*` behind it.
    pub(super) application: String,
    pub(super) privileges: BTreeSet<String>,
    pub(super) resources: Language,
}

impl Role {
    /// Compiles a role, for a library whose operations have these actions. A 400 names what cannot
    /// be compiled.
    pub(super) fn compile(
        name: &str,
        descriptor: &Descriptor,
        actions: &[&'static str],
    ) -> Result<Self> {
        let budget = &mut { BUDGET };
        let cluster = descriptor.cluster.iter().map(|one| Scope::Cluster.resolve(one, budget));
        let cluster: Vec<Arc<Language>> = cluster.collect::<Result<_>>()?;
        let is_allowed = |action: &&str| cluster.iter().any(|one| one.contains(action));
        let allowed = actions.iter().copied().filter(is_allowed).collect();
        let mut indices = Vec::with_capacity(descriptor.indices.len());
        for entry in &descriptor.indices {
            let reaching = entry.privileges.iter().filter(|one| !actions::is_for_failures(one));
            let allowed = reaching.map(|one| Scope::Index.resolve(one, budget));
            let allowed = allowed.collect::<Result<_>>()?;
            indices.push(IndexGroup {
                names: Language::parse(&entry.names, budget)?,
                privileges: entry.privileges.iter().map(|one| one.to_lowercase()).collect(),
                actions: allowed,
                allow_restricted: entry.allow_restricted_indices,
            });
        }
        let applications = descriptor.applications.iter();
        let applications = applications.map(|entry| ApplicationGroup::compile(entry, budget));
        let applications = applications.collect::<Result<_>>()?;
        let mut patterns = |given: &Option<Vec<String>>| {
            given.as_deref().map(|given| Language::parse(given, budget)).transpose()
        };
        Ok(Self {
            name: name.to_owned(),
            allowed,
            cluster,
            indices,
            applications,
            manage_applications: patterns(&descriptor.global.manage_applications)?,
            write_profile: patterns(&descriptor.global.write_profile)?,
            run_as: Language::parse(&descriptor.run_as, budget)?,
        })
    }

    /// How many bytes it takes, roughly.
    pub(super) fn size(&self) -> usize {
        let languages = self.indices.iter().map(|group| &group.names);
        let languages = languages.chain(self.applications.iter().map(|group| &group.resources));
        let languages = languages.chain(&self.manage_applications).chain(&self.write_profile);
        let size: usize = languages.chain([&self.run_as]).map(Language::size).sum();
        // Raw actions are languages of their own, whose size is that of a few of these.
        let privileges: usize = self.indices.iter().map(|group| group.actions.len()).sum();
        size_of::<Self>() + size + (self.cluster.len() + privileges) * 4096
    }
}

impl ApplicationGroup {
    fn compile(entry: &ApplicationEntry, budget: &mut u32) -> Result<Self> {
        Ok(Self {
            application: entry.application.clone(),
            privileges: entry.privileges.iter().cloned().collect(),
            resources: Language::parse(&entry.resources, budget)?,
        })
    }

    /// Whether the group is about `application`.
    pub(super) fn is_about(&self, application: &str) -> bool {
        match self.application.strip_suffix('*') {
            Some(beginning) => application.starts_with(beginning),
            None => self.application == application,
        }
    }
}
