//! A store beside its model.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::atomic::{AtomicI64, Ordering};

use serde_json::{Value, json};

use crate::common::Store;
use crate::suggest::analysis::{fold, mail_places, words};
use crate::suggest::model::{Explanation, FIELDS, Profile, Search, Wanted, allowed_edits, edits};

const CONFIG: &str = r#"{"path":":temporary:","durability":"none",
    "password_hashing":{"memory_kib":8,"iterations":1},
    "realms":{"native":{"native1":{"order":0}},
              "external":{"ldap1":{"order":1,"type":"ldap"},"saml1":{"order":2,"type":"saml"}}}}"#;
pub(crate) const REALMS: [(&str, &str); 3] =
    [("native1", "native"), ("ldap1", "ldap"), ("saml1", "saml")];

/// Who is activated.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Person {
    pub(crate) username: String,
    pub(crate) realm: usize,
    pub(crate) full_name: Option<String>,
    pub(crate) email: Option<String>,
}

impl Person {
    fn activation(&self) -> String {
        let (name, kind) = REALMS[self.realm];
        let authentication = json!({"username": self.username, "roles": [],
            "full_name": self.full_name, "email": self.email,
            "authentication_realm": {"name": name, "type": kind}});
        json!({"grant_type": "authentication", "authentication": authentication}).to_string()
    }
}

pub(crate) struct World {
    store: Store,
    clock: &'static AtomicI64,
    profiles: BTreeMap<String, Profile>,
    people: BTreeMap<String, Person>,
}

impl World {
    pub(crate) fn new() -> Self {
        let clock: &'static AtomicI64 = Box::leak(Box::new(AtomicI64::new(1_700_000_000_000)));
        let store = Store::open(CONFIG).expect("the store opens");
        store.set_clock(clock);
        Self { store, clock, profiles: BTreeMap::new(), people: BTreeMap::new() }
    }

    pub(crate) fn wait(&self, ms: i64) {
        self.clock.fetch_add(ms, Ordering::SeqCst);
    }

    /// Activates and answers the uid.
    pub(crate) fn activate(&mut self, person: Person) -> String {
        let profile = self.activate_by(&person.activation());
        self.people.insert(profile.clone(), person);
        profile
    }

    /// Activates by a request and answers the uid.
    pub(crate) fn activate_by(&mut self, request: &str) -> String {
        let answer = parsed(&self.store.expect("activate", request));
        let mut profile = Profile::new(&answer);
        let uid = profile.uid.clone();
        profile.number = self.profiles.get(&uid).map_or(self.profiles.len(), |known| known.number);
        self.profiles.insert(uid.clone(), profile);
        uid
    }

    pub(crate) fn set_enabled(&mut self, uid: &str, enabled: bool) {
        let operation = if enabled { "enable" } else { "disable" };
        self.store.expect(operation, json!({ "uid": uid }).to_string());
        self.profiles.get_mut(uid).expect("a known uid").enabled = enabled;
    }

    pub(crate) fn label(&mut self, uid: &str, labels: &Value) {
        self.store.expect("update_data", json!({"uid": uid, "labels": labels}).to_string());
        let answer = parsed(&self.store.expect("get", json!({ "uid": uid }).to_string()));
        let labels = answer["profiles"][0]["labels"].clone();
        self.profiles.get_mut(uid).expect("a known uid").labels = labels;
    }

    /// One of the people activated.
    pub(crate) fn person(&self, pick: usize) -> Option<(&String, &Person)> {
        self.people.iter().nth(pick % self.people.len().max(1))
    }

