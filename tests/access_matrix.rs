//! Who may call what: every operation of the table for every kind of caller, by every way to call
//! it. What is expected comes from the tables of privileges and built-in roles, read independently.

mod common;
#[path = "common/privileges.rs"]
mod privileges;

use std::path::PathBuf;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use common::Store;
use serde::Deserialize;
use serde_json::{Value, json};

/// The operation table, as a unit test of the library has written it down.
const OPERATIONS: &str = include_str!("operations.json");
const BUILT_IN: &str = include_str!("../src/access/builtin_roles.json");

/// The user whom requests are about, and the user's profile.
const USER: &str = "jacknich";
const UID: &str = "u_79HkWkwmnBH5gqFKwoxggWPjEBOur1zLPXQPEl1VBW0_0";
const PASSWORD: &str = "secret-1";
/// A user who may do everything.
const ADMINISTRATOR: &str = "administrator";
const ANONYMOUS: &str = "_anonymous";

#[derive(Deserialize)]
struct Operation {
    name: String,
    routes: Vec<Route>,
    parameters: Vec<String>,
    body: String,
    action: String,
    writes: bool,
    granted_by: Vec<String>,
}

#[derive(Deserialize)]
struct Route {
    methods: Vec<String>,
    path: String,
}

impl Route {
    fn variables(&self) -> impl Iterator<Item = &str> {
        self.path.split('/').filter_map(|part| part.strip_prefix('{')?.strip_suffix('}'))
    }
}

fn operations() -> Vec<Operation> {
    serde_json::from_str(OPERATIONS).expect("operations.json is a table")
}

/// A request, and what it is about.
struct Case {
    request: Value,
    target: Target,
    /// What the host does before it, so that it has something to change.
    before: Vec<(&'static str, Value)>,
    /// How it is answered to those who may make it.
    status: i32,
}

/// What privileges that look at requests see of one.
#[derive(Clone, Copy)]
enum Target {
    Nothing,
    /// Top-level keys of a profile.
    Keys(&'static [&'static str]),
    /// Applications; none stands for all of them.
    Applications(&'static [&'static str]),
    /// The caller's own password.
    OwnPassword,
}

impl Case {
    fn new(request: Value) -> Self {
        Self { request, target: Target::Nothing, before: Vec::new(), status: 0 }
    }

    fn after(mut self, operation: &'static str, request: Value) -> Self {
        self.before.push((operation, request));
        self
    }

    fn about(self, target: Target) -> Self {
        Self { target, ..self }
    }

    fn not_found(self) -> Self {
        Self { status: 404, ..self }
    }
}

