#!/usr/bin/env python3
"""Issues the tokens of the JWT realm's tests, with an implementation that is not the library's.

    python3 -m venv venv && venv/bin/pip install pyjwt cryptography
    venv/bin/python tests/jwt/issue.py

writes issued.json beside this file: JWK sets, secrets, and tokens by what they are for. Each run makes
new keys, and nothing private of them is kept but the HMAC secret, which everybody knows: TEST ONLY.
"""

import base64
import hashlib
import hmac
import json
from pathlib import Path

import jwt
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

HMAC_KEY = "TEST-ONLY hmac key TEST-ONLY hmac key TEST-ONLY hmac key TEST-ONLY"
NOW = 1_700_000_000
CLAIMS = {
    "iss": "https://issuer.example.com/",
    "aud": ["es01", "es02"],
    "sub": "alice",
    "iat": NOW,
    "exp": NOW + 3600,
    "name": "Alice A\u0301 \u4e2d",
    "groups": ["admins", "users"],
}
CURVES = {"ES256": ec.SECP256R1(), "ES384": ec.SECP384R1(), "ES512": ec.SECP521R1()}


def encoded(data):
    return base64.urlsafe_b64encode(data).decode().rstrip("=")


def public(key, **members):
    kind = jwt.algorithms.RSAAlgorithm if isinstance(key, rsa.RSAPrivateKey) else jwt.algorithms.ECAlgorithm
    jwk = json.loads(kind.to_jwk(key.public_key()))
    return {name: value for name, value in jwk.items() if name != "key_ops"} | members


def issue(algorithm, key, kid=None):
    return jwt.encode(CLAIMS, key, algorithm, headers={"kid": kid} if kid else None)


def secret_is_public_key(key):
    """What is verified if a public key is taken for a secret; the package refuses to sign so."""
    pem = key.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)
    header = {"alg": "HS256", "typ": "JWT", "kid": "rsa"}
    signed = ".".join(encoded(json.dumps(part).encode()) for part in (header, CLAIMS))
    return f"{signed}.{encoded(hmac.digest(pem, signed.encode(), hashlib.sha256))}"


def main():
    keys = {name: ec.generate_private_key(curve) for name, curve in CURVES.items()}
    own, other, small = (rsa.generate_private_key(65537, bits) for bits in (2048, 2048, 1024))
    keys |= {f"{family}{bits}": own for family in ("RS", "PS") for bits in (256, 384, 512)}
    keys |= {f"HS{bits}": HMAC_KEY for bits in (256, 384, 512)}
    tokens = {algorithm: issue(algorithm, key) for algorithm, key in keys.items()}
    tokens |= {
        "named key": issue("RS256", own, "rsa"),
        "unknown key": issue("RS256", own, "unknown"),
        "named as another key": issue("RS256", own, "other rsa"),
        "of another key": issue("RS256", other, "rsa"),
        "of the other key": issue("RS256", other, "other rsa"),
        "named hmac key": issue("HS256", HMAC_KEY, "hmac"),
        "public key as secret": secret_is_public_key(own),
        "short rsa key": issue("RS256", small),
    }
    issued = {
        "now": NOW,
        "claims": CLAIMS,
        "hmac_key": HMAC_KEY,
        "tokens": tokens,
        "pkc_jwkset": {
            "keys": [public(own, kid="rsa")]
            + [public(keys[name], kid=name, use="sig", alg=name) for name in CURVES]
        },
        "other_rsa": public(other, kid="other rsa"),
        "short_rsa": public(small),
        "hmac_jwkset": {"keys": [{"kty": "oct", "kid": "hmac", "k": encoded(HMAC_KEY.encode())}]},
    }
    text = json.dumps(issued, indent=2) + "\n"
    (Path(__file__).parent / "issued.json").write_text(text, encoding="utf-8")


main()
