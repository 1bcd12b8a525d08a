"""Krippendorff's alpha with its bootstrap interval: nominal, ordinal, interval, with gaps.

Krippendorff, Content Analysis (2004), ch. 11, and Computing Krippendorff's Alpha-Reliability
(2011): alpha = 1 - D_o / D_e, the disagreement observed within units over that expected from the
pool of all pairable ratings. A unit with fewer than two ratings does not count.

Both are sums over units, so equal units are counted and not repeated: `patterns` holds each
combination of ratings once. No table of category × category is made, since a label may have
thousands of categories. What two ratings differ by is

- nominal: 1 if they differ;
- interval: (a - b)² of the numbers;
- ordinal: (s_a - s_b)², where s is the middle rank of a category in the pool. That is
  Krippendorff's ordinal metric: n_a / 2 + (all between) + n_b / 2 is the distance of the ranks.
"""

from dataclasses import dataclass
from typing import Literal

import numpy as np

from .figure import LEVEL, NO_PAIRS, ONE_VALUE, Figure
from .ratings import MISSING, Codes, Floats, Ratings, distinct

Metric = Literal["nominal", "ordinal", "interval"]
RESAMPLES = 1000


@dataclass(frozen=True, slots=True, eq=False)
class Patterns:
    """The different combinations of ratings of pairable units, and how often each occurs."""

    codes: Codes
    """Patterns × raters, ascending within a row: who gave which rating plays no part."""
    counts: Codes
    given: Codes
    """Ratings in each pattern, at least two."""


def alpha(
    ratings: Ratings, metric: Metric = "nominal", *, resamples: int = RESAMPLES, seed: int = 0
) -> Figure:
    """Alpha: 1 perfect, 0 as by chance, below 0 where raters contradict each other.

    The interval is the percentile one of `resamples` draws of units with replacement. Draws in
    which all ratings are one value have no alpha and are left out. 0 resamples: no interval.
    """
    found = pairable(ratings)
    if not len(found.counts):
        return Figure(None, why=NO_PAIRS)
    numbers = ratings.numbers if metric == "interval" else None
    sums = _Sums(found, metric, numbers, len(ratings.categories))
    value = sums.alpha(found.counts)
    if np.isnan(value):
        return Figure(None, why=ONE_VALUE)
    if not resamples:
        return Figure(value)
    units, rng = int(found.counts.sum()), np.random.default_rng(seed)
    shares = found.counts / units
    drawn = np.asarray([sums.alpha(rng.multinomial(units, shares)) for _ in range(resamples)])
    drawn = drawn[~np.isnan(drawn)]
    if units < 2 or len(drawn) < resamples / 2:
        return Figure(value, why="too few units for an interval")
    tail = (1 - LEVEL) / 2
    low, high = np.quantile(drawn, [tail, 1 - tail])
    return Figure(value, float(low), float(high))


def pairable(ratings: Ratings) -> Patterns:
    """Units with at least two ratings, equal ones counted together."""
    codes = np.sort(ratings.codes, axis=1)
    codes = codes[(codes != MISSING).sum(axis=1) > 1]
    codes, _, counts = distinct(codes)
    return Patterns(codes, counts, (codes != MISSING).sum(axis=1))


class _Sums:
    """What stays the same when units are drawn again."""

    def __init__(
        self, found: Patterns, metric: Metric, numbers: Floats | None, categories: int
    ) -> None:
        self._found, self._categories, self._ordinal = found, categories, metric == "ordinal"
        self._rated = found.codes != MISSING
        self._flat = found.codes[self._rated]
        self._disagreement: Floats | None = None
        self._positions: Floats | None = None
        if numbers is not None:
            # Centred: squares of large numbers (years) would lose the digits that count.
            self._positions = numbers - numbers[self._flat].mean()
            self._disagreement = self._within(self._positions)
        elif metric == "nominal":
            self._disagreement = self._differing()

    def alpha(self, counts: Codes) -> float:
        """Alpha of the patterns, each taken `counts` times; NaN where all ratings are equal."""
        weights = np.repeat(counts, self._found.given)
        pool = np.bincount(self._flat, weights, self._categories)
        n = pool.sum()
        positions, within = self._positions, self._disagreement
        if self._ordinal:
            positions = np.cumsum(pool) - pool / 2 - n / 2
            within = self._within(positions)
        assert within is not None
        if positions is None:
            between = n * n - pool @ pool
        else:
            between = 2 * (n * (pool @ positions**2) - (pool @ positions) ** 2)
        if np.count_nonzero(pool) < 2 or not between > 0:
            return float("nan")
        return float(1 - (n - 1) * (counts @ within) / between)

    def _within(self, positions: Floats) -> Floats:
        """Σ over ordered pairs of a pattern of (a - b)², over one less than its ratings."""
        placed = np.where(self._rated, positions[self._found.codes], 0.0)
        given = self._found.given
        squares, sums = (placed**2).sum(axis=1), placed.sum(axis=1)
        return np.asarray(2 * (given * squares - sums**2) / (given - 1))

    def _differing(self) -> Floats:
        """Ordered pairs of a pattern that differ, over one less than its ratings."""
        codes, rated, given = self._found.codes, self._rated, self._found.given
        equal = np.zeros(len(codes))
        for left in range(codes.shape[1]):
            same = (codes == codes[:, [left]]) & rated & rated[:, [left]]
            equal += same.sum(axis=1)
        return np.asarray((given**2 - equal) / (given - 1))
