"""The panel's policies: from the judges' votes to a decision.

A policy is one function of the votes in the panel's order; a vote is True to accept, False to
reject, None when the judge could not be scored.
"""

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

from .verdicts import BLOCKERS

Status = Literal["accepted", "disputed", "rejected", "failed"]
Votes = Sequence[bool | None]
Policy = Callable[[Votes], Status]


@dataclass(frozen=True, slots=True)
class Decision:
    """What became of a sample, and why in a form that a machine can count."""

    status: Status
    reason: str
    """`panel:3-0`, `judges:correct`, `check:placeholder`, `writer:refused` …"""
    detail: str = ""


def unanimous(votes: Votes) -> Status:
    """All accept: accepted; all reject: rejected; else disputed."""
    if all(vote is True for vote in votes):
        return "accepted"
    return "rejected" if all(vote is False for vote in votes) else "disputed"


def majority(votes: Votes) -> Status:
    """What more than half of the judges say; disputed when no side has that many."""
    half = len(votes) / 2
    if sum(vote is True for vote in votes) > half:
        return "accepted"
    return "rejected" if sum(vote is False for vote in votes) > half else "disputed"


POLICIES: dict[str, Policy] = {"unanimous": unanimous, "majority": majority}


@dataclass(frozen=True, slots=True)
class NamedPolicy:
    """A policy of somebody's own, as a plugin offers it."""

    name: str
    function: Policy

    def __call__(self, votes: Votes) -> Status:
        """See `Policy`."""
        return self.function(votes)


def panel_policy(name: str) -> Callable[[Policy], NamedPolicy]:
    """Offer a function of the votes as a policy, for recipes to name under `panel.policy`.

    The votes stand in the panel's order: True to accept, False to reject, None for a judge that
    could not be scored. It returns "accepted", "disputed" or "rejected", and never sees votes that
    are all None.
    """
    return lambda function: NamedPolicy(name, function)


def decide(verdicts: Sequence[Mapping[str, Any]], policy: Policy) -> Decision:
    """The panel's decision on verdicts in the panel's order."""
    votes: list[bool | None] = [
        None if verdict.get("unscored") else bool(verdict["accept"]) for verdict in verdicts
    ]
    if all(vote is None for vote in votes):
        detail = "; ".join(str(verdict["unscored"]) for verdict in verdicts)
        return Decision("failed", "panel:unscored", detail)
    status = policy(votes)
    if status not in ("accepted", "disputed", "rejected"):
        raise ValueError(f"a policy says accepted, disputed or rejected, not {status!r}")
    yes, no = sum(vote is True for vote in votes), sum(vote is False for vote in votes)
    tally = f"panel:{yes}-{no}" + ("" if None not in votes else f"-{votes.count(None)}")
    if status != "rejected":
        return Decision(status, tally)
    return Decision(status, f"judges:{dominating(verdicts) or 'score'}", tally)


def placed(decision: Decision, found: bool | None) -> Decision:
    """The decision, seeing whether a blind annotator found the intended leaf again.

    What the judges accept and nobody finds where it should be is disputed. None: nobody looked.
    """
    if decision.status != "accepted" or found is not False:
        return decision
    return Decision("disputed", "label_check:elsewhere", decision.reason)


def dominating(verdicts: Sequence[Mapping[str, Any]]) -> str:
    """The criterion that most judges found not met; blockers and the rubric's order break ties."""
    counts: Counter[str] = Counter()
    for verdict in verdicts:
        if not verdict.get("unscored"):
            # Counted even when met: a Counter keeps the order in which it first sees a name.
            for name, criterion in verdict["criteria"].items():
                counts[name] += criterion["finding"] == "not_met"
    failed = [name for name in counts if counts[name]]
    return min(failed, key=lambda name: (-counts[name], name not in BLOCKERS), default="")
