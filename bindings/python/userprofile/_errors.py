"""What can go wrong, as exceptions: one class for each status that the library answers."""

from __future__ import annotations

import json
from typing import Any, Optional


class Error(Exception):
    """The library refused a request. Every answer with a status other than success raises this.

    status  int            the status that Elasticsearch answers for the same failure, such as 404
    type    str | None     its kind, such as ``"document_missing_exception"``
    reason  str | None     what is wrong, for people
    body    Any            the whole answer, parsed: usually ``{"error": {...}, "status": 404}``

    ``get_token`` has the form of OAuth2, ``{"error": ..., "error_description": ...}``: these are
    ``type`` and ``reason``. A few APIs answer a failure in a form of their own, for example
    ``{"found": false}`` for a user that is not there. Then ``type`` and ``reason`` are None and
    ``body`` has the answer.
    """

    def __init__(self, status: int, body: Any) -> None:
        super().__init__(status, body)  # as `args`, so that the exception can be pickled
        detail = body.get("error") if isinstance(body, dict) else None
        if isinstance(detail, str):
            detail = {"type": detail, "reason": body.get("error_description")}
        elif not isinstance(detail, dict):
            detail = {}
        self.status = status
        self.body = body
        self.type: Optional[str] = detail.get("type")
        self.reason: Optional[str] = detail.get("reason")

    def __str__(self) -> str:
        if self.type is None:
            return f"[{self.status}] {json.dumps(self.body, ensure_ascii=False)}"
        return f"[{self.status}] {self.type}: {self.reason}"


class BadRequestError(Error, ValueError):
    """400: the request, or the configuration given to ``open``, is not valid."""


class AuthenticationError(Error):
    """401: wrong credentials."""


class AuthorizationError(Error):
    """403: the user of this client may not do that, or the store is open read-only."""


class NotFoundError(Error, LookupError):
    """404: there is no such profile, user, role, privilege, role mapping or token."""


class ConflictError(Error):
    """409: the profile is no longer at ``if_seq_no`` and ``if_primary_term``."""


class TooLargeError(Error):
    """413: the request, or the profile that it would make, is over a size limit."""


class InternalError(Error):
    """500: the library failed, or Elasticsearch answers 500 for this and so does the library."""


class UnavailableError(Error):
    """503: not now (disk full, store at ``max_size``), or not here (a client in a forked child)."""


class ClosedError(ValueError):
    """The client was used after ``close()``, as with a closed file. Nothing was sent."""


BY_STATUS: dict[int, type[Error]] = {
    400: BadRequestError,
    401: AuthenticationError,
    403: AuthorizationError,
    404: NotFoundError,
    409: ConflictError,
    413: TooLargeError,
    500: InternalError,
    503: UnavailableError,
}


def error_for(status: int, body: Any) -> Error:
    """The exception for an answer; a status without a class of its own is a plain ``Error``."""
    return BY_STATUS.get(status, Error)(status, body)
