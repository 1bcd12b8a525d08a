"""The rows of a chunk that a tangle is about, and how many rules each of them breaks.

Knows arrays only; what changes the rows and why is for `mend` and `restore`.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from .quota import Floats, quotas
from .rules import ABSENT
from .tangle import Tangle

Integers = NDArray[np.int64]
Truths = NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class Aim:
    """What one column should have."""

    mix: Floats
    firmness: float
    """How much a difference from it counts."""


class Patch:
    """Rows over the columns of a tangle."""

    def __init__(self, tangle: Tangle, frame_of: Integers, values: Integers, open_: Truths) -> None:
        """The part of rows (frames by row, values by place) that a tangle is about."""
        self.tangle = tangle
        self.here = np.flatnonzero(tangle.inside[frame_of])
        """Which of the rows are in it."""
        self.frames = frame_of[self.here]
        self._places = tangle.places[self.frames]
        lacking = self._places < 0
        self.rows = np.where(lacking, ABSENT, values[self.here[:, None], self._places])
        self.free = lacking | open_[self.here[:, None], self._places]
        """What may be changed, in the shape of `rows`."""
        self.judge()

    def write(self, values: Integers) -> None:
        """Put the rows back where they came from."""
        there = self._places >= 0
        at = np.broadcast_to(self.here[:, None], there.shape)
        values[at[there], self._places[there]] = self.rows[there]

    def judged(self, rows: Integers, among: Integers) -> Integers:
        """How many rules rows would break in the places of others."""
        return self.tangle.bans.broken(rows, self.frames[among])

    def judge(self) -> None:
        """Judge all rows again."""
        self.broken = self.judged(self.rows, np.arange(len(self.rows)))

    def set(self, at: Integers, rows: Integers, broken: Integers) -> None:
        """Put rows that are judged in the places of others."""
        self.rows[at], self.broken[at] = rows, broken

    def counts(self, among: Integers | slice = slice(None)) -> list[Integers]:
        """By column: how often each value stands in the rows."""
        return [
            np.bincount(column[column >= 0], minlength=size)
            for column, size in zip(self.rows[among].T, self.tangle.sizes, strict=True)
        ]

    def due(self, aims: Sequence[Aim]) -> list[Integers]:
        """By column: how often each value should stand in the rows that have the dimension."""
        now = [int(np.count_nonzero(column >= 0)) for column in self.rows.T]
        return [quotas(aim.mix, total) for aim, total in zip(aims, now, strict=True)]
