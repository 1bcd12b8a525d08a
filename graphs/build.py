"""From a spec to a compiled LangGraph state machine.

Agent nodes never raise: an exception in one judge would cancel its siblings, whose calls are
paid for. What a plugin raises becomes the failure of that one sample.
"""

import asyncio
from collections.abc import Callable, Hashable, Iterable, Sequence
from typing import Any, Protocol

from langgraph.graph import END, START, StateGraph
from langgraph.graph.state import CompiledStateGraph
from langgraph.runtime import Runtime

from ..agents import Caller, Draft, Result, Scene, judge
from ..agents.annotator import LABEL_CHECK
from ..errors import PromptError
from ..models import Identity
from ..quality import Policy, decide, placed
from ..recipe import Noise
from .dialogue import ContextOf, message_number, to_answer, to_next_message, to_writing
from .noise import AXIS, PERTURBER, VALUE, noisy
from .spec import ASSISTANT, CHECKS, PANEL, USER, WRITER, GraphSpec, Seat
from .state import Context, Ending, State


class Node(Protocol):
    """A node as LangGraph calls it."""

    async def __call__(self, state: State, *, runtime: Runtime[Context]) -> dict[str, Any]:
        """From the state so far to what changes in it."""
        ...


Compiled = CompiledStateGraph[State, Context, State, State]


def from_runtime(state: State, runtime: Runtime[Context]) -> Context:
    """The context that the runner passes with each sample."""
    return runtime.context


def build(spec: GraphSpec, *, context_of: ContextOf | None = None) -> Compiled:
    """Compile a checked spec.

    Without `context_of` the context is passed with each invocation. With it the graph has no
    context of its own: LangGraph's server would try to make one of what a client sends.
    """
    schema = Context if context_of is None else None
    graph: StateGraph[State, Context, State, State] = StateGraph(State, schema)
    context_of = context_of or from_runtime
    for seat in (*spec.chain, *spec.before_judges, *spec.after_judges):
        graph.add_node(seat.node, _role_node(seat, context_of))
    for seat in spec.dialogue:
        graph.add_node(seat.node, _role_node(seat, context_of, message_number))
    for seat in spec.judges:
        graph.add_node(seat.node, _judge_node(seat, spec.wordings, context_of))
    if spec.noise is not None:
        graph.add_node(PERTURBER, _perturber_node(spec.noise, context_of))
    graph.add_node(CHECKS, _checks_node(context_of))
    graph.add_node(PANEL, _panel_node(spec, context_of))
    _connect(graph, spec, context_of)
    return graph.compile(name="generate")


def build_judges(spec: GraphSpec) -> Compiled:
    """The judges of a checked spec alone, for candidates that are there already."""
    graph: StateGraph[State, Context, State, State] = StateGraph(State, Context)
    for seat in spec.judges:
        graph.add_node(seat.node, _judge_node(seat, (), from_runtime))
        graph.add_edge(START, seat.node)
        graph.add_edge(seat.node, END)
    return graph.compile(name="judges")


Route = tuple[Callable[[State], Any], dict[Hashable, str]]


def _connect(
    graph: "StateGraph[State, Context, State, State]", spec: GraphSpec, context_of: ContextOf
) -> None:
    line = [seat.node for seat in spec.chain]
    line += [CHECKS] if spec.noise is None else [PERTURBER, CHECKS]
    line += [seat.node for seat in spec.before_judges]
    written = line[line.index(WRITER) + 1]
    graph.add_conditional_edges(START, *_entering(line[0], written))
    for node, following in zip(line, line[1:], strict=False):
        loop = "rewriter" if node == "critic" and spec.critic_rounds else None
        onward = _onward(following, loop, spec.critic_rounds)
        talks = following == WRITER and spec.dialogue
        graph.add_conditional_edges(node, *(to_writing(context_of) if talks else onward))
    if spec.dialogue:
        graph.add_conditional_edges(USER, *to_answer())
        graph.add_conditional_edges(ASSISTANT, *to_next_message(written))
    judges = [seat.node for seat in spec.judges]
    graph.add_conditional_edges(line[-1], *_to_judges(judges))
    closing = [seat.node for seat in spec.after_judges] + [PANEL]
    graph.add_edge(judges, closing[0])
    for node, following in zip(closing, closing[1:], strict=False):
        graph.add_conditional_edges(node, *_onward(following, None, 0))
    graph.add_edge(PANEL, END)


def _entering(first: str, written: str) -> Route:
    """To the first node, or behind the writer for what begins with a draft."""

    def route(state: State) -> str:
        return written if state.get("draft") else first

    return route, {way: way for way in (first, written)}


def _onward(following: str, loop: str | None, rounds: int) -> Route:
    """On to the next node, out if the sample has ended, back if the critic has notes."""

    def route(state: State) -> str:
        if state.get("ending"):
            return END
        if loop and state.get("notes") and state.get("round", 0) < rounds:
            return loop
        return following

    ways = [following, END] + ([loop] if loop else [])
    return route, {way: way for way in ways}


def _to_judges(judges: list[str]) -> Route:
    def route(state: State) -> str | list[str]:
        return END if state.get("ending") else judges

    return route, {way: way for way in (*judges, END)}


def _critic_round(state: State) -> int:
    return state.get("round", 0)


def _role_node(
    seat: Seat, context_of: ContextOf, round_of: Callable[[State], int] = _critic_round
) -> Node:
    async def node(state: State, *, runtime: Runtime[Context]) -> dict[str, Any]:
        result = await _run(seat, state, context_of(state, runtime), round_of(state))
        return _update(seat, state, result)

    return node


