"""Finds the outlines of a Markdown file.

A file is one outline, unless outlines stand in fenced blocks: then each block is one, and what is
written around the blocks is prose. Knows lines and fences; what an outline says is not read here.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import pairwise
from typing import NoReturn

from ..names import key, shown
from .markdown_facts import cut_facts
from .markdown_lines import NumberedLine, heading, looks_like_item
from .markdown_text import bare, plain
from .rows import Faults

_FENCE = re.compile(r"\s*(?:(?:[-*+]|\d+[.)])\s+)?(?P<fence>`{3,}|~{3,})\s*(?P<language>[^`]*)$")
_OUTLINE_LANGUAGES = {"", "md", "markdown", "text", "txt"}
_MOST_LISTED = 20
_SUMMARY = re.compile(r"<summary>(.*?)(?:</summary>|$)", re.IGNORECASE)
_BOLD_ITEM = re.compile(r"\s*(?:(?:[-*+•]|\d+[.)])\s+)?\*\*([^*]+)\*\*\s*+[:：]?\s*")


@dataclass(slots=True)
class Section:
    """One outline with the title that stands over it."""

    title: str
    line: int
    lines: list[NumberedLine] = field(default_factory=list)
    end: int | None = None
    """The line in which the next one begins; None for the last."""


def choose_section(text: str, faults: Faults, *, wanted: str | None) -> Section:
    """The outline to read: the only one, or the one that is asked for."""
    lines = list(_visible_lines(text, faults))
    fenced = _fenced(lines, faults) if "```" in text or "~~~" in text else ()
    sections = [section for section in fenced if _holds_items(section)]
    for section, following in pairwise(sections):
        section.end = following.line
    if not sections:
        if wanted is None:
            return Section("", 1, lines)
        sections = list(_headed(lines))
    if wanted is None and len(sections) == 1:
        return sections[0]
    found = [one for one in sections if wanted is not None and key(one.title) == key(wanted)]
    if len(found) != 1:
        _refuse(sections, faults, wanted=wanted, ambiguous=bool(found))
    return found[0]


def _refuse(
    sections: list[Section], faults: Faults, *, wanted: str | None, ambiguous: bool
) -> NoReturn:
    listed = ", ".join(f"{shown(one.title)} (line {one.line})" for one in sections[:_MOST_LISTED])
    if len(sections) > _MOST_LISTED:
        listed += f" and {len(sections) - _MOST_LISTED} more"
    paths = " or ".join(f"`{faults.file}#{shown(one.title)[1:-1]}`" for one in sections[:3])
    hint = f"choose one by its title: {paths}"
    if wanted is None:
        message = f"the file holds {len(sections)} outlines: {listed}"
    elif ambiguous:
        message = f"more than one section is titled {shown(wanted)}: {listed}"
        hint = "give each of them a title of its own"
    elif sections:
        message = f"the file has no section {shown(wanted)}; it holds {listed}"
    else:
        message = f"the file has no section {shown(wanted)}, nor any other"
        hint = "leave the section out to load the whole file"
    faults.fatal(message, sections[0].line if sections else None, hint=hint)


def _visible_lines(text: str, faults: Faults) -> Iterator[NumberedLine]:
    lines = _without_comments(text, faults).split("\n")
    start = _front_matter_end(lines)
    for number, line in enumerate(lines[start:], start + 1):
        yield NumberedLine(number, line)


def _front_matter_end(lines: list[str]) -> int:
    if lines[0].rstrip() != "---":
        return 0
    for number, line in enumerate(lines[1:], 1):
        if line.rstrip() in {"---", "..."}:
            return number + 1
    return 0


def _without_comments(text: str, faults: Faults) -> str:
    kept, at = [], 0
    while (start := text.find("<!--", at)) >= 0:
        end = text.find("-->", start)
        if end < 0:
            faults.fatal(
                'the comment that begins here with "<!--" never ends',
                text.count("\n", 0, start) + 1,
                hint='close it with "-->"',
            )
        kept += [text[at:start], "\n" * text.count("\n", start, end)]
        at = end + len("-->")
    return "".join([*kept, text[at:]])


def _fenced(lines: list[NumberedLine], faults: Faults) -> Iterator[Section]:
    """The fenced blocks that may hold an outline, without the indentation of their fences."""
    title, fence, section = "", "", Section("", 0)
    for line in lines:
        if fence:
            if line.text.strip().startswith(fence) and not line.text.strip().strip(fence[0]):
                fence = ""
                if section.line:
                    section.lines = _dedented(section.lines)
                    yield section
            else:
                section.lines.append(line)
            continue
        match = _FENCE.fullmatch(line.text)
        if match is None:
            title = _title(line.text) or title
            continue
        fence, language = match["fence"], match["language"].strip().lower()
        wanted = language in _OUTLINE_LANGUAGES
        section = Section(title or f"line {line.number}", line.number if wanted else 0)
        title = title if not wanted else ""
    if fence:
        faults.fatal(
            "a fenced block is opened and never closed",
            section.line or None,
            hint=f"close it with a line `{fence}`",
        )


def _dedented(lines: list[NumberedLine]) -> list[NumberedLine]:
    expanded = [NumberedLine(line.number, line.text.expandtabs(4)) for line in lines]
    margins = [len(text) - len(text.lstrip()) for _, text in expanded if text.strip()]
    margin = min(margins, default=0)
    return [NumberedLine(number, text[margin:]) for number, text in expanded]


def _headed(lines: list[NumberedLine]) -> Iterator[Section]:
    """Each heading with all that stands under it."""
    open_sections: list[tuple[int, Section]] = []
    for line in lines:
        found = heading(line.text)
        if found is not None:
            level, text = found
            while open_sections and open_sections[-1][0] >= level:
                open_sections.pop()[1].end = line.number
            section = Section(_bare(text), line.number)
            open_sections.append((level, section))
            yield section
        for _, section in open_sections:
            section.lines.append(line)


def _title(text: str) -> str:
    summary = _SUMMARY.search(text)
    bold = _BOLD_ITEM.fullmatch(text)
    found = heading(text)
    title = summary[1] if summary else found[1] if found else bold[1] if bold else ""
    return _bare(title)


def _bare(title: str) -> str:
    return bare(plain(cut_facts(title)[0]))


def _holds_items(section: Section) -> bool:
    return any(looks_like_item(line.text) for line in section.lines)
