#!/usr/bin/env python3
"""Writes the golden cases that hold JWTs: `generate.py [DIRECTORY]`, ../golden unless given.

The tokens come from PyJWT and cryptography (`pip install pyjwt cryptography`), not from this
library. Their times fit the clock of the golden cases, so the files need writing again only when a
case changes; signatures of PS and ES algorithms are then others.
"""

import sys
from pathlib import Path

from golden import *
from tokens import *

DIRECTORY = Path(sys.argv[1]) if len(sys.argv) > 1 else Path(__file__).parent.parent / "golden"
JWT = "behaviour 10.7"
OPEN = "; the text is left open"
ACCESS = {"token_type": "access_token", "allowed_subjects": ["me"]}


def case(name, source, steps, settings=None):
    write(DIRECTORY, name, source, steps, settings or config())


def at(seconds):
    """Sets the clock to so many seconds after the token was issued."""
    return {"clock": START_MS + seconds * 1000}


def with_parts(token, header=None, payload=None, signature=None):
    """The token with some of its parts replaced."""
    parts = zip((header, payload, signature), token.split("."))
    return ".".join(old if new is None else new for new, old in parts)


def signatures():
    for family in ("RS", "PS", "ES", "HS"):
        for size in ("256", "384", "512"):
            name, token = family + size, sign(algorithm=family + size)
            other = with_parts(token, payload=encoded(claims(sub="you")))
            steps = [accepts(token), refuses(other, ME.replace("me", "you")), accepts(token)]
            case(f"jwt_{name.lower()}", f"{JWT}: {name}; the signature is of these claims only", steps, config(name))

    token = sign()
    case("jwt_key_of_someone_else", JWT, [refuses(sign(key=key_of("RS256", other=True)), ME)])
    case("jwt_es256_key_of_someone_else", JWT,
         [refuses(sign(algorithm="ES256", key=key_of("ES256", other=True)), ME)], config("ES256"))
    case("jwt_hs256_key_of_someone_else", JWT,
         [refuses(sign(algorithm="HS256", key=OTHER_HMAC_KEY), ME)], config("HS256"))
    case("jwt_signature_missing", f"{JWT}{OPEN}", [refuses(with_parts(token, signature=""))])
    signature = token.split(".")[2]
    flipped = ("A" if signature[0] != "A" else "B") + signature[1:]
    case("jwt_signature_altered", JWT,
         [refuses(with_parts(token, signature=part), ME) for part in (flipped, signature[:-2], signature + "AAAA")])
    case("jwt_signature_of_another_algorithm", f"{JWT}: the header is signed too", [
        refuses(with_parts(token, header=encoded({"alg": name, "typ": "JWT"})), ME) for name in ("RS384", "PS256", "HS256")
    ], config(allowed_signature_algorithms=["RS256", "RS384", "PS256"]))
    case("jwt_header_altered", f"{JWT}: the header is signed too",
         [refuses(with_parts(token, header=encoded({"typ": "JWT", "alg": "RS256"})), ME)])

    unsigned = with_parts(token, header=encoded({"alg": "none", "typ": "JWT"}), signature="")
    case("jwt_algorithm_none", f"{JWT}{OPEN}", [
        refuses(unsigned),
        refuses(with_parts(unsigned, signature="AAAA")),
        refuses(with_parts(unsigned, header=encoded({"alg": "NONE", "typ": "JWT"}))),
        refuses(with_parts(token, header=encoded({"alg": "none", "typ": "JWT"}))),
    ])
    case("jwt_algorithm_not_allowed", f"{JWT}: allowed_signature_algorithms", [
        refuses(sign(algorithm=name), ME) for name in ("RS384", "RS512", "PS256", "ES256", "HS256")
    ])
    case("jwt_algorithm_default", f"{JWT}: RS256 unless configured", [
        accepts(sign()), refuses(sign(algorithm="RS384"), ME), refuses(sign(algorithm="PS256"), ME),
    ], config(allowed_signature_algorithms=None))
    case("jwt_algorithm_unknown", f"{JWT}{OPEN}", [
        refuses(with_parts(token, header=encoded({"alg": name, "typ": "JWT"}))) for name in ("XX256", "rs256", "", 1, None)
    ] + [refuses(with_parts(token, header=encoded({"typ": "JWT"})))])
    pem = private("rsa").public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)
    confused = hmac_signed({"alg": "HS256", "typ": "JWT"}, CLAIMS, pem)
    case("jwt_algorithm_confusion", f"{JWT}: a public key is never the secret of an HMAC",
         [refuses(confused, ME)], config(allowed_signature_algorithms=["RS256", "HS256"], hmac_key=HMAC_KEY))
    case("jwt_algorithms_of_both_kinds", f"{JWT}: public keys and an HMAC key in one realm",
         [accepts(token), accepts(sign(algorithm="HS256")), accepts(sign(algorithm="ES384"))],
         config(allowed_signature_algorithms="RS256, HS256, ES384", hmac_key=HMAC_KEY,
                pkc_jwkset={"keys": [public("rsa"), public("p384")]}))
    case("jwt_curve_of_another_algorithm", f"{JWT}: ES384 needs the curve P-384",
         [refuses(with_parts(sign(algorithm="ES256"), header=encoded({"alg": "ES384", "typ": "JWT"})), ME)],
         config("ES256", allowed_signature_algorithms=["ES256", "ES384"]))


