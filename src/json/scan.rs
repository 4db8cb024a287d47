//! The one place that decides whether a text is JSON that we take: RFC 8259, UTF-8, no repeated
//! key, no unpaired surrogate, bounded depth. Everything behind it may trust the text.

use std::borrow::Cow;
use std::collections::HashSet;

use super::raw::Raw;
use crate::error::{Error, Result};

/// How deep arrays and objects may nest. The guard of every recursive walk in the crate.
pub(crate) const MAX_DEPTH: usize = 128;

/// Up to this many keys are compared one by one; a set is made only for larger objects.
const FEW_KEYS: usize = 8;

/// Checks that `bytes` is one JSON value and nothing else, and gives it back as text.
pub(crate) fn check(bytes: &[u8]) -> Result<&str> {
    check_members(bytes).map(|(text, _)| text)
}

/// A member of an object: what its name means, where the name stands, and the value.
pub(crate) type Named<'a> = (Cow<'a, str>, usize, Raw<'a>);

/// Checks that `bytes` is one JSON value and nothing else; gives it back as text, with its members
/// if it is an object.
pub(crate) fn check_members(bytes: &[u8]) -> Result<(&str, Vec<Named<'_>>)> {
    let text = std::str::from_utf8(bytes).map_err(|error| {
        let valid = String::from_utf8_lossy(&bytes[..error.valid_up_to()]);
        let (line, column) = position(&valid, valid.len());
        Error::x_content(format!("[{line}:{column}] the text is not valid UTF-8"))
    })?;
    let mut checker = Checker { text, at: 0, members: Vec::new() };
    checker.space();
    checker.value(0)?;
    checker.space();
    if checker.at < text.len() {
        return Err(checker.unexpected("the end"));
    }
    Ok((text, checker.members))
}

/// Line and column, both from 1 and in characters, of the byte `at` in `text`.
pub(crate) fn position(text: &str, at: usize) -> (usize, usize) {
    let before = text.get(..at).unwrap_or(text);
    let line = before.bytes().filter(|byte| *byte == b'\n').count() + 1;
    let column = before.rsplit('\n').next().unwrap_or("").chars().count() + 1;
    (line, column)
}

struct Checker<'a> {
    text: &'a str,
    at: usize,
    /// The members of the outermost object.
    members: Vec<Named<'a>>,
}

impl<'a> Checker<'a> {
    fn peek(&self) -> Option<u8> {
        self.text.as_bytes().get(self.at).copied()
    }

    fn space(&mut self) {
        while matches!(self.peek(), Some(b' ' | b'\t' | b'\n' | b'\r')) {
            self.at += 1;
        }
    }

    fn eat(&mut self, byte: u8) -> bool {
        let found = self.peek() == Some(byte);
        self.at += usize::from(found);
        found
    }

    fn fail(&self, at: usize, what: &str) -> Error {
        let (line, column) = position(self.text, at);
        Error::x_content(format!("[{line}:{column}] {what}"))
    }

    fn unexpected(&self, expected: &str) -> Error {
        let found = match self.text.get(self.at..).and_then(|rest| rest.chars().next()) {
            Some(found) => format!("unexpected character {found:?}, expected {expected}"),
            None => format!("unexpected end of the text, expected {expected}"),
        };
        self.fail(self.at, &found)
    }

    fn value(&mut self, depth: usize) -> Result<()> {
        match self.peek() {
            Some(b'{' | b'[') if depth == MAX_DEPTH => {
                Err(self.fail(self.at, &format!("nested deeper than {MAX_DEPTH} levels")))
            }
            Some(b'{') => self.object(depth + 1),
            Some(b'[') => self.array(depth + 1),
            Some(b'"') => self.string().map(drop),
            Some(b'-' | b'0'..=b'9') => self.number(),
            Some(b't') => self.literal("true"),
            Some(b'f') => self.literal("false"),
            Some(b'n') => self.literal("null"),
            _ => Err(self.unexpected("a value")),
        }
    }

    fn object(&mut self, depth: usize) -> Result<()> {
        self.at += 1;
        self.space();
        if self.eat(b'}') {
            return Ok(());
        }
        let mut keys = Keys::new();
        loop {
            if self.peek() != Some(b'"') {
                return Err(self.unexpected("a field name"));
            }
            let start = self.at;
            let escaped = self.string()?;
            let name = decode(&self.text[start..self.at], escaped);
            if let Err(repeated) = keys.add(name.clone()) {
                return Err(self.fail(start, &format!("duplicate field [{repeated}]")));
            }
            self.space();
            if !self.eat(b':') {
                return Err(self.unexpected("':'"));
            }
            self.space();
            let value = self.at;
            self.value(depth)?;
            if depth == 1 {
                self.members.push((name, start, Raw::within(self.text, value, self.at)));
            }
            self.space();
            if self.eat(b'}') {
                return Ok(());
            }
            if !self.eat(b',') {
                return Err(self.unexpected("',' or '}'"));
            }
            self.space();
        }
    }

    fn array(&mut self, depth: usize) -> Result<()> {
        self.at += 1;
        self.space();
        if self.eat(b']') {
            return Ok(());
        }
        loop {
            self.value(depth)?;
            self.space();
            if self.eat(b']') {
                return Ok(());
            }
            if !self.eat(b',') {
                return Err(self.unexpected("',' or ']'"));
            }
            self.space();
        }
    }

