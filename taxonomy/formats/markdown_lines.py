"""Turns the lines of a Markdown outline into nested items.

Headings, bullets and numbers say what stands under what; what an item means (a category, a layer,
an attribute) is not judged here.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import NamedTuple

from ..names import is_ellipsis, shown
from .markdown_facts import cut_facts, looks_like_facts
from .markdown_text import is_markup, layer_title, plain
from .rows import Faults

MAX_LINE = 10_000
_BELOW_HEADINGS = 7

_HEADING = re.compile(r"(#{1,6})\s+(.*)")
_BULLET = re.compile(r"[-*+•]\s+(?=\S)")
# "1.1 name", "1. name", "1、名称", "1.名称", but neither "3.5" alone nor "3.js".
_NUMBER = re.compile(
    r"(?P<parts>\d+(?:\.\d+)+|\d+(?=[.)、．]))[.)、．]?(?=\s|$|\.\.\.|[^\x00-\x7f])\s*"
)
_RULE = re.compile(r"([-*_])(?:\s*\1){2,}")
_BOLD = re.compile(r"\*\*[^*]+\*\*\s*[:：]?")
_GAP = re.compile(r"(\s)\s+")
_UNDERLINE = re.compile(r"=+\s*")


class NumberedLine(NamedTuple):
    """A line with its number in the file."""

    number: int
    text: str


@dataclass(slots=True)
class Item:
    """One heading or list item with everything that stands under it."""

    text: str
    line: int
    rank: tuple[int, int]
    """(0, level) of a heading, (1, indentation) of a list item; less is higher up."""
    number: tuple[str, ...] = ()
    children: list["Item"] = field(default_factory=list)
    facts: str = ""
    """The braces at the end of its line."""

    def __post_init__(self) -> None:
        self.text, self.facts = cut_facts(self.text)


def read_items(lines: Iterable[NumberedLine], faults: Faults) -> list[Item]:
    """The top items of an outline."""
    tops: list[Item] = []
    above: list[Item] = []
    for item in _items(lines, faults):
        _climb(above, item, faults=faults)
        (above[-1].children if above else tops).append(item)
        above.append(item)
    return tops


def looks_like_item(text: str) -> bool:
    """Whether a line could be part of an outline."""
    text = text.strip()
    return bool(_HEADING.match(text) or _BULLET.match(text) or _NUMBER.match(text))


def heading(text: str) -> tuple[int, str] | None:
    """Level and text of a heading line."""
    match = _HEADING.fullmatch(text.strip())
    if match is None:
        return None
    unclosed = match[2].rstrip("#")
    closed = unclosed != match[2] and unclosed[-1:].isspace()
    return len(match[1]), unclosed.rstrip() if closed else match[2]


def _items(lines: Iterable[NumberedLine], faults: Faults) -> Iterable[Item]:
    paragraph: NumberedLine | None = None
    for line in lines:
        text = _GAP.sub(r"\1", line.text.strip())
        if paragraph is not None:
            if _UNDERLINE.fullmatch(text):
                yield Item(_GAP.sub(r"\1", paragraph.text.strip()), paragraph.number, (0, 1))
                paragraph = None
                continue
            _report(paragraph, faults)
            paragraph = None
        if len(text) > MAX_LINE:
            paragraph = line
            continue
        if not text or _RULE.fullmatch(text) or is_markup(text):
            continue
        item = _item(line, text)
        if item is None:
            paragraph = line
            continue
        if looks_like_facts(item.text):
            faults.add(
                f"the braces at the end of {shown(item.text)} cannot be read",
                item.line,
                hint='write them like `{#id weight=2 en="Other name"}`, or put them in backticks',
            )
        yield item
    if paragraph is not None:
        _report(paragraph, faults)


def _item(line: NumberedLine, text: str) -> Item | None:
    title = heading(text)
    if title is not None:
        level, name = title
        number = _NUMBER.match(name)
        return Item(name[number.end() :] if number else name, line.number, (0, level))
    expanded = line.text.expandtabs(4)
    rank = (1, len(expanded) - len(expanded.lstrip()))
    bullet = _BULLET.match(text)
    rest = text[bullet.end() :] if bullet else text
    number = _NUMBER.match(rest)
    if number is not None:
        return Item(rest[number.end() :], line.number, rank, tuple(number["parts"].split(".")))
    if bullet is not None or is_ellipsis(text):
        return Item(rest, line.number, rank)
    text, braces = cut_facts(text)
    titled = _BOLD.fullmatch(text) or (text.startswith("**") and layer_title(plain(text)))
    # An indented one may belong to the item above it; only at the margin is it surely a title.
    if titled and not line.text[:1].isspace():
        return Item(f"{text} {braces}".rstrip(), line.number, (0, _BELOW_HEADINGS))
    return None


def _climb(above: list[Item], item: Item, *, faults: Faults) -> None:
    """Drop from the trail whatever the item does not stand under."""
    if len(item.number) > 1:
        for depth in range(len(above) - 1, -1, -1):
            if above[depth].number == item.number[:-1]:
                del above[depth + 1 :]
                return
    while above and above[-1].rank >= item.rank:
        above.pop()
    if len(item.number) > 1 and above and above[-1].number:
        faults.add(
            f"number {'.'.join(item.number)} ({shown(plain(item.text))}) stands under"
            f" number {'.'.join(above[-1].number)} ({shown(plain(above[-1].text))})",
            item.line,
            hint="renumber it, or move it under the item that its number names",
        )


def _report(line: NumberedLine, faults: Faults) -> None:
    text = line.text.strip()
    long = f": it has {len(text)} characters, more than {MAX_LINE}" * (len(text) > MAX_LINE)
    faults.add(
        f"{shown(text)} is no part of an outline{long}",
        line.number,
        hint="write it as a heading, as `- name`, as `- name: definition`, or put it in <!-- -->",
    )
