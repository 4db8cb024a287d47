//! What is found by an e-mail address: Elasticsearch's analyzer for that field, a tokenizer that
//! leaves addresses and host names whole, and patterns that capture their parts.

use std::collections::HashSet;
use std::iter;
use std::ops::Range;

use unicode_normalization::char::is_combining_mark;
use unicode_segmentation::UnicodeSegmentation;

use super::words::{comparable, pieces, runs};

/// What is longer (RFC 5321, RFC 1035) is made of words like any other text. So an address also
/// differs from its local part within the letters that words are compared by.
const LONGEST_LOCAL: usize = 63;
const LONGEST_DOMAIN: usize = 253;

/// The ends of host names longer than those of countries. Other names with hyphens and dots are
/// rather words that lack a space.
const TOP_LEVEL: [&str; 13] =
    ["app", "biz", "com", "dev", "edu", "gov", "info", "int", "mil", "name", "net", "org", "pro"];

/// Where a token comes from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Part {
    /// From before the `@` of an address, or from no address at all.
    Local,
    /// From behind the `@` of an address.
    Domain,
    /// It is an address itself.
    Address,
}

/// A word, an address or a host name, or a part of one.
#[derive(Debug, PartialEq)]
pub(crate) struct Token {
    /// Folded, not empty, and cut as the text of a word is.
    pub(crate) text: String,
    /// Where it is in the original text, in bytes.
    pub(crate) start: usize,
    pub(crate) end: usize,
    pub(crate) part: Part,
}

/// The tokens of the text by their positions, what is whole before its parts. Each stands only once
/// in all of them.
pub(crate) fn mail_tokens(text: &str) -> Vec<Vec<Token>> {
    let mut seen = HashSet::new();
    let mut positions = Vec::new();
    let mut add = |start, whole, at| {
        let mut tokens = captures(start, whole, at);
        tokens.retain(|token| !token.text.is_empty() && seen.insert(token.text.clone()));
        if !tokens.is_empty() {
            positions.push(tokens);
        }
    };
    let (mut from, mut left) = (0, runs(text));
    while let Some((start, run)) = left.next() {
        let start = from + start;
        let rest = text.get(start..).unwrap_or_default();
        match address(rest).or_else(|| host(rest)).filter(|(whole, _)| whole.len() > run.len()) {
            Some((whole, at)) => {
                add(start, whole, at);
                from = start + whole.len();
                left = runs(text.get(from..).unwrap_or_default());
            }
            None => pieces(start, run).for_each(|(start, piece)| add(start, piece, None)),
        }
    }
    positions
}

/// The address that the text starts with, and where its `@` is.
fn address(text: &str) -> Option<(&str, Option<usize>)> {
    let is_atom = |atom: &str| {
        let special = |byte| b"!#$%&'*+-/=?^_`{|}~".contains(&byte);
        !atom.is_empty() && atom.bytes().all(|byte| byte.is_ascii_alphanumeric() || special(byte))
    };
    let at = text.bytes().take(LONGEST_LOCAL + 1).position(|byte| byte == b'@')?;
    let (local, rest) = (text.get(..at)?, text.get(at + 1..)?);
    let domain = local.split('.').all(is_atom).then(|| domain(rest)).flatten()?;
    Some((text.get(..at + 1 + domain.len())?, Some(at)))
}

/// The host name that the text starts with, and no `@`.
fn host(text: &str) -> Option<(&str, Option<usize>)> {
    let host = domain(text)?;
    let (_, last) = host.rsplit_once('.')?;
    let is_known = last.len() == 2 || TOP_LEVEL.iter().any(|end| end.eq_ignore_ascii_case(last));
    is_known.then_some((host, None))
}

/// The labels and dots that the text starts with, if the last of several labels is of letters.
fn domain(text: &str) -> Option<&str> {
    let is_inside = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'.' | b'-');
    let length = text.bytes().take(LONGEST_DOMAIN + 1).take_while(|byte| is_inside(*byte)).count();
    let domain = text.get(..length)?.trim_end_matches(['.', '-']);
    let (_, last) = domain.rsplit_once('.')?;
    let is_label =
        |label: &str| !(label.is_empty() || label.starts_with('-') || label.ends_with('-'));
    let is_domain = domain.len() <= LONGEST_DOMAIN
        && last.len() >= 2
        && last.bytes().all(|byte| byte.is_ascii_alphabetic())
        && domain.split('.').all(is_label)
        && ends_word(text, domain.len());
    is_domain.then_some(domain)
}

/// Whether a word that is there up to `end`, where a letter is the last, does not go on.
fn ends_word(text: &str, end: usize) -> bool {
    let next = text.get(end..).and_then(|rest| rest.chars().next());
    let both = next.and_then(|next| text.get(end - 1..end + next.len_utf8()));
    both.is_none_or(|both| both.split_word_bounds().count() == 2)
}

/// What is whole, what is on either side of its `@`, and the letters and the digits in it.
fn captures(start: usize, whole: &str, at: Option<usize>) -> Vec<Token> {
    let sides = at.into_iter().flat_map(|at| [0..at, at + 1..whole.len()]);
    let ranges = iter::once(0..whole.len()).chain(sides).chain(letters_and_digits(whole));
    let token = |range: Range<usize>| {
        let part = match at {
            Some(at) if range.start > at => Part::Domain,
            Some(at) if range.end > at => Part::Address,
            _ => Part::Local,
        };
        let text = whole.get(range.clone()).map(comparable).unwrap_or_default();
        Token { text, start: start + range.start, end: start + range.end, part }
    };
    ranges.map(token).collect()
}

/// Where letters follow on each other, and digits. Marks are of what they stand on.
fn letters_and_digits(text: &str) -> Vec<Range<usize>> {
    #[derive(PartialEq, Clone, Copy)]
    enum Kind {
        Letter,
        Digit,
        Other,
    }
    let mut kind = Kind::Other;
    let mut found: Vec<Range<usize>> = Vec::new();
    for (start, c) in text.char_indices() {
        let before = kind;
        kind = match c {
            _ if is_combining_mark(c) => before,
            _ if c.is_alphabetic() => Kind::Letter,
            _ if c.is_numeric() => Kind::Digit,
            _ => Kind::Other,
        };
        let end = start + c.len_utf8();
        match found.last_mut() {
            Some(last) if kind == before && kind != Kind::Other => last.end = end,
            _ if kind != Kind::Other => found.push(start..end),
            _ => {}
        }
    }
    found
}
