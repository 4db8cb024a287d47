//! What is promised to several threads and processes at once, through the C ABI. The program runs
//! itself again as its other processes, so it has a `main` of its own.

mod common;

use std::collections::{HashMap, HashSet};
use std::io::{BufRead, BufReader, Read, Write};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::sync::atomic::{AtomicI64, AtomicU64, Ordering};
use std::sync::{Arc, Barrier};
use std::time::Duration;

use common::Store;
use serde_json::{Value, json};

fn main() {
    let arguments: Vec<String> = std::env::args().collect();
    if let [_, role, path, name] = &arguments[..] {
        let store = open(Path::new(path));
        match role.as_str() {
            "--activate" => activate_at_once(&store, 250),
            "--activate-in-domain" => first_activations(&store, 24),
            "--update" => update_for_ever(&store, name),
            "--refresh" => refresh_as_told(&store),
            "--ask" => ask_as_told(&store),
            "--suggest" => suggest_as_told(&store),
            "--people" => people_for_ever(&store, name),
            other => panic!("no such role: {other}"),
        }
        return;
    }
    let tests: [(&str, fn()); 9] = [
        ("activations_of_one_user_never_conflict", activations_of_one_user_never_conflict),
        ("a_person_gets_one_uid_in_a_domain", a_person_gets_one_uid_in_a_domain),
        ("five_hundred_threads_lose_nothing", five_hundred_threads_lose_nothing),
        ("refreshing_in_two_processes_gives_one_pair", refreshing_in_two_processes_gives_one_pair),
        ("other_processes_see_what_is_revoked", other_processes_see_what_is_revoked),
        ("a_hundred_threads_see_each_change", a_hundred_threads_see_each_change),
        ("other_processes_find_what_is_written", other_processes_find_what_is_written),
        ("killed_writers_lose_no_acknowledged_update", killed_writers_lose_no_acknowledged_update),
        ("killed_writers_leave_the_index_whole", killed_writers_leave_the_index_whole),
    ];
    for (name, test) in &tests {
        test();
        println!("test {name} ... ok");
    }
    println!("test result: ok. {} passed; 0 failed; 0 ignored", tests.len());
}

fn open(directory: &Path) -> Store {
    let config = json!({
        "path": directory,
        "password_hashing": {"memory_kib": 8, "iterations": 1},
        "realms": {
            "native": {"native1": {"order": 0}},
            "external": {"ldap1": {"order": 1, "type": "ldap"}, "saml1": {"order": 2, "type": "saml"}},
        },
        "domains": {"people": {"realms": ["native1", "ldap1", "saml1"]}},
    });
    Store::open(&config.to_string()).expect("the store opens")
}

fn spawn(role: &str, directory: &Path, name: &str) -> Child {
    Command::new(std::env::current_exe().expect("this program has a file"))
        .args([role.as_ref(), directory.as_os_str(), name.as_ref()])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .expect("this program runs again")
}

fn add_user(store: &Store, username: &str) -> String {
    store.expect(
        "put_user",
        json!({"username": username, "password": "secret-1", "roles": []}).to_string(),
    );
    activate(store, username)
}

/// Activates and answers the uid.
fn activate(store: &Store, username: &str) -> String {
    let request = json!({"grant_type": "password", "username": username, "password": "secret-1"});
    uid(&store.expect("activate", request.to_string()))
}

fn uid(profile: &str) -> String {
    let profile: Value = serde_json::from_str(profile).expect("JSON");
    profile["uid"].as_str().expect("a profile has a uid").to_owned()
}

/// Elasticsearch's clients see version conflicts here and try again.
fn activations_of_one_user_never_conflict() {
    let directory = tempfile::tempdir().expect("a directory");
    let store = open(directory.path());
    store.expect(
        "put_user",
        json!({"username": "ana", "password": "secret-1", "roles": []}).to_string(),
    );
    let children: Vec<Child> =
        (0..2).map(|_| spawn("--activate", directory.path(), "ana")).collect();
    let mut uids = Vec::new();
    for child in children {
        let output = child.wait_with_output().expect("the child ends");
        assert!(output.status.success(), "an activation failed");
        let text = String::from_utf8(output.stdout).expect("UTF-8");
        uids.extend(text.lines().map(str::to_owned));
    }
    assert_eq!(uids.len(), 500);
    uids.dedup();
    assert_eq!(uids, [activate(&store, "ana")]);
}

