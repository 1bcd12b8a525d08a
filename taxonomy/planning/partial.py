"""A row that is being made: the labels that are decided, and what the rules leave of the others.

Knows one frame; nothing of what the labels are chosen for.
"""

from collections.abc import Mapping, Sequence
from typing import Self

from .frame import Frame
from .solver import Domains


class Partial:
    """A row of a frame, decided label by label."""

    def __init__(self, frame: Frame, domains: Domains, decided: Mapping[int, int]) -> None:
        self.frame, self._domains = frame, domains
        self.values = dict(decided)
        self.bits = sum(1 << frame.numbers[place][value] for place, value in decided.items())
        """The labels that were chosen, as the bits of a number."""

    @classmethod
    def begun(cls, frame: Frame, decided: Mapping[int, int]) -> Self | None:
        """A row with values by place; None where rules exclude them at sight."""
        domains = frame.solver.start({p: v for p, v in decided.items() if p in frame.touched})
        return None if domains is None else cls(frame, domains, decided)

    def options(self, place: int) -> Sequence[int]:
        """The values of a dimension that no rule excludes at sight."""
        alive = self.frame.alive[place]
        if place not in self.frame.touched:
            return alive
        left = self.frame.solver.left(self._domains, place)
        return [value for value in alive if left >> value & 1]

    def take(self, place: int, value: int) -> bool:
        """Decide a value; False, and nothing is changed, where rules exclude it at sight."""
        if place in self.frame.touched:
            left = self.frame.solver.take(self._domains, place, value)
            if left is None:
                return False
            self._domains = left
        self.values[place] = value
        self.bits |= 1 << self.frame.numbers[place][value]
        return True

    def holds(self, place: int, value: int) -> bool:
        """Whether a value can be decided, with a look at what is left for all others."""
        if place not in self.frame.touched:
            return value in self.frame.alive[place]
        left = self.frame.solver.take(self._domains, place, value)
        return left is not None and self.frame.solver.finish(left) is not None

    def completed(self, ranked: Mapping[int, Sequence[int]]) -> dict[int, int] | None:
        """The row with all that rules speak of, if any of it is decided; None if there is no such.

        `ranked` orders the values by place. Dimensions that do not exist then are `ABSENT`.
        """
        if not self.frame.touched.intersection(self.values):
            return dict(self.values)
        row = self.frame.solver.finish(self._domains, ranked)
        return None if row is None else {**self.values, **row}
