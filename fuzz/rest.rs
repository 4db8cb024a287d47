//! Runs scripts of calls through the C functions. A line is the name of an operation, a space and
//! the request, or else a request for every operation; after `login` the new handle is used.

use crate::common::{OPERATIONS, Store};
use serde_json::value::RawValue;
use std::sync::atomic::AtomicI64;

const STATUSES: [i32; 10] = [0, 400, 401, 403, 404, 405, 409, 413, 500, 503];

/// Whatever the script says, every call answers with a known status and a JSON object.
pub(crate) fn run(script: &[u8]) {
    static NOW: AtomicI64 = AtomicI64::new(1_700_000_000_000);
    let host = Store::open(
        r#"{"path":":temporary:","durability":"none","map_reserve":"64mb",
            "password_hashing":{"memory_kib":8,"iterations":1,"parallelism":1},
            "realms":{"native":{"n":{"order":0}},"external":{"e":{"order":1,"type":"ldap"}}}}"#,
    );
    let host = host.unwrap_or_else(|(status, answer)| panic!("{status} {answer}"));
    host.set_clock(&NOW);
    let mut restricted = None;
    for line in script.split(|byte| *byte == b'\n').take(32) {
        let store = restricted.as_ref().unwrap_or(&host);
        let end = line.iter().position(|byte| *byte == b' ').unwrap_or(line.len());
        let (name, request) = (&line[..end], line.get(end + 1..).unwrap_or_default());
        if name == b"login" {
            let (status, answer, handle) = store.login(request);
            assert_eq!(status == 0, handle.is_some());
            check(status, &answer);
            restricted = handle.or(restricted);
            continue;
        }
        let named = OPERATIONS.iter().find(|(known, _)| known.as_bytes() == name);
        match named {
            Some((name, _)) => {
                let (status, answer) = store.call(name, request);
                check(status, &answer);
            }
            None => {
                for (name, _) in OPERATIONS {
                    let (status, answer) = store.call(name, line);
                    check(status, &answer);
                }
            }
        }
    }
}

fn check(status: i32, answer: &str) {
    assert!(STATUSES.contains(&status), "{status}: {answer}");
    assert!(answer.starts_with('{'), "{answer}");
    let object: Result<&RawValue, _> = serde_json::from_str(answer);
    assert!(object.is_ok(), "{answer}");
    // How the boundary reports a panic.
    assert!(!answer.contains(r#""reason":"internal error: "#), "{answer}");
}
