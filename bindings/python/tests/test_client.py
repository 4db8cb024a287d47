"""The client: what it sends and returns, how it ends, and the hooks of the host."""

import copy
import gc
import inspect
import json
import logging
import os
import pathlib
import pickle
import types
import weakref

import support
import userprofile
from userprofile import _ffi


class SurfaceTest(support.StoreTestCase):
    def test_every_operation_has_a_method(self):
        for operation in _ffi.OPERATIONS:
            self.assertTrue(callable(getattr(userprofile.Client, operation, None)), operation)

    def test_everything_public_is_documented(self):
        for name in userprofile.__all__:
            if isinstance(getattr(userprofile, name), type) or name == "open":
                self.assertTrue(inspect.getdoc(getattr(userprofile, name)), name)
        for name, member in vars(userprofile.Client).items():
            if not name.startswith("_"):
                self.assertTrue(inspect.getdoc(member), name)

    def test_a_path_may_be_a_path_object(self):
        with support.open_store(pathlib.Path(self.path)) as client:
            self.assertEqual(client.info["path"], self.path)
            self.assertEqual(client.info["read_only"], False)

    def test_a_store_stays_and_can_be_read_only(self):
        with support.open_store(self.path) as client:
            self.put_user(client, "ana")
        with support.open_store(self.path, read_only=True) as client:
            self.assertEqual(list(client.get_user()), ["ana"])
            with self.assertRaises(userprofile.Error):
                self.put_user(client, "ben")

    def test_two_clients_on_one_path(self):
        one, other = self.open(), self.open()
        self.put_user(one, "ana")
        uid = self.activate(other, "ana")["uid"]
        one.update_data(uid=uid, data={"app1": {"n": 1}})
        one.close()
        profile = other.get(uid=uid, data="*")["profiles"][0]
        self.assertEqual(profile["data"], {"app1": {"n": 1}})

    def test_temporary_stores_are_apart(self):
        with support.open_store(":temporary:") as one, support.open_store(":temporary:") as other:
            self.put_user(one, "ana")
            self.assertEqual(other.get_user(), {})


