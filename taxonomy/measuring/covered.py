"""What a measurement of coverage found, always with the denominator, and as plain data for JSON.

Leaves of weight 0 are asked of nobody: they are in no denominator, but what they have is counted.
Knows nothing of how it is measured (`coverage.py`).
"""

from collections.abc import Iterable, Iterator
from dataclasses import asdict, dataclass
from typing import Any

from ..planning.frame import Label
from .distance import Distance
from .sieve import Clash, Stray


@dataclass(frozen=True, slots=True)
class Share:
    """So many of so many."""

    covered: int
    total: int

    def __str__(self) -> str:
        return f"{self.covered}/{self.total}"

    def to_dict(self) -> dict[str, int]:
        """Plain data."""
        return {"covered": self.covered, "total": self.total}


@dataclass(frozen=True, slots=True)
class Level:
    """The nodes of one depth, counted with all that is below them."""

    depth: int
    """1 for the children of the root."""
    nodes: Share
    thin: tuple[tuple[str, int], ...]
    """Shown path and samples of the nodes that have too few, or none."""

    def to_dict(self) -> dict[str, Any]:
        """Plain data."""
        return {"depth": self.depth, **self.nodes.to_dict(), **_lacking(self.thin)}


@dataclass(frozen=True, slots=True)
class LeafCount:
    """One leaf, and its cells: the labels that can occur there."""

    id: str
    path: str
    """As it is shown, from the root down."""
    drawn: bool
    """False for a leaf of weight 0."""
    count: int
    asked: int | None
    """Samples asked for, where that is known."""
    asked_share: float
    share: float
    labels: tuple[Label, ...]
    """Its cells, in order."""
    counts: tuple[int, ...]
    """By cell: samples that have the label."""

    def cells(self) -> Iterator[tuple[Label, int]]:
        """Its labels with their samples."""
        return zip(self.labels, self.counts, strict=True)

    def to_dict(self) -> dict[str, Any]:
        """Plain data."""
        found = {key: getattr(self, key) for key in ("id", "path", "drawn", "count", "asked")}
        shares = {"asked_share": self.asked_share, "share": self.share}
        return found | shares | {"cells": _nested(self.cells())}


@dataclass(frozen=True, slots=True)
class LabelCount:
    """One value of an attribute or axis; shares are of the samples that carry the name."""

    value: str
    count: int
    asked_share: float
    """The nearest share to the one in taxonomy or recipe that the constraints allow."""
    share: float

    @property
    def difference(self) -> float:
        """The share minus the share asked for."""
        return self.share - self.asked_share


@dataclass(frozen=True, slots=True)
class Mix:
    """An attribute or axis with its values."""

    name: str
    axis: bool
    samples: int
    """Samples that carry it."""
    cells: Share
    """Leaf × value, for the values of this name."""
    values: tuple[LabelCount, ...]
    distance: Distance

    @property
    def farthest(self) -> LabelCount | None:
        """The value with the largest marginal error; None where nothing was counted."""
        place = self.distance.farthest
        return None if place is None else self.values[place]

    def to_dict(self) -> dict[str, Any]:
        """Plain data."""
        values = [{**asdict(value), "difference": value.difference} for value in self.values]
        cells = {"cells": self.cells.to_dict()}
        far = self.farthest
        return (
            {"name": self.name, "axis": self.axis, "samples": self.samples}
            | cells
            | _distance(self.distance, "value", None if far is None else far.value)
            | {"values": values}
        )


@dataclass(frozen=True, slots=True)
class PairCount:
    """Two labels that can stand together, and how often they did."""

    first: Label
    second: Label
    count: int


