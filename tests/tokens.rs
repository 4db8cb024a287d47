//! Tokens through the C ABI: random histories against a model written from the specification, and
//! what no history of one thread shows.

#![allow(clippy::unwrap_used)] // The requests and answers are of the tests' own making.

mod common;

use std::path::{Path, PathBuf};
use std::sync::Barrier;
use std::sync::atomic::{AtomicI64, Ordering};

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use common::Store;
use proptest::prelude::*;
use serde_json::{Value, json};
use sha2::{Digest, Sha256};

const START: i64 = 1_700_000_000_000;
const HOUR: i64 = 3_600_000;
/// The default of `token.timeout`.
const TIMEOUT: i64 = 1_200_000;

/// Users by name, realm and password; two realms know an `ana`.
const USERS: [(&str, &str, &str); 4] = [
    ("ana", "native1", "native-password-1"),
    ("ben", "native1", "native-password-2"),
    ("ana", "file1", "l0ng-r4nd0m-p@ssw0rd"),
    ("elastic", "reserved", "reserved-password"),
];
/// The hash of the password in the file realm.
const FILE_USER: &str = "ana:$argon2id$v=19$m=8,t=1,p=1$Z29sZGVuIGNhc2Ugc2FsdA$\
                         vtB7cZl86gTUtpcPMAgVheHmxLdF5407SwY2wl37q8o";

fn parsed((status, answer): (i32, String)) -> (i32, Value) {
    (status, serde_json::from_str(&answer).unwrap())
}

fn call(store: &Store, name: &str, request: &Value) -> (i32, Value) {
    parsed(store.call(name, request.to_string()))
}

fn by_password(user: usize) -> Value {
    let (username, _, password) = USERS[user];
    json!({"grant_type": "password", "username": username, "password": password})
}

fn by_refresh(token: &str) -> Value {
    json!({"grant_type": "refresh_token", "refresh_token": token})
}

/// Access token and refresh token of a user.
fn tokens(store: &Store, user: usize) -> (String, String) {
    pair(&call(store, "get_token", &by_password(user)))
}

fn pair((status, answer): &(i32, Value)) -> (String, String) {
    assert_eq!(*status, 0, "{answer}");
    let text = |name: &str| answer[name].as_str().unwrap().to_owned();
    (text("access_token"), text("refresh_token"))
}

/// What an access token is good for: the user, or the reason why there is none.
fn access(store: &Store, token: &str) -> Result<Value, String> {
    let (status, answer, _) = store.login(json!({"access_token": token}).to_string().as_bytes());
    let answer: Value = serde_json::from_str(&answer).unwrap();
    if status == 0 {
        return Ok(answer);
    }
    assert_eq!(status, 401, "{answer}");
    Err(answer["error"]["reason"].as_str().unwrap().to_owned())
}

const NO_REFRESH: &str = "could not refresh the requested token";
const EXPIRED: &str = "token expired";
const UNKNOWN: &str = "unable to authenticate user [_bearer_token] for action \
                       [cluster:admin/xpack/security/user/authenticate]";

fn refused(description: &str) -> (i32, Value) {
    (400, json!({"error": "invalid_grant", "error_description": description}))
}

/// A store that knows `USERS`, and a clock for it.
struct Fixture {
    store: Store,
    clock: &'static AtomicI64,
    /// Holds the files of the file realm, and perhaps the store.
    directory: tempfile::TempDir,
}

impl Fixture {
    fn temporary(domain: bool) -> Self {
        Self::open(&|_| ":temporary:".into(), domain)
    }

