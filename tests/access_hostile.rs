//! Requests that are huge, or small and costly: each is answered or refused in plain words, and the
//! store goes on.

mod common;

use std::process::Command;

use common::Store;
use serde_json::{Value, json};

/// A refusal is no longer than this and what was asked: the names of all privileges are a part of it.
const LONGEST_REFUSAL: usize = 8 << 10;

/// A store with a user who may read the indices `logs-*`, and the user's handle.
struct Fixture {
    host: Store,
    user: Store,
    uid: String,
}

impl Fixture {
    fn new() -> Self {
        let host = Store::temporary();
        host.expect("put_role", ROLE);
        host.expect("put_user", r#"{"username":"ana","password":"secret-1","roles":["reader"]}"#);
        let profile = host.expect(
            "activate",
            r#"{"grant_type":"password","username":"ana","password":"secret-1"}"#,
        );
        let profile: Value = serde_json::from_str(&profile).expect("JSON");
        let uid = profile["uid"].as_str().expect("a uid").to_owned();
        let (_, _, user) = host.login(br#"{"username":"ana","password":"secret-1"}"#);
        Self { host, user: user.expect("a login gives a handle"), uid }
    }

    /// Answers status and document; a refusal is a short one, and nothing else has happened.
    fn call(&self, store: &Store, operation: &str, request: &Value) -> (i32, Value) {
        let request = request.to_string();
        let (status, answer) = store.call(operation, &request);
        let length = answer.len();
        let answer: Value = serde_json::from_str(&answer).expect("JSON");
        if status != 0 {
            let reason = &answer["error"]["reason"];
            let shown: String = reason.to_string().chars().take(200).collect();
            assert!([400, 413].contains(&status), "{status}: {shown}");
            // The reason is in it twice.
            assert!(length <= 2 * (request.len() + LONGEST_REFUSAL), "{length} bytes: {shown}");
        }
        let alive = json!({"uids": [self.uid], "privileges": {
            "index": [{"names": ["logs-1"], "privileges": ["read"]}]}});
        let alive = self.host.expect("has_privileges", alive.to_string());
        assert!(alive.contains(&self.uid), "{alive}");
        (status, answer)
    }

    /// Asks about the user by both operations, which must agree.
    fn holds(&self, asked: &Value) -> Result<bool, (i32, String)> {
        let request = json!({"uids": [self.uid], "privileges": asked});
        let (status, answer) = self.call(&self.host, "has_privileges", &request);
        let (own_status, own) = self.call(&self.user, "user_has_privileges", asked);
        if own_status != 0 {
            // What cannot be asked at all is refused; what fails for one user is that user's error.
            let own = text(&own["error"]["reason"]);
            if status == 0 {
                assert_eq!(text(&answer["errors"]["details"][&self.uid]["reason"]), own);
                assert_eq!(answer["has_privilege_uids"], json!([]));
            } else {
                assert_eq!(status, own_status);
            }
            return Err((own_status, own));
        }
        assert_eq!(status, 0, "{answer}");
        assert_eq!(answer.get("errors"), None);
        let holds = answer["has_privilege_uids"] == json!([self.uid]);
        assert_eq!(own["has_all_requested"], holds);
        Ok(holds)
    }

    fn put_role(&self, role: Value) -> (i32, String) {
        let mut request = role;
        request["name"] = "large".into();
        let (status, answer) = self.call(&self.host, "put_role", &request);
        (status, text(&answer["error"]["reason"]))
    }
}

const ROLE: &str = r#"{"name":"reader","cluster":["monitor"],
    "indices":[{"names":["logs-*"],"privileges":["read"]}],
    "applications":[{"application":"app1","privileges":["data:*"],"resources":["*"]}]}"#;

fn text(value: &Value) -> String {
    value.as_str().unwrap_or_default().to_owned()
}

fn indices(names: &[String], privileges: &[String]) -> Value {
    json!({"index": [{"names": names, "privileges": privileges}]})
}

fn numbered(count: usize, one: impl Fn(usize) -> String) -> Vec<String> {
    (0..count).map(one).collect()
}

#[test]
fn a_hundred_thousand_uids() {
    let fixture = Fixture::new();
    let mut uids = numbered(100_000, |number| format!("u_{number}"));
    uids.extend(vec![fixture.uid.clone(); 100_000]);
    let request = json!({"uids": uids, "privileges": {"cluster": ["monitor"]}});
    let (status, answer) = fixture.call(&fixture.host, "has_privileges", &request);
    assert_eq!(status, 0);
    assert_eq!(answer["has_privilege_uids"], json!([fixture.uid]));
    assert_eq!(answer["errors"]["count"], 100_000);
    assert_eq!(answer["errors"]["details"].as_object().map_or(0, |all| all.len()), 100_000);
}

#[test]
fn a_hundred_thousand_privileges() {
    let fixture = Fixture::new();
    let same = |name: &str| vec![name.to_owned(); 100_000];
    assert_eq!(fixture.holds(&json!({"cluster": same("monitor")})), Ok(true));
    assert_eq!(fixture.holds(&json!({"cluster": same("all")})), Ok(false));
    let one = ["logs-1".to_owned()];
    assert_eq!(fixture.holds(&indices(&one, &same("read"))), Ok(true));
    assert_eq!(fixture.holds(&indices(&one, &same("write"))), Ok(false));
    // Names without wildcards are cheap, however many they are.
    let logs = numbered(100_000, |number| format!("logs-{number}"));
    assert_eq!(fixture.holds(&indices(&logs, &["read".to_owned()])), Ok(true));
    let mut others = logs.clone();
    others[99_999] = "metrics".to_owned();
    assert_eq!(fixture.holds(&indices(&others, &["read".to_owned()])), Ok(false));
    let application = |resources: Vec<String>, privileges: Vec<String>| {
        json!({"application": [
            {"application": "app1", "privileges": privileges, "resources": resources},
        ]})
    };
    let read = || vec!["data:read".to_owned()];
    assert_eq!(fixture.holds(&application(logs, read())), Ok(true));
    assert_eq!(fixture.holds(&application(same("one"), read())), Ok(true));
    // Patterns are not cheap, and too many are refused.
    let actions = numbered(100_000, |number| format!("cluster:monitor/{number}"));
    let refused = [
        json!({"cluster": actions}),
        indices(&numbered(100_000, |number| format!("logs-{number}-*")), &["read".to_owned()]),
        application(numbered(100_000, |number| format!("{number}*")), read()),
        application(vec!["*".to_owned()], numbered(100_000, |number| format!("data:{number}*"))),
    ];
    for asked in refused {
        let (status, reason) = fixture.holds(&asked).expect_err("it is refused");
        assert_eq!(status, 400);
        assert!(reason.contains("too complex"), "{reason}");
    }
}

/// Every name with every privilege: a short request for billions of checks, in a process of its own
/// that may not use much memory.
#[test]
fn many_names_with_many_privileges() {
    const NAME: &str = "many_names_with_many_privileges";
    if std::env::var_os(NAME).is_none() {
        let program = std::env::current_exe().expect("this program has a file");
        let limited = "ulimit -d 1048576 && exec \"$0\" --exact \"$1\"";
        let mut command = Command::new("sh");
        command.args(["-c", limited]).arg(program).arg(NAME).env(NAME, "1");
        let output = command.output().expect("this program runs again");
        let text = [output.stdout, output.stderr].concat();
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&text));
        return;
    }
    let fixture = Fixture::new();
    let names = numbered(50_000, |number| format!("logs-{number}"));
    let privileges = |one: &str| vec![one.to_owned(); 50_000];
    let entry = json!(
        {"application": "app1", "privileges": privileges("data:read"), "resources": names}
    );
    for asked in [indices(&names, &privileges("read")), json!({ "application": [entry] })] {
        let (status, reason) = fixture.holds(&asked).expect_err("it is refused");
        assert_eq!(status, 400);
        assert!(!reason.is_empty());
    }
}

