"""The taxonomy: a rooted tree of categories with attributes that are inherited downwards.

A `Taxonomy` never changes once it is built. It knows no file format and no plan; `load` reads one
from a file, and `validate` makes sure that what reaches it is a tree.
"""

import hashlib
import json
import unicodedata
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any, Self

import networkx as nx

from .names import key

PATH_SEPARATOR = " > "


@dataclass(frozen=True, slots=True)
class Value:
    """One value of an attribute."""

    name: str
    definition: str = ""
    group: str = ""
    """The heading under which the value is listed, if its attribute has any."""


@dataclass(frozen=True, slots=True)
class Attribute:
    """A set of values that applies to a node and to all below it."""

    name: str
    values: tuple[Value, ...]
    definition: str = ""
    open: bool = False
    """Whether the list of values is known to be incomplete."""


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

    def __init__(self, nodes: Iterable[Node]) -> None:
        """Take the nodes, parents before their children and siblings in order."""
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

    def find(self, path: Sequence[str] | str) -> Node | None:
        """The node at a path, with or without the root in front.

        A text is split at ` > `. Names are compared as siblings are: width and case do not count.
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
            matches = [child for child in self.children(node.id) if key(child.name) == wanted]
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
        return {"nodes": [_node_to_dict(node) for node in self.walk()]}

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
            )
            nodes.append(node)
            by_id[node.id] = node
        return cls(nodes)


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
    return row


def _attribute_to_dict(attribute: Attribute) -> dict[str, Any]:
    return {
        "name": attribute.name,
        "definition": attribute.definition,
        "open": attribute.open,
        "values": [
            {"name": value.name, "definition": value.definition, "group": value.group}
            for value in attribute.values
        ],
    }


def _attribute_from_dict(data: Mapping[str, Any]) -> Attribute:
    return Attribute(
        name=data["name"],
        values=tuple(Value(**value) for value in data["values"]),
        definition=data["definition"],
        open=data["open"],
    )
