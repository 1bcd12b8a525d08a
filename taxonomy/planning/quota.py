"""Shares into whole numbers.

Largest remainder (Hamilton's method): every count is its exact share rounded down or up, as long
as no share is negative. Tables are fitted to their sums by iterative proportional fitting (Deming &
Stephan 1940). Knows numbers only.
"""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Integers = NDArray[np.int64]
_ROUNDS = 100


def quotas(weights: Sequence[float] | Floats, total: int) -> Integers:
    """`total` things in proportion to weights; a weight of zero gets none.

    Raises ValueError when all weights are zero and `total` is not.
    """
    share = np.asarray(weights, dtype=np.float64)
    mass = float(share.sum())
    if not mass > 0:
        if total:
            raise ValueError("all weights are zero")
        return np.zeros(len(share), dtype=np.int64)
    exact = share * (total / mass)
    counts = np.floor(exact + 1e-9).astype(np.int64)
    missing = total - int(counts.sum())
    remainder = np.where(share > 0, exact - counts, -1.0)
    counts[np.argsort(-remainder, kind="stable")[:missing]] += 1
    return counts


def due_still(wanted: Floats, had: Floats) -> Floats:
    """Shares of what comes, so that with what was had it is as near to what was wanted as can be.

    What is over already is not taken back: the others share what is left for them.
    """
    due = np.maximum(wanted - had, 0.0)
    if not due.sum() > 0:
        due = np.maximum(wanted, 0.0)
    return np.asarray(due / due.sum(), dtype=np.float64)


def fitted(open_: NDArray[np.bool_], rows: Integers, columns: Integers) -> Floats:
    """The most even table with these sums that is zero where `open_` is false.

    Row sums are met exactly; column sums as nearly as 100 rounds bring them.
    """
    table = open_.astype(np.float64)
    for _ in range(_ROUNDS):
        sums = table.sum(axis=0)
        table *= np.divide(columns, sums, out=np.zeros_like(sums), where=sums > 0)
        sums = table.sum(axis=1)
        # A row that lost all its columns is spread over those that are open to it.
        empty = ~(sums > 0)
        table[empty] = open_[empty]
        off = np.abs(sums[~empty] - rows[~empty])
        table *= (rows / table.sum(axis=1))[:, None]
        if not empty.any() and off.max(initial=0.0) < 0.01:
            break
    return table
