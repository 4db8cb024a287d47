//! Where words begin and end.

use proptest::prelude::*;

use crate::fuzzing;
use crate::text::{Word, prefix_end, words};

fn texts(text: &str) -> Vec<String> {
    words(text).map(|word| word.text).collect()
}

/// Texts with their words, separated by spaces.
const WORDS: &[(&str, &str)] = &[
    ("", ""),
    (" \t\r\n", ""),
    ("!!!", ""),
    ("_", ""),
    ("Very Curious User Foo", "very curious user foo"),
    ("  Leading  Double  ", "leading double"),
    // Underscores join, hyphens split, a full stop joins letters or digits, but not both.
    ("user_foo", "user_foo"),
    ("_a_", "_a_"),
    ("Jean-Luc Saint-Exup\u{e9}ry-Dupont", "jean luc saint exupery dupont"),
    ("example.org 3.14 a.1 1.a", "example.org 3.14 a 1 1 a"),
    ("Dr. med. Dipl.-Ing.", "dr med dipl ing"),
    ("1,000 a,b", "1,000 a b"),
    ("user1 4u", "user1 4u"),
    ("Conan O'Brien O\u{2019}Brien", "conan o'brien o'brien"),
    ("'quoted' rock'n'", "quoted rock'n"),
    ("Anna \"Annie\" Smith", "anna annie smith"),
    ("Back\\slash \\u0041", "back slash u0041"),
    ("D\u{2019}Angelo Mc\u{2011}Donald", "d'angelo mc donald"),
    ("Robert'); DROP TABLE profiles;--", "robert drop table profiles"),
    ("%_ Wild?Card*", "wild card"),
    ("joe@example.org", "joe example.org"),
    ("a\u{ad}b\u{200f}", "ab"),
    // Hebrew: a quotation mark joins letters, an apostrophe may stand at the end.
    ("\u{5e6}\u{5d4}\"\u{5dc}", "\u{5e6}\u{5d4}\"\u{5dc}"),
    ("\u{5d2}' \u{5d0}", "\u{5d2}' \u{5d0}"),
    // Ideographs and hiragana are words, katakana and Hangul make them.
    ("\u{6728}\u{6751}\u{62d3}\u{54c9}", "\u{6728} \u{6751} \u{62d3} \u{54c9}"),
    ("\u{5c71}\u{7530}\u{3000}\u{592a}\u{90ce}", "\u{5c71} \u{7530} \u{592a} \u{90ce}"),
    ("\u{3055}\u{304f}\u{3089}", "\u{3055} \u{304f} \u{3089}"),
    (
        "\u{ff94}\u{ff8f}\u{ff80}\u{ff9e} \u{ff80}\u{ff9b}\u{ff73}",
        "\u{30e4}\u{30de}\u{30c0} \u{30bf}\u{30ed}\u{30a6}",
    ),
    ("\u{ae40}\u{bbfc}\u{c900}", "\u{ae40}\u{bbfc}\u{c900}"),
    ("\u{20bb7}\u{91ce}\u{5bb6}", "\u{20bb7} \u{91ce} \u{5bb6}"),
    // Thai, Lao, Khmer and Myanmar are not cut, except at what is of no such script.
    (
        "\u{e01}\u{e33}\u{e41}\u{e1e}\u{e07} \u{e25}\u{e33}\u{e44}\u{e22}",
        "\u{e01}\u{e4d}\u{e32}\u{e41}\u{e1e}\u{e07} \u{e25}\u{e4d}\u{e32}\u{e44}\u{e22}",
    ),
    ("\u{e01}\u{e02}ab\u{e01}\u{e02}", "\u{e01}\u{e02} ab \u{e01}\u{e02}"),
    ("\u{e01}\u{e52}", "\u{e01} \u{e52}"),
    ("\u{17a2}\u{17bb}\u{17d2}\u{178f}", "\u{17a2}\u{17bb}\u{17d2}\u{178f}"),
    ("\u{1021}\u{1031}\u{102c}\u{1004}\u{103a}", "\u{1021}\u{1031}\u{102c}\u{1004}\u{103a}"),
    ("\u{ea5}\u{eb2}\u{ea7}", "\u{ea5}\u{eb2}\u{ea7}"),
    (
        "\u{1950}\u{1951}\u{1980}\u{1981}\u{1a20}\u{1a21}\u{aa80}\u{aa81}\u{11700}\u{11701}",
        "\u{1950}\u{1951}\u{1980}\u{1981}\u{1a20}\u{1a21}\u{aa80}\u{aa81}\u{11700}\u{11701}",
    ),
    // Other scripts of Asia need no dictionary.
    (
        "\u{905}\u{928}\u{93f}\u{932} \u{915}\u{94d}\u{937}",
        "\u{905}\u{928}\u{93f}\u{932} \u{915}\u{94d}\u{937}",
    ),
    ("\u{f56}\u{f66}\u{f0b}\u{f60}", "\u{f56}\u{f66} \u{f60}"),
    ("\u{645} 42 \u{639}", "\u{645} 42 \u{639}"),
    // Emoji are words, with all that is joined to them; other symbols are not.
    ("Anna \u{1f980} Smith", "anna \u{1f980} smith"),
    ("\u{1f469}\u{200d}\u{1f4bb} Dev", "\u{1f469}\u{1f4bb} dev"),
    ("\u{1f1fa}\u{1f1f3}\u{1f1eb}\u{1f1f7}", "\u{1f1fa}\u{1f1f3} \u{1f1eb}\u{1f1f7}"),
    ("a # * \u{2192} $ b", "a b"),
    // Marks alone are no words, nor are ligatures that decompose into a space and marks.
    ("\u{301}\u{302} \u{301}a", "a"),
    ("\u{37a} \u{fc5e}", ""),
    // A voiced sound mark of its own is that of the letter in front of it.
    ("\u{30ab}\u{309b}", "\u{30ac}"),
    ("\u{fdfb}", "\u{62c}\u{644}\u{62c}\u{644}\u{627}\u{644}\u{647}"),
    // From planes 1, 14, 15 and 16.
    ("\u{10400}\u{10401} \u{1d7d8}", "\u{10428}\u{10429} 0"),
    ("a\u{e0100}", "a\u{e0100}"),
    ("a\u{f0000}b \u{10fffd}", "a b"),
];

