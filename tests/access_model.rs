//! Who holds what: random roles, users and questions against a model that looks at every short name
//! and at every action one by one.

mod common;
#[path = "common/privileges.rs"]
mod privileges;

use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};
use std::sync::LazyLock;

use common::Store;
use proptest::collection::{btree_map, vec};
use proptest::option::weighted;
use proptest::prelude::*;
use proptest::sample::{select, subsequence};
use serde_json::{Value, json};

/// Patterns of index names and resources.
const WILDCARDS: &[&str] = &[
    "*",
    "?",
    "a",
    "b",
    "a*",
    "b*",
    "*a",
    "*b",
    "a?",
    "?a",
    "b?",
    "?b",
    "??",
    "?*",
    "ab",
    "ba",
    "aa",
    "bb",
    "a*b",
    "*a*",
    "*ab",
    "ab*",
    "a?b",
    "?a*",
    "b*a",
    "a*b*",
    "aba",
    ".*",
    ".t*",
    ".tasks*",
    ".tasks",
    ".tasksa",
    ".tasks?",
    ".kibana",
    ".kibana*",
    ".kibana?*",
];

/// A regular expression, and what it matches.
type Regex = (&'static str, fn(&str) -> bool);

const REGEXES: &[Regex] = &[
    ("/@/", |_| true),
    ("/#/", |_| false),
    ("/()/", str::is_empty),
    ("/[ab]/", |name| ["a", "b"].contains(&name)),
    ("/a|b/", |name| ["a", "b"].contains(&name)),
    ("/a*/", |name| name.chars().all(|c| c == 'a')),
    ("/a{1,3}/", |name| ["a", "aa", "aaa"].contains(&name)),
    ("/(a|b)*/", |name| name.chars().all(|c| c == 'a' || c == 'b')),
    ("/(ab)*/", |name| name.replace("ab", "").is_empty()),
    ("/a?b?/", |name| ["", "a", "b", "ab"].contains(&name)),
    ("/[^a]?/", |name| name.chars().count() < 2 && name != "a"),
    ("/a.*/", |name| name.starts_with('a')),
    ("/.*b/", |name| name.ends_with('b')),
    ("/~(a.*)/", |name| !name.starts_with('a')),
    ("/~(.*a.*)/", |name| !name.contains('a')),
    ("/.*&~(b)/", |name| name != "b"),
    ("/(.*a)&~(a.*)/", |name| name.ends_with('a') && !name.starts_with('a')),
    ("/[.].*/", |name| name.starts_with('.')),
    ("/~([.].*)/", |name| !name.starts_with('.')),
    ("/\\.tasks[ab]/", |name| [".tasksa", ".tasksb"].contains(&name)),
    ("/\\.kibana.*/", |name| name.starts_with(".kibana")),
];

const CLUSTER: &[&str] = &[
    "all",
    "manage",
    "manage_security",
    "delegate_pki",
    "monitor",
    "none",
    "read_security",
    "manage_user_profile",
    "manage_own_api_key",
    "manage_api_key",
    "grant_api_key",
    "manage_token",
    "manage_saml",
    "manage_connector",
    "monitor_connector",
    "transport_client",
    "manage_ml",
    "monitor_ml",
    "manage_index_templates",
    "cross_cluster_search",
    "MONITOR",
    "cluster:*",
    "cluster:admin/xpack/security/*",
    "cluster:admin/xpack/security/profile/get",
    "cluster:monitor/nodes/liveness",
    "cluster:monitor/*",
    "indices:admin/template/*",
    "indices:admin/template/get",
    "indices:admin/index_template/*",
];

const INDEX: &[&str] = &[
    "all",
    "read",
    "write",
    "none",
    "index",
    "create",
    "create_doc",
    "delete",
    "monitor",
    "manage",
    "view_index_metadata",
    "maintenance",
    "read_cross_cluster",
    "create_index",
    "auto_configure",
    "cross_cluster_replication",
    "Read",
    "indices:*",
    "indices:data/read/get",
    "indices:data/read/*",
    "indices:data/write/*",
    "indices:data/*",
    "indices:admin/*",
    "indices:data/*/get",
];

/// Index privileges that only roles may name.
const FAILURE_STORE: &[&str] = &["read_failure_store", "manage_failure_store"];

/// Applications that have stored privileges, and one that has none.
const APPLICATIONS: &[&str] = &["app1", "app2", "app3"];
const STORED: &[&str] = &["app1", "app2"];
const APPLICATION_PATTERNS: &[&str] = &["app1", "app2", "app3", "app*", "app1*", "*"];

/// Names of application privileges; everything else is a pattern of actions.
const NAMES: &[&str] = &["read", "write", "both", "unknown"];
const ACTIONS: &[&str] =
    &["*", "data:*", "data:read/*", "data:write/*", "data:read/x", "data:*/x", "admin/*"];

/// Some texts of a finite collection.
type Set = Vec<bool>;

fn is_subset(part: &Set, whole: &Set) -> bool {
    part.iter().zip(whole).all(|(part, whole)| !part || *whole)
}

fn unite(whole: &mut Set, part: &Set) {
    for (whole, part) in whole.iter_mut().zip(part) {
        *whole |= part;
    }
}

fn subtract(whole: &mut Set, part: &Set) {
    for (whole, part) in whole.iter_mut().zip(part) {
        *whole &= !part;
    }
}

/// What the patterns and privileges of this file mean, as sets.
struct Meanings {
    /// Index names and resources by pattern.
    names: HashMap<&'static str, Set>,
    restricted: Set,
    cluster: HashMap<&'static str, Set>,
    index: HashMap<&'static str, Set>,
    /// Actions of applications by pattern.
    actions: HashMap<&'static str, Set>,
}

static MEANINGS: LazyLock<Meanings> = LazyLock::new(|| {
    let names = names(5, 4);
    let patterns = WILDCARDS.iter().chain(REGEXES.iter().map(|(pattern, _)| pattern));
    let of_names = |pattern: &str| names.iter().map(|name| contains(pattern, name)).collect();
    let actions = samples(ACTIONS.iter().copied());
    let of_actions =
        |pattern: &str| actions.iter().map(|action| privileges::matches(pattern, action)).collect();
    Meanings {
        names: patterns.map(|pattern| (*pattern, of_names(pattern))).collect(),
        restricted: names.iter().map(|name| is_restricted(name)).collect(),
        cluster: meanings("cluster", CLUSTER),
        index: meanings("index", INDEX),
        actions: ACTIONS.iter().map(|pattern| (*pattern, of_actions(pattern))).collect(),
    }
});

fn contains(pattern: &str, name: &str) -> bool {
    match REGEXES.iter().find(|(regex, _)| *regex == pattern) {
        Some((_, matches)) => matches(name),
        None => privileges::matches(pattern, name),
    }
}

/// All texts of up to `length` letters, of which no pattern knows the last; and behind some
/// beginnings, those of up to `tail` letters.
fn names(length: usize, tail: usize) -> Vec<String> {
    fn words(length: usize) -> Vec<String> {
        if length == 0 {
            return vec![String::new()];
        }
        let mut all = words(length - 1);
        let longest: Vec<String> =
            all.iter().filter(|word| word.len() == length - 1).cloned().collect();
        all.extend(
            longest.iter().flat_map(|word| ["a", "b", "c"].map(|letter| word.clone() + letter)),
        );
        all
    }
    // Of restricted names, one of each kind that patterns tell apart.
    let beginnings = [
        ".",
        ".t",
        ".tasks",
        ".triggered_watches",
        ".kibana",
        ".kibana_",
        ".async-search",
        ".inference",
    ];
    let dotted = beginnings.iter().flat_map(|beginning| {
        words(tail).into_iter().map(move |word| (*beginning).to_owned() + &word)
    });
    words(length).into_iter().chain(dotted).collect()
}

/// Whether an index is restricted. None of those that are by a regular expression is among the names.
fn is_restricted(name: &str) -> bool {
    static PATTERNS: LazyLock<Vec<String>> = LazyLock::new(|| {
        let table = privileges::table();
        let lists = ["restricted_indices", "restricted_indices_unverified"];
        let patterns = lists.iter().filter_map(|list| table[list].as_array()).flatten();
        let patterns = patterns.map(|pattern| pattern.as_str().expect("a pattern").to_owned());
        patterns.filter(|pattern| !pattern.starts_with('/')).collect()
    });
    PATTERNS.iter().any(|pattern| privileges::matches(pattern, name))
}

/// Actions that tell patterns apart in which `*` is the only special character: one pattern is within
/// others if what it matches with an unknown character for each `*`, and with nothing, is. What privileges
/// deny is a sample too, and no pattern with a `*` inside reaches behind that.
fn samples<'p>(patterns: impl Iterator<Item = &'p str>) -> Vec<String> {
    let samples =
        patterns.flat_map(|pattern| [pattern.replace('*', "~"), pattern.replace('*', "")]);
    samples.collect::<BTreeSet<_>>().into_iter().collect()
}

