//! What is refused at open, and in which words.

use std::fs;

use super::*;

/// Asserts the message; `@` stands for the name that all settings of the realm begin with.
fn assert_message(settings: Value, expected: &str) {
    let error = realm(&settings).err().unwrap_or_else(|| panic!("{settings} is accepted"));
    assert_eq!(error.status(), 400);
    let at = "xpack.security.authc.realms.jwt.jwt1.";
    assert_eq!(error.reason().replace(at, "@"), expected, "{settings}");
    let secret = issued("hmac_key").as_str().unwrap();
    assert!(!error.to_json().contains(secret), "{error}");
}

fn assert_messages<const N: usize>(rows: [(Value, &str); N]) {
    for (settings, expected) in rows {
        assert_message(settings, expected);
    }
}

#[test]
fn issuer_audiences_and_principal_are_required() {
    assert_messages([
        (json!({"allowed_issuer": null}), "Invalid empty value for [@allowed_issuer]."),
        (json!({"allowed_issuer": ""}), "Invalid empty value for [@allowed_issuer]."),
        (
            json!({"allowed_issuer": 1}),
            "Failed to parse value [1] for setting [@allowed_issuer]: expected a string",
        ),
        (json!({"allowed_audiences": null}), "Invalid empty list for [@allowed_audiences]."),
        (json!({"allowed_audiences": []}), "Invalid empty list for [@allowed_audiences]."),
        (json!({"allowed_audiences": " , "}), "Invalid empty list for [@allowed_audiences]."),
        (json!({"allowed_audiences": ["a", ""]}), "Invalid empty value for [@allowed_audiences]."),
        (json!({"claims.principal": null}), "Setting [@claims.principal] is required"),
        (json!({"claims.principal": ""}), "Invalid empty value for [@claims.principal]."),
    ]);
}

#[test]
fn words_are_among_the_known_ones() {
    assert_messages([
        (
            json!({"token_type": "jwt"}),
            "Invalid value [jwt] for [@token_type], allowed values are [id_token,access_token]",
        ),
        (
            json!({"client_authentication.type": "basic"}),
            "Invalid value [basic] for [@client_authentication.type], allowed values are \
             [none,shared_secret]",
        ),
        (
            json!({"allowed_signature_algorithms": ["HS256", "hs384"]}),
            "Invalid value [hs384] for [@allowed_signature_algorithms], allowed values are \
             [HS256,HS384,HS512,RS256,RS384,RS512,PS256,PS384,PS512,ES256,ES384,ES512]",
        ),
        (
            json!({"allowed_signature_algorithms": []}),
            "Invalid empty list for [@allowed_signature_algorithms].",
        ),
    ]);
}

#[test]
fn access_tokens_need_subjects() {
    let message = "One of either [@allowed_subjects] or [@allowed_subject_patterns] must be \
                   specified and not be empty.";
    assert_messages([
        (json!({"token_type": "access_token"}), message),
        (json!({"token_type": "access_token", "allowed_subjects": []}), message),
        (json!({"allowed_subjects": []}), message),
        (json!({"allowed_subject_patterns": "", "allowed_subjects": []}), message),
        (json!({"allowed_subjects": [""]}), "Invalid empty value for [@allowed_subjects]."),
        (
            json!({"allowed_subject_patterns": ["a*", "/(/"]}),
            "Invalid value for [@allowed_subject_patterns]: invalid pattern [/(/]: \
             expected a character at position 1",
        ),
    ]);
    let patterns = json!({"token_type": "access_token", "allowed_subject_patterns": ["*"]});
    assert!(realm(&patterns).is_ok());
}

#[test]
fn fallback_and_required_claims() {
    let access = |changes| {
        let usual = json!({"token_type": "ACCESS_TOKEN", "allowed_subjects": ["me"]});
        changed(&usual, &changes)
    };
    assert_messages([
        (
            json!({"fallback_claims.sub": "client_id"}),
            "fallback claim setting [@fallback_claims.sub] is not allowed when [@token_type] is \
             [id_token]",
        ),
        (
            json!({"fallback_claims.aud": "scope"}),
            "fallback claim setting [@fallback_claims.aud] is not allowed when [@token_type] is \
             [id_token]",
        ),
        (
            access(json!({"fallback_claims.aud": "aud"})),
            "Invalid fallback claims setting [@fallback_claims.aud]. Claim [aud] cannot fallback \
             to itself",
        ),
        (access(json!({"fallback_claims.iss": "x"})), "unknown setting [@fallback_claims.iss]"),
        (
            json!({"required_claims.sub": "me"}),
            "required claim [sub] cannot be one of [iss,sub,aud,exp,nbf,iat]",
        ),
        (json!({"required_claims.a": []}), "required claim [a] cannot be empty"),
        (
            json!({"required_claims.a": 1}),
            "Failed to parse value [1] for setting [@required_claims.a]: expected a list of strings",
        ),
    ]);
}

