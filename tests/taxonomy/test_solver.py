"""Rows under rules, against a look at every row there is."""

from collections.abc import Iterator
from itertools import product

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from taxoloom.errors import InputError
from taxoloom.taxonomy.planning.rules import ABSENT, Literal, Rules
from taxoloom.taxonomy.planning.solver import Solver

Row = tuple[int, ...]


@st.composite
def rules(draw: st.DrawFn) -> Rules:
    """Up to five dimensions; a later one may exist under conditions on earlier ones."""
    sizes = draw(st.lists(st.integers(1, 4), min_size=2, max_size=5))

    def literal(place: int) -> st.SearchStrategy[Literal]:
        values = st.frozensets(st.integers(0, sizes[place] - 1), min_size=1)
        return values.map(lambda good: (place, good))

    def some(places: range, least: int) -> st.SearchStrategy[tuple[Literal, ...]]:
        chosen = st.lists(st.sampled_from(places), min_size=least, max_size=3, unique=True)
        return chosen.flatmap(lambda own: st.tuples(*map(literal, sorted(own))))

    barred = [draw(st.frozensets(st.integers(0, size - 1), max_size=size - 1)) for size in sizes]
    forbidden = draw(st.lists(some(range(len(sizes)), 2), max_size=6))
    hanging = draw(st.lists(st.integers(1, len(sizes) - 1), max_size=2, unique=True))
    exists = {place: draw(some(range(place), 1)) for place in hanging}
    return Rules(tuple(sizes), tuple(barred), tuple(forbidden), exists)


def rows(of: Rules) -> Iterator[Row]:
    """Every row, over all dimensions."""
    options = [
        [v for v in range(size) if v not in barred] + [ABSENT] * (place in of.exists)
        for place, (size, barred) in enumerate(zip(of.sizes, of.barred, strict=True))
    ]
    for row in product(*options):
        broken = any(all(row[p] in bad for p, bad in rule) for rule in of.forbidden)
        wrong = any(
            (row[place] != ABSENT) != all(row[p] in good for p, good in needs)
            for place, needs in of.exists.items()
        )
        if not broken and not wrong:
            yield row


@given(rules())
def test_a_label_can_stand_beside_another_if_some_row_has_both(of: Rules) -> None:
    solver, every = Solver(of), list(rows(of))
    for place in solver.order:
        for value in range(of.sizes[place]):
            assert (value in solver.values[place]) == any(row[place] == value for row in every)
            for other in solver.order:
                for second in (ABSENT, *range(of.sizes[other])):
                    wanted = {place: value, other: second}
                    held = [row for row in every if all(row[p] == v for p, v in wanted.items())]
                    assert solver.possible(wanted) == bool(held)


@given(rules(), st.data())
def test_a_row_is_completed_with_what_is_ranked_first_where_that_can_be(
    of: Rules, data: st.DataObject
) -> None:
    solver = Solver(of)
    every = {tuple(row[place] for place in solver.order) for row in rows(of)}
    ranked = {p: data.draw(st.permutations(range(of.sizes[p]))) for p in solver.order}
    found = solver.complete({}, ranked)
    assert (found is None) == (not every)
    if found is not None:
        assert tuple(found[place] for place in solver.order) in every


@given(rules(), st.data())
@settings(max_examples=120)
def test_the_cheapest_row_costs_no_more_than_any_other(of: Rules, data: st.DataObject) -> None:
    solver = Solver(of)
    every = [{place: row[place] for place in solver.order} for row in rows(of)]
    costs = {
        place: data.draw(
            st.lists(st.floats(-9, 9), min_size=of.sizes[place], max_size=of.sizes[place])
        )
        for place in solver.order
    }

    def cost(row: dict[int, int]) -> float:
        return sum(costs[place][value] for place, value in row.items() if value != ABSENT)

    known = data.draw(st.sampled_from([None, *every]))
    found = solver.cheapest(costs, {}, known=known)
    assert (found is None) == (not every)
    if found is not None:
        assert found in every
        assert cost(found) == pytest.approx(min(map(cost, every)))


def test_a_row_that_is_cheap_enough_ends_the_search() -> None:
    solver = Solver(
        Rules((3, 3), (frozenset(), frozenset()), (((0, frozenset({0})), (1, frozenset({0}))),))
    )
    costs = {0: [0.0, 1.0, 5.0], 1: [0.0, 1.0, 5.0]}
    known = {0: 2, 1: 2}
    assert solver.cheapest(costs, {}, known=known, enough=10.0) == known
    cheapest = solver.cheapest(costs, {}, known=known)
    assert cheapest is not None
    assert sorted(cheapest.values()) == [0, 1]


def test_dimensions_that_hang_on_each_other_are_no_order() -> None:
    circle = {0: ((1, frozenset({0})),), 1: ((0, frozenset({0})),)}
    with pytest.raises(ValueError, match="on one another"):
        Solver(Rules((1, 1), (frozenset(), frozenset()), (), circle))


@pytest.mark.slow
def test_a_search_that_would_take_too_long_says_so() -> None:
    # Eleven pigeons in ten holes: what propagation sees only when nearly all of them sit.
    holes = 10
    forbidden = tuple(
        ((one, frozenset({hole})), (other, frozenset({hole})))
        for one in range(holes + 1)
        for other in range(one)
        for hole in range(holes)
    )
    rules = Rules((holes,) * (holes + 1), (frozenset(),) * (holes + 1), forbidden)
    with pytest.raises(InputError, match="too tangled") as caught:
        Solver(rules).complete({})
    assert caught.value.hint
