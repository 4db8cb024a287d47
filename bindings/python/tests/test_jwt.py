"""JWTs that PyJWT signs with keys of `cryptography`: accepted, and refused when tampered with."""

import base64
import functools
import hashlib
import hmac
import json
import unittest

import jwt
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from jwt.algorithms import ECAlgorithm, HMACAlgorithm, RSAAlgorithm

import support
import userprofile

NOW = support.START_MS // 1000
MINUTE = 60
ISSUER = "https://issuer.example"
SECRET = "shared-secret-of-the-client"
PROOF = {"scheme": "SharedSecret", "value": SECRET}
HMAC_KEY = bytes(range(64))
CURVES = {"ES256": ec.SECP256R1(), "ES384": ec.SECP384R1(), "ES512": ec.SECP521R1()}
ALGORITHMS = [
    family + size for family in ("RS", "PS", "ES", "HS") for size in ("256", "384", "512")
]
CLAIMS = {
    "iss": ISSUER,
    "aud": "app",
    "sub": "ana",
    "iat": NOW - MINUTE,
    "nbf": NOW - MINUTE,
    "exp": NOW + 10 * MINUTE,
    "name": "Ana Ex\u00e1mple",
    "email": "ana@example.com",
    "groups": ["staff", "editors"],
}
USER = {
    "username": "ana",
    "roles": ["editor"],
    "realm_name": "jwt1",
    "email": "ana@example.com",
    "full_name": "Ana Ex\u00e1mple",
}


@functools.lru_cache(maxsize=None)
def signing_key(kid):
    if kid in ("rsa", "rsa-other"):
        return rsa.generate_private_key(public_exponent=65537, key_size=2048)
    return ec.generate_private_key(CURVES[kid])


def kid_of(algorithm):
    return {"RS": "rsa", "PS": "rsa", "HS": "hmac"}.get(algorithm[:2], algorithm)


def key_of(algorithm):
    return HMAC_KEY if algorithm.startswith("HS") else signing_key(kid_of(algorithm))


def public_keys():
    keys = [
        {**RSAAlgorithm.to_jwk(signing_key(kid).public_key(), as_dict=True), "kid": kid}
        for kid in ("rsa", "rsa-other")
    ]
    for kid in CURVES:
        public = signing_key(kid).public_key()
        keys.append({**ECAlgorithm.to_jwk(public, as_dict=True), "kid": kid})
    return {"keys": keys}


def hmac_keys():
    return {"keys": [{**HMACAlgorithm.to_jwk(HMAC_KEY, as_dict=True), "kid": "hmac"}]}


def issue(algorithm, headers=None, without=(), key=None, **claims):
    payload = {name: value for name, value in {**CLAIMS, **claims}.items() if name not in without}
    headers = {"kid": kid_of(algorithm), **(headers or {})}
    return jwt.encode(payload, key or key_of(algorithm), algorithm, headers=headers)


def encoded(data):
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


def decoded(part):
    return base64.urlsafe_b64decode(part + "=" * (-len(part) % 4))


def with_header(token, **changes):
    """The token with another header and the same signature."""
    header, rest = token.split(".", 1)
    return f"{encoded(json.dumps({**json.loads(decoded(header)), **changes}).encode())}.{rest}"


def with_payload(token, **changes):
    header, payload, signature = token.split(".")
    claims = {**json.loads(decoded(payload)), **changes}
    return f"{header}.{encoded(json.dumps(claims).encode())}.{signature}"


def with_signature(token, change):
    rest, signature = token.rsplit(".", 1)
    return f"{rest}.{encoded(change(decoded(signature)))}"


def flipped(position):
    def change(signature):
        changed = bytearray(signature)
        changed[position] ^= 1
        return bytes(changed)

    return change


def signed_with_the_public_key(token):
    """The old trick: the public key, which everybody has, as the key of an HMAC."""
    header, payload, _ = with_header(token, alg="HS256").split(".")
    public = signing_key("rsa").public_key()
    pem = public.public_bytes(
        serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo
    )
    signed = f"{header}.{payload}"
    return f"{signed}.{encoded(hmac.new(pem, signed.encode(), hashlib.sha256).digest())}"


