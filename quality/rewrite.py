"""What a rewrite that may only change wording must carry over: figures, code, addresses.

Compares the texts of one part of a conversation before and after. Knows no agent.
"""

import re
import unicodedata
from collections.abc import Iterator, Sequence

from .rules.numerals import values

_FIGURE = re.compile(r"\d+(?:[.,:/-]\d+)*")
_CODE = re.compile(r"```.*?```|`[^`\n]+`", re.DOTALL)
_ADDRESS = re.compile(r"https?://[^\s<>()（），。；]+|[\w.+-]+@[\w-]+(?:\.[\w-]+)+")
_SLOT = re.compile(r"\{\{?\w+\}?\}|\$\{\w+\}|%[sd]\b")
_NUMBER = re.compile(r"(?<![\w.,])\d[\d,]*(?:\.\d+)?(?:\s*[万亿%])?(?![\w折])")
_SMALL = 100
_WHITE = re.compile(r"\s+")
_LISTED = re.compile(r"^\s*\d{1,2}[.)、．]\s", re.MULTILINE)
"""Numbers of a list are form, which may change."""


def lost(before: Sequence[str], after: Sequence[str]) -> str:
    """What the second texts lack of the first, as one sentence; "" if nothing."""
    kept = "\n".join(map(_plain, after))
    for text in before:
        for thing, what in _fixed(_plain(text)):
            if thing not in kept:
                return f"the {what} {thing!r} is gone or was changed"
    return ""


def changed(before: Sequence[str], after: Sequence[str]) -> str:
    """Where texts that were to stay differ, as one sentence; "" if they do not.

    White space is not compared: replies seldom keep it.
    """
    for number, (told, now) in enumerate(zip(before, after, strict=True), 1):
        if _WHITE.sub("", told) != _WHITE.sub("", now):
            return f"text {number} of {len(before)} is another one"
    return ""


def lost_values(before: Sequence[str], after: Sequence[str]) -> str:
    """What numbers and addresses a translation lacks; "" if none.

    Numbers are compared by value, since 3.2 万 is 32,000, and only those of three digits or with a
    fraction: small ones may become words, days and hours are written in other ways.
    """
    now = "\n".join(map(_plain, after))
    kept = values(now)
    for text in map(_plain, before):
        for match in _ADDRESS.finditer(text):
            if match[0] not in now:
                return f"the address {match[0]!r} is gone or was changed"
        for match in _NUMBER.finditer(_ADDRESS.sub(" ", text)):
            found = values(match[0])
            if all(value >= _SMALL or value % 1 for value in found) and not found & kept:
                return f"the number {match[0].strip()!r} is gone or was changed"
    return ""


def _fixed(text: str) -> Iterator[tuple[str, str]]:
    """What in a text no rewording touches, with what it is."""
    for match in _CODE.finditer(text):
        yield match[0].strip("`\n "), "code"
    rest = _CODE.sub(" ", text)
    for pattern, what in ((_ADDRESS, "address"), (_SLOT, "placeholder")):
        for match in pattern.finditer(rest):
            yield match[0], what
        rest = pattern.sub(" ", rest)
    for match in _FIGURE.finditer(_LISTED.sub(" ", rest)):
        yield match[0], "figure"


def _plain(text: str) -> str:
    return unicodedata.normalize("NFKC", text)
