"""The offline writer: the dialogue of a plan, both sides of it.

It plants flaws at known rates, so that every ending of a sample occurs when a graph runs: see
`FATES`. Knows the templates through its setting; the judges know the flaws by the same templates.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from .layout import Answer, lay_out_answer, lay_out_question, sentences
from .read import Sheet
from .setting import Setting, other_figure
from .turns import later_turns

Reply = dict[str, Any]

FATES: tuple[tuple[str, float], ...] = (
    ("refused", 0.04),
    ("placeholders", 0.045),
    ("defects", 0.06),
    ("padding", 0.13),
    ("weak", 0.11),
)
"""What befalls a draft, and how often. Under a unanimous panel:

- `refused`: the writer declines, the sample fails;
- `placeholders`: a slot is left to be filled in, a rule check rejects;
- `defects`: a plain error, all judges reject;
- `padding`: a borderline flaw that each judge lets pass or not, mostly disputed;
- `weak`: a vague sentence that the critic finds and the repair makes concrete.

The rest is clean. The draw is named by the whole request, the plan and the seed.
"""


@dataclass(frozen=True, slots=True)
class Refusal:
    """The model declines to answer."""

    text: str


def draft(sheet: Sheet, scene: Setting) -> Reply | Refusal | None:
    """A `Draft` or a refusal; None if the prompt names no category."""
    if not sheet.path:
        return None
    puzzle = puzzle_of(scene)
    answer = first_answer(sheet, scene, puzzle)
    if isinstance(answer, Refusal):
        return answer
    later = [(scene.say(turn["user"]), scene.say(turn["answer"])) for turn in later_turns(scene)]
    told = "".join((answer, *(text for pair in later for text in pair)))
    turns = [(question(scene, remarks(scene, puzzle), told), answer), *later]
    if len(turns) > 1:
        user, answer = turns[-1]
        turns[-1] = (user, reminding(scene, puzzle, answer))
    said = [{"user": polite(scene, u), "assistant": polite(scene, a)} for u, a in turns]
    if sheet.opening:
        said[0]["user"] = sheet.opening
    return {
        "system": scene.say(house_rules(scene)["system"]) if scene.has("system", "given") else "",
        "reasoning": reasoning(scene),
        "turns": said,
        "final_answer": polite(scene, puzzle.get("result", "")),
    }


def first_answer(sheet: Sheet, scene: Setting, puzzle: Mapping[str, str]) -> str | Refusal:
    """The answer to the first message, with what befalls it."""
    fate = _fate(scene.dice.share(f"fate/{sheet.situation}"))
    if fate == "refused":
        return Refusal(scene.one("refusal", scene.words["refusals"]))
    return _answer(scene, puzzle, _planted(scene, fate))


def reminding(scene: Setting, puzzle: Mapping[str, str], answer: str) -> str:
    """The last of several answers, which says the result again, if there is one."""
    result = puzzle.get("result", "")
    if not result:
        return answer
    return sentences(scene, [answer, scene.one("final", scene.words["finals"], final=result)])


def spoken_of(scene: Setting, puzzle: Mapping[str, str]) -> str:
    """All that is said after the first message, as far as it is no accident."""
    later = [scene.say(turn[side]) for turn in later_turns(scene) for side in ("user", "answer")]
    return "".join((_answer(scene, puzzle, ""), *later))


def house_rules(scene: Setting) -> Mapping[str, str]:
    """A system message, and what it makes of the answer."""
    found: Mapping[str, str] = scene.dice.pick("system", scene.words["systems"])
    return found


def _fate(share: float) -> str:
    for name, chance in FATES:
        if share < chance:
            return name
        share -= chance
    return ""


def _planted(scene: Setting, fate: str) -> str:
    """The sentence that the fate puts into the first answer, or ""."""
    if fate == "placeholders":
        return scene.one("planted", scene.words["placeholders"])
    if not fate:
        return ""
    wrong = other_figure(scene.facts["number"])
    options = [entry["text"] for entry in scene.words[fate]]
    possible = [text for text in options if wrong or "{wrong}" not in text]
    return scene.one("planted", possible, wrong=wrong)


def polite(scene: Setting, text: str) -> str:
    """A text in the form of address that a formal tone wants."""
    return text.replace("你", "您") if scene.chinese and scene.has("tone", "formal") else text


def puzzle_of(scene: Setting) -> Mapping[str, str]:
    """Question, answer and result of the reasoning that the sample asks for; empty for none."""
    if scene.has("reasoning", "numerical"):
        return _sums(scene)
    return _ruling_out(scene) if scene.has("reasoning", "logical") else {}


def _sums(scene: Setting) -> Mapping[str, str]:
    """A budget of minutes. Reserve and steps are chosen so that nothing needs rounding."""
    dice = scene.dice
    minutes, days = dice.pick("minutes", (20, 40, 60)), dice.pick("days", (3, 4, 5, 6))
    tenths, steps = dice.pick("split", ((1, 3), (2, 2), (2, 4), (4, 2), (4, 3)))
    total = minutes * days
    kept = total * tenths // 10
    numbers = {
        "p": minutes,
        "d": days,
        "r": tenths,
        "s": steps,
        "total": total,
        "kept": kept,
        "net": total - kept,
        "each": (total - kept) // steps,
    }
    return {
        "user": scene.one("sums_user", scene.words["sums_user"], **numbers),
        "answer": scene.one("sums_answer", scene.words["sums_answer"], **numbers),
        "result": scene.phrase(scene.words["result"], **numbers),
    }


def _ruling_out(scene: Setting) -> Mapping[str, str]:
    """Three ways, and a condition each against two of them."""
    data, dice = scene.words, scene.dice
    out1, out2, left = dice.some("ways", list(data["options"]), 3)
    ways = {name: scene.phrase(text) for name, text in data["options"].items()}
    against = {n: scene.phrase(dice.pick(f"no/{n}", data["excludes"][n])) for n in (out1, out2)}
    told = {
        "a": ways["own"],
        "b": ways["hand"],
        "c": ways["wait"],
        "x": against[out1],
        "y": against[out2],
        "out1": ways[out1],
        "out2": ways[out2],
        "left": ways[left],
    }
    return {
        "user": scene.one("logic_user", data["logic_user"], **told),
        "answer": scene.one("logic_answer", data["logic_answer"], **told),
        "result": ways[left],
    }


def _pair(scene: Setting, axis: str, pairs: str) -> Mapping[str, str]:
    """A remark of the asker and the answer to it, as an axis demands; both empty for none."""
    options = scene.words[pairs].get(scene.traits.get(axis, ""))
    if not options:
        return {"user": "", "answer": ""}
    pair = scene.dice.pick(pairs, options)
    return {"user": scene.say(pair["user"]), "answer": scene.say(pair["answer"])}


def _composite(scene: Setting) -> Mapping[str, str]:
    if not scene.has("task", "composite"):
        return {}
    pair = scene.dice.pick("composite", scene.words["composite"])
    return {"user": scene.say(pair["user"]), "answer": scene.say(pair["answer"])}


def remarks(scene: Setting, puzzle: Mapping[str, str]) -> Mapping[str, str]:
    """What the first message has to say because an answer replies to it."""
    return {
        "role": "" if scene.has("tone", "terse") else _pair(scene, "role", "role_pairs")["user"],
        "level": _pair(scene, "level", "level_pairs")["user"],
        "puzzle": puzzle.get("user", ""),
        "composite": _composite(scene).get("user", ""),
    }


def question(scene: Setting, said: Mapping[str, str], spoken_of: str) -> str:
    """The first message. Whatever is spoken of later is told in it."""
    data = scene.words
    facet = scene.one("facet", data["facets"]) if scene.facts["facet"] else ""
    hook = "" if scene.has("tone", "terse") else scene.one("hook", data["hooks"])
    props = [p for p in data["props"] if "{number}" not in p or scene.facts["number"] not in hook]
    parts = {
        "hook": hook,
        "prop": scene.one("prop", props),
        "facet": facet,
        "event": scene.one("event", scene.archetype["event"]),
        "ask": scene.one("ask", scene.archetype["ask"]),
        **said,
    }
    untold = _untold(scene, lay_out_question(scene, parts), spoken_of)
    return lay_out_question(scene, {**parts, "prop": sentences(scene, [parts["prop"], *untold])})


def facts_told(scene: Setting, spoken_of: str) -> list[str]:
    """The facts that are spoken of and have to be told."""
    return [scene.facts[name] for name in _named(scene, spoken_of)]


def _named(scene: Setting, spoken_of: str) -> list[str]:
    spoken, facts = spoken_of.lower(), scene.facts
    return [
        name
        for name in scene.words["intros"]
        if name == "leaf"
        or facts[name].lower() in spoken
        or facts.get(f"the_{name}", facts[name]).lower() in spoken
    ]


def _untold(scene: Setting, message: str, spoken_of: str) -> list[str]:
    """A sentence for the category and for each fact spoken of, where the message lacks it."""
    intros, told = scene.words["intros"], message.lower()
    return [
        scene.one(f"intro/{name}", intros[name])
        for name in _named(scene, spoken_of)
        if scene.facts[name].lower() not in told
    ]


def _answer(scene: Setting, puzzle: Mapping[str, str], planted: str) -> str:
    data, terse = scene.words, scene.has("tone", "terse")
    deep = scene.has("depth", "deep_thinking")
    about_facet = scene.facts["facet"] and not terse
    extras = [
        scene.one("facet_answer", data["facet_answers"]) if about_facet else "",
        _pair(scene, "level", "level_pairs")["answer"],
        "" if terse else _pair(scene, "role", "role_pairs")["answer"],
        scene.one("decisive", data["decisive"]) if deep else "",
        scene.one("exception", data["exception"]) if deep else "",
        scene.say(house_rules(scene)["answer"]) if scene.has("system", "given") else "",
        _passage(scene),
        _composite(scene).get("answer", ""),
        planted,
    ]
    closing = [
        scene.one("check", data["checks"]),
        "" if terse else scene.one("bound", data["bounds"]),
    ]
    lead = scene.one("lead", scene.archetype["lead"])
    steps = _steps(scene)
    said = "".join((lead, *steps, *extras, *closing))
    if scene.facts["number"] not in said:
        closing.insert(0, scene.one("number_line", data["number_lines"]))
    answer = Answer(lead, steps, extras, closing, _code(scene), puzzle)
    return lay_out_answer(scene, answer)


def _passage(scene: Setting) -> str:
    passages = scene.archetype.get("passage")
    return scene.one("passage", passages) if passages else ""


def _code(scene: Setting) -> str:
    """A few lines that work, for categories of programming."""
    if scene.lexicon != "code" or scene.has("tone", "terse"):
        return ""
    code, about = scene.words["code"], scene.facts["facet"].lower()
    name = next((name for name in code["snippets"] if name in about), "bash")
    return f"{scene.one('code', code['intro'])}\n\n```{name}\n{code['snippets'][name]}```"


def _steps(scene: Setting) -> list[str]:
    kind = scene.archetype
    more = {"basic": 1, "advanced": 3}.get(scene.traits.get("level", ""), 2)
    more -= more > 1 and scene.has("tone", "terse")
    chosen = [
        scene.dice.pick("first", kind["first"]),
        *scene.dice.some("middle", kind["middle"], more),
        scene.dice.pick("last", kind["last"]),
    ]
    return [scene.say(step) for step in chosen]


def reasoning(scene: Setting) -> str:
    """The thinking that is kept apart from the answer, if the depth asks for it."""
    if not scene.has("depth", "deep_thinking"):
        return ""
    thoughts = scene.words["thoughts"]
    return "\n".join(scene.one(f"thought/{kind}", thoughts[kind]) for kind in thoughts)
