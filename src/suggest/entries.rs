//! What the index keeps of one profile: the subjects of all lists that it is in.

use std::borrow::Cow;
use std::collections::BTreeMap;

use super::keys::{self, DOMAIN, EVERYBODY, FIRST, LABEL, LOCAL, NAME, PAIR, USERNAME, WORD};
use crate::error::Result;
use crate::json::{Kind, Raw};
use crate::profile::record::Header;
use crate::store::Store;
use crate::text::{Part, Token, Word, mail_tokens, words};

/// In a pair, words are cut to so many characters, so that it stays a key.
const PAIR_WORD: usize = 32;
/// People are found by so many words of each of their texts, from the first on.
const MOST_WORDS: usize = 256;
/// So many values of its labels let a profile stand higher.
const MOST_LABELS: usize = 4096;
/// The fields of subjects that belong to none.
pub(super) const NO_FIELD: u8 = 1;

/// Subjects, with the fields in which the profile has them.
pub(super) type Entries = BTreeMap<Vec<u8>, u8>;

/// The texts of a profile in which words are looked for.
pub(super) struct Texts<'h> {
    pub(super) full_name: Cow<'h, str>,
    pub(super) username: Cow<'h, str>,
    pub(super) email: Cow<'h, str>,
}

impl<'h> Texts<'h> {
    pub(super) fn of(header: &Header<'h>) -> Self {
        let user = Raw::trusted(header.user);
        let text = |name| user.member(name).and_then(Raw::string).unwrap_or_default();
        Self { full_name: text("full_name"), username: text("username"), email: text("email") }
    }

    /// The words of the full name and of the username by which people are found.
    pub(super) fn of_names(&self) -> [(u8, Vec<Word>); 2] {
        [(NAME, &self.full_name), (USERNAME, &self.username)]
            .map(|(field, text)| (field, words(text).take(MOST_WORDS).collect()))
    }

    /// The tokens of the address by which people are found.
    pub(super) fn of_mail(&self) -> impl Iterator<Item = (u8, Token)> {
        let tokens = mail_tokens(&self.email).into_iter().flatten().take(MOST_WORDS);
        tokens.filter_map(|token| match token.part {
            Part::Local => Some((LOCAL, token)),
            Part::Domain => Some((DOMAIN, token)),
            // Whoever has the address has what is before and behind its sign.
            Part::Address => None,
        })
    }
}

/// The entries of a profile; none if it is disabled.
pub(super) fn entries(store: &Store, header: &Header<'_>) -> Entries {
    let mut entries = Entries::new();
    if !header.enabled {
        return entries;
    }
    entries.insert(vec![EVERYBODY], NO_FIELD);
    let mut add = |subject, field| {
        let fields = entries.entry(subject).or_default();
        *fields = keys::united(*fields, field);
    };
    let texts = Texts::of(header);
    for (field, words) in texts.of_names() {
        for pair in words.windows(2) {
            if let [first, second] = pair {
                add(pair_subject(first, second), field);
            }
        }
        for (place, word) in words.iter().enumerate() {
            let first = if (field, place) == (NAME, 0) { FIRST } else { 0 };
            add(keys::subject(WORD, &word.text), field | first);
        }
    }
    for (field, token) in texts.of_mail() {
        add(keys::subject(WORD, &token.text), field);
    }
    let mut labels = 0;
    each_label(store, Raw::trusted(header.labels), &mut |path, value| {
        if labels < MOST_LABELS {
            add(label_subject(store, path, value), NO_FIELD);
        }
        labels += 1;
    });
    entries
}

fn pair_subject(first: &Word, second: &Word) -> Vec<u8> {
    keys::subject(PAIR, &pair(&first.text, &second.text))
}

/// Two words, one behind the other.
pub(super) fn pair(first: &str, second: &str) -> String {
    format!("{} {}", cut(first), cut(second))
}

/// What a pair keeps of a word.
pub(super) fn cut(word: &str) -> &str {
    word.char_indices().nth(PAIR_WORD).map_or(word, |(end, _)| &word[..end])
}

/// Whether this is all of a word, and not what a pair keeps of a longer one.
pub(super) fn is_uncut(word: &str) -> bool {
    word.chars().nth(PAIR_WORD - 1).is_none()
}

/// The list of those with a value under the path of a label.
pub(super) fn label_subject(store: &Store, path: &LabelPath, value: &str) -> Vec<u8> {
    let mut of_value = path.hash.to_vec();
    of_value.extend_from_slice(value.as_bytes());
    [&[LABEL], &store.hash(&of_value)[..]].concat()
}

/// The dotted path of a label, which many values may be under.
pub(super) struct LabelPath {
    pub(super) text: String,
    hash: [u8; 16],
}

impl LabelPath {
    pub(super) fn new(store: &Store, text: String) -> Self {
        Self { hash: store.hash(text.as_bytes()), text }
    }
}

/// Calls `visit` with every value of the labels and its path, as a field of type `flattened` has
/// them.
pub(super) fn each_label(store: &Store, labels: Raw<'_>, visit: &mut impl FnMut(&LabelPath, &str)) {
    for (key, value) in labels.members() {
        let path = LabelPath::new(store, key.string().unwrap_or_default().into());
        each_value(store, &path, value, visit);
    }
}

fn each_value(
    store: &Store,
    path: &LabelPath,
    value: Raw<'_>,
    visit: &mut impl FnMut(&LabelPath, &str),
) {
    match value.kind() {
        Kind::Object => {
            for (key, value) in value.members() {
                let key = key.string().unwrap_or_default();
                let path = LabelPath::new(store, format!("{}.{key}", path.text));
                each_value(store, &path, value, visit);
            }
        }
        Kind::Array => value.elements().for_each(|value| each_value(store, path, value, visit)),
        Kind::String => visit(path, &value.string().unwrap_or_default()),
        Kind::Number | Kind::Boolean => visit(path, value.text()),
        Kind::Null => {}
    }
}

/// A profile's entries as one record, for a profile that waits.
pub(super) fn pack(entries: &Entries) -> Vec<u8> {
    let mut bytes = Vec::new();
    for (subject, fields) in entries {
        bytes.extend_from_slice(&(subject.len() as u16).to_le_bytes());
        bytes.push(*fields);
        bytes.extend_from_slice(subject);
    }
    bytes
}

/// Calls `visit` with the subjects and fields in a record.
pub(super) fn unpack<'t>(
    mut bytes: &'t [u8],
    mut visit: impl FnMut(&'t [u8], u8) -> Result<()>,
) -> Result<()> {
    while let Some(([a, b, fields], rest)) = bytes.split_first_chunk() {
        let length = usize::from(u16::from_le_bytes([*a, *b]));
        let (subject, rest) = rest.split_at_checked(length).ok_or_else(keys::damaged)?;
        visit(subject, *fields)?;
        bytes = rest;
    }
    Ok(())
}