/// What these privileges of `scope` allow, by name.
fn meanings(scope: &str, names: &[&'static str]) -> HashMap<&'static str, Set> {
    let table = privileges::table();
    let named = table[scope].as_object().expect("privileges by name").values();
    let lists = named.flat_map(|privilege| [&privilege["allow"], &privilege["deny"]]);
    let patterns = lists.filter_map(Value::as_array).flatten();
    let patterns = patterns.map(|pattern| pattern.as_str().expect("a pattern"));
    let raw: Vec<String> = names.iter().map(|name| format!("{name}*")).collect();
    let actions = samples(patterns.chain(raw.iter().map(String::as_str)));
    let allows = |name: &str| {
        let name = name.to_lowercase();
        actions.iter().map(|action| privileges::allows(&table, scope, &name, action)).collect()
    };
    names.iter().map(|name| (*name, allows(name))).collect()
}

/// Privileges that a role has, or that are asked about.
#[derive(Debug, Clone)]
struct Privileges {
    cluster: Vec<&'static str>,
    indices: Vec<IndexEntry>,
    applications: Vec<ApplicationEntry>,
}

#[derive(Debug, Clone)]
struct IndexEntry {
    names: Vec<&'static str>,
    privileges: Vec<&'static str>,
    allow_restricted: bool,
}

#[derive(Debug, Clone)]
struct ApplicationEntry {
    application: &'static str,
    privileges: Vec<&'static str>,
    resources: Vec<&'static str>,
}

impl Privileges {
    /// As members called `cluster`, `indices` and `applications`.
    fn to_json(&self, indices: &str, applications: &str) -> Value {
        let index = self.indices.iter().map(|entry| {
            json!({"names": entry.names, "privileges": entry.privileges,
                "allow_restricted_indices": entry.allow_restricted})
        });
        let application = self.applications.iter().map(|entry| {
            json!({"application": entry.application, "privileges": entry.privileges,
                "resources": entry.resources})
        });
        json!({
            "cluster": self.cluster,
            indices: index.collect::<Vec<_>>(),
            applications: application.collect::<Vec<_>>(),
        })
    }

    /// Whether it names a privilege that does not exist.
    fn is_unknown(&self) -> bool {
        let mut all =
            self.cluster.iter().chain(self.indices.iter().flat_map(|one| &one.privileges));
        all.any(|privilege| *privilege == UNKNOWN)
    }
}

const UNKNOWN: &str = "no_such";

/// The actions of stored application privileges, by application and name.
type Definitions = BTreeMap<&'static str, BTreeMap<&'static str, Vec<&'static str>>>;

/// What is in a store.
struct Model {
    roles: BTreeMap<String, Privileges>,
    definitions: Definitions,
    anonymous: Vec<String>,
}

impl Model {
    /// The roles of a user who was given `assigned`.
    fn roles<'m>(&'m self, assigned: &[String]) -> Vec<&'m Privileges> {
        let names: BTreeSet<&String> = assigned.iter().chain(&self.anonymous).collect();
        names.into_iter().filter_map(|name| self.roles.get(name)).collect()
    }

    /// What `user_has_privileges` answers to a user with these roles.
    fn answer(&self, username: &str, assigned: &[String], asked: &Privileges) -> Value {
        let roles = self.roles(assigned);
        let mut has_all = true;
        let (mut cluster, mut index, mut application) = (json!({}), json!({}), json!({}));
        let mut note = |place: &mut Value, holds: bool| {
            has_all &= holds;
            // Asked for twice it must be held both times.
            *place = (holds && *place != false).into();
        };
        for privilege in &asked.cluster {
            note(&mut cluster[privilege], holds_cluster(&roles, privilege));
        }
        for entry in &asked.indices {
            for name in &entry.names {
                for privilege in &entry.privileges {
                    let holds = holds_index(&roles, name, entry.allow_restricted, privilege);
                    note(&mut index[name][privilege], holds);
                }
            }
        }
        for entry in &asked.applications {
            for resource in &entry.resources {
                for privilege in &entry.privileges {
                    let name = entry.application;
                    let holds = self.holds_application(&roles, name, privilege, resource);
                    note(&mut application[name][resource][privilege], holds);
                }
            }
        }
        json!({"username": username, "has_all_requested": has_all, "cluster": cluster,
            "index": index, "application": application})
    }

    fn holds_application(
        &self,
        roles: &[&Privileges],
        application: &'static str,
        privilege: &'static str,
        resource: &str,
    ) -> bool {
        let asked = self.actions(application, &[privilege]);
        let mut resources: BTreeMap<_, Set> = BTreeMap::new();
        for entry in roles.iter().flat_map(|role| &role.applications) {
            if !privileges::matches(entry.application, application) {
                continue;
            }
            // A wildcard stands for each application that it matches and that has privileges.
            let is_known = self.definitions.contains_key(application);
            let about = if is_known { application } else { entry.application };
            let names: BTreeSet<_> = entry.privileges.iter().copied().collect();
            let granted = self.actions(application, &entry.privileges);
            let is_identical = about == application && names == BTreeSet::from([privilege]);
            let is_granted = granted.is_some_and(|granted| {
                let is_total = granted.iter().all(|action| *action);
                is_total || asked.as_ref().is_some_and(|asked| is_subset(asked, &granted))
            });
            if is_identical || is_granted {
                let united = resources.entry((about, names)).or_insert_with(empty_names);
                entry.resources.iter().for_each(|one| unite(united, &MEANINGS.names[one]));
            }
        }
        resources.values().any(|united| is_subset(&MEANINGS.names[resource], united))
    }

    /// The actions of privileges of `application`, unless there are none.
    fn actions(&self, application: &str, privileges: &[&'static str]) -> Option<Set> {
        let stored = self.definitions.get(application);
        let patterns = privileges.iter().flat_map(|privilege| {
            if NAMES.contains(privilege) {
                let actions = stored.and_then(|stored| stored.get(privilege));
                actions.cloned().unwrap_or_default()
            } else {
                vec![*privilege]
            }
        });
        let sets = patterns.map(|pattern| MEANINGS.actions[pattern].clone());
        sets.reduce(|mut all, one| {
            unite(&mut all, &one);
            all
        })
    }
}

fn holds_cluster(roles: &[&Privileges], asked: &str) -> bool {
    let asked = &MEANINGS.cluster[asked];
    let mut granted = vec![false; asked.len()];
    for privilege in roles.iter().flat_map(|role| &role.cluster) {
        unite(&mut granted, &MEANINGS.cluster[privilege]);
    }
    is_subset(asked, &granted)
}

/// The indices that an entry of a role is about.
fn indices(entry: &IndexEntry) -> Set {
    let mut indices = empty_names();
    entry.names.iter().for_each(|name| unite(&mut indices, &MEANINGS.names[name]));
    if !entry.allow_restricted {
        subtract(&mut indices, &MEANINGS.restricted);
    }
    indices
}

fn index_actions<'p>(privileges: impl IntoIterator<Item = &'p &'static str>) -> Set {
    let mut actions = vec![false; MEANINGS.index["none"].len()];
    let known = privileges.into_iter().filter(|name| !FAILURE_STORE.contains(name));
    known.for_each(|name| unite(&mut actions, &MEANINGS.index[name]));
    actions
}

