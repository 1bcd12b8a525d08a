"""Batches: everybody as often as the others, no pair oftener than it must, all in one piece."""

from collections import Counter
from itertools import combinations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from taxoloom.quality.difficulty import batches
from taxoloom.quality.difficulty.components import components


def ids(count: int) -> list[str]:
    return [f"s{at}" for at in range(count)]


def pairs(found: list[tuple[str, ...]]) -> Counter[frozenset[str]]:
    return Counter(frozenset(pair) for batch in found for pair in combinations(batch, 2))


@settings(deadline=None, max_examples=60)
@given(
    count=st.integers(2, 70),
    each=st.integers(2, 6),
    size=st.integers(3, 8),
    seed=st.integers(0, 9),
)
def test_everybody_is_in_as_many_batches_and_all_hang_together(
    count: int, each: int, size: int, seed: int
) -> None:
    found = batches(ids(count), each=each, size=size, seed=seed)
    assert Counter(id_ for batch in found for id_ in batch) == dict.fromkeys(ids(count), each)
    assert len(components(found)) == 1
    sizes = {len(batch) for batch in found}
    assert max(sizes) <= size
    assert max(sizes) - min(sizes) <= 1
    assert min(sizes) > 1
    assert all(len(set(batch)) == len(batch) for batch in found)


@pytest.mark.parametrize("count", [37, 60, 121, 400])
def test_nobody_meets_anybody_twice_where_there_are_enough(count: int) -> None:
    assert set(pairs(batches(ids(count), each=4, size=5, seed=1)).values()) == {1}


@pytest.mark.parametrize(("count", "most"), [(6, 2), (10, 3), (12, 2), (24, 2)])
def test_few_samples_meet_no_oftener_than_they_must(count: int, most: int) -> None:
    found = pairs(batches(ids(count), each=4, size=5, seed=1))
    assert max(found.values()) <= most


def test_a_sample_stands_at_different_places() -> None:
    found = batches(ids(60), each=4, size=5, seed=1)
    places: dict[str, set[int]] = {}
    for batch in found:
        for place, id_ in enumerate(batch):
            places.setdefault(id_, set()).add(place)
    assert min(map(len, places.values())) >= 3
    assert sum(map(len, places.values())) > 3.7 * len(places)


def test_the_plan_is_the_seeds_and_not_the_orders() -> None:
    plan = batches(ids(40), each=4, size=5, seed=7)
    assert batches(ids(40)[::-1], each=4, size=5, seed=7) == plan
    assert batches(ids(40), each=4, size=5, seed=8) != plan


@pytest.mark.parametrize(("count", "each", "size"), [(1, 4, 5), (9, 1, 5), (9, 4, 2)])
def test_what_cannot_be_put_on_one_scale_is_refused(count: int, each: int, size: int) -> None:
    with pytest.raises(ValueError, match="two ids or more"):
        batches(ids(count), each=each, size=size, seed=1)
