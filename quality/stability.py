"""Does a judge hang on its wording? The same judge, asked in several ways about the same samples.

Two tests name the judge that does. Neither compares an estimate with a fixed mark:

- *leniency*: do some wordings accept more than others? Under the null hypothesis a judge's answers
  to one sample are exchangeable between wordings. Given them, the sum of each wording's answers has
  known mean and covariance, and the squared distance from the mean is chi-square. Without gaps and
  for votes this is Cochran's Q (1950, Biometrika 37:256-266), for other numbers Friedman's test
  without ranks.
- *flips*: do its answers change with the wording more often than those of the other judges on the
  same samples? Per sample, its share of differing pairs of wordings less the mean of the others',
  in a one-sided z-test. So what is hard for every judge counts against none.

A judge whose answers change at random from call to call, wording or not, shows in the second test
as well: only the same wording asked twice could tell the two apart. A judge alone has only the
first. P-values of both tests, of all judges and criteria at hand, are adjusted by Holm's method
(1979, Scand. J. Stat. 6:65-70): the chance to name any judge wrongly stays below the level.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from math import sqrt
from statistics import NormalDist

import numpy as np

from .agreement import Consistency, consistency
from .alpha import RESAMPLES, Metric
from .figure import LEVEL, Figure, chi_square_tail
from .ratings import MISSING, Floats, Ratings

FEW = 10
"""Samples that must differ for the normal distribution to be near enough."""


@dataclass(frozen=True, slots=True)
class Stability:
    """One judge under several wordings, on one criterion."""

    criterion: str
    judge: str
    within: Consistency
    """Of the judge with itself: wordings as raters."""
    flips: Figure
    """Share of differing pairs of wordings, over samples."""
    lenient_p: float | None
    """Adjusted p-value: wordings differ in leniency. None where too little differs to say."""
    flips_p: float | None
    """Adjusted p-value: it flips more often than the others."""
    sensitive: bool
    """One of the two is below the level: this judge is named."""


@dataclass(frozen=True, slots=True)
class Wordings:
    """How judges stand to their wordings, criterion by criterion."""

    judges: tuple[Stability, ...]
    between: dict[str, Consistency]
    """By criterion: judges with each other, each under its first wording, as a panel votes."""

    @property
    def sensitive(self) -> tuple[str, ...]:
        """Judges named on any criterion."""
        return tuple(dict.fromkeys(one.judge for one in self.judges if one.sensitive))


def stability(
    answers: Mapping[str, Mapping[str, Ratings]],
    metric: Metric = "nominal",
    *,
    level: float = 1 - LEVEL,
    resamples: int = RESAMPLES,
    seed: int = 0,
) -> Wordings:
    """Criterion → judge → samples × wordings; the samples are the same, in the same order.

    Answers are votes, findings as numbers (met 1, not met 0, cannot tell a gap) or scores; all
    judges of a criterion have the same categories.
    """
    found: list[Stability] = []
    between = {}
    for criterion, judges in answers.items():
        flips = {judge: _flips(ratings) for judge, ratings in judges.items()}
        for judge, ratings in judges.items():
            others = [flips[other] for other in judges if other != judge]
            found.append(
                Stability(
                    criterion,
                    judge,
                    within=consistency(ratings, metric, resamples=resamples, seed=seed),
                    flips=_mean(flips[judge]),
                    lenient_p=_lenient(ratings),
                    flips_p=_more(flips[judge], others),
                    sensitive=False,
                )
            )
        between[criterion] = consistency(_first(judges), metric, resamples=resamples, seed=seed)
    adjusted = _holm([p for one in found for p in (one.lenient_p, one.flips_p)])
    named = []
    for at, one in enumerate(found):
        tests = adjusted[2 * at], adjusted[2 * at + 1]
        sensitive = any(p is not None and p < level for p in tests)
        named.append(replace(one, lenient_p=tests[0], flips_p=tests[1], sensitive=sensitive))
    return Wordings(tuple(named), between)


def _flips(ratings: Ratings) -> Floats:
    """Share of differing pairs of wordings of each sample; NaN with fewer than two answers."""
    codes, given = ratings.codes, ratings.codes != MISSING
    differing, pairs = np.zeros(len(codes)), np.zeros(len(codes))
    for left in range(codes.shape[1]):
        for right in range(left):
            both = given[:, left] & given[:, right]
            pairs += both
            differing += both & (codes[:, left] != codes[:, right])
    return np.asarray(np.where(pairs > 0, differing / np.maximum(pairs, 1), np.nan))


def _mean(flips: Floats) -> Figure:
    known = flips[~np.isnan(flips)]
    if not len(known):
        return Figure(None, why="no sample answered under two wordings")
    return Figure(float(known.mean()))


def _lenient(ratings: Ratings) -> float | None:
    """P-value that wordings give the same on average, conditional on each sample's answers."""
    given = ratings.codes != MISSING
    values = np.where(given, ratings.numbers[ratings.codes], 0.0)
    count = given.sum(axis=1)
    rows = count > 1
    given, values, count = given[rows], values[rows], count[rows, None]
    mean = values.sum(axis=1, keepdims=True) / count
    around = np.where(given, values - mean, 0.0)
    spread = (around**2).sum(axis=1, keepdims=True) / (count - 1)
    if (spread > 0).sum() < FEW:
        return None
    # Of n answers dealt out at random, each has variance s² (n - 1) / n and every two -s² / n.
    weight = spread / count
    covariance = -(given * weight).T @ given.astype(np.float64)
    covariance[np.diag_indices_from(covariance)] += (given * spread).sum(axis=0)
    total = around.sum(axis=0)
    inverse = np.linalg.pinv(covariance, hermitian=True)
    return chi_square_tail(float(total @ inverse @ total), np.linalg.matrix_rank(covariance))


def _more(own: Floats, others: Sequence[Floats]) -> float | None:
    """One-sided p-value that a judge flips more often than the mean of the others."""
    if not others:
        return None
    gaps = own - np.mean(others, axis=0)
    gaps = gaps[~np.isnan(gaps)]
    if np.count_nonzero(gaps) < FEW:
        return None
    error = float(gaps.std(ddof=1)) / sqrt(len(gaps))
    # Equal gaps everywhere leave no spread, and nothing to doubt.
    z = float(gaps.mean()) / error if error > 0 else float("inf") * np.sign(gaps.mean())
    return 1 - NormalDist().cdf(z)


def _first(judges: Mapping[str, Ratings]) -> Ratings:
    """Every judge under its first wording."""
    one = next(iter(judges.values()))
    if any(ratings.categories != one.categories for ratings in judges.values()):
        raise ValueError("judges of one criterion need the same categories: give them")
    columns = [ratings.codes[:, 0] for ratings in judges.values()]
    return Ratings(np.column_stack(columns), one.categories, tuple(judges))


def _holm(values: Sequence[float | None]) -> list[float | None]:
    """P-values adjusted for all that are known."""
    known = sorted((p, at) for at, p in enumerate(values) if p is not None)
    adjusted: list[float | None] = [None] * len(values)
    largest = 0.0
    for rank, (p, at) in enumerate(known):
        largest = max(largest, min(1.0, p * (len(known) - rank)))
        adjusted[at] = largest
    return adjusted
