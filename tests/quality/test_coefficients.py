"""Alpha, AC1, AC2 and kappa: published tables, the definitions, and how often intervals hold."""

import time
from itertools import combinations

import numpy as np
import pytest
from numpy.typing import NDArray

from taxoloom.quality.agreement import consistency, consistency_by, kappas
from taxoloom.quality.alpha import Metric, alpha
from taxoloom.quality.coefficients import gwet, kappa, raw_agreement
from taxoloom.quality.figure import NO_PAIRS, ONE_VALUE, chi_square_tail, share
from taxoloom.quality.ratings import Ratings, from_records, from_rows
from taxoloom.tests.quality import oracles

METRICS: tuple[Metric, ...] = ("nominal", "ordinal", "interval")
# Krippendorff (2011), section C: four observers, twelve units, five values. The same data are
# `cac.raw4raters` in the R package irrCAC by K. Gwet, whose overview gives AC1 and its error.
FOUR = (
    "1 2 3 3 2 1 4 1 2 . . .",
    "1 2 3 3 2 2 4 1 2 5 . 3",
    ". 3 3 3 2 3 4 2 2 5 1 .",
    "1 2 3 3 2 4 4 1 2 5 1 .",
)


def _four() -> Ratings:
    columns = [[None if v == "." else int(v) for v in row.split()] for row in FOUR]
    return from_rows(list(zip(*columns, strict=True)))


@pytest.mark.parametrize(
    ("metric", "value"), [("nominal", 0.743), ("ordinal", 0.815), ("interval", 0.849)]
)
def test_alpha_is_as_published(metric: Metric, value: float) -> None:
    assert alpha(_four(), metric, resamples=0).value == pytest.approx(value, abs=0.0005)


def test_ac1_is_as_published() -> None:
    found = gwet(_four())
    assert found.value == pytest.approx(0.775444, abs=5e-7)
    assert found.low is not None
    assert found.value is not None
    assert (found.value - found.low) / 1.959964 == pytest.approx(0.14295, abs=5e-6)


@pytest.mark.parametrize(
    ("table", "value"),
    [
        # Cohen (1960), table 1, of 200 units: p_o = .70, p_e = .41.
        ([[88, 14, 18], [10, 40, 10], [2, 6, 12]], 0.492),
        # Fleiss, Cohen and Everitt (1969), table 1, of 200 units: p_o = .70, p_e = .475.
        ([[106, 10, 4], [22, 28, 10], [2, 12, 6]], 0.429),
    ],
)
def test_kappa_is_as_published(table: list[list[int]], value: float) -> None:
    cells = [(a, b) for a in range(3) for b in range(3) for _ in range(table[a][b])]
    assert kappa(from_rows(cells)).value == pytest.approx(value, abs=0.0005)


@pytest.mark.parametrize("seed", range(200))
def test_every_coefficient_is_that_of_its_definition(seed: int) -> None:
    rows = oracles.random_rows(seed)
    ratings = from_rows(rows)
    for metric in METRICS:
        found, expected = alpha(ratings, metric, resamples=0), oracles.alpha(rows, metric)
        assert (found.value is None) == (expected is None)
        if expected is not None:
            assert abs((found.value or 0) - expected) <= 1e-12
    paired, classes = any(sum(v is not None for v in row) > 1 for row in rows), ratings.categories
    for ordinal in (False, True):
        figure = gwet(ratings, ordinal=ordinal)
        if not paired or len(classes) < 2:
            assert figure.value is None
            continue
        value, error = oracles.gwet(rows, classes, ordinal=ordinal)
        assert abs((figure.value or 0) - value) <= 1e-12
        assert figure.low == pytest.approx(max(-1, value - 1.959963984540054 * error), abs=1e-12)
    of_two, other = kappa(ratings.of("0", "1")).value, oracles.kappa(rows)
    assert (of_two is None) == (other is None)
    if of_two is not None and other is not None:
        assert abs(of_two - other) <= 1e-12


