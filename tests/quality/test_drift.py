"""A judge that becomes more lenient is named; a stream that changes under all judges is none."""

import numpy as np
import pytest

from taxoloom.quality import Ratings, as_votes
from taxoloom.quality.drift import FEW, Drift, drifts


def _votes(seed: int, *, later: float, mix: float = 0.75, units: int = 400) -> Ratings:
    """Three judges that err on one sample in ten; judge b turns the share `later` of its later
    rejections into acceptances, and the later half has the share `mix` of good samples."""
    rng = np.random.default_rng([21, seed])
    half = units // 2
    good = rng.random(units) < np.where(np.arange(units) < half, 0.75, mix)
    votes = good[:, None] ^ (rng.random((units, 3)) < 0.1)
    votes[half:, 1] |= rng.random(units - half) < later
    return as_votes(votes, ["a", "b", "c"])


def _named(found: tuple[Drift, ...]) -> set[str]:
    return {one.judge for one in found if one.drifting}


def test_a_judge_that_becomes_lenient_is_named() -> None:
    found = [drifts(_votes(seed, later=0.6)) for seed in range(40)]
    assert sum(_named(one) == {"b"} for one in found) >= 38
    assert all((one[1].change.value or 0) > 0 for one in found)


@pytest.mark.parametrize("mix", [0.75, 0.4])
def test_without_drift_few_are_named_whatever_the_stream_does(mix: float) -> None:
    named = sum(bool(_named(drifts(_votes(seed, later=0.0, mix=mix)))) for seed in range(120))
    assert named <= 120 * 0.09


def test_too_few_samples_and_judges_alone_have_no_drift() -> None:
    short = drifts(_votes(1, later=0.9, units=FEW))
    alone = drifts(as_votes([[True]] * 100, ["a"]))
    assert [one.change.value for one in (*short, *alone)] == [None] * 4
    assert not _named(short)


def test_of_two_judges_nobody_can_say_which_one_moved() -> None:
    found = drifts(_votes(2, later=0.6).of("a", "b"))
    changes = [one.change.value or 0.0 for one in found]
    assert changes[1] > 0.05
    assert changes[0] == pytest.approx(-changes[1])
    assert not _named(found)


def test_judges_that_always_agree_do_not_drift() -> None:
    assert not _named(drifts(as_votes([[True, True]] * 60, ["a", "b"])))
