//! Random patterns, against a naive matcher and another engine.

use std::collections::BTreeSet;

use proptest::prelude::*;
use regex::{Regex, RegexSet};

use crate::fuzzing;
use crate::pattern::{BUDGET, Language};

/// A regular expression, to be written in Lucene's way and, if it knows the operators, in that of
/// the `regex` crate, or to be matched naively.
#[derive(Debug, Clone)]
pub(super) enum Model {
    Text(String),
    /// A class, and what matches it.
    One(&'static str, Regex),
    Digits(u32, u32),
    Sequence(Vec<Model>),
    Either(Vec<Model>),
    Both(Box<[Model; 2]>),
    Not(Box<Model>),
    Times(Box<Model>, u32, Option<u32>),
}

impl Model {
    pub(super) fn one(class: &'static str) -> Self {
        Self::One(class, Regex::new(&format!("^(?s:{class})$")).unwrap())
    }

    pub(super) fn lucene(&self) -> String {
        let all = |parts: &[Model]| parts.iter().map(Model::lucene).collect::<Vec<_>>();
        match self {
            Model::Text(text) => format!("\"{text}\""),
            Model::One(class, _) => class.to_string(),
            Model::Digits(least, most) => format!("<{least}-{most}>"),
            Model::Sequence(parts) => format!("(){}", all(parts).concat()),
            Model::Either(parts) => format!("({})", all(parts).join("|")),
            Model::Both(parts) => format!("({})", all(&parts[..]).join("&")),
            Model::Not(inner) => format!("~({})", inner.lucene()),
            Model::Times(inner, 0, None) => format!("({})*", inner.lucene()),
            Model::Times(inner, 1, None) => format!("({})+", inner.lucene()),
            Model::Times(inner, 0, Some(1)) => format!("({})?", inner.lucene()),
            Model::Times(inner, least, None) => format!("({}){{{least},}}", inner.lucene()),
            Model::Times(inner, least, Some(most)) => {
                format!("({}){{{least},{most}}}", inner.lucene())
            }
        }
    }

    fn other(&self) -> Option<String> {
        let all = |parts: &[Model]| parts.iter().map(Model::other).collect::<Option<Vec<_>>>();
        Some(match self {
            Model::Text(text) => format!("(?:{})", regex::escape(text)),
            Model::One(class, _) => class.to_string(),
            Model::Sequence(parts) => all(parts)?.concat(),
            Model::Either(parts) => format!("(?:{})", all(parts)?.join("|")),
            Model::Times(inner, least, None) => format!("(?:{}){{{least},}}", inner.other()?),
            Model::Times(inner, least, Some(most)) => {
                format!("(?:{}){{{least},{most}}}", inner.other()?)
            }
            Model::Digits(..) | Model::Both(_) | Model::Not(_) => return None,
        })
    }

    pub(super) fn matches(&self, text: &str) -> bool {
        self.ends(text, 0).contains(&text.len())
    }

