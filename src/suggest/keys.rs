//! Keys of the index. A subject is what a list of profiles has in common: a tag and a text. The key
//! of one piece of such a list is the subject, a zero byte, the fields and the chunk.

use crate::error::{Error, Result};

/// A word.
pub(super) const WORD: u8 = b'w';
/// Two neighbouring words of a name: both with a space between them, each cut.
pub(super) const PAIR: u8 = b's';
/// The beginning of words or pairs that so many have that it got lists of its own.
pub(super) const PREFIX: u8 = b'p';
/// A label: the hash of its path and value.
pub(super) const LABEL: u8 = b'l';
/// Everybody who is enabled; the text is empty.
pub(super) const EVERYBODY: u8 = b'e';

/// How many pieces begin with a text, under tag and text alone.
pub(super) const COUNT: u8 = b'n';
/// A block of words of one shape.
pub(super) const VOCABULARY: u8 = b'v';
/// A profile that waits to be folded in, under tag and number.
pub(super) const WAITING: u8 = b't';

/// Fields of a profile, as a set. What is in both parts of an address is in the local one; what the
/// full name begins with is in the full name, too.
pub(super) const FIRST: u8 = 16;
pub(super) const NAME: u8 = 8;
pub(super) const USERNAME: u8 = 4;
pub(super) const LOCAL: u8 = 2;
pub(super) const DOMAIN: u8 = 1;
pub(super) const NAMES: u8 = FIRST | NAME | USERNAME;
pub(super) const MAIL: u8 = LOCAL | DOMAIN;
pub(super) const ANYWHERE: u8 = NAMES | MAIL;

/// `fields` and `more`, in the form in which they are stored.
pub(super) fn united(fields: u8, more: u8) -> u8 {
    let both = fields | more;
    if both & LOCAL == 0 { both } else { both & !DOMAIN }
}

/// A tag and a text.
pub(super) fn subject(tag: u8, text: &str) -> Vec<u8> {
    let mut subject = Vec::with_capacity(1 + text.len());
    subject.push(tag);
    subject.extend_from_slice(text.as_bytes());
    subject
}

/// What every piece of the list of a subject begins with.
pub(super) fn all_of(mut subject: Vec<u8>) -> Vec<u8> {
    subject.push(0);
    subject
}

/// The key of one piece.
pub(super) fn piece(subject: &[u8], fields: u8, chunk: u32) -> Vec<u8> {
    let mut key = Vec::with_capacity(subject.len() + 5);
    key.extend_from_slice(subject);
    key.extend_from_slice(&[0, fields]);
    key.extend_from_slice(&chunk.to_be_bytes()[1..]);
    key
}

/// The subject, fields and chunk of a piece.
pub(super) fn split(key: &[u8]) -> Result<(&[u8], u8, u32)> {
    match key.split_last_chunk() {
        Some((subject, [0, fields, a, b, c])) => {
            Ok((subject, *fields, u32::from_be_bytes([0, *a, *b, *c])))
        }
        _ => Err(damaged()),
    }
}

/// The text of a subject.
pub(super) fn text(subject: &[u8]) -> Result<&str> {
    utf8(subject.get(1..).unwrap_or_default())
}

pub(super) fn utf8(text: &[u8]) -> Result<&str> {
    std::str::from_utf8(text).map_err(|_| damaged())
}

/// The key of the count of what begins with `text`.
pub(super) fn count(text: &str) -> Vec<u8> {
    subject(COUNT, text)
}

/// The key of a profile that waits.
pub(super) fn waiting(number: u32) -> [u8; 5] {
    let [a, b, c, d] = number.to_be_bytes();
    [WAITING, a, b, c, d]
}

pub(super) fn damaged() -> Error {
    Error::internal("the index of profiles is damaged")
}
