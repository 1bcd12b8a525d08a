"""Cuts a CSV or TSV text into records of cells, each record with its line.

Quotes are as in RFC 4180: a cell that begins with `"` ends with one, and `""` inside stands for
one. Knows nothing of what the columns mean.
"""

import re
from collections.abc import Iterator
from typing import NamedTuple

from ..names import shown
from .rows import Faults

DELIMITERS = (",", "\t", ";")
WIDE = ("，", "；")
"""What a Chinese keyboard gives; taken only where they part names of columns."""
_QUOTED = re.compile(r'"((?:[^"]|"")*+)" *')
_EXCEL = re.compile(r"sep=([,;\t|])", re.IGNORECASE)


class Record(NamedTuple):
    """One row of a table."""

    line: int
    cells: list[str]


def records(text: str, delimiter: str, faults: Faults) -> Iterator[Record]:
    """The records of a text, without those in which all cells are blank."""
    at, line = 0, 1
    while at < len(text):
        end = text.find("\n", at)
        end = len(text) if end < 0 else end
        cells = text[at:end].split(delimiter)
        following = end + 1
        if '"' in text[at:end]:
            cells, following = _quoted_record(text, at, delimiter=delimiter, line=line, to=faults)
        if any(cell and not cell.isspace() for cell in cells):
            yield Record(line, cells)
        line += text.count("\n", at, following)
        at = following


def without_excel_line(text: str) -> tuple[str, str]:
    """The text with the line `sep=;` made blank, and the delimiter that it names."""
    head, _, rest = text.partition("\n")
    found = _EXCEL.fullmatch(head.strip(" "))
    return ("\n" + rest, found[1]) if found else (text, "")


def _quoted_record(
    text: str, at: int, *, delimiter: str, line: int, to: Faults
) -> tuple[list[str], int]:
    """The cells of a record that may span lines, and where the next one begins."""
    cells: list[str] = []
    start = at
    while True:
        match = _QUOTED.match(text, at)
        if match is not None:
            cells.append(match[1].replace('""', '"'))
            end = match.end()
            if end < len(text) and text[end] not in (delimiter, "\n"):
                rest, end = end, _cell_end(text, end, delimiter)
                to.add(
                    f"{shown(text[rest:end])} stands behind the closing quote of"
                    f" {shown(text[at:rest])}",
                    line,
                    hint='write a quote inside of a cell twice: ""',
                )
        elif text.startswith('"', at):
            to.fatal(
                f"the quote before {shown(text[at + 1 : at + 41])} is never closed",
                line + text.count("\n", start, at),
                hint='end the cell with a quote, and write a quote inside of it twice: ""',
            )
        else:
            end = _cell_end(text, at, delimiter)
            cells.append(text[at:end])
        if end >= len(text) or text[end] == "\n":
            return cells, end + 1
        at = end + 1


def _cell_end(text: str, at: int, delimiter: str) -> int:
    line_end = text.find("\n", at)
    line_end = len(text) if line_end < 0 else line_end
    end = text.find(delimiter, at, line_end)
    return line_end if end < 0 else end
