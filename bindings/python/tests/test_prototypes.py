"""The prototype table of the package is the header, function by function and type by type."""

import ctypes
import re
import unittest

import support
from userprofile import _ffi

C_TYPES = {
    "void": None,
    "void *": ctypes.c_void_p,
    "const char *": ctypes.c_char_p,
    "int32_t": ctypes.c_int32,
    "int64_t": ctypes.c_int64,
    "size_t": ctypes.c_size_t,
    "userprofile *": ctypes.c_void_p,
    "const userprofile *": ctypes.c_void_p,
    "userprofile **": ctypes.POINTER(ctypes.c_void_p),
    "userprofile_json *": ctypes.POINTER(_ffi.Json),
    "userprofile_answer *": ctypes.c_void_p,
}
CALLBACK = re.compile(r"(?P<result>.+?)\(\s*\*\s*\w*\s*\)\s*\((?P<arguments>.*)\)")
FUNCTION = re.compile(r"(?P<result>[\w\s*]+?)\b(?P<name>userprofile_\w+)\s*\((?P<arguments>.*)\)")


def declarations(header):
    """What is declared, one string each, without comments, macros and the C++ guard."""
    text = re.sub(r"/\*.*?\*/|//[^\n]*", " ", header, flags=re.S)
    text = re.sub(r"^\s*#(?:.*\\\n)*.*$", "", text, flags=re.M)
    text = re.sub(r'extern\s+"C"\s*\{|\bstruct\s', "", text)
    return [" ".join(part.split()) for part in re.sub(r"\{[^{}]*\}", "{}", text).split(";")]


def functions(header):
    found = {}
    for declaration in declarations(header):
        match = FUNCTION.fullmatch(declaration)
        if match and "typedef" not in declaration:
            found[match["name"]] = (
                ctypes_of(match["result"]),
                tuple(map(ctypes_of, split(match["arguments"]))),
            )
    return found


def split(arguments):
    """Arguments at the top-level commas; `(void)` has none."""
    parts, depth = [""], 0
    for character in arguments:
        depth += {"(": 1, ")": -1}.get(character, 0)
        if character == "," and depth == 0:
            parts.append("")
        else:
            parts[-1] += character
    return [] if parts[-1].strip() in ("", "void") else parts


def ctypes_of(declarator):
    """The ctypes type for a C type, with or without the name of a parameter."""
    callback = CALLBACK.fullmatch(declarator.strip())
    if callback:  # Python would take a c_char_p that comes in for text up to the first NUL
        arguments = map(ctypes_of, split(callback["arguments"]))
        pointers = tuple(ctypes.c_void_p if a is ctypes.c_char_p else a for a in arguments)
        return (ctypes_of(callback["result"]), pointers)
    base, stars = re.fullmatch(r"\s*((?:const\s+)?\w+)([\s*]*)\w*\s*", declarator).groups()
    stars = stars.replace(" ", "")
    return C_TYPES[" ".join(base.split()) + (" " + stars if stars else "")]


def described(kind):
    """A callback's type by its parts, as `ctypes_of` gives it."""
    if isinstance(kind, type) and issubclass(kind, ctypes._CFuncPtr):
        return (kind._restype_, kind._argtypes_)
    return kind


class PrototypesTest(unittest.TestCase):
    def setUp(self):
        self.header = support.HEADER.read_text(encoding="utf-8")
        self.declared = functions(self.header)

    def test_every_function_is_there_both_ways(self):
        self.assertEqual(set(self.declared), set(_ffi.PROTOTYPES))

    def test_every_prototype_is_that_of_the_header(self):
        for name, (result, arguments) in _ffi.PROTOTYPES.items():
            with self.subTest(name):
                self.assertEqual((result, tuple(map(described, arguments))), self.declared[name])

    def test_the_answer_has_the_layout_of_the_header(self):
        match = re.search(r"struct userprofile_json\s*\{(.*?)\}", self.header, flags=re.S)
        members = re.sub(r"/\*.*?\*/|//[^\n]*", " ", match[1], flags=re.S)
        self.assertEqual(" ".join(members.split()), "char *data; size_t len;")
        self.assertEqual([name for name, _ in _ffi.Json._fields_], ["data", "len"])

    def test_the_version_is_that_of_the_header(self):
        self.assertIn(f'#define USERPROFILE_VERSION "{_ffi.VERSION}"', self.header)

    def test_calls_release_the_gil(self):
        python_api = 4  # FUNCFLAG_PYTHONAPI: ctypes.PyDLL, which keeps the GIL
        for name, function in _ffi._FUNCTIONS.items():
            self.assertFalse(type(function)._flags_ & python_api, name)

    def test_the_parser_sees_differences(self):
        parsed = functions(
            "/* f(void); */ int32_t userprofile_f(const struct userprofile *handle,\n"
            "const char *request, size_t len, userprofile **out,\n"
            "int64_t (*now_ms)(void *user_data), void *user_data); void userprofile_g(void);"
        )
        callback = (ctypes.c_int64, (ctypes.c_void_p,))
        expected = (
            ctypes.c_int32,
            (
                ctypes.c_void_p,
                ctypes.c_char_p,
                ctypes.c_size_t,
                ctypes.POINTER(ctypes.c_void_p),
                callback,
                ctypes.c_void_p,
            ),
        )
        self.assertEqual(parsed, {"userprofile_f": expected, "userprofile_g": (None, ())})
        with self.assertRaises(KeyError):
            ctypes_of("userprofile_json **response")
