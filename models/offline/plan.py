"""The offline planner: a plan from the blueprint's request and the seeds of its situation.

Knows the templates through its setting; not how the dialogue is then written.
"""

from collections.abc import Sequence
from typing import Any

from .read import Sheet
from .setting import Setting

Reply = dict[str, Any]
_EXTRAS = (
    ("reasoning", "numerical"),
    ("reasoning", "logical"),
    ("task", "composite"),
    ("depth", "chain_of_thought"),
    ("depth", "deep_thinking"),
)


def plan(sheet: Sheet, scene: Setting) -> Reply | None:
    """A `Plan`; None if the prompt names no category."""
    if not sheet.path:
        return None
    kind, data = scene.archetype, scene.words
    told = scene.one("situation", data["situation"])
    setback = scene.one("scene", kind["scene"])
    level = scene.traits.get("level", "intermediate")
    difficulty = data["difficulty"].get(level, data["difficulty"]["intermediate"])
    thoughts = data["thoughts"]
    return {
        "working": scene.one("thought/start", thoughts["start"])
        + ("" if scene.chinese else " ")
        + scene.one("thought/turn", thoughts["turn"]),
        "situation": f"{told}{'' if scene.chinese else ' '}{_stopped(scene, setback)}",
        "intent": scene.phrase(scene.dice.pick("intent", kind["intent"])),
        "requirements": _requirements(scene),
        "difficulty": scene.phrase(scene.dice.pick("difficulty", difficulty)),
        "turns": [scene.phrase(line) for line in _outline(scene)],
        "temptation": scene.phrase(scene.dice.pick("temptation", kind["temptation"])),
    }


def _stopped(scene: Setting, text: str) -> str:
    return text + "。" if scene.chinese else text


def _requirements(scene: Setting) -> list[str]:
    asked: Sequence[str] = scene.archetype["requirement"]
    more = scene.words["extra_requirement"]
    chosen = scene.dice.some("requirement", asked, 3)
    if scene.facts["facet"]:
        chosen.append(more["facet"])
    chosen += [more[value] for axis, value in _EXTRAS if scene.has(axis, value)]
    return [scene.phrase(line) for line in chosen]


def _outline(scene: Setting) -> list[str]:
    first = scene.dice.pick("first_turn", scene.words["first_turn"])
    return [first, *(turn["line"] for turn in later_turns(scene))]


def later_turns(scene: Setting) -> list[dict[str, str]]:
    """What is said after the first exchange: templates with `user`, `answer` and `line`."""
    dice, data = scene.dice, scene.words
    if scene.has("context", "multi_turn"):
        return dice.some("follow_up", data["follow_ups"], 1 + dice.below("turns", 2))
    if scene.has("context", "topic_switch"):
        return [dice.pick("switch", data["switches"]), dice.pick("back", data["backs"])]
    return []
