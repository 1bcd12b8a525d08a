"""What a blueprint says beside its cell: how many turns, where the matter changes, which rewrite.

Pure functions of a slot, its labels and its random number. Knows nothing of how cells are planned.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from ..axes import Axis
from .chance import evenly, phase

_NEAR = 3
"""How far off in the order of the taxonomy a category may stand that comes in beside another."""
Labels = Sequence[tuple[str, str]]


@dataclass(frozen=True, slots=True)
class Turns:
    """How many messages the asker sends where a sample has some value of an axis."""

    fewest: int
    most: int
    switches: bool

    def drawn(self, word: int) -> tuple[int, int]:
        """Messages, and which of them turns to another matter."""
        turns = self.fewest + word % (self.most - self.fewest + 1)
        # The first opens the matter, and the last comes back to it.
        between = turns - 2
        return turns, 2 + (word // 64) % between if self.switches and between > 0 else 0


@dataclass(frozen=True, slots=True)
class Details:
    """Makes the details of blueprints."""

    axes: Sequence[Axis] = ()
    leaves: Sequence[str] = ()
    """Ids in the order of the taxonomy."""
    rewrites: Mapping[str, float] = field(default_factory=dict)
    """Operation to the share of slots that it is carried out on."""
    seed: int = 0
    _turns: Mapping[tuple[str, str], Turns] = field(init=False)
    _others: Mapping[tuple[str, str], tuple[int, int]] = field(init=False)
    _phase: float = field(init=False)

    def __post_init__(self) -> None:
        turns = {
            (axis.id, value.id): Turns(*value.turns, value.switches)
            for axis in self.axes
            for value in axis.values
            if value.turns
        }
        others = {
            (axis.id, value.id): value.others
            for axis in self.axes
            for value in axis.values
            if value.others
        }
        object.__setattr__(self, "_turns", turns)
        object.__setattr__(self, "_others", others)
        object.__setattr__(self, "_phase", phase(self.seed, "rewrites"))

    def of(self, slot: int, leaf: int, labels: Labels, word: int) -> dict[str, Any]:
        """Fields of the blueprint of a slot, from 33 random bits; those left out are empty.

        `leaf` is its place in the order of the taxonomy.
        """
        found: dict[str, Any] = {}
        for label in labels:
            if label in self._turns:
                found["turns"], found["switch"] = self._turns[label].drawn(word)
            if label in self._others and len(self.leaves) > 1:
                found["others"] = self._near(leaf, self._others[label], word >> 12)
        if self.rewrites and (operation := self._operation(slot)):
            found["operations"] = (operation,)
        return found

    def _near(self, leaf: int, between: tuple[int, int], word: int) -> tuple[str, ...]:
        """Some of the leaves that stand next to one, and so have most of their path in common."""
        start = max(0, min(leaf - _NEAR, len(self.leaves) - 2 * _NEAR - 1))
        around = [n for n in range(start, start + 2 * _NEAR + 1) if n != leaf]
        known = [self.leaves[n] for n in around if n < len(self.leaves)]
        count = min(between[0] + word % (between[1] - between[0] + 1), len(known))
        first, step = (word >> 4) % len(known), 1 + (word >> 8) % max(1, len(known) - 1)
        return tuple(known[(first + n * step) % len(known)] for n in range(count))

    def _operation(self, slot: int) -> str:
        """Evenly strewn: any stretch of slots has its share of each, to within one or two."""
        place = evenly(slot, self._phase)
        for name, share in self.rewrites.items():
            if place < share:
                return name
            place -= share
        return ""
