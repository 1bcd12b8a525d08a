"""What is already there: labels counted at each leaf, and which of them stood together.

Made from samples that are placed on the space; a plan subtracts it from its targets. Knows
nothing of where the samples come from.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field

from .space import Space, bits_of


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
            seen.take(space, leaf_id, labels)
        return seen

    def take(
        self, space: Space, leaf_id: str, labels: Mapping[str, str], *, times: int = 1
    ) -> None:
        """Count so many samples alike; see `of`."""
        possible = sum(space.frame(leaf_id).masks)
        numbers = [space.number(label) for label in labels.items()]
        known = [n for n in numbers if n is not None and possible >> n & 1]
        self._take(space.place[leaf_id], known, times)

    def rows(self, space: Space) -> Iterator[tuple[str, dict[str, str], int]]:
        """Leaf id, labels and number of all samples that are alike in both."""
        for (leaf, bits), count in self.samples.items():
            labels = dict(space.labels[number] for number in bits_of(bits))
            yield space.leaves[leaf].id, labels, count

    def _take(self, leaf: int, numbers: list[int], times: int) -> None:
        bits = sum(1 << number for number in numbers)
        for number in numbers:
            self.beside[number] |= bits & ~(1 << number)
        self.at[leaf] = self.at.get(leaf, 0) | bits
        for number in numbers:
            self.labels[leaf][number] += times
        self.leaves[leaf] += times
        self.samples[leaf, bits] += times
