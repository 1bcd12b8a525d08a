from typing import Any

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from taxoloom.models.clean import clean, count

BROKEN = st.text(st.characters(codec=None) | st.sampled_from("\x00\ud800\udc00\ud83d\ude00\ufeff"))


@given(BROKEN)
@example("\ud83d\ude00")
@example("\ude00\ud83d")
@example("\ufeff\ud800")
def test_what_is_cleaned_can_be_stored(text: str) -> None:
    kept = clean(text)
    kept.encode("utf-8")
    assert "\x00" not in kept
    assert clean(kept) == kept


@given(st.text())
def test_nothing_else_is_changed(text: str) -> None:
    assert clean(text) == text.replace("\x00", "")


@given(st.text(), st.text())
def test_what_stands_around_a_broken_character_is_kept(before: str, after: str) -> None:
    kept = clean(f"{before}\ud800\x00{after}")
    assert kept == f"{clean(before)}�{clean(after)}"


def test_halves_that_belong_together_become_one_character() -> None:
    assert clean("\ud83d\ude00") == "😀"
    assert clean("\ud83d\x00\ude00") == "😀"
    assert clean("\ufeff\ud83d!") == "\ufeff�!"


@pytest.mark.parametrize(
    ("given", "number"),
    [
        (0, 0),
        (12, 12),
        ("12", 12),
        (" 12 ", 12),
        (12.0, 12),
        (-1, 0),
        ("-1", 0),
        (None, 0),
        ("many", 0),
        ("1e3", 0),
        ([1], 0),
        ({}, 0),
        (float("nan"), 0),
        (float("inf"), 0),
        (10**30, 0),
        ("9" * 5000, 0),
    ],
)
def test_a_count_is_a_number_that_can_be(given: Any, number: int) -> None:
    assert count(given) == number