#[test]
fn huge_patterns() {
    let fixture = Fixture::new();
    let read = ["read".to_owned()];
    let name = "x".repeat(1 << 20);
    assert_eq!(fixture.holds(&indices(&[format!("logs-{name}")], &read)), Ok(true));
    assert_eq!(fixture.holds(&indices(std::slice::from_ref(&name), &read)), Ok(false));
    let patterns = [
        "a*".repeat(1 << 19),
        "?".repeat(1 << 20),
        format!("{name}*"),
        format!("/{name}/"),
        format!("/({}b)*/", "a?".repeat(1 << 16)),
        // Many states: the last but so many characters must be remembered.
        "/(a|b)*a(a|b){40}/".to_owned(),
        "/.*a.{200}/".to_owned(),
        "/((a{1,100}){1,100}){1,100}/".to_owned(),
        "/a{1000000000}/".to_owned(),
        "/~(.*a.{30}b.*)&~(.*b.{31}a.*)/".to_owned(),
    ];
    for pattern in patterns {
        let shown: String = pattern.chars().take(40).collect();
        let (status, reason) =
            fixture.holds(&indices(std::slice::from_ref(&pattern), &read)).expect_err(&shown);
        assert_eq!(status, 400, "{shown}: {reason}");
        assert!(reason.contains("too complex") || reason.contains("invalid"), "{shown}: {reason}");
        let roles = [
            json!({"indices": [{"names": [pattern], "privileges": ["read"]}]}),
            json!({"run_as": [pattern]}),
            json!({"applications": [
                {"application": "app1", "privileges": ["read"], "resources": [pattern]},
            ]}),
            json!({"global": {"profile": {"write": {"applications": [pattern]}}}}),
            json!({"global": {"application": {"manage": {"applications": [pattern]}}}}),
        ];
        for role in roles {
            let (status, reason) = fixture.put_role(role);
            assert!([400, 413].contains(&status), "{shown}: {reason}");
            assert!(!reason.is_empty());
        }
    }
}

