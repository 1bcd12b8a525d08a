"""The graph for LangGraph Studio: `langgraph dev` opens it, with `{"slot": 0}` as input.

Takes the recipe that TAXOLOOM_RECIPE names, else the packaged demo. Nothing is stored: Studio
shows each step, and its server brings its own persistence.
"""

import os
from collections.abc import AsyncIterator, Mapping
from contextlib import ExitStack, asynccontextmanager
from importlib import resources
from pathlib import Path
from typing import Any

from langgraph.runtime import Runtime

from ..agents import request_of
from ..models import Asker, Gate, Line, MemoryJournal, connect
from .build import Compiled, build
from .dialogue import ContextOf
from .engine import settled
from .prepare import Overrides, Prepared, prepare, read, today
from .screening import Screen
from .state import Context, State

VARIABLE = "TAXOLOOM_RECIPE"


@asynccontextmanager
async def make_graph(config: Mapping[str, Any] | None = None) -> AsyncIterator[Compiled]:
    """The compiled graph with lines that are open for as long as it is used."""
    with ExitStack() as held:
        path = os.environ.get(VARIABLE)
        if path is None:
            packaged = resources.files("taxoloom") / "examples"
            path = str(held.enter_context(resources.as_file(packaged)) / "demo.zh.yaml")
        recipe, key = read(Path(path), Overrides())
        prepared = prepare(recipe, Path(path).parent, key=key)
    async with connect(await settled(prepared.endpoints)) as lines:
        yield build(prepared.spec, context_of=_context_of(prepared, lines))


def _context_of(prepared: Prepared, lines: Mapping[str, Line]) -> ContextOf:
    plan, world = prepared.plan, prepared.world(prepared.recipe.as_of or today())
    asker = Asker(MemoryJournal(), Gate())

    def context_of(state: State, runtime: Runtime[Context]) -> Context:
        blueprint = plan.blueprint(int(state.get("slot", 0)))
        return Context(
            world=world,
            blueprint=blueprint,
            request=request_of(world, blueprint),
            run_id="studio",
            sample_id=blueprint.id,
            fence_key="studio",
            asker=asker,
            lines=lines,
            prompts=prepared.prompts,
            screen=Screen(prepared.rules, prepared.settings),
            recalled={},
            policy=prepared.policy,
        )

    return context_of
