"""Roles and privileges through the methods, who may do what, and clients that may not."""

import base64
import json
import types

import support
import userprofile

EDIT = {"application": "wiki", "privileges": ["edit"], "resources": ["space/home"]}
TO_EDIT = {"application": [EDIT]}


class AccessTestCase(support.StoreTestCase):
    def setUp(self):
        super().setUp()
        self.client = self.open()

    def allow(self, role, **members):
        return self.client.put_role(name=role, **members)

    def allow_editing(self, role, resources=("space/*",)):
        self.allow(role, applications=[{**EDIT, "resources": resources}])

    def person(self, username, *roles):
        """Activates a user, and returns the uid."""
        self.client.put_user(username=username, password="secret-1", roles=roles)
        return self.activate(self.client, username)["uid"]

    def login(self, username, *roles):
        self.client.put_user(username=username, password="secret-1", roles=roles)
        client = self.client.login(username=username, password="secret-1")
        self.addCleanup(client.close)
        return client

    def refused(self, kind, use, **arguments):
        with self.assertRaises(kind) as caught:
            use(**arguments)
        return caught.exception


class RoleTest(AccessTestCase):
    def test_every_member_comes_back(self):
        created = self.allow(
            "author",
            cluster=["monitor", "cluster:admin/x*"],
            indices=[
                {
                    "names": ["logs-*", "/a|b/"],
                    "privileges": ["read"],
                    "field_security": {"grant": ["*"], "except": ["secret"]},
                    "query": {"term": {"public": True}},
                    "allow_restricted_indices": True,
                }
            ],
            applications=[{"application": "wiki*", "privileges": ["edit"], "resources": ["*"]}],
            global_={"profile": {"write": {"applications": ["wiki*"]}}},
            run_as=["ana"],
            metadata={"version": 1, "none": None},
            description="Writes",
            remote_indices=[{"names": ["a"], "privileges": ["read"], "clusters": ["far"]}],
            remote_cluster=[{"privileges": ["monitor_enrich"], "clusters": ["far"]}],
            refresh="wait_for",
        )
        self.assertEqual(created, {"role": {"created": True}})
        role = self.client.get_role(name="author")["author"]
        self.assertEqual(
            list(role),
            [
                "cluster",
                "global",
                "indices",
                "applications",
                "run_as",
                "metadata",
                "transient_metadata",
                "remote_indices",
                "remote_cluster",
                "description",
            ],
        )
        self.assertEqual(
            role["indices"],
            [
                {
                    "names": ["logs-*", "/a|b/"],
                    "privileges": ["read"],
                    "field_security": {"grant": ["*"], "except": ["secret"]},
                    "query": '{"term":{"public":true}}',
                    "allow_restricted_indices": True,
                }
            ],
        )
        self.assertEqual(role["global"]["profile"], {"write": {"applications": ["wiki*"]}})
        self.assertEqual(role["metadata"], {"version": 1, "none": None})
        self.assertEqual(role["remote_indices"][0]["clusters"], ["far"])
        self.assertEqual(
            self.client.call("put_role", {"name": "author", **role}), {"role": {"created": False}}
        )
        self.assertEqual(self.client.get_role(name="author"), {"author": role})

    def test_what_is_not_given_is_not_kept(self):
        self.allow("author", cluster=["all"], run_as=["*"], metadata={"k": 1}, description="d")
        self.allow("author", cluster=None, run_as=None, metadata=None, transient_metadata={})
        self.assertEqual(
            self.client.get_role(name="author")["author"],
            {
                "cluster": [],
                "indices": [],
                "applications": [],
                "run_as": [],
                "metadata": {},
                "transient_metadata": {"enabled": True},
            },
        )

    def test_any_mapping_and_any_sequence(self):
        entry = types.MappingProxyType({"names": ("a", "b"), "privileges": ("read",)})
        self.allow("author", cluster=("monitor",), indices=(entry,))
        role = self.client.get_role()["author"]
        self.assertEqual(role["cluster"], ["monitor"])
        self.assertEqual(role["indices"][0]["names"], ["a", "b"])

    def test_by_name(self):
        for name in ("one", "two"):
            self.allow(name)
        for names in (["two", "one", "none"], "one,two", ("one", "two")):
            self.assertEqual(list(self.client.get_role(name=names)), ["one", "two"])
        everything = self.client.get_role()
        self.assertLessEqual({"one", "two", "superuser", "viewer"}, set(everything))
        self.assertEqual(self.client.delete_role(name="one", refresh=False), {"found": True})
        for use in (self.client.get_role, self.client.delete_role):
            self.refused(userprofile.NotFoundError, use, name="one")

    def test_built_in_roles_stay(self):
        self.refused(userprofile.BadRequestError, self.client.put_role, name="superuser")
        self.refused(userprofile.BadRequestError, self.client.delete_role, name="superuser")

    def test_what_is_not_valid(self):
        entry = {"names": ["a"], "privileges": ["read"]}
        for members in (
            {"cluster": ["nonsense"]},
            {"cluster": "monitor"},
            {"indices": entry},
            {"indices": [{**entry, "names": ["/(/"]}]},
            {"indices": [{"names": ["a"]}]},
            {"global_": {"nonsense": {}}},
            {"metadata": {"_k": 1}},
            {"description": "x" * 1001},
        ):
            with self.subTest(members):
                self.refused(userprofile.BadRequestError, self.allow, role="author", **members)
        self.refused(userprofile.NotFoundError, self.client.get_role, name="author")

    def test_too_large(self):
        big = {"text": "x" * (1 << 20)}
        self.refused(userprofile.TooLargeError, self.allow, role="author", metadata=big)


