"""The file realm: users and roles from files that change while the store is open."""

import logging
import os
from pathlib import Path

import bcrypt

import support
import userprofile


def hashed(password):
    return bcrypt.hashpw(password.encode(), bcrypt.gensalt(4)).decode()


class FileRealmTest(support.StoreTestCase):
    def setUp(self):
        super().setUp()
        self.users = Path(self.path).with_name("users")
        self.roles = Path(self.path).with_name("users_roles")
        self.users.write_text(f"# people\n\nana:{hashed('file-secret')}\n")
        self.roles.write_text("editor:ana,ben\nviewer: ana\n")
        files = {"users": str(self.users), "users_roles": str(self.roles)}
        self.realms = {"file": {"file1": {"order": 0, "files": files}}}
        self.client = self.open(realms=self.realms)

    def activate(self, username, password="file-secret"):
        return self.client.activate(grant_type="password", username=username, password=password)

    def refused(self, username, password):
        with self.assertRaises(userprofile.AuthenticationError):
            self.activate(username, password)

    def replace(self, path, text):
        """As editors do it: another file takes the place, at once."""
        new = path.with_suffix(".new")
        new.write_text(text)
        os.replace(new, path)

    def test_users_and_their_roles(self):
        user = self.activate("ana")["user"]
        self.assertEqual(user["realm_name"], "file1")
        self.assertEqual(sorted(user["roles"]), ["editor", "viewer"])
        self.refused("ana", "wrong!")
        self.refused("ben", "file-secret")
        with self.client.login(username="ana", password="file-secret") as ana:
            self.assertEqual(ana.info["authentication_realm"], {"name": "file1", "type": "file"})

    def test_a_password_that_changes(self):
        uid = self.activate("ana")["uid"]
        self.replace(self.users, f"ana:{hashed('new-secret')}\n")
        self.refused("ana", "file-secret")
        self.assertEqual(self.activate("ana", "new-secret")["uid"], uid)

    def test_written_in_place_again_and_again(self):
        for turn in range(5):
            password = f"secret-{turn}"
            self.users.write_text(f"ana:{hashed(password)}\n")
            self.activate("ana", password)
            self.refused("ana", f"secret-{turn - 1}")

    def test_users_who_come_and_go(self):
        self.activate("ana")
        with self.client.login(username="ana", password="file-secret") as ana:
            self.replace(self.users, f"ben:{hashed('ben-secret')}\n")
            self.assertEqual(self.activate("ben", "ben-secret")["user"]["roles"], ["editor"])
            self.refused("ana", "file-secret")
            with self.assertRaises(userprofile.AuthenticationError):
                ana.authenticate()
        self.users.unlink()
        self.refused("ben", "ben-secret")

    def test_roles_that_change(self):
        self.activate("ana")
        self.replace(self.roles, "admin:ana\n")
        self.assertEqual(self.activate("ana")["user"]["roles"], ["admin"])
        self.roles.unlink()
        self.assertEqual(self.activate("ana")["user"]["roles"], [])

    def test_mapped_roles(self):
        self.client.put_role_mapping(
            name="m", roles=["mapped"], rules={"field": {"realm.name": "file1"}}
        )
        self.assertEqual(self.activate("ana")["user"]["roles"][-1], "mapped")

    def test_a_bad_line_harms_nobody_else_and_is_logged_without_its_hash(self):
        self.client.set_logger(logging.getLogger("profiles").log)
        broken = hashed("x")[:-3] + "!!!"
        self.replace(self.users, f"ana:{hashed('file-secret')}\nben:{broken}\nno colon\n")
        with self.assertLogs("profiles", logging.WARNING) as logs:
            self.activate("ana")
            self.refused("ben", "x")
        self.assertNotIn(broken, str(logs.output))

    def test_the_files_of_the_store_are_the_default(self):
        with support.open_store(
            self.path + "2", realms={"file": {"file1": {"order": 0}}}
        ) as client:
            self.client = client
            self.refused("ana", "file-secret")
            folder = Path(self.path + "2")
            (folder / "users").write_text(self.users.read_text())
            (folder / "users_roles").write_text(self.roles.read_text())
            self.assertEqual(self.activate("ana")["user"]["realm_name"], "file1")

    def test_one_person_in_two_realms_of_a_domain(self):
        config = {
            "realms": {**self.realms, "native": {"native1": {"order": 1}}},
            "domains": {"people": {"realms": ["file1", "native1"]}},
        }
        self.client.close()
        self.client = self.open(**config)
        self.put_user(self.client, "ana")
        by_file, by_native = self.activate("ana"), self.activate("ana", "secret-1")
        self.assertEqual(by_file["uid"], by_native["uid"])
        self.assertEqual(by_file["user"]["realm_domain"], "people")
        self.assertEqual(by_native["user"]["realm_name"], "native1")
