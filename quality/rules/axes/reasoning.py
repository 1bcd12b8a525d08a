"""Rules on reasoning and task: a result that can be checked, figures, more than one request."""

import re
from collections.abc import Iterator

from ...phrases import comparable
from ..length import units
from ..numerals import NUMBER, narrow
from ..rule import Limit, Sample, Spot, rule
from ..text import HAN, WORD, plain, prose
from ..words import said
from .asked import wanted

_ASKS = re.compile(r"[?？]")
_LISTED = re.compile(r"(?m)^[ \t]*(?:[-•*]|\(?\d{1,2}[.)、）]|[①-⑳])")
_ABRIDGED = re.compile(r"\W*(?:\w|yes|no|true|false|[是否对错能可不有无行]{1,3})\W*", re.IGNORECASE)


@rule("no_result", family="axes", threshold=60)
def no_result(sample: Sample, limit: Limit) -> str:
    """Reasoning ends in a result that two people can compare. Threshold: its length."""
    if wanted(sample, "reasoning") not in ("logical", "numerical"):
        return ""
    if not sample.final_answer.strip():
        return "no final answer"
    length = units(sample.final_answer)
    return f"a final answer of {length} characters and words" if length > limit.number else ""


@rule("no_figures", family="axes", threshold=2)
def no_figures(sample: Sample, limit: Limit) -> str:
    """Calculation shows figures. Threshold: the fewest in the answers.

    One more is wanted where the result is a choice and no figure itself.
    """
    if wanted(sample, "reasoning") != "numerical":
        return ""
    figures = sum(len(_figures(text)) for _, text in sample.said("assistant"))
    least = limit.number + (not _figures(sample.final_answer))
    return "" if figures >= least else f"{figures} figures in the answers, wanted {least:g}"


def _figures(text: str) -> list[str]:
    return NUMBER.findall(narrow(text))


@rule("result_not_told", family="axes", threshold=0.5)
def result_not_told(sample: Sample, limit: Limit) -> Iterator[Spot]:
    """A final answer in words stands in the last answer. Threshold: the share of it that must.

    Numbers are seen to by `final_answer`; a yes or a letter may be told in other words.
    """
    result = sample.final_answer.strip()
    if not result or _figures(result) or units(result) > 20 or _ABRIDGED.fullmatch(result):
        return
    wanted_parts = _parts(result)
    for where, text in list(sample.said("assistant"))[-1:] if len(wanted_parts) > 1 else []:
        lower = comparable(text)
        told = sum(part in lower for part in wanted_parts)
        if told < limit.number * len(wanted_parts):
            yield Spot(f"the last answer has little of {result[:40]!r}", where)


def _parts(text: str) -> set[str]:
    """Han characters, and the beginnings of words, since a word may stand in another form."""
    lower = comparable(text)
    return {*HAN.findall(lower), *(word[:5] for word in WORD.findall(lower))}


@rule("single_request", family="axes", threshold=2, on=False)
def single_request(sample: Sample, limit: Limit) -> str:
    """A composite task asks for several things in one message. Threshold: the fewest.

    Questions, items of a list and words that join requests are counted, whatever they join. Off:
    two requests may stand side by side and nothing join them.
    """
    if wanted(sample, "task") != "composite":
        return ""
    most = max((_requests(text) for _, text in sample.said("user")), default=0)
    return "" if most >= limit.number else f"{most} request in a message"


def _requests(text: str) -> int:
    joined = len(said("joining").findall(plain(text)))
    return max(len(_ASKS.findall(prose(text))), 1) + joined + len(_LISTED.findall(text))
