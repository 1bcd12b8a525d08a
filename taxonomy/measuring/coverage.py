"""How much of a space a set of samples covers, and how far its mix is from what was asked for.

Works on samples that are placed (`place.py`), wherever they come from; the findings are in
`covered.py`. Knows nothing of runs and files.
"""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ..planning.reach import reach
from ..planning.space import Space, bits_of
from ..tree import PATH_SEPARATOR
from .covered import Coverage, LabelCount, LeafCount, Level, Mix, PairCount, Share
from .distance import distance
from .tally import Tally

Flags = NDArray[np.bool_]
Floats = NDArray[np.float64]
Integers = NDArray[np.int64]


def measure(
    space: Space,
    samples: Iterable[tuple[str, Mapping[str, str]]],
    *,
    least: int = 1,
    target: Mapping[str, int] | None = None,
) -> Coverage:
    """Coverage by samples, each the id of a leaf and its labels. KeyError for an unknown leaf.

    A node, cell or pair is covered when it has at least `least` samples. `target` is how many were
    asked for, by id of the leaf; without it the weights of the taxonomy say in which proportion.
    """
    tally = Tally(space, samples)
    drawn = np.asarray(space.shares) > 0
    asked = _asked(space, target)
    pairs, thin = _pairs(space, tally, least)
    return Coverage(
        samples=tally.samples,
        least=least,
        levels=_levels(space, tally.leaves, drawn, least),
        by_leaf=_leaves(space, tally, drawn, asked),
        leaf_distance=distance(tally.leaves, asked.shares),
        mixes=tuple(_mixes(space, tally, drawn, asked=asked.shares, least=least)),
        pairs=pairs,
        thin_pairs=thin,
        strays=tally.sieve.strays,
        strayed=tally.sieve.strayed,
        clashes=tally.sieve.clashes,
        clashed=tally.sieve.clashed,
    )


@dataclass(frozen=True, slots=True)
class _Asked:
    """What was asked of the leaves, by place."""

    shares: Floats
    numbers: Integers | None


def _asked(space: Space, target: Mapping[str, int] | None) -> _Asked:
    if target is None:
        return _Asked(np.asarray(space.shares), None)
    numbers = np.asarray([target.get(leaf.id, 0) for leaf in space.leaves], dtype=np.int64)
    total = numbers.sum()
    return _Asked(numbers / total if total else np.asarray(space.shares), numbers)


def _levels(space: Space, leaves: Integers, drawn: Flags, least: int) -> tuple[Level, ...]:
    counts, asked = _below(space, leaves.tolist()), _below(space, drawn.tolist())
    depths: dict[str, int] = {}
    total: Counter[int] = Counter()
    thin: dict[int, list[tuple[str, int]]] = {}
    for node in space.taxonomy.walk():
        depth = depths[node.id] = 0 if node.parent is None else depths[node.parent.id] + 1
        # The root is a level only where there is nothing else.
        if not asked[node.id] or (depth == 0 and len(space.taxonomy) > 1):
            continue
        total[depth] += 1
        if counts[node.id] < least:
            path = PATH_SEPARATOR.join(node.path)
            thin.setdefault(depth, []).append((path, counts[node.id]))
    return tuple(
        Level(depth, Share(number - len(found), number), tuple(found))
        for depth, number in sorted(total.items())
        for found in [thin.get(depth, [])]
    )


def _below(space: Space, numbers: Sequence[int]) -> dict[str, int]:
    """By node: the sum over the leaves at or below it."""
    found = {leaf.id: int(n) for leaf, n in zip(space.leaves, numbers, strict=True)}
    for node in reversed(list(space.taxonomy.walk())):
        if node.parent is not None:
            found[node.parent.id] = found.get(node.parent.id, 0) + found[node.id]
    return found


def _leaves(space: Space, tally: Tally, drawn: Flags, asked: _Asked) -> tuple[LeafCount, ...]:
    total = max(tally.samples, 1)
    labels = [tuple(space.labels[number] for number in cells) for cells in tally.sieve.cells]
    starts, counts = tally.starts.tolist(), tally.cells.tolist()
    return tuple(
        LeafCount(
            id=leaf.id,
            path=PATH_SEPARATOR.join(leaf.path),
            drawn=bool(drawn[place]),
            count=int(tally.leaves[place]),
            asked=None if asked.numbers is None else int(asked.numbers[place]),
            asked_share=float(asked.shares[place]),
            share=float(tally.leaves[place] / total),
            labels=labels[space.frame_of[place]],
            counts=tuple(counts[starts[place] : starts[place + 1]]),
        )
        for place, leaf in enumerate(space.leaves)
    )


def _mixes(space: Space, tally: Tally, drawn: Flags, *, asked: Floats, least: int) -> Iterator[Mix]:
    size = len(space.labels)
    inside = drawn[tally.owners]
    total = np.bincount(tally.labels[inside], minlength=size)
    covered = np.bincount(tally.labels[inside & (tally.cells >= least)], minlength=size)
    counts, shares = tally.by_label, _label_shares(space, asked)
    numbers: dict[str, list[int]] = {}
    for number in np.unique(tally.labels).tolist():
        numbers.setdefault(space.labels[number][0], []).append(number)
    attributes = {pool.name for pool in space.pools if not pool.axis}
    for name, of_name in numbers.items():
        had, wanted = counts[of_name], shares[of_name]
        wanted = wanted / wanted.sum() if wanted.sum() > 0 else wanted
        carried = int(had.sum())
        values = zip(of_name, had.tolist(), wanted.tolist(), strict=True)
        yield Mix(
            name=name,
            axis=name not in attributes,
            samples=carried,
            cells=Share(int(covered[of_name].sum()), int(total[of_name].sum())),
            values=tuple(
                LabelCount(space.labels[number][1], count, share, count / max(carried, 1))
                for number, count, share in values
            ),
            distance=distance(had, wanted),
        )


def _label_shares(space: Space, leaves: Floats) -> Floats:
    """By label: the part of the samples with it, in the nearest mix that the constraints allow.

    A dimension that exists under a condition counts as if it always did.
    """
    mass = np.zeros(len(space.frames))
    np.add.at(mass, space.frame_of, leaves)
    mixes = reach(space, leaves.tolist()).mixes
    found = np.zeros(len(space.labels))
    for frame, share in zip(space.frames, mass.tolist(), strict=True):
        for pool, numbers in zip(frame.pools, frame.numbers, strict=True):
            found[list(numbers)] += share * mixes[pool]
    return found


def _pairs(space: Space, tally: Tally, least: int) -> tuple[Share, tuple[PairCount, ...]]:
    """Pairs that can occur: how many did often enough, and those that did not."""
    found, labels = tally.pairs(), space.labels
    thin = []
    for first, bits in enumerate(space.partners):
        for second in bits_of(bits >> first << first):
            count = found.get((first, second), 0)
            if count < least:
                thin.append(PairCount(labels[first], labels[second], count))
    return Share(space.pair_total - len(thin), space.pair_total), tuple(thin)