    /// Where in `text` a match that starts at `start` may end.
    fn ends(&self, text: &str, start: usize) -> BTreeSet<usize> {
        let rest = &text[start..];
        let all = || text.char_indices().map(|(at, _)| at).chain([text.len()]);
        match self {
            Model::Text(wanted) if rest.starts_with(wanted) => [start + wanted.len()].into(),
            Model::Text(_) => BTreeSet::new(),
            Model::One(_, class) => {
                let first = rest.chars().next().map(String::from);
                first.iter().filter(|it| class.is_match(it)).map(|it| start + it.len()).collect()
            }
            Model::Digits(least, most) => all()
                .filter(|end| *end > start)
                .filter(|end| {
                    let digits = &text[start..*end];
                    let width = least.to_string().len();
                    digits.bytes().all(|byte| byte.is_ascii_digit())
                        && (width != most.to_string().len() || digits.len() == width)
                        && digits.parse().is_ok_and(|number| (least..=most).contains(&&number))
                })
                .collect(),
            Model::Sequence(parts) => parts.iter().fold([start].into(), |reached, part| {
                reached.iter().flat_map(|at: &usize| part.ends(text, *at)).collect()
            }),
            Model::Either(parts) => parts.iter().flat_map(|part| part.ends(text, start)).collect(),
            Model::Both(parts) => &parts[0].ends(text, start) & &parts[1].ends(text, start),
            Model::Not(inner) => {
                let inner = inner.ends(text, start);
                all().filter(|end| *end >= start && !inner.contains(end)).collect()
            }
            Model::Times(inner, least, most) => {
                let mut reached = BTreeSet::from([start]);
                let mut ends = BTreeSet::new();
                // More rounds than there are characters reach nothing new.
                for round in 0..=most.unwrap_or(least + text.len() as u32) {
                    if round >= *least {
                        ends.extend(&reached);
                    }
                    reached = reached.iter().flat_map(|at| inner.ends(text, *at)).collect();
                }
                ends
            }
        }
    }
}

fn models() -> impl Strategy<Value = Model> {
    let class =
        prop::sample::select(vec!["a", "b", ".", "[ab]", "[^a]", "[b-d1]", r"[^x\-]", r"[\]a]"]);
    let leaf = prop_oneof![
        4 => class.prop_map(Model::one),
        2 => "[ab.*|1\u{e9}]{0,3}".prop_map(Model::Text),
        1 => (0..120u32, 0..120u32)
            .prop_map(|(one, other)| Model::Digits(one.min(other), one.max(other))),
    ];
    combined(leaf, 4, 16)
}

/// Models of up to so many levels and parts.
pub(super) fn combined(
    leaf: impl Strategy<Value = Model> + 'static,
    levels: u32,
    parts: u32,
) -> impl Strategy<Value = Model> {
    leaf.prop_recursive(levels, parts, 3, |inner| {
        let several = prop::collection::vec(inner.clone(), 1..4);
        let times = (0..3u32, prop::option::of(0..3u32));
        prop_oneof![
            several.clone().prop_map(Model::Sequence),
            several.prop_map(Model::Either),
            (inner.clone(), inner.clone()).prop_map(|(a, b)| Model::Both(Box::new([a, b]))),
            inner.clone().prop_map(|inner| Model::Not(Box::new(inner))),
            (inner, times).prop_map(|(inner, (least, more))| {
                Model::Times(Box::new(inner), least, more.map(|more| least + more))
            }),
        ]
    })
}

fn texts() -> impl Strategy<Value = String> {
    "[abd1.|*\u{e9}\n]{0,6}|[0-9]{1,4}"
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(2_000))]

    #[test]
    fn regular_expressions_match_what_the_models_match(
        models in prop::collection::vec(models(), 1..4),
        texts in prop::collection::vec(texts(), 1..8),
    ) {
        let patterns: Vec<_> = models.iter().map(|model| format!("/{}/", model.lucene())).collect();
        let compiled = match Language::parse(&patterns, &mut { BUDGET }) {
            Ok(compiled) => compiled,
            // Repeated repetitions of what begins alike may take too many states.
            Err(error) => {
                prop_assert!(error.reason().ends_with(" too complex"), "{}", error.reason());
                return Ok(());
            }
        };
        let other = |model: &Model| Some(format!("^(?s:{})$", model.other()?));
        let others: Option<Vec<_>> = models.iter().map(other).collect();
        let others = others.map(|others| RegexSet::new(others).unwrap());
        for text in texts {
            let expected = models.iter().any(|model| model.matches(&text));
            prop_assert_eq!(compiled.contains(&text), expected, "{:?} {:?}", patterns, text);
            if let Some(others) = &others {
                prop_assert_eq!(expected, others.is_match(&text), "{:?} {:?}", patterns, text);
            }
        }
    }

    #[test]
    fn wildcards_match_what_the_model_matches(pattern in r"[ab*?\\]{0,8}", text in r"[ab*\\]{0,8}") {
        fuzzing::pattern(format!("{pattern}\n{text}").as_bytes());
    }

    #[test]
    fn any_text_is_a_pattern_or_refused(
        pattern in r#"/([ab.|&~@#"<>()\[\]{}0-9,^?*+-]|\\PC){0,24}/"#,
        text in texts(),
    ) {
        fuzzing::pattern(format!("{pattern}\n{text}").as_bytes());
    }
}
