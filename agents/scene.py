"""What an agent may see of a sample, by the names that prompts declare as their inputs.

A `World` is the same for all samples of a run, a `Scene` is one sample at one point of the
graph. A prompt gets exactly the inputs that it declares; a role may be confined to some of them.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from typing import Any, Protocol

from ..quality import Phrases
from ..taxonomy import Attribute, Axis, Blueprint, Taxonomy
from ..taxonomy.names import key
from .operation import Operation, built_in
from .outputs import Criteria, Draft

Values = dict[str, Any]
_EXAMPLES = 3


@dataclass(frozen=True, slots=True)
class World:
    """What all samples of a run have in common."""

    taxonomy: Taxonomy
    axes: tuple[Axis, ...]
    language: str
    as_of: str
    phrases: Phrases
    rewrites: bool = True
    """Whether a rewriter stands in the graph."""
    perturbs: bool = False
    """Whether typos are put in by rule, so that no agent has to."""
    operations: Mapping[str, Operation] = field(default_factory=built_in)
    """What the rewriter can do, by name."""


class View(Protocol):
    """As much of a scene as a call needs, be it of a sample or of a list of names."""

    @property
    def id(self) -> str:
        """Of what is being made: the same in every run with the same seed."""
        ...

    @property
    def seed(self) -> int:
        """Sent with the call."""
        ...

    @property
    def node(self) -> str:
        """Which node of the graph looks."""
        ...

    @property
    def round(self) -> int:
        """Which time it looks."""
        ...

    def sight(self, name: str) -> Any:
        """The value of one prompt input."""
        ...


@dataclass(frozen=True, slots=True)
class Scene:
    """One sample as one node of the graph finds it. Read-only."""

    world: World
    blueprint: Blueprint
    node: str
    request: Values
    """Made by `request_of`, once for a sample."""
    round: int = 0
    draft: Values | None = None
    notes: Sequence[Values] = ()
    """What the critic wants changed; empty when it is content or has not spoken."""
    artifacts: Mapping[str, Any] = field(default_factory=dict)
    """Every role's last reply, by role name."""
    openings: Sequence[str] = ()
    """How accepted samples of this leaf begin."""
    dialogue: Values = field(default_factory=dict)
    """The conversation so far, where it is made turn by turn: `turns`, `asked`, `states`."""
    asked: Sequence[Operation] | None = None
    """Operations of one call of the rewriter; None for all that the sample is to undergo."""

    @property
    def id(self) -> str:
        """The blueprint's."""
        return self.blueprint.id

    @property
    def seed(self) -> int:
        """The blueprint's."""
        return self.blueprint.seed

    def sight(self, name: str) -> Any:
        """The value of one prompt input; KeyError for a name that is none."""
        return SIGHTS[name](self)

    def candidate(self) -> Draft:
        """The draft as it stands."""
        return Draft.model_validate(self.draft)

    def operations(self) -> list[Operation]:
        """What the rewriter is to do: first what the blueprint chose, then what labels ask for.

        What is made from another sample has undergone the latter there.
        """
        known, blueprint = self.world.operations, self.blueprint
        names = list(blueprint.operations)
        if not blueprint.source:
            values = [blueprint.label(axis.id) for axis in self.world.axes]
            names += [name for name in values if name in known]
        if self.world.perturbs and "noise" in names:
            names.remove("noise")
        if blueprint.opening and "template" in names:
            names.remove("template")
        return [known[name] for name in names]


def request_of(world: World, blueprint: Blueprint) -> Values:
    """What a sample is asked to be, as every agent is told it: path, labels, language, date."""
    taxonomy = world.taxonomy
    attributes = {key(a.name): a for a in taxonomy.attributes_of(blueprint.leaf)}
    fresh_for = taxonomy.fresh_for_of(blueprint.leaf)
    return {
        "path": [
            {"name": node.name, "definition": node.definition}
            for node in taxonomy.lineage(blueprint.leaf)
        ],
        "labels": [
            _attribute_label(attributes[key(name)], value)
            if key(name) in attributes
            else _axis_label(world, name, value)
            for name, value in blueprint.labels
        ],
        "turns": blueprint.turns,
        "switch": blueprint.switch,
        "others": [
            {"path": list(node.path), "definition": node.definition}
            for node in map(taxonomy.node, blueprint.others)
        ],
        "language": blueprint.language,
        "as_of": world.as_of,
        # Left out of most: a stored request of a leaf that does not age stays as it was.
        **({} if fresh_for is None else {"fresh_for": fresh_for}),
    }


