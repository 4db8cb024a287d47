"""Realms answered by Python: what the function gets and gives, how it fails, how long it lives."""

import contextlib
import gc
import logging
import threading
import weakref
from concurrent.futures import ThreadPoolExecutor

import support
import userprofile
from userprofile import _ffi

PATIENCE = 60  # seconds after which a thread that hangs fails the test
REALMS = {
    "native": {"native1": {"order": 0}},
    "external": {
        "ldap1": {"order": 1, "type": "ldap"},
        "sso": {"order": 2},
    },
}
LDAP1 = {"name": "ldap1", "type": "ldap"}
SSO = {"name": "sso", "type": "external"}


class Directory:
    """An authenticator that knows one password, and remembers what it was asked."""

    def __init__(self, answer=None):
        self.answer = {} if answer is None else answer
        self.asked = []

    def __call__(self, credentials):
        self.asked.append(credentials)
        return self.answer if credentials.get("password") == "ldap-secret" else None


class AuthenticatorTestCase(support.StoreTestCase):
    def setUp(self):
        super().setUp()
        self.kept_before = dict(_ffi._authenticators)
        self.client = self.open(realms=REALMS)

    def activate(self, client, username, password="ldap-secret"):
        return client.activate(grant_type="password", username=username, password=password)

    def refused(self, client, username, password="ldap-secret"):
        with self.assertRaises(userprofile.AuthenticationError) as caught:
            self.activate(client, username, password)
        self.assertEqual(
            caught.exception.reason,
            f"unable to authenticate user [{username}] for action "
            "[cluster:admin/xpack/security/profile/activate]",
        )

    def kept(self):
        """How many functions of this test are kept for the library."""
        return len(_ffi._authenticators.keys() - self.kept_before.keys())


class CredentialsTest(AuthenticatorTestCase):
    def test_a_password(self):
        directory = Directory()
        self.client.set_authenticator("ldap1", directory)
        self.assertEqual(self.activate(self.client, "ana")["user"]["realm_name"], "ldap1")
        self.assertEqual(
            directory.asked, [{"realm": LDAP1, "username": "ana", "password": "ldap-secret"}]
        )

    def test_a_token(self):
        asked = []

        @self.client.authenticator("sso")
        def sso(credentials):
            asked.append(credentials)
            return {"username": "zo\u00eb"}

        with self.client.login(access_token="t\u00f6ken") as zoe:
            self.assertEqual(zoe.info["username"], "zo\u00eb")
            self.assertEqual(zoe.info["authentication_realm"], SSO)
        proof = {"scheme": "SharedSecret", "value": "s\u00e9cret"}
        jwt = "eyJhbGciOiJFUzI1NiJ9.eyJzdWIiOiJ6b2UifQ.c2lnbmF0dXJl"  # of {"sub":"zoe"}
        self.client.activate(
            grant_type="access_token", access_token=jwt, client_authentication=proof
        )
        self.assertEqual(
            asked,
            [
                {"realm": SSO, "access_token": "t\u00f6ken"},
                {"realm": SSO, "access_token": jwt, "client_authentication": proof},
            ],
        )

    def test_a_token_has_no_username_of_its_own(self):
        self.client.set_authenticator("sso", lambda credentials: {})
        with self.assertRaises(userprofile.AuthenticationError):
            self.client.login(access_token="token")

    def test_text_arrives_as_it_was_sent(self):
        directory = Directory()
        self.client.set_authenticator("ldap1", directory)
        odd = 'q"uo\\te \0 \u4e16 \U0001f600'
        self.refused(self.client, odd, odd)
        self.assertEqual([(c["username"], c["password"]) for c in directory.asked], [(odd, odd)])

    def test_through_login_and_rest(self):
        self.client.set_authenticator("ldap1", Directory({"roles": ["editor"]}))
        with self.client.login(username="ana", password="ldap-secret") as ana:
            self.assertEqual(ana.info["roles"], ["editor"])
            self.assertEqual(ana.authenticate(), ana.info)
        headers = {"Authorization": "Basic YW5hOmxkYXAtc2VjcmV0"}  # ana:ldap-secret
        who = self.client.rest("GET", "/_security/_authenticate", headers=headers)
        self.assertEqual(who["authentication_realm"], LDAP1)
        for empty in ("YW5hOg==", "Og=="):  # ana: and :
            with self.assertRaises(userprofile.AuthenticationError):
                headers = {"Authorization": "Basic " + empty}
                self.client.rest("GET", "/_security/_authenticate", headers=headers)


