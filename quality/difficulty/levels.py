"""How far measured ratings go with the levels that were intended.

Intervals are bootstrapped, samples drawn anew within their level. Knows nothing of where ratings
come from, nor what the levels mean beside their order.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations

import numpy as np
from numpy.typing import NDArray

from ..figure import LEVEL, Figure
from .scale import Rating

Floats = NDArray[np.float64]

QUANTILES = (0.05, 0.25, 0.5, 0.75, 0.95)
FEW = 5
"""Samples that two levels at least must have for an interval: of fewer, chance puts too many in
perfect order, and no resampling shows it."""
RESAMPLES = 1000


@dataclass(frozen=True, slots=True)
class Level:
    """The samples of one intended level."""

    name: str
    samples: int
    mean: float | None
    """None where the level has no sample."""
    sd: float | None
    """None below two samples."""
    quantiles: tuple[float, ...]
    """At 5, 25, 50, 75 and 95 %; empty where the level has no sample."""


@dataclass(frozen=True, slots=True)
class Step:
    """Two levels that follow one another."""

    lower: str
    higher: str
    concordance: Figure


@dataclass(frozen=True, slots=True)
class Misfit:
    """A sample beside the others of its level."""

    id: str
    level: str
    rating: float
    error: float
    off: float
    """Points above the mean of its level."""


@dataclass(frozen=True, slots=True)
class Levels:
    """Intended and measured difficulty, side by side."""

    levels: tuple[Level, ...]
    """The easiest first."""
    concordance: Figure
    """Share of all pairs of different levels whose ratings stand in the same order; ½ by chance."""
    correlation: Figure
    """Spearman's ρ of level and rating."""
    steps: tuple[Step, ...]

    @property
    def informative(self) -> bool | None:
        """Whether ratings tell of the levels at all; None where there is no interval."""
        low, high = self.concordance.low, self.concordance.high
        return None if low is None or high is None else not low <= 0.5 <= high


def measured(
    ratings: Sequence[Rating],
    intended: Mapping[str, str],
    order: Sequence[str],
    *,
    resamples: int = RESAMPLES,
    seed: int = 0,
) -> Levels:
    """Hold ratings against levels, by id; `order` has the levels from easy to hard.

    Samples without a level, or with one that is not in the order, are passed over.
    """
    held = sorted((one for one in ratings if intended.get(one.id) in order), key=lambda r: r.id)
    values = np.array([one.rating for one in held])
    codes = np.array([order.index(intended[one.id]) for one in held], dtype=np.int64)
    parts = [values[codes == code] for code in range(len(order))]
    drawn = _drawn(parts, resamples, seed) if sum(len(part) >= FEW for part in parts) > 1 else []
    pairs = [[parts[at], parts[at + 1]] for at in range(len(parts) - 1)]
    return Levels(
        levels=tuple(_level(name, part) for name, part in zip(order, parts, strict=True)),
        concordance=_figure(_concordance(parts), [_concordance(one) for one in drawn]),
        correlation=_figure(_spearman(parts), [_spearman(one) for one in drawn]),
        steps=tuple(
            Step(order[at], order[at + 1], _step(pair, [one[at : at + 2] for one in drawn]))
            for at, pair in enumerate(pairs)
        ),
    )


def beside(ratings: Sequence[Rating], intended: Mapping[str, str]) -> tuple[Misfit, ...]:
    """Every sample beside the mean of its level, the one that is hardest for its level first.

    What has no level is held against the others that have none.
    """
    held: dict[str, list[float]] = {}
    for one in ratings:
        held.setdefault(intended.get(one.id, ""), []).append(one.rating)
    means = {level: sum(values) / len(values) for level, values in held.items()}
    found = [
        Misfit(one.id, level, one.rating, one.error, one.rating - means[level])
        for one in ratings
        for level in [intended.get(one.id, "")]
    ]
    return tuple(sorted(found, key=lambda one: (-one.off, one.id)))


def reliability(ratings: Sequence[Rating]) -> float | None:
    """Share of the variance of ratings that is no error of theirs.

    0 where they are nothing but noise, near 1 where another measuring would give the same order.
    None below two samples.
    """
    if len(ratings) < 2:
        return None
    found = float(np.var([one.rating for one in ratings], ddof=1))
    missed = float(np.mean([one.error**2 for one in ratings]))
    return max(0.0, 1 - missed / found) if found > 0 else 0.0


def _level(name: str, values: Floats) -> Level:
    if not len(values):
        return Level(name, 0, None, None, ())
    return Level(
        name=name,
        samples=len(values),
        mean=float(values.mean()),
        sd=float(values.std(ddof=1)) if len(values) > 1 else None,
        quantiles=tuple(float(value) for value in np.quantile(values, QUANTILES)),
    )


def _drawn(parts: Sequence[Floats], resamples: int, seed: int) -> list[list[Floats]]:
    dice = np.random.default_rng(seed)
    return [
        [part[dice.integers(len(part), size=len(part))] if len(part) else part for part in parts]
        for _ in range(resamples)
    ]


def _step(pair: Sequence[Floats], drawn: Sequence[Sequence[Floats]]) -> Figure:
    enough = min(map(len, pair)) >= FEW
    return _figure(_concordance(pair), [_concordance(one) for one in drawn] if enough else [])


def _figure(value: float | None, drawn: Sequence[float | None]) -> Figure:
    if value is None:
        return Figure(None, why="fewer than two levels have measured samples")
    known = [one for one in drawn if one is not None]
    if not known:
        return Figure(value, why=f"fewer than two levels have {FEW} measured samples")
    low, high = np.quantile(known, [(1 - LEVEL) / 2, (1 + LEVEL) / 2])
    return Figure(value, float(low), float(high))


def _concordance(parts: Sequence[Floats]) -> float | None:
    """Pairs in the right order, of all pairs of different levels; equal ratings count half."""
    right, pairs = 0.0, 0
    for lower, higher in combinations([np.sort(part) for part in parts], 2):
        below = np.searchsorted(lower, higher, "left").sum()
        right += (below + np.searchsorted(lower, higher, "right").sum()) / 2
        pairs += len(lower) * len(higher)
    return float(right) / pairs if pairs else None


def _spearman(parts: Sequence[Floats]) -> float | None:
    values = np.concatenate(list(parts))
    codes = np.repeat(np.arange(len(parts)), [len(part) for part in parts])
    one, other = _ranks(values), _ranks(codes.astype(np.float64))
    one, other = one - one.mean() if len(one) else one, other - other.mean() if len(one) else other
    scale = float(np.sqrt((one @ one) * (other @ other)))
    if len(np.unique(codes)) < 2:
        return None
    return float(one @ other) / scale if scale > 0 else 0.0


def _ranks(values: Floats) -> Floats:
    """Ranks, equal values at the mean of theirs."""
    _, places, counts = np.unique(values, return_inverse=True, return_counts=True)
    return np.asarray((np.cumsum(counts) - (counts - 1) / 2)[places])
