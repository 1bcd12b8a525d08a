"""Brings counts back that mending cost: sets rows anew, and moves single values along chains.

Knows rows as arrays and the mix that each column should have.
"""

from collections.abc import Mapping, Sequence

import numpy as np
from numpy.typing import NDArray

from .frame import Frame
from .patch import Aim, Patch
from .rules import ABSENT

Integers = NDArray[np.int64]
_TURNS = 3
_TRIES = 200
"""Rows that are replaced for the sake of counts in one turn."""
_SLIGHT = 1e-6


def restore(patch: Patch, frames: Sequence[Frame], aims: Sequence[Aim]) -> bool:
    """Mend what is broken, and bring the mix of each column to what is aimed at, as far as can be.

    Says whether it came as near as whole numbers can.
    """
    balance = _Balance(patch, frames, aims)
    for row in np.flatnonzero(patch.broken).tolist():
        balance.replace(row)
    for _ in range(_TURNS):
        for column, due in enumerate(patch.due(aims)):
            while _shift(patch, column, due):
                pass
        balance = _Balance(patch, frames, aims)
        for row in balance.surplus()[:_TRIES].tolist():
            if balance.even():
                return True
            balance.replace(row)
    return balance.even()


class _Balance:
    """By column and value, how many there are too many."""

    def __init__(self, patch: Patch, frames: Sequence[Frame], aims: Sequence[Aim]) -> None:
        self._patch, self._frames, self._aims = patch, frames, aims
        self._over = [now - due for now, due in zip(patch.counts(), patch.due(aims), strict=True)]

    def even(self) -> bool:
        """Whether no count is off by more than rounding does."""
        return all(np.abs(over).max() <= 1 for over in self._over)

    def surplus(self) -> Integers:
        """Rows that hold what there is too much of, those that hold most of it first."""
        much = np.zeros(len(self._patch.rows), dtype=np.int64)
        for column, over in zip(self._patch.rows.T, self._over, strict=True):
            # `ABSENT` counts from the end.
            much += np.append(over > 0, False)[column]
        much[~self._patch.free.any(axis=1)] = 0
        return np.argsort(-much, kind="stable")[: np.count_nonzero(much)]

    def replace(self, row: int) -> None:
        """Give a row the values that bring counts nearest.

        One that is not broken stays as it is where counts would get worse. Where they stay as far
        off, the error moves to another dimension, where there may be a way to mend it.
        """
        patch = self._patch
        own, at = patch.rows[row], patch.tangle.places[patch.frames[row]].tolist()
        fixed, costs = {}, {}
        for column, (place, value) in enumerate(zip(at, own.tolist(), strict=True)):
            if place >= 0 and patch.free[row, column]:
                costs[place] = self._costs(column, value)
            elif place >= 0:
                fixed[place] = value
        made = _cheapest(self._frames[patch.frames[row]], costs, fixed)
        new = np.asarray([made.get(place, ABSENT) for place in at], dtype=np.int64)
        if not patch.broken[row] and self._loss(own, new) > 0:
            return
        for over, was, now in zip(self._over, own.tolist(), new.tolist(), strict=True):
            if was >= 0:
                over[was] -= 1
            if now >= 0:
                over[now] += 1
        which = np.asarray([row])
        patch.set(which, new[None], patch.judged(new[None], which))

    def _costs(self, column: int, own: int) -> list[float]:
        """What each value costs where one's own is taken away, with `ABSENT` for nothing.

        Squares, so that an error is rather spread over many counts than left with one.
        """
        costs = 2.0 * self._over[column] + 1.0
        if own != ABSENT:
            costs[own] -= 2.0 + _SLIGHT
        return [float(cost) for cost in self._aims[column].firmness * costs]

    def _loss(self, own: Integers, new: Integers) -> float:
        """How much the squares of what counts are off by grow when a row is replaced."""
        loss = 0.0
        changes = zip(self._over, self._aims, own.tolist(), new.tolist(), strict=True)
        for over, aim, was, now in changes:
            leaving = 0 if was < 0 else 1 - 2 * int(over[was])
            coming = 0 if now < 0 else 1 + 2 * int(over[now])
            loss += aim.firmness * (leaving + coming) if was != now else 0.0
        return loss


def _cheapest(
    frame: Frame, costs: Mapping[int, Sequence[float]], fixed: Mapping[int, int]
) -> dict[int, int]:
    touched = frame.touched
    wanted = {place: value for place, value in fixed.items() if place in touched}
    row = frame.solver.cheapest(costs, wanted) or frame.solver.cheapest(costs, {})
    if row is None:
        raise AssertionError("a frame without any possible row was let through")
    for place in costs:
        if place not in touched:
            row[place] = min(frame.alive[place], key=costs[place].__getitem__)
    return {**row, **{place: value for place, value in fixed.items() if place not in touched}}


def _shift(patch: Patch, column: int, due: Integers) -> bool:
    """Move samples from a value that has too many along a chain to one that has too few."""
    values = patch.rows[:, column]
    over = np.bincount(values[values >= 0], minlength=len(due)) - due
    steps: dict[int, tuple[int, Integers]] = {}
    waiting = np.flatnonzero(over > 0).tolist()
    reached = set(waiting)
    while waiting:
        source = waiting.pop(0)
        for goal in range(len(due)):
            if goal in reached:
                continue
            rows = _movable(patch, column, source, goal)
            if not len(rows):
                continue
            steps[goal] = (source, rows)
            if over[goal] < 0:
                _move(patch, column, goal, steps, over)
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
    over: Integers,
) -> None:
    """Along the chain that ends at a goal, as many as its narrowest step allows."""
    chain = []
    at = goal
    while at in steps:
        source, rows = steps[at]
        chain.append((at, rows))
        at = source
    count = min(int(over[at]), int(-over[goal]), *(len(rows) for _, rows in chain))
    for value, rows in chain:
        # Evenly over all that may move, so that no stretch of the plan loses more than others.
        patch.rows[rows[np.arange(count) * len(rows) // count], column] = value
