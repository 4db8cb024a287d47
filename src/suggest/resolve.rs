//! The clauses of a query, resolved against the words that there are.

use std::collections::HashMap;

use super::entries::{cut, is_uncut, pair, unpack};
use super::expand::{Dictionary, MOST};
use super::index::each_waiting;
use super::keys::{self, FIRST, MAIL, NAME, USERNAME, WORD};
use super::pieces::{Collector, Role};
use super::query::{Clause, How};
use super::rank::Kind;
use crate::error::Result;
use crate::store::ReadTxn;
use crate::text::{Edits, allowed};

/// What a clause matches: words, and all words with certain beginnings.
pub(super) struct Resolved {
    pub(super) word: usize,
    /// Whole words, with the fields in which they count.
    texts: HashMap<String, (u8, Kind)>,
    /// Beginnings of words, the best kind first.
    beginnings: Vec<(String, Kind)>,
    /// The fields in which the beginnings count.
    fields: u8,
    /// Whether the only beginning has lists of its own.
    pub(super) has_lists_of_beginning: bool,
}

impl Resolved {
    /// How a word of these fields matches, and in which of them.
    pub(super) fn matches(&self, text: &str, fields: u8) -> impl Iterator<Item = (u8, Kind)> {
        let whole = self.texts.get(text).map(|(allowed, kind)| (allowed & fields, *kind));
        let mut begins =
            self.beginnings.iter().filter(|(beginning, _)| text.starts_with(beginning));
        let beginning = begins.next().map(|(_, kind)| (self.fields & fields, *kind));
        whole.into_iter().chain(beginning).filter(|(fields, _)| *fields != 0)
    }

    /// In which of these fields a word of a pair matches, which may be cut.
    pub(super) fn fields_of_cut(&self, word: &str, fields: u8) -> u8 {
        if is_uncut(word) {
            return self.matches(word, fields).fold(0, |all, (fields, _)| all | fields);
        }
        let texts = self.texts.iter().filter(|(text, _)| cut(text) == word);
        let beginnings = self.beginnings.iter().map(|(beginning, _)| cut(beginning));
        let begins = if beginnings.clone().any(|beginning| word.starts_with(beginning)) {
            self.fields
        } else {
            0
        };
        fields & texts.fold(begins, |all, (_, (allowed, _))| all | allowed)
    }
}

/// Collects the lists of those who have a word of the query and the next side by side.
pub(super) fn add_pairs<'t>(
    collector: &mut Collector<'t>,
    txn: &'t ReadTxn<'t>,
    first: usize,
    [one, next]: [&Resolved; 2],
) -> Result<()> {
    let role = Role::Pair(first);
    let of_names = |fields: u8| fields & (NAME | USERNAME);
    let mut seconds: Vec<(&str, u8)> =
        next.texts.iter().map(|(text, (fields, _))| (cut(text), *fields)).collect();
    seconds.retain(|(_, fields)| of_names(*fields) != 0);
    seconds.sort_unstable();
    seconds.dedup_by(|same, kept| {
        let is_same = same.0 == kept.0;
        kept.1 |= if is_same { same.1 } else { 0 };
        is_same
    });
    for (text, (fields, _)) in one.texts.iter().filter(|(_, (fields, _))| of_names(*fields) != 0) {
        for (beginning, _) in &next.beginnings {
            let fields = of_names(fields & next.fields);
            collector.add_beginning(txn, &pair(text, beginning), fields, role)?;
        }
        if next.beginnings.is_empty() {
            let seconds: Vec<(&str, u8)> =
                seconds.iter().map(|(second, of)| (*second, of_names(fields & of))).collect();
            collector.add_pairs(cut(text), &seconds, role)?;
        }
    }
    Ok(())
}

/// Resolves clauses in one snapshot.
pub(super) struct Resolver<'t> {
    txn: &'t ReadTxn<'t>,
    /// What is needed for typing errors only.
    words: Option<Words<'t>>,
}

struct Words<'t> {
    dictionary: Dictionary<'t>,
    /// The words of profiles that are not in the lists yet, with their fields.
    waiting: HashMap<&'t str, u8>,
}

impl<'t> Words<'t> {
    fn new(txn: &'t ReadTxn<'t>) -> Result<Self> {
        let mut waiting = HashMap::new();
        each_waiting(txn, |_, record| {
            unpack(record, |subject, fields| {
                if subject.first() == Some(&WORD) {
                    *waiting.entry(keys::text(subject)?).or_default() |= fields;
                }
                Ok(())
            })
        })?;
        Ok(Self { dictionary: Dictionary::new(txn)?, waiting })
    }
}

