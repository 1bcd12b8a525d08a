"""The user simulator by itself: an opening that is given, and how long a person's patience is."""

import asyncio
from dataclasses import replace
from typing import Any

import pytest

from taxoloom.agents import Result, Scene, request_of
from taxoloom.agents.talk import assistants_look, patience, persons_look
from taxoloom.agents.user_simulator import user_simulator
from taxoloom.graphs.prepare import prepare
from taxoloom.recipe import Recipe
from taxoloom.tests.support.recipes import EXAMPLES

PLAN = {
    "situation": "a parcel of 1,700 lines",
    "intent": "to have it back",
    "requirements": ["names the form"],
    "difficulty": "one exception",
    "turns": ["asks for it", "has lost the slip", "comes back"],
    "temptation": "to promise",
    "system": "House rule: no slip, no parcel.",
}


def scene(number: int = 1, **blueprint: Any) -> Scene:
    context = {"topic_switch": {"weight": 1, "turns": [3, 3]}}
    tree = {"taxonomy": "customer_service.en.yaml", "language": "en"}
    prepared = prepare(
        Recipe.model_validate({**tree, "axes": AXES | {"context": context}}), EXAMPLES
    )
    world = prepared.world("2026-11-22")
    own = replace(prepared.plan.blueprint(0), **blueprint)
    request = request_of(world, own)
    return Scene(world, own, "user_simulator", request, number, artifacts={"planner": PLAN})


AXES: dict[str, Any] = {
    "role": None,
    "tone": None,
    "instruction_form": None,
    "depth": None,
    "industry": {"retail": {"weight": 1, "guidance": "in a shop"}},
}


def nobody(*_: object, **__: object) -> Any:
    raise AssertionError("nobody is to be asked")


def test_an_opening_that_is_given_is_the_first_message_and_nobody_is_asked() -> None:
    async def run() -> Result:
        call: Any = nobody
        return await user_simulator.run(scene(opening="Order 17: lost. Wanted: a slip."), call)

    result = asyncio.run(run())
    assert result.dialogue is not None
    assert result.dialogue["asked"] == "Order 17: lost. Wanted: a slip."
    assert result.artifact is not None
    assert result.artifact["states"] == ["opening"]


def test_a_person_is_told_the_labels_that_shape_a_voice_and_no_others() -> None:
    person = persons_look(scene()).sight("person")
    assert [label["name"] for label in person["labels"]] == ["Role", "Tone", "industry"]
    assert person["agenda"] == "asks for it"
    with pytest.raises(KeyError):
        persons_look(scene()).sight("plan")


def test_where_the_matter_changes_follows_from_the_plan() -> None:
    matters = [persons_look(scene(n)).sight("person")["matter"] for n in (1, 2, 3)]
    assert matters == ["", "turns", "returns"]


def test_only_the_assistant_knows_the_system_message_and_only_the_person_its_goal() -> None:
    person, assistant = persons_look(scene()), assistants_look(scene())
    assert person.sight("talk")["system"] == ""
    assert assistant.sight("talk")["system"] == PLAN["system"]
    assert set(assistant.sight("briefing")) == {
        "situation",
        "requirements",
        "difficulty",
        "temptation",
    }


def test_patience_is_one_to_three_answers_and_one_for_the_impatient() -> None:
    first = scene().blueprint
    calm = replace(first, labels=(("tone", "neutral"),))
    found = {patience(replace(calm, seed=seed)) for seed in range(50)}
    assert found == {1, 2, 3}
    hurried = replace(first, labels=(("tone", "impatient"),))
    assert {patience(replace(hurried, seed=seed)) for seed in range(50)} == {1}
