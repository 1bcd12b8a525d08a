"""How many samples are asked for: in all, at each leaf, or in each cell.

Turns a target into a number for every leaf, and for cells into labels that are given beforehand.
Knows nothing of the mix of the other labels.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import product

import numpy as np

from ..errors import InputError
from .chance import rng
from .frame import Frame
from .quota import Integers
from .seen import Seen
from .space import Space

_MOST = 100_000_000


@dataclass(frozen=True, slots=True)
class Target:
    """One of three; samples that are there already count towards each."""

    total: int = 0
    per_leaf: int = 0
    per_cell: int = 0
    labels: tuple[str, ...] = ()
    """What a cell is beside its leaf: one value of each of these names."""

    def shares(self, space: Space) -> Sequence[float]:
        """By place of the leaf: its share of the samples, not yet in whole numbers."""
        if self.total:
            return space.shares
        drawn = [float(share > 0) for share in space.shares]
        return [share / sum(drawn) for share in drawn]


@dataclass(slots=True)
class Due:
    """What is still to be made."""

    leaves: Integers
    """By place of the leaf: number of samples."""
    given: dict[int, list[dict[int, int]]] = field(default_factory=dict)
    """By place of the leaf: the labels that its samples must have, one entry each."""

    @property
    def total(self) -> int:
        """Samples in all."""
        return int(self.leaves.sum())


def due(space: Space, target: Target, seen: Seen, *, seed: int) -> Due:
    """What is missing to the target. Raises InputError when a name of a cell does not exist."""
    if target.per_cell:
        return _cells(space, target, seen, seed=seed)
    had = np.asarray([seen.leaves[place] for place in range(len(space.leaves))], dtype=np.int64)
    if target.per_leaf:
        shares = np.asarray(space.shares)
        wanted = np.where(shares > 0, target.per_leaf, 0).astype(np.int64)
    else:
        wanted = systematic(space.shares, target.total, start=rng(seed, "leaves").random())
    return Due(np.maximum(wanted - had, 0))


def systematic(shares: Sequence[float], total: int, *, start: float) -> Integers:
    """Whole numbers that add up to `total` and follow shares in every stretch of the list.

    Systematic sampling over cumulated shares: as leaves stand in the order of the tree, every
    branch on every level gets its share, rounded up or down. `start` is in [0, 1).
    """
    edges = np.cumsum(np.asarray(shares, dtype=np.float64))
    edges /= edges[-1]
    marks = np.floor(edges * total + start + 1e-9).astype(np.int64)
    marks[-1] = total
    return np.diff(marks, prepend=0)


def _cells(space: Space, target: Target, seen: Seen, *, seed: int) -> Due:
    names = _names(space, target.labels)
    leaves = np.zeros(len(space.leaves), dtype=np.int64)
    given: dict[int, list[dict[int, int]]] = {}
    had: dict[int, list[tuple[int, int]]] = {}
    for (leaf, bits), count in seen.samples.items():
        had.setdefault(leaf, []).append((bits, count))
    for leaf, share in enumerate(space.shares):
        if not share > 0:
            continue
        frame = space.frames[space.frame_of[leaf]]
        queue: list[dict[int, int]] = []
        for cell in _cells_of(frame, names):
            bits = sum(1 << frame.numbers[place][value] for place, value in cell.items())
            there = sum(count for b, count in had.get(leaf, ()) if b & bits == bits)
            queue += [cell] * max(target.per_cell - there, 0)
        rng(seed, "cells", leaf).shuffle(queue)
        given[leaf], leaves[leaf] = queue, len(queue)
        if leaves.sum() > _MOST:
            raise InputError(
                f"more than {_MOST:,} samples are asked for",
                hint="name fewer labels under `samples.labels`, or ask for fewer per cell",
            )
    return Due(leaves, given)


def _names(space: Space, labels: Sequence[str]) -> frozenset[str]:
    found = set()
    for written in labels:
        name = space.names.name(written)
        if name is None:
            raise InputError(
                f"samples.labels: no attribute or axis is called {written!r}",
                hint="name an attribute of the taxonomy, or an axis of the recipe",
            )
        found.add(name)
    if not labels:
        found = {d.name for frame in space.frames for d in frame.dimensions if not d.axis}
    if not found:
        raise InputError(
            "samples.per_cell needs labels, and the taxonomy has no attributes",
            hint="name axes, for example `labels: [difficulty]`",
        )
    return frozenset(found)


def _cells_of(frame: Frame, names: frozenset[str]) -> list[dict[int, int]]:
    """Every combination of values of the names that can occur, one without labels if none can."""
    places = [p for p, d in enumerate(frame.dimensions) if d.name in names]
    options = [
        [v for v, w in enumerate(frame.dimensions[p].weights) if w > 0]
        + ([-1] if p in frame.rules.exists else [])
        for p in places
    ]
    cells: dict[tuple[tuple[int, int], ...], dict[int, int]] = {}
    for values in product(*options):
        row = dict(zip(places, values, strict=True))
        touched = {p: v for p, v in row.items() if p in frame.touched}
        if not frame.solver.possible(touched):
            continue
        cells[tuple(row.items())] = {p: v for p, v in row.items() if v >= 0}
    return list(cells.values())
