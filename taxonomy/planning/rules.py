"""Constraints in normal form: what must not stand together, and what exists when.

A frame is what leaves with the same labels and rules have in common: dimensions, combinations
that are forbidden, and conditions under which a dimension exists. Knows no names and no targets,
nor what the rules leave (`solver.py`); values are numbers, `ABSENT` is a label that a sample does
not have.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

ABSENT = -1

Literal = tuple[int, frozenset[int]]
"""A dimension of the frame, and the values that fulfil it."""


@dataclass(frozen=True, slots=True)
class Rules:
    """The rules of one frame, over the places of its dimensions."""

    sizes: tuple[int, ...]
    """Number of values of each dimension."""
    barred: tuple[frozenset[int], ...]
    """Values of each dimension that are never drawn there."""
    forbidden: tuple[tuple[Literal, ...], ...] = ()
    """Each: not all of these at once. Two literals at least, each of another dimension."""
    exists: Mapping[int, tuple[Literal, ...]] = field(default_factory=dict)
    """Dimensions that exist only where all of these hold."""

    def touched(self) -> tuple[int, ...]:
        """The dimensions that any rule speaks of, those that others depend on first."""
        named = {place for rule in self.forbidden for place, _ in rule} | set(self.exists)
        named |= {place for rule in self.exists.values() for place, _ in rule}
        return tuple(_by_dependence(named, self.exists))

    def over(self, order: Sequence[int]) -> "Rules":
        """The same rules where only the dimensions in `order` are counted, in that order."""
        local = {place: i for i, place in enumerate(order)}

        def moved(rule: tuple[Literal, ...]) -> tuple[Literal, ...]:
            return tuple((local[place], good) for place, good in rule)

        return Rules(
            sizes=tuple(self.sizes[place] for place in order),
            barred=tuple(self.barred[place] for place in order),
            forbidden=tuple(map(moved, self.forbidden)),
            exists={local[p]: moved(rule) for p, rule in self.exists.items() if p in local},
        )


def _by_dependence(places: set[int], exists: Mapping[int, tuple[Literal, ...]]) -> Iterator[int]:
    """Every place after those that decide whether it exists. Raises ValueError on a circle."""
    done: set[int] = set()
    while len(done) < len(places):
        ready = [
            place
            for place in sorted(places - done)
            if all(p in done for p, _ in exists.get(place, ()))
        ]
        if not ready:
            raise ValueError("attributes exist only under conditions on one another")
        yield from ready
        done |= set(ready)
