"""The critic: asked twice and separately, and content only if both answers agree.

«Show that it is right» and «show that it is wrong» guard against a critic that finds what it was
told to look for (the double critic of Simula, arXiv 2603.29791).
"""

import asyncio

from ..models import Failure
from .outputs import Critique
from .role import Call, Result, role
from .scene import Scene


@role("critic", output=Critique, prompts=("critic_for", "critic_against"))
async def critic(scene: Scene, call: Call) -> Result:
    """Looks for what is wrong with a draft, from two sides, with a remedy for each issue."""
    answers = await asyncio.gather(call("critic_for", Critique), call("critic_against", Critique))
    critiques: list[Critique] = []
    for answer in answers:
        if isinstance(answer, Failure):
            return Result(failure=answer)
        critiques.append(answer.value)
    passes = all(critique.sound for critique in critiques)
    notes = [issue.model_dump() for critique in critiques for issue in critique.issues]
    return Result(
        artifact={"passes": passes, "critiques": [critique.model_dump() for critique in critiques]},
        notes=[] if passes else notes,
    )
