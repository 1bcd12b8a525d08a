"""The offline rewriter where a request becomes another one: harder, in another language, deeper.

A stand-in: what it adds hangs together with the setting, and what it translates is a conversation
of its own with the figures of the original. Knows the operations by their titles.
"""

import re
from collections.abc import Mapping
from functools import cache
from importlib import resources
from typing import Any

import yaml

from .edit import rewrite
from .layout import sentences
from .read import Dialogue, Sheet
from .setting import Setting
from .write import Refusal, draft

Reply = dict[str, Any]
_FIGURE = re.compile(r"(?<![\w.,])\d[\d,]*(?:\.\d+)?(?:\s*[万亿%])?|https?://[^\s<>()（），。；]+")


@cache
def _texts(language: str) -> Mapping[str, Any]:
    text = (resources.files(__package__) / "rework.yaml").read_text(encoding="utf-8")
    data: dict[str, Mapping[str, Any]] = yaml.safe_load(text)
    return data[language]


def rework(sheet: Sheet, scene: Setting) -> Reply | None:
    """A `Rework`; None if there is no draft to be read."""
    if not sheet.draft.whole or not sheet.operations:
        return None
    known = _texts(scene.words.language)
    harder = known["complexify"].get(sheet.operations[0])
    asked = _requirements(sheet)
    if harder is None:
        return {**_recast(sheet, scene), "requirements": asked or [known["recast"]]}
    told = {name: scene.phrase(text) for name, text in harder.items()}
    users, answers = list(sheet.draft.users), list(sheet.draft.assistants)
    users[0] = _joined(scene, users[0], scene.say(harder["user"]))
    answers[0] = _joined(scene, answers[0], scene.say(harder["answer"]))
    return {
        "draft": _dialogue(sheet.draft, users, answers),
        "changes": [
            known["added"].format(text=told["user"]),
            known["answered"].format(text=told["answer"]),
        ],
        "requirements": [*asked, told["requirement"]][-12:],
    }


def reworded(sheet: Sheet, scene: Setting) -> Reply | None:
    """A `Rewrite` in one of several wordings; None if that is not what is asked."""
    leads = _texts(scene.words.language)["wordings"]
    lead = next((leads[name] for name in sheet.operations if name in leads), None)
    made = None if lead is None else rewrite(sheet, scene)
    if made is None or lead is None:
        return None
    first = made["draft"]["turns"][0]
    first["user"] = f"{lead}{'' if scene.chinese else ' '}{first['user']}"
    return {**made, "changes": [*made["changes"], lead]}


def deepened(sheet: Sheet, scene: Setting) -> Reply | None:
    """A `Rewrite` that answers at another depth; None if that is not what is asked."""
    known = _texts(scene.words.language)
    wanted = next((known["depth"][o] for o in sheet.operations if o in known["depth"]), None)
    if wanted is None or not sheet.draft.whole:
        return None
    answers = list(sheet.draft.assistants)
    if wanted == "chain_of_thought":
        steps = "\n".join(f"{n}. {step}" for n, step in enumerate(known["steps"], 1))
        answers[-1] = f"{steps}\n\n{answers[-1]}"
    elif wanted == "direct":
        result = sheet.draft.beside.get("final_answer", "")
        opening = known["result"].format(result=result) if result else scene.say(known["first"])
        answers[-1] = _joined(scene, opening, answers[-1])
    made = _dialogue(sheet.draft, sheet.draft.users, answers)
    made["reasoning"] = scene.say(known["thinking"]) if wanted == "deep_thinking" else ""
    return {"draft": made, "changes": [f"→ {wanted}"]}


def _recast(sheet: Sheet, scene: Setting) -> Reply:
    """A conversation of the same shape in the language of the request."""
    known, old = _texts(scene.words.language), sheet.draft
    made = draft(sheet, scene)
    if isinstance(made, Refusal) or made is None:
        made = {"turns": [], "reasoning": "", "final_answer": ""}
    turns = list(made["turns"])[: len(old.users)]
    for number in range(len(turns), len(old.users)):
        more = known["more"][number % len(known["more"])]
        turns.append({"user": scene.say(more["user"]), "assistant": scene.say(more["answer"])})
    for turn, user, said in zip(turns, old.users, old.assistants, strict=True):
        turn["user"] = _carried(scene, user, turn["user"])
        turn["assistant"] = _carried(scene, said, turn["assistant"])
    result = made["final_answer"] if old.beside.get("final_answer") else ""
    thinking = scene.say(known["thinking"]) if old.beside.get("reasoning") else ""
    system = known["recast"] if old.beside.get("system") else ""
    return {
        "draft": {
            "system": _carried(scene, old.beside.get("system", ""), system),
            "reasoning": _carried(scene, old.beside.get("reasoning", ""), thinking),
            "turns": turns,
            "final_answer": _carried(scene, old.beside.get("final_answer", ""), result),
        },
        "changes": [known["recast"]],
    }


def _carried(scene: Setting, old: str, new: str) -> str:
    """The new text with the figures of the old one that it lacks."""
    figures = [m[0].strip() for m in _FIGURE.finditer(old) if m[0].strip() not in new]
    if not figures:
        return new
    carried = _texts(scene.words.language)["carried"]
    return f"{new} {carried.format(figures=', '.join(dict.fromkeys(figures)))}".strip()


def _requirements(sheet: Sheet) -> list[str]:
    body = next(
        (sheet.sections[name] for name in ("要求", "requirements") if name in sheet.sections), ""
    )
    return [re.sub(r"^(?:要求|Requirement) ?\d+(?:：|: ?)", "", line) for line in body.splitlines()]


def _joined(scene: Setting, text: str, more: str) -> str:
    return sentences(scene, [text, more]) if "\n" not in text else f"{text}\n{more}"


def _dialogue(old: Dialogue, users: list[str], answers: list[str]) -> Reply:
    pairs = zip(users, answers, strict=True)
    return {
        "system": old.beside.get("system", ""),
        "reasoning": old.beside.get("reasoning", ""),
        "turns": [{"user": user, "assistant": answer} for user, answer in pairs],
        "final_answer": old.beside.get("final_answer", ""),
    }
