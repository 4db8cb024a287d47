"""Exceptions: one class for each status of the header, and what they carry."""

import pickle
import re

import support
import userprofile
from userprofile import _errors, _ffi

CLASS_OF = {
    "BAD_REQUEST": userprofile.BadRequestError,
    "UNAUTHENTICATED": userprofile.AuthenticationError,
    "FORBIDDEN": userprofile.AuthorizationError,
    "NOT_FOUND": userprofile.NotFoundError,
    "CONFLICT": userprofile.ConflictError,
    "TOO_LARGE": userprofile.TooLargeError,
    "INTERNAL": userprofile.InternalError,
    "UNAVAILABLE": userprofile.UnavailableError,
}


def constants():
    header = support.HEADER.read_text(encoding="utf-8")
    found = re.findall(r"^#define USERPROFILE_(\w+) (\d+)$", header, flags=re.M)
    return {name: int(value) for name, value in found}


class StatusTest(support.StoreTestCase):
    def test_the_classes_are_the_constants_of_the_header(self):
        statuses = {name: value for name, value in constants().items() if 400 <= value < 600}
        self.assertEqual(
            {value: CLASS_OF[name] for name, value in statuses.items()}, _errors.BY_STATUS
        )

    def test_the_log_levels_are_the_constants_of_the_header(self):
        levels = {name: value for name, value in constants().items() if name.startswith("LOG_")}
        self.assertEqual(levels, {"LOG_ERROR": 1, "LOG_WARN": 2, "LOG_INFO": 3})
        self.assertEqual(sorted(_ffi.LOG_LEVELS), [1, 2, 3])

    def test_a_status_without_a_class_is_the_base(self):
        for status in (405, 418):
            error = _errors.error_for(status, {"error": {"type": "t", "reason": "r"}})
            self.assertIs(type(error), userprofile.Error)
            self.assertEqual((error.status, error.type, error.reason), (status, "t", "r"))

    def test_the_form_of_oauth2(self):
        body = {"error": "invalid_grant", "error_description": "token has been invalidated"}
        error = _errors.error_for(400, body)
        self.assertIs(type(error), userprofile.BadRequestError)
        self.assertEqual((error.type, error.reason), tuple(body.values()))
        self.assertEqual(str(error), "[400] invalid_grant: token has been invalidated")

    def test_natural_relatives(self):
        self.assertTrue(issubclass(userprofile.BadRequestError, ValueError))
        self.assertTrue(issubclass(userprofile.NotFoundError, LookupError))
        self.assertTrue(issubclass(userprofile.ClosedError, ValueError))

    def test_pickled_and_back(self):
        body = {"error": {"type": "t", "reason": "r"}, "status": 404}
        error = pickle.loads(pickle.dumps(_errors.error_for(404, body)))
        self.assertIs(type(error), userprofile.NotFoundError)
        self.assertEqual((error.status, error.body), (404, body))
        self.assertEqual(str(error), "[404] t: r")


class AnswerTest(support.StoreTestCase):
    def setUp(self):
        super().setUp()
        self.client = self.open()
        self.put_user(self.client, "ana")

    def failure(self, kind, method, *args, **arguments):
        with self.assertRaises(kind) as caught:
            method(*args, **arguments)
        self.assertIs(type(caught.exception), kind)
        return caught.exception

    def test_bad_request(self):
        error = self.failure(userprofile.BadRequestError, self.client.call, "get", '{"uid":')
        self.assertEqual((error.status, error.body["status"]), (400, 400))
        self.assertTrue(error.type)
        self.assertIn(error.reason, str(error))

    def test_bad_config(self):
        error = self.failure(
            userprofile.BadRequestError, userprofile.open, ":temporary:", durable=True
        )
        self.assertIn("durable", error.reason)

    def test_path_that_is_a_file(self):
        with open(self.path + ".txt", "w", encoding="utf-8") as file:
            file.write("not a store")
        with self.assertRaises(userprofile.Error) as caught:
            userprofile.open(self.path + ".txt")
        self.assertIn(self.path + ".txt", str(caught.exception))

    def test_authentication(self):
        error = self.failure(
            userprofile.AuthenticationError, self.client.login, username="ana", password="wrong!"
        )
        self.assertEqual((error.status, error.type), (401, "security_exception"))

    def test_authorization(self):
        with self.client.login(username="ana", password="secret-1") as ana:
            error = self.failure(userprofile.AuthorizationError, ana.get, uid="u_x_0")
            self.assertEqual(error.status, 403)
            self.assertEqual(ana.authenticate()["username"], "ana")

    def test_not_found(self):
        error = self.failure(userprofile.NotFoundError, self.client.enable, uid="u_nobody_0")
        self.assertEqual(error.type, "document_missing_exception")
        self.assertEqual(error.reason, "[profile_u_nobody_0]: document missing")

    def test_answers_in_a_form_of_their_own(self):
        error = self.failure(userprofile.NotFoundError, self.client.delete_user, username="nobody")
        self.assertEqual((error.status, error.body), (404, {"found": False}))
        self.assertEqual((error.type, error.reason), (None, None))
        self.assertEqual(str(error), '[404] {"found": false}')
        error = self.failure(userprofile.NotFoundError, self.client.get_user, username="nobody")
        self.assertEqual((error.status, error.body), (404, {}))

    def test_conflict(self):
        profile = self.activate(self.client, "ana")
        version = profile["_doc"]
        change = {
            "uid": profile["uid"],
            "if_seq_no": version["_seq_no"],
            "if_primary_term": version["_primary_term"],
        }
        self.client.update_data(data={"app1": {"n": 1}}, **change)
        error = self.failure(
            userprofile.ConflictError, self.client.update_data, data={"app1": {"n": 2}}, **change
        )
        self.assertEqual(error.type, "version_conflict_engine_exception")

    def test_too_large(self):
        uid = self.activate(self.client, "ana")["uid"]
        data = {"app1": {"text": "x" * (11 << 20)}}
        error = self.failure(userprofile.TooLargeError, self.client.update_data, uid=uid, data=data)
        self.assertEqual(error.status, 413)

    def test_wrong_method(self):
        error = self.failure(
            userprofile.Error, self.client.rest, "PATCH", "/_security/_authenticate"
        )
        self.assertEqual(error.status, 405)
