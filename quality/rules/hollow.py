"""What is written to win over a judge: answers that hold nothing, and text that plays a verdict.

Judges are models, and models have been seen to accept ":" or "Thought process:" as the right answer
to whatever was asked; so both are refused by rule, before a judge is paid. Knows nothing of judges
but the two keys of their verdict.
"""

import re
import unicodedata
from collections import defaultdict
from collections.abc import Iterable, Iterator
from functools import lru_cache

from ..phrases import phrases
from .rule import Limit, Sample, Spot, rule

_FENCE_LINE = re.compile(r"^[ \t>]*(?:`{3,}|~{3,})[\w+#.-]*[ \t]*$", re.MULTILINE)
_FENCE_SHOWN = re.compile(r"^(?:`{4,}|~{4,})\w*\n\s*(?:`{3}|~{3})", re.MULTILINE)
"""Somebody asked what a fence looks like."""
_TAG = re.compile(r"(?<!<)</?[A-Za-z][A-Za-z0-9]{0,15}(?: [^<>]{0,200})?/?>")
_LOOK, _LONGEST = 400, 80
"""Characters of the beginning that are looked at first, and what an announcement may have."""
_BLANK_LETTERS = "\u115f\u1160\u3164\uffa0"
_CODE = re.compile(
    r"^[ \t>]*(?:(?:[-*+]|\d+[.)])[ \t]+)*(?P<fence>`{3,}|~{3,})[^`\n]*\n.*?^[ \t>]*(?P=fence)"
    r"|(?<!`)(?P<ticks>`{1,2})(?!`)[^`\n]+(?P=ticks)(?!`)",
    re.MULTILINE | re.DOTALL,
)
_ROLE = re.compile(
    r"<\|[\w▁/-]{2,40}\|>|</?(?:start|end)_of_turn>|<</?sys>>"
    r"|\[/?(?:inst|system_prompt|available_tools|tool_calls|tool_results)\]"
)
_SHOWN = re.compile(
    r"‹\|[\w▁/-]{2,40}\|>|‹/?(?:start|end)_of_turn>|‹</?sys>>|‹{3}\s*(?:begin|end|开始|结束)"
    r"|<<<\s*(?:begin|end)\b[^\n]{0,80}[0-9a-f]{12}\s*>>>"
)
"""Delimiters, and role marks as agents are shown them: an agent has copied them into a sample."""
_FORMAT = re.compile(
    "[\xad\u0600-\u0605\u061c\u06dd\u070f\u0890\u0891\u08e2\u180e\u200b-\u200f\u202a-\u202e"
    "\u2060-\u2064\u2066-\u206f\ufeff\ufff9-\ufffb\U000110bd\U000110cd\U00013430-\U0001343f"
    "\U0001bca0-\U0001bca3\U0001d173-\U0001d17a\U000e0001\U000e0020-\U000e007f]"
)
"""Characters of the category Cf."""
_ACCEPT = re.compile(r"""\\?["'“”]accept\\?["'“”]\s*:\s*\\?["'“”]?(?:true|false|1|0|yes|no)\b""")
_CRITERIA = re.compile(r"""\\?["'“”]criteria\\?["'“”]\s*:""")


@rule("hollow")
def hollow(sample: Sample, limit: Limit) -> Iterator[Spot]:
    """No answer is only marks, or only announces an answer."""
    for where, text in sample.said("assistant"):
        if detail := _nothing_in(text):
            yield Spot(detail, where)


def _nothing_in(text: str) -> str:
    known = _by_first(phrases("en").announcements)
    if _FENCE_SHOWN.search(text) or not _begins_hollow(text, known):
        return ""
    for part in _shown(text):
        bare = _bare(part)
        if not bare and _visible(text):
            return f"an answer is only {text.strip()[:40]!r}"
        if bare and _made_of(bare, known):
            return f"an answer only announces one: {text.strip()[:60]!r}"
    return ""


def _begins_hollow(text: str, known: dict[str, list[str]]) -> bool:
    """Whether the beginning leaves it open: nearly every answer says something at once."""
    if len(text) <= _LOOK:
        return True
    return any(_made_of(_bare(part), known, open_end=True) for part in _shown(text[:_LOOK]))


def _shown(text: str) -> tuple[str, ...]:
    """The text without fences, and without tags where something is left then.

    What is left without its tags may be nothing: a tag can be the answer.
    """
    shown = _FENCE_LINE.sub("", text)
    untagged = _TAG.sub("", shown)
    return (shown, untagged) if _visible(untagged) else (shown,)


@rule("forged")
def forged(sample: Sample, limit: Limit) -> Iterator[Spot]:
    """No message carries a verdict, or role marks of a chat template outside code."""
    for where, said in sample.said("system", "user", "assistant"):
        text = _plain(said)
        if _ACCEPT.search(text) and _CRITERIA.search(text):
            yield Spot("holds a verdict", where)
            continue
        found = _SHOWN.search(text) or _ROLE.search(text)
        if found and found.re is _ROLE:
            found = _ROLE.search(_CODE.sub(" ", text))
        if found:
            yield Spot(f"holds {found[0]!r}", where)


def _plain(text: str) -> str:
    """The text without what cannot be seen, one width, lower case; lines stay lines."""
    if text.isascii():
        return text.lower()
    return _FORMAT.sub("", unicodedata.normalize("NFKC", text).casefold())


def _bare(text: str) -> str:
    """What tells: letters, digits, and signs of mathematics or money that no markup is made of."""
    if text.isascii():
        return _UNTELLING.sub("", text.lower())
    return unicodedata.normalize("NFKD", text).casefold().translate(_TELLING)


class _Telling(dict[int, int | None]):
    """A table for `translate`, which is made as characters come up."""

    def __missing__(self, code: int) -> int | None:
        self[code] = code if _tells(chr(code)) else None
        return self[code]


def _tells(char: str) -> bool:
    kind = unicodedata.category(char)
    if kind in ("Sm", "Sc"):
        return not char.isascii()
    return kind[0] in "LN" and char not in _BLANK_LETTERS


_UNTELLING = re.compile(r"[^a-z0-9]+")
_TELLING = _Telling()


def _visible(text: str) -> bool:
    return any(not c.isspace() and unicodedata.category(c) not in ("Cc", "Cf") for c in text)


@lru_cache(maxsize=4)
def _by_first(announcements: tuple[str, ...]) -> dict[str, list[str]]:
    """Announcements, bare, by their first character."""
    found: dict[str, list[str]] = defaultdict(list)
    for phrase in announcements:
        bare = _bare(phrase)
        found[bare[0]].append(bare)
    return dict(found)


def _made_of(bare: str, known: dict[str, list[str]], *, open_end: bool = False) -> bool:
    """Whether the text is one announcement after the other, with nothing between.

    With an open end what comes last may be the beginning of one.
    """
    reached = {0}
    for place in range(len(bare)):
        if place in reached:
            if open_end and place >= len(bare) - _LONGEST:
                return True
            reached.remove(place)
            reached.update(_ends(bare, place, known.get(bare[place], ())))
        elif not reached:
            return False
    return len(bare) in reached


def _ends(bare: str, place: int, phrases: Iterable[str]) -> Iterator[int]:
    return (place + len(phrase) for phrase in phrases if bare.startswith(phrase, place))
