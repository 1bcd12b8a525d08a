"""What counts as a good name, id, language tag or weight, and when two names are the same.

Knows text only: nothing of files, trees or formats.
"""

import re
import unicodedata
from math import isfinite

MAX_NAME = 200
MAX_ID = 200
# Line separators too: editors, YAML and Markdown do not agree on which of them end a line.
HIDDEN = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u2028\u2029\ufeff\ufffe\uffff]")
"""Characters that no file may hold as they stand."""
_BIDI = frozenset("\u061c\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")
_REFUSED_IN_NAMES = {"Cc", "Cf", "Cs", "Zl", "Zp"}
# Letters and marks that show nothing, though Unicode counts them among the printable ones; and the
# private-use characters with which prompts mark their data.
_UNSEEN = re.compile("[\u034f\u115f\u1160\u17b4\u17b5\u180b-\u180f\u2800\u3164\uffa0\ue000-\ue002]")
# An alphabet that nobody sees: the flags of regions are spelt with it, and hidden messages.
_TAGS = re.compile("(?<![\U0001f3f4\U000e0020-\U000e007e])[\U000e0000-\U000e007f]")
_KEPT_IN_PROSE = "\n\t\u200c\u200d\u200e\u200f\u061c\u00ad"
_REFUSED_IN_PROSE = _BIDI - set(_KEPT_IN_PROSE)
_LANGUAGE = re.compile(r"[A-Za-z]{2,8}(?:-[A-Za-z0-9]{1,8})*")
_NUMBER = re.compile(r"[-+]?(?:[0-9]+(?:\.[0-9]*)?|\.[0-9]+)(?:[eE][-+]?[0-9]+)?")
_LONGEST_NUMBER = 50


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
    if bare[-1:] not in {"…", "."}:
        return False
    return set(bare) == {"…"} or (len(bare) >= 3 and set(bare) == {"."})


def name_problem(name: str) -> tuple[str, str] | None:
    """What is wrong with a name, and what to do about it."""
    if unseen := _UNSEEN.search(name[: MAX_NAME + 1]):
        return _hidden_problem(unseen[0])
    if 0 < len(name) <= MAX_NAME and name[0] not in " ." and name.isprintable() and name[0] != "…":
        # Nearly all names; there may be 100,000.
        return None
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
    hidden = [c for c in name if unicodedata.category(c) in _REFUSED_IN_NAMES or HIDDEN.match(c)]
    return _hidden_problem(hidden[0]) if hidden else None


def prose_problem(text: str) -> tuple[str, str] | None:
    """What is wrong with a definition, and what to do about it."""
    if text.isprintable():
        return None
    if spelt := _TAGS.search(text):
        return _hidden_problem(spelt[0])
    for c in text:
        if c.isprintable():
            continue
        control = c not in _KEPT_IN_PROSE and unicodedata.category(c) in {"Cc", "Cs"}
        if control or c in _REFUSED_IN_PROSE or HIDDEN.match(c):
            return _hidden_problem(c)
    return None


def id_problem(ident: str) -> tuple[str, str] | None:
    """What is wrong with an id, and what to do about it."""
    if len(ident) > MAX_ID:
        return f"has {len(ident)} characters, more than {MAX_ID}", "use a shorter id"
    if not ident.isprintable() or " " in ident:
        return (
            "is not usable",
            "use letters, digits and signs that can be seen, without spaces between them",
        )
    return None


def is_language(tag: str) -> bool:
    """Whether a text is the tag of a language, such as `en` or `zh-Hant`."""
    return _LANGUAGE.fullmatch(tag) is not None


def weight_of(text: str) -> float | None:
    """The weight that a text says: a finite number that is not negative, else None."""
    if len(text) > _LONGEST_NUMBER:
        return None
    written = unicodedata.normalize("NFKC", text).strip()
    weight = float(written) if _NUMBER.fullmatch(written) else -1.0
    return abs(weight) if weight >= 0 and isfinite(weight) else None


def _visible(c: str) -> bool:
    return (c.isprintable() or unicodedata.category(c) == "Zs") and not _UNSEEN.match(c)


def _hidden_problem(c: str) -> tuple[str, str]:
    category = unicodedata.category(c)
    if c in _BIDI:
        kind = "the bidirectional control character"
    elif category == "Cs":
        kind = "the lone surrogate"
    elif category == "Co":
        kind = "the private-use character"
    elif category == "Cf" or _UNSEEN.match(c):
        kind = "the zero-width or invisible character"
    else:
        kind = "the control character"
    return f"contains {kind} U+{ord(c):04X}", "delete the character; it cannot be seen in an editor"
