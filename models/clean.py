"""Text cleaning where model text enters: what no database and no terminal can carry.

Only what breaks storage is changed; all else is left to the checks, which say what they find.
"""

import re

LIMIT = 1_000_000
"""Longest reply that is kept, in characters."""

_BROKEN = re.compile("[\x00\ud800-\udfff]")


def clean(text: str) -> str:
    """Drop NUL and replace lone surrogates, which crash SQLite and UTF-8 export."""
    if not _BROKEN.search(text):
        return text
    # A pair of surrogates that JSON escapes left apart is one character: join before replacing.
    joined = text.replace("\x00", "").encode("utf-16", "surrogatepass")
    return joined.decode("utf-16", "replace")
