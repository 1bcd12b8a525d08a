"""How many independent judges a panel is worth: errors that coincide, and n_eff.

Three judges of one family that err on the same samples are hardly more than one. The error of a
judge on a sample is 1 where its vote is not the truth; r is the correlation (phi) of two judges'
errors, and

    n_eff = n / (1 + (n - 1) · mean r)

the number of judges with uncorrelated errors whose mean vote varies as much (Kish, Survey Sampling
(1965), design effect). It exceeds n where judges make up for each other, such as a lenient and a
strict one.

With truth known (canaries) it is a measurement. Votes alone give no more than bounds, since the
truth has to be guessed from them: see `independence_bounds`.
"""

from dataclasses import dataclass
from itertools import combinations
from math import atanh, isnan, sqrt, tanh
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from .dawid_skene import dawid_skene
from .figure import LEVEL, Figure, normal_quantile
from .ratings import MISSING, Codes, Floats, Ratings, distinct

RESAMPLES = 500


@dataclass(frozen=True, slots=True)
class Independence:
    """How far the errors of judges coincide."""

    basis: Literal["truth", "votes"]
    """Whether the truth was known, or guessed from the votes."""
    correlations: dict[tuple[str, str], Figure]
    """Phi of the errors of every two judges, with Fisher's interval where the truth is known.
    Where it was guessed they come out too small."""
    effective: Figure
    """n_eff, with a bootstrap interval over samples where the truth is known."""


def independence(
    votes: Ratings,
    good: NDArray[np.bool_],
    *,
    prevalence: float | None = None,
    resamples: int = RESAMPLES,
    seed: int = 0,
) -> Independence:
    """Measured on samples of known truth, row by row.

    Canaries hold more defects than the stream does. With the stream's `prevalence` they are weighed
    as if mixed like it; left out, they count as they are.
    """
    kinds, _, counts = distinct(np.column_stack([votes.codes, good.astype(np.int64)]))
    codes, truth = kinds[:, :-1], kinds[:, -1:]
    each, total = _weights(truth[:, 0] == 1, counts, prevalence), int(counts.sum())
    rng, judges = np.random.default_rng(seed), len(votes.raters)
    draws = np.vstack([counts, rng.multinomial(total, counts / total, size=resamples)])
    phis = _phis(codes, codes != truth, draws * each)
    effective = _effective(phis[0], judges)
    if effective.value is not None and resamples:
        drawn = [_effective(row, judges).value for row in phis[1:]]
        tail = (1 - LEVEL) / 2
        known = [value for value in drawn if value is not None]
        low, high = np.quantile(known or [np.nan], [tail, 1 - tail])
        effective = Figure(effective.value, float(low), float(high)) if known else effective
    scored = (votes.codes != MISSING).astype(np.int64)
    together = scored.T @ scored
    pairs = {
        (votes.raters[a], votes.raters[b]): _fisher(float(phi), int(together[a, b]))
        for (a, b), phi in zip(combinations(range(judges), 2), phis[0], strict=True)
    }
    return Independence("truth", pairs, effective)


def independence_bounds(votes: Ratings) -> Independence:
    """Bounds, from votes alone: `low` and `high` of `effective` are no interval of sampling.

    `high`, also given as the value, takes for the truth what Dawid and Skene's model makes of the
    votes. It assumes independence, and with three judges no other model can be told from it, since
    prevalence and six error rates use up the seven free shares of eight patterns: it said 2.9 to
    3.0 of simulated panels of three alike, whether 1.8 or 3.0 was true. `low` takes all correlation
    of votes for common error, though good judges agree because they are right.
    """
    defective = dawid_skene(votes).posterior[:, 0]
    codes = np.vstack([votes.codes, votes.codes])
    truth = np.repeat([1, 0], len(votes.codes))[:, None]
    weights = np.concatenate([1 - defective, defective])[None]
    guessed = _phis(codes, codes != truth, weights)[0]
    alike = _phis(votes.codes, votes.codes == 1, np.ones((1, len(votes.codes))))[0]
    high, low = (_effective(phis, len(votes.raters)) for phis in (guessed, alike))
    pairs = {
        pair: _named(float(phi))
        for pair, phi in zip(combinations(votes.raters, 2), guessed, strict=True)
    }
    return Independence("votes", pairs, Figure(high.value, low.value, high.value, high.why))


def _weights(
    good: NDArray[np.bool_], counts: NDArray[np.int64], prevalence: float | None
) -> Floats:
    """What a sample of each kind counts, so that defects have the share asked for."""
    if prevalence is None:
        return np.ones(len(counts))
    share = float(counts[good].sum() / counts.sum())
    if not 0 < share < 1:
        raise ValueError("both good and defective samples are needed to mix them otherwise")
    return np.where(good, (1 - prevalence) / share, prevalence / (1 - share))


def _phis(codes: Codes, errors: NDArray[np.bool_], weights: Floats) -> Floats:
    """Correlations of errors: weightings × pairs, from weightings × samples.

    Each pair over the samples that both judged; NaN where the errors of one never vary.
    """
    found = []
    for a, b in combinations(range(codes.shape[1]), 2):
        both = (codes[:, [a, b]] != MISSING).all(axis=1)
        x, y = both & errors[:, a], both & errors[:, b]
        sums = weights @ np.stack([both, x, y, x & y], axis=1).astype(np.float64)
        total = np.where(sums[:, 0] > 0, sums[:, 0], np.nan)
        mean_x, mean_y, together = (sums[:, place] / total for place in (1, 2, 3))
        spread = mean_x * (1 - mean_x) * mean_y * (1 - mean_y)
        known = np.sqrt(np.where(spread > 1e-15, spread, np.nan))
        found.append((together - mean_x * mean_y) / known)
    return np.asarray(found).reshape(len(found), len(weights)).T


def _effective(phis: Floats, judges: int) -> Figure:
    known = phis[~np.isnan(phis)]
    if not len(known):
        return Figure(None, why="no two judges whose errors vary")
    divisor = 1 + (judges - 1) * float(known.mean())
    if divisor <= 0:
        return Figure(None, why="errors make up for each other: no finite number")
    return Figure(judges / divisor)


def _fisher(phi: float, units: int) -> Figure:
    if not abs(phi) < 1 or units <= 3:
        return _named(phi)
    reach = normal_quantile() / sqrt(units - 3)
    return Figure(phi, tanh(atanh(phi) - reach), tanh(atanh(phi) + reach))


def _named(phi: float) -> Figure:
    return Figure(None, why="a judge's errors never vary") if isnan(phi) else Figure(phi)
