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
            let mut last = None;
            for (start, next) in &*terms.row(id)? {
                let number = *numbers.entry(*next).or_insert_with(|| {
                    order.push(*next);
                    // There are no more states than terms.
                    (order.len() - 1) as u32
                });
                if last.replace(number) != Some(number) {
                    steps.push((*start, number));
                }
            }
            states.push(State { accepts: terms.has_empty(id), end: steps.len() });
        }
        Ok(Self { states: states.into(), steps: steps.into() })
    }

    /// Whether the whole of `text` belongs to the language.
    pub(super) fn accepts(&self, text: &str) -> bool {
        let mut state = 0;
        for character in text.chars() {
            if self.is_settled(state) {
                break;
            }
            state = self.step(state, character);
        }
        self.accepts_at(state)
    }

    /// Whether a text that leads to `state` belongs to the language.
    pub(super) fn accepts_at(&self, state: u32) -> bool {
        self.states.get(state as usize).is_some_and(|state| state.accepts)
    }

    /// Whether `state` is never left again.
    pub(super) fn is_settled(&self, state: u32) -> bool {
        self.row(state) == [(0, state)]
    }

    /// Where each stretch of code points starts, and the state that it leads to from `state`.
    pub(super) fn row(&self, state: u32) -> &[(u32, u32)] {
        let end = |state: u32| self.states.get(state as usize).map_or(0, |state| state.end);
        let start = state.checked_sub(1).map_or(0, end);
        self.steps.get(start..end(state)).unwrap_or_default()
    }

    pub(super) fn step(&self, state: u32, character: char) -> u32 {
        target(self.row(state), character.into())
    }

    /// How many bytes it takes.
    pub(super) fn size(&self) -> usize {
        size_of_val(&*self.states) + size_of_val(&*self.steps)
    }
}
