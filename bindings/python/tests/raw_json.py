"""JSON by its text: the golden files compare numbers and escapes as they are written."""

import re

_TOKEN = re.compile(r'\s*([\[\]{}:,]|"(?:[^"\\]|\\.)*"|[^\s\[\]{}:,"]+)\s*')
ANY = '"$any"'


def tokens(text):
    found, at = [], 0
    while at < len(text):
        match = _TOKEN.match(text, at)
        if match is None:
            raise ValueError(f"not JSON at {at}: {text[at : at + 40]!r}")
        found.append(match[1])
        at = match.end()
    return found


def minify(text):
    return "".join(tokens(text))


def parse(text):
    """A tree of the text: dicts and lists, with each key and scalar as it is written."""
    stream = iter(tokens(text))
    tree = _value(next(stream), stream)
    if next(stream, None) is not None:
        raise ValueError("more than one document")
    return tree


def _value(token, stream):
    if token == "{":
        return _members(stream)
    if token == "[":
        return _elements(stream)
    return token


def _members(stream):
    members = {}
    token = next(stream)
    while token != "}":
        colon = next(stream)
        if colon != ":" or token in members:
            raise ValueError(f"{token} is no key, or there twice")
        members[token] = _value(next(stream), stream)
        token = next(stream)
        if token == ",":
            token = next(stream)
    return members


def _elements(stream):
    elements = []
    token = next(stream)
    while token != "]":
        elements.append(_value(token, stream))
        token = next(stream)
        if token == ",":
            token = next(stream)
    return elements


def text(tree):
    if isinstance(tree, dict):
        return "{" + ",".join(f"{key}:{text(value)}" for key, value in tree.items()) + "}"
    if isinstance(tree, list):
        return "[" + ",".join(map(text, tree)) + "]"
    return tree


def same(expected, actual):
    """Whether two trees are equal, order and text included; "$any" stands for any one value."""
    if expected == ANY:
        return True
    if isinstance(expected, dict) and isinstance(actual, dict):
        return list(expected) == list(actual) and all(
            same(expected[key], actual[key]) for key in expected
        )
    if isinstance(expected, list) and isinstance(actual, list):
        return len(expected) == len(actual) and all(map(same, expected, actual))
    return expected == actual
