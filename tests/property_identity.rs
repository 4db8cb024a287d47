//! Whose profile is it? Random histories of configurations and activations against a model of
//! realms, domains and uids that fits on a page: the same uid or the same error, always.

mod common;

use common::Store;
use proptest::collection::vec;
use proptest::option::weighted;
use proptest::prelude::*;
use proptest::sample::select;
use serde_json::{Value, json};

/// Usernames and what their uids start with, computed with another implementation. The third is
/// not fit for a literal uid.
const USERS: [(&str, &str); 4] = [
    ("ana", "u_JNS5b1jabUqFEjE7vQKijr8MqV3sbkyG73jOfwHniKw"),
    ("Ana", "u_3qIQ8Fi0B9tcG16omy5CpXIhwAPbpV4vF3anWjJU04Y"),
    ("joe_x", "u_gSGQCdyM3yOX2R5YqCxQQrPc3tHdTF__YX4WRxKnhb4"),
    ("7-7", "u_I7MjqPRzyNhboG9M-fJq5-U3ysBBMjsObHRl1iTBMgk"),
];
const DOMAINS: [&str; 2] = ["d1", "d2"];
const PASSWORD: &str = "l0ng-r4nd0m-p@ssw0rd";
const NATIVE: usize = 0;
const REALMS: usize = 10;

#[derive(Debug, Clone, Copy)]
struct Realm {
    kind: &'static str,
    name: &'static str,
}

impl Realm {
    fn is_equivalent(self, other: Self) -> bool {
        self.kind == other.kind
            && (["native", "file"].contains(&self.kind) || self.name == other.name)
    }
}

/// A configuration: realms, the domain that each is in, and the suffix of each domain.
#[derive(Debug, Clone)]
struct Setup {
    realms: Vec<Realm>,
    domains: Vec<Option<usize>>,
    suffixes: Vec<Option<&'static str>>,
}

impl Setup {
    fn config(&self, path: &str) -> String {
        let mut config = json!({"path": path, "durability": "none", "realms": {}, "domains": {},
            "password_hashing": {"memory_kib": 8, "iterations": 1}});
        for realm in &self.realms {
            let Realm { kind, name } = realm;
            match *kind {
                "native" | "file" => config["realms"][kind][name] = json!({ "order": 0 }),
                _ => config["realms"]["external"][name] = json!({ "type": kind }),
            }
        }
        for (domain, suffix) in DOMAINS.iter().zip(&self.suffixes) {
            let names: Vec<&str> = self.members(domain).map(|realm| realm.name).collect();
            if names.is_empty() {
                continue;
            }
            config["domains"][domain] = json!({ "realms": names });
            if let Some(suffix) = suffix {
                config["domains"][domain]["uid_generation"] =
                    json!({"literal_username": true, "suffix": suffix});
            }
        }
        config.to_string()
    }

    fn members(&self, domain: &str) -> impl Iterator<Item = Realm> {
        let found = self.realms.iter().zip(&self.domains);
        found
            .filter(move |(_, of)| of.is_some_and(|of| DOMAINS[of] == domain))
            .map(|(realm, _)| *realm)
    }
}

fn setup() -> impl Strategy<Value = Setup> {
    // Either most realms are apart, so that numbers run out, or most are joined.
    let domains = prop_oneof![Just(0.1), Just(0.7)]
        .prop_flat_map(|joined| vec(weighted(joined, 0..DOMAINS.len()), REALMS));
    let native = select(vec!["native1", "native2"]);
    let file = select(vec!["file1", "file2"]);
    let external = vec(select(vec!["ldap", "saml"]), REALMS - 2);
    let suffixes = vec(weighted(0.4, select(vec!["es", "v2"])), DOMAINS.len());
    (native, file, external, domains, suffixes).prop_map(
        |(native, file, kinds, domains, suffixes)| {
            let mut realms =
                vec![Realm { kind: "native", name: native }, Realm { kind: "file", name: file }];
            let names = ["sso1", "sso2", "sso3", "sso4", "sso5", "sso6", "sso7", "sso8"];
            realms.extend(kinds.into_iter().zip(names).map(|(kind, name)| Realm { kind, name }));
            Setup { realms, domains, suffixes }
        },
    )
}

