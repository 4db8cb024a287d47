//! What languages and their comparison cost.

use super::languages::{is_covered, language};
use crate::pattern::{BUDGET, Language};

fn names(count: usize) -> Vec<String> {
    (0..count).map(|number| format!("name-{number:04}")).collect()
}

/// What `work` takes from a budget.
fn cost<T>(work: impl FnOnce(&mut u32) -> T) -> (T, u32) {
    let mut budget = BUDGET;
    let done = work(&mut budget);
    (done, BUDGET - budget)
}

#[test]
fn thousands_of_literals_cost_no_states() {
    let names = names(10_000);
    let (all, spent) = cost(|budget| Language::parse(&names, budget).unwrap());
    assert_eq!(spent, 0);
    assert!(Language::parse(&["", "a"], &mut 0).is_ok_and(|both| !both.is_everything()));
    let but_one = Language::parse(&[&names[..5_000], &names[5_001..]].concat(), &mut 0).unwrap();
    assert!(all.contains("name-5000") && !but_one.contains("name-5000"));
    assert!((100_000..1_000_000).contains(&all.size()), "{}", all.size());

    let covered = |asked: &Language, granted: &[&Language]| {
        cost(|budget| asked.is_covered(None, granted, budget).unwrap())
    };
    assert_eq!(covered(&all, &[&all]), (true, 20_000));
    assert!(!covered(&all, &[&but_one]).0);
    assert!(covered(&but_one, &[&all]).0);
    assert!(covered(&all, &[&but_one, &language(&["*5000"])]).0);
    for (asked, expected) in
        [("name-1234", true), ("name-12345", false), ("name-*", false), ("*", false)]
    {
        let (covered, spent) = covered(&language(&[asked]), &[&all]);
        assert_eq!(covered, expected, "{asked}");
        assert!(spent < 100, "{asked}: {spent}");
    }
    // One automaton against all of them.
    let asked = language(&["/name-<0000-9999>/"]);
    assert!(covered(&asked, &[&all]).0);
    assert!(!covered(&asked, &[&but_one]).0);
    let found = Language::witness(&[&asked], &[&but_one], &mut { BUDGET });
    assert_eq!(found, Ok(Some("name-5000".into())));
    assert!(covered(&asked, &[&but_one, &language(&["*5000", "*6*"])]).0);
    assert!(covered(&language(&["/name-1.*/"]), &[&all, &language(&["*"])]).0);
    let (meets, spent) = cost(|budget| language(&["x", "name-5000"]).meets(None, &all, budget));
    assert_eq!((meets, spent), (Ok(true), 4));
}

#[test]
fn what_grants_everything_costs_nothing() {
    let everything = language(&["*"]);
    for asked in [&["*"][..], &["logs-*", "/(a{97})*/"], &["a"]] {
        assert_eq!(language(asked).is_covered(None, &[&everything], &mut 0), Ok(true));
    }
    // Each automaton costs something even where the empty text is the answer.
    let (covered, spent) =
        cost(|budget| everything.is_covered(None, &[&language(&["a*"])], budget));
    assert_eq!((covered, spent), (Ok(false), 2));
    // One automaton is done as soon as it has accepted the beginning.
    let (asked, granted) = (language(&["logs-app-*"]), language(&["logs-*"]));
    let (covered, spent) = cost(|budget| asked.is_covered(None, &[&granted], budget));
    assert_eq!(covered, Ok(true));
    assert!(spent < 60, "{spent}");
}

#[test]
fn comparisons_are_bounded() {
    // They meet where the lengths of their cycles do.
    let (first, second) = (language(&["/(a{97})+/"]), language(&["/(a{89})+/"]));
    let (found, spent) = cost(|budget| Language::witness(&[&first, &second], &[], budget));
    assert_eq!(found, Ok(Some("a".repeat(97 * 89))));
    assert!(spent < 100_000, "{spent}");
    assert_eq!(first.is_covered(None, &[&second], &mut { BUDGET }), Ok(false));
    assert!(is_covered(&["/(a{8633})+/"], &[&["/(a{89})+/"]]));
    let inside = language(&["/(a{8633})*/"]);
    assert_eq!(first.meets(Some(&inside), &second, &mut { BUDGET }), Ok(false));

    let (first, second) = (language(&["/(a{1009})+/"]), language(&["/(a{1013})+/"]));
    for mut budget in [0, 1, 1_000, BUDGET] {
        let error = first.meets(None, &second, &mut budget).unwrap_err();
        assert_eq!(error.status(), 400);
        assert_eq!(error.reason(), "the patterns are too complex to compare");
    }
    let (found, spent) = {
        let mut budget = 20 * BUDGET;
        let found = Language::witness(&[&first, &second], &[], &mut budget);
        (found, 20 * BUDGET - budget)
    };
    assert_eq!(found, Ok(Some("a".repeat(1009 * 1013))));
    assert!(spent > BUDGET, "{spent}");
    // Literals are looked up, and that is paid for too.
    let names = Language::parse(&names(10_000), &mut 0).unwrap();
    assert!(names.is_covered(None, &[&names], &mut 19_999).is_err());
    let long = Language::parse(&["a".repeat(1_000_000)], &mut 0).unwrap();
    assert!(long.is_covered(None, &[&long], &mut 1_000).is_err());
}

#[test]
fn sizes() {
    // So many states with three steps each.
    let size = language(&["/a{1000}/"]).size();
    assert!((30_000..60_000).contains(&size), "{size}");
    let size = Language::parse(&["a".repeat(1_000)], &mut 0).unwrap().size();
    assert!((1_000..2_000).contains(&size), "{size}");
}
