"""Which mix of labels can be met under the constraints: the one asked for, or the nearest to it.

What samples can be is a polytope, its corners are plans that use one row per kind of leaf. The mix
asked for can be met if the origin lies in the polytope of differences from it; Wolfe's algorithm
(1976, Mathematical Programming 11:128-149) finds the point nearest to the origin, and asks only
for the corner that is farthest in a direction, which `Solver.cheapest` finds. Knows nothing of
rows that are drawn.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import product

import numpy as np
from numpy.typing import NDArray

from ..errors import InputError
from .constraints import Constraint
from .frame import Dimension, Frame
from .rules import ABSENT, Rules, Solver
from .space import Space
from .tangle import linked_pools

Floats = NDArray[np.float64]
_CLOSE = 5e-5
"""Differences of shares below this (0.005 points) count as none."""
_STEPS = 3000
_FIRM = 100.0
"""How much more a difference from a stated mix counts than one from a wish."""
_TABLE = 50_000
"""Frames with no more rows than this are looked up in a table instead of searched."""


@dataclass(frozen=True, slots=True)
class Gap:
    """A value whose share cannot be what was asked for."""

    name: str
    value: str
    asked: float
    nearest: float
    stated: bool
    """Whether somebody gave the mix."""
    nowhere: bool
    """Whether the value can occur in no sample at all."""


@dataclass(frozen=True, slots=True)
class Reach:
    """What can be met."""

    mixes: tuple[Floats, ...]
    """By pool: shares that add up to 1, nearest to those asked for (sum of squares); mixes that
    were stated are met before wishes are looked at."""
    gaps: tuple[Gap, ...]
    """Where they differ from what was asked for, the largest difference first."""


def reach(space: Space, shares: Sequence[float]) -> Reach:
    """The nearest mix to what is asked for when leaves (by place) have these shares."""
    mixes = [np.asarray(d.weights) / sum(d.weights) for d in space.pools]
    mass = np.zeros(len(space.frames))
    np.add.at(mass, space.frame_of, shares)
    alive = _alive(space, mass)
    gaps: list[Gap] = []
    for linked in linked_pools(space.frames):
        polytope = _Polytope(sorted(linked), space.pools, space.frames, mass, mixes)
        for pool, off in polytope.nearest().items():
            if np.abs(off).max() > _CLOSE:
                asked, mixes[pool] = mixes[pool], mixes[pool] + off
                gaps += _gaps(space.pools[pool], asked, mixes[pool], alive[pool])
    gaps.sort(key=lambda gap: -abs(gap.asked - gap.nearest))
    return Reach(tuple(mixes), tuple(gaps))


def refuse(found: Reach, constraints: Sequence[Constraint], *, wishes: bool = False) -> None:
    """Raise InputError if what was stated cannot be met, or if a value can occur nowhere.

    With `wishes` a mix that nobody stated has to be met as well.
    """
    gaps = [gap for gap in found.gaps if gap.stated or gap.nowhere or wishes]
    if not gaps:
        return
    first = gaps[0].name
    of_first = [gap for gap in gaps if gap.name == first]
    shown = ", ".join(
        f"{gap.value!r} {gap.asked:.1%}, "
        + ("but it can occur nowhere" if gap.nowhere else f"nearest {gap.nearest:.1%}")
        for gap in of_first[:3]
    )
    others = [name for name in dict.fromkeys(gap.name for gap in gaps) if name != first]
    beside = f"; nor that of {', '.join(map(repr, others[:5]))}" if others else ""
    at_fault = [str(c) for c in constraints if first in _names(c)]
    loosen = f", loosen `{at_fault[0]}`" if at_fault else ""
    raise InputError(
        f"the mix of {first!r} cannot be met under the constraints: asked for {shown}{beside}",
        hint=f"change the weights of {first!r}{loosen}, "
        "or take the nearest mix with `coverage: {mix: nearest}` in the recipe",
    )


def _names(constraint: Constraint) -> set[str]:
    parts = (*constraint.conditions, *constraint.demands)
    return {constraint.attribute, *(condition.name for condition in parts)}


def _gaps(
    dimension: Dimension, asked: Floats, nearest: Floats, alive: NDArray[np.bool_]
) -> list[Gap]:
    return [
        Gap(dimension.name, value, float(was), float(now), dimension.stated, not living)
        for value, was, now, living in zip(dimension.values, asked, nearest, alive, strict=True)
        if abs(was - now) > _CLOSE
    ]


def _alive(space: Space, mass: Floats) -> list[NDArray[np.bool_]]:
    """By pool and value: whether it can occur at a leaf that has samples."""
    found = [np.zeros(len(d.values), dtype=bool) for d in space.pools]
    for frame, share in zip(space.frames, mass, strict=True):
        for pool, dimension in zip(frame.pools, frame.dimensions, strict=True):
            if share > 0:
                found[pool] |= np.asarray(dimension.weights) > 0
    return found


class _Polytope:
    """All mixes of a few dimensions, as differences from what was asked for.

    A point has a coordinate for each value: the share of samples with it, minus its due part of
    the samples that have the dimension at all.
    """

    def __init__(
        self,
        linked: Sequence[int],
        pools: Sequence[Dimension],
        frames: Sequence[Frame],
        mass: Floats,
        mixes: Sequence[Floats],
    ) -> None:
        self._pools = linked
        self._mixes = {pool: mixes[pool] for pool in linked}
        sizes = [len(mixes[pool]) for pool in linked]
        starts = np.cumsum([0, *sizes])
        self._spans = {
            pool: slice(int(starts[i]), int(starts[i + 1])) for i, pool in enumerate(linked)
        }
        self._size = int(starts[-1])
        self._kinds = _kinds(set(linked), frames, mass)
        self._scale = np.zeros(self._size)
        for kind in self._kinds:
            for pool in kind.pools:
                self._scale[self._spans[pool]] += kind.mass
        self._scale[self._scale == 0] = 1.0
        for pool in linked:
            if pools[pool].stated:
                self._scale[self._spans[pool]] /= _FIRM

    def nearest(self) -> dict[int, Floats]:
        """By pool: the difference of the nearest mix, in shares of the samples that have it."""
        corner, had = self._corner(np.zeros(self._size))
        corners, masses = corner[None], had[None]
        parts, point = np.ones(1), corner
        for _ in range(_STEPS):
            if np.abs(point).max(initial=0.0) < _CLOSE / 4:
                break
            corner, had = self._corner(point)
            if point @ point - point @ corner <= 1e-12 + 1e-7 * (point @ point):
                break
            corners, masses = np.vstack([corners, corner]), np.vstack([masses, had])
            parts = np.append(parts, 0.0)
            corners, masses, parts = _shrunk(corners, masses, parts)
            point = parts @ corners
        carried = parts @ masses
        point = point * self._scale
        return {
            pool: point[self._spans[pool]] / carried[i]
            for i, pool in enumerate(self._pools)
            if carried[i] > 1e-12
        }

    def _corner(self, direction: Floats) -> tuple[Floats, Floats]:
        """The corner with the least product with a direction, and who has each dimension in it."""
        point, had = np.zeros(self._size), np.zeros(len(self._pools))
        costs = {}
        for pool, span in self._spans.items():
            along = direction[span] / self._scale[span]
            costs[pool] = along - along @ self._mixes[pool]
        for kind in self._kinds:
            for pool, value in kind.cheapest(costs):
                span = self._spans[pool]
                point[span] -= kind.mass * self._mixes[pool]
                point[span.start + value] += kind.mass
                had[self._pools.index(pool)] += kind.mass
        return point / self._scale, had


@dataclass(slots=True)
class _Kind:
    """Frames that are alike in the dimensions of a polytope."""

    pools: tuple[int, ...]
    alive: tuple[tuple[int, ...], ...]
    """By place: the values that can occur."""
    solver: Solver
    mass: float
    table: NDArray[np.int64] | None
    """Every row of the touched dimensions, where there are few enough."""

    def cheapest(self, costs: Mapping[int, Floats]) -> list[tuple[int, int]]:
        """Pool and value of the labels of the cheapest row."""
        found = [
            (pool, min(alive, key=costs[pool].__getitem__))
            for place, (pool, alive) in enumerate(zip(self.pools, self.alive, strict=True))
            if place not in self.solver.values
        ]
        if self.table is not None:
            total = np.zeros(len(self.table))
            for column, place in enumerate(self.solver.order):
                # `ABSENT` counts from the end.
                total += np.append(costs[self.pools[place]], 0.0)[self.table[:, column]]
            best = self.table[np.argmin(total)]
            row = dict(zip(self.solver.order, best.tolist(), strict=True))
        else:
            row = self.solver.cheapest(
                {p: costs[self.pools[p]].tolist() for p in self.solver.order}
            )
        return found + [(self.pools[p], v) for p, v in row.items() if v != ABSENT]


def _kinds(linked: set[int], frames: Sequence[Frame], mass: Floats) -> list[_Kind]:
    found: dict[object, _Kind] = {}
    for number, frame in enumerate(frames):
        places = [
            place
            for place, pool in enumerate(frame.pools)
            if pool in linked and (sum(frame.dimensions[place].weights) > 0)
        ]
        if not places or not mass[number] > 0:
            continue
        pools = tuple(frame.pools[place] for place in places)
        alive = tuple(
            tuple(v for v, w in enumerate(frame.dimensions[place].weights) if w > 0)
            for place in places
        )
        rules = _within(frame.rules, places)
        key = (pools, alive, rules.forbidden, tuple(rules.exists.items()))
        if key in found:
            found[key].mass += float(mass[number])
        else:
            solver = Solver(rules)
            table = _table(solver, alive)
            found[key] = _Kind(pools, alive, solver, float(mass[number]), table)
    return list(found.values())


def _within(rules: Rules, places: Sequence[int]) -> Rules:
    """The rules that speak of these dimensions only; the others belong to another polytope."""
    known = set(places)
    return Rules(
        rules.sizes,
        rules.barred,
        tuple(rule for rule in rules.forbidden if all(p in known for p, _ in rule)),
        {p: rule for p, rule in rules.exists.items() if p in known},
    ).over(places)


def _table(solver: Solver, alive: Sequence[Sequence[int]]) -> NDArray[np.int64] | None:
    """Every row of the touched dimensions that keeps the rules; None if there are too many."""
    options = [
        (*alive[place], ABSENT) if place in solver.rules.exists else alive[place]
        for place in solver.order
    ]
    if not options or np.prod([float(len(o)) for o in options]) > _TABLE:
        return None
    rows = np.asarray(list(product(*options)), dtype=np.int64)
    column = {place: i for i, place in enumerate(solver.order)}
    held = np.ones(len(rows), dtype=bool)
    for rule in solver.rules.forbidden:
        held &= ~np.all([np.isin(rows[:, column[p]], list(bad)) for p, bad in rule], axis=0)
    for place, rule in solver.rules.exists.items():
        there = np.all([np.isin(rows[:, column[p]], list(good)) for p, good in rule], axis=0)
        held &= there == (rows[:, column[place]] != ABSENT)
    return rows[held]


def _shrunk(corners: Floats, masses: Floats, parts: Floats) -> tuple[Floats, Floats, Floats]:
    """The corners, and their parts, whose mixture is nearest to the origin."""
    while True:
        affine = _affine_nearest(corners)
        if (affine > 1e-10).all():
            return corners, masses, affine
        falling = affine <= 1e-10
        steps = parts[falling] / np.maximum(parts[falling] - affine[falling], 1e-15)
        parts = parts + min(1.0, float(steps.min(initial=1.0))) * (affine - parts)
        kept = parts > 1e-10
        if kept.all():
            kept[np.argmin(parts)] = False
        corners, masses, parts = corners[kept], masses[kept], parts[kept]
        parts = parts / parts.sum()
        if len(parts) == 1:
            return corners, masses, parts


def _affine_nearest(corners: Floats) -> Floats:
    """Coefficients that add up to 1 of the point nearest to the origin, signs as they come."""
    count = len(corners)
    system = np.ones((count + 1, count + 1))
    system[0, 0] = 0.0
    system[1:, 1:] = corners @ corners.T
    wanted = np.zeros(count + 1)
    wanted[0] = 1.0
    solution = np.linalg.lstsq(system, wanted, rcond=None)[0][1:]
    return np.asarray(solution / solution.sum(), dtype=np.float64)
