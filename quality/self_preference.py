"""Do judges of the writer's family favour what it wrote? And how sure is that?

The raw gap is how much more of the stream own judges accept than other judges do. It says little:
a judge that is lenient with everybody has the same gap. Canaries that the writer did not write tell
the two apart, as what a judge accepts of them is plain leniency. With acceptances o of own and a of
other judges, of good (g) and defective (d) canaries and of the stream (s),

    preference = (o_s - a_s) - [(1 - p) (o_g - a_g) + p (o_d - a_d)]
    p = (a_g - a_s) / (a_g - a_d), cut to 0 … 1

a difference in differences: the gap on the stream less that on canaries of the same mix. p is the
share of defects in the stream as the other judges see it (Rogan and Gladen 1978, Am. J. Epidemiol.
107:71-76); own judges have no say in it, or what they favour would hide itself. Without defective
canaries p is 0. Models and their families are not known here, nor where votes come from.
"""

from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from .figure import LEVEL, Figure
from .ratings import MISSING, Codes, Floats, Ratings

Basis = Literal["canaries", "good canaries", "votes"]
RESAMPLES = 1000
LEAST = 0.1
"""Other judges that tell good from defective by less say nothing of the mix."""


@dataclass(frozen=True, slots=True)
class SelfPreference:
    """Of the judges of one family with what it wrote."""

    basis: Basis
    """What leniency was taken out with; `votes`: with nothing, so it is still in."""
    gap: Figure
    """o_s - a_s: how much more of the stream own judges accept."""
    preference: Figure
    """The gap less leniency, with a bootstrap interval; that of the gap where basis is `votes`."""


def self_preference(
    stream: Ratings,
    own: NDArray[np.bool_],
    *,
    canaries: Ratings | None = None,
    good: NDArray[np.bool_] | None = None,
    resamples: int = RESAMPLES,
    seed: int = 0,
) -> SelfPreference:
    """Preference of the `own` judges, by column, against the others; `good` is the truth by row.

    Stream and canaries are votes of the same judges. Raises ValueError where all judges or none are
    own: nobody is there to compare with.
    """
    if own.all() or not own.any():
        raise ValueError("self-preference compares judges of the writer's family with others")
    rng = np.random.default_rng(seed)
    shares = _drawn(stream.codes, own, rng, resamples)
    gap = shares[0] - shares[1]
    basis: Basis = "votes"
    plain: Floats = np.zeros(resamples + 1)
    if canaries is not None and good is not None:
        if canaries.raters != stream.raters:
            raise ValueError(f"judges of the stream {stream.raters}, canaries {canaries.raters}")
        kinds = [_drawn(canaries.codes[rows], own, rng, resamples) for rows in (good, ~good)]
        # What no judge of a side voted on is NaN in all draws.
        known = [not np.isnan(kind[:, 0]).any() for kind in kinds]
        if known[0]:
            mixed = known[1] and kinds[0][1, 0] - kinds[1][1, 0] > LEAST
            basis = "canaries" if mixed else "good canaries"
            plain = _leniency(shares[1], kinds[0], kinds[1] if mixed else None)
    return SelfPreference(basis, _figure(gap), _figure(gap - plain))


def _leniency(others: Floats, good: Floats, defective: Floats | None) -> Floats:
    """The gap that leniency alone makes on a stream of which others accept so much."""
    on_good = good[0] - good[1]
    if defective is None:
        return np.asarray(on_good)
    apart = good[1] - defective[1]
    mix = np.clip((good[1] - others) / np.where(apart > 0, apart, np.nan), 0, 1)
    return np.asarray((1 - mix) * on_good + mix * (defective[0] - defective[1]))


def _drawn(
    codes: Codes, own: NDArray[np.bool_], rng: np.random.Generator, resamples: int
) -> Floats:
    """Acceptance of own and of other judges, 2 × (1 + draws); the first column is as it is.

    Samples are drawn whole, as judges hang together on them; a side's acceptance is that of all
    its votes.
    """
    given, yes = codes != MISSING, codes == 1
    sums = np.stack([part[:, side].sum(axis=1) for side in (own, ~own) for part in (yes, given)])
    # Samples on which the sums are the same are drawn by their number.
    kinds, counts = np.unique(sums.T, axis=0, return_counts=True)
    total = int(counts.sum())
    if not total:
        return np.full((2, resamples + 1), np.nan)
    draws = np.vstack([counts, rng.multinomial(total, counts / total, size=resamples)])
    totals = (draws @ kinds).astype(np.float64)
    votes = np.where(totals[:, 1::2] > 0, totals[:, 1::2], np.nan)
    return np.asarray((totals[:, ::2] / votes).T)


def _figure(values: Floats) -> Figure:
    """The first value, with the percentiles of the others."""
    value, drawn = float(values[0]), values[1:][~np.isnan(values[1:])]
    if np.isnan(value):
        return Figure(None, why="no sample that judges of both sides voted on")
    if not len(drawn):
        return Figure(value)
    tail = (1 - LEVEL) / 2
    low, high = np.quantile(drawn, [tail, 1 - tail])
    return Figure(value, float(low), float(high))
