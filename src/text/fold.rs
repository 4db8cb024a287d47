//! Folding: what makes `Jos\u{e9}`, `JOSE` and `jose\u{301}` the same word.

use unicode_normalization::UnicodeNormalization;

/// The text without case, accents and the differences of compatible forms: its letters decomposed,
/// without marks, in lower case, and put together again. Folding twice is folding once.
pub(crate) fn fold(text: &str) -> String {
    if text.is_ascii() {
        return text.to_ascii_lowercase();
    }
    let letters = text.nfkd().filter(|c| !is_dropped(*c)).flat_map(char::to_lowercase);
    let mut folded = String::with_capacity(text.len());
    for letter in letters {
        match plain(letter) {
            Some(plain) => folded.push_str(plain),
            None => folded.push(letter),
        }
    }
    folded.nfc().collect()
}

/// Accents, the vowel points of Hebrew and Arabic, and the like, and what cannot be seen: people leave
/// them out. The marks of other scripts are as good as letters.
fn is_dropped(c: char) -> bool {
    matches!(c,
        '\u{300}'..='\u{36f}'
        | '\u{483}'..='\u{487}'
        | '\u{591}'..='\u{5bd}' | '\u{5bf}' | '\u{5c1}' | '\u{5c2}' | '\u{5c4}' | '\u{5c5}' | '\u{5c7}'
        | '\u{610}'..='\u{61a}' | '\u{64b}'..='\u{65f}' | '\u{670}'
        | '\u{6d6}'..='\u{6dc}' | '\u{6df}'..='\u{6e4}' | '\u{6e7}' | '\u{6e8}'
        | '\u{6ea}'..='\u{6ed}'
        | '\u{ad}' | '\u{61c}' | '\u{640}' | '\u{180b}'..='\u{180f}'
        | '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{2064}'
        | '\u{fe00}'..='\u{fe0f}' | '\u{feff}'
        | '\u{1ab0}'..='\u{1aff}'
        | '\u{1dc0}'..='\u{1dff}'
        | '\u{20d0}'..='\u{20ff}'
        | '\u{fe20}'..='\u{fe2f}')
}

/// How a letter is typed on a keyboard that lacks it, where Unicode does not decompose it.
fn plain(c: char) -> Option<&'static str> {
    Some(match c {
        '\u{f8}' => "o",             // o with stroke
        '\u{111}' | '\u{f0}' => "d", // d with stroke, eth
        '\u{142}' => "l",            // l with stroke
        '\u{127}' => "h",            // h with stroke
        '\u{167}' => "t",            // t with stroke
        '\u{131}' => "i",            // dotless i
        '\u{138}' => "q",            // kra
        '\u{14b}' => "n",            // eng
        '\u{df}' => "ss",            // sharp s
        '\u{17f}' => "s",            // long s
        '\u{e6}' => "ae",
        '\u{153}' => "oe",
        '\u{fe}' => "th",       // thorn
        '\u{3c2}' => "\u{3c3}", // final sigma
        '\u{2019}' => "'",      // typographic apostrophe
        _ => return None,
    })
}
