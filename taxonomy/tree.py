"""The taxonomy: a rooted tree of categories with attributes that are inherited downwards.

A `Taxonomy` never changes once it is built. It knows no file format and no plan; `load` reads one
from a file, and `validate` makes sure that what reaches it is a tree.
"""

import hashlib
import json
import unicodedata
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from functools import cached_property
from typing import Any, Self

import networkx as nx

from .constraints import Constraint
from .names import key

PATH_SEPARATOR = " > "

Aliases = tuple[tuple[str, str], ...]
"""Other names, each with the tag of its language (`en`, `zh`, `zh-Hant`), in file order."""


@dataclass(frozen=True, slots=True)
class Example:
    """A question and an answer that came with the taxonomy: a seed sample of its leaf."""

    question: str
    answer: str
    context: str = ""


@dataclass(frozen=True, slots=True)
class Value:
    """One value of an attribute."""

    name: str
    definition: str = ""
    group: str = ""
    """The heading under which the value is listed, if its attribute has any."""
    weight: float = 1.0
    """How often the value is drawn, in proportion to the others of its attribute."""
    aliases: Aliases = ()


@dataclass(frozen=True, slots=True)
class Attribute:
    """A set of values that applies to a node and to all below it."""

    name: str
    values: tuple[Value, ...]
    definition: str = ""
    open: bool = False
    """Whether the list of values is known to be incomplete."""
    aliases: Aliases = ()


@dataclass(frozen=True, slots=True)
class Node:
    """One category."""

    id: str
    name: str
    parent: "Node | None" = field(default=None, repr=False, compare=False)
    definition: str = ""
    open: bool = False
    """Whether the list of children is known to be incomplete."""
    attributes: tuple[Attribute, ...] = ()
    """Own attributes only; `Taxonomy.attributes_of` adds the inherited ones."""
    weight: float = 1.0
    """What the samples of every leaf at or below this node are multiplied by."""
    aliases: Aliases = ()
    examples: tuple[Example, ...] = ()
    fresh_for: int | None = None
    """For how many days samples stay true; `Taxonomy.fresh_for_of` looks above as well."""
    line: int | None = field(default=None, compare=False)
    """Where it stands in the file that it was loaded from."""

    @property
    def path(self) -> tuple[str, ...]:
        """The names from the root down to this node."""
        # Not a field: ten thousand levels would hold fifty million names.
        return tuple(node.name for node in self.lineage)

    @property
    def lineage(self) -> tuple["Node", ...]:
        """The nodes from the root down to this node."""
        found: list[Node] = []
        node: Node | None = self
        while node is not None:
            found.append(node)
            node = node.parent
        return tuple(reversed(found))


