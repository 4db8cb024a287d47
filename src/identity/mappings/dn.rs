//! Distinguished names as directories compare them (RFC 4514, and the quotes and semicolons of its
//! predecessors): neither case nor superfluous spaces count.

use std::iter::Peekable;
use std::str::Chars;

/// A distinguished name.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Dn {
    /// The relative names in one spelling, the innermost first.
    parts: Vec<String>,
}

impl Dn {
    /// The name that `text` spells, if it spells one.
    pub(super) fn parse(text: &str) -> Option<Self> {
        let mut reader = Reader { rest: text.chars().peekable() };
        let mut parts = Vec::new();
        loop {
            let mut attributes = vec![reader.attribute()?];
            while reader.eat('+') {
                attributes.push(reader.attribute()?);
            }
            attributes.sort_unstable();
            parts.push(attributes.join("+"));
            if reader.rest.peek().is_none() {
                return Some(Self { parts });
            }
            if !reader.eat(',') && !reader.eat(';') {
                return None;
            }
        }
    }

    /// The name in the spelling that all equal names share.
    pub(super) fn normalized(&self) -> String {
        self.parts.join(",")
    }

    /// Whether this is a name somewhere below `other` in the tree.
    pub(super) fn is_below(&self, other: &Self) -> bool {
        self.parts.len() > other.parts.len() && self.parts.ends_with(&other.parts)
    }
}

struct Reader<'a> {
    rest: Peekable<Chars<'a>>,
}

impl Reader<'_> {
    fn eat(&mut self, wanted: char) -> bool {
        self.rest.next_if_eq(&wanted).is_some()
    }

    fn skip_spaces(&mut self) {
        while self.eat(' ') {}
    }

    /// `type=value` in one spelling.
    fn attribute(&mut self) -> Option<String> {
        self.skip_spaces();
        let mut attribute = String::new();
        let in_type = |next: &char| next.is_ascii_alphanumeric() || matches!(next, '-' | '.' | '_');
        while let Some(character) = self.rest.next_if(in_type) {
            attribute.push(character.to_ascii_lowercase());
        }
        self.skip_spaces();
        if attribute.is_empty() || !self.eat('=') {
            return None;
        }
        self.skip_spaces();
        attribute.push('=');
        let value = if self.eat('"') { self.quoted()? } else { self.plain()? };
        push_value(&mut attribute, &value.to_lowercase());
        self.skip_spaces();
        Some(attribute)
    }

    /// A value up to the character that ends it; spaces in front of that do not count.
    fn plain(&mut self) -> Option<String> {
        let mut bytes = Vec::new();
        let mut end = 0;
        while let Some(next) = self.rest.next_if(|next| !matches!(next, ',' | ';' | '+')) {
            push_character(&mut bytes, next, &mut self.rest)?;
            if next != ' ' {
                end = bytes.len();
            }
        }
        bytes.truncate(end);
        String::from_utf8(bytes).ok()
    }

    /// A value up to its closing quote.
    fn quoted(&mut self) -> Option<String> {
        let mut bytes = Vec::new();
        while let Some(next) = self.rest.next_if(|next| *next != '"') {
            push_character(&mut bytes, next, &mut self.rest)?;
        }
        self.rest.next()?;
        String::from_utf8(bytes).ok()
    }
}

/// Appends a character of a value: itself or, behind a backslash, a special one or two hexadecimal
/// digits of UTF-8.
fn push_character(
    bytes: &mut Vec<u8>,
    character: char,
    rest: &mut Peekable<Chars<'_>>,
) -> Option<()> {
    let mut character = character;
    if character == '\\' {
        character = rest.next()?;
        if let Some(high) = character.to_digit(16) {
            let low = rest.next()?.to_digit(16)?;
            bytes.push((high * 16 + low) as u8);
            return Some(());
        }
    }
    bytes.extend_from_slice(character.encode_utf8(&mut [0; 4]).as_bytes());
    Some(())
}

/// Appends a value with single spaces, and a backslash in front of what is special.
fn push_value(out: &mut String, value: &str) {
    for (index, word) in value.split(' ').filter(|word| !word.is_empty()).enumerate() {
        if index > 0 {
            out.push(' ');
        }
        for character in word.chars() {
            if matches!(character, ',' | ';' | '+' | '"' | '\\' | '<' | '>' | '=') {
                out.push('\\');
            }
            out.push(character);
        }
    }
}