def _attribute_label(attribute: Attribute, value: str) -> Values:
    found = next(v for v in attribute.values if v.name == value)
    shown = f"{found.group}: {value}" if found.group else value
    return {"name": attribute.name, "value": shown, "guidance": found.definition}


def _axis_label(world: World, name: str, value: str) -> Values:
    axis = next(axis for axis in world.axes if axis.id == name)
    chosen = axis.value(value)
    return {"name": axis.name, "value": chosen.name, "guidance": chosen.guidance}


def brief(scene: Scene) -> Values:
    """The request without what the rewriter will carry out, if there is one.

    A writer that sees the operation does the rewriter's work beforehand, and the draft comes back
    as it went.
    """
    if not scene.world.rewrites:
        return scene.request
    known = scene.world.operations
    taken = {axis.name for axis in scene.world.axes if any(v.id in known for v in axis.values)}
    kept = [label for label in scene.request["labels"] if label["name"] not in taken]
    return {**scene.request, "labels": kept}


def _contrast(scene: Scene) -> list[Values]:
    siblings = scene.world.taxonomy.siblings(scene.blueprint.leaf)
    return [{"name": node.name, "definition": node.definition} for node in siblings]


def _examples(scene: Scene) -> list[Values]:
    """A few of the leaf's own examples, other ones for another sample."""
    known = scene.world.taxonomy.node(scene.blueprint.leaf).examples
    first = scene.blueprint.seed % len(known) if known else 0
    return [asdict(example) for example in (*known[first:], *known[:first])[:_EXAMPLES]]


def _operations(scene: Scene) -> list[Values]:
    language = scene.world.language
    asked = scene.operations() if scene.asked is None else scene.asked
    return [{"name": one.title[language], "guidance": one.brief[language]} for one in asked]


def _requirements(scene: Scene) -> Any:
    """The planner's, or those that a rewrite has put in their place."""
    rewritten = scene.artifacts.get("rewriter", {}).get("requirements")
    return rewritten or scene.artifacts["planner"]["requirements"]


def _candidate(scene: Scene) -> Values:
    draft = scene.candidate()
    return {"messages": draft.messages(), "final_answer": draft.final_answer}


def _order(scene: Scene) -> list[str]:
    """The rubric in this judge's order: one of 16 rotations, by the sample's seed."""
    names = list(Criteria.model_fields)
    shift = sum(scene.node.encode()) + scene.blueprint.seed
    turned = names[shift % 8 :] + names[: shift % 8]
    return turned[::-1] if (shift // 8) % 2 else turned


SIGHTS: dict[str, Callable[[Scene], Any]] = {
    "request": lambda scene: scene.request,
    "brief": brief,
    "contrast": _contrast,
    "examples": _examples,
    "seeds": lambda scene: [{"name": n, "value": v} for n, v in scene.blueprint.situation],
    "before": lambda scene: list(scene.artifacts.get("rewriter", {}).get("before", ())),
    "openings": lambda scene: list(scene.openings),
    "opening": lambda scene: scene.blueprint.opening,
    "plan": lambda scene: scene.artifacts["planner"],
    "requirements": _requirements,
    "draft": lambda scene: scene.draft,
    "candidate": _candidate,
    "operations": _operations,
    "notes": lambda scene: list(scene.notes),
    "order": _order,
    "avoid": lambda scene: list(scene.world.phrases.avoid),
    "artifacts": lambda scene: dict(scene.artifacts),
}
"""Every input that a prompt may declare."""

NEEDS: dict[str, str] = {
    "plan": "planner",
    "requirements": "planner",
    "draft": "writer",
    "candidate": "writer",
}
"""Inputs that exist only once a role has spoken."""