def test_the_error_of_kappa_is_that_of_resampled_units() -> None:
    rng = np.random.default_rng(5)
    first = rng.integers(0, 3, 400)
    second = np.where(rng.random(400) < 0.6, first, rng.integers(0, 3, 400))
    both = np.column_stack([first, second])
    found = kappa(from_rows(both))
    again = [kappa(from_rows(both[rng.integers(0, 400, 400)])).value or 0 for _ in range(400)]
    assert found.low is not None
    assert found.value is not None
    assert (found.value - found.low) / 1.96 == pytest.approx(float(np.std(again)), rel=0.12)


@pytest.mark.parametrize(
    ("rows", "alpha_why", "gwet_why"),
    [
        ([], NO_PAIRS, NO_PAIRS),
        ([[1, None], [None, 2], [None, None]], NO_PAIRS, NO_PAIRS),
        ([[1, 1], [1, 1]], ONE_VALUE, ONE_VALUE),
    ],
)
def test_what_cannot_be_measured_says_why(
    rows: list[list[int | None]], alpha_why: str, gwet_why: str
) -> None:
    for metric in METRICS:
        found = alpha(from_rows(rows), metric)
        assert (found.value, found.low, found.why) == (None, None, alpha_why)
    assert gwet(from_rows(rows)).why == gwet_why
    assert raw_agreement(from_rows(rows)).value == (None if alpha_why == NO_PAIRS else 1.0)


def test_a_category_that_nobody_chose_gives_ac1_where_alpha_has_none() -> None:
    ratings = from_rows([[True, True, True]] * 9, categories=[False, True])
    assert alpha(ratings).value is None
    assert gwet(ratings).value == 1.0


def test_nearly_all_accepted_is_where_alpha_falls_and_ac1_does_not() -> None:
    rows = [[True, True]] * 96 + [[True, False]] * 2 + [[False, True]] * 2
    found = consistency(from_rows(rows))
    assert (found.units, found.raw.value) == (100, 0.96)
    assert found.alpha.value == pytest.approx(-0.015, abs=0.001)
    assert found.gwet.value == pytest.approx(0.958, abs=0.001)


def test_ratings_far_from_zero_lose_no_digits() -> None:
    near = np.random.default_rng(0).integers(0, 6, (200, 3))
    far = alpha(from_rows(near + 2_000_000_000), "interval", resamples=0).value
    assert far == pytest.approx(alpha(from_rows(near), "interval", resamples=0).value, abs=1e-12)


def test_alpha_of_a_hundred_thousand_units_is_quick() -> None:
    rng = np.random.default_rng(0)
    votes = rng.integers(0, 2, (100_000, 3)).astype(float)
    votes[rng.random(votes.shape) < 0.1] = np.nan
    best = min(_seconds(votes) for _ in range(3))
    assert best < 0.1
    start = time.perf_counter()
    found = alpha(from_rows(votes), resamples=1000)
    assert time.perf_counter() - start < 1
    assert found.low is not None
    assert found.high is not None
    assert -0.01 < found.low < 0 < found.high < 0.01


def _seconds(votes: NDArray[np.float64]) -> float:
    start = time.perf_counter()
    alpha(from_rows(votes), resamples=0)
    return time.perf_counter() - start


def test_ten_thousand_categories_need_no_table_of_them() -> None:
    rng = np.random.default_rng(0)
    leaf = rng.integers(0, 10_000, 20_000)
    wrong = rng.integers(0, 10_000, (20_000, 3))
    rows = np.where(rng.random((20_000, 3)) < 0.8, leaf[:, None], wrong)
    ratings = from_rows(rows, categories=range(10_000))
    assert alpha(ratings, resamples=0).value == pytest.approx(0.64, abs=0.01)
    assert gwet(ratings).value == pytest.approx(0.64, abs=0.01)


# --- intervals


def _votes(rng: np.random.Generator, units: int) -> NDArray[np.float64]:
    """Three raters of one hidden quality on a scale of four, 10 % missing."""
    hidden = rng.normal(size=(units, 1)) + 0.8 * rng.normal(size=(units, 3))
    votes = np.digitize(hidden, [-1.0, 0.2, 1.1]).astype(np.float64)
    votes[rng.random(votes.shape) < 0.1] = np.nan
    return votes


