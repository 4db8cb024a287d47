"""JWTs of an implementation that has nothing to do with the library's, and realms that trust them.

The private keys in keys/ and the secrets below are for tests only: everyone has them.
"""

import base64
import hashlib
import hmac
import json
from pathlib import Path

import jwt
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat, load_pem_private_key

from golden import PASSWORD, START_MS, authenticated, login, refused, rest

ISSUER = "https://issuer.example.com/"
NOW = START_MS // 1000
SECRET = "client-secret"
HMAC_KEY = "hmac-key-for-tests-only-hmac-key-for-tests-only-hmac-key-for-tests-only"
OTHER_HMAC_KEY = HMAC_KEY[::-1]

CLAIMS = {"iss": ISSUER, "sub": "me", "aud": "es01", "iat": NOW, "exp": NOW + 3600}
CURVES = {"256": "p256", "384": "p384", "512": "p521"}


def private(name):
    pem = Path(__file__).parent / "keys" / f"{name}.TEST-ONLY.pem"
    return load_pem_private_key(pem.read_bytes(), None)


def key_of(algorithm, other=False):
    """What a token of this algorithm is signed with; `other` is a key that no realm knows."""
    if algorithm.startswith("HS"):
        return OTHER_HMAC_KEY if other else HMAC_KEY
    name = CURVES[algorithm[2:]] if algorithm.startswith("ES") else "rsa"
    return private(f"{name}-other" if other else name)


def public(name, **members):
    """The public JWK of a private key."""
    key = private(name).public_key()
    kind = jwt.algorithms.RSAAlgorithm if name.startswith("rsa") else jwt.algorithms.ECAlgorithm
    jwk = json.loads(kind.to_jwk(key))
    return {member: jwk[member] for member in ("kty", "n", "e", "crv", "x", "y") if member in jwk} | members


def encoded(part):
    if not isinstance(part, bytes):
        part = json.dumps(part).encode()
    return base64.urlsafe_b64encode(part).decode().rstrip("=")


def sign(claims=CLAIMS, algorithm="RS256", key=None, **header):
    """A signed token. A header member of None is left out."""
    payload = claims if isinstance(claims, bytes) else json.dumps(claims).encode()
    return jwt.PyJWS().encode(payload, key or key_of(algorithm), algorithm, headers=header)


def hmac_signed(header, payload, key):
    """A token of HS256 whose key PyJWT would refuse to use."""
    signed = f"{encoded(header)}.{encoded(payload)}"
    return f"{signed}.{encoded(hmac.digest(key, signed.encode(), hashlib.sha256))}"


def claims(**changed):
    """The usual claims with some of them changed, added, or (None) left out."""
    return {name: value for name, value in (CLAIMS | changed).items() if value is not None}


def realm(algorithm="RS256", order=1, **settings):
    """A JWT realm that trusts the tokens of `sign`, without client authentication."""
    usual = {"order": order, "allowed_issuer": ISSUER, "allowed_audiences": ["es01"]}
    usual |= {"allowed_signature_algorithms": [algorithm], "claims.principal": "sub"}
    if algorithm.startswith("HS"):
        usual["hmac_key"] = HMAC_KEY
    else:
        usual["pkc_jwkset"] = {"keys": [public(CURVES[algorithm[2:]] if algorithm.startswith("ES") else "rsa")]}
    usual["client_authentication.type"] = "none"
    return {name: value for name, value in (usual | settings).items() if value is not None}


def config(algorithm="RS256", domain=None, others=None, **settings):
    """A configuration with a native realm, `jwt1`, and other JWT realms."""
    realms = {"native": {"native1": {"order": 0}}, "jwt": {"jwt1": realm(algorithm, **settings)} | (others or {})}
    whole = {"realms": realms}
    if domain:
        whole["domains"] = {domain: {"realms": ["native1", "jwt1"]}}
    return whole


def user(named=CLAIMS, roles=(), name=None, kind="id_token", metadata=None, **others):
    """What `authenticate` answers to the bearer of a token with these claims."""
    if metadata is None:
        metadata = {"jwt_token_type": kind}
        metadata |= {f"jwt_claim_{key}": value for key, value in named.items() if key not in ("exp", "iat", "nbf")}
    where = others.pop("realm", "jwt1")
    return authenticated(name or named["sub"], roles, (where, "jwt"), metadata=metadata, **others)


def bearer(token, secret=None):
    headers = {"Authorization": f"Bearer {token}"}
    return headers | ({"ES-Client-Authentication": f"SharedSecret {secret}"} if secret else {})


def accepts(token, answer=None, secret=None):
    return rest("GET", "/_security/_authenticate", answer or user(), headers=bearer(token, secret))


def refuses(token, principal=None, secret=None):
    """The bearer is refused; without a principal, whatever it is called."""
    reason = "$any"
    if principal:
        reason = f"unable to authenticate user [{principal}] for REST request [/_security/_authenticate]"
    return rest("GET", "/_security/_authenticate", **refused(reason), headers=bearer(token, secret))


def log_in(name, token, response, secret=None, status=0):
    request = {"access_token": token}
    if secret:
        request["client_authentication"] = {"scheme": "SharedSecret", "value": secret}
    return login(name, request, response, status)


ME = f"'aud:es01' 'iss:{ISSUER}' 'sub:me'"
