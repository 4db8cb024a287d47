//! Names and requests of suggest that are huge or strange: each is answered or refused in plain
//! words, and what can be found is found.

mod common;

use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};

use common::Store;
use serde_json::{Value, json};

const MEGABYTE: usize = 1 << 20;

fn store() -> Store {
    let config = json!({
        "path": ":temporary:", "durability": "none",
        "realms": {"external": {"ldap1": {"order": 0, "type": "ldap"}}},
    });
    Store::open(&config.to_string()).expect("the store opens")
}

fn activation(username: &str, full_name: &str, email: &str) -> String {
    let authentication = json!({
        "username": username, "roles": [], "full_name": full_name, "email": email,
        "authentication_realm": {"name": "ldap1", "type": "ldap"},
    });
    json!({"grant_type": "authentication", "authentication": authentication}).to_string()
}

fn activate(store: &Store, username: &str, full_name: &str) -> String {
    uid(&store.expect("activate", activation(username, full_name, "")))
}

fn uid(profile: &str) -> String {
    parsed(profile)["uid"].as_str().expect("a uid").to_owned()
}

fn parsed(text: &str) -> Value {
    serde_json::from_str(text).expect("an answer is JSON")
}

/// The uids that are found.
fn uids(store: &Store, request: &Value) -> Vec<String> {
    let answer = parsed(&store.expect("suggest", request.to_string()));
    let hits = answer["profiles"].as_array().expect("profiles").iter();
    hits.map(|hit| hit["uid"].as_str().expect("a uid").to_owned()).collect()
}

fn find(store: &Store, name: &str) -> Vec<String> {
    uids(store, &json!({ "name": name }))
}

/// The error's type and reason.
fn refusal(store: &Store, request: &str) -> (String, String) {
    let (status, answer) = store.call("suggest", request);
    assert_eq!(status, 400, "{}", answer.chars().take(500).collect::<String>());
    let error = &parsed(&answer)["error"];
    let text = |member: &str| error[member].as_str().expect("a text").to_owned();
    (text("type"), text("reason"))
}

fn is_sound(store: &Store) {
    let checked = parsed(&store.expect("check", "{}"));
    assert_eq!(checked["differences"], json!({"count": 0, "details": []}));
}

#[test]
fn names_of_a_megabyte() {
    let store = store();
    let ana = activate(&store, "ana", "Ana");
    let word = "x".repeat(MEGABYTE);
    let words = "word ".repeat(MEGABYTE / 5);
    let distinct: String = (0..100_000).map(|number| format!("w{number} ")).collect();
    let marks = format!("a{}", "\u{301}".repeat(MEGABYTE / 2));
    let unspaced = "\u{e01}".repeat(MEGABYTE / 3);
    let ideographs = "\u{738b}".repeat(MEGABYTE / 3);
    let flags = "\u{1f1fa}".repeat(MEGABYTE / 4);
    let joined = "\u{1f469}\u{200d}".repeat(MEGABYTE / 7);
    let dots = "a.".repeat(MEGABYTE / 2);
    let address = format!("{}@example.org", "a".repeat(MEGABYTE));
    let ats = "a@b.cc".repeat(MEGABYTE / 6);
    let hyphens = format!("{}.org", "a-".repeat(MEGABYTE / 2));
    let long = [
        word, words, distinct, marks, unspaced, ideographs, flags, joined, dots, address, ats,
        hyphens,
    ];
    for (number, text) in long.iter().enumerate() {
        let (status, answer) =
            store.call("activate", activation(&format!("long{number}"), text, text));
        assert!([0, 400, 413].contains(&status), "{status} of {number}");
        // Asking for it is answered, or refused for its many words.
        for fuzziness in ["auto", "auto_last"] {
            let request = json!({"name": text, "fuzziness": fuzziness, "explain": true});
            let (asked, reply) = store.call("suggest", request.to_string());
            if asked == 0 && status == 0 {
                assert!(reply.contains(&uid(&answer)), "{number} is not found by its own name");
            } else if asked != 0 {
                let reason = refusal(&store, &request.to_string()).1;
                assert!(reason.ends_with("words, more than the limit of [32]"), "{reason}");
            }
        }
    }
    assert_eq!(find(&store, "ana"), [ana]);
    assert!(!find(&store, "w99999").is_empty());
    is_sound(&store);
}