def tampered(algorithm):
    """Tokens that differ from a good one in one part, by what was done to them."""
    good = issue(algorithm)
    family, size = algorithm[:2], algorithm[2:]
    other_size = {"256": "384", "384": "512", "512": "256"}[size]
    other_key = "rsa-other" if kid_of(algorithm) == "rsa" else "rsa"
    yield "header: another member", with_header(good, typ="at+jwt")
    yield "payload: another name", with_payload(good, name="Eve")
    yield "payload: another subject", with_payload(good, sub="ben")
    yield "payload: a later end", with_payload(good, exp=CLAIMS["exp"] + 1)
    yield "signature: first bit", with_signature(good, flipped(0))
    yield "signature: last bit", with_signature(good, flipped(-1))
    yield "signature: cut", with_signature(good, lambda signature: signature[:-1])
    yield "signature: longer", with_signature(good, lambda signature: signature + b"\0")
    yield "signature: none", good.rsplit(".", 1)[0] + "."
    yield "signature: zeros", with_signature(good, lambda signature: bytes(len(signature)))
    yield (
        "signature: of another token",
        f"{good.rsplit('.', 1)[0]}.{issue(algorithm, name='Eve').rsplit('.', 1)[1]}",
    )
    yield "alg: another size", with_header(good, alg=family + other_size)
    yield (
        "alg: another family",
        with_header(good, alg={"RS": "PS", "PS": "RS"}.get(family, "RS") + size),
    )
    yield "alg: none", with_header(good, alg="none").rsplit(".", 1)[0] + "."
    yield "alg: an HMAC with the public key", signed_with_the_public_key(good)
    yield "alg: unknown", with_header(good, alg="XS256")
    yield "kid: another", with_header(good, kid=other_key)
    yield "kid: another, signed", issue(algorithm, {"kid": other_key})
    yield "kid: unknown, signed", issue(algorithm, {"kid": "unknown"})
    yield "times: expired", issue(algorithm, exp=NOW - MINUTE - 1)
    yield "times: not yet", issue(algorithm, nbf=NOW + MINUTE + 1)
    yield "times: issued later", issue(algorithm, iat=NOW + MINUTE + 1)
    yield "times: without an end", issue(algorithm, without=["exp"])
    yield "times: without a start", issue(algorithm, without=["iat"])
    yield "issuer: another", issue(algorithm, iss="https://issuer.example/")
    yield "issuer: none", issue(algorithm, without=["iss"])
    yield "audience: another", issue(algorithm, aud="other")
    yield "audience: none", issue(algorithm, without=["aud"])
    yield "subject: another", issue(algorithm, sub="eve")
    yield "subject: none", issue(algorithm, without=["sub"])


def principal(token):
    """How a refusal names who was refused: by the claims, unverified."""
    claims = json.loads(decoded(token.split(".")[1]))
    names = ("aud", "iss", "sub", "email")
    return " ".join(f"'{name}:{claims[name]}'" for name in sorted(names) if name in claims)


class JwtTestCase(unittest.TestCase):
    REALM = {
        "order": 1,
        "allowed_issuer": ISSUER,
        "allowed_audiences": ["app", "app2"],
        "allowed_signature_algorithms": ALGORITHMS,
        "allowed_subjects": ["ana", "ben"],
        "claims": {"principal": "sub", "name": "name", "mail": "email", "groups": "groups"},
        "client_authentication": {"type": "shared_secret", "shared_secret": SECRET},
    }

    def open(self, **changes):
        keys = {"pkc_jwkset": public_keys(), "hmac_jwkset": json.dumps(hmac_keys())}
        realms = {
            "native": {"native1": {"order": 0}},
            "jwt": {"jwt1": {**self.REALM, **keys, **changes}},
        }
        client = support.open_store(":temporary:", realms=realms)
        self.addCleanup(client.close)
        client.set_clock(lambda: support.START_MS)
        client.put_role_mapping(
            name="editors", roles=["editor"], rules={"field": {"groups": "editors"}}
        )
        return client

    def activate(self, client, token, proof=PROOF):
        return client.activate(
            grant_type="access_token", access_token=token, client_authentication=proof
        )

    def refused(self, client, token, proof=PROOF):
        with self.assertRaises(userprofile.AuthenticationError) as caught:
            self.activate(client, token, proof)
        error = caught.exception
        self.assertEqual(error.type, "security_exception")
        self.assertEqual(
            error.reason,
            f"unable to authenticate user [{principal(token)}] for action "
            "[cluster:admin/xpack/security/profile/activate]",
        )


class AlgorithmTest(JwtTestCase):
    """Gets a test for each algorithm and each thing that is done to a token, below."""

    def setUp(self):
        self.client = self.open()

    def test_one_person_with_every_algorithm(self):
        self.assertEqual(
            len({self.activate(self.client, issue(algorithm))["uid"] for algorithm in ALGORITHMS}),
            1,
        )