#[test]
fn patterns_have_one_group() {
    assert_messages([
        (
            json!({"claim_patterns.mail": "(.*)"}),
            "Setting [@claim_patterns.mail] cannot be set unless [@claims.mail] is also set",
        ),
        (
            json!({"claim_patterns.principal": "a.*"}),
            "Invalid value for [@claim_patterns.principal]: [a.*] must have exactly one group",
        ),
        (
            json!({"claim_patterns.principal": "(a)(b)"}),
            "Invalid value for [@claim_patterns.principal]: [(a)(b)] must have exactly one group",
        ),
    ]);
    for bad in ["(", "(a{1000}{1000})", r"(\1)", "(?=a)(b)"] {
        let error = realm(&json!({"claim_patterns.principal": bad})).err().unwrap();
        assert!(error.reason().contains("is no pattern: "), "{error}");
    }
}

#[test]
fn clients() {
    let kind = json!(null);
    assert_messages([
        (
            json!({"client_authentication.type": kind}),
            "Missing setting for [@client_authentication.shared_secret]. It is required when \
             setting [@client_authentication.type] is [shared_secret]",
        ),
        (
            json!({"client_authentication.shared_secret": "s3cret"}),
            "Setting [@client_authentication.shared_secret] is not supported, because setting \
             [@client_authentication.type] is [none]",
        ),
        (
            json!({"client_authentication.type": kind, "client_authentication.shared_secret": ""}),
            "Invalid empty value for [@client_authentication.shared_secret].",
        ),
        (
            json!({
                "client_authentication.type": kind,
                "client_authentication.shared_secret": "s3cret",
                "client_authentication.shared_secret_path": "secret",
            }),
            "Settings [@client_authentication.shared_secret] and \
             [@client_authentication.shared_secret_path] are not allowed at the same time.",
        ),
        (
            json!({"client_authentication.rotation_grace_period": "soon"}),
            "Failed to parse value [soon] for setting \
             [@client_authentication.rotation_grace_period]: expected a time such as 20m",
        ),
    ]);
    let numeric = json!({"client_authentication.shared_secret": 123_456});
    assert_message(
        numeric,
        "Failed to parse the value of setting [@client_authentication.shared_secret]: expected a \
         string",
    );
}

#[test]
fn keys() {
    let short = "k".repeat(63);
    assert_messages([
        (
            json!({"hmac_key": null}),
            "At least one of [@pkc_jwkset_path] or [@hmac_jwkset] or [@hmac_key] must be set",
        ),
        (
            json!({"hmac_jwkset": issued("hmac_jwkset")}),
            "Settings [@hmac_jwkset] and [@hmac_key] are not allowed at the same time.",
        ),
        (
            json!({"pkc_jwkset": issued("pkc_jwkset"), "pkc_jwkset_path": "jwks.json"}),
            "Settings [@pkc_jwkset] and [@pkc_jwkset_path] are not allowed at the same time.",
        ),
        (
            json!({"allowed_signature_algorithms": "HS256,ES256,RS512"}),
            "[@pkc_jwkset_path] must be set, because [@allowed_signature_algorithms] has \
             [ES256,RS512]",
        ),
        (
            json!({"hmac_key": null, "pkc_jwkset": issued("pkc_jwkset")}),
            "[@hmac_jwkset] or [@hmac_key] must be set, because [@allowed_signature_algorithms] \
             has [HS256]",
        ),
        (
            json!({"allowed_signature_algorithms": ["HS256", "HS512"], "hmac_key": short}),
            "Invalid value for [@hmac_key]: a key for [HS512] must have at least [64] bytes",
        ),
        (
            json!({"hmac_key": null, "hmac_jwkset": {"keys": [{"kty": "oct", "k": "c2hvcnQ"}]}}),
            "Invalid value for [@hmac_jwkset]: it has no key for [HS256]; key 1: a key for \
             [HS256] must have at least [32] bytes",
        ),
        (
            json!({"hmac_key": null, "pkc_jwkset_path": "https://example.com/jwks.json"}),
            "Invalid value for [@pkc_jwkset_path]: it must be a file and not a URL",
        ),
        (
            json!({"hmac_key": null, "pkc_jwkset_path": "/nowhere/jwks.json"}),
            "Invalid value for [@pkc_jwkset_path]: [/nowhere/jwks.json]: there is no such file",
        ),
    ]);
}