fn activate_at_once(store: &Store, threads: usize) {
    let barrier = Barrier::new(threads);
    std::thread::scope(|scope| {
        for _ in 0..threads {
            scope.spawn(|| {
                barrier.wait();
                println!("{}", activate(store, "ana"));
            });
        }
    });
}

/// How many people enter a domain at once.
const PEOPLE: usize = 40;

/// Three processes activate the same new people at once, each person through three realms.
fn a_person_gets_one_uid_in_a_domain() {
    let directory = tempfile::tempdir().expect("a directory");
    let store = open(directory.path());
    for person in 0..PEOPLE {
        let request =
            json!({"username": format!("person{person}"), "password": "secret-1", "roles": []});
        store.expect("put_user", request.to_string());
    }
    let mut children: Vec<Child> =
        (0..3).map(|_| spawn("--activate-in-domain", directory.path(), "")).collect();
    for child in &mut children {
        let mut ready = String::new();
        let output = child.stdout.as_mut().expect("a pipe");
        // One byte at a time, so that nothing of the uids is read here.
        while !ready.ends_with('\n') {
            let mut byte = [0];
            output.read_exact(&mut byte).expect("the child says that it is ready");
            ready.push(byte[0].into());
        }
    }
    for child in &mut children {
        child.stdin.as_mut().expect("a pipe").write_all(b"\n").expect("the child waits");
    }
    let mut uids: Vec<HashSet<String>> = vec![HashSet::new(); PEOPLE];
    for child in children {
        let output = child.wait_with_output().expect("the child ends");
        assert!(output.status.success(), "an activation failed");
        let text = String::from_utf8(output.stdout).expect("UTF-8");
        for line in text.lines() {
            let (person, uid) = line.split_once(' ').expect("a person and a uid");
            uids[person.parse::<usize>().expect("a number")].insert(uid.to_owned());
        }
    }
    assert!(uids.iter().all(|uids| uids.len() == 1), "{uids:?}");
    assert_eq!(uids.iter().flatten().collect::<HashSet<_>>().len(), PEOPLE);
}

/// Activates every person in several threads, each time through the next realm.
fn first_activations(store: &Store, threads: usize) {
    println!("ready");
    std::io::stdin().read_line(&mut String::new()).expect("a line when all are ready");
    let barrier = Barrier::new(threads);
    std::thread::scope(|scope| {
        for thread in 0..threads {
            let barrier = &barrier;
            scope.spawn(move || {
                barrier.wait();
                for person in 0..PEOPLE {
                    let name = format!("person{person}");
                    let uid = match (thread + person) % 3 {
                        0 => activate(store, &name),
                        1 => activate_asserted(store, &name, "ldap1", "ldap"),
                        _ => activate_asserted(store, &name, "saml1", "saml"),
                    };
                    println!("{person} {uid}");
                }
            });
        }
    });
}

fn activate_asserted(store: &Store, username: &str, realm: &str, kind: &str) -> String {
    let authentication = json!({
        "username": username,
        "authentication_realm": {"name": realm, "type": kind},
    });
    let request = json!({"grant_type": "authentication", "authentication": authentication});
    uid(&store.expect("activate", request.to_string()))
}

fn five_hundred_threads_lose_nothing() {
    const THREADS: usize = 500;
    const WRITES: usize = 4;
    let directory = tempfile::tempdir().expect("a directory");
    let store = Arc::new(open(directory.path()));
    let uids: Arc<Vec<String>> =
        Arc::new((0..10).map(|user| add_user(&store, &format!("user{user}"))).collect());
    let threads: Vec<_> = (0..THREADS)
        .map(|thread| {
            let (store, uids) = (store.clone(), uids.clone());
            std::thread::spawn(move || {
                let uid = &uids[thread % uids.len()];
                for write in 0..WRITES {
                    let key = format!("t{thread}");
                    let update = json!({"uid": uid, "data": {"app": {key.clone(): write}}});
                    store.expect("update_data", update.to_string());
                    let read = json!({"uid": uid, "data": format!("app.{key}")}).to_string();
                    let read: Value =
                        serde_json::from_str(&store.expect("get", read)).expect("JSON");
                    assert_eq!(read["profiles"][0]["data"]["app"][&key], write);
                }
            })
        })
        .collect();
    for thread in threads {
        thread.join().expect("no thread fails");
    }
    let all = json!({"uid": *uids, "data": "*"}).to_string();
    let all: Value = serde_json::from_str(&store.expect("get", all)).expect("JSON");
    let mut seen = 0;
    for profile in all["profiles"].as_array().expect("profiles") {
        let app = profile["data"]["app"].as_object().expect("written by every thread");
        assert!(app.values().all(|value| *value == WRITES - 1));
        seen += app.len();
    }
    assert_eq!(seen, THREADS);
}

