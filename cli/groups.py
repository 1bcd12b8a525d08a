"""Leaves gathered under categories, until there are no more than a person can read.

Knows the tree and counts; nothing of pictures.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from ..taxonomy import Taxonomy
    from ..taxonomy.measuring.covered import LeafCount


@dataclass(frozen=True, slots=True)
class Group:
    """One leaf, or a category with all leaves below it."""

    names: tuple[str, ...]
    """The path without the root."""
    leaves: tuple["LeafCount", ...]

    @property
    def count(self) -> int:
        """Samples."""
        return sum(leaf.count for leaf in self.leaves)

    @property
    def empty(self) -> int:
        """Leaves without a sample."""
        return sum(not leaf.count for leaf in self.leaves)


@dataclass(frozen=True, slots=True)
class Grouping:
    """Groups in the order of the tree."""

    groups: tuple[Group, ...]
    depth: int | None
    """The level that they stand on; None where each is a leaf."""


def grouped(leaves: Sequence["LeafCount"], taxonomy: "Taxonomy", most: int) -> Grouping:
    """The leaves themselves if they are not too many, else the deepest level that is not.

    When even the first level has more than `most` categories, it is that.
    """
    paths = [taxonomy.node(leaf.id).path[1:] or (taxonomy.root.name,) for leaf in leaves]
    deepest = max(map(len, paths), default=1)
    for depth in range(deepest, 0, -1):
        found: dict[tuple[str, ...], list[LeafCount]] = {}
        for path, leaf in zip(paths, leaves, strict=True):
            found.setdefault(path[:depth], []).append(leaf)
        if len(found) <= most or depth == 1:
            groups = tuple(Group(names, tuple(members)) for names, members in found.items())
            return Grouping(groups, None if depth == deepest else depth)
    raise AssertionError("every tree has a first level")
