"""From votes to decisions by planted truth: competence, independence, calibrated policies.

Simulated judges prove the aggregation; of a model's judgement they prove nothing.
"""

import json
from itertools import product
from statistics import fmean

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from taxoloom.errors import InputError
from taxoloom.quality import (
    FITTED,
    POLICIES,
    FittedPolicy,
    as_votes,
    calibrated,
    competences,
    independence,
    independence_bounds,
    leniencies,
    plain,
    policy,
    without_truth,
)
from taxoloom.quality.dawid_skene import dawid_skene
from taxoloom.quality.ratings import from_rows
from taxoloom.quality.vote_table import estimate_prevalence, fit_table
from taxoloom.tests.support.judges import CASES, DEFECTS, RHOS, simulate, truth
from taxoloom.tests.support.panel_scores import cell, true_effective

CELLS = [(case, rho) for case in CASES for rho in RHOS]
VOTES = list(product([True, False, None], repeat=3))


def _fitted(
    case: str = "B", rho: float = 0.3, seed: int = 0, *, residual: float = 0.02, lost: float = 0.1
) -> FittedPolicy:
    known = simulate(case, rho, units=200, seed=1000 + seed, defects=0.5)
    return calibrated(known.votes, known.good, prevalence=DEFECTS, residual=residual, lost=lost)


# --- what each judge is worth


def test_a_judge_is_measured_on_what_it_voted_on() -> None:
    votes = [True, True, False, None, False, False, True, None, None]
    good = np.array([True, True, True, True, False, False, False, False, False])
    (found,) = competences(as_votes([[vote] for vote in votes], ["ann"]), good)
    assert (found.good, found.defective, found.unscored) == (3, 3, 3)
    assert (found.sensitivity.value, found.specificity.value) == (2 / 3, 2 / 3)
    assert found.youden.value == pytest.approx(1 / 3)
    assert found.worth == "unproven"


@pytest.mark.parametrize("mix", [0.25, 0.5])
def test_the_judge_without_information_is_named_and_the_others_are_not(mix: float) -> None:
    named, slandered, judged = 0, 0, 0
    for case, rho, seed in product(CASES, (0.0, 0.6), range(40)):
        known = simulate(case, rho, units=200, seed=seed, defects=mix)
        worth = [found.worth for found in competences(known.votes, known.good)]
        if case == "D":
            named += worth.pop() == "uninformative"
        judged += len(worth)
        slandered += worth.count("uninformative") + worth.count("inverted")
    assert named / 80 >= 0.95
    assert slandered / judged <= 0.05


def test_a_judge_that_tosses_a_coin_is_named_and_one_upside_down_is_told_apart() -> None:
    coins, inverted = 0, 0
    for seed in range(200):
        rng = np.random.default_rng(seed)
        good = rng.random(200) < 0.5
        rows = np.column_stack([rng.random(200) < 0.5, good ^ (rng.random(200) < 0.8)])
        coin, contrary = competences(as_votes(rows, ["coin", "contrary"]), good)
        coins += coin.worth == "uninformative"
        inverted += contrary.worth == "inverted"
    assert coins >= 180
    assert inverted == 200


def test_intervals_of_youdens_j_hold_the_truth_in_95_of_100() -> None:
    held = total = 0
    for seed in range(300):
        known = simulate("B", 0.3, units=200, seed=seed, defects=0.3)
        for found, (sensitivity, specificity) in zip(
            competences(known.votes, known.good), CASES["B"], strict=True
        ):
            assert found.youden.low is not None
            assert found.youden.high is not None
            held += found.youden.low <= sensitivity + specificity - 1 <= found.youden.high
            total += 1
    assert 0.93 <= held / total <= 0.98


def test_no_canary_of_one_kind_leaves_a_judge_unproven() -> None:
    (found,) = competences(as_votes([[True]] * 9, ["ann"]), np.ones(9, dtype=bool))
    assert found.worth == "unproven"
    assert found.sensitivity.value is None
    assert found.youden.why


def test_the_lenient_and_the_strict_judge_stand_apart() -> None:
    panel = simulate("C", 0.3, units=1000, seed=1, missing=0.1)
    lenient, strict, _ = leniencies(panel.votes)
    assert lenient.beside.low is not None
    assert lenient.beside.low > 0
    assert strict.beside.high is not None
    assert strict.beside.high < 0
    (alone,) = leniencies(as_votes([[True], [False], [None]], ["ann"]))
    assert alone.accepted.value == 0.5
    assert alone.beside.value is None