/// Two processes are told to refresh the same token, again and again.
fn refreshing_in_two_processes_gives_one_pair() {
    const ROUNDS: usize = 50;
    let directory = tempfile::tempdir().expect("a directory");
    let store = open(directory.path());
    add_user(&store, "ana");
    let mut children = [0; 2].map(|_| spawn("--refresh", directory.path(), ""));
    let mut ends = children.each_mut().map(|child| {
        let input = child.stdin.take().expect("it is a pipe");
        let lines = BufReader::new(child.stdout.take().expect("it is a pipe")).lines();
        (input, lines)
    });
    for _ in 0..ROUNDS {
        let request = json!({"grant_type": "password", "username": "ana", "password": "secret-1"});
        let answer = store.expect("get_token", request.to_string());
        let answer: Value = serde_json::from_str(&answer).expect("JSON");
        let refresh = answer["refresh_token"].as_str().expect("a refresh token");
        for (input, _) in &mut ends {
            writeln!(input, "{refresh}").expect("the child listens");
        }
        let [left, right] = ends
            .each_mut()
            .map(|(_, lines)| lines.next().expect("the child answers").expect("UTF-8"));
        assert_eq!(left, right, "one refresh token was replaced twice");
    }
    drop(ends);
    for mut child in children {
        assert!(child.wait().expect("it ends").success());
    }
}

/// Refreshes each token of the standard input and writes the tokens that it gets.
fn refresh_as_told(store: &Store) {
    for token in std::io::stdin().lines() {
        let token = token.expect("UTF-8");
        let request = json!({"grant_type": "refresh_token", "refresh_token": token}).to_string();
        let answer = store.expect("get_token", request);
        let answer: Value = serde_json::from_str(&answer).expect("JSON");
        println!("{} {}", answer["access_token"], answer["refresh_token"]);
    }
}

/// What ana needs for what the other process asks: a role, and what its application privilege means.
fn put_reader(store: &Store, cluster: &[&str]) {
    let applications = json!([{"application": "app1", "privileges": ["read"], "resources": ["*"]}]);
    let role = json!({"name": "reader", "cluster": cluster, "applications": applications});
    store.expect("put_role", role.to_string());
}

fn define_read(store: &Store, actions: &str) {
    let privileges = json!({"app1": {"read": {"actions": [actions]}}});
    store.expect("put_privileges", json!({ "privileges": privileges }).to_string());
}

/// Makes the user or changes her roles, but not those that her profile has.
fn give(store: &Store, username: &str, roles: &[&str]) {
    let user = json!({"username": username, "password": "secret-1", "roles": roles});
    store.expect("put_user", user.to_string());
}

/// A change by this process, and what the other then says at once: the statuses of `get` on ana's
/// handle and on that of her token, and whether she holds the privileges that it asks about.
type Change<'a> = (&'a dyn Fn(), &'a str);

