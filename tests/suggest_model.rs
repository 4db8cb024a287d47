//! Suggest against a model that reads every profile: the set, the order, the explanation.

mod common;
mod suggest;

use proptest::collection::vec;
use proptest::prelude::*;
use serde_json::{Value, json};
use suggest::analysis::*;
use suggest::model::*;
use suggest::typed::{Ask, ask, labels, person};
use suggest::world::{Person, World};

#[derive(Debug, Clone)]
enum Step {
    Activate(Person),
    /// Someone who was there comes again, perhaps with another name or address.
    Again(usize, Option<Person>),
    SetEnabled(usize, bool),
    Label(usize, Value),
    Wait(i64),
    Ask(Ask),
}

fn step() -> impl Strategy<Value = Step> {
    let pick = any::<usize>();
    prop_oneof![
        20 => person().prop_map(Step::Activate),
        5 => (pick, prop::option::of(person())).prop_map(|(pick, person)| Step::Again(pick, person)),
        3 => (pick, any::<bool>()).prop_map(|(pick, enabled)| Step::SetEnabled(pick, enabled)),
        3 => (pick, labels()).prop_map(|(pick, labels)| Step::Label(pick, labels)),
        4 => select_wait().prop_map(Step::Wait),
        1 => ask().prop_map(Step::Ask),
    ]
}

fn select_wait() -> impl Strategy<Value = i64> {
    prop_oneof![Just(1i64), Just(30_000), Just(-5), Just(-40_000), 0..100_000i64]
}

fn play(steps: &[Step], asks: &[Ask]) {
    let mut world = World::new();
    for step in steps {
        let someone = |pick: &usize| world.person(*pick).map(|(uid, person)| (uid.clone(), person));
        match step {
            Step::Activate(person) => drop(world.activate(person.clone())),
            Step::Again(pick, change) => {
                let Some((_, person)) = someone(pick) else { continue };
                let mut person = person.clone();
                if let Some(change) = change {
                    person =
                        Person { username: person.username, realm: person.realm, ..change.clone() };
                }
                world.activate(person);
            }
            Step::SetEnabled(pick, enabled) => {
                if let Some((uid, _)) = someone(pick) {
                    world.set_enabled(&uid, *enabled);
                }
            }
            Step::Label(pick, labels) => {
                if let Some((uid, _)) = someone(pick) {
                    world.label(&uid, labels);
                }
            }
            Step::Wait(ms) => world.wait(*ms),
            Step::Ask(ask) => {
                world.compare(&world.search(), &ask.wanted(&world), ask.explain);
            }
        }
    }
    let search = world.search();
    for ask in asks {
        world.compare(&search, &ask.wanted(&world), ask.explain);
    }
    world.check();
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 60, failure_persistence: None, max_shrink_iters: 50_000, max_shrink_time: 60_000, ..ProptestConfig::default() })]

    /// Nobody waits to be folded into the index, or few have been.
    #[test]
    fn few_people(steps in vec(step(), 1..60), asks in vec(ask(), 1..30)) {
        play(&steps, &asks);
    }

    /// New profiles are folded into the index in lots, and some wait for the next.
    #[test]
    fn hundreds_of_people(steps in vec(step(), 300..900), asks in vec(ask(), 20..60)) {
        play(&steps, &asks);
    }
}

/// The people of the specification's worked examples, by username.
fn worked_example() -> Vec<Profile> {
    let people = [
        ("user_foo", "Very Curious User Foo", "fooemail@example.org"),
        ("user_bar", "Super Curious Admin Bar", "baremail@example.org"),
        ("user_baz", "Very Anxious User Baz", "bazemail@example.org"),
        ("user_qux", "Super Anxious Admin Qux", "quxemail@example.org"),
    ];
    let profile = |(number, (username, full_name, email)): (i64, (&str, &str, &str))| {
        Profile::new(&json!({"uid": username, "enabled": true, "last_synchronized": number,
            "labels": {},
            "user": {"username": username, "full_name": full_name, "email": email}}))
    };
    (0..).zip(people).map(profile).collect()
}

fn found(profiles: &[Profile], wanted: &Wanted) -> String {
    let search = Search::new(profiles.iter());
    let answer = search.answer(wanted);
    answer.uids().iter().map(|uid| uid.trim_start_matches("user_")).collect::<Vec<_>>().join(" ")
}

