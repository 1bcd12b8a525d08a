"""The offline model where a taxonomy is grown: level plan, proposals, and what the merger says.

Its entries come from one stock per language. Each has a chance of its own to be thought of, so
that proposals overlap in part and the estimate has something to tell; now and then a proposal
holds what the screen must cut. Knows the sections of the prompts, nothing of taxonomies.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from importlib import resources
from typing import Any

import yaml

from .dice import Dice
from .read import Sheet

Reply = dict[str, Any]
Stock = Mapping[str, Any]

_SECTIONS = {
    "growth": ("list to complete", "待补全的列表"),
    "level": ("level", "所在层级"),
    "present": ("already in the list", "列表里已有"),
    "lists": ("lists of the level", "这一层的各个列表"),
    "entries": ("proposed entries", "提出的条目"),
}
_PATH = re.compile(r"^(?:类别：|Category: ?)(.*)$", re.MULTILINE)
_WANTED = re.compile(r"^(?:要补：|Wanted: ?)(.*)$", re.MULTILINE)
_ATTRIBUTE = re.compile(r"^(?:属性：|Attribute: ?)(.*?)(?: = .*)?$", re.MULTILINE)
_HAS = re.compile(r"^(?:已有：|Has: ?)(.*?)(?: = .*)?$", re.MULTILINE)
_LIST = re.compile(
    r"^(?:列表|List) 1(?:：|: ?)(.*?)(?: = .*|（(?:待补全|保持原样)）| \(.*\))?$", re.MULTILINE
)
_ENTRY = re.compile(r"^(?:条目|Entry) (\d+)(?:：|: ?)(.*)$", re.MULTILINE)
_KINDS = {"attributes": re.compile("^attributes|的属性"), "values": re.compile("^values|的取值")}
_LONGEST = 28
"""A longer category is not put into the name of another one."""

_LEAST, _MOST = 0.15, 0.75
"""Between these lies the chance of an entry to be thought of by one proposer."""
_PLANTED: tuple[tuple[str, float], ...] = (("other", 0.3), ("again", 0.3), ("marked", 0.15))
"""What a proposal holds beside its entries, and how often: a bucket, something that is there
already, a name with markup."""


@dataclass(frozen=True, slots=True)
class _Task:
    """Which list a prompt is about, and the words for it."""

    stock: Stock
    topic: str
    attribute: str
    kind: str
    present: tuple[str, ...]
    key: tuple[object, ...]

    def say(self, template: str, **more: object) -> str:
        """A template with the words of the task."""
        capital = self.topic[:1].upper() + self.topic[1:]
        words = {"topic": self.topic, "Topic": capital, "attribute": self.attribute, **more}
        return template.format_map(words)


def grain(sheet: Sheet) -> Reply | None:
    """A `Grain`; None if the prompt names no list."""
    lists = _section(sheet, "lists")
    found = _LIST.search(lists)
    if found is None:
        return None
    task = _task(sheet, found[1].strip(), _section(sheet, "level"))
    told = {name: task.say(task.stock[name]) for name in ("unit", "naming", "coarser", "finer")}
    return {**told, "few": 5, "many": 12}


def proposal(sheet: Sheet, seed: object) -> Reply | None:
    """A `Proposal` or an `AttributeProposal`; None if the prompt names no list."""
    body = _section(sheet, "growth")
    path = _PATH.search(body)
    if path is None:
        return None
    task = _task(sheet, path[1].split(" > ")[-1].strip(), body)
    chance, dice = Dice("grow", *task.key), Dice("grow", *task.key, sheet.system, seed)
    entries = [
        _entry(task, item, dice)
        for place, item in enumerate(_stock(task))
        if dice.share(f"think/{place}") < _LEAST + (_MOST - _LEAST) * chance.share(f"known/{place}")
    ]
    entries += _planted(task, entries, dice)
    thought = task.say(task.stock["thoughts"], count=len(task.present))
    return {"working": thought, "entries": entries}


def merge(sheet: Sheet) -> Reply | None:
    """A `Merge`; None if the prompt shows no entries."""
    shown = [(int(m[1]), m[2].strip()) for m in _ENTRY.finditer(_section(sheet, "entries"))]
    body = _section(sheet, "growth")
    path = _PATH.search(body)
    if path is None or not shown:
        return None
    task = _task(sheet, path[1].split(" > ")[-1].strip(), body)
    first: dict[str, int] = {}
    rulings = []
    for number, name in shown:
        item = next((i for i in _stock(task) if name in _names(task, i)), {})
        same = first.setdefault(str(item.get("name", name)), number)
        rulings.append({"entry": number, **_ruling(task, item, same if same != number else 0)})
    return {"working": task.say(task.stock["working"], count=len(shown)), "entries": rulings}


def _ruling(task: _Task, item: Mapping[str, Any], into: int) -> Reply:
    """What is said of one entry of the stock, or of a stranger."""
    said: Reply = {"into": 0, "parts": []}
    if into:
        return {
            **said,
            "action": "merge",
            "into": into,
            "reason": task.say(task.stock["merge"], into=into),
        }
    if "drop" in item:
        return {**said, "action": "drop", "reason": task.say(item["drop"])}
    if "split" in item:
        parts = [_filled(task, part) for part in item["split"]]
        return {**said, "action": "split", "parts": parts, "reason": task.say(item["reason"])}
    if "rename" in item:
        part = _filled(task, {**item, "name": item["rename"]})
        return {**said, "action": "rename", "parts": [part], "reason": task.say(item["reason"])}
    return {**said, "action": "keep", "reason": task.say(task.stock["keep"])}


def _task(sheet: Sheet, name: str, body: str) -> _Task:
    """The task of a prompt, in the language of its instructions."""
    chinese = sheet.language == "zh"
    wanted, attribute, path = _WANTED.search(body), _ATTRIBUTE.search(body), _PATH.search(body)
    what = wanted[1] if wanted else ""
    topic = name if len(name) <= _LONGEST else ("这件事" if chinese else "this matter")
    # Abbreviations keep their capitals.
    lowered = topic[:1].lower() + topic[1:] if topic[1:2].islower() else topic
    return _Task(
        stock=_all_stocks()["zh" if chinese else "en"],
        topic=topic if chinese else lowered,
        attribute=attribute[1].strip() if attribute else name,
        kind=next((kind for kind, told in _KINDS.items() if told.search(what)), "children"),
        present=tuple(m[1].strip() for m in _HAS.finditer(_section(sheet, "present"))),
        key=(path[1] if path else name, what, attribute[1] if attribute else ""),
    )


def _stock(task: _Task) -> Sequence[Mapping[str, Any]]:
    """The entries there are for a list."""
    if task.kind != "values":
        found: Sequence[Mapping[str, Any]] = task.stock[task.kind]
        return found
    fitting = next(v for v in task.stock["values"] if re.search(v["match"], task.attribute, re.I))
    return [{"name": name, "definition": told} for name, told in fitting["entries"].items()]


def _names(task: _Task, item: Mapping[str, Any]) -> list[str]:
    return [task.say(item[key]) for key in ("name", "also") if key in item]


def _entry(task: _Task, item: Mapping[str, Any], dice: Dice) -> Reply:
    """One entry of the stock under one of its names."""
    names = [key for key in ("name", "also") if key in item]
    chosen = dice.pick(f"word/{item['name']}", names)
    return _filled(task, {**item, "name": item[chosen]})


def _filled(task: _Task, item: Mapping[str, Any]) -> Reply:
    name = task.say(item["name"])
    example = item.get("example", task.stock["value_example"])
    filled: Reply = {
        "name": name,
        "definition": task.say(item["definition"]),
        "example": task.say(example, name=name),
        "alias": "",
    }
    if "values" in item:
        values = item["values"].items()
        filled["values"] = [{"name": value, "definition": told} for value, told in values]
    return filled


def _planted(task: _Task, entries: Sequence[Reply], dice: Dice) -> Iterator[Reply]:
    """What does not belong into a proposal."""
    drawn = {kind for kind, share in _PLANTED if dice.share(f"planted/{kind}") < share}
    if not entries:
        return
    model = entries[0]
    if "other" in drawn and task.kind == "children":
        yield {**model, "name": task.say(task.stock["other"])}
    if "again" in drawn and task.present:
        yield {**model, "name": dice.pick("again", task.present)}
    if "marked" in drawn:
        yield {**model, "name": f"**{model['name']}**"}


def _section(sheet: Sheet, name: str) -> str:
    return next((sheet.sections[label] for label in _SECTIONS[name] if label in sheet.sections), "")


@cache
def _all_stocks() -> Mapping[str, Stock]:
    text = (resources.files(__package__) / "grow.yaml").read_text(encoding="utf-8")
    stocks: Mapping[str, Stock] = yaml.safe_load(text)
    return stocks
