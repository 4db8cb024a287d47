//! A user who is deleted and created again is somebody else, also in the middle of a call.

mod common;

use std::sync::Barrier;

use common::Store;

const OLD: &str = r#"{"username":"bob","password":"the-old-password","roles":[]}"#;
const NEW: &str = r#"{"username":"bob","password":"the-new-password","roles":["superuser"]}"#;

#[test]
fn a_password_that_is_being_hashed_is_not_given_to_the_next_user_of_the_name() {
    // Hashing takes long enough for what happens meanwhile.
    let store = Store::open(
        r#"{"path":":temporary:","password_hashing":{"memory_kib":65536,"iterations":8}}"#,
    )
    .expect("a temporary store opens");
    store.expect("put_user", OLD);
    let (status, answer, bob) = store.login(br#"{"username":"bob","password":"the-old-password"}"#);
    assert_eq!(status, 0, "{answer}");
    let bob = bob.expect("a handle");
    // Its hash is made beforehand, so that the new user is there in no time.
    let hash = r#""$2b$04$abcdefghijklmnopqrstuu5s2v8gEzTgH7nKvAq2nBvJ3Y1c9wQmW""#;
    let new =
        NEW.replace(r#""password":"the-new-password""#, &format!(r#""password_hash":{hash}"#));
    let barrier = Barrier::new(2);
    std::thread::scope(|scope| {
        let change = scope.spawn(|| {
            barrier.wait();
            bob.call("change_password", r#"{"password":"password-of-mallory"}"#)
        });
        barrier.wait();
        std::thread::sleep(std::time::Duration::from_millis(20));
        store.expect("delete_user", r#"{"username":"bob"}"#);
        store.expect("put_user", &new);
        let (status, answer) = change.join().expect("no panic");
        assert!(matches!(status, 0 | 400 | 401), "{status} {answer}");
    });
    let (status, _, _) = store.login(br#"{"username":"bob","password":"password-of-mallory"}"#);
    assert_eq!(status, 401);
}
