"""The offline ranker: requests that tell of more conditions and dilemmas pass for harder.

Longer ones do as well, a little. It understands nothing and slips now and then, so that batches
contradict one another as they do with a real model. Sees no level.
"""

import re
from collections import defaultdict
from math import log
from statistics import NormalDist
from typing import Any

from .dice import Dice
from .read import Sheet

_LABEL = re.compile(r"(?:请求|request) (\d+)\b")
_CONDITIONS = re.compile(
    r"\b(?:if|unless|except|without|also|besides|condition|snag|mustn't|can't|no more|until|but)\b|"
    r"如果|除非|除了|还有|另外|而且|条件|麻烦在|不许|不能|只有|可是|但是",
    re.IGNORECASE,
)
_DILEMMAS = re.compile(
    r"\b(?:either way|trade-?off|but then|rules say|usual way|odder|competing|at the same time)\b|"
    r"为难|权衡|又怕|按规矩|照常规|常规做法|更绕|偏偏|互相牵制|例外",
    re.IGNORECASE,
)
_LENGTH, _CONDITION, _DILEMMA = 0.3, 0.15, 0.9
"""What counts for how much: a factor e in length, a condition, a dilemma."""
_NOISE = 0.25
"""Standard deviation of what is added to each request by chance, in each batch anew."""
_EQUAL = 0.03
"""Two that are nearer than this share a rank."""


def rank(sheet: Sheet, seed: object) -> dict[str, Any] | None:
    """An `Order`; None if the prompt shows no requests."""
    told: dict[int, list[str]] = defaultdict(list)
    for label, body in sheet.sections.items():
        if match := _LABEL.match(label):
            told[int(match[1])].append(body)
    if not told:
        return None
    dice = Dice("rank", seed, *(text for texts in told.values() for text in texts))
    found = {number: _load(texts) + _chance(dice, number) for number, texts in told.items()}
    numbers = sorted(found, key=lambda number: (found[number], number))
    order: list[dict[str, int]] = []
    for place, number in enumerate(numbers):
        level = place and found[number] - found[numbers[place - 1]] < _EQUAL
        order.append({"request": number, "rank": order[-1]["rank"] if level else place + 1})
    return {"working": _working(sheet, told), "order": order}


def _load(texts: list[str]) -> float:
    whole = "\n".join(texts)
    conditions, dilemmas = len(_CONDITIONS.findall(whole)), len(_DILEMMAS.findall(whole))
    return _LENGTH * log(len(whole) + 1) + _CONDITION * conditions + _DILEMMA * dilemmas


def _chance(dice: Dice, number: int) -> float:
    return _NOISE * NormalDist().inv_cdf(min(max(dice.share(f"slip/{number}"), 1e-6), 1 - 1e-6))


def _working(sheet: Sheet, told: dict[int, list[str]]) -> str:
    line = "请求 {number}：{length} 字，条件 {conditions} 处。"
    if sheet.language != "zh":
        line = "Request {number}: {length} characters, {conditions} conditions. "
    return "".join(
        line.format(
            number=number,
            length=sum(map(len, texts)),
            conditions=len(_CONDITIONS.findall("\n".join(texts))),
        )
        for number, texts in sorted(told.items())
    ).strip()
