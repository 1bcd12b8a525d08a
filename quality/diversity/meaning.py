"""How far apart texts lie in what they mean, by vectors that somebody's model made.

Figures of sets that differ in size cannot be compared, neither can those of two models. Knows
nothing of texts, nor of where vectors come from.
"""

from collections.abc import Hashable, Mapping, Sequence
from dataclasses import dataclass
from statistics import fmean
from typing import TypeVar

import numpy as np
from numpy.typing import NDArray

from .spread import vendi
from .summary import EACH, sampled

MOST_NEAR = 5_000
"""Texts that are compared one by one."""
_DRAWS = 20
"""Of as many texts from the whole set as a group has."""
_BLOCK = 512

Key = TypeVar("Key", bound=Hashable)
Vectors = NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class Spread:
    """Of a set of texts; None where there is too little to measure."""

    texts: int
    vendi: float | None
    """The number of equally different texts that would be as varied."""
    mean_distance: float | None
    """1 - cosine to the text that is most like it, on average."""
    median_distance: float | None


@dataclass(frozen=True, slots=True)
class SpreadCorner:
    """A group of texts, beside as many of all."""

    texts: int
    """Texts in the group, of which `EACH` were measured."""
    vendi: float
    beside: float
    """Vendi score of the group as a multiple of what is usual: below 1 it is monotonous."""


def spread_of(vectors: Vectors, seed: int = 0) -> Spread:
    """Every measure of a set."""
    far = neighbour_distances(vectors, seed)
    return Spread(
        texts=len(vectors),
        vendi=vendi(vectors) if len(vectors) > 1 else None,
        mean_distance=float(far.mean()) if len(far) else None,
        median_distance=float(np.median(far)) if len(far) else None,
    )


def neighbour_distances(vectors: Vectors, seed: int = 0) -> NDArray[np.float32]:
    """Of each text, the distance to the one most like it; empty for fewer than two."""
    places = sampled(range(len(vectors)), MOST_NEAR, seed)
    if len(places) < 2:
        return np.empty(0, dtype=np.float32)
    unit = _unit(vectors[places])
    best = []
    for start in range(0, len(unit), _BLOCK):
        cosines = unit[start : start + _BLOCK] @ unit.T
        own = np.arange(len(cosines))
        cosines[own, own + start] = -1
        best.append(cosines.max(axis=1))
    return np.asarray(1 - np.minimum(np.concatenate(best), 1), dtype=np.float32)


def spread_corners(
    groups: Mapping[Key, Sequence[int]], vectors: Vectors, seed: int = 0
) -> dict[Key, SpreadCorner]:
    """Groups (of places in the set) that are large enough, the most monotonous first."""
    every = range(len(vectors))
    draws = [vendi(vectors[sampled(every, EACH, seed + i)]) or 1.0 for i in range(_DRAWS)]
    usual = fmean(draws)
    found = {}
    for key, places in groups.items():
        if len(places) >= EACH:
            own = vendi(vectors[sampled(places, EACH, seed)]) or 1.0
            found[key] = SpreadCorner(len(places), own, own / usual)
    return dict(sorted(found.items(), key=lambda item: item[1].beside))


def _unit(vectors: Vectors) -> Vectors:
    return np.asarray(vectors / np.linalg.norm(vectors, axis=1, keepdims=True), dtype=np.float32)
