"""What may be grown: lists of a taxonomy that take more entries, and the taxonomy with them.

A spot is one list: the children of a node, the values of an attribute, or the attributes of a
node. Knows nothing of who proposes entries and of what makes a good one.
"""

import difflib
import hashlib
from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from typing import Any, Literal, Self

from ...errors import InputError
from ..formats.write_yaml import to_yaml
from ..names import key
from ..tree import PATH_SEPARATOR, Aliases, Attribute, Node, Taxonomy, Value, path_id

Kind = Literal["children", "values", "attributes"]
OTHER_LANGUAGE = {"zh": "en", "en": "zh"}
_MARK = "@"
"""Stands before an attribute's name, as in the drawn tree."""


@dataclass(frozen=True, slots=True)
class Entry:
    """One member of a list: there already, or proposed."""

    name: str
    definition: str = ""
    example: str = ""
    """A request that belongs under it."""
    alias: str = ""
    """Its name in the other of the two languages."""
    values: tuple["Entry", ...] = ()
    """Of an attribute."""

    def to_dict(self) -> dict[str, Any]:
        """Plain data that `from_dict` reads."""
        return asdict(self)

    @classmethod
    def from_dict(cls, data: dict[str, Any]) -> Self:
        """The entry that `to_dict` wrote."""
        values = tuple(cls.from_dict(value) for value in data.get("values", ()))
        return cls(**{**data, "values": values})


@dataclass(frozen=True, slots=True)
class Spot:
    """One list that may be grown."""

    kind: Kind
    node: str
    """The id of the node that has the list."""
    attribute: str = ""
    """Whose values they are."""


@dataclass(frozen=True, slots=True)
class Addition:
    """An entry that joins a list."""

    spot: Spot
    entry: Entry


def open_spots(taxonomy: Taxonomy) -> list[Spot]:
    """Every list that the taxonomy marks as incomplete, in the order of the tree."""
    return [spot for node in taxonomy.walk() for spot in _open_at(node)]


def spots_at(taxonomy: Taxonomy, path: str) -> list[Spot]:
    """The lists that a person names: `A > B`, or `A > B > @C` for the values of an attribute.

    A node's children count as named whether open or not, its attributes if they are open. Raises
    InputError for a path that there is not.
    """
    head, mark, attribute = path.rpartition(_MARK)
    if mark and (not head or head.rstrip().endswith(PATH_SEPARATOR.strip())):
        node = _node_at(taxonomy, head.strip().removesuffix(PATH_SEPARATOR.strip()), path)
        own = next((a for a in node.attributes if key(a.name) == key(attribute)), None)
        if own is None:
            known = ", ".join(a.name for a in node.attributes) or "none"
            raise InputError(
                f"{node.name!r} has no attribute {attribute.strip()!r} of its own",
                hint=f"it has {known}; name the node where the attribute is attached",
            )
        return [Spot("values", node.id, own.name)]
    node = _node_at(taxonomy, path, path)
    return [Spot("children", node.id), *(p for p in _open_at(node) if p.kind == "values")]


def _node_at(taxonomy: Taxonomy, path: str, written: str) -> Node:
    names = [name.strip() for name in path.replace("＞", ">").split(">")]
    node = taxonomy.find(names) if any(names) else taxonomy.root
    if node is None:
        raise InputError(
            f"there is no node {written!r}", hint="`taxoloom taxonomy show` draws the tree"
        )
    return node


def _open_at(node: Node) -> Iterator[Spot]:
    if node.open:
        yield Spot("children", node.id)
    for attribute in node.attributes:
        if attribute.open:
            yield Spot("values", node.id, attribute.name)


def label(taxonomy: Taxonomy, spot: Spot) -> str:
    """A spot as a person names it; `@…` stands for the attributes of a node."""
    path = PATH_SEPARATOR.join(taxonomy.node(spot.node).path)
    if spot.kind == "children":
        return path
    return f"{path}{PATH_SEPARATOR}{_MARK}{spot.attribute or '…'}"


def spot_id(taxonomy: Taxonomy, spot: Spot) -> str:
    """An id that a list has in every run: of what it is and where it stands."""
    return _digest(spot.kind, spot.attribute, *taxonomy.node(spot.node).path)