/// Requests that `operation` answers when the user `caller` makes them.
fn cases(operation: &str, caller: &str) -> Vec<Case> {
    let uid = || json!({ "uid": UID });
    let user = || json!({ "username": USER });
    let grant = || json!({"grant_type": "password", "username": USER, "password": PASSWORD});
    let temporary = || json!({ "name": "temporary" });
    let role = || json!({"name": "temporary", "cluster": ["monitor"]});
    let mapping = || {
        let rules = json!({"field": {"username": "nobody"}});
        json!({"name": "temporary", "roles": ["viewer"], "enabled": true, "rules": rules})
    };
    let stored = |applications: &[&str]| {
        let read = json!({"read": {"actions": ["data:read/*"]}});
        let all = applications.iter().map(|name| ((*name).to_owned(), read.clone()));
        json!({"privileges": Value::Object(all.collect())})
    };
    match operation {
        "activate" => vec![Case::new(grant()).after("disable", uid())],
        "get" => vec![Case::new(json!({"uid": UID, "data": "*"}))],
        "update_data" => {
            let update = |labels: Value, data: Value, keys| {
                let reset = json!({"uid": UID, "labels": {"app2": 0}, "data": {"app1": 0}});
                let request = json!({"uid": UID, "labels": labels, "data": data});
                Case::new(request).after("update_data", reset).about(Target::Keys(keys))
            };
            vec![
                update(json!({}), json!({"app1": 1}), &["app1"]),
                update(json!({"app2": 1}), json!({}), &["app2"]),
                update(json!({"app2": 1}), json!({"app1": 1}), &["app1", "app2"]),
                Case::new(json!({"uid": "nobody", "data": {"app1": 1}}))
                    .about(Target::Keys(&["app1"]))
                    .not_found(),
            ]
        }
        "enable" => vec![
            Case::new(uid()).after("disable", uid()),
            Case::new(json!({"uid": "nobody"})).not_found(),
        ],
        "disable" => vec![Case::new(uid()).after("enable", uid())],
        "put_user" => {
            vec![Case::new(json!({"username": "temporary", "password": PASSWORD, "roles": []}))]
        }
        "get_user" => vec![
            Case::new(json!({})),
            Case::new(json!({"username": USER, "with_profile_uid": true})),
            Case::new(json!({"username": "nobody"})).not_found(),
        ],
        "delete_user" => vec![
            Case::new(json!({"username": "temporary"})).after(
                "put_user",
                json!({"username": "temporary", "password": PASSWORD, "roles": []}),
            ),
            Case::new(json!({"username": "nobody"})).not_found(),
        ],
        "change_password" => vec![
            Case::new(json!({"username": USER, "password": PASSWORD})),
            Case::new(json!({"password": PASSWORD})).about(Target::OwnPassword),
            Case::new(json!({"username": caller, "password": PASSWORD})).about(Target::OwnPassword),
        ],
        "enable_user" => vec![Case::new(user()).after("disable_user", user())],
        "disable_user" => vec![Case::new(user()).after("enable_user", user())],
        "get_token" => vec![
            Case::new(grant()).after("enable_user", user()),
            Case::new(json!({"grant_type": "client_credentials"})),
        ],
        "invalidate_token" => vec![
            Case::new(user()).after("enable_user", user()).after("get_token", grant()),
            Case::new(json!({"token": "nothing"})).not_found(),
        ],
        "put_role_mapping" => vec![Case::new(mapping())],
        "get_role_mapping" => vec![
            Case::new(json!({})),
            Case::new(json!({"name": "kept"})),
            Case::new(json!({"name": "nobody"})).not_found(),
        ],
        "delete_role_mapping" => vec![
            Case::new(temporary()).after("put_role_mapping", mapping()),
            Case::new(json!({"name": "nobody"})).not_found(),
        ],
        "authenticate" => vec![Case::new(json!({}))],
        "put_role" => vec![Case::new(role())],
        "get_role" => vec![
            Case::new(json!({})),
            Case::new(json!({"name": ["viewer", "nobody"]})),
            Case::new(json!({"name": "nobody"})).not_found(),
        ],
        "delete_role" => vec![
            Case::new(temporary()).after("put_role", role()),
            Case::new(json!({"name": "nobody"})).not_found(),
        ],
        "put_privileges" => {
            let put = |names| Case::new(stored(names)).about(Target::Applications(names));
            vec![put(&["myapp"]), put(&["other"]), put(&["myapp", "other"])]
        }
        "get_privileges" => vec![
            Case::new(json!({})).about(Target::Applications(&[])),
            Case::new(json!({"application": "kept"})).about(Target::Applications(&["kept"])),
            Case::new(json!({"application": "myapp*"}))
                .after("put_privileges", stored(&["myapp"]))
                .about(Target::Applications(&["myapp*"])),
            Case::new(json!({"application": "myapp", "name": "nothing"}))
                .about(Target::Applications(&["myapp"]))
                .not_found(),
        ],
        "delete_privileges" => vec![
            Case::new(json!({"application": "myapp", "name": "read"}))
                .after("put_privileges", stored(&["myapp"]))
                .about(Target::Applications(&["myapp"])),
            Case::new(json!({"application": "other", "name": "nothing"}))
                .about(Target::Applications(&["other"]))
                .not_found(),
        ],
        "suggest" => vec![
            Case::new(json!({})),
            Case::new(json!({"name": "jack", "data": "*", "explain": true})),
            Case::new(json!({"required_privileges": {"cluster": ["monitor"]}})),
        ],
        "check" => vec![Case::new(json!({}))],
        "has_privileges" => vec![Case::new(
            json!({"uids": [UID, "nobody"], "privileges": {"cluster": ["monitor"]}}),
        )],
        "user_has_privileges" => vec![
            Case::new(json!({"cluster": ["monitor"]})),
            Case::new(json!({"user": caller, "cluster": ["monitor"]})),
        ],
        "get_user_privileges" => vec![Case::new(json!({}))],
        other => panic!("tests/access_matrix.rs has no request for {other}"),
    }
}