class RequestTest(support.StoreTestCase):
    def setUp(self):
        super().setUp()
        self.client = self.open()

    def profile(self, username="ana", **members):
        self.put_user(self.client, username, **members)
        return self.activate(self.client, username)

    def data_of(self, uid):
        return self.client.get(uid=uid, data="*")["profiles"][0]["data"]

    def test_none_as_an_argument_is_not_sent(self):
        uid = self.profile()["uid"]
        self.client.update_data(
            uid=uid, data={"a": 1}, labels=None, if_seq_no=None, if_primary_term=None, refresh=None
        )
        self.assertEqual(self.data_of(uid), {"a": 1})

    def test_none_inside_is_null(self):
        uid = self.profile(metadata={"k": None})["uid"]
        self.assertEqual(self.client.get_user()["ana"]["metadata"], {"k": None})
        self.client.update_data(uid=uid, data={"a": {"b": None}})
        self.assertEqual(self.data_of(uid), {"a": {"b": None}})

    def test_put_user_clears_what_is_not_given_like_an_explicit_null(self):
        full = {"full_name": "Ana", "email": "ana@example.com"}
        self.put_user(self.client, "ana", **full)
        self.client.put_user(username="ana", roles=[])
        cleared = self.client.get_user(username="ana")
        self.assertEqual(cleared["ana"]["full_name"], None)
        self.put_user(self.client, "ana", **full)
        request = {"username": "ana", "roles": [], "full_name": None, "email": None}
        self.assertEqual(self.client.call("put_user", request), {"created": False})
        self.assertEqual(self.client.get_user(username="ana"), cleared)

    def test_text_is_stored_as_it_is_and_not_escaped(self):
        text = "Gr\u00fc\u00dfe, \u4e16\u754c \U0001f600"
        uid = self.profile()["uid"]
        self.client.update_data(uid=uid, data={"a": text})
        _, body = self.client.call_raw("get", {"uid": uid, "data": "*"})
        self.assertIn(text.encode(), body)
        self.assertEqual(self.data_of(uid), {"a": text})

    def test_what_json_cannot_say_is_a_bad_request(self):
        uid = self.profile()["uid"]
        for value in (float("nan"), float("inf"), "\ud800"):
            with self.assertRaises(userprofile.BadRequestError, msg=repr(value)):
                self.client.update_data(uid=uid, data={"a": value})
        for value in (object(), b"bytes", {1, 2}):
            with self.assertRaises(TypeError, msg=repr(value)):
                self.client.update_data(uid=uid, data={"a": value})
        self.assertEqual(self.data_of(uid), {})

    def test_any_mapping_and_any_sequence(self):
        uid = self.profile()["uid"]
        self.client.update_data(
            uid=uid, data=types.MappingProxyType({"a": types.MappingProxyType({"b": range(3)})})
        )
        self.assertEqual(self.data_of(uid), {"a": {"b": [0, 1, 2]}})
        self.assertEqual(len(self.client.get(uid=(uid, uid))["profiles"]), 2)

    def test_numbers_arrive_as_they_are_stored(self):
        uid = self.profile()["uid"]
        numbers = f"[1.0,1e400,{2**70},0.10]"
        self.client.call("update_data", f'{{"uid":"{uid}","data":{{"n":{numbers}}}}}')
        _, body = self.client.call_raw("get", {"uid": uid, "data": "*"})
        self.assertIn(f'"n":{numbers}'.encode(), body)
        self.assertEqual(self.data_of(uid)["n"][:1], [1.0])
        self.assertEqual(self.data_of(uid)["n"][2], 2**70)

    def test_call_takes_text_bytes_a_dict_or_nothing(self):
        self.put_user(self.client, "ana")
        for request in ('{"username":"ana"}', b'{"username":"ana"}', {"username": "ana"}, None):
            self.assertEqual(list(self.client.call("get_user", request)), ["ana"])

    def test_call_raw_gives_status_and_bytes(self):
        self.assertEqual(self.client.call_raw("get_user"), (0, b"{}"))
        status, body = self.client.call_raw("get", b"\xff")
        self.assertEqual(status, 400)
        self.assertEqual(json.loads(body)["status"], 400)

    def test_a_request_must_be_an_object(self):
        with self.assertRaises(userprofile.BadRequestError):
            self.client.call("get_user", "[]")

    def test_an_operation_that_is_not_there(self):
        for operation in ("open", "login", "close", "version", "nope"):
            with self.assertRaisesRegex(ValueError, "update_data"):
                self.client.call(operation)

    def test_host_grant(self):
        client = support.open_store(
            ":temporary:",
            realms={
                "native": {"native1": {"order": 0}},
                "external": {"ldap1": {"order": 1, "type": "ldap"}},
            },
        )
        self.addCleanup(client.close)
        profile = client.activate(
            grant_type="authentication",
            authentication={
                "username": "ana",
                "roles": ["r"],
                "full_name": "Ana",
                "email": "ana@example.com",
                "metadata": {},
                "authentication_realm": {"name": "ldap1", "type": "ldap"},
                "authentication_type": "realm",
            },
        )
        self.assertEqual(profile["user"]["realm_name"], "ldap1")

    def test_dotted_settings(self):
        setting = {"xpack.security.authc.realms.native.native7.order": 1}
        with support.open_store(":temporary:", **setting) as client:
            self.put_user(client, "ana")
            self.assertEqual(self.activate(client, "ana")["user"]["realm_name"], "native7")

    def test_rest(self):
        uid = self.profile()["uid"]
        path = f"/_security/profile/{uid}"
        self.client.rest("POST", f"{path}/_data", body={"data": {"a": 1}})
        answer = self.client.rest("GET", f"{path}?data=*")
        self.assertEqual(answer, self.client.get(uid=uid, data="*"))
        ana = {"Authorization": "Basic YW5hOnNlY3JldC0x"}  # ana:secret-1
        who = self.client.rest("GET", "/_security/_authenticate", headers=ana)
        self.assertEqual(who["username"], "ana")

    def test_login(self):
        self.put_user(self.client, "ana")
        ana = self.client.login(username="ana", password="secret-1")
        self.assertEqual(ana.info, ana.authenticate())
        self.client.close()
        self.assertEqual(ana.authenticate()["username"], "ana")
        ana.close()
        with self.assertRaises(userprofile.ClosedError):
            ana.authenticate()

    def test_login_without_credentials(self):
        with self.assertRaises(userprofile.BadRequestError):
            self.client.login()
        with support.open_store(":temporary:", anonymous={"roles": ["guest"]}) as client:
            with client.login() as anyone:
                self.assertEqual(anyone.info["username"], "_anonymous")
                self.assertEqual(anyone.info["roles"], ["guest"])


