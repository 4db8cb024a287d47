//! Tokens that have been verified.

use std::fs;
use std::sync::Arc;

use super::super::Verified;
use super::*;

/// Puts somebody else in the place of what the realm remembers of the token; whether there was
/// anything.
fn replace(realm: &JwtRealm, token: &str, now_ms: i64) -> bool {
    let digest = realm.verified.digest(&[token.as_bytes()]);
    let Some(known) = digest.and_then(|digest| realm.verified.recall(&digest, now_ms)) else {
        return false;
    };
    let principal = Principal { username: "recalled".to_owned(), ..known.principal.clone() };
    let verified = Verified { principal, keys: known.keys.clone() };
    realm.verified.remember(digest.unwrap(), Arc::new(verified), now_ms);
    true
}

fn username(realm: &JwtRealm, token: &str, now_ms: i64) -> Result<String, String> {
    answer_at(realm, token, None, now_ms).map(|person| person.username)
}

#[test]
fn a_verified_token_is_remembered() {
    let realm = realm(&json!({})).unwrap();
    let (first, second) = (sign(&json!({}), &json!({})), sign(&json!({}), &json!({"jti": "2"})));
    assert!(!replace(&realm, &first, now_ms()));
    assert_eq!(username(&realm, &first, now_ms()).as_deref(), Ok("alice"));
    assert!(replace(&realm, &first, now_ms()));
    assert_eq!(username(&realm, &first, now_ms()).as_deref(), Ok("recalled"));
    assert_eq!(username(&realm, &second, now_ms()).as_deref(), Ok("alice"));
    assert_eq!(username(&realm, &first, now_ms()).as_deref(), Ok("recalled"));
}

#[test]
fn a_refused_token_is_not_remembered() {
    let realm = realm(&json!({})).unwrap();
    let token = sign(&json!({}), &json!({"aud": "other"}));
    assert!(username(&realm, &token, now_ms()).is_err());
    assert!(!replace(&realm, &token, now_ms()));
}

#[test]
fn a_remembered_token_expires() {
    let realm = realm(&json!({"jwt.cache.ttl": "100d"})).unwrap();
    let token = sign(&json!({}), &json!({}));
    let edge = now_ms() + 3_660_000;
    assert!(username(&realm, &token, now_ms()).is_ok());
    assert!(replace(&realm, &token, now_ms()));
    assert_eq!(username(&realm, &token, edge - 1).as_deref(), Ok("recalled"));
    let refusal = username(&realm, &token, edge).unwrap_err();
    assert!(refusal.ends_with("claim [exp] is in the past"), "{refusal}");
}

#[test]
fn the_memory_has_a_time_and_a_size() {
    let realm_with = |settings| realm(&settings).unwrap();
    let [first, second] = ["1", "2"].map(|jti| sign(&json!({}), &json!({"jti": jti})));
    let brief = realm_with(json!({"jwt": {"cache": {"ttl": "2s"}}}));
    assert!(username(&brief, &first, now_ms()).is_ok());
    assert!(replace(&brief, &first, now_ms()));
    assert_eq!(username(&brief, &first, now_ms() + 1999).as_deref(), Ok("recalled"));
    assert_eq!(username(&brief, &first, now_ms() + 2000).as_deref(), Ok("alice"));
    let small = realm_with(json!({"jwt.cache.size": 1}));
    for token in [&first, &second] {
        assert!(username(&small, token, now_ms()).is_ok());
    }
    assert!(!replace(&small, &first, now_ms()) && replace(&small, &second, now_ms()));
    for off in [json!({"jwt.cache.size": 0}), json!({"jwt.cache.ttl": "0s"})] {
        let off = realm_with(off);
        assert!(username(&off, &first, now_ms()).is_ok());
        assert!(!replace(&off, &first, now_ms()));
    }
}

#[test]
fn other_keys_end_what_is_remembered() {
    let directory = tempfile::tempdir().unwrap();
    let path = directory.path().join("jwks.json");
    let (own, other) = (&issued("pkc_jwkset")["keys"][0], issued("other_rsa"));
    let write = |keys: Value| fs::write(&path, json!({ "keys": keys }).to_string()).unwrap();
    write(json!([own]));
    let realm = realm(&json!({
        "allowed_signature_algorithms": ["RS256", "HS256"],
        "pkc_jwkset_path": path,
    }));
    let (realm, token, secret) = (realm.unwrap(), token("RS256"), sign(&json!({}), &json!({})));
    for token in [token, &secret] {
        assert!(username(&realm, token, now_ms()).is_ok());
        assert!(replace(&realm, token, now_ms()));
    }
    write(json!([other, own]));
    assert_eq!(username(&realm, token, now_ms()).as_deref(), Ok("alice"), "verified again");
    assert!(replace(&realm, token, now_ms()));
    write(json!([other]));
    assert!(username(&realm, token, now_ms()).is_err());
    write(json!("spoilt"));
    assert!(username(&realm, token, now_ms()).is_err(), "the keys before stay in force");
    write(json!([own]));
    assert_eq!(username(&realm, token, now_ms()).as_deref(), Ok("alice"));
    assert_eq!(username(&realm, &secret, now_ms()).as_deref(), Ok("recalled"), "other keys");
}
