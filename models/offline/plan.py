"""The offline planner: a plan from the blueprint's request and the seeds of its situation.

Knows the templates through its setting; not how the dialogue is then written.
"""

from collections.abc import Mapping, Sequence
from typing import Any

from .read import Sheet
from .setting import Setting
from .turns import later_turns
from .write import facts_told, house_rules, puzzle_of, remarks, spoken_of

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
    gap = "" if scene.chinese else " "
    return {
        "working": scene.one("thought/start", thoughts["start"])
        + gap
        + scene.one("thought/turn", thoughts["turn"]),
        "situation": gap.join([told, *_circumstances(scene), _stopped(scene, setback)]),
        "intent": scene.phrase(scene.dice.pick("intent", kind["intent"])),
        "requirements": _requirements(scene),
        "difficulty": scene.phrase(scene.dice.pick("difficulty", difficulty)),
        "turns": _outline(scene),
        "temptation": scene.phrase(scene.dice.pick("temptation", kind["temptation"])),
        "system": _system(scene),
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
    first = scene.phrase(scene.dice.pick("first_turn", scene.words["first_turn"]))
    return [first + _agenda(scene), *(scene.phrase(turn["line"]) for turn in later_turns(scene))]


def _agenda(scene: Setting) -> str:
    """What the first message must not forget, where somebody writes it who sees no more."""
    if scene.turns < 2:
        return ""
    puzzle = puzzle_of(scene)
    said = " | ".join(filter(None, remarks(scene, puzzle).values()))
    told = " | ".join(facts_told(scene, spoken_of(scene, puzzle)))
    words: Mapping[str, str] = scene.words["agenda"]
    says = words["says"].format(remarks=said) if said else ""
    return says + words["mentions"].format(facts=told)


def _circumstances(scene: Setting) -> Sequence[str]:
    """What the person has before them, written out."""
    if scene.turns < 2:
        return ()
    facet = scene.words["circumstance_facet"]
    more = [scene.say(facet)] if scene.facts["facet"] else []
    return [scene.say(scene.words["circumstances"]), *more]


def _system(scene: Setting) -> str:
    return "" if not scene.has("system", "given") else scene.say(house_rules(scene)["system"])