#[derive(Debug, Clone)]
enum Step {
    Reopen(Setup),
    Assert { user: usize, realm: usize },
    Password { user: usize },
    Disable { pick: usize },
    LookUp { user: usize },
}

fn step() -> impl Strategy<Value = Step> {
    // Few names, so that they meet.
    let user = || prop_oneof![7 => Just(0), 1 => Just(1), 2 => Just(2), 1 => Just(3)];
    prop_oneof![
        3 => setup().prop_map(Step::Reopen),
        12 => (user(), 0..REALMS).prop_map(|(user, realm)| Step::Assert { user, realm }),
        3 => user().prop_map(|user| Step::Password { user }),
        1 => any::<usize>().prop_map(|pick| Step::Disable { pick }),
        1 => user().prop_map(|user| Step::LookUp { user }),
    ]
}

struct Profile {
    uid: String,
    user: usize,
    realm: Realm,
    domain: Option<&'static str>,
    enabled: bool,
}

impl Profile {
    fn rendered(&self) -> Value {
        let mut user =
            json!({"username": USERS[self.user].0, "roles": [], "realm_name": self.realm.name});
        if let Some(domain) = self.domain {
            user["realm_domain"] = domain.into();
        }
        json!({"uid": self.uid, "enabled": self.enabled, "user": user})
    }
}

/// What the store should hold.
struct Model {
    setup: Setup,
    profiles: Vec<Profile>,
}

impl Model {
    fn domain(&self, realm: usize) -> Option<&'static str> {
        self.setup.domains[realm].map(|domain| DOMAINS[domain])
    }

    /// The profiles that a user of a realm may use, the lowest uid first.
    fn found(&self, user: usize, realm: usize) -> Vec<usize> {
        let realms = match self.domain(realm) {
            Some(domain) => self.setup.members(domain).collect(),
            None => vec![self.setup.realms[realm]],
        };
        let fits = |profile: &Profile| {
            profile.user == user && realms.iter().any(|realm| realm.is_equivalent(profile.realm))
        };
        let mut found: Vec<usize> =
            (0..self.profiles.len()).filter(|&at| fits(&self.profiles[at])).collect();
        found.sort_by_key(|&at| &self.profiles[at].uid);
        found
    }

    fn uids(&self, found: &[usize]) -> String {
        let uids: Vec<&str> = found.iter().map(|&at| self.profiles[at].uid.as_str()).collect();
        uids.join(",")
    }

    fn activate(&mut self, user: usize, realm: usize) -> Result<Value, String> {
        let (username, domain) = (USERS[user].0, self.domain(realm));
        let at = match self.found(user, realm)[..] {
            [] => {
                let uid = self.new_uid(user, realm)?;
                let realm = self.setup.realms[realm];
                self.profiles.push(Profile { uid, user, realm, domain, enabled: true });
                self.profiles.len() - 1
            }
            [at] => at,
            ref several => {
                let under = domain.map(|domain| format!(" under domain [{domain}]"));
                return Err(format!(
                    "multiple [{}] profiles [{}] found for user [{username}] from realm [{}]{}",
                    several.len(),
                    self.uids(several),
                    self.setup.realms[realm].name,
                    under.unwrap_or_default(),
                ));
            }
        };
        let profile = &mut self.profiles[at];
        (profile.realm, profile.domain, profile.enabled) = (self.setup.realms[realm], domain, true);
        Ok(profile.rendered())
    }

    fn new_uid(&self, user: usize, realm: usize) -> Result<String, String> {
        let (username, base) = USERS[user];
        let is_taken = |uid: &String| self.profiles.iter().any(|profile| profile.uid == *uid);
        let domain = self.setup.domains[realm];
        let Some((domain, suffix)) =
            domain.and_then(|at| Some((DOMAINS[at], self.setup.suffixes[at]?)))
        else {
            let mut numbered = (0..10).map(|number| format!("{base}_{number}"));
            return numbered.find(|uid| !is_taken(uid)).ok_or_else(|| {
                format!("profile differentiator value is too high for base Uid [{base}]")
            });
        };
        if username == "joe_x" {
            return Err(format!(
                "Security domain [{domain}] is configured to use literal username. As a result, \
                 creating new user profile requires the username to be at least 1 and no more than \
                 256 characters. The username must begin with an alphanumeric character (a-z, A-Z, \
                 0-9) and followed by any alphanumeric or dash (-) characters."
            ));
        }
        let uid = format!("u_{username}_{suffix}");
        if is_taken(&uid) {
            return Err(format!(
                "cannot create new profile for [{username}]. A profile with uid [{uid}] already \
                 exists and suffix setting of domain [{domain}] does not support auto-increment."
            ));
        }
        Ok(uid)
    }

    /// The `profile_uid` of a native user, if the lookup does not fail.
    fn looked_up(&self, user: usize) -> Result<Option<&str>, ()> {
        match self.found(user, NATIVE)[..] {
            [] => Ok(None),
            [at] => Ok(Some(&self.profiles[at].uid)),
            _ => Err(()),
        }
    }
}

