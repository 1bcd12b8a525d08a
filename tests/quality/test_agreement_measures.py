"""Krippendorff's alpha: published examples, a brute-force oracle, and where there is none."""

from collections import Counter
from itertools import permutations
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from taxoloom.quality import Agreement, agreement

# Krippendorff, Computing Krippendorff's Alpha-Reliability (2011): two observers and binary data
# (section A), four observers with missing values and nominal data (section C).
TWO = ("0100000010", "1110010000")
FOUR = (
    "1 2 3 3 2 1 4 1 2 . . .",
    "1 2 3 3 2 2 4 1 2 5 . 3",
    ". 3 3 3 2 3 4 2 2 5 1 .",
    "1 2 3 3 2 4 4 1 2 5 1 .",
)


def _units(observers: tuple[str, ...]) -> list[list[str | None]]:
    values = [[None if v == "." else v for v in row.split()] for row in observers]
    return [list(unit) for unit in zip(*values, strict=True)]


def test_four_observers_with_missing_values_as_published() -> None:
    found = agreement(_units(FOUR))
    assert found.units == 11
    assert found.alpha == pytest.approx(0.743, abs=0.0005)


def test_two_observers_with_binary_data_as_published() -> None:
    found = agreement([list(unit) for unit in zip(*TWO, strict=True)])
    assert found.units == 10
    assert found.raw == pytest.approx(0.6)
    assert found.alpha == pytest.approx(0.095, abs=0.0005)


def _brute_force(units: list[list[object | None]]) -> float | None:
    """1 - D_o / D_e over ordered pairs, with no table of coincidences."""
    pairable = [[v for v in unit if v is not None] for unit in units]
    pairable = [unit for unit in pairable if len(unit) > 1]
    pool = Counter(v for unit in pairable for v in unit)
    n = sum(pool.values())
    differing = n * n - sum(count * count for count in pool.values())
    if not differing:
        return None
    observed = sum(
        sum(a != b for a, b in permutations(unit, 2)) / (len(unit) - 1) for unit in pairable
    )
    return 1 - (observed / n) / (differing / (n * (n - 1)))


VALUE = st.sampled_from([True, False, None])
UNITS = st.lists(st.lists(VALUE, max_size=5), max_size=12)


@given(st.one_of(UNITS, st.lists(st.lists(st.sampled_from("abcd"), max_size=4), max_size=8)))
def test_alpha_is_that_of_the_definition(units: list[list[object | None]]) -> None:
    found, expected = agreement(units), _brute_force(units)
    if expected is None:
        assert found.alpha is None
    else:
        assert found.alpha == pytest.approx(expected, abs=1e-9)
    pairs = [
        (a, b) for unit in units for a, b in permutations([v for v in unit if v is not None], 2)
    ]
    assert found.units == sum(sum(v is not None for v in unit) > 1 for unit in units)
    if pairs:
        assert found.raw == pytest.approx(sum(a == b for a, b in pairs) / len(pairs))
    else:
        assert found == Agreement(0, None, None)


@given(UNITS, st.randoms())
def test_neither_the_order_of_units_nor_of_judges_matters(
    units: list[list[bool | None]], random: Random
) -> None:
    shuffled = [list(unit) for unit in units]
    for unit in shuffled:
        random.shuffle(unit)
    random.shuffle(shuffled)
    one, other = agreement(units), agreement(shuffled)
    assert one.units == other.units
    assert one.raw == pytest.approx(other.raw)
    assert one.alpha == pytest.approx(other.alpha)


@pytest.mark.parametrize(
    ("units", "expected"),
    [
        ([], Agreement(0, None, None)),
        ([[]], Agreement(0, None, None)),
        ([[True], [None, False], [None, None, None]], Agreement(0, None, None)),
        ([[True, True, True]], Agreement(1, 1.0, None)),
        ([[False, False], [False, None, False], [True]], Agreement(2, 1.0, None)),
        ([[True, True], [False, False]], Agreement(2, 1.0, 1.0)),
        ([[True, False]], Agreement(1, 0.0, 0.0)),
    ],
)
def test_where_there_is_nothing_to_compare_there_is_no_alpha(
    units: list[list[bool | None]], expected: Agreement
) -> None:
    assert agreement(units) == expected


def test_judges_that_always_differ_agree_less_than_by_chance() -> None:
    found = agreement([[True, False]] * 20)
    assert found.raw == 0
    assert found.alpha is not None
    assert found.alpha == pytest.approx(-0.95)
