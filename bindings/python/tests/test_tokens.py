"""Tokens through the methods: getting, using, refreshing and ending them, and OAuth2's errors."""

import threading
from concurrent.futures import ThreadPoolExecutor

import support
import userprofile

MINUTE = 60_000


class TokensTestCase(support.StoreTestCase):
    def setUp(self):
        super().setUp()
        self.client = self.open()
        self.now = support.START_MS
        self.client.set_clock(lambda: self.now)
        self.put_user(self.client, "ana", full_name="Ana Example")

    def token(self, username="ana"):
        return self.client.get_token(grant_type="password", username=username, password="secret-1")

    def refresh(self, token):
        return self.client.get_token(
            grant_type="refresh_token", refresh_token=token["refresh_token"]
        )

    def oauth_error(self, kind, reason, **request):
        with self.assertRaises(userprofile.BadRequestError) as caught:
            self.client.get_token(**request)
        error = caught.exception
        self.assertEqual((error.type, error.reason), (kind, reason))
        self.assertEqual(error.body, {"error": kind, "error_description": reason})
        self.assertEqual(str(error), f"[400] {kind}: {reason}")


class UseTest(TokensTestCase):
    def test_the_answer(self):
        token = self.token()
        self.assertEqual(
            list(token),
            ["access_token", "type", "expires_in", "refresh_token", "authentication"],
        )
        self.assertEqual((token["type"], token["expires_in"]), ("Bearer", 1200))
        self.assertEqual(token["authentication"]["full_name"], "Ana Example")

    def test_one_person_with_or_without_a_token(self):
        access_token = self.token()["access_token"]
        by_token = self.client.activate(grant_type="access_token", access_token=access_token)
        self.assertEqual(by_token["uid"], self.activate(self.client, "ana")["uid"])
        bearer = {"Authorization": f"Bearer {access_token}"}
        who = self.client.rest("GET", "/_security/_authenticate", headers=bearer)
        with self.client.login(access_token=access_token) as ana:
            self.assertEqual(ana.info, who)
        self.assertEqual((who["username"], who["authentication_type"]), ("ana", "token"))

    def test_a_token_of_the_user_of_a_login(self):
        with self.client.login(username="ana", password="secret-1") as ana:
            with self.assertRaises(userprofile.AuthorizationError):
                ana.get_token(grant_type="client_credentials")
        self.client.put_user(username="root", password="secret-1", roles=["superuser"])
        with self.client.login(username="root", password="secret-1") as root:
            token = root.get_token(grant_type="client_credentials")
        self.assertNotIn("refresh_token", token)
        with self.client.login(access_token=token["access_token"]) as again:
            self.assertEqual(again.info["username"], "root")

    def test_a_login_ends_with_its_token(self):
        token = self.token()
        with self.client.login(access_token=token["access_token"]) as ana:
            self.assertEqual(ana.authenticate()["username"], "ana")
            self.client.invalidate_token(token=token["access_token"])
            with self.assertRaises(userprofile.AuthenticationError):
                ana.authenticate()

    def test_a_login_ends_when_its_token_expires(self):
        token = self.token()
        with self.client.login(access_token=token["access_token"]) as ana:
            self.now += 21 * MINUTE
            with self.assertRaises(userprofile.AuthenticationError):
                ana.authenticate()
        with self.assertRaises(userprofile.AuthenticationError) as caught:
            self.client.login(access_token=token["access_token"])
        self.assertEqual(caught.exception.reason, "token expired")

    def test_tokens_that_are_none(self):
        good = self.token()["access_token"]
        for token in (
            good[:-1],
            good + "A",
            good.swapcase(),
            "\u4e16",
            "two words",
            "not.a.jwt",
            "..",
        ):
            with self.subTest(token):
                with self.assertRaises(userprofile.AuthenticationError) as caught:
                    self.client.activate(grant_type="access_token", access_token=token)
                self.assertNotIn(token, str(caught.exception))

    def test_the_timeout_is_a_setting(self):
        with support.open_store(":temporary:", token={"timeout": "1h"}) as client:
            self.put_user(client, "ana")
            token = client.get_token(grant_type="password", username="ana", password="secret-1")
            self.assertEqual(token["expires_in"], 3600)
        with self.assertRaisesRegex(userprofile.BadRequestError, r"must be <= \[1h\]"):
            support.open_store(":temporary:", token={"timeout": "2h"})