/// A profile without what the model does not know of, or the reason of the error.
fn outcome((status, text): (i32, String)) -> Result<Value, String> {
    let mut answer: Value = serde_json::from_str(&text).expect("an answer is JSON");
    if status == 0 {
        let user = answer["user"].take();
        return Ok(json!({"uid": answer["uid"], "enabled": answer["enabled"], "user": user}));
    }
    assert_eq!((status, &answer["error"]["type"]), (500, &json!("exception")), "{text}");
    Err(answer["error"]["reason"].as_str().expect("an error has a reason").to_owned())
}

fn play(first: Setup, steps: Vec<Step>) {
    let directory = tempfile::tempdir().expect("a temporary directory");
    let path = directory.path().join("store").display().to_string();
    let mut store = Store::open(&first.config(&path)).expect("the store opens");
    for (username, _) in USERS {
        let user = json!({"username": username, "password": PASSWORD, "roles": []});
        store.expect("put_user", user.to_string());
    }
    let mut model = Model { setup: first, profiles: Vec::new() };
    for step in steps {
        match step {
            Step::Reopen(setup) => {
                drop(store);
                store = Store::open(&setup.config(&path)).expect("the store opens again");
                model.setup = setup;
            }
            Step::Assert { user, realm } => {
                let Realm { kind, name } = model.setup.realms[realm];
                let asserted = json!({"username": USERS[user].0, "roles": [],
                    "authentication_realm": {"name": name, "type": kind}});
                let grant = json!({"grant_type": "authentication", "authentication": asserted});
                let answer = outcome(store.call("activate", grant.to_string()));
                assert_eq!(answer, model.activate(user, realm));
            }
            Step::Password { user } => {
                let grant = json!({"grant_type": "password", "username": USERS[user].0, "password": PASSWORD});
                let answer = outcome(store.call("activate", grant.to_string()));
                assert_eq!(answer, model.activate(user, NATIVE));
            }
            Step::Disable { pick } => {
                let count = model.profiles.len().max(1);
                if let Some(profile) = model.profiles.get_mut(pick % count) {
                    store.expect("disable", json!({"uid": profile.uid}).to_string());
                    profile.enabled = false;
                }
            }
            Step::LookUp { user } => {
                let username = USERS[user].0;
                let request = json!({"username": username, "with_profile_uid": true});
                let (status, text) = store.call("get_user", request.to_string());
                let answer: Value = serde_json::from_str(&text).expect("an answer is JSON");
                match model.looked_up(user) {
                    Ok(uid) => assert_eq!(answer[username]["profile_uid"], json!(uid)),
                    Err(()) => assert_eq!(status, 500, "{text}"),
                }
            }
        }
    }
    for profile in &model.profiles {
        let text = store.expect("get", json!({"uid": profile.uid}).to_string());
        let answer: Value = serde_json::from_str(&text).expect("an answer is JSON");
        let stored = outcome((0, answer["profiles"][0].to_string()));
        assert_eq!(stored, Ok(profile.rendered()), "{text}");
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 100, ..ProptestConfig::default() })]

    #[test]
    fn a_person_has_the_profile_that_the_model_says(first in setup(), steps in vec(step(), 1..80)) {
        play(first, steps);
    }
}
