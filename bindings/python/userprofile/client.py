"""The public surface: ``open`` and the ``Client`` that it gives."""

from __future__ import annotations

import json
import os
import weakref
from collections.abc import Mapping, Sequence
from types import TracebackType
from typing import Any, Callable, Literal, NoReturn, Optional, TypeVar, Union, cast

from . import _ffi
from ._errors import error_for
from ._types import (
    Acknowledged,
    Authentication,
    Checked,
    Created,
    CreatedRole,
    CreatedRoleMapping,
    Credentials,
    Found,
    HasPrivileges,
    InvalidatedTokens,
    Privilege,
    Profile,
    Profiles,
    Refresh,
    Role,
    RoleMapping,
    Suggestions,
    Token,
    User,
    UserHasPrivileges,
    UserPrivileges,
)

Request = Union[str, bytes, Mapping[str, Any], None]
Strings = Union[str, Sequence[str]]
Authenticator = Callable[[Credentials], Optional[Mapping[str, Any]]]
_AuthenticatorT = TypeVar("_AuthenticatorT", bound=Authenticator)


def _plain(value: object) -> object:
    """What ``json`` does not know by itself, although the annotations here promise it."""
    if isinstance(value, Mapping):
        return dict(value)
    if isinstance(value, Sequence) and not isinstance(value, (bytes, bytearray, memoryview)):
        return list(value)
    raise TypeError(f"{type(value).__name__} has no form in JSON")


# Text is sent as it is, not as \u escapes: the store keeps the very bytes that it is given.
_to_json = json.JSONEncoder(ensure_ascii=False, separators=(",", ":"), default=_plain).encode


def _encode(request: Request) -> bytes:
    if isinstance(request, bytes):
        return request
    return _utf8(request if isinstance(request, str) else _to_json(request or {}))


def _utf8(text: str) -> bytes:
    # A lone surrogate is not UTF-8. The library says so, like everything else about a request.
    return text.encode("utf-8", "surrogatepass")


def _given(**members: Any) -> dict[str, Any]:
    return {name: value for name, value in members.items() if value is not None}


def _parse(status: int, body: bytes) -> dict[str, Any]:
    document: dict[str, Any] = json.loads(body)
    if status != 0:
        raise error_for(status, document)
    return document


def open(path: Union[str, os.PathLike[str]], **config: Any) -> Client:
    """Open the store in the directory `path` and return a client that may do everything.

    The directory is made if it is not there. ``":temporary:"`` is a private store that is removed
    on close. Any number of clients, threads and processes may have the same store open.

    Settings, all optional:

    durability        "full" (default: on disk when the call returns), "relaxed" (the last writes
                      may be lost in a power cut), "none" (for bulk loads)
    read_only         bool, default False: changes raise AuthorizationError
    create            bool, default True: make a store that is not there
    max_size          what the store may take on disk, default "1tb"
    map_reserve       address space taken at open, default "1tb"; less where it is scarce
    max_readers       int, default 1024: reads at the same time, over all processes
    password_hashing  for new passwords, default ``{"algorithm": "argon2id", "memory_kib": 19456,
                      "iterations": 2, "parallelism": 1}``
    profile           default ``{"max_size": "10mb"}``: labels and data of one profile
    realms            default one native realm, named default_native. For example
                      ``{"native": {"native1": {"order": 0}},
                      "external": {"ldap1": {"order": 1, "type": "ldap"}}}``
    domains           realms whose users of one name are one person. For example
                      ``{"people": {"realms": ["native1", "ldap1"]}}``
    token             default ``{"timeout": "20m"}``: how long an access token is valid
    anonymous         default ``{"username": "_anonymous"}``; with ``roles``, whoever comes without
                      credentials is that user

    Settings may be nested or dotted, and have Elasticsearch's "xpack.security.authc." in front:
    ``open(path, **{"xpack.security.authc.realms.native.native1.order": 0})``.

    Raises BadRequestError, for a setting that is not valid or not known and for a path that is no
    store, a damaged one or one of a newer format, or UnavailableError; both say which.
    """
    handle_config = _encode({"path": os.fspath(path), **config})
    return _client(*_ffi.open_handle(handle_config))


