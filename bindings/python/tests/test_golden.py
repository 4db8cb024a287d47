"""Replays tests/golden/*.json, whose format is in the README.md beside them, in two ways.

Raw: the request's text goes in and the answer must be the expected one byte for byte.
Typed: each step goes through the method of the operation, and the dicts must be equal, order of
members and types of numbers included. A request that a method cannot express goes through `call`
as it is: `expressible` says which those are, and nothing is left out.
"""

import base64
import copy
import functools
import inspect
import json
import keyword
import re
import tempfile
import unittest
from pathlib import Path

import raw_json
import support
import userprofile
from userprofile import _ffi

GOLDEN = sorted((support.REPOSITORY / "tests" / "golden").glob("*.json"))
FILE_MEMBERS = {"name", "from", "config", "steps"}
REQUEST_MEMBERS = {"request", "request_text", "request_base64"}
CALL_MEMBERS = {"on", "status", "response", "keep"} | REQUEST_MEMBERS
STEP_MEMBERS = {
    "clock": set(),
    "reopen": {"status", "response"},
    "call": CALL_MEMBERS,
    "login": CALL_MEMBERS,
}
_NUMBER = "-0123456789"


class Step:
    """One step of a golden file; members are kept as trees of text, see raw_json."""

    def __init__(self, members):
        members = {json.loads(key): value for key, value in members.items()}
        kinds = [kind for kind in STEP_MEMBERS if kind in members]
        if len(kinds) != 1:
            raise AssertionError(f"a step must be one of {list(STEP_MEMBERS)}: {members}")
        (self.kind,) = kinds
        unknown = set(members) - {self.kind} - STEP_MEMBERS[self.kind]
        if unknown:
            raise AssertionError(f"a step has members that are not known: {unknown}")
        self.subject = json.loads(raw_json.text(members[self.kind]))
        self.status = json.loads(members.get("status", "0"))
        self.response = members.get("response")
        if self.kind in ("clock", "reopen"):
            return
        self.method = "login" if self.kind == "login" else self.subject
        (form,) = REQUEST_MEMBERS & set(members)
        self.is_tree = form == "request"
        if self.is_tree:
            self.request = raw_json.text(members[form]).encode()
        else:
            text = json.loads(members[form])
            self.request = base64.b64decode(text) if form == "request_base64" else text.encode()
        self.on = json.loads(members.get("on", '"host"'))
        self.keep = json.loads(raw_json.text(members.get("keep", {})))
        if not {"status", "response"} <= set(members):
            raise AssertionError(f"a step expects nothing: {members}")

    def filled(self, kept):
        """The step with what was kept in the place of each `${NAME}`."""

        def text(match):
            if match[1] not in kept:
                raise AssertionError(f"nothing is kept as {match[1]!r}")
            return json.dumps(kept[match[1]], ensure_ascii=False)[1:-1]

        def fill(given):
            return re.sub(r"\$\{([^}]*)\}?", text, given)

        step = copy.copy(self)
        step.request = fill(self.request.decode("utf-8", "surrogateescape")).encode(
            "utf-8", "surrogateescape"
        )
        step.response = raw_json.parse(fill(raw_json.text(self.response)))
        return step


class Golden:
    """A golden file, read."""

    def __init__(self, path):
        file = raw_json.parse(path.read_text(encoding="utf-8"))
        file = {json.loads(key): value for key, value in file.items()}
        unknown = set(file) - FILE_MEMBERS
        if unknown:
            raise AssertionError(f"{path.name} has members that are not known: {unknown}")
        self.config = json.loads(raw_json.text(file.get("config", {})))
        self.steps = [Step(step) for step in file["steps"]]


def expressible(step):
    """The arguments of the step's method that send its request, or None when there are none.

    A method cannot say what is not an object, an argument that it does not have or must have,
    an explicit null, or a number in another form than Python's own.
    """
    if not step.is_tree:
        return None
    arguments = json.loads(step.request)
    if not isinstance(arguments, dict) or None in arguments.values():
        return None
    arguments = {k + "_" if keyword.iskeyword(k) else k: v for k, v in arguments.items()}
    for token in raw_json.tokens(step.request.decode()):
        if token[0] in _NUMBER and json.dumps(json.loads(token)) != token:
            return None
    try:
        method = getattr(userprofile.Client, step.method)
        inspect.signature(method).bind(self=None, **arguments)
    except TypeError:
        return None
    return arguments


