"""The user simulator: the next message of the person who asks, with a goal and patience of its own.

It is asked once for each message that was planned. Who is satisfied goes on with what else was to
be brought up; who gives up ends the sample.
"""

from collections.abc import Mapping
from typing import Any

from ..models import Failure
from .outputs import Draft, Turn, Utterance
from .role import Call, Result, role
from .scene import Scene
from .talk import PERSON, patience, persons_look

GIVES_UP = "gives_up"


@role("user_simulator", output=Utterance, allowed=PERSON)
async def user_simulator(scene: Scene, call: Call) -> Result:
    """Speaks for the person who asks, one message at a time."""
    if scene.round == 1 and scene.blueprint.opening:
        return _said(scene, "opening", scene.blueprint.opening)
    answer = await call.at(persons_look(scene))(
        "user_simulator", Utterance, check=lambda said: _problem(scene, said)
    )
    if isinstance(answer, Failure):
        return Result(failure=answer)
    said = answer.value
    if said.state != GIVES_UP:
        return _said(scene, said.state, said.message)
    turns = [Turn.model_validate(turn) for turn in scene.dialogue["turns"]]
    return Result(
        artifact=_artifact(scene, GIVES_UP),
        draft=Draft(system=scene.artifacts["planner"].get("system", ""), turns=turns),
        reject=said.message,
        rejected_for=GIVES_UP,
    )


def _said(scene: Scene, state: str, message: str) -> Result:
    artifact = _artifact(scene, state)
    told = {**scene.dialogue, "asked": message, "states": artifact["states"]}
    return Result(artifact=artifact, dialogue=told)


def _artifact(scene: Scene, state: str) -> Mapping[str, Any]:
    states = [*scene.dialogue.get("states", ()), state]
    return {"patience": patience(scene.blueprint), "states": states}


def _problem(scene: Scene, said: Utterance) -> str:
    """Patience is a number of answers: nobody gives up before there were so many."""
    answers, bears = scene.round - 1, patience(scene.blueprint)
    if said.state == GIVES_UP and answers < bears:
        return f"gives_up after {answers} answers, but this person bears {bears} that do not help"
    return ""
