"""What counts as a good name, and when two names are the same.

Knows text only: nothing of files, trees or formats.
"""

import unicodedata

MAX_NAME = 200
_BIDI = frozenset("\u061c\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")
_REFUSED_IN_NAMES = {"Cc", "Cf", "Cs", "Zl", "Zp"}
_KEPT_IN_PROSE = "\n\t\u200c\u200d\u200e\u200f\u061c\u00ad"
_REFUSED_IN_PROSE = _BIDI - set(_KEPT_IN_PROSE)


def key(name: str) -> str:
    """The form in which two names are compared."""
    if name.isascii():
        return name.lower().strip()
    return unicodedata.normalize("NFKC", name).casefold().strip()


def shown(text: str, limit: int = 60) -> str:
    """The text in quotes, safe for a terminal: hidden characters escaped, long texts cut."""
    cut = text if len(text) <= limit else text[:limit] + "…"
    return '"' + "".join(c if _visible(c) else f"\\u{ord(c):04x}" for c in cut) + '"'


def is_ellipsis(text: str) -> bool:
    """Whether the text only says "and so on"."""
    bare = text.strip()
    return bool(bare) and (set(bare) == {"…"} or (len(bare) >= 3 and set(bare) == {"."}))


def name_problem(name: str) -> tuple[str, str] | None:
    """What is wrong with a name, and what to do about it."""
    if not name.strip():
        return "is blank", "give it a name"
    if is_ellipsis(name):
        return (
            "is an ellipsis, which is no name",
            'write `open: true` beside the name, or "..." as an element of the list',
        )
    if len(name) > MAX_NAME:
        return (
            f"has {len(name)} characters, more than {MAX_NAME}",
            "shorten the name and move the explanation into its definition",
        )
    if name.isprintable():
        return None
    hidden = [c for c in name if unicodedata.category(c) in _REFUSED_IN_NAMES]
    return _hidden_problem(hidden[0]) if hidden else None


def prose_problem(text: str) -> tuple[str, str] | None:
    """What is wrong with a definition, and what to do about it."""
    if text.isprintable():
        return None
    for c in text:
        control = c not in _KEPT_IN_PROSE and unicodedata.category(c) in {"Cc", "Cs"}
        if control or c in _REFUSED_IN_PROSE:
            return _hidden_problem(c)
    return None


def _visible(c: str) -> bool:
    return c.isprintable() or unicodedata.category(c) == "Zs"


def _hidden_problem(c: str) -> tuple[str, str]:
    category = unicodedata.category(c)
    if c in _BIDI:
        kind = "the bidirectional control character"
    elif category == "Cs":
        kind = "the lone surrogate"
    elif category == "Cf":
        kind = "the zero-width or invisible character"
    else:
        kind = "the control character"
    return f"contains {kind} U+{ord(c):04X}", "delete the character; it cannot be seen in an editor"
