"""Measured against intended: what is planted is found, and what is chance is called so."""

import numpy as np
import pytest

from taxoloom.quality.difficulty import Rating, beside, measured, reliability

ORDER = ("basic", "intermediate", "advanced")


def ratings(*means: float, each: int = 40, sd: float = 150.0, seed: int = 1) -> list[Rating]:
    """So many samples of each level, around these means; ids begin with the level."""
    dice = np.random.default_rng(seed)
    return [
        Rating(f"{name}-{at}", float(mean + sd * dice.normal()), 50.0, 16)
        for name, mean in zip(ORDER, means, strict=True)
        for at in range(each)
    ]


def intended(held: list[Rating]) -> dict[str, str]:
    return {one.id: one.id.partition("-")[0] for one in held}


def test_levels_that_are_there_are_found() -> None:
    held = ratings(1300, 1500, 1700)
    found = measured(held, intended(held), ORDER)
    assert [level.name for level in found.levels] == list(ORDER)
    for level, mean in zip(found.levels, (1300, 1500, 1700), strict=True):
        assert level.samples == 40
        assert level.mean == pytest.approx(mean, abs=75)
        assert level.sd == pytest.approx(150, rel=0.3)
        assert list(level.quantiles) == sorted(level.quantiles)
    assert found.informative is True
    assert found.concordance.low is not None
    assert found.concordance.value is not None
    assert found.concordance.low > 0.8
    assert all(step.concordance.low and step.concordance.low > 0.5 for step in found.steps)
    assert found.correlation.value is not None
    assert 0.7 < found.correlation.value < 1


def test_concordance_and_correlation_are_what_their_definitions_say() -> None:
    held = ratings(1450, 1500, 1550, each=7)
    codes = [ORDER.index(level) for level in intended(held).values()]
    pairs = [
        float(low.rating < high.rating)
        for low, a in zip(held, codes, strict=True)
        for high, b in zip(held, codes, strict=True)
        if a < b
    ]
    found = measured(held, intended(held), ORDER)
    assert found.concordance.value == pytest.approx(sum(pairs) / len(pairs))
    same = [Rating(one.id, 1500.0, 1.0, 4) for one in held]
    assert measured(same, intended(same), ORDER).concordance.value == 0.5
    assert measured(same, intended(same), ORDER).correlation.value == 0.0
    perfect = [Rating(one.id, float(code), 1, 4) for one, code in zip(held, codes, strict=True)]
    assert measured(perfect, intended(held), ORDER).correlation.value == pytest.approx(1)


def test_levels_by_chance_are_called_so_about_as_often_as_the_interval_promises() -> None:
    called = [
        measured(held, intended(held), ORDER, resamples=100).informative
        for seed in range(60)
        for held in [ratings(1500, 1500, 1500, each=15, seed=seed)]
    ]
    assert called.count(True) <= 8
    assert called.count(None) == 0


def test_levels_upside_down_are_informative_and_below_a_half() -> None:
    held = ratings(1700, 1500, 1300)
    found = measured(held, intended(held), ORDER)
    assert found.informative is True
    assert found.concordance.high is not None
    assert found.concordance.high < 0.2


def test_too_few_samples_have_no_interval_but_a_reason() -> None:
    held = ratings(1300, 1500, 1700, each=4)
    found = measured(held, intended(held), ORDER)
    assert found.concordance.value is not None
    assert (found.concordance.low, found.informative) == (None, None)
    assert "fewer than two levels have 5" in found.concordance.why


def test_a_level_without_samples_and_a_single_level_are_told() -> None:
    held = [one for one in ratings(1300, 1500, 1700) if one.id.startswith("basic")]
    found = measured(held, intended(held), ORDER)
    assert [level.samples for level in found.levels] == [40, 0, 0]
    assert found.levels[2].mean is None
    assert found.concordance.value is None
    assert found.correlation.value is None
    assert "fewer than two levels" in found.concordance.why


def test_samples_of_no_known_level_are_passed_over() -> None:
    held = [*ratings(1300, 1500, 1700), Rating("other", 9000.0, 1.0, 4)]
    levels = intended(held)
    assert measured(held, levels, ORDER) == measured(held[:-1], levels, ORDER)


def test_the_interval_is_the_seeds_and_not_the_orders() -> None:
    held = ratings(1450, 1500, 1550)
    found = measured(held, intended(held), ORDER, seed=3)
    assert measured(held[::-1], intended(held), ORDER, seed=3) == found
    assert measured(held, intended(held), ORDER, seed=4).concordance != found.concordance


def test_what_is_far_from_its_level_stands_at_the_ends() -> None:
    held = ratings(1300, 1500, 1700, sd=10)
    held += [Rating("basic-x", 1650.0, 50, 16), Rating("advanced-x", 1350.0, 50, 16)]
    first, *_, last = beside(held, intended(held))
    assert (first.id, first.level, last.id) == ("basic-x", "basic", "advanced-x")
    assert first.off > 300
    assert last.off < -300


def test_noise_is_not_reliable_and_a_firm_order_is() -> None:
    assert reliability([Rating("a", 1.0, 1.0, 1)]) is None
    firm = [Rating(str(at), 100.0 * at, 20.0, 16) for at in range(20)]
    loose = [Rating(str(at), 10.0 * at, 80.0, 16) for at in range(20)]
    assert (reliability(firm) or 0) > 0.99
    assert reliability(loose) == 0
