"""Which samples are ranked together: every one as often as the others, pairs as seldom as can be.

A plan of rounds: each deals all samples out into batches of nearly equal size, so that a remainder
makes batches one smaller and no sample rarer. Knows nothing of what the samples are.
"""

import random
from collections import Counter, defaultdict
from collections.abc import Sequence
from itertools import combinations, count

from .components import components

Met = defaultdict[str, Counter[str]]
"""How often each two have been in one batch."""


def batches(ids: Sequence[str], *, each: int, size: int, seed: int) -> list[tuple[str, ...]]:
    """Batches of at most `size` in which each id stands `each` times, at places that differ.

    A function of the set of ids and the seed. All ids hang together by the batches. Raises
    ValueError for fewer than two ids, `each` below 2 and `size` below 3, where they could not.
    """
    if len(set(ids)) < 2 or each < 2 or size < 3:
        raise ValueError("wanted are two ids or more, in two batches each, of three or more")
    for attempt in count():
        dice = random.Random(f"batches:{seed}:{attempt}")
        found = _rounds(sorted(set(ids)), each, size, dice)
        # Hardly ever a second time: only where few batches of few happen to fall apart.
        if len(components(found)) == 1:
            return _placed(found, dice)
    raise AssertionError("count() has no end")


def _rounds(ids: list[str], each: int, size: int, dice: random.Random) -> list[list[str]]:
    met: Met = defaultdict(Counter)
    found: list[list[str]] = []
    for _ in range(each):
        dealt = _dealt(ids, -(-len(ids) // size), met, dice)
        _mended(dealt, met)
        for batch in dealt:
            for one, other in combinations(batch, 2):
                met[one][other] += 1
                met[other][one] += 1
        found += dealt
    return found


def _dealt(ids: list[str], number: int, met: Met, dice: random.Random) -> list[list[str]]:
    """One round: each id goes where it has met nobody, or fewest."""
    room = [len(ids) // number + (at < len(ids) % number) for at in range(number)]
    dealt: list[list[str]] = [[] for _ in room]
    for id_ in dice.sample(ids, len(ids)):
        free = [at for at in range(number) if len(dealt[at]) < room[at]]
        start = dice.randrange(len(free))
        chosen, least = free[start], float("inf")
        for at in (*free[start:], *free[:start]):
            cost = _cost(id_, dealt[at], met)
            if cost < least:
                chosen, least = at, cost
            if not cost:
                break
        dealt[chosen].append(id_)
    return dealt


def _mended(dealt: list[list[str]], met: Met) -> None:
    """Swap what had to be dealt to those it had met, wherever a swap makes repeats fewer."""
    for at, batch in enumerate(dealt):
        for place in range(len(batch)):
            if _cost(batch[place], batch, met):
                _swapped(at, place, dealt, met)


def _swapped(at: int, place: int, dealt: list[list[str]], met: Met) -> None:
    mine, batch = dealt[at][place], dealt[at]
    own = _cost(mine, batch, met)
    for other in dealt:
        if other is batch:
            continue
        for there, theirs in enumerate(other):
            before = own + _cost(theirs, other, met)
            batch[place], other[there] = theirs, mine
            if _cost(theirs, batch, met) + _cost(mine, other, met) < before:
                return
            batch[place], other[there] = mine, theirs


def _cost(id_: str, batch: Sequence[str], met: Met) -> int:
    """What it takes to have one among these: the second time that two meet costs more."""
    known = met[id_]
    return sum((known[other] + 1) ** 2 - 1 for other in batch if other != id_)


def _placed(found: list[list[str]], dice: random.Random) -> list[tuple[str, ...]]:
    """Each batch in an order in which its ids stand where they have stood least."""
    stood: Met = defaultdict(Counter)
    placed = []
    for batch in found:
        order = dice.sample(batch, len(batch))
        improved = True
        while improved:
            improved = any(
                _turned(order, *pair, stood) for pair in combinations(range(len(order)), 2)
            )
        for place, id_ in enumerate(order):
            stood[id_][str(place)] += 1
        placed.append(tuple(order))
    return placed


def _turned(order: list[str], one: int, other: int, stood: Met) -> bool:
    """Swap two places if both ids together have then stood less often where they stand."""
    first, second = stood[order[one]], stood[order[other]]
    now = first[str(one)] + second[str(other)]
    if first[str(other)] + second[str(one)] >= now:
        return False
    order[one], order[other] = order[other], order[one]
    return True
