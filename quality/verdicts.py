"""What a verdict may say: quotes must be verbatim, and acceptance must follow from the criteria.

Works on plain data: criteria map a name to `{"finding", "quote"}`.
"""

import re
import unicodedata
from collections.abc import Iterable, Mapping

Criteria = Mapping[str, Mapping[str, str]]

BLOCKERS = frozenset({"on_request", "correct", "complete", "safe", "current"})
"""Criteria of which one that is not met means a reject, whatever the score says."""
_SPACE = re.compile(r"\s+")
_ELLIPSIS = re.compile(r"[(\[（【]?(?:\.{3,}|…+)[)\]）】]?")
_MARKS = str.maketrans("", "", "\"'“”‘’「」『』«»`*")


def void_false_quotes(criteria: Criteria, sources: Iterable[str]) -> dict[str, dict[str, str]]:
    """Turn every `not_met` without a verbatim quote from the sources into `cannot_tell`.

    Width, case, white space, quotation marks and emphasis are not compared, and a quote may leave
    out its middle with an ellipsis.
    """
    if all(criterion["finding"] != "not_met" for criterion in criteria.values()):
        return {name: dict(criterion) for name, criterion in criteria.items()}
    text = "\n".join(_plain(source) for source in sources)
    return {
        name: _voided(criterion) if not _quoted(criterion, text) else dict(criterion)
        for name, criterion in criteria.items()
    }


def contradiction(criteria: Criteria, accept: bool) -> str:
    """What in a verdict contradicts itself, as one sentence for the judge; "" if nothing does."""
    failed = [name for name in criteria if criteria[name]["finding"] == "not_met"]
    blocked = [name for name in failed if name in BLOCKERS]
    if accept and blocked:
        return f"accept is true, although {', '.join(blocked)} is not_met"
    if not accept and all(c["finding"] == "met" for c in criteria.values()):
        return "accept is false, although every criterion is met"
    return ""


def baseless(raw: Criteria, kept: Criteria, accept: bool) -> str:
    """What a reject lacks whose every `not_met` lost its quote; "" if it stands on something.

    `raw` is what the judge said, `kept` what is left of it after `void_false_quotes`.
    """
    lost = [name for name in raw if raw[name]["finding"] == "not_met"]
    doubted = any(criterion["finding"] == "cannot_tell" for criterion in raw.values())
    stands = any(criterion["finding"] == "not_met" for criterion in kept.values())
    if accept or not lost or doubted or stands:
        return ""
    return (
        f"accept is false because of {', '.join(lost)}, but the quote is not verbatim text of the "
        "candidate or the request: quote exactly, or change the finding"
    )


def _quoted(criterion: Mapping[str, str], text: str) -> bool:
    if criterion["finding"] != "not_met":
        return True
    parts = [plain for part in _ELLIPSIS.split(criterion["quote"]) if (plain := _plain(part))]
    return bool(parts) and all(part in text for part in parts)


def _voided(criterion: Mapping[str, str]) -> dict[str, str]:
    return {**criterion, "finding": "cannot_tell"}


def _plain(text: str) -> str:
    normal = unicodedata.normalize("NFKC", text).casefold().translate(_MARKS)
    return _SPACE.sub("", normal)
