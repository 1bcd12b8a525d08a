"""What the panel's policy of a run lets through: by its own account, and on canaries."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from math import inf
from typing import Any

import numpy as np

from ..errors import InputError
from ..quality import Figure, FittedPolicy, Policy, policy
from ..quality.figure import share
from ..quality.ratings import MISSING, Codes, Ratings, distinct
from .report_evidence import Evidence
from .report_independence import defects_of


@dataclass(frozen=True, slots=True)
class Decided:
    """The samples that one policy decides on, and what it says of them itself."""

    waves: tuple[int, ...]
    """Those that it was in force for; empty where that is not known, and for all decided anew."""
    anew: bool
    """Whether it came after the run, and decided all samples again."""
    name: str
    judged: int
    accepted: Figure
    """Share of the judged samples that it accepts."""
    rejected: Figure
    parameters: FittedPolicy | None
    """None for a policy without any."""
    residual: Figure
    """Share of defects among the accepted that its posterior expects."""


@dataclass(frozen=True, slots=True)
class PolicyPart:
    """How samples are decided."""

    name: str
    decided: tuple[Decided, ...]
    missed: Figure
    """Share of the defective canaries that it accepts."""
    kept: Figure
    """Share of the good canaries that it accepts."""
    defects: Figure
    """Share of defects among the samples that is reckoned with."""
    residual: Figure
    """Share of defects among the accepted that follows from these three."""


def policy_part(found: Evidence) -> PolicyPart:
    """Apply each policy to the votes that it is for, and the last one to the canaries."""
    stored = list(found.policies) or [{"wave": None, "name": found.recipe.panel.policy, "data": {}}]
    decided = tuple(_decided(found, row, waves) for row, waves in _in_force(found, stored))
    missed, kept = _on_canaries(found, stored[-1])
    defects = defects_of(found)
    return PolicyPart(
        name=stored[-1]["name"],
        decided=decided,
        missed=missed,
        kept=kept,
        defects=defects,
        residual=_residual(missed, kept, defects),
    )


def _in_force(
    found: Evidence, stored: Sequence[dict[str, Any]]
) -> Iterator[tuple[dict[str, Any], tuple[int, ...]]]:
    """Each policy with its waves: it stays until another one is written down."""
    waves = sorted({row["wave"] for row in found.samples if row["wave"] is not None})
    starts = [row["wave"] for row in stored if row["wave"] is not None]
    for at, row in enumerate(stored):
        if row["wave"] is None:
            yield row, ()
            continue
        end = starts[at + 1] if at + 1 < len(starts) else inf
        yield row, tuple(wave for wave in waves if row["wave"] <= wave < end)


def _decided(found: Evidence, row: dict[str, Any], waves: tuple[int, ...]) -> Decided:
    everywhere = row["wave"] is None
    places = [at for at, one in enumerate(found.samples) if everywhere or one["wave"] in waves]
    function, votes = _policy(row), found.panel.votes
    fitted = function if isinstance(function, FittedPolicy) else None
    residual = Figure(None, why="a policy without a posterior")
    if function is None:
        codes = found.decisions[places]
    else:
        codes = _apply(function, _in_order(votes, fitted).codes[places])
    if fitted is not None:
        given = _in_order(votes, fitted).codes[places][codes == 1]
        expected = fitted.table.posterior(given, fitted.prevalence)
        residual = Figure(float(expected.mean())) if len(given) else Figure(None, why="none kept")
    accepted, rejected = (share(int((codes == said).sum()), len(codes)) for said in (1, 0))
    return Decided(
        waves=waves,
        anew=everywhere and bool(found.policies),
        name=row["name"],
        judged=len(codes),
        accepted=accepted,
        rejected=rejected,
        parameters=fitted,
        residual=residual,
    )


def _on_canaries(found: Evidence, row: dict[str, Any]) -> tuple[Figure, Figure]:
    """Shares of the defective and of the good canaries that are accepted."""
    function, truth = _policy(row), found.truth
    why = "no canaries" if truth.basis != "canaries" else ""
    why = why or ("a plugin's policy" if function is None else "")
    if why or function is None:
        return Figure(None, why=why), Figure(None, why=why)
    fitted = function if isinstance(function, FittedPolicy) else None
    votes = _in_order(truth.votes, fitted).codes
    seen = (votes != MISSING).any(axis=1)
    accepted = _apply(function, votes[seen]) == 1
    good = truth.good[seen]
    missed, kept = (share(int(accepted[kind].sum()), int(kind.sum())) for kind in (~good, good))
    return missed, kept


def _residual(missed: Figure, kept: Figure, defects: Figure) -> Figure:
    if missed.value is None or kept.value is None or defects.value is None:
        return Figure(None, why=missed.why or kept.why or defects.why)
    through = defects.value * missed.value
    accepted = through + (1 - defects.value) * kept.value
    return Figure(through / accepted) if accepted else Figure(None, why="none accepted")


def _policy(row: dict[str, Any]) -> Policy | None:
    """None for one that a plugin offered, whose function is not stored."""
    try:
        return policy(row["data"] or row["name"])
    except InputError:
        return None


def _in_order(votes: Ratings, fitted: FittedPolicy | None) -> Ratings:
    """Votes in the order that a policy wants them in; gaps for a judge that has not voted."""
    if fitted is None:
        return votes
    silent = np.full(len(votes.codes), MISSING)
    columns = [
        votes.codes[:, votes.raters.index(name)] if name in votes.raters else silent
        for name in fitted.judges
    ]
    return Ratings(np.column_stack(columns), votes.categories, fitted.judges)


def _apply(function: Policy, codes: Codes) -> Codes:
    """1 accepted, 0 rejected, a gap for disputed; each pattern of votes is decided once."""
    rows, place, _ = distinct(codes)
    return np.asarray([_decision(function, row.tolist()) for row in rows], dtype=np.int64)[place]


def _decision(function: Policy, codes: Sequence[int]) -> int:
    votes = [None if vote == MISSING else bool(vote) for vote in codes]
    if all(vote is None for vote in votes):
        return MISSING
    return {"accepted": 1, "rejected": 0}.get(function(votes), MISSING)
