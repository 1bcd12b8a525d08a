"""The rewriter: one role, two prompts. It diversifies a draft, or answers the critic's notes.

A diversified draft that lost a figure, code, an address or a turn is asked for again: wording may
change, what was asked may not. A repair may change what was noted.
"""

from ..models import Answer, Failure
from ..quality import lost
from .outputs import Repair, Rewrite
from .role import Call, Result, role
from .scene import Scene


@role("rewriter", output=Rewrite, prompts=("rewriter", "repair"))
async def rewriter(scene: Scene, call: Call) -> Result:
    """Rewrites a draft by the blueprint's operations, or repairs what the critic noted."""
    if not scene.notes and not scene.sight("operations"):
        return Result(artifact={"changes": []})
    before = scene.candidate().messages()

    def problem(said: Rewrite) -> str:
        return lost(before, said.draft.messages())

    answer: Answer[Repair] | Answer[Rewrite] | Failure
    if scene.notes:
        answer = await call("repair", Repair)
    else:
        answer = await call("rewriter", Rewrite, check=problem)
    if isinstance(answer, Failure):
        return Result(failure=answer)
    artifact = answer.value.model_dump(exclude={"draft"})
    return Result(artifact=artifact, draft=answer.value.draft)