class AnswerTest(AuthenticatorTestCase):
    def test_a_whole_user(self):
        user = {
            "username": "ana.example",
            "roles": ["editor"],
            "full_name": "Ana Ex\u00e1mple",
            "email": "ana@example.com",
            "metadata": {"floor": 3, "tags": ["a", None]},
            "groups": ["cn=staff"],
            "dn": "uid=ana",
        }
        self.client.put_role_mapping(
            name="by-group", roles=["reader"], rules={"field": {"groups": "cn=staff"}}
        )
        self.client.put_role_mapping(
            name="by-dn", roles=["writer"], rules={"field": {"dn": "uid=ana"}}
        )
        self.client.set_authenticator("ldap1", Directory(user))
        self.assertEqual(
            self.activate(self.client, "ana")["user"],
            {
                "username": "ana.example",
                "roles": ["editor", "writer", "reader"],
                "realm_name": "ldap1",
                "email": "ana@example.com",
                "full_name": "Ana Ex\u00e1mple",
            },
        )
        with self.client.login(username="ana", password="ldap-secret") as ana:
            self.assertEqual(ana.info["metadata"], user["metadata"])

    def test_none_declines_and_the_next_realm_is_asked(self):
        first, second = Directory(), Directory({"roles": ["of-sso"]})
        first.answer = None
        self.client.set_authenticator("ldap1", first)
        self.client.set_authenticator("sso", second)
        self.assertEqual(self.activate(self.client, "ana")["user"]["roles"], ["of-sso"])
        self.assertEqual((len(first.asked), len(second.asked)), (1, 1))
        self.refused(self.client, "ana", "wrong")

    def test_the_native_realm_comes_first(self):
        self.put_user(self.client, "ana")
        directory = Directory()
        self.client.set_authenticator("ldap1", directory)
        native = self.activate(self.client, "ana", "secret-1")
        self.assertEqual((native["user"]["realm_name"], directory.asked), ("native1", []))
        self.assertNotEqual(self.activate(self.client, "ana")["uid"], native["uid"])

    def test_what_is_no_user_is_a_failure(self):
        for answer in (False, True, 0, "", "{}", [], [{}], b"{}", {"roles": 5}, {"color": "red"}):
            with self.subTest(answer), self.assertLogs("profiles", logging.WARNING):
                self.client.set_logger(logging.getLogger("profiles").log)
                self.client.set_authenticator("ldap1", lambda _, answer=answer: answer)
                with contextlib.ExitStack() as stack:
                    if not isinstance(answer, dict):
                        logs = stack.enter_context(self.assertLogs("userprofile", logging.ERROR))
                    self.refused(self.client, "ana")
                if not isinstance(answer, dict):
                    self.assertIn(f"TypeError: an authenticator returns a dict or None, not "
                                  f"{type(answer).__name__}", logs.output[0])  # fmt: skip

    def test_what_json_cannot_say_is_a_failure(self):
        for answer in ({"roles": {1}}, {"metadata": {"x": object()}}):
            self.client.set_authenticator("ldap1", lambda _, answer=answer: answer)
            with self.assertLogs("userprofile", logging.ERROR) as logs:
                self.refused(self.client, "ana")
            self.assertIn("has no form in JSON", logs.output[0])


