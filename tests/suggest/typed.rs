//! Names, and what people type to find them.

use std::sync::LazyLock;

use proptest::collection::vec;
use proptest::option::weighted;
use proptest::prelude::*;
use proptest::sample::select;
use unicode_normalization::UnicodeNormalization;

use crate::suggest::analysis::fold;
use crate::suggest::model::Wanted;
use crate::suggest::world::{Person, REALMS, World};

/// Words that are beginnings, parts and misspellings of each other.
const ROOTS: &[&str] = &[
    "a",
    "al",
    "ali",
    "alia",
    "alias",
    "an",
    "ana",
    "anna",
    "annah",
    "hana",
    "hanna",
    "hannah",
    "jo",
    "joh",
    "john",
    "jon",
    "jonh",
    "johan",
    "johanna",
    "jonathan",
    "jose",
    "josef",
    "joseph",
    "josephine",
    "mari",
    "maria",
    "marie",
    "mario",
    "marino",
    "smith",
    "smyth",
    "smithe",
    "schmidt",
    "van",
    "von",
    "de",
    "der",
    "o'brien",
    "jean-luc",
    "user",
    "user1",
    "user12",
    "user_foo",
    "admin",
    "example",
    "org",
    "com",
    "mc",
    "macdonald",
    "x",
    "1",
    "12",
    "2024",
];

/// Words that are folded, joined or taken apart.
const SPECIAL: &[&str] = &[
    "Jos\u{e9}",
    "Jose\u{301}",
    "Mu\u{f1}oz",
    "\u{d8}yvind",
    "\u{141}ukasz",
    "Wei\u{df}",
    "WEISS",
    "\u{130}pek",
    "I\u{15f}\u{131}k",
    "\u{de}\u{f3}r",
    "\u{c6}gir",
    "\u{3a3}\u{3af}\u{3c3}\u{3c5}\u{3c6}\u{3bf}\u{3c2}",
    "O\u{2019}Brien",
    "\u{10d}a",
    "\u{fb01}ona",
    "\u{738b}",
    "\u{738b}\u{5c0f}\u{660e}",
    "\u{6728}\u{6751}\u{62d3}\u{54c9}",
    "\u{5c71}\u{7530}\u{3000}\u{592a}\u{90ce}",
    "\u{304c}\u{304b}",
    "\u{304b}\u{3099}",
    "\u{ff94}\u{ff8f}\u{ff80}\u{ff9e}",
    "\u{30e4}\u{30de}\u{30c0}",
    "\u{ae40}\u{bbfc}\u{c900}",
    "\u{ae40}\u{bbfc}",
    "\u{e01}\u{e33}\u{e41}\u{e1e}\u{e07}",
    "\u{e25}\u{e33}\u{e44}\u{e22}",
    "\u{92e}\u{94b}\u{939}\u{928}",
    "\u{645}\u{62d}\u{645}\u{62f}",
    "\u{645}\u{64f}\u{62d}\u{645}\u{651}\u{62f}",
    "\u{5d3}\u{5d5}\u{5d3}",
    "\u{641}\u{627}\u{200c}\u{632}",
    "\u{641}\u{627}\u{632}",
    "hann\u{ad}ah",
    "\u{1f980}",
    "\u{1f469}\u{200d}\u{1f4bb}",
    "\u{18b3e}",
    "\u{1d56c}\u{1d593}\u{1d593}\u{1d586}",
    "\u{20bb7}\u{91ce}\u{5bb6}",
    "\u{401}\u{43b}\u{43a}\u{430}",
    "\u{415}\u{43b}\u{43a}\u{430}",
    "\u{439}\u{43e}\u{436}",
];

/// Words of real names in many scripts.
static NAMES: LazyLock<Vec<String>> = LazyLock::new(|| {
    let people = people::People::new(people::SEED);
    let names = (0..150).filter_map(|number| people.person(number).full_name);
    names.flat_map(|name| name.split_whitespace().map(str::to_owned).collect::<Vec<_>>()).collect()
});

const DOMAINS: &[&str] = &[
    "example.org",
    "example.com",
    "mail.example-corp.com",
    "ana.org",
    "jose.smith.net",
    "x.y.dev",
    "maria.garcia",
];

fn word() -> impl Strategy<Value = String> {
    prop_oneof![
        5 => select(ROOTS).prop_map(str::to_owned),
        2 => select(&NAMES[..]),
        2 => select(SPECIAL).prop_map(str::to_owned),
        2 => "[ab]{1,8}",
        1 => "[a-c]{1,3}[0-9]{0,2}",
    ]
}

