"""The way of one annotator: which menus it is shown, and what is made of what it chooses."""

import asyncio
import json
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import BaseModel

from taxoloom.agents import Result, Scene, World, request_of
from taxoloom.agents.annotator import (
    LABEL_CHECK,
    Labelling,
    Placing,
    annotator,
    find_labels,
    find_leaf,
    label_check,
)
from taxoloom.agents.label_outputs import Annotation, Choice, problem
from taxoloom.agents.label_scene import PAGE, LabelScene, next_step, pages, places_menu
from taxoloom.models import Answer, Failure, Outcome
from taxoloom.quality import phrases
from taxoloom.taxonomy import Attribute, Blueprint, Node, Taxonomy, Value

MESSAGES = [{"role": "user", "content": "My tap drips, and it is Sunday."}]


def grown(*widths: int, attributes: tuple[Attribute, ...] = ()) -> Taxonomy:
    """A taxonomy with so many children on each level; ids are names."""
    root = Node("t", "t", attributes=attributes, definition="All of it.")
    nodes, level = [root], [root]
    for width in widths:
        level = [
            Node(f"{above.id}-{n}", f"{above.id}-{n}", above, f"what {n} is")
            for above in level
            for n in range(width)
        ]
        nodes += level
    return Taxonomy(nodes)


Says = Callable[[dict[str, Any]], Any]


@dataclass
class Asked:
    """Calls without a model: a function from menu to reply."""

    says: Says
    scene: Any = None
    seen: list[Any] = field(default_factory=list)

    async def __call__(
        self,
        prompt: str,
        output: type[Any],
        *,
        check: Callable[[Any], str] | None = None,
        order: Any = None,
    ) -> Any:
        self.seen.append(self.scene)
        said = self.says(self.scene.menu)
        if isinstance(said, Failure):
            return said
        numbers, sure = said if isinstance(said, tuple) else (said, "high")
        chosen = [Choice(option=n, confidence=sure, evidence="tap drips") for n in numbers]
        value = Annotation(choices=chosen, none=not chosen)
        assert check is not None
        assert not check(value)
        return Answer(value, "m")

    def at(self, scene: Any) -> "Asked":
        return Asked(self.says, scene, self.seen)


def scene(taxonomy: Taxonomy, **more: Any) -> LabelScene:
    candidate = {"messages": MESSAGES, "final_answer": ""}
    return LabelScene(taxonomy, candidate, node="annotator_1", id="x", seed=5, **more)


def go(taxonomy: Taxonomy, says: Says, **options: Any) -> tuple[Any, list[Any]]:
    call = Asked(says)
    return asyncio.run(find_leaf(scene(taxonomy), call, **options)), call.seen


def ran(work: Awaitable[Result]) -> Result:
    async def awaited() -> Result:
        return await work

    return asyncio.run(awaited())


def towards(*leaves: str) -> Says:
    def says(menu: dict[str, Any]) -> list[int]:
        numbers = {option["names"][-1]: option["number"] for option in menu["options"]}
        found = [numbers[n] for leaf in leaves for n in numbers if f"{leaf}-".startswith(f"{n}-")]
        return list(dict.fromkeys(found))

    return says


@pytest.mark.parametrize(
    ("widths", "steps"), [((3,), 1), ((5, 6), 1), ((5, 7), 2), ((41,), 3), ((4, 4, 40), 3)]
)
def test_the_way_is_as_short_as_the_taxonomy_allows(widths: tuple[int, ...], steps: int) -> None:
    leaf = "t" + "".join(f"-{width - 1}" for width in widths)
    placing, seen = go(grown(*widths), towards(leaf))
    assert [found.id for found in placing.leaves] == [leaf]
    assert len(seen) == placing.steps == steps
    assert [one.round for one in seen] == list(range(steps))


@given(st.integers(1, 2000))
def test_pages_hold_everything_once_and_are_of_equal_size(count: int) -> None:
    options = [Node(str(n), str(n)) for n in range(count)]
    found = pages(options)
    assert [node for page in found for node in page] == options
    sizes = {len(page) for page in found}
    assert max(sizes) <= PAGE
    assert max(sizes) - min(sizes) <= 1


