"""Canaries of a run: which there are in each wave, and how the judges get to see them.

A canary has a request of its own and comes to the judges as any candidate does; nothing in a call
tells it from a sample. What was planted stands in the store alone. Which canaries a wave has hangs
on the recipe's seed and the wave, never on what judges say.
"""

import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from math import floor
from typing import Any

from ..quality.canaries import Canary, Trusted, built_in, canary
from ..recipe import Canaries
from ..store import records
from ..taxonomy import PATH_SEPARATOR, Blueprint
from .engine import moment

Row = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Planting:
    """How canaries are made for a run."""

    asked: Canaries
    seed: int
    language: str
    as_of: str
    trusted: Sequence[Trusted] = ()
    """Good samples of the user's own."""

    def rows(self, run_id: str, wave: int, size: int, *, before: int) -> Iterator[Row]:
        """Rows of `canaries` for a wave of that size, `before` being those of earlier waves."""
        for place in range(before, before + self._count(wave, size)):
            yield _row(run_id, wave, place, self.made(place))

    def made(self, place: int) -> Canary:
        """The canary at a place, always the same one."""
        rng = random.Random(f"{self.seed}:canary:{place}")
        share = self.asked.defective
        defective = floor((place + 1) * share) > floor(place * share)
        for sample in self._samples(place, rng):
            found = canary(sample, defective=defective, rng=rng, kinds=self.asked.kinds)
            if found is not None:
                return found
        raise AssertionError("built-in samples take every defect")

    def _count(self, wave: int, size: int) -> int:
        if self.asked.share is not None:
            return round(self.asked.share * size)
        return (self.asked.number or 0) if wave == 0 else 0

    def _samples(self, place: int, rng: random.Random) -> Iterator[Trusted]:
        """The trusted sample whose turn it is, each once, and then made-up ones."""
        if place < len(self.trusted):
            order = random.Random(f"{self.seed}:trusted").sample(self.trusted, len(self.trusted))
            yield order[place]
        while True:
            yield built_in(self.language, self.as_of, rng)


def shown(row: Row) -> tuple[Blueprint, Row, Row]:
    """What the judges of a canary get: a blueprint, the request, and the draft."""
    messages = list(row["messages"])
    system = messages.pop(0)["content"] if messages[0]["role"] == "system" else ""
    pairs = zip(messages[::2], messages[1::2], strict=True)
    draft = {
        "system": system,
        "turns": [{"user": u["content"], "assistant": a["content"]} for u, a in pairs],
        "final_answer": row["final_answer"],
    }
    blueprint = Blueprint(
        slot=row["place"],
        attempt=0,
        leaf="",
        path=tuple(row["leaf"].split(PATH_SEPARATOR)),
        labels=tuple(row["labels"].items()),
        language=row["language"],
        seed=random.Random(row["id"]).getrandbits(31),
    )
    return blueprint, row["request"], draft


def _row(run_id: str, wave: int, place: int, made: Canary) -> Row:
    sample = made.sample
    return {
        "id": records.sample_id(run_id, f"canary:{place}"),
        "run_id": run_id,
        "wave": wave,
        "place": place,
        "leaf": PATH_SEPARATOR.join(name for name, _ in sample.path),
        "labels": {name: value for name, value, _ in sample.labels},
        "language": sample.language,
        "request": {
            "path": [{"name": name, "definition": told} for name, told in sample.path],
            "labels": [
                {"name": name, "value": value, "guidance": guidance}
                for name, value, guidance in sample.labels
            ],
            "language": sample.language,
            "as_of": sample.as_of,
        },
        "messages": [{"role": role, "content": text} for role, text in sample.messages],
        "final_answer": sample.final_answer,
        "good": int(made.good),
        "defect": made.defect,
        "detail": made.detail,
        "origin": sample.origin,
        "created_at": moment(),
    }
