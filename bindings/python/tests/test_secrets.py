"""Secrets are in no file of the store, in no log and no error, however they might be encoded."""

import base64
import contextlib
import io
import json
import logging
from pathlib import Path

import bcrypt
import jwt

import support
import userprofile

ISSUER = "https://issuer.example"
PASSWORDS = {
    "native": "n4tive-p\u00e4ssw0rd-1",
    "changed": "ch4nged-p\u00e4ssw0rd-2",
    "hashed": "h4shed-p\u00e4ssw0rd-3",
    "file": "f1le-p\u00e4ssw0rd-4",
    "ldap": "ld4p-p\u00e4ssw0rd-5",
    "wrong": "wr0ng-p\u00e4ssw0rd-6",
}
CLIENT_SECRET = "cl1ent-s\u00e9cret-7"
WRONG_CLIENT_SECRET = "wr0ng-cl1ent-s\u00e9cret-8"
EXTERNAL_TOKEN = "ext3rnal-t0ken-9"
HMAC_KEY = "hm4c-k3y-that-is-long-enough-for-sha-512-0123456789-0123456789-10"


def forms(secret):
    """The secret as it might be written down."""
    plain = secret.encode()
    yield plain
    yield json.dumps(secret)[1:-1].encode()
    yield plain.hex().encode()
    for encode in (base64.b64encode, base64.urlsafe_b64encode):
        for start in range(3):  # base64 depends on where in a longer text the secret begins
            encoded = encode(bytes(start) + plain)
            yield encoded[4 if start else 0 : -4]
    with contextlib.suppress(ValueError):
        decoded = base64.b64decode(plain + b"=" * (-len(plain) % 4), b"-_", validate=True)
        yield decoded
        yield decoded.hex().encode()


def found(secrets, text):
    """The names of the secrets that are in the text."""
    return {name for name, secret in secrets.items() if any(f in text for f in forms(secret))}


