"""The annotators: find the places of a text on a taxonomy, each blind to all but text and menu.

The way leads from the root downwards with a beam of the best places so far; «none of these» may be
said on every level, and then says where the taxonomy lacks something. What several annotators make
of it together is for `quality.consensus` to say.
"""

import asyncio
from collections.abc import Coroutine, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from ..models import Answer, Failure
from ..prompts import as_shown
from ..quality import void_false_quotes
from ..taxonomy import Attribute, Node
from .label_outputs import CONFIDENCES, Annotation, Confidence, problem
from .label_scene import (
    PAGE,
    SEES,
    LabelScene,
    attributes_at,
    next_step,
    pages,
    places_menu,
    shuffled,
    values_menu,
)
from .role import Call, Result, Role, role
from .scene import Scene

ANNOTATOR, LABEL_CHECK = "annotator", "label_check"
WORDINGS = ("annotator_definition", "annotator_helper", "annotator_contrast")
"""By what the definition says, by who would have to help, and by what rules the neighbours out."""
ANNOTATORS = tuple(f"{ANNOTATOR}_{number}" for number in range(1, 10))
"""Their nodes, and names among a recipe's models; so many there may be."""
MOST = 5
"""Places that a beam holds and that a text may have, at most."""
_PAGES_AT_ONCE = 8
"""A level may have hundreds of pages: prompts that would only wait are not yet made."""
_STEPS = 100_000
"""Steps of one look, at most: two looks of a text have no step in common."""


@dataclass(frozen=True, slots=True)
class Found:
    """One thing that an annotator chose."""

    id: str
    """Of the node."""
    confidence: Confidence
    evidence: str


@dataclass(frozen=True, slots=True)
class Placing:
    """Where an annotator puts a text."""

    leaves: tuple[Found, ...]
    """The best first; empty for «none of these»."""
    stuck: str
    """Id of the node below which nothing fitted; "" where there are leaves."""
    model: str
    steps: int
    """Menus that were shown."""


@dataclass(frozen=True, slots=True)
class Labelling:
    """What an annotator says of the attributes of some leaves."""

    values: dict[str, tuple[str, ...]]
    """By name of the attribute; an empty tuple where none of its values holds."""
    said: dict[str, dict[str, str]]
    """By name of the attribute: `confidence` and `evidence` of its first value."""


async def find_leaf(
    scene: LabelScene, call: Call, *, prompt: str = WORDINGS[0], beam: int = 2, multi: int = 1
) -> Placing | Failure:
    """Go down from the root, with up to `beam` places in mind, to up to `multi` leaves."""
    way = _Way(scene, call, prompt)
    taxonomy = scene.taxonomy
    front = [Found(taxonomy.root.id, "high", "")]
    while True:
        step = next_step(taxonomy, [found.id for found in front])
        said = await way.choose(step.options, multi if step.last else max(beam, multi))
        if isinstance(said, Failure):
            return said
        if not said:
            return Placing((), front[0].id, way.model, way.steps)
        front = [_carried(one, front, taxonomy.node(one.id)) for one in said]
        if all(taxonomy.is_leaf(one.id) for one in front):
            return Placing(tuple(front[:multi]), "", way.model, way.steps)


async def find_labels(
    scene: LabelScene, call: Call, leaves: Sequence[str], *, prompt: str = WORDINGS[0]
) -> Labelling | Failure:
    """Say which values of the leaves' attributes hold, in one call for all of them."""
    attributes = attributes_at(scene.taxonomy, leaves)
    if not attributes:
        return Labelling({}, {})
    menu = values_menu(scene.taxonomy.lineage(leaves[0]), attributes)
    here = replace(scene, menu=menu)
    options = [(one, value.name) for one in attributes for value in one.values]
    answer = await _ask(here, call, prompt, len(options))
    if isinstance(answer, Failure):
        return answer
    return _labelling(answer.value, attributes, options, quotable(scene))


def annotator(prompt: str, *, beam: int = 2, multi: int = 1, attributes: bool = True) -> Role:
    """The annotator with that wording."""

    async def run(scene: LabelScene, call: Call) -> Result:
        placing = await find_leaf(scene, call, prompt=prompt, beam=beam, multi=multi)
        if isinstance(placing, Failure):
            return Result(failure=placing)
        leaves = [one.id for one in placing.leaves]
        artifact = _placed(placing)
        if attributes and leaves:
            after = replace(scene, round=scene.round + placing.steps)
            labels = await find_labels(after, call, leaves, prompt=prompt)
            if isinstance(labels, Failure):
                artifact["labels_failed"] = f"{labels.outcome}: {labels.error}"
            else:
                artifact["labels"] = {name: list(held) for name, held in labels.values.items()}
                artifact["said"] = labels.said
        return Result(artifact=artifact)

    return Role(
        name=ANNOTATOR,
        output=Annotation,
        prompts=(prompt,),
        run=run,
        purpose="Places a text on the taxonomy, top-down, blind to what others say.",
        allowed=frozenset(SEES),
    )


@role(LABEL_CHECK, output=Annotation, prompts=(WORDINGS[0],), allowed=SEES)
async def label_check(scene: Scene, call: Call) -> Result:
    """Finds the leaf of a sample again without being told it."""
    placing = await find_leaf(_look(scene), call)
    if isinstance(placing, Failure):
        return Result(failure=placing)
    artifact = _placed(placing)
    return Result(artifact={**artifact, "found": scene.blueprint.leaf in artifact["leaves"]})


