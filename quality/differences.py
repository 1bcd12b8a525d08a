"""Where judges differ: in the decision, in a criterion, in the score.

Works on verdicts as plain data and says what each side said; whether a difference is worth a
person's time, and who settles it, is not known here.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

Kind = Literal["decision", "criterion", "score", "label"]
Verdicts = Sequence[Mapping[str, Any]]
SPREAD = 2
"""Scores of 0 to 5 that lie so far apart are a difference."""


@dataclass(frozen=True, slots=True)
class Difference:
    """One thing that judges or annotators do not agree on."""

    kind: Kind
    detail: dict[str, Any]
    """What each side said, by who said it."""
    subject: str = ""
    """The criterion, or the attribute; "" for what a sample has only one of."""


def differences(verdicts: Verdicts, *, spread: int = SPREAD) -> list[Difference]:
    """Every difference between verdicts on one sample, that of the decision first."""
    decision = difference(verdicts)
    found = [] if decision is None else [Difference("decision", decision)]
    scored = _scored(verdicts)
    for name in scored[0]["criteria"] if scored else ():
        sides = {verdict["judge"]: dict(verdict["criteria"][name]) for verdict in scored}
        # Who cannot tell contradicts nobody.
        if {"met", "not_met"} <= {side["finding"] for side in sides.values()}:
            found.append(Difference("criterion", {"sides": sides}, name))
    scores = {verdict["judge"]: verdict["score"] for verdict in scored}
    apart = max(scores.values(), default=0) - min(scores.values(), default=0)
    if apart >= spread:
        found.append(Difference("score", {"sides": scores, "spread": apart}))
    return found


def difference(verdicts: Verdicts) -> dict[str, Any] | None:
    """What the judges' decisions differ in, as the detail of a disagreement; None if they agree."""
    votes = {
        verdict["judge"]: None if verdict.get("unscored") else bool(verdict["accept"])
        for verdict in verdicts
    }
    if len(set(votes.values())) <= 1:
        return None
    scored = _scored(verdicts)
    names = list(scored[0]["criteria"]) if scored else []
    findings = {
        name: {verdict["judge"]: verdict["criteria"][name]["finding"] for verdict in scored}
        for name in names
    }
    return {
        "votes": votes,
        "criteria": {name: by for name, by in findings.items() if len(set(by.values())) > 1},
        "scores": {verdict["judge"]: verdict["score"] for verdict in scored},
        "unscored": {v["judge"]: v["unscored"] for v in verdicts if v.get("unscored")},
    }


def _scored(verdicts: Verdicts) -> list[Mapping[str, Any]]:
    return [verdict for verdict in verdicts if not verdict.get("unscored")]
