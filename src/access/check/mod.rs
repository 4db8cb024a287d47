//! Whether roles hold privileges that somebody asks about.
//!
//! Each privilege on each name or resource is a check of its own. What one role means for each
//! check is worked out once and remembered; roles are only looked at together where none of them
//! settles a check alone.

mod applications;
mod bits;
mod indices;

use std::collections::HashMap;
use std::sync::{Arc, PoisonError, RwLock};

use super::actions::Scope;
use super::asked::Asked;
use super::memory::Rules;
use super::role::Role;
use crate::error::{Error, Result};
use crate::pattern::{BUDGET, Language};

pub(super) use bits::Bits;

pub(crate) use applications::Application;
use applications::{ApplicationCheck, AskedPrivilege};
use indices::{IndexActions, IndexCheck, IndexName};

/// What answering one request may cost, in checks of single roles and steps through patterns.
pub(crate) const EFFORT: u32 = 50_000_000;

/// What it costs at least to look at several roles together, whose answer is kept for a while.
const TOGETHER: usize = 16;

/// So many checks make a question at most.
const MOST_CHECKS: usize = 100_000;

/// Privileges that are asked about, ready to be checked.
pub(crate) struct Question {
    checks: Vec<Check>,
    /// The checks that everybody passes, whatever the roles.
    passed: Bits,
    /// Why nobody can be said to hold what is asked: a privilege that does not exist.
    pub(crate) unknown: Option<Error>,
    /// What each role means for the checks, by its name.
    verdicts: RwLock<HashMap<String, Arc<Verdicts>>>,
}

enum Check {
    /// Actions of cluster privileges.
    Cluster(Arc<Language>),
    Index(IndexCheck),
    Application(ApplicationCheck),
}

/// What one role means for the checks of a question.
pub(super) struct Verdicts {
    /// The checks that it passes alone.
    pub(super) passed: Bits,
    /// Those of the others that it may pass together with other roles.
    pub(super) helped: Bits,
}

impl Question {
    /// The checks of `asked`: cluster privileges; index privileges by entry, name and privilege;
    /// application privileges by entry, resource and privilege. Application privileges that are
    /// stored are those of `rules`. A pattern that cannot be compiled is a 400.
    pub(crate) fn new(asked: &Asked, rules: &Rules<'_>) -> Result<Self> {
        let budget = &mut { BUDGET };
        let (mut checks, mut unknown) = (Checks::default(), None);
        let mut find = |scope: Scope, privilege: &str, budget: &mut u32| {
            let found = scope.find(privilege, budget)?;
            if found.is_none() && unknown.is_none() {
                unknown = Some(scope.unknown(privilege)?);
            }
            Ok(found)
        };
        for privilege in &asked.cluster {
            if let Some(actions) = find(Scope::Cluster, privilege, budget)? {
                checks.push(Check::Cluster(actions))?;
            }
        }
        for entry in &asked.indices {
            let mut privileges = Vec::with_capacity(entry.privileges.len());
            for privilege in &entry.privileges {
                if let Some(actions) = find(Scope::Index, privilege, budget)? {
                    privileges.push(Arc::new(IndexActions::new(actions, budget)?));
                }
            }
            for name in &entry.names {
                let name = IndexName::parse(name, entry.allow_restricted_indices, budget)?;
                let name = Arc::new(name);
                for actions in &privileges {
                    let (name, actions) = (name.clone(), actions.clone());
                    checks.push(Check::Index(IndexCheck { name, actions }))?;
                }
            }
        }
        for entry in &asked.applications {
            let application = rules.application(&entry.application)?;
            let mut privileges = Vec::with_capacity(entry.privileges.len());
            for name in &entry.privileges {
                privileges.push(Arc::new(AskedPrivilege::new(&application, name, budget)?));
            }
            for resource in &entry.resources {
                let resource = Arc::new(Language::parse(&[resource], budget)?);
                for privilege in &privileges {
                    let (privilege, resource) = (privilege.clone(), resource.clone());
                    checks.push(Check::Application(ApplicationCheck { privilege, resource }))?;
                }
            }
        }
        let checks = checks.0;
        let passed = Bits::of(&checks, |check| match check {
            Check::Cluster(actions) => actions.is_covered(None, &[], budget),
            Check::Index(_) | Check::Application(_) => Ok(false),
        })?;
        Ok(Self { checks, passed, unknown, verdicts: RwLock::default() })
    }

    /// How many checks there are.
    pub(super) fn len(&self) -> usize {
        self.checks.len()
    }

    /// The checks that everybody passes.
    pub(super) fn passed(&self) -> &Bits {
        &self.passed
    }

    /// What `role` means for the checks.
    pub(super) fn judge(&self, role: &Role, effort: &mut u32) -> Result<Arc<Verdicts>> {
        let known = self.verdicts.read().unwrap_or_else(PoisonError::into_inner);
        if let Some(verdicts) = known.get(&role.name) {
            return Ok(verdicts.clone());
        }
        drop(known);
        spend(self.checks.len(), effort)?;
        let passed = Bits::of(&self.checks, |check| check.is_passed(&[role], effort))?;
        let helped = Bits::of(&self.checks, |check| check.is_helped(role, effort))?;
        let verdicts = Arc::new(Verdicts { passed, helped });
        let mut known = self.verdicts.write().unwrap_or_else(PoisonError::into_inner);
        known.insert(role.name.clone(), verdicts.clone());
        Ok(verdicts)
    }

    /// Whether these roles together pass a check.
    pub(super) fn is_passed(
        &self,
        check: usize,
        roles: &[&Role],
        effort: &mut u32,
    ) -> Result<bool> {
        spend(TOGETHER, effort)?;
        self.checks.get(check).map_or(Ok(true), |check| check.is_passed(roles, effort))
    }

    /// How many bytes the question takes once every one of `roles` roles has been judged, roughly.
    pub(crate) fn size(&self, roles: usize) -> usize {
        self.checks.iter().map(Check::size).sum::<usize>() + roles * (self.checks.len() / 4 + 128)
    }
}

impl Check {
    /// Whether these roles together hold the privilege.
    fn is_passed(&self, roles: &[&Role], effort: &mut u32) -> Result<bool> {
        match self {
            Check::Cluster(actions) => {
                let granted: Vec<&Language> =
                    roles.iter().flat_map(|role| &role.cluster).map(|one| &**one).collect();
                actions.is_covered(None, &granted, effort)
            }
            Check::Index(check) => check.is_passed(roles, effort),
            Check::Application(check) => check.is_passed(roles, effort),
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

/// The checks of a question that is being made.
#[derive(Default)]
struct Checks(Vec<Check>);

impl Checks {
    fn push(&mut self, check: Check) -> Result<()> {
        if self.0.len() == MOST_CHECKS {
            return Err(Error::illegal_argument(format!(
                "too many privileges to check at once: at most [{MOST_CHECKS}], counting each on \
                 each name and resource"
            )));
        }
        self.0.push(check);
        Ok(())
    }
}

/// Takes `cost` from what is left of the effort.
fn spend(cost: usize, effort: &mut u32) -> Result<()> {
    let left = u32::try_from(cost).ok().and_then(|cost| effort.checked_sub(cost));
    *effort = left.ok_or_else(|| {
        Error::illegal_argument("checking these privileges takes too long: ask for fewer")
    })?;
    Ok(())
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