#[test]
fn a_thousand_parentheses() {
    let fixture = Fixture::new();
    let read = ["read".to_owned()];
    let nested =
        |depth: usize, text: &str| format!("/{}{text}{}/", "(".repeat(depth), ")".repeat(depth));
    for depth in [1_000, 100_000, 1_000_000] {
        for pattern in [
            nested(depth, "logs-1"),
            format!("/{}logs-1/", "(".repeat(depth)),
            format!("/logs-1{}/", ")".repeat(depth)),
            format!("/{}/", "~".repeat(depth)),
            format!("/{}logs-1{}/", "~(".repeat(depth), ")".repeat(depth)),
            format!("/{}logs-1{}/", "(a|".repeat(depth), ")".repeat(depth)),
            format!("/a{}/", "*".repeat(depth)),
        ] {
            if let Err((status, reason)) =
                fixture.holds(&indices(std::slice::from_ref(&pattern), &read))
            {
                assert_eq!(status, 400);
                assert!(reason.contains("too complex") || reason.contains("invalid"), "{reason}");
            }
            let role = json!({"indices": [{"names": [pattern], "privileges": ["read"]}]});
            let (status, reason) = fixture.put_role(role);
            assert!([0, 400, 413].contains(&status), "{reason}");
        }
    }
    // Few of them mean what they would without.
    assert_eq!(fixture.holds(&indices(&[nested(50, "logs-1")], &read)), Ok(true));
    assert_eq!(fixture.holds(&indices(&[nested(50, "metrics")], &read)), Ok(false));
}