class PrivilegesTest(AccessTestCase):
    def put(self, *names):
        privileges = {name: {"actions": [f"page:{name}"]} for name in names}
        return self.client.put_privileges(privileges={"wiki": privileges})

    def test_put_get_delete(self):
        self.assertEqual(self.put("edit"), {"wiki": {"edit": {"created": True}}})
        self.assertEqual(
            self.put("view", "edit"),
            {"wiki": {"view": {"created": True}, "edit": {"created": False}}},
        )
        edit = {
            "application": "wiki",
            "name": "edit",
            "actions": ["page:edit"],
            "metadata": {},
        }
        get = self.client.get_privileges
        self.assertEqual(get(application="wiki", name="edit"), {"wiki": {"edit": edit}})
        for arguments in (
            {},
            {"application": "wi*"},
            {"name": ["view", "edit"], "application": "wiki"},
        ):
            self.assertEqual(list(get(**arguments)["wiki"]), ["edit", "view"])
        self.assertEqual(
            self.client.delete_privileges(application="wiki", name="edit,none"),
            {"wiki": {"edit": {"found": True}, "none": {"found": False}}},
        )
        error = self.refused(
            userprofile.NotFoundError,
            self.client.delete_privileges,
            application="wiki",
            name=["edit"],
            refresh=True,
        )
        self.assertEqual(error.body, {"wiki": {"edit": {"found": False}}})
        error = self.refused(userprofile.NotFoundError, get, application="other")
        self.assertEqual((error.body, error.type), ({}, None))

    def test_metadata(self):
        privilege = {"actions": ["page:edit"], "metadata": {"n": None, "u": "\u4e16"}}
        self.client.put_privileges(privileges={"wiki": {"edit": privilege}}, refresh=False)
        read = self.client.get_privileges()["wiki"]["edit"]
        self.assertEqual(read["metadata"], privilege["metadata"])

    def test_what_is_not_valid(self):
        good = {"actions": ["page:edit"]}
        for privileges in (
            {"WIKI": {"edit": good}},
            {"wiki": {"Edit": good}},
            {"wiki": {"edit": {"actions": ["edit"]}}},
            {"wiki": {"edit": {"actions": []}}},
            {"wiki": {"edit": {**good, "name": "view"}}},
        ):
            with self.subTest(privileges):
                self.refused(
                    userprofile.BadRequestError, self.client.put_privileges, privileges=privileges
                )
        self.assertEqual(self.client.get_privileges(), {})