    fn open(path: &dyn Fn(&Path) -> PathBuf, domain: bool) -> Self {
        let directory = tempfile::tempdir().unwrap();
        let (users, roles) = (directory.path().join("users"), directory.path().join("roles"));
        std::fs::write(&users, FILE_USER).unwrap();
        std::fs::write(&roles, "superuser:ana").unwrap();
        let mut config = json!({"path": path(directory.path()), "durability": "none",
            "password_hashing": {"memory_kib": 8, "iterations": 1},
            "realms": {"native": {"native1": {"order": 0}},
                "file": {"file1": {"order": 1, "files": {"users": users, "users_roles": roles}}}}});
        if domain {
            config["domains"] = json!({"both": {"realms": ["native1", "file1"]}});
        }
        let store = Store::open(&config.to_string()).unwrap();
        let clock: &'static AtomicI64 = Box::leak(Box::new(AtomicI64::new(START)));
        store.set_clock(clock);
        for (username, realm, password) in USERS {
            let user = json!({"username": username, "password": password, "roles": ["superuser"]});
            let change = json!({"username": username, "password": password});
            match realm {
                "native1" => drop(store.expect("put_user", user.to_string())),
                "reserved" => drop(store.expect("change_password", change.to_string())),
                _ => {}
            }
        }
        Self { store, clock, directory }
    }

    fn login(&self, user: usize) -> Store {
        let (username, _, password) = USERS[user];
        let request = json!({"username": username, "password": password}).to_string();
        let (status, answer, handle) = self.store.login(request.as_bytes());
        assert_eq!(status, 0, "{answer}");
        handle.unwrap()
    }
}

/// Who calls: the host, or a user of `USERS` who has logged in.
type Client = Option<usize>;

#[derive(Debug, Clone)]
enum Step {
    Password {
        client: Client,
        user: usize,
    },
    ClientCredentials {
        client: Client,
    },
    Refresh {
        client: Client,
        pick: usize,
    },
    /// Invalidates one token; `as_other` calls it one of the other kind.
    Invalidate {
        pick: usize,
        refresh: bool,
        as_other: bool,
    },
    InvalidateAll {
        realm: Option<&'static str>,
        username: Option<&'static str>,
    },
    SetEnabled {
        user: usize,
        enabled: bool,
    },
    Wait(i64),
}

fn step() -> impl Strategy<Value = Step> {
    let client = || prop_oneof![2 => Just(None), 3 => (0..USERS.len()).prop_map(Some)];
    let realm = prop::sample::select(vec![None, Some("native1"), Some("file1"), Some("other")]);
    let username = prop::sample::select(vec![None, Some("ana"), Some("ben"), Some("Ana")]);
    let wait = prop_oneof![
        4 => prop::sample::select(vec![1, 999, 1000, 29_999, 30_000, 30_001]),
        2 => prop::sample::select(vec![TIMEOUT - 30_000, TIMEOUT, TIMEOUT + 1]),
        1 => prop::sample::select(vec![HOUR, 23 * HOUR, 24 * HOUR, 24 * HOUR + 1, 25 * HOUR + 1]),
    ];
    prop_oneof![
        4 => (client(), 0..USERS.len()).prop_map(|(client, user)| Step::Password { client, user }),
        2 => client().prop_map(|client| Step::ClientCredentials { client }),
        8 => (client(), 0..4usize).prop_map(|(client, pick)| Step::Refresh { client, pick }),
        3 => (0..4usize, any::<bool>(), prop::bool::weighted(0.2)).prop_map(
            |(pick, refresh, as_other)| Step::Invalidate { pick, refresh, as_other }),
        1 => (realm, username).prop_map(|(realm, username)| Step::InvalidateAll { realm, username }),
        1 => (0..2usize, any::<bool>()).prop_map(|(user, enabled)| Step::SetEnabled { user, enabled }),
        4 => wait.prop_map(Step::Wait),
    ]
}

/// What was given out at one time.
struct Grant {
    user: usize,
    client: Client,
    created: i64,
    access: String,
    access_invalidated: bool,
    refresh: Option<Refresh>,
}

struct Refresh {
    token: String,
    invalidated: bool,
    /// The grant that took the place of this one.
    successor: Option<usize>,
}

struct Model {
    domain: bool,
    now: i64,
    enabled: [bool; USERS.len()],
    grants: Vec<Grant>,
}

impl Model {
    /// The tokens are known when they are answered.
    fn grant(&mut self, user: usize, client: Client, answer: &Value) {
        let text = |name: &str| answer[name].as_str().map(str::to_owned);
        let refresh = text("refresh_token").map(|token| Refresh {
            token,
            invalidated: false,
            successor: None,
        });
        let access = text("access_token").unwrap();
        for known in &self.grants {
            assert_ne!(known.access, access, "a token is given twice");
        }
        let created = self.now;
        let grant = Grant { user, client, created, access, access_invalidated: false, refresh };
        self.grants.push(grant);
    }

