//! Why a profile that was found stands where it stands.

use super::ceiling::Ceiling;
use super::entries::{NO_FIELD, Texts, each_label, label_subject};
use super::pieces::Role;
use super::rank::{Criterion, Kind};
use super::search::{Search, UID, WITH_LABEL};
use crate::json::Raw;
use crate::profile::record::Header;
use crate::text::prefix_end;

/// Why a profile stands where it stands.
pub(crate) struct Explanation {
    pub(crate) score: u32,
    /// How many hints fit.
    pub(crate) hints: u32,
    /// By field, place and word.
    pub(crate) matches: Vec<Match>,
}

/// Where one word of the query is in a profile.
#[derive(PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Match {
    /// The place of the field among full_name, username and email.
    field: usize,
    /// Characters of the field's text, the first and the one behind the last.
    pub(crate) range: (usize, usize),
    pub(crate) word: usize,
    kind: Kind,
}

impl Match {
    pub(crate) fn field(&self) -> &'static str {
        ["full_name", "username", "email"][self.field]
    }

    /// `whole`, `prefix`, `part` or `typo`.
    pub(crate) fn kind(&self) -> &'static str {
        self.kind.name()
    }
}

impl Search<'_> {
    /// Why this profile, which was found, stands where it stands.
    pub(crate) fn explain(&self, header: &Header<'_>) -> Explanation {
        let texts = Texts::of(header);
        let (mut has, mut matches) = (Ceiling::new(self.query.words), Vec::new());
        let mut look =
            |field: usize, of: u8, text: &str, (start, end): (usize, usize), word: &str| {
                let found = self.resolved.iter().zip(&self.query.clauses);
                let found = found.flat_map(|(resolved, clause)| {
                    let best = resolved.matches(word, of).min_by_key(|(_, kind)| *kind);
                    best.map(|(fields, kind)| (clause, fields, kind))
                });
                for (clause, fields, kind) in found {
                    has.add(Role::Word(clause.word, kind), fields);
                    let end = match kind {
                        Kind::Prefix => start + prefix_end(&text[start..end], &clause.text),
                        _ => end,
                    };
                    matches.push(Match { field, range: (start, end), word: clause.word, kind });
                }
            };
        let names = [&texts.full_name, &texts.username].into_iter().enumerate();
        for ((field, text), (of, words)) in names.zip(texts.of_names()) {
            for word in words {
                look(field, of, text, (word.start, word.end), &word.text);
            }
        }
        for (of, token) in texts.of_mail() {
            look(2, of, &texts.email, (token.start, token.end), &token.text);
        }
        matches.sort_unstable();
        matches.dedup_by_key(|found| (found.field, found.range, found.word));
        for (field, text) in [&texts.full_name, &texts.username, &texts.email].iter().enumerate() {
            count_characters(text, matches.iter_mut().filter(|found| found.field == field));
        }
        if self.query.uids.contains(header.uid) {
            has.add(Role::Hint(UID), NO_FIELD);
        }
        if !self.labels.is_empty() {
            each_label(self.store, Raw::trusted(header.labels), &mut |path, value| {
                if self.labels.contains(&label_subject(self.store, path, value)) {
                    has.add(Role::Hint(WITH_LABEL), NO_FIELD);
                }
            });
        }
        let score = has.values()[Criterion::Score as usize];
        Explanation { score, hints: has.hints(), matches }
    }
}

/// Makes the ranges those of characters that were those of bytes, and come in order.
fn count_characters<'m>(text: &str, matches: impl Iterator<Item = &'m mut Match>) {
    let count = |range: std::ops::Range<usize>| text.get(range).unwrap_or_default().chars().count();
    let (mut bytes, mut characters) = (0, 0);
    for Match { range: (start, end), .. } in matches {
        characters += count(bytes..*start);
        bytes = *start;
        let length = count(*start..*end);
        (*start, *end) = (characters, characters + length);
    }
}