#[test]
fn a_limit_of_words() {
    let store = store();
    let ana = activate(&store, "ana", "Ana");
    let words = |count: usize| vec!["ana"; count].join(" ");
    assert_eq!(find(&store, &words(32)), [ana.as_str()]);
    for count in [33, 10_000] {
        let (kind, reason) = refusal(&store, &json!({"name": words(count)}).to_string());
        assert_eq!(kind, "illegal_argument_exception");
        assert_eq!(reason, format!("[name] has [{count}] words, more than the limit of [32]"));
    }
    // Characters between words are no words.
    assert_eq!(find(&store, &format!("ana {}", "!? ".repeat(10_000))), [ana.as_str()]);
    assert_eq!(find(&store, &"-!\u{2026}".repeat(10_000)), [""; 0]);
    assert_eq!(find(&store, &" \t\n".repeat(10_000)), [ana]);
}

#[test]
fn long_words() {
    let store = store();
    let mut all = Vec::new();
    for length in [63, 64, 65, 127, 254, 255, 256, 257, 510, 511, 512, 513] {
        for letter in ["q", "\u{444}", "\u{1d56c}"] {
            let name = letter.repeat(length);
            let uid = activate(&store, &format!("long{length}{letter}"), &name);
            assert!(find(&store, &name).contains(&uid), "{length} times {letter}");
            assert!(find(&store, &letter.repeat(40)).contains(&uid) || all.len() >= 10);
            all.push(uid);
        }
    }
    let request = json!({"name": "q".repeat(64), "size": 100});
    // Of these, 63 letters are too few. `q` is folded from a black-letter capital too, but that is A.
    assert_eq!(uids(&store, &request).len(), 11);
    let request = json!({"name": format!("{} x", "q".repeat(63)), "size": 100});
    assert_eq!(uids(&store, &request).len(), 12);
    is_sound(&store);
}

/// Code points of every plane, alone and between two letters.
#[test]
fn every_plane() {
    let store = store();
    let all: Vec<char> = (1..=0x10_ffffu32).filter_map(char::from_u32).collect();
    // No more than are searched of one name; of the higher planes, some.
    let is_picked = |number: usize| number < 256 || number.is_multiple_of(9);
    for (number, some) in all.chunks(125).enumerate().filter(|(number, _)| is_picked(*number)) {
        let alone: String = some.iter().flat_map(|c| [*c, ' ']).collect();
        let between: String = some.iter().flat_map(|c| ['a', *c, 'b', ' ']).collect();
        for (half, text) in [alone, between].iter().enumerate() {
            let username = format!("plane{number}.{half}");
            store.expect("activate", activation(&username, text, text));
        }
    }
    for some in all.chunks(7).step_by(101) {
        // Each first, last and inside of a word, unless it is no letter.
        let text: String = some.iter().flat_map(|c| [*c, 'z']).collect();
        let request = json!({"name": text, "size": 1, "explain": true, "fuzziness": "auto_last"});
        store.expect("suggest", request.to_string());
    }
    is_sound(&store);
}

