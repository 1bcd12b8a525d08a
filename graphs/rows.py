"""What a run writes of its blueprints, samples, canaries and verdicts, as rows of the store.

Knows columns and plain data; decides nothing.
"""

from collections.abc import Mapping
from typing import Any

from ..agents import Draft
from ..store import records
from ..store.writer import Statement
from ..taxonomy import PATH_SEPARATOR, Blueprint
from .engine import moment
from .state import State

Row = dict[str, Any]


def blueprint_row(run_id: str, wave: int, blueprint: Blueprint) -> Row:
    """A row of `blueprints`."""
    return {
        "run_id": run_id,
        "id": blueprint.id,
        "wave": wave,
        "slot": blueprint.slot,
        "attempt": blueprint.attempt,
        "leaf": PATH_SEPARATOR.join(blueprint.path),
        "labels": dict(blueprint.labels),
        "language": blueprint.language,
        "seed": blueprint.seed,
        "content": blueprint.to_dict(),
    }


def sample_row(
    run_id: str, sample_id: str, blueprint: Blueprint, *, state: State, model: str, as_of: str
) -> Row:
    """A row of `samples`: what became of a blueprint."""
    draft = Draft.model_validate(state["draft"]) if state.get("draft") else None
    ending = state["ending"]
    return {
        "id": sample_id,
        "run_id": run_id,
        "blueprint_id": blueprint.id,
        "slot": blueprint.slot,
        "attempt": blueprint.attempt,
        "leaf": PATH_SEPARATOR.join(blueprint.path),
        "labels": dict(blueprint.labels),
        "language": blueprint.language,
        "messages": draft.messages() if draft else [],
        "reasoning": draft.reasoning if draft else "",
        "final_answer": draft.final_answer if draft else "",
        "status": ending["status"],
        "reason": ending["reason"],
        "detail": ending["detail"],
        "artifacts": state.get("artifacts", {}),
        "model": model,
        "as_of": as_of,
        "created_at": moment(),
    }


def link_row(run_id: str, sample_id: str, blueprint: Blueprint) -> Row:
    """A row of `links`: which sample another was made from."""
    return {
        "sample_id": sample_id,
        "run_id": run_id,
        "source_id": records.sample_id(run_id, blueprint.source),
        "kind": blueprint.link,
        "member": blueprint.member,
    }


def verdict_row(verdict: Mapping[str, Any]) -> Row:
    """A row of `verdicts`, but for whom it is of."""
    unscored = verdict["unscored"]
    return {
        "judge": verdict["judge"],
        "model": verdict["model"],
        "prompt": verdict["prompt"],
        "variant": verdict["variant"],
        "accept": None if unscored else int(verdict["accept"]),
        "score": None if unscored else verdict["score"],
        "criteria": verdict.get("criteria", {}),
        "rationale": verdict.get("rationale", ""),
        "unscored": unscored,
    }


def policy_row(run_id: str, wave: int | None, name: str, data: Mapping[str, Any]) -> Statement:
    """The statement that says by which policy a wave is decided, or samples anew."""
    row = {"run_id": run_id, "wave": wave, "name": name, "data": dict(data), "created_at": moment()}
    return records.insert("policies", [row])
