"""The merger: sees all that was proposed for a list, and says of each entry what becomes of it."""

from ..models import Answer, Failure
from .grow_outputs import AttributeMerge, Merge
from .grow_scene import GrowScene
from .role import Call, Result, role


@role("merger", output=Merge, prompts=("merger",))
async def merger(scene: GrowScene, call: Call) -> Result:
    """Merges synonyms, removes, splits and renames, with a reason for each entry."""
    output: type[Merge] | type[AttributeMerge] = (
        AttributeMerge if scene.spot.kind == "attributes" else Merge
    )
    answer: Answer[Merge | AttributeMerge] | Failure = await call("merger", output)
    if isinstance(answer, Failure):
        return Result(failure=answer)
    decisions = [ruling.decision().to_dict() for ruling in answer.value.entries]
    return Result(artifact={"model": answer.model, "decisions": decisions})
