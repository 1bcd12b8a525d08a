"""A YAML or JSON file as values that remember their lines.

Both readers feed one `Builder`, so that duplicate keys and depth are judged alike. It works on an
explicit stack: a file nested ten thousand deep must not end in a RecursionError. Knows nothing of
taxonomies.
"""

from dataclasses import dataclass, field

from .names import shown
from .rows import Faults

MAX_DEPTH = 30_000


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

    target: Listing | Mapping
    key: Scalar | None = None
    lines: dict[str, int] = field(default_factory=dict)


class Builder:
    """Puts a stream of values together into one document."""

    def __init__(self, faults: Faults) -> None:
        self.result: Document | None = None
        self._faults = faults
        self._open: list[_Open] = []

    def scalar(self, text: str, kind: str, *, line: int) -> None:
        """A single value, or a key where a mapping awaits one."""
        value = Scalar(text, kind, line)
        top = self._open[-1] if self._open else None
        if top is not None and isinstance(top.target, Mapping) and top.key is None:
            self._take_key(top, value)
        else:
            self._place(value)

    def begin(self, container: Listing | Mapping) -> None:
        """The start of a list or mapping."""
        if len(self._open) >= MAX_DEPTH:
            self._faults.fatal(
                f"lists are nested more than {MAX_DEPTH} deep",
                container.line,
                hint="write the categories as rows: `nodes: [{id, name, parent}]`",
            )
        top = self._open[-1] if self._open else None
        if top is not None and isinstance(top.target, Mapping) and top.key is None:
            self._faults.fatal(
                "a list or mapping stands where a key is wanted",
                container.line,
                hint="a key is a plain text such as `name`",
            )
        self._place(container)
        self._open.append(_Open(container))

    def end(self) -> None:
        """The end of the innermost list or mapping."""
        self._open.pop()

    def _take_key(self, top: _Open, key: Scalar) -> None:
        if key.text in top.lines:
            self._faults.add(
                f"the key {shown(key.text)} stands twice, first in line {top.lines[key.text]}",
                key.line,
                hint="keep one of the two",
            )
        top.lines[key.text] = key.line
        top.key = key

    def _place(self, value: Document) -> None:
        if not self._open:
            self.result = value
            return
        top = self._open[-1]
        if isinstance(top.target, Listing):
            top.target.items.append(value)
        elif top.key is not None:
            top.target.entries.append((top.key, value))
            top.key = None
