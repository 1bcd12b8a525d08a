"""Brings counts back that whole rows cost: sets rows anew, and moves single values along chains.

Knows rows as arrays and the counts that they should have.
"""

from collections.abc import Iterator, Mapping, Sequence

import numpy as np
from numpy.typing import NDArray

from .frame import Frame
from .patch import Patch
from .rules import ABSENT

Integers = NDArray[np.int64]
Floats = NDArray[np.float64]
_TURNS = 3
_TRIES = 200
"""Rows that are replaced for the sake of counts in one turn."""
_SLIGHT = 1e-6


def restore(patch: Patch, frames: Sequence[Frame], aims: Sequence[Floats]) -> bool:
    """Mend what is broken, and bring the mix of each column to what is aimed at, as far as can be.

    Says whether it came as near as whole numbers can.
    """
    off = _off(patch, patch.due(aims))
    for row in np.flatnonzero(patch.broken).tolist():
        _replace(patch, frames, row, off)
    for _ in range(_TURNS):
        wanted = patch.due(aims)
        for column, due in enumerate(wanted):
            while _shift(patch, column, due):
                pass
        off = _off(patch, wanted)
        for row in _surplus(patch, off)[:_TRIES].tolist():
            if _near(off):
                return True
            _replace(patch, frames, row, off)
    return _near(off)


def _off(patch: Patch, wanted: Sequence[Integers]) -> list[Integers]:
    """By column and value: how many there are too many."""
    return [now - due for now, due in zip(patch.counts(), wanted, strict=True)]


def _near(off: Sequence[Integers]) -> bool:
    """Whether no count is off by more than rounding does."""
    return all(np.abs(counts).max() <= 1 for counts in off)


def _surplus(patch: Patch, off: Sequence[Integers]) -> Integers:
    """Rows that hold what there is too much of, those that hold most of it first."""
    much = np.zeros(len(patch.rows), dtype=np.int64)
    for column, counts in zip(patch.rows.T, off, strict=True):
        # `ABSENT` counts from the end.
        much += np.append(counts > 0, False)[column]
    much[~patch.free.any(axis=1)] = 0
    return np.argsort(-much, kind="stable")[: np.count_nonzero(much)]


def _replace(patch: Patch, frames: Sequence[Frame], row: int, off: Sequence[Integers]) -> None:
    """Give a row the values that bring counts nearest, and note it in `off`.

    One that is not broken stays as it is where counts would get worse. Where they stay as far off,
    the error moves to another dimension, where there may be a way to mend it.
    """
    own = patch.rows[row]
    frame, at = frames[patch.frames[row]], patch.tangle.places[patch.frames[row]]
    fixed, costs = {}, {}
    for place, value, free, counts in zip(
        at.tolist(), own.tolist(), patch.free[row], off, strict=True
    ):
        if place >= 0 and free:
            costs[place] = _costs(value, counts)
        elif place >= 0:
            fixed[place] = value
    made = _cheapest(frame, costs, fixed)
    new = np.asarray([made.get(place, ABSENT) for place in at.tolist()], dtype=np.int64)
    if not patch.broken[row] and sum(_change(own, new, off)) > 0:
        return
    for counts, was, now in zip(off, own.tolist(), new.tolist(), strict=True):
        if was >= 0:
            counts[was] -= 1
        if now >= 0:
            counts[now] += 1
    at_row = np.asarray([row])
    patch.set(at_row, new[None], patch.judged(new[None], at_row))


def _costs(own: int, off: Integers) -> list[float]:
    """What each value costs where one's own is taken away, with `ABSENT` for nothing.

    Squares, so that an error is rather spread over many counts than left with one.
    """
    costs = 2.0 * off + 1.0
    if own != ABSENT:
        costs[own] -= 2.0 + _SLIGHT
    return [float(cost) for cost in costs]


def _change(own: Integers, new: Integers, off: Sequence[Integers]) -> Iterator[int]:
    """By column: how much the square of what counts are off by grows when one row is replaced."""
    for counts, was, now in zip(off, own.tolist(), new.tolist(), strict=True):
        leaving = 0 if was < 0 else 1 - 2 * int(counts[was])
        coming = 0 if now < 0 else 1 + 2 * int(counts[now])
        yield leaving + coming if was != now else 0


def _cheapest(
    frame: Frame, costs: Mapping[int, Sequence[float]], fixed: Mapping[int, int]
) -> dict[int, int]:
    order = set(frame.solver.order)
    wanted = {place: value for place, value in fixed.items() if place in order}
    row = frame.solver.cheapest(costs, wanted) or frame.solver.cheapest(costs, {})
    if row is None:
        raise AssertionError("a frame without any possible row was let through")
    for place in costs:
        if place not in order:
            weights = frame.dimensions[place].weights
            alive = [value for value, weight in enumerate(weights) if weight > 0]
            row[place] = min(alive, key=costs[place].__getitem__)
    return {**row, **{place: value for place, value in fixed.items() if place not in order}}


def _shift(patch: Patch, column: int, wanted: Integers) -> bool:
    """Move samples from a value that has too many along a chain to one that has too few."""
    values = patch.rows[:, column]
    surplus = np.bincount(values[values >= 0], minlength=len(wanted)) - wanted
    steps: dict[int, tuple[int, Integers]] = {}
    waiting = np.flatnonzero(surplus > 0).tolist()
    reached = set(waiting)
    while waiting:
        source = waiting.pop(0)
        for goal in range(len(wanted)):
            if goal in reached:
                continue
            rows = _movable(patch, column, source, goal)
            if not len(rows):
                continue
            steps[goal] = (source, rows)
            if surplus[goal] < 0:
                _move(patch, column, goal, steps, surplus)
                return True
            reached.add(goal)
            waiting.append(goal)
    return False


def _movable(patch: Patch, column: int, source: int, goal: int) -> Integers:
    """The rows that may have another value in the place of one."""
    held = patch.free[:, column] & (patch.rows[:, column] == source) & (patch.broken == 0)
    rows = np.flatnonzero(held)
    tried = patch.rows[rows]
    tried[:, column] = goal
    return np.asarray(rows[patch.judged(tried, rows) == 0])


def _move(
    patch: Patch,
    column: int,
    goal: int,
    steps: Mapping[int, tuple[int, Integers]],
    surplus: Integers,
) -> None:
    """Along the chain that ends at a goal, as many as its narrowest step allows."""
    chain = []
    at = goal
    while at in steps:
        source, rows = steps[at]
        chain.append((at, rows))
        at = source
    count = min(int(surplus[at]), int(-surplus[goal]), *(len(rows) for _, rows in chain))
    for value, rows in chain:
        # Evenly over all that may move, so that no stretch of the plan loses more than others.
        patch.rows[rows[np.arange(count) * len(rows) // count], column] = value
