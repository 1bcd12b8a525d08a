"""Finds rows of labels that keep the rules of a frame: any, one with given labels, the cheapest.

Search with unit propagation: a rule of which all parts but one are certain decides the last. Knows
rules over numbers, nothing of what the numbers stand for.
"""

from collections.abc import Iterable, Mapping, Sequence
from functools import cached_property
from math import inf

from ...errors import InputError
from .rules import ABSENT, Literal, Rules

_MOST_REMEMBERED = 100_000
_MOST_STEPS = 500_000
"""Of one search: about ten seconds."""

Bits = tuple[tuple[int, int], ...]
"""Literals over the touched dimensions in order, the values as the bits of a number."""

Domains = list[int]
"""By touched dimension the values that are left, as the bits of a number; the highest is
`ABSENT`."""


class Solver:
    """Searches over the dimensions that the rules touch."""

    def __init__(self, rules: Rules) -> None:
        """Raises ValueError when dimensions exist only under conditions on one another."""
        self.rules = rules
        self.order = rules.touched()
        self._index = {place: i for i, place in enumerate(self.order)}
        self._absent = [1 << rules.sizes[place] for place in self.order]
        self._ranks = [(*range(rules.sizes[place]), ABSENT) for place in self.order]
        self._possible: dict[frozenset[tuple[int, int]], bool] = {}
        self._steps = 0
        self._exists = [(self._index[p], self._bits(rule)) for p, rule in rules.exists.items()]
        self._about: list[list[tuple[int, Bits]]] = [[] for _ in self.order]
        self._certain: list[dict[int, list[Bits]]] = [{} for _ in self.order]
        self._hanging: list[list[tuple[int, Bits]]] = [[] for _ in self.order]
        for bits in map(self._bits, rules.forbidden):
            for i, good in bits:
                self._about[i].append((good, bits))
        for hanging in self._exists:
            for i in {hanging[0], *(j for j, _ in hanging[1])}:
                self._hanging[i].append(hanging)

    @cached_property
    def values(self) -> Mapping[int, frozenset[int]]:
        """The values of each touched dimension that some row has."""
        found: dict[int, set[int]] = {place: set() for place in self.order}
        for place in self.order:
            for value in range(self.rules.sizes[place]):
                if value not in found[place]:
                    for p, v in (self.complete({place: value}) or {}).items():
                        found[p].add(v)
        return {place: frozenset(values - {ABSENT}) for place, values in found.items()}

    def possible(self, wanted: Mapping[int, int]) -> bool:
        """Whether some row holds `wanted`. Remembered."""
        key = frozenset(wanted.items())
        known = self._possible.get(key)
        if known is None:
            if len(self._possible) > _MOST_REMEMBERED:
                self._possible.clear()
            known = self._possible[key] = self.complete(wanted) is not None
        return known

    def complete(
        self, wanted: Mapping[int, int], ranked: Mapping[int, Sequence[int]] | None = None
    ) -> dict[int, int] | None:
        """Values of all touched dimensions that hold `wanted`, or None.

        `ranked` orders the values that are tried in a dimension; by default they stand in order.
        """
        domains = self.start(wanted)
        return None if domains is None else self.finish(domains, ranked)

    def start(self, wanted: Mapping[int, int]) -> Domains | None:
        """What the rules leave of every dimension when `wanted` holds; None if nothing.

        That something is left does not mean that there is a row: `finish` finds out.
        """
        domains = []
        for place, absent in zip(self.order, self._absent, strict=True):
            bits = absent - 1
            bits &= ~sum(1 << v for v in self.rules.barred[place])
            bits |= absent if place in self.rules.exists else 0
            if place in wanted:
                bits &= absent if wanted[place] == ABSENT else 1 << wanted[place]
            domains.append(bits)
        return domains if self._propagate(domains, range(len(domains))) else None

    def left(self, domains: Domains, place: int) -> int:
        """The values that are left in a touched dimension, as the bits of a number."""
        index = self._index[place]
        return domains[index] & ~self._absent[index]

    def take(self, domains: Domains, place: int, value: int) -> Domains | None:
        """What is left when a touched dimension takes a value; None if nothing."""
        return self._with(domains, self._index[place], value)

    def finish(
        self, domains: Domains, ranked: Mapping[int, Sequence[int]] | None = None
    ) -> dict[int, int] | None:
        """A row of what is left, or None."""
        ranks: Sequence[Sequence[int]] = self._ranks
        if ranked:
            ranks = [
                (*ranked[place], ABSENT) if place in ranked else rank
                for place, rank in zip(self.order, self._ranks, strict=True)
            ]
        self._steps = 0
        found = self._search(domains, ranks)
        return None if found is None else self._row(found)

    def cheapest(
        self,
        costs: Mapping[int, Sequence[float]],
        wanted: Mapping[int, int],
        *,
        known: Mapping[int, int] | None = None,
        enough: float = -inf,
    ) -> dict[int, int] | None:
        """The row that holds `wanted` with the least sum of costs, or None if there is none.

        Costs are by place and value, `ABSENT` costs nothing. `known` is such a row, if there is
        one to begin with; a row that costs no more than `enough` need not be the cheapest.
        """
        domains = self.start(wanted)
        tables = [(*costs.get(p, [0.0] * self.rules.sizes[p]), 0.0) for p in self.order]
        first = None if known is None else self._bits_of(known)
        best = None if domains is None else self._bounded(domains, tables, first, enough)
        return None if best is None else self._row(best)

    def _search(self, domains: Domains, ranks: Sequence[Sequence[int]]) -> Domains | None:
        place = _narrowest(domains)
        if place < 0:
            return domains
        self._step()
        for value in ranks[place]:
            left = self._with(domains, place, value)
            found = None if left is None else self._search(left, ranks)
            if found is not None:
                return found
        return None

    def _bounded(
        self,
        domains: Domains,
        tables: Sequence[Sequence[float]],
        first: Domains | None,
        enough: float,
    ) -> Domains | None:
        """Branch and bound. Where the cheapest values of all dimensions keep the rules they are
        the answer; else a rule that they break is settled, first where that costs most.
        """
        self._steps = 0
        best, best_cost = first, _cost(first, tables) if first else inf
        known: list[dict[int, tuple[float, int, float]]] = [{} for _ in tables]
        waiting = [domains]
        while waiting and best_cost > enough:
            self._step()
            now = waiting.pop()
            for bits, table, seen in zip(now, tables, known, strict=True):
                if bits not in seen:
                    seen[bits] = _two_cheapest(bits, table)
            found = [seen[bits] for bits, seen in zip(now, known, strict=True)]
            least = sum(cost for cost, _, _ in found)
            if least >= best_cost - 1e-12:
                continue
            row = [bit for _, bit, _ in found]
            parts = self._parts_of_broken(row)
            if not parts:
                best, best_cost = row, least
                continue
            place = max((p for p in parts if now[p] != row[p]), key=lambda p: found[p][2])
            for bits in (now[place] & ~row[place], row[place]):
                left = now.copy()
                left[place] = bits
                if self._propagate(left, (place,)):
                    waiting.append(left)
        return best

    def _parts_of_broken(self, row: Domains) -> list[int]:
        """The dimensions of the first rule that a row breaks; empty if it keeps all."""
        for i, bit in enumerate(row):
            for rule in self._rules_at(i, bit):
                if all(row[j] & good for j, good in rule):
                    return [j for j, _ in rule]
        for i, needs in self._exists:
            there = row[i] != self._absent[i]
            if there != all(row[j] & good for j, good in needs):
                return [i, *(j for j, _ in needs)]
        return []

    def _step(self) -> None:
        self._steps += 1
        if self._steps > _MOST_STEPS:
            raise InputError(
                "the constraints are too tangled: to find out which labels can stand together"
                " would take too long",
                hint="state fewer constraints, or let each of them speak of fewer values",
            )

    def _with(self, domains: Domains, index: int, value: int) -> Domains | None:
        bit = self._absent[index] if value == ABSENT else 1 << value
        if not domains[index] & bit:
            return None
        left = domains.copy()
        left[index] = bit
        return left if self._propagate(left, (index,)) else None

    def _propagate(self, domains: Domains, changed: Iterable[int]) -> bool:
        """Take away what the rules exclude; False when a dimension has nothing left."""
        waiting = list(changed)
        while waiting:
            i = waiting.pop()
            if not domains[i]:
                return False
            for rule in self._rules_at(i, domains[i]):
                last = _last_open(rule, domains)
                if last is None:
                    return False
                if last >= 0:
                    index, bad = rule[last]
                    domains[index] &= ~bad
                    waiting.append(index)
            for index, needs in self._hanging[i]:
                waiting += self._settle(domains, index, needs)
        return True

    def _rules_at(self, index: int, bits: int) -> list[Bits]:
        """The rules whose part is certain when these values are left: no other can decide."""
        known = self._certain[index]
        found = known.get(bits)
        if found is None:
            if len(known) > _MOST_REMEMBERED:
                known.clear()
            found = known[bits] = [rule for good, rule in self._about[index] if not bits & ~good]
        return found

    def _settle(self, domains: Domains, index: int, needs: Bits) -> list[int]:
        """Make existence and its conditions agree; the dimensions that changed."""
        before = [domains[index], *(domains[i] for i, _ in needs)]
        absent = self._absent[index]
        if any(not domains[i] & good for i, good in needs):
            domains[index] &= absent
        elif _last_open(needs, domains) is None:
            domains[index] &= ~absent
        if not domains[index] & absent:
            for i, good in needs:
                domains[i] &= good
        elif domains[index] == absent:
            last = _last_open(needs, domains)
            if last is not None and last >= 0:
                domains[needs[last][0]] &= ~needs[last][1]
        after = [domains[index], *(domains[i] for i, _ in needs)]
        touched = (index, *(i for i, _ in needs))
        return [i for i, b, a in zip(touched, before, after, strict=True) if b != a]

    def _bits(self, rule: Sequence[Literal]) -> Bits:
        return tuple((self._index[place], sum(1 << v for v in good)) for place, good in rule)

    def _bits_of(self, row: Mapping[int, int]) -> Domains:
        return [
            absent if row[place] == ABSENT else 1 << row[place]
            for place, absent in zip(self.order, self._absent, strict=True)
        ]

    def _row(self, domains: Domains) -> dict[int, int]:
        return {
            place: ABSENT if bits == absent else bits.bit_length() - 1
            for place, bits, absent in zip(self.order, domains, self._absent, strict=True)
        }


