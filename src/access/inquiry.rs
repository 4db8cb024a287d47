//! One question asked about many users in one snapshot of the store.

use std::collections::HashMap;
use std::sync::Arc;

use super::check::{EFFORT, Judged, Question};
use super::memory::Access;
use crate::error::Result;
use crate::store::ReadTxn;

pub(crate) struct Inquiry<'a> {
    access: &'a Access,
    txn: &'a ReadTxn<'a>,
    question: Arc<Question>,
    /// What is left of what answering may cost.
    effort: u32,
    /// Roles by name, with what they mean for the question; `None` if there is no such role.
    judged: HashMap<String, Option<Judged>>,
}

impl<'a> Inquiry<'a> {
    pub(crate) fn new(access: &'a Access, txn: &'a ReadTxn<'a>, question: Arc<Question>) -> Self {
        Self { access, txn, question, effort: EFFORT, judged: HashMap::new() }
    }

    /// Whether a user to whom these roles were given holds everything that is asked.
    pub(crate) fn holds_all(&mut self, assigned: &[String]) -> Result<bool> {
        let roles = self.judge(assigned)?;
        self.question.holds_all(&roles, &mut self.effort)
    }

    /// Which checks of the question such a user passes, in their order.
    pub(crate) fn answers(&mut self, assigned: &[String]) -> Result<Vec<bool>> {
        let roles = self.judge(assigned)?;
        self.question.answers(&roles, &mut self.effort)
    }

    fn judge(&mut self, assigned: &[String]) -> Result<Vec<Judged>> {
        let mut roles = Vec::with_capacity(assigned.len());
        for name in self.access.all_roles(assigned) {
            if !self.judged.contains_key(name) {
                let role = self.access.role(self.txn, name)?;
                let judged = role.map(|role| self.question.judge(role, &mut self.effort));
                self.judged.insert(name.to_owned(), judged.transpose()?);
            }
            roles.extend(self.judged.get(name).into_iter().flatten().cloned());
        }
        Ok(roles)
    }
}