/// Somebody who calls.
struct Caller {
    /// What the caller stands for.
    what: String,
    username: String,
    /// The names of the caller's roles that exist, and those of the others.
    roles: Vec<String>,
    not_found: Vec<String>,
    /// What the roles that exist are.
    descriptors: Vec<Value>,
}

impl Caller {
    fn new(what: impl Into<String>, roles: Vec<(String, Value)>) -> Self {
        let (roles, descriptors) = roles.into_iter().unzip();
        let what = what.into();
        Self { username: String::new(), what, roles, not_found: Vec::new(), descriptors }
    }

    /// Whether the caller may make the request `case` of `operation`.
    fn may(&self, table: &Value, operation: &Operation, case: &Case, is_run_as: bool) -> bool {
        if operation.granted_by.is_empty() {
            return true;
        }
        if matches!(case.target, Target::OwnPassword) && !is_run_as {
            return true;
        }
        self.descriptors.iter().any(|role| {
            let allows = |privilege: &String| {
                privileges::allows(table, "cluster", privilege, &operation.action)
            };
            if strings(&role["cluster"]).iter().any(allows) {
                return true;
            }
            let (granted, names): (&Value, &[&str]) = match case.target {
                Target::Keys(keys) => (&role["global"]["profile"]["write"], keys),
                // A request about all applications needs a privilege for all.
                Target::Applications([]) => (&role["global"]["application"]["manage"], &["*"]),
                Target::Applications(names) => (&role["global"]["application"]["manage"], names),
                Target::Nothing | Target::OwnPassword => return false,
            };
            let Some(granted) = granted.get("applications").map(strings) else { return false };
            names.iter().all(|name| granted.iter().any(|one| privileges::matches(one, name)))
        })
    }

    /// The answer to a caller who may not perform the action; `by` is who acts for the caller.
    fn refusal(&self, operation: &Operation, by: Option<&str>) -> Value {
        let (mut roles, mut not_found) = (self.roles.clone(), self.not_found.clone());
        roles.sort();
        not_found.sort();
        let user = match by {
            Some(by) => format!("[{by}] run as [{}]", self.username),
            None => format!("[{}]", self.username),
        };
        let mut effective = format!("effective roles [{}]", roles.join(","));
        if !not_found.is_empty() {
            effective += &format!(" (assigned roles [{}] were not found)", not_found.join(","));
        }
        let reason = format!(
            "action [{}] is unauthorized for user {user} with {effective}, this action is granted \
             by the cluster privileges [{}]",
            operation.action,
            operation.granted_by.join(",")
        );
        let cause = json!({"type": "security_exception", "reason": reason});
        json!({
            "error": {"root_cause": [cause], "type": "security_exception", "reason": reason},
            "status": 403,
        })
    }
}

fn strings(list: &Value) -> Vec<String> {
    let strings = list.as_array().into_iter().flatten();
    strings.map(|one| one.as_str().expect("a string").to_owned()).collect()
}

/// How a call is made.
#[derive(Debug, Clone, Copy, PartialEq)]
enum Way {
    /// The C function on a handle of `login`.
    Function,
    /// `rest` on that handle.
    Rest,
    /// `rest` on the host's handle with the caller's password.
    Authorization,
    /// `rest` on the host's handle with the password of one who acts for the caller.
    RunAs,
}

/// A store with something of every kind in it.
struct Fixture {
    host: Store,
    directory: tempfile::TempDir,
    operations: Vec<Operation>,
    table: Value,
}

impl Fixture {
    fn new(anonymous_roles: &[&str]) -> Self {
        let directory = tempfile::tempdir().expect("a directory");
        let config = json!({
            "path": directory.path(),
            "durability": "none",
            "password_hashing": {"memory_kib": 8, "iterations": 1},
            "anonymous": {"roles": anonymous_roles},
        });
        let host = Store::open(&config.to_string()).expect("the store opens");
        let fixture =
            Self { host, directory, operations: operations(), table: privileges::table() };
        fixture.host("put_user", json!({"username": USER, "password": PASSWORD, "roles": []}));
        let profile = fixture.host(
            "activate",
            json!({"grant_type": "password", "username": USER, "password": PASSWORD}),
        );
        assert!(profile.contains(UID), "{profile}");
        fixture.host(
            "put_user",
            json!({"username": ADMINISTRATOR, "password": PASSWORD, "roles": ["superuser"]}),
        );
        let rules = json!({"field": {"username": "nobody"}});
        fixture.host(
            "put_role_mapping",
            json!({"name": "kept", "roles": ["viewer"], "enabled": true, "rules": rules}),
        );
        fixture.host(
            "put_privileges",
            json!({"privileges": {"kept": {"read": {"actions": ["data:read/*"]}}}}),
        );
        fixture
    }

