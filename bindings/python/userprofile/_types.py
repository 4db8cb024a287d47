"""The shapes of the answers, for type checkers and editors. At run time they are plain dicts."""

from __future__ import annotations

from typing import Any, Literal, Optional, TypedDict, Union

Refresh = Union[bool, Literal["true", "false", "wait_for"]]


class Version(TypedDict):
    """What ``if_primary_term`` and ``if_seq_no`` of ``update_data`` are compared with."""

    _primary_term: int
    _seq_no: int


class _ProfileUser(TypedDict):
    username: str
    roles: list[str]
    realm_name: str


class ProfileUser(_ProfileUser, total=False):
    """The user as of the last activation; what is not known is left out."""

    realm_domain: str
    email: str
    full_name: str


class Profile(TypedDict):
    """A profile. ``last_synchronized`` is in milliseconds since 1970."""

    uid: str
    enabled: bool
    last_synchronized: int
    user: ProfileUser
    labels: dict[str, Any]
    data: dict[str, Any]
    _doc: Version


class Failure(TypedDict):
    """Why one of several things asked for is not in the answer."""

    type: str
    reason: str


class Failures(TypedDict):
    """``details`` is by uid."""

    count: int
    details: dict[str, Failure]


class _Profiles(TypedDict):
    profiles: list[Profile]


class Profiles(_Profiles, total=False):
    """The profiles found, in the order asked for; ``errors`` only when some were not."""

    errors: Failures


class Total(TypedDict):
    """How many match: so many ("eq"), or at least so many ("gte")."""

    value: int
    relation: Literal["eq", "gte"]


class Match(TypedDict):
    """Where a word of the name, counted from 0, is in a person. ``range`` is what to highlight:
    ``text[range[0]:range[1]]`` of the field."""

    field: Literal["full_name", "username", "email"]
    word: int
    kind: Literal["whole", "prefix", "part", "typo"]
    range: list[int]


class _Explanation(TypedDict):
    score: int
    matches: list[Match]


class Explanation(_Explanation, total=False):
    """Why somebody was found; ``hints`` is how many hints fit, and there only when some do."""

    hints: int


class _SuggestedProfile(TypedDict):
    uid: str
    user: ProfileUser
    labels: dict[str, Any]
    data: dict[str, Any]


class SuggestedProfile(_SuggestedProfile, total=False):
    """A profile that was found; ``explain`` only when asked for."""

    explain: Explanation


class Suggestions(TypedDict):
    """The profiles found, best first. ``took`` is in milliseconds."""

    took: int
    total: Total
    profiles: list[SuggestedProfile]


class Differences(TypedDict):
    """How many there are, and at most ten of them in words."""

    count: int
    details: list[str]


class Checked(TypedDict):
    """What was compared, and what differed."""

    profiles: int
    postings: int
    differences: Differences


class _User(TypedDict):
    username: str
    roles: list[str]
    full_name: Optional[str]
    email: Optional[str]
    metadata: dict[str, Any]
    enabled: bool


class User(_User, total=False):
    """A native user; ``profile_uid`` only when asked for, and when there is a profile."""

    profile_uid: str


class _Realm(TypedDict):
    name: str
    type: str


class Realm(_Realm, total=False):
    """Where a user comes from; ``domain`` only when the realm is in one."""

    domain: str


class Authentication(_User):
    """Who the caller is, and how the library knows."""

    authentication_realm: Realm
    lookup_realm: Realm
    authentication_type: str


class _Token(TypedDict):
    access_token: str
    type: str
    expires_in: int
    authentication: Authentication


class Token(_Token, total=False):
    """An access token, valid for ``expires_in`` seconds. The ``refresh_token``, which all but
    "client_credentials" give, gets the next one."""

    refresh_token: str
    scope: str


class InvalidatedTokens(TypedDict):
    """How many tokens are no longer valid, and how many of those asked for were not before."""

    invalidated_tokens: int
    previously_invalidated_tokens: int
    error_count: int


class _RoleMapping(TypedDict):
    enabled: bool
    rules: dict[str, Any]
    metadata: dict[str, Any]


class RoleMapping(_RoleMapping, total=False):
    """Who gets which roles: ``rules``, and ``roles`` or ``role_templates``."""

    roles: list[str]
    role_templates: list[dict[str, Any]]


class CreatedRoleMapping(TypedDict):
    """Whether the role mapping is new."""

    role_mapping: Created