def _last_open(rule: Bits, domains: Domains) -> int | None:
    """Which part of a rule is the only one not certain: -1 if none alone decides, None if all are.

    A part is certain when every value that is left fulfils it. A rule with a part that no value
    fulfils is decided by none.
    """
    last = None
    for at, (index, good) in enumerate(rule):
        if not domains[index] & good:
            return -1
        if domains[index] & ~good:
            if last is not None:
                return -1
            last = at
    return last


def _narrowest(domains: Domains) -> int:
    """The undecided dimension with the fewest values left; -1 if all are decided."""
    counts = [bits.bit_count() for bits in domains]
    return min(
        (i for i, count in enumerate(counts) if count > 1), key=counts.__getitem__, default=-1
    )


def _cost(row: Domains, tables: Sequence[Sequence[float]]) -> float:
    return sum(table[bit.bit_length() - 1] for bit, table in zip(row, tables, strict=True))


def _two_cheapest(bits: int, table: Sequence[float]) -> tuple[float, int, float]:
    """The least cost of the values that are left, its bit, and how much more the next costs."""
    first, second, at = inf, inf, 0
    while bits:
        low = bits & -bits
        cost = table[low.bit_length() - 1]
        if cost < first:
            first, second, at = cost, first, low
        elif cost < second:
            second = cost
        bits ^= low
    return first, at, second - first
