//! Random histories through the C ABI against a model that a person can read: maps and
//! `serde_json` values.

#![allow(clippy::unwrap_used)] // The model is of the test's own making.

mod common;

use std::collections::BTreeMap;
use std::sync::atomic::{AtomicI64, Ordering};

use common::Store;
use proptest::prelude::*;
use serde_json::{Map, Value, json};

const REALMS: [(&str, &str); 4] =
    [("corp", "ldap"), ("partner", "ldap"), ("site", "saml"), ("local", "native")];
const CONFIG: &str = r#"{"path":":temporary:","durability":"none",
    "password_hashing":{"memory_kib":8,"iterations":1},
    "realms":{"native":{"local":{"order":0}},
              "external":{"corp":{"order":1,"type":"ldap"},"partner":{"order":2,"type":"ldap"},
                          "site":{"order":3,"type":"saml"}}}}"#;

#[derive(Debug, Clone)]
enum Step {
    Activate { user: u8, realm: usize, email: Option<u8>, roles: u8 },
    Update { pick: usize, labels: Option<Value>, data: Option<Value>, version: Version },
    SetEnabled { pick: usize, enabled: bool },
    Wait(i64),
}

#[derive(Debug, Clone, Copy)]
enum Version {
    Any,
    Right,
    Wrong,
}

fn value() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        (-3i64..3).prop_map(Value::from),
        "[a-c\"\\\\\u{e9}]{0,3}".prop_map(Value::from),
    ];
    leaf.prop_recursive(3, 12, 3, |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..3).prop_map(Value::from),
            prop::collection::btree_map("[a-c._]{0,2}", inner, 0..3)
                .prop_map(|map| Value::Object(map.into_iter().collect())),
        ]
    })
}

/// A section of an update; some have a name that the rules refuse.
fn section() -> impl Strategy<Value = Option<Value>> {
    let name = prop_oneof![8 => "app[1-3]", 1 => Just(String::new()), 1 => "_x|a\\.b"];
    prop::option::of(
        prop::collection::btree_map(name, value(), 0..3)
            .prop_map(|map| Value::Object(map.into_iter().collect())),
    )
}

fn step() -> impl Strategy<Value = Step> {
    let version = prop_oneof![Just(Version::Any), Just(Version::Right), Just(Version::Wrong)];
    prop_oneof![
        4 => (0u8..3, 0..REALMS.len(), prop::option::of(0u8..2), 0u8..2)
            .prop_map(|(user, realm, email, roles)| Step::Activate { user, realm, email, roles }),
        6 => (any::<usize>(), section(), section(), version)
            .prop_map(|(pick, labels, data, version)| Step::Update { pick, labels, data, version }),
        2 => (any::<usize>(), any::<bool>())
            .prop_map(|(pick, enabled)| Step::SetEnabled { pick, enabled }),
        2 => prop_oneof![Just(1i64), Just(29_999), Just(30_000), Just(-5)].prop_map(Step::Wait),
    ]
}

/// What the store should hold: profiles by uid, and whose they are.
#[derive(Default)]
struct Model {
    profiles: BTreeMap<String, Value>,
    owners: BTreeMap<(String, usize), String>,
    seq_no: u64,
    now: i64,
}

impl Model {
    fn version(&mut self) -> Value {
        self.seq_no += 1;
        json!({"_primary_term": 1, "_seq_no": self.seq_no - 1})
    }

    fn activate(&mut self, username: &str, realm: usize, user: &Value) -> Value {
        let owner = (username.to_owned(), realm);
        if let Some(uid) = self.owners.get(&owner).cloned() {
            let stored = &self.profiles[&uid];
            let age = self.now - stored["last_synchronized"].as_i64().unwrap();
            if stored["user"] != *user || stored["enabled"] == false || age >= 30_000 {
                let version = self.version();
                let profile = self.profiles.get_mut(&uid).unwrap();
                profile["user"] = user.clone();
                profile["enabled"] = true.into();
                profile["last_synchronized"] = self.now.into();
                profile["_doc"] = version;
            }
            return self.without_data(&uid);
        }
        let taken = self.owners.keys().filter(|(name, _)| name == username).count();
        let base = base_uid(username);
        let uid = format!("{base}_{taken}");
        let profile = json!({"uid": uid, "enabled": true, "last_synchronized": self.now,
            "user": user, "labels": {}, "data": {}, "_doc": self.version()});
        self.owners.insert(owner, uid.clone());
        self.profiles.insert(uid.clone(), profile);
        self.without_data(&uid)
    }

    fn without_data(&self, uid: &str) -> Value {
        let mut profile = self.profiles[uid].clone();
        profile["data"] = json!({});
        profile
    }

