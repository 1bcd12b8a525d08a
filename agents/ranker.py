"""The ranker: puts a few requests in order, from the easiest to the hardest, by their numbers.

It sees what was asked and nothing else: no answer, no label, nobody's intention. Which requests
come together, and in what order they stand, is decided before. Knows nothing of ratings.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from pydantic import Field

from ..models import Failure
from .outputs import Reply, Text
from .role import Call, Result, role
from .scene import Values

RANKER = "ranker"
"""The role, its node, its prompt, and its name among a recipe's models."""
SEES = ("requests",)
"""All that its prompt may declare."""
MOST = 8
"""Requests at once: of more, nobody keeps all in mind."""


class Place(Reply):
    """Where one request stands."""

    request: int = Field(description="its number", json_schema_extra={"zh": "请求的编号"})
    rank: int = Field(
        description="1 for the easiest; the same for requests that are equally hard",
        json_schema_extra={"zh": "最容易的为 1；一样难的写同一个名次"},
    )


class Order(Reply):
    """What the ranker gives."""

    working: Text = Field(
        description="what each request takes, then the close ones against each other",
        json_schema_extra={"zh": "每个请求要什么才答得对，再把相近的两两相比"},
    )
    order: list[Place] = Field(
        description="every request once, from the easiest to the hardest",
        json_schema_extra={"zh": "每个请求一次，从最容易的到最难的"},
    )

    def problem(self, count: int) -> str:
        """What is wrong with it as an order of so many requests, or ""."""
        named = [place.request for place in self.order]
        if sorted(named) != list(range(1, count + 1)):
            return f"order must name each of the requests 1 to {count} exactly once, not {named}"
        ranks = [place.rank for place in self.order]
        if ranks != sorted(ranks):
            return "ranks must not fall along the list, which begins with the easiest request"
        return ""

    def groups(self) -> list[list[int]]:
        """Numbers from easy to hard, those of one rank together."""
        ranks = dict.fromkeys(place.rank for place in self.order)
        return [[p.request for p in self.order if p.rank == rank] for rank in ranks]


@dataclass(frozen=True, slots=True)
class RankScene:
    """A batch of requests as the ranker finds it. Read-only."""

    id: str
    seed: int
    requests: tuple[Values, ...]
    node: str = RANKER
    round: int = 0

    def sight(self, name: str) -> Any:
        """The value of one prompt input; KeyError for a name that is none."""
        return {name: getattr(self, name) for name in SEES}[name]


def requests_of(dialogues: Iterable[Sequence[Mapping[str, str]]]) -> tuple[Values, ...]:
    """What was asked in each dialogue, numbered from 1: system message and the user's turns."""
    return tuple(
        {"number": number, "messages": _asked(messages)}
        for number, messages in enumerate(dialogues, start=1)
    )


def _asked(messages: Sequence[Mapping[str, str]]) -> list[Values]:
    found: list[Values] = []
    turn = 0
    for message in messages:
        turn += message["role"] == "user"
        if message["role"] in ("system", "user"):
            role_ = message["role"]
            found.append({"role": role_, "turn": turn, "content": message["content"]})
    return found


@role(RANKER, output=Order, prompts=(RANKER,), allowed=SEES)
async def ranker(scene: RankScene, call: Call) -> Result:
    """Ranks a few requests by how hard they are to answer well, and may call some equal."""
    count = len(scene.requests)
    answer = await call(RANKER, Order, check=lambda order: order.problem(count))
    if isinstance(answer, Failure):
        return Result(failure=answer)
    return Result(artifact={"model": answer.model, "groups": answer.value.groups()})
