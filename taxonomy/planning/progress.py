"""What the covering prefix has shown so far, and what it still has to show.

Knows labels by number and leaves by place; how rows are made is for `pairs`, `triples` and `cells`.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import inf

from .frame import Frame
from .rules import ABSENT
from .seen import Seen
from .space import Space

UNSET = -2
"""A label that is left for the mix to decide."""
_SPARE = 2
"""Times the room that its pairs take at least: a label with less is scarce."""


@dataclass(frozen=True, slots=True)
class Part:
    """A row that is partly decided."""

    leaf: int
    """Place of the leaf."""
    values: tuple[int, ...]
    """By place of the dimension: a value, `ABSENT` or `UNSET`."""


class Progress:
    """Labels, their pairs and the leaves that saw them, over the rows of a prefix."""

    def __init__(self, space: Space, seen: Seen, *, room: Sequence[int] | None) -> None:
        """`room` says by label in how many rows it may stand for the sake of a leaf."""
        self.space = space
        self.pairs = [bits & ~seen.beside[i] for i, bits in enumerate(space.partners)]
        """By label: partners that it has not stood beside."""
        self.counts = [0] * len(space.labels)
        """By label: rows with it."""
        self._seen, self._room = seen, room
        self._needs: dict[int, int] = {}
        self._shares = _shares(space)
        self._rows = 0
        self._most = max((len(frame.dimensions) for frame in space.frames), default=1) - 1
        self.scarce = 0
        """Labels that are due in few rows for the pairs that they lack, as the bits of a number."""
        for number in range(len(self.counts)):
            self._weigh(number)

    def frame(self, leaf: int) -> Frame:
        """The frame of a leaf."""
        return self.space.frames[self.space.frame_of[leaf]]

    def need(self, leaf: int) -> int:
        """The labels that a leaf has not seen, as the bits of a number."""
        known = self._needs.get(leaf)
        if known is None:
            known = self.frame(leaf).everything & ~self._seen.at.get(leaf, 0)
            self._needs[leaf] = known
        return known

    def room(self, number: int) -> float:
        """In how many rows more a label may stand for the sake of a leaf."""
        return inf if self._room is None else self._room[number] - self.counts[number]

    def _weigh(self, number: int) -> None:
        missing = self.pairs[number].bit_count()
        self.scarce &= ~(1 << number)
        if missing and self.room(number) * self._most < _SPARE * missing:
            self.scarce |= 1 << number

    def deficit(self, number: int) -> float:
        """How far a label is behind its share of the rows so far."""
        return self._shares[number] * (self._rows + 1) - self.counts[number]

    def ranked(self, frame: Frame, place: int) -> list[int]:
        """The values of a dimension, those that are farthest behind first."""
        numbers = frame.numbers[place]
        return sorted(range(len(numbers)), key=lambda value: -self.deficit(numbers[value]))

    def note(self, leaf: int, values: Mapping[int, int]) -> Part:
        """Count a row."""
        frame = self.frame(leaf)
        numbers = [frame.numbers[p][v] for p, v in values.items() if v != ABSENT]
        bits = sum(1 << number for number in numbers)
        for number in numbers:
            self.pairs[number] &= ~bits
            self.counts[number] += 1
            self._weigh(number)
        self._needs[leaf] = self.need(leaf) & ~bits
        self._rows += 1
        return Part(leaf, tuple(values.get(p, UNSET) for p in range(len(frame.dimensions))))


def _shares(space: Space) -> list[float]:
    found = [0.0] * len(space.labels)
    for name, values in space.label_shares().items():
        for value, share in values.items():
            number = space.number((name, value))
            if number is not None:
                found[number] = share
    return found
