"""Distances of mixes, against figures worked out by hand."""

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from taxoloom.taxonomy.measuring.distance import distance


def test_the_mix_asked_for_is_no_distance_away() -> None:
    found = distance([50, 30, 20], [0.5, 0.3, 0.2])
    assert found.variation == pytest.approx(0)
    assert found.error == pytest.approx(0)


def test_a_mix_worked_out_by_hand() -> None:
    found = distance([8, 1, 1], [0.5, 0.25, 0.25])
    assert found.variation == pytest.approx(0.3)
    assert found.farthest == 0
    assert found.error == pytest.approx(0.3)
    entropy = -(0.8 * math.log(0.8) + 2 * 0.1 * math.log(0.1)) / math.log(3)
    asked = -(0.5 * math.log(0.5) + 2 * 0.25 * math.log(0.25)) / math.log(3)
    assert found.entropy == pytest.approx(entropy)
    assert found.asked_entropy == pytest.approx(asked)


def test_the_largest_error_may_be_a_lack() -> None:
    found = distance([0, 6, 4], [0.6, 0.2, 0.2])
    assert found.farthest == 0
    assert found.error == pytest.approx(-0.6)
    assert found.variation == pytest.approx(0.6)


def test_nothing_in_common_is_the_largest_variation_there_is() -> None:
    assert distance([0, 0, 7], [0.5, 0.5, 0.0]).variation == pytest.approx(1)


def test_entropy_is_over_what_was_asked_for_alone() -> None:
    found = distance([5, 5, 90], [0.5, 0.5, 0.0])
    assert found.entropy == pytest.approx(1)
    assert found.variation == pytest.approx(0.9)


@pytest.mark.parametrize(("counts", "asked"), [([0, 0], [0.5, 0.5]), ([3, 1], [0.0, 0.0])])
def test_of_nothing_there_is_no_distance(counts: list[int], asked: list[float]) -> None:
    found = distance(counts, asked)
    assert found.variation is None
    assert found.farthest is None
    assert found.entropy is None


def test_a_single_category_has_no_evenness() -> None:
    found = distance([4], [1.0])
    assert found.entropy is None
    assert found.variation == 0


@given(st.lists(st.tuples(st.integers(0, 50), st.integers(0, 9)), min_size=2, max_size=9))
def test_bounds_hold_for_all_counts(pairs: list[tuple[int, int]]) -> None:
    counts, weights = [count for count, _ in pairs], [weight for _, weight in pairs]
    total = sum(weights)
    found = distance(counts, [weight / total if total else 0.0 for weight in weights])
    for number in (found.variation, found.entropy, found.asked_entropy):
        assert number is None or 0 <= number <= 1
    if found.variation is not None and found.error is not None:
        assert abs(found.error) <= 2 * found.variation + 1e-12
