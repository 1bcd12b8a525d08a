"""Planted self-preference is found with its size; leniency of any kind is not taken for it."""

import numpy as np
import pytest
from numpy.typing import NDArray

from taxoloom.quality import Ratings, as_votes
from taxoloom.quality.self_preference import SelfPreference, self_preference

JUDGES = ("own", "other 1", "other 2")
OWN = np.asarray([True, False, False])
Flags = NDArray[np.bool_]


def votes(
    rng: np.random.Generator, good: Flags, rates: list[tuple[float, float]], favour: float = 0.0
) -> Ratings:
    """Rates are P(accept | good) and P(accept | defective); the first judge turns the share
    `favour` of its rejections into acceptances."""
    chances = np.where(good[:, None], [g for g, _ in rates], [d for _, d in rates])
    rows = rng.random(chances.shape) < chances
    rows[:, 0] |= rng.random(len(good)) < favour
    known = rows.astype(float)
    known[rng.random(known.shape) < 0.03] = np.nan
    return as_votes(known, JUDGES)


def measured(
    seed: int, own: tuple[float, float], favour: float = 0.0, *, canaries: int = 200
) -> SelfPreference:
    rng = np.random.default_rng([5, seed])
    rates = [own, (0.9, 0.15), (0.85, 0.2)]
    stream = votes(rng, rng.random(1500) > 0.25, rates, favour)
    good = np.arange(canaries) % 2 == 0
    return self_preference(
        stream, OWN, canaries=votes(rng, good, rates), good=good, resamples=300, seed=seed
    )


def outside(found: SelfPreference) -> bool:
    figure = found.preference
    assert figure.low is not None
    assert figure.high is not None
    return figure.low > 0 or figure.high < 0


def test_planted_preference_is_found_with_its_size() -> None:
    found = [measured(seed, (0.9, 0.2), 0.6) for seed in range(40)]
    assert sum(outside(one) for one in found) >= 38
    values = [one.preference.value or 0.0 for one in found]
    rejected = 1 - (0.75 * 0.9 + 0.25 * 0.2)
    assert np.mean(values) == pytest.approx(0.6 * rejected, abs=0.02)


@pytest.mark.parametrize("own", [(0.97, 0.6), (0.99, 0.15), (0.9, 0.55), (0.6, 0.05)])
def test_leniency_and_strictness_alone_are_not_taken_for_it(own: tuple[float, float]) -> None:
    found = [measured(seed, own) for seed in range(60)]
    assert {one.basis for one in found} == {"canaries"}
    # 5 of 100, and two standard errors.
    assert sum(outside(one) for one in found) <= 60 * 0.11
    gaps = [one.gap.value or 0.0 for one in found]
    assert abs(np.mean(gaps)) > 0.04
    assert abs(np.mean([one.preference.value or 0.0 for one in found])) < 0.015


def test_without_canaries_the_gap_is_all_there_is() -> None:
    rng = np.random.default_rng(3)
    stream = votes(rng, rng.random(800) > 0.25, [(0.97, 0.6), (0.9, 0.15), (0.85, 0.2)])
    found = self_preference(stream, OWN, resamples=200)
    assert found.basis == "votes"
    assert found.gap == found.preference
    assert outside(found)


def test_good_canaries_alone_take_out_leniency_on_good_samples() -> None:
    rng = np.random.default_rng(4)
    good = np.ones(400, dtype=np.bool_)
    rates = [(0.98, 0.2), (0.8, 0.2), (0.8, 0.2)]
    stream = votes(rng, np.ones(1000, dtype=np.bool_), rates)
    found = self_preference(stream, OWN, canaries=votes(rng, good, rates), good=good)
    assert found.basis == "good canaries"
    assert not outside(found)


def test_a_draw_hangs_on_the_seed_alone() -> None:
    assert measured(1, (0.9, 0.2)) == measured(1, (0.9, 0.2))


def test_a_stream_that_one_side_never_voted_on_has_no_figure() -> None:
    found = self_preference(as_votes([[True, None, None]] * 20, JUDGES), OWN)
    assert found.preference.value is None
    assert found.preference.why


@pytest.mark.parametrize("own", [OWN | True, OWN & False])
def test_a_panel_of_one_side_is_refused(own: Flags) -> None:
    with pytest.raises(ValueError, match="compares"):
        self_preference(as_votes([[True, True, False]], JUDGES), own)


def test_canaries_of_other_judges_are_refused() -> None:
    stream = as_votes([[True, True, False]], JUDGES)
    other = as_votes([[True, True, False]], ("a", "b", "c"))
    with pytest.raises(ValueError, match="judges of the stream"):
        self_preference(stream, OWN, canaries=other, good=np.ones(1, dtype=np.bool_))
