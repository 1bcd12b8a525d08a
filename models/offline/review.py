"""The offline critic and judges: they know the flaws that the offline writer plants.

In a text by somebody else they see only what can be seen without understanding it: another
language than asked, a text cut off, a refusal, an open slot. Knows nothing of plans and drafts.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from .dice import Dice
from .read import Sheet
from .setting import Setting, figure

Reply = dict[str, Any]
CRITERIA = (
    "on_request",
    "correct",
    "complete",
    "clear",
    "safe",
    "current",
    "natural_request",
    "worth_training",
)
_VOICES = (
    ("sceptic", re.compile(r"埋了一处|planted", re.IGNORECASE)),
    ("editor", re.compile(r"主编|署名|\bsign it|\bedit a data set", re.IGNORECASE)),
    ("examiner", re.compile(r"批阅|批卷|\bexamine\b", re.IGNORECASE)),
)
_AGAINST = re.compile(r"是错的|驳倒|\bis wrong\b|\brefut", re.IGNORECASE)
_SENTENCE = re.compile(r"[^。！？\n]{8,120}[。！？]|[A-Z][^.!?\n]{20,200}[.!?](?= |\n|\Z)")
_CJK = re.compile("[\u4e00-\u9fff]")
_REFUSAL = re.compile(r"\A.{0,30}?(?:我(?:无法|不能)|I (?:can't|cannot|am unable))", re.DOTALL)
_FENCE = re.compile(r"^[ \t]*(?:```|~~~)", re.MULTILINE)
_UNFINISHED = re.compile(r"[,，、;；（(“‘]\Z")

SEES_WEAK = 0.9
"""How often each of the critic's two answers sees a repairable sentence."""
GENERIC = 0.02
"""How often each of them finds a major fault in a text without one."""
MINOR = 0.12
LENIENT = 0.5
"""How often a judge lets a borderline flaw pass."""
NOISE = 0.01
"""How often a judge rejects a text without a flaw."""


@dataclass(frozen=True, slots=True)
class Fault:
    """What a judge found."""

    criterion: str
    fault: str
    quote: str
    plain: bool = True
    """Whether every judge sees it alike."""


def critique(sheet: Sheet, scene: Setting, seed: object) -> Reply | None:
    """A `Critique`, decided by the candidate alone; None if there is no candidate."""
    if not sheet.candidate.whole:
        return None
    side = "against" if _AGAINST.search(sheet.system[:80]) else "for"
    dice = Dice("critic", seed, side, sheet.candidate.text)
    words = scene.words["critic"]
    issues = _weak_spots(sheet, scene, dice) or _generic(sheet, scene, dice)
    issues += _minor(sheet, scene, dice)
    analysis = dice.pick("analysis", words[f"analysis_{side}"])
    return {"analysis": _spoken(sheet, scene, analysis), "issues": issues}


def _weak_spots(sheet: Sheet, scene: Setting, dice: Dice) -> list[Reply]:
    found = []
    for text in sheet.candidate.assistants:
        for entry, pattern in zip(scene.words["weak"], scene.words.flaws["weak"], strict=True):
            match = pattern.search(text)
            if match is not None and dice.share("weak") < SEES_WEAK:
                better = scene.say(entry["better"])
                found.append(_issue(scene, "major", match[0], entry["problem"], better))
    return found


def _issue(scene: Setting, severity: str, evidence: str, problem: str, better: str) -> Reply:
    remedy = scene.words["critic"]["replace"].format(old=evidence, new=better)
    return {"severity": severity, "evidence": evidence, "problem": problem, "remedy": remedy}


def _generic(sheet: Sheet, scene: Setting, dice: Dice) -> list[Reply]:
    if dice.share("generic") >= GENERIC:
        return []
    entry = dice.pick("generic/which", scene.words["critic"]["generic"])
    quote = _quotable(sheet, dice)
    gap = "" if scene.chinese else " "
    return [_issue(scene, "major", quote, entry["problem"], f"{quote}{gap}{entry['add']}")]


def _minor(sheet: Sheet, scene: Setting, dice: Dice) -> list[Reply]:
    if dice.share("minor") >= MINOR:
        return []
    words = scene.words["critic"]
    return [
        {
            "severity": "minor",
            "evidence": _quotable(sheet, dice),
            "problem": dice.pick("minor/which", words["minor"]),
            "remedy": words["minor_remedy"],
        }
    ]


def _quotable(sheet: Sheet, dice: Dice) -> str:
    """A sentence of the last answer, letter by letter."""
    answer = sheet.candidate.assistants[-1]
    found = [m[0].strip() for m in _SENTENCE.finditer(answer)]
    return dice.pick("quote", found) if found else answer.strip()[:60]


def _spoken(sheet: Sheet, scene: Setting, template: str, **more: object) -> str:
    """A template filled with what the candidate really holds."""
    text, neutral = sheet.candidate.text, scene.words["neutral"]
    held = {
        name: scene.facts[name] if scene.facts[name] in text else neutral[name]
        for name in ("record", "object", "helper")
    }
    number = figure("\n".join(sheet.candidate.users)) or neutral["number"]
    leaf = sheet.path[-1] if sheet.path else neutral["leaf"]
    return scene.say(template, **{**held, "number": number, "leaf": leaf, **more})


