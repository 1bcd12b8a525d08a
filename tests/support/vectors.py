"""Replies of a local endpoint for `/embeddings`, with vectors that a test has planted."""

import hashlib
import json
from collections.abc import Callable, Sequence
from random import Random
from typing import Any

from taxoloom.tests.support.endpoint import Body, Fault

Vector = Sequence[float]


def reply(vectors: Sequence[Any], order: Sequence[int] | None = None, **more: Any) -> Fault:
    """A list of vectors as an endpoint sends it; rows may stand in another order."""
    rows = [{"object": "embedding", "index": i, "embedding": v} for i, v in enumerate(vectors)]
    if order is not None:
        rows = [rows[place] for place in order]
    return Fault(200, json.dumps({"object": "list", "data": rows, **more}).encode())


def by(vector: Callable[[str], Vector]) -> Callable[[Body], Fault]:
    """An endpoint that has a function for a model, and sends its rows backwards."""

    def answer(body: Body) -> Fault:
        found = [list(vector(text)) for text in body["input"]]
        return reply(found, list(reversed(range(len(found)))))

    return answer


def direction(name: str, size: int = 64) -> list[float]:
    """A vector of length one for a name; those of two names are nearly orthogonal."""
    dice = Random(hashlib.sha256(name.encode()).digest())
    drawn = [dice.gauss(0, 1) for _ in range(size)]
    length = sum(x * x for x in drawn) ** 0.5
    return [x / length for x in drawn]


def near(name: str, text: str, share: float = 0.1, size: int = 64) -> list[float]:
    """The direction of a name, a little aside for each text."""
    aside = direction(text, size)
    return [a + share * b for a, b in zip(direction(name, size), aside, strict=True)]