def first_look(scene: Scene) -> LabelScene:
    """What the annotator of a sample sees first: the menu at the root."""
    look = _look(scene)
    step = next_step(look.taxonomy, [look.taxonomy.root.id])
    mixed = shuffled(pages(step.options)[0], scene.seed, 0)
    return replace(look, menu=places_menu(look.taxonomy, mixed, 1))


def _look(scene: Scene) -> LabelScene:
    return LabelScene(
        taxonomy=scene.world.taxonomy,
        candidate=scene.sight("candidate"),
        node=scene.node,
        id=scene.id,
        seed=scene.seed,
        round=scene.round * _STEPS,
    )


def quotable(scene: LabelScene) -> list[str]:
    """What an annotator may quote from: the texts as they are, and as it was shown them."""
    candidate = scene.candidate
    texts = [message["content"] for message in candidate["messages"]]
    texts.append(candidate["final_answer"])
    return texts + [shown for text in texts if (shown := as_shown(text)) != text]


@dataclass(slots=True)
class _Way:
    """One annotator on its way down; counts its steps."""

    scene: LabelScene
    call: Call
    prompt: str
    steps: int = 0
    model: str = ""
    texts: list[str] = field(init=False)

    def __post_init__(self) -> None:
        self.texts = quotable(self.scene)

    async def choose(self, options: Sequence[Node], most: int) -> list[Found] | Failure:
        """Choose from one menu, or from several whose choices meet in another one."""
        if len(options) <= PAGE:
            return await self._ask(options, most)
        kept: list[Node] = []
        parts = pages(options)
        for start in range(0, len(parts), _PAGES_AT_ONCE):
            some = parts[start : start + _PAGES_AT_ONCE]
            for said in await asyncio.gather(*[self._ask(part, most) for part in some]):
                if isinstance(said, Failure):
                    return said
                kept += [self.scene.taxonomy.node(one.id) for one in said]
        return await self.choose(kept, most) if kept else []

    def _ask(
        self, options: Sequence[Node], most: int
    ) -> Coroutine[Any, Any, list[Found] | Failure]:
        """Ask about one menu. The step is counted now, in whatever order replies come."""
        step, self.steps = self.steps, self.steps + 1
        return self._asked(options, most, step)

    async def _asked(self, options: Sequence[Node], most: int, step: int) -> list[Found] | Failure:
        scene = self.scene
        mixed = shuffled(options, scene.seed, step)
        menu = places_menu(scene.taxonomy, mixed, most)
        here = replace(scene, menu=menu, round=scene.round + step)
        answer = await _ask(here, self.call, self.prompt, len(mixed))
        if isinstance(answer, Failure):
            return answer
        self.model = answer.model
        found = [
            Found(
                mixed[one.option - 1].id,
                _sure(one.confidence, one.evidence, self.texts),
                one.evidence,
            )
            for one in answer.value.choices
        ]
        # The best first: what it is surer of, and then what it names first.
        found.sort(key=lambda one: -CONFIDENCES.index(one.confidence))
        return found[:most]


async def _ask(
    scene: LabelScene, call: Call, prompt: str, options: int
) -> Answer[Annotation] | Failure:
    numbers = range(1, options + 1)
    return await call.at(scene)(prompt, Annotation, check=lambda said: problem(said, numbers))


def _sure(confidence: Confidence, evidence: str, texts: Sequence[str]) -> Confidence:
    """As sure as it says, unless what it quotes is not there."""
    claim = {"evidence": {"finding": "not_met", "quote": evidence}}
    kept = void_false_quotes(claim, texts)["evidence"]["finding"] == "not_met"
    return confidence if kept else "low"


def _carried(one: Found, front: Sequence[Found], node: Node) -> Found:
    """A choice with the confidence of the whole way to it: that of its least sure step."""
    above = {found.id: found for found in front}
    before = next(above[up.id] for up in reversed(node.lineage) if up.id in above)
    least = min(one.confidence, before.confidence, key=CONFIDENCES.index)
    return replace(one, confidence=least)


def _labelling(
    said: Annotation,
    attributes: Sequence[Attribute],
    options: Sequence[tuple[Attribute, str]],
    texts: Sequence[str],
) -> Labelling:
    values: dict[str, list[str]] = {attribute.name: [] for attribute in attributes}
    why: dict[str, dict[str, str]] = {}
    for choice in said.choices:
        attribute, value = options[choice.option - 1]
        values[attribute.name].append(value)
        confidence = _sure(choice.confidence, choice.evidence, texts)
        why.setdefault(attribute.name, {"confidence": confidence, "evidence": choice.evidence})
    return Labelling({name: tuple(held) for name, held in values.items()}, why)


def _placed(placing: Placing) -> dict[str, Any]:
    best = placing.leaves[0] if placing.leaves else None
    return {
        "model": placing.model,
        "leaves": [one.id for one in placing.leaves],
        "none": best is None,
        "stuck": placing.stuck,
        "confidence": best.confidence if best else "",
        "evidence": best.evidence if best else "",
    }
