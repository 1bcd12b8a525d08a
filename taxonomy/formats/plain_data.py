"""Turns a taxonomy into plain data in the shape that YAML and JSON files have.

The writers start from it, and `shape` reads it back: `load` gives the same taxonomy, ids included.
Knows the tree and the shape, no format.
"""

from collections.abc import Iterator, Sequence
from itertools import groupby
from typing import Any

from ..names import key
from ..tree import Aliases, Attribute, Example, Node, Taxonomy, Value, digest_id, path_digest

Plain = dict[str, Any]

DEEPEST_NESTED = 40
"""Below it rows are written: each level indents a file further."""


class PlainData:
    """The parts of one taxonomy as plain data."""

    def __init__(self, taxonomy: Taxonomy) -> None:
        self._taxonomy = taxonomy
        self._sets = _names_of_sets(taxonomy)
        self.top: Plain = {}
        """What is said of no node: attributes that nodes share, and constraints."""
        if self._sets:
            shared = self._sets.items()
            self.top["attribute_sets"] = {name: _attributes([one]) for one, name in shared}
        if taxonomy.constraints:
            self.top["constraints"] = [one.to_dict() for one in taxonomy.constraints]

    def whole(self) -> Plain:
        """All of it: nested, or as rows if the tree is too deep."""
        return self._nested() or self.top | {
            "nodes": [self.row(node) for node in self._taxonomy.walk()]
        }

    def row(self, node: Node) -> Plain:
        """A node that names its parent."""
        parent = {} if node.parent is None else {"parent": node.parent.id}
        return {"name": node.name} | parent | {"id": node.id} | self.facts(node)

    def facts(self, node: Node) -> Plain:
        """What is said of a node beside its name, id and place."""
        found: Plain = {}
        if node.definition:
            found["definition"] = node.definition
        if node.open:
            found["open"] = True
        found |= _weight_and_aliases(node.weight, node.aliases)
        if node.fresh_for is not None:
            found["fresh_for"] = node.fresh_for
        shared = self._shared(node)
        if shared:
            found["use"] = shared[0] if len(shared) == 1 else shared
        if len(node.attributes) > len(shared):
            found["attributes"] = _attributes(node.attributes[len(shared) :])
        if node.examples:
            found["examples"] = list(map(_example, node.examples))
        return found

    def _shared(self, node: Node) -> list[str]:
        """The sets that stand for the first attributes of a node: those of sets come first."""
        names: list[str] = []
        for attribute in node.attributes if self._sets else ():
            name = self._sets.get(attribute)
            if name is None:
                break
            names.append(name)
        return names

    def _nested(self) -> Plain | None:
        below: dict[str, list[Any]] = {}
        root: Plain = {}
        for node, depth, explicit in walk(self._taxonomy):
            if depth > DEEPEST_NESTED:
                return None
            item: Plain = {"name": node.name}
            if explicit:
                item["id"] = node.id
            item |= self.facts(node)
            if node.parent is None:
                root = item = item | self.top
            if not self._taxonomy.is_leaf(node.id):
                item["children"] = below[node.id] = []
            if node.parent is not None:
                below[node.parent.id].append(item if len(item) > 1 else node.name)
        return root


def walk(taxonomy: Taxonomy) -> Iterator[tuple[Node, int, bool]]:
    """All nodes with their depth, and whether their id is another than their path gives."""
    waiting: list[tuple[Node, int, bytes]] = [(taxonomy.root, 0, b"")]
    while waiting:
        node, depth, above = waiting.pop()
        digest = path_digest(above, node.name)
        yield node, depth, node.id != digest_id(digest)
        children = taxonomy.children(node.id)
        waiting.extend((child, depth + 1, digest) for child in reversed(children))


def _names_of_sets(taxonomy: Taxonomy) -> dict[Attribute, str]:
    """The attributes that several nodes have, each with the name of its set."""
    known: dict[int, Attribute] = {}
    first: dict[Attribute, Attribute] = {}
    shared: dict[Attribute, None] = {}
    for node in taxonomy.walk():
        for attribute in node.attributes:
            # By identity: attributes are long, and thousands of nodes may share one object.
            if id(attribute) in known:
                shared[known[id(attribute)]] = None
                continue
            known[id(attribute)] = same = first.setdefault(attribute, attribute)
            if same is not attribute:
                shared[same] = None
    names: dict[Attribute, str] = {}
    taken: set[str] = set()
    for attribute in shared:
        name, number = attribute.name, 1
        while key(name) in taken:
            number += 1
            name = f"{attribute.name} {number}"
        taken.add(key(name))
        names[attribute] = name
    return names


def _attributes(attributes: Sequence[Attribute]) -> Plain:
    return {attribute.name: _attribute(attribute) for attribute in attributes}


def _attribute(attribute: Attribute) -> Plain | list[Any]:
    values: list[Any] = []
    for group, listed in groupby(attribute.values, key=lambda value: value.group):
        plain = list(map(_value, listed))
        values += [{group: plain}] if group else plain
    found: Plain = {}
    if attribute.definition:
        found["definition"] = attribute.definition
    if attribute.open:
        found["open"] = True
    found |= _weight_and_aliases(1, attribute.aliases)
    return found | {"values": values} if found else values


def _value(value: Value) -> Plain | str:
    more = _weight_and_aliases(value.weight, value.aliases)
    if more:
        definition = {"definition": value.definition} if value.definition else {}
        return {value.name: definition | more}
    return {value.name: value.definition} if value.definition else value.name


def _weight_and_aliases(weight: float, aliases: Aliases) -> Plain:
    found: Plain = {}
    if weight != 1:
        found["weight"] = int(weight) if weight == int(weight) and weight < 1e9 else weight
    names: dict[str, list[str]] = {}
    for language, name in aliases:
        names.setdefault(language, []).append(name)
    if names:
        found["aliases"] = {tag: all_[0] if len(all_) == 1 else all_ for tag, all_ in names.items()}
    return found


def _example(example: Example) -> Plain:
    context = {"context": example.context} if example.context else {}
    return context | {"question": example.question, "answer": example.answer}