def verdict(
    sheet: Sheet, scene: Setting, seed: object, order: Sequence[str] = CRITERIA
) -> Reply | None:
    """A `Verdict`, with the criteria in the judge's order; None if there is no candidate."""
    if not sheet.candidate.whole:
        return None
    dice = Dice("judge", seed, _voice(sheet), order, sheet.candidate.text)
    fault = fault_in(sheet, scene)
    noticed = fault
    if fault is not None and not fault.plain and dice.share("lenient") < LENIENT:
        noticed = None
    elif fault is None and dice.share("noise") < NOISE:
        quibble = dice.pick("quibble", scene.words["judge"]["quibble"])
        noticed = Fault("complete", quibble, _quotable(sheet, dice), plain=False)
    return {
        "work": _work(sheet, scene, dice, order, noticed),
        "criteria": {name: _criterion(name, noticed) for name in order},
        "score": _score(dice, fault, noticed),
        "accept": noticed is None,
        "rationale": _rationale(sheet, scene, dice, noticed),
    }


def _voice(sheet: Sheet) -> str:
    """Which wording of the rubric was asked: by its own words, else by chance."""
    for name, pattern in _VOICES:
        if pattern.search(sheet.system[:600]):
            return name
    return Dice("voice", sheet.system[:600]).pick("voice", [name for name, _ in _VOICES])


def fault_in(sheet: Sheet, scene: Setting) -> Fault | None:
    """What is wrong with the candidate, for one who looks closely."""
    text = "\n\n".join(sheet.candidate.assistants)
    return _visible(sheet, scene) or _known(scene, text)


def _known(scene: Setting, text: str) -> Fault | None:
    """A flaw that the offline writer planted."""
    for kind, plain in (("defects", True), ("padding", False), ("weak", False)):
        for entry, pattern in zip(scene.words[kind], scene.words.flaws[kind], strict=True):
            match = pattern.search(text)
            if match is not None:
                told = entry.get("fault") or entry["problem"]
                return Fault(entry.get("criterion", "complete"), told, match[0], plain)
    return None


def _visible(sheet: Sheet, scene: Setting) -> Fault | None:
    """A fault that shows without knowing the matter."""
    answers, faults = sheet.candidate.assistants, scene.words["judge"]["faults"]
    for mark in scene.words["placeholder_marks"]:
        for answer in answers:
            if mark in answer:
                return Fault("complete", faults["blank"], mark)
    last = answers[-1].strip()
    if _strange(sheet.language, "".join(answers)):
        return Fault("on_request", faults["language"], last[:40])
    if _REFUSAL.match(last):
        return Fault("complete", faults["refused"], last[:40])
    if len(_FENCE.findall(last)) % 2:
        return Fault("correct", faults["open_fence"], last[-40:].strip())
    if _UNFINISHED.search(last):
        return Fault("complete", faults["cut"], last[-30:].strip())
    return None


def _strange(language: str, text: str) -> bool:
    """Whether a text is plainly not in its language: Chinese without, English full of, Chinese."""
    if language not in ("zh", "en") or len(text) < 20:
        return False
    share = len(_CJK.findall(text)) / len(text)
    return share < 0.05 if language == "zh" else share > 0.3


def _work(
    sheet: Sheet, scene: Setting, dice: Dice, order: Sequence[str], noticed: Fault | None
) -> str:
    words, voice = scene.words["judge"], _voice(sheet)
    colon, stop = ("：", "；") if scene.chinese else (": ", "; ")
    opening = _spoken(sheet, scene, dice.pick("work", words["work"][voice]))
    passed = [
        f"{name}{colon}{_spoken(sheet, scene, dice.pick(name, words['passed'][name]))}"
        for name in order
        if noticed is None or name != noticed.criterion
    ]
    parts = [opening, stop.join(passed) + ("。" if scene.chinese else ".")]
    if noticed is not None:
        parts.append(words["failed"].format(criterion=noticed.criterion, fault=noticed.fault))
    return ("" if scene.chinese else " ").join(parts)


def _criterion(name: str, noticed: Fault | None) -> Mapping[str, str]:
    if noticed is not None and noticed.criterion == name:
        return {"finding": "not_met", "quote": noticed.quote}
    return {"finding": "met", "quote": ""}


def _score(dice: Dice, fault: Fault | None, noticed: Fault | None) -> int:
    if noticed is not None:
        return 1 if noticed.plain else 2
    return 3 if fault is not None else dice.pick("score", (4, 4, 5))


def _rationale(sheet: Sheet, scene: Setting, dice: Dice, noticed: Fault | None) -> str:
    words, voice = scene.words["judge"], _voice(sheet)
    if noticed is None:
        return _spoken(sheet, scene, dice.pick("why", words["accept"][voice]))
    told = {"criterion": noticed.criterion, "fault": noticed.fault}
    return _spoken(sheet, scene, dice.pick("why", words["reject"][voice]), **told)
