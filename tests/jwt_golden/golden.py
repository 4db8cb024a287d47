"""Writes golden cases: the steps that many of them share, and their layout."""

import base64
import hashlib
import json
from pathlib import Path

ANY = "$any"
PASSWORD = "l0ng-r4nd0m-p@ssw0rd"
START_MS = 1_700_000_000_000
WIDTH = 120


def on_one_line(value):
    if isinstance(value, dict) and value:
        return "{ " + ", ".join(f"{text(key)}: {on_one_line(member)}" for key, member in value.items()) + " }"
    if isinstance(value, list):
        return "[" + ", ".join(map(on_one_line, value)) + "]"
    return text(value)


def text(scalar):
    return json.dumps(scalar, ensure_ascii=False)


def layout(value, indent=0, name=""):
    """The JSON text of a value: on one line where it fits, else a line for each member."""
    line = name + on_one_line(value)
    pad = "  " * indent
    if not value or not isinstance(value, (dict, list)) or indent and len(pad + line) < WIDTH:
        return pad + line
    if isinstance(value, dict):
        members = [layout(member, indent + 1, f"{text(key)}: ") for key, member in value.items()]
    else:
        members = [layout(member, indent + 1) for member in value]
    ends = "{}" if isinstance(value, dict) else "[]"
    return f"{pad}{name}{ends[0]}\n" + ",\n".join(members) + f"\n{pad}{ends[1]}"


def write(directory, name, source, steps, config=None):
    """Writes the case `name`, whose rule comes from `source`."""
    case = {"name": name, "from": source}
    if config:
        case["config"] = config
    case["steps"] = steps
    path = Path(directory) / f"{name}.json"
    path.write_text(layout(case) + "\n", encoding="utf-8")


def call(operation, request, response, status=0, on=None, keep=None):
    step = {"call": operation}
    if on:
        step["on"] = on
    step |= {"request": request, "status": status, "response": response}
    if keep:
        step["keep"] = keep
    return step


def error(status, kind, reason, header=None):
    """An error document, as the arguments of `call` and `login`."""
    detail = {"type": kind, "reason": reason}
    if header:
        detail["header"] = {"WWW-Authenticate": header}
    return {"response": {"error": {"root_cause": [detail], **detail}, "status": status}, "status": status}


def refused(reason=ANY):
    return error(401, "security_exception", reason, ANY)


EXPIRED = error(
    401,
    "security_exception",
    "token expired",
    ['Bearer realm="security", error="invalid_token", error_description="The access token expired"'],
)


def illegal(reason):
    return error(400, "illegal_argument_exception", reason)


def uid(username, number=0):
    digest = base64.urlsafe_b64encode(hashlib.sha256(username.encode()).digest())
    return f"u_{digest.decode().rstrip('=')}_{number}"


def authenticated(username, roles=(), realm=("default_native", "native"), domain=None, how="realm", **others):
    """What `authenticate` answers."""
    where = {"name": realm[0], "type": realm[1]} | ({"domain": domain} if domain else {})
    answer = {"username": username, "roles": list(roles), "full_name": None, "email": None, "metadata": {}}
    answer |= {"enabled": True, "authentication_realm": where, "lookup_realm": where, "authentication_type": how}
    return answer | others


def profile(username, roles=(), realm="default_native", seq_no=0, at=START_MS, domain=None, **others):
    """What `activate` answers."""
    number = others.pop("number", 0)
    user = {"username": username, "roles": list(roles), "realm_name": realm}
    if domain:
        user["realm_domain"] = domain
    user |= {key: others.pop(key) for key in ("email", "full_name") if key in others}
    answer = {"uid": uid(username, number), "enabled": True, "last_synchronized": at, "user": user}
    answer |= {"labels": {}, "data": {}, "_doc": {"_primary_term": 1, "_seq_no": seq_no}}
    return answer | others


def put_user(username, roles=(), created=True, **others):
    request = {"username": username, "password": PASSWORD, "roles": list(roles)} | others
    return call("put_user", request, {"created": created})


def login(name, request, response, status=0, on=None, keep=None):
    step = call("", request, response, status, on, keep)
    return {"login": name} | {key: value for key, value in step.items() if key != "call"}


def login_user(username, roles=(), **others):
    request = {"username": username, "password": PASSWORD}
    return login(username, request, authenticated(username, roles, **others))


def rest(method, path, response, status=0, body=None, headers=None, on=None, keep=None):
    request = {"method": method, "path": path}
    if headers:
        request["headers"] = headers
    if body is not None:
        request["body"] = body
    return call("rest", request, response, status, on, keep)


def activate_password(username, response, status=0, on=None):
    request = {"grant_type": "password", "username": username, "password": PASSWORD}
    return call("activate", request, response, status, on)


def activate_token(token, response, status=0, on=None):
    return call("activate", {"grant_type": "access_token", "access_token": token}, response, status, on)


def assertion(username, realm, kind, roles=(), lookup=None, **others):
    """The request of `activate` by which the host asserts a user."""
    user = {"username": username, "roles": list(roles), "full_name": None, "email": None, "metadata": {}}
    user["authentication_realm"] = {"name": realm, "type": kind}
    if lookup:
        user["lookup_realm"] = {"name": lookup[0], "type": lookup[1]}
    user["authentication_type"] = "realm"
    return {"grant_type": "authentication", "authentication": user | others}
