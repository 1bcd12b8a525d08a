"""Linked groups: which samples are made from accepted ones, and what these begin with.

A link is a slot behind those of the plan. It can be tried once the first sample of its group is
accepted; from then on it is a sample like any other, with checks and judges of its own. Knows no
agent and no store.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from ..agents import Operation
from ..errors import RecipeError
from ..recipe import Linked, Recipe
from ..taxonomy import Blueprint, Plan, evenly, phase
from .noise import PERTURBER, without_noise
from .state import State

WORDINGS, LANGUAGES, DEPTHS = "wordings", "languages", "depths"
_FORM, _DEPTH, _PARAPHRASE = "instruction_form", "depth", "paraphrase"


@dataclass(frozen=True, slots=True)
class Link:
    """One further sample of a group."""

    slot: int
    head: int
    """Slot of the sample that it is made from."""
    kind: str
    member: int
    operation: str
    value: str = ""
    """Its language, depth or instruction form; empty where it is that of the first."""

    def blueprint(self, head: Blueprint, *, attempt: int, seed: int) -> Blueprint:
        """A try at it, made from the accepted sample of a blueprint."""
        own = {WORDINGS: _FORM, DEPTHS: _DEPTH}.get(self.kind) if self.value else None
        labels = tuple((name, self.value if name == own else value) for name, value in head.labels)
        return replace(
            head,
            slot=self.slot,
            attempt=attempt,
            seed=seed,
            labels=labels,
            language=self.value if self.kind == LANGUAGES else head.language,
            operations=(self.operation,),
            # Another wording is no template any more; in another language the values are others.
            opening="" if self.kind == WORDINGS else head.opening,
            parameters=head.parameters if self.kind == DEPTHS else (),
            source=head.id,
            link=self.kind,
            member=self.member,
        )


def links(plan: Plan, recipe: Recipe, operations: Mapping[str, Operation]) -> tuple[Link, ...]:
    """The further samples of a recipe's groups, in the order of their slots.

    Raises RecipeError for what the rewriter cannot do.
    """
    asked = recipe.linked
    if asked is None:
        return ()
    if "rewriter" not in recipe.graph.chain:
        raise RecipeError(
            "linked: nobody makes the further samples of a group",
            hint="put `rewriter` into graph.chain",
        )
    found = list[Link]()
    axes = {axis.id: [value.id for value in axis.values] for axis in plan.space.axes}
    for kind, share, ways in _kinds(asked, recipe.language, axes, operations):
        start = phase(recipe.seed, "linked", kind)
        for first in plan.blueprints():
            if evenly(first.slot, start) >= share:
                continue
            own = ways
            if kind == DEPTHS:
                own = [(name, depth) for name, depth in ways if depth != first.label(_DEPTH)]
                if len(own) == len(ways):
                    continue
            for member, (name, value) in enumerate(own, 1):
                slot = len(plan) + len(found)
                found.append(Link(slot, first.slot, kind, member, name, value))
    return tuple(found)


Ways = list[tuple[str, str]]
"""Operation, and the language, depth or form that comes of it."""
Axes = Mapping[str, Sequence[str]]


def _kinds(
    asked: Linked, language: str, axes: Axes, operations: Mapping[str, Operation]
) -> Iterator[tuple[str, float, Ways]]:
    """Kind of group, share of first samples, and how the others are made."""
    if asked.wordings is not None:
        names = [one.name for one in operations.values() if one.family == WORDINGS]
        form = _PARAPHRASE if _PARAPHRASE in axes.get(_FORM, ()) else ""
        ways = [(name, form) for name in names[: asked.wordings.number - 1]]
        yield WORDINGS, asked.wordings.share, ways
    if asked.languages is not None:
        into = [other for other in asked.languages.into if other != language]
        if not into:
            raise RecipeError(
                f"linked.languages: the samples are in {language!r} already",
                hint="name another language under `into`",
            )
        yield LANGUAGES, asked.languages.share, [(f"into_{other}", other) for other in into]
    if asked.depths is not None:
        yield DEPTHS, asked.depths.share, _depths(asked.depths.depths, axes, operations)


def _depths(depths: Sequence[str], axes: Axes, operations: Mapping[str, Operation]) -> Ways:
    for depth in depths:
        if depth not in axes.get(_DEPTH, ()):
            raise RecipeError(
                f"linked.depths: the axis `depth` of this recipe has no value {depth!r}",
                hint="name the axis and its values under `axes`, or leave `axes` out",
            )
        if f"depth_{depth}" not in operations:
            raise RecipeError(
                f"linked.depths: there is no operation 'depth_{depth}', which would make it",
                hint="use direct, chain_of_thought, deep_thinking, or offer it in a plugin",
            )
    return [(f"depth_{depth}", depth) for depth in depths]


def beginning(sample: Mapping[str, Any], kind: str) -> State:
    """What the state of a further sample begins with: a draft, and what was planned for it.

    The same request at another depth keeps its typos; another wording begins without them.
    """
    artifacts = sample["artifacts"]
    planned = dict(artifacts.get("planner", {}))
    requirements = artifacts.get("rewriter", {}).get("requirements")
    kept: dict[str, Any] = {
        "planner": planned | ({"requirements": requirements} if requirements else {})
    }
    if kind == DEPTHS and PERTURBER in artifacts:
        kept[PERTURBER] = artifacts[PERTURBER]
    shown = sample if kind == DEPTHS else without_noise(sample)
    return State(draft=draft_of(shown), artifacts=kept)


def draft_of(sample: Mapping[str, Any]) -> dict[str, Any]:
    """The draft that a stored sample was."""
    messages: Sequence[Mapping[str, str]] = sample["messages"]
    head = messages[0]["role"] == "system"
    talk = messages[head:]
    pairs = zip(talk[::2], talk[1::2], strict=True)
    return {
        "system": messages[0]["content"] if head else "",
        "reasoning": sample["reasoning"],
        "turns": [{"user": u["content"], "assistant": a["content"]} for u, a in pairs],
        "final_answer": sample["final_answer"],
    }
