"""How far apart samples lie in what they mean: beside a rut, beside a baseline, and by corner.

Vectors that a run has kept are used, and others are kept with it. Whole texts are measured; only
beside a baseline both sets are cut to equal length, since longer texts lie closer together.
"""

from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from ..errors import StoreError
from ..models.embed import EmbeddingEndpoint, embedder
from ..quality.diversity import beginning, collapsed
from ..quality.diversity.meaning import (
    Spread,
    SpreadCorner,
    Vectors,
    neighbour_distances,
    spread_corners,
    spread_of,
)
from ..quality.diversity.summary import equal_length, sampled
from ..quality.duplicates.semantic import Vector
from ..store import Writer, check_writable, lock
from .loop import fast_loop
from .report_diversity import Texts
from .vectors import VectorSource, Words, Write

MOST = 20_000
"""Texts of each side that become vectors."""
_FIELDS = {"requests": "instruction", "answers": "answer"}


@dataclass(frozen=True, slots=True)
class SemanticSide:
    """Requests or answers."""

    own: Spread
    collapse: Spread
    """As many texts made of a tenth of them over and over."""
    baseline: Spread | None
    length: int | None
    """Tokens to which texts were cut; None where they were taken whole."""
    by_leaf: dict[str, SpreadCorner]
    by_label: dict[str, SpreadCorner]


@dataclass(frozen=True, slots=True)
class SemanticPart:
    """A set of samples."""

    model: str
    most: int
    """Texts of each side that are measured at most."""
    asked: int
    """Texts that the model was asked for; the vectors of all others were there."""
    requests: SemanticSide
    answers: SemanticSide


@dataclass(frozen=True, slots=True)
class Meaning:
    """What is found, what a picture needs, and what its reader should know."""

    part: SemanticPart
    distances: dict[str, list[float]]
    """By side, of each text to the one most like it."""
    note: str = ""


def measured_by_meaning(
    texts: Texts,
    endpoint: EmbeddingEndpoint,
    *,
    baseline: Texts | None = None,
    db: Path | None = None,
    seed: int = 0,
) -> Meaning:
    """Measure samples; those of a run with the database that keeps their vectors.

    Raises EndpointError, and StoreError for a database that cannot be read. Not within an event
    loop.
    """
    with fast_loop() as loop:
        return loop.run(_measured(texts, endpoint, baseline, db, seed))


async def _measured(
    texts: Texts,
    endpoint: EmbeddingEndpoint,
    baseline: Texts | None,
    db: Path | None,
    seed: int,
) -> Meaning:
    async with embedder(endpoint) as opened:
        with _keeping(db) as (write, note):
            own, other = VectorSource(opened, db, write), VectorSource(opened)
            measure = _Measure(texts, baseline, own, other, seed)
            requests, near = await measure.side("requests")
            answers, far = await measure.side("answers")
    part = SemanticPart(
        model=endpoint.name,
        most=MOST,
        asked=own.asked + other.asked,
        requests=requests,
        answers=answers,
    )
    return Meaning(part, {"requests": near, "answers": far}, note)


@dataclass(frozen=True, slots=True)
class _Measure:
    texts: Texts
    baseline: Texts | None
    own: VectorSource
    """With the vectors that a run has kept."""
    other: VectorSource
    seed: int

    async def side(self, name: str) -> tuple[SemanticSide, list[float]]:
        """Requests or answers, and the distances between neighbours."""
        texts, seed = self.texts.of(name), self.seed
        beside = self.baseline.of(name) if self.baseline else []
        length = equal_length(texts, beside, seed=seed) if self.baseline else None
        texts = _cut(texts, length)
        beside = [text for text in _cut(beside, length) if text.strip()]
        places = sampled([i for i, text in enumerate(texts) if text.strip()], MOST, seed)
        vectors = await self._kept(name, texts, places, length)
        # What is compared is of one size.
        most = min(len(places), len(beside) or MOST)
        chosen = sampled(range(len(places)), most, seed)
        own = vectors[chosen]
        rut = collapsed([texts[places[i]] for i in chosen], seed) if chosen else []
        return SemanticSide(
            own=spread_of(own, seed),
            collapse=spread_of(await self._asked(rut), seed),
            baseline=spread_of(await self._asked(sampled(beside, most, seed)), seed)
            if self.baseline
            else None,
            length=length,
            by_leaf=spread_corners(self._by(self.texts.by_leaf, places), vectors, seed),
            by_label=spread_corners(self._by(self.texts.by_label, places), vectors, seed),
        ), neighbour_distances(vectors, seed).tolist()

    async def _kept(
        self, name: str, texts: Sequence[str], places: Sequence[int], length: int | None
    ) -> Vectors:
        field = _FIELDS[name] if length is None else f"{_FIELDS[name]}[{length}]"
        ids = self.texts.ids or [f"row {i}" for i in range(len(texts))]
        words = [Words(ids[i], ids[i], "", {field: texts[i]}) for i in places]
        return _stacked([own[field] for own in await self.own.of(words)])

    async def _asked(self, texts: Sequence[str]) -> Vectors:
        words = [Words(f"{i}", f"{i}", "", {"": text}) for i, text in enumerate(texts)]
        return _stacked([own[""] for own in await self.other.of(words)])

    def _by(
        self, group: Callable[[Sequence[int]], dict[str, list[int]]], places: Sequence[int]
    ) -> dict[str, list[int]]:
        """Groups of the samples that became vectors, by the place of the vector."""
        rows = {place: row for row, place in enumerate(places)}
        every = group(range(len(self.texts.leaves)))
        return {key: [rows[i] for i in held if i in rows] for key, held in every.items()}


@contextmanager
def _keeping(db: Path | None) -> Iterator[tuple[Write | None, str]]:
    """What keeps new vectors in a database, and why they are not kept where they cannot be."""
    if db is None:
        yield None, ""
        return
    with ExitStack() as held:
        try:
            check_writable(db)
            held.enter_context(lock(db))
            writer = Writer(db)
        except StoreError as error:
            yield None, f"new vectors are not kept: {error.message}"
            return
        held.callback(writer.close)
        yield writer.write, ""


def _cut(texts: Sequence[str], length: int | None) -> list[str]:
    return list(texts) if length is None else [beginning(text, length) for text in texts]


def _stacked(vectors: Sequence[Vector]) -> Vectors:
    return np.stack(vectors) if vectors else np.empty((0, 0), dtype=np.float32)