    pub(crate) fn search(&self) -> Search<'_> {
        Search::new(self.profiles.values())
    }

    /// Asks the store and the model.
    pub(crate) fn compare(&self, search: &Search<'_>, wanted: &Wanted, explain: bool) {
        let expected = search.answer(wanted);
        let mut request = wanted.to_json();
        if explain {
            request["explain"] = json!(true);
        }
        let answer = parsed(&self.store.expect("suggest", request.to_string()));
        let hits = answer["profiles"].as_array().expect("profiles");
        let uids: Vec<&str> = hits.iter().filter_map(|hit| hit["uid"].as_str()).collect();
        if uids != expected.uids() {
            let expected: Vec<&str> = expected.uids();
            let same = uids.iter().zip(&expected).take_while(|(left, right)| left == right).count();
            let lines = |uids: &[&str]| {
                uids.iter().skip(same).take(3).map(|uid| self.line(uid)).collect::<String>()
            };
            panic!(
                "{request} finds {}, at {same}:{}\nand the model {}:{}",
                answer["total"],
                lines(&uids),
                search.answer(wanted).total(),
                lines(&expected),
            );
        }
        assert_eq!(answer["total"], expected.total(), "{request}");
        for (hit, (profile, explanation)) in hits.iter().zip(expected.page()) {
            assert_eq!(hit["user"], profile.user);
            assert_eq!(hit["labels"], profile.labels);
            assert_eq!(hit["data"], json!({}));
            assert_eq!(hit.get("explain").is_some(), explain);
            if explain {
                explains(wanted, profile, explanation, &hit["explain"]);
            }
        }
    }

    /// A profile in short.
    fn line(&self, uid: &str) -> String {
        let profile = &self.profiles[uid];
        format!("\n    {uid} at {}: {} {}", profile.last_synchronized, profile.user, profile.labels)
    }

    /// The index is what the profiles say.
    pub(crate) fn check(&self) {
        let checked = parsed(&self.store.expect("check", "{}"));
        assert_eq!(checked["differences"], json!({"count": 0, "details": []}));
        assert_eq!(checked["profiles"], self.profiles.len());
        let has_postings = checked["postings"].as_u64().expect("a number") > 0;
        assert!(has_postings || self.profiles.len() <= 256, "{checked}");
    }
}

pub(crate) fn parsed(text: &str) -> Value {
    serde_json::from_str(text).expect("an answer is JSON")
}

/// The store explains as the model does, and points at the words that it means.
fn explains(wanted: &Wanted, profile: &Profile, expected: &Explanation, found: &Value) {
    let context = || format!("{}: {}: {found}", wanted.to_json(), profile.user);
    assert_eq!(found["score"], expected.score, "{}", context());
    let hints = found.get("hints").map_or(json!(0), Value::clone);
    assert_eq!(hints, expected.hints, "{}", context());
    let typed: Vec<String> = words(&wanted.name).into_iter().map(|word| word.folded).collect();
    let mut kinds: BTreeMap<(usize, usize), BTreeSet<usize>> = BTreeMap::new();
    let mut last = (0, 0);
    for one in found["matches"].as_array().expect("matches") {
        let number = |value: &Value| {
            usize::try_from(value.as_u64().expect("a number")).expect("a small number")
        };
        let position = |list: &[&str], value: &Value| {
            list.iter().position(|known| value == known).unwrap_or_else(|| panic!("{}", context()))
        };
        let field = position(&FIELDS, &one["field"]);
        let kind = position(&["whole", "prefix", "part", "typo"], &one["kind"]);
        let (start, end) = (number(&one["range"][0]), number(&one["range"][1]));
        assert!((field, start) >= last, "{}", context());
        last = (field, start);
        let word = number(&one["word"]);
        kinds.entry((field, word)).or_default().insert(kind);
        let text: Vec<char> =
            profile.user[FIELDS[field]].as_str().expect("a text").chars().collect();
        let marked: String = text[start..end].iter().collect();
        let marked = fold(&marked);
        let is_meant = match (field, kind) {
            (2, 0..=2) => mail_places(&wanted.name)
                .iter()
                .any(|place| place.tokens.iter().any(|token| token.folded == marked)),
            (_, 0) => marked == typed[word],
            // The last letter may be folded to more than was typed, or carry marks.
            (_, 1) => marked.starts_with(&typed[word]),
            // A beginning of it is near, but the whole word is marked.
            (_, 3) if wanted.typo_in_last => marked.chars().next().is_some(),
            (2, _) => true,
            _ => edits(&typed[word], &marked).0 <= allowed_edits(&typed[word]),
        };
        assert!(is_meant, "{}", context());
    }
    let best: BTreeMap<(usize, usize), usize> =
        kinds.into_iter().map(|(place, kinds)| (place, *kinds.first().expect("one"))).collect();
    let expected: BTreeMap<_, _> =
        expected.marks.iter().map(|(place, mark)| (*place, (*mark).min(3))).collect();
    assert_eq!(best, expected, "{}", context());
}
