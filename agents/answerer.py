"""The answerer: the assistant's answer to one message of a conversation that is still going on.

Once the last message that was planned has its answer, the conversation is the draft.
"""

from ..models import Failure
from .outputs import Draft, Response, Turn
from .role import Call, Result, role
from .scene import Scene
from .talk import ASSISTANT, assistants_look


@role("answerer", output=Response, allowed=ASSISTANT)
async def answerer(scene: Scene, call: Call) -> Result:
    """Answers for the assistant, one message at a time."""
    answer = await call.at(assistants_look(scene))("answerer", Response)
    if isinstance(answer, Failure):
        return Result(failure=answer)
    said, before = answer.value, scene.dialogue
    turns = [*before.get("turns", ()), {"user": before["asked"], "assistant": said.answer}]
    dialogue = {**before, "turns": turns, "asked": ""}
    if len(turns) < scene.blueprint.turns:
        return Result(dialogue=dialogue)
    draft = Draft(
        system=scene.artifacts["planner"].get("system", ""),
        reasoning=said.reasoning,
        turns=[Turn.model_validate(turn) for turn in turns],
        final_answer=said.final_answer,
    )
    return Result(dialogue=dialogue, draft=draft)
