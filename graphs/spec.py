"""Who speaks after whom, as data: a chain of roles, the panel of judges, and what stands between.

A spec is checked against the roles and prompts there are before any graph is made of it. Knows
nothing of LangGraph.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from ..agents import NEEDS, SIGHTS, Role, judge
from ..agents.annotator import LABEL_CHECK, label_check
from ..errors import PromptError, RecipeError
from ..prompts import PromptSet
from ..recipe import Noise, Recipe
from ..taxonomy import Blueprint
from .noise import PERTURBER

MOST_TURNS = 24
"""Messages of the asker in one sample; a plan cannot have more."""
WRITER, USER, ASSISTANT = "writer", "user_simulator", "answerer"
CHECKS, PANEL = "checks", "panel"
"""Nodes that ask no model."""


@dataclass(frozen=True, slots=True)
class Seat:
    """A node of the graph that a role sits on."""

    node: str
    role: Role


@dataclass(frozen=True, slots=True)
class GraphSpec:
    """The order of the seats."""

    chain: tuple[Seat, ...]
    """Up to the rule checks; the critic may send a sample back to the rewriter."""
    judges: tuple[Seat, ...]
    """All at once, each blind to the others."""
    dialogue: tuple[Seat, ...] = ()
    """User simulator and answerer, who take the writer's place where a sample has several turns."""
    before_judges: tuple[Seat, ...] = ()
    """Between checks and judges."""
    after_judges: tuple[Seat, ...] = ()
    """Between judges and panel."""
    critic_rounds: int = 2
    noise: Noise | None = None
    """Typos that are put in by rule, before the checks."""
    wordings: tuple[str, ...] = ()
    """Prompts in which each judge may be asked again."""
    seats: tuple[Seat, ...] = field(init=False)

    def __post_init__(self) -> None:
        first = (*self.chain, *self.dialogue)
        every = (*first, *self.before_judges, *self.judges, *self.after_judges)
        object.__setattr__(self, "seats", every)

    @property
    def recursion_limit(self) -> int:
        """Steps that a sample can take at most, with some to spare."""
        rounds = len(self.chain) * (2 + self.critic_rounds)
        return 8 + rounds + len(self.dialogue) * MOST_TURNS + len(self.seats)

    def insert(
        self, role: Role, *, after: str | None = None, before: str | None = None
    ) -> "GraphSpec":
        """The spec with a role put before or after another node. Raises RecipeError."""
        place = after or before
        if place is None:
            raise RecipeError(
                f"role {role.name!r} has no place in the graph",
                hint="give `after=` or `before=` to @role, or name it under graph.insert",
            )
        seat = Seat(role.name, role)
        if any(known.node == role.name for known in self.seats):
            raise RecipeError(
                f"role {role.name!r} stands in the graph already", hint="name it once"
            )
        if place in [known.node for known in self.dialogue]:
            raise RecipeError(
                f"role {role.name!r} wants to stand within the loop of {place!r}",
                hint="put it after `writer`: it comes once the conversation is complete",
            )
        if place == "judge" or place in [judge.node for judge in self.judges]:
            if after:
                return replace(self, after_judges=(*self.after_judges, seat))
            return replace(self, before_judges=(*self.before_judges, seat))
        for part in ("chain", "before_judges", "after_judges"):
            seats: tuple[Seat, ...] = getattr(self, part)
            names = [known.node for known in seats]
            if place in names:
                at = names.index(place) + bool(after)
                change: dict[str, Any] = {part: (*seats[:at], seat, *seats[at:])}
                return replace(self, **change)
        known = ", ".join(seat.node for seat in self.seats)
        raise RecipeError(
            f"role {role.name!r} wants to stand {'after' if after else 'before'} {place!r}, "
            "which is not in the graph",
            hint=f"the graph has {known}",
        )


