"""Simulated judges of known confusion, whose errors hang together as much as one says.

Each sample has a difficulty that all judges share, and each judge a mood of its own; a judge errs
where √ρ · difficulty + √(1 - ρ) · mood is below the quantile of its error rate. So ρ changes how
errors coincide and never how many there are. The truth is known to the simulation alone.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from math import sqrt
from statistics import NormalDist

import numpy as np
from numpy.typing import NDArray

from taxoloom.quality.ratings import Ratings, as_votes

Flags = NDArray[np.bool_]
DEFECTS = 0.25
"""Share of planted defects."""

# Judge by judge: P(reject | defective) and P(accept | good).
CASES: Mapping[str, tuple[tuple[float, float], ...]] = {
    "A": ((0.85, 0.90), (0.85, 0.90), (0.85, 0.90)),
    "B": ((0.95, 0.95), (0.65, 0.75), (0.65, 0.75)),
    "C": ((0.60, 0.96), (0.95, 0.75), (0.80, 0.90)),
    "D": ((0.90, 0.92), (0.90, 0.92), (0.00, 1.00)),
}
"""Three alike; one strong and two weak; lenient, strict and in between; one that always accepts."""
RHOS = (0.0, 0.3, 0.6)


@dataclass(frozen=True, slots=True)
class Panel:
    """What a panel said, and what was so."""

    votes: Ratings
    good: Flags


def simulate(
    case: str, rho: float, *, units: int, seed: int, defects: float = DEFECTS, missing: float = 0.0
) -> Panel:
    """The votes of one panel on `units` samples, of which exactly the share `defects` is bad."""
    judges = CASES[case]
    rng = np.random.default_rng([seed, sorted(CASES).index(case), int(rho * 1000), units])
    good = rng.permutation(units) >= round(units * defects)
    wrong = np.where(
        good[:, None],
        _errors(rng, units, [1 - specificity for _, specificity in judges], rho),
        _errors(rng, units, [1 - sensitivity for sensitivity, _ in judges], rho),
    )
    votes = (good[:, None] ^ wrong).astype(np.float64)
    votes[rng.random(votes.shape) < missing] = np.nan
    return Panel(as_votes(votes, [f"judge {n}" for n in range(1, len(judges) + 1)]), good)


def _errors(rng: np.random.Generator, units: int, rates: list[float], rho: float) -> Flags:
    below = [
        -np.inf if rate <= 0 else np.inf if rate >= 1 else NormalDist().inv_cdf(rate)
        for rate in rates
    ]
    shared, own = rng.normal(size=(units, 1)), rng.normal(size=(units, len(rates)))
    return np.asarray(sqrt(rho) * shared + sqrt(1 - rho) * own < np.asarray(below))


@cache
def truth(case: str, rho: float, *, defects: float = DEFECTS) -> Panel:
    """So many samples that shares of them are as good as true."""
    return simulate(case, rho, units=400_000, seed=10_000, defects=defects)
