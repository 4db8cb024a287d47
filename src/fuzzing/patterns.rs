//! Patterns, against a plain model of wildcards and the laws of regular expressions; how sets of
//! them compare, against samples and the laws of sets; and the rules that are made of them.

use super::two_lines;
use crate::identity::mappings::{Facts, Rule};
use crate::identity::principal::Principal;
use crate::json::{Raw, check};
use crate::pattern::{BUDGET, Language};

/// A line with a pattern and a text: the pattern can be read or is refused, a wildcard matches what
/// the model matches, and a regular expression is what its complement is not.
pub fn pattern(bytes: &[u8]) {
    let Some((pattern, text)) = two_lines(bytes) else { return };
    let (Ok(pattern), Ok(text)) = (std::str::from_utf8(pattern), std::str::from_utf8(text)) else {
        return;
    };
    let compiled = match Language::parse(&[pattern], &mut { BUDGET }) {
        Ok(compiled) => compiled,
        Err(error) => {
            assert_eq!(error.status(), 400);
            let known = ["invalid pattern [", "the pattern ["];
            assert!(known.iter().any(|start| error.reason().starts_with(start)), "{error}");
            return;
        }
    };
    let matches = compiled.contains(text);
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
        if let Ok(compiled) = Language::parse(&[&law], &mut { BUDGET }) {
            assert_eq!(compiled.contains(text), expected, "{law:?} {text:?}");
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

/// Three lines of patterns with spaces between them, and lines with texts: what one set of patterns
/// has besides the others, or in common with them, shows in the texts, and can be asked in more than
/// one way.
pub fn inclusion(bytes: &[u8]) {
    let Ok(text) = std::str::from_utf8(bytes) else { return };
    let mut lines = text.split('\n');
    let mut patterns = || lines.next().unwrap_or_default().split_whitespace().collect::<Vec<_>>();
    let (asked, granted, except) = (patterns(), patterns(), patterns());
    let mut samples: Vec<String> = lines.map(String::from).collect();
    samples.extend(short_texts(text));

    let budget = &mut { BUDGET };
    let Ok(asked_set) = Language::parse(&asked, budget) else { return };
    let Ok(granted_set) = Language::parse(&granted, budget) else { return };
    let Ok(except_set) = Language::parse(&except, budget) else { return };
    if let Ok(covered) = asked_set.is_covered(Some(&except_set), &[&granted_set], budget) {
        for text in samples.iter().filter(|_| covered) {
            let asked = asked_set.contains(text) && !except_set.contains(text);
            assert!(!asked || granted_set.contains(text), "{text:?}");
        }
        let taken = [&*granted, &*except].concat();
        if let Ok(rest) = Language::parse_without(&asked, &taken, budget) {
            assert_eq!(rest.is_covered(None, &[], budget).unwrap_or(covered), covered);
        }
    }
    if let Ok(meets) = asked_set.meets(Some(&except_set), &granted_set, budget) {
        for text in samples.iter().filter(|_| !meets) {
            let common = asked_set.contains(text) && granted_set.contains(text);
            assert!(!common || except_set.contains(text), "{text:?}");
        }
        if let Ok(others) = Language::parse_without(&["*"], &granted, budget) {
            let apart = asked_set.is_covered(Some(&except_set), &[&others], budget);
            assert_eq!(apart.unwrap_or(!meets), !meets);
        }
    }
    let itself = asked_set.is_covered(None, &[&asked_set], budget);
    assert!(itself.unwrap_or(true));
}

/// The texts of up to three characters, of some that are in `text` and one that may not be.
fn short_texts(text: &str) -> Vec<String> {
    let mut characters: Vec<char> = text.chars().filter(|it| it.is_alphanumeric()).collect();
    characters.sort_unstable();
    characters.dedup();
    characters.truncate(4);
    characters.push('\u{1F600}');
    let mut texts = vec![String::new()];
    let mut from = 0;
    for _ in 0..3 {
        let with = |text: &String| characters.iter().map(|it| format!("{text}{it}")).collect();
        let longer: Vec<Vec<String>> = texts[from..].iter().map(with).collect();
        from = texts.len();
        texts.extend(longer.concat());
    }
    texts
}

/// A line with the rules of a role mapping and one with the metadata of a user: the rules can be
/// read or are refused, and what holds does not hold with `except`.
pub fn rules(bytes: &[u8]) {
    let Some((rules, metadata)) = two_lines(bytes) else { return };
    let (Ok(rules), Ok(metadata)) = (check(rules), check(metadata)) else { return };
    let text = |member| Raw::trusted(metadata).member(member).and_then(Raw::string);
    let person = Principal {
        username: text("username").unwrap_or_default().into_owned(),
        roles: Vec::new(),
        full_name: None,
        email: None,
        metadata: metadata.to_owned(),
        groups: text("group").map(String::from).into_iter().collect(),
        dn: text("dn").map(String::from),
    };
    let facts = Facts::new(&person, "realm1");
    let compiled = match Rule::parse(Raw::trusted(rules)) {
        Ok(compiled) => compiled,
        Err(error) => return assert_eq!(error.status(), 400),
    };
    let matches = compiled.matches(&facts);
    for (law, expected) in [
        (format!(r#"{{"all":[{{"except":{rules}}}]}}"#), !matches),
        (format!(r#"{{"any":[{rules},{rules}]}}"#), matches),
        (format!(r#"{{"all":[{rules},{rules}]}}"#), matches),
    ] {
        // Together the patterns may be too complex.
        if let Ok(compiled) = Rule::parse(Raw::trusted(&law)) {
            assert_eq!(compiled.matches(&facts), expected, "{law}");
        }
    }
}