    fn host(&self, operation: &str, request: Value) -> String {
        self.host.expect(operation, request.to_string())
    }

    fn data_file(&self) -> Vec<u8> {
        let file: PathBuf = self.directory.path().join("data.mdb");
        std::fs::read(file).expect("the data file is readable")
    }

    /// What the host is told by every operation that only reads, but not how long that took.
    fn answers(&self) -> Vec<(i32, Value)> {
        let reading = self.operations.iter().filter(|operation| !operation.writes);
        reading
            .flat_map(|operation| {
                let cases = cases(&operation.name, "_host").into_iter();
                cases.map(|case| {
                    let (status, answer) =
                        self.host.call(&operation.name, case.request.to_string());
                    let mut answer: Value = serde_json::from_str(&answer).expect("JSON");
                    answer.as_object_mut().map(|answer| answer.remove("took"));
                    (status, answer)
                })
            })
            .collect()
    }

    /// Creates the caller's user and roles, and logs in.
    fn enter(&self, caller: &mut Caller, number: usize) -> Store {
        let builtin = built_in();
        caller.username = format!("caller{number}");
        for (name, role) in caller.roles.iter().zip(&caller.descriptors) {
            if builtin.iter().any(|(known, _)| known == name) {
                continue;
            }
            let mut request = role.clone();
            request["name"] = name.as_str().into();
            self.host("put_role", request);
        }
        let roles = [&caller.roles[..], &caller.not_found[..]].concat();
        let user = json!({"username": caller.username, "password": PASSWORD, "roles": roles});
        self.host("put_user", user);
        let login = json!({"username": caller.username, "password": PASSWORD}).to_string();
        let (status, answer, handle) = self.host.login(login.as_bytes());
        assert_eq!(status, 0, "{answer}");
        handle.expect("a login gives a handle")
    }

    /// Makes every request of every operation as `caller`, who has logged in to `handle`.
    fn check(&self, caller: &Caller, handle: &Store, ways: &[Way]) {
        for operation in &self.operations {
            for case in cases(&operation.name, &caller.username) {
                if caller.username == ANONYMOUS && matches!(case.target, Target::OwnPassword) {
                    // There is none.
                    continue;
                }
                for way in ways {
                    self.check_case(caller, handle, operation, &case, *way);
                }
            }
        }
    }

    fn check_case(
        &self,
        caller: &Caller,
        handle: &Store,
        operation: &Operation,
        case: &Case,
        way: Way,
    ) {
        let may = caller.may(&self.table, operation, case, way == Way::RunAs);
        if way == Way::Function {
            let call = || handle.call(&operation.name, case.request.to_string());
            return self.check_call(caller, operation, case, way, may, call);
        }
        let header = |name: &str| {
            let credentials = STANDARD.encode(format!("{name}:{PASSWORD}"));
            format!("Basic {credentials}")
        };
        let (store, headers) = match way {
            Way::Authorization => (&self.host, json!({"authorization": header(&caller.username)})),
            Way::RunAs => (
                &self.host,
                json!({
                    "Authorization": header(ADMINISTRATOR),
                    "es-security-runas-user": caller.username,
                }),
            ),
            Way::Function | Way::Rest => (handle, json!({})),
        };
        for mut request in rest_requests(operation, &case.request) {
            request["headers"] = headers.clone();
            let call = || store.call("rest", request.to_string());
            self.check_call(caller, operation, case, way, may, call);
        }
    }

