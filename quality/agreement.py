"""How far judges, wordings or people agree: the coefficients together, and by group.

One function measures a matrix of ratings; another does it for any grouping of them: by criterion,
by pair of judges (`Ratings.pairs`), by branch of the taxonomy, by day. Where ratings come from, and
what is accepted by them, is not known here.
"""

from collections.abc import Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import TypeVar

from .alpha import RESAMPLES, Metric, alpha, pairable
from .coefficients import gwet, kappa, raw_agreement
from .figure import Figure
from .ratings import Ratings, from_rows

Key = TypeVar("Key", bound=Hashable)


@dataclass(frozen=True, slots=True)
class Agreement:
    """How far judges agree on the units that at least two of them judged."""

    units: int
    raw: float | None
    """Share of agreeing pairs of judges, 0 to 1; None without a unit."""
    alpha: float | None
    """1 perfect, 0 as by chance; None where chance agreement is certain (one value only)."""


@dataclass(frozen=True, slots=True)
class Consistency:
    """All that is measured of one matrix of ratings."""

    units: int
    """Units with at least two ratings: the others say nothing."""
    raw: Figure
    """Share of agreeing pairs; no interval."""
    alpha: Figure
    """Krippendorff's alpha, with a bootstrap interval over units."""
    gwet: Figure
    """AC1 of nominal ratings; AC2 with ordinal weights of the others."""


def agreement(units: Iterable[Sequence[object | None]]) -> Agreement:
    """Raw agreement and nominal alpha over units of one value per judge, None for a gap."""
    ratings = from_rows(units)
    value = alpha(ratings, resamples=0).value
    return Agreement(compared(ratings), raw_agreement(ratings).value, value)


def consistency(
    ratings: Ratings, metric: Metric = "nominal", *, resamples: int = RESAMPLES, seed: int = 0
) -> Consistency:
    """Every coefficient of one matrix."""
    return Consistency(
        units=compared(ratings),
        raw=raw_agreement(ratings),
        alpha=alpha(ratings, metric, resamples=resamples, seed=seed),
        gwet=gwet(ratings, ordinal=metric != "nominal"),
    )


def consistency_by(
    groups: Mapping[Key, Ratings],
    metric: Metric = "nominal",
    *,
    resamples: int = RESAMPLES,
    seed: int = 0,
) -> dict[Key, Consistency]:
    """The same of each group; every group draws from the same seed, so none hangs on the others."""
    return {
        key: consistency(ratings, metric, resamples=resamples, seed=seed)
        for key, ratings in groups.items()
    }


def kappas(ratings: Ratings) -> dict[tuple[str, str], Figure]:
    """Cohen's kappa of every two raters."""
    return {pair: kappa(of_two) for pair, of_two in ratings.pairs().items()}


def compared(ratings: Ratings) -> int:
    """Units with at least two ratings."""
    return int(pairable(ratings).counts.sum())
