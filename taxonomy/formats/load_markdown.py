"""Reads a Markdown outline: nested lists, headings, and layers written one after another.

Layers repeat the names of the layer before and add what stands under them; a layer of attributes
applies to the category above the layers. What makes a valid tree is not judged here.
"""

from math import inf
from typing import NamedTuple

from ..names import is_ellipsis, key, shown
from .document import Scalar
from .markdown_attributes import heads_attributes, is_attribute, read_attribute
from .markdown_block import Annex, cut_blocks
from .markdown_facts import describe_row
from .markdown_lines import Item, read_items
from .markdown_sections import choose_section
from .markdown_text import bare, divide, layer_title, plain, strip_tail
from .rows import Faults, Outline, Row
from .shape_attributes import AttributeReader


def read_markdown(text: str, faults: Faults, *, section: str | None) -> Outline:
    """The outline of a Markdown file, or of one section of it."""
    text, blocks = cut_blocks(text, faults)
    chosen = choose_section(text, faults, wanted=section)
    outline = Outline(Row("", chosen.line), title=chosen.title)
    end = inf if chosen.end is None else chosen.end
    annex = Annex([block for block in blocks if chosen.line <= block.line < end], faults)
    _Reader(outline, faults, annex.attributes).read(read_items(chosen.lines, faults))
    annex.apply(outline)
    return outline


class _Task(NamedTuple):
    """An item that waits to be read, and the place where it stands."""

    item: Item
    parent: Row
    layer: int = 0
    """The number of the layer that it stands in; 0 outside of layers."""
    depth: int = 0
    """How far below the owner of the layers it stands."""


class _Known(NamedTuple):
    """A category that a layer has named."""

    row: Row
    layer: int
    depth: int


class _Reader:
    """Turns items into rows, noting faults as it goes."""

    def __init__(self, outline: Outline, faults: Faults, attributes: AttributeReader) -> None:
        self._outline = outline
        self._faults = faults
        self._attributes = attributes
        self._waiting: list[_Task] = []
        self._known: dict[tuple[int, str], _Known] = {}
        self._owner: Row = outline.root
        self._named: dict[str, list[_Known]] = {}

    def read(self, tops: list[Item]) -> None:
        self._queue(tops, self._outline.root)
        while self._waiting:
            self._read_item(self._waiting.pop())

    def _queue(self, items: list[Item], parent: Row, *, layer: int = 0, depth: int = 0) -> None:
        self._waiting.extend(_Task(item, parent, layer, depth) for item in reversed(items))

    def _read_item(self, task: _Task) -> None:
        item, parent = task.item, task.parent
        text = plain(item.text)
        titled = bool(item.children) and not item.facts
        layer = layer_title(text) if titled and not task.layer else None
        if is_ellipsis(text):
            self._read_ellipsis(item, parent)
        elif (layer and layer.attributes) or (titled and heads_attributes(item)):
            self._read_attributes(item.children, parent)
        elif layer:
            self._enter_layers(parent)
            self._queue(item.children, parent, layer=layer.number, depth=1)
        elif is_attribute(item):
            parent.attributes = [*parent.attributes, read_attribute(item, self._faults)]
        else:
            self._read_category(task, text)

    def _enter_layers(self, owner: Row) -> None:
        if owner is not self._owner:
            self._owner = owner
            self._named = {}

    def _read_ellipsis(self, item: Item, parent: Row) -> None:
        parent.open = True
        if item.children:
            self._faults.add(
                "something stands under an ellipsis",
                item.children[0].line,
                hint="give the category above it a name",
            )

    def _read_attributes(self, items: list[Item], parent: Row) -> None:
        for item in items:
            if is_ellipsis(plain(item.text)):
                self._faults.add(
                    f"the ellipsis {shown(item.text)} says that attributes are missing",
                    item.line,
                    hint="name them, or put `...` behind the values of the attribute that is open",
                )
            else:
                parent.attributes = [*parent.attributes, read_attribute(item, self._faults)]

    def _read_category(self, task: _Task, text: str) -> None:
        name, definition, more = read_category(text)
        row = Row(name, task.item.line, definition=definition, open=more)
        for used in describe_row(task.item.facts, row, self._faults):
            named = Scalar(used, "str", task.item.line)
            row.attributes = [*row.attributes, *self._attributes.joined(None, named)]
        if task.layer:
            self._read_layered(task, row)
        else:
            self._outline.add(row, task.parent)
            self._queue(task.item.children, row)

    def _read_layered(self, task: _Task, row: Row) -> None:
        known = self._recall(task, row) if task.layer > 1 else None
        if known is not None:
            row, depth = _merge(known.row, row), known.depth
        else:
            self._outline.add(row, task.parent)
            depth = task.depth
            if depth < task.layer:
                self._report_unknown(task, row)
                depth = task.layer
        self._remember(task, row, depth=depth)
        self._queue(task.item.children, row, layer=task.layer, depth=depth + 1)

    def _recall(self, task: _Task, row: Row) -> _Known | None:
        """The category of an earlier layer that is repeated here."""
        known = self._known.get((id(task.parent), key(row.name)))
        if known is None and task.depth == 1:
            named = self._named.get(key(row.name), [])
            known = named[0] if len(named) == 1 else None
        return known if known is not None and known.layer < task.layer else None

    def _report_unknown(self, task: _Task, row: Row) -> None:
        if len(self._named.get(key(row.name), [])) > 1:
            problem = "and the layers before hold more than one"
            hint = "repeat the categories above it as well, so that it is clear which one is meant"
        else:
            problem = "but no layer before names it there"
            hint = "add it to the layer before, or correct the name"
        message = f"{shown(row.name)} stands in layer {task.layer}, {problem}"
        self._faults.add(message, row.line, hint=hint)

    def _remember(self, task: _Task, row: Row, *, depth: int) -> None:
        known = _Known(row, task.layer, depth)
        self._known[id(task.parent), key(row.name)] = known
        others = [one for one in self._named.get(key(row.name), []) if one.row is not row]
        self._named[key(row.name)] = [*others, known]


def _merge(known: Row, row: Row) -> Row:
    """The row of an earlier layer, with what its repetition adds."""
    known.id = known.id or row.id
    known.definition = known.definition or row.definition
    known.open = known.open or row.open
    known.weight = known.weight if row.weight == 1 else row.weight
    known.aliases = [*known.aliases, *row.aliases]
    known.attributes = [*known.attributes, *row.attributes]
    return known


def read_category(text: str) -> tuple[str, str, bool]:
    """Name and definition of a category, and whether its list of children is open."""
    name, divider, definition = divide(text)
    if definition:
        return bare(name), definition.rstrip(";；,，、"), False
    name, more = strip_tail(name)
    return bare(name), "", more and not divider
