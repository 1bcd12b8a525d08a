"""What is already there: labels counted at each leaf, and which of them stood together.

Made from samples that are placed on the space; a plan subtracts it from its targets. Knows
nothing of where the samples come from.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from .space import Space


@dataclass(slots=True)
class Seen:
    """Counts over labels by number and leaves by place."""

    beside: list[int]
    """By label: the labels that it stood beside, as the bits of a number."""
    at: dict[int, int] = field(default_factory=dict)
    """By leaf: the labels that occurred there."""
    leaves: Counter[int] = field(default_factory=Counter)
    labels: defaultdict[int, Counter[int]] = field(default_factory=lambda: defaultdict(Counter))
    """By leaf: how often each label occurred there."""
    samples: Counter[tuple[int, int]] = field(default_factory=Counter)
    """Samples by leaf and all their labels, as the bits of a number."""

    @classmethod
    def nothing(cls, space: Space) -> "Seen":
        """No sample at all."""
        return cls([0] * len(space.labels))

    @classmethod
    def of(cls, space: Space, samples: Iterable[tuple[str, Mapping[str, str]]]) -> "Seen":
        """Count samples, each the id of a leaf and its labels.

        Labels that cannot occur there are passed over. Raises KeyError for an unknown leaf.
        """
        seen = cls.nothing(space)
        for leaf_id, labels in samples:
            leaf = space.place[leaf_id]
            possible = sum(space.frame(leaf_id).masks)
            numbers = (space.number(label) for label in labels.items())
            seen._take(leaf, [n for n in numbers if n is not None and possible >> n & 1])
        return seen

    def _take(self, leaf: int, numbers: list[int]) -> None:
        bits = sum(1 << number for number in numbers)
        for number in numbers:
            self.beside[number] |= bits & ~(1 << number)
        self.at[leaf] = self.at.get(leaf, 0) | bits
        self.labels[leaf].update(numbers)
        self.leaves[leaf] += 1
        self.samples[leaf, bits] += 1
