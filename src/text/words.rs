//! The words of a text, by the word boundaries of Unicode (UAX #29), as Lucene's standard tokenizer
//! finds them.

use std::iter;

use unicode_normalization::char::is_combining_mark;
use unicode_properties::UnicodeEmoji;
use unicode_segmentation::UnicodeSegmentation;

use super::fold;

/// A longer word is cut into words of this many characters.
const LONGEST_PIECE: usize = 255;

/// Words are compared by this many characters after folding.
const LONGEST_WORD: usize = 64;

/// A word of a text.
#[derive(Debug, PartialEq)]
pub(crate) struct Word {
    /// Folded, not empty, and cut.
    pub(crate) text: String,
    /// Where it is in the original text, in bytes.
    pub(crate) start: usize,
    pub(crate) end: usize,
}

/// The words of the text, in order.
pub(crate) fn words(text: &str) -> impl Iterator<Item = Word> {
    let pieces = runs(text).flat_map(|(start, run)| pieces(start, run));
    pieces.filter_map(|(start, piece)| Word::new(start, piece))
}

impl Word {
    fn new(start: usize, piece: &str) -> Option<Word> {
        let text = comparable(piece);
        (!text.is_empty()).then(|| Word { text, start, end: start + piece.len() })
    }
}

/// What a part of a text is compared by. There is no white space in it: some characters decompose to
/// a space and a mark, or to several words.
pub(super) fn comparable(part: &str) -> String {
    let mut folded = fold(part);
    if folded.contains(char::is_whitespace) {
        // Folded again, because a mark may now follow the letter that it belongs to.
        folded = fold(&folded.replace(char::is_whitespace, ""));
    }
    if let Some((end, _)) = folded.char_indices().nth(LONGEST_WORD) {
        folded.truncate(end);
    }
    folded
}

/// The segments of the text and where they start, be they words or what is between words. Unicode
/// leaves it to a dictionary where the words of Thai and its like begin, so a run of those is one.
pub(super) fn runs(text: &str) -> impl Iterator<Item = (usize, &str)> {
    let mut segments = text.split_word_bound_indices().peekable();
    iter::from_fn(move || {
        let (start, segment) = segments.next()?;
        let mut end = start + segment.len();
        if needs_dictionary(segment) {
            while let Some((_, next)) = segments.next_if(|(_, next)| needs_dictionary(next)) {
                end += next.len();
            }
        }
        Some((start, text.get(start..end)?))
    })
}

/// The words of the run that starts at `start`.
pub(super) fn pieces(start: usize, run: &str) -> impl Iterator<Item = (usize, &str)> {
    let mut at = 0;
    let pieces = iter::from_fn(move || {
        let rest = run.get(at..).filter(|rest| !rest.is_empty())?;
        let length = rest.char_indices().nth(LONGEST_PIECE).map_or(rest.len(), |(end, _)| end);
        let piece = (start + at, rest.get(..length)?);
        at += length;
        Some(piece)
    });
    pieces.filter(|(_, piece)| is_word(piece))
}

fn is_word(piece: &str) -> bool {
    // `#` and `*` are called emoji for the sake of their keycaps.
    let is_emoji = |c: char| !c.is_ascii() && c.is_emoji_char();
    piece.starts_with(is_emoji) || piece.contains(char::is_alphanumeric)
}

/// Whether it is of the scripts that Unicode's line breaking calls complex context.
fn needs_dictionary(segment: &str) -> bool {
    segment.starts_with(|c: char| {
        c.is_alphabetic()
            && matches!(c,
                '\u{e00}'..='\u{eff}' // Thai, Lao
                | '\u{1000}'..='\u{109f}' | '\u{a9e0}'..='\u{a9ff}' | '\u{aa60}'..='\u{aa7f}' // Myanmar
                | '\u{1780}'..='\u{17ff}' // Khmer
                | '\u{1950}'..='\u{19df}' // Tai Le, New Tai Lue
                | '\u{1a20}'..='\u{1aaf}' // Tai Tham
                | '\u{aa80}'..='\u{aadf}' // Tai Viet
                | '\u{11700}'..='\u{1174f}' // Ahom
            )
    })
}

/// Where the shortest beginning of `original` ends that folds to something that starts with
/// `folded`, with the marks that follow it: what to highlight. All of it if none does.
pub(crate) fn prefix_end(original: &str, folded: &str) -> usize {
    let ends = original.char_indices().map(|(start, c)| start + c.len_utf8());
    let mut split = ends.filter_map(|end| original.split_at_checked(end));
    let found = split.find(|(beginning, _)| comparable(beginning).starts_with(folded));
    found.map_or(original.len(), |(_, rest)| {
        original.len() - rest.trim_start_matches(is_combining_mark).len()
    })
}
