"""Reads what a YAML or JSON taxonomy says of one node.

The keys of nodes are listed here and nowhere else. Which node stands under which is seen by the
caller.
"""

from ..names import shown
from .document import Document, Listing, Mapping, Scalar
from .rows import Row
from .shape_attributes import AttributeReader
from .shape_parts import Parts

FACT_KEYS = (
    "definition",
    "open",
    "weight",
    "aliases",
    "use",
    "attributes",
    "examples",
    "fresh_for",
)
NODE_KEYS = ("name", "id", *FACT_KEYS)
ROW_KEYS = (*NODE_KEYS, "parent")


class NodeReader:
    """Reads nodes of one file."""

    def __init__(self, parts: Parts, attributes: AttributeReader) -> None:
        self._parts = parts
        self._attributes = attributes

    def read(self, item: Mapping, row: Row) -> None:
        """Take everything that a mapping says of its node."""
        own: Document | None = None
        use: Document | None = None
        for entry, value in item.entries:
            if entry.text == "name":
                row.name = self._parts.name(value, "the name")
            elif entry.text == "attributes":
                own = value
            elif entry.text == "use":
                use = value
        if own is not None or use is not None:
            row.attributes = self._attributes.joined(own, use)
        for entry, value in item.entries:
            self._read_fact(entry.text, value, row)

    def _read_fact(self, name: str, value: Document, row: Row) -> None:
        if name == "id":
            row.id = self._parts.ident(value, "the id")
        elif name == "definition":
            row.definition = self._parts.prose(value)
        elif name == "open":
            row.open = self._parts.flag(value) or row.open
        elif name == "weight":
            row.weight = self._parts.weight(value, row.name)
        elif name == "aliases":
            row.aliases = self._parts.aliases(value, row.name)
        elif name == "examples":
            row.examples = self._parts.examples(value)
        elif name == "fresh_for":
            row.fresh_for = self._parts.fresh_for(value, row.name)

    def read_row(self, item: Document) -> Row | None:
        """A node that names its parent; None where there is none."""
        if not isinstance(item, Mapping):
            self._parts.wrong("an element of `nodes`", item, wanted="a row `{id, name, parent}`")
            return None
        row = Row("", item.line)
        self._parts.check_keys(item, ROW_KEYS, where="a row")
        self.read(item, row)
        row.key = row.id or row.name
        parent = item.get("parent")
        if isinstance(parent, Scalar):
            row.parent = self._parts.ident(parent, "the parent") or None
        elif isinstance(parent, Listing) and len(parent.items) > 1:
            names = ", ".join(shown(one.text) for one in parent.items if isinstance(one, Scalar))
            self._parts.faults.add(
                f"{shown(row.name)} has {len(parent.items)} parents: {names}",
                parent.line,
                hint="a taxonomy is a tree: keep one parent, or add a row with an id of its own",
            )
        elif parent is not None:
            self._parts.wrong("the parent", parent, wanted="the id of one row")
        return row
