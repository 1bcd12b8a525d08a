"""How far counts are from the shares that were asked for, and how even they are.

Knows categories by number only: leaves and the values of a dimension are measured alike.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Distance:
    """A mix beside the one that was asked for. None where nothing was counted, or nothing asked."""

    variation: float | None
    """Total variation: half the sum of the differences of shares, 0 for the mix asked for and 1
    for one that has nothing in common with it."""
    farthest: int | None
    """Place of the category with the largest difference."""
    error: float | None
    """Its share minus the share asked for: the largest marginal error."""
    entropy: float | None
    """Normalised entropy, -Σ p ln p / ln K, over the K categories with a positive share asked for:
    Pielou's evenness (1966, J. Theor. Biol. 13:131-144) with K in place of the number of those
    that occurred. 1 when all are equally frequent. None when K < 2, or none of the K occurred."""
    asked_entropy: float | None
    """The same of the shares asked for: what an accurate data set would have."""


def distance(
    counts: Sequence[int] | NDArray[np.int64], asked: Sequence[float] | Floats
) -> Distance:
    """Counts by category against shares that add up to 1; a share of 0 was not asked for."""
    had = np.asarray(counts, dtype=np.float64)
    wanted = np.asarray(asked, dtype=np.float64)
    total, drawn = had.sum(), wanted > 0
    own, theirs = _evenness(had[drawn]), _evenness(wanted[drawn])
    if not total > 0 or not drawn.any():
        return Distance(None, None, None, own, theirs)
    off = had / total - wanted
    # Rounded, so that of equal differences the first is the farthest on every machine.
    farthest = int(np.argmax(np.round(np.abs(off), 12)))
    return Distance(float(np.abs(off).sum() / 2), farthest, float(off[farthest]), own, theirs)


def _evenness(weights: Floats) -> float | None:
    total = weights.sum()
    if len(weights) < 2 or not total > 0:
        return None
    shares = weights[weights > 0] / total
    # Rounding can lead a little beyond both ends.
    return float(np.clip(-(shares * np.log(shares)).sum() / np.log(len(weights)), 0.0, 1.0))
