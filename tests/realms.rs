//! The realms of a configuration: how many there may be, and in which order they are asked.

mod common;

use std::fs;
use std::path::Path;

use common::Store;
use serde_json::{Value, json};

#[test]
fn a_second_native_realm_is_refused() {
    for names in [["native1", "native2"], ["default_native", "other"]] {
        let [first, second] = names;
        let config = format!(
            r#"{{"path":":temporary:","realms":{{"native":{{"{first}":{{}},"{second}":{{}}}}}}}}"#
        );
        let (status, answer) = Store::open(&config).err().expect("two native realms are refused");
        assert_eq!(status, 400);
        assert!(answer.contains("multiple [native] realms are configured"), "{answer}");
    }
}

/// Opens a store in `directory` with a file realm and a native one of these orders.
fn open(directory: &Path, file: i32, native: i32) -> Result<Store, (i32, String)> {
    let config = json!({
        "path": directory,
        "password_hashing": {"memory_kib": 8, "iterations": 1},
        "realms": {
            "file": {"file1": {"order": file}},
            "native": {"native1": {"order": native}},
        },
    });
    Store::open(&config.to_string())
}

/// The realm that a user of this password comes from.
fn realm(store: &Store, password: &str) -> Option<String> {
    let request = json!({"username": "ana", "password": password}).to_string();
    let (status, answer, _) = store.login(request.as_bytes());
    let answer: Value = serde_json::from_str(&answer).expect("JSON");
    assert!(matches!(status, 0 | 401), "{answer}");
    answer["authentication_realm"]["name"].as_str().map(str::to_owned)
}

#[test]
fn realms_are_asked_in_their_order() {
    let directory = tempfile::tempdir().expect("a directory");
    let hash = |password| bcrypt::hash(password, 4).expect("a hash");
    fs::write(directory.path().join("users"), format!("ana:{}\n", hash("shared-1"))).expect("file");
    for (file, native, first) in [(0, 1, "file1"), (1, 0, "native1"), (0, 0, "file1")] {
        let store = open(directory.path(), file, native).expect("the store opens");
        store.expect("put_user", r#"{"username":"ana","password":"shared-1","roles":[]}"#);
        assert_eq!(realm(&store, "shared-1").as_deref(), Some(first));
    }
    // One that does not know the password passes on to the next.
    let store = open(directory.path(), 0, 1).expect("the store opens");
    store.expect("put_user", r#"{"username":"ana","password":"native-1","roles":[]}"#);
    assert_eq!(realm(&store, "native-1").as_deref(), Some("native1"));
    assert_eq!(realm(&store, "shared-1").as_deref(), Some("file1"));
    assert_eq!(realm(&store, "neither-1"), None);
}

#[test]
fn the_reserved_user_is_nobody_elses() {
    let directory = tempfile::tempdir().expect("a directory");
    let line = format!("elastic:{}\n", bcrypt::hash("of-file-1", 4).expect("a hash"));
    fs::write(directory.path().join("users"), line).expect("the file is written");
    let store = open(directory.path(), 0, 1).expect("the store opens");
    let login = |password: &str| {
        store.login(json!({"username": "elastic", "password": password}).to_string().as_bytes()).0
    };
    assert_eq!(login("of-file-1"), 401);
    store.expect("change_password", r#"{"username":"elastic","password":"reserved-1"}"#);
    assert_eq!(login("reserved-1"), 0);
    assert_eq!(login("of-file-1"), 401);
}

#[test]
fn malformed_files_of_users_are_refused_with_the_line() {
    let directory = tempfile::tempdir().expect("a directory");
    let hash = bcrypt::hash("secret-1", 4).expect("a hash");
    let cases = [
        ("users", "ana".to_owned(), "line 1 is not of the form [username:hash]"),
        ("users", format!("# people\n\n:{hash}"), "line 3 is not of the form [username:hash]"),
        ("users", format!("ana:{hash}\nbo:plain"), "line 2: user [bo]: The provided password hash"),
        ("users", format!("ana:{hash}\nana:{hash}"), "line 2: user [ana] is there twice"),
        ("users_roles", "admin".to_owned(), "line 1 is not of the form [role:username,username]"),
    ];
    for (name, content, problem) in cases {
        let path = directory.path().join(name);
        fs::write(&path, content).expect("the file is written");
        let (status, answer) = open(directory.path(), 0, 1).err().expect("it is refused");
        assert_eq!(status, 400);
        assert!(answer.contains(problem), "{answer}");
        fs::remove_file(&path).expect("the file goes");
    }
    fs::write(directory.path().join("users"), b"\xff").expect("the file is written");
    let (_, answer) = open(directory.path(), 0, 1).err().expect("it is refused");
    assert!(answer.contains("it is not UTF-8 from byte 0 on"), "{answer}");
}
