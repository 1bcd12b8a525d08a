"""Ratings against planted strengths: order, size and error, from rankings as models give them."""

import random
from collections.abc import Callable

import numpy as np
import pytest

from taxoloom.quality.difficulty import MOST, POINTS, Ranking, Rating, Scale, batches, rated

Truth = dict[str, float]
"""Strength in the units of the noise: a difference of 1 is odds of e to one."""


def planted(spread: float, seed: int, count: int = 120) -> Truth:
    dice = np.random.default_rng([seed, count])
    return {f"s{at:03d}": float(spread * dice.normal()) for at in range(count)}


def gumbel(dice: np.random.Generator) -> float:
    """Noise with which Plackett and Luce's model is exact."""
    return float(dice.gumbel())


def normal(dice: np.random.Generator) -> float:
    """Noise of the same size with which it is not."""
    return float(dice.normal() * np.pi / np.sqrt(6))


def rankings(
    truth: Truth,
    seed: int,
    *,
    noise: Callable[[np.random.Generator], float] = gumbel,
    equal: float = 0.0,
    bias: float = 0.0,
) -> list[Ranking]:
    """What a ranker says: it sees strengths with noise, and calls equal what is so near.

    With a bias, what stands further down seems harder to it by so much a place.
    """
    dice = np.random.default_rng([seed, 1])
    found: list[Ranking] = []
    for batch in batches(list(truth), each=4, size=5, seed=seed):
        seen = {id_: truth[id_] + noise(dice) + bias * at for at, id_ in enumerate(batch)}
        order = sorted(batch, key=lambda id_: seen[id_])
        groups = [[order[0]]]
        for before, id_ in zip(order, order[1:], strict=False):
            if seen[id_] - seen[before] < equal:
                groups[-1].append(id_)
            else:
                groups.append([id_])
        found.append(groups)
    return found


def spearman(scale: Scale, truth: Truth) -> float:
    found = np.argsort(np.argsort([one.rating for one in scale.ratings]))
    true = np.argsort(np.argsort([truth[one.id] for one in scale.ratings]))
    return float(np.corrcoef(found, true)[0, 1])


def covered(scale: Scale, truth: Truth) -> float:
    """Share of the samples whose true rating lies within 1.96 errors of the measured one."""
    mean = sum(truth.values()) / len(truth)
    within = [
        abs(one.rating - 1500 - POINTS * (truth[one.id] - mean)) < 1.96 * one.error
        for one in scale.ratings
    ]
    return sum(within) / len(within)


@pytest.mark.parametrize("noise", [gumbel, normal])
@pytest.mark.parametrize("equal", [0.0, 0.3])
def test_four_batches_of_five_recover_a_planted_order(
    noise: Callable[[np.random.Generator], float], equal: float
) -> None:
    for seed in range(3):
        truth = planted(3.0, seed)
        found = rated(rankings(truth, seed, noise=noise, equal=equal))
        assert spearman(found, truth) > 0.9


def test_a_ranker_that_favours_the_end_of_the_list_does_little_harm() -> None:
    for seed in range(3):
        truth = planted(3.0, seed)
        fair, biased = (rated(rankings(truth, seed, bias=bias)) for bias in (0.0, 0.5))
        assert spearman(biased, truth) > spearman(fair, truth) - 0.03


@pytest.mark.parametrize("spread", [0.5, 1.0, 2.0, 3.0, 4.0])
@pytest.mark.parametrize("noise", [gumbel, normal])
def test_intervals_cover_what_they_say(
    noise: Callable[[np.random.Generator], float], spread: float
) -> None:
    shares = []
    for seed in range(10):
        truth = planted(spread, seed)
        shares.append(covered(rated(rankings(truth, seed, noise=noise)), truth))
    assert 0.93 < sum(shares) / len(shares) < 0.97


def test_ties_make_intervals_no_narrower_than_they_should_be() -> None:
    shares = []
    for seed in range(10):
        truth = planted(2.0, seed)
        shares.append(covered(rated(rankings(truth, seed, equal=0.5)), truth))
    assert sum(shares) / len(shares) > 0.93


def test_neither_the_order_of_rankings_nor_that_within_a_tie_matters() -> None:
    told = rankings(planted(2.0, 1), 1, equal=0.5)
    mixed = [[group[::-1] for group in one] for one in told]
    random.Random(1).shuffle(mixed)
    assert rated(mixed) == rated(told)


def test_what_always_wins_is_finite_and_unsure() -> None:
    told = [[["a"], ["b"], ["c"], ["top"]]] * 3 + [[["b"], ["a"], ["top"]], [["c"], ["b"], ["a"]]]
    found = {one.id: one for one in rated(told).ratings}
    assert found["top"].rating == max(one.rating for one in found.values()) < 4000
    assert found["top"].error > 1.5 * found["b"].error
    assert sum(one.rating for one in found.values()) == pytest.approx(4 * 1500)


def test_odds_of_ten_to_one_are_four_hundred_points() -> None:
    told = [[["easy"], ["hard"]]] * 1000 + [[["hard"], ["easy"]]] * 100
    easy, hard = rated(told).ratings
    assert hard.rating - easy.rating == pytest.approx(400, abs=2)
    # Of two, each lies half the difference from their mean; log-odds have 1/n + 1/m for variance.
    assert easy.error == pytest.approx(POINTS * np.sqrt(1 / 1000 + 1 / 100) / 2, rel=0.02)
    assert (easy.comparisons, hard.comparisons) == (1100, 1100)


def test_a_tie_of_two_is_half_a_win_for_either() -> None:
    even = rated([[["a"], ["b"]], [["b"], ["a"]]])
    tied = rated([[["a", "b"]], [["a", "b"]]])
    for one, other in zip(even.ratings, tied.ratings, strict=True):
        assert one.rating == pytest.approx(other.rating) == pytest.approx(1500)
        assert one.error == pytest.approx(other.error)


def test_a_tie_of_all_tells_nobody_from_anybody() -> None:
    found = rated([[[f"s{at}" for at in range(8)]]])
    assert [one.rating for one in found.ratings] == pytest.approx([1500] * 8)


def test_what_does_not_hang_together_is_said_to() -> None:
    told = [[["a"], ["b"]], [["x"], ["y"], ["z"]], [["b"], ["a"]], [["alone"]]]
    found = rated(told)
    assert found.groups == (("x", "y", "z"), ("a", "b"))
    by_id = {one.id: one for one in found.ratings}
    assert "alone" not in by_id
    for group in found.groups:
        assert sum(by_id[id_].rating for id_ in group) / len(group) == pytest.approx(1500)


def test_no_ranking_is_no_scale() -> None:
    assert rated([]) == rated([[["a"]], [[]]]) == Scale((), ())


def test_a_ranking_that_names_one_twice_is_refused() -> None:
    with pytest.raises(ValueError, match="twice"):
        rated([[["a", "b"], ["a"]]])


def test_more_than_fit_on_one_scale_are_refused() -> None:
    told = [[[f"s{at}"], [f"s{at + 1}"]] for at in range(MOST)]
    with pytest.raises(ValueError, match="more than"):
        rated(told)


def test_the_order_of_ids_is_theirs() -> None:
    ratings: tuple[Rating, ...] = rated(rankings(planted(1.0, 3, 30), 3)).ratings
    assert [one.id for one in ratings] == sorted(one.id for one in ratings)
    assert {one.comparisons for one in ratings} == {16}
