"""Rows that show every triple of labels of named groups of dimensions.

Greedy, as in `pairs`. Knows groups by name and labels by number.
"""

import random
from collections.abc import Iterator, Mapping, Sequence
from itertools import combinations

from .frame import Frame
from .partial import Partial
from .progress import Part, Progress
from .rules import ABSENT
from .space import bits_of

_CANDIDATES = 6


class Triples:
    """Makes rows for triples."""

    def __init__(
        self, progress: Progress, groups: Sequence[frozenset[str]], dice: random.Random
    ) -> None:
        """Find out which triples can occur."""
        self._progress, self._dice = progress, dice
        self._open: dict[tuple[int, int], int] = {}
        """By pair of labels, the lower first: those that no row had beside both."""
        self._grouped: list[list[int]] = []
        """By frame the places of all groups."""
        for frame in progress.space.frames:
            grouped = [
                [p for p, d in enumerate(frame.dimensions) if d.name in group] for group in groups
            ]
            self._grouped.append(sorted({place for places in grouped for place in places}))
            for places in grouped:
                for triple in _possible(frame, places):
                    self._add(triple)
        self._done: set[int] = set()
        """Frames in which nothing is missing."""

    def missing(self, leaf: int) -> bool:
        """Whether a triple that can occur at a leaf is still to be shown."""
        at = self._progress.space.frame_of[leaf]
        if at in self._done:
            return False
        if next(self._fitting(at, {}), None) is None:
            self._done.add(at)
        return at not in self._done

    def note(self, part: Part) -> None:
        """Count a row."""
        frame = self._progress.frame(part.leaf)
        numbers = [frame.numbers[p][v] for p, v in enumerate(part.values) if v >= 0]
        bits = sum(1 << number for number in numbers)
        for pair in combinations(sorted(numbers), 2):
            if pair in self._open:
                self._open[pair] &= ~bits
                if not self._open[pair]:
                    del self._open[pair]

    def row(self, leaf: int, decided: Mapping[int, int]) -> dict[int, int]:
        """A row with as many new triples as can be; as decided where no new triple fits."""
        at = self._progress.space.frame_of[leaf]
        frame = self._progress.space.frames[at]
        ranked = {place: self._progress.ranked(frame, place) for place in frame.solver.order}
        tries = [self._candidate(at, decided) for _ in range(_CANDIDATES)]
        for gain, partial in sorted(tries, key=lambda made: -made[0]):
            row = partial.completed(ranked) if gain else None
            if row is not None:
                return row
        first = next(self._fitting(at, decided), None) or Partial.begun(frame, decided)
        return (first and first.completed(ranked)) or dict(decided)

    def _add(self, triple: Sequence[int]) -> None:
        for pair in combinations(triple, 2):
            others = sum(1 << number for number in triple if number not in pair)
            self._open[pair] = self._open.get(pair, 0) | others

    def _candidate(self, at: int, decided: Mapping[int, int]) -> tuple[int, Partial]:
        """A row grown label by label from the pair that most labels have to stand beside."""
        frame = self._progress.space.frames[at]
        row = self._begun(frame, at, decided)
        chosen = [frame.numbers[p][v] for p, v in row.values.items() if p in self._grouped[at]]
        places = [place for place in self._grouped[at] if place not in row.values]
        self._dice.shuffle(places)
        gain = 0
        for place in places:
            numbers = frame.numbers[place]
            ranked = [(self._new(chosen, row.bits, numbers[v]), v) for v in row.options(place)]
            for new, value in sorted(ranked, reverse=True):
                if new and row.take(place, value):
                    chosen.append(numbers[value])
                    gain += new
                    break
        return gain, row

    def _begun(self, frame: Frame, at: int, decided: Mapping[int, int]) -> Partial:
        places = set(self._grouped[at])
        most: list[tuple[int, int]] = []
        best = 0
        if not decided:
            for pair, others in self._open.items():
                count = (others & frame.everything).bit_count()
                if count >= best and all(n in frame.where for n in pair):
                    most = [pair] if count > best else [*most, pair]
                    best = count
        if most and places:
            decided = dict(frame.where[number] for number in self._dice.choice(most))
        row = Partial.begun(frame, decided)
        if row is None:
            raise AssertionError("labels were decided that cannot stand together")
        return row

    def _new(self, chosen: Sequence[int], bits: int, number: int) -> int:
        """How many new triples a label makes with two of those that are chosen."""
        pairs = ((min(a, number), max(a, number)) for a in chosen)
        return sum((self._open.get(pair, 0) & bits).bit_count() for pair in pairs) // 2

    def _fitting(self, at: int, decided: Mapping[int, int]) -> Iterator[Partial]:
        """Rows that begin with a missing triple that can occur in a frame."""
        frame = self._progress.space.frames[at]
        for pair, others in self._open.items():
            if not all(number in frame.where for number in pair):
                continue
            for number in bits_of(others & frame.everything):
                wanted = dict(frame.where[n] for n in (*pair, number))
                if any(decided.get(place, value) != value for place, value in wanted.items()):
                    continue
                row = Partial.begun(frame, {**decided, **wanted})
                if row is not None and row.completed({}) is not None:
                    yield row


def _possible(frame: Frame, places: Sequence[int]) -> set[tuple[int, ...]]:
    """The triples of labels that can occur in a frame, of some of its dimensions."""
    alive = sum(frame.masks[place] for place in places)
    shown: set[tuple[int, ...]] = set()
    for a, b in combinations(list(bits_of(alive)), 2):
        together = alive & ~frame.apart(a) & ~frame.apart(b)
        one, other = frame.where[a], frame.where[b]
        if one[0] == other[0] or frame.apart(a) >> b & 1:
            continue
        masks = frame.masks[one[0]] | frame.masks[other[0]]
        for c in bits_of(together & ~masks & -1 << b + 1):
            if (a, b, c) not in shown:
                shown.update(_shown_with(frame, (a, b, c), alive))
    return shown


def _shown_with(frame: Frame, triple: tuple[int, ...], alive: int) -> Iterator[tuple[int, ...]]:
    """All triples of a row with these labels; none if there is no such row."""
    wanted = dict(frame.where[number] for number in triple)
    touched = {place: value for place, value in wanted.items() if place in frame.touched}
    if len(touched) < 3:
        # No two of them are apart, and the third is free.
        yield triple
        return
    row = frame.solver.complete(touched)
    numbers = [frame.numbers[p][v] for p, v in (row or {}).items() if v != ABSENT]
    yield from combinations(sorted(n for n in numbers if alive >> n & 1), 3)