    fn check_call(
        &self,
        caller: &Caller,
        operation: &Operation,
        case: &Case,
        way: Way,
        may: bool,
        call: impl FnOnce() -> (i32, String),
    ) {
        for (name, request) in &case.before {
            self.host(name, request.clone());
        }
        let (file, answers) = (self.data_file(), (!may).then(|| self.answers()));
        let (status, answer) = call();
        let what = || {
            let (name, request) = (&operation.name, &case.request);
            format!("{} calls {name} with {request} by {way:?}: {answer}", caller.what)
        };
        let is_untouched = self.data_file() == file;
        if let Some(answers) = answers {
            assert_eq!(status, 403, "{}", what());
            let by = (way == Way::RunAs).then_some(ADMINISTRATOR);
            let answer: Value = serde_json::from_str(&answer).expect("JSON");
            assert_eq!(answer, caller.refusal(operation, by), "{}", what());
            assert!(is_untouched, "{}", what());
            assert!(self.answers() == answers, "{}", what());
        } else {
            assert_eq!(status, case.status, "{}", what());
            // Otherwise the file would not tell whether a refused call had gone through.
            assert_eq!(is_untouched, !operation.writes || status != 0, "{}", what());
        }
    }
}

/// The requests to `rest` that are `request`, by every route and method for it.
fn rest_requests(operation: &Operation, request: &Value) -> Vec<Value> {
    let fitting = operation.routes.iter().filter(|route| is_for(route, request));
    let longest = fitting.clone().map(|route| route.variables().count()).max();
    let mut requests = Vec::new();
    for route in fitting.filter(|route| Some(route.variables().count()) == longest) {
        let mut body = request.as_object().expect("a request is an object").clone();
        let mut path = route.path.clone();
        for name in route.variables() {
            let value = body.remove(name).expect("the route is for the request");
            path = path.replace(&format!("{{{name}}}"), &text(&value));
        }
        let mut separator = '?';
        for name in &operation.parameters {
            if let Some(value) = body.remove(name) {
                path += &format!("{separator}{name}={}", text(&value));
                separator = '&';
            }
        }
        // Of some the whole body is one member.
        let only =
            operation.body.strip_prefix("Member(\"").and_then(|name| name.strip_suffix("\")"));
        let body = match only {
            Some(name) => body.remove(name).expect("the one member is there"),
            None if body.is_empty() => Value::Null,
            None => Value::Object(body),
        };
        for method in &route.methods {
            requests.push(json!({"method": method, "path": path, "body": body}));
        }
    }
    assert!(!requests.is_empty(), "{} has no route for {request}", operation.name);
    requests
}

fn is_for(route: &Route, request: &Value) -> bool {
    route.variables().all(|name| request.get(name).is_some())
}

/// A value as it stands in a path or query.
fn text(value: &Value) -> String {
    match value {
        Value::String(text) => text.clone(),
        Value::Array(_) => strings(value).join(","),
        other => other.to_string(),
    }
}

/// Every built-in role and what it is.
fn built_in() -> Vec<(String, Value)> {
    let table: Value = serde_json::from_str(BUILT_IN).expect("builtin_roles.json is JSON");
    let roles = table["roles"].as_object().expect("roles by name");
    assert_eq!(roles.len(), 32);
    roles.iter().map(|(name, role)| (name.clone(), role.clone())).collect()
}

const ALL_WAYS: [Way; 4] = [Way::Function, Way::Rest, Way::Authorization, Way::RunAs];

/// Checks callers with these roles, each in one line of the matrix.
fn check_all(callers: impl IntoIterator<Item = Caller>, ways: &[Way]) {
    let fixture = Fixture::new(&[]);
    for (number, mut caller) in callers.into_iter().enumerate() {
        let handle = fixture.enter(&mut caller, number);
        fixture.check(&caller, &handle, ways);
    }
}

#[test]
fn every_route_has_a_request() {
    for operation in operations() {
        for route in &operation.routes {
            let mut cases = cases(&operation.name, "caller").into_iter();
            let is_taken = cases.any(|case| {
                let mut requests = rest_requests(&operation, &case.request).into_iter();
                requests.any(|request| is_at(route, request["path"].as_str().unwrap_or_default()))
            });
            assert!(is_taken, "no request of {} is for {}", operation.name, route.path);
        }
    }
}

/// Whether `path` is one of `route`.
fn is_at(route: &Route, path: &str) -> bool {
    let (path, _) = path.split_once('?').unwrap_or((path, ""));
    let (expected, given) = (route.path.split('/'), path.split('/'));
    expected.clone().count() == given.clone().count()
        && expected
            .zip(given)
            .all(|(expected, given)| expected.starts_with('{') || expected == given)
}

