"""Read back from a prompt what it holds, for the offline model.

Only what stands between the delimiters of the call is read; the words around it are never taken
for facts. Knows the line formats of the shared macros in both languages, and stands whatever is
missing. Knows nothing of what is then written.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

_SECTION = re.compile(r"<<<BEGIN ([^\n>]*?) ?([0-9a-f]{6,})>>>\n(.*?)\n?<<<END \2>>>", re.DOTALL)
_TURN = re.compile(r"(?:第 (\d+) 轮 (用户|助手)|(user|assistant) turn (\d+))\Z")
_PATH = re.compile(r"^(?:类别：|Category: ?)(.*)$", re.MULTILINE)
_LANGUAGE = re.compile(r"^(?:语言：|Language: ?)(.*)$", re.MULTILINE)
_LABEL = re.compile(r"^(?:标签：|Label: ?)(.*?) = (.*)$", re.MULTILINE)
_SEED = re.compile(r"^(?:素材：|Seed: ?)(.*?) = (.*)$", re.MULTILINE)
_SITUATION = re.compile(
    r"^(?:情境：|Situation: ?)(.*?)(?=^(?:意图：|Intent: |要求 1：|Requirement 1: )|\Z)",
    re.MULTILINE | re.DOTALL,
)
_INTENT = re.compile(r"^(?:意图：|Intent: ?)(.*)$", re.MULTILINE)
_PATIENCE = re.compile(r"^(?:耐心：|Patience: ?)(\d+)", re.MULTILINE)
_TURNS = re.compile(r"^(?:轮数：|Messages of the asker: ?)(\d+)", re.MULTILINE)
_SWITCH = re.compile(
    r"^(?:岔到别的事：第 |Turns to another matter in message: ?)(\d+)", re.MULTILINE
)
_NUMBER = re.compile(r"^(?:第几条：|Message: ?)(\d+)", re.MULTILINE)
_AGENDA = re.compile(r"^(?:提出：|Brings up: ?)(.*)$", re.MULTILINE)
_OPERATION = re.compile(r"^(?:操作|Operation) \d+(?:：|: ?)(.*)$", re.MULTILINE)
_NOTE = re.compile(
    r"^(?:意见|Note) (\d+)(?:：|: ?)([^\n]*)\n"
    r"[ 　]+(?:原文：|Evidence: ?)(.*?)\n"
    r"[ 　]+(?:问题：|Problem: ?)(.*?)\n"
    r"[ 　]+(?:改法：|Remedy: ?)(.*?)(?=\n(?:意见|Note) \d|\Z)",
    re.MULTILINE | re.DOTALL,
)
_INDENT = re.compile(r"\n {6}")
_CJK = re.compile("[\u4e00-\u9fff]")
_LANGUAGES = {"中文": "zh", "Chinese": "zh", "英文": "en", "English": "en"}
_SEVERITIES = {"致命": "blocker", "重要": "major", "轻微": "minor"}
_SECTIONS = {
    "需求单": "request",
    "素材": "seeds",
    "策划案": "plan",
    "须知": "plan",
    "briefing": "plan",
    "你这个人": "person",
    "who you are": "person",
    "下一条消息": "next",
    "your next message": "next",
    "改写操作": "operations",
    "意见": "notes",
    "定好的第一句": "opening",
}
_DIALOGUES = {
    "草稿": "draft",
    "draft,": "draft",
    "候选样本": "candidate",
    "candidate,": "candidate",
    "对话": "talk",
    "conversation,": "talk",
}
_PARTS = {
    "系统消息": "system",
    "system message": "system",
    "思考": "reasoning",
    "最终结果": "final_answer",
    "final answer": "final_answer",
}


@dataclass(frozen=True, slots=True)
class Note:
    """One note of a critic."""

    number: int
    severity: str
    evidence: str
    remedy: str


@dataclass(slots=True)
class Dialogue:
    """A draft or candidate: texts by turn, and what stands beside the turns."""

    users: list[str] = field(default_factory=list)
    assistants: list[str] = field(default_factory=list)
    beside: dict[str, str] = field(default_factory=dict)
    """`system`, `reasoning`, `final_answer`."""

    @property
    def whole(self) -> bool:
        """Whether every message of the asker has its answer."""
        return bool(self.users) and len(self.users) == len(self.assistants)

    @property
    def text(self) -> str:
        """All of it, to be told from another."""
        parts = [*self.beside.values(), *self.users, *self.assistants]
        return "\n".join(parts)


@dataclass(slots=True)
class Sheet:
    """What a prompt holds."""

    system: str = ""
    """The instructions, which only tell one wording of a role from another."""
    language: str = "en"
    """Of the sample: `zh`, `en`, or as the request has it."""
    path: tuple[str, ...] = ()
    labels: tuple[tuple[str, str], ...] = ()
    seeds: Mapping[str, str] = field(default_factory=dict)
    turns: int = 0
    switch: int = 0
    situation: str = ""
    intent: str = ""
    patience: int = 0
    number: int = 0
    """Which message of the asker is to be written, from 1."""
    agenda: str = ""
    """What that message brings up."""
    opening: str = ""
    """The first message, where it is settled."""
    operations: Sequence[str] = ()
    notes: Sequence[Note] = ()
    draft: Dialogue = field(default_factory=Dialogue)
    candidate: Dialogue = field(default_factory=Dialogue)
    talk: Dialogue = field(default_factory=Dialogue)
    """What has been said in a conversation that is still going on."""
    sections: Mapping[str, str] = field(default_factory=dict)
    """Every section as it stands, by its label."""


def read_sheet(messages: Sequence[Mapping[str, str]]) -> Sheet:
    """What the messages of a call hold, empty where there is nothing."""
    system = "\n".join(m["content"] for m in messages if m["role"] == "system")
    told = "\n".join(m["content"] for m in messages if m["role"] == "user")
    sheet = Sheet(system=system, language="zh" if _CJK.search(system or told) else "en")
    sections = _fenced(told)
    sheet.sections = dict(sections)
    for label, body in sections:
        kind = _SECTIONS.get(label, label)
        if kind in _READERS:
            _READERS[kind](sheet, body)
        else:
            _read_message(sheet, label, body)
    return sheet


def _fenced(text: str) -> list[tuple[str, str]]:
    """Labels and bodies of the sections under the first token; any other token is data."""
    found = list(_SECTION.finditer(text))
    return [(m[1], m[3]) for m in found if m[2] == found[0][2]]


def _read_request(sheet: Sheet, body: str) -> None:
    path, language = _PATH.search(body), _LANGUAGE.search(body)
    if path is not None:
        sheet.path = tuple(name.strip() for name in path[1].split(" > "))
    if language is not None:
        sheet.language = _LANGUAGES.get(language[1].strip(), language[1].strip())
    sheet.labels = tuple((m[1], m[2].strip()) for m in _LABEL.finditer(body))
    sheet.turns, sheet.switch = _count(_TURNS, body), _count(_SWITCH, body)


def _count(pattern: re.Pattern[str], body: str) -> int:
    found = pattern.search(body)
    return int(found[1]) if found else 0


def _line(pattern: re.Pattern[str], body: str) -> str:
    found = pattern.search(body)
    return found[1].strip() if found else ""


def _read_person(sheet: Sheet, body: str) -> None:
    _read_request(sheet, body)
    _read_plan(sheet, body)
    sheet.patience = _count(_PATIENCE, body)


def _read_next(sheet: Sheet, body: str) -> None:
    sheet.number, sheet.agenda = _count(_NUMBER, body), _line(_AGENDA, body)


def _read_seeds(sheet: Sheet, body: str) -> None:
    sheet.seeds = {m[1]: m[2].strip() for m in _SEED.finditer(body)}


def _read_plan(sheet: Sheet, body: str) -> None:
    situation = _SITUATION.search(body)
    sheet.situation = _INDENT.sub("\n", situation[1]).strip() if situation else ""
    sheet.intent = _line(_INTENT, body)


def _read_opening(sheet: Sheet, body: str) -> None:
    sheet.opening = body


def _read_operations(sheet: Sheet, body: str) -> None:
    sheet.operations = [m[1].strip() for m in _OPERATION.finditer(body)]


def _read_notes(sheet: Sheet, body: str) -> None:
    sheet.notes = [
        Note(
            number=int(m[1]),
            severity=_SEVERITIES.get(m[2].strip(), m[2].strip()),
            evidence=_INDENT.sub("\n", m[3]),
            remedy=_INDENT.sub("\n", m[5]).strip(),
        )
        for m in _NOTE.finditer(body)
    ]


_READERS = {
    "request": _read_request,
    "seeds": _read_seeds,
    "plan": _read_plan,
    "person": _read_person,
    "next": _read_next,
    "operations": _read_operations,
    "notes": _read_notes,
    "opening": _read_opening,
}


def _read_message(sheet: Sheet, label: str, body: str) -> None:
    """One message of a draft or candidate, which has a fence of its own."""
    whose, _, part = label.partition(" ")
    if whose not in _DIALOGUES:
        return
    dialogue: Dialogue = getattr(sheet, _DIALOGUES[whose])
    turn = _TURN.match(part)
    if turn is None:
        dialogue.beside[_PARTS.get(part, part)] = body
    elif (turn[2] or turn[3]) in ("用户", "user"):
        dialogue.users.append(body)
    else:
        dialogue.assistants.append(body)
