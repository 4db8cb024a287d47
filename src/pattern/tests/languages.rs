//! Languages and how they compare, against brute force and what is known of some of them.

use std::cell::Cell;

use proptest::prelude::*;
use proptest::test_runner::{Config, TestCaseError, TestRunner};

use super::models::{Model, combined};
use crate::pattern::{BUDGET, Language};

pub(super) fn language(patterns: &[&str]) -> Language {
    Language::parse(patterns, &mut { BUDGET }).unwrap()
}

pub(super) fn is_covered(asked: &[&str], granted: &[&[&str]]) -> bool {
    let granted: Vec<Language> = granted.iter().map(|patterns| language(patterns)).collect();
    let granted: Vec<&Language> = granted.iter().collect();
    language(asked).is_covered(None, &granted, &mut { BUDGET }).unwrap()
}

/// The texts of up to four characters of two letters and one that is in no pattern.
fn texts() -> Vec<String> {
    let mut texts = vec![String::new()];
    let mut from = 0;
    for _ in 0..4 {
        let to = texts.len();
        for at in from..to {
            texts.extend(["a", "b", "\u{1F600}"].map(|character| texts[at].clone() + character));
        }
        from = to;
    }
    texts
}

/// A pattern with what it means.
fn patterns() -> impl Strategy<Value = (String, Model)> {
    let anything = || Model::Times(Box::new(Model::one(".")), 0, None);
    let part = prop_oneof![
        4 => prop::sample::select(vec!["a", "b"]).prop_map(|it| (it, Model::Text(it.into()))),
        2 => Just(("*", anything())),
        1 => Just(("?", Model::one("."))),
        1 => prop::sample::select(vec![(r"\a", "a"), (r"\*", "*")])
            .prop_map(|(pattern, text)| (pattern, Model::Text(text.into()))),
    ];
    let wildcard = prop::collection::vec(part, 0..5).prop_map(|parts| {
        let (patterns, models): (Vec<&str>, Vec<Model>) = parts.into_iter().unzip();
        (patterns.concat(), Model::Sequence(models))
    });
    let leaf = prop_oneof![
        prop::sample::select(vec!["a", "b", ".", "[ab]", "[^a]", r"\w"]).prop_map(Model::one),
        "[ab]{0,3}".prop_map(Model::Text),
    ];
    let expression =
        combined(leaf, 3, 8).prop_map(|model| (format!("/{}/", model.lucene()), model));
    let literal = "[ab]{0,3}".prop_map(|text| (text.clone(), Model::Text(text)));
    prop_oneof![literal, wildcard, expression]
}

/// Some of the patterns of one case, by their numbers.
struct Chosen<'a> {
    patterns: Vec<&'a str>,
    models: Vec<&'a Model>,
}

impl<'a> Chosen<'a> {
    fn new(pool: &'a [(String, Model)], numbers: &[prop::sample::Index]) -> Self {
        let chosen = || numbers.iter().map(|number| number.get(pool));
        Self {
            patterns: chosen().map(|(pattern, _)| pattern.as_str()).collect(),
            models: chosen().map(|(_, model)| model).collect(),
        }
    }

    fn has(&self, text: &str) -> bool {
        self.models.iter().any(|model| model.matches(text))
    }

    fn parse(&self) -> Result<Language, TestCaseError> {
        Language::parse(&self.patterns, &mut { BUDGET })
            .map_err(|error| TestCaseError::reject(error.to_string()))
    }
}

/// Whether a text was found, which has to be one of those that are `wanted`.
fn check_found(
    (asked, others): (&[&Language], &[&Language]),
    wanted: impl Fn(&str) -> bool,
) -> Result<bool, TestCaseError> {
    let found = Language::witness(asked, others, &mut { BUDGET })
        .map_err(|fault| TestCaseError::reject(format!("{fault:?}")))?;
    if let Some(text) = &found {
        prop_assert!(wanted(text), "{:?}", text);
    }
    for text in texts() {
        prop_assert!(found.is_some() || !wanted(&text), "{:?}", text);
    }
    Ok(found.is_some())
}

