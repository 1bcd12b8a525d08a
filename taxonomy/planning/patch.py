"""The rows of a chunk that a tangle is about, and how many rules each of them breaks.

Knows arrays only; what changes the rows and why is for `mend` and `restore`.
"""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from .quota import quotas
from .tangle import Tangle

Integers = NDArray[np.int64]
Truths = NDArray[np.bool_]


class Patch:
    """Rows over the columns of a tangle."""

    def __init__(self, tangle: Tangle, frames: Integers, rows: Integers, free: Truths) -> None:
        """`frames` by row; `free` is what may be changed, in the shape of `rows`."""
        self.tangle, self.frames, self.rows, self.free = tangle, frames, rows, free
        self.broken = self.judged(rows, np.arange(len(rows)))

    def judged(self, rows: Integers, among: Integers) -> Integers:
        """How many rules rows would break in the places of others."""
        return self.tangle.bans.broken(rows, self.frames[among])

    def judge(self) -> None:
        """Judge all rows again."""
        self.broken = self.judged(self.rows, np.arange(len(self.rows)))

    def set(self, at: Integers, rows: Integers, broken: Integers) -> None:
        """Put rows that are judged in the places of others."""
        self.rows[at], self.broken[at] = rows, broken

    def counts(self) -> list[Integers]:
        """By column: how often each value stands in the rows."""
        return [
            np.bincount(column[column >= 0], minlength=size)
            for column, size in zip(self.rows.T, self.tangle.sizes, strict=True)
        ]

    def scaled(self, counts: Sequence[Integers]) -> list[Integers]:
        """The same mixes for as many samples as have each dimension now."""
        now = [int(np.count_nonzero(column >= 0)) for column in self.rows.T]
        return [
            quotas(one.astype(np.float64), total) if one.any() else one
            for one, total in zip(counts, now, strict=True)
        ]