class CloseTest(support.StoreTestCase):
    def test_close_is_idempotent_and_ends_use(self):
        client = self.open()
        self.assertFalse(client.closed)
        for _ in range(3):
            client.close()
        self.assertTrue(client.closed)
        self.assertIn("closed", repr(client))
        uses = (
            client.authenticate,
            lambda: client.login(username="a", password="b"),
            lambda: client.set_clock(None),
            lambda: client.set_logger(None),
            lambda: client.set_authenticator("ldap1", None),
            lambda: client.call_raw("get"),
        )
        for use in uses:
            with self.assertRaises(userprofile.ClosedError):
                use()

    def test_with_closes_also_when_something_is_raised(self):
        with self.assertRaises(ZeroDivisionError):
            with self.open() as client:
                raise ZeroDivisionError
        self.assertTrue(client.closed)

    def test_garbage_collection_closes(self):
        client = self.open()
        self._cleanups.pop()  # the test's own reference
        handle, gone = client._handle, weakref.ref(client)
        del client
        gc.collect()
        self.assertIsNone(gone())
        self.assertTrue(handle.closed)

    def test_an_exception_that_is_kept_does_not_keep_the_store_open(self):
        client = self.open()
        try:
            client.enable(uid="u_nobody_0")
        except userprofile.NotFoundError as error:
            kept = error
        client.close()
        self.assertEqual((client._handle._users, kept.status), (0, 404))

    def test_no_copies_and_no_pickles(self):
        client = self.open()
        for use in (pickle.dumps, copy.copy, copy.deepcopy):
            with self.assertRaisesRegex(TypeError, "cannot be pickled"):
                use(client)

    def test_a_store_that_was_left_open_is_closed_at_exit(self):
        os.mkdir(self.path)
        program = (
            "import os, userprofile\n"
            "client = userprofile.open(':temporary:')\n"
            "print(len(os.listdir(os.environ['TMPDIR'])))\n"
        )
        self.assertEqual(support.run_python(program, TMPDIR=self.path), "1\n")
        self.assertEqual(os.listdir(self.path), [])


class HooksTest(support.StoreTestCase):
    def setUp(self):
        super().setUp()
        self.client = self.open()
        self.put_user(self.client, "ana")

    def last_synchronized(self):
        return self.activate(self.client, "ana")["last_synchronized"]

    def test_clock_and_back_to_the_system_clock(self):
        self.client.set_clock(lambda: support.START_MS)
        gc.collect()
        self.assertEqual(self.last_synchronized(), support.START_MS)
        self.client.set_clock(lambda: support.START_MS + 60_000)
        self.assertEqual(self.last_synchronized(), support.START_MS + 60_000)
        self.client.set_clock(None)
        self.assertGreater(self.last_synchronized(), support.START_MS + 60_000)

    def test_the_clock_outlives_the_client_that_set_it(self):
        self.client.set_clock(lambda: support.START_MS)
        self.client.put_user(username="root", password="secret-1", roles=["superuser"])
        with self.client.login(username="root", password="secret-1") as root:
            self.client.close()
            self.client = None
            gc.collect()
            profile = self.activate(root, "ana")
            self.assertEqual(profile["last_synchronized"], support.START_MS)

    def test_a_clock_that_raises(self):
        def broken():
            raise ZeroDivisionError("no clock")

        self.client.set_clock(broken)
        before = _ffi.system_clock()
        with self.assertLogs("userprofile", logging.ERROR) as logs:
            self.assertGreaterEqual(self.last_synchronized(), before)
        self.assertIn("ZeroDivisionError", logs.output[0])

    def test_the_hooks_are_for_the_host_only(self):
        with self.client.login(username="ana", password="secret-1") as ana:
            for use in (ana.set_clock, ana.set_logger):
                with self.assertRaises(userprofile.AuthorizationError):
                    use(print)

    def log(self, level, text):
        """What the library does."""
        _ffi._log(self.client._handle._hooks.number, level, text, len(text))

    def test_a_logger_that_raises(self):
        def broken(level, message):
            raise ZeroDivisionError(message)

        self.client.set_logger(broken)
        with self.assertLogs("userprofile", logging.ERROR) as logs:
            self.log(2, b"a message")
        self.assertIn("a message", logs.output[0])

    def test_the_logger_gets_levels_of_logging_and_text(self):
        self.client.set_logger(logging.getLogger("profiles").log)
        with self.assertLogs("profiles", logging.INFO) as logs:
            for level, text in ((1, b"one"), (2, "zw\xf6lf %s".encode()), (3, b"bad \xff")):
                self.log(level, text)
        self.assertEqual(
            logs.output,
            ["ERROR:profiles:one", "WARNING:profiles:zw\xf6lf %s", "INFO:profiles:bad \ufffd"],
        )

    def test_the_logger_of_a_client_that_is_gone_is_silent(self):
        number = self.client._handle._hooks.number
        messages = []
        self.client.set_logger(lambda level, message: messages.append(message))
        self.log(3, b"one")
        self.client.close()
        self.doCleanups()
        self.client = None
        gc.collect()
        _ffi._log(number, 3, b"two", 3)
        self.assertEqual(messages, ["one"])

    def test_a_logger_can_be_set_and_taken_away(self):
        messages = []
        self.client.set_logger(lambda level, message: messages.append((level, message)))
        gc.collect()
        self.activate(self.client, "ana")
        self.client.set_logger(None)
        for level, message in messages:
            self.assertIn(level, (logging.ERROR, logging.WARNING, logging.INFO))
            self.assertIsInstance(message, str)
