"""Finds the list of rows in a JSON document and the line of each, which `json.loads` does not tell.

Knows text only: no files, and nothing of what the rows mean.
"""

import re
from collections.abc import Iterator
from json import JSONDecodeError, JSONDecoder
from typing import Any

_SPACE = re.compile(r"[ \t\r\n]*")
_DECODER = JSONDecoder()


def listed(text: str) -> Iterator[tuple[int, Any]]:
    """The elements of a list, or of the only list in an object, each with its line.

    Raises JSONDecodeError for what is neither.
    """
    start = _after_space(text, 0)
    if text.startswith("{", start):
        lists = [at for at in _values(text, start) if text.startswith("[", at)]
        if len(lists) != 1:
            found = f"an object with {len(lists)} lists, so which holds the rows is not clear"
            raise JSONDecodeError(found, text, start)
        yield from _elements(text, lists[0])
        return
    if not text.startswith("[", start):
        raise JSONDecodeError("wanted is a list of objects", text, start)
    yield from _elements(text, start)


def _elements(text: str, start: int) -> Iterator[tuple[int, Any]]:
    line, counted = 1, 0
    for at, value in _members(text, start, "]"):
        line += text.count("\n", counted, at)
        counted = at
        yield line, value


def _values(text: str, start: int) -> list[int]:
    """Where the values of an object begin."""
    found = []
    for at, _ in _members(text, start, "}"):
        found.append(at)
    return found


def _members(text: str, start: int, closer: str) -> Iterator[tuple[int, Any]]:
    """The values between two brackets and where they begin; nothing may follow an outermost one."""
    at = _after_space(text, start + 1)
    while not text.startswith(closer, at):
        if closer == "}":
            at = _after_key(text, at)
        value, end = _DECODER.raw_decode(text, at)
        yield at, value
        at = _after_space(text, end)
        if text.startswith(",", at):
            at = _after_space(text, at + 1)
            if text.startswith(closer, at):
                raise JSONDecodeError("a comma stands before the closing bracket", text, at)
        elif not text.startswith(closer, at):
            raise JSONDecodeError(f"wanted is a comma or {closer}", text, at)
    outermost = not text[:start].strip()
    if outermost and (rest := _after_space(text, at + 1)) < len(text):
        raise JSONDecodeError("more stands behind the end", text, rest)


def _after_key(text: str, at: int) -> int:
    key, end = _DECODER.raw_decode(text, at)
    colon = _after_space(text, end)
    if not isinstance(key, str) or not text.startswith(":", colon):
        raise JSONDecodeError("wanted is a key in double quotes, and a colon", text, at)
    return _after_space(text, colon + 1)


def _after_space(text: str, at: int) -> int:
    match = _SPACE.match(text, at)
    return match.end() if match else at