    fn is_kept(&self, grant: &Grant) -> bool {
        self.now - grant.created <= 25 * HOUR
    }

    fn same_client(&self, one: Client, other: Client) -> bool {
        let (Some(one), Some(other)) = (one, other) else { return one == other };
        let ((name, realm, _), (other_name, other_realm, _)) = (USERS[one], USERS[other]);
        let joined = self.domain && realm != "reserved" && other_realm != "reserved";
        name == other_name && (realm == other_realm || joined)
    }

    /// Why a refresh token is refused, if it is.
    fn refusal(&self, grant: &Grant, client: Client) -> Option<&'static str> {
        let refresh = grant.refresh.as_ref().unwrap();
        let refreshed = refresh.successor.map(|successor| self.grants[successor].created);
        if !self.is_kept(grant) || !self.enabled[grant.user] {
            Some(NO_REFRESH)
        } else if refresh.invalidated {
            Some("token has been invalidated")
        } else if self.now - grant.created > 24 * HOUR {
            Some("refresh token is expired")
        } else if !self.same_client(client, grant.client) {
            Some("tokens must be refreshed by the creating client")
        } else {
            refreshed
                .is_some_and(|when| self.now - when > 30_000)
                .then_some("token has already been refreshed more than 30 seconds in the past")
        }
    }

    fn access(&self, grant: &Grant) -> Result<(), &'static str> {
        if !self.is_kept(grant) {
            Err(UNKNOWN)
        } else if grant.access_invalidated || self.now > grant.created + TIMEOUT {
            Err(EXPIRED)
        } else if self.enabled[grant.user] {
            Ok(())
        } else {
            Err(UNKNOWN)
        }
    }

    /// Invalidates what `which` chooses; answers what the library should.
    fn invalidate(&mut self, which: impl Fn(usize, &Grant) -> (bool, bool)) -> (i32, Value) {
        let (mut now, mut before) = (0, 0);
        let mut mark = |invalidated: &mut bool| {
            let count = if *invalidated { &mut before } else { &mut now };
            *count += 1;
            *invalidated = true;
        };
        for index in 0..self.grants.len() {
            let grant = &self.grants[index];
            let (access, refresh) =
                if self.is_kept(grant) { which(index, grant) } else { (false, false) };
            let grant = &mut self.grants[index];
            if access {
                mark(&mut grant.access_invalidated);
            }
            if let Some(token) = grant.refresh.as_mut().filter(|_| refresh) {
                mark(&mut token.invalidated);
            }
        }
        let status = if now + before == 0 { 404 } else { 0 };
        let answer = json!({"invalidated_tokens": now, "previously_invalidated_tokens": before,
            "error_count": 0});
        (status, answer)
    }
}

/// Checks an answer with tokens, the tokens themselves aside.
fn check_answer(answer: &Value, user: usize, kind: &str, refresh: bool, expires_in: i64) {
    let (username, realm, _) = USERS[user];
    assert_eq!(answer["type"], "Bearer");
    assert_eq!(answer["expires_in"], expires_in);
    assert_eq!(answer["authentication"]["username"], username);
    assert_eq!(answer["authentication"]["authentication_realm"]["name"], realm);
    assert_eq!(answer["authentication"]["authentication_type"], kind);
    assert_eq!(answer["refresh_token"].is_string(), refresh);
}