fn empty_names() -> Set {
    vec![false; MEANINGS.restricted.len()]
}

fn holds_index(roles: &[&Privileges], name: &str, allow_restricted: bool, asked: &str) -> bool {
    let asked = &MEANINGS.index[asked];
    let mut wanted = MEANINGS.names[name].clone();
    let is_concrete = !name.contains(['*', '?', '/']);
    if !(allow_restricted || is_concrete && is_subset(&wanted, &MEANINGS.restricted)) {
        subtract(&mut wanted, &MEANINGS.restricted);
    }
    if !wanted.contains(&true) {
        return false;
    }
    // Entries with the same privileges are one.
    let mut united: BTreeMap<BTreeSet<String>, Set> = BTreeMap::new();
    let entries: Vec<&IndexEntry> = roles.iter().flat_map(|role| &role.indices).collect();
    for entry in &entries {
        let key = entry.privileges.iter().map(|name| name.to_lowercase()).collect();
        unite(united.entry(key).or_insert_with(empty_names), &indices(entry));
    }
    let covering = united.iter().filter(|(_, indices)| is_subset(&wanted, indices));
    let covering: Vec<_> = covering.flat_map(|(privileges, _)| privileges).collect();
    let known = INDEX.iter().filter(|name| covering.contains(&&name.to_lowercase()));
    if !covering.is_empty() && is_subset(asked, &index_actions(known)) {
        return true;
    }
    // Those of a regular expression may be covered by several entries, if each allows it all.
    let mut together = empty_names();
    for entry in entries {
        if is_subset(asked, &index_actions(&entry.privileges)) {
            unite(&mut together, &indices(entry));
        }
    }
    name.starts_with('/') && is_subset(&wanted, &together)
}