    fn update(&mut self, uid: &str, labels: &Option<Value>, data: &Option<Value>) {
        let mut profile = self.profiles[uid].clone();
        for (name, section) in [("labels", labels), ("data", data)] {
            if let Some(section) = section {
                merge(&mut profile[name], section);
            }
        }
        if profile != self.profiles[uid] {
            profile["_doc"] = self.version();
            self.profiles.insert(uid.to_owned(), profile);
        }
    }
}

fn merge(old: &mut Value, new: &Value) {
    match (old, new) {
        (Value::Object(old), Value::Object(new)) => {
            for (key, value) in new {
                match old.get_mut(key) {
                    Some(old) => merge(old, value),
                    None => {
                        old.insert(key.clone(), value.clone());
                    }
                }
            }
        }
        (old, new) => *old = new.clone(),
    }
}

/// The uids of the users `user0` to `user2`, computed with another implementation.
fn base_uid(username: &str) -> String {
    use base64::Engine;
    use sha2::Digest;
    let digest = sha2::Sha256::digest(username.as_bytes());
    let text = base64::engine::general_purpose::URL_SAFE.encode(digest);
    format!("u_{}", text.trim_end_matches('='))
}

fn names_are_allowed(labels: &Option<Value>, data: &Option<Value>) -> bool {
    let names: Vec<&String> = [labels, data]
        .into_iter()
        .flatten()
        .filter_map(Value::as_object)
        .flat_map(Map::keys)
        .collect();
    !names.is_empty() && names.iter().all(|name| !name.contains('.') && !name.starts_with('_'))
}

fn parsed((status, text): (i32, String)) -> (i32, Value) {
    (status, serde_json::from_str(&text).expect("an answer is JSON"))
}

fn play(steps: &[Step]) {
    let clock: &'static AtomicI64 = Box::leak(Box::default());
    let store = Store::open(CONFIG).expect("the store opens");
    store.set_clock(clock);
    let mut model = Model { now: 1_700_000_000_000, ..Model::default() };
    for step in steps {
        clock.store(model.now, Ordering::SeqCst);
        let uids: Vec<String> = model.profiles.keys().cloned().collect();
        match step {
            Step::Wait(time) => model.now += time,
            Step::Activate { user, realm, email, roles } => {
                let (username, (name, kind)) = (format!("user{user}"), REALMS[*realm]);
                let email = email.map(|n| format!("{n}@example.com"));
                let roles: Vec<String> = (0..*roles).map(|n| format!("role{n}")).collect();
                let request = json!({"grant_type": "authentication", "authentication": {
                    "username": username, "roles": roles, "email": email,
                    "authentication_realm": {"name": name, "type": kind}}});
                let mut user = json!({"username": username, "roles": roles, "realm_name": name});
                if let Some(email) = email {
                    user["email"] = email.into();
                }
                let answer = parsed(store.call("activate", request.to_string()));
                assert_eq!(answer, (0, model.activate(&username, *realm, &user)));
            }
            Step::SetEnabled { pick, enabled } if !uids.is_empty() => {
                let uid = &uids[pick % uids.len()];
                let name = if *enabled { "enable" } else { "disable" };
                store.expect(name, json!({ "uid": uid }).to_string());
                if model.profiles[uid]["enabled"] != *enabled {
                    let version = model.version();
                    let profile = model.profiles.get_mut(uid).unwrap();
                    profile["enabled"] = (*enabled).into();
                    profile["_doc"] = version;
                }
            }
            Step::Update { pick, labels, data, version } if !uids.is_empty() => {
                let uid = &uids[pick % uids.len()];
                let mut request = json!({ "uid": uid });
                for (name, section) in [("labels", labels), ("data", data)] {
                    if let Some(section) = section {
                        request[name] = section.clone();
                    }
                }
                let current = model.profiles[uid]["_doc"]["_seq_no"].as_u64().unwrap();
                let wanted = match version {
                    Version::Any => None,
                    Version::Right => Some(current),
                    Version::Wrong => Some(current + 1),
                };
                if let Some(seq_no) = wanted {
                    request["if_seq_no"] = seq_no.into();
                    request["if_primary_term"] = 1.into();
                }
                let (status, _) = store.call("update_data", request.to_string());
                if !names_are_allowed(labels, data) {
                    assert_eq!(status, 400);
                } else if matches!(version, Version::Wrong) {
                    assert_eq!(status, 409);
                } else {
                    assert_eq!(status, 0);
                    model.update(uid, labels, data);
                }
            }
            Step::SetEnabled { .. } | Step::Update { .. } => {}
        }
    }
    let uids: Vec<&String> = model.profiles.keys().collect();
    if !uids.is_empty() {
        let answer = parsed(store.call("get", json!({"uid": uids, "data": "*"}).to_string()));
        let expected: Vec<&Value> = model.profiles.values().collect();
        assert_eq!(answer, (0, json!({ "profiles": expected })));
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 200, ..ProptestConfig::default() })]

    #[test]
    fn a_history_leaves_what_the_model_says(steps in prop::collection::vec(step(), 1..40)) {
        play(&steps);
    }
}
