"""What each side of a conversation sees of it while it is made turn by turn.

The person knows the situation, the goal and what this message is to bring up; the assistant what
an answer must do, and what was said. Neither has a field for what is the other's.
"""

import random
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from ..taxonomy import Blueprint
from .scene import Scene, Values, brief

PERSON = ("person", "talk", "openings", "avoid")
"""All that the user simulator's prompt may declare."""
ASSISTANT = ("brief", "briefing", "talk", "avoid")
"""All that the answerer's prompt may declare."""
_MOST_PATIENT = 3
_OF_THE_ANSWER = ("depth", "difficulty", "context", "reasoning", "task", "system_message")
"""Axes that a person's voice does not show."""


@dataclass(frozen=True, slots=True)
class Look:
    """A scene as one side sees it."""

    scene: Scene
    values: Mapping[str, Any]

    @property
    def id(self) -> str:
        """The scene's."""
        return self.scene.id

    @property
    def seed(self) -> int:
        """The scene's."""
        return self.scene.seed

    @property
    def node(self) -> str:
        """The scene's."""
        return self.scene.node

    @property
    def round(self) -> int:
        """Which message of the person this is about, from 1."""
        return self.scene.round

    def sight(self, name: str) -> Any:
        """The value of one prompt input; KeyError for a name that is none."""
        return self.values[name]


def patience(blueprint: Blueprint) -> int:
    """How many answers that do not help the person will bear."""
    if blueprint.label("tone") == "impatient":
        return 1
    return random.Random(f"patience:{blueprint.seed}").randint(1, _MOST_PATIENT)


def persons_look(scene: Scene) -> Look:
    """The scene as the user simulator sees it."""
    plan, blueprint, number = scene.artifacts["planner"], scene.blueprint, scene.round
    person = {
        "situation": plan["situation"],
        "intent": plan["intent"],
        "language": scene.request["language"],
        "as_of": scene.request["as_of"],
        "labels": _voice(scene),
        "patience": patience(blueprint),
        "number": number,
        "turns": blueprint.turns,
        "agenda": plan["turns"][number - 1],
        "matter": _matter(blueprint, number),
    }
    return Look(
        scene,
        {
            "person": person,
            "talk": {"system": "", **_said(scene)},
            "openings": list(scene.openings) if number == 1 else [],
            "avoid": scene.sight("avoid"),
        },
    )


def assistants_look(scene: Scene) -> Look:
    """The scene as the answerer sees it: nothing of what the person will still bring up."""
    plan = scene.artifacts["planner"]
    kept = ("situation", "requirements", "difficulty", "temptation")
    return Look(
        scene,
        {
            # How many messages will come, and where they turn, is the person's.
            "brief": {**brief(scene), "turns": 0, "switch": 0},
            "briefing": {name: plan[name] for name in kept},
            "talk": {"system": plan.get("system", ""), **_said(scene)},
            "avoid": scene.sight("avoid"),
        },
    )


def _said(scene: Scene) -> Values:
    """Without how the person felt about it."""
    return {
        "turns": list(scene.dialogue.get("turns", ())),
        "asked": scene.dialogue.get("asked", ""),
    }


def _voice(scene: Scene) -> Sequence[Values]:
    """Labels of axes that shape how a person speaks, without what the rewriter will see to."""
    unseen = {axis.name for axis in scene.world.axes if axis.id in _OF_THE_ANSWER}
    spoken = {axis.name for axis in scene.world.axes} - unseen
    return [label for label in brief(scene)["labels"] if label["name"] in spoken]


def _matter(blueprint: Blueprint, number: int) -> str:
    """How a message stands to the matter of the conversation: "" for no change."""
    if not blueprint.switch or number < blueprint.switch:
        return ""
    if number == blueprint.switch:
        return "turns"
    return "returns" if number == blueprint.turns else "stays"
