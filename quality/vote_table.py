"""How likely each pattern of votes is for a good and for a defective sample, from canaries.

With J judges there are 2^J patterns. Their counts among canaries of known truth say all about the
panel, its correlated errors included, but 200 canaries are few for the rarer patterns. So the share
of defects within each pattern leans on the model in which judges err independently:

    P(defective | v) = (defects with v + s · P_independent(defective | v)) / (canaries with v + s)

with a strength s of so many canaries per pattern, a beta prior centred on that model. A judge that
could not be scored is left out of the sum: the share of a pattern with gaps is that of all patterns
which fit it, under the assumption that gaps say nothing of the truth.

Patterns are numbered in binary, the first judge's digit first, 1 for accept. Knows nothing of
decisions.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from .ratings import MISSING, Codes, Floats, Ratings, distinct

STRENGTH = 12.0
"""From 8 to 30 it makes little difference for 200 canaries and three judges."""
MOST_JUDGES = 12
"""4,096 patterns: beyond that a table says nothing that its back-off does not."""
_ROUNDS = 20


@dataclass(frozen=True, slots=True, eq=False)
class VoteTable:
    """P(pattern | good) and P(pattern | defective), each of shape (2,) * judges."""

    good: Floats
    defect: Floats

    def likelihoods(self, codes: Codes) -> Floats:
        """Units × 2: P(votes | good), P(votes | defective)."""
        rows, place, _ = distinct(codes)
        found = np.asarray([[_fitting(self.good, r), _fitting(self.defect, r)] for r in rows])
        return np.asarray(found.reshape(-1, 2)[place])

    def posterior(self, codes: Codes, prevalence: float) -> Floats:
        """P(defective | votes) of each unit, at the given share of defects."""
        good, defect = self.likelihoods(codes).T
        return np.asarray(prevalence * defect / (prevalence * defect + (1 - prevalence) * good))


def fit_table(votes: Ratings, good: NDArray[np.bool_], *, strength: float = STRENGTH) -> VoteTable:
    """The table that canaries support; each of the two kinds must have been judged."""
    seen = (votes.codes != MISSING).any(axis=1)
    if not (seen & good).any() or not (seen & ~good).any():
        raise ValueError("no judged canary of one kind: both good and defective ones are needed")
    kinds = votes.codes[seen & good], votes.codes[seen & ~good]
    single = [independent(_accepting(codes)) for codes in kinds]
    backoff, table = VoteTable(*single), VoteTable(*single)
    # Once is enough without gaps; with them, votes not given are filled in as the table expects.
    for _ in range(_ROUNDS if (votes.codes[seen] == MISSING).any() else 1):
        counts = _filled(kinds[0], table.good), _filled(kinds[1], table.defect)
        table = _leaning(*counts, backoff, strength)
    return table


def estimate_prevalence(table: VoteTable, votes: Ratings, *, start: float = 0.5) -> float:
    """The share of defects among samples of unknown truth, by maximum likelihood.

    EM with the table held fixed: Saerens, Latinne and Decaestecker (2002, Neural Comput. 14:21-41).
    The likelihood has one maximum. Without votes, or from judges that tell nothing apart, it is
    `start`.
    """
    codes = votes.codes[(votes.codes != MISSING).any(axis=1)]
    if not len(codes):
        return start
    good, defect = table.likelihoods(codes).T
    share = start
    for _ in range(2000):
        before = share
        share = float((share * defect / (share * defect + (1 - share) * good)).mean())
        if abs(share - before) < 1e-9:
            break
    return share


def independent(accepting: Floats) -> Floats:
    """The table of judges that accept independently, each with its own probability."""
    if len(accepting) > MOST_JUDGES:
        raise ValueError(f"a table of votes is for {MOST_JUDGES} judges, not {len(accepting)}")
    table = np.ones(())
    for share in accepting:
        table = np.multiply.outer(table, np.asarray([1 - share, share]))
    return np.asarray(table)


def _accepting(codes: Codes) -> Floats:
    yes, given = (codes == 1).sum(axis=0), (codes != MISSING).sum(axis=0)
    # Jeffreys' prior: a judge without an error so far is not one that never errs.
    return np.asarray((yes + 0.5) / (given + 1))


def _filled(codes: Codes, table: Floats) -> Floats:
    """Units by pattern; one with gaps is shared out among the patterns that fit it."""
    counts = np.zeros_like(table)
    rows, _, times = distinct(codes)
    for row, count in zip(rows, times, strict=True):
        at = _place(row)
        counts[at] += count * table[at] / table[at].sum()
    return counts


def _leaning(good: Floats, defect: Floats, backoff: VoteTable, strength: float) -> VoteTable:
    """The table of counts that lean on the back-off pattern by pattern."""
    share = defect.sum() / (good.sum() + defect.sum())
    expected = share * backoff.defect + (1 - share) * backoff.good
    counted = good + defect
    posterior = (defect + strength * share * backoff.defect / expected) / (counted + strength)
    mass = counted + strength * expected
    defects, goods = mass * posterior, mass * (1 - posterior)
    return VoteTable(goods / goods.sum(), defects / defects.sum())


def _fitting(table: Floats, row: Codes) -> float:
    return float(table[_place(row)].sum())


def _place(row: Codes) -> tuple[int | slice, ...]:
    return tuple(slice(None) if vote == MISSING else int(vote) for vote in row)