class SecretsTest(support.StoreTestCase):
    def setUp(self):
        super().setUp()
        self.secrets = {
            **PASSWORDS,
            "client secret": CLIENT_SECRET,
            "wrong client secret": WRONG_CLIENT_SECRET,
            "external token": EXTERNAL_TOKEN,
            "hmac key": HMAC_KEY,
        }
        self.said = io.StringIO()
        handler = logging.StreamHandler(self.said)
        for name in ("userprofile", "profiles"):
            logger = logging.getLogger(name)
            logger.addHandler(handler)
            logger.setLevel(logging.DEBUG)
            self.addCleanup(logger.removeHandler, handler)
            self.addCleanup(logger.setLevel, logging.NOTSET)
            logger.propagate = False
            self.addCleanup(setattr, logger, "propagate", True)
        users = Path(self.path).with_name("users")
        hashed = bcrypt.hashpw(PASSWORDS["file"].encode(), bcrypt.gensalt(4)).decode()
        users.write_text(f"fay:{hashed}\n")
        realms = {
            "native": {"native1": {"order": 0}},
            "file": {"file1": {"order": 1, "files": {"users": str(users)}}},
            "jwt": {
                "jwt1": {
                    "order": 2,
                    "allowed_issuer": ISSUER,
                    "allowed_audiences": "app",
                    "allowed_signature_algorithms": "HS256",
                    "claims": {"principal": "sub"},
                    "hmac_key": HMAC_KEY,
                    "client_authentication": {"shared_secret": CLIENT_SECRET},
                }
            },
            "external": {"ldap1": {"order": 3, "type": "ldap"}},
        }
        self.client = self.open(realms=realms)
        with users.open("a") as file:
            file.write(f"a bad line with {PASSWORDS['file']}\n")
        self.client.set_clock(lambda: support.START_MS)
        self.client.set_logger(logging.getLogger("profiles").log)

    def secret(self, name, text):
        """A secret that is made on the way."""
        self.secrets[name] = text
        return text

    def fails(self, use, *arguments, **members):
        with self.assertRaises(userprofile.Error) as caught:
            use(*arguments, **members)
        error = caught.exception
        print(error, repr(error), error.body, file=self.said)

    def jwt(self, **claims):
        seconds = support.START_MS // 1000
        claims = {"iss": ISSUER, "aud": "app", "iat": seconds, "exp": seconds + 600, **claims}
        token = self.secret(f"jwt {len(self.secrets)}", jwt.encode(claims, HMAC_KEY, "HS256"))
        self.secret(f"signature {len(self.secrets)}", token.rsplit(".", 1)[1])
        return token

    def by_password(self, username, password):
        return {"grant_type": "password", "username": username, "password": PASSWORDS[password]}

    def live(self):
        """Everything that takes a secret, with right and with wrong ones."""
        client = self.client
        basic = base64.b64encode(f"ana:{PASSWORDS['wrong']}".encode()).decode()
        ana = {"username": "ana", "roles": ["superuser"]}
        client.put_user(password=PASSWORDS["native"], **ana)
        client.activate(**self.by_password("ana", "native"))
        with client.login(username="ana", password=PASSWORDS["native"]) as login:
            own = login.get_token(grant_type="client_credentials")["access_token"]
            self.secret("own token", own)
            print(login, login.info, file=self.said)
        client.change_password(username="ana", password=PASSWORDS["changed"])
        hashed = bcrypt.hashpw(PASSWORDS["hashed"].encode(), bcrypt.gensalt(4)).decode()
        client.put_user(username="ben", password_hash=hashed, roles=[])
        client.activate(**self.by_password("ben", "hashed"))
        client.activate(**self.by_password("fay", "file"))
        for username in ("ana", "ben", "fay", "nobody", "elastic"):
            self.fails(client.activate, **self.by_password(username, "wrong"))
            self.fails(client.get_token, **self.by_password(username, "wrong"))
            self.fails(client.login, username=username, password=PASSWORDS["wrong"])
        authenticate = ("GET", "/_security/_authenticate")
        for header in ("Basic " + basic, "Basic " + PASSWORDS["wrong"], "Other " + basic):
            self.fails(client.rest, *authenticate, headers={"Authorization": header})
        self.tokens()
        self.jwts()
        self.authenticators()
        self.bad_requests()

    def tokens(self):
        client = self.client
        token = client.get_token(**self.by_password("ana", "changed"))
        access_token = self.secret("access token", token["access_token"])
        refresh_token = self.secret("refresh token", token["refresh_token"])
        client.activate(grant_type="access_token", access_token=access_token)
        new = client.get_token(grant_type="refresh_token", refresh_token=refresh_token)
        again = client.get_token(grant_type="refresh_token", refresh_token=refresh_token)
        self.assertEqual(again["access_token"], new["access_token"])
        self.secret("new access token", new["access_token"])
        self.secret("new refresh token", new["refresh_token"])
        for wrong in (access_token[:-2], refresh_token, access_token + "x"):
            self.fails(client.activate, grant_type="access_token", access_token=wrong)
            self.fails(client.get_token, grant_type="refresh_token", refresh_token=wrong + "x")
        client.invalidate_token(token=access_token)
        client.invalidate_token(username="ana")
        self.fails(client.login, access_token=access_token)
        self.fails(client.get_token, grant_type="refresh_token", refresh_token=refresh_token)
        self.fails(client.invalidate_token, token=access_token[:-2])

    def jwts(self):
        client = self.client
        right = {"scheme": "SharedSecret", "value": CLIENT_SECRET}
        wrong = {"scheme": "SharedSecret", "value": WRONG_CLIENT_SECRET}
        grant = {"grant_type": "access_token", "access_token": self.jwt(sub="joe")}
        client.activate(client_authentication=right, **grant)
        client.activate(client_authentication=right, **grant)
        for proof in (None, wrong):
            self.fails(client.activate, client_authentication=proof, **grant)
            self.fails(client.login, access_token=self.jwt(), client_authentication=proof)
        late = {"grant_type": "access_token", "access_token": self.jwt(sub="joe", exp=1)}
        self.fails(client.activate, client_authentication=right, **late)
        opaque = {"grant_type": "access_token", "access_token": "x"}
        self.fails(client.activate, client_authentication=wrong, **opaque)
        headers = {
            "Authorization": "Bearer " + late["access_token"],
            "ES-Client-Authentication": f"SharedSecret {WRONG_CLIENT_SECRET}",
        }
        self.fails(client.rest, "GET", "/_security/_authenticate", headers=headers)

    def authenticators(self):
        client = self.client

        @client.authenticator("ldap1")
        def directory(credentials):
            if credentials.get("password") == PASSWORDS["ldap"]:
                return {"username": "leo"}
            if "access_token" in credentials:
                return (
                    {"username": "leo"} if credentials["access_token"] == EXTERNAL_TOKEN else None
                )
            raise ConnectionError("the directory is away")

        client.activate(**self.by_password("leo", "ldap"))
        client.activate(grant_type="access_token", access_token=EXTERNAL_TOKEN)
        self.fails(client.activate, **self.by_password("leo", "wrong"))
        client.set_authenticator("ldap1", lambda credentials: {"password": credentials})
        self.fails(client.activate, **self.by_password("leo", "ldap"))
        client.set_authenticator("ldap1", lambda credentials: {"roles": credentials["password"]})
        self.fails(client.activate, **self.by_password("leo", "ldap"))

    def bad_requests(self):
        client, password = self.client, PASSWORDS["native"]
        for operation in ("put_user", "activate", "get_token", "change_password"):
            for broken in (
                f'{{"username":"ana","password":"{password}"',
                f'{{"username":"ana","password":["{password}"]}}',
                f'{{"username":"ana","password":{{"{password}":1}}}}',
                f'{{"username":7,"password":"{password}"}}',
                f'{{"password":"{password}","password":"{password}"}}',
                f'{{"username":"ana","password":"{password}"}} "{password}"',
                f'{{"password":"{password}\\ud800"}}',
            ):
                self.fails(client.call, operation, broken)
        for setting in (
            {"hmac_jwkset": f'{{"keys":[{{"kty":"oct","k":"{HMAC_KEY}"'},
            {"hmac_jwkset": {"keys": [{"kty": "oct", "k": {HMAC_KEY: 1}}]}},
            {"hmac_key": [HMAC_KEY]},
            {"hmac_key": HMAC_KEY, "hmac_jwkset": HMAC_KEY},
            {"client_authentication": {"type": "none", "shared_secret": CLIENT_SECRET}},
            {
                "client_authentication": {
                    "type": "shared_secret",
                    "shared_secret": [CLIENT_SECRET, 1],
                }
            },
        ):
            realm = {"allowed_issuer": ISSUER, "allowed_audiences": "app", **setting}
            self.fails(userprofile.open, ":temporary:", realms={"jwt": {"jwt1": realm}})

    def test_nowhere(self):
        self.live()
        said = self.said.getvalue().encode()
        self.assertIn(b"the directory is away", said)
        self.assertEqual(found(self.secrets, said), set())
        stored = b"".join(
            file.read_bytes() for file in Path(self.path).rglob("*") if file.is_file()
        )
        self.assertTrue(b'"superuser"' in stored, "what is stored can be read")
        self.assertEqual(found(self.secrets, stored), set())
        self.client.close()
        for file in Path(self.path).rglob("*"):
            if file.is_file():
                self.assertEqual(found(self.secrets, file.read_bytes()), set(), file)

    def test_the_search_finds_what_is_there(self):
        for secret in (
            "p\u00e4ssw0rd-in-plain",
            base64.urlsafe_b64encode(bytes(range(240, 256))).decode(),
        ):
            secrets = {"it": secret}
            for form in forms(secret):
                self.assertEqual(found(secrets, b"before" + form + b"after"), {"it"}, form)
            for position in range(4):
                text = base64.b64encode(b"u" * position + f"user:{secret}:more".encode())
                self.assertEqual(found(secrets, text), {"it"}, position)
        self.assertEqual(found({"it": "secret"}, b"nothing"), set())
