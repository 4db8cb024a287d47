//! What is the same word, and what is not.

use crate::text::fold;

/// Each with its folding.
const FOLDED: &[(&str, &str)] = &[
    ("", ""),
    ("Maria O'Brien 42", "maria o'brien 42"),
    ("Jos\u{e9} N\u{fa}\u{f1}ez", "jose nunez"),
    ("Jose\u{301} Nu\u{301}n\u{303}ez", "jose nunez"),
    ("\u{130}pek I\u{15f}\u{131}k", "ipek isik"),
    ("\u{141}ukasz \u{17b}\u{f3}\u{142}\u{107}", "lukasz zolc"),
    ("\u{de}\u{f3}r \u{c6}gisson \u{d0}agur", "thor aegisson dagur"),
    ("\u{1fc}lfric", "aelfric"),
    ("Wei\u{df} WEI\u{1e9e} wei\u{17f}\u{17f}", "weiss weiss weiss"),
    ("S\u{f8}ren \u{110}or\u{111}e \u{126}al \u{166}eahpi", "soren dorde hal teahpi"),
    ("\u{152}uvre \u{14a}ato \u{138}a", "oeuvre nato qa"),
    ("O\u{2019}Brien O\u{ff07}Brien", "o'brien o'brien"),
    ("\u{fb01}ona Sha\u{fb00}er", "fiona shaffer"),
    ("\u{1c5}emal \u{1c8}iljana", "dzemal ljiljana"),
    ("\u{1d56c}\u{1d593}\u{1d593}\u{1d586}", "anna"),
    ("\u{ff21}\u{ff4e}\u{ff4e}\u{ff41} \u{ff14}\u{ff12}", "anna 42"),
    ("Nguye\u{302}\u{303}n Th\u{1ecb} H\u{1eb1}ng", "nguyen thi hang"),
    ("Z\u{337}\u{322}\u{31b}a\u{334}\u{34e}\u{357}l\u{336}", "zal"),
    (
        "\u{3a3}\u{38a}\u{3a3}\u{3a5}\u{3a6}\u{39f}\u{3a3}",
        "\u{3c3}\u{3b9}\u{3c3}\u{3c5}\u{3c6}\u{3bf}\u{3c3}",
    ),
    (
        "\u{3a3}\u{3af}\u{3c3}\u{3c5}\u{3c6}\u{3bf}\u{3c2}",
        "\u{3c3}\u{3b9}\u{3c3}\u{3c5}\u{3c6}\u{3bf}\u{3c3}",
    ),
    // Short i is i with a breve.
    ("\u{410}\u{43d}\u{434}\u{440}\u{435}\u{439}", "\u{430}\u{43d}\u{434}\u{440}\u{435}\u{438}"),
    // Vowel points of Hebrew and Arabic.
    ("\u{5d3}\u{5b8}\u{5bc}\u{5d5}\u{5b4}\u{5d3}", "\u{5d3}\u{5d5}\u{5d3}"),
    ("\u{645}\u{64f}\u{62d}\u{64e}\u{645}\u{651}\u{64e}\u{62f}", "\u{645}\u{62d}\u{645}\u{62f}"),
    // Half width katakana, with a voiced sound mark that stays.
    ("\u{ff94}\u{ff8f}\u{ff80}\u{ff9e}", "\u{30e4}\u{30de}\u{30c0}"),
    // Hangul is one letter a syllable, however it was written.
    ("\u{1100}\u{1175}\u{11b7}", "\u{ae40}"),
    // Vowel signs of Devanagari are no accents, nor is the virama.
    ("\u{905}\u{928}\u{93f}\u{932}", "\u{905}\u{928}\u{93f}\u{932}"),
    ("\u{915}\u{94d}\u{937}", "\u{915}\u{94d}\u{937}"),
    ("\u{13d7}\u{ab73}", "\u{aba7}\u{ab73}"),
];

#[test]
fn the_same_word_has_the_same_folding() {
    for (text, folded) in FOLDED {
        assert_eq!(fold(text), *folded, "{text:?}");
    }
}

/// These are told apart by nothing but what is kept.
#[test]
fn words_that_stay_apart() {
    for (one, other) in [
        ("\u{915}\u{93f}", "\u{915}"),
        ("\u{e01}\u{e33}", "\u{e01}"),
        ("\u{1f469}\u{200d}\u{1f4bb}", "\u{1f469}"),
        ("\u{3b1}", "a"),
        ("\u{430}", "a"),
        ("\u{30cf}", "\u{30d0}"),
    ] {
        assert_ne!(fold(one), fold(other), "{one:?} {other:?}");
    }
}

#[test]
fn every_character_is_folded_once_and_for_all() {
    for character in '\0'..=char::MAX {
        let text = character.to_string();
        let folded = fold(&text);
        assert_eq!(fold(&folded), folded, "{text:?}");
        assert_eq!(fold(&format!("a{text}")), format!("a{folded}"));
        let lower: String = text.to_lowercase();
        assert_eq!(fold(&lower), folded, "{text:?} and {lower:?}");
    }
}
