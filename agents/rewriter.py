"""The rewriter: one role, two prompts. It diversifies a draft, or answers the critic's notes."""

from ..models import Failure
from .outputs import Repair, Rewrite
from .role import Call, Result, role
from .scene import Scene


@role("rewriter", output=Rewrite, prompts=("rewriter", "repair"))
async def rewriter(scene: Scene, call: Call) -> Result:
    """Rewrites a draft by the blueprint's operations, or repairs what the critic noted."""
    if not scene.notes and not scene.sight("operations"):
        return Result(artifact={"changes": []})
    asked = call("repair", Repair) if scene.notes else call("rewriter", Rewrite)
    answer = await asked
    if isinstance(answer, Failure):
        return Result(failure=answer)
    artifact = answer.value.model_dump(exclude={"draft"})
    return Result(artifact=artifact, draft=answer.value.draft)
