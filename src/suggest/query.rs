//! What is asked for, analysed: words, and where and how each may match.

use std::collections::HashSet;

use super::Wanted;
use super::keys::{MAIL, NAMES};
use crate::error::{Error, Result};
use crate::text::{Part, Token, Word, mail_tokens, words};

/// The most words of a query.
const MOST_WORDS: usize = 32;

/// What is asked for, analysed: nothing of the store is known to it.
pub(crate) struct Query {
    /// Whether everybody matches, because there is nothing but white space.
    pub(super) everybody: bool,
    pub(super) words: usize,
    /// First those of the words in names, in their order, then what addresses need besides.
    pub(super) clauses: Vec<Clause>,
    /// Whether every word must match.
    pub(super) every_word: bool,
    /// Profiles that should stand higher.
    pub(super) uids: HashSet<String>,
    /// The path of the label that lets profiles stand higher, and its values.
    pub(super) label: Option<(String, Vec<String>)>,
}

/// One way in which a word of the query matches.
#[derive(Debug, PartialEq)]
pub(super) struct Clause {
    /// Which word.
    pub(super) word: usize,
    pub(super) text: String,
    pub(super) how: How,
    /// In which fields.
    pub(super) fields: u8,
}

#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) enum How {
    /// Equal to a word; the text may be only a part of what was typed.
    Exact { part: bool },
    /// Equal but for typing errors.
    Fuzzy,
    /// A beginning of a word, which may have typing errors too.
    Prefix { typo: bool },
}

impl Query {
    /// 400 if the name has too many words.
    pub(crate) fn new(wanted: &Wanted<'_>) -> Result<Self> {
        let name = wanted.name;
        let typed: Vec<Word> = words(name).collect();
        if typed.len() > MOST_WORDS {
            let count = typed.len();
            return Err(Error::illegal_argument(format!(
                "[name] has [{count}] words, more than the limit of [{MOST_WORDS}]"
            )));
        }
        let how = |is_last: bool, end: usize| match is_last && end == name.len() {
            true => How::Prefix { typo: wanted.typo_in_last },
            false => How::Fuzzy,
        };
        let mut clauses = Vec::new();
        for (word, Word { text, end, .. }) in typed.iter().enumerate() {
            let how = how(word + 1 == typed.len(), *end);
            clauses.push(Clause { word, text: text.clone(), how, fields: NAMES });
        }
        let positions = mail_tokens(name);
        let last = positions.len();
        for (position, tokens) in positions.into_iter().enumerate() {
            let how = match &tokens[..] {
                [only] => Some(how(position + 1 == last, only.end)),
                _ => None,
            };
            // Whoever has the address has what is before and behind its sign.
            for token in tokens.into_iter().filter(|token| token.part != Part::Address) {
                let (word, part) = word_of(&typed, &token);
                let how = how.unwrap_or(How::Exact { part });
                add(&mut clauses, Clause { word, text: token.text, how, fields: MAIL });
            }
        }
        let label = wanted.label.map(|(path, values)| {
            (path.to_owned(), values.iter().map(|value| value.to_string()).collect())
        });
        Ok(Self {
            everybody: name.trim().is_empty(),
            words: typed.len(),
            clauses,
            every_word: wanted.every_word,
            uids: wanted.uids.iter().map(|uid| uid.to_string()).collect(),
            label,
        })
    }
}

/// The word in which a token begins or that follows, and whether the token is only a part of it.
fn word_of(typed: &[Word], token: &Token) -> (usize, bool) {
    let index = typed.partition_point(|word| word.end <= token.start);
    let covered = |word: &Word| token.start <= word.start && token.end >= word.end;
    (index.min(typed.len().saturating_sub(1)), !typed.get(index).is_some_and(covered))
}

/// Adds a clause, or its fields to the one that is the same.
fn add(clauses: &mut Vec<Clause>, clause: Clause) {
    let same = clauses.iter_mut().find(|other| {
        (other.word, other.how) == (clause.word, clause.how) && other.text == clause.text
    });
    match same {
        Some(same) => same.fields |= clause.fields,
        None => clauses.push(clause),
    }
}
