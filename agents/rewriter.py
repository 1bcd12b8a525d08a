"""The rewriter: it carries out a sample's operations, or answers the critic's notes.

Operations that are told in one prompt are one call. A rewrite that touched what its operations may
not, or lost a figure, code or an address, is asked for again. A repair may change what was noted.
"""

from collections.abc import Sequence
from dataclasses import replace
from itertools import groupby
from typing import Any

from ..models import Failure
from .drift import problem
from .operation import Operation
from .outputs import Draft, Repair, Rework, Rewrite
from .role import Call, Result, role, unanswered
from .scene import Scene

ANEW = ("complexify", "translate")
"""Prompts whose reply says what the answer must do from now on."""

_KEPT = ("requirements", "operations", "before")
"""What stays on record of a rewrite when its draft is repaired."""


@role("rewriter", output=Rewrite, prompts=("rewriter", "repair", *ANEW))
async def rewriter(scene: Scene, call: Call) -> Result:
    """Rewrites a draft by the blueprint's operations, or repairs what the critic noted."""
    if scene.notes:
        return await _repaired(scene, call)
    artifact: dict[str, Any] = {"changes": []}
    draft: Draft | None = None
    todo = scene.operations()
    for prompt, found in groupby(todo, key=lambda one: one.prompt):
        operations = tuple(found)
        # What an operation has put in the place of draft and requirements counts for the next.
        told = {**scene.artifacts, "rewriter": artifact}
        now = scene if draft is None else replace(scene, draft=draft.model_dump(), artifacts=told)
        look = replace(now, asked=operations)
        answer = await call.at(look)(
            prompt, Rework if prompt in ANEW else Rewrite, check=_Held(look.candidate(), operations)
        )
        if isinstance(answer, Failure):
            return unanswered(answer)
        said = answer.value
        draft = said.draft
        artifact["changes"] += said.changes
        artifact["operations"] = [*artifact.get("operations", []), *(o.name for o in operations)]
        if isinstance(said, Rework):
            artifact["requirements"] = list(said.requirements)
    translated = any(one.values for one in todo)
    if draft is not None and not translated and (before := _asked(scene.candidate(), draft)):
        artifact["before"] = before
    return Result(artifact=artifact, draft=draft)


def _asked(before: Draft, after: Draft) -> list[str]:
    """The asker's messages before a rewrite, for those who look what became of them."""
    told = [turn.user for turn in before.turns]
    return [] if told == [turn.user for turn in after.turns] else told


class _Held:
    """What a rewrite of a draft is held to."""

    def __init__(self, before: Draft, operations: Sequence[Operation]) -> None:
        self._before, self._operations = before, operations

    def __call__(self, said: Rewrite) -> str:
        return problem(self._operations, self._before, said.draft)


async def _repaired(scene: Scene, call: Call) -> Result:
    answer = await call("repair", Repair)
    if isinstance(answer, Failure):
        return Result(failure=answer)
    # What the rewrite did and demanded still holds after the repair.
    before = scene.artifacts.get("rewriter", {})
    kept = {key: before[key] for key in _KEPT if key in before}
    said = answer.value
    return Result(artifact={**kept, **said.model_dump(exclude={"draft"})}, draft=said.draft)
