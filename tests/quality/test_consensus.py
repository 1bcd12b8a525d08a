"""What annotators make of one text together: more than half decide, and no difference is lost."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from taxoloom.quality.consensus import Consensus, Opinion, consensus

A, B, C = "t > a", "t > b", "t > c"


def said(*sides: tuple[str, ...] | None, **more: Any) -> list[Opinion]:
    """One annotator for every side; None gave no answer, an empty one said that nothing fits."""
    return [
        Opinion(f"a{number}", failed="deadline: too late")
        if side is None
        else Opinion(f"a{number}", leaves=side, **more)
        for number, side in enumerate(sides)
    ]


@pytest.mark.parametrize(
    ("sides", "status", "leaves"),
    [
        ([(A,), (A,), (A,)], "labelled", (A,)),
        ([(A,), (B,), (A,)], "labelled", (A,)),
        ([(A,), (B,), (C,)], "disputed", ()),
        ([(A,), (B,), None], "disputed", ()),
        ([(A,), None, None], "labelled", (A,)),
        ([(A,), (A,), (), ()], "disputed", ()),
        ([(A,), (), ()], "none", ()),
        ([(), (), None], "none", ()),
        ([None, None, None], "failed", ()),
        ([(A, B), (B, A), (A, B)], "labelled", (A, B)),
        ([(A, B), (A, C), (A,)], "labelled", (A,)),
        ([(A, B), (B, C), (C, A)], "labelled", (A, B, C)),
    ],
)
def test_more_than_half_of_those_who_answered_decide(
    sides: list[tuple[str, ...] | None], status: str, leaves: tuple[str, ...]
) -> None:
    found = consensus(said(*sides))
    assert (found.status, found.leaves) == (status, leaves)


def test_order_of_places_is_no_difference_and_an_outvoted_side_is_one() -> None:
    assert consensus(said((A, B), (B, A))).differences == ()
    (difference,) = consensus(said((A,), (A,), (B,))).differences
    assert (difference.kind, difference.subject) == ("label", "")
    assert difference.detail["sides"]["a2"]["leaves"] == [B]
    (difference,) = consensus(said((A,), (A,), ())).differences
    assert difference.detail["sides"]["a2"] == {"leaves": [], "none": True}


def test_why_all_failed_is_the_commonest_reason() -> None:
    opinions = [
        Opinion("a", failed="refused: no"),
        Opinion("b", failed="deadline: 300 s"),
        Opinion("c", failed="deadline: 301 s"),
    ]
    assert consensus(opinions).reason == "deadline"
    assert consensus([]).status == "failed"


def test_none_of_these_is_stuck_where_most_of_them_came_to() -> None:
    paths = [("t", "a", "b"), ("t", "a", "c"), ("t", "a", "b", "d")]
    opinions = [Opinion(str(n), stuck=path) for n, path in enumerate(paths)]
    assert consensus(opinions).stuck == ("t", "a", "b")
    assert consensus(opinions[:2]).stuck == ("t", "a")
    # Who has a place is not asked where it got stuck.
    assert consensus([*opinions[:2], Opinion("x", leaves=(A,))]).stuck == ("t", "a")


def labelled(*values: tuple[str, ...] | None, leaf: str = A) -> list[Opinion]:
    """Annotators of one leaf; None was not asked about the attribute."""
    return [
        Opinion(f"a{n}", leaves=(leaf,), labels={} if one is None else {"tone": one})
        for n, one in enumerate(values)
    ]


@pytest.mark.parametrize(
    ("values", "agreed", "reason"),
    [
        ([("calm",), ("calm",), ("cross",)], ("calm",), ""),
        ([("calm",), ("cross",), ("sad",)], (), "tone"),
        ([("calm",), (), ()], (), ""),
        ([("calm",), ()], (), "tone"),
        ([("calm", "sad"), ("sad", "calm"), ("calm",)], ("calm", "sad"), ""),
        ([("calm",), None, None], ("calm",), ""),
    ],
)
def test_values_are_agreed_on_by_those_who_were_asked(
    values: list[tuple[str, ...] | None], agreed: tuple[str, ...], reason: str
) -> None:
    found = consensus(labelled(*values))
    assert (found.labels["tone"], found.reason) == (agreed, reason)
    assert found.status == ("disputed" if reason else "labelled")
    assert found.leaves == (A,)


def test_who_sees_the_text_elsewhere_has_no_say_in_its_values() -> None:
    opinions = [*labelled(("calm",), ("calm",)), *labelled(("cross",), leaf=B)]
    found = consensus(opinions)
    assert found.labels == {"tone": ("calm",)}
    assert [one.subject for one in found.differences] == [""]


_side = st.none() | st.lists(st.sampled_from([A, B, C]), max_size=2, unique=True).map(tuple)


@given(st.lists(_side, min_size=1, max_size=7))
def test_the_outcome_follows_from_the_counts_alone(sides: list[tuple[str, ...] | None]) -> None:
    found: Consensus = consensus(said(*sides))
    heard = [side for side in sides if side is not None]
    agreed = {leaf for leaf in (A, B, C) if 2 * sum(leaf in side for side in heard) > len(heard)}
    assert set(found.leaves) == (agreed if heard else set())
    assert (found.status == "failed") == (not heard)
    assert (found.status == "labelled") == bool(found.leaves)
    empty = sum(not side for side in heard)
    assert (found.status == "none") == (bool(heard) and not agreed and 2 * empty > len(heard))
    assert bool(found.differences) == (len({frozenset(side) for side in heard}) > 1)
    assert set(consensus(said(*reversed(sides))).leaves) == set(found.leaves)