def same_typed(expected, actual):
    """Equal in value, type and order of members; "$any" stands for any one value."""
    if expected == "$any":
        return True
    if type(expected) is not type(actual):
        return False
    if isinstance(expected, dict):
        return list(expected) == list(actual) and all(
            same_typed(expected[key], actual[key]) for key in expected
        )
    if isinstance(expected, list):
        return len(expected) == len(actual) and all(map(same_typed, expected, actual))
    return bool(expected == actual)


class Replay:
    """A store with the clock of the golden files, and what a file logs in and keeps."""

    def __init__(self, test, golden):
        directory = tempfile.TemporaryDirectory()
        test.addCleanup(directory.cleanup)
        self.test = test
        self.path = directory.name + "/store"
        self.now = support.START_MS
        self.clients = {}
        self.kept = {}
        self.open(golden.config)
        for number, step in enumerate(golden.steps):
            try:
                if step.kind == "clock":
                    self.now = step.subject
                elif step.kind == "reopen":
                    self.reopen(step)
                else:
                    self.keep(step.keep, self.play(step.filled(self.kept)))
            except Exception as error:  # a later step would only repeat it
                raise AssertionError(f"step {number}, {step.subject}: {error}") from error

    def open(self, config):
        host = support.open_store(self.path, **config)
        self.add("host", host)
        host.set_clock(lambda: self.now)

    def reopen(self, step):
        for client in self.clients.values():
            client.close()
        self.clients = {}
        status, answer = 0, None
        try:
            self.open(step.subject)
        except userprofile.Error as error:
            status, answer = error.status, error.body
        self.test.assertEqual(status, step.status, answer)
        if status != 0:
            self.expect_typed(step, answer)

    def expect_typed(self, step, answer):
        expected = json.loads(raw_json.text(step.response))
        if not same_typed(expected, answer):
            self.test.assertEqual(json.dumps(answer, indent=1), json.dumps(expected, indent=1))

    def keep(self, names, answer):
        for name, path in names.items():
            self.kept[name] = functools.reduce(dict.__getitem__, path, answer)
            self.test.assertIsInstance(self.kept[name], str, name)

    def add(self, name, client):
        self.test.addCleanup(client.close)
        self.clients[name] = client


class RawReplay(Replay):
    def play(self, step):
        handle = self.clients[step.on]._handle
        if step.kind == "login":
            (status, body), restricted = handle.login(step.request)
            self.test.assertEqual(restricted is not None, status == 0)
            if restricted is not None:
                self.add(step.subject, userprofile.Client(restricted, json.loads(body)))
        else:
            status, body = handle.call(step.subject, step.request)
        actual = body.decode("utf-8")
        expected = raw_json.text(step.response)
        self.test.assertEqual(status, step.status, actual)
        if not raw_json.same(step.response, raw_json.parse(actual)):
            self.test.assertEqual(raw_json.minify(actual), expected)
        return json.loads(body)


class TypedReplay(Replay):
    def play(self, step):
        client = self.clients[step.on]
        arguments = expressible(step)
        status = 0
        try:
            if arguments is not None:
                answer = getattr(client, step.method)(**arguments)
            elif step.kind == "login":
                (status, body), _ = client._handle.login(step.request)
                self.test.assertNotEqual(status, 0, "a login that succeeds can be expressed")
                answer = json.loads(body)
            else:
                answer = client.call(step.method, step.request)
        except userprofile.Error as error:
            expected_class = userprofile._errors.BY_STATUS.get(step.status, userprofile.Error)
            self.test.assertIs(type(error), expected_class)
            status, answer = error.status, error.body
        if isinstance(answer, userprofile.Client):
            self.add(step.subject, answer)
            answer = answer.info
        self.test.assertEqual(status, step.status, answer)
        self.expect_typed(step, answer)
        return answer


class GoldenTest(unittest.TestCase):
    """Gets two tests for each golden file, below."""

    maxDiff = None

    def test_there_are_golden_files(self):
        self.assertTrue(GOLDEN, "tests/golden has no *.json")

    def test_every_operation_is_replayed_through_its_method(self):
        steps = [s for path in GOLDEN for s in Golden(path).steps if s.kind in ("call", "login")]
        done = {s.method for s in steps if s.status == 0 and expressible(s) is not None}
        self.assertEqual({*_ffi.OPERATIONS, "login"} - done, set())


def _add_replay(kind, replay, path):
    def test(self):
        replay(self, Golden(path))

    setattr(GoldenTest, f"test_{kind}_{path.stem}", test)


