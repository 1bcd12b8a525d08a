"""All mixes that a few linked dimensions can have, and the nearest of them to what is asked for.

The corners of the polytope are plans that use one row for each kind of leaf; `Solver.cheapest`
finds the row that is farthest in a direction. Knows nothing of what is done about a difference.
"""

from collections.abc import Sequence
from math import inf

import numpy as np
from numpy.typing import NDArray

from .frame import Frame
from .rules import ABSENT, Rules
from .solver import Solver
from .wolfe import Nearest, nearest

Floats = NDArray[np.float64]
Integers = NDArray[np.int64]
_NOTHING = 1e-12


class Polytope:
    """All mixes of a few dimensions, as differences from what was asked for.

    A point has a coordinate for each value: the share of samples with it, minus its due part of
    the samples that have the dimension at all. Dimensions are counted from 0 here.
    """

    def __init__(
        self,
        mixes: Sequence[Floats],
        kinds: Sequence["Kind"],
        *,
        firmness: Sequence[float] | None = None,
        base: Sequence[Integers] | None = None,
    ) -> None:
        """`firmness` says by dimension how much the difference from its mix counts.

        `base` are samples, counted by dimension and value, that stand beside those of the kinds.
        """
        self._mixes, self._kinds = mixes, kinds
        self._base = [np.zeros(len(mix)) for mix in mixes] if base is None else base
        starts = np.cumsum([0, *map(len, mixes)]).tolist()
        self._spans = [slice(a, b) for a, b in zip(starts, starts[1:], strict=False)]
        self._size = starts[-1]
        mass = np.asarray([float(counts.sum()) for counts in self._base])
        for kind in kinds:
            mass[list(kind.columns)] += kind.mass
        mass[mass == 0] = 1.0
        firm = firmness or [1.0] * len(mixes)
        scale = [inf if not f else m / f for m, f in zip(mass.tolist(), firm, strict=True)]
        self._scale = np.repeat(scale, [len(mix) for mix in mixes])

    def nearest(self, *, close: float) -> Nearest[Integers]:
        """The nearest point, of corners that are a row for each kind; see `wolfe.nearest`."""
        return nearest(self._corner, self._size, close=close)

    def offs(self, found: Nearest[Integers]) -> tuple[list[Floats], list[float]]:
        """By dimension: its difference, in shares of the samples that have it; and their share."""
        had = np.asarray([float(counts.sum()) for counts in self._base])
        sums = [counts.astype(np.float64) for counts in self._base]
        for part, rows in zip(found.parts, found.corners, strict=True):
            for kind, row in zip(self._kinds, rows.tolist(), strict=True):
                for column, value in enumerate(row):
                    if value != ABSENT:
                        had[column] += part * kind.mass
                        sums[column][value] += part * kind.mass
        offs = [
            total / share - mix if share > 1e-12 else np.zeros(len(mix))
            for total, share, mix in zip(sums, had, self._mixes, strict=True)
        ]
        return offs, had.tolist()

    def _corner(self, direction: Floats, now: Nearest[Integers] | None) -> tuple[Floats, Integers]:
        """A corner that is far against a direction: in it each kind has a cheap row."""
        along = direction / self._scale
        costs = [along[s] - along[s] @ m for s, m in zip(self._spans, self._mixes, strict=True)]
        # One entry more for `ABSENT`, which counts from the end.
        tables = [np.append(cost, 0.0) for cost in costs]
        means = np.full(len(self._kinds), inf)
        if now is not None:
            rows = np.stack(now.corners)
            means = now.parts @ sum(t[rows[:, :, i]] for i, t in enumerate(tables))
        corner = np.stack([k.cheap(tables, m) for k, m in zip(self._kinds, means, strict=True)])
        base = zip(self._base, self._mixes, strict=True)
        point = np.concatenate([counts - counts.sum() * mix for counts, mix in base])
        for kind, row in zip(self._kinds, corner.tolist(), strict=True):
            for column, value in enumerate(row):
                if value != ABSENT:
                    span = self._spans[column]
                    point[span] -= kind.mass * self._mixes[column]
                    point[span.start + value] += kind.mass
        return point / self._scale, corner


