//! Checks of application privileges.

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::sync::{Arc, Mutex, PoisonError};

use super::{any, spend};
use crate::access::application_privileges;
use crate::access::names;
use crate::access::role::{ApplicationGroup, Role};
use crate::error::Result;
use crate::pattern::{BUDGET, Language};
use crate::store::Read;

/// An application that is asked about, with its stored privileges.
pub(super) struct Application {
    name: String,
    /// The actions of each.
    stored: HashMap<String, Vec<String>>,
    /// The actions of privileges that roles name together.
    resolved: Mutex<HashMap<BTreeSet<String>, Arc<Actions>>>,
}

/// Whether a privilege is held on a resource.
pub(super) struct ApplicationCheck {
    application: Arc<Application>,
    /// As it was asked for: a name or a pattern of actions.
    privilege: String,
    actions: Arc<Actions>,
    resource: Arc<Language>,
}

/// The actions of privileges; `None` if there are none.
type Actions = Option<Language>;

impl Application {
    pub(super) fn read(txn: &impl Read, name: &str) -> Result<Self> {
        Ok(Self {
            name: name.to_owned(),
            stored: application_privileges::of(txn, name)?.into_iter().collect(),
            resolved: Mutex::default(),
        })
    }

    /// The actions of these privileges together: names mean what is stored under them, and
    /// everything else is a pattern of actions itself.
    fn resolve(&self, privileges: &BTreeSet<String>, budget: &mut u32) -> Result<Arc<Actions>> {
        // The map is whole after any panic: each step leaves it usable.
        let resolved = || self.resolved.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(actions) = resolved().get(privileges) {
            return Ok(actions.clone());
        }
        let (named, mut actions): (Vec<&String>, Vec<&String>) =
            privileges.iter().partition(|one| names::is_privilege_name(one));
        actions.extend(named.into_iter().filter_map(|name| self.stored.get(name)).flatten());
        // Actions that are no patterns cost nothing to compile, but there may be many.
        spend(actions.len(), budget)?;
        let language =
            if actions.is_empty() { None } else { Some(Language::parse(&actions, budget)?) };
        let language = Arc::new(language);
        resolved().insert(privileges.clone(), language.clone());
        Ok(language)
    }
}

impl ApplicationCheck {
    pub(super) fn new(
        application: &Arc<Application>,
        privilege: &str,
        resource: &Arc<Language>,
        budget: &mut u32,
    ) -> Result<Self> {
        Ok(Self {
            application: application.clone(),
            privilege: privilege.to_owned(),
            actions: application.resolve(&BTreeSet::from([privilege.to_owned()]), budget)?,
            resource: resource.clone(),
        })
    }

    /// Whether the group grants the privilege, on whatever resources.
    fn is_granted(&self, group: &ApplicationGroup, effort: &mut u32) -> Result<bool> {
        if !group.is_about(&self.application.name) {
            return Ok(false);
        }
        let is_identical = self.application_of(group) == self.application.name
            && group.privileges.iter().eq([&self.privilege]);
        if is_identical {
            return Ok(true);
        }
        // Not more than a role may cost when it is put.
        let mut budget = BUDGET.min(*effort);
        *effort -= budget;
        let granted = self.application.resolve(&group.privileges, &mut budget);
        *effort += budget;
        let granted = granted?;
        match (&*granted, &*self.actions) {
            (None, _) => Ok(false),
            (Some(granted), _) if granted.is_everything() => Ok(true),
            (Some(granted), Some(asked)) => asked.is_covered(None, &[granted], effort),
            (Some(_), None) => Ok(false),
        }
    }

    /// The application that a group is about: one with a wildcard is about each stored application
    /// that it matches, as if it named it.
    fn application_of<'g>(&'g self, group: &'g ApplicationGroup) -> &'g str {
        if self.application.stored.is_empty() { &group.application } else { &self.application.name }
    }

    pub(super) fn is_passed(&self, roles: &[&Role], effort: &mut u32) -> Result<bool> {
        // The resources of groups with an equal privilege are united.
        let mut united: BTreeMap<_, Vec<&Language>> = BTreeMap::new();
        for group in roles.iter().flat_map(|role| &role.applications) {
            if self.is_granted(group, effort)? {
                let privilege = (self.application_of(group), &group.privileges);
                united.entry(privilege).or_default().push(&group.resources);
            }
        }
        let united: Vec<_> = united.into_values().collect();
        any(&united, |resources| self.resource.is_covered(None, resources, effort))
    }

    pub(super) fn is_helped(&self, role: &Role, effort: &mut u32) -> Result<bool> {
        any(&role.applications, |group| {
            Ok(self.is_granted(group, effort)?
                && self.resource.meets(None, &group.resources, effort)?)
        })
    }

    pub(super) fn size(&self) -> usize {
        let actions = self.actions.as_ref().as_ref().map_or(0, Language::size);
        self.privilege.len() + actions + self.resource.size() + 128
    }
}
