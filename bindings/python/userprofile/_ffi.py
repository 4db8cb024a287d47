"""The C library: found, loaded, checked and called. No other module knows of ctypes or pointers."""

from __future__ import annotations

import atexit
import ctypes
import ctypes.util
import itertools
import logging
import os
import sys
import threading
import time
import traceback
import weakref
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Callable, Optional

from ._errors import ClosedError

VERSION = "0.1.0"
ABI = ".".join(VERSION.split(".")[:2])
FILE_NAME = (
    f"libuserprofile.{ABI}.dylib" if sys.platform == "darwin" else f"libuserprofile.so.{ABI}"
)
OPERATIONS = (
    "activate",
    "get",
    "suggest",
    "update_data",
    "enable",
    "disable",
    "put_user",
    "get_user",
    "delete_user",
    "change_password",
    "enable_user",
    "disable_user",
    "put_role_mapping",
    "get_role_mapping",
    "delete_role_mapping",
    "get_token",
    "invalidate_token",
    "put_role",
    "get_role",
    "delete_role",
    "put_privileges",
    "get_privileges",
    "delete_privileges",
    "has_privileges",
    "user_has_privileges",
    "get_user_privileges",
    "check",
    "authenticate",
    "rest",
)
LOG_LEVELS = {1: logging.ERROR, 2: logging.WARNING, 3: logging.INFO}
EXIT_PATIENCE = 10  # seconds

Answer = tuple[int, bytes]
Authenticate = Callable[[bytes], Optional[bytes]]


class Json(ctypes.Structure):
    """``userprofile_json``: an answer, owned by the library until ``userprofile_json_free``."""

    _fields_ = [("data", ctypes.c_void_p), ("len", ctypes.c_size_t)]


NOW_MS = ctypes.CFUNCTYPE(ctypes.c_int64, ctypes.c_void_p)
LOG = ctypes.CFUNCTYPE(None, ctypes.c_void_p, ctypes.c_int32, ctypes.c_void_p, ctypes.c_size_t)
AUTHENTICATE = ctypes.CFUNCTYPE(
    ctypes.c_int32, ctypes.c_void_p, ctypes.c_void_p, ctypes.c_size_t, ctypes.c_void_p
)
RELEASE = ctypes.CFUNCTYPE(None, ctypes.c_void_p)

_HANDLE = ctypes.c_void_p
_REQUEST = (ctypes.c_char_p, ctypes.c_size_t)
_NEW_HANDLE = ctypes.POINTER(_HANDLE)
_RESPONSE = ctypes.POINTER(Json)

PROTOTYPES: dict[str, tuple[Any, tuple[Any, ...]]] = {
    "userprofile_version": (ctypes.c_char_p, ()),
    "userprofile_open": (ctypes.c_int32, (*_REQUEST, _NEW_HANDLE, _RESPONSE)),
    "userprofile_login": (ctypes.c_int32, (_HANDLE, *_REQUEST, _NEW_HANDLE, _RESPONSE)),
    "userprofile_close": (None, (_HANDLE,)),
    "userprofile_json_free": (None, (_RESPONSE,)),
    "userprofile_set_clock": (ctypes.c_int32, (_HANDLE, NOW_MS, ctypes.c_void_p)),
    "userprofile_set_logger": (ctypes.c_int32, (_HANDLE, LOG, ctypes.c_void_p)),
    "userprofile_set_authenticator": (
        ctypes.c_int32,
        (_HANDLE, *_REQUEST, AUTHENTICATE, ctypes.c_void_p, RELEASE, _RESPONSE),
    ),
    "userprofile_answer_with": (None, (ctypes.c_void_p, *_REQUEST)),
    **{
        f"userprofile_{operation}": (ctypes.c_int32, (_HANDLE, *_REQUEST, _RESPONSE))
        for operation in OPERATIONS
    },
}


def _candidates() -> Iterator[str]:
    named = os.environ.get("USERPROFILE_LIBRARY")
    if named:  # whoever names a library wants no other
        yield named
        return
    yield str(Path(__file__).with_name("_lib") / FILE_NAME)
    yield ctypes.util.find_library("userprofile") or FILE_NAME


def _load(path: str) -> dict[str, Any]:
    """The functions of the library at `path`. They release the GIL while they run (``CDLL``)."""
    library = ctypes.CDLL(path)
    functions = {}
    for name, (result, arguments) in PROTOTYPES.items():
        functions[name] = function = getattr(library, name)
        function.restype, function.argtypes = result, arguments
        if name == "userprofile_version":
            version = function().decode()
            if version.split(".")[:2] != ABI.split("."):
                raise ImportError(f"is version {version}, and this package needs {ABI}")
    return functions


def _load_first() -> dict[str, Any]:
    tried = []
    for path in _candidates():
        try:
            return _load(path)
        except (OSError, AttributeError, ImportError) as error:
            tried.append(f"\n  {path}: {error}")
    raise ImportError(f"no usable libuserprofile {ABI}; tried" + "".join(tried))


_FUNCTIONS = _load_first()
_close = _FUNCTIONS["userprofile_close"]
_json_free = _FUNCTIONS["userprofile_json_free"]
_answer_with = _FUNCTIONS["userprofile_answer_with"]

# Guards the reference count of every handle, for a moment only. Reentrant, because a signal
# handler may use a handle in the midst of it. A fork may copy it locked: the child gets a new one.
_lock = threading.RLock()
_handles: set[Handle] = set()  # of this process, that are open or have calls in flight


def _forget_other_threads() -> None:
    global _lock
    _lock = threading.RLock()
    _handles.clear()


os.register_at_fork(after_in_child=_forget_other_threads)


