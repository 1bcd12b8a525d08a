"""The writer: the first draft of a sample, where both sides of it come from one hand."""

from ..models import Failure
from .held import begins, number_of_turns, system_message
from .outputs import Draft
from .role import Call, Result, heard, role
from .scene import Scene


@role("writer", output=Draft)
async def writer(scene: Scene, call: Call) -> Result:
    """Writes both sides of the dialogue from the plan."""

    def problem(draft: Draft) -> str:
        return (
            number_of_turns(scene.blueprint, draft.turns)
            or system_message(scene.blueprint, draft.system)
            or begins(scene.blueprint, draft.turns[0].user)
        )

    said = heard(await call("writer", Draft, check=problem), Draft)
    if isinstance(said, Failure):
        return Result(failure=said)
    draft = said
    if not begins(scene.blueprint, said.turns[0].user):
        draft = _with_opening(said, scene.blueprint.opening)
    return Result(artifact=draft.model_dump(), draft=draft)


def _with_opening(draft: Draft, opening: str) -> Draft:
    """The draft with the opening as it was planned: a reply may have spaced it otherwise."""
    if not opening:
        return draft
    first, *later = draft.turns
    turns = [first.model_copy(update={"user": opening}), *later]
    return draft.model_copy(update={"turns": turns})