def spec_of(recipe: Recipe, roles: Mapping[str, Role]) -> GraphSpec:
    """The spec of a recipe: its chain, its panel, and every plugin role at its place."""
    spec = GraphSpec(
        chain=tuple(Seat(name, _known(roles, name)) for name in recipe.graph.chain),
        dialogue=_dialogue(recipe, roles),
        judges=tuple(Seat(entry.name, judge(entry.prompt)) for entry in recipe.panel.judges),
        critic_rounds=recipe.graph.critic_rounds,
        noise=recipe.noise,
        before_judges=(Seat(LABEL_CHECK, label_check),) if recipe.panel.label_check else (),
        wordings=tuple(recipe.panel.variants.prompts) if recipe.panel.variants else (),
    )
    placed = {seat.node for seat in spec.seats}
    for item in recipe.graph.insert:
        spec = spec.insert(_known(roles, item.role), after=item.after, before=item.before)
        placed.add(item.role)
    for role in roles.values():
        if role.name not in placed and (role.after or role.before):
            spec = spec.insert(role, after=role.after, before=role.before)
    return spec


def _dialogue(recipe: Recipe, roles: Mapping[str, Role]) -> tuple[Seat, ...]:
    """Who makes a conversation turn by turn; nobody where no plan tells them their parts."""
    chain = recipe.graph.chain
    planned = "planner" in chain[: chain.index(WRITER)]
    if not (recipe.graph.user_simulator and planned):
        return ()
    return tuple(Seat(name, _known(roles, name)) for name in (USER, ASSISTANT))


def simulated(blueprint: Blueprint) -> bool:
    """Whether a sample is made turn by turn: it has several, and no draft to begin with."""
    return blueprint.turns > 1 and not blueprint.source


def writer_of(spec: GraphSpec, blueprint: Blueprint) -> str:
    """The node that writes the answers of a sample."""
    return ASSISTANT if spec.dialogue and simulated(blueprint) else WRITER


def check(spec: GraphSpec, prompts: PromptSet) -> None:
    """Raise if a name stands twice, the loop is open, or a prompt wants what it cannot have."""
    names = [seat.node for seat in spec.seats]
    for name in names:
        if names.count(name) > 1 or name in (CHECKS, PANEL, PERTURBER):
            raise RecipeError(f"two nodes of the graph are called {name!r}", hint="rename one")
    chain = [seat.node for seat in spec.chain]
    if (
        "critic" in chain
        and spec.critic_rounds
        and "rewriter" not in chain[: chain.index("critic")]
    ):
        raise RecipeError(
            "the critic has nobody who answers its notes",
            hint="put `rewriter` before `critic` in graph.chain, or set critic_rounds: 0",
        )
    spoken: list[str] = []
    for seat in spec.seats:
        for name, inputs in _inputs(seat.role, prompts):
            _check_inputs(seat, name, inputs, spoken)
        spoken.append(seat.role.name)
    for prompt in spec.wordings:
        seat = Seat("panel.variants", judge(prompt))
        for name, inputs in _inputs(seat.role, prompts):
            _check_inputs(seat, name, inputs, spoken)


def _inputs(role: Role, prompts: PromptSet) -> Iterator[tuple[str, Sequence[str]]]:
    for name in role.prompts:
        if role.prompt_file is not None:
            prompts.add(name, role.prompt_file)
        yield name, prompts.get(name).front.inputs


def _check_inputs(seat: Seat, prompt: str, inputs: Sequence[str], spoken: Sequence[str]) -> None:
    for name in inputs:
        own_scene = seat.role.allowed is not None and name in seat.role.allowed
        if name not in SIGHTS and not own_scene:
            raise PromptError(
                f"prompt {prompt!r} declares the input {name!r}, which there is not",
                hint=f"known inputs: {', '.join(sorted(SIGHTS))}",
            )
        if seat.role.allowed is not None and name not in seat.role.allowed:
            raise PromptError(
                f"prompt {prompt!r} declares {name!r}, which a {seat.role.name} never sees",
                hint=f"it may see {', '.join(sorted(seat.role.allowed))}",
            )
        if NEEDS.get(name, seat.role.name) not in (*spoken, seat.role.name):
            raise RecipeError(
                f"prompt {prompt!r} needs {name!r}, which {NEEDS[name]!r} gives, "
                f"and {seat.node!r} stands before it",
                hint=f"put {NEEDS[name]!r} earlier in graph.chain",
            )


def _known(roles: Mapping[str, Role], name: str) -> Role:
    if name not in roles:
        raise RecipeError(f"unknown role {name!r}", hint=f"known roles: {', '.join(sorted(roles))}")
    return roles[name]
