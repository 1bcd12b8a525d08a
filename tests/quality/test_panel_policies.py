"""From votes to a decision: every triple of votes, and what is said of the reason."""

from itertools import product
from random import Random
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from taxoloom.quality import BLOCKERS, POLICIES, Decision, decide, difference
from taxoloom.quality.panel import dominating

RUBRIC = (
    *("on_request", "correct", "complete", "clear"),
    *("safe", "current", "natural_request", "worth_training"),
)
JUDGES = ("examiner", "sceptic", "editor", "fourth", "fifth")
Verdict = dict[str, Any]


def _verdict(judge: str, accept: bool | None, *not_met: str, score: int = 3) -> Verdict:
    if accept is None:
        return {"judge": judge, "model": "m", "unscored": f"empty: {judge}"}
    findings = {name: "not_met" if name in not_met else "met" for name in RUBRIC}
    criteria = {name: {"finding": finding, "quote": ""} for name, finding in findings.items()}
    return {
        "judge": judge,
        "model": "m",
        "accept": accept,
        "score": score,
        "criteria": criteria,
        "unscored": "",
    }


def _verdicts(votes: tuple[bool | None, ...]) -> list[Verdict]:
    return [_verdict(judge, vote) for judge, vote in zip(JUDGES, votes, strict=False)]


@pytest.mark.parametrize("policy", POLICIES)
@pytest.mark.parametrize("votes", list(product([True, False, None], repeat=3)))
def test_every_triple_of_votes(policy: str, votes: tuple[bool | None, ...]) -> None:
    yes, no, silent = (votes.count(vote) for vote in (True, False, None))
    found = decide(_verdicts(votes), POLICIES[policy])
    if silent == 3:
        assert (found.status, found.reason) == ("failed", "panel:unscored")
        assert all(f"empty: {judge}" in found.detail for judge in JUDGES[:3])
        return
    enough = 3 if policy == "unanimous" else 2
    expected = "accepted" if yes >= enough else "rejected" if no >= enough else "disputed"
    assert found.status == expected
    tally = f"panel:{yes}-{no}" + (f"-{silent}" if silent else "")
    if expected == "rejected":
        assert (found.reason, found.detail) == ("judges:score", tally)
    else:
        assert (found.reason, found.detail) == (tally, "")


VOTES = st.lists(st.sampled_from([True, False, None]), min_size=1, max_size=5).map(tuple)


@given(VOTES, st.sampled_from(sorted(POLICIES)))
def test_what_is_disputed_has_a_difference_and_no_dissent_is_lost(
    votes: tuple[bool | None, ...], policy: str
) -> None:
    verdicts = _verdicts(votes)
    status, differs = decide(verdicts, POLICIES[policy]).status, difference(verdicts)
    assert (differs is None) == (len(set(votes)) == 1)
    assert status != "disputed" or differs is not None
    if differs is not None:
        assert differs["votes"] == dict(zip(JUDGES, votes, strict=False))
        assert set(differs["scores"]) == {j for j, v in differs["votes"].items() if v is not None}
        assert set(differs["unscored"]) == {j for j, v in differs["votes"].items() if v is None}


@given(VOTES, st.randoms(), st.sampled_from(sorted(POLICIES)))
def test_the_order_of_the_judges_decides_nothing(
    votes: tuple[bool | None, ...], random: Random, policy: str
) -> None:
    verdicts = _verdicts(votes)
    shuffled = random.sample(verdicts, len(verdicts))
    one, other = decide(verdicts, POLICIES[policy]), decide(shuffled, POLICIES[policy])
    assert (one.status, one.reason) == (other.status, other.reason)


@given(VOTES, st.sampled_from(sorted(POLICIES)))
def test_one_more_yes_never_turns_against_a_sample(
    votes: tuple[bool | None, ...], policy: str
) -> None:
    rank = {"rejected": 0, "disputed": 1, "accepted": 2}
    for place, vote in enumerate(votes):
        if vote is False:
            kinder = (*votes[:place], True, *votes[place + 1 :])
            assert rank[POLICIES[policy](kinder)] >= rank[POLICIES[policy](votes)]


def test_no_verdict_at_all_accepts_nothing() -> None:
    for policy in POLICIES.values():
        assert decide([], policy) == Decision("failed", "panel:unscored", "")


# --- why


@pytest.mark.parametrize(
    ("not_met", "expected"),
    [
        ([(), (), ()], ""),
        ([("clear",), ("clear",), ("correct",)], "clear"),
        ([("clear",), ("correct",), ()], "correct"),
        ([("worth_training",), ("clear",), ()], "clear"),
        ([("safe",), ("correct",), ("current",)], "correct"),
        ([("current", "safe"), (), ()], "safe"),
        ([("on_request", "clear"), ("clear",), ("on_request",)], "on_request"),
    ],
)
def test_the_dominating_criterion_is_that_of_most_judges_then_a_blocker_then_the_rubrics_first(
    not_met: list[tuple[str, ...]], expected: str
) -> None:
    verdicts = [_verdict(j, False, *names) for j, names in zip(JUDGES, not_met, strict=False)]
    assert dominating(verdicts) == expected
    reason = f"judges:{expected or 'score'}"
    assert decide(verdicts, POLICIES["unanimous"]) == Decision("rejected", reason, "panel:0-3")


@given(st.lists(st.sets(st.sampled_from(RUBRIC)), min_size=1, max_size=5), st.randoms())
def test_the_dominating_criterion_does_not_hang_on_the_order_of_the_judges(
    not_met: list[set[str]], random: Random
) -> None:
    verdicts = [_verdict(j, False, *names) for j, names in zip(JUDGES, not_met, strict=False)]
    found = dominating(verdicts)
    assert dominating(random.sample(verdicts, len(verdicts))) == found
    counts = {name: sum(name in names for names in not_met) for name in RUBRIC}
    assert bool(found) == any(counts.values())
    if found:
        assert counts[found] == max(counts.values())
        tied = [name for name in RUBRIC if counts[name] == counts[found]]
        assert (found in BLOCKERS) == any(name in BLOCKERS for name in tied)


def test_judges_that_could_not_be_scored_have_no_part_in_the_reason() -> None:
    verdicts = [_verdict("examiner", None), _verdict("sceptic", False, "clear")]
    assert dominating(verdicts) == "clear"
    assert dominating([_verdict("examiner", None)]) == ""


# --- the detail of a disagreement


def test_a_difference_names_votes_criteria_and_scores() -> None:
    verdicts = [
        _verdict("examiner", True, score=5),
        _verdict("sceptic", False, "correct", "clear", score=1),
        _verdict("editor", False, "correct", score=2),
    ]
    assert difference(verdicts) == {
        "votes": {"examiner": True, "sceptic": False, "editor": False},
        "criteria": {
            "correct": {"examiner": "met", "sceptic": "not_met", "editor": "not_met"},
            "clear": {"examiner": "met", "sceptic": "not_met", "editor": "met"},
        },
        "scores": {"examiner": 5, "sceptic": 1, "editor": 2},
        "unscored": {},
    }


def test_judges_that_accept_for_different_reasons_agree() -> None:
    assert difference([_verdict("a", True, "clear"), _verdict("b", True, score=5)]) is None
    assert difference([_verdict("a", None), _verdict("b", None)]) is None
    silent = difference([_verdict("a", True), _verdict("b", None)])
    assert silent is not None
    assert silent["unscored"] == {"b": "empty: b"}
    assert silent["criteria"] == {}