fn play(domain: bool, steps: &[Step]) {
    let fixture = Fixture::temporary(domain);
    let logins: Vec<Store> = (0..USERS.len()).map(|user| fixture.login(user)).collect();
    let handle = |client: Client| client.map_or(&fixture.store, |user| &logins[user]);
    let mut model = Model { domain, now: START, enabled: [true; USERS.len()], grants: Vec::new() };
    for step in steps {
        let client = match step {
            Step::Password { client, .. }
            | Step::ClientCredentials { client }
            | Step::Refresh { client, .. } => *client,
            _ => None,
        };
        if client.is_some_and(|user| !model.enabled[user]) {
            let (status, _) = call(handle(client), "get_token", &by_password(0));
            assert_eq!(status, 401, "a disabled user calls");
            continue;
        }
        match step {
            Step::Password { user, .. } => {
                let (status, answer) = call(handle(client), "get_token", &by_password(*user));
                if model.enabled[*user] {
                    assert_eq!(status, 0, "{answer}");
                    check_answer(&answer, *user, "realm", true, TIMEOUT / 1000);
                    model.grant(*user, client, &answer);
                } else {
                    assert_eq!(status, 401, "{answer}");
                }
            }
            Step::ClientCredentials { .. } => {
                let request = json!({"grant_type": "client_credentials"});
                let (status, answer) = call(handle(client), "get_token", &request);
                if let Some(user) = client {
                    assert_eq!(status, 0, "{answer}");
                    check_answer(&answer, user, "realm", false, TIMEOUT / 1000);
                    model.grant(user, client, &answer);
                } else {
                    assert_eq!(status, 400, "{answer}");
                }
            }
            Step::Refresh { pick, .. } => refresh(handle(client), &mut model, client, *pick),
            Step::Invalidate { pick, refresh, as_other } => {
                let Some(picked) = model.grants.len().checked_sub(1 + pick) else { continue };
                let grant = &model.grants[picked];
                let token = grant.refresh.as_ref().map(|refresh| &refresh.token);
                let Some(token) =
                    token.filter(|_| *refresh).or((!refresh).then_some(&grant.access))
                else {
                    continue;
                };
                let member = if *refresh != *as_other { "refresh_token" } else { "token" };
                let request = json!({ member: token });
                let expected = model.invalidate(|index, _| {
                    let is_it = index == picked && !as_other;
                    (is_it && !refresh, is_it && *refresh)
                });
                assert_eq!(call(&fixture.store, "invalidate_token", &request), expected);
            }
            Step::InvalidateAll { realm: None, username: None } => {}
            Step::InvalidateAll { realm, username } => {
                let expected = model.invalidate(|_, grant| {
                    let (of_user, of_realm, _) = USERS[grant.user];
                    let chosen = realm.is_none_or(|realm| realm == of_realm)
                        && username.is_none_or(|username| username == of_user);
                    (chosen, chosen)
                });
                let mut request = json!({});
                for (member, value) in [("realm_name", realm), ("username", username)] {
                    if let Some(value) = value {
                        request[member] = (*value).into();
                    }
                }
                assert_eq!(call(&fixture.store, "invalidate_token", &request), expected);
            }
            Step::SetEnabled { user, enabled } => {
                let name = if *enabled { "enable_user" } else { "disable_user" };
                fixture.store.expect(name, json!({"username": USERS[*user].0}).to_string());
                model.enabled[*user] = *enabled;
            }
            Step::Wait(ms) => {
                model.now += ms;
                fixture.clock.store(model.now, Ordering::SeqCst);
            }
        }
        for grant in &model.grants {
            let found = access(&fixture.store, &grant.access);
            match (found, model.access(grant)) {
                (Ok(user), Ok(())) => {
                    assert_eq!(user["username"], USERS[grant.user].0);
                    assert_eq!(user["authentication_realm"]["name"], USERS[grant.user].1);
                    assert_eq!(user["authentication_type"], "token");
                }
                (found, expected) => assert_eq!(found.map(drop), expected.map_err(str::to_owned)),
            }
        }
    }
}

/// Refreshes one of the newest tokens that can be.
fn refresh(store: &Store, model: &mut Model, client: Client, pick: usize) {
    let refreshable = |grant: &Grant| grant.refresh.is_some();
    let indices: Vec<usize> =
        (0..model.grants.len()).filter(|index| refreshable(&model.grants[*index])).collect();
    let Some(picked) = indices.iter().rev().nth(pick) else { return };
    let grant = &model.grants[*picked];
    let user = grant.user;
    let token = grant.refresh.as_ref().unwrap();
    let (status, answer) = call(store, "get_token", &by_refresh(&token.token));
    if let Some(reason) = model.refusal(grant, client) {
        assert_eq!((status, answer), refused(reason));
        return;
    }
    assert_eq!(status, 0, "{answer}");
    if let Some(successor) = token.successor {
        let new = &model.grants[successor];
        check_answer(&answer, user, "token", true, (new.created + TIMEOUT - model.now) / 1000);
        let refresh = new.refresh.as_ref().unwrap();
        assert_eq!(pair(&(status, answer)), (new.access.clone(), refresh.token.clone()));
        return;
    }
    check_answer(&answer, user, "token", true, TIMEOUT / 1000);
    model.grant(user, client, &answer);
    let successor = model.grants.len() - 1;
    model.grants[*picked].refresh.as_mut().unwrap().successor = Some(successor);
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 200, ..ProptestConfig::default() })]

    #[test]
    fn a_history_is_what_the_model_says(
        domain: bool,
        steps in prop::collection::vec(step(), 1..50),
    ) {
        play(domain, &steps);
    }
}