def keys():
    two = {"keys": [public("rsa-other", kid="old"), public("rsa", kid="new")]}
    case("jwt_kid", f"{JWT}: kid chooses the key", [
        accepts(sign(kid="new")),
        accepts(sign(key=private("rsa-other"), kid="old")),
        refuses(sign(kid="old"), ME),
        refuses(sign(kid="unknown"), ME),
    ], config(pkc_jwkset=two))
    case("jwt_kid_missing", f"{JWT}: without kid each key may fit",
         [accepts(sign()), accepts(sign(key=private("rsa-other")))], config(pkc_jwkset=two))
    case("jwt_kid_of_the_token_only", f"{JWT}: a key without kid may fit any", [accepts(sign(kid="x"))])
    case("jwt_kid_no_text", f"{JWT}{OPEN}",
         [refuses(with_parts(sign(), header=encoded({"alg": "RS256", "kid": 1})))])
    case("jwt_jwkset_as_text", f"{JWT}: a JWK set as object or string",
         [accepts(sign())], config(pkc_jwkset=json.dumps({"keys": [public("rsa", kid="1", alg="RS256", use="sig")]})))
    case("jwt_jwk_alg", f"{JWT}: a key is of its alg only",
         [accepts(sign()), refuses(sign(algorithm="RS512"), ME)],
         config(allowed_signature_algorithms=["RS256", "RS512"], pkc_jwkset={"keys": [public("rsa", alg="RS256")]}))
    case("jwt_jwkset_of_several_kinds", f"{JWT}: keys that do not fit are passed over",
         [accepts(sign(algorithm="ES256"))],
         config("ES256", pkc_jwkset={"keys": [public("rsa", kid="r"), public("p256-other", kid="o"), public("p256")]}))
    octets = {"keys": [{"kty": "oct", "kid": name, "k": encoded(key.encode())}
                       for name, key in (("a", OTHER_HMAC_KEY), ("b", HMAC_KEY))]}
    for form, value in (("object", octets), ("text", json.dumps(octets))):
        case(f"jwt_hmac_jwkset_{form}", f"{JWT}: hmac_jwkset", [
            accepts(sign(algorithm="HS256", kid="b")),
            accepts(sign(algorithm="HS512", key=OTHER_HMAC_KEY, kid="a")),
            refuses(sign(algorithm="HS256", kid="a"), ME),
            accepts(sign(algorithm="HS256")),
        ], config("HS256", hmac_key=None, hmac_jwkset=value, allowed_signature_algorithms=["HS256", "HS512"]))


def headers():
    case("jwt_typ", f"{JWT}: typ is JWT, in any case, or missing",
         [accepts(sign(typ=typ)) for typ in ("JWT", "jwt")] + [accepts(sign(typ=None))])
    case("jwt_typ_of_an_access_token", f"{JWT}: typ at+jwt is of access tokens", [refuses(sign(typ="at+jwt"), ME)])
    case("jwt_typ_at_jwt", f"{JWT}: typ at+jwt is of access tokens",
         [accepts(sign(typ=typ), user(kind="access_token")) for typ in ("at+jwt", "AT+JWT", "JWT")], config(**ACCESS))
    case("jwt_typ_unknown", JWT, [refuses(sign(typ=typ), ME) for typ in ("JWE", "JOSE", "x")])
    case("jwt_crit", f"{JWT}; what a token calls critical and nobody knows refuses it" + OPEN, [
        refuses(sign(crit=["x"], x=1)),
        refuses(sign(crit=["exp"], exp=NOW)),
    ])
    token, odd = sign(), encoded({"alg": "RS256"})
    opaque = "_bearer_token"
    case("jwt_malformed", "behaviour 1.4.2: what is no JWT is taken for an opaque token", [
        refuses(text, opaque) for text in (
            "a.b.c", "..", "a.b", f"{odd}.{odd}", f"{token}.x", f"{odd}.e30", f"{encoded(b'[]')}.{encoded(CLAIMS)}.AAAA",
            f"{odd}.{encoded(b'[1]')}.AAAA", f"{odd}.{encoded(b'no JSON')}.AAAA", f"{encoded(b'x')}.{encoded(CLAIMS)}.AAAA",
        )
    ])
    head, payload, signature = token.split(".")
    case("jwt_malformed_encoding", f"behaviour 1.4.2{OPEN}", [
        refuses(text) for text in (f"{head}.{payload}==.{signature}", f"{head}.{payload}.{signature}=", f"{head}.!{payload}.{signature}",
                                   f"{head}.{payload}.{signature[:-1]}+", token.replace(".", "..", 1), token + ".")
    ])
    deep = b'{"a":' * 2000 + b"1" + b"}" * 2000
    case("jwt_malformed_deep", f"a token is input like any other{OPEN}", [refuses(sign(deep))])
    case("jwt_claims_twice", f"one claim twice is read one way by one and another way by another{OPEN}",
         [refuses(sign(json.dumps(CLAIMS).encode()[:-1] + b',"iss":"https://other.example.com/"}'))])


