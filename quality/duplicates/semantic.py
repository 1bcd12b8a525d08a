"""Samples that say the same in other words, by vectors that somebody's model made.

Each vector is compared with all others of its language and field, which takes some ten
milliseconds at 50,000 of a few hundred numbers; beyond that another means is wanted. What a cosine
means is the model's: an English one finds any two Chinese texts alike (0.66 on average for a small
sentence model, where English texts have 0.16), so take a model that knows the language, look at
pairs around the threshold, and compare texts of one language. Holds no model and knows no endpoint.
"""

from collections.abc import Iterable, Mapping
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from .index import Match

Vector = NDArray[np.float32]
Fields = Mapping[str, Vector]
"""Field to the vector of what it holds; a blank one has none."""
_DIGITS = 5
"""Of a cosine: the last ones hang on how many are computed at once."""


class SemanticIndex:
    """Vectors of one kind and language, all of one length and none of them zero."""

    def __init__(self, threshold: float) -> None:
        if not -1 <= threshold <= 1:
            raise ValueError(f"a cosine is from -1 to 1, not {threshold}")
        self._threshold = threshold
        self._ids: list[str] = []
        self._held: Vector = np.empty((0, 0), dtype=np.float32)

    def __len__(self) -> int:
        return len(self._ids)

    def nearest(self, vectors: Vector, since: int = 0) -> list[Match | None]:
        """For each row the most similar vector that is held and reaches the threshold.

        Those that were held before are passed over where there were `since` of them.
        """
        if len(self) <= since:
            return [None] * len(vectors)
        cosines = _unit(vectors) @ self._held[since : len(self)].T
        best = cosines.argmax(axis=1)
        return [
            self._match(since + int(i), float(row[i])) for row, i in zip(cosines, best, strict=True)
        ]

    def add(self, ident: str, vector: Vector) -> None:
        """Hold a vector."""
        count = len(self)
        if count == len(self._held):
            grown = np.zeros((max(64, 2 * count), len(vector)), dtype=np.float32)
            if count:
                grown[:count] = self._held
            self._held = grown
        self._held[count] = _unit(vector[None])[0]
        self._ids.append(ident)

    def _match(self, place: int, cosine: float) -> Match | None:
        cosine = min(1.0, round(cosine, _DIGITS))
        return Match(self._ids[place], cosine) if cosine >= self._threshold else None


class SemanticSamples:
    """Samples, one index for each language and field."""

    def __init__(self, threshold: float) -> None:
        self._threshold = threshold
        self._indexes: dict[tuple[str, str], SemanticIndex] = {}
        self._ahead: dict[tuple[str, str], tuple[int, Match | None]] = {}

    def look_ahead(self, samples: Iterable[tuple[str, str, Fields]]) -> None:
        """Compare samples (id, language, vectors) with all that is held in one go.

        `nearest` then looks at what was added since, which is quicker and finds the same.
        """
        self._ahead.clear()
        gathered: dict[tuple[str, str], list[tuple[str, Vector]]] = {}
        for ident, language, own in samples:
            for field, vector in own.items():
                gathered.setdefault((language, field), []).append((ident, vector))
        for key, rows in gathered.items():
            index = self._index(*key)
            matches = index.nearest(np.stack([vector for _, vector in rows]))
            for (ident, _), match in zip(rows, matches, strict=True):
                self._ahead[ident, key[1]] = len(index), match

    def nearest(self, ident: str, language: str, own: Fields) -> Match | None:
        """The most similar sample, with the field in which it is similar."""
        found = [
            replace(match, field=field)
            for field, vector in own.items()
            for match in self._matches(ident, language, field, vector)
        ]
        return min(found, key=lambda match: (-match.similarity, match.id), default=None)

    def add(self, ident: str, language: str, own: Fields) -> None:
        """Hold a sample."""
        for field, vector in own.items():
            self._index(language, field).add(ident, vector)

    def _matches(self, ident: str, language: str, field: str, vector: Vector) -> list[Match]:
        since, early = self._ahead.get((ident, field), (0, None))
        late = self._index(language, field).nearest(vector[None], since)
        return [match for match in (early, *late) if match is not None]

    def _index(self, language: str, field: str) -> SemanticIndex:
        return self._indexes.setdefault((language, field), SemanticIndex(self._threshold))


def _unit(vectors: Vector) -> Vector:
    norms = np.linalg.norm(vectors, axis=1, keepdims=True)
    return np.asarray(vectors / norms, dtype=np.float32)
