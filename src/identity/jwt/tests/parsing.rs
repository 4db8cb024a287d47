//! What is a token at all, and what a spoilt one is.

use std::ops::Range;

use proptest::prelude::*;

use super::*;

#[test]
fn a_token_has_three_parts() {
    let (header, claims) = (encoded(r#"{"alg":"HS256"}"#), encoded(r#"{"sub":"me"}"#));
    let is_token = |text: &str| Jwt::parse(text).is_some();
    assert!(is_token(&format!("{header}.{claims}.AAAA")));
    assert!(is_token(&format!("{header}.{claims}.")));
    for text in [
        "",
        "..",
        "...",
        "a.b.c",
        &header,
        &format!("{header}.{claims}"),
        &format!("{header}.{claims}.AAAA."),
        &format!(".{header}.{claims}.AAAA"),
        &format!("{header}.{claims}.AAAA.AAAA.AAAA"),
        &format!("{header}..AAAA"),
        &format!(".{claims}.AAAA"),
        &format!(" {header}.{claims}.AAAA"),
        &format!("{header}.{claims}.AAAA\n"),
        &format!("{header}.{claims}.AAAA="),
        &format!("{header}.{claims}.AA+A"),
        &format!("{header}.{claims}.AAAB1"),
        &format!("{header}=.{claims}.AAAA"),
    ] {
        assert!(!is_token(text), "{text}");
    }
    for part in [
        "",
        "[]",
        "1",
        "null",
        r#""{}""#,
        "{",
        "{}{}",
        r#"{"alg":"HS256","alg":"none"}"#,
        r#"{"a":{"b":1,"b":2}}"#,
        r#"{"a":"\ud800"}"#,
        &format!(r#"{{"a":{}{}}}"#, "[".repeat(200), "]".repeat(200)),
    ] {
        assert!(!is_token(&format!("{}.{claims}.AAAA", encoded(part))), "{part}");
        assert!(!is_token(&format!("{header}.{}.AAAA", encoded(part))), "{part}");
    }
    assert!(!is_token(&format!("{header}.{}.AAAA", encoded(b"{\"a\":\"\xff\"}"))));
}

#[test]
fn a_token_has_at_most_64_kib() {
    let of_length = |length: usize| {
        let start = format!("{}.{}.", encoded("{}"), encoded("{}"));
        let signature = "A".repeat(length - start.len());
        Jwt::parse(&format!("{start}{signature}")).is_some()
    };
    assert!(of_length(64 << 10));
    assert!(!of_length((64 << 10) + 4));
}

#[test]
fn a_token_is_called_by_its_claims() {
    let called = |claims: Value| {
        let token = sign_text("{}", &claims.to_string());
        Jwt::parse(&token).unwrap().principal()
    };
    let usual = json!({"sub": "me", "iss": "my-issuer-01", "aud": "es-01", "name": "M E"});
    assert_eq!(called(usual), "'aud:es-01' 'iss:my-issuer-01' 'sub:me'");
    let all = json!({
        "sub": "1", "oid": "2", "email": "3", "client_id": "4", "azp": "5", "appid": "6",
        "aud": ["7", "8"], "iss": "9", "other": "10",
    });
    let expected = "'appid:6' 'aud:7,8' 'azp:5' 'client_id:4' 'email:3' 'iss:9' 'oid:2' 'sub:1'";
    assert_eq!(called(all), expected);
    assert_eq!(called(json!({"sub": 1, "aud": null, "iss": ["a", 2], "oid": {}})), "");
    assert_eq!(called(json!({})), "");
}

/// Every way to spoil one character of a token.
fn assert_no_flip_is_accepted(algorithm: &str, range: Range<usize>) {
    let realm = realm_of(&[algorithm]);
    let token = token(algorithm).as_bytes();
    let range = range.start.min(token.len())..range.end.min(token.len());
    for at in range {
        for bit in 0..8 {
            let mut spoilt = token.to_vec();
            spoilt[at] ^= 1 << bit;
            let Ok(spoilt) = String::from_utf8(spoilt) else { continue };
            assert!(!accepts(&realm, &spoilt), "{algorithm}: bit {bit} of byte {at}");
        }
    }
}

#[test]
fn no_flipped_bit_of_any_byte_is_accepted() {
    // HMAC is cheap enough for all of them; of the others the signature, for any other byte is
    // either refused before or hashed.
    assert_no_flip_is_accepted("HS256", 0..usize::MAX);
    for algorithm in ["RS256", "ES256", "ES512", "PS256"] {
        let signature = token(algorithm).rfind('.').unwrap();
        assert_no_flip_is_accepted(algorithm, signature..signature + 8);
        assert_no_flip_is_accepted(algorithm, token(algorithm).len() - 8..usize::MAX);
    }
}

proptest! {
    #[test]
    fn no_spoilt_token_is_accepted(
        algorithm in 0..ALL.len(),
        at in any::<prop::sample::Index>(),
        byte in 1..128u8,
    ) {
        let realm = realm_of(&ALL);
        let mut spoilt = token(ALL[algorithm]).as_bytes().to_vec();
        let at = at.index(spoilt.len());
        spoilt[at] ^= byte;
        prop_assert!(!accepts(&realm, &String::from_utf8(spoilt).unwrap()));
    }

    #[test]
    fn any_text_is_parsed_or_not(text in "[A-Za-z0-9._=-]{0,80}|\\PC{0,80}") {
        if let Some(jwt) = Jwt::parse(&text) {
            jwt.principal();
        }
    }

    #[test]
    fn any_parts_are_refused(header in "\\PC{0,60}", claims in "\\PC{0,60}", signature in any::<Vec<u8>>()) {
        let realm = realm_of(&ALL);
        let token = format!("{}.{}.{}", encoded(header), encoded(claims), encoded(signature));
        prop_assert!(!accepts(&realm, &token));
    }

    #[test]
    fn any_signed_members_are_read(
        members in prop::collection::btree_map("[a-z_]{1,9}|iss|sub|aud|exp|iat|nbf", "\\PC{0,9}|-?[0-9]{1,20}(\\.[0-9]{1,3})?(e[0-9]{1,3})?", 0..6),
    ) {
        let member = |(name, value): (&String, &String)| {
            let is_json = serde_json::from_str::<Value>(value).is_ok();
            let value = if is_json { value.clone() } else { json!(value).to_string() };
            format!("{}:{value}", json!(name))
        };
        let members: Vec<String> = members.iter().map(member).collect();
        let token = sign_text(r#"{"alg":"HS256"}"#, &format!("{{{}}}", members.join(",")));
        let _ = answer(&realm_of(&["HS256"]), &token);
    }
}