def validation():
    def refused_with(changed, principal=None):
        return refuses(sign(claims(**changed)), principal)

    other = ME.replace(ISSUER, "https://other.example.com/")
    case("jwt_issuer", f"{JWT}: allowed_issuer, exactly", [
        refused_with({"iss": "https://other.example.com/"}, other),
        refused_with({"iss": ISSUER[:-1]}, ME.replace(ISSUER, ISSUER[:-1])),
        refused_with({"iss": ISSUER.upper()}, ME.replace(ISSUER, ISSUER.upper())),
    ])
    case("jwt_issuer_missing", JWT + OPEN, [refused_with({"iss": value}) for value in (None, 1, [ISSUER], "")])
    case("jwt_audience", f"{JWT}: one of the audiences is allowed", [
        accepts(sign(named), user(named)) for named in (claims(), claims(aud=["es01"]), claims(aud=["x", "es02", "y"]))
    ], config(allowed_audiences=["es01", "es02"]))
    case("jwt_audiences_as_comma_string", f"{JWT}: a list as string",
         [accepts(sign(named), user(named)) for named in (claims(), claims(aud="es02"))], config(allowed_audiences="es01, es02"))
    case("jwt_audience_wrong", JWT, [
        refused_with({"aud": "es02"}, ME.replace("es01", "es02")),
        refused_with({"aud": "ES01"}, ME.replace("es01", "ES01")),
        refused_with({"aud": ["x", "y"]}, ME.replace("es01", "x,y")),
    ])
    case("jwt_audience_missing", JWT + OPEN, [refused_with({"aud": value}) for value in (None, [], 1, [1], {})])
    case("jwt_expiry", f"{JWT}: exp, and 60 seconds of clock skew", [
        accepts(sign()), at(3600), accepts(sign()), at(3659), accepts(sign()), at(3661), refuses(sign(), ME),
    ])
    case("jwt_expiry_of_a_remembered_token", f"{JWT}: what was verified once is not good for ever",
         [accepts(token := sign()), accepts(token), at(3661), refuses(token, ME), at(-61), refuses(token, ME), at(0), accepts(token)])
    case("jwt_issued_in_the_future", f"{JWT}: iat, and 60 seconds of clock skew", [
        at(-61), refuses(sign(), ME), at(-59), accepts(sign()),
    ])
    early = claims(nbf=NOW + 600)
    case("jwt_not_before", f"{JWT}: nbf, and 60 seconds of clock skew", [
        at(539), refuses(sign(early), ME), at(541), accepts(sign(early), user(early)),
    ])
    case("jwt_clock_skew", f"{JWT}: allowed_clock_skew", [
        at(-6), refuses(sign(), ME), at(-4), accepts(sign()), at(3604), accepts(sign()), at(3606), refuses(sign(), ME),
    ], config(allowed_clock_skew="5s"))
    case("jwt_clock_skew_none", f"{JWT}: allowed_clock_skew",
         [at(-1), refuses(sign(), ME), at(1), accepts(sign()), at(3599), accepts(sign()), at(3601), refuses(sign(), ME)],
         config(allowed_clock_skew="0s"))
    case("jwt_times_missing", f"{JWT}; Elasticsearch needs exp and iat",
         [refused_with({"exp": None}, ME), refused_with({"iat": None}, ME)])
    case("jwt_times_of_another_type", JWT + OPEN,
         [refused_with({name: value}) for name in ("exp", "iat", "nbf") for value in ("1700000000", [NOW], True, {})])
    case("jwt_times_huge", f"{JWT}: no arithmetic of a token is trusted{OPEN}",
         [refuses(sign(json.dumps(CLAIMS).replace(str(NOW + 3600), value).encode())) for value in ("-1", "-9223372036854775808", "-1e400")]
         + [refuses(sign(claims(nbf=9223372036854775807)))])
    case("jwt_subject_missing", f"{JWT}; an ID token has some sub" + OPEN, [refused_with({"sub": None, "name": "x"})])
    restricted = config(allowed_subjects=["me", "you"])
    case("jwt_allowed_subjects", f"{JWT}: allowed_subjects, of an ID token where configured", [
        accepts(sign()), accepts(sign(claims(sub="you")), user(claims(sub="you"))),
        refuses(sign(claims(sub="Me")), ME.replace("me", "Me")), refuses(sign(claims(sub="me2")), ME.replace("sub:me", "sub:me2")),
    ], restricted)
    patterns = config(allowed_subject_patterns=["service-*@example.com", "/[a-c]+/"])
    good = [claims(sub=name) for name in ("service-1@example.com", "service-@example.com", "abc")]
    case("jwt_allowed_subject_patterns", f"{JWT}: allowed_subject_patterns, wildcards and regular expressions of the whole",
         [accepts(sign(named), user(named)) for named in good]
         + [refuses(sign(claims(sub=name)), ME.replace("sub:me", f"sub:{name}"))
            for name in ("service-1@example.org", "xservice-1@example.com", "abcd")], patterns)
    case("jwt_allowed_subjects_or_patterns", f"{JWT}: either is enough", [
        accepts(sign()), accepts(sign(claims(sub="abc")), user(claims(sub="abc"))), refuses(sign(claims(sub="x")), ME.replace("sub:me", "sub:x")),
    ], config(allowed_subjects="me", allowed_subject_patterns="a*"))
    case("jwt_access_token", f"{JWT}: token_type access_token, by its subject", [
        accepts(sign(), user(kind="access_token")), refuses(sign(claims(sub="you")), ME.replace("sub:me", "sub:you")), refused_with({"sub": None}),
    ], config(**ACCESS))


def fallback_and_required():
    settings = ACCESS | {"fallback_claims.sub": "client_id", "fallback_claims.aud": "scope"}
    apart = claims(sub=None, client_id="me", aud=None, scope="es01")
    case("jwt_fallback_claims", f"{JWT}: fallback_claims.sub and .aud, where the claim is missing", [
        accepts(sign(apart), user(apart, name="me", kind="access_token")),
        refuses(sign(apart | {"client_id": "you"})), refuses(sign(apart | {"scope": "es02"})),
    ], config(**settings, **{"claims.principal": "client_id"}))
    both = claims(client_id="you", scope="es02")
    case("jwt_fallback_claims_not_needed", f"{JWT}: where the claim is there, it alone counts", [
        accepts(sign(both), user(both, kind="access_token")), refuses(sign(claims(sub="you", client_id="me"))),
    ], config(**settings))
    case("jwt_fallback_claims_not_configured", JWT, [refuses(sign(apart))], config(**ACCESS, **{"claims.principal": "client_id"}))
    case("jwt_fallback_claims_of_lists", f"{JWT}: the other claim may be a list, as aud may",
         [accepts(sign(named := apart | {"scope": ["x", "es01"]}), user(named, name="me", kind="access_token"))],
         config(**settings, **{"claims.principal": "client_id"}))
    good = [claims(use="id"), claims(use=["x", "id"]), claims(use="Id2")]
    case("jwt_required_claims", f"{JWT}: required_claims, one of the values",
         [accepts(sign(named), user(named)) for named in good]
         + [refuses(sign(claims(use=value)), ME) for value in (None, "ID", "x", ["x"], 1, True)],
         config(**{"required_claims.use": ["id", "Id2"]}))
    case("jwt_required_claims_several", f"{JWT}: all of required_claims", [
        accepts(sign(named := claims(a="1", b="2")), user(named)), refuses(sign(claims(a="1")), ME), refuses(sign(claims(b="2")), ME),
    ], config(required_claims={"a": "1", "b": "2,3"}))


