"""Dimensions that rules link, wherever in the taxonomy they stand, and those rules as tables.

What does not hang together can be dealt and mended apart. Knows frames; nothing of rows but how to
judge them.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

import networkx as nx
import numpy as np
from numpy.typing import NDArray

from .frame import Dimension, Frame

Integers = NDArray[np.int64]
Truths = NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class Rule:
    """Not all of these at once, in some frames."""

    parts: tuple[tuple[int, Truths], ...]
    """Column of the tangle, and by value whether it fulfils its part."""
    frames: Truths
    """By frame: whether the rule holds there."""
    level: int
    """From which level on it can be judged."""

    def hits(self, rows: Integers, frames: Integers) -> Truths:
        """Which rows break it."""
        found = self.frames[frames]
        for column, table in self.parts:
            found = found & table[rows[:, column]]
        return found


@dataclass(frozen=True, slots=True)
class Tangle:
    """One set of dimensions that hang together."""

    pools: tuple[int, ...]
    sizes: tuple[int, ...]
    places: Integers
    """Shape (frames of the space, dimensions): their places, -1 where a frame lacks one."""
    inside: Truths
    """By frame: whether it has any of them."""
    levels: Integers
    rules: tuple[Rule, ...]

    def broken(self, rows: Integers, frames: Integers, level: int) -> Integers:
        """How many rules each row breaks, as far as dimensions up to a level are dealt."""
        found = np.zeros(len(rows), dtype=np.int64)
        for rule in self.rules:
            if rule.level <= level:
                found += rule.hits(rows, frames)
        return found

    def involved(self, rows: Integers, frames: Integers, level: int) -> Truths:
        """Which dimensions have part in a rule that is broken, by row."""
        found = np.zeros(rows.shape, dtype=bool)
        for rule in self.rules:
            if rule.level <= level:
                hit = rule.hits(rows, frames)
                for column, _ in rule.parts:
                    found[:, column] |= hit
        return found


def tangles(
    pools: Sequence[Dimension], frames: Sequence[Frame], levels: Mapping[int, int]
) -> list[Tangle]:
    """All tangles of pools that rules touch; `levels` says by pool when it is dealt."""
    return [_tangle(sorted(linked), pools, frames, levels) for linked in linked_pools(frames)]


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


def _tangle(
    linked: Sequence[int],
    pools: Sequence[Dimension],
    frames: Sequence[Frame],
    levels: Mapping[int, int],
) -> Tangle:
    columns = {pool: column for column, pool in enumerate(linked)}
    places = np.full((len(frames), len(linked)), -1, dtype=np.int64)
    found: dict[tuple[tuple[int, frozenset[int]], ...], list[int]] = {}
    for number, frame in enumerate(frames):
        for place, pool in enumerate(frame.pools):
            if pool not in columns:
                continue
            places[number, columns[pool]] = place
            dead = frozenset(v for v, w in enumerate(frame.dimensions[place].weights) if not w)
            if dead:
                found.setdefault(((columns[pool], dead),), []).append(number)
        for rule in frame.rules.forbidden:
            if frame.pools[rule[0][0]] in columns:
                local = tuple((columns[frame.pools[place]], good) for place, good in rule)
                found.setdefault(local, []).append(number)
    sizes = tuple(len(pools[pool].values) for pool in linked)
    depth = np.asarray([levels[pool] for pool in linked], dtype=np.int64)
    rules = []
    for parts, members in found.items():
        holds = np.zeros(len(frames), dtype=bool)
        holds[members] = True
        tables = tuple((column, _table(good, sizes[column])) for column, good in parts)
        rules.append(Rule(tables, holds, int(max(depth[column] for column, _ in parts))))
    inside: Truths = np.any(places >= 0, axis=1).astype(np.bool_)
    return Tangle(tuple(linked), sizes, places, inside, depth, tuple(rules))


def _table(good: frozenset[int], size: int) -> Truths:
    """By value; the two entries at the end are false: `ABSENT` and `UNSET` count from there."""
    table = np.zeros(size + 2, dtype=bool)
    table[list(good)] = True
    return table
