//! Sets of texts.

use std::collections::HashSet;

use super::automaton::Automaton;
use super::terms::{ANY, EVERYTHING, Id, Terms};
use super::{Fault, regexp};
use crate::error::{Error, Result};

/// How much of its patterns an error message shows.
const SHOWN: usize = 80;

/// A set of texts: those that at least one of some patterns matches.
#[derive(Debug)]
pub(crate) struct Language {
    /// The patterns that match only themselves. Most do, and there may be thousands of them, so
    /// they are kept out of the automaton.
    pub(super) literals: HashSet<Box<str>>,
    /// The union of the others, if there are any.
    pub(super) automaton: Option<Automaton>,
    everything: bool,
}

impl Language {
    /// The texts that one of `patterns` matches. What compiling costs is taken from `budget`, which
    /// several languages may share; literals cost nothing.
    pub(crate) fn parse<S: AsRef<str>>(patterns: &[S], budget: &mut u32) -> Result<Self> {
        Self::parse_without(patterns, &[], budget)
    }

    /// The texts that one of `patterns` matches and none of `except`, whose literals do cost.
    pub(crate) fn parse_without<S: AsRef<str>>(
        patterns: &[S],
        except: &[S],
        budget: &mut u32,
    ) -> Result<Self> {
        let (literals, patterns): (Vec<&str>, Vec<&str>) =
            patterns.iter().map(S::as_ref).partition(|pattern| is_literal(pattern));
        let literals = literals.into_iter().map(Box::from).collect();
        let mut language = Self { literals, automaton: None, everything: false };
        let except: Vec<&str> = except.iter().map(S::as_ref).collect();
        let costly = [&*patterns, &*except].concat();
        if costly.is_empty() {
            return Ok(language);
        }
        let too_complex = |fault| refusal(&costly, fault);
        let mut terms = Terms::new(budget).map_err(too_complex)?;
        let included = parse_all(&patterns, &mut terms)?;
        let excluded = parse_all(&except, &mut terms)?;
        language.set_difference(&included, &excluded, &mut terms).map_err(too_complex)?;
        let missing = Self::witness(&[], &[&language], budget).map_err(too_complex)?;
        language.everything = missing.is_none();
        Ok(language)
    }

    /// Makes the automaton of what is included and not excluded, and drops excluded literals.
    fn set_difference(
        &mut self,
        included: &[Id],
        excluded: &[Id],
        terms: &mut Terms<'_>,
    ) -> Result<(), Fault> {
        let (included, excluded) = (terms.union(included)?, terms.union(excluded)?);
        for literal in std::mem::take(&mut self.literals) {
            if !terms.accepts(excluded, &literal)? {
                self.literals.insert(literal);
            }
        }
        let outside = terms.complement(excluded)?;
        let difference = terms.intersection(included, outside)?;
        self.automaton = Some(Automaton::of(terms, difference)?);
        Ok(())
    }

    /// Whether `text` is one of the texts.
    pub(crate) fn contains(&self, text: &str) -> bool {
        self.literals.contains(text)
            || self.automaton.as_ref().is_some_and(|automaton| automaton.accepts(text))
    }

    /// Whether every text is one.
    pub(crate) fn is_everything(&self) -> bool {
        self.everything
    }

    /// How many bytes it takes, roughly.
    pub(crate) fn size(&self) -> usize {
        let literals: usize = self.literals.iter().map(|text| text.len()).sum();
        let automaton = self.automaton.as_ref().map_or(0, Automaton::size);
        size_of::<Self>() + self.literals.capacity() * size_of::<Box<str>>() + literals + automaton
    }
}

fn is_literal(pattern: &str) -> bool {
    !pattern.starts_with('/') && !pattern.contains(['*', '?', '\\'])
}

fn refusal(patterns: &[&str], fault: Fault) -> Error {
    let text = patterns.join(",");
    let mut shown: String = text.chars().take(SHOWN).collect();
    if shown.len() < text.len() {
        shown.push_str("...");
    }
    Error::illegal_argument(match fault {
        Fault::Syntax(what, at) => format!("invalid pattern [{shown}]: {what} at position {at}"),
        Fault::TooComplex if patterns.len() > 1 => {
            format!("the patterns [{shown}] are too complex")
        }
        Fault::TooComplex => format!("the pattern [{shown}] is too complex"),
    })
}

fn parse_all(patterns: &[&str], terms: &mut Terms<'_>) -> Result<Vec<Id>> {
    let mut parse = |pattern| parse(pattern, terms).map_err(|fault| refusal(&[pattern], fault));
    patterns.iter().map(|pattern| parse(pattern)).collect()
}

fn parse(pattern: &str, terms: &mut Terms<'_>) -> Result<Id, Fault> {
    match pattern.strip_prefix('/') {
        None => wildcard(pattern, terms),
        Some(rest) => match rest.strip_suffix('/') {
            Some(expression) => regexp::parse(expression, terms),
            None => Err(Fault::Syntax("expected '/'".into(), rest.chars().count())),
        },
    }
}

/// `*` is any text, `?` any character, and `\` takes what special meaning the next one has.
fn wildcard(pattern: &str, terms: &mut Terms<'_>) -> Result<Id, Fault> {
    let mut parts = Vec::new();
    let mut characters = pattern.chars();
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
