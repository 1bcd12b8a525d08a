"""What a rewrite that may only change wording must carry over: figures, code, addresses, turns.

Compares two conversations as messages. It sees what can be seen letter by letter; a condition that
is lost in other words is for critic and judges to find. Knows no agent.
"""

import re
import unicodedata
from collections.abc import Iterator, Mapping, Sequence

Messages = Sequence[Mapping[str, str]]

_FIGURE = re.compile(r"\d+(?:[.,:/-]\d+)*")
_CODE = re.compile(r"```.*?```|`[^`\n]+`", re.DOTALL)
_ADDRESS = re.compile(r"https?://[^\s<>()（），。；]+|[\w.+-]+@[\w-]+(?:\.[\w-]+)+")
_SLOT = re.compile(r"\{\{?\w+\}?\}|\$\{\w+\}|%[sd]\b")
_LISTED = re.compile(r"^\s*\d{1,2}[.)、．]\s", re.MULTILINE)
"""Numbers of a list are form, which may change."""


def lost(before: Messages, after: Messages) -> str:
    """What the second conversation lacks of the first, as one sentence; "" if nothing."""
    roles = [message["role"] for message in before], [message["role"] for message in after]
    if roles[0] != roles[1]:
        return f"the turns were {', '.join(roles[0])} and are {', '.join(roles[1])}"
    kept = "\n".join(_plain(message["content"]) for message in after)
    for message in before:
        for thing, what in _fixed(_plain(message["content"])):
            if thing not in kept:
                return f"the {message['role']}'s {what} {thing!r} is gone or was changed"
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
