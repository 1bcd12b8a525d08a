"""Rows that show every pair of labels, in few rows.

Greedy row by row, as in AETG (Cohen, Dalal, Fredman & Patton 1997): of some seeded candidates the
one is kept that shows most pairs for the first time. Rows are partial: a label that shows nothing
new is left open, so that the mix can be met with it.
"""

import random
from collections.abc import Mapping, Sequence
from math import comb

from .frame import Frame
from .partial import Partial
from .progress import Progress
from .space import bits_of

_MOST, _LEAST, _IN_ALL = 24, 3, 12_000
"""Candidates for a row, and for all rows together: a plan of many rows takes fewer for each."""
_AT_A_LEAF = 2
"""Pairs that a label is worth which its leaf has not seen: few samples see many leaves so."""
_SCARCE = 4
"""More pairs that one is worth with a label that is scarce: few rows have to have it so."""
_MANY = 3
"""Times the fewest rows that could show all pairs."""


class Pairs:
    """Makes rows for pairs."""

    def __init__(self, progress: Progress, dice: random.Random, *, visits: int) -> None:
        """`visits` is how many rows there may be."""
        self._progress, self._dice = progress, dice
        widest = max((len(frame.dimensions) for frame in progress.space.frames), default=0)
        rows = progress.space.pair_total / max(comb(widest, 2), 1)
        self._candidates = min(_MOST, max(_LEAST, int(_IN_ALL / max(rows, 1))))
        # Where pairs take most of the rows, the mix cannot be met anyway.
        self._thrifty = visits > _MANY * rows

    def missing(self, leaf: int) -> bool:
        """Whether a pair that can occur at a leaf is still to be shown."""
        frame, pairs = self._progress.frame(leaf), self._progress.pairs
        return any(
            pairs[number] & frame.everything & ~frame.apart(number) for number in frame.where
        )

    def row(self, leaf: int, decided: Mapping[int, int]) -> dict[int, int]:
        """A row with as many new pairs as can be; as decided where no new pair fits."""
        frame = self._progress.frame(leaf)
        first = self._most_open(frame)
        tries = [self._candidate(leaf, decided, first) for _ in range(self._candidates)]
        ranked = {place: self._progress.ranked(frame, place) for place in frame.solver.order}
        for gain, _, partial in sorted(tries, key=lambda made: -made[1]):
            row = partial.completed(ranked) if gain else None
            if row is not None:
                return row
        return self._first(frame, decided, ranked)

    def _candidate(
        self, leaf: int, decided: Mapping[int, int], first: Sequence[int]
    ) -> tuple[int, int, Partial]:
        """A row grown label by label, each the one that stands beside most for the first time.

        It begins with one of the `first` places, unless something is decided. A scarce label is
        taken where it makes at least half of the pairs that it could, or else nothing is new.
        With its new pairs, and what it is worth when labels that the leaf lacked count as well.
        """
        progress, frame = self._progress, self._progress.frame(leaf)
        need, pairs = progress.need(leaf), progress.pairs
        row = Partial.begun(frame, decided)
        if row is None:
            raise AssertionError("labels were decided that cannot stand together")
        places = [place for place in range(len(frame.dimensions)) if place not in row.values]
        self._dice.shuffle(places)
        if places and not row.values:
            begin = self._dice.choice(first)
            places.sort(key=lambda place: place != begin)
        gain = worth = 0
        for place in places:
            numbers, among = frame.numbers[place], row.bits or frame.everything
            scarce = progress.scarce if self._thrifty else 0
            ranked = []
            for value in row.options(place):
                number = numbers[value]
                missing = pairs[number] & among
                new = missing.bit_count()
                wanted = need >> number & 1 if progress.room(number) > 0 else 0
                if new or wanted:
                    own = new + _AT_A_LEAF * wanted + _SCARCE * (missing & scarce).bit_count()
                    half = 2 * new >= row.bits.bit_count()
                    thrifty = half or not scarce >> number & 1
                    ranked.append((thrifty, own, progress.deficit(number), value, new))
            alone = not row.bits
            for _, own, _, value, new in sorted(ranked, reverse=True):
                if row.take(place, value):
                    gain += 0 if alone else new
                    worth += own - new if alone else own
                    break
        return gain, worth, row

    def _most_open(self, frame: Frame) -> list[int]:
        """The dimensions of the labels that have most partners to meet."""
        pairs = self._progress.pairs
        most = [0] * len(frame.dimensions)
        for number, (place, _) in frame.where.items():
            most[place] = max(most[place], (pairs[number] & frame.everything).bit_count())
        return [place for place, count in enumerate(most) if count == max(most)]

    def _first(
        self, frame: Frame, decided: Mapping[int, int], ranked: Mapping[int, list[int]]
    ) -> dict[int, int]:
        """The row with the first pair that is missing and fits, so that every round gets on."""
        for number, one in frame.where.items():
            for other in bits_of(self._progress.pairs[number] & frame.everything):
                wanted = dict([one, frame.where[other]])
                if any(decided.get(place, value) != value for place, value in wanted.items()):
                    continue
                row = Partial.begun(frame, {**decided, **wanted})
                made = None if row is None else row.completed(ranked)
                if made is not None:
                    return made
        start = Partial.begun(frame, decided)
        return (start and start.completed(ranked)) or dict(decided)
