"""Constraints in normal form, and whether labels can stand together under them.

A frame is what leaves with the same labels and rules have in common: dimensions, combinations
that are forbidden, and conditions under which a dimension exists. Knows no names of nodes and no
targets; values are numbers, `ABSENT` is a label that a sample does not have.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from math import inf

ABSENT = -1
_MOST_REMEMBERED = 100_000

Literal = tuple[int, frozenset[int]]
"""A dimension of the frame, and the values that fulfil it."""

Bits = tuple[tuple[int, int], ...]
"""Literals over the touched dimensions in order, the values as the bits of a number."""


@dataclass(frozen=True, slots=True)
class Rules:
    """The rules of one frame, over the places of its dimensions."""

    sizes: tuple[int, ...]
    """Number of values of each dimension."""
    barred: tuple[frozenset[int], ...]
    """Values of each dimension that are never drawn there."""
    forbidden: tuple[tuple[Literal, ...], ...] = ()
    """Each: not all of these at once. Two literals at least, each of another dimension."""
    exists: Mapping[int, tuple[Literal, ...]] = field(default_factory=dict)
    """Dimensions that exist only where all of these hold."""

    def touched(self) -> tuple[int, ...]:
        """The dimensions that any rule speaks of, those that others depend on first."""
        named = {place for rule in self.forbidden for place, _ in rule} | set(self.exists)
        named |= {place for rule in self.exists.values() for place, _ in rule}
        return tuple(_by_dependence(named, self.exists))

    def over(self, order: Sequence[int]) -> "Rules":
        """The same rules where only the dimensions in `order` are counted, in that order."""
        local = {place: i for i, place in enumerate(order)}

        def moved(rule: tuple[Literal, ...]) -> tuple[Literal, ...]:
            return tuple((local[place], good) for place, good in rule)

        return Rules(
            sizes=tuple(self.sizes[place] for place in order),
            barred=tuple(self.barred[place] for place in order),
            forbidden=tuple(map(moved, self.forbidden)),
            exists={local[p]: moved(rule) for p, rule in self.exists.items() if p in local},
        )


class Solver:
    """Finds rows that keep the rules, over the dimensions that the rules touch.

    Search with unit propagation: a rule of which all parts but one are certain decides the last.
    The values that are left in a dimension are the bits of a number, the highest is `ABSENT`.
    """

    def __init__(self, rules: Rules) -> None:
        self.rules = rules
        self.order = rules.touched()
        self._index = {place: i for i, place in enumerate(self.order)}
        self._absent = [1 << rules.sizes[place] for place in self.order]
        self._ranks = [(*range(rules.sizes[place]), ABSENT) for place in self.order]
        self._possible: dict[frozenset[tuple[int, int]], bool] = {}
        self._about: list[list[Bits]] = [[] for _ in self.order]
        self._hanging: list[list[tuple[int, Bits]]] = [[] for _ in self.order]
        for rule in rules.forbidden:
            bits = self._bits(rule)
            for i, _ in bits:
                self._about[i].append(bits)
        for place, rule in rules.exists.items():
            hanging = (self._index[place], self._bits(rule))
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
        """Whether some row that keeps the rules holds `wanted`. Remembered."""
        key = frozenset(wanted.items())
        known = self._possible.get(key)
        if len(self._possible) > _MOST_REMEMBERED:
            self._possible.clear()
        if known is None:
            known = self._possible[key] = self.complete(wanted) is not None
        return known

    def options(self, wanted: Mapping[int, int], place: int) -> frozenset[int]:
        """The values of a touched dimension in rows that hold `wanted`."""
        domains, index = self._domains(wanted), self._index[place]
        if domains is None:
            return frozenset()
        found = set()
        for value in _values(domains[index] & ~self._absent[index]):
            left = self._with(domains, index, value)
            if left is not None and self._search(left, self._ranks) is not None:
                found.add(value)
        return frozenset(found)

    def complete(
        self, wanted: Mapping[int, int], ranked: Mapping[int, Sequence[int]] | None = None
    ) -> dict[int, int] | None:
        """Values of all touched dimensions that keep the rules and hold `wanted`, or None.

        `ranked` orders the values that are tried in a dimension; by default they stand in order.
        """
        domains = self._domains(wanted)
        if domains is None:
            return None
        ranks: Sequence[Sequence[int]] = self._ranks
        if ranked:
            ranks = [
                (*ranked[place], ABSENT) if place in ranked else rank
                for place, rank in zip(self.order, self._ranks, strict=True)
            ]
        found = self._search(domains, ranks)
        return None if found is None else self._row(found)

    def cheapest(self, costs: Mapping[int, Sequence[float]]) -> dict[int, int]:
        """The row with the least sum of costs (by place and value; `ABSENT` costs nothing).

        Branch and bound. Raises ValueError when no row keeps the rules.
        """
        domains = self._domains({})
        tables = [(*costs.get(p, [0.0] * self.rules.sizes[p]), 0.0) for p in self.order]
        best = None if domains is None else self._bounded(domains, tables)
        if best is None:
            raise ValueError("no row keeps the rules")
        return self._row(best)

    def _domains(self, wanted: Mapping[int, int]) -> list[int] | None:
        """What the rules leave of every dimension when `wanted` holds; None if nothing."""
        domains = []
        for place, absent in zip(self.order, self._absent, strict=True):
            bits = sum(1 << v for v in range(self.rules.sizes[place]))
            bits &= ~sum(1 << v for v in self.rules.barred[place])
            bits |= absent if place in self.rules.exists else 0
            if place in wanted:
                bits &= absent if wanted[place] == ABSENT else 1 << wanted[place]
            domains.append(bits)
        return domains if self._propagate(domains, range(len(domains))) else None

    def _search(self, domains: list[int], ranks: Sequence[Sequence[int]]) -> list[int] | None:
        place = _narrowest(domains)
        if place < 0:
            return domains
        for value in ranks[place]:
            left = self._with(domains, place, value)
            found = None if left is None else self._search(left, ranks)
            if found is not None:
                return found
        return None

    def _bounded(self, domains: list[int], tables: Sequence[Sequence[float]]) -> list[int] | None:
        best: tuple[float, list[int] | None] = (inf, None)
        waiting = [domains]
        while waiting:
            now = waiting.pop()
            least = sum(min(_costs(bits, t)) for bits, t in zip(now, tables, strict=True))
            if least >= best[0] - 1e-12:
                continue
            place = _narrowest(now)
            if place < 0:
                best = (least, now)
                continue
            values = sorted(_values(now[place]), key=lambda v: -tables[place][v])
            further = (self._with(now, place, value) for value in values)
            waiting.extend(left for left in further if left)
        return best[1]

    def _with(self, domains: list[int], place: int, value: int) -> list[int] | None:
        """The domains when one dimension takes a value; None where that cannot be."""
        bit = self._absent[place] if value == ABSENT else 1 << value
        if not domains[place] & bit:
            return None
        left = domains.copy()
        left[place] = bit
        return left if self._propagate(left, (place,)) else None

    def _propagate(self, domains: list[int], changed: Iterable[int]) -> bool:
        """Take away what the rules exclude; False when a dimension has nothing left."""
        waiting = list(changed)
        while waiting:
            i = waiting.pop()
            if not domains[i]:
                return False
            for rule in self._about[i]:
                last = _last_open(rule, domains)
                if last is None:
                    return False
                if last >= 0:
                    place, bad = rule[last]
                    domains[place] &= ~bad
                    waiting.append(place)
            for place, needs in self._hanging[i]:
                waiting += self._settle(domains, place, needs)
        return True

    def _settle(self, domains: list[int], place: int, needs: Bits) -> list[int]:
        """Make existence and its conditions agree; the dimensions that changed."""
        before = [domains[place], *(domains[p] for p, _ in needs)]
        absent = self._absent[place]
        if any(not domains[p] & good for p, good in needs):
            domains[place] &= absent
        elif _last_open(needs, domains) is None:
            domains[place] &= ~absent
        if not domains[place] & absent:
            for p, good in needs:
                domains[p] &= good
        elif domains[place] == absent:
            last = _last_open(needs, domains)
            if last is not None and last >= 0:
                domains[needs[last][0]] &= ~needs[last][1]
        after = [domains[place], *(domains[p] for p, _ in needs)]
        touched = (place, *(p for p, _ in needs))
        return [p for p, b, a in zip(touched, before, after, strict=True) if b != a]

    def _bits(self, rule: Sequence[Literal]) -> Bits:
        return tuple((self._index[place], sum(1 << v for v in good)) for place, good in rule)

    def _row(self, domains: Sequence[int]) -> dict[int, int]:
        return {
            place: ABSENT if bits == absent else bits.bit_length() - 1
            for place, bits, absent in zip(self.order, domains, self._absent, strict=True)
        }


def _last_open(rule: Bits, domains: Sequence[int]) -> int | None:
    """Which part of a rule is the only one not certain: -1 if none alone decides, None if all are.

    A part is certain when every value that is left fulfils it. A rule with a part that no value
    fulfils is decided by none.
    """
    last = None
    for at, (place, good) in enumerate(rule):
        if not domains[place] & good:
            return -1
        if domains[place] & ~good:
            if last is not None:
                return -1
            last = at
    return last


def _narrowest(domains: Sequence[int]) -> int:
    """The undecided dimension with the fewest values left; -1 if all are decided."""
    counts = [bits.bit_count() for bits in domains]
    return min(
        (i for i, count in enumerate(counts) if count > 1), key=counts.__getitem__, default=-1
    )


def _values(bits: int) -> Iterator[int]:
    while bits:
        low = bits & -bits
        yield low.bit_length() - 1
        bits ^= low


def _costs(bits: int, table: Sequence[float]) -> Iterator[float]:
    return (table[value] for value in _values(bits))


def _by_dependence(places: set[int], exists: Mapping[int, tuple[Literal, ...]]) -> Iterator[int]:
    """Every place after those that decide whether it exists. Raises ValueError on a circle."""
    done: set[int] = set()
    while len(done) < len(places):
        ready = [
            place
            for place in sorted(places - done)
            if all(p in done for p, _ in exists.get(place, ()))
        ]
        if not ready:
            raise ValueError("attributes exist only under conditions on one another")
        yield from ready
        done |= set(ready)
