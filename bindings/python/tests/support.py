"""What the tests share: where things are, and stores that vanish."""

import os
import signal
import subprocess
import sys
import tempfile
import traceback
import unittest
from pathlib import Path

import userprofile

PACKAGE = Path(__file__).resolve().parents[1]
REPOSITORY = PACKAGE.parents[1]
HEADER = REPOSITORY / "include" / "userprofile.h"
START_MS = 1_700_000_000_000
FAST_HASHING = {"memory_kib": 8, "iterations": 1, "parallelism": 1}


def library_path():
    """The library under test. Tests that start other processes hand it on."""
    try:
        return os.environ["USERPROFILE_LIBRARY"]
    except KeyError:
        raise AssertionError("set USERPROFILE_LIBRARY to the library under test") from None


def open_store(path, **config):
    config.setdefault("password_hashing", FAST_HASHING)
    return userprofile.open(path, **config)


class StoreTestCase(unittest.TestCase):
    """Gives every test a directory of its own."""

    def setUp(self):
        directory = tempfile.TemporaryDirectory()
        self.addCleanup(directory.cleanup)
        self.path = os.path.join(directory.name, "store")

    def open(self, **config):
        client = open_store(self.path, **config)
        self.addCleanup(client.close)
        return client

    def put_user(self, client, username, **members):
        client.put_user(username=username, password="secret-1", roles=["editor"], **members)

    def activate(self, client, username):
        return client.activate(grant_type="password", username=username, password="secret-1")


def in_forked_child(body):
    """Run `body` in a forked child. Returns how the child ended: 0 when nothing was raised."""
    child = os.fork()
    if child == 0:
        code = 1
        try:
            signal.alarm(60)  # a child that hangs dies, and the test fails
            body()
            code = 0
        except BaseException:
            traceback.print_exc()
        finally:
            os._exit(code)
    return os.waitpid(child, 0)[1]


def run_python(program, **environment):
    """What `program` prints in a new interpreter."""
    done = subprocess.run(
        [sys.executable, "-c", program],
        env={**os.environ, **environment},
        capture_output=True,
        text=True,
    )
    if done.returncode != 0:
        raise AssertionError(done.stderr)
    return done.stdout