#[test]
fn refreshing_at_once_gives_one_pair() {
    const THREADS: usize = 8;
    let fixture = Fixture::temporary(false);
    let (_, refresh) = tokens(&fixture.store, 0);
    let barrier = Barrier::new(THREADS);
    let mut pairs: Vec<(String, String)> = std::thread::scope(|scope| {
        let refresh = || {
            barrier.wait();
            pair(&call(&fixture.store, "get_token", &by_refresh(&refresh)))
        };
        let threads: Vec<_> = (0..THREADS).map(|_| scope.spawn(refresh)).collect();
        threads.into_iter().map(|thread| thread.join().unwrap()).collect()
    });
    assert_eq!(pairs.len(), THREADS);
    pairs.dedup();
    assert_eq!(pairs.len(), 1);
    assert!(access(&fixture.store, &pairs[0].0).is_ok());
}

/// Whatever comes first, no token outlives the invalidation of all of them but those that were
/// asked for with the password meanwhile; and every token is counted by one caller.
#[test]
fn invalidating_and_refreshing_at_once_leaves_nothing() {
    const GRANTS: usize = 300;
    let fixture = Fixture::temporary(false);
    let store = &fixture.store;
    let first: Vec<(String, String)> = (0..GRANTS).map(|_| tokens(store, 0)).collect();
    let barrier = Barrier::new(4);
    let (pairs, counts) = std::thread::scope(|scope| {
        let refresh = |grants: &[(String, String)]| {
            barrier.wait();
            let refreshed = grants.iter().rev().map(|(_, refresh)| {
                let answer = call(store, "get_token", &by_refresh(refresh));
                (answer.0 == 0).then(|| pair(&answer))
            });
            refreshed.flatten().collect::<Vec<_>>()
        };
        let invalidate = |request: Value| {
            barrier.wait();
            call(store, "invalidate_token", &request)
        };
        let (left, right) = first.split_at(GRANTS / 2);
        let refreshing = [scope.spawn(move || refresh(left)), scope.spawn(move || refresh(right))];
        let invalidating = [
            scope.spawn(move || invalidate(json!({"username": "ana"}))),
            scope.spawn(move || invalidate(json!({"realm_name": "native1"}))),
        ];
        let pairs: Vec<_> =
            refreshing.into_iter().flat_map(|thread| thread.join().unwrap()).collect();
        (pairs, invalidating.map(|thread| thread.join().unwrap()))
    });
    for (access_token, refresh) in first.iter().chain(&pairs) {
        assert_eq!(access(store, access_token), Err(EXPIRED.to_owned()));
        let answer = call(store, "get_token", &by_refresh(refresh));
        assert_eq!(answer, refused("token has been invalidated"));
    }
    let invalidated = counts.iter().map(|(_, count)| count["invalidated_tokens"].as_u64().unwrap());
    assert_eq!(invalidated.sum::<u64>(), 2 * (first.len() + pairs.len()) as u64);
}

