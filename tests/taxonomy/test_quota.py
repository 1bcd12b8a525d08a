"""Whole numbers from shares, and randomness from keys."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from taxoloom.taxonomy.planning.chance import orders, words
from taxoloom.taxonomy.planning.quota import due_still, fitted, quotas
from taxoloom.taxonomy.planning.target import systematic

WEIGHTS = st.lists(st.one_of(st.just(0.0), st.floats(1e-9, 1e12)), min_size=1, max_size=30).filter(
    any
)


@given(WEIGHTS, st.integers(0, 5000))
def test_quotas_add_up_and_round_each_share_up_or_down(weights: list[float], total: int) -> None:
    counts = quotas(weights, total)
    exact = np.asarray(weights) * (total / sum(weights))
    assert counts.sum() == total
    assert (np.abs(counts - exact) < 1 + 1e-6).all()
    assert not counts[np.asarray(weights) == 0].any()


def test_nothing_can_be_shared_out_where_all_weights_are_zero() -> None:
    assert quotas([0.0, 0.0], 0).tolist() == [0, 0]
    with pytest.raises(ValueError, match="zero"):
        quotas([0.0, 0.0], 1)


@given(WEIGHTS, st.integers(0, 5000), st.floats(0, 1, exclude_max=True))
def test_every_stretch_of_the_leaves_gets_its_share_rounded(
    weights: list[float], total: int, start: float
) -> None:
    counts = systematic(weights, total, start=start)
    exact = np.asarray(weights) * (total / sum(weights))
    assert counts.sum() == total
    assert (counts >= 0).all()
    for low in range(len(weights)):
        sums = np.cumsum(counts[low:]) - np.cumsum(exact[low:])
        assert (np.abs(sums) < 1 + 1e-4).all()


def test_what_is_over_already_is_shared_by_the_others() -> None:
    wanted, had = np.asarray([50.0, 30.0, 20.0]), np.asarray([60.0, 10.0, 0.0])
    assert due_still(wanted, had).tolist() == [0.0, 0.5, 0.5]
    assert due_still(wanted, wanted * 2).tolist() == [0.5, 0.3, 0.2]


def test_a_table_is_fitted_to_its_sums_and_stays_empty_where_it_must() -> None:
    open_ = np.asarray([[True, True, False], [True, True, True]])
    table = fitted(open_, np.asarray([60, 40]), np.asarray([50, 30, 20]))
    assert table.sum(axis=1) == pytest.approx([60, 40])
    assert table.sum(axis=0) == pytest.approx([50, 30, 20], abs=0.05)
    assert table[0, 2] == 0


def test_the_words_of_a_slot_do_not_hang_on_what_else_is_asked_for() -> None:
    slots = np.arange(5, 50, dtype=np.uint64)
    together = words(7, slots, 3, 4)
    alone = np.concatenate([words(7, slots[i : i + 1], 3, 4) for i in range(len(slots))])
    assert (together == alone).all()
    assert len(np.unique(together)) == together.size
    assert not (together == words(7, slots, 4, 4)).any()


def test_orders_hold_every_thing_once() -> None:
    found = orders(50, 6, "a key")
    assert (np.sort(found, axis=1) == np.arange(6)).all()
    assert len({tuple(row) for row in found.tolist()}) > 20
