//! From claims to a person.

use super::*;

fn person(settings: Value, claims: Value) -> Result<Principal, String> {
    answer(&realm(&settings).unwrap(), &sign(&json!({}), &claims))
}

fn refusal(settings: Value, claims: Value) -> String {
    let refusal = person(settings, claims).unwrap_err();
    refusal.strip_prefix("JWT realm [jwt1] refused a token: ").unwrap().to_owned()
}

#[test]
fn claims_say_who_somebody_is() {
    let settings = json!({
        "claims": {
            "principal": "upn", "groups": "roles", "dn": "dn", "mail": "email", "name": "name",
        },
        "claims.principal": null,
        "populate_user_metadata": false,
    });
    let claims =
        json!({"upn": "al", "roles": ["b", "a"], "dn": "cn=al", "email": "al@example.com"});
    let expected = Principal {
        username: "al".to_owned(),
        roles: Vec::new(),
        full_name: issued("claims")["name"].as_str().map(str::to_owned),
        email: Some("al@example.com".to_owned()),
        metadata: r#"{"jwt_token_type":"id_token"}"#.to_owned(),
        groups: vec!["b".to_owned(), "a".to_owned()],
        dn: Some("cn=al".to_owned()),
    };
    assert_eq!(person(settings.clone(), claims), Ok(expected));
    let claims = json!({"upn": ["first", "second"], "roles": "one", "name": null, "email": []});
    let expected = Principal {
        username: "first".to_owned(),
        roles: Vec::new(),
        full_name: None,
        email: None,
        metadata: r#"{"jwt_token_type":"id_token"}"#.to_owned(),
        groups: vec!["one".to_owned()],
        dn: None,
    };
    assert_eq!(person(settings.clone(), claims), Ok(expected));
    for (claim, value) in [("roles", json!(1)), ("name", json!({})), ("dn", json!([1]))] {
        let claims = json!({"upn": "al", claim: value});
        let expected = format!("claim [{claim}] is no string or list of strings");
        assert_eq!(refusal(settings.clone(), claims), expected);
    }
}

#[test]
fn nobody_is_without_a_name() {
    for nobody in [json!(null), json!(""), json!("  "), json!([])] {
        let settings = json!({"claims.principal": "upn"});
        assert_eq!(refusal(settings, json!({"upn": nobody})), "claim [upn] gives no username");
    }
    let unmatched = json!({"claim_patterns.principal": "^b(.*)"});
    assert_eq!(refusal(unmatched, json!({})), "claim [sub] gives no username");
}

#[test]
fn patterns_take_a_part_of_a_claim() {
    let name = |pattern: &str, subject: &str| {
        let settings = json!({"claim_patterns.principal": pattern});
        person(settings, json!({"sub": subject})).map(|person| person.username).ok()
    };
    let address = r"^([^@]+)@example\.com$";
    assert_eq!(name(address, "al@example.com").as_deref(), Some("al"));
    assert_eq!(name(address, "al@example.org"), None);
    assert_eq!(name(address, "al@example.com.evil"), None);
    // Elasticsearch searches, so that a pattern without anchors matches inside.
    assert_eq!(name("uid=(?:x-)?([a-z]+)", "dn uid=x-al,ou=a").as_deref(), Some("al"));
    assert_eq!(name("a(b)?", "ac"), None);
    assert_eq!(name("a(b*)", "ac"), None);
    let settings = json!({"claims.groups": "groups", "claim_patterns.groups": "^(a.*)s$"});
    assert_eq!(person(settings, json!({})).unwrap().groups, ["admin"]);
}

#[test]
fn metadata_has_the_simple_claims() {
    let claims = r#"{"iss":"https://issuer.example.com/","aud":"es01","sub":"al","iat":1700000000,
        "exp":1700003600,"nbf":1700000000,"auth_time":1700000000,"n":1.50,"big":1e400,"yes":true,"no":null,
        "object":{"a":1},"list":[ "a", 1, false ],"empty":[],"mixed":["a",null],"deep":[["a"]],
        "qu\"ote\u00e9":"v\u00e9 \"x\""}"#;
    let token = sign_text(r#"{"alg":"HS256"}"#, claims);
    let metadata = |settings| answer(&realm(&settings).unwrap(), &token).unwrap().metadata;
    let expected = concat!(
        r#"{"jwt_token_type":"id_token","jwt_claim_iss":"https://issuer.example.com/","jwt_claim_aud":"es01","#,
        r#""jwt_claim_sub":"al","jwt_claim_auth_time":1700000000,"jwt_claim_n":1.50,"jwt_claim_big":1e400,"#,
        r#""jwt_claim_yes":true,"jwt_claim_list":["a",1,false],"jwt_claim_empty":[],"#,
        "\"jwt_claim_qu\\\"ote\u{e9}\":\"v\\u00e9 \\\"x\\\"\"}"
    );
    assert_eq!(metadata(json!({})), expected);
    let none = json!({"populate_user_metadata": "false", "token_type": "access_token", "allowed_subjects": "al"});
    assert_eq!(metadata(none), r#"{"jwt_token_type":"access_token"}"#);
}
