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

/// So many actions of privileges that roles name together are kept for one application.
const MOST_RESOLVED: usize = 200_000;

/// An application that is asked about, with its stored privileges.
pub(crate) struct Application {
    name: String,
    /// The actions of each.
    stored: HashMap<String, Vec<String>>,
    resolved: Mutex<Resolved>,
}

/// The actions of privileges that roles name together.
#[derive(Default)]
struct Resolved {
    actions: HashMap<BTreeSet<String>, Arc<Actions>>,
    /// How many there are.
    count: usize,
}

/// The actions of privileges; `None` if there are none.
type Actions = Option<Language>;

/// A privilege that is asked about, on whatever resources.
pub(super) struct AskedPrivilege {
    application: Arc<Application>,
    /// As it was asked for: a name or a pattern of actions.
    name: String,
    actions: Arc<Actions>,
    /// The places of the groups that grant it, of the role that was looked at last: there are as
    /// many checks of one role as there are resources.
    granting: Mutex<Option<(String, Arc<[usize]>)>>,
}

/// Whether a privilege is held on a resource.
pub(super) struct ApplicationCheck {
    pub(super) privilege: Arc<AskedPrivilege>,
    pub(super) resource: Arc<Language>,
}

impl Application {
    pub(crate) fn read(txn: &impl Read, name: &str) -> Result<Self> {
        Ok(Self {
            name: name.to_owned(),
            stored: application_privileges::of(txn, name)?.into_iter().collect(),
            resolved: Mutex::default(),
        })
    }

    /// How many bytes it takes with what roles make of it, roughly.
    pub(crate) fn size(&self) -> usize {
        let actions = self.stored.values().flatten();
        self.name.len() + 2 * actions.map(|action| action.len() + 48).sum::<usize>() + 256
    }

    /// The actions of these privileges together: names mean what is stored under them, and
    /// everything else is a pattern of actions itself.
    fn resolve(&self, privileges: &BTreeSet<String>, budget: &mut u32) -> Result<Arc<Actions>> {
        // The map is whole after any panic: each step leaves it usable.
        let resolved = || self.resolved.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(actions) = resolved().actions.get(privileges) {
            return Ok(actions.clone());
        }
        let (named, mut actions): (Vec<&String>, Vec<&String>) =
            privileges.iter().partition(|one| names::is_privilege_name(one));
        actions.extend(named.into_iter().filter_map(|name| self.stored.get(name)).flatten());
        // Actions that are no patterns cost nothing to compile, but there may be many.
        spend(actions.len(), budget)?;
        let language = Arc::new(compiled(&actions, budget)?);
        let mut resolved = resolved();
        if resolved.count + actions.len() > MOST_RESOLVED {
            *resolved = Resolved::default();
        }
        resolved.count += actions.len();
        resolved.actions.insert(privileges.clone(), language.clone());
        Ok(language)
    }
}

/// The language of these actions, if there is any text in it.
fn compiled(actions: &[&String], budget: &mut u32) -> Result<Actions> {
    let language = Language::parse(actions, budget)?;
    let is_empty = language.is_covered(None, &[], budget)?;
    Ok((!is_empty).then_some(language))
}

impl AskedPrivilege {
    pub(super) fn new(
        application: &Arc<Application>,
        name: &str,
        budget: &mut u32,
    ) -> Result<Self> {
        let name = name.to_owned();
        let actions = if application.stored.contains_key(&name) {
            application.resolve(&BTreeSet::from([name.clone()]), budget)?
        } else if names::is_privilege_name(&name) {
            Arc::new(None)
        } else {
            Arc::new(compiled(&[&name], budget)?)
        };
        let application = application.clone();
        Ok(Self { application, name, actions, granting: Mutex::default() })
    }

    /// The places of the role's groups that grant the privilege, on whatever resources.
    fn granting(&self, role: &Role, effort: &mut u32) -> Result<Arc<[usize]>> {
        let last = || self.granting.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some((name, places)) = &*last()
            && *name == role.name
        {
            return Ok(places.clone());
        }
        spend(role.applications.len(), effort)?;
        let mut places = Vec::new();
        for (place, group) in role.applications.iter().enumerate() {
            if self.is_granted(group, effort)? {
                places.push(place);
            }
        }
        let places: Arc<[usize]> = places.into();
        *last() = Some((role.name.clone(), places.clone()));
        Ok(places)
    }

    fn is_granted(&self, group: &ApplicationGroup, effort: &mut u32) -> Result<bool> {
        if !group.is_about(&self.application.name) {
            return Ok(false);
        }
        let is_identical = self.application_of(group) == self.application.name
            && group.privileges.iter().eq([&self.name]);
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
}

impl ApplicationCheck {
    pub(super) fn is_passed(&self, roles: &[&Role], effort: &mut u32) -> Result<bool> {
        // The resources of groups with an equal privilege are united.
        let mut united: BTreeMap<_, Vec<&Language>> = BTreeMap::new();
        for role in roles {
            for group in
                self.granting(role, effort)?.iter().filter_map(|at| role.applications.get(*at))
            {
                let privilege = (self.privilege.application_of(group), &group.privileges);
                united.entry(privilege).or_default().push(&group.resources);
            }
        }
        let united: Vec<_> = united.into_values().collect();
        any(&united, |resources| {
            spend(resources.len(), effort)?;
            self.resource.is_covered(None, resources, effort)
        })
    }

    pub(super) fn is_helped(&self, role: &Role, effort: &mut u32) -> Result<bool> {
        any(&self.granting(role, effort)?, |at| {
            spend(1, effort)?;
            role.applications
                .get(*at)
                .map_or(Ok(false), |group| self.resource.meets(None, &group.resources, effort))
        })
    }

    fn granting(&self, role: &Role, effort: &mut u32) -> Result<Arc<[usize]>> {
        self.privilege.granting(role, effort)
    }

    pub(super) fn size(&self) -> usize {
        self.privilege.name.len() + self.resource.size() + 256
    }
}
