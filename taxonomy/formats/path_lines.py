"""Reads single lines of a path list: an id, if the lines have one, and the names of a path.

`A > B > C` needs spaces around its signs, unless no line has them; `＞` never does. ` / ` separates
only where no line has another sign and every parent is listed. Knows lines, not what they make.
"""

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import islice
from typing import NamedTuple

from ..names import shown
from .rows import Faults

Splitter = Callable[[str], list[str]]

_SPACED = re.compile(r"(?:(?<=\s)|^)>(?=\s|$)|＞")
_BARE = re.compile(r"(?<![-=])>")
_INSIDE = re.compile(r"\S\s+>\s+\S|\S\s*＞\s*\S|[^\s=<-]>[^\s=<]|\S / \S")
_BULLET = re.compile(r"\s*(?:[-*+•]|\d+[.)、．])\s")
_STYLES = {
    "-": re.compile(r"(\S+)\s+-\s+(\S.*)"),
    ":": re.compile(r"(\S+)\s+[:：]\s+(\S.*)"),
    "tab": re.compile(r"(\S+)[ ]*\t\s*([^\s>].*)"),
}
_LIKE_ID = re.compile(r"[0-9/]")
_FORMAT = re.compile(r"#\s*Format:\s*\{[^{}]*\}\s*(?P<sign>[-:])?", re.IGNORECASE)
_LOOKED_AT = 10_000


class PathLine(NamedTuple):
    """One line that names a category."""

    number: int
    text: str
    id: str = ""


def path_lines(text: str, faults: Faults) -> list[PathLine]:
    """The lines that are neither blank nor comments, with their ids taken off."""
    style: str | None = None
    lines: list[PathLine] = []
    for number, written in enumerate(text.split("\n"), 1):
        line = written.strip()
        if line and not line.startswith("#"):
            lines.append(PathLine(number, line))
        elif not lines and style is None:
            said = _FORMAT.match(line)
            style = (said["sign"] or "") if said else None
    if style is None:
        style = _guessed(lines)
    return list(_without_ids(lines, style, faults)) if style else lines


def says_paths(text: str) -> bool:
    """Whether the first line of a text says that it is a list of paths."""
    return _FORMAT.match(text) is not None


def looks_like_paths(text: str) -> bool:
    """Whether a text could be a list of paths: no bullets, and a separator inside of a line."""
    lines = (line for line in text.split("\n") if line.strip() and not line.startswith("#"))
    found = False
    for line in islice(lines, _LOOKED_AT):
        if _BULLET.match(line):
            return False
        found = found or _INSIDE.search(line[:_LOOKED_AT]) is not None
    return found


def split_paths(lines: Sequence[PathLine], faults: Faults) -> Iterator[tuple[PathLine, list[str]]]:
    """Every line with the names of its path."""
    split = _splitter(lines, faults)
    for line in lines:
        names = split(line.text)
        for name in names if split is spaced else ():
            if ">" in name and "<" not in name and _BARE.search(name):
                faults.add(
                    f"the name {shown(name)} holds a `>` without spaces around it",
                    line.number,
                    hint="write ` > ` between levels, or spell the name without it",
                )
        yield line, names


def _splitter(lines: Sequence[PathLine], faults: Faults) -> Splitter:
    """What cuts the paths of these lines into names."""
    if any(_SPACED.search(line.text) for line in lines):
        return spaced
    if any(">" in line.text for line in lines):
        signs = ("->", "=>", "<")
        if not any(sign in line.text for line in lines for sign in signs):
            return lambda path: [name.strip() for name in _BARE.split(path)]
        return lambda path: [path]
    slashed = [line for line in lines if " / " in line.text]
    if slashed:
        _refuse_orphans(slashed, lines, faults)
        return lambda path: [name.strip() for name in path.split(" / ")]
    return lambda path: [path]


def spaced(path: str) -> list[str]:
    """The names of a path with spaces around its separators."""
    names = path.split(" > ")
    if "＞" in path or path.count(">") != len(names) - 1:
        names = _SPACED.split(path)
    return [name.strip() for name in names]


def _guessed(lines: Sequence[PathLine]) -> str:
    """The style of the ids, if most lines begin with something that looks like one."""
    for style, pattern in _STYLES.items():
        found = [match[1] for line in lines if (match := pattern.fullmatch(line.text))]
        ids = [ident for ident in found if _LIKE_ID.search(ident)]
        repeated = len(ids) - len(set(ids))
        if len(ids) * 2 > len(lines) and repeated <= max(1, len(ids) // 10):
            return style
    return ""


def _without_ids(lines: Iterable[PathLine], style: str, faults: Faults) -> Iterable[PathLine]:
    pattern = _STYLES[style]
    for line in lines:
        match = pattern.fullmatch(line.text)
        if match is not None:
            yield PathLine(line.number, match[2], match[1])
            continue
        sign = "a tab" if style == "tab" else f"` {style} `"
        faults.add(
            f"the line {shown(line.text)} has no id before its path",
            line.number,
            hint=f"begin it with an id and {sign}, as the other lines do, or make it a # comment",
        )


def _refuse_orphans(slashed: Sequence[PathLine], lines: Sequence[PathLine], faults: Faults) -> None:
    """A slash belongs to a name more often than not; listed parents say that it separates."""
    listed = {line.text for line in lines}
    for line in slashed:
        parent = line.text.rpartition(" / ")[0].strip()
        if parent not in listed:
            faults.fatal(
                f"whether ` / ` in {shown(line.text)} separates levels cannot be told: no line"
                f" is {shown(parent)}",
                line.number,
                hint="write ` > ` between levels, or add a line for every parent",
            )