#[test]
fn invisible_characters() {
    let store = store();
    let names = [
        "Zoe\u{200b}Smith",
        "\u{200f}Zoe\u{200e} Smith",
        "\u{202e}Zoe\u{202c} Smith",
        "Zoe\u{feff} Smith",
        "\u{2066}Zoe\u{2069} Smith",
        "Zoe\u{0} Smith",
        "Zoe\u{1}\u{1f}Smith",
        "Z\u{ad}oe Smith",
        "\u{301}Zoe \u{5b0}Smith",
    ];
    for (number, name) in names.iter().enumerate() {
        let uid = activate(&store, &format!("person{number}"), name);
        // Found by what was written, and listed with everybody.
        assert!(find(&store, name).contains(&uid), "{name:?}");
        assert!(find(&store, "").contains(&uid));
    }
    let (status, _) = store.call("suggest", "{\"name\":\"a\u{0}b\"}");
    assert_eq!(status, 400, "a raw NUL is no JSON");
    assert_eq!(find(&store, "zoe\u{0}q").len(), find(&store, "zoe q").len());
    is_sound(&store);
}

#[test]
fn unpaired_surrogates() {
    let store = store();
    let ana = activate(&store, "ana", "Ana");
    for name in [r"\ud800", r"\udc00", r"ana \ud800", r"\udc00\ud800", r"ana\ud83dx"] {
        let members = [
            format!(r#"{{"name":"{name}"}}"#),
            format!(r#"{{"data":"{name}"}}"#),
            format!(r#"{{"hint":{{"uids":["{name}"]}}}}"#),
            format!(r#"{{"hint":{{"labels":{{"{name}":["a"]}}}}}}"#),
            format!(r#"{{"hint":{{"labels":{{"a":["{name}"]}}}}}}"#),
        ];
        for request in members {
            let (status, _) = store.call("suggest", &request);
            assert!([0, 400].contains(&status), "{request}: {status}");
        }
        let request = format!(
            r#"{{"grant_type":"authentication","authentication":{{"username":"x","roles":[],
                "full_name":"{name}","authentication_realm":{{"name":"ldap1","type":"ldap"}}}}}}"#
        );
        let (status, _) = store.call("activate", &request);
        assert!([0, 400].contains(&status), "{request}: {status}");
    }
    let pair = activate(&store, "crab", "\u{1f980}");
    assert_eq!(
        uids(&store, &serde_json::from_str(r#"{"name":"\ud83e\udd80"}"#).expect("JSON")),
        [pair]
    );
    assert_eq!(find(&store, "ana"), [ana]);
    is_sound(&store);
}

#[test]
fn huge_numbers() {
    let store = store();
    let ana = activate(&store, "ana", "Ana");
    let window = |sum: &str| {
        format!(
            "Result window is too large, from + size must be less than or equal to: [10000] but was [{sum}]. "
        )
    };
    let beyond = [
        (json!({"size": 10_001}), "10001"),
        (json!({"size": "10001"}), "10001"),
        (json!({"size": 10_000, "from": 1}), "10001"),
        (json!({"from": 9_991}), "10001"),
        (json!({"size": i32::MAX}), "2147483647"),
        (json!({"size": i32::MAX, "from": i32::MAX}), "4294967294"),
    ];
    for (request, sum) in beyond {
        let (kind, reason) = refusal(&store, &request.to_string());
        assert_eq!(kind, "search_phase_execution_exception", "{request}");
        let (_, answer) = store.call("suggest", request.to_string());
        let cause = &parsed(&answer)["error"]["caused_by"];
        assert_eq!(cause["type"], "illegal_argument_exception");
        let because = cause["reason"].as_str().expect("a reason");
        assert!(because.starts_with(&window(sum)), "{because} and {reason}");
    }
    for number in ["-1", "\"-1\"", "-2147483648"] {
        for member in ["size", "from"] {
            let (kind, reason) = refusal(&store, &format!(r#"{{"{member}":{number}}}"#));
            assert_eq!(kind, "action_request_validation_exception");
            let shown = number.trim_matches('"');
            let message = format!("[{member}] parameter cannot be negative but was [{shown}]");
            assert_eq!(reason, format!("Validation Failed: 1: {message};"));
        }
    }
    for number in ["2147483648", "99999999999999999999", "1e400", "\"x\"", "null", "true", "[]"] {
        for member in ["size", "from"] {
            assert!(!refusal(&store, &format!(r#"{{"{member}":{number}}}"#)).1.is_empty());
        }
    }
    assert_eq!(uids(&store, &json!({"size": 9_990, "from": 0})), [ana.as_str()]);
    assert_eq!(uids(&store, &json!({"size": 0})), [""; 0]);
    assert_eq!(uids(&store, &json!({"from": 9_990})), [""; 0]);
    assert_eq!(uids(&store, &json!({"from": 1})), [""; 0]);
    assert_eq!(find(&store, "ana"), [ana]);
}

#[test]
fn many_and_deep_hints() {
    let store = store();
    let ana = activate(&store, "ana", "Ana");
    let eve = activate(&store, "eve", "Eve");
    let mut names: Vec<String> = (0..100_000).map(|number| format!("u_{number}")).collect();
    names.extend(vec![ana.clone(); 10_000]);
    assert_eq!(uids(&store, &json!({"hint": {"uids": names}})), [ana.as_str(), &eve]);
    let label = json!({"uid": eve, "labels": {"team": {"of": {"colour": "red"}}}});
    store.expect("update_data", label.to_string());
    let mut values: Vec<String> = (0..100_000).map(|number| format!("v{number}")).collect();
    values.push("red".to_owned());
    let hint = json!({"labels": {"team.of.colour": values}});
    assert_eq!(uids(&store, &json!({ "hint": hint })), [eve.as_str(), &ana]);
    // A path of a megabyte, and one of many names.
    for path in ["x".repeat(MEGABYTE), "x.".repeat(MEGABYTE / 2), ".".repeat(MEGABYTE)] {
        let hint = json!({"labels": {path: ["red"]}});
        assert_eq!(uids(&store, &json!({ "hint": hint })).len(), 2);
    }
    let value = "y".repeat(MEGABYTE);
    let hint = json!({"labels": {"team": [value]}});
    assert_eq!(uids(&store, &json!({ "hint": hint })).len(), 2);
    // Labels as deep and as long as they may be.
    for depth in [19, 20, 21, 100, 1_000] {
        let path = vec!["d"; depth].join(".");
        let labels = (0..depth).fold(json!("red"), |inner, _| json!({ "d": inner }));
        let request = json!({"uid": ana, "labels": labels}).to_string();
        let (status, _) = store.call("update_data", &request);
        assert!([0, 400].contains(&status), "{status}");
        if status == 0 {
            let hint = json!({"labels": {path: ["red"]}});
            assert_eq!(uids(&store, &json!({ "hint": hint })), [ana.as_str(), &eve], "{depth}");
        }
        is_sound(&store);
    }
    // More than 4,096 of them would not all be searched.
    let many: serde_json::Map<String, Value> =
        (0..2_000).map(|number| (format!("k{number}"), json!(["a", "b"]))).collect();
    store.expect("update_data", json!({"uid": eve, "labels": {"many": many}}).to_string());
    let hint = json!({"labels": {"many.k1999": "b"}});
    assert_eq!(uids(&store, &json!({ "hint": hint })), [eve, ana]);
    is_sound(&store);
}

#[test]
fn a_thousand_people_of_one_name() {
    let store = store();
    let mut all: Vec<String> = (0..1_100)
        .map(|number| {
            let request =
                activation(&format!("user{number}"), "Mar\u{ed}a Garc\u{ed}a", "maria@x.org");
            uid(&store.expect("activate", request))
        })
        .collect();
    for name in ["maria garcia", "m", "mari gracia ", "garcia maria", "maria@x.org", "x.org"] {
        let mut found = Vec::new();
        for from in (0..1_100).step_by(100) {
            found.extend(uids(&store, &json!({"name": name, "from": from, "size": 100})));
        }
        found.sort();
        all.sort();
        assert_eq!(found, all, "{name}");
    }
    is_sound(&store);
}

#[test]
fn strange_requests() {
    let store = store();
    let ana = activate(&store, "ana", "Ana");
    let refused = [
        r#"{"name":1}"#,
        r#"{"name":["ana"]}"#,
        r#"{"nam":"ana"}"#,
        r#"{"fuzziness":"2"}"#,
        r#"{"fuzziness":1}"#,
        r#"{"match":""}"#,
        r#"{"explain":"perhaps"}"#,
        r#"{"hint":{}}"#,
        r#"{"hint":[]}"#,
        r#"{"hint":{"uids":[]}}"#,
        r#"{"hint":{"uids":[1]}}"#,
        r#"{"hint":{"labels":{}}}"#,
        r#"{"hint":{"labels":{"a":[],"b":[]}}}"#,
        r#"{"hint":{"labels":{"a*":["b"]}}}"#,
        r#"{"hint":{"labels":{"a":[]}}}"#,
        r#"{"hint":{"labels":{"a":1}}}"#,
        r#"{"hint":{"labels":{"a":[1]}}}"#,
        r#"{"hint":{"other":[]}}"#,
        r#"{"data":1}"#,
        r#"{"required_privileges":{}}"#,
        r#"{"required_privileges":[]}"#,
        "[]",
        "1",
        "{",
        "\"ana\"",
    ];
    for request in refused {
        assert!(!refusal(&store, request).1.is_empty(), "{request}");
    }
    let deep = format!(r#"{{"name":{}"a"{}}}"#, "[".repeat(MEGABYTE), "]".repeat(MEGABYTE));
    assert!(!refusal(&store, &deep).1.is_empty());
    for request in [r#"{"fuzziness":"AUTO_Last"}"#, r#"{"match":"ALL"}"#, "{}", ""] {
        let (status, answer) = store.call("suggest", request);
        assert!(status == 0 && answer.contains(&ana), "{request:?}: {answer}");
    }
}

/// What a thread has written is found by it at once, and never half, while all write.
#[test]
fn threads_find_what_they_write() {
    const WRITERS: usize = 6;
    const READERS: usize = 4;
    const ROUNDS: usize = 120;
    let store = store();
    let (is_over, answers) = (AtomicBool::new(false), AtomicUsize::new(0));
    std::thread::scope(|scope| {
        let store = &store;
        let writers: Vec<_> = (0..WRITERS)
            .map(|writer| {
                scope.spawn(move || {
                    for round in 0..ROUNDS {
                        let username = format!("u{writer}x{round}e");
                        let mine = activate(store, &username, &format!("First{writer} Common"));
                        assert_eq!(find(store, &username), [mine.as_str()]);
                        let later = format!("Later{writer}q{round}e Common");
                        activate(store, &username, &later);
                        assert_eq!(find(store, later.trim_end_matches(" Common")), [mine.as_str()]);
                        assert_eq!(find(store, &format!("first{writer}")), [""; 0]);
                        if round % 3 == 0 {
                            store.expect("disable", json!({ "uid": mine }).to_string());
                            assert_eq!(find(store, &username), [""; 0]);
                        }
                    }
                })
            })
            .collect();
        for _ in 0..READERS {
            scope.spawn(|| {
                while !is_over.load(Ordering::SeqCst) {
                    let request = json!({"name": "comon common", "size": 50}).to_string();
                    let answer = parsed(&store.expect("suggest", request));
                    let hits = answer["profiles"].as_array().expect("profiles");
                    let total = answer["total"]["value"].as_u64().expect("a number");
                    assert_eq!(hits.len() as u64, total.min(50));
                    answers.fetch_add(1, Ordering::SeqCst);
                }
            });
        }
        // The readers end even if a writer fails.
        let ends: Vec<_> = writers.into_iter().map(|writer| writer.join()).collect();
        is_over.store(true, Ordering::SeqCst);
        assert!(ends.iter().all(Result::is_ok));
    });
    assert!(answers.into_inner() > READERS);
    let request = json!({"name": "common", "size": 0}).to_string();
    let total = parsed(&store.expect("suggest", request))["total"]["value"].clone();
    assert_eq!(total, WRITERS * ROUNDS * 2 / 3);
    is_sound(&store);
}
