//! Deterministic automata over code points.

use std::collections::HashMap;

use super::Fault;
use super::terms::{Id, Terms, target};

/// A complete deterministic automaton; state 0 is the initial one.
#[derive(Debug)]
pub(super) struct Automaton {
    states: Box<[State]>,
    /// The steps of all states, one state's behind the other's: where each stretch of code points
    /// starts, and the state that it leads to.
    steps: Box<[(u32, u32)]>,
}

#[derive(Debug)]
struct State {
    accepts: bool,
    /// Where its steps end.
    end: usize,
}

impl Automaton {
    /// The automaton whose states are the derivatives of `root`.
    pub(super) fn of(terms: &mut Terms<'_>, root: Id) -> Result<Self, Fault> {
        let mut order = vec![root];
        let mut numbers = HashMap::from([(root, 0)]);
        let (mut states, mut steps) = (Vec::new(), Vec::new());
        while let Some(id) = order.get(states.len()).copied() {
            for (start, next) in &*terms.row(id)? {
                let number = *numbers.entry(*next).or_insert_with(|| {
                    order.push(*next);
                    // There are no more states than terms.
                    (order.len() - 1) as u32
                });
                steps.push((*start, number));
            }
            states.push(State { accepts: terms.has_empty(id), end: steps.len() });
        }
        Ok(Self { states: states.into(), steps: steps.into() })
    }

    /// Whether the whole of `text` belongs to the language.
    pub(super) fn accepts(&self, text: &str) -> bool {
        let last = text.chars().fold(0, |state, character| self.step(state, character));
        self.states.get(last as usize).is_some_and(|state| state.accepts)
    }

    fn step(&self, state: u32, character: char) -> u32 {
        let end = |state: u32| self.states.get(state as usize).map_or(0, |state| state.end);
        let start = state.checked_sub(1).map_or(0, end);
        let steps = self.steps.get(start..end(state)).unwrap_or_default();
        target(steps, character.into())
    }
}
