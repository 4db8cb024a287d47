"""Finding people by what somebody types, and the check of what is searched."""

import types

import support
import userprofile

REALMS = {"native": {"native1": {}}, "external": {"sso": {"type": "saml"}}}
WRITE = {"application": "wiki", "privileges": ["page:write"], "resources": ["home"]}


class SuggestTestCase(support.StoreTestCase):
    def setUp(self):
        super().setUp()
        self.client = self.open(realms=REALMS)
        self.now = support.START_MS
        self.client.set_clock(lambda: self.now)

    def person(self, username, full_name, *roles, email=None):
        """Activates a user, later than those before, and returns the uid."""
        self.now += 60_000
        user = {
            "username": username,
            "full_name": full_name,
            "email": email,
            "roles": roles,
            "authentication_realm": {"name": "sso", "type": "saml"},
        }
        grant = {"grant_type": "authentication", "authentication": user}
        return self.client.activate(**grant)["uid"]

    def found(self, client=None, **arguments):
        """The usernames, best first."""
        answer = (client or self.client).suggest(**arguments)
        return [profile["user"]["username"] for profile in answer["profiles"]]

    def highlighted(self, **arguments):
        """What each match highlights of the best profile: field, word, kind and text."""
        best = self.client.suggest(explain=True, **arguments)["profiles"][0]
        return [
            (match["field"], match["word"], match["kind"], best["user"][match["field"]][slice(*at)])
            for match in best["explain"]["matches"]
            for at in [match["range"]]
        ]


class SuggestTest(SuggestTestCase):
    def setUp(self):
        super().setUp()
        self.zoe = self.person("zoe", "Zo\u00eb \u00c5ngstr\u00f6m", "author")
        self.jose = self.person("jgarcia", "Jos\u00e9 Garc\u00eda", email="jose@example.org")
        self.anna = self.person("anna", "\U0001f980 Anna Garcia", "author")

    def test_the_answer(self):
        answer = self.client.suggest(name="ang")
        self.assertEqual(list(answer), ["took", "total", "profiles"])
        self.assertGreaterEqual(answer["took"], 0)
        self.assertEqual(answer["total"], {"value": 1, "relation": "eq"})
        user = {
            "username": "zoe",
            "roles": ["author"],
            "realm_name": "sso",
            "full_name": "Zo\u00eb \u00c5ngstr\u00f6m",
        }
        profile = {"uid": self.zoe, "user": user, "labels": {}, "data": {}}
        self.assertEqual(answer["profiles"], [profile])

    def test_names(self):
        for name, expected in {
            None: ["anna", "jgarcia", "zoe"],
            "  ": ["anna", "jgarcia", "zoe"],
            "ZOE": ["zoe"],
            "garc\u00eda": ["anna", "jgarcia"],
            "jose gar": ["jgarcia", "anna"],
            "joss\u00e9 garcia": ["jgarcia", "anna"],
            "\U0001f980": ["anna"],
            "nobody": [],
            "!!!": [],
        }.items():
            with self.subTest(name):
                self.assertEqual(self.found(name=name), expected)

    def test_every_word(self):
        self.assertEqual(self.found(name="jose gar", match="any"), ["jgarcia", "anna"])
        self.assertEqual(self.found(name="jose gar", match="all"), ["jgarcia"])
        self.assertEqual(self.found(name="jose ang", match="all"), [])

    def test_a_typo_in_the_last_word(self):
        self.assertEqual(self.found(name="angtsr"), [])
        self.assertEqual(self.found(name="angtsr", fuzziness="auto"), [])
        self.assertEqual(self.found(name="angtsr", fuzziness="auto_last"), ["zoe"])

    def test_pages(self):
        for arguments, expected in (
            ({"size": 2}, ["anna", "jgarcia"]),
            ({"size": 2, "from_": 2}, ["zoe"]),
            ({"from_": 1}, ["jgarcia", "zoe"]),
            ({"size": 0}, []),
        ):
            with self.subTest(arguments):
                self.assertEqual(self.found(**arguments), expected)
                self.assertEqual(self.client.suggest(**arguments)["total"]["value"], 3)

    def test_data(self):
        self.client.update_data(uid=self.zoe, data={"a": {"x": 1, "y": 2}, "b": 3})
        for data, expected in (
            (None, {}),
            ("a.x,b", {"a": {"x": 1}, "b": 3}),
            (["a.x", "b"], {"a": {"x": 1}, "b": 3}),
            (("*",), {"a": {"x": 1, "y": 2}, "b": 3}),
        ):
            profile = self.client.suggest(name="zoe", data=data)["profiles"][0]
            self.assertEqual(profile["data"], expected)

    def test_hints(self):
        self.client.update_data(uid=self.jose, labels={"wiki": {"team": "red"}})
        for hint, expected in (
            ({"uids": [self.zoe]}, ["zoe", "anna", "jgarcia"]),
            ({"uids": self.zoe}, ["zoe", "anna", "jgarcia"]),
            ({"labels": {"wiki.team": ("blue", "red")}}, ["jgarcia", "anna", "zoe"]),
            (
                {"uids": (self.zoe, self.jose), "labels": {"wiki.team": "red"}},
                ["jgarcia", "zoe", "anna"],
            ),
            ({"labels": {"wiki.team": "blue"}}, ["anna", "jgarcia", "zoe"]),
        ):
            with self.subTest(hint):
                self.assertEqual(self.found(hint=types.MappingProxyType(hint)), expected)
        best = self.client.suggest(explain=True, hint={"uids": [self.zoe]})["profiles"][0]
        self.assertEqual(best["explain"], {"score": 1, "hints": 1, "matches": []})

    def test_what_to_highlight(self):
        for name, expected in {
            "ang": [("full_name", 0, "prefix", "\u00c5ng")],
            "angstrom": [("full_name", 0, "whole", "\u00c5ngstr\u00f6m")],
            "angstrm zo": [
                ("full_name", 1, "prefix", "Zo"),
                ("full_name", 0, "typo", "\u00c5ngstr\u00f6m"),
                ("username", 1, "prefix", "zo"),
            ],
            "an": [("full_name", 0, "prefix", "An"), ("username", 0, "prefix", "an")],
            "jos": [("full_name", 0, "prefix", "Jos"), ("email", 0, "prefix", "jos")],
        }.items():
            with self.subTest(name):
                self.assertEqual(self.highlighted(name=name), expected)
        explained = self.client.suggest(name="jos", explain=True)["profiles"][0]["explain"]
        self.assertEqual(explained["score"], 2)
        self.assertEqual(list(explained), ["score", "matches"])

    def test_required_privileges(self):
        self.assertEqual(self.found(required_privileges={"application": [WRITE]}), [])
        self.client.put_role(name="author", applications=[{**WRITE, "resources": ["*"]}])
        answer = self.client.suggest(required_privileges={"application": (WRITE,)}, size=1)
        self.assertEqual(answer["profiles"][0]["uid"], self.anna)
        self.assertIn(answer["total"]["relation"], ("eq", "gte"))
        required = {"application": [WRITE]}
        self.assertEqual(self.found(required_privileges=required), ["anna", "zoe"])
        self.assertEqual(self.found(required_privileges=required, name="ang"), ["zoe"])
        self.client.delete_role(name="author")
        self.assertEqual(self.found(required_privileges=required), [])

    def test_what_is_not_valid(self):
        for arguments, reason in (
            ({"size": -1}, "[size] parameter cannot be negative but was [-1]"),
            ({"from_": -1}, "[from] parameter cannot be negative but was [-1]"),
            ({"size": 1, "from_": 10_000}, "Result window is too large"),
            ({"fuzziness": "2"}, "[fuzziness] must be one of [auto, auto_last] but was [2]"),
            ({"match": "some"}, "[match] must be one of [any, all] but was [some]"),
            ({"name": "a " * 33}, "[name] has [33] words, more than the limit of [32]"),
            ({"hint": {"uids": []}}, "[uids] hint cannot be empty"),
            ({"required_privileges": {"cluster": ["nonsense"]}}, "nonsense"),
        ):
            with self.subTest(arguments), self.assertRaises(userprofile.BadRequestError) as caught:
                self.client.suggest(**arguments)
            self.assertIn(reason, str(caught.exception.body))

    def test_who_may_ask(self):
        def login(username, *roles):
            self.client.put_user(username=username, password="secret-1", roles=roles)
            client = self.client.login(username=username, password="secret-1")
            self.addCleanup(client.close)
            return client

        self.client.put_role(name="reads", cluster=["read_security"])
        self.assertEqual(self.found(login("ben", "reads"), name="ang"), ["zoe"])
        with self.assertRaises(userprofile.AuthorizationError):
            login("eva").suggest(name="ang")


