"""Which library is loaded, and what is said when none can be."""

import os
import shutil
import subprocess
import tempfile
import unittest
from pathlib import Path

import support
from userprofile import _ffi


def compile_library(path, source):
    compiler = shutil.which("cc")
    if compiler is None:
        raise AssertionError("this test needs a C compiler named cc")
    arguments = [compiler, "-shared", "-fPIC", "-x", "c", "-", "-o", str(path)]
    subprocess.run(arguments, input=source, text=True, check=True)


class LibraryTest(unittest.TestCase):
    def setUp(self):
        directory = tempfile.TemporaryDirectory()
        self.addCleanup(directory.cleanup)
        self.directory = Path(directory.name)

    def imported(self, package=support.PACKAGE, **environment):
        """Import the package in a new process: the path that was loaded, or the error."""
        program = (
            "try:\n"
            "    import userprofile\n"
            "except ImportError as error:\n"
            "    print(error)\n"
            "else:\n"
            "    print(next(line.split()[-1] for line in open('/proc/self/maps')\n"
            "               if 'libuserprofile' in line))\n"
        )
        return support.run_python(program, PYTHONPATH=str(package), **environment).strip()

    def package_with_library(self):
        package = self.directory / "package"
        shutil.copytree(support.PACKAGE / "userprofile", package / "userprofile")
        library = package / "userprofile" / "_lib" / _ffi.FILE_NAME
        library.parent.mkdir()
        shutil.copyfile(support.library_path(), library)
        return package, library

    def test_the_named_library_comes_first(self):
        package, _ = self.package_with_library()
        named = os.path.realpath(support.library_path())
        self.assertEqual(self.imported(package, USERPROFILE_LIBRARY=named), named)

    def test_the_packaged_library_comes_next(self):
        package, library = self.package_with_library()
        self.assertEqual(self.imported(package, USERPROFILE_LIBRARY=""), str(library))

    def test_the_library_of_the_system_comes_last(self):
        library = self.directory / _ffi.FILE_NAME
        shutil.copyfile(support.library_path(), library)
        loaded = self.imported(USERPROFILE_LIBRARY="", LD_LIBRARY_PATH=str(self.directory))
        self.assertEqual(loaded, str(library))

    def test_every_path_tried_is_named(self):
        package, library = self.package_with_library()
        library.write_bytes(b"not a library")
        error = self.imported(package, USERPROFILE_LIBRARY="")
        self.assertIn(f"\n  {library}: ", error)
        self.assertIn(f"\n  {_ffi.FILE_NAME}: ", error)

    def test_a_named_library_that_is_not_there_is_not_replaced(self):
        package, library = self.package_with_library()
        error = self.imported(package, USERPROFILE_LIBRARY="/nowhere/lib.so")
        self.assertIn("/nowhere/lib.so: cannot open", error)
        self.assertNotIn(str(library), error)

    def test_another_version_is_refused(self):
        library = self.directory / "libuserprofile-other.so"
        compile_library(library, 'const char *userprofile_version(void) { return "9.8.7"; }')
        error = self.imported(USERPROFILE_LIBRARY=str(library))
        self.assertIn(f"{library}: is version 9.8.7, and this package needs {_ffi.ABI}", error)

    def test_another_patch_is_accepted(self):
        library = self.directory / "libuserprofile-patch.so"
        functions = "".join(
            f"void {name}(void) {{}}\n" for name in _ffi.PROTOTYPES if "version" not in name
        )
        version = f'const char *userprofile_version(void) {{ return "{_ffi.ABI}.99"; }}\n'
        compile_library(library, version + functions)
        self.assertEqual(self.imported(USERPROFILE_LIBRARY=str(library)), str(library))

    def test_a_library_without_a_function_is_refused(self):
        library = self.directory / "libuserprofile-old.so"
        source = f'const char *userprofile_version(void) {{ return "{_ffi.VERSION}"; }}'
        compile_library(library, source)
        self.assertIn("userprofile_open", self.imported(USERPROFILE_LIBRARY=str(library)))

    def test_only_one_module_knows_ctypes(self):
        for path in (support.PACKAGE / "userprofile").glob("*.py"):
            knows = "import ctypes" in path.read_text(encoding="utf-8")
            self.assertEqual(knows, path.name == "_ffi.py", path.name)