def test_a_menu_names_options_from_where_their_paths_part() -> None:
    taxonomy = grown(2, 40)
    step = next_step(taxonomy, ["t-1"])
    menu = places_menu(taxonomy, step.options, 2)
    assert [node["name"] for node in menu["path"]] == ["t", "t-1"]
    assert menu["options"][0] == {
        "number": 1,
        "names": ["t-1-0"],
        "definition": "what 0 is",
        "holds": [],
        "more": 0,
        "example": "",
    }
    mixed = places_menu(taxonomy, [taxonomy.node("t-0"), taxonomy.node("t-1-3")], 2)
    assert [option["names"] for option in mixed["options"]] == [["t-0"], ["t-1", "t-1-3"]]
    assert (len(mixed["options"][0]["holds"]), mixed["options"][0]["more"]) == (8, 32)


def test_a_leaf_high_up_is_weighed_against_what_lies_below_the_others() -> None:
    root = Node("t", "t")
    branch, lone = Node("t-0", "t-0", root), Node("t-1", "t-1", root)
    below = [Node(f"t-0-{n}", f"t-0-{n}", branch) for n in range(40)]
    placing, seen = go(Taxonomy([root, branch, *below, lone]), towards("t-1", "t-0-3"))
    assert [found.id for found in placing.leaves] == ["t-1"]
    assert "t-1" in {option["names"][-1] for option in seen[1].menu["options"]}


def test_a_way_is_as_sure_as_its_least_sure_step() -> None:
    sure = iter(["low", "high"])
    says = towards("t-1-3")
    placing, _ = go(grown(5, 40), lambda menu: (says(menu), next(sure)))
    assert placing.leaves[0].confidence == "low"


def test_what_it_is_surer_of_comes_first() -> None:
    taxonomy = grown(5)

    def says(menu: dict[str, Any]) -> Annotation:
        numbers = {option["names"][-1]: option["number"] for option in menu["options"]}
        return Annotation(
            choices=[
                Choice(option=numbers["t-1"], confidence="medium", evidence="Sunday"),
                Choice(option=numbers["t-3"], confidence="high", evidence="tap"),
                Choice(option=numbers["t-2"], confidence="high", evidence="not there"),
            ],
            none=False,
        )

    class Plain(Asked):
        async def __call__(self, prompt: str, output: type[Any], **_: Any) -> Any:
            return Answer(says(self.scene.menu), "m")

        def at(self, scene: Any) -> "Plain":
            return Plain(self.says, scene, self.seen)

    placing = asyncio.run(find_leaf(scene(taxonomy), Plain(lambda menu: []), multi=3))
    assert isinstance(placing, Placing)
    assert [(found.id, found.confidence) for found in placing.leaves] == [
        ("t-3", "high"),
        ("t-1", "medium"),
        ("t-2", "low"),
    ]


@pytest.mark.parametrize(("level", "stuck"), [(0, "t"), (1, "t-2")])
def test_none_of_these_says_below_which_node(level: int, stuck: str) -> None:
    says = towards("t-2-1")
    placing, _ = go(grown(5, 40), lambda menu: [] if len(menu["path"]) > level else says(menu))
    assert (placing.leaves, placing.stuck) == ((), stuck)


def test_pages_of_which_none_has_anything_are_none() -> None:
    placing, seen = go(grown(100), lambda menu: [])
    assert (placing.leaves, placing.stuck, len(seen)) == ((), "t", 3)


def test_a_failure_ends_the_way() -> None:
    failure = Failure(Outcome.refused, "no", "m")
    assert go(grown(100), lambda menu: failure)[0] == failure
    result = ran(annotator("annotator_contrast").run(scene(grown(3)), Asked(lambda m: failure)))
    assert result.failure == failure


TONE = Attribute("Tone", (Value("calm"), Value("cross", "Complains.", "Loud")), "How it sounds.")
PLACE = Attribute("Place", (Value("kitchen"), Value("bath")))


def test_all_attributes_are_asked_about_at_once_and_numbered_through() -> None:
    taxonomy = grown(3, attributes=(TONE, PLACE))
    call = Asked(lambda menu: [2, 3, 4])
    found = asyncio.run(find_labels(scene(taxonomy), call, ["t-1"]))
    assert isinstance(found, Labelling)
    assert found.values == {"Tone": ("cross",), "Place": ("kitchen", "bath")}
    assert found.said["Place"] == {"confidence": "high", "evidence": "tap drips"}
    (seen,) = call.seen
    shown = [o for attribute in seen.menu["attributes"] for o in attribute["options"]]
    assert [option["number"] for option in shown] == [1, 2, 3, 4]
    assert shown[1]["name"] == "Loud: cross"


