"""Deals the open labels of a chunk of rows: exact quotas, even over leaves and time.

Each dimension is dealt by itself: the rows get seeded, stratified places in [0, 1) and the values
take their quotas along them. Where some leaves lack a value, iterative proportional fitting says
which leaves make up for it (Deming & Stephan 1940). Where rules are broken then, rows change values
with each other (`mend`), which leaves every quota as it is. Knows rows and frames; nothing of
slots.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import chain

import numpy as np
from numpy.typing import NDArray

from .chance import orders, raw
from .frame import Dimension, Frame
from .mend import mend
from .patch import Aim, Patch
from .progress import UNSET
from .quota import due_still, fitted, quotas
from .reach import FIRM, Reach
from .rules import ABSENT
from .seen import Seen
from .space import Space
from .tangle import tangles

Integers = NDArray[np.int64]
Floats = NDArray[np.float64]
Truths = NDArray[np.bool_]
_STRATA = 16
_R2 = 0.7548776662466927, 0.5698402909980532


@dataclass(slots=True)
class Tally:
    """One dimension over the whole plan: its mix, what its values are due, and what they had."""

    mix: Floats
    wanted: Floats
    had: Floats

    def note(self, counts: Floats | Integers) -> None:
        """Count samples, and what the mix is due for them."""
        self.had += counts
        self.wanted += counts.sum() * self.mix


@dataclass(frozen=True, slots=True)
class Spread:
    """One dimension as it stands in several frames."""

    pool: int
    name: str
    values: tuple[str, ...]
    place_in: Integers
    """By frame its place, -1 where the frame lacks it."""
    groups: Integers
    """By frame: the row of `alive`."""
    alive: Truths
    """Shape (groups, values): what can occur."""
    conditional: Truths
    """By frame: whether it exists under conditions."""


class Dealer:
    """Deals chunk after chunk; what was dealt before decides what is still due."""

    def __init__(self, space: Space, reach: Reach, *, seed: int) -> None:
        """`reach` says which mix is dealt."""
        self._space = space
        self._seed = seed
        self._frame_of = np.asarray(space.frame_of, dtype=np.int64)
        self._levels = _levels(space.pools, space.frames)
        self._tangles = tangles(space.pools, space.frames)
        self._tallies = [Tally(m, np.zeros_like(m), np.zeros_like(m)) for m in reach.mixes]
        self._firmness = [FIRM if dimension.stated else 1.0 for dimension in space.pools]
        self._aims = [Aim(*aim) for aim in zip(reach.mixes, self._firmness, strict=True)]
        """By pool, for the rows that are dealt now."""

    def begin_after(self, seen: Seen) -> None:
        """Take what is there already as dealt."""
        for leaf, counts in seen.labels.items():
            frame = self._space.frames[self._frame_of[leaf]]
            for pool, numbers in zip(frame.pools, frame.numbers, strict=True):
                had = np.asarray([counts[number] for number in numbers], dtype=np.float64)
                self._tallies[pool].note(had)

    def deal(self, leaves: Integers, fixed: Integers, *, chunk: int) -> Integers:
        """The values of rows at these leaves; `fixed` holds those that are decided, else UNSET.

        Shapes: (rows,), (rows, width) -> (rows, width). Places that a frame does not have are
        `ABSENT`.
        """
        frames = self._frame_of[leaves]
        values = fixed.copy()
        open_ = fixed == UNSET
        rank, visit = _visits(leaves)
        for spread in chain.from_iterable(self._levels):
            self._deal_one(spread, frames, rank, visit, values, chunk=chunk)
        values[values == UNSET] = ABSENT
        for at, tangle in enumerate(self._tangles):
            key = (self._seed, chunk, at)
            patch = Patch(tangle, frames, values, open_)
            aims = [self._aims[pool] for pool in tangle.pools]
            mend(patch, self._space.frames, aims, _places(rank, visit, key), key=key)
            patch.write(values)
        self._note(frames, values)
        return values

    def _deal_one(
        self,
        spread: Spread,
        frames: Integers,
        rank: Integers,
        visit: Integers,
        values: Integers,
        *,
        chunk: int,
    ) -> None:
        at = spread.place_in[frames]
        rows = np.flatnonzero(at >= 0)
        at = at[rows]
        if spread.conditional.any():
            here = self._exists(rows, at, frames, values)
            values[rows[~here], at[~here]] = ABSENT
            rows, at = rows[here], at[here]
        if not len(rows):
            return
        tally = self._tallies[spread.pool]
        current = values[rows, at]
        free = current == UNSET
        fixed = np.bincount(current[~free], minlength=len(tally.mix))
        due = due_still(tally.wanted + len(rows) * tally.mix, tally.had + fixed)
        mix = np.asarray((fixed + due * free.sum()) / len(rows), dtype=np.float64)
        self._aims[spread.pool] = Aim(mix, self._firmness[spread.pool])
        counts = quotas(due, int(free.sum()))
        rows, at = rows[free], at[free]
        key = (self._seed, chunk, spread.name, spread.values)
        order = np.argsort(_places(rank[rows], visit[rows], key), kind="stable")
        rows, at = rows[order], at[order]
        groups = spread.groups[frames[rows]]
        for group, portion in _portions(groups, counts, spread.alive):
            mine = groups == group
            values[rows[mine], at[mine]] = np.repeat(np.arange(len(portion)), portion)

    def _exists(self, rows: Integers, at: Integers, frames: Integers, values: Integers) -> Truths:
        """Which rows have a dimension that exists under conditions."""
        found = np.zeros(len(rows), dtype=bool)
        for frame in np.unique(frames[rows]):
            mine = np.flatnonzero(frames[rows] == frame)
            place = int(at[mine[0]])
            held = np.ones(len(mine), dtype=bool)
            for other, good in self._space.frames[frame].rules.exists.get(place, ()):
                held &= np.isin(values[rows[mine], other], list(good))
            found[mine] = held
        return found

    def _note(self, frames: Integers, values: Integers) -> None:
        for level in self._levels:
            for spread in level:
                at = spread.place_in[frames]
                rows = np.flatnonzero(at >= 0)
                dealt = values[rows, at[rows]]
                self._tallies[spread.pool].note(
                    np.bincount(dealt[dealt != ABSENT], minlength=len(spread.values))
                )


def _portions(groups: Integers, counts: Integers, alive: Truths) -> list[tuple[int, Integers]]:
    """The values of each group of rows, so that all groups together have `counts`."""
    present, sizes = np.unique(groups, return_counts=True)
    if len(present) == 1 and not counts[~alive[present[0]]].any():
        return [(int(present[0]), counts)]
    table = fitted(alive[present], sizes, counts)
    found = []
    carried = np.zeros(len(counts))
    for group, size, wanted in zip(present, sizes, table, strict=True):
        due = np.where(alive[group], np.maximum(wanted + carried, 0.0), 0.0)
        portion = quotas(due if due.sum() > 0 else alive[group].astype(np.float64), int(size))
        carried += wanted - portion
        found.append((int(group), portion))
    return found


def _levels(pools: Sequence[Dimension], frames: Sequence[Frame]) -> list[list[Spread]]:
    """The dimensions by depth: those that always exist, then those that hang on them, and so on."""
    places = np.full((len(pools), len(frames)), -1, dtype=np.int64)
    depths = [0] * len(pools)
    for number, frame in enumerate(frames):
        for place, pool in enumerate(frame.pools):
            if sum(frame.dimensions[place].weights) > 0:
                places[pool, number] = place
                depths[pool] = max(depths[pool], frame.levels[place])
    levels: list[list[Spread]] = [[] for _ in range(max(depths, default=0) + 1)]
    for pool, dimension in enumerate(pools):
        if (places[pool] >= 0).any():
            levels[depths[pool]].append(_spread(pool, dimension, places[pool], frames))
    return levels


def _spread(pool: int, dimension: Dimension, place_in: Integers, frames: Sequence[Frame]) -> Spread:
    masks: dict[tuple[bool, ...], int] = {}
    groups = np.zeros(len(frames), dtype=np.int64)
    conditional = np.zeros(len(frames), dtype=bool)
    for number in np.flatnonzero(place_in >= 0).tolist():
        frame, place = frames[number], int(place_in[number])
        mask = tuple(weight > 0 for weight in frame.dimensions[place].weights)
        groups[number] = masks.setdefault(mask, len(masks))
        conditional[number] = place in frame.rules.exists
    alive = np.asarray(list(masks), dtype=bool)
    return Spread(pool, dimension.name, dimension.values, place_in, groups, alive, conditional)


def _visits(leaves: Integers) -> tuple[Integers, Integers]:
    """For each row the rank of its leaf among those here, and which visit to it this is."""
    _, rank = np.unique(leaves, return_inverse=True)
    order = np.argsort(rank, kind="stable")
    starts = np.searchsorted(rank[order], np.arange(rank.max(initial=0) + 1))
    visit = np.empty(len(leaves), dtype=np.int64)
    visit[order] = np.arange(len(leaves)) - starts[rank[order]]
    return rank, visit


def _places(rank: Integers, visit: Integers, key: tuple[object, ...]) -> Floats:
    """A stratified place in [0, 1) for each row.

    A Latin square in blocks of 16 leaves × 16 visits: a leaf meets every stratum once in 16 visits,
    and 16 leaves meet every stratum once in one visit, so that any stretch of rows is even. Within
    a stratum, places of block after block lie as far apart as those of the sequence R2 (Roberts
    2018), so that what a block has too much of, the next has too little of.
    """
    decks = orders(int(visit.max(initial=0)) // _STRATA + 1, _STRATA, *key, "visits")
    shifts = orders(int(rank.max(initial=0)) // _STRATA + 1, _STRATA, *key, "leaves")
    shift = shifts[rank // _STRATA, rank % _STRATA]
    stratum = decks[visit // _STRATA, (visit + shift) % _STRATA]
    start = raw(_STRATA, *key, "within").astype(np.float64) / 2.0**64
    along = (visit // _STRATA) * _R2[0] + rank * _R2[1]
    return np.asarray((stratum + (start[stratum] + along) % 1.0) / _STRATA, dtype=np.float64)
