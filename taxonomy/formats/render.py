"""Draws a taxonomy as lines for a terminal.

Knows the tree only; colours, boxes and widths are up to whoever prints the lines.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import groupby
from typing import Literal

from ..tree import Aliases, Attribute, Taxonomy, Value

Kind = Literal["category", "leaf", "attribute", "group"]


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
    weight: float = 1.0
    aliases: tuple[str, ...] = ()
    examples: int = 0
    """How many examples a category has."""
    fresh_for: int | None = None
    """For how many days its samples stay true, where the category itself says it."""


def outline(taxonomy: Taxonomy) -> Iterator[Line]:
    """The tree line by line: each category, its own attributes, then its children."""
    waiting = [(taxonomy.root, 0)]
    while waiting:
        node, depth = waiting.pop()
        kind: Kind = "leaf" if taxonomy.is_leaf(node.id) else "category"
        yield Line(
            depth,
            kind,
            node.name,
            node.definition,
            open=node.open,
            weight=node.weight,
            aliases=_names(node.aliases),
            examples=len(node.examples),
            fresh_for=node.fresh_for,
        )
        for attribute in node.attributes:
            yield from _attribute_lines(attribute, depth + 1)
        waiting.extend((child, depth + 1) for child in reversed(taxonomy.children(node.id)))


def _attribute_lines(attribute: Attribute, depth: int) -> Iterator[Line]:
    grouped = any(value.group for value in attribute.values)
    values = () if grouped else tuple(map(_value, attribute.values))
    yield Line(
        depth,
        "attribute",
        attribute.name,
        attribute.definition,
        values,
        attribute.open,
        aliases=_names(attribute.aliases),
    )
    if grouped:
        for group, members in groupby(attribute.values, key=_group):
            yield Line(depth + 1, "group", group, values=tuple(map(_value, members)))


def _value(value: Value) -> str:
    return value.name if value.weight == 1 else f"{value.name} ×{value.weight:g}"


def _names(aliases: Aliases) -> tuple[str, ...]:
    return tuple(name for _, name in aliases)


def _group(value: Value) -> str:
    return value.group