def test_where_there_are_no_attributes_nobody_is_asked() -> None:
    call = Asked(lambda menu: [1])
    assert asyncio.run(find_labels(scene(grown(3)), call, ["t-1"])) == Labelling({}, {})
    assert call.seen == []


def test_values_that_could_not_be_asked_for_do_not_cost_the_leaf() -> None:
    failure = Failure(Outcome.deadline, "late", "m")
    says = towards("t-1")
    call = Asked(lambda menu: failure if menu["attributes"] else says(menu))
    result = ran(annotator("annotator_helper").run(scene(grown(3, attributes=(TONE,))), call))
    assert result.artifact is not None
    assert result.artifact["leaves"] == ["t-1"]
    assert result.artifact["labels_failed"] == "deadline: late"
    assert "labels" not in result.artifact
    rounds = [one.round for one in call.seen]
    assert rounds == [0, 1]


@pytest.mark.parametrize(
    ("chosen", "none", "told"),
    [
        ([1, 3], False, ""),
        ([], True, ""),
        ([4], False, "option 4 is not on the menu, which has 1 to 3"),
        ([0], False, "option 0 is not on the menu, which has 1 to 3"),
        ([2, 2], False, "option 2 is chosen twice"),
        (
            [1],
            True,
            "none is true, although something is chosen: empty choices, or make none false",
        ),
        (
            [],
            False,
            "nothing is chosen, although none is false: choose what holds, or make none true",
        ),
    ],
)
def test_what_cannot_be_used_in_a_reply(chosen: Sequence[int], none: bool, told: str) -> None:
    choices = [Choice(option=n, confidence="low") for n in chosen]
    assert problem(Annotation(choices=choices, none=none), range(1, 4)) == told


def test_an_annotator_sees_nothing_but_menu_and_candidate() -> None:
    for name in ("taxonomy", "request", "plan", "labels"):
        with pytest.raises(KeyError):
            scene(grown(3)).sight(name)
    assert annotator("annotator_definition").allowed == frozenset({"menu", "candidate"})
    assert label_check.allowed == frozenset({"menu", "candidate"})


@pytest.mark.parametrize(("goes", "found"), [("t-1", True), ("t-2", False), ("", False)])
def test_a_sample_is_looked_for_without_being_told_its_leaf(goes: str, found: bool) -> None:
    taxonomy = grown(3)
    world = World(taxonomy, (), "en", "2026-11-22", phrases("en"))
    blueprint = Blueprint(0, 0, "t-1", ("t", "t-1"), (), "en", 7)
    draft = {
        "system": "",
        "reasoning": "kept to itself",
        "turns": [{"user": "My tap drips, and it is Sunday.", "assistant": "Close the valve."}],
        "final_answer": "",
    }
    sample = Scene(
        world,
        blueprint,
        LABEL_CHECK,
        request_of(world, blueprint),
        round=2,
        draft=draft,
        artifacts={"planner": {"situation": "a secret"}},
    )
    call = Asked(towards(goes) if goes else lambda menu: [])
    result = ran(label_check.run(sample, call))
    assert result.artifact is not None
    assert result.artifact["found"] is found
    assert result.artifact["none"] is not bool(goes)
    assert result.artifact["leaves"] == ([goes] if goes else [])
    (seen,) = call.seen
    shown = json.dumps([seen.sight("menu"), seen.sight("candidate")])
    assert "a secret" not in shown
    assert "kept to itself" not in shown
    other = replace(sample, round=1)
    call = Asked(towards("t-1"))
    ran(label_check.run(other, call))
    assert call.seen[0].round != seen.round


def test_the_reply_has_a_form_in_both_languages() -> None:
    def told(model: type[BaseModel]) -> list[bool]:
        return [
            "zh" in (info.json_schema_extra or {})  # type: ignore[operator]
            for name, info in model.model_fields.items()
            if name != "confidence"
        ]

    assert all(told(Annotation) + told(Choice))