#[test]
fn jwk_sets() {
    let no_set = "it is no JWK set, which is an object with an array [keys]";
    for (given, problem) in [
        (json!({}), no_set),
        (json!([]), no_set),
        (json!("{}"), no_set),
        (json!({"keys": {"kty": "RSA"}}), no_set),
        (json!({"keys": "x", "more": 1}), no_set),
        (json!({"keys": []}), "it has no key for [RS256]"),
        (
            json!({"keys": [1]}),
            "it has no key for [RS256]; key 1: no allowed algorithm goes with it",
        ),
        (json!(r#"{"keys":[],"keys":[]}"#), "[1:12] duplicate field [keys]"),
        (json!("{"), "[1:2] unexpected end of the text, expected a field name"),
    ] {
        let settings = json!({
            "allowed_signature_algorithms": null, "hmac_key": null, "pkc_jwkset": given,
        });
        assert_message(settings, &format!("Invalid value for [@pkc_jwkset]: {problem}"));
        if given.is_string() || given.is_object() {
            let directory = tempfile::tempdir().unwrap();
            let path = directory.path().join("jwks.json");
            let text = given.as_str().map_or_else(|| given.to_string(), str::to_owned);
            fs::write(&path, text).unwrap();
            let settings = json!({
                "allowed_signature_algorithms": null, "hmac_key": null, "pkc_jwkset_path": path,
            });
            let path = path.display();
            let expected = format!("Invalid value for [@pkc_jwkset_path]: [{path}]: {problem}");
            assert_message(settings, &expected);
        }
    }
}

#[test]
fn every_setting_may_be_nested_or_dotted() {
    let settings = json!({
        "token_type": "access_token",
        "allowed_issuer": "https://issuer.example.com/",
        "allowed_audiences": "es01",
        "allowed_signature_algorithms": "RS256,HS256",
        "allowed_clock_skew": "90s",
        "allowed_subjects": ["alice"],
        "allowed_subject_patterns": ["a*"],
        "fallback_claims": {"sub": "client_id", "aud": "scope"},
        "required_claims": {"name": [issued("claims")["name"]]},
        "claims": {"principal": "sub", "groups": "groups", "dn": "dn", "mail": "mail", "name": "name"},
        "claim_patterns": {"principal": "^(.+)$", "groups": "(.+)", "dn": "(.+)", "mail": "(.+)", "name": "(.+)"},
        "populate_user_metadata": true,
        "pkc_jwkset": issued("pkc_jwkset"),
        "hmac_key": issued("hmac_key"),
        "client_authentication": {
            "type": "shared_secret", "shared_secret": "s3cret", "rotation_grace_period": "2m",
        },
        "jwt": {"cache": {"ttl": "1h", "size": 10}},
    });
    let nested = json!({"realms": {"jwt": {"jwt1": settings}}});
    let mut dotted = json!({});
    for (name, value) in settings.as_object().unwrap() {
        dotted[format!("xpack.security.authc.realms.jwt.jwt1.{name}")] = value.clone();
    }
    for config in [nested, dotted] {
        let realm = configure(&config).unwrap();
        for token in [token("RS256"), token("HS256")] {
            let person = answer_at(&realm, token, Some("s3cret"), now_ms()).unwrap();
            assert_eq!(person.groups, ["admins", "users"]);
        }
    }
}

#[test]
fn empty_groups_and_nulls_are_as_if_not_there() {
    let settings = json!({
        "required_claims": {}, "fallback_claims": {}, "claim_patterns": {}, "jwt": {"cache": {}},
    });
    assert!(accepts(&realm(&settings).unwrap(), token("HS256")));
    let nulls = r#"{"realms.jwt.jwt1":{"allowed_issuer":"https://issuer.example.com/","allowed_audiences":"es01",
        "allowed_signature_algorithms":"HS256","claims":{"principal":"sub","mail":null},"jwt":{},
        "client_authentication":{"type":"none","shared_secret":null},"token_type":null,"pkc_jwkset":null,
        "hmac_key":"0123456789abcdef0123456789abcdef"}}"#;
    assert!(configure(&serde_json::from_str(nulls).unwrap()).is_ok());
}

#[test]
fn unknown_settings_stay_unknown() {
    assert_messages([
        (json!({"allowed_issuers": "x"}), "unknown setting [@allowed_issuers]"),
        (json!({"claims.upn": "x"}), "unknown setting [@claims.upn]"),
        (json!({"jwt.cache.max_users": 1}), "unknown setting [@jwt.cache.max_users]"),
    ]);
}