/// A user, whose roles may have changed since the profile was activated.
#[derive(Debug, Clone)]
struct User {
    activated: Vec<String>,
    current: Vec<String>,
    is_enabled: bool,
}

/// What happens in a store, and what is asked about it again and again.
#[derive(Debug, Clone)]
struct History {
    has_anonymous: bool,
    roles: Vec<Privileges>,
    definitions: Definitions,
    users: Vec<User>,
    asked: Vec<Privileges>,
    unrelated: Privileges,
    changed: Privileges,
    redefined: Definitions,
}

const ROLES: [&str; 4] = ["role0", "role1", "role2", "role3"];

fn index_entry(privileges: Vec<&'static str>) -> impl Strategy<Value = IndexEntry> {
    let patterns = WILDCARDS.iter().chain(REGEXES.iter().map(|(pattern, _)| pattern)).copied();
    let often = ["*", "a*", "b*", "?*", "/@/", ".kibana", "/a|b/", "a", "b", "/~([.].*)/"];
    let name = prop_oneof![select(patterns.collect::<Vec<_>>()), select(often.to_vec())];
    let privilege = prop_oneof![select(privileges), select(vec!["all", "read", "write"])];
    (vec(name, 1..4), vec(privilege, 1..3), any::<bool>()).prop_map(
        |(names, privileges, allow_restricted)| IndexEntry { names, privileges, allow_restricted },
    )
}