class HasPrivilegesTest(AccessTestCase):
    def setUp(self):
        super().setUp()
        self.client.put_privileges(privileges={"wiki": {"edit": {"actions": ["page:edit"]}}})
        self.allow_editing("author")
        self.ana, self.ben = self.person("ana", "author"), self.person("ben", "reader")

    def has(self, uids, privileges=TO_EDIT):
        return self.client.has_privileges(uids=uids, privileges=privileges)

    def test_who_of_these_people(self):
        eva = self.person("eva", "author", "reader")
        for uids in ([eva, self.ben, self.ana, eva], (eva, self.ana), [eva, self.ana]):
            self.assertEqual(self.has(uids), {"has_privilege_uids": [eva, self.ana]})
        self.assertEqual(self.has(self.ana), {"has_privilege_uids": [self.ana]})
        self.assertEqual(self.has(self.ben), {"has_privilege_uids": []})

    def test_all_that_is_asked_must_be_there(self):
        self.allow(
            "logs", cluster=["monitor"], indices=[{"names": ["logs-*"], "privileges": ["read"]}]
        )
        both = self.person("eva", "author", "logs")
        logs = {"names": ["logs-2024*"], "privileges": ["read"]}
        everything = {**TO_EDIT, "cluster": ["monitor"], "index": [logs]}
        self.assertEqual(self.has([self.ana, both], everything)["has_privilege_uids"], [both])
        more = {**everything, "index": [{**logs, "privileges": ["read", "write"]}]}
        self.assertEqual(self.has([self.ana, both], more)["has_privilege_uids"], [])

    def test_uids_that_cannot_be_checked(self):
        self.client.disable(uid=self.ben)
        answer = self.has([self.ana, self.ben, "u_nobody_0"])
        self.assertEqual(answer["has_privilege_uids"], [self.ana])
        missing = {"type": "resource_not_found_exception", "reason": "profile document not found"}
        self.assertEqual(answer["errors"], {"count": 1, "details": {"u_nobody_0": missing}})
        answer = self.has(self.ana, {"cluster": ["nonsense"]})
        self.assertEqual(answer["has_privilege_uids"], [])
        self.assertIn("[nonsense]", answer["errors"]["details"][self.ana]["reason"])

    def test_what_is_not_valid(self):
        for uids, privileges in (
            ([], TO_EDIT),
            ([self.ana], {}),
            ([self.ana], {"cluster": []}),
            ([self.ana], {"nonsense": []}),
            ([self.ana], {"index": [{"names": [], "privileges": ["read"]}]}),
            ([self.ana], {"application": [{**EDIT, "application": "wi*"}]}),
        ):
            with self.subTest((uids, privileges)):
                self.refused(
                    userprofile.BadRequestError, self.has, uids=uids, privileges=privileges
                )

    def test_ten_thousand_people(self):
        client = support.open_store(
            ":temporary:",
            durability="none",
            realms={"external": {"sso": {"order": 0}}},
        )
        self.addCleanup(client.close)
        client.put_role(name="author", applications=[{**EDIT, "privileges": ["*"]}])
        realm = {"name": "sso", "type": "external"}
        uids = []
        for number in range(10_000):
            user = {
                "username": f"user{number}",
                "roles": ["author"] if number % 2 else ["reader"],
                "authentication_realm": realm,
            }
            profile = client.activate(grant_type="authentication", authentication=user)
            uids.append(profile["uid"])
        answer = client.has_privileges(uids=uids, privileges=TO_EDIT)
        self.assertEqual(answer, {"has_privilege_uids": uids[1::2]})
        unknown = [f"u_{number:05}_0" for number in range(10_000)]
        answer = client.has_privileges(uids=unknown, privileges=TO_EDIT)
        self.assertEqual(answer["has_privilege_uids"], [])
        self.assertEqual(answer["errors"]["count"], 10_000)
        self.assertEqual(list(answer["errors"]["details"]), unknown)


class OwnPrivilegesTest(AccessTestCase):
    def test_of_a_user(self):
        self.allow_editing("author")
        ana = self.login("ana", "author")
        for user in (None, "ana"):
            self.assertEqual(
                ana.user_has_privileges(user=user, cluster=["monitor"], application=[EDIT]),
                {
                    "username": "ana",
                    "has_all_requested": False,
                    "cluster": {"monitor": False},
                    "index": {},
                    "application": {"wiki": {"space/home": {"edit": True}}},
                },
            )
        self.refused(
            userprofile.BadRequestError, ana.user_has_privileges, user="ben", cluster=["monitor"]
        )
        self.refused(userprofile.BadRequestError, ana.user_has_privileges)
        self.assertEqual(
            ana.get_user_privileges(),
            {
                "cluster": [],
                "global": [],
                "indices": [],
                "applications": [{**EDIT, "resources": ["space/*"]}],
                "run_as": [],
            },
        )

    def test_of_the_host(self):
        index = {"names": "logs", "privileges": ["all"]}
        answer = self.client.user_has_privileges(cluster=["all"], index=[index])
        self.assertEqual(answer["has_all_requested"], True)
        self.assertEqual(answer["index"], {"logs": {"all": True}})
        self.assertEqual(self.client.get_user_privileges()["cluster"], ["all"])


