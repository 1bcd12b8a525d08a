"""Mends rows that break a rule, by swaps that leave every count as it is.

Min-conflicts on columns (Minton et al. 1992): a row that breaks a rule changes one of its values
with another row, if no more rules are broken then; what exists under conditions on the value may go
with it. Where swaps do not get on, as under rules that leave few rows, a mixture of whole rows
takes over, and `restore` sees to the counts. Knows rows as arrays; nothing of targets.
"""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from .chance import raw
from .frame import Frame
from .patch import Aim, Patch
from .polytope import Polytope, kinds_of
from .restore import restore

Floats = NDArray[np.float64]
Integers = NDArray[np.int64]
Truths = NDArray[np.bool_]
Words = NDArray[np.uint64]
_ROUNDS = 200
_STALE = 12
_FEW, _FEW_OF = 64, 50
"""So many broken rows, or one in so many, are set anew; where there are more, a mixture takes
over."""
_CLOSE = 0.2
"""Differences of counts below this count as none."""
_ROUNDING = 1.5
_SHAKES = 8


def mend(
    patch: Patch,
    frames: Sequence[Frame],
    aims: Sequence[Aim],
    places: Floats,
    *,
    key: tuple[object, ...],
) -> None:
    """Change what is open until no rule of the tangle is broken.

    `aims` are by column, `places` by row of the chunk a place in an order of which any
    stretch has rows of all leaves and times.
    """
    _mend_by_swaps(patch, key=key)
    broken = np.count_nonzero(patch.broken)
    if not broken:
        return
    if broken > max(_FEW, len(patch.rows) // _FEW_OF) or not restore(patch, frames, aims):
        order = np.argsort(places[patch.here], kind="stable")
        if _mix(patch, frames, aims, order):
            restore(patch, frames, aims)
            _shake(patch, key=(*key, "shake"))


def _mend_by_swaps(patch: Patch, *, key: tuple[object, ...]) -> None:
    before, stale = int(patch.broken.sum()), 0
    for round_ in range(_ROUNDS):
        if not before or stale > _STALE:
            break
        _swap_round(patch, key=(*key, round_))
        after = int(patch.broken.sum())
        stale = stale + 1 if after >= before else 0
        before = min(before, after)


def _swap_round(patch: Patch, *, key: tuple[object, ...]) -> None:
    """Let every broken row try one swap with a row of its own choice, all at once."""
    bad = np.flatnonzero(patch.broken)
    dice = raw(4 * len(bad), *key).reshape(4, -1)
    which = _column(patch, bad, dice[0])
    alone = dice[1] % np.uint64(2) == 0
    # An even swap now and then leads out of a corner.
    even = dice[2] % np.uint64(4) == 0
    for column in np.unique(which[which >= 0]).tolist():
        for columns, those in (((column,), alone), (patch.tangle.blocks[column], ~alone)):
            chosen = (which == column) & those
            _swap(patch, bad[chosen], list(columns), even=even[chosen], dice=dice[3][chosen])


def _column(patch: Patch, bad: Integers, dice: Words) -> Integers:
    """For each row a dimension of one of the rules that it breaks; -1 if none may be touched."""
    part = patch.tangle.bans.involved(patch.rows[bad], patch.frames[bad]) & patch.free[bad]
    count = part.sum(axis=1)
    nth = (dice % np.maximum(count, 1).astype(np.uint64)).astype(np.int64)
    chosen = np.argmax(np.cumsum(part, axis=1) > nth[:, None], axis=1)
    return np.where(count > 0, chosen, -1)


def _swap(patch: Patch, mine: Integers, columns: list[int], *, even: Truths, dice: Words) -> None:
    """Swap values of rows with those of others, where no more rules are broken then."""
    able: Truths = np.asarray(patch.free[:, columns].all(axis=1))
    partners = np.flatnonzero(able)
    if not len(partners):
        return
    partners = partners[dice % np.uint64(len(partners))]
    # A row that takes part twice would undo what the first swap was judged by.
    _, first = np.unique(partners, return_index=True)
    once = np.zeros(len(mine), dtype=bool)
    once[first] = True
    keep = np.flatnonzero(once & able[mine] & np.isin(partners, mine, invert=True))
    mine, partners, even = mine[keep], partners[keep], even[keep]
    one, other = patch.rows[mine], patch.rows[partners]
    one[:, columns], other[:, columns] = other[:, columns], one[:, columns].copy()
    left, right = patch.judged(one, mine), patch.judged(other, partners)
    gain = patch.broken[mine] + patch.broken[partners] - left - right
    better = np.flatnonzero((gain > 0) | (even & (gain == 0)))
    patch.set(mine[better], one[better], left[better])
    patch.set(partners[better], other[better], right[better])


def _mix(patch: Patch, frames: Sequence[Frame], aims: Sequence[Aim], order: Integers) -> bool:
    """Give every row that is open throughout the values of a row of the nearest mixture.

    False, and nothing is changed, if the rows keep the rules and are as near as that already.
    """
    whole = patch.free.all(axis=1)
    mass = np.bincount(patch.frames[whole], minlength=len(frames)).astype(np.float64)
    numbers, kinds = kinds_of(patch.tangle.pools, frames, mass)
    if not kinds:
        return False
    polytope = Polytope(
        [aim.mix for aim in aims],
        kinds,
        firmness=[aim.firmness for aim in aims],
        base=patch.counts(np.flatnonzero(~whole)),
    )
    found = polytope.nearest(close=_CLOSE / len(patch.rows))
    if not patch.broken.any() and _as_near(patch, aims, *polytope.offs(found)):
        return False
    corners = np.stack(found.corners)
    kind_of = np.where(whole, numbers[patch.frames], -1)
    for kind in range(len(kinds)):
        rows = order[kind_of[order] == kind]
        edges = np.cumsum(found.parts) * len(rows)
        corner = np.searchsorted(edges[:-1], np.arange(len(rows)) + 0.5)
        patch.rows[rows] = corners[corner, kind]
    patch.judge()
    return True


def _as_near(
    patch: Patch, aims: Sequence[Aim], offs: Sequence[Floats], had: Sequence[float]
) -> bool:
    """Whether counts are as near to their aims as differences of shares say, up to rounding."""
    now = zip(patch.counts(), patch.due(aims), strict=True)
    best = zip(offs, had, strict=True)
    return all(
        np.abs(counts - due).max() <= np.abs(off).max() * share + _ROUNDING
        for (counts, due), (off, share) in zip(now, best, strict=True)
    )


def _shake(patch: Patch, *, key: tuple[object, ...]) -> None:
    """Swap at random what keeps the rules, so that rows are as different as they can be."""
    for turn in range(_SHAKES):
        for column, block in enumerate(patch.tangle.blocks):
            dice = raw(2 * len(patch.rows), *key, turn, column).reshape(2, -1)
            mine = np.argsort(dice[0], kind="stable")[: len(patch.rows) // 2]
            _swap(patch, mine, list(block), even=np.ones(len(mine), dtype=bool), dice=dice[1][mine])