class ChangesTest(SuggestTestCase):
    """What was written counts for the next call, of every client and process."""

    def test_what_changes(self):
        ana, ben = self.person("ana", "Ana Costa"), self.person("ben", "Ben Costa")
        other = self.open(realms=REALMS)
        self.assertEqual(self.found(other, name="costa"), ["ben", "ana"])
        other.disable(uid=ben)
        self.assertEqual(self.found(name="costa"), ["ana"])
        self.client.enable(uid=ben)
        self.person("ana", "Ana Silva")
        self.assertEqual(self.found(other, name="costa"), ["ben"])
        self.assertEqual(self.found(other), ["ana", "ben"])
        support.run_python(
            "import os, userprofile\n"
            "with userprofile.open(os.environ['STORE']) as client:\n"
            "    client.disable(uid=os.environ['ANA'])\n",
            STORE=self.path,
            ANA=ana,
        )
        self.assertEqual(self.found(), ["ben"])

    def test_the_index_stays(self):
        self.person("ana", "Ana Costa")
        self.client.close()
        with support.open_store(self.path) as client:
            self.assertEqual(self.found(client, name="cos"), ["ana"])


class CheckTest(SuggestTestCase):
    def test_a_store_that_is_sound(self):
        empty = self.client.check()
        self.assertEqual(list(empty), ["profiles", "postings", "differences"])
        self.assertEqual(empty["profiles"], 0)
        for n in range(300):
            uid = self.person(f"ana{n}", f"Ana {chr(97 + n % 26)}costa")
            if n % 7 == 0:
                self.client.disable(uid=uid)
        checked = self.client.check()
        self.assertEqual(checked["profiles"], 300)
        self.assertGreater(checked["postings"], empty["postings"])
        self.assertEqual(checked["differences"], {"count": 0, "details": []})
        self.assertEqual(self.client.suggest()["total"]["value"], 300 - 43)

    def test_who_may(self):
        self.client.put_user(username="ana", password="secret-1", roles=["viewer"])
        with self.client.login(username="ana", password="secret-1") as ana:
            with self.assertRaises(userprofile.AuthorizationError):
                ana.check()