fn full_name() -> impl Strategy<Value = String> {
    let joint = select(&[" ", " ", " ", "  ", "-", ", ", ".", "_"][..]);
    (vec(word(), 0..=4), joint).prop_map(|(words, joint)| words.join(joint))
}

fn username() -> impl Strategy<Value = String> {
    let joint = select(&[".", "_", "-", " ", "."][..]);
    prop_oneof![
        3 => (vec(select(ROOTS), 1..=2), joint).prop_map(|(words, joint)| words.join(joint)),
        2 => (select(ROOTS), 0..100u8).prop_map(|(word, number)| format!("{word}{number}")),
        2 => "[ab]{1,9}",
        1 => select(SPECIAL).prop_map(str::to_owned),
    ]
}

fn email() -> impl Strategy<Value = String> {
    let local = vec(select(ROOTS), 1..=2).prop_map(|words| words.join("."));
    let plain = (local, "[0-9]{0,2}", select(DOMAINS))
        .prop_map(|(local, digits, domain)| format!("{local}{digits}@{domain}"));
    let other = select(
        &[
            "ana@localhost",
            "jos\u{e9}@example.org",
            "ana smith",
            "<hannah@ana.org>",
            "+x@ana.org",
            "ana+tag@example.org",
            "mario.marino@example.org, ana@jose.smith.net",
            "",
        ][..],
    );
    prop_oneof![8 => plain, 1 => other.prop_map(str::to_owned)]
}

pub(crate) fn person() -> impl Strategy<Value = Person> {
    let optional = (weighted(0.9, full_name()), weighted(0.8, email()));
    (username(), 0..REALMS.len(), optional).prop_map(|(username, realm, (full_name, email))| {
        Person { username, realm, full_name, email }
    })
}

#[derive(Debug, Clone, Copy)]
enum Slip {
    Delete,
    Insert(char),
    Replace(char),
    Swap,
}

impl Slip {
    fn apply(self, word: &str, place: usize) -> String {
        let mut letters: Vec<char> = word.chars().collect();
        let at = place % letters.len().max(1);
        match self {
            Slip::Insert(letter) => letters.insert(at, letter),
            Slip::Delete if !letters.is_empty() => drop(letters.remove(at)),
            Slip::Replace(letter) if !letters.is_empty() => letters[at] = letter,
            Slip::Swap if at + 1 < letters.len() => letters.swap(at, at + 1),
            _ => {}
        }
        letters.into_iter().collect()
    }
}

#[derive(Debug, Clone, Copy)]
enum Style {
    AsItIs,
    Upper,
    Composed,
    Decomposed,
    Folded,
}

/// What is typed of something that a person is called.
#[derive(Debug, Clone)]
struct Part {
    person: usize,
    field: usize,
    first: usize,
    count: usize,
    backwards: bool,
    slips: Vec<(usize, usize, Slip)>,
    letters: Option<usize>,
    style: Style,
    tail: &'static str,
}

impl Part {
    fn of(&self, person: &Person) -> String {
        let text = match self.field {
            0 => person.full_name.as_deref(),
            1 => person.email.as_deref(),
            _ => None,
        };
        let all: Vec<&str> = text.unwrap_or(&person.username).split_whitespace().collect();
        let first = self.first % all.len().max(1);
        let mut words: Vec<String> =
            all.iter().skip(first).take(self.count).map(|word| (*word).to_owned()).collect();
        if self.backwards {
            words.reverse();
        }
        for (word, place, slip) in &self.slips {
            let count = words.len().max(1);
            if let Some(word) = words.get_mut(word % count) {
                *word = slip.apply(word, *place);
            }
        }
        if let (Some(letters), Some(last)) = (self.letters, words.last_mut()) {
            *last = last.chars().take(letters).collect();
        }
        let text = words.join(" ");
        let text: String = match self.style {
            Style::AsItIs => text,
            Style::Upper => text.to_uppercase(),
            Style::Composed => text.nfc().collect(),
            Style::Decomposed => text.nfd().collect(),
            Style::Folded => text.split(' ').map(fold).collect::<Vec<_>>().join(" "),
        };
        text + self.tail
    }
}

