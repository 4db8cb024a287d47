//! Role mappings: which roles people get by what their realm knows of them.

mod dn;
mod rules;
mod templates;
#[cfg(test)]
mod tests;
mod values;

use std::collections::{HashMap, HashSet};
use std::ops::ControlFlow;
use std::sync::{Arc, Mutex, PoisonError};

use super::principal::Principal;
use crate::error::{Error, Result};
use crate::json::{Raw, check_members};
use crate::store::{Read, Table, WriteTxn, name_key};

pub(crate) use rules::Rule;
pub(crate) use templates::roles_of_templates;
pub(crate) use values::Facts;

/// What the compiled mappings that are remembered may take, in bytes and roughly.
const MEMORY: usize = 64 << 20;

/// Stores a mapping, given as the object `{name:{...}}`, in place of what had its name. Answers
/// whether nothing had.
pub(crate) fn put(txn: &mut WriteTxn<'_>, name: &str, mapping: &str) -> Result<bool> {
    let key = name_key(name);
    let created = txn.get(Table::RoleMappings, &key)?.is_none();
    txn.put(Table::RoleMappings, &key, mapping.as_bytes())?;
    Ok(created)
}

/// Removes the mapping `name`; answers whether there was one.
pub(crate) fn delete(txn: &mut WriteTxn<'_>, name: &str) -> Result<bool> {
    txn.delete(Table::RoleMappings, &name_key(name))
}

/// The mapping `name` as the member `"name":{...}` of an object.
pub(crate) fn get(txn: &impl Read, name: &str) -> Result<Option<String>> {
    let key = name_key(name);
    let stored = txn.get(Table::RoleMappings, &key)?;
    stored.map(|stored| Ok(read(&key, stored)?.0.to_owned())).transpose()
}

/// Every mapping as a member `"name":{...}` of an object, by name.
pub(crate) fn all(txn: &impl Read) -> Result<Vec<String>> {
    let mut mappings = Vec::new();
    txn.scan(Table::RoleMappings, &[], &mut |key, stored| {
        mappings.push(read(key, stored)?.0.to_owned());
        Ok(ControlFlow::Continue(()))
    })?;
    Ok(mappings)
}

/// A stored mapping as a member of an object, and what it is without its name.
fn read<'a>(key: &[u8], stored: &'a [u8]) -> Result<(&'a str, Raw<'a>)> {
    let (text, members) = check_members(stored).map_err(|error| damaged(key, error.reason()))?;
    let member = text.strip_prefix('{').and_then(|text| text.strip_suffix('}'));
    match (member, &members[..]) {
        (Some(member), [(_, _, mapping)]) => Ok((member, *mapping)),
        _ => Err(damaged(key, "it is not an object with one member")),
    }
}

fn damaged(key: &[u8], why: &str) -> Error {
    let name = String::from_utf8_lossy(key);
    Error::internal(format!("the role mapping [{name}] in the store is damaged: {why}"))
}

/// The mappings of a store, evaluated.
pub(crate) struct Mappings {
    compiled: Mutex<Memory>,
}

/// Compiled mappings by their stored text, so that one that is changed, by whatever process, is not
/// found here any more.
#[derive(Default)]
struct Memory {
    mappings: HashMap<Box<[u8]>, Arc<Mapping>>,
    size: usize,
}

impl Mappings {
    pub(crate) fn new() -> Self {
        Self { compiled: Mutex::default() }
    }

    /// The roles that the enabled mappings give `principal`, whom the realm called `realm_name` has
    /// authenticated: by the name of the mapping, in the mapping's order, none twice.
    pub(crate) fn roles(
        &self,
        txn: &impl Read,
        principal: &Principal,
        realm_name: &str,
    ) -> Result<Vec<String>> {
        let mut facts = None;
        let (mut roles, mut known) = (Vec::new(), HashSet::new());
        txn.scan(Table::RoleMappings, &[], &mut |key, stored| {
            let mapping = self.compiled(key, stored)?;
            let facts = facts.get_or_insert_with(|| Facts::new(principal, realm_name));
            if mapping.enabled && mapping.rule.matches(facts) {
                let new = mapping.roles.iter().filter(|role| known.insert(String::clone(role)));
                roles.extend(new.cloned());
            }
            Ok(ControlFlow::Continue(()))
        })?;
        Ok(roles)
    }

    fn compiled(&self, key: &[u8], stored: &[u8]) -> Result<Arc<Mapping>> {
        // The memory is whole after any panic: each step leaves it usable.
        let lock = || self.compiled.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(mapping) = lock().mappings.get(stored) {
            return Ok(mapping.clone());
        }
        let mapping = Mapping::compile(read(key, stored)?.1);
        let mapping = Arc::new(mapping.map_err(|error| damaged(key, error.reason()))?);
        let size = stored.len() + mapping.rule.size();
        let mut memory = lock();
        if memory.size + size > MEMORY {
            *memory = Memory::default();
        }
        memory.size += size;
        memory.mappings.insert(stored.into(), mapping.clone());
        Ok(mapping)
    }
}

/// A mapping, ready to be evaluated.
struct Mapping {
    enabled: bool,
    roles: Vec<String>,
    rule: Rule,
}

impl Mapping {
    fn compile(mapping: Raw<'_>) -> Result<Self> {
        let member = |name: &str| {
            mapping.member(name).ok_or_else(|| Error::internal(format!("it has no [{name}]")))
        };
        let roles = match mapping.member("roles") {
            Some(roles) => {
                roles.elements().filter_map(|role| Some(role.string()?.into())).collect()
            }
            None => roles_of_templates(member("role_templates")?)?,
        };
        let enabled = member("enabled")?.boolean() == Some(true);
        Ok(Self { enabled, roles, rule: Rule::parse(member("rules")?)? })
    }
}
