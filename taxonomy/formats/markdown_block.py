"""Reads the fenced blocks of a Markdown outline that say in YAML what no line can say.

    ```taxoloom
    constraints: [{never: {Language: SQL, Framework: React}}]
    attribute_sets: {…}
    about:
      Code > Explain: {examples: [{question: …, answer: …}]}
    ```

`about` names categories of the outline by id or path; `nodes` adds rows as in YAML. Knows nothing
of bullets and headings.
"""

import re
from collections.abc import Iterable
from typing import NamedTuple

from ..names import key, shown
from .document import Document, Listing, Mapping
from .load_yaml import parse_yaml
from .path_lines import spaced
from .rows import Faults, Key, Outline, Row
from .shape_attributes import AttributeReader
from .shape_constraints import read_constraints
from .shape_nodes import FACT_KEYS, NodeReader
from .shape_parts import Parts

LANGUAGE = "taxoloom"
_KEYS = ("constraints", "attribute_sets", "about", "nodes")
_START = re.compile(
    rf"<!--|^(?P<margin>[ \t]*)(?P<fence>`{{3,}}|~{{3,}})[ \t]*{LANGUAGE}[ \t]*$", re.MULTILINE
)


class Block(NamedTuple):
    """The text of one block, and the line of its fence."""

    line: int
    text: str


def cut_blocks(text: str, faults: Faults) -> tuple[str, list[Block]]:
    """The text with blank lines in place of the blocks, and the blocks."""
    kept: list[str] = []
    blocks: list[Block] = []
    at = 0
    while (start := _START.search(text, at)) is not None:
        if start["fence"] is None:
            end = text.find("-->", start.end())
            end = len(text) if end < 0 else end + len("-->")
            kept.append(text[at:end])
        else:
            line = text.count("\n", 0, start.start()) + 1
            body, end = _body(text, start, line=line, faults=faults)
            blocks.append(Block(line, body))
            kept += [text[at : start.start()], "\n" * text.count("\n", start.start(), end)]
        at = end
    return "".join([*kept, text[at:]]), blocks


def _body(text: str, start: re.Match[str], *, line: int, faults: Faults) -> tuple[str, int]:
    """What stands between the fences, and where the closing one ends."""
    margin, fence = start["margin"], start["fence"]
    # A fence that is further in belongs to a text in the block.
    closing = re.compile(rf"^[ \t]{{0,{len(margin)}}}{re.escape(fence)}+[ \t]*$", re.MULTILINE)
    end = closing.search(text, start.end())
    if end is None:
        faults.fatal(
            "a fenced block is opened and never closed",
            line,
            hint=f"close it with a line `{fence}`",
        )
    lines = text[start.end() + 1 : end.start()].split("\n")
    return "\n".join(one.removeprefix(margin) for one in lines), end.end()


class Annex:
    """The blocks of one outline."""

    def __init__(self, blocks: Iterable[Block], faults: Faults) -> None:
        self._faults = faults
        self._parts = Parts(faults)
        self.attributes = AttributeReader(self._parts)
        self._nodes = NodeReader(self._parts, self.attributes)
        self._documents = [one for block in blocks if (one := self._parse(block)) is not None]
        for document in self._documents:
            self.attributes.read_sets(document.get("attribute_sets"))

    def _parse(self, block: Block) -> Mapping | None:
        # Blank lines before it, so that lines are those of the file.
        document = parse_yaml("\n" * block.line + block.text, self._faults)
        if isinstance(document, Mapping):
            self._parts.check_keys(document, _KEYS, where=f"a block `{LANGUAGE}`")
            return document
        if document is not None:
            wanted = f"a mapping with some of {', '.join(_KEYS)}"
            self._parts.wrong(f"a block `{LANGUAGE}`", document, wanted=wanted)
        return None

    def apply(self, outline: Outline) -> None:
        """Tell the outline what the blocks say."""
        if not self._documents:
            return
        places = _Places(outline)
        for document in self._documents:
            outline.constraints += read_constraints(document.get("constraints"), self._parts)
            nodes = document.get("nodes")
            if isinstance(nodes, Listing):
                self._add_rows(nodes, outline, places)
            elif nodes is not None:
                self._parts.wrong("`nodes`", nodes, wanted="a list of rows `{id, name, parent}`")
            about = document.get("about")
            if isinstance(about, Mapping):
                for name, body in about.entries:
                    self._describe(name.text, body, places.find(name.text), line=name.line)
            elif about is not None:
                self._parts.wrong("`about`", about, wanted="a mapping from ids or paths to facts")

    def _add_rows(self, nodes: Listing, outline: Outline, places: "_Places") -> None:
        rows = [row for item in nodes.items if (row := self._nodes.read_row(item)) is not None]
        own = {row.key for row in rows}
        for row in rows:
            if row.parent is not None and row.parent not in own:
                above = places.find(str(row.parent))
                row.parent = row.parent if above is None else above.key
        outline.rows += rows

    def _describe(self, name: str, body: Document, row: Row | None, *, line: int) -> None:
        if row is None:
            self._faults.add(
                f"the outline has no category {shown(name)}",
                line,
                hint="write its id, or its whole path with ` > ` between the names",
            )
        elif isinstance(body, Mapping):
            self._parts.check_keys(body, FACT_KEYS, where=f"what stands about {shown(name)}")
            said = Row(row.name, line)
            self._nodes.read(body, said)
            self._merge(row, said)
        else:
            self._parts.wrong(f"what stands about {shown(name)}", body, wanted="a mapping")

    def _merge(self, row: Row, said: Row) -> None:
        if row.definition and said.definition:
            self._faults.add(
                f"{shown(row.name)} has a definition already",
                said.line,
                hint="keep one of the two",
            )
        row.definition = row.definition or said.definition
        row.open = row.open or said.open
        row.weight = row.weight if said.weight == 1 else said.weight
        row.fresh_for = said.fresh_for or row.fresh_for
        row.aliases = [*row.aliases, *said.aliases]
        row.attributes = [*row.attributes, *said.attributes]
        row.examples = [*row.examples, *said.examples]


class _Places:
    """The categories of an outline by id and by path."""

    def __init__(self, outline: Outline) -> None:
        self._ids = {row.id: row for row in outline.rows if row.id}
        self._below: dict[tuple[Key | None, str], Row] = {}
        for row in outline.rows:
            self._below.setdefault((row.parent, key(row.name)), row)
        tops = [row for row in outline.rows if row.parent is None]
        self._top = tops[0] if len(tops) == 1 else None

    def find(self, text: str) -> Row | None:
        """The category that an id or a path names; a path with or without the only top."""
        names = [key(name) for name in spaced(text)]
        return self._descend(None, names) or self._ids.get(text) or self._under_top(names)

    def _under_top(self, names: list[str]) -> Row | None:
        return None if self._top is None else self._descend(self._top.key, names)

    def _descend(self, above: Key | None, names: Iterable[str]) -> Row | None:
        row: Row | None = None
        for name in names:
            row = self._below.get((above, name))
            if row is None:
                return None
            above = row.key
        return row