fn application_entry(
    applications: &'static [&'static str],
) -> impl Strategy<Value = ApplicationEntry> {
    let privilege = prop_oneof![2 => select(NAMES.to_vec()), 1 => select(ACTIONS.to_vec())];
    let resources = ["*", "a", "b", "a*", "/a|b/", "/[ab]/", "?*", "/@/", "/#/", "ab*"];
    (select(applications), vec(privilege, 1..3), vec(select(resources.to_vec()), 1..3)).prop_map(
        |(application, privileges, resources)| ApplicationEntry {
            application,
            privileges,
            resources,
        },
    )
}

fn cluster() -> impl Strategy<Value = &'static str> {
    let often = ["all", "manage", "manage_security", "delegate_pki", "monitor", "read_security"];
    prop_oneof![select(CLUSTER.to_vec()), select(often.to_vec())]
}

fn role() -> impl Strategy<Value = Privileges> {
    let index = index_entry([INDEX, FAILURE_STORE].concat());
    (vec(cluster(), 0..4), vec(index, 0..4), vec(application_entry(APPLICATION_PATTERNS), 0..3))
        .prop_map(|(cluster, indices, applications)| Privileges { cluster, indices, applications })
}

fn asked() -> impl Strategy<Value = Privileges> {
    let cluster = prop_oneof![40 => cluster(), 1 => Just(UNKNOWN)];
    let index = prop_oneof![30 => index_entry(INDEX.to_vec()), 1 => index_entry(vec![UNKNOWN])];
    (vec(cluster, 0..2), vec(index, 0..2), vec(application_entry(APPLICATIONS), 0..2))
        .prop_filter("something is asked", |(cluster, indices, applications)| {
            !cluster.is_empty() || !indices.is_empty() || !applications.is_empty()
        })
        .prop_map(|(cluster, indices, applications)| Privileges { cluster, indices, applications })
}

