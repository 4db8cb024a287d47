//! One question asked about many users in one snapshot of the store.

use std::collections::HashMap;
use std::sync::Arc;

use super::check::{Question, Verdicts};
use super::effort::Effort;
use super::memory::Rules;
use super::role::Role;
use crate::error::Result;

pub(crate) struct Inquiry<'a> {
    rules: Rules<'a>,
    question: Arc<Question>,
    /// What is left of what answering may cost.
    effort: Effort,
    /// The place of each role among `judged`; none if there is no such role. What went wrong with one
    /// goes wrong for everybody who has it.
    places: HashMap<String, Result<Option<usize>>>,
    judged: Vec<(Arc<Role>, Arc<Verdicts>)>,
    /// The places of the roles of the user who is looked at.
    chosen: Vec<usize>,
    /// Whether several roles pass a check together: by the check and their places.
    together: HashMap<(usize, Vec<usize>), bool>,
}

impl<'a> Inquiry<'a> {
    pub(crate) fn new(rules: Rules<'a>, question: Arc<Question>) -> Self {
        Self {
            rules,
            question,
            effort: Effort::new(),
            places: HashMap::new(),
            judged: Vec::new(),
            chosen: Vec::new(),
            together: HashMap::new(),
        }
    }

    /// Whether answering has become too much work, and not what a user's roles are is to blame.
    pub(crate) fn is_used_up(&self) -> bool {
        self.effort.is_used_up()
    }

    /// Whether a user to whom these roles were given passes every check.
    pub(crate) fn passes_all(
        &mut self,
        assigned: impl Iterator<Item = impl AsRef<str>>,
    ) -> Result<bool> {
        self.choose(assigned)?;
        for first in (0..self.question.len()).step_by(64) {
            let Word { passed, shared, all } = self.word(first);
            let missing = all & !passed;
            if missing & !shared != 0 {
                return Ok(false);
            }
            for check in (first..first + 64).filter(|check| missing >> (check - first) & 1 == 1) {
                if !self.pass_together(check)? {
                    return Ok(false);
                }
            }
        }
        Ok(true)
    }

    /// Which checks such a user passes, in their order.
    pub(crate) fn answers(
        &mut self,
        assigned: impl Iterator<Item = impl AsRef<str>>,
    ) -> Result<Vec<bool>> {
        self.choose(assigned)?;
        let mut answers = Vec::with_capacity(self.question.len());
        for check in 0..self.question.len() {
            let Word { passed, shared, .. } = self.word(check - check % 64);
            let is_set = |word: u64| word >> (check % 64) & 1 == 1;
            answers.push(is_set(passed) || is_set(shared) && self.pass_together(check)?);
        }
        Ok(answers)
    }

    fn choose(&mut self, assigned: impl Iterator<Item = impl AsRef<str>>) -> Result<()> {
        self.chosen.clear();
        for name in assigned {
            self.choose_role(name.as_ref())?;
        }
        for name in self.rules.anonymous_roles() {
            self.choose_role(name)?;
        }
        Ok(())
    }

    fn choose_role(&mut self, name: &str) -> Result<()> {
        let place = match self.places.get(name) {
            Some(place) => place.clone(),
            None => {
                let place = self.place(name);
                self.places.insert(name.to_owned(), place.clone());
                place
            }
        };
        self.chosen.extend(place?);
        Ok(())
    }

    fn place(&mut self, name: &str) -> Result<Option<usize>> {
        let Some(role) = self.rules.role(name)? else { return Ok(None) };
        let verdicts = self.question.judge(&role, &mut self.effort)?;
        self.judged.push((role, verdicts));
        Ok(Some(self.judged.len() - 1))
    }

    /// What the chosen roles mean for the checks from `first` on.
    fn word(&self, first: usize) -> Word {
        let index = first / 64;
        let mut word = Word { passed: self.question.passed().word(index), shared: 0, all: 0 };
        let mut helped = 0;
        for (_, verdicts) in self.chosen.iter().filter_map(|place| self.judged.get(*place)) {
            word.passed |= verdicts.passed.word(index);
            let helps = verdicts.helped.word(index);
            word.shared |= helped & helps;
            helped |= helps;
        }
        let checks = self.question.len() - first;
        word.all = if checks < 64 { (1 << checks) - 1 } else { u64::MAX };
        word
    }

    /// Whether the chosen roles that help a check pass it together.
    fn pass_together(&mut self, check: usize) -> Result<bool> {
        let (index, bit) = (check / 64, check % 64);
        let helps = |place: &&usize| {
            let judged = self.judged.get(**place);
            judged.is_some_and(|(_, verdicts)| verdicts.helped.word(index) >> bit & 1 == 1)
        };
        let mut helping: Vec<usize> = self.chosen.iter().filter(helps).copied().collect();
        helping.sort_unstable();
        helping.dedup();
        let key = (check, helping);
        if let Some(passed) = self.together.get(&key) {
            return Ok(*passed);
        }
        let roles = key.1.iter().filter_map(|place| self.judged.get(*place));
        let roles: Vec<&Role> = roles.map(|(role, _)| &**role).collect();
        let passed = self.question.is_passed(check, &roles, &mut self.effort)?;
        self.together.insert(key, passed);
        Ok(passed)
    }
}

/// 64 checks at a time, a bit for each.
struct Word {
    passed: u64,
    /// Those that more than one role helps, so that they may pass them together.
    shared: u64,
    /// Those that there are.
    all: u64,
}