class Kind:
    """Frames that are alike in the dimensions of a polytope."""

    def __init__(
        self, columns: Sequence[int], alive: Sequence[Sequence[int]], rules: Rules, *, width: int
    ) -> None:
        """`columns` are its dimensions among `width`, `alive` the values that can occur in each."""
        self.columns, self.mass = columns, 0.0
        self._alive, self._solver = alive, Solver(rules)
        self._free = [p for p in range(len(columns)) if p not in self._solver.values]
        self._rows = np.empty((0, width), dtype=np.int64)
        self._gain = 0.0

    def cheap(self, tables: Sequence[Floats], mean: float) -> Integers:
        """A row that is cheaper than `mean`, the cost now, if there is one: as a rule not the very
        cheapest, but one that gains half as much as the one before.
        """
        enough = mean - self._gain / 2 if self._gain > _NOTHING else -inf
        known = None
        if len(self._rows):
            costs = np.zeros(len(self._rows))
            for table, column in zip(tables, self._rows.T, strict=True):
                costs += table[column]
            known = np.asarray(self._rows[np.argmin(costs)])
            if costs.min() <= enough:
                self._gain = mean - float(costs.min())
                return known
        row = self._search([tables[column].tolist() for column in self.columns], known, enough)
        cost = sum(float(table[value]) for table, value in zip(tables, row.tolist(), strict=True))
        self._gain = mean - cost if known is not None else 0.0
        if known is None or (row != known).any():
            self._rows = np.vstack([self._rows, row])
        return row

    def _search(
        self, costs: Sequence[Sequence[float]], known: Integers | None, enough: float
    ) -> Integers:
        row = {place: min(self._alive[place], key=costs[place].__getitem__) for place in self._free}
        order = self._solver.order
        cheapest = self._solver.cheapest(
            {place: costs[place][:-1] for place in order},
            {},
            known=None if known is None else {p: int(known[self.columns[p]]) for p in order},
            enough=enough - sum(costs[place][value] for place, value in row.items()),
        )
        if cheapest is None:
            raise AssertionError("a frame without any possible row was let through")
        row |= cheapest
        found = np.full(self._rows.shape[1], ABSENT, dtype=np.int64)
        for place, value in row.items():
            found[self.columns[place]] = value
        return found


def kinds_of(
    linked: Sequence[int], frames: Sequence[Frame], mass: Floats
) -> tuple[Integers, list[Kind]]:
    """By frame the number of its kind, and the kinds."""
    column = {pool: i for i, pool in enumerate(linked)}
    found: dict[object, Kind] = {}
    numbers = np.full(len(frames), -1, dtype=np.int64)
    order: dict[object, int] = {}
    for number, frame in enumerate(frames):
        places = [
            place
            for place, pool in enumerate(frame.pools)
            if pool in column and sum(frame.dimensions[place].weights) > 0
        ]
        if not places or not mass[number] > 0:
            continue
        columns = tuple(column[frame.pools[place]] for place in places)
        alive = tuple(
            tuple(v for v, w in enumerate(frame.dimensions[place].weights) if w > 0)
            for place in places
        )
        rules = _within(frame.rules, places)
        key = (columns, alive, rules.forbidden, tuple(rules.exists.items()))
        if key not in found:
            order[key] = len(found)
            found[key] = Kind(columns, alive, rules, width=len(linked))
        found[key].mass += float(mass[number])
        numbers[number] = order[key]
    return numbers, list(found.values())


def _within(rules: Rules, places: Sequence[int]) -> Rules:
    """The rules that speak of these dimensions only; the others belong to another polytope."""
    known = set(places)
    return Rules(
        rules.sizes,
        rules.barred,
        tuple(rule for rule in rules.forbidden if all(p in known for p, _ in rule)),
        {p: rule for p, rule in rules.exists.items() if p in known},
    ).over(places)
