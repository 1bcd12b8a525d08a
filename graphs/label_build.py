"""The graph that labels one text: annotators, blind to one another, and what they agree on.

    annotator_1, annotator_2, …   all at once ──► consensus

No failure of a model is an exception: who gives no answer has no voice. Knows nothing of files, of
other texts, or of the store.
"""

import hashlib
from collections.abc import Sequence
from dataclasses import asdict
from itertools import cycle
from typing import Any, Protocol

from langgraph.graph import END, START, StateGraph
from langgraph.graph.state import CompiledStateGraph
from langgraph.runtime import Runtime

from ..agents import Caller
from ..agents.annotator import ANNOTATORS, WORDINGS, annotator
from ..agents.label_scene import LabelScene
from ..models import Identity
from ..quality.consensus import Opinion, consensus
from ..taxonomy import PATH_SEPARATOR, Taxonomy
from .label_state import ItemState, LabelContext, Labelled, Values
from .spec import Seat

CONSENSUS = "consensus"

Compiled = CompiledStateGraph[ItemState, LabelContext, ItemState, Labelled]


class Node(Protocol):
    """A node as LangGraph calls it."""

    async def __call__(self, state: ItemState, *, runtime: Runtime[LabelContext]) -> dict[str, Any]:
        """From the state so far to what changes in it."""
        ...


def seats(count: int, *, beam: int, multi: int, attributes: bool) -> tuple[Seat, ...]:
    """That many annotators, whose wordings take turns."""
    return tuple(
        Seat(node, annotator(prompt, beam=beam, multi=multi, attributes=attributes))
        for node, prompt in zip(ANNOTATORS[:count], cycle(WORDINGS), strict=False)
    )


def build_label(chairs: Sequence[Seat]) -> Compiled:
    """Compile the graph of one text."""
    graph: StateGraph[ItemState, LabelContext, ItemState, Labelled] = StateGraph(
        ItemState, LabelContext, output_schema=Labelled
    )
    for number, seat in enumerate(chairs, 1):
        graph.add_node(seat.node, _annotator_node(seat, number))
        graph.add_edge(START, seat.node)
    graph.add_node(CONSENSUS, _consensus)
    graph.add_edge([seat.node for seat in chairs], CONSENSUS)
    graph.add_edge(CONSENSUS, END)
    return graph.compile(name="label")


def _annotator_node(seat: Seat, number: int) -> Node:
    async def node(state: ItemState, *, runtime: Runtime[LabelContext]) -> dict[str, Any]:
        context, prompt = runtime.context, seat.role.prompts[0]
        scene = LabelScene(
            taxonomy=context.taxonomy,
            candidate={"messages": state["messages"], "final_answer": ""},
            node=seat.node,
            id=context.ident,
            seed=_seed(context, seat.node),
        )
        call = Caller(
            asker=context.asker,
            line=context.lines[seat.node],
            prompts=context.prompts,
            scene=scene,
            identity=Identity(context.run_id, context.item_id, seat.role.name, seat.node, ""),
            fence_key=context.fence_key,
            recalled=context.recalled,
        )
        result = await seat.role.run(scene, call)
        said: Values = {"number": number, "annotator": seat.node}
        said["prompt"] = context.prompts.get(prompt).id
        if result.failure is not None:
            failure = result.failure
            failed = f"{failure.outcome}: {failure.error}"
            return {"said": [{**said, "model": failure.model, "failed": failed}]}
        return {"said": [{**said, "failed": "", **(result.artifact or {})}]}

    return node


async def _consensus(state: ItemState, *, runtime: Runtime[LabelContext]) -> dict[str, Any]:
    taxonomy = runtime.context.taxonomy
    everyone = sorted(state["said"], key=lambda said: said["number"])
    found = consensus([_opinion(taxonomy, said) for said in everyone])
    return {
        "item": {
            "status": found.status,
            "reason": found.reason,
            "detail": _missing(everyone),
            "leaves": list(found.leaves),
            "labels": {name: list(values) for name, values in found.labels.items()},
            "stuck": PATH_SEPARATOR.join(found.stuck),
        },
        "annotations": [_annotation(taxonomy, said) for said in everyone],
        "differences": [asdict(difference) for difference in found.differences],
    }


def _missing(everyone: Sequence[Values]) -> str:
    """Who of them gave no answer, and to what."""
    failed = sum(bool(said["failed"]) for said in everyone)
    mute = [said["labels_failed"] for said in everyone if said.get("labels_failed")]
    told = [f"{failed} of {len(everyone)} annotators gave no answer"] if failed else []
    told += [f"{len(mute)} gave none about attributes ({mute[0]})"] if mute else []
    return "; ".join(told)


def _opinion(taxonomy: Taxonomy, said: Values) -> Opinion:
    if said["failed"]:
        return Opinion(said["annotator"], failed=said["failed"])
    return Opinion(
        annotator=said["annotator"],
        leaves=tuple(path_of(taxonomy, leaf) for leaf in said["leaves"]),
        labels={name: tuple(values) for name, values in said.get("labels", {}).items()},
        stuck=taxonomy.node(said["stuck"]).path if said["stuck"] else (),
        why={"confidence": said["confidence"], "evidence": said["evidence"]},
        why_labels=said.get("said", {}),
    )


def _annotation(taxonomy: Taxonomy, said: Values) -> Values:
    """A row of `annotations`, but for whom it is of."""
    stuck = said.get("stuck", "")
    return {
        "annotator": said["annotator"],
        "model": said["model"],
        "prompt": said["prompt"],
        "leaves": [path_of(taxonomy, leaf) for leaf in said.get("leaves", ())],
        "labels": said.get("labels", {}),
        "none": int(said.get("none", False)),
        "stuck": path_of(taxonomy, stuck) if stuck else "",
        "confidence": said.get("confidence", ""),
        "evidence": said.get("evidence", ""),
        "failed": said["failed"],
    }


def path_of(taxonomy: Taxonomy, node_id: str) -> str:
    """A node as rows name it."""
    return PATH_SEPARATOR.join(taxonomy.node(node_id).path)


def _seed(context: LabelContext, node: str) -> int:
    text = f"{context.seed}\x1f{context.ident}\x1f{node}"
    return int.from_bytes(hashlib.sha256(text.encode()).digest()[:4]) & 0x7FFFFFFF