    /// Passes one string; answers whether it has escapes.
    fn string(&mut self) -> Result<bool> {
        self.at += 1;
        let mut escaped = false;
        loop {
            self.at += plain(&self.text.as_bytes()[self.at..]);
            match self.peek() {
                Some(b'"') => break,
                Some(b'\\') => {
                    escaped = true;
                    self.escape()?;
                }
                Some(0..0x20) => {
                    return Err(self.unexpected("control characters to be escaped"));
                }
                _ => return Err(self.unexpected("'\"'")),
            }
        }
        self.at += 1;
        Ok(escaped)
    }

    fn escape(&mut self) -> Result<()> {
        let start = self.at;
        self.at += 1;
        match self.peek() {
            Some(b'"' | b'\\' | b'/' | b'b' | b'f' | b'n' | b'r' | b't') => {
                self.at += 1;
                Ok(())
            }
            Some(b'u') => match self.unit()? {
                0xD800..=0xDBFF => {
                    if self.eat(b'\\')
                        && self.peek() == Some(b'u')
                        && matches!(self.unit()?, 0xDC00..=0xDFFF)
                    {
                        return Ok(());
                    }
                    Err(self.fail(start, "unpaired surrogate"))
                }
                0xDC00..=0xDFFF => Err(self.fail(start, "unpaired surrogate")),
                _ => Ok(()),
            },
            _ => Err(self.unexpected("an escape sequence")),
        }
    }

    /// The four hexadecimal digits behind `\u`.
    fn unit(&mut self) -> Result<u16> {
        self.at += 1;
        let digits = self.text.as_bytes().get(self.at..self.at + 4);
        let digits = digits.filter(|digits| digits.iter().all(u8::is_ascii_hexdigit));
        let unit = digits
            .and_then(|digits| std::str::from_utf8(digits).ok())
            .and_then(|digits| u16::from_str_radix(digits, 16).ok());
        let unit = unit.ok_or_else(|| self.fail(self.at, "expected four hexadecimal digits"))?;
        self.at += 4;
        Ok(unit)
    }

    fn number(&mut self) -> Result<()> {
        self.eat(b'-');
        if !self.eat(b'0') {
            self.digits()?;
        }
        if self.eat(b'.') {
            self.digits()?;
        }
        if self.eat(b'e') || self.eat(b'E') {
            if !self.eat(b'+') {
                self.eat(b'-');
            }
            self.digits()?;
        }
        Ok(())
    }

    fn digits(&mut self) -> Result<()> {
        let start = self.at;
        while matches!(self.peek(), Some(b'0'..=b'9')) {
            self.at += 1;
        }
        if self.at == start { Err(self.unexpected("a digit")) } else { Ok(()) }
    }

    fn literal(&mut self, word: &str) -> Result<()> {
        if !self.text[self.at..].starts_with(word) {
            return Err(self.unexpected("a value"));
        }
        self.at += word.len();
        Ok(())
    }
}

/// How many bytes stand before the first quote, backslash or control character. Eight at a time: a
/// borrow spoils only bytes behind the first hit.
pub(super) fn plain(bytes: &[u8]) -> usize {
    const ONES: u64 = 0x0101_0101_0101_0101;
    const HIGH: u64 = 0x8080_8080_8080_8080;
    let zero = |word: u64| word.wrapping_sub(ONES) & !word;
    let (words, rest) = bytes.as_chunks::<8>();
    for (index, word) in words.iter().enumerate() {
        let word = u64::from_le_bytes(*word);
        let control = word.wrapping_sub(ONES * 0x20) & !word;
        let stop = (control | zero(word ^ (ONES * 0x22)) | zero(word ^ (ONES * 0x5C))) & HIGH;
        if stop != 0 {
            return index * 8 + stop.trailing_zeros() as usize / 8;
        }
    }
    let stop = rest.iter().position(|byte| matches!(byte, 0..0x20 | b'"' | b'\\'));
    bytes.len() - rest.len() + stop.unwrap_or(rest.len())
}

/// What a JSON string, given with its quotes, means.
pub(super) fn decode(quoted: &str, escaped: bool) -> Cow<'_, str> {
    if escaped {
        // The checker has seen every escape, so this cannot fail.
        Cow::Owned(serde_json::from_str(quoted).unwrap_or_default())
    } else {
        Cow::Borrowed(&quoted[1..quoted.len() - 1])
    }
}

/// The keys of one object, to find a repeated one.
struct Keys<'a> {
    few: [Cow<'a, str>; FEW_KEYS],
    count: usize,
    many: Option<HashSet<Cow<'a, str>>>,
}

impl<'a> Keys<'a> {
    fn new() -> Self {
        Self { few: [const { Cow::Borrowed("") }; FEW_KEYS], count: 0, many: None }
    }

    fn add(&mut self, key: Cow<'a, str>) -> std::result::Result<(), Cow<'a, str>> {
        let (used, free) = self.few.split_at_mut(self.count);
        if used.contains(&key) {
            return Err(key);
        }
        if let Some(place) = free.first_mut() {
            *place = key;
            self.count += 1;
            return Ok(());
        }
        match self.many.get_or_insert_default().replace(key) {
            Some(repeated) => Err(repeated),
            None => Ok(()),
        }
    }
}