/// Each answer that denies something is refuted by a text that the models accept, and brute force
/// finds none where something is affirmed. The same question, put in another way, has the same
/// answer.
#[test]
fn random_languages() {
    let some = |range| prop::collection::vec(any::<prop::sample::Index>(), range);
    let strategy = (
        prop::collection::vec(patterns(), 1..5),
        (some(0..4), some(0..3), prop::collection::vec(some(0..4), 0..3)),
    );
    let answers = [const { Cell::new(0) }; 6];
    let count = |number: usize, answer: bool| {
        let cell = &answers[2 * number + usize::from(answer)];
        cell.set(cell.get() + 1);
    };
    let mut runner = TestRunner::new(Config::with_cases(1_500));
    let outcome = runner.run(&strategy, |(pool, (asked, except, granted))| {
        let (asked, except) = (Chosen::new(&pool, &asked), Chosen::new(&pool, &except));
        let granted: Vec<Chosen<'_>> =
            granted.iter().map(|numbers| Chosen::new(&pool, numbers)).collect();
        let (asked_language, except_language) = (asked.parse()?, except.parse()?);
        let languages: Vec<Language> =
            granted.iter().map(Chosen::parse).collect::<Result<_, _>>()?;
        let languages: Vec<&Language> = languages.iter().collect();
        let everything = language(&["*"]);

        for text in texts() {
            prop_assert_eq!(asked_language.contains(&text), asked.has(&text), "{:?}", text);
        }
        let missing = check_found((&[&everything], &[&asked_language]), |text| !asked.has(text))?;
        prop_assert_eq!(asked_language.is_everything(), !missing);
        count(0, missing);

        let is_granted = |text: &str| granted.iter().any(|granted| granted.has(text));
        let others: Vec<&Language> = languages.iter().copied().chain([&except_language]).collect();
        let left = check_found((&[&asked_language], &others), |text| {
            asked.has(text) && !except.has(text) && !is_granted(text)
        })?;
        let budget = &mut { BUDGET };
        let covered = asked_language.is_covered(Some(&except_language), &languages, budget);
        prop_assert_eq!(covered, Ok(!left));
        count(1, left);

        let taken: Vec<&str> =
            granted.iter().chain([&except]).flat_map(|chosen| chosen.patterns.clone()).collect();
        let rest = Language::parse_without(&asked.patterns, &taken, budget);
        let rest = rest.map_err(|error| TestCaseError::reject(error.to_string()))?;
        prop_assert_eq!(rest.is_covered(None, &[], budget), Ok(!left));
        for text in texts() {
            let expected = asked.has(&text) && !except.has(&text) && !is_granted(&text);
            prop_assert_eq!(rest.contains(&text), expected, "{:?}", text);
        }

        for (granted, language) in granted.iter().zip(languages) {
            let asked_of = (&[&asked_language, language][..], &[&except_language][..]);
            let common = check_found(asked_of, |text| {
                asked.has(text) && granted.has(text) && !except.has(text)
            })?;
            let meets = asked_language.meets(Some(&except_language), language, budget);
            prop_assert_eq!(meets, Ok(common));
            count(2, common);
        }
        Ok(())
    });
    outcome.unwrap();
    for answer in &answers {
        assert!(answer.get() > 5, "{answers:?}");
    }
}

#[test]
fn everything() {
    for patterns in [
        &["*"][..],
        &["a", "*"],
        &["/@/"],
        &["/.*/"],
        &["/~#/"],
        &["?*", ""],
        &["/~a/", "a"],
        &["/~(a|b)/", "b", "a"],
        &["a*", "/~(a.*)/"],
        &["/[\u{0}-\u{D7FF}\u{E000}-\u{10FFFF}]*/"],
    ] {
        assert!(language(patterns).is_everything(), "{patterns:?}");
    }
    for patterns in [
        &[][..],
        &[""],
        &["a", ""],
        &["?*"],
        &["*a", "a*"],
        &["/~a/"],
        &["/~(a|b)/", "a"],
        &["/#/"],
        &["/[\u{0}-\u{10FFFE}]*/"],
    ] {
        assert!(!language(patterns).is_everything(), "{patterns:?}");
    }
}