_FieldSecurity = TypedDict("_FieldSecurity", {"except": list[str]}, total=False)


class FieldSecurity(_FieldSecurity, total=False):
    """Fields of documents: those of ``grant`` without those of ``except``."""

    grant: list[str]


class _IndicesPrivileges(TypedDict):
    names: list[str]
    privileges: list[str]
    allow_restricted_indices: bool


class IndicesPrivileges(_IndicesPrivileges, total=False):
    """What a role allows with indices. ``query`` is JSON text."""

    field_security: FieldSecurity
    query: str


class RemoteIndicesPrivileges(IndicesPrivileges):
    """What a role allows with the indices of other clusters."""

    clusters: list[str]


class RemoteClusterPrivileges(TypedDict):
    """What a role allows with other clusters."""

    privileges: list[str]
    clusters: list[str]


class ApplicationPrivileges(TypedDict):
    """What a role allows with the resources of an application."""

    application: str
    privileges: list[str]
    resources: list[str]


class _Role(TypedDict):
    cluster: list[str]
    indices: list[IndicesPrivileges]
    applications: list[ApplicationPrivileges]
    run_as: list[str]
    metadata: dict[str, Any]
    transient_metadata: dict[str, Any]


_RoleGlobal = TypedDict("_RoleGlobal", {"global": dict[str, Any]}, total=False)


class Role(_Role, _RoleGlobal, total=False):
    """What the users with a role may do; ``global`` only when the role has such privileges."""

    remote_indices: list[RemoteIndicesPrivileges]
    remote_cluster: list[RemoteClusterPrivileges]
    description: str


class CreatedRole(TypedDict):
    """Whether the role is new."""

    role: Created


class Privilege(TypedDict):
    """A privilege that an application has given a name, and the actions that it stands for."""

    application: str
    name: str
    actions: list[str]
    metadata: dict[str, Any]


class _HasPrivileges(TypedDict):
    has_privilege_uids: list[str]


class HasPrivileges(_HasPrivileges, total=False):
    """Who has all the privileges, in the order asked for; ``errors`` only when some uids could
    not be checked."""

    errors: Failures


class UserHasPrivileges(TypedDict):
    """Which privileges a user has: ``cluster`` by privilege, ``index`` by name and privilege,
    ``application`` by application, resource and privilege."""

    username: str
    has_all_requested: bool
    cluster: dict[str, bool]
    index: dict[str, dict[str, bool]]
    application: dict[str, dict[str, dict[str, bool]]]


class UserIndicesPrivileges(_IndicesPrivileges, total=False):
    """What a user may do with indices, by the roles that are alike in that."""

    field_security: list[FieldSecurity]
    query: list[str]


class UserRemoteIndicesPrivileges(UserIndicesPrivileges):
    """What a user may do with the indices of other clusters."""

    clusters: list[str]


class _UserPrivileges(TypedDict):
    cluster: list[str]
    indices: list[UserIndicesPrivileges]
    applications: list[ApplicationPrivileges]
    run_as: list[str]


_UserGlobal = TypedDict("_UserGlobal", {"global": list[dict[str, Any]]})


class UserPrivileges(_UserPrivileges, _UserGlobal, total=False):
    """What a user may do by all the user's roles, each privilege once."""

    remote_indices: list[UserRemoteIndicesPrivileges]
    remote_cluster: list[RemoteClusterPrivileges]


class _Credentials(TypedDict):
    realm: Realm


class Credentials(_Credentials, total=False):
    """What somebody proves to be with: ``username`` and ``password``, or ``access_token`` and, for
    some, ``client_authentication``. All but ``realm``, the one that is asked, may be secret."""

    username: str
    password: str
    access_token: str
    client_authentication: dict[str, str]


class ExternalUser(TypedDict, total=False):
    """A user as an authenticator returns it. ``username`` is that of the credentials unless it is
    given; role mappings see ``groups`` and ``dn``."""

    username: str
    roles: list[str]
    full_name: Optional[str]
    email: Optional[str]
    metadata: dict[str, Any]
    groups: list[str]
    dn: str


class Acknowledged(TypedDict):
    """The change is stored."""

    acknowledged: bool


class Created(TypedDict):
    """True for what is new, False for what was replaced."""

    created: bool


class Found(TypedDict):
    """False only for some of several: when nothing is there, ``NotFoundError`` is raised."""

    found: bool
