"""From a space and a target to blueprints: a stream of slots, each a leaf with labels.

First a covering prefix, then whatever brings every mix to its target; any stretch of the stream is
as even as it can be. A slot is one of the samples asked for; a blueprint is a try at it. A slot's
leaf and labels never change, so a refill aims at the very cell that was missed. Everything is a
pure function of the seed. Knows nothing of decisions.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from itertools import islice
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from ..axes import situations
from ..blueprint import Blueprint
from .chance import GOLDEN, number, rng, words
from .cover import Goal, Prefix, cover
from .deal import Dealer
from .details import Details
from .progress import UNSET
from .quota import Integers
from .reach import reach, refuse
from .rules import ABSENT
from .seen import Seen
from .space import Space
from .target import Target, due
from .templates import Templates

_CHUNK = 1 << 16
"""Rows dealt at once: what bounds the memory of a stream."""
_SEED = 0x7FFFFFFF
_SPARE = 31
"""Bits of a random number that the seed takes; the others serve the details."""

Mix = Literal["stated", "exact", "nearest"]
"""What happens to weights that constraints make impossible."""


@dataclass(frozen=True, slots=True)
class Chunk:
    """Rows of the plan as arrays."""

    leaves: Integers
    """Shape (rows,): places of leaves."""
    values: Integers
    """Shape (rows, width): by place of the dimension the value, or `ABSENT`."""


class Plan:
    """The slots of a run."""

    def __init__(
        self,
        space: Space,
        target: Target,
        *,
        language: str,
        seed: int,
        goal: Goal | None = None,
        seen: Seen | None = None,
        mix: Mix = "stated",
        details: Details | None = None,
        templates: Templates | None = None,
        situated: bool = True,
    ) -> None:
        """Settle how many samples each leaf gets; `seen` is what is there already.

        Samples that are not `situated` are drawn no person, place or number.

        Raises InputError when a value can occur nowhere under the constraints, or when a mix that
        somebody gave weights for cannot be met; `exact` holds equal and built-in weights to the
        same, `nearest` takes for all the nearest mix that can be. A number per cell makes the mix
        and is never refused.
        """
        self.space = space
        self.language = language
        self.seed = seed
        self.goal = goal or Goal()
        self.seen = seen or Seen.nothing(space)
        self._details = details or Details()
        self.templates = templates or Templates()
        self._situated = situated
        self._due = due(space, target, self.seen, seed=seed)
        self.reach = reach(space, self._due.shares, self._due.mixes(space))
        if not (mix == "nearest" or target.per_cell):
            refuse(self.reach, space.constraints, wishes=mix == "exact")
        self._width = max((len(frame.dimensions) for frame in space.frames), default=0)
        self._widths = np.asarray([len(space.frames[f].dimensions) for f in space.frame_of])
        self._key = number(seed, "blueprints")

    def __len__(self) -> int:
        """The number of slots."""
        return self._due.total

    def __iter__(self) -> Iterator[Blueprint]:
        """The first try at every slot, in order."""
        return self.blueprints()

    @property
    def by_leaf(self) -> dict[str, int]:
        """Id of the leaf to its number of slots."""
        return {
            leaf.id: int(count)
            for leaf, count in zip(self.space.leaves, self._due.leaves, strict=True)
        }

    @cached_property
    def prefix(self) -> Prefix:
        """The rows that stand first, so that every pair and every cell occurs early."""
        order = np.argsort(self._phases, kind="stable")
        return cover(
            self.space,
            self.goal,
            order=order[self._due.leaves[order] > 0].tolist(),
            left=self._due.leaves,
            seen=self.seen,
            given=self._due.given,
            room=None if self._due.given.queues else self._room(),
            seed=self.seed,
        )

    def chunks(self) -> Iterator[Chunk]:
        """The whole plan as arrays, piece by piece."""
        dealer = Dealer(self.space, self.reach, seed=self.seed)
        dealer.begin_after(self.seen)
        for place, (leaves, fixed) in enumerate(self._open_chunks()):
            yield Chunk(leaves, dealer.deal(leaves, fixed, chunk=place))

    def blueprints(self) -> Iterator[Blueprint]:
        """The first try at every slot, in order; memory does not grow with their number."""
        space, slot = self.space, 0
        tables = [
            [[(d.name, value) for value in d.values] for d in frame.dimensions]
            for frame in space.frames
        ]
        paths = [leaf.path for leaf in space.leaves]
        dealt = self.templates.deal() if self.templates.all else None
        for chunk in self.chunks():
            numbers = self._words(slot, len(chunk.leaves), 0)
            rows = zip(chunk.leaves.tolist(), chunk.values.tolist(), numbers.tolist(), strict=True)
            for leaf, row, drawn in rows:
                table = tables[space.frame_of[leaf]]
                labels = tuple([n[v] for n, v in zip(table, row, strict=False) if v >= 0])
                yield Blueprint(
                    slot=slot,
                    attempt=0,
                    leaf=space.leaves[leaf].id,
                    path=paths[leaf],
                    labels=labels,
                    language=self.language,
                    seed=drawn[0] & _SEED,
                    situation=self._situation(drawn),
                    **self._details.of(slot, leaf, labels, drawn[0] >> _SPARE),
                    **(dealt.of(space.leaves[leaf].id, labels) if dealt else {}),
                )
                slot += 1

    def blueprint(self, slot: int, attempt: int = 0) -> Blueprint:
        """The try number `attempt` at a slot; IndexError beyond the last. Walks up to it."""
        first = next(islice(self.blueprints(), slot, None), None)
        if first is None:
            raise IndexError(slot)
        return self.again(first, attempt) if attempt else first

    def again(self, blueprint: Blueprint, attempt: int) -> Blueprint:
        """Another try at the slot of a blueprint: the same cell, another seed and situation."""
        drawn = self._words(blueprint.slot, 1, attempt)[0].tolist()
        return replace(
            blueprint,
            attempt=attempt,
            seed=drawn[0] & _SEED,
            situation=self._situation(drawn),
            **self._details.of(
                blueprint.slot,
                self._places[blueprint.leaf],
                blueprint.labels,
                drawn[0] >> _SPARE,
            ),
            **self.templates.again(blueprint, attempt),
        )

    def seed_of(self, slot: int, attempt: int) -> int:
        """What the calls of a try are seeded with, for slots behind the plan as well."""
        return int(self._words(slot, 1, attempt)[0, 0]) & _SEED

    def _words(self, slot: int, count: int, attempt: int) -> NDArray[np.uint64]:
        """Random numbers of some slots from one on. Shape (count, 1 + situations)."""
        slots = np.arange(slot, slot + count, dtype=np.uint64)
        return words(self._key, slots, attempt, 1 + len(self._situations))

    def _situation(self, drawn: Sequence[int]) -> tuple[tuple[str, str], ...]:
        return tuple(
            [
                (label, values[word % len(values)])
                for (label, values), word in zip(self._situations, drawn[1:], strict=True)
            ]
        )

    @cached_property
    def _places(self) -> dict[str, int]:
        return {leaf.id: place for place, leaf in enumerate(self.space.leaves)}

    @cached_property
    def _situations(self) -> tuple[tuple[str, tuple[str, ...]], ...]:
        return tuple(situations(self.language).values()) if self._situated else ()

    def _room(self) -> list[int]:
        """By label: in how many samples it is due."""
        found = np.zeros(len(self.space.labels))
        counts = self._due.leaves.astype(np.float64)
        for leaf, had in self.seen.leaves.items():
            counts[leaf] += had
        by_frame = np.bincount(self.space.frame_of, counts, minlength=len(self.space.frames))
        for frame, count in zip(self.space.frames, by_frame, strict=True):
            for pool, numbers in zip(frame.pools, frame.numbers, strict=True):
                found[list(numbers)] += count * self.reach.existing[pool] * self.reach.mixes[pool]
        for labels in self.seen.labels.values():
            for label, had in labels.items():
                found[label] -= had
        return [round(room) for room in found.tolist()]

    @cached_property
    def _phases(self) -> NDArray[np.float64]:
        """By leaf a moment in [0, 1) at which its rounds begin: neighbours are far apart."""
        start = rng(self.seed, "phases").random()
        steps = np.arange(len(self.space.leaves), dtype=np.float64)
        return np.asarray((steps * GOLDEN + start) % 1.0, dtype=np.float64)

    def _open_chunks(self) -> Iterator[tuple[Integers, Integers]]:
        """Leaves of the rows, and what of them is decided beforehand."""
        for start in range(0, len(self.prefix), _CHUNK):
            leaves = self.prefix.leaves[start : start + _CHUNK]
            fixed = self.prefix.values[start : start + _CHUNK].astype(np.int64)
            yield leaves, self._with_ends(leaves, fixed)
        for leaves, visits in self._rest():
            fixed = np.full((len(leaves), self._width), UNSET, dtype=np.int64)
            if self._due.given.queues:
                frames = np.asarray(self.space.frame_of)[leaves]
                self._due.given.fill(fixed, leaves, visits, frames)
            yield leaves, self._with_ends(leaves, fixed)

    def _with_ends(self, leaves: Integers, fixed: Integers) -> Integers:
        """The rows without what lies beyond the dimensions of their leaves."""
        return np.where(np.arange(self._width) < self._widths[leaves][:, None], fixed, ABSENT)

    def _rest(self) -> Iterator[tuple[Integers, Integers]]:
        """The visits behind the prefix, in windows of time: each leaf evenly over all of them.

        Leaves, and which of their visits it is, those of the prefix counted.
        """
        had = np.bincount(self.prefix.leaves, minlength=len(self._due.leaves))
        left = self._due.leaves - had
        windows = -(-int(left.sum()) // _CHUNK)
        before = np.zeros_like(left)
        for window in range(1, windows + 1):
            until = np.ceil(left * (window / windows) - self._phases).astype(np.int64)
            until = np.clip(until, 0, left) if window < windows else left
            count = until - before
            leaves = np.repeat(np.arange(len(left)), count)
            first = np.repeat(np.cumsum(count) - count, count)
            visit = before[leaves] + np.arange(len(leaves)) - first
            order = np.argsort((visit + self._phases[leaves]) / left[leaves], kind="stable")
            yield leaves[order], (had[leaves] + visit)[order]
            before = until