def _update(seat: Seat, state: State, result: Result) -> dict[str, Any]:
    update: dict[str, Any] = {}
    if result.artifact is not None:
        update["artifacts"] = {seat.role.name: dict(result.artifact)}
    if result.draft is not None:
        update["draft"] = result.draft.model_dump()
    if result.dialogue is not None:
        update["dialogue"] = dict(result.dialogue)
    if result.notes is not None:
        update["notes"] = [dict(note) for note in result.notes]
    elif seat.node == "rewriter" and state.get("notes"):
        update |= {"round": state.get("round", 0) + 1, "notes": []}
    if result.failure is not None:
        reason = f"{seat.node}:{result.failure.outcome}"
        update["ending"] = Ending(status="failed", reason=reason, detail=result.failure.error)
    elif result.raised:
        reason = f"{seat.node}:raised"
        update["ending"] = Ending(status="failed", reason=reason, detail=result.raised)
    elif result.reject:
        reason = f"{seat.node}:{result.rejected_for}"
        update["ending"] = Ending(status="rejected", reason=reason, detail=result.reject)
    return update


def _judge_node(seat: Seat, wordings: Sequence[str], context_of: ContextOf) -> Node:
    others = [Seat(seat.node, judge(name)) for name in wordings if name not in seat.role.prompts]

    async def node(state: State, *, runtime: Runtime[Context]) -> dict[str, Any]:
        context = context_of(state, runtime)
        asked = [seat, *others] if context.reworded else [seat]
        verdicts = await asyncio.gather(*(_verdict(each, state, context) for each in asked))
        for other, verdict in zip(asked[1:], verdicts[1:], strict=True):
            verdict["variant"] = other.role.prompts[0]
        return {"verdicts": verdicts}

    return node


async def _verdict(seat: Seat, state: State, context: Context) -> dict[str, Any]:
    result = await _run(seat, state, context, _critic_round(state))
    model = context.lines[seat.node].endpoint.model
    given = result.verdict or {"judge": seat.node, "model": model, "unscored": result.raised}
    return {**given, "prompt": context.prompts.get(seat.role.prompts[0]).id, "variant": ""}


async def _run(seat: Seat, state: State, context: Context, at: int) -> Result:
    scene = Scene(
        world=context.world,
        blueprint=context.blueprint,
        node=seat.node,
        request=dict(context.request),
        round=at,
        draft=state.get("draft"),
        notes=state.get("notes", ()),
        artifacts=state.get("artifacts", {}),
        openings=context.openings,
        dialogue=state.get("dialogue", {}),
    )
    identity = Identity(
        run_id=context.run_id,
        sample_id=context.sample_id,
        role=seat.role.name,
        node=seat.node,
        ask="",
        round=scene.round,
    )
    call = Caller(
        asker=context.asker,
        line=context.lines[seat.node],
        prompts=context.prompts,
        scene=scene,
        identity=identity,
        fence_key=context.fence_key,
        recalled=context.recalled,
    )
    try:
        return await seat.role.run(scene, call)
    except PromptError:
        raise
    except Exception as error:
        # A role may be a stranger's code: its fault costs this sample, and is put on record.
        return Result(raised=f"{type(error).__name__}: {error}")


def _perturber_node(noise: Noise, context_of: ContextOf) -> Node:
    async def node(state: State, *, runtime: Runtime[Context]) -> dict[str, Any]:
        blueprint = context_of(state, runtime).blueprint
        # A linked sample may begin with the slips of the one that it is made from.
        if blueprint.label(AXIS) != VALUE or PERTURBER in state.get("artifacts", {}):
            return {}
        draft = Draft.model_validate(state["draft"])
        made, edits = noisy(draft, noise, language=blueprint.language, seed=blueprint.seed)
        return {"draft": made.model_dump(), "artifacts": {PERTURBER: {"edits": edits}}}

    return node


def _checks_node(context_of: ContextOf) -> Node:
    async def node(state: State, *, runtime: Runtime[Context]) -> dict[str, Any]:
        context = context_of(state, runtime)
        draft = Draft.model_validate(state["draft"])
        found = await context.screen.findings(draft, context.blueprint, context.world)
        if not found:
            return {}
        detail = "; ".join(f"{one.code}: {one.detail}" for one in found)
        return {"ending": Ending(status="rejected", reason=f"check:{found[0].code}", detail=detail)}

    return node


def _panel_node(spec: GraphSpec, context_of: ContextOf) -> Node:
    async def node(state: State, *, runtime: Runtime[Context]) -> dict[str, Any]:
        policy = context_of(state, runtime).policy
        return {} if policy is None else {"ending": ending(state, spec, policy)}

    return node


def ordered(state: State, spec: GraphSpec) -> list[dict[str, Any]]:
    """Verdicts in the panel's order, a judge's other wordings behind its own."""
    rank = {seat.node: place for place, seat in enumerate(spec.judges)}
    return sorted(state.get("verdicts", []), key=lambda v: (rank[v["judge"]], v["variant"]))


def counted(verdicts: Iterable[dict[str, Any]]) -> list[dict[str, Any]]:
    """The verdicts that are votes: one of each judge."""
    return [verdict for verdict in verdicts if not verdict["variant"]]


def ending(state: State, spec: GraphSpec, policy: Policy) -> Ending:
    """What the panel decides by a policy. A policy that raises fails the sample alone."""
    try:
        made = decide(counted(ordered(state, spec)), policy)
        made = placed(made, state.get("artifacts", {}).get(LABEL_CHECK, {}).get("found"))
    except Exception as error:
        # It may be a stranger's code, like a role.
        detail = f"{type(error).__name__}: {error}"
        return Ending(status="failed", reason=f"{PANEL}:raised", detail=detail)
    return Ending(status=made.status, reason=made.reason, detail=made.detail)
