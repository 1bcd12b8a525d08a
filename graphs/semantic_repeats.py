"""What a run's samples may not say again in other words, by vectors of a model of embeddings.

When a wave is over, its accepted samples are turned into vectors and these are kept, so that a run
that was broken off asks for none twice. Which of two samples stays is for `repeats.py` to say.
"""

from collections.abc import AsyncIterator, Callable, Iterable, Sequence
from contextlib import asynccontextmanager
from itertools import islice

from ..models.embed import EmbeddingEndpoint, embedder
from ..quality.duplicates import Match, SemanticSamples
from ..quality.duplicates.semantic import Vector
from .engine import Engine, each
from .vectors import VectorSource, Words

_AT_ONCE = 1000
"""Samples of other sources that are held in one go."""


class Meanings:
    """The vectors of all samples that those of a run may not be like."""

    def __init__(
        self,
        source: VectorSource,
        threshold: float,
        engine: Engine,
        on_stopping: Callable[[int], None],
    ) -> None:
        self._source, self._engine, self._on_stopping = source, engine, on_stopping
        self._samples = SemanticSamples(threshold)
        self._looked_at: dict[str, tuple[str, str, dict[str, Vector]]] = {}

    async def hold(self, samples: Iterable[Words]) -> None:
        """Hold samples that were there before. Raises EndpointError, and what closed the gate."""
        waiting = iter(samples)
        while some := list(islice(waiting, _AT_ONCE)):
            for words, own in zip(some, await self._vectors(some), strict=True):
                self._samples.add(words.id, words.language, own)

    async def look_at(self, samples: Sequence[Words]) -> None:
        """Get ready to compare these. Raises EndpointError, and what closed the gate."""
        vectors = await self._vectors(samples)
        self._looked_at = {
            words.id: (words.id, words.language, own)
            for words, own in zip(samples, vectors, strict=True)
        }
        self._samples.look_ahead(self._looked_at.values())

    def match(self, ident: str) -> Match | None:
        """What one of those that were looked at is like."""
        return self._samples.nearest(*self._looked_at[ident])

    def add(self, ident: str) -> None:
        """Hold one of those that were looked at."""
        self._samples.add(*self._looked_at[ident])

    async def _vectors(self, samples: Sequence[Words]) -> list[dict[str, Vector]]:
        found: list[dict[str, Vector]] = []

        async def work() -> None:
            found.extend(await self._source.of(samples))

        # When a person stops the run, requests in flight come home and are kept.
        await each([work()], self._engine.gate, at_once=1, on_stopping=self._on_stopping)
        return found


@asynccontextmanager
async def meanings(
    endpoint: EmbeddingEndpoint,
    threshold: float,
    engine: Engine,
    on_stopping: Callable[[int], None],
) -> AsyncIterator[Meanings]:
    """Open the endpoint for as long as a run lasts."""
    async with embedder(endpoint, engine.gate) as opened:
        source = VectorSource(opened, engine.db, engine.write)
        yield Meanings(source, threshold, engine, on_stopping)
