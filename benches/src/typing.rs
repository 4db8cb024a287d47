//! What people type when they look for somebody.

use unicode_normalization::UnicodeNormalization;

use crate::measure::Rng;

/// Where a typo may be, from 0.
const TYPO_PLACES: std::ops::Range<usize> = 2..8;

#[derive(Clone, Copy)]
pub enum Way {
    AsWritten,
    Swapped,
    Typo,
    NoAccents,
}

impl Way {
    pub const ALL: [Way; 4] = [Way::AsWritten, Way::Swapped, Way::Typo, Way::NoAccents];

    pub fn name(self) -> &'static str {
        match self {
            Way::AsWritten => "as written",
            Way::Swapped => "first and last word swapped",
            Way::Typo => "with a typo",
            Way::NoAccents => "without accents",
        }
    }

    /// What is typed for `full_name` in the end; nothing when there is no such way. `seed` decides about the typo.
    pub fn typed(self, full_name: &str, seed: u64) -> Option<String> {
        match self {
            Way::AsWritten => Some(full_name.to_owned()),
            Way::Swapped => Some(swapped(full_name)),
            Way::Typo => with_typo(full_name, &mut Rng(seed)),
            Way::NoAccents => Some(without_accents(full_name))
                .filter(|typed| *typed != full_name.nfc().collect::<String>()),
        }
    }
}

/// The first letters of `typed`, or all of it.
pub fn letters(typed: &str, count: usize) -> String {
    typed.chars().take(count).collect()
}

fn swapped(name: &str) -> String {
    let mut words: Vec<&str> = name.split_whitespace().collect();
    if let [first, .., last] = &mut words[..] {
        std::mem::swap(first, last);
    }
    words.join(" ")
}

/// One of its places from the third letter to the eighth goes wrong.
pub fn with_typo(name: &str, rng: &mut Rng) -> Option<String> {
    let name: Vec<char> = name.chars().collect();
    let places: Vec<usize> = TYPO_PLACES
        .filter(|at| name.get(*at).is_some_and(|letter| letter.is_alphabetic()))
        .collect();
    if places.is_empty() {
        return None;
    }
    let place = places[rng.below(places.len())];
    // Another letter of the name is one of its script.
    let letters: Vec<char> =
        name.iter().copied().filter(|c| c.is_alphabetic() && *c != name[place]).collect();
    let letter = (!letters.is_empty()).then(|| letters[rng.below(letters.len())]);
    let first = rng.below(4);
    (first..first + 4).find_map(|kind| mistyped(&name, place, letter, kind % 4))
}

/// A transposition, a substitution, an insertion or a deletion, where the name lets it be made.
fn mistyped(name: &[char], place: usize, letter: Option<char>, kind: usize) -> Option<String> {
    let mut typed = name.to_vec();
    match kind {
        0 => {
            let before = name[place - 1];
            (before.is_alphabetic() && before != name[place]).then_some(())?;
            typed.swap(place - 1, place);
        }
        1 => typed[place] = letter?,
        2 => typed.insert(place, letter?),
        _ => drop(typed.remove(place)),
    }
    Some(typed.into_iter().collect())
}

fn without_accents(name: &str) -> String {
    let bare = name.nfd().filter(|c| !('\u{300}'..='\u{36f}').contains(c));
    bare.map(|c| match c {
        '\u{f8}' => "o".to_owned(),
        '\u{d8}' => "O".to_owned(),
        '\u{111}' | '\u{f0}' => "d".to_owned(),
        '\u{110}' | '\u{d0}' => "D".to_owned(),
        '\u{142}' => "l".to_owned(),
        '\u{141}' => "L".to_owned(),
        '\u{127}' => "h".to_owned(),
        '\u{126}' => "H".to_owned(),
        '\u{131}' => "i".to_owned(),
        '\u{df}' => "ss".to_owned(),
        '\u{e6}' => "ae".to_owned(),
        '\u{c6}' => "Ae".to_owned(),
        '\u{153}' => "oe".to_owned(),
        '\u{152}' => "Oe".to_owned(),
        '\u{fe}' => "th".to_owned(),
        '\u{de}' => "Th".to_owned(),
        other => other.to_string(),
    })
    .collect::<String>()
    .nfc()
    .collect()
}