class RefreshTest(TokensTestCase):
    def test_once(self):
        old = self.token()
        new = self.refresh(old)
        self.assertNotEqual(new["access_token"], old["access_token"])
        self.assertEqual(self.refresh(old)["access_token"], new["access_token"])
        self.now += 31_000
        self.oauth_error(
            "invalid_grant",
            "token has already been refreshed more than 30 seconds in the past",
            grant_type="refresh_token",
            refresh_token=old["refresh_token"],
        )
        self.assertIn("refresh_token", self.refresh(new))

    def test_many_at_once_get_the_same_pair(self):
        token, start = self.token(), threading.Barrier(8)

        def refresh(_):
            start.wait(60)
            answer = self.refresh(token)
            return answer["access_token"], answer["refresh_token"]

        with ThreadPoolExecutor(8) as pool:
            self.assertEqual(len(set(pool.map(refresh, range(8)))), 1)

    def test_refusals(self):
        self.oauth_error(
            "invalid_grant",
            "could not refresh the requested token",
            grant_type="refresh_token",
            refresh_token="unknown",
        )
        token = self.token()
        self.client.invalidate_token(refresh_token=token["refresh_token"])
        request = {"grant_type": "refresh_token", "refresh_token": token["refresh_token"]}
        self.oauth_error("invalid_grant", "token has been invalidated", **request)
        request["refresh_token"] = self.token()["refresh_token"]
        self.now += 24 * 60 * MINUTE + 1
        self.oauth_error("invalid_grant", "refresh token is expired", **request)


class RequestTest(TokensTestCase):
    def test_the_forms_of_oauth2(self):
        self.oauth_error(
            "invalid_request",
            "Validation Failed: 1: password is missing;",
            grant_type="password",
            username="ana",
        )
        kinds = "[password, _kerberos, refresh_token, client_credentials]"
        self.oauth_error(
            "unsupported_grant_type",
            f"Validation Failed: 1: grant_type only supports the values: {kinds};",
            grant_type="magic",
        )

    def test_wrong_credentials_are_no_oauth2_error(self):
        with self.assertRaises(userprofile.AuthenticationError) as caught:
            self.client.get_token(grant_type="password", username="ana", password="wrong!")
        self.assertEqual(caught.exception.type, "security_exception")


class InvalidateTest(TokensTestCase):
    def counts(self, **request):
        answer = self.client.invalidate_token(**request)
        self.assertEqual(answer["error_count"], 0)
        return answer["invalidated_tokens"], answer["previously_invalidated_tokens"]

    def test_one_by_one(self):
        token = self.token()
        self.assertEqual(self.counts(token=token["access_token"]), (1, 0))
        self.assertEqual(self.counts(token=token["access_token"]), (0, 1))
        self.assertEqual(self.counts(refresh_token=token["refresh_token"]), (1, 0))

    def test_all_of_a_user(self):
        self.put_user(self.client, "ben")
        kept = self.token("ben")["access_token"]
        tokens = [self.token()["access_token"] for _ in range(3)]
        self.assertEqual(self.counts(username="ana", realm_name="default_native"), (6, 0))
        for token in tokens:
            with self.assertRaises(userprofile.AuthenticationError):
                self.client.login(access_token=token)
        self.client.login(access_token=kept).close()
        self.assertEqual(self.counts(realm_name="default_native")[0], 2)

    def test_nothing_to_invalidate(self):
        for request in ({"token": "unknown"}, {"refresh_token": "x"}, {"username": "nobody"}):
            with self.subTest(request), self.assertRaises(userprofile.NotFoundError) as caught:
                self.client.invalidate_token(**request)
            self.assertEqual(
                caught.exception.body,
                {"invalidated_tokens": 0, "previously_invalidated_tokens": 0, "error_count": 0},
            )

    def test_what_makes_no_sense(self):
        for request in ({}, {"token": "a", "refresh_token": "b"}, {"token": "a", "username": "b"}):
            with self.subTest(request), self.assertRaises(userprofile.BadRequestError):
                self.client.invalidate_token(**request)


class RoleMappingTest(TokensTestCase):
    def test_put_get_delete(self):
        rules = {"all": [{"field": {"username": "a*"}}, {"except": {"field": {"dn": "x"}}}]}
        put = self.client.put_role_mapping(name="m1", roles=["r"], rules=rules)
        self.assertEqual(put, {"role_mapping": {"created": True}})
        mapping = {"enabled": True, "roles": ["r"], "rules": rules, "metadata": {}}
        self.assertEqual(self.client.get_role_mapping(name="m1"), {"m1": mapping})
        put = self.client.put_role_mapping(
            name="m1", roles=["s"], rules=rules, enabled=False, metadata={"k": 1}, refresh=True
        )
        self.assertEqual(put, {"role_mapping": {"created": False}})
        changed = {"enabled": False, "roles": ["s"], "rules": rules, "metadata": {"k": 1}}
        self.assertEqual(self.client.get_role_mapping(), {"m1": changed})
        self.assertEqual(self.client.delete_role_mapping(name="m1"), {"found": True})
        self.assertEqual(self.client.get_role_mapping(), {})
        for use in (self.client.get_role_mapping, self.client.delete_role_mapping):
            with self.assertRaises(userprofile.NotFoundError):
                use(name="m1")

    def test_templates(self):
        templates = [{"template": {"source": "static"}}]
        self.client.put_role_mapping(
            name="m1", role_templates=templates, rules={"field": {"username": "*"}}
        )
        self.assertIn("role_templates", self.client.get_role_mapping()["m1"])