def _wait_for_calls() -> None:
    """Lets the calls of daemon threads end, once the interpreter's exit has closed all clients.

    Python ends a thread that asks for the GIL later on. One that runs a hook would take the
    library's stack frames with it, which aborts the process.
    """
    deadline = time.monotonic() + EXIT_PATIENCE
    while any(h.closed for h in _handles.copy()) and time.monotonic() < deadline:
        time.sleep(0.001)


atexit.register(_wait_for_calls)


def _answer(function: Any, *arguments: Any) -> Answer:
    response = Json()
    try:
        status = function(*arguments, ctypes.byref(response))
        return status, ctypes.string_at(response.data, response.len)
    finally:
        _json_free(ctypes.byref(response))


def system_clock() -> int:
    return time.time_ns() // 1_000_000


def _no_logger(level: int, message: str) -> None:
    pass


class _Hooks:
    """The host's clock and logger, shared by the handles of one ``open``."""

    def __init__(self) -> None:
        self.clock: Callable[[], int] = system_clock
        self.logger: Callable[[int, str], object] = _no_logger
        self.number = next(_numbers)
        _hooks[self.number] = self


_numbers = itertools.count(1)
_hooks: weakref.WeakValueDictionary[int, _Hooks] = weakref.WeakValueDictionary()


def _now_ms(number: int) -> int:
    try:
        return int(_hooks[number].clock())
    except BaseException:  # nothing may unwind through the library
        logging.getLogger(__package__).exception("the clock failed; the system's stands in")
        return system_clock()


def _log(number: int, level: int, message: int, length: int) -> None:
    try:
        hooks = _hooks.get(number)
        if hooks is not None:
            text = ctypes.string_at(message, length).decode("utf-8", "replace")
            hooks.logger(LOG_LEVELS.get(level, logging.INFO), text)
    except BaseException:  # nothing may unwind through the library
        logging.getLogger(__package__).exception("the logger failed")


# What the library calls: never freed, for a call in flight, or another client of the store, may
# still use a hook that is replaced or gone. The number says whose hook.
_CALLBACKS = {"clock": NOW_MS(_now_ms), "logger": LOG(_log)}

_authenticators: dict[int, Authenticate] = {}  # until the library releases them


def _authenticate(number: int, credentials: int, length: int, answer: int) -> int:
    try:
        user = _authenticators[number](ctypes.string_at(credentials, length))
        if user is not None:
            _answer_with(answer, user, len(user))
        return 0
    except BaseException as error:  # nothing may unwind through the library
        logging.getLogger(__package__).exception("the authenticator failed")
        reason = "".join(traceback.format_exception_only(type(error), error)).strip()
        text = reason.encode("utf-8", "backslashreplace")
        _answer_with(answer, text, len(text))
        return 1


def _release(number: int) -> None:
    del _authenticators[number]


_AUTHENTICATE, _RELEASE = AUTHENTICATE(_authenticate), RELEASE(_release)


class Handle:
    """A handle of the library, closed once, and never under a call.

    It counts its users: being open is one, each call in flight is one. The last to leave closes,
    so ``close`` neither waits for a call nor pulls the handle from under it.
    """

    def __init__(self, pointer: int, hooks: _Hooks) -> None:
        self._pointer = pointer
        self._hooks = hooks
        self._users = 1
        self.closed = False
        _handles.add(self)

    def __enter__(self) -> int:
        with _lock:
            if self.closed:
                raise ClosedError("the client is closed")
            self._users += 1
        return self._pointer

    def __exit__(self, *_: object) -> None:
        with _lock:
            self._users -= 1
            last = self._users == 0
        if last:
            _close(self._pointer)
            _handles.discard(self)

    def close(self) -> None:
        with _lock:
            if self.closed:
                return
            self.closed = True
        self.__exit__()

    def call(self, operation: str, request: bytes) -> Answer:
        function = _FUNCTIONS["userprofile_" + operation]
        with self as pointer:
            return _answer(function, pointer, request, len(request))

    def login(self, request: bytes) -> tuple[Answer, Optional[Handle]]:
        with self as pointer:
            return _new_handle("userprofile_login", self._hooks, pointer, request, len(request))

    def set_hook(self, name: str, hook: Optional[Callable[..., object]]) -> int:
        """Let the library call `hook`, or its own again when that is None. Returns the status."""
        callback = _CALLBACKS[name]
        function = _FUNCTIONS["userprofile_set_" + name]
        with self as pointer:
            called = type(callback)() if hook is None else callback
            status: int = function(pointer, called, self._hooks.number)
            if status == 0 and hook is not None:
                setattr(self._hooks, name, hook)
            return status

    def set_authenticator(self, realm: bytes, authenticate: Optional[Authenticate]) -> Answer:
        """Let the library ask `authenticate`, which it is the one to release, or nobody."""
        function = _FUNCTIONS["userprofile_set_authenticator"]
        with self as pointer:
            if authenticate is None:
                hook: tuple[Any, ...] = (AUTHENTICATE(), None, RELEASE())
            else:
                number = next(_numbers)
                _authenticators[number] = authenticate
                hook = (_AUTHENTICATE, number, _RELEASE)
            return _answer(function, pointer, realm, len(realm), *hook)


def _new_handle(name: str, hooks: _Hooks, *arguments: Any) -> tuple[Answer, Optional[Handle]]:
    pointer = ctypes.c_void_p()
    answer = _answer(_FUNCTIONS[name], *arguments, ctypes.byref(pointer))
    return answer, None if pointer.value is None else Handle(pointer.value, hooks)


def open_handle(config: bytes) -> tuple[Answer, Optional[Handle]]:
    return _new_handle("userprofile_open", _Hooks(), config, len(config))