#[test]
fn coverage() {
    assert!(is_covered(&["logs-app"], &[&["logs-*"]]));
    assert!(is_covered(&["logs-app-*"], &[&["metrics-*", "logs-*"]]));
    assert!(!is_covered(&["logs-*"], &[&["logs-app-*"]]));
    assert!(is_covered(&["*"], &[&["/a.*/"], &["/~(a.*)/"]]));
    assert!(!is_covered(&["*"], &[&["/a.+/"], &["/~(a.*)/"]]));
    assert!(is_covered(&["/a|b/"], &[&["b"], &["c", "a"]]));
    assert!(!is_covered(&["/a|b/"], &[&["b"], &["c"]]));
    assert!(is_covered(&["/(a|ab|abc)d?/"], &[&["a", "ab", "abd", "x"], &["abc*", "ad"]]));
    assert!(!is_covered(&["/(a|ab|abc)d?/"], &[&["a", "ab", "x"], &["abc*", "ad"]]));
    assert!(is_covered(&[""], &[&["*"]]));
    assert!(!is_covered(&[""], &[&["?*"]]));
    // Nothing is left to be granted.
    assert!(is_covered(&[], &[]));
    assert!(is_covered(&["/a&b/"], &[]));
    assert!(!is_covered(&[""], &[]));
    assert!(!is_covered(&["*"], &[]));
    // A backslash is no part of the text.
    assert!(is_covered(&[r"a\*"], &[&[r"\a\*"]]));
    assert!(!is_covered(&["ab"], &[&[r"a\*"]]));
}

#[test]
fn exceptions() {
    let (all, logs) = (language(&["*"]), language(&["logs-*"]));
    let (hidden, shown) = (language(&[".*", "logs-secret"]), language(&["/[^.].*/", ""]));
    let covered = |asked: &Language, except, granted: &[&Language]| {
        asked.is_covered(except, granted, &mut { BUDGET }).unwrap()
    };
    assert!(covered(&all, Some(&hidden), &[&shown]));
    assert!(!covered(&all, None, &[&shown]));
    assert!(covered(&hidden, Some(&hidden), &[]));
    assert!(!covered(&logs, Some(&hidden), &[]));
    let meets = |asked: &Language, except, other: &Language| {
        asked.meets(except, other, &mut { BUDGET }).unwrap()
    };
    assert!(meets(&logs, None, &hidden));
    assert!(meets(&hidden, None, &logs));
    assert!(!meets(&logs, Some(&hidden), &hidden));
    assert!(!meets(&logs, None, &language(&[".*"])));
    assert!(!meets(&logs, None, &language(&[])));
    assert!(!meets(&language(&["a", "b"]), None, &language(&["c"])));
    assert!(meets(&language(&["a", "b"]), None, &language(&["c", "b"])));
    assert!(!meets(&language(&["a", "b"]), Some(&language(&["b"])), &language(&["c", "b"])));
}

#[test]
fn a_difference() {
    let manage = Language::parse_without(
        &["cluster:*", "indices:admin/template/*", "indices:admin/index_template/get"],
        &["cluster:admin/xpack/security/*", "cluster:monitor/state", "indices:admin/template/put"],
        &mut { BUDGET },
    )
    .unwrap();
    for (action, allowed) in [
        ("cluster:monitor/health", true),
        ("cluster:monitor/state", false),
        ("cluster:monitor/states", true),
        ("cluster:admin/xpack/security/user/put", false),
        ("indices:admin/template/put", false),
        ("indices:admin/template/get", true),
        ("indices:admin/index_template/get", true),
        ("indices:admin/index_template/put", false),
    ] {
        assert_eq!(manage.contains(action), allowed, "{action}");
    }
    let without = |patterns: &[&str], except: &[&str]| {
        let rest = Language::parse_without(patterns, except, &mut { BUDGET }).unwrap();
        rest.is_covered(None, &[], &mut { BUDGET }).unwrap()
    };
    assert!(without(&["a", "b*"], &["*"]));
    assert!(without(&["a", "b"], &["b", "a", "c"]));
    assert!(without(&["/a|b/"], &["b", "a", "c"]));
    assert!(!without(&["/a|b/"], &["b", "c"]));
    assert!(!without(&["a", "b"], &["?b", "a"]));
}