def mapped():
    named = claims(mail="me@example.com", full="Me Myself", login="me2")
    facts = {"claims.principal": "login", "claims.mail": "mail", "claims.name": "full"}
    answer = user(named, name="me2", email="me@example.com", full_name="Me Myself")
    case("jwt_claims", f"{JWT}: claims.principal, .mail and .name", [
        accepts(sign(named), answer),
        activate_token(sign(named), profile("me2", [], "jwt1", email="me@example.com", full_name="Me Myself")),
    ], config(**facts))
    case("jwt_claims_nested_settings", f"{JWT}: settings nested or dotted", [accepts(sign(named), answer)],
         config(**{"claims.principal": None}, claims={"principal": "login", "mail": "mail", "name": "full"}))
    plain = config()
    flat = {"xpack.security.authc.realms.native.native1.order": 0}
    flat |= {f"xpack.security.authc.realms.jwt.jwt1.{key}": value for key, value in plain["realms"]["jwt"]["jwt1"].items()}
    case("jwt_dotted_settings", f"{JWT}: settings nested or dotted", [accepts(sign())], flat)
    case("jwt_claims_missing", f"{JWT}: only claims.principal must be there", [accepts(sign())], config(**facts | {"claims.principal": "sub"}))
    case("jwt_principal_missing", JWT, [refuses(sign(), ME), refuses(sign(claims(login=1)), ME), refuses(sign(claims(login="")), ME)], config(**facts))
    pattern = {"claims.principal": "email", "claim_patterns.principal": "^([^@]+)@example\\.com$"}
    mail = claims(email="me@example.com")
    listed = f"'aud:es01' 'email:me@example.org' 'iss:{ISSUER}' 'sub:me'"
    case("jwt_claim_patterns", f"{JWT}: claim_patterns.principal takes its first group", [
        accepts(sign(mail), user(mail, name="me")), refuses(sign(claims(email="me@example.org")), listed),
    ], config(**pattern))
    case("jwt_claim_patterns_of_others", f"{JWT}: claim_patterns of mail and name",
         [accepts(sign(named), user(named, name="me", email="me", full_name=None))],
         config(**{"claims.mail": "mail", "claim_patterns.mail": "(.*)@example.com", "claims.name": "full", "claim_patterns.name": "(nobody)"}))
    kinds = claims(text="t", number=1, real=1.5, yes=True, list=["a", "b"], numbers=[1, 2], object={"a": 1}, objects=[{}], nbf=NOW)
    shown = {"jwt_token_type": "id_token"}
    shown |= {f"jwt_claim_{key}": kinds[key] for key in ("iss", "sub", "aud", "text", "number", "real", "yes", "list", "numbers")}
    case("jwt_metadata", f"{JWT}: populate_user_metadata, of text, numbers, booleans and lists of them", [accepts(sign(kinds), user(metadata=shown))])
    case("jwt_metadata_off", f"{JWT}: populate_user_metadata",
         [accepts(sign(), user(metadata={"jwt_token_type": "id_token"}))], config(populate_user_metadata=False))
    case("jwt_metadata_of_an_access_token", JWT,
         [accepts(sign(), user(metadata={"jwt_token_type": "access_token"}))], config(**ACCESS, populate_user_metadata=False))
    odd = claims(sub="josé ✓")
    token = sign(json.dumps(odd, ensure_ascii=False).encode())
    case("jwt_principal_of_any_text", "behaviour 1.7: usernames are compared exactly", [
        accepts(token, user(odd)), activate_token(token, profile("josé ✓", [], "jwt1")),
        activate_token(sign(odd), profile("josé ✓", [], "jwt1")),
    ])
    case("jwt_delegates_to_native", "authorization_realms: the native user of that name gives roles, names and metadata", [
        put_user("me", ["r"], full_name="Me Myself", email="me@example.com", metadata={"team": "blue"}),
        accepts(sign(), user(roles=["r"], metadata={"team": "blue"}, full_name="Me Myself", email="me@example.com")),
        activate_token(sign(), profile("me", ["r"], "jwt1", email="me@example.com", full_name="Me Myself")),
        refuses(sign(claims(sub="you")), ME.replace("sub:me", "sub:you")),
    ], config(authorization_realms=["native1"]))


def refusals():
    act = "unable to authenticate user [{}] for action [cluster:admin/xpack/security/profile/activate]"
    listed = claims(iss="x", aud=["b", "a"], appid="1", azp="2", client_id="3", oid="4", email="5", other="6")
    text = "'appid:1' 'aud:b,a' 'azp:2' 'client_id:3' 'email:5' 'iss:x' 'oid:4' 'sub:me'"
    case("jwt_principal_text", "behaviour 1.4.4: the claims in the order of their names", [
        refuses(sign(listed), text), activate_token(sign(listed), **refused(act.format(text))),
        log_in("me", sign(listed), **refused()),
    ])
    case("jwt_without_a_jwt_realm", "behaviour 1.4.2: a JWT is none of the opaque tokens, whoever could have taken it", [
        refuses(sign(), ME), activate_token(sign(), **refused(act.format(ME))), log_in("me", sign(), **refused()),
    ], {"realms": {"native": {"native1": {"order": 0}}}})
    case("jwt_realm_disabled", f"{JWT}: a realm that is not enabled authenticates nobody", [refuses(sign(), ME)], config(enabled=False))
    case("jwt_as_password", "a JWT is no password", [
        {"login": "me", "request": {"username": "me", "password": sign()}} | refused(),
    ])
    case("jwt_as_refresh_token", "behaviour 10.4: a JWT is no refresh token", [
        call("get_token", {"grant_type": "refresh_token", "refresh_token": sign()},
             {"error": "invalid_grant", "error_description": "could not refresh the requested token"}, 400),
    ])


