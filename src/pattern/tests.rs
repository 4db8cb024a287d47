//! Patterns, against Elasticsearch's rules, a naive matcher and another regular-expression engine.

use std::collections::BTreeSet;

use proptest::prelude::*;
use regex::Regex;

use super::*;
use crate::fuzzing;

fn matching<'a>(pattern: &str, texts: &[&'a str]) -> Vec<&'a str> {
    let pattern = Pattern::parse(pattern).unwrap();
    texts.iter().filter(|text| pattern.matches(text)).copied().collect()
}

fn refusal(pattern: &str) -> String {
    let error = Pattern::parse(pattern).unwrap_err();
    assert_eq!(error.status(), 400);
    error.reason().to_owned()
}

/// Asserts that `pattern` matches all of `yes` and none of `no`.
fn check(pattern: &str, yes: &[&str], no: &[&str]) {
    assert_eq!(matching(pattern, yes), yes, "{pattern}");
    assert_eq!(matching(pattern, no), [""; 0], "{pattern}");
}

#[test]
fn wildcards() {
    check("", &[""], &["a"]);
    check("logs", &["logs"], &["", "log", "logs-", "LOGS", "xlogs"]);
    check("*", &["", "a", "a.b-c/d:e\n"], &[]);
    check("***", &["", "a"], &[]);
    check("logs-*", &["logs-", "logs-a.b/c"], &["logs", "xlogs-"]);
    check("*-logs-*", &["-logs-", "a-logs-logs-b"], &["logs-"]);
    check("a?c", &["abc", "a?c", "a\nc", "a\u{1F600}c"], &["ac", "abbc"]);
    check("??", &["ab", "\u{e9}\u{1F600}"], &["a", "abc"]);
    check("*?", &["a", "ab"], &[""]);
    check(r"\*\?\\", &[r"*?\"], &[r"\*\?\\", "ab\\"]);
    check(r"a\b", &["ab"], &[r"a\b"]);
    check("a\\", &["a\\"], &["a"]);
    check(
        "indices:data/write/index[*",
        &["indices:data/write/index[s]"],
        &["indices:data/write/index"],
    );
    check("[a]{2}.+(b)|^$,-\"~&@#<1-2>", &["[a]{2}.+(b)|^$,-\"~&@#<1-2>"], &["aa"]);
    check("caf\u{e9}*\u{1F600}", &["caf\u{e9}\u{1F600}"], &["cafe\u{1F600}"]);
}

#[test]
fn regular_expressions_match_the_whole_text() {
    check("//", &[""], &["a", "/", "//"]);
    check("/a/", &["a"], &["", "aa", "xa", "ax", "/a/", "A"]);
    check("/a/b/", &["a/b"], &["a"]);
    check("///", &["/"], &["", "//"]);
    check("/^a$/", &["^a$"], &["a"]);
}

#[test]
fn operators() {
    check("/./", &["a", "\n", "\u{1F600}"], &["", "ab"]);
    check("/ab|cd|()/", &["ab", "cd", ""], &["abcd", "abd"]);
    check("/a(b|c)*d/", &["ad", "abcbd"], &["abc", "a"]);
    check("/ab?/", &["a", "ab"], &["abb"]);
    check("/ab+/", &["ab", "abb"], &["a"]);
    check("/ab{2}/", &["abb"], &["ab", "abbb", "abab"]);
    check("/ab{2,}/", &["abb", "abbbbb"], &["ab"]);
    check("/ab{1,3}c/", &["abc", "abbbc"], &["ac", "abbbbc"]);
    check("/a{0}b{0,0}/", &[""], &["a", "b"]);
    check("/(a?){3}/", &["", "a", "aaa"], &["aaaa"]);
    check("/(ab){2}{2}/", &["abababab"], &["abab"]);
    check("/(a|()b)()/", &["a", "b"], &[""]);
    check(r#"/"a|b*"c/"#, &["a|b*c"], &["ac", "ab"]);
    check(r#"/""/"#, &[""], &["\"\""]);
    check("/a@z/", &["az", "abcz"], &["a"]);
    check("/a#|b/", &["b"], &["a", "ab", ""]);
    check("/#*/", &[""], &["#"]);
    check("/.*a.*&.*b.*/", &["ab", "xbxa"], &["a", "b"]);
    check("/a|b&c|d/", &["a", "d"], &["b", "c"]);
    check("/~a/", &["", "b", "aa"], &["a"]);
    check("/~ab/", &["b", "bb", "aab"], &["ab"]);
    check("/~~a/", &["a"], &["b"]);
    check("/~a{2}/", &["", "b", "bc", "aa"], &[]);
    check("/~(a|b)c/", &["c", "abc"], &["ac", "bc"]);
    check("/~(.*a.*)&.{2}/", &["bb"], &["ab", "b"]);
}

#[test]
fn classes() {
    check("/[abc]/", &["a", "c"], &["d", "ab", ""]);
    check("/[a-cx0-9]/", &["b", "x", "5"], &["d", "-"]);
    check("/[^a-c]/", &["d", "\n", "\u{10FFFF}", "\0"], &["b", "", "dd"]);
    check("/[^\u{0}-a]/", &["b"], &["a", "\0"]);
    check("/[-a]/", &["-", "a"], &["b"]);
    check("/[]a]/", &["]", "a"], &["[]a]"]);
    check(r"/[\]\-\\]/", &["]", "-", "\\"], &["a"]);
    check(r"/[\a-\c]/", &["b"], &["-"]);
    check("/[.*+?(){}|&~@#<>\"]/", &[".", "*", "\"", "~", "&"], &["a"]);
    check("/[a^]/", &["a", "^"], &["b"]);
    check("/[\u{3b1}-\u{3c9}\u{1F600}]+/", &["\u{3b2}\u{1F600}"], &["b"]);
    check(r"/\d+/", &["0", "0123456789"], &["", "a", "\u{663}"]);
    check(r"/\D/", &["a", "\n"], &["0"]);
    check(r"/\s/", &[" ", "\t", "\n", "\r"], &["a", "\u{a0}", "\u{b}"]);
    check(r"/\S/", &["a", "\u{a0}"], &[" "]);
    check(r"/\w+/", &["aZ_9"], &["-", "\u{e9}"]);
    check(r"/\W/", &["-", "\u{e9}"], &["_"]);
    check(r"/[\d_][^\w\s]/", &["1-", "_."], &["a-", "1a", "1 "]);
    check(r"/[\D5]/", &["a", "5"], &["4"]);
    check(r"/\.\*\\\/\q/", &[r".*\/q"], &["a"]);
}

#[test]
fn special_characters_are_ordinary_where_they_cannot_stand() {
    for pattern in ["/*a/", "/|a/", "/)a/", "/]a/", "/}a/", "/&a/", "/?a/", "/+a/", "/{a/"] {
        check(pattern, &[&pattern[1..pattern.len() - 1]], &["a"]);
    }
    check("/a||b/", &["a", "|b"], &["b"]);
}

#[test]
fn intervals() {
    for (pattern, least, most, width) in [
        ("/<1-10>/", 1, 10, 0),
        ("/<10-1>/", 1, 10, 0),
        ("/<0-0>/", 0, 0, 1),
        ("/<7-7>/", 7, 7, 1),
        ("/<01-12>/", 1, 12, 2),
        ("/<000-999>/", 0, 999, 3),
        ("/<95-105>/", 95, 105, 0),
        ("/<9-1234>/", 9, 1234, 0),
        ("/<108-973>/", 108, 973, 3),
        ("/<0-1999>/", 0, 1999, 0),
    ] {
        let pattern = Pattern::parse(pattern).unwrap();
        for number in 0..2100 {
            for zeros in 0..4 {
                let text = format!("{:0>zeros$}{number}", "");
                let expected =
                    (least..=most).contains(&number) && (width == 0 || text.len() == width);
                assert_eq!(pattern.matches(&text), expected, "{text}");
            }
        }
        assert!(!pattern.matches("") && !pattern.matches("-1") && !pattern.matches("1a"));
    }
    check("/v<1-2147483647>/", &["v1", "v2147483647", "v0999999999"], &["v0", "v2147483648"]);
}

#[test]
fn what_elasticsearch_gives_to_its_own_roles() {
    check("/~(([.]|ilm-history-).*)/", &["logs", "ilm", ""], &[".kibana", "ilm-history-1"]);
    check(
        "/logs-~(endpoint)-.*&~(.*secret.*)/",
        &["logs-app-1"],
        &["logs-endpoint-1", "logs-app-secret"],
    );
}

#[test]
fn refusals_say_what_is_wrong_and_where() {
    for (pattern, what) in [
        ("/", "expected '/' at position 0"),
        ("/abc", "expected '/' at position 3"),
        ("/a)b/", "expected the end at position 1"),
        ("/(a/", "expected ')' at position 2"),
        ("/a|/", "expected a character at position 2"),
        ("/a&/", "expected a character at position 2"),
        ("/~/", "expected a character at position 1"),
        (r"/a\/", "expected a character at position 2"),
        ("/[a/", "expected ']' at position 2"),
        ("/[/", "expected a character at position 1"),
        ("/[a-]/", "the range from 'a' to ']' is out of order at position 1"),
        ("/\u{e9}\"b/", "expected '\"' at position 3"),
        ("/a{/", "expected a whole number at position 2"),
        ("/a{x}/", "expected a whole number at position 2"),
        ("/a{1,x}/", "expected a whole number at position 4"),
        ("/a{1,2/", "expected '}' at position 5"),
        ("/a{99999999999}/", "expected a whole number at position 2"),
        ("/a{3,2}/", "a repetition with its numbers out of order at position 2"),
        ("/a<1-2/", "expected '>' at position 5"),
        ("/<day>/", "there is no automaton called 'day' at position 1"),
        ("/<1-x>/", "expected an interval such as <1-10> at position 1"),
        ("/<-1>/", "expected an interval such as <1-10> at position 1"),
        ("/<1-2-3>/", "expected an interval such as <1-10> at position 1"),
        ("/<+1-2>/", "expected an interval such as <1-10> at position 1"),
    ] {
        assert_eq!(refusal(pattern), format!("invalid pattern [{pattern}]: {what}"));
    }
    let nested = format!("/{}a{}/", "(".repeat(101), ")".repeat(101));
    assert!(refusal(&nested).ends_with("...]: parentheses nest too deep at position 101"));
    let long = format!("/{}", "\u{e9}".repeat(100));
    let shown = "\u{e9}".repeat(79);
    assert_eq!(
        refusal(&long),
        format!("invalid pattern [/{shown}...]: expected '/' at position 100")
    );
}

#[test]
fn hostile_patterns_are_answered_or_refused() {
    let nested = |open: &str, close: &str, times| {
        format!("/{}a{}/", open.repeat(times), close.repeat(times))
    };
    for pattern in [
        "/.*a.{30}/".to_owned(),
        "/(.*a){30}.{30}/".to_owned(),
        "/a{1000000}/".to_owned(),
        "/(a{1000}){1000}/".to_owned(),
        "/(a?){1000000}/".to_owned(),
        "/((a|b)*a(a|b){20})*/".to_owned(),
        format!("/{}/", "a?".repeat(1_000_000)),
        format!("/a{}/", "{2}".repeat(1_000)),
        "?*".repeat(100_000),
        "a".repeat(10_000_000),
        "\u{1F600}".repeat(1_000_000),
        nested("((", "){2,}){3}", 50),
    ] {
        let shown: String = pattern.chars().take(80).collect();
        let cut = if shown.len() < pattern.len() { "..." } else { "" };
        assert_eq!(refusal(&pattern), format!("the pattern [{shown}{cut}] is too complex"));
    }
    let long = "a".repeat(10_000);
    for (pattern, text) in [
        ("*".repeat(100_000), &*long),
        (format!("/{}a/", "~".repeat(100_001)), ""),
        (format!("/a{}/", "?".repeat(100_000)), ""),
        (format!("/a{}/", "*+".repeat(50_000)), &*long),
        (long.clone(), &*long),
        ("*a".repeat(100) + "*", &*long),
        (nested("(", ")*", 100), &*long),
        (nested("~(", ")", 100), "a"),
        ("/(a|aa|aaa|aaaa)*/".to_owned(), &*long),
        ("/(a*)*(a*)*(a*)*/".to_owned(), &*long),
        ("/.*a.{8}/".to_owned(), &*long),
        ("/a{5000}{2}/".to_owned(), &*long),
        (format!("/{}/", (0..2_000).map(|n| format!("name{n}|")).collect::<String>() + "()"), ""),
    ] {
        check(&pattern, &[text], &["b"]);
    }
}

#[test]
fn a_budget_is_shared() {
    let mut budget = BUDGET;
    let mut compiled = 0;
    while Pattern::parse_within("/[a-z]+-<1-100>/", &mut budget).is_ok() {
        compiled += 1;
    }
    assert!((100..100_000).contains(&compiled), "{compiled}");
    assert!(Pattern::parse_within("/[a-z]+-<1-100>/", &mut budget).is_err());
}

/// A regular expression, to be written in Lucene's way and, if it knows the operators, in that of
/// the `regex` crate, or to be matched naively.
#[derive(Debug, Clone)]
enum Model {
    Text(String),
    One(String),
    Digits(u32, u32),
    Sequence(Vec<Model>),
    Either(Vec<Model>),
    Both(Box<[Model; 2]>),
    Not(Box<Model>),
    Times(Box<Model>, u32, Option<u32>),
}

impl Model {
    fn lucene(&self) -> String {
        let all = |parts: &[Model]| parts.iter().map(Model::lucene).collect::<Vec<_>>();
        match self {
            Model::Text(text) => format!("\"{text}\""),
            Model::One(class) => class.clone(),
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
            Model::One(class) => class.clone(),
            Model::Sequence(parts) => all(parts)?.concat(),
            Model::Either(parts) => format!("(?:{})", all(parts)?.join("|")),
            Model::Times(inner, least, None) => format!("(?:{}){{{least},}}", inner.other()?),
            Model::Times(inner, least, Some(most)) => {
                format!("(?:{}){{{least},{most}}}", inner.other()?)
            }
            Model::Digits(..) | Model::Both(_) | Model::Not(_) => return None,
        })
    }

    /// Where in `text` a match that starts at `start` may end.
    fn ends(&self, text: &str, start: usize) -> BTreeSet<usize> {
        let rest = &text[start..];
        let all = || text.char_indices().map(|(at, _)| at).chain([text.len()]);
        match self {
            Model::Text(wanted) if rest.starts_with(wanted) => [start + wanted.len()].into(),
            Model::Text(_) => BTreeSet::new(),
            Model::One(class) => {
                let class = Regex::new(&format!("^(?s:{class})$")).unwrap();
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
        4 => class.prop_map(|class| Model::One(class.to_owned())),
        2 => "[ab.*|1\u{e9}]{0,3}".prop_map(Model::Text),
        1 => (0..120u32, 0..120u32)
            .prop_map(|(one, other)| Model::Digits(one.min(other), one.max(other))),
    ];
    leaf.prop_recursive(4, 16, 3, |inner| {
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
        model in models(),
        texts in prop::collection::vec(texts(), 1..8),
    ) {
        let pattern = format!("/{}/", model.lucene());
        let compiled = Pattern::parse(&pattern).unwrap();
        let other = model.other().map(|other| Regex::new(&format!("^(?s:{other})$")).unwrap());
        for text in texts {
            let expected = model.ends(&text, 0).contains(&text.len());
            prop_assert_eq!(compiled.matches(&text), expected, "{} {:?}", pattern, text);
            if let Some(other) = &other {
                prop_assert_eq!(expected, other.is_match(&text), "{} {:?}", pattern, text);
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