class Taxonomy:
    """A rooted tree of nodes in the order of its file."""

    def __init__(self, nodes: Iterable[Node], constraints: Iterable[Constraint] = ()) -> None:
        """Take the nodes, parents before their children and siblings in order."""
        self.constraints = tuple(constraints)
        self._nodes: dict[str, Node] = {}
        self._graph: nx.DiGraph[str] = nx.DiGraph()
        for node in nodes:
            self._take(node)
        if not self._nodes:
            raise ValueError("a taxonomy needs at least one node")
        self._root = next(iter(self._nodes.values()))
        nx.freeze(self._graph)

    def _take(self, node: Node) -> None:
        if node.id in self._nodes:
            raise ValueError(f"two nodes have the id {node.id!r}")
        if node.parent is None:
            if self._nodes:
                raise ValueError(f"{node.name!r} is a second root")
            self._graph.add_node(node.id)
        elif self._nodes.get(node.parent.id) is not node.parent:
            raise ValueError(f"the parent of {node.name!r} does not come before it")
        else:
            self._graph.add_edge(node.parent.id, node.id)
        self._nodes[node.id] = node

    def __len__(self) -> int:
        """The number of nodes, the root among them."""
        return len(self._nodes)

    def __contains__(self, node_id: object) -> bool:
        return node_id in self._nodes

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Taxonomy):
            return NotImplemented
        return self.fingerprint == other.fingerprint

    def __hash__(self) -> int:
        return hash(self.fingerprint)

    def __repr__(self) -> str:
        return f"<Taxonomy {self.root.name!r}: {len(self)} nodes>"

    @property
    def graph(self) -> "nx.DiGraph[str]":
        """The frozen graph of node ids, parent to child."""
        return self._graph

    @property
    def root(self) -> Node:
        """The node above all others."""
        return self._root

    def node(self, node_id: str) -> Node:
        """The node with this id; KeyError if there is none."""
        return self._nodes[node_id]

    def children(self, node_id: str) -> tuple[Node, ...]:
        """The children of a node."""
        return tuple(self._nodes[child] for child in self._graph.successors(node_id))

    def parent(self, node_id: str) -> Node | None:
        """The parent of a node; None above the root."""
        return self._nodes[node_id].parent

    def siblings(self, node_id: str) -> tuple[Node, ...]:
        """The other children of the parent."""
        parent = self.parent(node_id)
        if parent is None:
            return ()
        return tuple(node for node in self.children(parent.id) if node.id != node_id)

    def is_leaf(self, node_id: str) -> bool:
        """Whether the node has no children."""
        return not self._graph.adj[node_id]

    def leaves(self) -> tuple[Node, ...]:
        """The nodes without children, in file order."""
        return tuple(node for node in self.walk() if self.is_leaf(node.id))

    def walk(self) -> Iterator[Node]:
        """All nodes, depth first and in file order."""
        waiting = [self.root]
        while waiting:
            node = waiting.pop()
            yield node
            waiting.extend(reversed(self.children(node.id)))

    def lineage(self, node_id: str) -> tuple[Node, ...]:
        """The nodes from the root down to this one."""
        return self._nodes[node_id].lineage

    def attributes_of(self, node_id: str) -> tuple[Attribute, ...]:
        """Own and inherited attributes; the nearer of two with one name replaces the farther."""
        merged = {
            key(attribute.name): attribute
            for node in self.lineage(node_id)
            for attribute in node.attributes
        }
        return tuple(merged.values())

    def fresh_for_of(self, node_id: str) -> int | None:
        """For how many days its samples stay true, as the nearest node says it; None for ever."""
        node: Node | None = self._nodes[node_id]
        while node is not None and node.fresh_for is None:
            node = node.parent
        return None if node is None else node.fresh_for

    def find(self, path: Sequence[str] | str) -> Node | None:
        """The node at a path, with or without the root in front.

        A text is split at ` > `. Names are compared as siblings are: width and case do not count.
        An alias finds its node where no name does.
        """
        names = path.split(PATH_SEPARATOR) if isinstance(path, str) else list(path)
        if names and key(names[0]) == key(self.root.name):
            found = self._descend(names[1:])
            if found is not None:
                return found
        return self._descend(names) if names else None

    def _descend(self, names: Sequence[str]) -> Node | None:
        node = self.root
        for name in names:
            wanted = key(name)
            children = self.children(node.id)
            matches = [child for child in children if key(child.name) == wanted]
            matches = matches or [c for c in children if wanted in _other_names(c)]
            if not matches:
                return None
            node = matches[0]
        return node

    @cached_property
    def fingerprint(self) -> str:
        """SHA-256 over everything that `to_dict` keeps, the order of siblings included."""
        canonical = json.dumps(self.to_dict(), sort_keys=True, separators=(",", ":"))
        return hashlib.sha256(canonical.encode("ascii")).hexdigest()

    def to_dict(self) -> dict[str, Any]:
        """Plain data that `from_dict` reads; flat, so that `json` can write a tree of any depth."""
        data: dict[str, Any] = {"nodes": [_node_to_dict(node) for node in self.walk()]}
        if self.constraints:
            data["constraints"] = [constraint.to_dict() for constraint in self.constraints]
        return data

    @classmethod
    def from_dict(cls, data: Mapping[str, Any]) -> Self:
        """The taxonomy that `to_dict` wrote."""
        nodes: list[Node] = []
        by_id: dict[str, Node] = {}
        for row in data["nodes"]:
            parent = row.get("parent")
            node = Node(
                id=row["id"],
                name=row["name"],
                parent=None if parent is None else by_id[parent],
                definition=row.get("definition", ""),
                open=row.get("open", False),
                attributes=tuple(map(_attribute_from_dict, row.get("attributes", ()))),
                weight=row.get("weight", 1.0),
                aliases=_aliases_from(row),
                examples=tuple(Example(**example) for example in row.get("examples", ())),
                fresh_for=row.get("fresh_for"),
            )
            nodes.append(node)
            by_id[node.id] = node
        return cls(nodes, map(Constraint.from_dict, data.get("constraints", ())))