# --- how many judges they are


@pytest.mark.parametrize(("case", "rho"), CELLS)
def test_the_effective_number_of_votes_is_found_from_200_canaries(case: str, rho: float) -> None:
    found = []
    for seed in range(20):
        known = simulate(case, rho, units=200, seed=1000 + seed, defects=0.5)
        measured = independence(known.votes, known.good, prevalence=DEFECTS, resamples=0)
        found.append(measured.effective.value or 0)
    assert abs(fmean(found) - true_effective(case, rho)) <= 0.15


def test_the_interval_of_the_effective_number_holds_it() -> None:
    held = 0
    for seed in range(60):
        known = simulate("A", 0.6, units=200, seed=seed)
        found = independence(known.votes, known.good, resamples=100).effective
        assert found.low is not None
        assert found.high is not None
        held += found.low <= true_effective("A", 0.6) <= found.high
    assert held >= 52


def test_a_judge_copied_is_one_vote_and_judges_apart_are_all() -> None:
    panel = simulate("A", 0.0, units=4000, seed=3)
    copied = from_rows(panel.votes.codes[:, [0, 0, 0]].astype(bool), categories=(False, True))
    found = independence(copied, panel.good, resamples=0)
    assert found.effective.value == pytest.approx(1)
    assert all(figure.value == pytest.approx(1) for figure in found.correlations.values())
    apart = independence(panel.votes, panel.good, resamples=0).effective.value
    assert apart == pytest.approx(3, abs=0.15)


def test_votes_alone_give_bounds_that_hold_the_true_number_and_say_what_they_are() -> None:
    for rho in RHOS:
        found = independence_bounds(simulate("A", rho, units=3000, seed=1).votes)
        assert found.basis == "votes"
        assert found.effective.low is not None
        assert found.effective.high is not None
        assert found.effective.low <= true_effective("A", rho) <= found.effective.high + 0.15


def test_judges_that_never_err_have_no_correlation() -> None:
    rows = [[True, True], [False, False]] * 5
    found = independence(as_votes(rows, ["a", "b"]), np.array([True, False] * 5))
    assert found.effective.value is None
    assert found.effective.why
    assert found.correlations["a", "b"].value is None


# --- the hidden truth


def test_dawid_and_skene_recover_raters_that_err_independently() -> None:
    rng = np.random.default_rng(0)
    classes, raters, units = 4, 5, 4000
    confusion = np.stack(
        [0.7 * np.eye(classes) + 0.3 * rng.dirichlet(np.ones(classes), classes) for _ in range(5)]
    )
    true = rng.choice(classes, units, p=[0.4, 0.3, 0.2, 0.1])
    rows = np.column_stack(
        [[rng.choice(classes, p=confusion[r, k]) for k in true] for r in range(raters)]
    ).astype(float)
    rows[rng.random(rows.shape) < 0.2] = np.nan
    found = dawid_skene(from_rows(rows))
    assert np.abs(found.prior - [0.4, 0.3, 0.2, 0.1]).max() < 0.03
    assert np.abs(found.confusion - confusion).max() < 0.1
    assert (found.posterior.argmax(axis=1) == true).mean() > 0.93
    assert found.posterior.sum(axis=1) == pytest.approx(1)


def test_dawid_and_skene_take_common_errors_for_the_truth() -> None:
    found = cell("B", 0.6, 0)
    assert found.dawid_skene.accuracy < found.calibrated.accuracy - 0.07
    assert found.dawid_skene.accuracy == pytest.approx(found.majority.accuracy, abs=0.005)


# --- the table of patterns


def test_a_table_of_many_canaries_is_what_was_counted() -> None:
    panel = truth("C", 0.6)
    table = fit_table(panel.votes, panel.good)
    for kind, shares in ((panel.good, table.good), (~panel.good, table.defect)):
        for pattern in np.ndindex(2, 2, 2):
            counted = (panel.votes.codes[kind] == pattern).all(axis=1).mean()
            assert shares[pattern] == pytest.approx(counted, abs=1e-3)


def test_gaps_among_canaries_and_votes_bend_nothing() -> None:
    whole = fit_table(truth("B", 0.3).votes, truth("B", 0.3).good)
    part = simulate("B", 0.3, units=100_000, seed=4, missing=0.3)
    table = fit_table(part.votes, part.good)
    assert table.good == pytest.approx(whole.good, abs=0.01)
    assert table.defect == pytest.approx(whole.defect, abs=0.015)
    assert estimate_prevalence(table, part.votes) == pytest.approx(DEFECTS, abs=0.01)


