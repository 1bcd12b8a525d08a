"""Which labels of a sample can occur at its leaf: the rest is counted, so that nothing gets lost.

Labels are compared as they are; `place` finds out what others call them. Knows nothing of how
often what fits was seen.
"""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from ..planning.frame import Frame, Label
from ..planning.rules import Literal as Part
from ..planning.space import Space, bits_of
from ..tree import PATH_SEPARATOR

Why = Literal["unknown name", "unknown value", "not at this leaf"]
_Rule = tuple[int, ...]
"""Sets of labels, as the bits of numbers: not one of each at once."""


@dataclass(frozen=True, slots=True)
class Stray:
    """A label that cannot occur where it was found."""

    name: str
    value: str
    """Empty where the space does not know the name."""
    why: Why
    count: int
    leaf: str
    """The leaf at which it was found first, as it is shown."""


@dataclass(frozen=True, slots=True)
class Clash:
    """Labels that stood together against a constraint."""

    labels: tuple[Label, ...]
    count: int
    leaf: str
    """The leaf at which they were found first, as it is shown."""


class Sieve:
    """Lets through what can occur at a leaf, and keeps count of what cannot."""

    def __init__(self, space: Space) -> None:
        self._space = space
        self.cells = [_possible(frame) for frame in space.frames]
        """By frame: the numbers of the labels that can occur there."""
        self._columns = [
            {space.labels[number]: column for column, number in enumerate(numbers)}
            for numbers in self.cells
        ]
        self._rules = [_rules(frame) for frame in space.frames]
        self._strays: Counter[tuple[str, str, Why]] = Counter()
        self._clashes: Counter[int] = Counter()
        self._first: dict[object, str] = {}
        self.strayed = 0
        """Samples with a label that cannot occur at their leaf."""
        self.clashed = 0
        """Samples whose labels break a constraint."""

    def columns(self, leaf_id: str, labels: Mapping[str, str]) -> list[int]:
        """What can occur of the labels, as places in `cells`. KeyError for an unknown leaf."""
        frame = self._space.frame_of[self._space.place[leaf_id]]
        columns, found = self._columns[frame], []
        for label in labels.items():
            column = columns.get(label)
            if column is not None:
                found.append(column)
        if len(found) < len(labels):
            self._note_strays(leaf_id, columns, labels)
        if self._rules[frame]:
            numbers = self.cells[frame]
            self._note_clashes(leaf_id, frame, sum([1 << numbers[column] for column in found]))
        return found

    @property
    def strays(self) -> tuple[Stray, ...]:
        """Labels that cannot occur where they were found, the most frequent first."""
        counted = self._strays.most_common()
        return tuple(Stray(*key, count, self._shown(key)) for key, count in counted)

    @property
    def clashes(self) -> tuple[Clash, ...]:
        """Combinations against a constraint, the most frequent first."""
        labels = self._space.labels
        return tuple(
            Clash(tuple(labels[number] for number in bits_of(bits)), count, self._shown(bits))
            for bits, count in self._clashes.most_common()
        )

    def _shown(self, what: object) -> str:
        leaf = self._space.leaves[self._space.place[self._first[what]]]
        return PATH_SEPARATOR.join(leaf.path)

    def _note_strays(
        self, leaf_id: str, columns: Mapping[Label, int], labels: Mapping[str, str]
    ) -> None:
        self.strayed += 1
        for name, value in labels.items():
            if (name, value) not in columns:
                key = self._stray(name, value)
                self._strays[key] += 1
                self._first.setdefault(key, leaf_id)

    def _stray(self, name: str, value: str) -> tuple[str, str, Why]:
        if self._space.names.name(name) is None:
            return name, "", "unknown name"
        known = self._space.number((name, value)) is not None
        return name, value, "not at this leaf" if known else "unknown value"

    def _note_clashes(self, leaf_id: str, frame: int, bits: int) -> None:
        broken = {labels for rule in self._rules[frame] if (labels := _broken(rule, bits))}
        self.clashed += bool(broken)
        for labels in broken:
            self._clashes[labels] += 1
            self._first.setdefault(labels, leaf_id)


def _possible(frame: Frame) -> tuple[int, ...]:
    return tuple(number for mask in frame.masks for number in bits_of(mask))


def _rules(frame: Frame) -> list[_Rule]:
    """What must not stand together: a dimension also not beside what rules it out."""
    rules, sizes = frame.rules, frame.rules.sizes
    found = [tuple(_bits(frame, part) for part in rule) for rule in rules.forbidden]
    for place, conditions in rules.exists.items():
        own = _bits(frame, (place, frozenset(range(sizes[place]))))
        for other, good in conditions:
            bad = frozenset(range(sizes[other])) - good
            found.append((own, _bits(frame, (other, bad))))
    return found


def _bits(frame: Frame, part: Part) -> int:
    place, values = part
    return sum(1 << frame.numbers[place][value] for value in values)


def _broken(rule: _Rule, bits: int) -> int:
    """The labels that break a rule; none if it is kept, as by a sample without one of them."""
    found = 0
    for mask in rule:
        if not bits & mask:
            return 0
        found |= bits & mask
    return found