fn definitions() -> impl Strategy<Value = Definitions> {
    let actions = vec(select(ACTIONS.to_vec()), 1..3);
    // One name is never defined.
    let names = btree_map(select(NAMES[..3].to_vec()), actions, 1..4);
    btree_map(select(STORED.to_vec()), names, 0..3)
}

fn user() -> impl Strategy<Value = User> {
    let roles = || {
        let names = [&ROLES[..], &["ghost"]].concat();
        subsequence(names, 0..4).prop_map(|names| names.into_iter().map(str::to_owned).collect())
    };
    (roles(), weighted(0.3, roles()), prop::bool::weighted(0.9)).prop_map(
        |(activated, current, is_enabled): (Vec<String>, _, _)| User {
            current: current.unwrap_or_else(|| activated.clone()),
            activated,
            is_enabled,
        },
    )
}

fn history() -> impl Strategy<Value = History> {
    let world = (prop::bool::weighted(0.2), vec(role(), ROLES.len()), definitions());
    let rest = (vec(user(), 1..4), vec(asked(), 1..5), role(), role(), definitions());
    (world, rest).prop_map(
        |((has_anonymous, roles, definitions), (users, asked, unrelated, changed, redefined))| {
            History {
                has_anonymous,
                roles,
                definitions,
                users,
                asked,
                unrelated,
                changed,
                redefined,
            }
        },
    )
}

/// A user of the store.
struct Person {
    username: String,
    uid: String,
    user: User,
    handle: Store,
}

/// A store and the model of it.
struct Play {
    host: Store,
    model: Model,
    people: Vec<Person>,
}

impl Play {
    fn new(history: &History) -> Self {
        let anonymous: Vec<String> =
            if history.has_anonymous { vec![ROLES[0].to_owned()] } else { Vec::new() };
        let config = json!({
            "path": ":temporary:",
            "durability": "none",
            "password_hashing": {"memory_kib": 8, "iterations": 1},
            "anonymous": {"roles": anonymous},
        });
        let host = Store::open(&config.to_string()).expect("the store opens");
        let model = Model { roles: BTreeMap::new(), definitions: Definitions::new(), anonymous };
        let mut play = Self { host, model, people: Vec::new() };
        for (name, role) in ROLES.iter().zip(&history.roles) {
            play.put_role(name, role);
        }
        play.define(&history.definitions);
        for (number, user) in history.users.iter().enumerate() {
            play.add(format!("user{number}"), user);
        }
        play
    }

    fn add(&mut self, username: String, user: &User) {
        let put = |roles: &[String]| {
            let request = json!({"username": username, "password": "secret-1", "roles": roles});
            self.host.expect("put_user", request.to_string());
        };
        put(&user.activated);
        let password = json!({"username": username, "password": "secret-1"});
        let mut grant = password.clone();
        grant["grant_type"] = "password".into();
        let profile = json_of(&self.host.expect("activate", grant.to_string()));
        put(&user.current);
        let uid = profile["uid"].as_str().expect("a uid").to_owned();
        if !user.is_enabled {
            self.host.expect("disable", json!({ "uid": uid }).to_string());
        }
        let (status, answer, handle) = self.host.login(password.to_string().as_bytes());
        assert_eq!(status, 0, "{answer}");
        let handle = handle.expect("a login gives a handle");
        self.people.push(Person { username, uid, user: user.clone(), handle });
    }

    fn put_role(&mut self, name: &str, role: &Privileges) {
        let mut request = role.to_json("indices", "applications");
        request["name"] = name.into();
        self.host.expect("put_role", request.to_string());
        self.model.roles.insert(name.to_owned(), role.clone());
    }

    fn delete_role(&mut self, name: &str) {
        self.host.expect("delete_role", json!({ "name": name }).to_string());
        self.model.roles.remove(name);
    }