class FailureTest(AuthenticatorTestCase):
    def fail_with(self, error):
        """The library's messages about a failure, and what `logging` got."""

        @self.client.authenticator("ldap1")
        def broken(credentials):
            raise error

        messages = []
        self.client.set_logger(lambda level, message: messages.append((level, message)))
        with self.assertLogs("userprofile", logging.ERROR) as logs:
            self.refused(self.client, "ana", "a-password-of-ana")
        said = [message for _, message in messages if "ldap1" in message]
        self.assertEqual(len(said), 1, messages)
        self.assertNotIn("a-password-of-ana", str(messages) + str(logs.output))
        return said[0], logs.output[0]

    def test_the_message_is_logged_and_the_next_realm_asked(self):
        self.client.set_authenticator("sso", Directory())
        said, logged = self.fail_with(ConnectionError("no directory at h\u00f6st"))
        self.assertIn("ConnectionError: no directory at h\u00f6st", said)
        self.assertIn("Traceback", logged)
        self.assertEqual(self.activate_quietly("ana")["user"]["realm_name"], "sso")

    def activate_quietly(self, username):
        with self.assertLogs("userprofile", logging.ERROR):
            return self.activate(self.client, username)

    def test_exceptions_of_any_kind(self):
        class Mute(Exception):
            def __str__(self):
                raise RuntimeError

        for error in (
            SystemExit(3),
            KeyboardInterrupt(),
            GeneratorExit(),
            Mute(),
            Exception("\ud800"),
        ):
            with self.subTest(type(error).__name__):
                said, _ = self.fail_with(error)
                self.assertIn(type(error).__name__, said)

    def test_a_realm_that_has_no_authenticator(self):
        self.refused(self.client, "ana")

    def test_realms_that_have_none(self):
        for realm in ("native1", "ldap2", "", "ldap1\0", "\ud800"):
            with self.subTest(realm), self.assertRaises(userprofile.BadRequestError):
                self.client.set_authenticator(realm, Directory())
        with self.assertRaisesRegex(userprofile.BadRequestError, r"unknown realm \[ldap2\]"):
            self.client.set_authenticator("ldap2", None)
        self.assertEqual(self.kept(), 0)

    def test_only_the_host_sets_one(self):
        self.put_user(self.client, "ana")
        with self.client.login(username="ana", password="secret-1") as ana:
            for function in (Directory(), None):
                with self.assertRaises(userprofile.AuthorizationError):
                    ana.set_authenticator("ldap1", function)
        self.client.close()
        with self.assertRaises(userprofile.ClosedError):
            self.client.set_authenticator("ldap1", Directory())
        self.assertEqual(self.kept(), 0)

    def test_the_decorator_gives_the_function_back(self):
        directory = Directory()
        self.assertIs(self.client.authenticator("ldap1")(directory), directory)
        self.activate(self.client, "ana")


class ReentryTest(AuthenticatorTestCase):
    def test_it_may_use_its_own_client(self):
        self.put_user(self.client, "owner")

        @self.client.authenticator("ldap1")
        def provision(credentials):
            name = credentials["username"]
            owner = self.activate(self.client, "owner", "secret-1")
            self.client.update_data(uid=owner["uid"], data={"seen": {name: True}})
            self.client.put_role_mapping(
                name=name, roles=["new"], rules={"field": {"username": name}}
            )
            with self.client.login(username="owner", password="secret-1") as login:
                return {"full_name": login.info["username"]}

        user = self.activate(self.client, "ana")["user"]
        self.assertEqual((user["full_name"], user["roles"]), ("owner", ["new"]))
        uid = self.activate(self.client, "owner", "secret-1")["uid"]
        data = self.client.get(uid=uid, data="*")["profiles"][0]["data"]
        self.assertEqual(data, {"seen": {"ana": True}})

    def test_its_own_realm_is_not_asked_again(self):
        depth = []

        @self.client.authenticator("ldap1")
        def ask_again(credentials):
            depth.append(credentials["username"])
            self.refused(self.client, "ben")
            return {}

        self.activate(self.client, "ana")
        self.assertEqual(depth, ["ana"])

    def test_another_realm_is_asked(self):
        @self.client.authenticator("ldap1")
        def delegate(credentials):
            return {"full_name": self.activate(self.client, "ben")["user"]["realm_name"]}

        self.client.set_authenticator("sso", Directory())
        self.assertEqual(self.activate(self.client, "ana")["user"]["full_name"], "sso")

    def test_it_may_replace_and_remove_itself(self):
        @self.client.authenticator("ldap1")
        def once(credentials):
            self.client.set_authenticator("ldap1", None)
            return {}

        gone = weakref.ref(once)
        del once
        self.activate(self.client, "ana")
        gc.collect()
        self.assertIsNone(gone())
        self.refused(self.client, "ana")

    def test_it_may_close_its_client(self):
        @self.client.authenticator("ldap1")
        def close(credentials):
            self.client.close()
            with self.assertRaises(userprofile.ClosedError):
                self.client.authenticate()
            return {"full_name": "Last"}

        self.assertEqual(self.kept(), 1)
        self.assertEqual(self.activate(self.client, "ana")["user"]["full_name"], "Last")
        self.assertEqual((self.client._handle._users, self.kept()), (0, 0))


