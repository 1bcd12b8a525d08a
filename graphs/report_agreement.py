"""How far the judges of a run agree: by criterion, by pair, by branch and over time."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from ..errors import InputError
from ..quality import Consistency, Figure, Ratings, consistency
from ..quality.agreement import compared
from ..quality.coefficients import kappa, raw_agreement
from ..quality.drift import Drift, drifts
from ..quality.figure import share
from ..quality.ratings import MISSING
from ..taxonomy import PATH_SEPARATOR
from .report_evidence import Evidence

FEW = 10
"""Units below which a branch or a span of time is not measured."""
SPANS = 10
_RESAMPLES = 300
"""For branches and spans, of which there may be hundreds."""


@dataclass(frozen=True, slots=True)
class Measured:
    """One thing that judges say: their decision, a criterion, or the score."""

    name: str
    measured: Consistency


@dataclass(frozen=True, slots=True)
class Pair:
    """Two raters' decisions."""

    left: str
    right: str
    units: int
    """Samples that both decided on."""
    raw: Figure
    kappa: Figure


@dataclass(frozen=True, slots=True)
class Branch:
    """The decisions on all samples below one node."""

    path: str
    units: int
    measured: Consistency | None
    """None for too few."""


@dataclass(frozen=True, slots=True)
class Span:
    """One of the equal parts of a run, in the order in which samples were decided."""

    since: str
    until: str
    units: int
    measured: Consistency
    accepted: dict[str, Figure]
    """Share that each judge accepts."""


@dataclass(frozen=True, slots=True)
class AgreementPart:
    """How far judges agree."""

    samples: int
    measured: tuple[Measured, ...]
    """The decision, the criteria, the score."""
    pairs: tuple[Pair, ...]
    level: int
    """Depth of the branches: 1 for the children of the root."""
    branches: tuple[Branch, ...]
    """Those that agree least first, those with too few samples last."""
    spans: tuple[Span, ...]
    """None where there are too few samples for two."""
    drifts: tuple[Drift, ...]


def agreement_part(found: Evidence, level: int | None = None) -> AgreementPart:
    """Measure it. Raises InputError for a level that no judged sample has."""
    votes = found.panel.votes
    depth, branches = _branches(found, votes, level)
    return AgreementPart(
        samples=compared(votes),
        measured=(
            Measured("decision", consistency(votes)),
            *(Measured(name, consistency(given)) for name, given in found.panel.findings.items()),
            Measured("score", consistency(found.panel.scores, "ordinal")),
        ),
        pairs=pairs(votes),
        level=depth,
        branches=branches,
        spans=_spans(found.samples, votes),
        drifts=drifts(votes),
    )


def pairs(votes: Ratings) -> tuple[Pair, ...]:
    """Every two raters by themselves."""
    return tuple(
        Pair(*names, compared(both), raw_agreement(both), _kappa(both))
        for names, both in votes.pairs().items()
    )


def _kappa(both: Ratings) -> Figure:
    """Kappa, unless it would be 0 whatever the other says."""
    codes = both.codes[(both.codes != MISSING).all(axis=1)]
    if len(codes) and (codes == codes[0]).all(axis=0).any():
        return Figure(None, why="one of the two always says the same, so κ tells nothing")
    return kappa(both)


def _branches(found: Evidence, votes: Ratings, level: int | None) -> tuple[int, tuple[Branch, ...]]:
    paths = [row["leaf"].split(PATH_SEPARATOR) for row in found.samples]
    deepest = max((len(path) - 1 for path in paths), default=0)
    if level is not None and not 1 <= level <= max(deepest, 1):
        raise InputError(f"no judged sample stands on level {level}", f"give 1 to {deepest}")
    depth = _first_fork(paths, deepest) if level is None else level
    rows: dict[str, list[int]] = {}
    for at, path in enumerate(paths):
        rows.setdefault(PATH_SEPARATOR.join(path[: depth + 1]), []).append(at)
    branches = [_branch(path, _rows(votes, places)) for path, places in rows.items()]
    return depth, tuple(sorted(branches, key=_least_agreed_first))


def _first_fork(paths: Sequence[Sequence[str]], deepest: int) -> int:
    """The first level below the root with more than one node."""
    for depth in range(1, deepest + 1):
        if len({tuple(path[: depth + 1]) for path in paths}) > 1:
            return depth
    return 1


def _branch(path: str, votes: Ratings) -> Branch:
    units = compared(votes)
    enough = consistency(votes, resamples=_RESAMPLES) if units >= FEW else None
    return Branch(path, units, enough)


def _least_agreed_first(branch: Branch) -> tuple[bool, float]:
    if branch.measured is None:
        return True, -branch.units
    return False, branch.measured.raw.value or 0.0


def _spans(samples: Sequence[dict[str, Any]], votes: Ratings) -> tuple[Span, ...]:
    number = min(SPANS, len(samples) // FEW)
    if number < 2:
        return ()
    spans = []
    for places in np.array_split(np.arange(len(samples)), number):
        part = _rows(votes, places)
        spans.append(
            Span(
                since=samples[places[0]]["created_at"],
                until=samples[places[-1]]["created_at"],
                units=compared(part),
                measured=consistency(part, resamples=_RESAMPLES),
                accepted=_accepted(part),
            )
        )
    return tuple(spans)


def _accepted(votes: Ratings) -> dict[str, Figure]:
    return {
        judge: share(int((codes == 1).sum()), int((codes != MISSING).sum()))
        for judge, codes in zip(votes.raters, votes.codes.T, strict=True)
    }


def _rows(ratings: Ratings, places: Any) -> Ratings:
    return Ratings(ratings.codes[places], ratings.categories, ratings.raters)
