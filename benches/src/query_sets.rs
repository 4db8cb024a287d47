//! What is asked for when speed is measured: the same questions to every engine.

use people::{People, SEED};
use unicode_normalization::char::is_combining_mark;

use crate::measure::Rng;
use crate::query::{Query, Typo};
use crate::stores::Stores;
use crate::typing::{letters, with_typo};

/// Questions of a set
const QUERIES: usize = 1000;
const LABEL: (&str, &str) = ("direction", "north");

pub struct Set {
    pub kind: Kind,
    pub what: String,
    pub queries: Vec<Query>,
}

#[derive(Clone, Copy, PartialEq)]
pub enum Kind {
    /// The beginning of one word, so many letters long
    Prefix(usize),
    /// Two words, the first with a typo
    Typo,
    Other,
}

/// Draws people, and with them words as often as they occur in names.
struct Draw<'a> {
    stores: &'a Stores,
    people: People,
    rng: Rng,
}

pub fn all(stores: &Stores) -> Vec<Set> {
    let mut draw = Draw { stores, people: People::new(SEED), rng: Rng(6) };
    let mut sets: Vec<Set> = [1, 2, 3, 4, 5, 6, 8]
        .into_iter()
        .map(|count| {
            let what = format!("prefix, letters: {count}");
            set(Kind::Prefix(count), &what, || Query::name(letters(&draw.word(count), count)))
        })
        .collect();
    sets.push(set(Kind::Other, "Chinese and Japanese, 2 letters", || {
        Query::name(letters(&draw.ideographs(), 2))
    }));
    sets.push(set(Kind::Other, "two words, 3 letters of the second", || {
        let [first, second] = draw.two_words();
        Query::name(format!("{first} {}", letters(&second, 3)))
    }));
    sets.push(set(Kind::Typo, "two words, a typo in the first, 3 letters of the second", || {
        let [first, second] = draw.two_words();
        let name = format!("{} {}", draw.mistyped(&first), letters(&second, 3));
        Query { typo: Typo::Before, ..Query::name(name) }
    }));
    sets.push(set(Kind::Other, "a typo within 6 letters, auto_last", || {
        let word = draw.word(6);
        Query { typo: Typo::Last, ..Query::name(draw.mistyped(&letters(&word, 6))) }
    }));
    sets.push(set(Kind::Other, "no name", Query::default));
    for uids in [3, 20] {
        sets.push(set(Kind::Other, &format!("no name, hint of {uids} uids"), || Query {
            uids: draw.uids(uids),
            ..Query::default()
        }));
    }
    sets.push(set(Kind::Other, "3 letters, hint of 20 uids", || Query {
        uids: draw.uids(20),
        ..Query::name(letters(&draw.word(3), 3))
    }));
    sets.push(set(Kind::Other, "3 letters, hint of a label", || Query {
        label: Some(LABEL),
        ..Query::name(letters(&draw.word(3), 3))
    }));
    sets
}

/// What Elasticsearch is asked most: names letter by letter, and two words, also with a typo.
pub fn mixed(sets: &[Set]) -> Vec<Query> {
    let is_typed =
        |query: &Query| !query.name.is_empty() && !query.has_hint() && query.typo != Typo::Last;
    let typed = |set: &&Set| is_typed(&set.queries[0]);
    let sets: Vec<&Set> = sets.iter().filter(typed).collect();
    (0..QUERIES).flat_map(|at| sets.iter().map(move |set| set.queries[at].clone())).collect()
}

fn set(kind: Kind, what: &str, mut query: impl FnMut() -> Query) -> Set {
    Set { kind, what: what.to_owned(), queries: (0..QUERIES).map(|_| query()).collect() }
}

impl Draw<'_> {
    /// Somebody's words.
    fn name(&mut self) -> Vec<String> {
        let number = self.rng.below(self.stores.profiles.len());
        let name = self.people.person(number as u64).full_name.unwrap_or_default();
        name.split_whitespace().map(str::to_owned).collect()
    }

    /// A word with at least so many letters.
    fn word(&mut self, least: usize) -> String {
        loop {
            let words = self.name();
            if words.is_empty() {
                continue;
            }
            let word = &words[self.rng.below(words.len())];
            if is_spelled(word, least) {
                return word.clone();
            }
        }
    }

    /// A first word that is long enough for a typo, and the word behind it.
    fn two_words(&mut self) -> [String; 2] {
        loop {
            if let [first, second, ..] = &self.name()[..]
                && is_spelled(first, 5)
                && is_spelled(second, 3)
            {
                return [first.clone(), second.clone()];
            }
        }
    }

    fn ideographs(&mut self) -> String {
        loop {
            let name = self.name().concat();
            if name.chars().count() >= 2 && name.chars().all(is_ideograph) {
                return name;
            }
        }
    }

    fn mistyped(&mut self, word: &str) -> String {
        with_typo(word, &mut self.rng).expect("a word long enough")
    }

    fn uids(&mut self, count: usize) -> Vec<String> {
        let profiles = &self.stores.profiles;
        (0..count).map(|_| profiles[self.rng.below(profiles.len())].uid.clone()).collect()
    }
}

/// Whether it has so many letters, which are not words of their own.
fn is_spelled(word: &str, least: usize) -> bool {
    let is_letter = |c: char| (c.is_alphabetic() || is_combining_mark(c)) && !is_ideograph(c);
    word.chars().count() >= least && word.chars().all(is_letter)
}

/// Chinese characters and kana
fn is_ideograph(letter: char) -> bool {
    matches!(letter, '\u{3040}'..='\u{30ff}' | '\u{3400}'..='\u{9fff}')
}
