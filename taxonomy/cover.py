"""The covering prefix: by its end every pair of labels occurred, and every label at every leaf.

Pairs come before the mix, the mix comes before leaves: a label that is due in fewer samples than
there are leaves to see it stops where its share is used up. Rows are partial: a label that covers
nothing new is left `UNSET`, so that the mix can be met with it. Greedy row by row, as in AETG
(Cohen, Dalal, Fredman & Patton 1997): of some seeded candidates the one is kept that covers most.
Knows leaves by place and quota, and nothing of what fills the open labels.
"""

import random
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import combinations, product

from .frame import Frame
from .rules import ABSENT
from .seen import Seen
from .space import Space, bits_of

UNSET = -2
_CANDIDATES = 6
_AT_A_LEAF = 2
"""Pairs that a label is worth which its leaf has not seen: few samples see many leaves so."""

Test = Callable[[int], bool]
Make = Callable[[int, dict[int, int]], dict[int, int]]


@dataclass(frozen=True, slots=True)
class Part:
    """A row that is partly decided."""

    leaf: int
    """Place of the leaf."""
    values: tuple[int, ...]
    """By place of the dimension: a value, `ABSENT` or `UNSET`."""


@dataclass(frozen=True, slots=True)
class Goal:
    """What is to be covered."""

    strength: int = 2
    """0: nothing. 1: every label at every leaf. 2: every pair of labels as well."""
    groups: tuple[frozenset[str], ...] = ()
    """Names of dimensions of which every triple of values is covered."""


