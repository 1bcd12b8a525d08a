"""What slots are filled with: in range, on the step, exact, used evenly, the same for a seed."""

import re
from collections import Counter
from datetime import date, timedelta
from decimal import Decimal
from itertools import pairwise

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from taxoloom.taxonomy.planning.samplers import (
    Row,
    dates,
    numbers,
    patterned,
    values,
    written,
)

seeds = st.integers(0, 2**40)
decimals = st.decimals(-5000, 5000, places=3)
steps = st.decimals("0.001", 700, places=3)


def drawn(row: Row, turns: int, seed: int) -> list[str]:
    return [row.drawn(turn, seed, "slot") for turn in range(turns)]


@given(decimals, decimals, steps, seeds)
def test_numbers_lie_on_the_steps_of_their_range_and_are_exact(
    one: Decimal, other: Decimal, step: Decimal, seed: int
) -> None:
    least, most = sorted((one, other))
    row = numbers(least, most, step=step)
    assert Decimal(row.at(0)) == least
    last = Decimal(row.at(row.count - 1))
    assert last <= most < last + step
    for text in drawn(row, 20, seed):
        value = Decimal(text)
        assert least <= value <= most
        assert (value - least) % step == 0
        assert re.fullmatch(r"-?\d+(\.\d{1,3})?", text)


def test_numbers_are_written_with_their_unit_and_all_their_places_or_none() -> None:
    row = numbers(Decimal("20"), Decimal("21"), step=Decimal("0.25"), before="$", unit=" each")
    assert [row.at(place) for place in range(row.count)] == [
        "$20 each",
        "$20.25 each",
        "$20.50 each",
        "$20.75 each",
        "$21 each",
    ]
    tenths = numbers(Decimal("0.1"), Decimal("0.9"), step=Decimal("0.1"))
    assert [tenths.at(n) for n in range(tenths.count)] == [f"0.{n}" for n in range(1, 10)]
    assert numbers(Decimal(-3), Decimal(-3), step=Decimal(1), before="¥").at(0) == "-¥3"
    assert numbers(Decimal("1e3"), Decimal("1e3"), step=Decimal("5e2")).at(0) == "1000"


@given(st.integers(1, 700), seeds, st.integers(0, 3))
def test_values_are_used_evenly_and_do_not_come_twice_in_a_row(
    count: int, seed: int, more: int
) -> None:
    given = [str(number) for number in range(count)]
    found = drawn(values(given), 3 * count + more, seed)
    if count <= 256:
        rounds = [Counter(found[n * count : (n + 1) * count]) for n in range(3)]
        assert all(one == Counter(given) for one in rounds)
    if count >= 3:
        assert all(a != b for a, b in pairwise(found))


@given(st.integers(257, 10**9), seeds)
def test_every_part_of_a_long_row_is_used_alike(count: int, seed: int) -> None:
    row = Row(count, str)
    found = [int(text) for text in drawn(row, 256, seed)]
    assert sorted(place * 256 // count for place in found) == pytest.approx(range(256), abs=1)


def test_two_slots_of_one_length_go_their_own_ways() -> None:
    row = values(["a", "b", "c"])
    pairs = Counter((row.drawn(n, 1, "x"), row.drawn(n, 1, "y")) for n in range(900))
    assert len(pairs) == 9
    assert min(pairs.values()) > 50


@given(st.integers(1, 5000), seeds)
def test_other_tries_are_all_different_until_there_are_no_more(count: int, seed: int) -> None:
    row = Row(count, str)
    tries = min(count, 40)
    assert len({row.other(attempt, seed) for attempt in range(1, tries + 1)}) == tries


@given(st.dates(date(1900, 1, 1), date(2090, 1, 1)), st.integers(0, 4000), seeds)
def test_dates_lie_in_their_range(first: date, days: int, seed: int) -> None:
    last = first + timedelta(days)
    row = dates(first, last, format="%Y-%m-%d", language="en")
    assert row.count == days + 1
    for text in drawn(row, 10, seed):
        assert first <= date.fromisoformat(text) <= last


@pytest.mark.parametrize(
    ("language", "format", "shown"),
    [
        ("zh", "%Y年%-m月%-d日", "2026年3月5日"),
        ("zh", "%m/%d %A", "03/05 星期四"),
        ("zh", "%B%-d日（%a）", "3月5日（周四）"),
        ("en", "%A, %-d %B %Y", "Thursday, 5 March 2026"),
        ("en", "%a %b %d '%y 100%%", "Thu Mar 05 '26 100%"),
    ],
)
def test_dates_are_written_in_the_words_of_the_language(
    language: str, format: str, shown: str
) -> None:
    assert written(date(2026, 3, 5), format, language) == shown


@given(st.text("#@a-\\好 ", min_size=1, max_size=30), seeds)
def test_a_pattern_keeps_what_is_no_sign_of_it(pattern: str, seed: int) -> None:
    row = patterned(pattern)
    assume(row.count > 1)
    signs = {"#": "[0-9]", "@": "[A-HJ-NP-Z]"}
    shape = re.sub(
        r"\\(.)|([#@])|(.)",
        lambda found: signs.get(found[2]) or re.escape(found[1] or found[3]),
        pattern,
    )
    for text in drawn(row, 5, seed):
        assert re.fullmatch(shape, text)
    assert len({row.at(place) for place in range(min(row.count, 500))}) == min(row.count, 500)