    /// Makes `definitions` the stored application privileges.
    fn define(&mut self, definitions: &Definitions) {
        for (application, names) in &self.model.definitions {
            let names: Vec<_> = names.keys().collect();
            let request = json!({"application": application, "name": names});
            self.host.expect("delete_privileges", request.to_string());
        }
        let defined = |names: &BTreeMap<_, _>| {
            let one =
                |(name, actions): (&&str, &Vec<_>)| (name.to_string(), json!({"actions": actions}));
            names.iter().map(one).collect::<serde_json::Map<_, _>>()
        };
        let applications =
            definitions.iter().map(|(name, names)| (name.to_string(), defined(names)));
        let privileges: BTreeMap<_, _> = applications.collect();
        if !privileges.is_empty() {
            self.host.expect("put_privileges", json!({"privileges": privileges}).to_string());
        }
        self.model.definitions.clone_from(definitions);
    }

    /// Asks everything and compares each answer.
    fn check(&self, asked: &[Privileges], when: &str) {
        for asked in asked {
            let given = self.host.expect("has_privileges", self.question(asked).to_string());
            let (given, expected) = (json_of(&given), self.who_holds(asked, &json_of(&given)));
            assert_eq!(given, expected, "{when}: {asked:?}");
            for person in &self.people {
                let request = asked.to_json("index", "application").to_string();
                let (status, given) = person.handle.call("user_has_privileges", request);
                if asked.is_unknown() {
                    assert_eq!(status, 400, "{given}");
                    assert!(given.contains("unknown "), "{given}");
                    continue;
                }
                assert_eq!(status, 0, "{given}");
                let roles = &person.user.current;
                let expected = self.model.answer(&person.username, roles, asked);
                assert_eq!(json_of(&given), expected, "{when}: {asked:?}");
            }
        }
    }

    /// Whether everybody holds `asked`, with the last one first, one twice and one who is not there.
    fn question(&self, asked: &Privileges) -> Value {
        let mut uids: Vec<&str> = self.people.iter().rev().map(|one| one.uid.as_str()).collect();
        uids.extend(["nobody", self.people[0].uid.as_str()]);
        json!({"uids": uids, "privileges": asked.to_json("index", "application")})
    }

    /// What `has_privileges` answers; the words of errors about privileges are those of `given`.
    fn who_holds(&self, asked: &Privileges, given: &Value) -> Value {
        let nobody =
            json!({"type": "resource_not_found_exception", "reason": "profile document not found"});
        let (mut holding, mut errors) = (Vec::new(), json!({ "nobody": nobody }));
        for Person { uid, user, .. } in self.people.iter().rev().filter(|one| one.user.is_enabled) {
            if asked.is_unknown() {
                let reason = given["errors"]["details"][uid]["reason"].as_str().unwrap_or_default();
                assert!(reason.starts_with("unknown "), "{given}");
                errors[uid] = json!({"type": "illegal_argument_exception", "reason": reason});
            } else if self.model.answer("", &user.activated, asked)["has_all_requested"] == true {
                holding.push(uid);
            }
        }
        let count = errors.as_object().map_or(0, serde_json::Map::len);
        json!({"has_privilege_uids": holding, "errors": {"count": count, "details": errors}})
    }
}

fn json_of(text: &str) -> Value {
    serde_json::from_str(text).expect("JSON")
}

fn play(history: &History) {
    let mut play = Play::new(history);
    play.check(&history.asked, "at first");
    play.check(&history.asked, "again");
    play.put_role("unrelated", &history.unrelated);
    play.check(&history.asked, "with another role");
    play.put_role(ROLES[1], &history.changed);
    play.check(&history.asked, "with a changed role");
    play.define(&history.redefined);
    play.check(&history.asked, "with other application privileges");
    play.delete_role(ROLES[0]);
    play.check(&history.asked, "without a role");
    play.put_role(ROLES[0], &history.roles[0]);
    play.check(&history.asked, "with the role again");
}

/// The model is right about all names if longer ones show no other difference between the patterns.
#[test]
fn the_names_are_long_enough() {
    let patterns = || WILDCARDS.iter().chain(REGEXES.iter().map(|(pattern, _)| pattern));
    let differences = |names: Vec<String>| -> HashSet<Vec<bool>> {
        let one = |name: String| {
            let matched = patterns().map(|pattern| contains(pattern, &name));
            matched.chain([is_restricted(&name)]).collect()
        };
        names.into_iter().map(one).collect()
    };
    assert!(differences(names(5, 4)) == differences(names(6, 5)));
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 300, ..ProptestConfig::default() })]

    #[test]
    fn privileges_are_held_as_the_model_says(history in history()) {
        play(&history);
    }
}
