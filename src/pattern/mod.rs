//! Elasticsearch's patterns for names: wildcards such as `logs-*`, and Lucene's regular expressions
//! between slashes, such as `/logs-<1-12>/`. A pattern matches a whole text or not at all.

mod automaton;
mod interval;
mod regexp;
mod terms;
#[cfg(test)]
mod tests;

use automaton::Automaton;
use terms::{ANY, EVERYTHING, Id, Terms};

use crate::error::{Error, Result};

/// What one pattern may cost to compile, in terms and steps. Compiling takes time and memory in
/// proportion, so this bounds both: the automaton has fewer than 100,000 states.
pub(crate) const BUDGET: u32 = 500_000;

/// How much of a pattern an error message shows.
const SHOWN: usize = 80;

/// A compiled pattern.
#[derive(Debug)]
pub(crate) struct Pattern {
    automaton: Automaton,
}

/// Why a text is no pattern.
#[derive(Debug, PartialEq)]
enum Fault {
    /// What is wrong, and in front of which character of the regular expression.
    Syntax(String, usize),
    TooComplex,
}

impl Pattern {
    /// Compiles `text`.
    #[cfg(any(test, fuzzing))]
    pub(crate) fn parse(text: &str) -> Result<Self> {
        Self::parse_within(text, &mut { BUDGET })
    }

    /// Compiles `text` and takes what that costs from `budget`, which several patterns may share.
    pub(crate) fn parse_within(text: &str, budget: &mut u32) -> Result<Self> {
        let automaton = Terms::new(budget).and_then(|mut terms| {
            let language = match text.strip_prefix('/') {
                None => wildcard(text, &mut terms)?,
                Some(rest) => match rest.strip_suffix('/') {
                    Some(expression) => regexp::parse(expression, &mut terms)?,
                    None => return Err(Fault::Syntax("expected '/'".into(), rest.chars().count())),
                },
            };
            Automaton::of(&mut terms, language)
        });
        automaton.map(|automaton| Self { automaton }).map_err(|fault| {
            let mut shown: String = text.chars().take(SHOWN).collect();
            if shown.len() < text.len() {
                shown.push_str("...");
            }
            Error::illegal_argument(match fault {
                Fault::Syntax(what, at) => {
                    format!("invalid pattern [{shown}]: {what} at position {at}")
                }
                Fault::TooComplex => format!("the pattern [{shown}] is too complex"),
            })
        })
    }

    /// Whether the pattern matches the whole of `text`.
    pub(crate) fn matches(&self, text: &str) -> bool {
        self.automaton.accepts(text)
    }
}

/// `*` is any text, `?` any character, and `\` takes what special meaning the next one has.
fn wildcard(text: &str, terms: &mut Terms<'_>) -> std::result::Result<Id, Fault> {
    let mut parts = Vec::new();
    let mut characters = text.chars();
    while let Some(character) = characters.next() {
        parts.push(match character {
            '*' => EVERYTHING,
            '?' => ANY,
            '\\' => terms.one(characters.next().unwrap_or('\\'))?,
            other => terms.one(other)?,
        });
    }
    terms.sequence(&parts)
}