def clients():
    shared = config(**{"client_authentication.type": "shared_secret", "client_authentication.shared_secret": SECRET})
    token = sign()
    case("jwt_client_secret", f"{JWT}: ES-Client-Authentication", [
        accepts(token, secret=SECRET), refuses(token, ME), refuses(token, ME, "wrong"), refuses(token, ME, SECRET + "x"),
        refuses(token, ME, SECRET.upper()), accepts(token, secret=SECRET),
    ], shared)
    case("jwt_client_secret_is_the_default", f"{JWT}: client_authentication.type is shared_secret unless configured", [
        accepts(token, secret=SECRET), refuses(token, ME),
    ], config(**{"client_authentication.type": None, "client_authentication.shared_secret": SECRET}))
    case("jwt_client_secret_type_case", f"{JWT}: the type in any case",
         [accepts(token, secret=SECRET), refuses(token, ME)],
         config(**{"client_authentication.type": "Shared_Secret", "client_authentication.shared_secret": SECRET}))
    case("jwt_client_none_type_case", f"{JWT}: the type in any case", [accepts(token)], config(**{"client_authentication.type": "NONE"}))
    named = [("es-client-authentication", "authorization"), ("ES-CLIENT-AUTHENTICATION", "AUTHORIZATION")]
    case("jwt_client_secret_header_names", "design 2: header names in any case", [
        rest("GET", "/_security/_authenticate", user(), headers={second: f"Bearer {token}", first: f"SharedSecret {SECRET}"})
        for first, second in named
    ], shared)
    case("jwt_client_secret_wrong_scheme", JWT + OPEN, [
        rest("GET", "/_security/_authenticate", **refused(), headers=bearer(token) | {"ES-Client-Authentication": value})
        for value in (SECRET, f"Basic {SECRET}", "SharedSecret", "SharedSecret ")
    ], shared)
    case("jwt_client_secret_in_login", "behaviour 1.4.6", [
        log_in("me", token, user(), SECRET), call("authenticate", {}, user(), on="me"),
        log_in("you", token, **refused()), log_in("you", token, **refused(), secret="wrong"),
        login("brief", {"access_token": token, "client_authentication": {"value": SECRET}}, user()),
    ], shared)
    grant = {"grant_type": "access_token", "access_token": token}
    reason = f"unable to authenticate user [{ME}] for action [cluster:admin/xpack/security/profile/activate]"
    case("jwt_client_secret_in_activate", "behaviour 1.2 and 1.4.6: scheme is trimmed, and may be left out", [
        call("activate", grant, **refused(reason)),
        call("activate", grant | {"client_authentication": {"scheme": "SharedSecret", "value": "wrong"}}, **refused(reason)),
        call("activate", grant | {"client_authentication": {"scheme": "SharedSecret", "value": SECRET}}, profile("me", [], "jwt1")),
        call("activate", grant | {"client_authentication": {"scheme": " SharedSecret ", "value": SECRET}}, profile("me", [], "jwt1")),
        call("activate", grant | {"client_authentication": {"value": SECRET}}, profile("me", [], "jwt1")),
    ], shared)
    case("jwt_client_secret_scheme_of_activate", "behaviour 1.3: the scheme is case-sensitive", [
        call("activate", grant | {"client_authentication": {"scheme": scheme, "value": SECRET}},
             **error(400, "action_request_validation_exception", "Validation Failed: 1: [client_authentication.scheme] must be set to [SharedSecret];"))
        for scheme in ("sharedsecret", "Bearer", "")
    ], shared)


def sessions():
    case("jwt_login", "design 2: login by a JWT", [
        log_in("me", sign(), user()), call("authenticate", {}, user(), on="me"),
        call("get", {"uid": "x"}, **error(403, "security_exception", "$any"), on="me"),
    ])
    case("jwt_login_expires", "the handle of a login by JWT is checked on every call" + OPEN, [
        log_in("me", sign(), user()), at(3659), call("authenticate", {}, user(), on="me"),
        at(3661), call("authenticate", {}, **refused(), on="me"),
    ])
    case("jwt_activate", "behaviour 1.8: the profile of a JWT's user", [
        activate_token(sign(), profile("me", [], "jwt1")), activate_token(sign(), profile("me", [], "jwt1")),
        at(30), activate_token(sign(claims(iat=NOW + 1)), profile("me", [], "jwt1", 1, START_MS + 30000)),
    ])
    case("jwt_activate_through_rest", "behaviour 1.2", [
        rest("POST", "/_security/profile/_activate", profile("me", [], "jwt1"), body={"grant_type": "access_token", "access_token": sign()}),
    ])
    case("jwt_activate_expired_touches_nothing", "behaviour 1.4.8", [
        activate_token(sign(), profile("me", [], "jwt1")), call("disable", {"uid": uid("me")}, {"acknowledged": True}),
        at(3661), activate_token(sign(), **refused(f"unable to authenticate user [{ME}] for action [cluster:admin/xpack/security/profile/activate]")),
        call("get", {"uid": uid("me")}, {"profiles": [profile("me", [], "jwt1", 1, enabled=False)]}),
    ])
    case("jwt_is_apart_from_native", "behaviour 2.6: realms of different types are not equivalent", [
        put_user("me"), activate_password("me", profile("me", [], "native1")), activate_token(sign(), profile("me", [], "jwt1", 1, number=1)),
    ])
    case("jwt_in_a_domain", "behaviour 1.7: one person over password and JWT", [
        put_user("me"), activate_password("me", profile("me", [], "native1", domain="d")),
        activate_token(sign(), profile("me", [], "jwt1", 1, domain="d")),
        accepts(sign(), user(domain="d")), log_in("me", sign(), user(domain="d")),
        activate_password("me", profile("me", [], "native1", 2, domain="d")),
    ], config(domain="d"))
    you = realm(allowed_issuer="https://other.example.com/", order=2)
    foreign = claims(iss="https://other.example.com/")
    case("jwt_second_realm", f"{JWT}: the next realm is asked", [
        accepts(sign()), accepts(sign(foreign), user(foreign, realm="jwt2")),
        activate_token(sign(), profile("me", [], "jwt1")), activate_token(sign(foreign), profile("me", [], "jwt2", 1, number=1)),
    ], config(others={"jwt2": you}))
    for name, first, second, winner in (("order", 2, 1, "jwt2"), ("name", 1, 1, "jwt1")):
        case(f"jwt_realms_by_{name}", f"{JWT}: realms are asked by order, then by name",
             [accepts(sign(), user(realm=winner))], config(order=first, others={"jwt2": realm(order=second)}))
    secret = realm(order=2, **{"client_authentication.type": "shared_secret", "client_authentication.shared_secret": SECRET})
    case("jwt_second_realm_by_its_secret", f"{JWT}: a realm that refuses the secret leaves the token to the next", [
        accepts(sign(), user(realm="jwt2"), SECRET), refuses(sign(), ME, "neither"),
        accepts(sign(), user(realm="jwt1"), "first"), accepts(sign(), user(realm="jwt2"), SECRET),
    ], config(others={"jwt2": secret}, **{"client_authentication.type": "shared_secret", "client_authentication.shared_secret": "first"}))
    case("jwt_realm_of_a_reopened_store", f"{JWT}: another configuration is obeyed at once", [
        accepts(sign()), {"reopen": config(allowed_audiences=["es02"])}, refuses(sign(), ME), {"reopen": config()}, accepts(sign()),
    ])


