//! How far words are apart, against the whole matrix.

use proptest::prelude::*;

use crate::text::{Edits, Next, allowed, distance};

/// The least edits to make `b` of `a`, and the least of which the last does not delete a letter.
fn model(a: &[char], b: &[char]) -> (usize, Option<usize>) {
    let mut edits = vec![vec![0; a.len() + 1]; b.len() + 1];
    let mut undeleted = (a.len() + b.len() == 0).then_some(0);
    for i in 0..=b.len() {
        for j in 0..=a.len() {
            let mut last = Vec::new();
            if i > 0 {
                last.push(edits[i - 1][j] + 1);
            }
            if i > 0 && j > 0 {
                last.push(edits[i - 1][j - 1] + usize::from(a[j - 1] != b[i - 1]));
            }
            if i > 1 && j > 1 && a[j - 1] == b[i - 2] && a[j - 2] == b[i - 1] {
                last.push(edits[i - 2][j - 2] + 1);
            }
            if i + j > 0 {
                undeleted = last.iter().copied().min();
            }
            if j > 0 {
                last.push(edits[i][j - 1] + 1);
            }
            edits[i][j] = last.into_iter().min().unwrap_or(0);
        }
    }
    (edits[b.len()][a.len()], undeleted)
}

fn within(edits: usize, limit: u8) -> Option<u8> {
    u8::try_from(edits).ok().filter(|edits| *edits <= limit)
}

#[test]
fn longer_words_may_have_more_errors() {
    for (word, errors) in [
        ("", 0),
        ("ab", 0),
        ("\u{1f980}\u{1f980}", 0),
        ("abc", 1),
        ("\u{e9}\u{e9}\u{e9}\u{e9}\u{e9}", 1),
        ("abcdef", 2),
        ("abcdefghijkl", 2),
    ] {
        assert_eq!(allowed(word), errors, "{word:?}");
    }
}

#[test]
fn the_four_edits() {
    for (a, b, edits) in [
        ("", "", Some(0)),
        ("maria", "maria", Some(0)),
        ("maria", "marria", Some(1)),
        ("maria", "mara", Some(1)),
        ("maria", "marla", Some(1)),
        ("maria", "amria", Some(1)),
        ("maria", "amrai", Some(2)),
        ("kurious", "curious", Some(1)),
        ("abcd", "cdab", None),
        ("", "ab", Some(2)),
        ("abc", "", None),
        // No letter is touched twice: swapped, and then one put between them, are three edits.
        ("ca", "abc", None),
        ("j\u{fc}rgen", "jurgen", Some(1)),
    ] {
        assert_eq!(distance(a, b, 2), edits, "{a:?} {b:?}");
    }
    assert_eq!(distance("user", "user_foo", 2), None);
    assert_eq!(distance("maria", "mara", 0), None);
    assert_eq!(distance("maria", "maria", 0), Some(0));
}

#[test]
fn a_letter_is_not_typed_for_nothing() {
    let beginning = |typed: &str, limit, pushed: &str| {
        let mut edits = Edits::new(typed, limit);
        assert!(pushed.chars().all(|c| edits.push(c)));
        edits.beginning()
    };
    assert_eq!(beginning("supr", 1, "super"), Some(1));
    assert_eq!(beginning("supr", 1, "supe"), Some(1));
    assert_eq!(beginning("supr", 1, "sup"), None);
    assert_eq!(beginning("spuer", 1, "super"), Some(1));
    assert_eq!(beginning("supx", 1, "supxr"), Some(1));
    assert_eq!(beginning("", 0, ""), Some(0));
    assert_eq!(beginning("a", 1, ""), None);
}

#[test]
fn letters_that_leave_hope() {
    let next = |word: &str, limit, pushed: &str| {
        let mut edits = Edits::new(word, limit);
        for c in pushed.chars() {
            edits.push(c);
        }
        edits.next()
    };
    let only = |letters: &str| Next::Only(letters.chars().collect());
    assert_eq!(next("abc", 0, ""), only("a"));
    assert_eq!(next("abc", 0, "ab"), only("c"));
    assert_eq!(next("abc", 0, "abc"), only(""));
    assert_eq!(next("abc", 1, ""), Next::Any);
    assert_eq!(next("abc", 1, "abc"), Next::Any);
    // Replaced, deleted, inserted or swapped.
    assert_eq!(next("abcd", 1, "b"), only("abc"));
    assert_eq!(next("abcd", 1, "x"), only("ab"));
    assert_eq!(next("abcd", 1, "xyz"), only(""));
}

#[test]
fn long_words_are_compared_along_the_diagonal() {
    let word = "ab".repeat(500_000);
    assert_eq!(distance(&word, &word, 2), Some(0));
    assert_eq!(distance(&word, &format!("x{word}y"), 2), Some(2));
    assert_eq!(distance(&word, &"ba".repeat(500_000), 2), Some(2));
}

fn letters() -> impl Strategy<Value = String> {
    "[abc]{0,9}"
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(3000))]

    /// Of every beginning of `b`, and again after taking letters back.
    #[test]
    fn the_band_is_as_good_as_the_matrix(a in letters(), b in letters(), limit in 0..4_u8) {
        let (word, other): (Vec<_>, Vec<_>) = (a.chars().collect(), b.chars().collect());
        let mut edits = Edits::new(&a, limit);
        for letter in other.iter().rev() {
            edits.push(*letter);
        }
        edits.truncate(1);
        edits.pop();
        prop_assert_eq!(edits.depth(), 0);
        for length in 0..=other.len() {
            let (all, undeleted) = model(&word, &other[..length]);
            prop_assert_eq!(edits.distance(), within(all, limit));
            prop_assert_eq!(edits.beginning(), undeleted.and_then(|edits| within(edits, limit)));
            if let Some(letter) = other.get(length) {
                edits.push(*letter);
            }
        }
        prop_assert_eq!(distance(&a, &b, limit), within(model(&word, &other).0, limit));
        prop_assert_eq!(distance(&a, &b, limit), distance(&b, &a, limit));
    }

    /// Hope is exact: it is there if and only if some rest would bring the word within the limit, and
    /// the letters to go on with are those that keep it.
    #[test]
    fn hope_is_neither_lost_nor_false(a in letters(), b in letters(), limit in 0..3_u8) {
        let word: Vec<_> = a.chars().collect();
        let hopeful = |pushed: &[char]| (0..=word.len()).any(|rest| {
            let whole = [pushed, &word[rest..]].concat();
            // A swap that is half done: its other letter, and the rest behind the two.
            let swap = rest.checked_sub(2).map(|first| {
                [pushed, &word[first..=first], &word[rest..]].concat()
            });
            [Some(whole), swap].into_iter().flatten().any(|whole| {
                within(model(&word, &whole).0, limit).is_some()
            })
        });
        let mut edits = Edits::new(&a, limit);
        let mut pushed = Vec::new();
        for letter in b.chars().chain(['x']) {
            let next = edits.next();
            if let Next::Only(letters) = &next {
                prop_assert!(letters.is_sorted_by(|a, b| a < b));
            }
            for c in ['a', 'b', 'c', 'x'] {
                let listed = match &next {
                    Next::Any => true,
                    Next::Only(letters) => letters.contains(&c),
                };
                let hope = edits.push(c);
                edits.pop();
                pushed.push(c);
                prop_assert_eq!((hope, listed), (hopeful(&pushed), hope), "{:?}", &pushed);
                pushed.pop();
            }
            edits.push(letter);
            pushed.push(letter);
        }
    }
}
