//! What the model makes of texts: words, folded, and the tokens of e-mail addresses.

use std::collections::HashSet;
use std::ops::Range;
use std::sync::LazyLock;

use regex::Regex;
use unicode_normalization::UnicodeNormalization;
use unicode_segmentation::UnicodeSegmentation;

/// Words are cut into pieces of so many characters.
const LONGEST_WORD: usize = 255;
/// Words are compared by so many characters.
const COMPARED: usize = 64;

/// A word of a text, folded, and the bytes where it stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Word {
    pub(crate) folded: String,
    pub(crate) range: Range<usize>,
}

/// Marks and invisible characters, which matter to no one who types.
const IGNORED: &[Range<u32>] = &[
    0xad..0xae,
    0x300..0x370,
    0x483..0x488,
    0x591..0x5be,
    0x5bf..0x5c0,
    0x5c1..0x5c3,
    0x5c4..0x5c6,
    0x5c7..0x5c8,
    0x610..0x61b,
    0x61c..0x61d,
    0x640..0x641,
    0x64b..0x660,
    0x670..0x671,
    0x6d6..0x6dd,
    0x6df..0x6e5,
    0x6e7..0x6e9,
    0x6ea..0x6ee,
    0x180b..0x1810,
    0x1ab0..0x1b00,
    0x1dc0..0x1e00,
    0x20d0..0x2100,
    0x200b..0x2010,
    0x202a..0x202f,
    0x2060..0x2065,
    0xfe00..0xfe10,
    0xfe20..0xfe30,
    0xfeff..0xff00,
];

/// Letters of Thai, Lao, Myanmar, Khmer and the Tai scripts, which put no spaces between words.
const UNSPACED: &[Range<u32>] = &[
    0xe01..0xe3b,
    0xe40..0xe4f,
    0xe81..0xed0,
    0xedc..0xee0,
    0x1000..0x1040,
    0x1050..0x1090,
    0x109a..0x10a0,
    0x1780..0x17d4,
    0x17d7..0x17d8,
    0x17dc..0x17de,
    0x1950..0x19ca,
    0x1a20..0x1a60,
    0xa9e0..0xa9f0,
    0xaa60..0xaa80,
    0xaa80..0xaac3,
];

const EMOJI: &[Range<u32>] = &[0x1f000..0x1fb00, 0x2600..0x27c0];

fn is_in(ranges: &[Range<u32>], c: char) -> bool {
    ranges.iter().any(|range| range.contains(&u32::from(c)))
}

/// What a text is compared by.
pub(crate) fn fold(text: &str) -> String {
    let mut folded = String::new();
    for c in text.nfkd().filter(|c| !is_in(IGNORED, *c)).flat_map(char::to_lowercase) {
        match c {
            '\u{3c2}' => folded.push('\u{3c3}'),
            '\u{f8}' => folded.push('o'),
            '\u{111}' | '\u{f0}' => folded.push('d'),
            '\u{142}' => folded.push('l'),
            '\u{127}' => folded.push('h'),
            '\u{167}' => folded.push('t'),
            '\u{131}' => folded.push('i'),
            '\u{138}' => folded.push('q'),
            '\u{14b}' => folded.push('n'),
            '\u{df}' => folded.push_str("ss"),
            '\u{e6}' => folded.push_str("ae"),
            '\u{153}' => folded.push_str("oe"),
            '\u{fe}' => folded.push_str("th"),
            '\u{17f}' => folded.push('s'),
            '\u{2019}' => folded.push('\''),
            other => folded.push(other),
        }
    }
    folded.nfc().take(COMPARED).collect()
}

/// The words of a text.
pub(crate) fn words(text: &str) -> Vec<Word> {
    let mut segments: Vec<Range<usize>> = Vec::new();
    let mut was_unspaced = false;
    for (start, segment) in text.split_word_bound_indices() {
        let is_unspaced = segment.starts_with(|c| is_in(UNSPACED, c));
        match segments.last_mut() {
            Some(last) if is_unspaced && was_unspaced => last.end += segment.len(),
            _ => segments.push(start..start + segment.len()),
        }
        was_unspaced = is_unspaced;
    }
    let segments = segments.into_iter().filter(|range| is_word(&text[range.clone()]));
    let pieces = segments.flat_map(|range| pieces(text, range));
    let words = pieces.map(|range| Word { folded: fold(&text[range.clone()]), range });
    words.filter(|word| !word.folded.is_empty()).collect()
}

fn is_word(segment: &str) -> bool {
    segment.chars().any(|c| c.is_alphanumeric() || is_in(EMOJI, c))
}

