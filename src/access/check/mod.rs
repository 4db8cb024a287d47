//! Whether roles hold privileges that somebody asks about.
//!
//! Each privilege on each name or resource is a check of its own. What one role means for each
//! check is worked out once and remembered; roles are only looked at together where none of them
//! settles a check alone.

mod applications;
mod indices;

use std::collections::HashMap;
use std::sync::{Arc, PoisonError, RwLock};

use super::actions::Scope;
use super::asked::Asked;
use super::role::Role;
use crate::error::{Error, Result};
use crate::pattern::{BUDGET, Language};
use crate::store::Read;

use applications::{Application, ApplicationCheck};
use indices::{IndexCheck, IndexName};

/// What answering one request may cost, in checks of single roles and steps through patterns.
pub(crate) const EFFORT: u32 = 20_000_000;

/// Privileges that are asked about, ready to be checked.
pub(crate) struct Question {
    checks: Vec<Check>,
    /// Why nobody can be said to hold what is asked: a privilege that does not exist.
    pub(crate) unknown: Option<Error>,
    /// What each role means for the checks, by its name.
    verdicts: RwLock<HashMap<String, Arc<[Verdict]>>>,
}

enum Check {
    /// Actions of cluster privileges.
    Cluster(Arc<Language>),
    Index(IndexCheck),
    Application(ApplicationCheck),
}

/// What one role means for one check.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Verdict {
    /// Nothing, whatever other roles there are.
    Nothing,
    /// It does not hold the privilege, but may do so together with other roles.
    Part,
    Holds,
}

/// A role and what it means for each check of a question.
pub(crate) type Judged = (Arc<Role>, Arc<[Verdict]>);

impl Question {
    /// The checks of `asked`: cluster privileges; index privileges by entry, name and privilege;
    /// application privileges by entry, resource and privilege. Application privileges that are
    /// stored are read from `txn`. A pattern that cannot be compiled is a 400.
    pub(crate) fn new(asked: &Asked, txn: &impl Read) -> Result<Self> {
        let budget = &mut { BUDGET };
        let mut question = Self { checks: Vec::new(), unknown: None, verdicts: RwLock::default() };
        for privilege in &asked.cluster {
            if let Some(actions) = question.known(Scope::Cluster.resolve(privilege, budget)) {
                question.checks.push(Check::Cluster(actions));
            }
        }
        for entry in &asked.indices {
            let privileges = entry.privileges.iter();
            let privileges: Vec<Arc<Language>> = privileges
                .filter_map(|one| question.known(Scope::Index.resolve(one, budget)))
                .collect();
            for name in &entry.names {
                let allow_restricted = entry.allow_restricted_indices;
                let name = Arc::new(IndexName::parse(name, allow_restricted, budget)?);
                let checks = privileges.iter().map(|actions| {
                    Check::Index(IndexCheck { name: name.clone(), actions: actions.clone() })
                });
                question.checks.extend(checks);
            }
        }
        let mut applications: HashMap<&str, Arc<Application>> = HashMap::new();
        for entry in &asked.applications {
            let name = entry.application.as_str();
            let application = match applications.get(name) {
                Some(application) => application.clone(),
                None => {
                    let application = Arc::new(Application::read(txn, name)?);
                    applications.insert(name, application.clone());
                    application
                }
            };
            for resource in &entry.resources {
                let resource = Arc::new(Language::parse(&[resource], budget)?);
                for privilege in &entry.privileges {
                    question.checks.push(Check::Application(ApplicationCheck::new(
                        &application,
                        privilege,
                        &resource,
                        budget,
                    )?));
                }
            }
        }
        Ok(question)
    }

    /// The actions of a privilege, if there is one of the name.
    fn known(&mut self, resolved: Result<Arc<Language>>) -> Option<Arc<Language>> {
        resolved.map_err(|error| self.unknown.get_or_insert(error)).ok()
    }

