"""The graph that grows a taxonomy: a level plan, then each list of the level by itself.

    grain ──► list, list, …       all at once
    list:  proposers, blind to one another ──► screen ──► merger ──► close

A list goes on as long as two proposals came; no failure of a model is an exception. Knows nothing
of waves, of other levels, or of the store.
"""

import hashlib
from collections import Counter
from collections.abc import Sequence
from dataclasses import asdict
from typing import Any, Protocol, TypeVar

from langgraph.graph import END, START, StateGraph
from langgraph.graph.state import CompiledStateGraph
from langgraph.runtime import Runtime
from langgraph.types import Send

from ..agents import Caller, Result
from ..agents.grain import grain
from ..agents.grow_scene import GrowScene
from ..agents.merger import merger
from ..agents.proposer import WORDINGS, proposer
from ..models import Identity
from ..taxonomy.growing.growth import Entry, level_id, spot_id
from ..taxonomy.growing.pool import Decision, Pooled, merged, pooled
from ..taxonomy.growing.screen import Cut, Ground, screen
from .grow_state import GrowContext, Grown, LevelState, ListState, Values
from .spec import Seat
from .state import Ending

LIST, SCREEN, CLOSE = "list", "screen", "close"
FEWEST = 2
"""Proposals without which a list cannot be grown: one alone says nothing of what is missing."""
_FORM = frozenset(
    {"bare", "hidden", "markup", "instruction", "script", "long", "other", "few_values"}
)
"""Faults of an entry in itself: a list of nothing else is no proposal."""

Compiled = CompiledStateGraph[LevelState, GrowContext, LevelState, Grown]
S = TypeVar("S", contravariant=True)


class Node(Protocol[S]):
    """A node as LangGraph calls it."""

    async def __call__(self, state: S, *, runtime: Runtime[GrowContext]) -> dict[str, Any]:
        """From the state so far to what changes in it."""
        ...


def seats(proposals: int) -> tuple[Seat, ...]:
    """Who speaks, in order: that many proposers, whose wordings take turns."""
    wordings = [WORDINGS[number % len(WORDINGS)] for number in range(proposals)]
    proposers = [Seat(f"proposer_{n}", proposer(prompt)) for n, prompt in enumerate(wordings, 1)]
    return (Seat("grain", grain), *proposers, Seat("merger", merger))


def build_growth(chairs: Sequence[Seat]) -> Compiled:
    """Compile the graph of one level."""
    graph: StateGraph[LevelState, GrowContext, LevelState, Grown] = StateGraph(
        LevelState, GrowContext, output_schema=Grown
    )
    graph.add_node("grain", _grain_node(chairs[0]))
    graph.add_node(LIST, _list_graph(chairs[1:-1], chairs[-1]))
    graph.add_edge(START, "grain")
    graph.add_conditional_edges("grain", _to_lists, [LIST])
    graph.add_edge(LIST, END)
    return graph.compile(name="grow")


def _list_graph(proposers: Sequence[Seat], last: Seat) -> Any:
    graph: StateGraph[ListState, GrowContext, ListState, Grown] = StateGraph(
        ListState, GrowContext, output_schema=Grown
    )
    for number, seat in enumerate(proposers, 1):
        graph.add_node(seat.node, _proposer_node(seat, number))
        graph.add_edge(START, seat.node)
    graph.add_node(SCREEN, _screen)
    graph.add_node(last.node, _merger_node(last))
    graph.add_node(CLOSE, _close)
    graph.add_edge([seat.node for seat in proposers], SCREEN)
    graph.add_conditional_edges(SCREEN, _to_merger, [last.node, CLOSE])
    graph.add_edge(last.node, CLOSE)
    graph.add_edge(CLOSE, END)
    return graph.compile(name=LIST)


async def _to_lists(state: LevelState, *, runtime: Runtime[GrowContext]) -> list[Send]:
    places = range(len(runtime.context.spots))
    return [Send(LIST, ListState(place=place, level=state["level"])) for place in places]


def _to_merger(state: ListState) -> str:
    return CLOSE if state.get("ending") or not state["pool"] else "merger"


def _grain_node(seat: Seat) -> Node[LevelState]:
    async def node(state: LevelState, *, runtime: Runtime[GrowContext]) -> dict[str, Any]:
        context = runtime.context
        spot = context.spots[0]
        ident = level_id(context.taxonomy, spot)
        scene = GrowScene(
            taxonomy=context.taxonomy,
            language=context.language,
            spot=spot,
            node=seat.node,
            id=ident,
            seed=_seed(context, ident, seat.node),
            group=context.spots,
        )
        result = await _run(seat, scene, context, context.level_id)
        if result.failure is not None:
            return {"level": {"failure": f"{result.failure.outcome}: {result.failure.error}"}}
        return {"level": dict(result.artifact or {})}

    return node


