"""The graph that LangGraph Studio opens, and the drawing in the documentation."""

import asyncio
import json
from pathlib import Path
from typing import Any

import pytest

from taxoloom.graphs.build import build
from taxoloom.graphs.prepare import prepare
from taxoloom.graphs.recipe_file import load_recipe
from taxoloom.graphs.studio import make_graph
from taxoloom.tests.support.recipes import EXAMPLES, ROOT


@pytest.mark.parametrize(("slot", "turns"), [(0, 1), (2, 3)])
def test_studio_runs_one_sample_from_its_slot(slot: int, turns: int) -> None:
    async def run() -> dict[str, Any]:
        async with make_graph() as graph:
            # LangGraph's server passes an empty context along.
            context: Any = {}
            return dict(await graph.ainvoke({"slot": slot}, context=context))

    state = asyncio.run(run())
    assert state["ending"]
    assert len(state["draft"]["turns"]) == turns


def test_langgraph_json_names_the_factory() -> None:
    settings = json.loads((ROOT / "langgraph.json").read_text(encoding="utf-8"))
    assert settings["graphs"] == {"generate": "taxoloom.graphs.studio:make_graph"}


def test_the_drawing_in_the_documentation_is_the_graph() -> None:
    path = EXAMPLES / "demo.zh.yaml"
    drawn = build(prepare(load_recipe(path), path.parent).spec).get_graph().draw_mermaid()
    text = (ROOT / "docs" / "architecture.md").read_text(encoding="utf-8")
    assert f"```mermaid\n{drawn}```" in text


def test_the_loop_is_not_drawn_where_there_is_none() -> None:
    path = EXAMPLES / "demo.zh.yaml"
    recipe = load_recipe(path)
    flat = recipe.model_copy(update={"graph": recipe.graph.model_copy(update={"critic_rounds": 0})})
    drawn = build(prepare(flat, Path(EXAMPLES)).spec).get_graph().draw_mermaid()
    assert "critic -.-> rewriter" not in drawn
