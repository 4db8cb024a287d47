//! The rank that nobody among some profiles can be above.

use super::keys::{ANYWHERE, DOMAIN, FIRST, MAIL, NAME, USERNAME};
use super::pieces::Role;
use super::planes::HINTS;
use super::rank::{CRITERIA, Criterion, Kind, Values};

/// What somebody would have who had everything that some pieces give.
pub(super) struct Ceiling {
    words: Vec<(u8, Option<Kind>)>,
    pairs: Vec<bool>,
    hints: [bool; HINTS],
}

impl Ceiling {
    pub(super) fn new(words: usize) -> Self {
        let pairs = vec![false; words.saturating_sub(1)];
        Self { words: vec![(0, None); words], pairs, hints: [false; HINTS] }
    }

    /// Lifts it to those of a list.
    pub(super) fn add(&mut self, role: Role, fields: u8) {
        match role {
            Role::Word(word, kind) => {
                let (all, best) = &mut self.words[word];
                *all |= fields;
                *best = Some(best.map_or(kind, |best| best.min(kind)));
            }
            Role::Pair(pair) => self.pairs[pair] = true,
            Role::Hint(hint) => self.hints[hint] = true,
            Role::Anybody => {}
        }
    }

    /// The values of the criteria: those of one profile if all of it was added.
    pub(super) fn values(&self) -> Values {
        let count = |fields: u8| self.words.iter().filter(|(has, _)| has & fields != 0).count();
        let anywhere = self.words.iter().filter(|(has, _)| *has != 0).count();
        let hints = self.hints() as usize;
        let own = match &self.words[..] {
            [(has, _)] => [NAME, USERNAME, MAIL].iter().filter(|field| has & **field != 0).count(),
            _ => anywhere,
        };
        let marks = self.words.iter().filter_map(|(_, kind)| *kind).map(|kind| kind as usize).sum();
        let pairs = self.pairs.iter().filter(|pair| **pair).count();
        let first = self.words.first().is_some_and(|(has, _)| has & FIRST != 0);
        let mut values = [0; CRITERIA];
        for (criterion, value) in [
            (Criterion::Score, own + hints),
            (Criterion::Hinted, usize::from(hints > 0)),
            (Criterion::Outside, count(ANYWHERE & !DOMAIN)),
            (Criterion::Marks, marks),
            (Criterion::Adjacent, pairs),
            (Criterion::Names, count(NAME)),
            (Criterion::Usernames, count(USERNAME)),
            (Criterion::First, usize::from(first)),
        ] {
            values[criterion as usize] = value as u32;
        }
        values
    }

    /// The values that nobody of this score is above; none if nobody can have it.
    pub(super) fn of_score(&self, score: u32) -> Option<Values> {
        let mut values = self.values();
        if values[Criterion::Score as usize] < score {
            return None;
        }
        let words = score.min(self.words.len() as u32);
        let names = values[Criterion::Names as usize].min(words);
        let fields = if self.words.len() == 1 { score - names } else { words };
        for (criterion, most) in [
            (Criterion::Score, score),
            (Criterion::Outside, words),
            (Criterion::Adjacent, words.saturating_sub(1)),
            (Criterion::Names, words),
            (Criterion::Usernames, fields),
        ] {
            let value = &mut values[criterion as usize];
            *value = most.min(*value);
        }
        // Whoever has the score matches so many words at least, and a single word once.
        let least = score.saturating_sub(self.hints()).clamp(1, words.max(1));
        let mut kinds: Vec<u32> =
            self.words.iter().filter_map(|(_, kind)| kind.map(|kind| kind as u32)).collect();
        kinds.sort_unstable();
        values[Criterion::Marks as usize] = kinds.iter().take(least as usize).sum();
        Some(values)
    }

    /// How many hints fit.
    pub(super) fn hints(&self) -> u32 {
        self.hints.iter().map(|fits| u32::from(*fits)).sum()
    }

    /// Whether all words match.
    pub(super) fn has_every_word(&self) -> bool {
        !self.words.is_empty() && self.words.iter().all(|(has, _)| *has != 0)
    }

    /// Whether any word matches.
    pub(super) fn has_a_word(&self) -> bool {
        self.words.iter().any(|(has, _)| *has != 0)
    }
}
