"""The covering prefix: by its end every pair of labels occurred, and every label at every leaf.

Pairs come before the mix, the mix comes before leaves: a label that is due in fewer samples than
there are leaves to see it stops where its share is used up. Knows leaves by place and quota, and
nothing of what fills the open labels.
"""

import random
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from .cells import cells, shown
from .chance import rng
from .given import Given
from .pairs import Pairs
from .progress import UNSET, Part, Progress
from .quota import Integers
from .seen import Seen
from .space import Space
from .triples import Triples

Narrow = NDArray[np.int32]
Test = Callable[[int], bool]
Make = Callable[[int, Mapping[int, int]], dict[int, int]]
Note = Callable[[Part], None]


@dataclass(frozen=True, slots=True)
class Goal:
    """What is to be covered."""

    strength: int = 2
    """0: nothing. 1: every label at every leaf. 2: every pair of labels as well."""
    groups: tuple[frozenset[str], ...] = ()
    """Names of dimensions of which every triple of values is covered."""


@dataclass(frozen=True, slots=True)
class Prefix:
    """Rows that are partly decided."""

    leaves: Integers
    """Places of leaves."""
    values: Narrow
    """Shape (rows, width): by place of the dimension a value, `ABSENT` or `UNSET`."""

    def __len__(self) -> int:
        """The number of rows."""
        return len(self.leaves)


def cover(
    space: Space,
    goal: Goal,
    *,
    order: Sequence[int],
    left: Integers,
    seen: Seen,
    given: Given,
    room: Sequence[int] | None,
    seed: int,
) -> Prefix:
    """The rows of a prefix, until all is covered or no visit is left.

    `order` are the leaves as they are visited once round, `left` says by place how often each may
    be visited, and `room` in how many rows a label may stand for the sake of a leaf.
    """
    progress = Progress(space, seen, room=room)
    rounds = _Rounds(progress, order, left.tolist(), given)
    dice = rng(seed, "cover")
    if goal.strength > 1:
        pairs = Pairs(progress, dice, visits=sum(rounds.left))
        rounds.make(pairs.missing, pairs.row)
    if goal.groups:
        triples = Triples(progress, goal.groups, dice)
        for part in rounds.parts:
            triples.note(part)
        rounds.make(triples.missing, triples.row, triples.note)
    if goal.strength > 0:
        rounds.make(
            lambda leaf: leaf in given.queues and progress.need(leaf) > 0,
            _Needed(progress, dice).row,
        )
    width = max((len(frame.dimensions) for frame in space.frames), default=0)
    first = rounds.prefix(width)
    if goal.strength < 1:
        return first
    rest = [leaf for leaf in order if leaf not in given.queues]
    leaves, values = cells(progress, rest, rounds.left, seed=seed, width=width)
    return Prefix(np.concatenate([first.leaves, leaves]), np.concatenate([first.values, values]))


class _Rounds:
    """Visits leaves in turn, as long as there is something to do at any."""

    def __init__(
        self, progress: Progress, order: Sequence[int], left: list[int], given: Given
    ) -> None:
        self._progress, self._order, self._given = progress, order, given
        self.left = left
        self.parts: list[Part] = []
        self._visits: Counter[int] = Counter()

    def make(self, missing: Test, make: Make, note: Note | None = None) -> None:
        """Make rows until no leaf misses anything, or has no visit left."""
        active = [leaf for leaf in self._order if self.left[leaf]]
        while active:
            active = [leaf for leaf in active if self._visit(leaf, missing, make, note)]

    def _visit(self, leaf: int, missing: Test, make: Make, note: Note | None) -> bool:
        if not self.left[leaf] or not missing(leaf):
            return False
        part = self._progress.note(leaf, make(leaf, self._decided(leaf)))
        self.parts.append(part)
        self.left[leaf] -= 1
        self._visits[leaf] += 1
        if note is not None:
            note(part)
        return True

    def _decided(self, leaf: int) -> dict[int, int]:
        if leaf not in self._given.queues:
            return {}
        frame = self._progress.space.frame_of[leaf]
        return self._given.decided(leaf, self._visits[leaf], frame)

    def prefix(self, width: int) -> Prefix:
        """All rows so far."""
        values = np.full((len(self.parts), width), UNSET, dtype=np.int32)
        for row, part in enumerate(self.parts):
            values[row, : len(part.values)] = part.values
        return Prefix(np.asarray([part.leaf for part in self.parts], dtype=np.int64), values)


class _Needed:
    """Makes rows with labels that a leaf lacks."""

    def __init__(self, progress: Progress, dice: random.Random) -> None:
        self._progress, self._dice = progress, dice

    def row(self, leaf: int, decided: Mapping[int, int]) -> dict[int, int]:
        """What is decided, and as many labels that the leaf lacks as stand together with it."""
        frame = self._progress.frame(leaf)
        places = range(len(frame.dimensions))
        return shown(frame, self._progress.need(leaf), places, decided, self._dice)
