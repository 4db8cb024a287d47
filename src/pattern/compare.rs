//! How sets of texts compare.

use super::automaton::Automaton;
use super::{Fault, Language, spend, walk};
use crate::error::{Error, Result};

/// To look up a text that is longer costs more than one step.
const LONG: usize = 64;

impl Language {
    /// Whether every text that is not in `except` is in one of `granted`. Each step of the
    /// comparison is taken from `budget`.
    pub(crate) fn is_covered(
        &self,
        except: Option<&Self>,
        granted: &[&Self],
        budget: &mut u32,
    ) -> Result<bool> {
        let others: Vec<&Self> = granted.iter().copied().chain(except).collect();
        let left = Self::witness(&[self], &others, budget).map_err(too_complex)?;
        Ok(left.is_none())
    }

    /// Whether some text is in `other` too, and not in `except`.
    pub(crate) fn meets(
        &self,
        except: Option<&Self>,
        other: &Self,
        budget: &mut u32,
    ) -> Result<bool> {
        let except: Vec<&Self> = except.into_iter().collect();
        let common = Self::witness(&[self, other], &except, budget).map_err(too_complex)?;
        Ok(common.is_some())
    }

    /// A text that is in all of `wanted` and in none of `others`, if there is one.
    pub(super) fn witness(
        wanted: &[&Self],
        others: &[&Self],
        budget: &mut u32,
    ) -> Result<Option<String>, Fault> {
        if others.iter().any(|other| other.is_everything()) {
            return Ok(None);
        }
        let has = |languages: &[&Self], text: &str| languages.iter().any(|it| it.contains(text));
        let mut automata = Vec::with_capacity(wanted.len());
        for language in wanted {
            language.spend_on_literals(wanted.len() + others.len(), budget)?;
            let found = language.literals.iter().find(|text| {
                wanted.iter().all(|language| language.contains(text)) && !has(others, text)
            });
            if let Some(text) = found {
                return Ok(Some(text.to_string()));
            }
            // Without an automaton it has no other texts.
            let Some(automaton) = &language.automaton else { return Ok(None) };
            automata.push(automaton);
        }
        let unwanted: Vec<&Automaton> =
            others.iter().filter_map(|language| language.automaton.as_ref()).collect();
        let found = walk::find(&automata, &unwanted, &[], budget)?;
        if !found.as_ref().is_some_and(|text| has(others, text)) {
            return Ok(found);
        }
        // Only now is it worth the trouble to walk around the literals of the others.
        let mut literals = Vec::new();
        for language in others {
            language.spend_on_literals(automata.len() + unwanted.len(), budget)?;
            literals.extend(language.literals.iter().map(|text| &**text).filter(|text| {
                automata.iter().all(|automaton| automaton.accepts(text))
                    && !unwanted.iter().any(|automaton| automaton.accepts(text))
            }));
        }
        literals.sort_unstable();
        walk::find(&automata, &unwanted, &literals, budget)
    }

    /// Pays for looking up every literal so many times.
    fn spend_on_literals(&self, times: usize, budget: &mut u32) -> Result<(), Fault> {
        let cost: usize = self.literals.iter().map(|text| 1 + text.len() / LONG).sum();
        spend(budget, cost.saturating_mul(times))
    }
}

fn too_complex(_: Fault) -> Error {
    Error::illegal_argument("the patterns are too complex to compare")
}
