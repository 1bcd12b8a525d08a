"""Reads the shape of a YAML or JSON taxonomy: a document becomes an outline.

Knows nested `children`, flat `nodes`, and what stands at the top of a file. Whether names, parents
and ids make sense together is not judged here.
"""

from ..names import is_ellipsis, shown
from .document import Document, Listing, Mapping, Scalar
from .rows import Faults, Outline, Row
from .shape_attributes import AttributeReader
from .shape_constraints import read_constraints
from .shape_nodes import NODE_KEYS, NodeReader
from .shape_parts import Parts, is_null

_CATEGORY_KEYS = (*NODE_KEYS, "children")
_TOP_KEYS = (*NODE_KEYS, "children", "nodes", "attribute_sets", "constraints")


def read_document(document: Document, faults: Faults) -> Outline:
    """The outline that a document describes."""
    return _ShapeReader(faults).read(document)


class _ShapeReader:
    """Walks one document, noting faults as it goes."""

    def __init__(self, faults: Faults) -> None:
        self._parts = Parts(faults)
        self._attributes = AttributeReader(self._parts)
        self._nodes = NodeReader(self._parts, self._attributes)
        self._outline = Outline(Row("", None))
        self._waiting: list[tuple[Document, Row]] = []

    def read(self, document: Document) -> Outline:
        outline = self._outline
        if isinstance(document, Scalar):
            self._parts.faults.fatal(
                f"the file holds only the text {shown(document.text)}",
                document.line,
                hint="write `name:` and a list of `children:`",
            )
        if isinstance(document, Listing):
            self._queue(document, outline.root)
        else:
            self._read_top(document)
        while self._waiting:
            self._read_child(*self._waiting.pop())
        return outline

    def _queue(self, children: Listing, parent: Row) -> None:
        self._waiting.extend((child, parent) for child in reversed(children.items))

    def _read_top(self, top: Mapping) -> None:
        root = self._outline.root
        root.line = top.line
        self._parts.check_keys(top, _TOP_KEYS, where="the top of the file")
        self._attributes.read_sets(top.get("attribute_sets"))
        self._outline.constraints = read_constraints(top.get("constraints"), self._parts)
        self._nodes.read(top, root)
        nodes = top.get("nodes")
        if nodes is None:
            self._queue_children(top, root)
            return
        if top.get("children") is not None:
            self._parts.faults.add(
                "`nodes` and `children` stand side by side",
                nodes.line,
                hint="use nested `children`, or flat `nodes` rows with `parent`, not both",
            )
        if isinstance(nodes, Listing):
            rows = map(self._nodes.read_row, nodes.items)
            self._outline.rows += [row for row in rows if row is not None]
        else:
            self._parts.wrong("`nodes`", nodes, wanted="a list of rows `{id, name, parent}`")

    def _read_child(self, item: Document, parent: Row) -> None:
        if isinstance(item, Listing):
            self._parts.wrong("a child", item, wanted="a name or a mapping with `name`")
        elif isinstance(item, Scalar):
            if is_ellipsis(item.text):
                parent.open = True
                return
            self._outline.add(Row(self._parts.name(item, "the name"), item.line), parent)
        else:
            row = self._outline.add(Row("", item.line), parent)
            self._parts.check_keys(item, _CATEGORY_KEYS, where="a category")
            self._nodes.read(item, row)
            self._queue_children(item, row)

    def _queue_children(self, item: Mapping, row: Row) -> None:
        children = item.get("children")
        if isinstance(children, Listing):
            self._queue(children, row)
        elif children is not None and not is_null(children):
            self._parts.wrong("`children`", children, wanted="a list")