@settings(max_examples=40)
@given(
    st.lists(
        st.tuples(st.sampled_from(VOTES[:-1]), st.booleans()),
        min_size=1,
        max_size=30,
    )
)
def test_a_pattern_with_a_gap_is_the_sum_of_those_that_fit(
    rows: list[tuple[tuple[bool | None, ...], bool]],
) -> None:
    votes = as_votes([*(r for r, _ in rows), (True,) * 3, (False,) * 3], ["a", "b", "c"])
    table = fit_table(votes, np.array([*(good for _, good in rows), True, False]))
    assert table.good.sum() == pytest.approx(1)
    assert table.defect.sum() == pytest.approx(1)
    gap, yes, no = table.likelihoods(np.array([[1, -1, 0], [1, 1, 0], [1, 0, 0]]))
    assert gap == pytest.approx(yes + no)


@pytest.mark.parametrize("defects", [0.05, 0.25, 0.6])
def test_the_streams_prevalence_is_found_whatever_the_canaries_mix(defects: float) -> None:
    errors = []
    for seed in range(20):
        known = simulate("A", 0.3, units=200, seed=500 + seed, defects=0.5)
        stream = simulate("A", 0.3, units=3000, seed=seed, defects=defects)
        found = calibrated(known.votes, known.good, stream=stream.votes)
        assert found.prevalence_from == "votes"
        errors.append(abs(found.prevalence - defects))
    assert fmean(errors) <= 0.025


def test_the_prevalence_is_given_or_estimated_or_that_of_the_canaries() -> None:
    known, stream = (simulate("A", 0.0, units=200, seed=s, defects=0.5) for s in (1, 2))
    assert _fitted().prevalence_from == "given"
    found = calibrated(known.votes, known.good)
    assert (found.prevalence, found.prevalence_from) == (0.5, "canaries")
    with pytest.raises(ValueError, match="judges of the stream"):
        calibrated(known.votes, known.good, stream=stream.votes.of("judge 2", "judge 1"))


@pytest.mark.parametrize("good", [[True] * 4, [False] * 4])
def test_canaries_of_one_kind_calibrate_nothing(good: list[bool]) -> None:
    votes = as_votes([[True, False]] * 4, ["a", "b"])
    with pytest.raises(ValueError, match="both good and defective"):
        calibrated(votes, np.array(good))


def test_thirteen_judges_are_too_many_for_a_table() -> None:
    votes = as_votes([[True] * 13, [False] * 13], [str(judge) for judge in range(13)])
    with pytest.raises(ValueError, match="for 12 judges, not 13"):
        calibrated(votes, np.array([True, False]))
    with pytest.raises(ValueError, match="for 12 judges, not 13"):
        without_truth(votes)


# --- the policy


@pytest.mark.parametrize("votes", VOTES)
def test_a_fitted_policy_decides_by_bands_of_its_posterior(
    votes: tuple[bool | None, ...],
) -> None:
    fitted = _fitted()
    found, at = fitted(votes), fitted.posterior(votes)
    assert fitted.accept_at is not None
    assert fitted.reject_at is not None
    if set(votes) == {None}:
        assert found == "disputed"
        assert at == pytest.approx(DEFECTS)
    else:
        expected = "accepted" if at <= fitted.accept_at else "disputed"
        assert found == ("rejected" if at >= fitted.reject_at else expected)
    with pytest.raises(ValueError, match="2 votes of the 3 judges"):
        fitted(votes[:2])


def test_the_strong_judge_of_a_panel_counts_for_more_than_two_weak_ones() -> None:
    panel = truth("B", 0.3)
    fitted = calibrated(panel.votes, panel.good)
    assert fitted((True, False, False)) == "accepted"
    assert fitted((False, True, True)) != "accepted"
    assert POLICIES["majority"]((True, False, False)) == "rejected"


@pytest.mark.parametrize("seed", range(8))
def test_a_stricter_wish_accepts_no_more(seed: int) -> None:
    accepted = [
        {votes for votes in VOTES if _fitted("A", 0.3, seed, residual=wanted)(votes) == "accepted"}
        for wanted in (0.001, 0.01, 0.02, 0.05, 0.2)
    ]
    for less, more in zip(accepted, accepted[1:], strict=False):
        assert less <= more


