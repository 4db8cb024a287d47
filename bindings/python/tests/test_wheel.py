"""The wheel: built both ways, looked into, and installed where there is nothing else."""

import importlib.util
import os
import re
import subprocess
import sys
import sysconfig
import tempfile
import unittest
import venv
import zipfile
from pathlib import Path

import support
import userprofile
from userprofile import _ffi

FIVE_LINES = """
import userprofile
with userprofile.open(":temporary:") as profiles:
    profiles.put_user(username="ana", password="secret-1", roles=["editor"])
    profile = profiles.activate(grant_type="password", username="ana", password="secret-1")
    print(userprofile.__file__, profile["user"]["username"])
"""


def run(arguments, environment=None):
    done = subprocess.run(
        list(map(str, arguments)),
        env=environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    if done.returncode != 0:
        raise AssertionError(f"{arguments} failed\n{done.stdout}")
    return done.stdout


def environment(**changes):
    """This process's, without what would lead to the sources and the library under test."""
    kept = {
        name: value
        for name, value in os.environ.items()
        if name not in ("PYTHONPATH", "USERPROFILE_LIBRARY")
    }
    return {**kept, **changes}


class WheelTest(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        for tool in ("pip", "hatchling"):
            if importlib.util.find_spec(tool) is None:
                raise AssertionError(f"{tool} is missing: python3 -m pip install {tool}")

    def setUp(self):
        directory = tempfile.TemporaryDirectory()
        self.addCleanup(directory.cleanup)
        self.directory = Path(directory.name)

    def pip(self, *arguments, **changes):
        fixed = ["--disable-pip-version-check", "--no-input"]
        return run([sys.executable, "-m", "pip", *fixed, *arguments], environment(**changes))

    def wheel(self, **changes):
        options = ["--no-deps", "--no-build-isolation", "--no-index"]
        target = ["--wheel-dir", self.directory / "wheels"]
        self.pip("wheel", *options, *target, support.PACKAGE, **changes)
        (wheel,) = (self.directory / "wheels").iterdir()
        return wheel

    def install_and_run(self, wheel):
        home = self.directory / "venv"
        venv.create(home, with_pip=False)
        python = home / "bin" / "python"
        self.pip("--python", python, "install", "--no-index", "--no-deps", wheel)
        module, username = run([python, "-I", "-c", FIVE_LINES], environment()).split()
        self.assertTrue(module.startswith(str(home)), module)
        self.assertEqual(username, "ana")

    def test_with_the_library_that_is_named(self):
        wheel = self.wheel(USERPROFILE_LIBRARY=os.path.abspath(support.library_path()))
        platform = re.sub(r"[-.]", "_", sysconfig.get_platform())
        self.assertEqual(
            wheel.name, f"userprofile-{userprofile.__version__}-py3-none-{platform}.whl"
        )
        with zipfile.ZipFile(wheel) as archive:
            names = set(archive.namelist())
            library = archive.read(f"userprofile/_lib/{_ffi.FILE_NAME}")
            information = f"userprofile-{userprofile.__version__}.dist-info"
            metadata = archive.read(f"{information}/METADATA").decode()
            tags = archive.read(f"{information}/WHEEL").decode()
        self.assertEqual(library, Path(support.library_path()).read_bytes())
        sources = {path.name for path in (support.PACKAGE / "userprofile").glob("*.py")}
        expected = {f"userprofile/{name}" for name in sources | {"py.typed"}}
        expected.add(f"userprofile/_lib/{_ffi.FILE_NAME}")
        expected.add("userprofile/_lib/LICENSE")
        self.assertEqual({name for name in names if not name.startswith(information)}, expected)
        self.assertIn("License-Expression: MIT OR Apache-2.0\n", metadata)
        self.assertIn("Requires-Python: >=3.9\n", metadata)
        self.assertNotIn("Requires-Dist", metadata)
        self.assertIn("Root-Is-Purelib: false\n", tags)
        self.install_and_run(wheel)

    def test_with_the_library_that_cargo_builds(self):
        self.install_and_run(self.wheel())

    def test_a_source_distribution_is_refused(self):
        arguments = [sys.executable, "-m", "hatchling", "build", "-t", "sdist"]
        built = subprocess.run(
            [*arguments, "-d", str(self.directory)],
            cwd=support.PACKAGE,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )
        self.assertNotEqual(built.returncode, 0)
        self.assertIn("wheels only", built.stdout)
        self.assertEqual(list(self.directory.iterdir()), [])