#[test]
fn fifty_megabytes() {
    let fixture = Fixture::new();
    let long = "x".repeat(50 << 20);
    let uids = json!({"uids": [fixture.uid, long], "privileges": {"cluster": ["monitor"]}});
    let (status, answer) = fixture.call(&fixture.host, "has_privileges", &uids);
    assert_eq!((status, &answer["has_privilege_uids"]), (0, &json!([fixture.uid])));
    // What is refused is not repeated in full.
    for asked in [
        indices(std::slice::from_ref(&long), &["read".to_owned()]),
        json!({"index": [{"names": [format!("{long}*")], "privileges": ["read"]}]}),
        json!({"index": [{"names": ["logs-1"], "privileges": ["read"], (long.as_str()): 1}]}),
        json!({"application": [
            {"application": "app1", "privileges": ["data:read"], "resources": [format!("/{long}")]},
        ]}),
        json!({(long.as_str()): []}),
    ] {
        let (status, _) = fixture.holds(&asked).expect_err("it is refused");
        assert_eq!(status, 400);
    }
    let (status, reason) = fixture.put_role(json!({"description": long}));
    assert!([400, 413].contains(&status), "{reason}");
}

/// A privilege that does not exist is an error for each profile: it is not repeated in full.
#[test]
fn an_unknown_privilege_with_a_long_name() {
    let fixture = Fixture::new();
    let mut uids = Vec::new();
    for number in 0..200 {
        let authentication = json!({"username": format!("user{number}"), "roles": [],
            "authentication_realm": {"name": "default_native", "type": "native"}});
        let request = json!({"grant_type": "authentication", "authentication": authentication});
        let profile = fixture.host.expect("activate", request.to_string());
        let profile: Value = serde_json::from_str(&profile).expect("JSON");
        uids.push(profile["uid"].clone());
    }
    let name = "x".repeat(1 << 20);
    for asked in
        [json!({"cluster": [name]}), indices(&["logs-1".to_owned()], std::slice::from_ref(&name))]
    {
        let request = json!({"uids": uids, "privileges": asked});
        let answer = fixture.host.expect("has_privileges", request.to_string());
        assert!(answer.len() <= 200 * LONGEST_REFUSAL, "{} bytes", answer.len());
        let answer: Value = serde_json::from_str(&answer).expect("JSON");
        assert_eq!(answer["errors"]["count"], 200);
        let (status, _) = fixture.call(&fixture.user, "user_has_privileges", &asked);
        assert_eq!(status, 400);
    }
}