class ThreadsTest(AuthenticatorTestCase):
    def setUp(self):
        super().setUp()
        self.pool = ThreadPoolExecutor(8)
        self.addCleanup(self.pool.shutdown)

    def test_several_at_once_each_on_its_own_thread(self):
        together = threading.Barrier(8)

        @self.client.authenticator("ldap1")
        def directory(credentials):
            together.wait(PATIENCE)
            return {"full_name": threading.current_thread().name}

        def activate(number):
            thread = threading.current_thread().name
            return thread, self.activate(self.client, f"user{number}")["user"]["full_name"]

        names = list(self.pool.map(activate, range(8)))
        self.assertEqual(len(set(names)), 8)
        self.assertTrue(all(thread == name for thread, name in names), names)

    def held(self):
        """An activation that is inside an authenticator until the event is set."""
        reached, go_on = threading.Event(), threading.Event()
        self.addCleanup(go_on.set)

        def hold(credentials):
            reached.set()
            return {"full_name": "Held"} if go_on.wait(PATIENCE) else None

        self.client.set_authenticator("ldap1", hold)
        activation = self.pool.submit(self.activate, self.client, "ana")
        self.assertTrue(reached.wait(PATIENCE))
        return weakref.ref(hold), go_on, activation

    def test_replaced_while_it_runs(self):
        for replacement in (Directory({"full_name": "New"}), None):
            with self.subTest(replacement):
                held, go_on, activation = self.held()
                self.client.set_authenticator("ldap1", replacement)
                if replacement:
                    self.assertEqual(self.activate(self.client, "ben")["user"]["full_name"], "New")
                self.assertIsNotNone(held())
                go_on.set()
                self.assertEqual(activation.result(PATIENCE)["user"]["full_name"], "Held")
                gc.collect()
                self.assertIsNone(held())

    def test_closed_while_it_runs(self):
        held, go_on, activation = self.held()
        self.client.close()
        self.assertIsNotNone(held())
        go_on.set()
        self.assertEqual(activation.result(PATIENCE)["user"]["full_name"], "Held")
        self.assertEqual(self.kept(), 0)

    def test_replaced_all_the_time(self):
        stop = threading.Event()

        def replace():
            while not stop.is_set():
                self.client.set_authenticator("ldap1", Directory())

        self.client.set_authenticator("ldap1", Directory())
        replacing = self.pool.submit(replace)
        try:
            for _ in range(50):
                self.assertEqual(self.activate(self.client, "ana")["user"]["realm_name"], "ldap1")
        finally:
            stop.set()
        replacing.result(PATIENCE)
        self.assertEqual(self.kept(), 1)