    /// What `role` means for each check.
    pub(crate) fn judge(&self, role: Arc<Role>, effort: &mut u32) -> Result<Judged> {
        let read = || self.verdicts.read().unwrap_or_else(PoisonError::into_inner);
        if let Some(verdicts) = read().get(&role.name) {
            return Ok((role.clone(), verdicts.clone()));
        }
        let verdicts = self.checks.iter().map(|check| check.verdict(&role, effort));
        let verdicts: Arc<[Verdict]> = verdicts.collect::<Result<_>>()?;
        let mut known = self.verdicts.write().unwrap_or_else(PoisonError::into_inner);
        known.insert(role.name.clone(), verdicts.clone());
        drop(known);
        Ok((role, verdicts))
    }

    /// Whether a user with these roles holds everything that is asked.
    pub(crate) fn holds_all(&self, roles: &[Judged], effort: &mut u32) -> Result<bool> {
        for index in 0..self.checks.len() {
            if !self.holds(index, roles, effort)? {
                return Ok(false);
            }
        }
        Ok(true)
    }

    /// Which of the checks a user with these roles passes, in their order.
    pub(crate) fn answers(&self, roles: &[Judged], effort: &mut u32) -> Result<Vec<bool>> {
        (0..self.checks.len()).map(|index| self.holds(index, roles, effort)).collect()
    }

    fn holds(&self, index: usize, roles: &[Judged], effort: &mut u32) -> Result<bool> {
        let Some(check) = self.checks.get(index) else { return Ok(true) };
        let with = |verdict: Verdict| {
            roles.iter().filter(move |(_, verdicts)| verdicts.get(index) == Some(&verdict))
        };
        if with(Verdict::Holds).next().is_some() {
            return Ok(true);
        }
        let parts: Vec<&Role> = with(Verdict::Part).map(|(role, _)| &**role).collect();
        // One that does not hold it alone does not hold it.
        match parts[..] {
            [_] => Ok(false),
            _ => check.is_held(&parts, effort),
        }
    }

    /// How many bytes the question takes once every one of `roles` roles has been judged, roughly.
    pub(crate) fn size(&self, roles: usize) -> usize {
        self.checks.iter().map(Check::size).sum::<usize>() + roles * (self.checks.len() + 64)
    }
}

impl Check {
    fn verdict(&self, role: &Role, effort: &mut u32) -> Result<Verdict> {
        *effort = effort.checked_sub(1).ok_or_else(|| {
            Error::illegal_argument("checking these privileges takes too long: ask for fewer")
        })?;
        Ok(if self.is_held(&[role], effort)? {
            Verdict::Holds
        } else if self.is_helped(role, effort)? {
            Verdict::Part
        } else {
            Verdict::Nothing
        })
    }

    /// Whether these roles together hold the privilege.
    fn is_held(&self, roles: &[&Role], effort: &mut u32) -> Result<bool> {
        match self {
            Check::Cluster(actions) => {
                let granted: Vec<&Language> =
                    roles.iter().flat_map(|role| &role.cluster).map(|one| &**one).collect();
                actions.is_covered(None, &granted, effort)
            }
            Check::Index(check) => check.is_held(roles, effort),
            Check::Application(check) => check.is_held(roles, effort),
        }
    }

    /// Whether the role can contribute to holding the privilege.
    fn is_helped(&self, role: &Role, effort: &mut u32) -> Result<bool> {
        match self {
            Check::Cluster(actions) => any(&role.cluster, |one| actions.meets(None, one, effort)),
            Check::Index(check) => check.is_helped(role, effort),
            Check::Application(check) => check.is_helped(role, effort),
        }
    }

    fn size(&self) -> usize {
        match self {
            Check::Cluster(_) => 64,
            Check::Index(check) => check.size(),
            Check::Application(check) => check.size(),
        }
    }
}

/// Whether `test` holds for any of `items`.
fn any<T>(items: &[T], mut test: impl FnMut(&T) -> Result<bool>) -> Result<bool> {
    for item in items {
        if test(item)? {
            return Ok(true);
        }
    }
    Ok(false)
}
