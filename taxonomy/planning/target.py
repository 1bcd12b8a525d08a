"""How many samples are asked for: in all, at each leaf, or in each cell.

Turns a target into a number for every leaf, and for cells into labels that are given beforehand.
Knows nothing of the mix of the other labels.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from ...errors import InputError
from .chance import rng
from .given import Given, given
from .quota import Floats, Integers
from .seen import Seen
from .space import Space


@dataclass(frozen=True, slots=True)
class Target:
    """One of three; samples that are there already count towards each."""

    total: int = 0
    per_leaf: int = 0
    per_cell: int = 0
    labels: tuple[str, ...] = ()
    """What a cell is beside its leaf: one value of each of these names."""


@dataclass(frozen=True, slots=True)
class Due:
    """What is still to be made."""

    leaves: Integers
    """By place of the leaf: number of samples."""
    shares: Floats
    """By place of the leaf: its share of all samples, not in whole numbers."""
    given: Given
    """Labels that samples must have."""

    def mixes(self, space: Space) -> dict[int, Floats]:
        """By pool: the mix of what samples must have."""
        found: dict[int, Floats] = {}
        for leaf, queue in self.given.queues.items():
            at = space.frame_of[leaf]
            for pool, column in zip(space.frames[at].pools, self.given.rows[at].T, strict=True):
                values = column[queue]
                if len(values) and (values >= 0).any():
                    size = len(space.pools[pool].values)
                    counts = np.bincount(values[values >= 0], minlength=size)
                    found[pool] = found.get(pool, np.zeros(size)) + counts
        return {pool: counts / counts.sum() for pool, counts in found.items()}

    @property
    def total(self) -> int:
        """Samples in all."""
        return int(self.leaves.sum())


def due(space: Space, target: Target, seen: Seen, *, seed: int) -> Due:
    """What is missing to the target. Raises InputError when a name of a cell does not exist."""
    shares = np.asarray(space.shares)
    drawn = shares > 0
    if target.per_cell:
        cells = given(space, target.per_cell, _names(space, target.labels), seen, seed=seed)
        leaves = np.zeros(len(shares), dtype=np.int64)
        leaves[list(cells.queues)] = [len(queue) for queue in cells.queues.values()]
        return Due(leaves, leaves / leaves.sum() if leaves.any() else drawn / drawn.sum(), cells)
    if target.per_leaf:
        shares = drawn / drawn.sum()
        wanted = np.where(drawn, target.per_leaf, 0).astype(np.int64)
    else:
        wanted = systematic(shares, target.total, start=rng(seed, "leaves").random())
    had = np.asarray([seen.leaves[place] for place in range(len(shares))], dtype=np.int64)
    return Due(np.maximum(wanted - had, 0), shares, Given())


def systematic(shares: Sequence[float] | Floats, total: int, *, start: float) -> Integers:
    """Whole numbers that add up to `total` and follow shares in every stretch of the list.

    Systematic sampling over cumulated shares: as leaves stand in the order of the tree, every
    branch on every level gets its share, rounded up or down. `start` is in [0, 1).
    """
    edges = np.cumsum(np.asarray(shares, dtype=np.float64))
    edges /= edges[-1]
    marks = np.floor(edges * total + start + 1e-9).astype(np.int64)
    marks = np.minimum(marks, total)
    marks[-1] = total
    return np.diff(marks, prepend=0)


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
