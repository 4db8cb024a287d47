//! JSON web tokens, and the configuration of the realms that take them.

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;

use super::two_lines;
use crate::identity::jwt::{Jwt, JwtRealm};
use crate::json::{Kind, Raw, Settings, check};

const NOW_MS: i64 = 1_700_000_000_000;

/// A realm that a line of JSON configures, if it does, takes what is on the other line for a token
/// only if it is one, answers the same from memory, and refuses it spoilt or at the end of time.
pub fn jwt(bytes: &[u8]) {
    let Some((config, token)) = two_lines(bytes) else { return };
    let Ok(token) = std::str::from_utf8(token) else { return };
    let jwt = Jwt::parse(token);
    assert_eq!(jwt.is_some(), is_token(token));
    let Some(realm) = check(config).ok().and_then(realm) else { return };
    let ask = |token: &str, now_ms| {
        let jwt = Jwt::parse(token)?;
        jwt.principal();
        realm.authenticate(&jwt, Some("secret"), now_ms, &|_, _| {})
    };
    let answer = ask(token, NOW_MS);
    assert_eq!(answer, ask(token, NOW_MS));
    if answer.is_some() {
        assert_eq!(ask(token, i64::MAX), None);
        for at in [0, token.find('.').unwrap() + 1, token.rfind('.').unwrap() + 1, token.len() - 1]
        {
            let mut spoilt = token.to_owned();
            let other = if spoilt[at..].starts_with('A') { "B" } else { "A" };
            spoilt.replace_range(at..=at, other);
            assert_eq!(ask(&spoilt, NOW_MS), None);
        }
    }
}

fn realm(config: &str) -> Option<JwtRealm> {
    let config = Raw::trusted(config);
    let mut settings = Settings::flatten(config, "xpack.security.authc.").ok()?;
    JwtRealm::configure(&mut settings, "realms.jwt.jwt1", None).ok()
}

fn is_token(text: &str) -> bool {
    let parts: Vec<_> = text.split('.').map(|part| URL_SAFE_NO_PAD.decode(part).ok()).collect();
    let [Some(header), Some(claims), Some(_)] = &parts[..] else { return false };
    let is_object =
        |part: &[u8]| check(part).is_ok_and(|text| Raw::trusted(text).kind() == Kind::Object);
    text.len() <= 64 << 10 && is_object(header) && is_object(claims)
}
