"""What an agent sees of a sample: the writer's brief, and the judges' order of criteria."""

from typing import Any

import pytest

from taxoloom.agents import Scene, request_of
from taxoloom.graphs.prepare import prepare
from taxoloom.recipe import Recipe
from taxoloom.tests.support.recipes import EXAMPLES


def scene(node: str, slot: int = 0, **graph: Any) -> Scene:
    recipe = Recipe.model_validate(
        {"taxonomy": "customer_service.en.yaml", "language": "en", "graph": graph}
    )
    prepared = prepare(recipe, EXAMPLES)
    world, blueprint = prepared.world("2026-11-22"), prepared.plan.blueprint(slot)
    return Scene(world, blueprint, node, request_of(world, blueprint))


def names(request: dict[str, Any]) -> set[str]:
    return {label["name"] for label in request["labels"]}


def test_the_writer_is_not_told_what_the_rewriter_will_do() -> None:
    seen = scene("writer")
    assert names(seen.sight("request")) - names(seen.sight("brief")) == {"Instruction form"}
    (operation,) = seen.sight("operations")
    assert operation["guidance"]


def test_without_a_rewriter_the_writer_sees_every_label() -> None:
    seen = scene("writer", chain=["planner", "writer", "critic"], critic_rounds=0)
    assert seen.sight("brief") == seen.sight("request")


@pytest.mark.parametrize("slot", range(5))
def test_each_judge_goes_through_the_rubric_in_an_order_of_its_own(slot: int) -> None:
    orders = [scene(node, slot).sight("order") for node in ("examiner", "sceptic", "editor")]
    assert len({tuple(order) for order in orders}) == 3
    assert len({frozenset(order) for order in orders}) == 1