def level_id(taxonomy: Taxonomy, spot: Spot) -> str:
    """An id that all lists of one level under one parent have in common.

    Every list of values is a level of its own.
    """
    node = taxonomy.node(spot.node)
    path = node.path if spot.kind == "values" else node.path[:-1]
    return _digest("level", spot.kind, spot.attribute, *path)


def _digest(*parts: str) -> str:
    text = "\x1f".join(parts).encode("utf-8", "surrogatepass")
    return hashlib.sha256(text).hexdigest()[:12]


def entries_of(taxonomy: Taxonomy, spot: Spot) -> tuple[Entry, ...]:
    """What a list holds; of attributes, the inherited ones as well."""
    if spot.kind == "children":
        return tuple(map(_as_entry, taxonomy.children(spot.node)))
    if spot.kind == "attributes":
        return tuple(map(_as_entry, taxonomy.attributes_of(spot.node)))
    return tuple(map(_as_entry, attribute_at(taxonomy, spot).values))


def attribute_at(taxonomy: Taxonomy, spot: Spot) -> Attribute:
    """The attribute whose values a spot is."""
    return next(a for a in taxonomy.node(spot.node).attributes if a.name == spot.attribute)


def _as_entry(item: Node | Attribute | Value) -> Entry:
    return Entry(item.name, item.definition)


def grown(
    taxonomy: Taxonomy,
    additions: Sequence[Addition],
    *,
    language: str,
    closed: Collection[Spot] = (),
) -> Taxonomy:
    """The taxonomy with entries joined to their lists, and some lists marked as complete.

    An addition may stand below an earlier one. All else stays: ids, order, weights, constraints.
    """
    joining: defaultdict[Spot, list[Entry]] = defaultdict(list)
    for addition in additions:
        joining[addition.spot].append(addition.entry)
    change = _Change(joining, frozenset(closed), OTHER_LANGUAGE[language])
    made: dict[str, Node] = {}
    for node in taxonomy.walk():
        above = None if node.parent is None else made[node.parent.id]
        made[node.id] = change.applied(replace(node, parent=above))
    for spot, joined in joining.items():
        if spot.node not in made:
            raise ValueError("an addition stands below one that is not there")
        for entry in joined if spot.kind == "children" else ():
            child = change.child(made[spot.node], entry, made)
            made[child.id] = change.applied(child)
    return Taxonomy(made.values(), taxonomy.constraints)


@dataclass(frozen=True, slots=True)
class _Change:
    """What is to be done to the nodes of a taxonomy."""

    joining: Mapping[Spot, Sequence[Entry]]
    closed: frozenset[Spot]
    tag: str
    """Language of the aliases."""

    def applied(self, node: Node) -> Node:
        """A node with its new values and attributes."""
        attributes = [self._attribute(node, attribute) for attribute in node.attributes]
        for entry in self.joining.get(Spot("attributes", node.id), ()):
            values = tuple(map(self._value, entry.values))
            attributes.append(
                Attribute(entry.name, values, entry.definition, aliases=self._aliases(entry))
            )
        is_open = node.open and Spot("children", node.id) not in self.closed
        return replace(node, attributes=tuple(attributes), open=is_open)

    def child(self, parent: Node, entry: Entry, taken: Collection[str]) -> Node:
        """A new node. It gets the id that its path has when a file is loaded."""
        path = [*parent.path, entry.name]
        while (ident := path_id(path)) in taken:
            # A file may have given the id to another node.
            path.append("")
        return Node(ident, entry.name, parent, entry.definition, aliases=self._aliases(entry))

    def _attribute(self, node: Node, attribute: Attribute) -> Attribute:
        spot = Spot("values", node.id, attribute.name)
        values = (*attribute.values, *map(self._value, self.joining.get(spot, ())))
        is_open = attribute.open and spot not in self.closed
        return replace(attribute, values=values, open=is_open)

    def _value(self, entry: Entry) -> Value:
        return Value(entry.name, entry.definition, aliases=self._aliases(entry))

    def _aliases(self, entry: Entry) -> Aliases:
        return ((self.tag, entry.alias),) if entry.alias else ()


def difference(before: Taxonomy, after: Taxonomy, file: str) -> str:
    """What changes in the file, as a unified diff of both written as YAML."""
    old, new = (to_yaml(tree).splitlines(keepends=True) for tree in (before, after))
    return "".join(difflib.unified_diff(old, new, f"a/{file}", f"b/{file}"))
