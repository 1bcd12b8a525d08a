"""Reads a Markdown outline: nested lists, headings, and layers written one after another.

Layers repeat the names of the layer before and add what stands under them; a layer of attributes
applies to the category above the layers. What makes a valid tree is not judged here.
"""

from typing import NamedTuple

from .markdown_attributes import heads_attributes, is_attribute, read_attribute
from .markdown_lines import Item, read_items
from .markdown_sections import choose_section
from .markdown_text import bare, divide, layer_title, plain, strip_tail
from .names import is_ellipsis, key, shown
from .rows import Faults, Outline, Row


def read_markdown(text: str, faults: Faults, *, section: str | None) -> Outline:
    """The outline of a Markdown file, or of one section of it."""
    chosen = choose_section(text, faults, wanted=section)
    outline = Outline(Row("", chosen.line), title=chosen.title)
    _Reader(outline, faults).read(read_items(chosen.lines, faults))
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

    def __init__(self, outline: Outline, faults: Faults) -> None:
        self._outline = outline
        self._faults = faults
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
        layer = layer_title(text) if item.children and not task.layer else None
        if is_ellipsis(text):
            self._read_ellipsis(item, parent)
        elif (layer and layer.attributes) or heads_attributes(item):
            self._read_attributes(item.children, parent)
        elif layer:
            self._enter_layers(parent)
            self._queue(item.children, parent, layer=layer.number, depth=1)
        elif is_attribute(item):
            parent.attributes.append(read_attribute(item, self._faults))
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
                parent.attributes.append(read_attribute(item, self._faults))

    def _read_category(self, task: _Task, text: str) -> None:
        name, divider, definition = divide(text)
        if not definition:
            name, more = strip_tail(name)
            row = Row(bare(name), task.item.line, open=more and not divider)
        else:
            definition = definition.rstrip(";；,，、")
            row = Row(bare(name), task.item.line, definition=definition)
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
    known.definition = known.definition or row.definition
    known.open = known.open or row.open
    return known