#[test]
fn hostile_tokens_are_unknown() {
    let fixture = Fixture::temporary(false);
    let store = &fixture.store;
    let (good, refresh) = tokens(store, 0);
    let (other, other_refresh) = tokens(store, 0);
    let with = |token: &str, from: usize, to: usize, source: &str| {
        format!("{}{}{}", &token[..from], &source[from..to], &token[to..])
    };
    let mut hostile: Vec<String> = [
        " ",
        ".",
        "..",
        "a",
        "=",
        "====",
        "\u{0}",
        "\u{e9}",
        "\u{1f600}",
        "a.b.c",
        "AAAA",
        "null",
        "-_-_",
        "%00",
        "Bearer x",
    ]
    .map(str::to_owned)
    .into();
    hostile.extend([
        "a".repeat(1 << 20),
        "\u{1f600}".repeat(16),
        good.repeat(2),
        format!("{good}="),
        format!(" {good}"),
        format!("{good}\n"),
        good.replace('a', "\u{e9}"),
        good.to_uppercase(),
        URL_SAFE_NO_PAD.encode([0; 48]),
        URL_SAFE_NO_PAD.encode([0xff; 48]),
        // The record of one token with the secret of another, and the other way round.
        with(&good, 21, 64, &other),
        with(&good, 1, 21, &other),
        with(&good, 21, 64, &refresh),
        with(&refresh, 21, 64, &other_refresh),
        with(&refresh, 21, 64, &good),
        // The right bytes under the mark of the other kind.
        with(&good, 0, 2, &refresh),
        with(&refresh, 0, 2, &good),
    ]);
    hostile.extend((1..good.len()).map(|len| good[..len].to_owned()));
    // Each character changed in turn: no part of a token goes unchecked.
    for index in 0..good.len() {
        let changed = if &good[index..=index] == "A" { "B" } else { "A" };
        hostile.push(format!("{}{changed}{}", &good[..index], &good[index + 1..]));
    }
    let nothing = json!({"invalidated_tokens": 0, "previously_invalidated_tokens": 0,
        "error_count": 0});
    for token in hostile.iter().chain([&refresh]) {
        assert!(access(store, token).is_err_and(|reason| reason.starts_with("unable to")));
        let answer = call(store, "invalidate_token", &json!({"token": token}));
        assert_eq!(answer, (404, nothing.clone()), "{token:?}");
    }
    for token in hostile.iter().chain([&good]) {
        let answer = call(store, "get_token", &by_refresh(token));
        assert_eq!(answer, refused(NO_REFRESH), "{token:?}");
        let answer = call(store, "invalidate_token", &json!({"refresh_token": token}));
        assert_eq!(answer, (404, nothing.clone()), "{token:?}");
    }
    // An empty one counts as none.
    let (status, answer) = call(store, "get_token", &by_refresh(""));
    assert_eq!((status, &answer["error"]), (400, &json!("invalid_request")));
    let (status, answer, _) = store.login(br#"{"access_token":""}"#);
    assert!(matches!(status, 400 | 401), "{answer}");
    assert!(access(store, &good).is_ok());
    assert_eq!(call(store, "get_token", &by_refresh(&refresh)).0, 0);
}

#[test]
fn tokens_of_a_full_store_can_be_invalidated() {
    let config = json!({"path": ":temporary:", "durability": "none", "max_size": "1mb",
        "password_hashing": {"memory_kib": 8, "iterations": 1}});
    let store = Store::open(&config.to_string()).unwrap();
    let user = json!({"username": "ana", "password": USERS[0].2, "roles": []});
    store.expect("put_user", user.to_string());
    let mut given = Vec::new();
    let status = loop {
        let answer = call(&store, "get_token", &by_password(0));
        if answer.0 != 0 {
            break answer.0;
        }
        given.push(pair(&answer));
    };
    assert_eq!(status, 503);
    let (access_token, refresh) = given.pop().unwrap();
    assert_eq!(call(&store, "invalidate_token", &json!({"token": access_token})).0, 0);
    let (status, count) = call(&store, "invalidate_token", &json!({"username": "ana"}));
    assert_eq!(status, 0, "{count}");
    assert_eq!(count["invalidated_tokens"], 2 * given.len() + 1);
    assert_eq!(
        call(&store, "get_token", &by_refresh(&refresh)),
        refused("token has been invalidated")
    );
    for (access_token, _) in given {
        assert_eq!(access(&store, &access_token), Err(EXPIRED.to_owned()));
    }
}

/// A random history seldom waits for just as long as a refresh may be repeated.
#[test]
fn a_refresh_may_be_repeated_for_30_seconds() {
    let fixture = Fixture::temporary(false);
    let refresh = by_refresh(&tokens(&fixture.store, 0).1);
    let first = pair(&call(&fixture.store, "get_token", &refresh));
    fixture.clock.store(START + 30_000, Ordering::SeqCst);
    assert_eq!(pair(&call(&fixture.store, "get_token", &refresh)), first);
    fixture.clock.store(START + 30_001, Ordering::SeqCst);
    let late = "token has already been refreshed more than 30 seconds in the past";
    assert_eq!(call(&fixture.store, "get_token", &refresh), refused(late));
}

#[test]
fn a_clock_that_is_set_back_does_no_harm() {
    let fixture = Fixture::temporary(false);
    let store = &fixture.store;
    let set = |now: i64| fixture.clock.store(now, Ordering::SeqCst);
    let (access_token, refresh) = tokens(store, 0);
    let first = pair(&call(store, "get_token", &by_refresh(&refresh)));
    for now in [START - HOUR, 0, -HOUR, i64::MIN] {
        set(now);
        assert!(access(store, &access_token).is_ok());
        assert_eq!(pair(&call(store, "get_token", &by_refresh(&refresh))), first);
        let (access_token, refresh) = tokens(store, 0);
        assert!(access(store, &access_token).is_ok());
        let (access_token, _) = pair(&call(store, "get_token", &by_refresh(&refresh)));
        assert!(access(store, &access_token).is_ok());
    }
    set(i64::MAX);
    assert_eq!(access(store, &access_token), Err(UNKNOWN.to_owned()));
    assert_eq!(call(store, "get_token", &by_refresh(&refresh)), refused(NO_REFRESH));
    set(START);
    assert_eq!(call(store, "invalidate_token", &json!({"username": "ana"})).0, 0);
}

/// Every file below `directory`.
fn bytes_below(directory: &Path) -> Vec<u8> {
    let mut bytes = Vec::new();
    for entry in std::fs::read_dir(directory).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            bytes.extend(bytes_below(&path));
        } else {
            bytes.extend(std::fs::read(path).unwrap());
        }
    }
    bytes
}

