"""What travels through the graph with one sample, and what stands beside it.

The state is plain data, so that any checkpointer can keep it; models, prompts and the journal
stand in the context.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from operator import add, or_
from typing import Annotated, Any, TypedDict

from ..agents import World
from ..models import Asker, Attempt, Line
from ..prompts import PromptSet
from ..quality import Policy
from ..taxonomy import Blueprint
from .screening import Screen


class Ending(TypedDict):
    """A decision, as plain data."""

    status: str
    reason: str
    detail: str


class State(TypedDict, total=False):
    """One sample on its way."""

    slot: int
    """Which sample to make, where the graph is not run by the runner (LangGraph Studio)."""
    round: int
    """Round of the critic loop."""
    artifacts: Annotated[dict[str, Any], or_]
    """Last reply of each role, by name."""
    dialogue: dict[str, Any]
    """The conversation so far, where it is made turn by turn: `turns`, `asked`, `states`."""
    draft: dict[str, Any]
    notes: list[dict[str, Any]]
    verdicts: Annotated[list[dict[str, Any]], add]
    ending: Ending


@dataclass(frozen=True, slots=True)
class Tongue:
    """What agents are told and with which words, in one language."""

    world: World
    prompts: PromptSet


@dataclass(frozen=True, slots=True)
class Context:
    """What the nodes need for one sample."""

    world: World
    blueprint: Blueprint
    request: Mapping[str, Any]
    run_id: str
    sample_id: str
    fence_key: str
    asker: Asker
    lines: Mapping[str, Line]
    """By node."""
    prompts: PromptSet
    screen: Screen
    recalled: Mapping[str, Attempt]
    openings: Sequence[str] = ()
    policy: Policy | None = None
    """None leaves the decision open: the policy is fitted when the whole wave has been judged."""
    reworded: bool = False
    """Whether judges are asked in their other wordings as well."""