#[test]
fn built_in_roles() {
    let roles = built_in().into_iter();
    check_all(roles.map(|(name, role)| Caller::new(name.clone(), vec![(name, role)])), &ALL_WAYS);
}

#[test]
fn named_cluster_privileges() {
    let table = privileges::table();
    let names = table["cluster"].as_object().expect("privileges by name").keys();
    let callers =
        names.map(|name| Caller::new(name, vec![("given".to_owned(), json!({"cluster": [name]}))]));
    check_all(callers, &[Way::Function, Way::Authorization]);
}

#[test]
fn single_actions() {
    let operations = operations();
    let callers = operations.iter().map(|operation| {
        let role = json!({"cluster": [operation.action]});
        Caller::new(&operation.action, vec![("given".to_owned(), role)])
    });
    check_all(callers, &[Way::Function]);
}

#[test]
fn global_privileges() {
    let write = |applications: &[&str]| json!({"global": {"profile": {"write": {"applications": applications}}}});
    let manage = |applications: &[&str]| json!({"global": {"application": {"manage": {"applications": applications}}}});
    let one = |what: &str, role: Value| Caller::new(what, vec![("given".to_owned(), role)]);
    let two = |what: &str, roles: [Value; 2]| {
        let names = ["first".to_owned(), "second".to_owned()];
        Caller::new(what, names.into_iter().zip(roles).collect())
    };
    let callers = [
        one("a writer of app1", write(&["app1"])),
        one("a writer of app2", write(&["x", "ap?2"])),
        one("a writer of both", write(&["app*"])),
        one("a writer of nothing", write(&[])),
        two("a writer of each", [write(&["app1"]), write(&["app2"])]),
        two("a writer and reader", [write(&["app1"]), json!({"cluster": ["read_security"]})]),
        one("a manager of myapp", manage(&["myapp*"])),
        one("a manager of other", manage(&["other"])),
        one("a manager of both", manage(&["other", "my*"])),
        one("a manager of all", manage(&["*"])),
        one("a manager of nothing", manage(&[])),
        two("a manager of each", [manage(&["myapp"]), manage(&["other"])]),
    ];
    check_all(callers, &ALL_WAYS);
}

#[test]
fn roles_that_allow_nothing_here() {
    let everything = |names: &str| json!([{"names": [names], "privileges": ["all"]}]);
    let role = |role: Value| vec![("given".to_owned(), role)];
    let mut unknown = Caller::new("unknown roles", Vec::new());
    unknown.not_found = vec!["zeta".to_owned(), "alpha".to_owned()];
    let mut known = Caller::new("known and unknown roles", Vec::new());
    known.not_found = vec!["zeta".to_owned()];
    for name in ["viewer", "editor"] {
        let role = built_in().into_iter().find(|(known, _)| known == name);
        let (name, role) = role.expect("a built-in role");
        known.roles.push(name);
        known.descriptors.push(role);
    }
    let callers = [
        Caller::new("no roles", Vec::new()),
        unknown,
        known,
        Caller::new("index privileges", role(json!({"indices": everything("*")}))),
        Caller::new("acting for others", role(json!({"run_as": ["*"]}))),
        Caller::new(
            "application privileges",
            role(json!({"applications": [
                {"application": "*", "privileges": ["*"], "resources": ["*"]},
            ]})),
        ),
    ];
    check_all(callers, &ALL_WAYS);
}

/// The roles of the anonymous user are everybody's.
#[test]
fn anonymous_roles() {
    let readers = ("readers".to_owned(), json!({"cluster": ["read_security"]}));
    let fixture = Fixture::new(&["readers"]);
    let mut user = Caller::new("a user without roles", vec![readers.clone()]);
    let handle = fixture.enter(&mut user, 0);
    // Nobody gave the role to this one, who has it all the same.
    fixture.host("put_user", json!({"username": "caller0", "roles": []}));
    fixture.check(&user, &handle, &ALL_WAYS);

    let mut nobody = Caller::new("nobody", vec![readers]);
    nobody.username = ANONYMOUS.to_owned();
    let (status, answer, handle) = fixture.host.login(b"{}");
    assert_eq!(status, 0, "{answer}");
    let handle = handle.expect("a login gives a handle");
    fixture.check(&nobody, &handle, &[Way::Function, Way::Rest]);
}

