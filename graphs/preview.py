"""What a role's model will see, without calling it: for `taxoloom prompt` and golden tests.

Where an input comes from a role that has not spoken, an example stands in for it.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from itertools import islice
from typing import Any

from ..agents import Draft, Operation, Scene, render, request_of, shape_of
from ..agents.annotator import LABEL_CHECK, first_look
from ..agents.outputs import Issue, Plan, Repair, Rework, Turn
from ..agents.rewriter import ANEW
from ..agents.scene import View
from ..agents.talk import assistants_look, persons_look
from ..errors import InputError
from ..taxonomy import Blueprint
from ..taxonomy import Plan as Slots
from .prepare import Prepared, today
from .spec import ASSISTANT, USER

_NEAR = 500
"""How far a sample of several messages is looked for."""
_REPLIES = {"repair": Repair} | dict.fromkeys(ANEW, Rework)


def _several(plan: Slots) -> Blueprint:
    """The first blueprint of several messages; the first of all where none of the next has."""
    several = (one for one in islice(plan.blueprints(), _NEAR) if one.turns > 1)
    return next(several, plan.blueprint(0))


def _persons_look(scene: Scene) -> View:
    said = [{"user": "<request>", "assistant": "<answer>"}] if scene.blueprint.turns > 1 else []
    return persons_look(replace(scene, round=len(said) + 1, dialogue={"turns": said}))


def _assistants_look(scene: Scene) -> View:
    return assistants_look(replace(scene, round=1, dialogue={"asked": "<request>"}))


_LOOKS: Mapping[str, Callable[[Scene], View]] = {
    LABEL_CHECK: first_look,
    USER: _persons_look,
    ASSISTANT: _assistants_look,
}
"""Roles that see something else than the scene."""


def preview(prepared: Prepared, name: str) -> Iterator[dict[str, Any]]:
    """The prompts of a role or judge for the first blueprint; InputError if there is none."""
    seats = [seat for seat in prepared.spec.seats if name in (seat.node, seat.role.name)]
    if not seats:
        known = ", ".join(seat.node for seat in prepared.spec.seats)
        raise InputError(f"there is no role {name!r} in the graph", hint=f"it has {known}")
    talks = seats[0] in prepared.spec.dialogue
    blueprint = _several(prepared.plan) if talks else prepared.plan.blueprint(0)
    world = prepared.world(prepared.recipe.as_of or today())
    for seat in seats:
        scene = Scene(
            world=world,
            blueprint=blueprint,
            node=seat.node,
            request=request_of(world, blueprint),
            draft=_draft().model_dump(),
            notes=[_issue().model_dump()],
            artifacts={"planner": _plan(blueprint.turns).model_dump()},
        )
        look = _LOOKS.get(seat.role.name)
        view = look(scene) if look else scene
        for prompt in seat.role.prompts:
            output = _REPLIES.get(prompt, seat.role.output)
            if isinstance(view, Scene):
                view = replace(view, asked=_asked(scene, prompt))
            shape = shape_of(output, prepared.recipe.language, view)
            template = prepared.prompts.get(prompt)
            yield {
                "prompt": template.id,
                "hash": template.hash,
                "messages": render(prepared.prompts, prompt, view, shape, "preview"),
            }


def _asked(scene: Scene, prompt: str) -> list[Operation]:
    """Operations that a prompt of the rewriter may be asked with: the sample's, else the first."""
    fit = [one for one in scene.world.operations.values() if one.prompt == prompt]
    return [one for one in scene.operations() if one in fit] or fit[:1]


def _plan(turns: int) -> Plan:
    return Plan(
        situation="<situation>",
        intent="<intent>",
        requirements=["<requirement 1>", "<requirement 2>", "<requirement 3>"],
        difficulty="<difficulty>",
        turns=[f"<turn {number}>" for number in range(1, max(turns, 1) + 1)],
        temptation="<temptation>",
    )


def _draft() -> Draft:
    return Draft(turns=[Turn(user="<request>", assistant="<answer>")])


def _issue() -> Issue:
    return Issue(severity="major", evidence="<quote>", problem="<problem>", remedy="<remedy>")
