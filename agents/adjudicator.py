"""The adjudicator: rules where judges differ, seeing what they said and not who said it.

It is held to the same rules as a judge: a quote must be verbatim, and its decision must follow
from its finding. Knows nothing of votes, names and scores.
"""

import random
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Literal

from pydantic import Field

from ..models import Failure
from ..quality import baseless, contradiction, void_false_quotes
from .judge import quotable
from .outputs import Reply, Text
from .role import Call, Result, role
from .scene import Values

ADJUDICATOR = "adjudicator"
"""The role, its node, its prompt, and its name among a recipe's models."""
SEES = ("request", "candidate", "opinions")
"""All that its prompt may declare."""
Deciding = Literal[
    "on_request",
    "correct",
    "complete",
    "clear",
    "safe",
    "current",
    "natural_request",
    "worth_training",
    "none",
]


class Ruling(Reply):
    """What the adjudicator gives."""

    work: Text = Field(
        description="your own check of every point on which the opinions differ",
        json_schema_extra={"zh": "各份意见分歧在哪里，逐点自己核对"},
    )
    criterion: Deciding = Field(
        description="the one criterion that decided; none only when you accept and none stood out",
        json_schema_extra={"zh": "起决定作用的那一项；只有判收、且没有哪一项突出时才写 none"},
    )
    finding: Literal["met", "not_met"] = Field(
        description="your finding on that criterion; met for none",
        json_schema_extra={"zh": "你对这一项的判断；写了 none 就填 met"},
    )
    quote: str = Field(
        default="",
        description="for not_met: verbatim words from candidate or request; else empty",
        json_schema_extra={"zh": "not_met 时引用候选样本或需求单中的原文；其余留空"},
    )
    accept: bool
    rationale: Text = Field(
        description="at most 80 words: which opinion holds on which point, and why",
        json_schema_extra={"zh": "不超过 120 字：哪一点上哪种看法站得住，凭什么"},
    )

    def criteria(self) -> dict[str, dict[str, str]]:
        """The finding as a judge's verdict has it."""
        if self.criterion == "none":
            return {}
        return {self.criterion: {"finding": self.finding, "quote": self.quote}}


@dataclass(frozen=True, slots=True)
class RulingScene:
    """A disputed sample as the adjudicator finds it. Read-only."""

    id: str
    seed: int
    request: Values
    candidate: Values
    opinions: tuple[Values, ...]
    node: str = ADJUDICATOR
    round: int = 0

    def sight(self, name: str) -> Any:
        """The value of one prompt input; KeyError for a name that is none."""
        return {name: getattr(self, name) for name in SEES}[name]


def opinions_of(verdicts: Iterable[Mapping[str, Any]], seed: int) -> tuple[Values, ...]:
    """What judges said, unnamed and in an order that is only the seed's."""
    found = [
        {
            "rationale": verdict["rationale"],
            "points": [
                {"criterion": name, "finding": said["finding"], "quote": said["quote"]}
                for name, said in sorted(verdict["criteria"].items())
                if said["finding"] != "met"
            ],
        }
        for verdict in verdicts
        if not verdict["unscored"]
    ]
    # By their content first: the order in which they are stored is the panel's.
    found.sort(key=repr)
    random.Random(f"opinions:{seed}").shuffle(found)
    return tuple(found)


@role(ADJUDICATOR, output=Ruling, prompts=(ADJUDICATOR,), allowed=SEES)
async def adjudicator(scene: RulingScene, call: Call) -> Result:
    """Settles what judges disagree on, from their reasons, with the criterion that decided."""
    sources = quotable(scene)

    def problem(ruling: Ruling) -> str:
        raw = ruling.criteria()
        if not raw:
            return "" if ruling.accept else "accept is false, and no criterion is named for it"
        kept = void_false_quotes(raw, sources)
        return contradiction(raw, ruling.accept) or baseless(raw, kept, ruling.accept)

    answer = await call(ADJUDICATOR, Ruling, check=problem)
    if isinstance(answer, Failure):
        return Result(failure=answer)
    said = answer.value
    criteria = void_false_quotes(said.criteria(), sources)
    return Result(
        verdict={
            "model": answer.model,
            "accept": said.accept,
            "criterion": next(iter(criteria), ""),
            **next(iter(criteria.values()), {"finding": "met", "quote": ""}),
            "rationale": said.rationale,
        }
    )
