"""What the first samples of a plan will cover, before any of them is made.

Counts leaves, cells and pairs in the order of the stream, with what is there already. Knows nothing
of decisions: each slot counts as filled.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from ..planning.plan import Plan
from .covered import Share

Row = tuple[int, list[int]]
"""Place of the leaf, and the numbers of its labels."""


@dataclass(frozen=True, slots=True)
class Step:
    """Coverage after so many samples of the plan."""

    samples: int
    leaves: Share
    cells: Share
    """Leaf × label."""
    pairs: Share
    """Pairs of labels that can stand together."""

    @property
    def complete(self) -> bool:
        """Whether nothing is left to cover."""
        return all(s.covered == s.total for s in (self.leaves, self.cells, self.pairs))


def forecast(plan: Plan, marks: Iterable[int]) -> Iterator[Step]:
    """A step at each mark that the plan reaches, in order; 0 is what is there already."""
    waiting = sorted(set(marks), reverse=True)
    count = _Count(plan)
    done, rows = 0, _rows(plan)
    while waiting:
        while done < waiting[-1] and (row := next(rows, None)):
            count.take(*row)
            done += 1
        if done < waiting.pop():
            return
        yield count.step(done)


def marks(total: int) -> Iterator[int]:
    """1, 2, 5, 10, 20, 50 … up to a total, and the total itself."""
    power = 1
    while power <= total:
        yield from (power * digit for digit in (1, 2, 5) if power * digit < total)
        power *= 10
    yield total


class _Count:
    """What has been seen so far, as the bits of numbers."""

    def __init__(self, plan: Plan) -> None:
        space = plan.space
        self._partners = space.partners
        self._masks = [sum(frame.masks) for frame in space.frames]
        self._frame_of = space.frame_of
        drawn = [share > 0 for share in space.shares]
        self._drawn = drawn
        self._at = {leaf: self._known(leaf, bits) for leaf, bits in plan.seen.at.items()}
        self._leaves = {leaf for leaf in plan.seen.leaves if drawn[leaf]}
        self._beside = [b & p for b, p in zip(plan.seen.beside, self._partners, strict=True)]
        self._cells = sum(bits.bit_count() for leaf, bits in self._at.items() if drawn[leaf])
        self._pairs = sum(bits.bit_count() for bits in self._beside)
        self._cell_total = sum(
            self._masks[frame].bit_count()
            for frame, counts in zip(space.frame_of, drawn, strict=True)
            if counts
        )

    def take(self, leaf: int, numbers: list[int]) -> None:
        """Count one sample."""
        bits = sum(1 << number for number in numbers)
        self._leaves.add(leaf)
        had, now = self._at.get(leaf, 0), self._known(leaf, bits)
        self._at[leaf] = had | now
        self._cells += (now & ~had).bit_count()
        for number in numbers:
            new = bits & self._partners[number] & ~self._beside[number]
            self._beside[number] |= new
            self._pairs += new.bit_count()

    def _known(self, leaf: int, bits: int) -> int:
        return bits & self._masks[self._frame_of[leaf]]

    def step(self, samples: int) -> Step:
        """How it stands."""
        pairs = sum(bits.bit_count() for bits in self._partners) // 2
        return Step(
            samples,
            Share(len(self._leaves), sum(self._drawn)),
            Share(self._cells, self._cell_total),
            Share(self._pairs // 2, pairs),
        )


def _rows(plan: Plan) -> Iterator[Row]:
    space = plan.space
    numbers = [frame.numbers for frame in space.frames]
    for chunk in plan.chunks():
        for leaf, row in zip(chunk.leaves.tolist(), chunk.values.tolist(), strict=True):
            table = numbers[space.frame_of[leaf]]
            yield leaf, [n[v] for n, v in zip(table, row, strict=False) if v >= 0]
