"""Labels that samples must have, because a number is asked for in each cell.

A cell is here a leaf with a combination of values of some names. Knows nothing of the mix of the
other labels.
"""

import random
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import chain, islice, product
from math import prod

import numpy as np
from numpy.typing import NDArray

from ...errors import InputError
from .chance import orders, rng
from .frame import Frame
from .progress import UNSET
from .rules import ABSENT
from .seen import Seen
from .space import Space

Integers = NDArray[np.int64]
_MOST = 10_000_000
_MOST_CELLS = 200_000
"""In one leaf."""
_WAYS = 64
"""Of giving a cell the labels that it hangs on."""


@dataclass(frozen=True, slots=True)
class Given:
    """What is decided of the samples of a leaf, visit by visit."""

    rows: Mapping[int, Integers] = field(default_factory=dict)
    """By frame: rows of values by place, `UNSET` where nothing is decided."""
    queues: Mapping[int, Integers] = field(default_factory=dict)
    """By place of the leaf: which row each of its visits has."""

    def decided(self, leaf: int, visit: int, frame: int) -> dict[int, int]:
        """Values by place of one visit."""
        row = self.rows[frame][self.queues[leaf][visit]].tolist()
        return {place: value for place, value in enumerate(row) if value != UNSET}

    def fill(self, values: Integers, leaves: Integers, visits: Integers, frames: Integers) -> None:
        """Write what is decided into rows of these leaves."""
        order = np.argsort(leaves, kind="stable")
        cuts = np.flatnonzero(np.diff(leaves[order])) + 1
        for mine in np.split(order, cuts):
            leaf, rows = int(leaves[mine[0]]), self.rows[int(frames[mine[0]])]
            values[mine, : rows.shape[1]] = rows[self.queues[leaf][visits[mine]]]


def given(space: Space, per_cell: int, names: frozenset[str], seen: Seen, *, seed: int) -> Given:
    """What is missing of `per_cell` samples in each cell. Raises InputError for far too many."""
    tables: dict[int, _Table] = {}
    queues: dict[int, Integers] = {}
    had: dict[int, list[tuple[int, int]]] = {}
    for (leaf, bits), count in seen.samples.items():
        had.setdefault(leaf, []).append((bits, count))
    total = 0
    for leaf, share in enumerate(space.shares):
        if not share > 0:
            continue
        at = space.frame_of[leaf]
        if at not in tables:
            tables[at] = _table(space.frames[at], names, seed)
        table = tables[at]
        lacking = np.full(len(table.starts), per_cell, dtype=np.int64)
        for bits, count in had.get(leaf, ()):
            cell = table.cells.get(bits & table.mask)
            if cell is not None:
                lacking[cell] = max(lacking[cell] - count, 0)
        total += int(lacking.sum())
        if total > _MOST:
            raise _too_many()
        queues[leaf] = table.queue(lacking, key=(seed, "cells", leaf))
    return Given({at: table.rows for at, table in tables.items()}, queues)


@dataclass(frozen=True, slots=True)
class _Table:
    """The cells of one frame."""

    rows: Integers
    """Every way of every cell."""
    starts: Integers
    """By cell its first row."""
    ways: Integers
    """By cell the number of its rows."""
    cells: Mapping[int, int]
    """By labels, as the bits of a number: the cell."""
    mask: int
    """All labels that tell cells apart."""

    def queue(self, lacking: Integers, *, key: tuple[object, ...]) -> Integers:
        """Rows so that each cell has what it lacks; each cell once before any has two."""
        rounds = int(lacking.max(initial=0))
        cells = orders(rounds, len(lacking), *key)
        turn = np.broadcast_to(np.arange(rounds)[:, None], cells.shape)
        way = (turn + rng(*key).randrange(_WAYS)) % self.ways[cells]
        return (self.starts[cells] + way)[lacking[cells] > turn]


def _table(frame: Frame, names: frozenset[str], seed: int) -> _Table:
    places = [p for p, d in enumerate(frame.dimensions) if d.name in names]
    dice = rng(seed, "ways")
    cells: dict[int, int] = {}
    ways = []
    for number, cell in enumerate(_cells(frame, places)):
        labels = (frame.numbers[p][v] for p, v in cell.items() if v != ABSENT)
        cells[sum(1 << label for label in labels)] = number
        ways.append(list(_ways(frame, cell, dice)))
    counts = np.asarray([len(some) for some in ways], dtype=np.int64)
    rows = np.full((int(counts.sum()), len(frame.dimensions)), UNSET, dtype=np.int64)
    for at, way in enumerate(chain.from_iterable(ways)):
        for place, value in way.items():
            # What does not exist is settled by what it hangs on.
            rows[at, place] = UNSET if value == ABSENT else value
    mask = sum(frame.masks[place] for place in places)
    return _Table(rows, np.cumsum(counts) - counts, counts, cells, mask)


def _cells(frame: Frame, places: Sequence[int]) -> Iterator[dict[int, int]]:
    """Every combination of values that can occur, one without labels if none can."""
    options = [_options(frame, place) for place in places]
    if prod(map(len, options)) > _MOST_CELLS:
        raise _too_many()
    for values in product(*options):
        cell = dict(zip(places, values, strict=True))
        if frame.solver.possible({p: v for p, v in cell.items() if p in frame.touched}):
            yield cell


def _ways(frame: Frame, cell: Mapping[int, int], dice: random.Random) -> Iterator[dict[int, int]]:
    """The cell with all on which it hangs that its labels exist, or do not."""
    lacking: list[int] = []
    for place in reversed(frame.solver.order):
        if place in cell or place in lacking:
            needs = frame.rules.exists.get(place, ())
            lacking += [p for p, _ in needs if p not in cell and p not in lacking]
    options = [dice.sample(o, len(o)) for o in (_options(frame, place) for place in lacking)]
    whole = ({**cell, **dict(zip(lacking, values, strict=True))} for values in product(*options))
    touched = frame.touched
    fitting = (
        way
        for way in whole
        if frame.solver.possible({p: v for p, v in way.items() if p in touched})
    )
    return islice(fitting, _WAYS)


def _options(frame: Frame, place: int) -> tuple[int, ...]:
    alive = frame.alive[place]
    return (*alive, ABSENT) if place in frame.rules.exists else alive


def _too_many() -> InputError:
    return InputError(
        f"`samples.per_cell` asks for more than {_MOST:,} samples",
        hint="name fewer labels under `samples.labels`, or ask for fewer per cell",
    )
