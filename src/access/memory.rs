//! Roles, role sets and questions that have been worked out once.

use std::collections::{HashMap, HashSet};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use super::asked::Asked;
use super::check::{Application, Question};
use super::permissions::Permissions;
use super::role::Role;
use super::roles;
use crate::error::Result;
use crate::store::ReadTxn;

/// What is remembered may take so much, in bytes and roughly.
const LIMIT: usize = 64 << 20;

/// A question that takes more is not remembered.
const LARGEST: usize = LIMIT / 16;

/// Resolves roles, and remembers what became of them for as long as none has changed.
pub(crate) struct Access {
    /// The actions of all operations.
    actions: Vec<&'static str>,
    /// What everybody has besides roles of their own.
    anonymous_roles: Vec<String>,
    memory: Mutex<Memory>,
}

#[derive(Default)]
struct Memory {
    /// At which change of roles and application privileges the rest is right.
    rules: u64,
    roles: HashMap<String, Option<Arc<Role>>>,
    permissions: HashMap<Vec<String>, Arc<Permissions>>,
    applications: HashMap<String, Arc<Application>>,
    questions: HashMap<Asked, Arc<Question>>,
    size: usize,
}

impl Memory {
    /// Makes room for `size` bytes more.
    fn grow(&mut self, size: usize) {
        if self.size + size > LIMIT {
            *self = Self { rules: self.rules, ..Self::default() };
        }
        self.size += size;
    }
}

impl Access {
    pub(crate) fn new(actions: Vec<&'static str>, anonymous_roles: Vec<String>) -> Self {
        Self { actions, anonymous_roles, memory: Mutex::default() }
    }

    /// Roles and what they mean in the snapshot that `txn` is.
    pub(crate) fn at<'a>(&'a self, txn: &'a ReadTxn<'a>) -> Result<Rules<'a>> {
        Ok(Rules { access: self, txn, rules: txn.changes()?.rules })
    }
}

/// Roles and what they mean, in one snapshot of the store.
#[derive(Clone, Copy)]
pub(crate) struct Rules<'a> {
    access: &'a Access,
    pub(super) txn: &'a ReadTxn<'a>,
    /// How often roles and application privileges had changed.
    rules: u64,
}

impl<'a> Rules<'a> {
    /// What everybody has besides roles of their own.
    pub(super) fn anonymous_roles(&self) -> &'a [String] {
        &self.access.anonymous_roles
    }

    /// The names of all roles that a user has to whom `assigned` were given, each once.
    pub(crate) fn all_roles<'n>(&self, assigned: &'n [String]) -> impl Iterator<Item = &'n str>
    where
        'a: 'n,
    {
        let mut seen = HashSet::new();
        let all = assigned.iter().chain(self.anonymous_roles()).map(String::as_str);
        all.filter(move |name| seen.insert(*name))
    }

    /// What a user with these roles may do.
    pub(crate) fn permissions(&self, assigned: &[String]) -> Result<Arc<Permissions>> {
        if let Some(permissions) =
            self.memory().and_then(|memory| memory.permissions.get(assigned).cloned())
        {
            return Ok(permissions);
        }
        let (mut roles, mut not_found) = (Vec::new(), Vec::new());
        for name in self.all_roles(assigned) {
            match self.role(name)? {
                Some(role) => roles.push(role),
                None => not_found.push(name.to_owned()),
            }
        }
        let permissions = Arc::new(Permissions::new(roles, not_found));
        if let Some(mut memory) = self.memory() {
            let names = assigned.iter().map(|name| name.len() + 24).sum::<usize>();
            memory.grow(names + permissions.size());
            memory.permissions.insert(assigned.to_vec(), permissions.clone());
        }
        Ok(permissions)
    }

    /// The role called `name`, if there is one.
    pub(super) fn role(&self, name: &str) -> Result<Option<Arc<Role>>> {
        if let Some(role) = self.memory().and_then(|memory| memory.roles.get(name).cloned()) {
            return Ok(role);
        }
        let descriptor = roles::find(self.txn, name)?;
        let actions = &self.access.actions;
        let role = descriptor.map(|descriptor| Role::compile(name, &descriptor, actions));
        let role = role.transpose()?.map(Arc::new);
        if let Some(mut memory) = self.memory() {
            memory.grow(name.len() + 64 + role.as_ref().map_or(0, |role| role.size()));
            memory.roles.insert(name.to_owned(), role.clone());
        }
        Ok(role)
    }

    /// The question that `asked` is.
    pub(crate) fn question(&self, asked: &Asked) -> Result<Arc<Question>> {
        let known = self.memory().and_then(|memory| memory.questions.get(asked).cloned());
        if let Some(question) = known {
            return Ok(question);
        }
        let question = Arc::new(Question::new(asked, self)?);
        // One that asks about unknown privileges is quickly made again.
        if question.unknown.is_none()
            && let Some(mut memory) = self.memory()
        {
            let size = asked.size() + question.size(memory.roles.len());
            if size <= LARGEST {
                memory.grow(size);
                memory.questions.insert(asked.clone(), question.clone());
            }
        }
        Ok(question)
    }

    /// The application called `name` with its stored privileges.
    pub(super) fn application(&self, name: &str) -> Result<Arc<Application>> {
        let known = self.memory().and_then(|memory| memory.applications.get(name).cloned());
        if let Some(application) = known {
            return Ok(application);
        }
        let application = Arc::new(Application::read(self.txn, name)?);
        if let Some(mut memory) = self.memory() {
            memory.grow(name.len() + application.size());
            memory.applications.insert(name.to_owned(), application.clone());
        }
        Ok(application)
    }

    /// What is remembered of this number of changes; nothing of one that is past.
    fn memory(&self) -> Option<MutexGuard<'a, Memory>> {
        // The memory is whole after any panic: each step leaves it usable.
        let mut memory = self.access.memory.lock().unwrap_or_else(PoisonError::into_inner);
        if memory.rules < self.rules {
            *memory = Memory { rules: self.rules, ..Memory::default() };
        }
        (memory.rules == self.rules).then_some(memory)
    }
}
