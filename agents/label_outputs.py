"""What an annotator gives: numbers from a menu, each with confidence and evidence.

Whatever is chosen is named by a number of the menu that was shown, never by words, so that no text
can put a category of its own into a data set. Knows nothing of how a menu came about.
"""

from collections.abc import Collection
from typing import Literal

from pydantic import Field

from .outputs import Reply

Confidence = Literal["low", "medium", "high"]
CONFIDENCES: tuple[Confidence, ...] = ("low", "medium", "high")
"""From the least to the most."""


class Choice(Reply):
    """One thing on the menu that holds."""

    option: int = Field(
        description="number of the option on the menu", json_schema_extra={"zh": "菜单上的选项编号"}
    )
    confidence: Confidence
    evidence: str = Field(
        default="",
        description="the words of the candidate that decided, verbatim and in one piece",
        json_schema_extra={"zh": "候选样本中起决定作用的原文，连续一段，一字不改"},
    )


class Annotation(Reply):
    """What an annotator says of one menu."""

    working: str = Field(
        default="",
        description="room to think, before anything is chosen",
        json_schema_extra={"zh": "先在这里想，再选"},
    )
    choices: list[Choice] = Field(
        description="what was chosen, the best first; empty when nothing holds",
        json_schema_extra={"zh": "选中的项，最合适的在前；都不合适就为空"},
    )
    none: bool = Field(
        default=False,
        description="true only if nothing at all on the menu holds",
        json_schema_extra={"zh": "整张菜单没有一项合适才写 true"},
    )


def problem(said: Annotation, numbers: Collection[int]) -> str:
    """What cannot be used in a reply to a menu with these numbers, as one sentence; "" if all can.

    More choices than were asked for do no harm: the best ones count.
    """
    chosen = [choice.option for choice in said.choices]
    strangers = [number for number in chosen if number not in numbers]
    if strangers:
        return f"option {strangers[0]} is not on the menu, which has 1 to {len(numbers)}"
    if twice := [number for number in chosen if chosen.count(number) > 1]:
        return f"option {twice[0]} is chosen twice"
    if said.none and chosen:
        return "none is true, although something is chosen: empty choices, or make none false"
    if not said.none and not chosen:
        return "nothing is chosen, although none is false: choose what holds, or make none true"
    return ""
