//! Patterns, against a plain model of wildcards and the laws of regular expressions.

use super::two_lines;
use crate::pattern::Pattern;

/// A line with a pattern and a text: the pattern can be read or is refused, a wildcard matches what
/// the model matches, and a regular expression is what its complement is not.
pub fn pattern(bytes: &[u8]) {
    let Some((pattern, text)) = two_lines(bytes) else { return };
    let (Ok(pattern), Ok(text)) = (std::str::from_utf8(pattern), std::str::from_utf8(text)) else {
        return;
    };
    let compiled = match Pattern::parse(pattern) {
        Ok(compiled) => compiled,
        Err(error) => {
            assert_eq!(error.status(), 400);
            let known = ["invalid pattern [", "the pattern ["];
            assert!(known.iter().any(|start| error.reason().starts_with(start)), "{error}");
            return;
        }
    };
    let matches = compiled.matches(text);
    let expression = pattern.strip_prefix('/').and_then(|rest| rest.strip_suffix('/'));
    let Some(expression) = expression else {
        assert_eq!(matches, model_wildcard(pattern, text), "{pattern:?} {text:?}");
        return;
    };
    // A text that is an expression only by itself, such as `)`, makes none of these.
    for (law, expected) in [
        (format!("/~({expression})/"), !matches),
        (format!("/({expression})&@/"), matches),
        (format!("/({expression})&~({expression})/"), false),
        (format!("/({expression})|~({expression})/"), true),
        (format!("/({expression})|#/"), matches),
        (format!("/(()({expression})){{1}}/"), matches),
    ] {
        if let Ok(compiled) = Pattern::parse(&law) {
            assert_eq!(compiled.matches(text), expected, "{law:?} {text:?}");
        }
    }
}

fn model_wildcard(pattern: &str, text: &str) -> bool {
    let text: Vec<char> = text.chars().collect();
    // `reached[n]`: the pattern so far matches the first n characters.
    let mut reached = vec![false; text.len() + 1];
    reached[0] = true;
    let mut wanted = pattern.chars();
    while let Some(special) = wanted.next() {
        let before = reached.clone();
        let literal = if special == '\\' { wanted.next().unwrap_or(special) } else { special };
        for n in 0..=text.len() {
            reached[n] = match special {
                '*' => before[n] || (n > 0 && reached[n - 1]),
                '?' => n > 0 && before[n - 1],
                _ => n > 0 && before[n - 1] && text[n - 1] == literal,
            };
        }
    }
    reached[text.len()]
}
