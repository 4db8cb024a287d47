//! A value inside a JSON text that `check` has passed: a slice and where it stood.

use std::borrow::Cow;

use super::scan::{decode, plain};

/// One JSON value as text, with its place in the text that it came from.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Raw<'a> {
    text: &'a str,
    at: usize,
}

/// The kinds of JSON values.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Kind {
    Object,
    Array,
    String,
    Number,
    Boolean,
    Null,
}

impl Kind {
    /// The name that Elasticsearch's parser gives a value of this kind.
    pub(crate) fn token(self) -> &'static str {
        match self {
            Kind::Object => "START_OBJECT",
            Kind::Array => "START_ARRAY",
            Kind::String => "VALUE_STRING",
            Kind::Number => "VALUE_NUMBER",
            Kind::Boolean => "VALUE_BOOLEAN",
            Kind::Null => "VALUE_NULL",
        }
    }
}

impl<'a> Raw<'a> {
    /// A text that `check` has passed or that the crate itself has written.
    pub(crate) fn trusted(text: &'a str) -> Self {
        let start = text.len() - text.trim_start().len();
        Self { text: text.trim(), at: start }
    }

    /// The value from `start` to `end` of `document`.
    pub(super) fn within(document: &'a str, start: usize, end: usize) -> Self {
        Self { text: &document[start..end], at: start }
    }

    /// The value's text, without white space around it.
    pub(crate) fn text(self) -> &'a str {
        self.text
    }

    /// The byte offset of the value in the text that it came from.
    pub(crate) fn at(self) -> usize {
        self.at
    }

    pub(crate) fn kind(self) -> Kind {
        match self.text.as_bytes().first() {
            Some(b'{') => Kind::Object,
            Some(b'[') => Kind::Array,
            Some(b'"') => Kind::String,
            Some(b't' | b'f') => Kind::Boolean,
            Some(b'n') => Kind::Null,
            _ => Kind::Number,
        }
    }

    /// What the value means if it is a string.
    pub(crate) fn string(self) -> Option<Cow<'a, str>> {
        (self.kind() == Kind::String).then(|| {
            let escaped = plain(&self.text.as_bytes()[1..]) < self.text.len() - 2;
            decode(self.text, escaped)
        })
    }

    pub(crate) fn boolean(self) -> Option<bool> {
        match self.text {
            "true" => Some(true),
            "false" => Some(false),
            _ => None,
        }
    }

    /// The members of an object in their order; of anything else, none.
    pub(crate) fn members(self) -> Members<'a> {
        Members { walk: Walk::inside(self, Kind::Object) }
    }

    /// The members of an object with what their names mean.
    pub(crate) fn named(self) -> impl Iterator<Item = (Cow<'a, str>, Raw<'a>)> {
        self.members().map(|(key, value)| (key.string().unwrap_or_default(), value))
    }

    /// Whether an object has a member whose name begins with an underscore, as Elasticsearch's own
    /// metadata do.
    pub(crate) fn has_reserved_key(self) -> bool {
        self.named().any(|(name, _)| name.starts_with('_'))
    }

    /// The elements of an array in their order; of anything else, none.
    pub(crate) fn elements(self) -> Elements<'a> {
        Elements { walk: Walk::inside(self, Kind::Array) }
    }

    /// The elements of an array of strings; `None` for anything else.
    pub(crate) fn strings(self) -> Option<Vec<String>> {
        let strings = self.elements().map(|element| element.string().map(Cow::into_owned));
        if self.kind() == Kind::Array { strings.collect() } else { None }
    }

    /// The member called `name`.
    pub(crate) fn member(self, name: &str) -> Option<Raw<'a>> {
        self.members()
            .find(|(key, _)| key.string().as_deref() == Some(name))
            .map(|(_, value)| value)
    }

    fn slice(self, start: usize, end: usize) -> Raw<'a> {
        Raw { text: &self.text[start..end], at: self.at + start }
    }
}

/// An iterator over (key, value); the key is a string value.
pub(crate) struct Members<'a> {
    walk: Walk<'a>,
}

impl<'a> Iterator for Members<'a> {
    type Item = (Raw<'a>, Raw<'a>);

    fn next(&mut self) -> Option<Self::Item> {
        let key = self.walk.value()?;
        let value = self.walk.value()?;
        Some((key, value))
    }
}

/// An iterator over the elements of an array.
pub(crate) struct Elements<'a> {
    walk: Walk<'a>,
}

impl<'a> Iterator for Elements<'a> {
    type Item = Raw<'a>;

    fn next(&mut self) -> Option<Self::Item> {
        self.walk.value()
    }
}

/// A position inside an object or array. Since the text is known to be valid, separators are
/// skipped like white space.
struct Walk<'a> {
    container: Raw<'a>,
    at: usize,
}

impl<'a> Walk<'a> {
    fn inside(container: Raw<'a>, kind: Kind) -> Self {
        let at = if container.kind() == kind { 1 } else { container.text.len() };
        Self { container, at }
    }

    fn value(&mut self) -> Option<Raw<'a>> {
        let bytes = self.container.text.as_bytes();
        while matches!(bytes.get(self.at), Some(b' ' | b'\t' | b'\n' | b'\r' | b',' | b':')) {
            self.at += 1;
        }
        if matches!(bytes.get(self.at), None | Some(b'}' | b']')) {
            return None;
        }
        let start = self.at;
        self.at = end_of_value(bytes, start);
        Some(self.container.slice(start, self.at))
    }
}

/// Where the value that starts at `start` ends.
fn end_of_value(bytes: &[u8], start: usize) -> usize {
    let mut at = start;
    let mut depth = 0usize;
    while let Some(byte) = bytes.get(at) {
        match byte {
            b'"' => {
                at = end_of_string(bytes, at);
                if depth == 0 {
                    return at;
                }
                continue;
            }
            b'{' | b'[' => depth += 1,
            b'}' | b']' if depth == 0 => return at,
            b'}' | b']' => {
                depth -= 1;
                if depth == 0 {
                    return at + 1;
                }
            }
            b',' | b':' | b' ' | b'\t' | b'\n' | b'\r' if depth == 0 => return at,
            _ => {}
        }
        at += 1;
    }
    at
}

/// Where the string whose opening quote is at `start` ends: behind its closing quote.
pub(super) fn end_of_string(bytes: &[u8], start: usize) -> usize {
    let mut at = start + 1;
    while let Some(rest) = bytes.get(at..) {
        at += plain(rest);
        match bytes.get(at) {
            Some(b'"') => return at + 1,
            Some(b'\\') => at += 2,
            Some(_) => at += 1,
            None => break,
        }
    }
    bytes.len()
}