def _add_algorithm(algorithm):
    def test_accepted(self):
        token = issue(algorithm)
        for _ in range(2):  # the second time it may be remembered
            self.assertEqual(self.activate(self.client, token)["user"], USER)
        with self.client.login(access_token=token, client_authentication=PROOF) as ana:
            self.assertEqual(ana.info["authentication_realm"], {"name": "jwt1", "type": "jwt"})
            self.assertEqual(ana.authenticate(), ana.info)
        headers = {
            "Authorization": f"Bearer {token}",
            "ES-Client-Authentication": f"SharedSecret {SECRET}",
        }
        who = self.client.rest("GET", "/_security/_authenticate", headers=headers)
        self.assertEqual(who, ana.info)

    def test_refused(self):
        good = issue(algorithm)
        self.activate(self.client, good)  # so that what is remembered could mislead
        for what, token in tampered(algorithm):
            with self.subTest(what):
                self.refused(self.client, token)
        for what, value in (
            ("wrong", SECRET + "x"),
            ("cut", SECRET[:-1]),
            ("case", SECRET.upper()),
        ):
            with self.subTest(f"secret: {what}"):
                self.refused(self.client, good, {"scheme": "SharedSecret", "value": value})
        with self.subTest("secret: none"):
            self.refused(self.client, good, None)
        self.assertEqual(self.activate(self.client, good)["user"], USER)

    setattr(AlgorithmTest, f"test_accepted_{algorithm}", test_accepted)
    setattr(AlgorithmTest, f"test_refused_{algorithm}", test_refused)


for _algorithm in ALGORITHMS:
    _add_algorithm(_algorithm)


class RulesTest(JwtTestCase):
    def test_the_clock_may_differ_by_a_minute(self):
        client = self.open()
        for claims in ({"exp": NOW - MINUTE + 1}, {"nbf": NOW + MINUTE}, {"iat": NOW + MINUTE}):
            with self.subTest(claims):
                self.assertEqual(self.activate(client, issue("ES256", **claims))["user"], USER)

    def test_what_was_accepted_expires(self):
        client = self.open()
        now = support.START_MS
        client.set_clock(lambda: now)
        token = issue("ES256")
        with client.login(access_token=token, client_authentication=PROOF) as ana:
            self.activate(client, token)
            now += 12 * MINUTE * 1000
            self.refused(client, token)
            with self.assertRaises(userprofile.AuthenticationError):
                ana.authenticate()

    def test_several_audiences(self):
        self.activate(self.open(), issue("ES256", aud=["other", "app2"]))

    def test_algorithms_that_are_not_allowed(self):
        client = self.open(allowed_signature_algorithms=["RS256", "ES384"])
        for algorithm in ALGORITHMS:
            with self.subTest(algorithm):
                if algorithm in ("RS256", "ES384"):
                    self.activate(client, issue(algorithm))
                else:
                    self.refused(client, issue(algorithm))

    def test_claims_as_metadata(self):
        client = self.open()
        token = issue("ES256", admin=True, level=3, nested={"a": 1}, tags=["x", "y"])
        with client.login(access_token=token, client_authentication=PROOF) as ana:
            metadata = ana.info["metadata"]
        self.assertEqual(metadata["jwt_token_type"], "id_token")
        self.assertEqual(metadata["jwt_claim_tags"], ["x", "y"])
        self.assertEqual((metadata["jwt_claim_admin"], metadata["jwt_claim_level"]), (True, 3))
        self.assertFalse({"jwt_claim_nested", "jwt_claim_exp"} & set(metadata))

    def test_one_person_with_a_password_and_a_jwt(self):
        keys = {"pkc_jwkset": public_keys()}
        client = support.open_store(
            ":temporary:",
            realms={
                "native": {"native1": {"order": 0}},
                "jwt": {"jwt1": {**self.REALM, **keys, "allowed_signature_algorithms": "ES256"}},
            },
            domains={"people": {"realms": ["native1", "jwt1"]}},
        )
        self.addCleanup(client.close)
        client.set_clock(lambda: support.START_MS)
        client.put_user(username="ana", password="secret-1", roles=[])
        by_jwt = self.activate(client, issue("ES256"))
        by_password = client.activate(grant_type="password", username="ana", password="secret-1")
        self.assertEqual(by_jwt["uid"], by_password["uid"])
        self.assertEqual(by_jwt["user"]["realm_domain"], "people")
