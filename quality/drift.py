"""Does a judge become more lenient or stricter while a run goes on, beside the others?

Each sample has a gap per judge: its vote less the mean of the others'. The mean gap of the later
half less that of the earlier half is how far a judge has moved. One that moves makes all others
seem to move the other way; so the one that moved furthest is named and taken out, and the others
are compared anew. Of two judges nobody can say which one moved.

Samples that become better or worse move all judges together, and no gap where judges are alike; one
that is lenient with bad samples alone will seem to move as these become more. Knows nothing of why.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from math import sqrt

import numpy as np

from .figure import LEVEL, Figure, around
from .ratings import MISSING, Floats, Ratings

FEW = 20
"""Samples that each half needs."""


@dataclass(frozen=True, slots=True)
class Drift:
    """One judge over a run."""

    judge: str
    change: Figure
    """Above 0: it became more lenient. The interval is normal, and wider the more judges there are:
    the chance to name any of them wrongly is 5 % in all (Bonferroni)."""
    drifting: bool


def drifts(votes: Ratings) -> tuple[Drift, ...]:
    """Each judge, from samples in the order in which they were judged."""
    steady, named = list(votes.raters), list[str]()
    while len(steady) > 2:
        changes = {judge: _change(votes, judge, steady) for judge in steady}
        moved = [judge for judge in steady if _moved(changes[judge])]
        if not moved:
            break
        furthest = max(moved, key=lambda judge: abs(changes[judge].value or 0.0))
        named.append(furthest)
        steady.remove(furthest)
    return tuple(
        Drift(judge, _change(votes, judge, steady), judge in named) for judge in votes.raters
    )


def _change(votes: Ratings, judge: str, steady: Sequence[str]) -> Figure:
    """How far a judge moved beside steady ones."""
    gaps = _gaps(votes, judge, [name for name in steady if name != judge])
    half = len(gaps) // 2
    sides = [part[~np.isnan(part)] for part in (gaps[:half], gaps[half:])]
    if min(map(len, sides)) < FEW:
        return Figure(None, why="too few samples that others judged")
    error = sqrt(sum(float(part.var(ddof=1)) / len(part) for part in sides))
    level = 1 - (1 - LEVEL) / len(votes.raters)
    return around(float(sides[1].mean() - sides[0].mean()), error, level=level)


def _moved(change: Figure) -> bool:
    return change.low is not None and change.high is not None and not change.low <= 0 <= change.high


def _gaps(votes: Ratings, judge: str, others: Sequence[str]) -> Floats:
    """Vote less the mean of the others', sample by sample; NaN where one of them is missing."""
    own, beside = votes.of(judge).codes[:, 0], votes.of(*others).codes
    given = (beside != MISSING).sum(axis=1)
    mean = (beside == 1).sum(axis=1) / np.maximum(given, 1)
    known = (own != MISSING) & (given > 0)
    return np.asarray(np.where(known, (own == 1) - mean, np.nan))
