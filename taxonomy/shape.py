"""Reads the shape of a YAML or JSON taxonomy: a document becomes an outline.

The keys that may stand where are listed here and nowhere else. Whether names, parents and ids
make sense together is not judged here.
"""

from difflib import get_close_matches

from .document import Document, Listing, Mapping, Scalar
from .names import is_ellipsis, shown
from .rows import Faults, Outline, RawAttribute, RawValue, Row

_NODE_KEYS = ("name", "id", "definition", "open", "attributes")
_CATEGORY_KEYS = (*_NODE_KEYS, "children")
_ROW_KEYS = (*_NODE_KEYS, "parent")
_TOP_KEYS = (*_NODE_KEYS, "children", "nodes")
_ATTRIBUTE_KEYS = ("definition", "open", "values")
_TRUE = {"true", "yes", "on"}


def read_document(document: Document, faults: Faults) -> Outline:
    """The outline that a document describes."""
    return _ShapeReader(faults).read(document)


class _ShapeReader:
    """Walks one document, noting faults as it goes."""

    def __init__(self, faults: Faults) -> None:
        self._faults = faults
        self._outline = Outline(Row("", None))
        self._waiting: list[tuple[Document, Row]] = []

    def read(self, document: Document) -> Outline:
        outline = self._outline
        if isinstance(document, Scalar):
            self._faults.fatal(
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
        self._check_keys(top, _TOP_KEYS, where="the top of the file")
        self._read_node_keys(top, root)
        nodes = top.get("nodes")
        if nodes is None:
            self._queue_children(top, root)
            return
        if top.get("children") is not None:
            self._faults.add(
                "`nodes` and `children` stand side by side",
                nodes.line,
                hint="use nested `children`, or flat `nodes` rows with `parent`, not both",
            )
        if isinstance(nodes, Listing):
            for row in nodes.items:
                self._read_row(row)
        else:
            self._wrong("`nodes`", nodes, wanted="a list of rows `{id, name, parent}`")

    def _read_row(self, item: Document) -> None:
        if not isinstance(item, Mapping):
            self._wrong("an element of `nodes`", item, wanted="a row `{id, name, parent}`")
            return
        row = Row("", item.line)
        self._check_keys(item, _ROW_KEYS, where="a row")
        self._read_node_keys(item, row)
        row.key = row.id or row.name
        parent = item.get("parent")
        if isinstance(parent, Scalar):
            named = self._text(parent, "the parent").strip()
            row.parent = None if parent.kind == "null" else named
        elif isinstance(parent, Listing) and len(parent.items) > 1:
            names = ", ".join(shown(one.text) for one in parent.items if isinstance(one, Scalar))
            self._faults.add(
                f"{shown(row.name)} has {len(parent.items)} parents: {names}",
                parent.line,
                hint="a taxonomy is a tree: keep one parent, or add a row with an id of its own",
            )
        elif parent is not None:
            self._wrong("the parent", parent, wanted="the id of one row")
        self._outline.rows.append(row)

    def _read_child(self, item: Document, parent: Row) -> None:
        if isinstance(item, Listing):
            self._wrong("a child", item, wanted="a name or a mapping with `name`")
        elif isinstance(item, Scalar):
            if is_ellipsis(item.text):
                parent.open = True
                return
            self._outline.add(Row(self._text(item, "the name"), item.line), parent)
        else:
            row = self._outline.add(Row("", item.line), parent)
            self._check_keys(item, _CATEGORY_KEYS, where="a category")
            self._read_node_keys(item, row)
            self._queue_children(item, row)

    def _queue_children(self, item: Mapping, row: Row) -> None:
        children = item.get("children")
        if isinstance(children, Listing):
            self._queue(children, row)
        elif children is not None and not _is_null(children):
            self._wrong("`children`", children, wanted="a list")

    def _read_node_keys(self, item: Mapping, row: Row) -> None:
        for key, value in item.entries:
            if key.text == "name":
                row.name = self._text(value, "the name").strip()
            elif key.text == "id":
                row.id = self._text(value, "the id").strip()
            elif key.text == "definition":
                row.definition = self._prose(value)
            elif key.text == "open":
                row.open = self._flag(value) or row.open
            elif key.text == "attributes":
                row.attributes = self._read_attributes(value)

    def _read_attributes(self, value: Document) -> list[RawAttribute]:
        if isinstance(value, Mapping):
            return [self._read_attribute(name, body) for name, body in value.entries]
        if not _is_null(value):
            self._wrong("`attributes`", value, wanted="a mapping from a name to its values")
        return []

    def _read_attribute(self, name: Scalar, body: Document) -> RawAttribute:
        attribute = RawAttribute(self._text(name, "the attribute name").strip(), name.line)
        if isinstance(body, Mapping):
            self._check_keys(body, _ATTRIBUTE_KEYS, where=f"the attribute {shown(name.text)}")
            for key, value in body.entries:
                if key.text == "definition":
                    attribute.definition = self._prose(value)
                elif key.text == "open":
                    attribute.open = self._flag(value) or attribute.open
                elif key.text == "values":
                    self._read_values(value, attribute)
        else:
            self._read_values(body, attribute)
        return attribute

    def _read_values(self, body: Document, attribute: RawAttribute, *, group: str = "") -> None:
        if isinstance(body, Mapping):
            for key, value in body.entries:
                self._read_value(key, value, attribute=attribute, group=group)
        elif isinstance(body, Listing):
            for item in body.items:
                if isinstance(item, Mapping):
                    self._read_values(item, attribute, group=group)
                elif isinstance(item, Scalar) and is_ellipsis(item.text):
                    attribute.open = True
                else:
                    self._add_value(item, attribute, group=group)
        elif not _is_null(body):
            self._wrong(
                f"the values of {shown(attribute.name)}", body, wanted="a list or a mapping"
            )

    def _read_value(
        self, key: Scalar, body: Document, *, attribute: RawAttribute, group: str
    ) -> None:
        if isinstance(body, Scalar):
            definition = "" if body.kind == "null" else self._prose(body)
            self._add_value(key, attribute, group=group, definition=definition)
        elif group:
            self._wrong(
                f"the value {shown(key.text)}", body, wanted="a definition: groups do not nest"
            )
        else:
            name = self._text(key, "the group").strip()
            before = len(attribute.values)
            self._read_values(body, attribute, group=name)
            if len(attribute.values) == before:
                self._faults.add(
                    f"the group {shown(name)} of {shown(attribute.name)} has no values",
                    key.line,
                    hint="list at least one value under it, or remove the group",
                )

    def _add_value(
        self, item: Document, attribute: RawAttribute, *, group: str, definition: str = ""
    ) -> None:
        name = self._text(item, f"a value of {shown(attribute.name)}").strip()
        attribute.values.append(RawValue(name, item.line, definition, group))

    def _text(self, value: Document, what: str) -> str:
        if not isinstance(value, Scalar):
            self._wrong(what, value, wanted="a text")
            return "?"
        if value.kind not in {"str", "null"}:
            self._faults.add(
                f"{what} {shown(value.text)} is not text: it is read as a {value.kind}",
                value.line,
                hint=f'put it in quotes: "{value.text}"',
            )
        return "" if value.kind == "null" else value.text

    def _prose(self, value: Document) -> str:
        if isinstance(value, Scalar) and value.kind == "null":
            return ""
        return self._text(value, "the definition").strip()

    def _flag(self, value: Document) -> bool:
        if isinstance(value, Scalar) and value.kind == "true/false value":
            return value.text.lower() in _TRUE
        self._wrong("`open`", value, wanted="true or false")
        return False

    def _check_keys(self, item: Mapping, known: tuple[str, ...], *, where: str) -> None:
        for key, _ in item.entries:
            if key.text in known:
                continue
            near = get_close_matches(key.text.lower(), known, n=1)
            listed = ", ".join(known)
            self._faults.add(
                f"{where} has the unknown key {shown(key.text)}",
                key.line,
                hint=f"did you mean `{near[0]}`?" if near else f"the keys here are {listed}",
            )

    def _wrong(self, what: str, value: Document, *, wanted: str) -> None:
        kind = {Scalar: "a single value", Listing: "a list", Mapping: "a mapping"}[type(value)]
        self._faults.add(
            f"{what} is {kind}, where {wanted} is wanted", value.line, hint=f"write {wanted}"
        )


def _is_null(value: Document) -> bool:
    return isinstance(value, Scalar) and value.kind == "null"
