"""Rules on depth: a result without its derivation, steps within the answer, thinking apart."""

import re
from collections.abc import Iterator
from math import ceil

from ...phrases import comparable
from ..length import units
from ..rule import Limit, Sample, Spot, rule
from ..text import plain, prose
from ..words import said, words
from .asked import wanted
from .context import grams
from .signs import shows

_ITEM = re.compile(
    r"(?m)^[ \t>]*(?:\*\*|__|#+[ \t]*)?(?:[-*•·][ \t]|\(?\d{1,2}[.)、）:：]|[①-⑳]"
    r"|[（(]?[一二三四五六七八九十]{1,2}[、）).]|第[一二三四五六七八九十\d]{1,2}步|[Ss]tep[ \t]*\d)"
)
_EQUATION = re.compile(r"[\d)）%a-zA-Z元\u4e00-\u9fff]\s*(?:=|＝|≈|⇒|→|=>)\s*[-−$¥￥(（\da-zA-Z]")

_PAUSE = re.compile(r"[,，。;；!！?？\n]|\.(?!\d)")
_NUMBER = re.compile(r"\d+(?:\.\d+)?")


@rule("unasked_thinking", family="axes")
def unasked_thinking(sample: Sample, limit: Limit) -> str:
    """`reasoning` is empty unless deep thinking was asked for."""
    unasked = wanted(sample, "depth") in ("direct", "chain_of_thought")
    return "thinking is stored apart" if unasked and sample.reasoning.strip() else ""


@rule("late_result", family="axes", threshold=0.5)
def late_result(sample: Sample, limit: Limit) -> Iterator[Spot]:
    """A direct answer does not derive its result first. Threshold: how far in it may come."""
    result = comparable(sample.final_answer).strip()
    if wanted(sample, "depth") != "direct" or not result:
        return
    *earlier, (where, text) = [("", ""), *sample.said("assistant")]
    if not any(result in comparable(answer) for _, answer in earlier):
        shown = comparable(text)
        at, early = shown.find(result), shown[: len(shown) // 3]
        told = any(number in early for number in _NUMBER.findall(result))
        if at > limit.number * len(shown) and not told and _steps(text) >= 4:
            yield Spot("the result comes after its derivation", where)


@rule("no_steps", family="axes", threshold=2)
def no_steps(sample: Sample, limit: Limit) -> str:
    """With chain of thought an answer shows its steps. Threshold: the fewest."""
    if wanted(sample, "depth") != "chain_of_thought":
        return ""
    most = 0
    for _, text in sample.said("assistant"):
        # A chain may do without such marks; then it takes more than a few clauses.
        clauses = _PAUSE.split(prose(text), maxsplit=2 * ceil(limit.number) + 4)
        steps = sum(1 for clause in clauses if len(clause.strip()) > 1) // 2
        most = max(most, steps if steps >= limit.number else steps + _steps(text))
        if most >= limit.number:
            return ""
    return f"{most} steps in an answer, wanted {limit.number:g}"


def _steps(text: str) -> int:
    """Items of lists, equations, and different words that put steps in order."""
    ordered = {match[0] for match in said("ordering").finditer(plain(text))}
    bare = prose(text)
    return len(ordered) + len(_ITEM.findall(bare)) + len(_EQUATION.findall(text))


@rule("no_thinking", family="axes", threshold=12)
def no_thinking(sample: Sample, limit: Limit) -> str:
    """Deep thinking is stored apart. Threshold: fewest characters and words."""
    if wanted(sample, "depth") != "deep_thinking":
        return ""
    length = units(sample.reasoning)
    if length < limit.number:
        return f"{length} characters and words of thinking, wanted {limit.number:g}"
    return ""


@rule("copied_thinking", family="axes", threshold=0.8)
def copied_thinking(sample: Sample, limit: Limit) -> Iterator[Spot]:
    """Thinking is no copy of an answer. Threshold: share of the longer that both have."""
    if wanted(sample, "depth") != "deep_thinking" or not sample.reasoning.strip():
        return
    thought = grams(sample.reasoning)
    for where, text in sample.said("assistant"):
        answer = grams(text)
        longest = max(len(thought), len(answer))
        if longest >= 6 and len(thought & answer) >= limit.number * longest:
            yield Spot("the thinking is the answer", where)


@rule("thinking_named", family="axes")
def thinking_named(sample: Sample, limit: Limit) -> Iterator[Spot]:
    """No answer speaks of thinking that the asker does not see."""
    if wanted(sample, "depth") != "deep_thinking":
        return
    for where, text in sample.said("assistant"):
        shown = plain(text)
        phrase = next((phrase for phrase in words("about_thinking") if phrase in shown), "")
        if phrase and not shows("about_thinking", [sample.asked()]):
            yield Spot(f"speaks of its thinking: {phrase!r}", where)
