"""How well each way of aggregating votes does on one simulated panel, beside the best possible."""

from dataclasses import dataclass
from functools import cache

import numpy as np
from numpy.typing import NDArray

from taxoloom.quality import (
    FittedPolicy,
    Ratings,
    calibrated,
    independence,
    independence_bounds,
    without_truth,
)
from taxoloom.quality.ratings import distinct
from taxoloom.quality.vote_table import VoteTable, fit_table
from taxoloom.tests.support.judges import DEFECTS, Flags, simulate, truth

UNITS, CANARIES = 3000, 200


@dataclass(frozen=True, slots=True)
class Score:
    """Of one way to decide."""

    accuracy: float
    residual: float
    """Share of defects among the accepted."""
    kept: float
    """Share of good samples that were accepted."""


@dataclass(frozen=True, slots=True)
class Cell:
    """One panel, one seed. All but `bands` force a decision on every sample."""

    single: Score
    majority: Score
    dawid_skene: Score
    calibrated: Score
    ceiling: Score
    bands: Score
    """Of the calibrated policy as it is used, with a band of disputed samples; its `accuracy` is
    the share of samples that it decides."""
    calibration: float
    """Expected calibration error of the calibrated posterior, over ten equal bins."""
    ds_calibration: float
    prevalence: float
    """Estimated less true."""
    effective: float
    """n_eff measured on the canaries, weighed by the estimated prevalence."""
    effective_bound: float
    """Upper bound of it from votes alone."""


@cache
def best_table(case: str, rho: float) -> VoteTable:
    """The true shares of the patterns."""
    panel = truth(case, rho)
    return fit_table(panel.votes, panel.good, strength=1e-6)


@cache
def true_effective(case: str, rho: float) -> float:
    panel = truth(case, rho)
    value = independence(panel.votes, panel.good, resamples=0).effective.value
    assert value is not None
    return value


def cell(
    case: str, rho: float, seed: int, *, canaries: int = CANARIES, mix: float = DEFECTS
) -> Cell:
    """Everything of one seed; canaries and stream have nothing in common but the judges."""
    stream = simulate(case, rho, units=UNITS, seed=seed)
    known = simulate(case, rho, units=canaries, seed=1000 + seed, defects=mix)
    codes, good = stream.votes.codes, stream.good
    fitted = calibrated(known.votes, known.good, stream=stream.votes)
    unsupervised = without_truth(stream.votes)
    posterior, guessed = _posterior(fitted, codes), _posterior(unsupervised, codes)
    singles = [_score(codes[:, judge] == 1, good) for judge in range(codes.shape[1])]
    decided = _decided(fitted, stream.votes)
    measured = independence(known.votes, known.good, prevalence=fitted.prevalence, resamples=0)
    accepted = decided == "accepted"
    return Cell(
        single=max(singles, key=lambda score: score.accuracy),
        majority=_score(codes.sum(axis=1) > codes.shape[1] / 2, good),
        dawid_skene=_score(guessed <= 0.5, good),
        calibrated=_score(posterior <= 0.5, good),
        ceiling=_score(best_table(case, rho).posterior(codes, DEFECTS) <= 0.5, good),
        bands=Score(
            float((decided != "disputed").mean()),
            float((~good[accepted]).mean()) if accepted.any() else 0.0,
            float(accepted[good].mean()),
        ),
        calibration=calibration_error(posterior, ~good),
        ds_calibration=calibration_error(guessed, ~good),
        prevalence=fitted.prevalence - float((~good).mean()),
        effective=measured.effective.value or 0.0,
        effective_bound=independence_bounds(stream.votes).effective.value or 0.0,
    )


def calibration_error(posterior: NDArray[np.float64], defective: Flags) -> float:
    """Mean distance of the share of defects from what was said, weighed by bin."""
    bins = np.minimum((posterior * 10).astype(int), 9)
    gaps = np.bincount(bins, posterior - defective, 10)
    return float(np.abs(gaps).sum() / len(posterior))


def _posterior(policy: FittedPolicy, codes: NDArray[np.int64]) -> NDArray[np.float64]:
    return policy.table.posterior(codes, policy.prevalence)


def _decided(policy: FittedPolicy, votes: Ratings) -> NDArray[np.str_]:
    """Through the policy itself, pattern by pattern."""
    rows, place, _ = distinct(votes.codes)
    decided = [policy([None if vote < 0 else bool(vote) for vote in row]) for row in rows]
    return np.asarray(decided)[place]


def _score(accepted: Flags, good: Flags) -> Score:
    return Score(
        float((accepted == good).mean()),
        float((~good[accepted]).mean()) if accepted.any() else 0.0,
        float(accepted[good].mean()),
    )
