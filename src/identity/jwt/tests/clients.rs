//! The shared secret of clients.

use std::fs;
use std::path::Path;

use super::*;

fn admits(realm: &JwtRealm, secret: Option<&str>, now_ms: i64) -> bool {
    let token = sign(&json!({}), &json!({"iat": 0, "exp": i64::MAX / 1000}));
    match answer_at(realm, &token, secret, now_ms) {
        Ok(_) => true,
        Err(reason) => {
            assert!(reason.ends_with("the client has not shown the shared secret"), "{reason}");
            false
        }
    }
}

/// Whether the client is admitted at a time of the clock of files.
fn admits_at(realm: &JwtRealm, secret: &str, now_ms: i64) -> bool {
    realm.clients.admit(Some(secret), now_ms, |_| {})
}

#[test]
fn clients_show_the_shared_secret() {
    for kind in [json!(null), json!("shared_secret"), json!("Shared_Secret")] {
        let realm = realm(&json!({
            "client_authentication.type": kind,
            "client_authentication.shared_secret": "s3cret",
        }));
        let realm = realm.unwrap();
        // The second time the token is remembered, which must change nothing.
        for _ in 0..2 {
            assert!(admits(&realm, Some("s3cret"), now_ms()));
            for wrong in
                [None, Some(""), Some("s3cre"), Some("s3cret "), Some("S3cret"), Some("s3creu")]
            {
                assert!(!admits(&realm, wrong, now_ms()), "{wrong:?}");
            }
        }
    }
}

#[test]
fn a_client_that_need_not_may_show_a_secret() {
    let realm = realm(&json!({"client_authentication.type": "NONE"})).unwrap();
    assert!(admits(&realm, None, now_ms()));
    assert!(admits(&realm, Some("whatever"), now_ms()));
}

fn realm_with_file(path: &Path, grace: &str) -> JwtRealm {
    let realm = realm(&json!({
        "client_authentication.type": null,
        "client_authentication.shared_secret_path": path,
        "client_authentication.rotation_grace_period": grace,
    }));
    realm.unwrap()
}

#[test]
fn a_line_break_ends_the_secret_in_a_file() {
    let directory = tempfile::tempdir().unwrap();
    let path = directory.path().join("secret");
    for content in ["s3cret", "s3cret\n", "s3cret\r\n"] {
        fs::write(&path, content).unwrap();
        let realm = realm_with_file(&path, "1m");
        assert!(admits(&realm, Some("s3cret"), now_ms()));
        assert!(!admits(&realm, Some("s3cret\n"), now_ms()));
    }
    fs::write(&path, "s3cret\n\n").unwrap();
    assert!(admits(&realm_with_file(&path, "1m"), Some("s3cret\n"), now_ms()));
}

/// When a file changed, by the clock of the file system, which a test cannot set.
fn changed_ms(path: &Path) -> i64 {
    use std::os::unix::fs::MetadataExt;
    let metadata = fs::metadata(path).unwrap();
    metadata.ctime() * 1000 + metadata.ctime_nsec() / 1_000_000
}

#[test]
fn a_replaced_secret_is_good_for_a_while() {
    let directory = tempfile::tempdir().unwrap();
    let path = directory.path().join("secret");
    fs::write(&path, "first").unwrap();
    let realm = realm_with_file(&path, "1m");
    assert!(admits_at(&realm, "first", changed_ms(&path)));
    fs::write(&path, "second").unwrap();
    let replaced = changed_ms(&path);
    for (secret, after, expected) in [
        ("second", 0, true),
        ("first", 0, true),
        ("first", 59_999, true),
        ("first", 60_000, false),
        ("second", 60_000, true),
        ("third", 0, false),
    ] {
        assert_eq!(admits_at(&realm, secret, replaced + after), expected, "{secret} {after}");
    }
    // Writing the same again is no change, and does not lengthen the time either.
    fs::write(&path, "second").unwrap();
    assert!(!admits_at(&realm, "first", replaced + 60_000));
    fs::write(&path, "third").unwrap();
    let replaced = changed_ms(&path);
    assert!(admits_at(&realm, "third", replaced));
    assert!(admits_at(&realm, "second", replaced));
    assert!(!admits_at(&realm, "first", replaced));
}

#[test]
fn without_grace_a_replaced_secret_is_wrong_at_once() {
    let directory = tempfile::tempdir().unwrap();
    let path = directory.path().join("secret");
    fs::write(&path, "first").unwrap();
    let realm = realm_with_file(&path, "0s");
    assert!(admits_at(&realm, "first", changed_ms(&path)));
    fs::write(&path, "second").unwrap();
    assert!(!admits_at(&realm, "first", changed_ms(&path)));
    assert!(admits_at(&realm, "second", changed_ms(&path)));
}

#[test]
fn a_secret_file_that_is_spoilt_changes_nothing() {
    let directory = tempfile::tempdir().unwrap();
    let path = directory.path().join("secret");
    fs::write(&path, "first").unwrap();
    let realm = realm_with_file(&path, "0s");
    for spoil in [|path: &Path| fs::write(path, "\n"), |path: &Path| fs::remove_file(path)] {
        spoil(&path).unwrap();
        assert!(admits(&realm, Some("first"), now_ms()));
        assert!(!admits(&realm, Some(""), now_ms()));
    }
}