fn pieces(text: &str, range: Range<usize>) -> Vec<Range<usize>> {
    let starts = text[range.clone()].char_indices().map(|(at, _)| range.start + at);
    let mut cuts: Vec<usize> = starts.step_by(LONGEST_WORD).collect();
    cuts.push(range.end);
    cuts.windows(2).map(|pair| pair[0]..pair[1]).collect()
}

/// The tokens that stand at one place of an e-mail address, or of what is searched in them: what
/// stands there and its parts. Each has its own range.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Place {
    pub(crate) range: Range<usize>,
    pub(crate) tokens: Vec<Word>,
}

static ADDRESS: LazyLock<Regex> = LazyLock::new(|| {
    let atom = "[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+";
    let label = "[A-Za-z0-9](?:[A-Za-z0-9-]*[A-Za-z0-9])?";
    regex(&format!(r"^{atom}(?:\.{atom})*@(?:{label}\.)+[A-Za-z]{{2,}}"))
});
static HOST: LazyLock<Regex> = LazyLock::new(|| {
    let label = "[A-Za-z0-9](?:[A-Za-z0-9-]*[A-Za-z0-9])?";
    let last = "app|biz|com|dev|edu|gov|info|int|mil|name|net|org|pro|[a-z]{2}";
    regex(&format!(r"^(?:{label}\.)+(?i:{last})"))
});
/// Runs go on over marks.
static LETTERS: LazyLock<Regex> = LazyLock::new(|| regex(r"\p{L}[\p{L}\p{M}]*"));
static DIGITS: LazyLock<Regex> = LazyLock::new(|| regex(r"\d[\d\p{M}]*"));

fn regex(pattern: &str) -> Regex {
    Regex::new(pattern).expect("a regular expression")
}

/// Where addresses, host names and words stand.
fn places(text: &str) -> Vec<Range<usize>> {
    let words = words(text);
    let mut places: Vec<Range<usize>> = Vec::new();
    let mut free_from = 0;
    for (start, _) in text.char_indices() {
        if start < free_from {
            continue;
        }
        let word = words.iter().find(|word| word.range.start == start).map(|word| word.range.end);
        let ends = [found_at(&ADDRESS, text, start), found_at(&HOST, text, start), word];
        if let Some(end) = ends.into_iter().flatten().max() {
            places.push(start..end);
            free_from = end;
        }
    }
    places
}

/// The end of what is found here, unless it is only the beginning of something longer.
fn found_at(regex: &Regex, text: &str, start: usize) -> Option<usize> {
    let end = start + regex.find(&text[start..])?.end();
    let next = text[end..].chars().next();
    (!next.is_some_and(|c| c.is_alphanumeric() || c == '-' || c == '_')).then_some(end)
}

/// A part of an address and the parts of that: runs of letters and of digits.
fn captures(text: &str, range: Range<usize>) -> Vec<Word> {
    let part = &text[range.clone()];
    let runs = LETTERS.find_iter(part).chain(DIGITS.find_iter(part)).map(|run| run.range());
    let ranges = std::iter::once(0..part.len()).chain(runs);
    let tokens = ranges.map(|run| Word {
        folded: fold(&part[run.clone()]),
        range: range.start + run.start..range.start + run.end,
    });
    tokens.filter(|token| !token.folded.is_empty()).collect()
}

/// The two parts of an address; of everything else there is no second.
fn parts(text: &str, range: Range<usize>) -> [Range<usize>; 2] {
    match text[range.clone()].find('@') {
        Some(at) => [range.start..range.start + at, range.start + at + 1..range.end],
        None => [range.clone(), range.end..range.end],
    }
}

/// The tokens of `text`, each only at the first place that has it.
pub(crate) fn mail_places(text: &str) -> Vec<Place> {
    let mut seen = HashSet::new();
    let mut found: Vec<Place> = Vec::new();
    for range in places(text) {
        let whole = Word { folded: fold(&text[range.clone()]), range: range.clone() };
        let captures = parts(text, range.clone()).map(|part| captures(text, part)).concat();
        let all = std::iter::once(whole).chain(captures);
        let tokens: Vec<Word> = all.filter(|token| seen.insert(token.folded.clone())).collect();
        if !tokens.is_empty() {
            found.push(Place { range, tokens });
        }
    }
    found
}

/// What an address is found by, and whether that is more than its domain.
pub(crate) fn mail_terms(email: &str) -> Vec<(String, bool)> {
    let mut terms = Vec::new();
    for range in places(email) {
        let [local, domain] = parts(email, range).map(|part| captures(email, part));
        terms.extend(local.into_iter().map(|token| (token.folded, true)));
        terms.extend(domain.into_iter().map(|token| (token.folded, false)));
    }
    terms
}
