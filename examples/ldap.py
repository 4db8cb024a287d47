"""People log in with the password of an LDAP directory, and are the persons that they are here.

pip install ldap3 ./bindings/python
tests/ldap/serve python3 examples/ldap.py
"""

import os
from typing import Optional

import userprofile
from ldap3 import BASE, LEVEL, Connection, Server
from ldap3.core.exceptions import (
    LDAPInappropriateAuthenticationResult,
    LDAPInvalidCredentialsResult,
    LDAPNoSuchObjectResult,
)
from ldap3.utils.conv import escape_filter_chars
from ldap3.utils.dn import escape_rdn

WRONG_CREDENTIALS = (
    LDAPInappropriateAuthenticationResult,
    LDAPInvalidCredentialsResult,
    LDAPNoSuchObjectResult,
)
PATIENCE = 10  # seconds
CONFIG = {
    "realms": {
        "native": {"native1": {"order": 0}},
        "external": {"ldap1": {"order": 1, "type": "ldap"}},
    },
    "domains": {"people": {"realms": ["native1", "ldap1"]}},
}
EMPTY_PASSWORD = {"Authorization": "Basic YW5hOg=="}  # ana:


class Directory:
    def __init__(self, url: str, base: str) -> None:
        self.url = url
        self.base = base

    def authenticate(self, credentials: userprofile.Credentials) -> Optional[dict[str, object]]:
        """The user whom a bind with these credentials succeeds for, and None for wrong ones.

        Any other trouble raises: nobody is let in, and the store's logger learns why.
        """
        name, password = credentials.get("username"), credentials.get("password")
        if not name or not password:  # a bind with an empty password succeeds and proves nothing
            return None
        server = Server(self.url, connect_timeout=PATIENCE)
        dn = f"uid={escape_rdn(name)},ou=people,{self.base}"
        connection = Connection(
            server, dn, password, raise_exceptions=True, receive_timeout=PATIENCE
        )
        try:
            connection.bind()
            return {"username": name, "dn": dn, **self.describe(connection, dn)}
        except WRONG_CREDENTIALS:
            return None
        finally:
            connection.unbind()

    def describe(self, connection: Connection, dn: str) -> dict[str, object]:
        connection.search(dn, "(objectClass=*)", BASE, attributes=["cn", "mail"])
        (person,) = connection.response
        names, mails = (person["raw_attributes"][key] for key in ("cn", "mail"))
        member = f"(member={escape_filter_chars(dn)})"
        connection.search(f"ou=groups,{self.base}", member, LEVEL)
        groups = [group["dn"] for group in connection.response]
        user: dict[str, object] = {"full_name": names[0].decode(), "groups": groups}
        return {**user, "email": mails[0].decode()} if mails else user


def expect(expected: object, actual: object) -> None:
    if actual != expected:
        raise SystemExit(f"expected {expected}, and it is {actual}")


def refused(ask, *arguments, **members) -> None:
    try:
        answer = ask(*arguments, **members)
    except userprofile.AuthenticationError:
        return
    raise SystemExit(f"this should have been refused, and was answered: {answer}")


def main() -> None:
    directory = Directory(os.environ["USERPROFILE_LDAP_URL"], os.environ["USERPROFILE_LDAP_BASE"])
    with userprofile.open(":temporary:", **CONFIG) as store:
        store.set_authenticator("ldap1", directory.authenticate)
        store.put_role_mapping(
            name="editors",
            roles=["editor"],
            rules={"field": {"groups": f"cn=editors,ou=groups,{directory.base}"}},
        )
        store.put_user(username="ana", password="native-ana-1", roles=[])

        def activate(username: str, password: str) -> userprofile.Profile:
            return store.activate(grant_type="password", username=username, password=password)

        by_ldap = activate("ana", "ldap-ana-1")
        ana = {
            "username": "ana",
            "roles": ["editor"],
            "realm_name": "ldap1",
            "realm_domain": "people",
            "email": "ana@example.org",
            "full_name": "Ana Example",
        }
        expect(ana, by_ldap["user"])

        by_password = activate("ana", "native-ana-1")
        expect("native1", by_password["user"]["realm_name"])
        expect(by_ldap["uid"], by_password["uid"])

        token = store.get_token(grant_type="password", username="ana", password="ldap-ana-1")
        by_token = store.activate(grant_type="access_token", access_token=token["access_token"])
        expect(ana, by_token["user"])
        expect(by_ldap["uid"], by_token["uid"])

        zoe = activate("zo\u00eb", "ldap-stra\u00dfe-2")
        expect("Zo\u00eb Gr\u00fc\u00dfe", zoe["user"]["full_name"])
        expect([], zoe["user"]["roles"])
        expect(False, "email" in zoe["user"])
        expect(False, zoe["uid"] == by_ldap["uid"])

        refused(activate, "ana", "wrong-password")
        refused(activate, "dan", "any")
        refused(activate, "nobody", "any")
        refused(activate, "ana,ou=people", "ldap-ana-1")
        refused(store.rest, "GET", "/_security/_authenticate", headers=EMPTY_PASSWORD)
    print("ok")


if __name__ == "__main__":
    main()
