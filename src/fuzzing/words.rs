//! Words and the tokens of e-mail addresses: what must hold of them in any text.

use std::collections::HashSet;

use crate::text;

/// What is found in a text is folded, not empty, and where it says it is; each token of an e-mail
/// address is there once. One word is as far from another as the other is from it.
pub fn words(bytes: &[u8]) {
    let Ok(original) = std::str::from_utf8(bytes) else { return };
    let words: Vec<_> = text::words(original).collect();
    for word in &words {
        assert_found(original, &word.text, word.start, word.end);
        let part = &original[word.start..word.end];
        let typed: String = word.text.chars().take(3).collect();
        let highlighted = &part[..text::prefix_end(part, &typed)];
        assert!(!text::fold(highlighted).is_empty(), "{part:?}");
    }
    assert!(words.is_sorted_by(|a, b| a.end <= b.start));

    let positions = text::mail_tokens(original);
    let mut seen = HashSet::new();
    for token in positions.iter().flatten() {
        assert_found(original, &token.text, token.start, token.end);
        assert!(seen.insert(&token.text), "{:?} is there twice", token.text);
    }
    assert!(positions.iter().all(|tokens| !tokens.is_empty()));
    assert!(positions.is_sorted_by(|a, b| a[0].start < b[0].start));

    for pair in words.windows(2) {
        let (a, b) = (&pair[0].text, &pair[1].text);
        let limit = text::allowed(a);
        assert_eq!(text::distance(a, b, limit), text::distance(b, a, limit), "{a:?} {b:?}");
        assert_eq!(text::distance(a, b, 0) == Some(0), a == b);
    }
}

fn assert_found(original: &str, found: &str, start: usize, end: usize) {
    assert!(!found.is_empty() && found.chars().count() <= 64, "{found:?}");
    assert!(!found.contains(char::is_whitespace), "{found:?}");
    assert_eq!(text::fold(found), found);
    let letters: String = text::fold(&original[start..end]).split_whitespace().collect();
    assert!(text::fold(&letters).starts_with(found), "{found:?} {letters:?}");
}
