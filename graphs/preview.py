"""What a role's model will see, without calling it: for `taxoloom prompt` and golden tests.

Where an input comes from a role that has not spoken, an example stands in for it.
"""

from collections.abc import Iterator
from typing import Any

from ..agents import Draft, Scene, render, request_of, shape_of
from ..agents.annotator import LABEL_CHECK, first_look
from ..agents.outputs import Issue, Plan, Repair, Turn
from ..errors import InputError
from .prepare import Prepared, today


def preview(prepared: Prepared, name: str) -> Iterator[dict[str, Any]]:
    """The prompts of a role or judge for the first blueprint; InputError if there is none."""
    seats = [seat for seat in prepared.spec.seats if name in (seat.node, seat.role.name)]
    if not seats:
        known = ", ".join(seat.node for seat in prepared.spec.seats)
        raise InputError(f"there is no role {name!r} in the graph", hint=f"it has {known}")
    blueprint = prepared.plan.blueprint(0)
    world = prepared.world(prepared.recipe.as_of or today())
    for seat in seats:
        scene = Scene(
            world=world,
            blueprint=blueprint,
            node=seat.node,
            request=request_of(world, blueprint),
            draft=_draft().model_dump(),
            notes=[_issue().model_dump()],
            artifacts={"planner": _plan().model_dump()},
        )
        view = first_look(scene) if seat.role.name == LABEL_CHECK else scene
        for prompt in seat.role.prompts:
            output = Repair if prompt == "repair" else seat.role.output
            shape = shape_of(output, prepared.recipe.language, view)
            template = prepared.prompts.get(prompt)
            yield {
                "prompt": template.id,
                "hash": template.hash,
                "messages": render(prepared.prompts, prompt, view, shape, "preview"),
            }


def _plan() -> Plan:
    return Plan(
        situation="<situation>",
        intent="<intent>",
        requirements=["<requirement 1>", "<requirement 2>", "<requirement 3>"],
        difficulty="<difficulty>",
        turns=["<turn 1>"],
        temptation="<temptation>",
    )


def _draft() -> Draft:
    return Draft(turns=[Turn(user="<request>", assistant="<answer>")])


def _issue() -> Issue:
    return Issue(severity="major", evidence="<quote>", problem="<problem>", remedy="<remedy>")
