"""Cleaning where a model's words and numbers enter: what no database and no terminal can carry.

Only what breaks storage is changed; all else is left to the checks, which say what they find.
"""

import re

LIMIT = 1_000_000
"""Longest reply that is kept, in characters."""

_BROKEN = re.compile("[\x00\ud800-\udfff]")
_MOST_TOKENS = 1_000_000_000
"""No call has that many: a larger number is a server's mistake."""


def clean(text: str) -> str:
    """Drop NUL and replace lone surrogates, which crash SQLite and UTF-8 export."""
    if not _BROKEN.search(text):
        return text
    # A pair of surrogates that JSON escapes left apart is one character: join before replacing.
    joined = text.replace("\x00", "").encode("utf-16", "surrogatepass")
    return joined.decode("utf-16", "replace")


def count(given: object) -> int:
    """A number of tokens as a server gives it; 0 for what cannot be one."""
    try:
        number = int(given)  # type: ignore[call-overload]
    except (TypeError, ValueError, OverflowError):
        return 0
    return int(number) if 0 <= number <= _MOST_TOKENS else 0
