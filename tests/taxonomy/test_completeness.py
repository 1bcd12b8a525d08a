"""The completeness estimate against planted truth."""

import math
import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from taxoloom.taxonomy.growing.completeness import chao2

TRUE = 40


def proposals(chance: random.Random, count: int, size: int, spread: float) -> list[set[int]]:
    """Lists of `size` different children, each child with a chance of its own to be thought of."""
    weights = [chance.lognormvariate(0, spread) for _ in range(TRUE)]
    # The largest of exponential races: sampling without replacement, proportional to weight.
    return [
        set(sorted(range(TRUE), key=lambda c: chance.expovariate(1) / weights[c])[:size])
        for _ in range(count)
    ]


def error(count: int, spread: float, *, known: int = 0) -> float:
    found = []
    for seed in range(200):
        estimate = chao2(proposals(random.Random(seed), count, 20, spread))
        assert estimate is not None
        truth = (estimate.observed + known) / (TRUE + known)
        found.append(abs(estimate.with_known(known).completeness - truth))
    return sum(found) / len(found)


def test_five_lists_of_a_half_come_within_six_points() -> None:
    assert error(5, 0.75) <= 0.06


@pytest.mark.parametrize("named", [6, 7, 8])
def test_short_lists_of_what_is_missing_come_within_six_points(named: int) -> None:
    found = []
    for seed in range(200):
        chance = random.Random(seed)
        weights = [chance.lognormvariate(0, 0.75) for _ in range(14)]
        lists = [
            set(sorted(range(14), key=lambda c: chance.expovariate(1) / weights[c])[:named])
            for _ in range(5)
        ]
        estimate = chao2(lists)
        assert estimate is not None
        found.append(abs(estimate.with_known(26).completeness - (estimate.observed + 26) / 40))
    assert sum(found) / len(found) <= 0.05


def test_ten_lists_are_better_than_five_and_five_than_three() -> None:
    assert error(10, 0.75) < error(5, 0.75) < error(3, 0.75)
    assert error(10, 0.75) <= 0.04


def test_what_was_there_before_makes_the_share_surer() -> None:
    assert error(3, 0.75, known=40) <= 0.06
    assert error(5, 0.9, known=40) <= 0.04


def test_the_interval_holds_the_truth_where_chances_are_alike() -> None:
    inside = 0
    for seed in range(200):
        estimate = chao2(proposals(random.Random(seed), 5, 12, 0.0))
        assert estimate is not None
        inside += estimate.low <= TRUE <= estimate.high
    assert inside >= 180


def test_the_textbook_formula() -> None:
    # k=4, S=6, Q1=3 (a, b, c), Q2=2 (d, e), f in all four.
    lists = [{"a", "b", "d", "f"}, {"c", "d", "e", "f"}, {"e", "f"}, {"f"}]
    estimate = chao2(lists)
    assert estimate is not None
    assert estimate.observed == 6
    share = 3 / 4
    assert estimate.total == pytest.approx(6 + share * 3 * 2 / (2 * 3))
    variance = share * 6 / 6 + share**2 * 3 * 25 / 36 + share**2 * 9 * 2 * 4 / (4 * 81)
    unseen = estimate.total - 6
    spread = math.exp(1.959964 * math.sqrt(math.log(1 + variance / unseen**2)))
    assert estimate.low == pytest.approx(6 + unseen / spread, rel=1e-5)
    assert estimate.high == pytest.approx(6 + unseen * spread, rel=1e-5)


def test_without_doubles_there_is_an_estimate_too() -> None:
    estimate = chao2([{"a"}, {"b"}, {"c"}])
    assert estimate is not None
    assert estimate.total == pytest.approx(3 + 2 / 3 * 3)
    assert estimate.low < estimate.total < estimate.high


@pytest.mark.parametrize("lists", [[], [{"a", "b"}]])
def test_one_list_tells_nothing(lists: list[set[str]]) -> None:
    assert chao2(lists) is None


def test_equal_lists_are_complete() -> None:
    estimate = chao2([{"a", "b", "c"}] * 4)
    assert estimate is not None
    assert (estimate.observed, estimate.total, estimate.completeness) == (3, 3.0, 1.0)
    assert estimate.low == 3
    assert estimate.high < 4


def test_empty_lists_have_nothing_missing() -> None:
    estimate = chao2([set(), set()])
    assert estimate is not None
    assert estimate.with_known(7).completeness == 1.0
    assert estimate.completeness == 1.0


@given(st.lists(st.sets(st.integers(0, 12)), min_size=2, max_size=8))
def test_an_estimate_never_falls_below_what_was_seen(lists: list[set[int]]) -> None:
    estimate = chao2(lists)
    assert estimate is not None
    assert estimate.observed <= estimate.low <= estimate.high
    assert estimate.total >= estimate.observed
    assert 0 < estimate.completeness <= 1
