//! Suggest against its model on as many people as it takes for everything that the index builds.

mod common;
mod suggest;

use proptest::strategy::{Strategy, ValueTree};
use proptest::test_runner::TestRunner;
use suggest::model::Wanted;
use suggest::typed::{Ask, ask};
use suggest::world::{Person, World};

/// The same questions at every run.
fn asks(count: usize) -> Vec<Ask> {
    let mut runner = TestRunner::deterministic();
    let mut one = || ask().new_tree(&mut runner).expect("a request").current();
    (0..count).map(|_| one()).collect()
}

fn compare(world: &World, count: usize) {
    let search = world.search();
    for ask in asks(count) {
        world.compare(&search, &ask.wanted(world), ask.explain);
    }
}

/// Whether every `n`th number is this one, with no pattern among neighbours.
fn is_nth(number: u64, n: u64) -> bool {
    number.wrapping_mul(0x9e37_79b9_7f4a_7c15) >> 32 < (1 << 32) / n
}

#[test]
fn five_thousand_people_of_many_cultures() {
    let people = people::People::new(people::SEED);
    let mut world = World::new();
    for number in 0..5_000 {
        let person = people.person(number);
        let uid = world.activate(Person {
            username: person.username.clone(),
            realm: usize::from(person.realm == people::Realm::Ldap),
            full_name: person.full_name.clone(),
            email: person.email.clone(),
        });
        // Some share the time; now and then the clock goes back.
        world.wait(if is_nth(number, 9) { -3_000 } else { (number % 3) as i64 });
        if is_nth(number, 20) {
            world.set_enabled(&uid, false);
        }
        if is_nth(number, 11) {
            let labels = serde_json::json!({"team": "red", "kibana": {"space": ["7", "blue"]}});
            world.label(&uid, &labels);
        }
    }
    compare(&world, 400);
    world.check();
}

/// More people than a chunk of the index has, all with one domain and with few names.
#[test]
fn more_people_than_a_chunk() {
    const PEOPLE: u64 = 20_500;
    let mut world = World::new();
    let given = ["Ana", "Anna", "Hanna", "Hannah", "Maria"];
    let family = |number: u64| {
        let letters = format!("{:011b}", number * 7919 % 2048);
        letters.replace('0', "a").replace('1', "b")
    };
    let mut disabled = Vec::new();
    for number in 0..PEOPLE {
        let given = given[(number % 5) as usize];
        let uid = world.activate(Person {
            username: format!("user{number}"),
            realm: (number % 3) as usize,
            full_name: Some(format!("{given} {} Smith", family(number))),
            email: Some(format!("{given}.{number}@example.org")),
        });
        world.wait((number * 31 % 7) as i64 - 2);
        // Most of the first and of the last block of people are gone.
        if is_nth(number, 50) || (16_000..17_200).contains(&number) {
            world.set_enabled(&uid, false);
            disabled.push(uid);
        }
    }
    compare(&world, 40);
    let search = world.search();
    for name in [
        "",
        "a",
        "an",
        "ana",
        "anna",
        "hannah",
        "m",
        "maria smith",
        "smith maria",
        "smiht ana",
        "ab",
        "abab",
        "aabbaabb",
        "user1",
        "user2050",
        "u",
        "us",
        "e",
        "example.org",
        "org",
        "o",
        "1",
        "ana.5@example.org",
        "ana smith ",
        "hana bab smth",
    ] {
        for (every_word, typo_in_last) in [(false, false), (true, true)] {
            let wanted = Wanted { every_word, typo_in_last, from: 5, ..Wanted::name(name) };
            world.compare(&search, &wanted, every_word);
        }
    }
    drop(search);
    for uid in disabled.iter().rev().take(800) {
        world.set_enabled(uid, true);
    }
    compare(&world, 20);
    world.check();
}

/// Postings that grow to bitmaps and shrink again, prefixes that get postings and lose them.
#[test]
fn thresholds_are_crossed_both_ways() {
    const PEOPLE: usize = 1_150;
    let person = |number: usize, word: &str| Person {
        username: format!("{number}"),
        realm: 1,
        full_name: Some(format!("Common {word}{number}")),
        email: Some("many@example.org".to_owned()),
    };
    let compare = |world: &World| {
        let search = world.search();
        for name in
            ["common", "c", "q", "qu", "qu1", "many", "example.org", "qu10 common", "z", "zu"]
        {
            world.compare(&search, &Wanted::name(name), true);
            let typo = Wanted { typo_in_last: true, size: 300, ..Wanted::name(name) };
            world.compare(&search, &typo, false);
        }
        world.check();
    };
    let mut world = World::new();
    let mut uids = Vec::new();
    for number in 0..PEOPLE {
        uids.push(world.activate(person(number, "Qu")));
        world.wait(1);
        if (250..262).contains(&number) || number % 97 == 0 {
            compare(&world);
        }
    }
    // Below a thousand and back, one by one where it matters.
    for (number, uid) in uids.iter().enumerate().take(160) {
        world.set_enabled(uid, false);
        if (145..155).contains(&number) {
            compare(&world);
        }
    }
    for uid in uids.iter().take(160) {
        world.set_enabled(uid, true);
    }
    compare(&world);
    // All but a few get another name, and then their old one again.
    for word in ["Zu", "Qu"] {
        for number in 0..PEOPLE - 3 {
            world.activate(person(number, word));
            if (880..910).contains(&number) && number % 3 == 0 || number % 211 == 0 {
                compare(&world);
            }
        }
        compare(&world);
    }
}