fn other_processes_see_what_is_revoked() {
    const ROUNDS: usize = 20;
    let directory = tempfile::tempdir().expect("a directory");
    let store = open(directory.path());
    put_reader(&store, &["read_security"]);
    define_read(&store, "data:read/*");
    give(&store, "ana", &["reader"]);
    let uid = activate(&store, "ana");
    let call = |name: &str, request: Value| drop(store.expect(name, request.to_string()));
    let ana = || json!({"username": "ana"});
    let uid_only = || json!({ "uid": uid });
    let changes: [Change; 17] = [
        (&|| {}, "0 0 true"),
        (&|| put_reader(&store, &["monitor"]), "403 403 false"),
        (&|| put_reader(&store, &["read_security"]), "0 0 true"),
        (&|| call("delete_role", json!({"name": "reader"})), "403 403 false"),
        (&|| put_reader(&store, &["all"]), "0 0 true"),
        (&|| define_read(&store, "data:write/*"), "0 0 false"),
        (&|| define_read(&store, "data:*"), "0 0 true"),
        (
            &|| call("delete_privileges", json!({"application": "app1", "name": "read"})),
            "0 0 false",
        ),
        (&|| define_read(&store, "data:read/*"), "0 0 true"),
        // A token and a profile keep the roles that the user had.
        (&|| give(&store, "ana", &[]), "403 0 true"),
        (&|| give(&store, "ana", &["reader"]), "0 0 true"),
        (&|| call("disable_user", ana()), "401 401 true"),
        (&|| call("enable_user", ana()), "0 0 true"),
        (&|| call("disable", uid_only()), "0 0 false"),
        (&|| call("enable", uid_only()), "0 0 true"),
        (&|| call("invalidate_token", ana()), "0 401 true"),
        (&|| call("delete_user", ana()), "401 401 true"),
    ];
    for _ in 0..ROUNDS {
        give(&store, "ana", &["reader"]);
        let grant = json!({"grant_type": "password", "username": "ana", "password": "secret-1"});
        let answer = store.expect("get_token", grant.to_string());
        let answer: Value = serde_json::from_str(&answer).expect("JSON");
        let mut child = spawn("--ask", directory.path(), "");
        let mut input = child.stdin.take().expect("it is a pipe");
        let mut lines = BufReader::new(child.stdout.take().expect("it is a pipe")).lines();
        writeln!(input, "{uid} {}", answer["access_token"].as_str().expect("a token"))
            .expect("the child listens");
        for (number, (change, expected)) in changes.iter().enumerate() {
            change();
            writeln!(input).expect("the child listens");
            let said = lines.next().expect("the child answers").expect("UTF-8");
            assert_eq!(said, *expected, "after change {number}");
        }
        drop(input);
        assert!(child.wait().expect("it ends").success());
    }
}

/// Logs in as ana and by the token of the first line, and at each other line asks.
fn ask_as_told(store: &Store) {
    let mut lines = std::io::stdin().lines().map(|line| line.expect("UTF-8"));
    let first = lines.next().expect("a uid and a token");
    let (uid, token) = first.split_once(' ').expect("a uid and a token");
    let credentials =
        [json!({"username": "ana", "password": "secret-1"}), json!({ "access_token": token })];
    let handles = credentials.map(|credentials| {
        let (status, answer, handle) = store.login(credentials.to_string().as_bytes());
        assert_eq!(status, 0, "{answer}");
        handle.expect("a login gives a handle")
    });
    let get = json!({ "uid": uid }).to_string();
    let question = json!({"uids": [uid], "privileges": {
        "cluster": ["read_security"],
        "application": [
            {"application": "app1", "privileges": ["data:read/x"], "resources": ["one"]},
        ],
    }});
    for _ in lines {
        let [by_password, by_token] = handles.each_ref().map(|handle| handle.call("get", &get).0);
        let answer = store.expect("has_privileges", question.to_string());
        println!("{by_password} {by_token} {}", answer.contains(uid));
    }
}

