"""What each judge is worth, from canaries: how often it rejects defects and accepts good samples.

A canary is a sample of known truth that judges do not know to be one. Also how lenient each judge
is on samples of unknown truth. Decides nothing: whether a judge is put aside is for others to say.
"""

from dataclasses import dataclass
from math import sqrt
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from .figure import Figure, around, share
from .ratings import MISSING, Ratings

Worth = Literal["informative", "uninformative", "inverted", "unproven"]
LITTLE = 0.3
"""A judge that may be worth as much as this is not called uninformative yet."""


@dataclass(frozen=True, slots=True)
class Competence:
    """One judge, measured."""

    judge: str
    good: int
    """Good canaries that it voted on."""
    defective: int
    unscored: int
    """Canaries on which it gave no vote."""
    sensitivity: Figure
    """P(reject | defective), with Wilson's interval."""
    specificity: Figure
    """P(accept | good), with Wilson's interval."""
    youden: Figure
    """Youden's J = sensitivity + specificity - 1 (1950, Cancer 3:32-35): 1 never wrong, 0 as good
    as votes that are drawn without a look. The interval is Newcombe's hybrid of Wilson's (1998,
    Stat. Med. 17:873-890, method 10)."""
    worth: Worth
    """informative: J is above 0 beyond its interval. inverted: below. uninformative: 0 is within,
    and J = 0.3 is not. unproven: too few canaries to say."""


@dataclass(frozen=True, slots=True)
class Leniency:
    """How readily one judge accepts."""

    judge: str
    accepted: Figure
    """Share of its votes that accept, with Wilson's interval."""
    beside: Figure
    """That share less the others' on the same samples: above 0 is lenient. Normal interval."""


def competences(votes: Ratings, good: NDArray[np.bool_]) -> list[Competence]:
    """Each judge on canaries, whose truth is given row by row."""
    found = []
    for judge, codes in zip(votes.raters, votes.codes.T, strict=True):
        scored = codes != MISSING
        on_good, on_defect = codes[scored & good], codes[scored & ~good]
        sensitivity = share(int((on_defect == 0).sum()), len(on_defect))
        specificity = share(int((on_good == 1).sum()), len(on_good))
        youden = _youden(sensitivity, specificity)
        found.append(
            Competence(
                judge=judge,
                good=len(on_good),
                defective=len(on_defect),
                unscored=int((~scored).sum()),
                sensitivity=sensitivity,
                specificity=specificity,
                youden=youden,
                worth=_worth(youden),
            )
        )
    return found


def leniencies(votes: Ratings) -> list[Leniency]:
    """Each judge beside the others, on all samples that it voted on."""
    scored, yes = votes.codes != MISSING, votes.codes == 1
    found = []
    for place, judge in enumerate(votes.raters):
        own = scored[:, place]
        others = (scored.sum(axis=1) - own) > 0
        rows = own & others
        accepting = yes[rows].sum(axis=1) - yes[rows, place]
        gaps = yes[rows, place] - accepting / (scored[rows].sum(axis=1) - 1)
        beside = Figure(None, why="no sample that another judge voted on")
        if len(gaps) > 1:
            beside = around(float(gaps.mean()), float(gaps.std(ddof=1)) / sqrt(len(gaps)))
        found.append(Leniency(judge, share(int(yes[own, place].sum()), int(own.sum())), beside))
    return found


def _youden(sensitivity: Figure, specificity: Figure) -> Figure:
    if sensitivity.value is None or specificity.value is None:
        return Figure(None, why="needs votes on good and on defective canaries")
    down = _apart(sensitivity.value, sensitivity.low), _apart(specificity.value, specificity.low)
    up = _apart(sensitivity.high, sensitivity.value), _apart(specificity.high, specificity.value)
    value = sensitivity.value + specificity.value - 1
    return Figure(value, value - sqrt(down[0] + down[1]), value + sqrt(up[0] + up[1]))


def _apart(high: float | None, low: float | None) -> float:
    return ((high or 0.0) - (low or 0.0)) ** 2


def _worth(youden: Figure) -> Worth:
    if youden.low is None or youden.high is None:
        return "unproven"
    if youden.low > 0:
        return "informative"
    if youden.high < 0:
        return "inverted"
    return "uninformative" if youden.high < LITTLE else "unproven"
