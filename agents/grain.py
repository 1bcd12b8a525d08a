"""The level plan: what one entry is on a level, settled before any list of that level is grown."""

from ..models import Failure
from .grow_outputs import Grain
from .grow_scene import GrowScene
from .role import Call, Result, role

_LONGEST = 400


@role("grain", output=Grain, prompts=("grain",))
async def grain(scene: GrowScene, call: Call) -> Result:
    """Says what one entry of a level is, how many to expect, and how they are named."""
    answer = await call("grain", Grain)
    if isinstance(answer, Failure):
        return Result(failure=answer)
    few, many = answer.value.bounds()
    words = answer.value.model_dump(include={"unit", "naming", "coarser", "finer"})
    plan = {name: " ".join(text.split())[:_LONGEST] for name, text in words.items()}
    return Result(artifact={**plan, "few": few, "many": many})
