"""Mends rows that break a rule, by swaps that leave every count as it is.

Min-conflicts on columns (Minton et al. 1992): a row that breaks a rule changes one of its values
with another row, if no more rules are broken then; what exists under conditions on the value may go
with it. Where swaps do not get on, as under rules that leave few rows, whole rows of the blend take
over, and `restore` sees to the counts. Knows rows as arrays; nothing of targets.
"""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from .chance import raw
from .frame import Frame
from .patch import Patch
from .reach import Blend
from .restore import restore
from .rules import ABSENT
from .tangle import Tangle

Integers = NDArray[np.int64]
Truths = NDArray[np.bool_]
Words = NDArray[np.uint64]
_ROUNDS = 200
_STALE = 12
_FEW, _FEW_OF = 64, 50
"""So many broken rows, or one in so many, are set anew; where there are more, the blend takes
over."""
_SHAKES = 8


def mend(
    tangle: Tangle,
    blend: Blend,
    frames: Sequence[Frame],
    frame_of: Integers,
    values: Integers,
    open_: Truths,
    *,
    order: Integers,
    key: tuple[object, ...],
) -> None:
    """Change what is open in `values` until no rule of the tangle is broken.

    `order` are the rows in an order of which any stretch has rows of all leaves and times.
    """
    here = np.flatnonzero(tangle.inside[frame_of])
    if not len(here):
        return
    at = tangle.places[frame_of[here]]
    rows = np.where(at < 0, ABSENT, values[here[:, None], at])
    free = open_[here[:, None], at] | (at < 0)
    patch = Patch(tangle, frame_of[here], rows, free)
    counts = patch.counts()
    _mend_by_swaps(patch, key=key)
    few = np.count_nonzero(patch.broken) <= max(_FEW, len(here) // _FEW_OF)
    if not (few and (not patch.broken.any() or restore(patch, frames, counts))):
        rank = np.empty(len(values), dtype=np.int64)
        rank[order] = np.arange(len(order))
        _take_blend(patch, blend, np.argsort(rank[here]))
        restore(patch, frames, counts)
        _shake(patch, key=(*key, "shake"))
    inside = at >= 0
    values[np.broadcast_to(here[:, None], at.shape)[inside], at[inside]] = patch.rows[inside]


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
    able: Truths = np.all(patch.free[:, columns], axis=1).astype(np.bool_)
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


def _take_blend(patch: Patch, blend: Blend, order: Integers) -> None:
    """Give every row that is open throughout the values of a row of the blend."""
    kinds = np.where(patch.free.all(axis=1), blend.kinds[patch.frames], -1)
    for kind in np.unique(kinds[kinds >= 0]).tolist():
        rows = order[kinds[order] == kind]
        edges = np.cumsum(blend.parts) * len(rows)
        corner = np.searchsorted(edges[:-1], np.arange(len(rows)) + 0.5)
        patch.rows[rows] = blend.rows[corner, kind]
    patch.judge()


def _shake(patch: Patch, *, key: tuple[object, ...]) -> None:
    """Swap at random what keeps the rules, so that rows are as different as they can be."""
    for turn in range(_SHAKES):
        for column, block in enumerate(patch.tangle.blocks):
            dice = raw(2 * len(patch.rows), *key, turn, column).reshape(2, -1)
            mine = np.argsort(dice[0], kind="stable")[: len(patch.rows) // 2]
            _swap(patch, mine, list(block), even=np.ones(len(mine), dtype=bool), dice=dice[1][mine])
