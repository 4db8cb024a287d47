//! Patterns, against Elasticsearch's rules.

mod costs;
mod languages;
mod models;

use super::*;
use crate::error::Result;

fn parse(pattern: &str) -> Result<Language> {
    Language::parse(&[pattern], &mut { BUDGET })
}

fn matching<'a>(pattern: &str, texts: &[&'a str]) -> Vec<&'a str> {
    let pattern = parse(pattern).unwrap();
    texts.iter().filter(|text| pattern.contains(text)).copied().collect()
}

fn refusal(pattern: &str) -> String {
    let error = parse(pattern).unwrap_err();
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
        let pattern = parse(pattern).unwrap();
        for number in 0..2100 {
            for zeros in 0..4 {
                let text = format!("{:0>zeros$}{number}", "");
                let expected =
                    (least..=most).contains(&number) && (width == 0 || text.len() == width);
                assert_eq!(pattern.contains(&text), expected, "{text}");
            }
        }
        assert!(!pattern.contains("") && !pattern.contains("-1") && !pattern.contains("1a"));
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
        "a".repeat(10_000_000) + "*",
        "\u{1F600}".repeat(1_000_000) + "?",
        nested("((", "){2,}){3}", 50),
    ] {
        let shown: String = pattern.chars().take(80).collect();
        let cut = if shown.len() < pattern.len() { "..." } else { "" };
        assert_eq!(refusal(&pattern), format!("the pattern [{shown}{cut}] is too complex"));
    }
    let zeros = "0".repeat(40_000);
    assert_eq!(
        refusal(&format!("/<{zeros}1-{zeros}3>/")).rsplit(": ").next(),
        Some("the numbers of an interval are too long at position 1")
    );
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
        assert!(parse(&pattern).unwrap().contains(text), "{pattern:.80}");
    }
}

#[test]
fn a_budget_is_shared() {
    let mut budget = BUDGET;
    let mut compiled = 0;
    while Language::parse(&["/[a-z]+-<1-100>/"], &mut budget).is_ok() {
        compiled += 1;
    }
    assert!((100..100_000).contains(&compiled), "{compiled}");
    assert!(Language::parse(&["/[a-z]+-<1-100>/"], &mut budget).is_err());
}