fn holds(haystack: &[u8], needle: &[u8]) -> bool {
    haystack.windows(needle.len()).any(|window| window == needle)
}

#[test]
fn no_secret_is_in_the_files_of_a_store() {
    let fixture = Fixture::open(&|directory| directory.join("store"), false);
    let store = &fixture.store;
    let mut given = Vec::new();
    for user in 0..USERS.len() {
        let (access, refresh) = tokens(store, user);
        let next = pair(&call(store, "get_token", &by_refresh(&refresh)));
        let last = pair(&call(store, "get_token", &by_refresh(&next.1)));
        given.extend([access, refresh, next.0, next.1, last.0, last.1]);
    }
    let own = fixture.login(0);
    let (status, answer) = call(&own, "get_token", &json!({"grant_type": "client_credentials"}));
    assert_eq!(status, 0, "{answer}");
    given.push(answer["access_token"].as_str().unwrap().to_owned());
    call(store, "invalidate_token", &json!({"username": "ben"}));
    let Fixture { store, directory, .. } = fixture;
    drop((own, store));
    let bytes = bytes_below(&directory.path().join("store"));
    for token in &given {
        let secret = &URL_SAFE_NO_PAD.decode(token).unwrap()[16..];
        let hex: String = secret.iter().map(|byte| format!("{byte:02x}")).collect();
        // The hash shows that the secret is what is looked for.
        assert!(holds(&bytes, &Sha256::digest(secret)), "the hash of a token is not there");
        for form in [token.as_bytes(), &token.as_bytes()[22..], secret, &secret[..16]] {
            assert!(!holds(&bytes, form), "a token is in the store");
        }
        for form in [hex.clone(), hex.to_uppercase()] {
            assert!(!holds(&bytes, form.as_bytes()), "a token is in the store in hexadecimal");
        }
    }
    for (username, _, password) in USERS {
        assert!(holds(&bytes, username.as_bytes()), "{username} is not there");
        let encoded = base64::engine::general_purpose::STANDARD.encode(password);
        for form in [password, encoded.trim_end_matches('=')] {
            assert!(!holds(&bytes, form.as_bytes()), "a password is in the store");
        }
    }
}