def answered(authentication, refresh=True, expires_in=1200):
    pair = {"access_token": "$any", "type": "Bearer", "expires_in": expires_in}
    return pair | ({"refresh_token": "$any"} if refresh else {}) | {"authentication": authentication}


def superusers(name="all"):
    rules = {"field": {"username": "*"}}
    return call("put_role_mapping", {"name": name, "roles": ["superuser"], "rules": rules}, {"role_mapping": {"created": True}})


def tokens():
    root = user(roles=["superuser"])
    credentials = {"grant_type": "client_credentials"}
    grant = {"grant_type": "password", "username": "joe", "password": PASSWORD}
    case("jwt_client_credentials", "behaviour 10.4: a token for the bearer of a JWT; it captures realm and roles", [
        superusers(), log_in("me", sign(), root),
        call("get_token", credentials, answered(root, refresh=False), on="me", keep={"ACCESS": ["access_token"]}),
        rest("GET", "/_security/_authenticate", root | {"authentication_type": "token"}, headers=bearer("${ACCESS}")),
        activate_token("${ACCESS}", profile("me", ["superuser"], "jwt1")), activate_token(sign(), profile("me", ["superuser"], "jwt1")),
        call("invalidate_token", {"realm_name": "jwt1"}, {"invalidated_tokens": 1, "previously_invalidated_tokens": 0, "error_count": 0}),
        rest("GET", "/_security/_authenticate", **EXPIRED, headers=bearer("${ACCESS}")),
    ])
    case("jwt_client_credentials_outlive_the_jwt", "behaviour 10.4: a token has a lifetime of its own", [
        superusers(), at(3500), log_in("me", sign(), root),
        call("get_token", credentials, answered(root, refresh=False), on="me", keep={"ACCESS": ["access_token"]}),
        at(3700), rest("GET", "/_security/_authenticate", root | {"authentication_type": "token"}, headers=bearer("${ACCESS}")),
    ])
    for joined in (True, False):
        domain = {"domain": "d"} if joined else {}
        native = ("native1", "native")
        joe = authenticated("joe", [], native, **domain)
        refreshed = answered(joe | {"authentication_type": "token"}), 0
        refusal = {"error": "invalid_grant", "error_description": "tokens must be refreshed by the creating client"}, 400
        case("token_refresh_across_a_domain" if joined else "token_refresh_across_no_domain",
             "behaviour 9.9: the same user in another realm of the domain is the same client, and nobody else", [
            superusers(), put_user("joe"), put_user("me", ["superuser"]),
            login("native", {"username": "me", "password": PASSWORD}, authenticated("me", ["superuser"], native, **domain)),
            log_in("jwt", sign(), user(roles=["superuser"], **domain)),
            log_in("you", sign(claims(sub="you")), user(claims(sub="you"), ["superuser"], **domain)),
            call("get_token", grant, answered(joe), on="native", keep={"REFRESH": ["refresh_token"]}),
            call("get_token", {"grant_type": "refresh_token", "refresh_token": "${REFRESH}"}, *refusal, on="you"),
            call("get_token", {"grant_type": "refresh_token", "refresh_token": "${REFRESH}"}, *(refreshed if joined else refusal), on="jwt"),
        ], config(**({"domain": "d"} if joined else {})))


def mapping(name, rules, roles=None, **others):
    request = {"name": name, "roles": [name] if roles is None else roles, "rules": rules} | others
    return call("put_role_mapping", request, {"role_mapping": {"created": True}})


def rule(name, source, rules, named=CLAIMS, settings=None):
    """A case of mappings that match (their names start with "yes") and others that do not."""
    steps = [mapping(key, value) for key, value in rules.items()]
    roles = sorted(key for key in rules if key.startswith("yes"))
    case(f"role_mapping_{name}", source, [*steps, accepts(sign(named), user(named, roles))], settings)


def field(name, value):
    return {"field": {name: value}}