class RestrictedTest(AccessTestCase):
    """A client of a login does what the roles of its user allow, as they are now."""

    def test_a_user_without_roles(self):
        nobody = self.login("nobody")
        for use, arguments in (
            (nobody.put_role, {"name": "mine", "cluster": ["all"]}),
            (nobody.get_role, {}),
            (nobody.delete_role, {"name": "mine"}),
            (nobody.put_privileges, {"privileges": {"wiki": {"e": {"actions": ["a:b"]}}}}),
            (nobody.get_privileges, {}),
            (nobody.delete_privileges, {"application": "wiki", "name": "e"}),
            (nobody.has_privileges, {"uids": "u_nobody_0", "privileges": {"cluster": ["all"]}}),
        ):
            with self.subTest(use.__name__):
                error = self.refused(userprofile.AuthorizationError, use, **arguments)
                self.assertEqual(error.type, "security_exception")
                self.assertIn(
                    "is unauthorized for user [nobody] with effective roles []", str(error)
                )
        self.refused(userprofile.NotFoundError, self.client.get_role, name="mine")
        self.assertEqual(self.client.get_privileges(), {})
        self.assertEqual(nobody.user_has_privileges(cluster=["monitor"])["username"], "nobody")
        self.assertEqual(nobody.get_user_privileges()["cluster"], [])

    def test_a_role_that_changes_counts_for_the_next_call(self):
        self.allow("operator", cluster=["read_security"])
        operator, other = self.login("ana", "operator"), self.open()
        for client in (self.client, other):
            self.assertIn("operator", operator.get_role())
            client.put_role(name="operator", cluster=["monitor"])
            self.refused(userprofile.AuthorizationError, operator.get_role)
            client.put_role(name="operator", cluster=["read_security"])
        self.assertIn("operator", operator.get_role())
        other.delete_role(name="operator")
        self.refused(userprofile.AuthorizationError, operator.get_role)

    def test_a_role_that_another_process_revokes(self):
        self.allow("operator", cluster=["read_security"])
        operator = self.login("ana", "operator")
        self.assertIn("operator", operator.get_role())
        support.run_python(
            "import os, userprofile\n"
            "with userprofile.open(os.environ['STORE']) as client:\n"
            "    client.delete_role(name='operator')\n",
            STORE=self.path,
        )
        self.refused(userprofile.AuthorizationError, operator.get_role)

    def test_a_role_taken_from_a_user_counts_for_the_next_call(self):
        self.allow("operator", cluster=["read_security"])
        operator = self.login("ana", "operator")
        self.assertIn("operator", operator.get_role())
        self.client.put_user(username="ana", roles=["reader"])
        self.refused(userprofile.AuthorizationError, operator.get_role)

    def test_writing_below_some_names_only(self):
        write = {"profile": {"write": {"applications": ["wiki*"]}}}
        self.allow("writer", global_=write)
        writer, uid = self.login("ana", "writer"), self.person("ben")
        writer.update_data(uid=uid, data={"wiki": {"theme": "dark"}}, labels={"wiki2": {"k": 1}})
        for members in ({"data": {"wiki": 1, "kibana": 1}}, {"labels": {"kibana": 1}}):
            self.refused(userprofile.AuthorizationError, writer.update_data, uid=uid, **members)
        profile = self.client.get(uid=uid, data="*")["profiles"][0]
        self.assertEqual(profile["data"], {"wiki": {"theme": "dark"}})
        self.assertEqual(profile["labels"], {"wiki2": {"k": 1}})

    def test_ones_own_password(self):
        ana = self.login("ana")
        self.assertEqual(ana.change_password(password="secret-2"), {})
        with self.client.login(username="ana", password="secret-2") as again:
            self.assertEqual(again.info["username"], "ana")
        self.refused(
            userprofile.AuthorizationError, ana.change_password, username="ben", password="secret-2"
        )


class RunAsTest(AccessTestCase):
    def test_act_as_another_user(self):
        self.allow("assistant", run_as=["ben"])
        ana = self.login("ana", "assistant")
        self.person("ben", "reader")
        self.person("eva")

        def who(client, user, **headers):
            headers["ES-Security-RunAs-User"] = user
            return client.rest("GET", "/_security/_authenticate", headers=headers)

        basic = "Basic " + base64.b64encode(b"ana:secret-1").decode()
        for client, headers in ((ana, {}), (self.client, {"authorization": basic})):
            self.assertEqual(who(client, "ben", **headers)["username"], "ben")
            for other in ("eva", "nobody"):
                with self.assertRaises(userprofile.AuthorizationError) as caught:
                    who(client, other, **headers)
                self.assertIn(
                    f"user [ana] is unauthorized to run as [{other}]", str(caught.exception)
                )
        self.assertEqual(who(self.client, "eva")["username"], "eva")


class RawTest(AccessTestCase):
    def test_aliases_go_through_call(self):
        request = {"name": "author", "index": [], "application": []}
        self.assertEqual(self.client.call("put_role", json.dumps(request))["role"]["created"], True)
        asked = {"cluster": ["all"], "applications": []}
        self.assertTrue(self.client.call("user_has_privileges", asked)["has_all_requested"])
