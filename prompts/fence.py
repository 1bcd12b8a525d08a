"""Delimiters around text that is data: made for one call, neutralised inside.

Knows nothing of roles or models. A template marks a value with the filter `fenced`; the marks
are private-use characters that no value can carry, and become the delimiters of the call only
after the template is rendered. So a value can neither close its own fence nor open another.
"""

import hashlib
import hmac
import re
from collections.abc import Mapping
from dataclasses import dataclass

from .lookalike import harmless

OPEN, CLOSE, END = "\ue000", "\ue001", "\ue002"
_MARKS = re.compile(f"[{OPEN}{CLOSE}{END}]")


def as_shown(text: str) -> str:
    """A text as it stands inside a fence: to compare what somebody quotes from there."""
    return harmless(_MARKS.sub("", text))


def mark(value: object, label: str = "data") -> str:
    """Wrap a value in marks; the jinja filter `fenced`."""
    named = one_line(as_shown(label)).replace(">", "›")
    return f"{OPEN}{named}{CLOSE}\n{as_shown(str(value))}\n{END}"


def without_marks(value: object) -> object:
    """The same data without the characters that marks are made of, however deep they stand."""
    if isinstance(value, str):
        return _MARKS.sub("", value)
    if isinstance(value, Mapping):
        return {without_marks(key): without_marks(held) for key, held in value.items()}
    if isinstance(value, list | tuple):
        return [without_marks(held) for held in value]
    return value


def one_line(value: object) -> str:
    """Collapse white space, so that a value cannot forge a line; the jinja filter `one_line`."""
    return " ".join(str(value).split())


def indented(value: object) -> str:
    """Keep the lines of a value and indent all but the first; the jinja filter `indented`."""
    first, *rest = str(value).strip().splitlines() or [""]
    return "\n".join([first, *(f"      {line}" if line else "" for line in rest)])


@dataclass(frozen=True, slots=True)
class Fence:
    """The delimiters of one call."""

    token: str

    @classmethod
    def of(cls, key: str, *identity: object) -> "Fence":
        """A token no earlier text can predict, and the same one when the call is resumed.

        HMAC-SHA256 (RFC 2104) of the call's identity under a key of the run, 12 hex digits.
        """
        message = "\x1f".join(map(str, identity)).encode()
        return cls(hmac.new(key.encode(), message, hashlib.sha256).hexdigest()[:12])

    def apply(self, rendered: str) -> str:
        """Turn the marks of a rendered template into this call's delimiters.

        A text that names the token loses it: whoever knows the key of the run (it is made of the
        seed and the taxonomy) or has seen the token gains nothing by it.
        """
        return (
            re.sub(re.escape(self.token), "…", rendered, flags=re.IGNORECASE)
            .replace(OPEN, "<<<BEGIN ")
            .replace(CLOSE, f" {self.token}>>>")
            .replace(END, f"<<<END {self.token}>>>")
        )