/// A hundred threads use one handle while its user's role allows what they do and does not, in turns.
/// What a call may do is decided by the last change that was acknowledged before it began.
fn a_hundred_threads_see_each_change() {
    const THREADS: u64 = 100;
    const CHANGES: u64 = 40;
    let directory = tempfile::tempdir().expect("a directory");
    let store = open(directory.path());
    put_reader(&store, &["read_security"]);
    give(&store, "ana", &["reader"]);
    let uid = activate(&store, "ana");
    let (_, _, handle) = store.login(br#"{"username":"ana","password":"secret-1"}"#);
    let handle = handle.expect("a login gives a handle");
    let get = json!({ "uid": uid }).to_string();
    let question = json!({"uids": [uid], "privileges": {"cluster": ["read_security"]}}).to_string();
    // Twice the number of changes that are acknowledged, and one more while one is under way.
    let changes = AtomicU64::new(0);
    let (decided, wrong) = (AtomicU64::new(0), AtomicU64::new(0));
    let use_handle = || {
        loop {
            let before = changes.load(Ordering::SeqCst);
            if before > 2 * CHANGES {
                return;
            }
            let (status, _) = handle.call("get", &get);
            let holds = store.expect("has_privileges", &question).contains(&uid);
            if before.is_multiple_of(2) && changes.load(Ordering::SeqCst) == before {
                let is_allowed = before.is_multiple_of(4);
                if (status, holds) != (if is_allowed { 0 } else { 403 }, is_allowed) {
                    wrong.fetch_add(1, Ordering::SeqCst);
                }
                decided.fetch_add(1, Ordering::SeqCst);
            }
        }
    };
    std::thread::scope(|scope| {
        for _ in 0..THREADS {
            scope.spawn(use_handle);
        }
        for change in 1..=CHANGES + 1 {
            let enough = decided.load(Ordering::SeqCst) + THREADS;
            while decided.load(Ordering::SeqCst) < enough {
                std::thread::yield_now();
            }
            changes.store(2 * change - 1, Ordering::SeqCst);
            put_reader(&store, if change % 2 == 0 { &["read_security"] } else { &["monitor"] });
            changes.store(2 * change, Ordering::SeqCst);
        }
    });
    assert_eq!(wrong.into_inner(), 0, "of {} calls", decided.into_inner());
}

/// One process writes, the other is told what to look for at once. Enough people come for new
/// profiles to be folded into the index several times, by either process.
fn other_processes_find_what_is_written() {
    const PEOPLE: i64 = 700;
    let directory = tempfile::tempdir().expect("a directory");
    let store = open(directory.path());
    let clock: &'static AtomicI64 = Box::leak(Box::new(AtomicI64::new(3_000_000_000_000)));
    store.set_clock(clock);
    let mut child = spawn("--suggest", directory.path(), "");
    let mut input = child.stdin.take().expect("it is a pipe");
    let mut lines = BufReader::new(child.stdout.take().expect("it is a pipe")).lines();
    let mut finds = |name: &str, expected: &str| {
        writeln!(input, "{name}").expect("the child listens");
        let said = lines.next().expect("the child answers").expect("UTF-8");
        assert_eq!(said, expected, "{name}");
    };
    for person in 0..PEOPLE {
        clock.fetch_add(1, Ordering::SeqCst);
        let [username, first, later, other] =
            ["person", "first", "later", "other"].map(|word| word_of(word, person));
        let uid = activate_named(&store, &username, &format!("Common {first}"));
        finds(&first, &uid);
        // The newest of all comes first.
        finds("common", &uid);
        if person % 5 == 0 {
            activate_named(&store, &username, &format!("Common {later}"));
            finds(&first, "");
            finds(&later, &uid);
        }
        if person % 7 == 0 {
            store.expect("disable", json!({ "uid": uid }).to_string());
            finds(&username, "");
            store.expect("enable", json!({ "uid": uid }).to_string());
            finds(&username, &uid);
        }
        if person % 9 == 0 {
            // The other process writes too.
            finds(&format!("!{other}"), "");
            let answer = store.expect("suggest", json!({ "name": other }).to_string());
            assert!(answer.contains(r#""value":1,"#), "{answer}");
        }
    }
    drop(input);
    assert!(child.wait().expect("it ends").success());
    index_is_whole(&store);
}

/// A word of letters alone, which is no beginning of another.
fn word_of(word: &str, number: impl ToString) -> String {
    let letters =
        number.to_string().bytes().map(|digit| char::from(digit - b'0' + b'a')).collect::<String>();
    format!("{word}{letters}z")
}

/// Suggests for each line of the standard input and writes who is best; a line that begins with `!`
/// is the name of someone new.
fn suggest_as_told(store: &Store) {
    for line in std::io::stdin().lines() {
        let line = line.expect("UTF-8");
        if let Some(name) = line.strip_prefix('!') {
            activate_named(store, name, name);
            println!();
            continue;
        }
        let answer = store.expect("suggest", json!({"name": line, "size": 1}).to_string());
        let answer: Value = serde_json::from_str(&answer).expect("JSON");
        println!("{}", answer["profiles"][0]["uid"].as_str().unwrap_or_default());
    }
}

fn activate_named(store: &Store, username: &str, full_name: &str) -> String {
    let authentication = json!({
        "username": username, "roles": [], "full_name": full_name,
        "email": format!("{username}@example.org"),
        "authentication_realm": {"name": "ldap1", "type": "ldap"},
    });
    let request = json!({"grant_type": "authentication", "authentication": authentication});
    uid(&store.expect("activate", request.to_string()))
}

fn index_is_whole(store: &Store) {
    let checked: Value = serde_json::from_str(&store.expect("check", "{}")).expect("JSON");
    assert_eq!(checked["differences"], json!({"count": 0, "details": []}));
}

fn crash_rounds() -> u32 {
    let rounds = std::env::var("USERPROFILE_CRASH_ROUNDS");
    rounds.map_or(20, |rounds| rounds.parse().expect("a number"))
}

/// What a process has said of a person: the word of her name and the value of her label, if she can
/// be found; and none of it while something is under way.
type Said = HashMap<String, Option<(String, String)>>;

/// Two processes let people come, change and go; both are killed at a random moment, again and again.
fn killed_writers_leave_the_index_whole() {
    let rounds = crash_rounds();
    let directory = tempfile::tempdir().expect("a directory");
    let mut people = 0;
    for round in 0..rounds {
        let names = ["left", "right"].map(|name| word_of(name, round));
        let mut children = names.each_ref().map(|name| spawn("--people", directory.path(), name));
        let lines = children
            .each_mut()
            .map(|child| BufReader::new(child.stdout.take().expect("it is a pipe")).lines());
        let readers = lines.map(|mut lines| {
            let mut said = vec![lines.next().expect("the child writes").expect("UTF-8")];
            std::thread::spawn(move || {
                said.extend(lines.map_while(Result::ok));
                said
            })
        });
        std::thread::sleep(Duration::from_millis(u64::from(round) * 7919 % 400));
        for child in &mut children {
            child.kill().expect("it runs");
            child.wait().expect("it ends");
        }
        let mut said = Said::new();
        for reader in readers {
            for line in reader.join().expect("the reader ends") {
                let mut parts = line.split(' ').map(str::to_owned);
                // The last line may be there by half.
                if let (Some(username), Some(word), Some(label), Some(_)) =
                    (parts.next(), parts.next(), parts.next(), parts.next())
                {
                    said.insert(username, (word != "?").then_some((word, label)));
                }
            }
        }
        let store = open(directory.path());
        index_is_whole(&store);
        for (username, known) in said {
            if let Some((word, label)) = known {
                holds_what_was_said(&store, &username, &word, &label);
                people += 1;
            }
        }
    }
    // New people are folded into the index 256 at a time.
    assert!(people >= 256, "only {people} people in {rounds} rounds");
}

fn holds_what_was_said(store: &Store, username: &str, word: &str, label: &str) {
    let first = |request: Value| {
        let answer = store.expect("suggest", request.to_string());
        let answer: Value = serde_json::from_str(&answer).expect("JSON");
        let total = answer["total"]["value"].clone();
        (total, answer["profiles"][0]["user"]["username"].clone())
    };
    let by_username = first(json!({ "name": username }));
    if word == "-" {
        assert_eq!(by_username, (json!(0), Value::Null), "{username} is disabled");
        return;
    }
    assert_eq!(by_username, (json!(1), json!(username)));
    assert_eq!(first(json!({ "name": word })), (json!(1), json!(username)));
    if label != "-" {
        let hint = json!({"labels": {"app.of": label}});
        assert_eq!(first(json!({"name": "common", "hint": hint})).1, username, "{label}");
    }
}

/// Says what it is about to change, and then what there is to be found.
fn people_for_ever(store: &Store, name: &str) {
    struct Person {
        username: String,
        uid: String,
        word: String,
        label: String,
    }
    let mut out = std::io::stdout();
    let mut say = |username: &str, word: &str, label: &str| {
        writeln!(out, "{username} {word} {label} .")
            .and_then(|()| out.flush())
            .expect("the parent listens");
    };
    let mut people: Vec<Person> = Vec::new();
    for n in 0usize.. {
        let word = word_of(&format!("word{name}"), n);
        // Neither the number nor the step repeats with the other.
        let pick = n * 7919 % people.len().max(1);
        match (n % 9, people.get_mut(pick)) {
            (5 | 6, Some(person)) => {
                say(&person.username, "?", "?");
                activate_named(store, &person.username, &format!("Common {word} Renamed"));
                person.word = word;
                say(&person.username, &person.word, &person.label);
            }
            (7, Some(person)) => {
                say(&person.username, "?", "?");
                person.label = word;
                let labels = json!({"app": {"of": person.label}});
                let request = json!({"uid": person.uid, "labels": labels});
                store.expect("update_data", request.to_string());
                store.expect("enable", json!({ "uid": person.uid }).to_string());
                say(&person.username, &person.word, &person.label);
            }
            (8, Some(person)) => {
                say(&person.username, "?", "?");
                store.expect("disable", json!({ "uid": person.uid }).to_string());
                say(&person.username, "-", "-");
            }
            _ => {
                let username = word_of(name, n);
                say(&username, "?", "?");
                let uid = activate_named(store, &username, &format!("{word} Common"));
                say(&username, &word, "-");
                people.push(Person { username, uid, word, label: "-".to_owned() });
            }
        }
    }
}

/// Two processes update and say so; both are killed at a random moment, again and again.
fn killed_writers_lose_no_acknowledged_update() {
    let rounds = crash_rounds();
    let directory = tempfile::tempdir().expect("a directory");
    let names = ["left", "right"];
    let mut acknowledged = [-1i64; 2];
    let mut total = 0;
    for round in 0..rounds {
        let mut children = names.map(|name| spawn("--update", directory.path(), name));
        let lines = children
            .each_mut()
            .map(|child| BufReader::new(child.stdout.take().expect("it is a pipe")).lines());
        // Each must get to write before anything is killed: no one stalls for good.
        let readers = lines.map(|mut lines| {
            let first = lines.next().expect("the child writes").expect("UTF-8");
            std::thread::spawn(move || lines.map_while(Result::ok).last().unwrap_or(first))
        });
        std::thread::sleep(Duration::from_micros(u64::from(round) * 7919 % 40_000));
        let [left, right] = &mut children;
        let order = if round % 2 == 0 { [left, right] } else { [right, left] };
        for child in order {
            child.kill().expect("it runs");
            child.wait().expect("it ends");
        }
        for (last, reader) in acknowledged.iter_mut().zip(readers) {
            let said: i64 = reader.join().expect("the reader ends").parse().expect("a number");
            assert!(said > *last, "a process went on behind what it had acknowledged");
            *last = said;
        }
        let store = open(directory.path());
        for (name, last) in names.iter().zip(&mut acknowledged) {
            let stored = stored(&store, name);
            // The one in flight may be there or not, but never more and never half.
            assert!(
                stored == *last || stored == *last + 1,
                "round {round}: {name} acknowledged {last} and holds {stored}"
            );
            *last = stored;
        }
        total = acknowledged.iter().sum::<i64>();
    }
    assert!(total >= i64::from(rounds), "only {total} updates in {rounds} rounds");
}

/// The number that the profile of `name` holds, which stands in two places of it.
fn stored(store: &Store, name: &str) -> i64 {
    let request = json!({"uid": activate(store, name), "data": "*"}).to_string();
    let answer: Value = serde_json::from_str(&store.expect("get", request)).expect("JSON");
    let profile = &answer["profiles"][0];
    let (data, label) = (&profile["data"]["app"]["n"], &profile["labels"]["app"]["n"]);
    assert_eq!(data, label, "an update is there by half");
    data.as_i64().unwrap_or(-1)
}

fn update_for_ever(store: &Store, name: &str) {
    let uid = add_user(store, name);
    let mut out = std::io::stdout();
    for n in stored(store, name) + 1.. {
        let update = json!({"uid": uid, "data": {"app": {"n": n}}, "labels": {"app": {"n": n}}});
        store.expect("update_data", update.to_string());
        writeln!(out, "{n}").and_then(|()| out.flush()).expect("the parent listens");
    }
}
