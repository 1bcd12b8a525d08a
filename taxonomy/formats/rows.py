"""What a reader found in a file, before anything is known to be right.

Each format has its own reader; all of them hand over an `Outline`, and `validate` turns it into a
taxonomy. Faults are gathered on the way, so that one look at a file names all of them. Knows no
format and no tree.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import NoReturn

from ...errors import Fault, TaxonomyError
from ..constraints import Constraint

Key = int | str
RawAliases = Sequence[tuple[str, str]]
"""Language tags and names."""
_MOST_FAULTS = 1000


@dataclass(slots=True)
class RawValue:
    """One value of an attribute as written."""

    name: str
    line: int | None
    definition: str = ""
    group: str = ""
    weight: float = 1.0
    aliases: RawAliases = ()


@dataclass(slots=True)
class RawAttribute:
    """One attribute as written. Rows that share a set of attributes hold the same object."""

    name: str
    line: int | None
    values: list[RawValue] = field(default_factory=list)
    definition: str = ""
    open: bool = False
    aliases: RawAliases = ()


@dataclass(slots=True)
class RawExample:
    """One question with its answer as written."""

    line: int | None
    question: str = ""
    answer: str = ""
    context: str = ""


@dataclass(slots=True)
class Row:
    """One category as written."""

    name: str
    line: int | None
    key: Key = -1
    """A number where nesting says who the parent is, a text where rows name their parents."""
    parent: Key | None = None
    """The `key` of the parent; None hangs the row under the root of its outline."""
    id: str = ""
    definition: str = ""
    open: bool = False
    weight: float = 1.0
    aliases: RawAliases = ()
    attributes: Sequence[RawAttribute] = ()
    examples: Sequence[RawExample] = ()
    fresh_for: int | None = None
    file: str = ""
    """The file that it stands in, where a folder is read."""


@dataclass(slots=True)
class Outline:
    """All that a reader found. The root has no name where the file gives none."""

    root: Row
    rows: list[Row] = field(default_factory=list)
    constraints: list[Constraint] = field(default_factory=list)
    title: str = ""
    """The title of the section that the outline stands in."""

    def add(self, row: Row, parent: Row) -> Row:
        """Append a nested row under another one, or under the root."""
        row.key = len(self.rows)
        row.parent = None if parent is self.root else parent.key
        self.rows.append(row)
        return row


class Faults:
    """The faults of one file, or of the files of a folder, in the order in which they are found."""

    def __init__(self, file: str) -> None:
        self.file = file
        self._found: list[Fault] = []

    def __bool__(self) -> bool:
        """Whether anything is wrong so far."""
        return bool(self._found)

    def take(self, other: "Faults") -> None:
        """Note what is wrong with one file of a folder."""
        self._found += other._found

    def add(self, message: str, line: int | None, *, hint: str, file: str = "") -> None:
        """Note a fault and go on."""
        self._found.append(Fault(message, file=file or self.file, line=line, hint=hint))
        if len(self._found) >= _MOST_FAULTS:
            self.raise_if_any()

    def fatal(self, message: str, line: int | None, *, hint: str) -> NoReturn:
        """Note a fault that makes the rest of the file unreadable, and stop."""
        self._found.append(Fault(message, file=self.file, line=line, hint=hint))
        raise TaxonomyError(self._in_order())

    def raise_if_any(self) -> None:
        """Stop if anything is wrong so far."""
        if self._found:
            raise TaxonomyError(self._in_order())

    def _in_order(self) -> list[Fault]:
        files = dict.fromkeys(fault.file for fault in self._found)
        place = {file: number for number, file in enumerate(files)}
        return sorted(self._found, key=lambda fault: (place[fault.file], fault.line or 0))


def first(line: int | None) -> str:
    """Where something stood first, as the end of a message."""
    return f", first in line {line}" if line else ""
