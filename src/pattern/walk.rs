//! A walk through several automata at once, which makes only what it comes across.

use std::collections::HashSet;
use std::ops::Range;
use std::rc::Rc;

use super::automaton::Automaton;
use super::terms::LAST;
use super::{Fault, spend};

/// The shortest text that all of `wanted` accept, none of `unwanted`, and that is not in `texts`,
/// which are in order.
pub(super) fn find(
    wanted: &[&Automaton],
    unwanted: &[&Automaton],
    texts: &[&str],
    budget: &mut u32,
) -> Result<Option<String>, Fault> {
    let wanted = wanted.iter().map(|automaton| (*automaton, true));
    let unwanted = unwanted.iter().map(|automaton| (*automaton, false));
    let walk = Walk { automata: wanted.chain(unwanted).collect(), texts };
    spend(budget, walk.automata.len())?;
    let states = (0..walk.automata.len()).map(|number| (number, 0));
    let Some(start) = walk.place(states, 0..texts.len(), 0).map(Rc::new) else { return Ok(None) };
    let mut known = HashSet::from([start.clone()]);
    let mut trail = vec![Step { from: 0, character: '\0', to: start }];
    let mut done = 0;
    while let Some(step) = trail.get(done) {
        let place = step.to.clone();
        if walk.ends_at(&place) {
            return Ok(Some(spell(&trail, done)));
        }
        for (character, texts) in walk.ways(&place) {
            spend(budget, 1 + place.states.len())?;
            let Some(to) = walk.follow(&place, character, texts).map(Rc::new) else { continue };
            if known.insert(to.clone()) {
                trail.push(Step { from: done, character, to });
            }
        }
        done += 1;
    }
    Ok(None)
}

struct Walk<'a> {
    /// Each with whether it is to accept the text.
    automata: Vec<(&'a Automaton, bool)>,
    texts: &'a [&'a str],
}

/// Where a walk is, which decides what may follow.
#[derive(PartialEq, Eq, Hash)]
struct Place {
    /// The automata that have not settled, by number, and their states.
    states: Vec<(usize, u32)>,
    /// The texts that begin with all characters so far, and how long that beginning is.
    texts: Range<usize>,
    length: usize,
}

struct Step {
    /// The number of the step before.
    from: usize,
    character: char,
    to: Rc<Place>,
}

impl Walk<'_> {
    /// This place, unless nothing can be found from there.
    fn place(
        &self,
        states: impl Iterator<Item = (usize, u32)>,
        texts: Range<usize>,
        length: usize,
    ) -> Option<Place> {
        let mut open = Vec::new();
        for (number, state) in states {
            let (automaton, wanted) = self.automata.get(number)?;
            if !automaton.is_settled(state) {
                open.push((number, state));
            } else if automaton.accepts_at(state) != *wanted {
                return None;
            }
        }
        let length = if texts.is_empty() { 0 } else { length };
        Some(Place { states: open, texts, length })
    }

    /// Whether the text that leads to `place` is one to be found.
    fn ends_at(&self, place: &Place) -> bool {
        let fits = |(number, state): &(usize, u32)| {
            let automaton = self.automata.get(*number);
            automaton.is_some_and(|(automaton, wanted)| automaton.accepts_at(*state) == *wanted)
        };
        let texts = self.texts.get(place.texts.clone()).unwrap_or_default();
        let is_text = texts.first().is_some_and(|text| text.len() == place.length);
        place.states.iter().all(fits) && !is_text
    }

    /// One character of each stretch of characters that are the same to all automata and texts, and
    /// the texts that go on with it.
    fn ways(&self, place: &Place) -> Vec<(char, Range<usize>)> {
        let branches = self.branches(place);
        let mut starts = vec![0, LAST + 1];
        for (character, _) in &branches {
            starts.extend([u32::from(*character), u32::from(*character) + 1]);
        }
        for (number, state) in &place.states {
            let row = self.automata.get(*number).map(|(automaton, _)| automaton.row(*state));
            starts.extend(row.unwrap_or_default().iter().map(|(start, _)| start));
        }
        starts.sort_unstable();
        starts.dedup();
        let stretches = starts.windows(2).filter_map(|bounds| match bounds {
            // Surrogates are in no text.
            [start, end] => (*start..*end).find_map(char::from_u32),
            _ => None,
        });
        let texts = |character| match branches.binary_search_by_key(&character, |(it, _)| *it) {
            Ok(found) => branches.get(found).map_or(0..0, |(_, texts)| texts.clone()),
            Err(_) => 0..0,
        };
        stretches.map(|character| (character, texts(character))).collect()
    }

    /// The characters that follow in the texts, in order, and which texts go on with each.
    fn branches(&self, place: &Place) -> Vec<(char, Range<usize>)> {
        let next = |text: &&str| text.get(place.length..).and_then(|rest| rest.chars().next());
        let mut branches = Vec::new();
        let Range { mut start, end } = place.texts;
        while let Some(texts) = self.texts.get(start..end).filter(|texts| !texts.is_empty()) {
            let character = texts.first().and_then(next);
            let same = texts.partition_point(|text| next(text) <= character);
            branches.extend(character.map(|character| (character, start..start + same)));
            start += same;
        }
        branches
    }

    /// Where `character` leads from `place`, unless nothing can be found from there.
    fn follow(&self, place: &Place, character: char, texts: Range<usize>) -> Option<Place> {
        let states = place.states.iter().filter_map(|(number, state)| {
            let (automaton, _) = self.automata.get(*number)?;
            Some((*number, automaton.step(*state, character)))
        });
        self.place(states, texts, place.length + character.len_utf8())
    }
}

/// The characters that led to a step.
fn spell(trail: &[Step], last: usize) -> String {
    let mut at = last;
    let mut characters = Vec::new();
    // Each step is behind the one that it was made from; the first has no character.
    while let Some(step) = trail.get(at).filter(|_| at > 0) {
        characters.push(step.character);
        at = step.from;
    }
    characters.iter().rev().collect()
}
