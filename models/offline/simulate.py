"""The offline user simulator and answerer: one message, one answer, as the conversation stands.

The person's words come from what a person is told: situation, intent, and the plan's line for
this message. The answerer draws the same setting as the planner. Of a conversation by somebody
else both make what can be made without understanding it.
"""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from .dice import Dice
from .read import Sheet
from .setting import Setting, inverse
from .turns import Later, known_turns, later_turns
from .write import Refusal, first_answer, polite, puzzle_of, question, reasoning, reminding

Reply = dict[str, Any]
LEAVES = 0.02
"""How often a person whose patience can be used up has used it up."""
_CONTENT = 0.6


def utterance(sheet: Sheet, scene: Setting, seed: object) -> Reply | None:
    """An `Utterance`; None if the prompt does not say which message is wanted."""
    if not sheet.number:
        return None
    person = _person(sheet, scene, seed)
    if sheet.number == 1:
        return {"state": "go_on", "message": polite(person, _first(sheet, person))}
    answers = len(sheet.talk.assistants)
    if answers >= sheet.patience and person.dice.share(f"leaves/{sheet.number}") < LEAVES:
        return {"state": "gives_up", "message": person.one("leaves", person.words["farewells"])}
    content = person.dice.share(f"content/{sheet.number}") < _CONTENT
    message = next((turn["user"] for turn in _turns_of(person, "line", sheet.agenda)), None)
    return {
        "state": "satisfied" if content else "go_on",
        "message": polite(person, sheet.agenda if message is None else person.say(message)),
    }


def response(sheet: Sheet, scene: Setting) -> Reply | Refusal | None:
    """A `Response` or a refusal; None if nobody has asked anything."""
    if not sheet.talk.users:
        return None
    puzzle, number = puzzle_of(scene), len(sheet.talk.users)
    answer = first_answer(sheet, scene, puzzle) if number == 1 else _later(sheet, scene, number)
    if isinstance(answer, Refusal):
        return answer
    last = number >= sheet.turns
    if last and number > 1:
        answer = reminding(scene, puzzle, answer)
    return {
        "reasoning": reasoning(scene),
        "answer": polite(scene, answer),
        "final_answer": polite(scene, puzzle.get("result", "")) if last else "",
    }


def _person(sheet: Sheet, scene: Setting, seed: object) -> Setting:
    """The setting as far as the person knows it."""
    data = scene.words
    facts = {**scene.facts, "leaf": data["neutral"]["leaf"], "facet": "", "facet_clause": ""}
    for template in (data["circumstances"], data["circumstance_facet"]):
        found = inverse(template, anywhere=True).search(sheet.situation)
        facts.update(found.groupdict() if found else {})
    facts["facet"] = facts["facet_clause"]
    kinds = data["archetypes"].values()
    kind = next((kind for kind in kinds if sheet.intent in kind["intent"]), scene.archetype)
    dice = Dice("person", seed, sheet.situation)
    return replace(scene, facts=facts, archetype=kind, dice=dice)


def _first(sheet: Sheet, person: Setting) -> str:
    words = person.words["agenda"]
    says, _, facts = sheet.agenda.partition(words["mentions"].format(facts=""))
    _, _, told = says.partition(words["says"].format(remarks=""))
    gap = "" if person.chinese else " "
    said = dict.fromkeys(("role", "level", "composite"), "")
    return question(person, {**said, "puzzle": gap.join(told.split(" | "))}, facts)


def _later(sheet: Sheet, scene: Setting, number: int) -> str:
    """The answer to what the person really said, else to what was to be expected."""
    asked = sheet.talk.users[-1]
    for turn in _turns_of(scene, "user", asked):
        return scene.say(turn["answer"])
    planned = later_turns(scene)
    if number - 2 < len(planned):
        return scene.say(planned[number - 2]["answer"])
    return scene.say(scene.words["generic_answer"])


def _turns_of(scene: Setting, part: str, text: str) -> Sequence[Later]:
    """Turns whose part is this text."""
    turns = known_turns(scene)
    return [turn for turn in turns if polite(scene, scene.say(turn[part])) == _opened(scene, text)]


def _opened(scene: Setting, text: str) -> str:
    return polite(scene, text if scene.chinese else text[:1].upper() + text[1:])