class LifeTest(AuthenticatorTestCase):
    def setUp(self):
        super().setUp()
        self.directory = Directory()
        self.gone = weakref.ref(self.directory)
        self.client.set_authenticator("ldap1", self.directory)
        del self.directory
        gc.collect()

    def assert_gone(self):
        gc.collect()
        self.assertIsNone(self.gone())

    def test_kept_until_it_is_replaced(self):
        self.activate(self.client, "ana")
        self.client.set_authenticator("sso", Directory())
        self.assertIsNotNone(self.gone())
        self.client.set_authenticator("ldap1", Directory())
        self.assert_gone()

    def test_kept_until_it_is_removed(self):
        self.client.set_authenticator("ldap1", None)
        self.assert_gone()
        self.client.set_authenticator("ldap1", None)

    def test_kept_until_the_last_client_closes(self):
        root = self.client.login(username="ana", password="ldap-secret")
        self.client.close()
        self.assertIsNotNone(self.gone())
        root.close()
        self.assert_gone()

    def test_not_kept_by_another_open_of_the_store(self):
        with support.open_store(self.path, realms=REALMS) as other:
            self.refused(other, "ana")
            self.client.close()
            self.assert_gone()
            self.refused(other, "ana")

    def test_kept_until_the_client_is_collected(self):
        self._cleanups.pop()  # the test's own reference
        self.client = None
        self.assert_gone()

    def test_one_that_refers_to_its_client_lives_until_close(self):
        client = self.client
        client.set_authenticator("ldap1", lambda credentials: client and {})
        self.assert_gone()
        self.activate(client, "ana")
        self.assertEqual(self.kept(), 1)
        client.close()
        self.assertEqual(self.kept(), 0)

    def test_a_forked_child_neither_asks_nor_disturbs_it(self):
        asked = self.gone().asked

        def child():
            for use in (
                lambda: self.activate(self.client, "ana"),
                lambda: self.client.set_authenticator("ldap1", Directory()),
                lambda: self.client.set_authenticator("ldap1", None),
            ):
                with self.assertRaises(userprofile.UnavailableError):
                    use()
            self.client.close()
            assert asked == []
            with support.open_store(self.path, realms=REALMS) as own:
                own.set_authenticator("ldap1", Directory({"full_name": "Child"}))
                assert self.activate(own, "ana")["user"]["full_name"] == "Child"

        self.assertEqual(support.in_forked_child(child), 0)
        self.assertEqual(self.activate(self.client, "ben")["user"]["realm_name"], "ldap1")
        self.assertEqual(len(asked), 1)


PROGRAM = """
import threading, time, userprofile
store = userprofile.open(
    ":temporary:", realms={"external": {"ldap1": {"order": 0}}},
)
class Farewell:
    def __call__(self, credentials):
        reached.set()
        for _ in range(200):
            time.sleep(0.001)  # asks for the GIL again and again
        print("answered")
        return {}
    def __del__(self):
        print("released")
reached = threading.Event()
store.set_authenticator("ldap1", Farewell())
def activate():
    store.activate(grant_type="password", username="ana", password="secret-1")
"""


class ExitTest(AuthenticatorTestCase):
    def test_released_at_exit(self):
        self.assertEqual(support.run_python(PROGRAM), "released\n")

    def test_exit_waits_for_one_that_runs_on_a_daemon_thread(self):
        program = PROGRAM + "threading.Thread(target=activate, daemon=True).start()\nreached.wait()"
        self.assertEqual(support.run_python(program), "answered\nreleased\n")

    def test_a_forked_child_waits_for_nobody_at_exit(self):
        program = PROGRAM + (
            "import os, signal, sys\n"
            "from userprofile import _ffi\n"
            "thread = threading.Thread(target=activate)\n"
            "thread.start()\n"
            "reached.wait()\n"
            "child = os.fork()\n"
            "if child == 0:\n"
            "    sys.stdout = open(os.devnull, 'w')\n"
            "    _ffi.EXIT_PATIENCE = 3600\n"
            "    signal.alarm(60)\n"
            "    sys.exit()\n"
            "assert os.waitpid(child, 0)[1] == 0\n"
            "thread.join()\n"
        )
        self.assertEqual(support.run_python(program), "answered\nreleased\n")