@dataclass(slots=True)
class Cover:
    """Makes the prefix of one plan."""

    space: Space
    goal: Goal
    order: Sequence[int]
    """Places of leaves as they are visited by their quotas, once round."""
    left: list[int]
    """By place of the leaf: visits that it may still have."""
    seen: Seen
    random: random.Random
    given: Mapping[int, list[dict[int, int]]] = field(default_factory=dict)
    """By place of the leaf: labels that its next visits must have."""
    room: Sequence[int] | None = None
    """By label: in how many rows it may stand for the sake of a leaf; None for any number."""
    pairs: list[int] = field(init=False)
    """By label: partners that it has not stood beside."""
    needs: dict[int, int] = field(init=False, default_factory=dict)
    triples: set[tuple[int, ...]] = field(init=False, default_factory=set)
    counts: list[int] = field(init=False)
    shares: list[float] = field(init=False)
    rows: int = field(init=False, default=0)
    full: int = field(init=False, default=0)
    """Labels without room, as the bits of a number."""

    def __post_init__(self) -> None:
        labels = len(self.space.labels)
        self.pairs = [0] * labels
        if self.goal.strength > 1:
            self.pairs = [bits & ~self.seen.beside[i] for i, bits in enumerate(self.space.partners)]
        self.counts = [0] * labels
        if self.room is not None:
            self.full = sum(1 << number for number, room in enumerate(self.room) if room <= 0)
        self.shares = [0.0] * labels
        for name, values in self.space.label_shares().items():
            for value, share in values.items():
                number = self.space.number((name, value))
                if number is not None:
                    self.shares[number] = share
        for frame in self.space.frames if self.goal.groups else ():
            self.triples.update(*(_triples(frame, group) for group in self.goal.groups))

    def parts(self) -> Iterator[Part]:
        """The rows of the prefix, until all is covered or no visit is left."""
        if self.goal.strength > 1:
            yield from self._rounds(self._has_pairs, self._pair_row)
        if self.triples:
            yield from self._rounds(self._has_triples, self._triple_row)
        if self.goal.strength > 0:
            yield from self._rounds(self._has_need, self._need_row)
        yield from self._rounds(lambda leaf: bool(self.given.get(leaf)), self._need_row)

    def _rounds(self, has: Test, make: Make) -> Iterator[Part]:
        """Visit the leaves in turn as long as there is something to do at any."""
        active = list(self.order)
        while active:
            still = []
            for leaf in active:
                if not self.left[leaf] or not has(leaf):
                    continue
                still.append(leaf)
                yield self._take(leaf, make(leaf, self._begin(leaf)))
            active = still

    def _begin(self, leaf: int) -> dict[int, int]:
        queue = self.given.get(leaf)
        return queue.pop() if queue else {}

    def _take(self, leaf: int, row: dict[int, int]) -> Part:
        """Complete the row as far as rules demand, and note what it covers."""
        frame = self._frame(leaf)
        touched = frame.solver.order
        if any(place in row for place in touched):
            fixed = {place: row[place] for place in touched if place in row}
            ranked = {place: self._ranked(frame, place) for place in touched}
            row.update(frame.solver.complete(fixed, ranked) or {})
        numbers = [frame.numbers[p][v] for p, v in row.items() if v != ABSENT]
        self._note(leaf, numbers)
        self.left[leaf] -= 1
        self.rows += 1
        size = len(frame.dimensions)
        return Part(leaf, tuple(row.get(place, UNSET) for place in range(size)))

    def _note(self, leaf: int, numbers: Sequence[int]) -> None:
        bits = sum(1 << number for number in numbers)
        for number in numbers:
            self.pairs[number] &= ~bits
            self.counts[number] += 1
            if self.room is not None and self.counts[number] >= self.room[number]:
                self.full |= 1 << number
        self.needs[leaf] = self._need(leaf) & ~bits
        if self.triples:
            self.triples.difference_update(combinations(sorted(numbers), 3))

    def _pair_row(self, leaf: int, row: dict[int, int]) -> dict[int, int]:
        tries = [self._pair_candidate(leaf, dict(row)) for _ in range(_CANDIDATES)]
        gain, best = max(tries, key=lambda made: made[0])
        return best if gain else self._any_pair(leaf, row)

    def _any_pair(self, leaf: int, row: dict[int, int]) -> dict[int, int]:
        """The row with the first pair that is missing and fits, so that every round gets on."""
        frame = self._frame(leaf)
        where = _places(frame)
        for number, (place, value) in where.items():
            for other in bits_of(self.pairs[number] & sum(frame.masks)):
                labels = [(place, value), where[other]]
                if frame.masks[place] >> number & 1 and self._fits(frame, labels, row):
                    return {**row, **dict(labels)}
        return row

    def _pair_candidate(self, leaf: int, row: dict[int, int]) -> tuple[int, dict[int, int]]:
        """A row grown label by label, each the one that stands beside most for the first time."""
        frame, need = self._frame(leaf), self._need(leaf)
        everything = sum(frame.masks)
        places = [place for place in range(len(frame.dimensions)) if place not in row]
        self.random.shuffle(places)
        if places and not row:
            first = self._most_open(frame, everything)
            places.sort(key=lambda place: place != first)
        bits = sum(1 << frame.numbers[p][v] for p, v in row.items() if v != ABSENT)
        gain = 0
        for place in places:
            numbers = frame.numbers[place]
            among = bits or everything
            best, rank, added = -1, (0, 0.0), 0
            for value in self._options(frame, place, row):
                number = numbers[value]
                new = (self.pairs[number] & among).bit_count()
                wanted = need >> number & 1 if self._has_room(number) else 0
                ranked = (new + _AT_A_LEAF * wanted, self._deficit(number))
                if (new or wanted) and (best < 0 or ranked > rank):
                    best, rank, added = value, ranked, new
            if best >= 0:
                row[place] = best
                gain += added if bits else 0
                bits |= 1 << numbers[best]
        return gain, row

    def _most_open(self, frame: Frame, everything: int) -> int:
        """The dimension of the label that has most partners to meet."""
        by_place = [
            max((self.pairs[n] & everything).bit_count() for n in numbers)
            for numbers in frame.numbers
        ]
        most = max(by_place)
        return self.random.choice([place for place, count in enumerate(by_place) if count == most])

    def _triple_row(self, leaf: int, row: dict[int, int]) -> dict[int, int]:
        frame = self._frame(leaf)
        where = _places(frame)
        first = next((t for t in sorted(self.triples) if self._meets(frame, where, t, row)), ())
        row.update(where[number] for number in first)
        grouped = {name for group in self.goal.groups for name in group}
        for place, dimension in enumerate(frame.dimensions):
            if dimension.name not in grouped or place in row:
                continue
            numbers = [frame.numbers[p][v] for p, v in row.items() if v != ABSENT]
            options = self._options(frame, place, row)
            if options:
                row[place] = max(
                    options, key=lambda v: self._new_triples(numbers, frame.numbers[place][v])
                )
        return row

    def _new_triples(self, numbers: Sequence[int], number: int) -> int:
        found = (tuple(sorted((*pair, number))) for pair in combinations(numbers, 2))
        return sum(triple in self.triples for triple in found)

    def _has_triples(self, leaf: int) -> bool:
        frame = self._frame(leaf)
        where = _places(frame)
        return any(self._meets(frame, where, triple, {}) for triple in self.triples)

    def _meets(
        self,
        frame: Frame,
        where: Mapping[int, tuple[int, int]],
        triple: Sequence[int],
        row: Mapping[int, int],
    ) -> bool:
        if not all(number in where for number in triple):
            return False
        return self._fits(frame, [where[number] for number in triple], row)

    def _fits(
        self, frame: Frame, labels: Sequence[tuple[int, int]], row: Mapping[int, int]
    ) -> bool:
        if any(row.get(place, value) != value for place, value in labels):
            return False
        wanted = {p: v for p, v in (*row.items(), *labels) if p in frame.touched}
        return frame.solver.possible(wanted)

    def _need_row(self, leaf: int, row: dict[int, int]) -> dict[int, int]:
        """A row of labels that the leaf lacks, as many as stand together."""
        frame, need = self._frame(leaf), self._need(leaf)
        for place, numbers in enumerate(frame.numbers):
            if place in row or not need & frame.masks[place]:
                continue
            lacking = [v for v, n in enumerate(numbers) if need >> n & 1 and self._has_room(n)]
            lacking.sort(key=lambda v: -self._deficit(numbers[v]))
            value = next((v for v in lacking if self._can(frame, place, v, row)), None)
            if value is not None:
                row[place] = value
        return row

    def _deficit(self, number: int) -> float:
        """How far a label is behind its share of the rows so far."""
        return self.shares[number] * (self.rows + 1) - self.counts[number]

    def _options(self, frame: Frame, place: int, row: Mapping[int, int]) -> list[int]:
        mask, numbers, touched = frame.masks[place], frame.numbers[place], frame.touched
        possible: Collection[int] = range(len(numbers))
        if place in touched:
            possible = frame.solver.options({p: v for p, v in row.items() if p in touched}, place)
        return [v for v, number in enumerate(numbers) if mask >> number & 1 and v in possible]

    def _can(self, frame: Frame, place: int, value: int, row: Mapping[int, int]) -> bool:
        touched = frame.touched
        if place not in touched:
            return True
        wanted = {p: v for p, v in row.items() if p in touched}
        return frame.solver.possible({**wanted, place: value})

    def _ranked(self, frame: Frame, place: int) -> list[int]:
        numbers = frame.numbers[place]
        return sorted(range(len(numbers)), key=lambda value: -self._deficit(numbers[value]))

    def _frame(self, leaf: int) -> Frame:
        return self.space.frames[self.space.frame_of[leaf]]

    def _need(self, leaf: int) -> int:
        known = self.needs.get(leaf)
        if known is None:
            known = sum(self._frame(leaf).masks) & ~self.seen.at.get(leaf, 0)
            self.needs[leaf] = known
        return known

    def _has_need(self, leaf: int) -> bool:
        return bool(self._need(leaf) & ~self.full)

    def _has_room(self, number: int) -> bool:
        return not self.full >> number & 1

    def _has_pairs(self, leaf: int) -> bool:
        frame = self._frame(leaf)
        everything = sum(frame.masks)
        return any(
            self.pairs[number] & everything & ~frame.apart(number)
            for mask, numbers in zip(frame.masks, frame.numbers, strict=True)
            for number in numbers
            if mask >> number & 1
        )


def _places(frame: Frame) -> dict[int, tuple[int, int]]:
    """By label: its dimension and value in the frame."""
    return {
        number: (place, value)
        for place, numbers in enumerate(frame.numbers)
        for value, number in enumerate(numbers)
    }


def _triples(frame: Frame, group: frozenset[str]) -> Iterator[tuple[int, ...]]:
    """The triples of labels of the named dimensions that can occur in the frame."""
    named = [p for p, dimension in enumerate(frame.dimensions) if dimension.name in group]
    for places in combinations(named, 3):
        alive = [
            [v for v, n in enumerate(frame.numbers[p]) if frame.masks[p] >> n & 1] for p in places
        ]
        for values in product(*alive):
            row = dict(zip(places, values, strict=True))
            touched = {p: v for p, v in row.items() if p in frame.touched}
            if frame.solver.possible(touched):
                yield tuple(sorted(frame.numbers[p][v] for p, v in row.items()))
