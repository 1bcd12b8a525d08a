"""Small spaces with planted truth, and what of them can be counted by looking at every row."""

from collections.abc import Iterator, Mapping, Sequence
from itertools import product
from typing import Any

from taxoloom.taxonomy import Attribute, Constraint, Node, Taxonomy, Value

Labels = dict[str, str]
Sample = tuple[str, Labels]


def attribute(
    name: str, *values: str | Value, aliases: tuple[tuple[str, str], ...] = ()
) -> Attribute:
    made = tuple(Value(value) if isinstance(value, str) else value for value in values)
    return Attribute(name, made, aliases=aliases)


def shop(*constraints: Mapping[str, Any], weights: Mapping[str, float] | None = None) -> Taxonomy:
    """Three levels, five leaves. A leaf's id is its letter; `weights` are by id.

    Shop ─ Clothes ─ Shirts (a), Shoes (b)
         ├ Digital ─ Phones ─ Smart (c), Plain (d)
         └ Food (e)
    """
    own = weights or {}
    tone = attribute("tone", "kind", "curt", aliases=(("zh", "语气"),))
    place = attribute("channel", "chat", "mail", "phone")
    root = Node("root", "Shop", attributes=(tone, place))
    clothes = Node("clothes", "Clothes", root)
    digital = Node("digital", "Digital", root, attributes=(attribute("system", "ios", "android"),))
    phones = Node("phones", "Phones", digital)
    nodes = [
        root,
        clothes,
        Node("a", "Shirts", clothes, weight=own.get("a", 1.0), aliases=(("zh", "衬衫"),)),
        Node("b", "Shoes", clothes, weight=own.get("b", 1.0)),
        digital,
        phones,
        Node("c", "Smart", phones, weight=own.get("c", 1.0)),
        Node("d", "Plain", phones, weight=own.get("d", 1.0)),
        Node("e", "Food", root, weight=own.get("e", 1.0)),
    ]
    return Taxonomy(nodes, map(Constraint.from_dict, constraints))


def rows_at(taxonomy: Taxonomy, leaf: str) -> Iterator[Labels]:
    """Every whole row of labels that keeps the `never` constraints, one by one."""
    attributes = taxonomy.attributes_of(leaf)
    for values in product(*(attribute.values for attribute in attributes)):
        row = {a.name: value.name for a, value in zip(attributes, values, strict=True)}
        if not any(_holds(constraint, row) for constraint in taxonomy.constraints):
            yield row


def _holds(constraint: Constraint, row: Labels) -> bool:
    return all(row.get(c.name) in c.values for c in constraint.conditions)


def cells(taxonomy: Taxonomy) -> set[tuple[str, str, str]]:
    """Leaf, name and value of all that can occur."""
    leaves = [leaf.id for leaf in taxonomy.leaves()]
    return {
        (leaf, *label)
        for leaf in leaves
        for row in rows_at(taxonomy, leaf)
        for label in row.items()
    }


def pairs(taxonomy: Taxonomy) -> set[frozenset[tuple[str, str]]]:
    """Labels that can stand together somewhere."""
    every = (row for leaf in taxonomy.leaves() for row in rows_at(taxonomy, leaf.id))
    return {pair for row in every for pair in pairs_of(row)}


def pairs_of(row: Labels) -> set[frozenset[tuple[str, str]]]:
    """The pairs of labels of one row."""
    labels: Sequence[tuple[str, str]] = list(row.items())
    return {frozenset((a, b)) for i, a in enumerate(labels) for b in labels[:i]}