for _path in GOLDEN:
    _add_replay("raw", RawReplay, _path)
    _add_replay("typed", TypedReplay, _path)


class ComparisonTest(unittest.TestCase):
    """The comparison itself: a replay that cannot fail proves nothing."""

    def test_raw(self):
        def same(expected, actual):
            return raw_json.same(raw_json.parse(expected), raw_json.parse(actual))

        self.assertTrue(same('{"a": [1, "x"], "b": "$any"}', '{"a":[1,"x"],"b":{"c":1}}'))
        self.assertFalse(same('{"a":1,"b":2}', '{"b":2,"a":1}'))
        self.assertFalse(same('{"a":1.0}', '{"a":1}'))
        self.assertFalse(same('"\\u0061"', '"a"'))
        self.assertFalse(same('{"a":1}', '{"a":1,"b":2}'))
        self.assertFalse(same("[1]", "[1,2]"))
        for broken in ['{"a":1', '{"a":1}{', '{"a":1,"a":2}', '{"a" 1}']:
            with self.assertRaises((ValueError, StopIteration), msg=broken):
                raw_json.parse(broken)

    def test_typed(self):
        self.assertTrue(same_typed({"a": [1, "$any"]}, {"a": [1, {}]}))
        self.assertFalse(same_typed({"a": 1, "b": 2}, {"b": 2, "a": 1}))
        self.assertFalse(same_typed({"a": 1}, {"a": 1.0}))
        self.assertFalse(same_typed({"a": 1}, {"a": True}))
        self.assertFalse(same_typed([1], [1, 2]))

    def test_steps_are_strict(self):
        for broken in [
            '{"kall":"get"}',
            '{"clock":1,"call":"get"}',
            '{"call":"get","request":{},"status":0,"response":{},"surprise":1}',
        ]:
            with self.assertRaises(AssertionError, msg=broken):
                Step(raw_json.parse(broken))


class StepsTest(unittest.TestCase):
    """What a case keeps and opens again, which is what most cases do without."""

    ANA = [
        {
            "call": "put_user",
            "request": {"username": "ana", "password": "secret-1", "roles": []},
            "status": 0,
            "response": {"created": True},
        },
        {
            "call": "activate",
            "request": {"grant_type": "password", "username": "ana", "password": "secret-1"},
            "status": 0,
            "response": "$any",
            "keep": {"UID": ["uid"], "NAME": ["user", "username"]},
        },
    ]

    def replays(self, *steps):
        with tempfile.NamedTemporaryFile("w", suffix=".json") as file:
            json.dump({"steps": [*self.ANA, *steps]}, file)
            file.flush()
            for replay in (RawReplay, TypedReplay):
                yield functools.partial(replay, self, Golden(Path(file.name)))

    def passes(self, *steps):
        for replay in self.replays(*steps):
            replay()

    def fails(self, pattern, *steps):
        for replay in self.replays(*steps):
            with self.assertRaisesRegex(AssertionError, pattern):
                replay()

    def get_user(self, response, name="${NAME}"):
        user = {"roles": [], "full_name": None, "email": None, "metadata": {}, "enabled": True}
        return {
            "call": "rest",
            "request": {"method": "GET", "path": f"/_security/user/{name}"},
            "status": 0,
            "response": {response: {"username": response, **user}},
        }

    def test_what_is_kept_is_filled_in_and_compared(self):
        self.passes(self.get_user("${NAME}"))
        self.fails("step 2, rest", self.get_user("ben"))

    def test_names_that_are_not_kept(self):
        for name in ("${OTHER}", "${NAME", "${}"):
            self.fails("nothing is kept", self.get_user("ana", name))

    def test_what_is_no_text_is_not_kept(self):
        self.fails("ROLES", {**self.get_user("ana"), "keep": {"ROLES": ["ana", "roles"]}})

    def test_the_store_is_opened_again(self):
        refused = {**self.ANA[0], "status": 403, "response": "$any"}
        self.passes({"reopen": {"read_only": True}}, self.get_user("${NAME}"), refused)
        self.fails("step 3, put_user", {"reopen": {}}, refused)

    def test_the_store_is_not_opened_again(self):
        error = {"error": "$any", "status": 400}
        refused = {"reopen": {"durability": "some"}, "status": 400, "response": error}
        self.passes(refused, {"reopen": {}}, self.get_user("${NAME}"))
        for wrong in ({"status": 0}, {"response": {}}):
            self.fails("step 2", {**refused, **wrong})