def path_digest(parent: bytes, name: str) -> bytes:
    """The digest of a path, from the digest of the path above it (empty above the root)."""
    text = unicodedata.normalize("NFC", name)
    return hashlib.sha256(parent + text.encode("utf-8", "surrogatepass")).digest()


def digest_id(digest: bytes) -> str:
    """The id of a node whose file gives it none."""
    return digest.hex()[:12]


def path_id(path: Iterable[str]) -> str:
    """The id of the node at a path, unless its file gives it another."""
    digest = b""
    for name in path:
        digest = path_digest(digest, name)
    return digest_id(digest)


def _node_to_dict(node: Node) -> dict[str, Any]:
    row: dict[str, Any] = {"id": node.id, "name": node.name}
    if node.parent is not None:
        row["parent"] = node.parent.id
    if node.definition:
        row["definition"] = node.definition
    if node.open:
        row["open"] = True
    if node.attributes:
        row["attributes"] = [_attribute_to_dict(attribute) for attribute in node.attributes]
    if node.examples:
        row["examples"] = [asdict(example) for example in node.examples]
    if node.fresh_for is not None:
        row["fresh_for"] = node.fresh_for
    return row | _weight_and_aliases(node)


def _weight_and_aliases(item: Node | Value) -> dict[str, Any]:
    """What few have, so that taxonomies without it are written as they always were."""
    found: dict[str, Any] = {}
    if item.weight != 1:
        # 2 and 2.0 are one weight, and make one fingerprint.
        found["weight"] = float(item.weight)
    if item.aliases:
        found["aliases"] = [list(alias) for alias in item.aliases]
    return found


def _attribute_to_dict(attribute: Attribute) -> dict[str, Any]:
    row: dict[str, Any] = {
        "name": attribute.name,
        "definition": attribute.definition,
        "open": attribute.open,
        "values": [
            {"name": value.name, "definition": value.definition, "group": value.group}
            | _weight_and_aliases(value)
            for value in attribute.values
        ],
    }
    if attribute.aliases:
        row["aliases"] = [list(alias) for alias in attribute.aliases]
    return row


def _attribute_from_dict(data: Mapping[str, Any]) -> Attribute:
    return Attribute(
        name=data["name"],
        values=tuple(Value(**{**v, "aliases": _aliases_from(v)}) for v in data["values"]),
        definition=data["definition"],
        open=data["open"],
        aliases=_aliases_from(data),
    )


def _aliases_from(data: Mapping[str, Any]) -> Aliases:
    return tuple((language, name) for language, name in data.get("aliases", ()))


def _other_names(node: Node) -> set[str]:
    return {key(name) for _, name in node.aliases}


def name_in(item: Node | Value | Attribute, language: str) -> str:
    """The first name of that language: the item's own where no alias has it."""
    return next((name for tag, name in item.aliases if tag == language), item.name)
