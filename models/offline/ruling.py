"""The offline adjudicator: looks for the fault itself, and rules by what it finds.

It sees every flaw that the offline writer plants, where a judge may let one pass; what somebody
else wrote it can only look over. Knows nothing of who held which opinion.
"""

import re
from collections import Counter
from collections.abc import Mapping
from typing import Any

from .dice import Dice
from .read import Sheet
from .review import CRITERIA, Fault, fault_in
from .setting import Setting

STRICT = 0.75
"""How often a flaw that some put up with is held against the sample."""
_AT_ISSUE = re.compile(r"^(?:　判断：|  Finding: )(\w+) = (?:不成立|not met)$", re.MULTILINE)
_WORDS: Mapping[bool, Mapping[str, str]] = {
    True: {
        "opinions": "各份意见",
        "issue": "争点在 {criterion}。",
        "open": "各份意见没有指出具体哪一项。",
        "sound": "回到原文逐句核对，没有找到能坐实的毛病。",
        "fault": "回到原文核对，毛病确实在：{fault}。",
        "accept": "争点是 {criterion}；核对的结果是站得住，所以收。",
        "settled": "各方没有争到具体一项；核对的结果是没有毛病，所以收。",
        "reject": "争点是 {criterion}；核对的结果是{fault}，所以不收。",
    },
    False: {
        "opinions": "opinions",
        "issue": "At issue is {criterion}. ",
        "open": "The opinions name no criterion. ",
        "sound": "Gone through sentence by sentence: no fault can be shown.",
        "fault": "Gone through sentence by sentence: the fault is there, {fault}.",
        "accept": "At issue: {criterion}. Checked: it holds; therefore accepted.",
        "settled": "At issue: no one criterion. Checked: nothing is wrong; therefore accepted.",
        "reject": "At issue: {criterion}. Checked: {fault}; therefore rejected.",
    },
}


def ruling(sheet: Sheet, scene: Setting, seed: object) -> dict[str, Any] | None:
    """A `Ruling`; None if there is no candidate."""
    if not sheet.candidate.whole:
        return None
    words, dice = _WORDS[scene.chinese], Dice("ruling", seed, sheet.candidate.text)
    issue, fault = _at_issue(sheet.sections.get(words["opinions"], "")), fault_in(sheet, scene)
    if fault is not None and not fault.plain and dice.share("strict") >= STRICT:
        fault = None
    opening = words["issue"].format(criterion=issue) if issue else words["open"]
    if fault is None:
        return {
            "work": opening + words["sound"],
            "criterion": issue or "none",
            "finding": "met",
            "quote": "",
            "accept": True,
            "rationale": words["accept" if issue else "settled"].format(criterion=issue),
        }
    return _against(fault, words, opening)


def _against(fault: Fault, words: Mapping[str, str], opening: str) -> dict[str, Any]:
    told = {"criterion": fault.criterion, "fault": fault.fault}
    return {
        "work": opening + words["fault"].format(**told),
        "criterion": fault.criterion,
        "finding": "not_met",
        "quote": fault.quote,
        "accept": False,
        "rationale": words["reject"].format(**told),
    }


def _at_issue(opinions: str) -> str:
    """The criterion that most opinions see broken; "" if none does."""
    named = Counter(name for name in _AT_ISSUE.findall(opinions) if name in CRITERIA)
    return max(CRITERIA, key=lambda name: named[name]) if named else ""
