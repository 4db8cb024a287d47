//! Checks of index privileges.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::any;
use crate::access::actions::restricted;
use crate::access::role::{IndexGroup, Role};
use crate::error::Result;
use crate::pattern::Language;

/// A name that is asked about: a set of index names, as it may be a pattern.
pub(super) struct IndexName {
    language: Language,
    /// Whether restricted indices among them count; otherwise they are left out.
    with_restricted: bool,
    /// Whether anything is left to be asked about.
    is_empty: bool,
    is_regex: bool,
}

/// Whether actions are allowed on all indices of a name.
pub(super) struct IndexCheck {
    pub(super) name: Arc<IndexName>,
    pub(super) actions: Arc<IndexActions>,
}

/// The actions of an index privilege that is asked about.
pub(super) struct IndexActions {
    language: Arc<Language>,
    /// Whether there are none.
    is_none: bool,
}

impl IndexActions {
    pub(super) fn new(language: Arc<Language>, budget: &mut u32) -> Result<Self> {
        let is_none = language.is_covered(None, &[], budget)?;
        Ok(Self { language, is_none })
    }
}

impl IndexName {
    pub(super) fn parse(name: &str, allow_restricted: bool, budget: &mut u32) -> Result<Self> {
        let is_regex = name.starts_with('/');
        let is_concrete = !is_regex && !name.contains(['*', '?', '\\']);
        let restricted = &restricted()?.inside;
        let language = Language::parse(&[name], budget)?;
        let with_restricted = allow_restricted || is_concrete && restricted.contains(name);
        let except = (!with_restricted).then_some(restricted);
        let is_empty = language.is_covered(except, &[], budget)?;
        Ok(Self { language, with_restricted, is_empty, is_regex })
    }

    /// Whether these groups together cover the name.
    fn is_covered(&self, groups: &[&IndexGroup], effort: &mut u32) -> Result<bool> {
        let restricted = restricted()?;
        let names: Vec<&Language> = groups.iter().map(|group| &group.names).collect();
        if self.is_empty || !self.language.is_covered(Some(&restricted.inside), &names, effort)? {
            return Ok(false);
        }
        if !self.with_restricted {
            return Ok(true);
        }
        let names = groups.iter().filter(|group| group.allow_restricted).map(|group| &group.names);
        self.language.is_covered(Some(&restricted.outside), &names.collect::<Vec<_>>(), effort)
    }
}

impl IndexCheck {
    pub(super) fn is_passed(&self, roles: &[&Role], effort: &mut u32) -> Result<bool> {
        // Groups with the same privileges are one, whose names are united. What each of them that
        // covers the whole name allows adds up.
        let mut united: BTreeMap<_, Vec<&IndexGroup>> = BTreeMap::new();
        for group in roles.iter().flat_map(|role| &role.indices) {
            united.entry(&group.privileges).or_default().push(group);
        }
        let mut covering: Vec<&Language> = Vec::new();
        let mut is_covered = false;
        for groups in united.values() {
            if self.name.is_covered(groups, effort)? {
                is_covered = true;
                covering.extend(groups.iter().flat_map(|group| &group.actions).map(|one| &**one));
            }
        }
        if is_covered && self.actions.language.is_covered(None, &covering, effort)? {
            return Ok(true);
        }
        Ok(self.name.is_regex && self.is_passed_by_parts(roles, effort)?)
    }

    /// The indices of a regular expression may also be covered by groups with different privileges,
    /// if each of them allows everything that is asked.
    fn is_passed_by_parts(&self, roles: &[&Role], effort: &mut u32) -> Result<bool> {
        let mut allowing = Vec::new();
        for group in roles.iter().flat_map(|role| &role.indices) {
            let actions: Vec<&Language> = group.actions.iter().map(|one| &**one).collect();
            if self.actions.language.is_covered(None, &actions, effort)? {
                allowing.push(group);
            }
        }
        self.name.is_covered(&allowing, effort)
    }

    pub(super) fn is_helped(&self, role: &Role, effort: &mut u32) -> Result<bool> {
        any(&role.indices, |group| {
            // Names first: most roles are about others.
            Ok(self.name.language.meets(None, &group.names, effort)?
                && (self.actions.is_none
                    || any(&group.actions, |one| self.actions.language.meets(None, one, effort))?))
        })
    }

    pub(super) fn size(&self) -> usize {
        // Names are shared by the privileges on them; each is counted for all of them.
        self.name.language.size() + 128
    }
}