def _proposer_node(seat: Seat, number: int) -> Node[ListState]:
    async def node(state: ListState, *, runtime: Runtime[GrowContext]) -> dict[str, Any]:
        context, prompt = runtime.context, seat.role.prompts[0]
        scene = _scene(seat, state, context, turn=(number - 1) // len(WORDINGS))
        result = await _run(seat, scene, context, context.ids[state["place"]])
        said: Values = {"number": number, "node": seat.node}
        said["prompt"] = context.prompts.get(prompt).id
        if result.failure is not None:
            failure = result.failure
            said |= {"model": failure.model, "failure": str(failure.outcome)}
            return {"proposals": [{**said, "detail": failure.error, "entries": []}]}
        return {"proposals": [{**said, **(result.artifact or {})}]}

    return node


async def _screen(state: ListState, *, runtime: Runtime[GrowContext]) -> dict[str, Any]:
    """Cut what cannot stand, and pool what can."""
    ground = _ground(state, runtime.context)
    kept: dict[int, tuple[Entry, ...]] = {}
    cuts: list[Cut] = []
    voids: list[str] = []
    for said in sorted(state["proposals"], key=lambda said: said["number"]):
        if "failure" in said:
            voids.append(said["failure"])
            continue
        entries = [Entry.from_dict(entry) for entry in said["entries"]]
        sound, more = screen(entries, ground, by=said["node"])
        cuts += more or ([] if entries else [Cut("", "empty", by=said["node"])])
        if sound or not more or {cut.reason for cut in more} - _FORM:
            kept[said["number"]] = sound
        else:
            voids.append("nothing_usable")
    update: dict[str, Any] = {
        "counted": list(kept),
        "pool": [item.to_dict() for item in pooled(kept)],
        "cuts": [asdict(cut) for cut in cuts],
    }
    if len(kept) < FEWEST:
        ((commonest, _),) = Counter(voids).most_common(1)
        detail = f"{len(kept)} of {len(state['proposals'])} proposals can be used"
        update["ending"] = Ending(status="failed", reason=f"proposers:{commonest}", detail=detail)
    return update


def _merger_node(seat: Seat) -> Node[ListState]:
    async def node(state: ListState, *, runtime: Runtime[GrowContext]) -> dict[str, Any]:
        context = runtime.context
        entries = [Entry.from_dict(item["entry"]) for item in state["pool"]]
        scene = _scene(seat, state, context, entries=entries)
        result = await _run(seat, scene, context, context.ids[state["place"]])
        if result.failure is not None:
            reason = f"{seat.node}:{result.failure.outcome}"
            detail = result.failure.error
            return {"ending": Ending(status="failed", reason=reason, detail=detail)}
        return {"decisions": list((result.artifact or {})["decisions"])}

    return node


async def _close(state: ListState, *, runtime: Runtime[GrowContext]) -> dict[str, Any]:
    """Carry out the merger's word, with the second screening, and say what came of the list."""
    ending = state.get("ending") or Ending(status="grown", reason="", detail="")
    pool = [Pooled.from_dict(item) for item in state["pool"]]
    decisions = [Decision.from_dict(data) for data in state.get("decisions", [])]
    ended = ending["status"] == "failed"
    done = merged(() if ended else pool, decisions, _ground(state, runtime.context))
    proposals = sorted(state["proposals"], key=lambda said: said["number"])
    return {
        "grown": [
            {
                "place": state["place"],
                "level": state["level"],
                "proposals": [_summary(said) for said in proposals],
                "counted": state["counted"],
                "entries": [item.to_dict() for item in done.entries],
                "cuts": [*state["cuts"], *(asdict(cut) for cut in done.cuts)],
                "changes": [asdict(change) for change in done.changes],
                "ending": ending,
            }
        ]
    }


def _scene(
    seat: Seat,
    state: ListState,
    context: GrowContext,
    *,
    turn: int = 0,
    entries: Sequence[Entry] = (),
) -> GrowScene:
    spot = context.spots[state["place"]]
    ident = spot_id(context.taxonomy, spot)
    return GrowScene(
        taxonomy=context.taxonomy,
        language=context.language,
        spot=spot,
        node=seat.node,
        id=ident,
        seed=_seed(context, ident, seat.node),
        turn=turn,
        level={} if "failure" in state["level"] else state["level"],
        entries=entries,
    )


def _seed(context: GrowContext, ident: str, node: str) -> int:
    text = f"{context.seed}\x1f{ident}\x1f{node}"
    return int.from_bytes(hashlib.sha256(text.encode()).digest()[:4]) & 0x7FFFFFFF


async def _run(seat: Seat, scene: GrowScene, context: GrowContext, record_id: str) -> Result:
    identity = Identity(context.run_id, record_id, seat.role.name, seat.node, "", scene.round)
    call = Caller(
        asker=context.asker,
        line=context.lines[seat.node],
        prompts=context.prompts,
        scene=scene,
        identity=identity,
        fence_key=context.fence_key,
        recalled=context.recalled,
    )
    return await seat.role.run(scene, call)


def _ground(state: ListState, context: GrowContext) -> Ground:
    spot = context.spots[state["place"]]
    return Ground.of(context.taxonomy, spot, context.language, kinship=context.kinship)


def _summary(said: Values) -> Values:
    """A proposal as it is kept beside the calls, which have every word of it."""
    return {**said, "entries": len(said["entries"])}
