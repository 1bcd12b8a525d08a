"""Dimensions that rules link, wherever in the taxonomy they stand, and those rules as tables.

What does not hang together can be dealt and mended apart. Knows frames; nothing of rows but how to
judge them.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

import networkx as nx
import numpy as np
from numpy.typing import NDArray

from .frame import Dimension, Frame
from .rules import ABSENT

Integers = NDArray[np.int64]
Words = NDArray[np.uint64]
Truths = NDArray[np.bool_]

Part = tuple[int, frozenset[int]]
"""A column of the tangle, and the values that fulfil it, `ABSENT` among them."""
Bans = dict[tuple[Part, ...], list[int]]
"""What must not hold all at once, and the frames in which that is so."""


@dataclass(frozen=True, slots=True)
class Tangle:
    """One set of dimensions that hang together."""

    pools: tuple[int, ...]
    places: Integers
    """Shape (frames of the space, dimensions): their places, -1 where a frame lacks one."""
    inside: Truths
    """By frame: whether it has any of them."""
    blocks: tuple[tuple[int, ...], ...]
    """By column: it and all columns that exist under conditions on it."""
    bans: "BanTable"

    @property
    def sizes(self) -> tuple[int, ...]:
        """By column the number of values."""
        return self.bans.sizes


class BanTable:
    """Judges many rows at once.

    Each ban is a bit of a word. It has its parts in layers, one part to a layer; a table says for
    each value of a column which bans of the layer it fulfils.
    """

    def __init__(self, bans: Bans, sizes: tuple[int, ...], frames: int) -> None:
        self.sizes = sizes
        words = -(-len(bans) // 64)
        depth = max((len(parts) for parts in bans), default=0)
        # The last entry of a column is `ABSENT`, which counts from the end; before it `UNSET`.
        self._layers = np.zeros((depth, len(sizes), max(sizes) + 2, words), dtype=np.uint64)
        self._lacking = np.zeros((depth, words), dtype=np.uint64)
        self._holds = np.zeros((frames, words), dtype=np.uint64)
        self._members = np.zeros((len(sizes), words), dtype=np.uint64)
        for number, (parts, members) in enumerate(bans.items()):
            word, bit = number // 64, np.uint64(1 << number % 64)
            self._holds[members, word] |= bit
            for layer in range(depth):
                if layer >= len(parts):
                    self._lacking[layer, word] |= bit
                    continue
                column, values = parts[layer]
                self._members[column, word] |= bit
                self._layers[layer, column, list(values), word] |= bit
        self._used = [np.flatnonzero(layer.any(axis=(1, 2))).tolist() for layer in self._layers]

    def hits(self, rows: Integers, frames: Integers) -> Words:
        """Which bans each row breaks in its frame, as bits. Shape (rows, words)."""
        found = self._holds[frames]
        for layer, lacking, used in zip(self._layers, self._lacking, self._used, strict=True):
            held = np.broadcast_to(lacking, found.shape).copy()
            for column in used:
                held |= layer[column][rows[:, column]]
            found &= held
        return found

    def broken(self, rows: Integers, frames: Integers) -> Integers:
        """How many bans each row breaks."""
        found: Integers = np.bitwise_count(self.hits(rows, frames)).sum(axis=1, dtype=np.int64)
        return found

    def involved(self, rows: Integers, frames: Integers) -> Truths:
        """Which columns have part in what each row breaks. Shape (rows, columns)."""
        hits = self.hits(rows, frames)
        return np.stack([(hits & own).any(axis=1) for own in self._members], axis=1)


def tangles(pools: Sequence[Dimension], frames: Sequence[Frame]) -> list[Tangle]:
    """All tangles of pools that rules touch, in the order of `linked_pools`."""
    return [_tangle(sorted(linked), pools, frames) for linked in linked_pools(frames)]


def linked_pools(frames: Iterable[Frame]) -> list[set[int]]:
    """Pools that hang together by rules, or that lack a value somewhere, in order."""
    graph: nx.Graph[int] = nx.Graph()
    for frame in frames:
        for rule in frame.rules.forbidden:
            nx.add_path(graph, [frame.pools[place] for place, _ in rule])
        for place, rule in frame.rules.exists.items():
            nx.add_path(graph, [frame.pools[p] for p in (place, *(q for q, _ in rule))])
        graph.add_nodes_from(
            pool
            for pool, dimension in zip(frame.pools, frame.dimensions, strict=True)
            if not all(dimension.weights)
        )
    return sorted(nx.connected_components(graph), key=min)


def _tangle(linked: Sequence[int], pools: Sequence[Dimension], frames: Sequence[Frame]) -> Tangle:
    columns = {pool: column for column, pool in enumerate(linked)}
    places = np.full((len(frames), len(linked)), -1, dtype=np.int64)
    bans: Bans = {}
    hanging: nx.DiGraph[int] = nx.DiGraph()
    hanging.add_nodes_from(range(len(linked)))
    for number, frame in enumerate(frames):
        local = {place: columns[p] for place, p in enumerate(frame.pools) if p in columns}
        for place, column in local.items():
            places[number, column] = place
        for ban in _bans(frame, local):
            bans.setdefault(ban, []).append(number)
        for place, needs in frame.rules.exists.items():
            if place in local:
                hanging.add_edges_from((local[p], local[place]) for p, _ in needs)
    sizes = tuple(len(pools[pool].values) for pool in linked)
    for column, size in enumerate(sizes):
        lacking = np.flatnonzero(places[:, column] < 0).tolist()
        if lacking:
            bans[((column, frozenset(range(size))),)] = lacking
    return Tangle(
        pools=tuple(linked),
        places=places,
        inside=np.any(places >= 0, axis=1),
        blocks=tuple((c, *sorted(nx.descendants(hanging, c))) for c in range(len(linked))),
        bans=BanTable(bans, sizes, len(frames)),
    )


def _bans(frame: Frame, local: Mapping[int, int]) -> Iterator[tuple[Part, ...]]:
    """What must not be in a frame, over the columns of a tangle (by place)."""
    for rule in frame.rules.forbidden:
        if rule[0][0] in local:
            yield tuple((local[place], values) for place, values in rule)
    for place, column in local.items():
        weights, needs = frame.dimensions[place].weights, frame.rules.exists.get(place)
        dead = {value for value, weight in enumerate(weights) if not weight}
        if needs is None:
            dead.add(ABSENT)
        else:
            yield ((column, frozenset({ABSENT})), *((local[p], good) for p, good in needs))
        if dead:
            yield ((column, frozenset(dead)),)
        for p, good in needs or ():
            others = frozenset(range(frame.rules.sizes[p])) - good | {ABSENT}
            yield (column, frozenset(range(len(weights)))), (local[p], others)
