//! What a header and claims must say.

use super::*;

/// Asserts that tokens with the changes are accepted, or refused for the reason.
fn check(realm: &JwtRealm, rows: &[(Value, &str)]) {
    for (claims, reason) in rows {
        let token = sign(&json!({}), claims);
        if reason.is_empty() {
            assert!(answer(realm, &token).is_ok(), "{claims}: {:?}", answer(realm, &token));
        } else {
            assert_refused(realm, &token, reason);
        }
    }
}

#[test]
fn issuer() {
    let (missing, other) = ("claim [iss] is missing", "claim [iss] has no allowed value");
    let rows = [
        (json!({}), ""),
        (json!({"iss": "https://issuer.example.com"}), other),
        (json!({"iss": "HTTPS://issuer.example.com/"}), other),
        (json!({"iss": ""}), other),
        (json!({"iss": null}), missing),
        (json!({"iss": ["https://issuer.example.com/"]}), "claim [iss] is no string"),
    ];
    check(&realm(&json!({})).unwrap(), &rows);
    let null = sign_text(r#"{"alg":"HS256"}"#, r#"{"iss":null}"#);
    assert_refused(&realm(&json!({})).unwrap(), &null, missing);
}

#[test]
fn audiences() {
    let realm = realm(&json!({"allowed_audiences": "es01, es03"})).unwrap();
    let other = "claim [aud] has no allowed value";
    let rows = [
        (json!({"aud": "es01"}), ""),
        (json!({"aud": "es03"}), ""),
        (json!({"aud": ["other", "es03"]}), ""),
        (json!({"aud": "es02"}), other),
        (json!({"aud": "es01, es03"}), other),
        (json!({"aud": "ES01"}), other),
        (json!({"aud": ["es0", "es011"]}), other),
        (json!({"aud": []}), other),
        (json!({"aud": null}), "claim [aud] is missing"),
        (json!({"aud": ["es01", 1]}), "claim [aud] is no string or list of strings"),
        (json!({"aud": {"es01": 1}}), "claim [aud] is no string or list of strings"),
    ];
    check(&realm, &rows);
}

#[test]
fn subjects() {
    let any = realm(&json!({})).unwrap();
    let rows = [
        (json!({"sub": "anybody"}), ""),
        (json!({"sub": null}), "claim [sub] is missing"),
        (json!({"sub": 7}), "claim [sub] is no string"),
        (json!({"sub": ["alice"]}), "claim [sub] is no string"),
    ];
    check(&any, &rows);
    let some = realm(&json!({
        "allowed_subjects": ["alice", "a*"],
        "allowed_subject_patterns": ["svc-*", "/u[0-9]{1,3}/", "/@&~(bob.*)&.*@example[.]com/"],
    }));
    let other = "claim [sub] has no allowed value";
    let rows = [
        (json!({"sub": "alice"}), ""),
        (json!({"sub": "a*"}), ""),
        (json!({"sub": "svc-"}), ""),
        (json!({"sub": "svc-a.b/c"}), ""),
        (json!({"sub": "u7"}), ""),
        (json!({"sub": "ann@example.com"}), ""),
        (json!({"sub": "bob@example.com"}), other),
        (json!({"sub": "Alice"}), other),
        (json!({"sub": "ab"}), other),
        (json!({"sub": "xsvc-a"}), other),
        (json!({"sub": "u1234"}), other),
        (json!({"sub": "xu7"}), other),
        (json!({"sub": ""}), other),
        (json!({"sub": null}), "claim [sub] is missing"),
    ];
    check(&some.unwrap(), &rows);
}

#[test]
fn times_to_the_millisecond() {
    let now = now_ms() / 1000;
    let [future, no_time] = [("is in the future"), ("is no time")];
    let rows = [
        (json!({"iat": now + 60}), String::new()),
        (json!({"iat": now as f64 + 60.001}), format!("claim [iat] {future}")),
        (json!({"iat": -1}), String::new()),
        (json!({"iat": null}), "claim [iat] is missing".to_owned()),
        (json!({"iat": now.to_string()}), format!("claim [iat] {no_time}")),
        (json!({"iat": [now]}), format!("claim [iat] {no_time}")),
        (json!({"iat": i64::MIN}), format!("claim [iat] {no_time}")),
        (json!({"iat": 1e30}), format!("claim [iat] {no_time}")),
        (json!({"iat": 1.7e9}), String::new()),
        (json!({"nbf": now + 60}), String::new()),
        (json!({"nbf": now + 61}), format!("claim [nbf] {future}")),
        (json!({"nbf": true}), format!("claim [nbf] {no_time}")),
        (json!({"auth_time": now + 60}), String::new()),
        (json!({"auth_time": now + 61}), format!("claim [auth_time] {future}")),
        (json!({"auth_time": "x"}), format!("claim [auth_time] {no_time}")),
        (json!({"exp": now as f64 - 59.999}), String::new()),
        (json!({"exp": now - 60}), "claim [exp] is in the past".to_owned()),
        (json!({"exp": 0}), "claim [exp] is in the past".to_owned()),
        (json!({"exp": null}), "claim [exp] is missing".to_owned()),
        (json!({"exp": i64::MAX / 1000}), String::new()),
        (json!({"exp": i64::MAX}), format!("claim [exp] {no_time}")),
        (json!({"exp": "never"}), format!("claim [exp] {no_time}")),
    ];
    let rows: Vec<_> =
        rows.iter().map(|(claims, reason)| (claims.clone(), reason.as_str())).collect();
    check(&realm(&json!({})).unwrap(), &rows);
    let strict = realm(&json!({"allowed_clock_skew": "0s"})).unwrap();
    let rows = [
        (json!({"iat": now}), ""),
        (json!({"iat": now + 1}), "claim [iat] is in the future"),
        (json!({"exp": now + 1}), ""),
        (json!({"exp": now}), "claim [exp] is in the past"),
    ];
    check(&strict, &rows);
}

#[test]
fn required_claims() {
    let realm = realm(&json!({
        "required_claims.tenant": "one, two",
        "required_claims.https://example.com/level": ["3"],
    }));
    let level = "https://example.com/level";
    let with = |tenant: Value| json!({"tenant": tenant, level: "3"});
    let other = "claim [tenant] has no allowed value";
    let rows = [
        (with(json!("one")), ""),
        (with(json!(["zero", "two"])), ""),
        (with(json!("three")), other),
        (with(json!([])), other),
        (with(json!(1)), "claim [tenant] is no string or list of strings"),
        (with(json!(null)), "claim [tenant] is missing"),
        (json!({"tenant": "one"}), "claim [https://example.com/level] is missing"),
        (
            json!({"tenant": "one", level: 3}),
            "claim [https://example.com/level] is no string or list of strings",
        ),
    ];
    for (claims, reason) in &rows {
        let claims = changed(&json!({}), claims);
        check(realm.as_ref().unwrap(), &[(claims, reason)]);
    }
}

fn access_tokens(changes: &Value) -> JwtRealm {
    let usual = json!({"token_type": "access_token", "allowed_subjects": "alice"});
    realm(&changed(&usual, changes)).unwrap()
}

#[test]
fn fallback_claims() {
    let realm = access_tokens(&json!({
        "fallback_claims.sub": "client_id",
        "fallback_claims.aud": "scope",
    }));
    let rows = [
        (json!({}), ""),
        (json!({"sub": null, "client_id": "alice"}), ""),
        (json!({"aud": null, "scope": ["x", "es01"]}), ""),
        (json!({"sub": null}), "claim [sub] is missing"),
        (json!({"sub": null, "client_id": "bob"}), "claim [client_id] has no allowed value"),
        (json!({"sub": null, "client_id": 7}), "claim [client_id] is no string"),
        (json!({"sub": "bob", "client_id": "alice"}), "claim [sub] has no allowed value"),
        (json!({"aud": "x", "scope": "es01"}), "claim [aud] has no allowed value"),
        (json!({"aud": null, "scope": "x"}), "claim [scope] has no allowed value"),
        (json!({"aud": null}), "claim [aud] is missing"),
    ];
    check(&realm, &rows);
    let token = sign(&json!({}), &json!({"sub": null, "client_id": "alice"}));
    assert_eq!(answer(&realm, &token).unwrap().username, "alice");
}

#[test]
fn kinds_of_tokens() {
    let typ = |typ: Value| sign(&json!({"typ": typ}), &json!({}));
    let (id, access) = (realm(&json!({})).unwrap(), access_tokens(&json!({})));
    for accepted in [json!("JWT"), json!("jwt"), json!(null)] {
        assert!(accepts(&id, &typ(accepted.clone())) && accepts(&access, &typ(accepted)));
    }
    for accepted in [json!("at+jwt"), json!("AT+JWT")] {
        assert_refused(&id, &typ(accepted.clone()), "its header [typ] is of another kind of token");
        assert!(accepts(&access, &typ(accepted)));
    }
    for refused in [json!("JOSE"), json!(""), json!("application/jwt"), json!(["JWT"]), json!(1)] {
        for realm in [&id, &access] {
            let token = typ(refused.clone());
            assert_refused(realm, &token, "its header [typ] is of another kind of token");
        }
    }
}

#[test]
fn critical_headers_are_refused() {
    for crit in [json!(["b64"]), json!(["exp"]), json!([]), json!("")] {
        let token = sign(&json!({"crit": crit, "exp": 1}), &json!({}));
        assert_refused(&realm(&json!({})).unwrap(), &token, "its header [crit] is not supported");
    }
    assert!(accepts(
        &realm(&json!({})).unwrap(),
        &sign(&json!({"x5t": "a", "jku": "b"}), &json!({}))
    ));
}
