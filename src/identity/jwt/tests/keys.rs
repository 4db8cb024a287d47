//! Algorithms, keys and signatures.

use super::*;

#[test]
fn tokens_of_another_implementation_are_accepted() {
    let realm = realm_of(&ALL);
    for algorithm in ALL {
        let person = answer(&realm, token(algorithm)).expect(algorithm);
        assert_eq!(person.username, "alice");
        assert!(person.metadata.contains(r#""jwt_claim_groups":["admins","users"]"#));
    }
}

#[test]
fn only_allowed_algorithms_are_accepted() {
    for allowed in ALL {
        let realm = realm_of(&[allowed]);
        for algorithm in ALL {
            assert_eq!(accepts(&realm, token(algorithm)), algorithm == allowed, "{algorithm}");
        }
    }
    let by_default = realm(&json!({
        "allowed_signature_algorithms": null,
        "hmac_key": null,
        "pkc_jwkset": issued("pkc_jwkset"),
    }));
    let by_default = by_default.unwrap();
    assert!(accepts(&by_default, token("RS256")));
    assert_refused(&by_default, token("PS256"), "its header [alg] is not allowed");
}

#[test]
fn another_algorithm_in_the_header_is_refused() {
    let realm = realm_of(&ALL);
    let others = [&ALL[..], &["none", "None", "", "rs256", "EdDSA", "HS256 "]].concat();
    for algorithm in ALL {
        let (_, rest) = token(algorithm).split_once('.').unwrap();
        for other in others.iter().filter(|other| **other != algorithm) {
            let header = encoded(json!({"alg": other, "typ": "JWT"}).to_string());
            assert!(!accepts(&realm, &format!("{header}.{rest}")), "{algorithm} as {other}");
            let unsigned = rest.split('.').next().unwrap();
            assert!(!accepts(&realm, &format!("{header}.{unsigned}.")), "{other} unsigned");
        }
    }
    for header in [json!({"alg": null}), json!({"alg": 256}), json!({"alg": ["HS256"]})] {
        assert_refused(&realm, &sign(&header, &json!({})), "its header [alg] is not allowed");
    }
}

#[test]
fn a_public_key_is_no_secret() {
    let token = token("public key as secret");
    assert_refused(&realm_of(&ALL), token, "its signature is of none of the keys");
    assert_refused(&realm_of(&["RS256"]), token, "its header [alg] is not allowed");
}

#[test]
fn a_signature_of_another_length_is_refused() {
    let realm = realm_of(&ALL);
    for algorithm in ALL {
        let (signed, signature) = token(algorithm).rsplit_once('.').unwrap();
        let signature = decoded(signature);
        let doubled = signature.repeat(2);
        let zero = vec![0; signature.len()];
        let longer = [&[0], &signature[..]].concat();
        for other in
            [&signature[1..], &signature[..signature.len() - 1], &longer, &doubled, &zero, &[]]
        {
            assert!(!accepts(&realm, &format!("{signed}.{}", encoded(other))), "{algorithm}");
        }
    }
}

#[test]
fn a_token_may_name_its_key() {
    let realm = realm_of(&["RS256", "HS256"]);
    assert!(accepts(&realm, token("named key")));
    // A key without a name is a candidate always.
    assert!(accepts(&realm, token("named hmac key")));
    for other in ["unknown key", "named as another key", "of another key", "of the other key"] {
        assert_refused(&realm, token(other), "its signature is of none of the keys");
    }
    for kid in [json!(1), json!(null), json!(["rsa"])] {
        let token = sign_text(&json!({"alg": "HS256", "kid": kid}).to_string(), "{}");
        assert!(!accepts(&realm, &token));
    }
}

#[test]
fn one_key_of_several_is_enough() {
    let keys = json!([issued("other_rsa"), issued("short_rsa"), issued("pkc_jwkset")["keys"][0]]);
    let realm = realm(&json!({
        "allowed_signature_algorithms": "RS256",
        "hmac_key": null,
        "pkc_jwkset": { "keys": keys },
    }));
    let realm = realm.unwrap();
    for accepted in ["RS256", "named key", "of the other key"] {
        assert!(accepts(&realm, token(accepted)), "{accepted}");
    }
    for refused in ["unknown key", "named as another key", "of another key", "short rsa key"] {
        assert!(!accepts(&realm, token(refused)), "{refused}");
    }
}

#[test]
fn secret_keys_may_be_a_jwk_set() {
    let set = issued("hmac_jwkset");
    for given in [set.clone(), json!(set.to_string())] {
        let realm = realm(&json!({
            "allowed_signature_algorithms": ["HS256", "HS384", "HS512"],
            "hmac_key": null,
            "hmac_jwkset": given,
        }));
        let realm = realm.unwrap();
        for accepted in ["HS256", "HS384", "HS512", "named hmac key"] {
            assert!(accepts(&realm, token(accepted)), "{accepted}");
        }
        assert!(!accepts(&realm, &sign(&json!({"kid": "other"}), &json!({}))));
    }
}

/// A realm for RS256 and ES256 with these public keys.
fn with_keys(keys: &Value) -> Result<JwtRealm, Error> {
    realm(&json!({
        "allowed_signature_algorithms": ["RS256", "ES256"],
        "hmac_key": null,
        "pkc_jwkset": { "keys": keys },
    }))
}

#[test]
fn keys_of_no_use_are_passed_over() {
    let [rsa, elliptic] = [0, 1].map(|index| issued("pkc_jwkset")["keys"][index].clone());
    let rsa = |changes| changed(&rsa, &changes);
    let elliptic = |changes| changed(&elliptic, &changes);
    let (_, short) = (rsa(json!({})), changed(issued("short_rsa"), &json!({})));
    let [p384, secret] =
        [issued("pkc_jwkset")["keys"][2].clone(), issued("hmac_jwkset")["keys"][0].clone()];
    let unfit = "no allowed algorithm goes with it";
    let no_point = "its [x] and [y] are no point of its curve";
    let bits = "bits, which must be between [2048] and [4096]";
    let long = encoded([vec![0xff; 513]].concat());
    let refused = [
        (rsa(json!({"use": "enc"})), "RS256", "its [use] is not [sig]"),
        (rsa(json!({"key_ops": ["sign"]})), "RS256", "[verify] is not among its [key_ops]"),
        (rsa(json!({"key_ops": "verify"})), "RS256", "[verify] is not among its [key_ops]"),
        (rsa(json!({"alg": "RS512"})), "RS256", unfit),
        (rsa(json!({"alg": "rs256"})), "RS256", unfit),
        (rsa(json!({"kty": "rsa"})), "RS256", unfit),
        (rsa(json!({"kty": null})), "RS256", unfit),
        (rsa(json!({"n": null})), "RS256", "its [n] is not in base64url"),
        (rsa(json!({"e": "=="})), "RS256", "its [e] is not in base64url"),
        (rsa(json!({"n": "AAAA"})), "RS256", &format!("it has [0] {bits}")),
        (rsa(json!({"n": long})), "RS256", &format!("it has [4104] {bits}")),
        (short, "RS256", &format!("it has [1024] {bits}")),
        (secret, "RS256", unfit),
        (json!("key"), "RS256", unfit),
        (elliptic(json!({"crv": "P-384"})), "ES256", unfit),
        (elliptic(json!({"crv": null})), "ES256", unfit),
        (elliptic(json!({"x": elliptic(json!({}))["y"]})), "ES256", no_point),
        (elliptic(json!({"x": "AAAA"})), "ES256", no_point),
        (changed(&p384, &json!({})), "ES256", unfit),
    ];
    for (key, algorithm, problem) in refused {
        let good = if algorithm == "RS256" { elliptic(json!({})) } else { rsa(json!({})) };
        let error = with_keys(&json!([good, key])).err().unwrap();
        let expected = format!(
            "Invalid value for [xpack.security.authc.realms.jwt.jwt1.pkc_jwkset]: it has no key for \
             [{algorithm}]; key 2: {problem}"
        );
        assert_eq!(error.reason(), expected);
        let realm = with_keys(&json!([key, rsa(json!({})), elliptic(json!({}))])).unwrap();
        assert!(accepts(&realm, token("RS256")) && accepts(&realm, token("ES256")));
    }
}

#[test]
fn keys_may_say_what_they_are_for() {
    let rsa = changed(
        &issued("pkc_jwkset")["keys"][0],
        &json!({"alg": "RS256", "use": "sig", "key_ops": ["verify"], "x5t": "", "kid": 7}),
    );
    let realm = realm(&json!({
        "allowed_signature_algorithms": ["RS256", "RS384"],
        "hmac_key": null,
        "pkc_jwkset": { "keys": [rsa] },
    }));
    let realm = realm.unwrap();
    assert!(accepts(&realm, token("RS256")));
    assert_refused(&realm, token("RS384"), "its signature is of none of the keys");
}