def role_mappings():
    source = "elasticsearch's role mapping API: "
    rule("by_username", source + "username, exactly", {
        "yes": field("username", "me"), "no1": field("username", "Me"), "no2": field("username", "m"), "no3": field("username", "you"),
    })
    rule("by_wildcard", source + "wildcards are of the whole value; without a * there is none", {
        "yes1": field("username", "m*"), "yes2": field("username", "*e"), "yes3": field("username", "*"), "yes4": field("username", "me*"),
        "no1": field("username", "m"), "no2": field("username", "*x*"), "no3": field("username", "e*"), "no4": field("username", "m?"),
    })
    rule("by_regex", source + "regular expressions between slashes, of the whole value", {
        "yes1": field("username", "/m./"), "yes2": field("username", "/(me|you)/"), "yes3": field("username", "/[a-z]{2}/"),
        "no1": field("username", "/m/"), "no2": field("username", "/M./"), "no3": field("username", "/e/"),
    })
    rule("by_list", source + "one of several values", {
        "yes1": field("username", ["you", "me"]), "yes2": field("username", ["x*", "/m./"]), "no1": field("username", ["you", "x*"]),
    })
    member = claims(groups=["cn=admins,dc=example", "cn=staff,dc=example"], dn="cn=me,ou=people,dc=example")
    facts = config(**{"claims.groups": "groups", "claims.dn": "dn"})
    rule("by_groups", source + "groups match where one of them does", {
        "yes1": field("groups", "cn=staff,dc=example"), "yes2": field("groups", ["x", "cn=admins,dc=example"]), "yes3": field("groups", "cn=adm*"),
        "no1": field("groups", "staff"), "no2": field("groups", ["x", "y"]),
    }, member, facts)
    single = claims(groups="staff")
    rule("by_one_group", f"{JWT}: groups may be a single text", {"yes": field("groups", "staff"), "no": field("groups", "admins")}, single, facts)
    patterned = claims(groups=["app-admins", "other", "app-staff"])
    rule("by_group_patterns", f"{JWT}: claim_patterns.groups takes its first group of each, and drops what does not match", {
        "yes1": field("groups", "admins"), "yes2": field("groups", "staff"), "no1": field("groups", "other"), "no2": field("groups", "app-admins"),
    }, patterned, config(**{"claims.groups": "groups", "claim_patterns.groups": "^app-(.*)$"}))
    rule("by_dn", source + "dn", {
        "yes1": field("dn", "*,ou=people,dc=example"), "yes2": field("dn", "cn=me,ou=people,dc=example"), "no1": field("dn", "*,ou=robots,dc=example"),
    }, member, facts)
    rule("by_missing_fields", source + "who has no groups and no dn", {
        "no1": field("groups", "*"), "no2": field("dn", "*"), "no3": field("metadata.team", "*"), "yes": field("username", "*"),
    })
    rule("by_realm_name", source + "realm.name", {
        "yes1": field("realm.name", "jwt1"), "yes2": field("realm.name", "jwt*"), "no1": field("realm.name", "jwt2"), "no2": field("realm.name", "native1"),
    })
    person = claims(team="blue", level=3, lead=True, tags=["a", "b"])
    rule("by_metadata", source + "metadata.*, by text, number, boolean and one of a list", {
        "yes1": field("metadata.jwt_claim_team", "blue"), "yes2": field("metadata.jwt_claim_team", "b*"), "yes3": field("metadata.jwt_claim_level", 3),
        "yes4": field("metadata.jwt_claim_lead", True), "yes5": field("metadata.jwt_claim_tags", "b"), "yes6": field("metadata.jwt_token_type", "id_token"),
        "no1": field("metadata.jwt_claim_team", "red"), "no2": field("metadata.jwt_claim_level", 4), "no3": field("metadata.jwt_claim_lead", False),
        "no4": field("metadata.jwt_claim_tags", "c"), "no5": field("metadata.jwt_claim_exp", "*"), "no6": field("metadata.team", "blue"),
    }, person)
    rule("by_null", source + "null is the value of what is missing", {
        "yes": field("metadata.jwt_claim_team", None), "no": field("username", None),
    })
    me, you = field("username", "me"), field("username", "you")
    rule("all", source + "all", {
        "yes1": {"all": [me, field("realm.name", "jwt1")]}, "yes2": {"all": [me]}, "no1": {"all": [me, you]}, "no2": {"all": [you, you]},
    })
    rule("any", source + "any", {"yes1": {"any": [you, me]}, "yes2": {"any": [me]}, "no1": {"any": [you]}, "no2": {"any": []}})
    rule("except", source + "except", {
        "yes1": {"all": [me, {"except": you}]}, "yes2": {"all": [{"except": you}]}, "no1": {"all": [me, {"except": field("realm.name", "jwt1")}]},
        "no2": {"all": [{"except": me}]}, "yes3": {"all": [me, {"except": {"any": [you, field("realm.name", "x")]}}]},
    })
    rule("nested", source + "rules within rules", {
        "yes1": {"any": [you, {"all": [me, {"any": [you, field("realm.name", "jwt*")]}]}]},
        "no1": {"all": [{"any": [me, you]}, {"all": [{"except": {"all": [me, {"except": you}]}}]}]},
    })
    case("role_mapping_order_of_roles", "the roles of mappings by the mappings' names, those of one in their order, none twice", [
        mapping("b", me, ["z", "a"]), mapping("a", me, ["m", "z"]), mapping("c", me, ["b", "a", "b"]), accepts(sign(), user(roles=["m", "z", "a", "b"])),
        activate_token(sign(), profile("me", ["m", "z", "a", "b"], "jwt1")),
    ])
    case("role_mapping_disabled", source + "a mapping that is not enabled gives nothing",
         [mapping("a", me), mapping("b", me, enabled=False), accepts(sign(), user(roles=["a"]))])
    case("role_mapping_takes_effect_at_once", source + "a changed mapping is obeyed by the next authentication", [
        accepts(sign(), user()), mapping("a", me), accepts(token := sign(), user(roles=["a"])), accepts(token, user(roles=["a"])),
        call("put_role_mapping", {"name": "a", "roles": ["b"], "rules": me}, {"role_mapping": {"created": False}}), accepts(token, user(roles=["b"])),
        call("delete_role_mapping", {"name": "a"}, {"found": True}), accepts(token, user()),
    ])
    case("role_mapping_gives_privileges", source + "roles by mapping are roles like any other", [
        mapping("a", me, ["superuser"]), log_in("me", sign(), user(roles=["superuser"])), put_user("joe"),
        call("get_user", {"username": "joe"}, {"joe": "$any"}, on="me"),
        rest("GET", "/_security/user/joe", {"joe": "$any"}, headers=bearer(sign())),
    ])
    static = [{"template": {"source": "one"}}, {"template": {"source": "two"}, "format": "string"}, {"template": {"source": '["three","four"]'}, "format": "json"}]
    case("role_mapping_static_templates", source + "templates without variables", [
        call("put_role_mapping", {"name": "a", "role_templates": static, "rules": me}, {"role_mapping": {"created": True}}),
        mapping("b", me, ["five", "two"]), accepts(sign(), user(roles=["one", "two", "three", "four", "five"])),
    ])
    case("role_mapping_survives_reopen_for_users", source + "mappings are stored", [mapping("a", me), {"reopen": config()}, accepts(sign(), user(roles=["a"]))])