impl<'t> Resolver<'t> {
    pub(super) fn new(txn: &'t ReadTxn<'t>) -> Self {
        Self { txn, words: None }
    }

    fn words(&mut self) -> Result<&mut Words<'t>> {
        match &mut self.words {
            Some(words) => Ok(words),
            none => Ok(none.insert(Words::new(self.txn)?)),
        }
    }

    /// Resolves a clause, and collects the lists of what it matches.
    pub(super) fn resolve(
        &mut self,
        clause: &Clause,
        collector: &mut Collector<'t>,
    ) -> Result<Resolved> {
        let Clause { word, ref text, how, fields } = *clause;
        if how == How::Fuzzy && allowed(text) > 0 {
            let texts = self.near(clause, collector)?;
            let beginnings = Vec::new();
            return Ok(Resolved { word, texts, beginnings, fields, has_lists_of_beginning: false });
        }
        let kind = if how == (How::Exact { part: true }) { Kind::Part } else { Kind::Whole };
        collector.add_list(keys::subject(WORD, text), fields, Role::Word(word, kind))?;
        let texts = HashMap::from([(text.clone(), (fields, kind))]);
        let mut beginnings = Vec::new();
        if let How::Prefix { typo } = how {
            beginnings.push((text.clone(), Kind::Prefix));
            if typo && allowed(text) > 0 {
                beginnings.extend(self.near_beginnings(text)?);
            }
        }
        let mut has_lists_of_beginning = beginnings.len() == 1;
        for (text, kind) in &beginnings {
            let role = Role::Word(word, *kind);
            has_lists_of_beginning &= collector.add_beginning(self.txn, text, fields, role)?;
        }
        Ok(Resolved { word, texts, beginnings, fields, has_lists_of_beginning })
    }

    /// The nearest words of each field.
    fn near(
        &mut self,
        clause: &Clause,
        collector: &mut Collector<'t>,
    ) -> Result<HashMap<String, (u8, Kind)>> {
        let Clause { word, text: typed, fields, .. } = clause;
        let Words { dictionary, waiting } = self.words()?;
        let found = dictionary.near(typed, waiting.keys().copied())?;
        let mut texts = HashMap::new();
        let mut counts = [(NAME | FIRST, 0), (USERNAME, 0), (MAIL, 0)].to_vec();
        counts.retain(|(field, _)| fields & field != 0);
        for (edits, text) in found {
            let role = Role::Word(*word, Kind::of_typos(edits));
            let first = collector.pieces.len();
            collector.add_range(&keys::all_of(keys::subject(WORD, &text)), *fields, role)?;
            let of_waiting = waiting.get(&*text).map_or(0, |of_waiting| of_waiting & fields);
            let pieces = &collector.pieces[first..];
            let has = pieces.iter().fold(of_waiting, |has, piece| has | piece.fields);
            let mut taken = 0;
            for (field, count) in counts.iter_mut().filter(|(field, _)| has & field != 0) {
                if *count < MOST {
                    *count += 1;
                    taken |= *field;
                }
            }
            collector.restrict(first, taken);
            if taken & fields != 0 {
                texts.insert(text, (taken & fields, Kind::of_typos(edits)));
            }
            if counts.iter().all(|(_, count)| *count == MOST) {
                break;
            }
        }
        Ok(texts)
    }

    /// The nearest beginnings of words, the nearest first.
    fn near_beginnings(&mut self, typed: &str) -> Result<Vec<(String, Kind)>> {
        let Words { dictionary, waiting } = self.words()?;
        let mut found = dictionary.near_beginnings(typed)?;
        let first = typed.chars().next();
        for word in waiting.keys().filter(|word| word.chars().next() == first) {
            let mut edits = Edits::new(typed, allowed(typed));
            for (at, c) in word.char_indices() {
                if !edits.push(c) {
                    break;
                }
                let beginning = &word[..at + c.len_utf8()];
                if let Some(edits) = edits.beginning()
                    && !beginning.starts_with(typed)
                {
                    found.push((edits, beginning.to_owned()));
                }
            }
        }
        found.sort_unstable();
        found.dedup();
        found.truncate(MOST);
        Ok(found.into_iter().map(|(edits, text)| (text, Kind::of_typos(edits))).collect())
    }
}
