"""User profiles in your own process, with the semantics of Elasticsearch's User Profile APIs.

>>> import userprofile
>>> with userprofile.open(":temporary:") as profiles:
...     created = profiles.put_user(username="ana", password="secret-1", roles=["editor"])
...     profile = profiles.activate(grant_type="password", username="ana", password="secret-1")
...     done = profiles.update_data(uid=profile["uid"], data={"app1": {"theme": "dark"}})
...     profiles.get(uid=profile["uid"], data="app1")["profiles"][0]["data"]
{'app1': {'theme': 'dark'}}
"""

from ._errors import (
    AuthenticationError,
    AuthorizationError,
    BadRequestError,
    ClosedError,
    ConflictError,
    Error,
    InternalError,
    NotFoundError,
    TooLargeError,
    UnavailableError,
)
from ._ffi import VERSION as __version__
from ._types import (
    Acknowledged,
    Authentication,
    Created,
    CreatedRoleMapping,
    Credentials,
    ExternalUser,
    Failure,
    Failures,
    Found,
    InvalidatedTokens,
    Profile,
    Profiles,
    ProfileUser,
    Realm,
    Refresh,
    RoleMapping,
    Token,
    User,
    Version,
)
from .client import Client, open

__all__ = [
    "Acknowledged",
    "Authentication",
    "AuthenticationError",
    "AuthorizationError",
    "BadRequestError",
    "Client",
    "ClosedError",
    "ConflictError",
    "Created",
    "CreatedRoleMapping",
    "Credentials",
    "Error",
    "ExternalUser",
    "Failure",
    "Failures",
    "Found",
    "InternalError",
    "InvalidatedTokens",
    "NotFoundError",
    "Profile",
    "ProfileUser",
    "Profiles",
    "Realm",
    "Refresh",
    "RoleMapping",
    "Token",
    "TooLargeError",
    "UnavailableError",
    "User",
    "Version",
    "__version__",
    "open",
]
