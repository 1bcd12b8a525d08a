"""What a growing role sees: its list, what stands there and beside it, bounded and by kind."""

from typing import Any

import pytest

from taxoloom.agents.grow_outputs import AttributeMerge, AttributeProposal, Grain, Merge, Proposal
from taxoloom.agents.grow_scene import GROW_SIGHTS, GrowScene
from taxoloom.agents.proposer import SEES, WORDINGS
from taxoloom.models import form
from taxoloom.prompts import PromptSet
from taxoloom.taxonomy import Taxonomy
from taxoloom.taxonomy.growing.growth import Spot
from taxoloom.taxonomy.tree import Attribute, Node, Value


def tree() -> Taxonomy:
    values = (Value("Books"), Value("Toys"))
    root = Node("r", "Shop", attributes=(Attribute("Goods", values), Attribute("Mood", values)))
    nodes = [root]
    for parent in ("Before", "After"):
        node = Node(parent, parent, root, f"what comes {parent.lower()}")
        nodes += [node, *(Node(f"{parent}{n}", f"{parent} {n}", node) for n in range(30))]
    return Taxonomy(nodes)


def scene(kind: Any, node: str, attribute: str = "", **more: Any) -> GrowScene:
    spot = Spot(kind, node, attribute)
    return GrowScene(tree(), "en", spot, "proposer_1", "id", more.pop("seed", 1), **more)


def test_a_list_of_children_is_shown_with_its_neighbours() -> None:
    seen = scene("children", "Before")
    growth = seen.sight("growth")
    assert [node["name"] for node in growth["path"]] == ["Shop", "Before"]
    assert (growth["kind"], growth["attribute"], growth["start"]) == ("children", None, "")
    near, *attributes = seen.sight("nearby")
    assert (near["name"], len(near["holds"]), near["more"]) == ("After", 20, 10)
    # What an attribute tells apart is no sub-category.
    assert [one["name"] for one in attributes] == ["Goods", "Mood"]


def test_values_are_shown_with_the_other_attributes_there() -> None:
    seen = scene("values", "r", "Goods")
    assert seen.sight("growth")["attribute"] == {"name": "Goods", "definition": ""}
    assert {entry["name"] for entry in seen.sight("present")["entries"]} == {"Books", "Toys"}
    assert [near["name"] for near in seen.sight("nearby")] == ["Mood"]
    assert seen.sight("level_of")["path"][-1]["name"] == "Shop"
    (only,) = scene("values", "r", "Goods", group=[Spot("values", "r", "Goods")]).sight("lists")
    assert (only["name"], only["grows"]) == ("Goods", True)


def test_attributes_are_shown_with_the_categories_below() -> None:
    seen = scene("attributes", "r", group=[Spot("attributes", "r")])
    assert [near["name"] for near in seen.sight("nearby")] == ["Before", "After"]
    assert [one["holds"] for one in seen.sight("lists")] == [["Goods", "Mood"]]


def test_a_level_plan_is_made_from_lists_that_grow_and_lists_that_stay() -> None:
    seen = scene("children", "After", group=[Spot("children", "After")])
    assert [(one["name"], one["grows"]) for one in seen.sight("lists")] == [
        ("After", True),
        ("Before", False),
    ]
    assert [node["name"] for node in seen.sight("level_of")["path"]] == ["Shop"]


def test_what_is_there_comes_in_an_order_of_the_seed() -> None:
    orders = [
        [
            entry["name"]
            for entry in scene("children", "Before", seed=seed).sight("present")["entries"]
        ]
        for seed in (1, 1, 2)
    ]
    assert orders[0] == orders[1] != orders[2]
    assert sorted(orders[0]) == sorted(orders[2])


def test_proposers_of_one_wording_begin_elsewhere() -> None:
    starts = [scene("children", "Before", turn=turn).sight("growth")["start"] for turn in range(4)]
    assert len(set(starts)) == 4


@pytest.mark.parametrize("language", ["zh", "en"])
def test_the_wordings_are_prompts_of_their_own(language: str) -> None:
    prompts = PromptSet(language)
    bodies = {prompts.get(name).text.split("{% block user %}")[0] for name in WORDINGS}
    assert len(bodies) == len(WORDINGS) >= 3
    for name in (*WORDINGS, "grain", "merger"):
        assert set(prompts.get(name).front.inputs) <= set(GROW_SIGHTS)
    for name in WORDINGS:
        assert set(prompts.get(name).front.inputs) == set(SEES)


@pytest.mark.parametrize("output", [Grain, Proposal, AttributeProposal, Merge, AttributeMerge])
@pytest.mark.parametrize("language", ["zh", "en"])
def test_every_field_is_explained_in_the_language_of_the_prompt(output: Any, language: str) -> None:
    shown = form(output, language).skeleton
    assert "<text>" not in shown
    told = [c for c in shown if "\u4e00" <= c <= "\u9fff"]
    assert bool(told) is (language == "zh")


def test_a_long_list_does_not_make_a_reply_invalid_but_servers_are_told_the_bound() -> None:
    many = [{"name": f"n{number}"} for number in range(500)]
    assert len(Proposal.model_validate({"entries": many}).entries) == 500
    assert form(Proposal, "en").schema["properties"]["entries"]["maxItems"] == 40