#[test]
fn words_are_those_of_unicode() {
    for (text, expected) in WORDS {
        assert_eq!(texts(text).join(" "), *expected, "{text:?}");
    }
}

#[test]
fn words_know_where_they_are() {
    let word = |text: &str, start, end| Word { text: text.to_owned(), start, end };
    assert_eq!(
        words(" Jos\u{e9}, \u{1f980}\u{6728}\u{e01}\u{e02}!").collect::<Vec<_>>(),
        [
            word("jose", 1, 6),
            word("\u{1f980}", 8, 12),
            word("\u{6728}", 12, 15),
            word("\u{e01}\u{e02}", 15, 21),
        ]
    );
}

#[test]
fn long_words_are_cut() {
    let found: Vec<Word> = words(&format!("{}{}", "\u{c9}".repeat(300), "b".repeat(300))).collect();
    let ranges: Vec<_> = found.iter().map(|word| (word.start, word.end)).collect();
    assert_eq!(ranges, [(0, 510), (510, 810), (810, 900)]);
    let texts: Vec<_> = found.iter().map(|word| word.text.as_str()).collect();
    assert_eq!(texts, ["e".repeat(64), "e".repeat(45) + &"b".repeat(19), "b".repeat(64)]);
    // Pieces in which there is no letter are no words.
    assert_eq!(texts_of_length(&format!("a{}", "_".repeat(1000))), [64]);
    assert_eq!(texts_of_length(&format!("a{}b", "\u{301}".repeat(1000))), [1, 1]);
    // A letter may become many.
    assert_eq!(texts_of_length(&"\u{fdfa}".repeat(4)), [60]);
    assert_eq!(texts_of_length(&"\u{fdfa}".repeat(5)), [64]);
}

fn texts_of_length(text: &str) -> Vec<usize> {
    texts(text).iter().map(|text| text.chars().count()).collect()
}

#[test]
fn highlighted_is_what_was_typed() {
    for (original, folded, highlighted) in [
        ("Joseph", "jo", "Jo"),
        ("Joseph", "joseph", "Joseph"),
        ("Joseph", "x", "Joseph"),
        ("Jos\u{e9}phine", "jose", "Jos\u{e9}"),
        ("Jose\u{301}phine", "jose", "Jose\u{301}"),
        ("Jose\u{301}phine", "jos", "Jos"),
        // Half of a letter is typed.
        ("Wei\u{df}mann", "weis", "Wei\u{df}"),
        ("\u{c6}gisson", "a", "\u{c6}"),
        ("\u{fb00}on", "f", "\u{fb00}"),
        // Marks that are not folded belong to the letter in front of them.
        ("\u{928}\u{93f}\u{932}", "\u{928}", "\u{928}\u{93f}"),
        ("\u{1100}\u{1175}\u{11b7}\u{bbfc}", "\u{ae40}", "\u{1100}\u{1175}\u{11b7}"),
    ] {
        let end = prefix_end(original, folded);
        assert_eq!(original.get(..end), Some(highlighted), "{original:?} {folded:?}");
    }
}

#[test]
fn hostile_texts_come_to_an_end() {
    for hostile in [
        "a.",
        "a'",
        "a.\u{301}",
        "\u{301}",
        "\u{200d}",
        "\u{1f1e6}",
        "\u{1f469}\u{200d}",
        "\u{5d0}\"",
        "1,",
        "_",
        "\u{e01}",
        "\u{fdfa}",
        "\u{30a2}\u{200d}",
        "\r",
        " \u{301}",
        "\u{323}\u{307}",
        "\u{6728}",
    ] {
        let text = hostile.repeat(1_000_000 / hostile.len());
        for word in words(&text) {
            assert!(text.get(word.start..word.end).is_some());
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(2000))]

    #[test]
    fn any_text_holds_the_laws(text in ".{0,60}") {
        fuzzing::words(text.as_bytes());
    }

    #[test]
    fn what_is_joined_and_split_holds_the_laws(
        text in "[abA1.@' _\u{2019}\u{301}\u{200d}\u{e9}\u{df}\u{5d0}\u{30ab}\u{309b}\u{e01}\u{6728}\u{ac00}\u{11a8}\u{fdfa}\u{1f469}\u{1f1e6}-]{0,60}"
    ) {
        fuzzing::words(text.as_bytes());
    }
}
