"""One kind of leaf: its labels, the rules that hold there, and what can occur under them.

Thousands of leaves share one frame. Knows nothing of shares between leaves.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from itertools import combinations

from ...errors import InputError
from ..names import key
from ..tree import PATH_SEPARATOR, Node
from .naming import Resolved, Term
from .rules import Literal, Rules
from .solver import Solver

Label = tuple[str, str]
"""A name and a value."""


@dataclass(frozen=True, slots=True)
class Dimension:
    """An attribute (by name) or an axis (by id), as far as planning needs it."""

    name: str
    values: tuple[str, ...]
    weights: tuple[float, ...]
    """The mix that is asked for, in proportion; in a frame 0 for a value that cannot occur."""
    axis: bool = False
    stated: bool = False
    """Whether somebody gave the mix: then it is met or refused. Else it is a wish."""

    @property
    def shares(self) -> tuple[float, ...]:
        """The mix: weights that add up to 1."""
        # Finite weights may have a sum that is not.
        most = max(self.weights)
        total = sum(weight / most for weight in self.weights)
        return tuple(weight / most / total for weight in self.weights)


@dataclass(frozen=True, eq=False)
class Frame:
    """What all leaves with the same labels under the same rules have in common."""

    dimensions: tuple[Dimension, ...]
    """With weight 0 for values that cannot occur here."""
    solver: Solver
    numbers: tuple[tuple[int, ...], ...]
    """The number of each label, by place and value."""
    pools: tuple[int, ...]
    """By place: the number of the dimension as it was asked for, over all frames."""

    @property
    def rules(self) -> Rules:
        """The rules that hold here, over the places of the dimensions."""
        return self.solver.rules

    @cached_property
    def possible(self) -> frozenset[Label]:
        """The labels that can occur here."""
        return frozenset(
            (d.name, value)
            for d in self.dimensions
            for value, weight in zip(d.values, d.weights, strict=True)
            if weight > 0
        )

    @cached_property
    def alive(self) -> tuple[tuple[int, ...], ...]:
        """By place: the values that can occur."""
        return tuple(
            tuple(value for value, weight in enumerate(d.weights) if weight > 0)
            for d in self.dimensions
        )

    @cached_property
    def where(self) -> Mapping[int, tuple[int, int]]:
        """By label that can occur: its place and value."""
        return {
            self.numbers[place][value]: (place, value)
            for place, values in enumerate(self.alive)
            for value in values
        }

    @cached_property
    def everything(self) -> int:
        """The labels that can occur, as the bits of a number."""
        return sum(self.masks)

    @cached_property
    def masks(self) -> tuple[int, ...]:
        """By place: the labels that can occur, as the bits of a number."""
        return tuple(
            sum(1 << n for n, weight in zip(numbers, d.weights, strict=True) if weight > 0)
            for d, numbers in zip(self.dimensions, self.numbers, strict=True)
        )

    @cached_property
    def touched(self) -> frozenset[int]:
        """The dimensions that any rule speaks of."""
        return frozenset(self.solver.order)

    @cached_property
    def levels(self) -> tuple[int, ...]:
        """By place: 0 for a dimension that always exists, else one more than what it hangs on."""
        found = [0] * len(self.dimensions)
        for place in self.solver.order:
            found[place] = max(
                (found[p] + 1 for p, _ in self.rules.exists.get(place, ())), default=0
            )
        return tuple(found)

    def apart(self, number: int) -> int:
        """The labels that occur here, but never beside this one, as the bits of a number."""
        return self._apart.get(number, 0)

    def add_partners(self, found: list[int]) -> None:
        """Add to each label's bits the labels that it can stand beside here."""
        for number, (place, _) in self.where.items():
            found[number] |= self.everything & ~self.masks[place] & ~self.apart(number)

    @cached_property
    def _apart(self) -> Mapping[int, int]:
        """Labels that can each occur here, but not together."""
        found: dict[int, int] = {}
        beside: dict[int, int] = {}
        for a, b in combinations(self.solver.order, 2):
            for v, w in _alive_pairs(self.dimensions[a], self.dimensions[b]):
                one, other = self.numbers[a][v], self.numbers[b][w]
                if beside.get(one, 0) >> other & 1:
                    continue
                row = self.solver.complete({a: v, b: w})
                if row is None:
                    found[one] = found.get(one, 0) | 1 << other
                    found[other] = found.get(other, 0) | 1 << one
                else:
                    # One row shows many pairs: few of them have to be searched for.
                    _note_beside(beside, [self.numbers[p][u] for p, u in row.items() if u >= 0])
        return found


