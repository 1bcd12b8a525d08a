"""Mends rows that break a rule, by swaps that leave every count as it is.

Min-conflicts on columns (Minton et al. 1992): a row that breaks a rule changes one of its values
with another row, if no more rules are broken then. A row that no swap mends is set anew, and what
that takes from a count is put back along chains of single changes. Knows rows as arrays; nothing
of targets.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from .chance import raw
from .frame import Frame
from .rules import ABSENT
from .tangle import Tangle

Integers = NDArray[np.int64]
Truths = NDArray[np.bool_]
_ROUNDS = 200
_STALE = 12
_SAMPLE = 2048


@dataclass(slots=True)
class Patch:
    """The rows of a chunk that a tangle is about, and how many rules each of them breaks."""

    tangle: Tangle
    level: int
    frames: Integers
    """Frame of each row."""
    rows: Integers
    """Shape (rows, dimensions of the tangle)."""
    free: Truths
    """What may be changed on this level."""
    broken: Integers

    def judged(self, rows: Integers, among: Integers) -> Integers:
        """How many rules rows would break in the frames of others."""
        return self.tangle.broken(rows, self.frames[among], self.level)


def mend(
    tangle: Tangle,
    frames: Sequence[Frame],
    frame_of: Integers,
    values: Integers,
    open_: Truths,
    *,
    level: int,
    key: tuple[object, ...],
) -> None:
    """Swap values of the dimensions of one level until no rule is broken; changes `values`."""
    here = np.flatnonzero(tangle.inside[frame_of])
    if not len(here):
        return
    at = tangle.places[frame_of[here]]
    rows = np.where(at < 0, ABSENT, values[here[:, None], at])
    free = open_[here[:, None], at] & (tangle.levels == level) & (rows != ABSENT)
    patch = Patch(tangle, level, frame_of[here], rows, free, np.zeros(len(here), dtype=np.int64))
    patch.broken = patch.judged(rows, np.arange(len(here)))
    before = int(patch.broken.sum())
    stale = 0
    for round_ in range(_ROUNDS):
        if not before or stale > _STALE:
            break
        _swap_round(patch, key=(*key, round_))
        after = int(patch.broken.sum())
        stale = stale + 1 if after >= before else 0
        before = min(before, after)
    counts = _counts(patch)
    anew = [
        int(row)
        for row in np.flatnonzero(patch.broken)
        if not _swap_best(patch, int(row), key=(*key, "best"))
    ]
    for row in anew:
        _set_anew(patch, frames, values[here[row]], open_[here[row]], row, at[row])
    if anew:
        _put_back(patch, counts)
    inside = at >= 0
    values[np.broadcast_to(here[:, None], at.shape)[inside], at[inside]] = patch.rows[inside]


def _swap_round(patch: Patch, *, key: tuple[object, ...]) -> None:
    """Let every broken row try one swap with a row of its own choice, all at once."""
    bad = np.flatnonzero(patch.broken)
    dice = raw(3 * len(bad), *key).reshape(3, -1)
    which = _column(patch, bad, dice[0])
    for column in np.unique(which[which >= 0]):
        chosen = which == column
        mine = bad[chosen]
        partners = np.flatnonzero(patch.free[:, column])
        partners = partners[dice[1][chosen] % np.uint64(len(partners))]
        # A row that takes part twice would undo what the first swap was judged by.
        fresh = np.isin(partners, mine, invert=True)
        _, first = np.unique(partners, return_index=True)
        once = np.zeros(len(partners), dtype=bool)
        once[first] = True
        keep = fresh & once
        # An even swap now and then leads out of a corner.
        even = dice[2][chosen][keep] % np.uint64(4) == 0
        _swap(patch, mine[keep], partners[keep], column=int(column), even=even)


def _swap(patch: Patch, mine: Integers, partners: Integers, *, column: int, even: Truths) -> None:
    one, other = patch.rows[mine], patch.rows[partners]
    one[:, column], other[:, column] = patch.rows[partners, column], patch.rows[mine, column]
    left, right = patch.judged(one, mine), patch.judged(other, partners)
    gain = patch.broken[mine] + patch.broken[partners] - left - right
    better = (gain > 0) | (even & (gain == 0))
    for rows, new, breaks in ((mine, one, left), (partners, other, right)):
        patch.rows[rows[better]] = new[better]
        patch.broken[rows[better]] = breaks[better]


def _column(patch: Patch, bad: Integers, dice: NDArray[np.uint64]) -> Integers:
    """For each row a dimension of one of the rules that it breaks; -1 if none may be touched."""
    rows = patch.rows[bad]
    part = patch.tangle.involved(rows, patch.frames[bad], patch.level) & patch.free[bad]
    count = part.sum(axis=1)
    nth = dice % np.maximum(count, 1).astype(np.uint64)
    chosen = np.argmax(np.cumsum(part, axis=1) > nth[:, None].astype(np.int64), axis=1)
    return np.where(count > 0, chosen, -1)


def _swap_best(patch: Patch, row: int, *, key: tuple[object, ...]) -> bool:
    """Swap one row with whatever row mends it without harm: some of them first, then all."""
    if not patch.broken[row]:
        return True
    for sampled in (True, False):
        for column in np.flatnonzero(patch.free[row]):
            partners = np.flatnonzero(patch.free[:, column])
            if sampled and len(partners) > _SAMPLE:
                partners = partners[raw(_SAMPLE, *key, row, column) % np.uint64(len(partners))]
            ours = np.repeat(patch.rows[[row]], len(partners), axis=0)
            theirs = patch.rows[partners]
            ours[:, column], theirs[:, column] = theirs[:, column].copy(), patch.rows[row, column]
            mended = patch.judged(ours, np.full(len(partners), row)) == 0
            good = np.flatnonzero(mended)
            harm = patch.judged(theirs[good], partners[good]) - patch.broken[partners[good]]
            good = good[harm <= 0]
            if len(good):
                other = partners[good[0]]
                patch.rows[row], patch.rows[other] = ours[good[0]], theirs[good[0]]
                both = np.asarray([row, other])
                patch.broken[both] = patch.judged(patch.rows[both], both)
                return True
    return False


def _set_anew(
    patch: Patch,
    frames: Sequence[Frame],
    values: Integers,
    open_: Truths,
    row: int,
    at: Integers,
) -> None:
    """Give a row values that keep the rules, as many of its own as can be."""
    frame = frames[patch.frames[row]]
    now = values.copy()
    now[at[at >= 0]] = patch.rows[row, at >= 0]
    inside = {int(place) for place in at if place >= 0}
    ranked: dict[int, list[int]] = {}
    fixed: dict[int, int] = {}
    for place in frame.solver.order:
        value, size = int(now[place]), len(frame.dimensions[place].values)
        if place not in inside or not open_[place]:
            if value >= ABSENT:
                fixed[place] = value
        elif value >= 0:
            ranked[place] = [value, *(v for v in range(size) if v != value)]
    made = frame.solver.complete(fixed, ranked) or frame.solver.complete({}, ranked)
    if made is None:
        raise AssertionError("a frame without any possible row was let through")
    for column, place in enumerate(at):
        if place >= 0 and int(place) in made:
            patch.rows[row, column] = made[int(place)]
    patch.broken[row] = patch.judged(patch.rows[[row]], np.asarray([row]))[0]


def _counts(patch: Patch) -> list[Integers]:
    """By column: how often each value stands in the rows."""
    return [
        np.bincount(column[column >= 0], minlength=size)
        for column, size in zip(patch.rows.T, patch.tangle.sizes, strict=True)
    ]


def _put_back(patch: Patch, counts: Sequence[Integers]) -> None:
    """Bring the counts of columns back, as far as chains of single changes can."""
    for _ in range(2):
        for column in np.flatnonzero(patch.tangle.levels == patch.level).tolist():
            while _shift(patch, column, counts[column]):
                pass


def _shift(patch: Patch, column: int, wanted: Integers) -> bool:
    """Move one sample's worth from a value that has too many to one that has too few."""
    values = patch.rows[:, column]
    surplus = np.bincount(values[values >= 0], minlength=len(wanted)) - wanted
    steps: dict[int, tuple[int, int]] = {}
    waiting = [int(value) for value in np.flatnonzero(surplus > 0)]
    reached = set(waiting)
    while waiting:
        source = waiting.pop(0)
        for goal in range(len(wanted)):
            row = -1 if goal in reached else _movable(patch, column, source, goal)
            if row < 0:
                continue
            steps[goal] = (source, row)
            if surplus[goal] < 0:
                _walk_back(patch, column, goal, steps)
                return True
            reached.add(goal)
            waiting.append(goal)
    return False


def _movable(patch: Patch, column: int, source: int, goal: int) -> int:
    """A row that may have another value in its place; -1 if there is none."""
    held = patch.free[:, column] & (patch.rows[:, column] == source) & (patch.broken == 0)
    rows = np.flatnonzero(held)
    tried = patch.rows[rows]
    tried[:, column] = goal
    good = rows[patch.judged(tried, rows) == 0]
    return int(good[0]) if len(good) else -1


def _walk_back(patch: Patch, column: int, goal: int, steps: dict[int, tuple[int, int]]) -> None:
    while goal in steps:
        source, row = steps.pop(goal)
        patch.rows[row, column] = goal
        goal = source
