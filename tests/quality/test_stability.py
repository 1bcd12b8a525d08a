"""The judge that hangs on its wording is named, and the others are not: how often, by seed."""

from collections.abc import Mapping
from itertools import product

import numpy as np
import pytest
from numpy.typing import NDArray

from taxoloom.quality import Ratings, Wordings, as_votes, from_rows, stability
from taxoloom.quality.stability import FEW, _holm, _lenient

WORDINGS = ["plain", "stern", "worked example"]
Flags = NDArray[np.bool_]


def _judge(
    rng: np.random.Generator, good: Flags, *, flip: float = 0.03, strict: float = 0.0
) -> Ratings:
    """Errs on one sample in eight under any wording; `flip` changes single answers at random, and
    the last wording turns a share `strict` of what it would accept down."""
    steady = good ^ (rng.random(len(good)) < 0.12)
    votes = steady[:, None] ^ (rng.random((len(good), 3)) < flip)
    votes[:, 2] &= rng.random(len(good)) >= strict
    rows = votes.astype(float)
    rows[rng.random(rows.shape) < 0.05] = np.nan
    return as_votes(rows, WORDINGS)


def _panel(seed: int, units: int, judges: Mapping[str, dict[str, float]]) -> Wordings:
    rng = np.random.default_rng([11, seed])
    good = rng.random(units) < 0.75
    answers = {name: _judge(rng, good, **planted) for name, planted in judges.items()}
    return stability({"correct": answers}, resamples=0)


@pytest.mark.parametrize("planted", [{"flip": 0.12}, {"strict": 0.2}], ids=["flips", "strict"])
def test_a_planted_sensitive_judge_is_found_and_no_other_named(planted: dict[str, float]) -> None:
    found = [_panel(seed, 300, {"a": {}, "b": planted, "c": {}}).sensitive for seed in range(60)]
    assert sum("b" in names for names in found) >= 57
    assert sum("a" in names or "c" in names for names in found) <= 3


@pytest.mark.parametrize("flip", [0.0, 0.03, 0.15])
@pytest.mark.parametrize("units", [40, 300])
def test_where_no_judge_is_sensitive_one_is_named_in_5_of_100(flip: float, units: int) -> None:
    judges = {name: {"flip": flip} for name in "abc"}
    named = sum(bool(_panel(seed, units, judges).sensitive) for seed in range(120))
    # 5 of 100 and two standard errors.
    assert named <= 120 * 0.09


def test_two_sensitive_judges_of_three_are_both_found() -> None:
    judges = {"a": {"flip": 0.15}, "b": {"flip": 0.15}, "c": {}}
    found = [_panel(seed, 400, judges).sensitive for seed in range(30)]
    assert sum(set(names) == {"a", "b"} for names in found) >= 27


def test_within_stands_beside_between() -> None:
    found = _panel(1, 500, {"a": {"flip": 0.0}, "b": {"flip": 0.2}})
    steady, shaky = found.judges
    assert steady.within.alpha.value == 1.0
    assert shaky.within.alpha.value is not None
    assert shaky.within.alpha.value < 0.7
    assert (steady.flips.value, shaky.judge) == (0.0, "b")
    between = found.between["correct"].alpha.value
    assert between is not None
    assert between < 0.7


def test_a_judge_alone_is_tested_for_leniency_only() -> None:
    (one,) = _panel(2, 400, {"a": {"strict": 0.3}}).judges
    assert one.flips_p is None
    assert one.lenient_p is not None
    assert one.sensitive


def test_too_few_differences_name_nobody() -> None:
    rows = [[True, True, False]] * (FEW - 1) + [[True, True, True]] * 50
    (one,) = stability({"c": {"a": as_votes(rows, WORDINGS)}}, resamples=0).judges
    assert (one.lenient_p, one.sensitive) == (None, False)


def test_the_leniency_test_of_complete_votes_is_cochrans_q() -> None:
    rng = np.random.default_rng(3)
    votes = rng.random((80, 4)) < [0.5, 0.6, 0.6, 0.75]
    columns, rows, k = votes.sum(axis=0), votes.sum(axis=1), 4
    q = (k - 1) * (k * (columns**2).sum() - columns.sum() ** 2) / (k * rows.sum() - (rows**2).sum())
    # The tail of three degrees of freedom, by summing its density.
    x = np.linspace(q, q + 200, 2_000_001)
    tail = np.trapezoid(np.sqrt(x) * np.exp(-x / 2) / np.sqrt(2 * np.pi), x)
    found = _lenient(as_votes(votes.astype(float), list("abcd")))
    assert found == pytest.approx(float(tail), rel=1e-6)


def test_scores_are_tested_like_votes() -> None:
    rng = np.random.default_rng(8)
    quality = rng.integers(1, 5, (200, 1))
    scores = np.clip(quality + rng.integers(-1, 2, (200, 3)), 0, 5)
    kind = np.clip(scores + [0, 0, 1], 0, 5)
    low, high = (from_rows(rows, categories=range(6), raters=WORDINGS) for rows in (scores, kind))
    found = stability({"score": {"a": low, "b": high}}, "interval", resamples=0)
    assert found.sensitive == ("b",)


def test_holms_adjustment_is_as_by_hand() -> None:
    assert _holm([0.01, None, 0.04, 0.03]) == pytest.approx([0.03, None, 0.06, 0.06])
    assert _holm([]) == []
    for first, second in product([0.2, 0.6, 1.0], repeat=2):
        adjusted = _holm([first, second])
        assert all(p is not None and p <= 1 for p in adjusted)
        assert min(p for p in adjusted if p is not None) == min(1.0, 2 * min(first, second))