def test_what_is_likelier_defective_is_never_accepted_and_the_reverse_never_rejected() -> None:
    lax = _fitted("D", 0.6, residual=1.0, lost=1.0)
    for votes in product([True, False], repeat=3):
        assert lax(votes) == ("accepted" if lax.posterior(votes) < 0.5 else "rejected")


def test_a_judge_put_aside_decides_nothing() -> None:
    known = simulate("B", 0.3, units=200, seed=7, defects=0.5)
    fitted = calibrated(known.votes, known.good, prevalence=DEFECTS, aside=["judge 1"])
    for votes in product([True, False, None], repeat=2):
        with_it = {round(fitted.posterior((first, *votes)), 12) for first in (True, False, None)}
        assert len(with_it) == 1


@pytest.mark.parametrize("made", ["calibrated", "dawid_skene"])
def test_a_policy_is_read_back_to_the_last_digit(made: str) -> None:
    fitted = _fitted() if made == "calibrated" else without_truth(truth("B", 0.0).votes)
    again = policy(json.loads(json.dumps(plain(fitted))))
    assert again == fitted
    assert fitted.policy == made
    assert [again(votes) for votes in VOTES] == [fitted(votes) for votes in VOTES]


@pytest.mark.parametrize(
    "change", [{"extra": 1}, {"given_good": [0.5]}, {"prevalence": 2}, {"policy": "other"}]
)
def test_a_stored_policy_that_was_tampered_with_is_refused(change: dict[str, object]) -> None:
    with pytest.raises(InputError, match="a stored policy cannot be read"):
        policy(plain(_fitted()) | change)


def test_policies_are_found_by_name() -> None:
    assert {name: policy(name) for name in POLICIES} == POLICIES
    for name in FITTED:
        with pytest.raises(InputError, match="has parameters"):
            policy(name)
    with pytest.raises(InputError, match="unknown policy 'coin'") as raised:
        policy("coin")
    assert "calibrated" in raised.value.hint


# --- the whole table


def _mean_gaps(case: str, rho: float, seeds: int) -> dict[str, float]:
    cells = [cell(case, rho, seed) for seed in range(seeds)]
    return {
        "to_ceiling": fmean(c.ceiling.accuracy - c.calibrated.accuracy for c in cells),
        "over_majority": fmean(c.calibrated.accuracy - c.majority.accuracy for c in cells),
        "majority_over_single": fmean(c.majority.accuracy - c.single.accuracy for c in cells),
        "calibration": fmean(c.calibration for c in cells),
        "prevalence": fmean(abs(c.prevalence) for c in cells),
    }


def test_with_correlated_errors_canaries_beat_majority_and_nearly_reach_the_best() -> None:
    found = _mean_gaps("B", 0.3, 10)
    assert found["over_majority"] >= 0.07
    assert found["to_ceiling"] <= 0.005
    assert found["calibration"] <= 0.04


@pytest.mark.slow
@pytest.mark.parametrize(("case", "rho"), CELLS)
def test_two_hundred_canaries_come_near_the_best_possible_on_every_panel(
    case: str, rho: float
) -> None:
    found = _mean_gaps(case, rho, 20)
    assert found["to_ceiling"] <= 0.005
    assert found["over_majority"] >= -0.010
    assert found["calibration"] <= 0.04
    assert found["prevalence"] <= 0.025
    if case == "A" and rho in (0.0, 0.6):
        assert found["majority_over_single"] >= (0.07 if rho == 0 else 0.02)
    if case == "B":
        assert found["over_majority"] >= 0.04


@pytest.mark.slow
def test_a_strong_and_two_weak_judges_let_2_percent_through_and_keep_90_of_100() -> None:
    bands = [cell("B", 0.3, seed, mix=0.5).bands for seed in range(60)]
    assert fmean(found.residual for found in bands) <= 0.02
    assert fmean(found.kept for found in bands) >= 0.90


@pytest.mark.slow
@pytest.mark.parametrize(("case", "rho"), CELLS)
def test_the_residual_rate_that_was_asked_for_is_nearly_kept_on_every_panel(
    case: str, rho: float
) -> None:
    bands = [cell(case, rho, seed, mix=0.5).bands for seed in range(20)]
    assert fmean(found.residual for found in bands) <= 0.03


def test_unanimity_of_independent_judges_lets_nearly_nothing_through() -> None:
    panel = truth("A", 0.0)
    accepted = (panel.votes.codes == 1).all(axis=1)
    assert (~panel.good[accepted]).mean() <= 0.005
