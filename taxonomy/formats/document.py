"""A YAML or JSON file as values that remember their lines.

Both readers feed one `Builder`, so that duplicate keys and depth are judged alike. It works on an
explicit stack: a file nested ten thousand deep must not end in a RecursionError. Knows nothing of
taxonomies.
"""

from dataclasses import dataclass, field

from ..names import shown
from .rows import Faults

MAX_DEPTH = 30_000
MAX_VALUES = 3_000_000
"""Beyond it a file of a few megabytes would take gigabytes of memory."""


@dataclass(slots=True)
class Scalar:
    """A single value. `kind` is "str" for text, else what the format takes it for."""

    text: str
    kind: str
    line: int


@dataclass(slots=True)
class Listing:
    """A list."""

    line: int
    items: list["Document"] = field(default_factory=list)


@dataclass(slots=True)
class Mapping:
    """A mapping in file order. Pairs, as a dict for each of 100,000 nodes would weigh too much."""

    line: int
    entries: list[tuple[Scalar, "Document"]] = field(default_factory=list)

    def get(self, name: str) -> "Document | None":
        """The value of a key, None where it is missing."""
        for key, value in self.entries:
            if key.text == name:
                return value
        return None


Document = Scalar | Listing | Mapping


@dataclass(slots=True)
class _Open:
    """A list or mapping that is still being read."""

    items: list["Document"] | None = None
    """Of a list, the items so far."""
    entries: list[tuple[Scalar, "Document"]] | None = None
    """Of a mapping, the entries so far."""
    key: Scalar | None = None
    lines: dict[str, int] = field(default_factory=dict)


class Builder:
    """Puts a stream of values together into one document.

    Half a million of them make 100,000 categories, so it is written for speed.
    """

    def __init__(self, faults: Faults) -> None:
        self.result: Document | None = None
        self._faults = faults
        self._count = 0
        self._top: _Open | None = None
        self._below: list[_Open | None] = []

    def scalar(self, text: str, kind: str, *, line: int) -> None:
        """A single value, or a key where a mapping awaits one."""
        self._count += 1
        if self._count > MAX_VALUES:
            self._refuse_more(line)
        value = Scalar(text, kind, line)
        top = self._top
        if top is None:
            self.result = value
        elif top.items is not None:
            top.items.append(value)
        elif top.key is None:
            self._take_key(top, value)
        elif top.entries is not None:
            top.entries.append((top.key, value))
            top.key = None

    def begin(self, container: Listing | Mapping) -> None:
        """The start of a list or mapping."""
        if len(self._below) >= MAX_DEPTH:
            self._faults.fatal(
                f"lists are nested more than {MAX_DEPTH} deep",
                container.line,
                hint="write the categories as rows: `nodes: [{id, name, parent}]`",
            )
        top = self._top
        if top is None:
            self.result = container
        elif top.items is not None:
            top.items.append(container)
        elif top.key is None:
            self._faults.fatal(
                "a list or mapping stands where a key is wanted",
                container.line,
                hint="a key is a plain text such as `name`",
            )
        elif top.entries is not None:
            top.entries.append((top.key, container))
            top.key = None
        self._below.append(top)
        if isinstance(container, Listing):
            self._top = _Open(items=container.items)
        else:
            self._top = _Open(entries=container.entries)

    def end(self) -> None:
        """The end of the innermost list or mapping."""
        self._top = self._below.pop()

    def _refuse_more(self, line: int) -> None:
        self._faults.fatal(
            f"the file holds more than {MAX_VALUES:,} values",
            line,
            hint="a taxonomy holds names and short definitions; split the file",
        )

    def _take_key(self, top: _Open, key: Scalar) -> None:
        if key.text in top.lines:
            self._faults.add(
                f"the key {shown(key.text)} stands twice, first in line {top.lines[key.text]}",
                key.line,
                hint="keep one of the two",
            )
        top.lines[key.text] = key.line
        top.key = key