def _client(answer: _ffi.Answer, handle: Optional[_ffi.Handle]) -> Client:
    info = _parse(*answer)
    assert handle is not None  # a success always comes with one
    return Client(handle, info)


def _authenticate_with(function: Authenticator) -> Callable[[bytes], Optional[bytes]]:
    """The function as the library calls it: with bytes for dicts."""

    def authenticate(credentials: bytes) -> Optional[bytes]:
        user = function(json.loads(credentials))
        if user is None:
            return None
        if not isinstance(user, Mapping):  # `False`, say, must not be sent as the empty request
            raise TypeError(f"an authenticator returns a dict or None, not {type(user).__name__}")
        return _utf8(_to_json(user))

    return authenticate


class Client:
    """An open store, seen by the host (from ``open``) or by one user (from ``login``).

    The methods mirror Elasticsearch's security APIs, one each, and take the names of the official
    client's arguments. None means that an argument is not given; a None inside `data`, `labels` or
    `metadata` is a JSON null. Answers are plain dicts, their members in Elasticsearch's order.
    What fails raises a subclass of ``userprofile.Error``.

    A client may be used from any number of threads at once, and calls run in parallel: the GIL is
    released in them. In a forked child a client of the parent raises UnavailableError; the child
    may open its own.
    """

    def __init__(self, handle: _ffi.Handle, info: dict[str, Any]) -> None:
        """For ``open`` and ``login`` only."""
        self._handle = handle
        #: What ``open`` or ``login`` answered, for example ``{"path": ..., "format": 1, ...}``.
        self.info = info
        weakref.finalize(self, handle.close)

    def __enter__(self) -> Client:
        return self

    def __exit__(
        self,
        kind: Optional[type[BaseException]],
        error: Optional[BaseException],
        traceback: Optional[TracebackType],
    ) -> None:
        self.close()

    def __repr__(self) -> str:
        state = "closed" if self.closed else "open"
        return f"<userprofile.Client {state} {self.info}>"

    def __reduce__(self) -> NoReturn:
        raise TypeError("a client cannot be pickled or copied; open the store in the new process")

    @property
    def closed(self) -> bool:
        """Whether ``close`` was called."""
        return self._handle.closed

    def close(self) -> None:
        """Refuse new calls from now on (ClosedError), and close when those in flight are done.

        Never waits, and may be called again. The store itself closes with its last client.
        """
        self._handle.close()

    # Profiles

    def activate(
        self,
        *,
        grant_type: str,
        username: Optional[str] = None,
        password: Optional[str] = None,
        access_token: Optional[str] = None,
        client_authentication: Optional[Mapping[str, str]] = None,
        authentication: Optional[Mapping[str, Any]] = None,
    ) -> Profile:
        """Make or refresh the profile of the user who the credentials belong to.

        grant_type            "password": with `username` and `password`;
                              "access_token": with `access_token`, one of ``get_token`` or a JWT;
                              "authentication": the host has checked the user itself and asserts
                              it in `authentication`, a dict of the shape that ``authenticate``
                              returns. The realm must be one of the configured ones.
        client_authentication for a JWT whose realm wants it:
                              ``{"scheme": "SharedSecret", "value": ...}``

        Returns the profile; its ``data`` is always empty here, ask ``get`` for it. Activating
        a disabled profile enables it.

        Raises BadRequestError, AuthenticationError for wrong credentials.
        Mirrors POST /_security/profile/_activate.
        """
        answer = self._perform(
            "activate",
            grant_type=grant_type,
            username=username,
            password=password,
            access_token=access_token,
            client_authentication=client_authentication,
            authentication=authentication,
        )
        return cast(Profile, answer)

    def get(self, *, uid: Strings, data: Optional[Strings] = None) -> Profiles:
        """Read profiles by uid.

        uid   one uid, several, or a comma list
        data  which of the application data to return: "*", "app1", "app1.key1", several, or
              a comma list; none by default

        Returns ``{"profiles": [...]}`` in the order asked for, from one snapshot of the store.
        A uid that is not there does not raise: it is an entry of ``errors``.

        Mirrors GET /_security/profile/{uid}.
        """
        return cast(Profiles, self._perform("get", uid=uid, data=data))

    def suggest(
        self,
        *,
        name: Optional[str] = None,
        size: Optional[int] = None,
        from_: Optional[int] = None,
        data: Optional[Strings] = None,
        hint: Optional[Mapping[str, Any]] = None,
        fuzziness: Optional[Literal["auto", "auto_last"]] = None,
        match: Optional[Literal["any", "all"]] = None,
        required_privileges: Optional[Mapping[str, Any]] = None,
        explain: Optional[bool] = None,
    ) -> Suggestions:
        """Find people by what somebody types: parts of full name, username and e-mail address.

        name       what is typed so far; its last word may be unfinished. Case and accents do not
                   matter. None or blank is everybody
        size       how many of the best ones, default 10
        from_      how many to leave out before them, default 0; together at most 10,000
        data       which of the application data to return, as in ``get``
        hint       who should stand higher: ``{"uids": [...]}``, ``{"labels": {"wiki.team":
                   ["red", "blue"]}}`` with one key, or both. Nobody is found by a hint alone
        fuzziness  "auto": every word but the last may carry a typo; "auto_last": that one too
        match      "any": one word of `name` is enough; "all": every word must match
        required_privileges
                   only people who have all of these, as in `privileges` of ``has_privileges``
        explain    add ``explain`` to each profile: why it was found, and what to highlight

        Returns ``{"took": ..., "total": {"value": ..., "relation": "eq"}, "profiles": [...]}``,
        best first, from one snapshot of the store. Disabled profiles are left out.

        Raises BadRequestError. Mirrors POST /_security/profile/_suggest.
        """
        answer = self._perform(
            "suggest",
            name=name,
            size=size,
            data=data,
            hint=hint,
            fuzziness=fuzziness,
            match=match,
            required_privileges=required_privileges,
            explain=explain,
            **{"from": from_},
        )
        return cast(Suggestions, answer)

    def update_data(
        self,
        *,
        uid: str,
        labels: Optional[Mapping[str, Any]] = None,
        data: Optional[Mapping[str, Any]] = None,
        if_seq_no: Optional[int] = None,
        if_primary_term: Optional[int] = None,
        refresh: Optional[Refresh] = None,
    ) -> Acknowledged:
        """Merge `labels` and `data` into a profile.

        labels, data                by application: ``{"app1": {"theme": "dark"}}``. Objects are
                                    merged, all else is replaced, a None is stored as null, and
                                    nothing is ever removed.
        if_seq_no, if_primary_term  change nothing unless the profile's ``_doc`` has these two
        refresh                     accepted; every write is visible to every later call at once

        Raises BadRequestError, NotFoundError for a uid that is not there, ConflictError when
        `if_seq_no` and `if_primary_term` do not match, TooLargeError.
        Mirrors PUT /_security/profile/{uid}/_data.
        """
        answer = self._perform(
            "update_data",
            uid=uid,
            labels=labels,
            data=data,
            if_seq_no=if_seq_no,
            if_primary_term=if_primary_term,
            refresh=refresh,
        )
        return cast(Acknowledged, answer)

    def enable(self, *, uid: str, refresh: Optional[Refresh] = None) -> Acknowledged:
        """Enable a profile, so that it can be suggested again.

        Raises NotFoundError. Mirrors PUT /_security/profile/{uid}/_enable.
        """
        return cast(Acknowledged, self._perform("enable", uid=uid, refresh=refresh))

    def disable(self, *, uid: str, refresh: Optional[Refresh] = None) -> Acknowledged:
        """Disable a profile: it is kept and can be read, until ``activate`` enables it again.

        Raises NotFoundError. Mirrors PUT /_security/profile/{uid}/_disable.
        """
        return cast(Acknowledged, self._perform("disable", uid=uid, refresh=refresh))

    # Native users

    def put_user(
        self,
        *,
        username: str,
        roles: Sequence[str],
        password: Optional[str] = None,
        password_hash: Optional[str] = None,
        full_name: Optional[str] = None,
        email: Optional[str] = None,
        metadata: Optional[Mapping[str, Any]] = None,
        enabled: Optional[bool] = None,
        refresh: Optional[Refresh] = None,
    ) -> Created:
        """Create a user, or replace one.

        username                 1 to 507 printable ASCII characters
        roles                    may be empty
        password, password_hash  one of them for a new user; without, a user keeps the password.
                                 Hashes may be argon2id, bcrypt or PBKDF2.
        full_name, email         None clears them: all but the password is replaced, and what is
                                 not given is null from then on
        metadata                 a dict; its keys may not start with an underscore
        enabled                  default True; a disabled user cannot be authenticated

        Returns ``{"created": bool}``. Raises BadRequestError.
        Mirrors PUT /_security/user/{username}.
        """
        answer = self._perform(
            "put_user",
            username=username,
            password=password,
            password_hash=password_hash,
            roles=roles,
            full_name=full_name,
            email=email,
            metadata=metadata,
            enabled=enabled,
            refresh=refresh,
        )
        return cast(Created, answer)

    def get_user(
        self,
        *,
        username: Optional[Strings] = None,
        with_profile_uid: Optional[bool] = None,
    ) -> dict[str, User]:
        """Read users by name: one, several, a comma list, or all when `username` is None.

        with_profile_uid  add ``profile_uid`` to the users that have a profile

        Returns those that are there, by name. Raises NotFoundError when names are given and none
        of them is there. Mirrors GET /_security/user/{username}.
        """
        answer = self._perform("get_user", username=username, with_profile_uid=with_profile_uid)
        return cast("dict[str, User]", answer)

    def delete_user(self, *, username: str, refresh: Optional[Refresh] = None) -> Found:
        """Delete a user. The user's profile is kept.

        Raises NotFoundError. Mirrors DELETE /_security/user/{username}.
        """
        return cast(Found, self._perform("delete_user", username=username, refresh=refresh))

    def change_password(
        self,
        *,
        username: Optional[str] = None,
        password: Optional[str] = None,
        password_hash: Optional[str] = None,
        refresh: Optional[Refresh] = None,
    ) -> dict[str, Any]:
        """Give a user a new password: `password` or `password_hash`, one of the two.

        username  None: the user of this client, when it comes from ``login``

        Returns ``{}``. Raises BadRequestError, also for a user who is not there.
        Mirrors PUT /_security/user/{username}/_password.
        """
        return self._perform(
            "change_password",
            username=username,
            password=password,
            password_hash=password_hash,
            refresh=refresh,
        )

    def enable_user(self, *, username: str, refresh: Optional[Refresh] = None) -> dict[str, Any]:
        """Let a user be authenticated again. Nothing to do with the user's profile.

        Returns ``{}``. Raises BadRequestError for a user who is not there.
        Mirrors PUT /_security/user/{username}/_enable.
        """
        return self._perform("enable_user", username=username, refresh=refresh)

    def disable_user(self, *, username: str, refresh: Optional[Refresh] = None) -> dict[str, Any]:
        """Refuse to authenticate a user from now on. Nothing to do with the user's profile.

        Returns ``{}``. Raises BadRequestError for a user who is not there.
        Mirrors PUT /_security/user/{username}/_disable.
        """
        return self._perform("disable_user", username=username, refresh=refresh)

    # Role mappings

    def put_role_mapping(
        self,
        *,
        name: str,
        rules: Mapping[str, Any],
        roles: Optional[Sequence[str]] = None,
        role_templates: Optional[Sequence[Mapping[str, Any]]] = None,
        enabled: Optional[bool] = None,
        metadata: Optional[Mapping[str, Any]] = None,
        refresh: Optional[Refresh] = None,
    ) -> CreatedRoleMapping:
        """Give roles to the users of realms other than the native one, or replace who gets them.

        rules                  who: ``{"field": {"groups": "cn=editors,*"}}`` on username, dn,
                               groups, realm.name or metadata.*, and "all", "any", "except" of such
        roles, role_templates  what they get: one of the two
        enabled                default True
        metadata               a dict; its keys may not start with an underscore

        Raises BadRequestError. Mirrors PUT /_security/role_mapping/{name}.
        """
        answer = self._perform(
            "put_role_mapping",
            name=name,
            roles=roles,
            role_templates=role_templates,
            rules=rules,
            enabled=enabled,
            metadata=metadata,
            refresh=refresh,
        )
        return cast(CreatedRoleMapping, answer)

    def get_role_mapping(self, *, name: Optional[Strings] = None) -> dict[str, RoleMapping]:
        """Read role mappings: one, several, a comma list, or all when `name` is None.

        Returns those that are there, by name. Raises NotFoundError when names are given and none
        of them is there. Mirrors GET /_security/role_mapping/{name}.
        """
        return cast("dict[str, RoleMapping]", self._perform("get_role_mapping", name=name))

    def delete_role_mapping(self, *, name: str, refresh: Optional[Refresh] = None) -> Found:
        """Delete a role mapping.

        Raises NotFoundError. Mirrors DELETE /_security/role_mapping/{name}.
        """
        return cast(Found, self._perform("delete_role_mapping", name=name, refresh=refresh))

    # Tokens

    def get_token(
        self,
        *,
        grant_type: str,
        username: Optional[str] = None,
        password: Optional[str] = None,
        refresh_token: Optional[str] = None,
        kerberos_ticket: Optional[str] = None,
        scope: Optional[str] = None,
    ) -> Token:
        """Get an access token, for ``login``, ``activate`` and ``rest``.

        grant_type  "password": with `username` and `password`, for that user;
                    "refresh_token": with `refresh_token`, which can be used once, within a day;
                    "client_credentials": for the user of this client, without a `refresh_token`
        scope       accepted; a token may always do all that its user may

        Raises BadRequestError, with the ``type`` and ``reason`` that OAuth2 has for it, and
        AuthenticationError for wrong credentials. Mirrors POST /_security/oauth2/token.
        """
        answer = self._perform(
            "get_token",
            grant_type=grant_type,
            username=username,
            password=password,
            refresh_token=refresh_token,
            kerberos_ticket=kerberos_ticket,
            scope=scope,
        )
        return cast(Token, answer)

    def invalidate_token(
        self,
        *,
        token: Optional[str] = None,
        refresh_token: Optional[str] = None,
        realm_name: Optional[str] = None,
        username: Optional[str] = None,
    ) -> InvalidatedTokens:
        """End tokens before their time: one, or all of a user, of a realm, or of both.

        Raises NotFoundError, with counts of 0 as its ``body``, when there is no such token.
        Mirrors DELETE /_security/oauth2/token.
        """
        answer = self._perform(
            "invalidate_token",
            token=token,
            refresh_token=refresh_token,
            realm_name=realm_name,
            username=username,
        )
        return cast(InvalidatedTokens, answer)

    # Roles and privileges

    def put_role(
        self,
        *,
        name: str,
        cluster: Optional[Sequence[str]] = None,
        indices: Optional[Sequence[Mapping[str, Any]]] = None,
        applications: Optional[Sequence[Mapping[str, Any]]] = None,
        global_: Optional[Mapping[str, Any]] = None,
        run_as: Optional[Sequence[str]] = None,
        metadata: Optional[Mapping[str, Any]] = None,
        description: Optional[str] = None,
        remote_indices: Optional[Sequence[Mapping[str, Any]]] = None,
        remote_cluster: Optional[Sequence[Mapping[str, Any]]] = None,
        transient_metadata: Optional[Mapping[str, Any]] = None,
        refresh: Optional[Refresh] = None,
    ) -> CreatedRole:
        """Create a role, or replace one whole.

        name            1 to 507 printable ASCII characters, not those of a built-in role
        cluster         privileges by name, as "manage_user_profile", or by action, as
                        "cluster:monitor/*"
        indices         ``{"names": ["logs-*"], "privileges": ["read"]}`` each, perhaps with
                        "allow_restricted_indices", "field_security" and "query"
        applications    ``{"application": "wiki", "privileges": ["edit"], "resources": ["*"]}``
                        each; privileges by name, as in ``put_privileges``, or by action
        global_         ``{"profile": {"write": {"applications": ["wiki*"]}}}`` allows
                        ``update_data`` below these names, ``{"application": {"manage": ...}}``
                        allows ``put_privileges`` and the like for these applications
        run_as          the users that ``rest`` may act as
        metadata        a dict; its keys may not start with an underscore
        description     at most 1000 characters
        remote_indices, remote_cluster
                        kept, and do not allow anything
        transient_metadata
                        accepted and not kept

        Names of indices, applications of `global_`, resources and users are patterns with "*" and
        "?", or "/regular expressions/". Raises BadRequestError, TooLargeError.
        Mirrors PUT /_security/role/{name}.
        """
        answer = self._perform(
            "put_role",
            name=name,
            cluster=cluster,
            indices=indices,
            applications=applications,
            run_as=run_as,
            metadata=metadata,
            description=description,
            remote_indices=remote_indices,
            remote_cluster=remote_cluster,
            transient_metadata=transient_metadata,
            refresh=refresh,
            **{"global": global_},
        )
        return cast(CreatedRole, answer)

    def get_role(self, *, name: Optional[Strings] = None) -> dict[str, Role]:
        """Read roles, built-in ones too: one, several, a comma list, or all when `name` is None.

        Returns those that are there, by name; ``call("put_role", {"name": name, **role})`` puts
        one of them back. Raises NotFoundError when names are given and none of them is there.
        Mirrors GET /_security/role/{name}.
        """
        return cast("dict[str, Role]", self._perform("get_role", name=name))

    def delete_role(self, *, name: str, refresh: Optional[Refresh] = None) -> Found:
        """Delete a role. Who has it, may no longer do what it alone allowed.

        Raises NotFoundError, BadRequestError for a built-in role.
        Mirrors DELETE /_security/role/{name}.
        """
        return cast(Found, self._perform("delete_role", name=name, refresh=refresh))

    def put_privileges(
        self, *, privileges: Mapping[str, Mapping[str, Any]], refresh: Optional[Refresh] = None
    ) -> dict[str, dict[str, Created]]:
        """Give names to what can be done in applications, or replace such privileges.

        privileges  by application and name: ``{"wiki": {"edit": {"actions": ["page:write"]}}}``,
                    perhaps with "metadata". An action has a "/", "*" or ":" in it, a name has not

        Returns whether each is new, in the same form. Raises BadRequestError.
        Mirrors PUT /_security/privilege.
        """
        answer = self._perform("put_privileges", privileges=privileges, refresh=refresh)
        return cast("dict[str, dict[str, Created]]", answer)

    def get_privileges(
        self, *, application: Optional[str] = None, name: Optional[Strings] = None
    ) -> dict[str, dict[str, Privilege]]:
        """Read the privileges of applications: some of one, all of one, or all of all.

        application  a name, or the start of some and "*"
        name         one name, several, or a comma list

        Returns those that are there, by application and name. Raises NotFoundError when none is
        there of what is given. Mirrors GET /_security/privilege/{application}/{name}.
        """
        answer = self._perform("get_privileges", application=application, name=name)
        return cast("dict[str, dict[str, Privilege]]", answer)

    def delete_privileges(
        self, *, application: str, name: Strings, refresh: Optional[Refresh] = None
    ) -> dict[str, dict[str, Found]]:
        """Delete privileges of an application: one name, several, or a comma list.

        Returns whether each was there, by application and name. Raises NotFoundError, with the
        same as its ``body``, when none was.
        Mirrors DELETE /_security/privilege/{application}/{name}.
        """
        answer = self._perform(
            "delete_privileges", application=application, name=name, refresh=refresh
        )
        return cast("dict[str, dict[str, Found]]", answer)

    def has_privileges(self, *, uids: Strings, privileges: Mapping[str, Any]) -> HasPrivileges:
        """Which of these people may do this.

        uids        of profiles: one or several. The roles are those of the last activation, and
                    what they allow is what they allow now
        privileges  all that is asked: a dict with any of
                    "cluster": names or actions;
                    "index": ``{"names": ["logs-*"], "privileges": ["read"]}`` each, perhaps with
                    "allow_restricted_indices";
                    "application": ``{"application": "wiki", "privileges": ["edit"],
                    "resources": ["space/home"]}`` each

        Returns ``{"has_privilege_uids": [...]}``, those that have all of it, in the order asked
        for, from one snapshot of the store. A uid that is not there does not raise: it is an
        entry of ``errors``, as is each uid when a privilege is not there. Disabled profiles are
        left out.

        Raises BadRequestError. Mirrors POST /_security/profile/_has_privileges.
        """
        answer = self._perform("has_privileges", uids=uids, privileges=privileges)
        return cast(HasPrivileges, answer)

    def user_has_privileges(
        self,
        *,
        user: Optional[str] = None,
        cluster: Optional[Sequence[str]] = None,
        index: Optional[Sequence[Mapping[str, Any]]] = None,
        application: Optional[Sequence[Mapping[str, Any]]] = None,
    ) -> UserHasPrivileges:
        """Which of these privileges the user of this client has; every user may ask.

        user                         None, or the name of that user
        cluster, index, application  as in `privileges` of ``has_privileges``

        Raises BadRequestError, also for another user.
        Mirrors POST /_security/user/_has_privileges.
        """
        answer = self._perform(
            "user_has_privileges", user=user, cluster=cluster, index=index, application=application
        )
        return cast(UserHasPrivileges, answer)

    def get_user_privileges(self) -> UserPrivileges:
        """All that the user of this client may do, by all roles; every user may ask.

        Mirrors GET /_security/user/_privileges.
        """
        return cast(UserPrivileges, self._perform("get_user_privileges"))

    # Maintenance

    def check(self) -> Checked:
        """Compare all that ``suggest`` searches with the profiles. It reads the whole store.

        Returns how many profiles and postings there are, and what differs: nothing ever should.
        Mirrors GET /_security/profile/_check, which Elasticsearch has not.
        """
        return cast(Checked, self._perform("check"))

    # Who is asking

    def authenticate(self) -> Authentication:
        """Who this client is: the user of ``login``, or the host.

        Mirrors GET /_security/_authenticate.
        """
        return cast(Authentication, self._perform("authenticate"))

    def login(
        self,
        *,
        username: Optional[str] = None,
        password: Optional[str] = None,
        access_token: Optional[str] = None,
        client_authentication: Optional[Mapping[str, str]] = None,
    ) -> Client:
        """Return another client of this store that may do what the user may, and no more.

        By `username` and `password`, or by `access_token` and, if that needs it, a
        `client_authentication`, as in ``activate``. With none of them the user is the anonymous
        one, where the store has one.

        What it must not do raises AuthorizationError. Once the user is disabled or the token has
        expired, every call raises AuthenticationError. It is closed on its own, and works on when
        this one is closed. ``info`` of the new client is what ``authenticate`` answers.

        Raises BadRequestError, AuthenticationError.
        """
        request = _given(
            username=username,
            password=password,
            access_token=access_token,
            client_authentication=client_authentication,
        )
        return _client(*self._handle.login(_encode(request)))

    # Any operation

    def rest(
        self,
        method: str,
        path: str,
        *,
        headers: Optional[Mapping[str, str]] = None,
        body: Optional[Mapping[str, Any]] = None,
    ) -> dict[str, Any]:
        """Any of the above as Elasticsearch has it over HTTP: by method and path.

        ``client.rest("GET", "/_security/profile/u_1,u_2?data=*")``

        headers  "authorization" with Basic credentials or a Bearer token: who asks; without it,
                 this client. "es-client-authentication": "SharedSecret ..." for a JWT.
                 "es-security-runas-user": the user to act as, for who has a role that allows it

        Returns the body of the answer. Raises as the operation does, BadRequestError for a path
        that is not known, and an Error with status 405 for a method that the path has not.
        """
        return self._perform("rest", method=method, path=path, headers=headers, body=body)

    def call(self, operation: str, request: Request = None) -> dict[str, Any]:
        """Any operation by its name, with the request as JSON text, bytes or a dict, sent as it is.

        ``client.call("put_user", '{"username": "ana", "roles": [], "full_name": null}')``

        For what the methods cannot say: an explicit null as an argument, a number that Python
        would write in another way, an answer of which the shape does not matter.
        """
        return _parse(*self.call_raw(operation, request))

    def call_raw(self, operation: str, request: Request = None) -> tuple[int, bytes]:
        """Like ``call``, but return the status (0 for success) and the JSON text of the answer.

        Nothing is parsed and no status raises. This is the cheapest call, and numbers arrive as
        they are stored: 1e400 and 1.10 are themselves.
        """
        if operation not in _ffi.OPERATIONS:
            raise ValueError(f"no operation {operation!r}; there are {', '.join(_ffi.OPERATIONS)}")
        return self._handle.call(operation, _encode(request))

    def _perform(self, operation: str, **members: Any) -> dict[str, Any]:
        return self.call(operation, _given(**members))

    # Hooks of the host

    def set_authenticator(self, realm: str, function: Optional[Authenticator]) -> None:
        """Let `function` authenticate the users of `realm`, or nobody any longer when it is None.

        realm     the name of an enabled realm below "external" in the settings of the store
        function  gets ``{"realm": {"name", "type"}, "username", "password"}``, or "access_token"
                  and perhaps "client_authentication" in the place of the last two. It returns the
                  user, a dict with any of "username", "roles", "full_name", "email", "metadata",
                  "groups" and "dn" ("username" when it got a token), or None when the credentials
                  are not of a user of the realm: the next realm is asked.

        It is for the clients of one ``open`` and their logins, and called on the threads that use
        them, on several at once. It may use the store; its own realm is not asked again meanwhile.
        When it raises, its realm has not authenticated anybody, the next one is asked, and the
        message is logged: the library's logger gets it, and the "userprofile" logger of
        ``logging`` the traceback. It is kept until it is replaced, removed or its store closed,
        and no call of it runs: one that refers to its client keeps it from being collected.

        Raises BadRequestError for a realm that is not there, AuthorizationError on a login.
        """
        authenticate = None if function is None else _authenticate_with(function)
        _parse(*self._handle.set_authenticator(_utf8(realm), authenticate))

    def authenticator(self, realm: str) -> Callable[[_AuthenticatorT], _AuthenticatorT]:
        """Decorate a function, to pass it to ``set_authenticator``.

        ``@client.authenticator("ldap1")``
        """

        def register(function: _AuthenticatorT) -> _AuthenticatorT:
            self.set_authenticator(realm, function)
            return function

        return register

    def set_clock(self, clock: Optional[Callable[[], int]]) -> None:
        """Take the time from `clock`, milliseconds since 1970; None is the system's clock again.

        It is for the clients of one ``open`` and their logins. It is called on the threads that
        use the store, and must not use the store itself. When it raises, the system's clock
        stands in and the "userprofile" logger of ``logging`` is told.
        """
        self._set_hook("clock", clock)

    def set_logger(self, logger: Optional[Callable[[int, str], object]]) -> None:
        """Send the library's messages to `logger` as level and text; None is silence again.

        Levels are those of ``logging``: ``client.set_logger(logging.getLogger("profiles").log)``.
        It is called on the threads that use the store and must not use the store itself. A store
        has one logger in a process, the last that was set.
        """
        self._set_hook("logger", logger)

    def _set_hook(self, name: str, hook: Optional[Callable[..., object]]) -> None:
        status = self._handle.set_hook(name, hook)
        if status != 0:
            error = {"type": "exception", "reason": f"set_{name} was refused"}
            raise error_for(status, {"error": error, "status": status})
