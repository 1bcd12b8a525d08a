"""How much of a taxonomy a set of samples covers, always with the denominator.

Works on a taxonomy and labelled samples, wherever they come from.
"""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from ..taxonomy import PATH_SEPARATOR, Taxonomy


@dataclass(frozen=True, slots=True)
class Share:
    """So many of so many."""

    covered: int
    total: int

    def __str__(self) -> str:
        return f"{self.covered}/{self.total}"


@dataclass(frozen=True, slots=True)
class Coverage:
    """Coverage by leaf, and by cell of leaf and attribute value."""

    leaves: Share
    cells: Share
    """Leaf × value of each attribute that applies to the leaf."""
    by_leaf: dict[str, int]
    """Samples of every leaf, those without any included."""
    empty: tuple[str, ...]
    """Leaves without a sample."""


def coverage(taxonomy: Taxonomy, samples: Iterable[Mapping[str, Any]]) -> Coverage:
    """Coverage by samples that carry `leaf` (a shown path) and `labels`."""
    leaves: Counter[str] = Counter()
    seen: set[tuple[str, str, str]] = set()
    for sample in samples:
        leaves[sample["leaf"]] += 1
        seen |= {(sample["leaf"], name, value) for name, value in sample["labels"].items()}
    names, cells = [], set()
    for leaf in taxonomy.leaves():
        shown = PATH_SEPARATOR.join(leaf.path)
        names.append(shown)
        for attribute in taxonomy.attributes_of(leaf.id):
            cells |= {(shown, attribute.name, value.name) for value in attribute.values}
    empty = tuple(name for name in names if not leaves[name])
    return Coverage(
        leaves=Share(len(names) - len(empty), len(names)),
        cells=Share(len(cells & seen), len(cells)),
        by_leaf={name: leaves[name] for name in names},
        empty=empty,
    )
