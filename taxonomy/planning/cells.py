"""Rows that show every label at every leaf, in arrays.

Leaves of one frame that lack the same labels share some schedules: rows that show all of them, as
many in a row as can stand together. What no rule touches is dealt to each leaf by itself. Where a
label is due in fewer samples than there are leaves to see it, the first leaves get it. Knows the
labels that leaves lack; nothing of pairs.
"""

import random
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from .chance import orders, rng
from .frame import Frame
from .partial import Partial
from .progress import UNSET, Progress

Integers = NDArray[np.int64]
Narrow = NDArray[np.int32]
Truths = NDArray[np.bool_]
_MOST, _LEAST, _IN_ALL = 256, 4, 1024
"""Schedules for one kind of leaf, and for all kinds: enough that rows differ from each other."""


@dataclass(frozen=True, slots=True)
class _Rows:
    """Rows of the leaves of one frame."""

    frame: Frame
    rank: Integers
    """By row: place of the leaf in the order of visits."""
    turn: Integers
    values: Narrow
    """Shape (rows, dimensions of the frame)."""


def cells(
    progress: Progress, order: Sequence[int], left: Sequence[int], *, seed: int, width: int
) -> tuple[Integers, Narrow]:
    """Leaves of rows and their values (shape (rows, width)), in rounds over the leaves in `order`.

    `left` says by place of the leaf how many rows it may have.
    """
    room = np.asarray([progress.room(number) for number in range(len(progress.counts))])
    full = sum(1 << number for number in np.flatnonzero(room <= 0).tolist())
    groups: dict[tuple[int, int], list[int]] = {}
    for rank, leaf in enumerate(order):
        need = progress.need(leaf) & ~full
        if left[leaf] and need:
            groups.setdefault((progress.space.frame_of[leaf], need), []).append(rank)
    most = min(_MOST, max(_LEAST, _IN_ALL // max(len(groups), 1)))
    places = np.asarray(order, dtype=np.int64)
    limit = np.asarray(left, dtype=np.int64)[places]
    blocks = []
    for (at, need), ranks in groups.items():
        frame = progress.space.frames[at]
        blocks.append(_rows(frame, need, np.asarray(ranks), limit, most, key=(seed, at, need)))
    if not blocks:
        return np.zeros(0, dtype=np.int64), np.zeros((0, width), dtype=np.int32)
    return _joined(blocks, places, room, width)


def shown(
    frame: Frame,
    need: int,
    places: Sequence[int],
    decided: Mapping[int, int],
    dice: random.Random,
) -> dict[int, int]:
    """What is decided, with labels that are needed: as many as stand together with it."""
    for sure in (False, True):
        row = Partial.begun(frame, decided)
        if row is None:
            raise AssertionError("labels were decided that cannot stand together")
        for place in dice.sample(places, len(places)):
            if place in row.values:
                continue
            numbers = frame.numbers[place]
            lacking = [value for value in row.options(place) if need >> numbers[value] & 1]
            for value in dice.sample(lacking, len(lacking)):
                if (not sure or row.holds(place, value)) and row.take(place, value):
                    break
        ranked = {p: dice.sample(frame.alive[p], len(frame.alive[p])) for p in frame.solver.order}
        whole = row.completed(ranked)
        if whole is not None:
            return _with_conditions(frame, row.values, whole)
    raise AssertionError("a row was made that cannot be completed")


def _with_conditions(
    frame: Frame, values: Mapping[int, int], whole: Mapping[int, int]
) -> dict[int, int]:
    """The values, and those on which it hangs that they exist."""
    found = dict(values)
    for place in reversed(frame.solver.order):
        if place in found:
            for other, _ in frame.rules.exists.get(place, ()):
                found[other] = whole[other]
    return found


def _rows(
    frame: Frame,
    need: int,
    ranks: Integers,
    limit: Integers,
    most: int,
    *,
    key: tuple[object, ...],
) -> _Rows:
    """Rows for leaves of a frame that all lack the same labels."""
    dice = rng(*key)
    schedules = [_schedule(frame, need, dice) for _ in range(min(most, len(ranks)))]
    free = [place for place in range(len(frame.dimensions)) if place not in frame.touched]
    lacking = {
        place: [v for v in frame.alive[place] if need >> frame.numbers[place][v] & 1]
        for place in free
    }
    turns = max(0, *map(len, schedules), *map(len, lacking.values()))
    values = np.full((len(ranks), turns, len(frame.dimensions)), UNSET, dtype=np.int32)
    for number, schedule in enumerate(schedules):
        for i, row in enumerate(schedule):
            for place, value in row.items():
                values[number :: len(schedules), i, place] = value
    for place, some in lacking.items():
        if some:
            dealt = _latin(len(ranks), len(some), (*key, place))
            values[:, : len(some), place] = np.asarray(some, dtype=np.int32)[dealt]
    rank: Integers = np.repeat(ranks, turns)
    turn: Integers = np.tile(np.arange(turns), len(ranks))
    kept = turn < limit[rank]
    return _Rows(frame, rank[kept], turn[kept], values.reshape(-1, len(frame.dimensions))[kept])


def _schedule(frame: Frame, need: int, dice: random.Random) -> list[dict[int, int]]:
    """Rows that show what is needed of the labels that rules touch."""
    need &= sum(frame.masks[place] for place in frame.solver.order)
    found = []
    while need:
        row = shown(frame, need, frame.solver.order, {}, dice)
        need &= ~sum(1 << frame.numbers[place][value] for place, value in row.items())
        found.append(row)
    return found


def _latin(rows: int, size: int, key: tuple[object, ...]) -> Integers:
    """An order of `size` things for each row; any `size` rows in a row have each thing once in
    every place.
    """
    blocks = -(-rows // size)
    decks = np.repeat(orders(blocks, size, *key, "decks"), size, axis=0)[:rows]
    shifts = orders(blocks, size, *key, "shifts").ravel()[:rows]
    turned = (np.arange(size) + shifts[:, None]) % size
    return np.take_along_axis(decks, turned, axis=1)


def _joined(
    blocks: Collection[_Rows], places: Integers, room: NDArray[np.float64], width: int
) -> tuple[Integers, Narrow]:
    """All rows in the order of visits, without the labels for which there is no room."""
    rank = np.concatenate([block.rank for block in blocks])
    turn = np.concatenate([block.turn for block in blocks])
    visit = np.lexsort((rank, turn))
    values = np.full((len(rank), width), UNSET, dtype=np.int32)
    numbers = np.full((len(rank), width), -1, dtype=np.int32)
    start = 0
    spans = []
    for block in blocks:
        span = slice(start, start + len(block.rank))
        spans.append(span)
        start = span.stop
        for place, own in enumerate(block.frame.numbers):
            column = block.values[:, place]
            values[span, place] = column
            # `UNSET` counts from the end.
            numbers[span, place] = np.asarray((*own, -1, -1), dtype=np.int32)[column]
    kept = np.empty(values.shape, dtype=bool)
    kept[visit] = _within_room(numbers[visit], room)
    for block, span in zip(blocks, spans, strict=True):
        for place in block.frame.solver.order:
            for other, _ in block.frame.rules.exists.get(place, ()):
                kept[span, place] &= kept[span, other]
    values[~kept] = UNSET
    visit = visit[kept[visit].any(axis=1)]
    return places[rank[visit]], values[visit]


def _within_room(numbers: Narrow, room: NDArray[np.float64]) -> Truths:
    """Which labels are among the first of their kind, as many as there is room for."""
    flat = numbers.ravel()
    there = np.flatnonzero(flat >= 0)
    order = there[np.argsort(flat[there], kind="stable")]
    sorted_ = flat[order]
    starts = np.searchsorted(sorted_, sorted_, side="left")
    kept = np.zeros(len(flat), dtype=bool)
    kept[order] = np.arange(len(order)) - starts < room[sorted_]
    return kept.reshape(numbers.shape)