#[test]
fn large_roles() {
    let fixture = Fixture::new();
    let role = |names: Vec<String>| json!({"indices": [{"names": names, "privileges": ["read"]}]});
    let (status, reason) = fixture.put_role(role(numbered(10_000, |n| format!("index-{n}"))));
    assert_eq!(status, 0, "{reason}");
    let user = r#"{"username":"ana","roles":["large"]}"#;
    fixture.host.expect("put_user", user);
    let grant = r#"{"grant_type":"password","username":"ana","password":"secret-1"}"#;
    fixture.host.expect("activate", grant);
    let holds = |names: &[&str]| {
        let asked = json!({"index": [{"names": names, "privileges": ["read"]}]});
        let request = json!({"uids": [fixture.uid], "privileges": asked});
        let answer = fixture.host.expect("has_privileges", request.to_string());
        let own = fixture.user.expect("user_has_privileges", asked.to_string());
        let holds = answer.contains(&fixture.uid);
        assert_eq!(own.contains(r#""has_all_requested":true"#), holds);
        holds
    };
    assert!(holds(&["index-0", "index-9999"]));
    assert!(!holds(&["index-10000"]));
    assert!(!holds(&["index-*"]));
    fixture.host.expect("put_user", r#"{"username":"ana","roles":["reader"]}"#);
    fixture.host.expect("activate", grant);
    // Wildcards cost more; what is too much is refused.
    let (status, reason) = fixture.put_role(role(numbered(10_000, |n| format!("*{n}?x*"))));
    assert_eq!(status, 400);
    assert!(reason.contains("too complex"), "{reason}");
    // A megabyte and not more.
    let (status, reason) = fixture.put_role(role(vec!["x".repeat(1_040_000)]));
    assert_eq!(status, 0, "{reason}");
    let too_large = [
        role(vec!["x".repeat(1 << 20)]),
        role(numbered(200_000, |number| format!("index-{number}"))),
        json!({"cluster": vec!["monitor"; 200_000]}),
        json!({"metadata": {"text": "x".repeat(1 << 20)}}),
        json!({"run_as": numbered(200_000, |number| format!("user{number}"))}),
    ];
    for role in too_large {
        let (status, reason) = fixture.put_role(role);
        assert_eq!(status, 413, "{reason}");
    }
    // Everything that is wrong is not said a thousand times over.
    let unknown = numbered(50_000, |number| format!("no_such_{number}"));
    let (status, answer) =
        fixture.host.call("put_role", json!({"name": "large", "cluster": unknown}).to_string());
    assert_eq!(status, 400);
    assert!(answer.len() < 1 << 20, "{} bytes", answer.len());
}

#[test]
fn many_application_privileges() {
    let fixture = Fixture::new();
    let names = numbered(10_000, |number| format!("privilege{number}"));
    let definitions = names.iter().map(|name| (name.clone(), json!({"actions": ["data:read/*"]})));
    let definitions: serde_json::Map<_, _> = definitions.collect();
    let request = json!({"privileges": {"app1": definitions}});
    let (status, _) = fixture.call(&fixture.host, "put_privileges", &request);
    assert_eq!(status, 0);
    let asked = |privileges: &[String]| {
        json!({"application": [
            {"application": "app1", "privileges": privileges, "resources": ["one"]},
        ]})
    };
    assert_eq!(fixture.holds(&asked(&names[..1_000])), Ok(true));
    if let Err((status, reason)) = fixture.holds(&asked(&names)) {
        assert_eq!(status, 400);
        assert!(reason.contains("too complex"), "{reason}");
    }
    let actions = numbered(100_000, |number| format!("data:{number}/*"));
    let request = json!({"privileges": {"app1": {"large": {"actions": actions}}}});
    let (status, answer) = fixture.call(&fixture.host, "put_privileges", &request);
    assert!([400, 413].contains(&status), "{}", text(&answer["error"]["reason"]));
}

/// Many roles with many patterns, and many questions about them: what a request may cost is limited.
#[test]
fn many_roles_and_many_questions() {
    let fixture = Fixture::new();
    let names = numbered(500, |number| format!("role{number}"));
    for (number, name) in names.iter().enumerate() {
        let names = numbered(20, |n| format!("/.*{number}.{{1,3}}{n}.*/"));
        let role = json!({"name": name, "indices": [{"names": names, "privileges": ["read"]}]});
        fixture.host.expect("put_role", role.to_string());
    }
    let mut roles = names;
    roles.push("reader".to_owned());
    let user = json!({"username": "ana", "roles": roles}).to_string();
    fixture.host.expect("put_user", user);
    fixture
        .host
        .expect("activate", r#"{"grant_type":"password","username":"ana","password":"secret-1"}"#);
    let read = ["read".to_owned()];
    assert_eq!(fixture.holds(&indices(&["logs-1*".to_owned()], &read)), Ok(true));
    let few = numbered(20, |number| format!("logs-{number}*"));
    assert_eq!(fixture.holds(&indices(&few, &read)), Ok(true));
    let many = numbered(2_000, |number| format!("/x.{{1,5}}{number}.*/"));
    match fixture.holds(&indices(&many, &read)) {
        Ok(holds) => assert!(!holds),
        Err((status, reason)) => {
            assert_eq!(status, 400);
            assert!(reason.contains("too"), "{reason}");
        }
    }
}