def configurations():
    key = "xpack.security.authc.realms.jwt.jwt1"

    def no(name, *settings, reason="$any", algorithm="RS256", source=JWT):
        steps = [{"reopen": config(algorithm, **each)} | illegal(reason) for each in settings]
        case(f"config_jwt_{name}", source + (OPEN if reason == "$any" else ""), [*steps, {"reopen": config(algorithm)}])

    no("issuer", {"allowed_issuer": None}, {"allowed_issuer": ""}, {"allowed_issuer": 1})
    no("audiences", {"allowed_audiences": None}, {"allowed_audiences": []}, {"allowed_audiences": ""}, {"allowed_audiences": {}})
    no("principal", {"claims.principal": None}, {"claims.principal": ""}, {"claims.principal": 1})
    no("algorithms", *({"allowed_signature_algorithms": value} for value in (["RS257"], ["none"], "rs256", ["RS256", "x"], [1])))
    no("token_type", {"token_type": "refresh_token"}, {"token_type": ""}, {"token_type": 1})
    needs = f"One of either [{key}.allowed_subjects] or [{key}.allowed_subject_patterns] must be specified and not be empty."
    no("subjects_of_an_access_token", {"token_type": "access_token"}, {"token_type": "access_token", "allowed_subjects": []}, reason=needs)
    no("subject_patterns", {"allowed_subject_patterns": ["/a(/"]}, {"allowed_subject_patterns": "/["})
    wrong = f"Invalid value [basic] for [{key}.client_authentication.type], allowed values are [none,shared_secret]"
    no("client_authentication", {"client_authentication.type": "basic"}, reason=wrong)
    no("client_secret", {"client_authentication.type": "shared_secret"}, {"client_authentication.type": None},
       {"client_authentication.type": "shared_secret", "client_authentication.shared_secret": ""})
    no("client_secret_without_use", {"client_authentication.shared_secret": SECRET})
    no("keys_missing", {"pkc_jwkset": None}, {"pkc_jwkset": {"keys": []}}, {"pkc_jwkset": "{}"})
    no("keys_malformed", *({"pkc_jwkset": value} for value in (
        "no JSON", [], {"keys": {}}, {"keys": [1]}, {"keys": [{"kty": "RSA"}]}, {"keys": [{"kty": "RSA", "n": "!", "e": "AQAB"}]})))
    no("keys_of_another_algorithm", {"pkc_jwkset": {"keys": [public("p256")]}}, {"allowed_signature_algorithms": ["RS256", "HS256"]})
    no("keys_at_a_url", {"pkc_jwkset": None, "pkc_jwkset_path": "https://issuer.example.com/jwks"})
    no("hmac_keys", {"hmac_key": None}, {"hmac_jwkset": {"keys": [{"kty": "oct", "k": encoded(HMAC_KEY.encode())}]}},
       {"hmac_key": None, "hmac_jwkset": {"keys": []}}, {"hmac_key": None, "hmac_jwkset": "x"}, {"hmac_key": ""}, algorithm="HS256")
    no("unknown_setting", {"bogus": 1}, {"claims.bogus": "x"}, {"client_authentication.bogus": 1}, {"claim_patterns.bogus": "x"})
    no("claim_patterns", {"claim_patterns.principal": "(["}, {"claim_patterns.principal": "no group"}, {"claim_patterns.mail": "(.*)"},
       source=f"{JWT}; a pattern has a group, and goes with its claim")
    no("times", *({"allowed_clock_skew": value} for value in ("soon", "60", "-1s")), {"jwt.cache.ttl": "x"}, {"client_authentication.rotation_grace_period": "x"})
    no("cache_size", {"jwt.cache.size": "many"}, {"jwt.cache.size": -1})
    no("fallback_claims_of_an_id_token", {"fallback_claims.sub": "x"}, {"fallback_claims.aud": "x"}, source=f"{JWT}; fallback claims are of access tokens")
    no("authorization_realms", {"authorization_realms": ["nope"]}, {"authorization_realms": ["jwt1"]})
    no("booleans", {"populate_user_metadata": "maybe"}, {"enabled": 1})
    case("config_jwt_cache", f"{JWT}: the size and age of the memory change no answer", [accepts(sign()), accepts(sign()), at(3661), refuses(sign(), ME)],
         config(**{"jwt.cache.ttl": "0s", "jwt.cache.size": 1}))
    case("config_jwt_names", "behaviour 9: a realm's name starts with no _, and is the only one of that name" + OPEN, [
        {"reopen": {"realms": {"jwt": {"_jwt": realm()}}}} | illegal("$any"),
        {"reopen": {"realms": {"native": {"a": {"order": 0}}, "jwt": {"a": realm()}}}} | illegal("$any"),
        {"reopen": config()},
    ])


for write_cases in (signatures, keys, headers, validation, fallback_and_required, mapped, refusals, clients, sessions, tokens, role_mappings, configurations):
    write_cases()