#[test]
fn the_model_finds_what_the_worked_examples_say() {
    let profiles = worked_example();
    let cases = [
        ("", "qux baz bar foo"),
        (" ", "qux baz bar foo"),
        ("super admin", "qux bar"),
        ("admin super", "qux bar"),
        ("ver", "baz foo"),
        ("user", "baz foo qux bar"),
        ("admin very", "qux baz bar foo"),
        ("very admin", "baz foo qux bar"),
        ("fooem", "foo"),
        ("fooemail", "foo"),
        ("example.org", "qux baz bar foo"),
        ("Kurious One", "bar foo"),
        ("supr", ""),
        ("supr x", "qux bar"),
        ("user ", "baz foo"),
        ("!!!", ""),
    ];
    for (name, expected) in cases {
        assert_eq!(found(&profiles, &Wanted::name(name)), expected, "{name:?}");
    }
    // Neighbours in this order come first.
    assert_eq!(found(&profiles, &Wanted::name("anxious user")), "baz qux foo bar");
    let every_word = Wanted { every_word: true, ..Wanted::name("very foo") };
    assert_eq!(found(&profiles, &every_word), "foo");
    let typo_in_last = Wanted { typo_in_last: true, ..Wanted::name("supr") };
    assert_eq!(found(&profiles, &typo_in_last), "qux bar");
}

#[test]
fn the_model_folds_and_cuts_words() {
    let words = |text: &str| {
        words(text).into_iter().map(|word| word.folded).collect::<Vec<_>>().join(" | ")
    };
    assert_eq!(words("Jos\u{e9} Jose\u{301} \u{141}\u{d3}D\u{179}"), "jose | jose | lodz");
    assert_eq!(
        words("user_foo a.b jean-luc O\u{2019}Brien"),
        "user_foo | a.b | jean | luc | o'brien"
    );
    assert_eq!(words("Stra\u{df}e \u{1e9e} \u{3a3}\u{3c2}"), "strasse | ss | \u{3c3}\u{3c3}");
    assert_eq!(
        words("\u{738b}\u{5c0f} \u{30e4}\u{30de}"),
        "\u{738b} | \u{5c0f} | \u{30e4}\u{30de}"
    );
    assert_eq!(
        words("\u{e01}\u{e33}\u{e41}\u{e1e}\u{e07}x"),
        "\u{e01}\u{e4d}\u{e32}\u{e41}\u{e1e}\u{e07} | x"
    );
    assert_eq!(words(&"a".repeat(256)), format!("{} | a", "a".repeat(64)));
    assert_eq!(words("!!! -- \u{1f980}"), "\u{1f980}");
}

#[test]
fn the_model_takes_addresses_apart() {
    let tokens = |text: &str| {
        let places = mail_places(text);
        let tokens = |place: &Place| {
            place.tokens.iter().map(|token| token.folded.as_str()).collect::<Vec<_>>().join(" ")
        };
        places.iter().map(tokens).collect::<Vec<_>>().join(" | ")
    };
    assert_eq!(tokens("user1"), "user1 user 1");
    assert_eq!(tokens("example.org"), "example.org example org");
    assert_eq!(tokens("Ana@x.org"), "ana@x.org ana x.org x org");
    assert_eq!(tokens("user1 ana user1"), "user1 user 1 | ana");
    assert_eq!(tokens("ana@x a-b.com a-b.garcia"), "ana | x | a-b.com a b com | b.garcia garcia");
    let terms: Vec<(String, bool)> = mail_terms("ana.smith@ana.org");
    let terms: Vec<_> = terms.iter().map(|(term, local)| (term.as_str(), *local)).collect();
    assert_eq!(
        terms,
        [
            ("ana.smith", true),
            ("ana", true),
            ("smith", true),
            ("ana.org", false),
            ("ana", false),
            ("org", false)
        ]
    );
}

#[test]
fn the_model_counts_edits() {
    assert_eq!(edits("jonh", "john"), (1, Some(1)));
    assert_eq!(edits("jonh", "jon"), (1, Some(2)));
    assert_eq!(edits("jonh", "joh"), (1, Some(1)));
    assert_eq!(edits("abcdef", "abcde"), (1, Some(2)));
    assert_eq!(edits("ca", "abc"), (3, Some(3)));
    assert_eq!(edits("supr", "super"), (1, Some(1)));
    assert_eq!(edits("ana", "ana"), (0, Some(0)));
}
