"""Reads a table (CSV, TSV): a path to a row, a level to a column, or rows that name their parents.

Separators are found out from the content. What is no plain text (aliases, attributes, examples,
constraints) stands in its cell as JSON, in the shape that a JSON taxonomy has.
"""

from collections.abc import Iterable, Iterator, Sequence

from ...errors import TaxonomyError
from ..names import shown
from .document import Document, Scalar
from .load_json import parse_json
from .path_lines import PathLine, split_paths
from .path_tree import PathTree
from .rows import Faults, Outline, RawAliases, RawAttribute, Row
from .shape_attributes import AttributeReader
from .shape_constraints import read_constraints
from .shape_parts import Parts
from .table_cells import DELIMITERS, WIDE, Record, records, without_excel_line
from .table_columns import MOST, Columns, columns, is_header

_SAMPLE = 1000
_FLAGS = {
    **dict.fromkeys(("", "false", "no", "0", "否"), False),
    **dict.fromkeys(("true", "yes", "1", "是"), True),
}


def read_table(text: str, faults: Faults) -> Outline:
    """The outline that a table describes."""
    text, delimiter = without_excel_line(text)
    found = list(records(text, delimiter or sniffed(text), faults))
    if not found:
        return Outline(Row("", 1))
    named = columns(found[:_SAMPLE], faults)
    rest = found[1:] if named.headed else found
    _refuse_strays(found[0].cells, rest, faults, headed=named.headed)
    return _TableReader(named, faults).read(rest)


def sniffed(text: str) -> str:
    """The delimiter of a table: the one that makes most of the first line."""
    line = next((line for line in text.split("\n", 50) if line.strip()), "")
    known = {sign: sum(map(_is_word, line.split(sign, MOST))) for sign in (*DELIMITERS, *WIDE)}
    return max(known, key=lambda sign: (known[sign], sign not in WIDE, line.count(sign)))


def looks_like_table(text: str, *, named: bool = False) -> bool:
    """Whether the first line of a text is the header of a table.

    `named` says that the file is called one: then a single known word is enough.
    """
    head = without_excel_line(text[:10_000])[0].lstrip("\n").partition("\n")[0]
    cells = head.split(sniffed(head))
    if named or len(cells) > 1:
        return any(map(_is_word, cells))
    return head.strip().lower() in {"path", "路径"}


def _is_word(cell: str) -> bool:
    return is_header([cell.strip().strip('"')])


def _refuse_strays(
    first: Sequence[str], rest: Iterable[Record], faults: Faults, *, headed: bool
) -> None:
    """Note cells that stand under no column."""
    width = len(first)
    blank = [place for place, cell in enumerate(first) if headed and not cell.strip()]
    for record in rest:
        if not blank and len(record.cells) <= width:
            continue
        under = [record.cells[place] for place in blank if place < len(record.cells)]
        stray = next((one for one in (*under, *record.cells[width:]) if one.strip()), None)
        if stray is not None:
            faults.add(
                f"the cell {shown(stray.strip())} stands under no column",
                record.line,
                hint="put texts that hold the separator in quotes, or name the column",
            )


