"""Texts that say the same in other words, by vectors that a model of the caller's makes.

Each text is compared with all others, which takes some ten milliseconds at 50,000 texts of a few
hundred numbers; beyond that another means is wanted. What a cosine means is the model's: an
English one finds any two Chinese texts alike (0.66 on average for a small sentence model, where
English texts have 0.16), so take a model that knows the language, look at pairs around the
threshold, and compare texts of one language. Holds no model and knows no endpoint.
"""

from collections.abc import Awaitable, Callable, Sequence

import numpy as np
from numpy.typing import NDArray

from ...errors import EndpointError
from .index import Match

Embed = Callable[[list[str]], Awaitable[list[list[float]]]]
"""Texts to their vectors, in order."""
Vectors = NDArray[np.float32]
_HINT = "check that the model named for embeddings is one, and always the same"


class SemanticIndex:
    """Texts of one kind and language. Not for two tasks at once."""

    def __init__(self, embed: Embed, *, threshold: float) -> None:
        if not -1 <= threshold <= 1:
            raise ValueError(f"a cosine is from -1 to 1, not {threshold}")
        self._embed, self._threshold = embed, threshold
        self._ids: list[str] = []
        self._held: Vectors = np.empty((0, 0), dtype=np.float32)

    def __len__(self) -> int:
        return len(self._ids)

    async def nearest(self, texts: Sequence[str]) -> list[Match | None]:
        """For each text the most similar one that is held and reaches the threshold.

        Raises EndpointError for vectors that cannot be compared.
        """
        return [self._nearest(vector) for vector in await self._vectors(texts)]

    async def add(self, items: Sequence[tuple[str, str]]) -> None:
        """Hold texts, each with its id. Raises EndpointError."""
        for (ident, _), vector in zip(
            items, await self._vectors([t for _, t in items]), strict=True
        ):
            self._hold(ident, vector)

    async def check_and_add(self, items: Sequence[tuple[str, str]]) -> list[Match | None]:
        """For each text the most similar one; those that have none are held for the next ones."""
        found = []
        for (ident, _), vector in zip(
            items, await self._vectors([t for _, t in items]), strict=True
        ):
            found.append(self._nearest(vector))
            if found[-1] is None:
                self._hold(ident, vector)
        return found

    def _nearest(self, vector: Vectors) -> Match | None:
        if not self._ids:
            return None
        cosines = self._held[: len(self._ids)] @ vector
        best = int(cosines.argmax())
        cosine = min(1.0, float(cosines[best]))
        return Match(self._ids[best], cosine) if cosine >= self._threshold else None

    def _hold(self, ident: str, vector: Vectors) -> None:
        count = len(self._ids)
        if count == len(self._held):
            grown = np.zeros((max(64, 2 * count), len(vector)), dtype=np.float32)
            if count:
                grown[:count] = self._held
            self._held = grown
        self._held[count] = vector
        self._ids.append(ident)

    async def _vectors(self, texts: Sequence[str]) -> Vectors:
        """Of length one."""
        if not texts:
            return np.empty((0, 0), dtype=np.float32)
        given = await self._embed(list(texts))
        lengths = {len(vector) for vector in given}
        if len(given) != len(texts) or len(lengths) != 1:
            raise EndpointError(
                f"{len(texts)} texts became {len(given)} vectors of lengths {sorted(lengths)}",
                hint=_HINT,
            )
        vectors = np.array(given, dtype=np.float32)
        sizes = np.linalg.norm(vectors, axis=1)
        if not np.isfinite(sizes).all() or not sizes.all():
            raise EndpointError("a vector is zero or not finite", hint=_HINT)
        if self._ids and vectors.shape[1] != self._held.shape[1]:
            raise EndpointError(
                f"vectors had {self._held.shape[1]} numbers, now {vectors.shape[1]}", hint=_HINT
            )
        return np.asarray(vectors / sizes[:, None])
