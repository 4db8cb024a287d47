"""What is written about the package is true: its examples run, and its types hold."""

import doctest
import importlib.util
import os
import subprocess
import sys
import unittest

import support
import userprofile


def run_examples(test, name, text):
    examples = doctest.DocTestParser().get_doctest(text, {}, name, name, 0)
    test.assertGreaterEqual(len(examples.examples), 2, f"{name} has no examples")
    said = []
    results = doctest.DocTestRunner().run(examples, out=said.append)
    test.assertEqual(results.failed, 0, "".join(said))


class ExamplesTest(unittest.TestCase):
    def test_readme_of_the_package(self):
        readme = (support.PACKAGE / "README.md").read_text(encoding="utf-8")
        run_examples(self, "README.md", readme)

    def test_docstring_of_the_package(self):
        run_examples(self, "userprofile", userprofile.__doc__)


class TypesTest(unittest.TestCase):
    def test_mypy_strict(self):
        if importlib.util.find_spec("mypy") is None:
            raise AssertionError("mypy is missing: python3 -m pip install mypy")
        arguments = [sys.executable, "-m", "mypy", "--strict", "--cache-dir", os.devnull]
        checked = subprocess.run(
            [*arguments, str(support.PACKAGE / "userprofile")],
            cwd=support.PACKAGE,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )
        self.assertEqual(checked.returncode, 0, checked.stdout)
