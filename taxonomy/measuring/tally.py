"""Counts samples in a space: at each leaf, in each cell of leaf and label, and of each pair.

A cell has a number: cells stand leaf by leaf, and at a leaf in the order of `Sieve.cells`. Knows
nothing of what was asked for.
"""

from collections.abc import Iterable, Iterator, Mapping
from itertools import islice

import numpy as np
from numpy.typing import NDArray

from ..planning.space import Space
from .sieve import Sieve

Integers = NDArray[np.int64]
_CHUNK = 10_000
"""Samples counted at once: thousands of pairs each would be too many for all of them."""


class Tally:
    """Counts over leaves by place, cells by number, labels by number, and pairs of labels."""

    def __init__(self, space: Space, samples: Iterable[tuple[str, Mapping[str, str]]]) -> None:
        """Count samples, each the id of a leaf and its labels. KeyError for an unknown leaf."""
        self._space = space
        self.sieve = Sieve(space)
        numbers = [np.asarray(cells, dtype=np.int64) for cells in self.sieve.cells]
        self._frame_of = np.asarray(space.frame_of, dtype=np.int64)
        widths = np.asarray([len(cells) for cells in numbers], dtype=np.int64)[self._frame_of]
        self.starts: Integers = np.concatenate([[0], np.cumsum(widths)])
        """By place of the leaf: its first cell; at the end their number."""
        self.labels: Integers = np.concatenate([numbers[f] for f in space.frame_of])
        """By cell: the number of its label."""
        self.owners: Integers = np.repeat(np.arange(len(space.leaves)), widths)
        """By cell: the place of its leaf."""
        self.leaves: Integers = np.zeros(len(space.leaves), dtype=np.int64)
        self.cells: Integers = np.zeros(len(self.labels), dtype=np.int64)
        self._pairs: list[tuple[Integers, Integers]] = []
        stream = iter(samples)
        while chunk := list(islice(stream, _CHUNK)):
            self._count(chunk)

    @property
    def samples(self) -> int:
        """Samples in all."""
        return int(self.leaves.sum())

    @property
    def by_label(self) -> Integers:
        """By number of the label: the samples that carry it."""
        found = np.zeros(len(self._space.labels), dtype=np.int64)
        np.add.at(found, self.labels, self.cells)
        return found

    def pairs(self) -> dict[tuple[int, int], int]:
        """Pairs of labels that stood together, the lower number first, with how often."""
        size = len(self._space.labels)
        codes, counts = _merged(self._pairs)
        keys = zip((codes // size).tolist(), (codes % size).tolist(), strict=True)
        return dict(zip(keys, counts.tolist(), strict=True))

    def _count(self, chunk: list[tuple[str, Mapping[str, str]]]) -> None:
        places = [self._space.place[leaf_id] for leaf_id, _ in chunk]
        columns = [self.sieve.columns(leaf_id, labels) for leaf_id, labels in chunk]
        sizes = np.asarray([len(found) for found in columns], dtype=np.int64)
        flat = np.asarray([column for found in columns for column in found], dtype=np.int64)
        cells = self.starts[np.repeat(places, sizes)] + flat
        np.add.at(self.leaves, places, 1)
        np.add.at(self.cells, cells, 1)
        size = len(self._space.labels)
        codes = [*_codes(self.labels[cells], sizes, size), np.zeros(0, dtype=np.int64)]
        found, counts = np.unique(np.concatenate(codes), return_counts=True)
        self._pairs = [_merged([*self._pairs, (found, counts)])]


def _codes(labels: Integers, sizes: Integers, count: int) -> Iterator[Integers]:
    """The pairs within each sample, as single numbers; samples of one size are taken together."""
    starts = np.cumsum(sizes) - sizes
    for size in np.unique(sizes[sizes > 1]).tolist():
        rows = starts[sizes == size][:, None] + np.arange(size)
        ordered = np.sort(labels[rows], axis=1)
        first, second = np.triu_indices(size, 1)
        yield (ordered[:, first] * count + ordered[:, second]).ravel()


def _merged(parts: list[tuple[Integers, Integers]]) -> tuple[Integers, Integers]:
    """Counts of the same things, added up."""
    if not parts:
        return np.zeros(0, dtype=np.int64), np.zeros(0, dtype=np.int64)
    codes, at = np.unique(np.concatenate([codes for codes, _ in parts]), return_inverse=True)
    counts = np.zeros(len(codes), dtype=np.int64)
    np.add.at(counts, at, np.concatenate([counts for _, counts in parts]))
    return codes, counts
