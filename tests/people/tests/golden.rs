//! The people never change: tests, demo and published figures all stand on them.

use std::collections::HashSet;

use people::{People, Person, Realm, SEED};
use sha2::{Digest, Sha256};

const THOUSAND: &str = "f3a82f7d2a281e2a7d5c082ba11a682c81daaeb038f81331559dc0b75ec867c5";

fn thousand() -> Vec<Person> {
    let people = People::new(SEED);
    (0..1000).map(|index| people.person(index)).collect()
}

#[test]
fn the_first_thousand_are_the_published_ones() {
    let mut digest = Sha256::new();
    for person in thousand() {
        digest.update(person.to_json() + "\n");
    }
    let hex: String = digest.finalize().iter().map(|byte| format!("{byte:02x}")).collect();
    assert_eq!(hex, THOUSAND);
}

#[test]
fn a_username_is_unique_within_its_realm() {
    let identities: HashSet<_> =
        thousand().into_iter().map(|person| (person.username, person.realm.name())).collect();
    assert_eq!(identities.len(), 1000);
}

#[test]
fn the_last_of_128_shares_a_username_across_realms() {
    let people = People::new(SEED);
    let (first, twin) = (people.person(126), people.person(127));
    assert_eq!(first.username, twin.username);
    assert_ne!(first.realm, twin.realm);
}

#[test]
fn shapes_are_those_that_the_readme_promises() {
    let everybody = thousand();
    let share = |of: &dyn Fn(&Person) -> bool| everybody.iter().filter(|person| of(person)).count();
    let average = |of: &dyn Fn(&Person) -> usize| everybody.iter().map(of).sum::<usize>() / 1000;
    let locales: HashSet<_> = everybody.iter().map(|person| person.locale).collect();
    assert_eq!(locales.len(), 46);
    assert!((30..90).contains(&share(&|person| person.realm == Realm::Native)));
    assert!((60..140).contains(&share(&|person| person.labels != "{}")));
    assert!((970..1030).contains(&average(&|person| person.data.len())));
    assert!(everybody.iter().all(|person| (1..=12).contains(&person.roles.len())));
    assert!(everybody.iter().all(|person| person.username.is_ascii()));
}

#[test]
fn avatars_change_nothing_else() {
    let (plain, pictured) = (People::new(SEED), People::new(SEED).with_avatars());
    let image = "\"imageUrl\":\"data:image/png;base64,";
    let mut images = 0;
    for index in 0..200 {
        let (plain, pictured) = (plain.person(index), pictured.person(index));
        let Some(start) = pictured.data.find(image) else {
            assert_eq!(plain, pictured);
            continue;
        };
        images += 1;
        let start = start + "\"imageUrl\":".len();
        let end = start + 1 + pictured.data[start + 1..].find('"').expect("closed") + 1;
        assert_eq!(end - start - 2, 11_718);
        let data = format!("{}null{}", &pictured.data[..start], &pictured.data[end..]);
        assert_eq!(plain, Person { data, ..pictured });
    }
    assert!((40..80).contains(&images));
}
