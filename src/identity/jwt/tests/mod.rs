//! The JWT realm, against tokens of another implementation (see `tests/jwt/issue.py`) and tokens that
//! the tests sign themselves.

mod cache;
mod claims;
mod clients;
mod configuration;
mod keys;
mod parsing;
mod people;

use std::sync::LazyLock;

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use hmac::{Hmac, KeyInit, Mac};
use serde_json::{Value, json};
use sha2::Sha256;

use super::{Jwt, JwtRealm};
use crate::error::Error;
use crate::identity::principal::Principal;
use crate::json::{Raw, Settings};

const ALL: [&str; 12] = [
    "HS256", "HS384", "HS512", "RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256",
    "ES384", "ES512",
];

static ISSUED: LazyLock<Value> = LazyLock::new(|| {
    serde_json::from_str(include_str!("../../../../tests/jwt/issued.json")).unwrap()
});

fn issued(name: &str) -> &'static Value {
    ISSUED.get(name).unwrap()
}

/// A token of the other implementation.
fn token(name: &str) -> &'static str {
    issued("tokens")[name].as_str().unwrap()
}

fn now_ms() -> i64 {
    issued("now").as_i64().unwrap() * 1000
}

/// `base` with some members changed, added, or (null) left out.
fn changed(base: &Value, changes: &Value) -> Value {
    let mut changed = base.as_object().unwrap().clone();
    for (name, value) in changes.as_object().unwrap() {
        changed.insert(name.clone(), value.clone());
        if value.is_null() {
            changed.remove(name);
        }
    }
    changed.into()
}

/// A realm that accepts the tokens of `sign`, with some settings changed.
fn realm(changes: &Value) -> Result<JwtRealm, Error> {
    let usual = json!({
        "allowed_issuer": "https://issuer.example.com/",
        "allowed_audiences": ["es01"],
        "allowed_signature_algorithms": ["HS256"],
        "claims.principal": "sub",
        "client_authentication.type": "none",
        "hmac_key": issued("hmac_key"),
    });
    configure(&json!({ "realms": { "jwt": { "jwt1": changed(&usual, changes) } } }))
}

fn configure(config: &Value) -> Result<JwtRealm, Error> {
    let config = config.to_string();
    let mut settings = Settings::flatten(Raw::trusted(&config), "xpack.security.authc.")?;
    let realm = JwtRealm::configure(&mut settings, "realms.jwt.jwt1", None)?;
    settings.finish().map(|()| realm)
}

/// A realm with the keys of every algorithm, which allows only the `allowed` ones.
fn realm_of(allowed: &[&str]) -> JwtRealm {
    let changes = json!({
        "allowed_signature_algorithms": allowed,
        "pkc_jwkset": issued("pkc_jwkset"),
    });
    realm(&changes).unwrap()
}

fn encoded(part: impl AsRef<[u8]>) -> String {
    URL_SAFE_NO_PAD.encode(part)
}

fn decoded(part: &str) -> Vec<u8> {
    URL_SAFE_NO_PAD.decode(part).unwrap()
}

/// The usual claims with some of them changed, signed with HS256 under the usual header with some
/// of it changed.
fn sign(header: &Value, claims: &Value) -> String {
    let header = changed(&json!({"alg": "HS256", "typ": "JWT"}), header);
    let claims = changed(issued("claims"), claims);
    sign_text(&header.to_string(), &claims.to_string())
}

fn sign_text(header: &str, claims: &str) -> String {
    let signed = format!("{}.{}", encoded(header), encoded(claims));
    let key = issued("hmac_key").as_str().unwrap();
    let mut mac = Hmac::<Sha256>::new_from_slice(key.as_bytes()).unwrap();
    mac.update(signed.as_bytes());
    format!("{signed}.{}", encoded(mac.finalize().into_bytes()))
}

/// Whom the realm takes the bearer of a token for, or why it refuses them.
fn answer_at(
    realm: &JwtRealm,
    token: &str,
    secret: Option<&str>,
    now_ms: i64,
) -> Result<Principal, String> {
    let reports = std::cell::RefCell::new(Vec::new());
    let jwt = Jwt::parse(token).ok_or("it is no token")?;
    let report = |_, message: &str| reports.borrow_mut().push(message.to_owned());
    let answer = realm.authenticate(&jwt, secret, now_ms, &report);
    let reports = reports.into_inner().join("\n");
    assert!(!token.split('.').any(|part| reports.contains(part) && part.len() > 9), "{reports}");
    answer.ok_or(reports)
}

fn answer(realm: &JwtRealm, token: &str) -> Result<Principal, String> {
    answer_at(realm, token, None, now_ms())
}

fn accepts(realm: &JwtRealm, token: &str) -> bool {
    answer(realm, token).is_ok()
}

/// Asserts that a token is refused for the reason.
fn assert_refused(realm: &JwtRealm, token: &str, reason: &str) {
    let refusal = answer(realm, token).unwrap_err();
    assert_eq!(refusal, format!("JWT realm [jwt1] refused a token: {reason}"));
}