def frame(
    leaf: Node,
    dimensions: Sequence[Dimension],
    held: Collection[int],
    *,
    rules: Resolved,
    numbers: dict[Label, int],
    pools: dict[Dimension, int],
) -> Frame:
    """The frame of a leaf; `held` says which categories of the rules it is in.

    New labels and dimensions get numbers. Raises InputError when the rules leave nothing.
    """
    where = PATH_SEPARATOR.join(leaf.path)
    for dimension in dimensions:
        if not any(dimension.weights):
            raise InputError(
                f"the weights of all values of {dimension.name!r} at {where!r} are zero",
                hint="give one of them a weight",
            )
    kept, exists = _existing(dimensions, held, rules)
    try:
        solver = Solver(_rules(kept, exists, held, rules.forbidden, where=where))
    except ValueError as error:
        raise InputError(
            f"the constraints run in a circle: {error}",
            hint=f"take one of the conditions away on {', '.join(exists)}",
        ) from error
    alive = tuple(
        replace(d, weights=_weights_left(d, solver, place)) for place, d in enumerate(kept)
    )
    for place, dimension in enumerate(alive):
        if not sum(dimension.weights) and place not in solver.rules.exists:
            raise InputError(
                f"the constraints leave no value of {dimension.name!r} at {where!r}",
                hint="loosen a constraint that speaks of it",
            )
    labels = tuple(
        tuple(numbers.setdefault((d.name, value), len(numbers)) for value in d.values)
        for d in alive
    )
    asked = tuple(pools.setdefault(d, len(pools)) for d in kept)
    return Frame(alive, solver, labels, asked)


def _rules(
    kept: Sequence[Dimension],
    exists: Mapping[str, tuple[Literal, ...]],
    held: Collection[int],
    forbidden: Sequence[Sequence[Term]],
    *,
    where: str,
) -> Rules:
    """The rules over places. Raises InputError if they forbid every sample."""
    places = {dimension.name: i for i, dimension in enumerate(kept)}
    barred = [{v for v, weight in enumerate(d.weights) if not weight > 0} for d in kept]
    found: dict[tuple[Literal, ...], None] = {}
    for rule in forbidden:
        local = _localised(rule, kept, places, held)
        if local == ():
            raise InputError(
                f"the constraints allow no sample at {where!r}",
                hint="loosen a constraint on `category`",
            )
        if local is not None and len(local) == 1:
            barred[local[0][0]] |= local[0][1]
        elif local is not None:
            found[local] = None
    return Rules(
        sizes=tuple(len(d.values) for d in kept),
        barred=tuple(map(frozenset, barred)),
        forbidden=tuple(found),
        exists={places[name]: rule for name, rule in exists.items()},
    )


def _existing(
    dimensions: Sequence[Dimension], held: Collection[int], rules: Resolved
) -> tuple[list[Dimension], dict[str, tuple[Literal, ...]]]:
    """The dimensions that can exist here, and what the conditional ones depend on."""
    kept = list(dimensions)
    conditions: dict[str, tuple[Term, ...]] = {}
    for name, terms in rules.exists:
        conditions[name] = conditions.get(name, ()) + terms
    while True:
        places = {dimension.name: i for i, dimension in enumerate(kept)}
        exists: dict[str, tuple[Literal, ...]] = {}
        gone = set()
        for name, terms in conditions.items():
            local = _localised(terms, kept, places, held) if name in places else ()
            if local is None:
                gone.add(name)
            elif local:
                exists[name] = local
        if not gone:
            return kept, exists
        kept = [dimension for dimension in kept if dimension.name not in gone]


def _localised(
    rule: Sequence[Term],
    dimensions: Sequence[Dimension],
    places: Mapping[str, int],
    held: Collection[int],
) -> tuple[Literal, ...] | None:
    """The rule over places; None where one of its terms can never hold."""
    merged: dict[int, frozenset[int]] = {}
    for term in rule:
        if term.category >= 0:
            if (term.category in held) == term.negated:
                return None
            continue
        place = places.get(term.name)
        if place is None:
            return None
        wanted = {key(value) for value in term.values}
        values = dimensions[place].values
        good = frozenset(
            v for v, value in enumerate(values) if (key(value) in wanted) != term.negated
        )
        merged[place] = merged.get(place, good) & good
        if not merged[place]:
            return None
    return tuple(sorted(merged.items()))


def _weights_left(dimension: Dimension, solver: Solver, place: int) -> tuple[float, ...]:
    barred, alive = solver.rules.barred[place], solver.values.get(place)
    return tuple(
        0.0 if v in barred or (alive is not None and v not in alive) else weight
        for v, weight in enumerate(dimension.weights)
    )


def _note_beside(beside: dict[int, int], numbers: Sequence[int]) -> None:
    bits = sum(1 << number for number in numbers)
    for number in numbers:
        beside[number] = beside.get(number, 0) | bits


def _alive_pairs(a: Dimension, b: Dimension) -> list[tuple[int, int]]:
    return [
        (v, w)
        for v, first in enumerate(a.weights)
        for w, second in enumerate(b.weights)
        if first > 0 and second > 0
    ]