class _TableReader:
    """Turns records into rows, noting faults as it goes."""

    def __init__(self, named: Columns, faults: Faults) -> None:
        self._columns = named
        self._faults = faults
        self._parts = Parts(faults)
        self._attributes = AttributeReader(self._parts)
        self._outline = Outline(Row("", 1))
        self._known: dict[str, Sequence[RawAttribute]] = {}
        """Attributes by the text of their cell, so that equal ones are shared."""

    def read(self, found: Sequence[Record]) -> Outline:
        for record in found:
            self._attributes.read_sets(self._json(record, "attribute_sets"))
            constraints = read_constraints(self._json(record, "constraints"), self._parts)
            self._outline.constraints += constraints
        for record, row in self._placed(found):
            self._read_facts(record, row)
        return self._outline

    def _placed(self, found: Sequence[Record]) -> Iterator[tuple[Record, Row]]:
        """Every record with the row that it describes."""
        if "name" in self._columns.places:
            for record in found:
                yield record, self._child(record)
            return
        tree = PathTree(self._outline, self._faults)
        paths = self._levels(found) if self._columns.levels else self._split(found)
        for record, names in paths:
            row = tree.add(names, record.line)
            if row is not None:
                row.id = self._columns.cell(record, "id")
                yield record, row

    def _child(self, record: Record) -> Row:
        """The row of a record that names its parent."""
        cell = self._columns.cell
        row = Row(cell(record, "name"), record.line, id=cell(record, "id"))
        row.key = row.id or row.name
        row.parent = cell(record, "parent") or None
        self._outline.rows.append(row)
        return row

    def _split(self, found: Sequence[Record]) -> Iterator[tuple[Record, list[str]]]:
        lines = [PathLine(one.line, self._columns.cell(one, "path")) for one in found]
        split = split_paths(lines, self._faults)
        for record, (_, names) in zip(found, split, strict=True):
            yield record, names

    def _levels(self, found: Sequence[Record]) -> Iterator[tuple[Record, list[str]]]:
        """Blank levels at the beginning of a record are those of the record before."""
        above: list[str] = []
        for record in found:
            width = len(record.cells)
            names = [record.cells[p].strip() if p < width else "" for p in self._columns.levels]
            while len(names) > 1 and not names[-1]:
                names.pop()
            start = next((place for place, name in enumerate(names) if name), 0)
            if start <= len(above):
                names[:start] = above[:start]
            above = names
            yield record, names

    def _read_facts(self, record: Record, row: Row) -> None:
        cell = self._columns.cell
        row.definition = cell(record, "definition")
        row.open = self._flag(record) or row.open
        weight = cell(record, "weight")
        if weight:
            row.weight = self._parts.weight(Scalar(weight, "str", record.line), row.name)
        fresh_for = cell(record, "fresh_for")
        if fresh_for:
            row.fresh_for = self._parts.fresh_for(Scalar(fresh_for, "str", record.line), row.name)
        row.aliases = self._aliases(record, row)
        examples = self._json(record, "examples")
        if examples is not None:
            row.examples = self._parts.examples(examples)
        row.attributes = self._own_and_shared(record)

    def _aliases(self, record: Record, row: Row) -> RawAliases:
        listed = self._json(record, "aliases")
        found = list(self._parts.aliases(listed, row.name)) if listed else []
        width = len(record.cells)
        cells = [(tag, record.cells[p].strip()) for tag, p in self._columns.aliases if p < width]
        return found + [(tag, alias) for tag, alias in cells if alias]

    def _own_and_shared(self, record: Record) -> Sequence[RawAttribute]:
        written, names = (self._columns.cell(record, one) for one in ("attributes", "use"))
        if not (written or names):
            return ()
        text = f"{written}\n{names}"
        if text not in self._known:
            own = self._json(record, "attributes")
            use: Document | None = Scalar(names, "str", record.line) if names else None
            if names.startswith("["):
                use = self._json(record, "use")
            self._known[text] = self._attributes.joined(own, use)
        return self._known[text]

    def _flag(self, record: Record) -> bool:
        written = self._columns.cell(record, "open")
        if written.lower() not in _FLAGS:
            self._faults.add(
                f"`open` is {shown(written)}, where true or false is wanted",
                record.line,
                hint="write true or false, or leave the cell blank",
            )
        return _FLAGS.get(written.lower(), False)

    def _json(self, record: Record, column: str) -> Document | None:
        text = self._columns.cell(record, column)
        if not text:
            return None
        try:
            what = f"the JSON in the column `{column}`"
            return parse_json(text, self._faults, line=record.line, what=what)
        except TaxonomyError:
            # It is noted; the cells after it may have faults as well.
            return None
