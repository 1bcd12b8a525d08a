"""Draws a taxonomy: as lines for a terminal, and as a YAML file that loads again.

Knows the tree only; colours, boxes and widths are up to whoever prints the lines.
"""

import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import groupby
from typing import Literal

from .load_yaml import plain_kind
from .tree import Attribute, Node, Taxonomy, Value, digest_id, path_digest

Kind = Literal["category", "leaf", "attribute", "group"]

# Each level indents the file further; rows do not.
_DEEPEST_NESTED = 40
_ESCAPED = {"Cc", "Cf", "Cn", "Cs", "Zl", "Zp"}
_SHORT_ESCAPES = {'"': '\\"', "\\": "\\\\", "\n": "\\n", "\t": "\\t"}


@dataclass(frozen=True, slots=True)
class Line:
    """One line of a drawn tree."""

    depth: int
    kind: Kind
    name: str
    definition: str = ""
    values: tuple[str, ...] = ()
    """The values of an attribute without groups, or those of one group."""
    open: bool = False
    """Whether the list under the line is known to be incomplete."""


def outline(taxonomy: Taxonomy) -> Iterator[Line]:
    """The tree line by line: each category, its own attributes, then its children."""
    waiting = [(taxonomy.root, 0)]
    while waiting:
        node, depth = waiting.pop()
        kind: Kind = "leaf" if taxonomy.is_leaf(node.id) else "category"
        yield Line(depth, kind, node.name, node.definition, open=node.open)
        for attribute in node.attributes:
            yield from _attribute_lines(attribute, depth + 1)
        waiting.extend((child, depth + 1) for child in reversed(taxonomy.children(node.id)))


def to_yaml(taxonomy: Taxonomy) -> str:
    """The taxonomy as a YAML file; `load` gives it back, ids included."""
    return "\n".join([*_yaml_lines(taxonomy), ""])


def _attribute_lines(attribute: Attribute, depth: int) -> Iterator[Line]:
    grouped = any(value.group for value in attribute.values)
    names = () if grouped else tuple(value.name for value in attribute.values)
    yield Line(depth, "attribute", attribute.name, attribute.definition, names, attribute.open)
    if grouped:
        for group, values in groupby(attribute.values, key=_group):
            yield Line(depth + 1, "group", group, values=tuple(value.name for value in values))


def _group(value: Value) -> str:
    return value.group


def _yaml_lines(taxonomy: Taxonomy) -> Iterator[str]:
    nested: list[tuple[Node, int, bytes]] = [(taxonomy.root, 0, b"")]
    lines: list[str] = []
    while nested:
        node, depth, digest = nested.pop()
        if depth > _DEEPEST_NESTED:
            return _yaml_rows(taxonomy)
        digest = path_digest(digest, node.name)
        lines += _yaml_node(taxonomy, node, depth=depth, explicit=node.id != digest_id(digest))
        children = taxonomy.children(node.id)
        nested.extend((child, depth + 1, digest) for child in reversed(children))
    return iter(lines)


def _yaml_node(taxonomy: Taxonomy, node: Node, *, depth: int, explicit: bool) -> Iterator[str]:
    leaf = taxonomy.is_leaf(node.id)
    name = yaml_text(node.name)
    margin = "    " * depth
    first = margin[:-2] + "- " if depth else ""
    if depth and leaf and not (explicit or node.definition or node.open or node.attributes):
        yield first + name
        return
    yield f"{first}name: {name}"
    for line in _yaml_facts(node, explicit=explicit):
        yield margin + line
    if not leaf:
        yield f"{margin}children:"


def _yaml_rows(taxonomy: Taxonomy) -> Iterator[str]:
    yield "nodes:"
    for node in taxonomy.walk():
        yield f"  - name: {yaml_text(node.name)}"
        if node.parent is not None:
            yield f"    parent: {yaml_text(node.parent.id)}"
        for line in _yaml_facts(node, explicit=True):
            yield f"    {line}"


def _yaml_facts(node: Node, *, explicit: bool) -> Iterator[str]:
    if explicit:
        yield f"id: {yaml_text(node.id)}"
    if node.definition:
        yield f"definition: {yaml_text(node.definition)}"
    if node.open:
        yield "open: true"
    if node.attributes:
        yield "attributes:"
    for attribute in node.attributes:
        yield f"  {yaml_text(attribute.name)}:"
        if attribute.definition:
            yield f"    definition: {yaml_text(attribute.definition)}"
        if attribute.open:
            yield "    open: true"
        yield "    values:"
        for group, values in groupby(attribute.values, key=_group):
            if group:
                yield f"      - {yaml_text(group)}:"
            margin = "          " if group else "      "
            yield from (f"{margin}- {_yaml_value(value)}" for value in values)


def _yaml_value(value: Value) -> str:
    name = yaml_text(value.name)
    return f"{name}: {yaml_text(value.definition)}" if value.definition else name


def yaml_text(text: str) -> str:
    """The text as one YAML scalar that is read as text again."""
    plain = (
        text.isprintable()
        and text[:1].isalpha()
        and not text.endswith((" ", ":"))
        and ": " not in text
        and " #" not in text
        and plain_kind(text) == "str"
    )
    return text if plain else '"' + "".join(map(_escaped, text)) + '"'


def _escaped(c: str) -> str:
    if c in _SHORT_ESCAPES:
        return _SHORT_ESCAPES[c]
    # No more than needed: with every character escaped, a long name would be too long for a key.
    if c.isprintable() or unicodedata.category(c) not in _ESCAPED:
        return c
    return f"\\u{ord(c):04x}" if ord(c) <= 0xFFFF else f"\\U{ord(c):08x}"