fn part() -> impl Strategy<Value = Part> {
    let letter = select(&['a', 'b', 'n', 'h', 'e', 'o'][..]);
    let slip = prop_oneof![
        Just(Slip::Delete),
        Just(Slip::Swap),
        letter.clone().prop_map(Slip::Insert),
        letter.prop_map(Slip::Replace),
    ];
    let slips = prop_oneof![
        3 => Just(Vec::new()),
        2 => vec((any::<usize>(), any::<usize>(), slip), 1..3),
    ];
    let style = prop_oneof![
        6 => Just(Style::AsItIs),
        1 => Just(Style::Upper),
        1 => Just(Style::Composed),
        1 => Just(Style::Decomposed),
        1 => Just(Style::Folded),
    ];
    let tail = select(&["", "", "", "", "", " ", "!", ".", " x", " an", "@", "@example.org"][..]);
    let words = (any::<usize>(), 1..4usize, any::<bool>());
    (any::<usize>(), 0..3usize, words, slips, weighted(0.4, 1..9usize), style, tail).prop_map(
        |(person, field, (first, count, backwards), slips, letters, style, tail)| Part {
            person,
            field,
            first,
            count,
            backwards,
            slips,
            letters,
            style,
            tail,
        },
    )
}

#[derive(Debug, Clone)]
enum Typed {
    Part(Part),
    Parts(Part, Part),
    Text(String),
}

/// A request, before it is known who is there.
#[derive(Debug, Clone)]
pub(crate) struct Ask {
    typed: Typed,
    size: usize,
    from: usize,
    uids: Vec<usize>,
    label: Option<(&'static str, Vec<&'static str>)>,
    every_word: bool,
    typo_in_last: bool,
    pub(crate) explain: bool,
}

impl Ask {
    pub(crate) fn wanted(&self, world: &World) -> Wanted {
        let of = |part: &Part| world.person(part.person).map(|(_, person)| part.of(person));
        let name = match &self.typed {
            Typed::Part(part) => of(part),
            Typed::Parts(left, right) => {
                of(left).zip(of(right)).map(|(left, right)| format!("{left} {right}"))
            }
            Typed::Text(text) => Some(text.clone()),
        };
        let uid = |pick: &usize| world.person(*pick).map_or("nobody", |(uid, _)| uid).to_owned();
        let values = |values: &Vec<&str>| values.iter().map(|value| (*value).to_owned()).collect();
        Wanted {
            name: name.unwrap_or_default(),
            size: self.size,
            from: self.from,
            uids: self.uids.iter().map(uid).collect(),
            label: self.label.as_ref().map(|(path, list)| ((*path).to_owned(), values(list))),
            every_word: self.every_word,
            typo_in_last: self.typo_in_last,
        }
    }
}

/// Where labels stand, and leaves of them.
const PATHS: &[&str] = &["team", "kibana.space", "kibana", "a.b.c", "none"];
const VALUES: &[&str] = &["red", "blue", "7", "true", "", "null"];

pub(crate) fn ask() -> impl Strategy<Value = Ask> {
    let typed = prop_oneof![
        8 => part().prop_map(Typed::Part),
        3 => (part(), part()).prop_map(|(left, right)| Typed::Parts(left, right)),
        2 => vec(word(), 1..4).prop_map(|words| Typed::Text(words.join(" "))),
        2 => "[ab]{1,3}".prop_map(Typed::Text),
        1 => "[ab@.! -]{0,6}".prop_map(Typed::Text),
    ];
    let page = (
        prop_oneof![Just(10usize), 0..4usize, Just(1000)],
        prop_oneof![4 => Just(0), 1 => 0..8usize],
    );
    let hint = (
        prop_oneof![2 => Just(Vec::new()), 1 => vec(any::<usize>(), 1..4)],
        weighted(0.3, (select(PATHS), vec(select(VALUES), 1..3))),
    );
    let switches = (any::<bool>(), any::<bool>(), any::<bool>());
    (typed, page, hint, switches).prop_map(|(typed, (size, from), (uids, label), switches)| {
        let (every_word, typo_in_last, explain) = switches;
        Ask { typed, size, from, uids, label, every_word, typo_in_last, explain }
    })
}

/// Labels whose leaves are those that are asked for.
pub(crate) fn labels() -> impl Strategy<Value = serde_json::Value> {
    use serde_json::{Value, json};
    let leaf = prop_oneof![
        4 => select(VALUES).prop_map(Value::from),
        1 => Just(json!(7)),
        1 => Just(json!(true)),
        1 => Just(Value::Null),
    ];
    let leaves = prop_oneof![
        3 => leaf.clone(),
        1 => vec(leaf.clone(), 0..3).prop_map(Value::from),
        1 => leaf.prop_map(|leaf| json!([[leaf], "blue"])),
    ];
    (leaves, 0..6usize).prop_map(|(leaf, shape)| match shape {
        0 | 1 => json!({ "team": leaf }),
        2 => json!({"kibana": {"space": leaf}}),
        3 => json!({ "kibana": leaf }),
        4 => json!({"a": {"b.c": leaf}}),
        _ => json!({"a": [{"b": {"c": leaf}}, {"b": 7}], "team": "red"}),
    })
}