@dataclass(frozen=True, slots=True)
class Coverage:
    """How much of a space some samples cover."""

    samples: int
    least: int
    """Samples that a node, cell or pair needs to count as covered."""
    levels: tuple[Level, ...]
    by_leaf: tuple[LeafCount, ...]
    leaf_distance: Distance
    mixes: tuple[Mix, ...]
    pairs: Share
    """Pairs of labels that can stand together."""
    thin_pairs: tuple[PairCount, ...]
    """Those that did so too seldom, or never."""
    strays: tuple[Stray, ...]
    strayed: int
    """Samples with a label that cannot occur at their leaf."""
    clashes: tuple[Clash, ...]
    clashed: int
    """Samples whose labels break a constraint."""

    @property
    def leaves(self) -> Share:
        """Leaves with enough samples."""
        drawn = [leaf for leaf in self.by_leaf if leaf.drawn]
        return Share(sum(leaf.count >= self.least for leaf in drawn), len(drawn))

    @property
    def thin_leaves(self) -> tuple[LeafCount, ...]:
        """Leaves with too few samples, or none."""
        return tuple(leaf for leaf in self.by_leaf if leaf.drawn and leaf.count < self.least)

    @property
    def cells(self) -> Share:
        """Leaf × value of everything that can occur there."""
        return _sum(mix.cells for mix in self.mixes)

    @property
    def attribute_cells(self) -> Share:
        """Leaf × value of the attributes alone, without axes."""
        return _sum(mix.cells for mix in self.mixes if not mix.axis)

    @property
    def thin_cells(self) -> Iterator[tuple[LeafCount, Label, int]]:
        """Cells with too few samples, or none."""
        for leaf in self.by_leaf:
            for label, count in leaf.cells() if leaf.drawn else ():
                if count < self.least:
                    yield leaf, label, count

    @property
    def smallest_cell(self) -> int | None:
        """Samples of the cell that has fewest; None where there are no labels."""
        return min(
            (min(leaf.counts) for leaf in self.by_leaf if leaf.drawn and leaf.counts), default=None
        )

    @property
    def farthest(self) -> tuple[str, LabelCount] | None:
        """Name and value of the largest marginal error of a label."""
        found = [(mix.name, mix.farthest) for mix in self.mixes]
        known = [(name, value) for name, value in found if value is not None]
        return max(known, key=lambda one: abs(one[1].difference), default=None)

    def to_dict(self) -> dict[str, Any]:
        """Everything, as plain data."""
        place = self.leaf_distance.farthest
        far = None if place is None else self.by_leaf[place].path
        return {
            "samples": self.samples,
            "least": self.least,
            "levels": [level.to_dict() for level in self.levels],
            "leaves": self.leaves.to_dict()
            | _distance(self.leaf_distance, "leaf", far)
            | _lacking([(leaf.path, leaf.count) for leaf in self.thin_leaves]),
            "cells": self.cells.to_dict() | {"smallest": self.smallest_cell} | self._cells(),
            "pairs": self.pairs.to_dict() | self._pairs(),
            "largest_error": None if self.farthest is None else _error(*self.farthest),
            "labels": [mix.to_dict() for mix in self.mixes],
            "by_leaf": [leaf.to_dict() for leaf in self.by_leaf],
            "outside": {
                "samples": self.strayed,
                "labels": [asdict(stray) for stray in self.strays],
            },
            "against_constraints": {
                "samples": self.clashed,
                "combinations": [
                    {"labels": dict(clash.labels), "count": clash.count, "leaf": clash.leaf}
                    for clash in self.clashes
                ],
            },
        }

    def _cells(self) -> dict[str, Any]:
        empty: dict[str, dict[str, list[str]]] = {}
        thin: dict[str, dict[str, dict[str, int]]] = {}
        for leaf, (name, value), count in self.thin_cells:
            if count:
                thin.setdefault(leaf.path, {}).setdefault(name, {})[value] = count
            else:
                empty.setdefault(leaf.path, {}).setdefault(name, []).append(value)
        return {"empty": empty, "thin": thin}

    def _pairs(self) -> dict[str, Any]:
        shown = [(dict((pair.first, pair.second)), pair.count) for pair in self.thin_pairs]
        return {
            "empty": [labels for labels, count in shown if not count],
            "thin": [{"labels": labels, "count": count} for labels, count in shown if count],
        }


def _sum(shares: Iterable[Share]) -> Share:
    listed = list(shares)
    return Share(sum(s.covered for s in listed), sum(s.total for s in listed))


def _lacking(thin: Iterable[tuple[str, int]]) -> dict[str, Any]:
    listed = list(thin)
    return {
        "empty": [path for path, count in listed if not count],
        "thin": {path: count for path, count in listed if count},
    }


def _distance(distance: Distance, what: str, name: str | None) -> dict[str, Any]:
    error = None if name is None else {what: name, "difference": distance.error}
    return {
        "total_variation": distance.variation,
        "largest_error": error,
        "entropy": distance.entropy,
        "asked_entropy": distance.asked_entropy,
    }


def _error(name: str, value: LabelCount) -> dict[str, Any]:
    return {"name": name, "value": value.value, "difference": value.difference}


def _nested(cells: Iterable[tuple[Label, int]]) -> dict[str, dict[str, int]]:
    found: dict[str, dict[str, int]] = {}
    for (name, value), count in cells:
        found.setdefault(name, {})[value] = count
    return found