#[test]
fn characters_of_all_planes() {
    let faces = language(&["/[\u{1F600}-\u{1F64F}]+/", "\u{10FFFF}"]);
    assert!(faces.contains("\u{1F600}\u{1F64F}") && faces.contains("\u{10FFFF}"));
    assert!(!faces.contains("\u{1F650}") && !faces.contains("\u{F600}"));
    assert!(is_covered(&["/[\u{1F600}-\u{1F64F}]/"], &[&["?"]]));
    assert!(is_covered(&["\u{1F600}*"], &[&["/[\u{1F600}-\u{1F601}].*/"]]));
    assert!(!is_covered(&["\u{1F600}*"], &[&["/[\u{1F601}-\u{1F602}].*/"]]));
    assert!(is_covered(&["/[\u{1F600}-\u{1F602}]/"], &[&["\u{1F602}", "\u{1F600}", "\u{1F601}"]]));
    assert!(!is_covered(&["/[\u{1F600}-\u{1F602}]/"], &[&["\u{1F602}", "\u{1F600}"]]));
    assert!(is_covered(&["/[\u{10FFFE}-\u{10FFFF}]/"], &[&["\u{10FFFF}"], &["\u{10FFFE}"]]));
    // What is between these is in no text.
    assert!(is_covered(&["/[\u{D7FF}-\u{E000}]/"], &[&["\u{D7FF}", "\u{E000}"]]));
    assert!(is_covered(&["/[\u{D7FF}-\u{E000}]/"], &[&["/\u{D7FF}|\u{E000}/"]]));
    assert!(!is_covered(&["/[\u{D7FF}-\u{E001}]/"], &[&["/\u{D7FF}|\u{E000}/"]]));
    assert!(!is_covered(&["?"], &[&["/[\u{0}-\u{D7FF}]/"]]));
    let asked = language(&["/.[^\u{1F600}]/"]);
    let found =
        Language::witness(&[&asked], &[&language(&["/.[\u{0}-\u{1F600}]/"])], &mut { BUDGET });
    assert!(found.is_ok_and(|text| text.is_some_and(|text| text.ends_with('\u{1F601}'))));
}

#[test]
fn refusals_name_the_pattern_or_all_of_them() {
    let refusal = |patterns: &[&str], except: &[&str]| {
        let error = Language::parse_without(patterns, except, &mut { BUDGET }).unwrap_err();
        assert_eq!(error.status(), 400);
        error.reason().to_owned()
    };
    let unclosed = "invalid pattern [/b(/]: expected a character at position 2";
    assert_eq!(refusal(&["a", "c*", "/b(/", "/(/"], &[]), unclosed);
    assert_eq!(refusal(&["a"], &["c", "/b(/"]), unclosed);
    let broad = "/.*a.{30}/";
    assert_eq!(refusal(&["a", broad], &[]), format!("the pattern [{broad}] is too complex"));
    let both = format!("the patterns [*a,{broad}] are too complex");
    assert_eq!(refusal(&["*a", "b"], &[broad]), both);
    // Each alone is simple enough.
    let many: Vec<String> =
        (b'a'..=b'z').map(|letter| format!("*{0}1*{0}2*{0}3*{0}4*", char::from(letter))).collect();
    let many: Vec<&str> = many.iter().map(String::as_str).collect();
    let shown: String = many.join(",").chars().take(80).collect();
    assert_eq!(refusal(&many, &[]), format!("the patterns [{shown}...] are too complex"));
    assert_eq!(
        refusal(&many[..13], &many[13..]),
        format!("the patterns [{shown}...] are too complex")
    );
    many.iter().for_each(|pattern| drop(language(&[pattern])));
}