/// Credentials that prove nobody: 401 for everything, on every handle.
#[test]
fn no_credentials() {
    let fixture = Fixture::new(&[]);
    let (status, answer, _) = fixture.host.login(b"{}");
    assert_eq!(status, 400, "{answer}");
    let basic = |text: &str| format!("Basic {}", STANDARD.encode(text));
    let missing = "missing authentication credentials for";
    let credentials = [
        (String::new(), missing),
        ("Basic".to_owned(), missing),
        ("Bearer ".to_owned(), missing),
        ("Digest abc".to_owned(), missing),
        (basic(&format!("{USER}:wrong-1")), "unable to authenticate user [jacknich] for"),
        (basic("nobody:secret-1"), "unable to authenticate user [nobody] for"),
        ("Bearer nothing".to_owned(), "unable to authenticate user [_bearer_token] for"),
    ];
    let mut caller = Caller::new("a user without roles", Vec::new());
    let restricted = fixture.enter(&mut caller, 0);
    let (file, answers) = (fixture.data_file(), fixture.answers());
    for operation in &fixture.operations {
        for case in cases(&operation.name, USER) {
            for mut request in rest_requests(operation, &case.request) {
                let path = request["path"].as_str().expect("a path").to_owned();
                for (authorization, problem) in &credentials {
                    request["headers"] = json!({"authorization": authorization});
                    for handle in [&fixture.host, &restricted] {
                        let (status, answer) = handle.call("rest", request.to_string());
                        let answer: Value = serde_json::from_str(&answer).expect("JSON");
                        assert_eq!(status, 401, "{authorization}: {answer}");
                        let reason = format!("{problem} REST request [{path}]");
                        assert_eq!(answer["error"]["reason"], reason.as_str());
                        assert_eq!(answer["error"]["type"], "security_exception");
                    }
                }
            }
        }
    }
    assert!(fixture.data_file() == file);
    assert!(fixture.answers() == answers);
}

/// Who may not act for a user is told so whatever is asked, and not whether there is such a user.
#[test]
fn run_as_is_refused() {
    let fixture = Fixture::new(&[]);
    let role = ("given".to_owned(), json!({"cluster": ["all"], "run_as": ["allowed*"]}));
    let mut caller = Caller::new("one who may act for some", vec![role]);
    let restricted = fixture.enter(&mut caller, 0);
    let (file, answers) = (fixture.data_file(), fixture.answers());
    let basic = format!("Basic {}", STANDARD.encode(format!("caller0:{PASSWORD}")));
    for operation in &fixture.operations {
        for case in cases(&operation.name, USER) {
            for mut request in rest_requests(operation, &case.request) {
                for user in [USER, "nobody", "allowed_nobody", "elastic"] {
                    let header = json!({"es-security-runas-user": user});
                    let mut by_password = header.clone();
                    by_password["authorization"] = basic.as_str().into();
                    for (handle, headers) in [(&restricted, header), (&fixture.host, by_password)] {
                        request["headers"] = headers;
                        let (status, answer) = handle.call("rest", request.to_string());
                        let answer: Value = serde_json::from_str(&answer).expect("JSON");
                        assert_eq!(status, 403, "{request}: {answer}");
                        let reason = format!(
                            "action [{}] is unauthorized for user [caller0] with effective roles \
                             [given], because user [caller0] is unauthorized to run as [{user}]",
                            operation.action
                        );
                        assert_eq!(answer["error"]["reason"], reason.as_str());
                    }
                }
            }
        }
    }
    assert!(fixture.data_file() == file);
    assert!(fixture.answers() == answers);
}

/// A request that no one could make is refused as such before anybody's privileges are looked at.
#[test]
fn malformed_requests() {
    let fixture = Fixture::new(&[]);
    let mut caller = Caller::new("a user without roles", Vec::new());
    let restricted = fixture.enter(&mut caller, 0);
    let (file, answers) = (fixture.data_file(), fixture.answers());
    for operation in &fixture.operations {
        for case in cases(&operation.name, "caller0") {
            let mut request = case.request;
            request["surprise"] = 1.into();
            for handle in [&fixture.host, &restricted] {
                let (status, answer) = handle.call(&operation.name, request.to_string());
                assert_eq!(status, 400, "{} {request}: {answer}", operation.name);
                assert!(answer.contains("surprise"), "{answer}");
            }
        }
    }
    assert!(fixture.data_file() == file);
    assert!(fixture.answers() == answers);
}
