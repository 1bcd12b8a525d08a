"""Rule checks: what can be seen wrong with a candidate without asking a model.

A check is a function from chat messages to a detail, or "" when the candidate passes; its name
is the reason code. Knows nothing of who wrote the candidate.
"""

import re
import unicodedata
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from .hollow import forged, hollow
from .phrases import Phrases, comparable

Messages = Sequence[dict[str, str]]
Check = Callable[[Messages, Phrases], str]
_FENCE = re.compile(
    r"""^[ \t>]*(?:(?:[-*+]|\d+[.)])[ \t]+)*   # in a quotation, in a list
    (?P<mark>`{3,}(?=[^`\n]*$)|~{3,})          # a mark of three, or inline code
    (?P<info>[^\n]*)$""",
    re.MULTILINE | re.VERBOSE,
)
_BESIDE_HAN = re.compile(r"(?<=[\u3400-\u9fff]) | (?=[\u3400-\u9fff])")
_INVISIBLE = frozenset({"Cc", "Cf"})


@dataclass(frozen=True, slots=True)
class Flaw:
    """A check that a candidate failed."""

    code: str
    detail: str


def roles(messages: Messages, phrases: Phrases) -> str:
    """An optional system message, then user and assistant in turn, the assistant last."""
    names = [message["role"] for message in messages]
    dialogue = names[1:] if names[:1] == ["system"] else names
    legal = ["user", "assistant"] * (len(dialogue) // 2)
    return "" if dialogue and dialogue == legal else f"the order is {', '.join(names) or 'empty'}"


def empty(messages: Messages, phrases: Phrases) -> str:
    """No message is blank; what shows nothing, such as a zero-width space, is blank."""
    return next((f"{m['role']} message is blank" for m in messages if _blank(m["content"])), "")


def placeholder(messages: Messages, phrases: Phrases) -> str:
    """Nothing is left to be filled in by the reader."""
    return _first(phrases.placeholders, _assistant(messages))


def meta(messages: Messages, phrases: Phrases) -> str:
    """The assistant does not speak of being a model or of how the sample came about."""
    return _first(phrases.meta, _assistant(messages))


def refusal(messages: Messages, phrases: Phrases) -> str:
    """The assistant does not open with a refusal: a refused request teaches no category."""
    opening = [text[:80] for text in _assistant(messages)]
    return _first(phrases.refusals, opening)


def fences(messages: Messages, phrases: Phrases) -> str:
    """Every code fence that is opened is closed."""
    said = (message["content"] for message in messages if message["role"] == "assistant")
    return "a code fence is not closed" if any(_left_open(text) for text in said) else ""


CHECKS: dict[str, Check] = {
    "roles": roles,
    "empty": empty,
    "hollow": hollow,
    "forged": forged,
    "placeholder": placeholder,
    "meta": meta,
    "refusal": refusal,
    "fences": fences,
}
"""Reason code to check, in the order in which they run."""


def run_checks(messages: Messages, phrases: Phrases) -> list[Flaw]:
    """Every check that the candidate fails."""
    results = ((code, check(messages, phrases)) for code, check in CHECKS.items())
    return [Flaw(code, detail) for code, detail in results if detail]


def _assistant(messages: Messages) -> list[str]:
    """What the assistant says as it can be compared: as it stands, and as Chinese is spaced."""
    said = (message["content"] for message in messages if message["role"] == "assistant")
    texts = [comparable(text) for text in said]
    return texts + [tight for text in texts if (tight := _BESIDE_HAN.sub("", text)) != text]


def _blank(text: str) -> bool:
    return all(char.isspace() or unicodedata.category(char) in _INVISIBLE for char in text)


def _left_open(text: str) -> bool:
    """Whether a fence is open at the end: only as long a mark of its kind, alone, closes it."""
    opened = ""
    for fence in _FENCE.finditer(text):
        if not opened:
            opened = fence["mark"]
        elif fence["mark"].startswith(opened) and not fence["info"].strip():
            opened = ""
    return bool(opened)


def _first(needles: Iterable[str], texts: Sequence[str]) -> str:
    return next((f"holds {n!r}" for n in needles for text in texts if n in text), "")