@pytest.mark.slow
@pytest.mark.parametrize("metric", METRICS)
def test_the_bootstrap_interval_holds_the_true_alpha_in_95_of_100(metric: Metric) -> None:
    truth = alpha(from_rows(_votes(np.random.default_rng(9), 1_000_000)), metric, resamples=0).value
    assert truth is not None
    held = 0
    for seed in range(500):
        found = alpha(from_rows(_votes(np.random.default_rng([3, seed]), 200)), metric, seed=seed)
        assert found.low is not None
        assert found.high is not None
        held += found.low <= truth <= found.high
    assert 0.93 <= held / 500 <= 0.97


def test_the_interval_of_gwet_holds_the_truth_in_95_of_100() -> None:
    truth = gwet(from_rows(_votes(np.random.default_rng(9), 300_000))).value
    assert truth is not None
    held = 0
    for seed in range(500):
        found = gwet(from_rows(_votes(np.random.default_rng([4, seed]), 200)))
        assert found.low is not None
        assert found.high is not None
        held += found.low <= truth <= found.high
    assert 0.92 <= held / 500 <= 0.98


def test_one_seed_gives_one_interval() -> None:
    ratings = from_rows(_votes(np.random.default_rng(1), 60))
    assert alpha(ratings, seed=4) == alpha(ratings, seed=4)
    assert alpha(ratings, seed=4) != alpha(ratings, seed=5)


def test_wilsons_interval_is_as_published() -> None:
    # Newcombe (1998), Stat. Med. 17:857-872, table I, method 3.
    for count, total, low, high in (
        (81, 263, 0.2553, 0.3662),
        (15, 148, 0.0624, 0.1605),
        (0, 20, 0.0, 0.1611),
        (1, 29, 0.0061, 0.1718),
    ):
        found = share(count, total)
        assert found.low == pytest.approx(low, abs=5e-5)
        assert found.high == pytest.approx(high, abs=5e-5)


@pytest.mark.parametrize(
    ("freedom", "value"),
    [(1, 3.841459), (2, 5.991465), (3, 7.814728), (4, 9.487729), (9, 16.918978)],
)
def test_chi_square_tails_are_as_tabled(freedom: int, value: float) -> None:
    assert chi_square_tail(value, freedom) == pytest.approx(0.05, abs=1e-7)
    assert chi_square_tail(0.0, freedom) == 1.0


# --- groups and matrices


def test_groups_are_measured_each_by_itself() -> None:
    steady = from_rows([[True, True], [False, False]] * 20)
    shaky = from_rows([[True, False], [False, False]] * 20)
    found = consistency_by({"correct": steady, "clear": shaky})
    assert found["correct"].alpha.value == 1.0
    assert found["clear"] == consistency(shaky)


def test_pairs_of_judges_are_a_grouping_like_any_other() -> None:
    rng = np.random.default_rng(2)
    votes = from_rows(rng.integers(0, 2, (300, 3)), raters=["a", "b", "c"])
    assert list(votes.pairs()) == list(combinations("abc", 2))
    assert set(consistency_by(votes.pairs(), resamples=50)) == set(kappas(votes))


def test_records_in_any_order_are_one_matrix() -> None:
    records = [("s1", "ann", 1), ("s2", "bob", 0), ("s1", "bob", 1), ("s3", "ann", None)]
    found = from_records(records)
    assert (found.raters, found.categories) == (("ann", "bob"), (0, 1))
    assert found.codes.tolist() == [[1, 1], [-1, 0], [-1, -1]]
    assert from_records([], raters=["ann"]).codes.shape == (0, 1)


def test_what_one_rater_says_twice_must_be_the_same() -> None:
    with pytest.raises(ValueError, match="'ann' rated 's1' twice: 1 and 0"):
        from_records([("s1", "ann", 1), ("s1", "ann", 0)])


def test_categories_that_are_given_are_the_only_ones() -> None:
    scale = ["poor", "fair", "good"]
    ratings = from_rows([["poor", "good"], ["fair", "fair"]], categories=scale)
    assert alpha(ratings, "ordinal").value is not None
    with pytest.raises(ValueError, match="'fine' is none of the categories"):
        from_rows([["fine", "good"]], categories=scale)
    with pytest.raises(ValueError, match="not numbers"):
        alpha(ratings, "interval")
