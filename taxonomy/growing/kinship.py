"""Who near a node has a name already: the node itself, one above, one in its list, or beside it.

Names are looked up, not gone through: a taxonomy may have thousands of lists to compare with. What
lists get in the same run is joined as it is settled. Knows names and the tree, no rules.
"""

from collections.abc import Iterable

from ..tree import Attribute, Node, Taxonomy, Value
from .variants import kin

RELATIONS = ("self", "ancestor", "exists", "below", "sibling", "cousin")
"""The nearest first."""


class Kinship:
    """The names of all nodes of a taxonomy, in whatever language."""

    def __init__(self, taxonomy: Taxonomy) -> None:
        self._taxonomy = taxonomy
        self._named: dict[str, list[tuple[str, str]]] = {}
        for node in taxonomy.walk():
            parent = "" if node.parent is None else node.parent.id
            for name in names_of(node):
                self._named.setdefault(kin(name), []).append((node.id, parent))

    def join(self, parent: str, names: Iterable[str]) -> None:
        """Take in the names that a node gets as children."""
        for name in names:
            self._named.setdefault(kin(name), []).append(("", parent))

    def relation(self, name: str, node_id: str) -> str:
        """The nearest relation of a node to those that have a name; "" if none is near."""
        node = self._taxonomy.node(node_id)
        found = {self._relation(*one, node) for one in self._named.get(kin(name), ())}
        return next((relation for relation in RELATIONS if relation in found), "")

    def _relation(self, other: str, parent: str, node: Node) -> str:
        """What the node `other` under `parent` is to a node."""
        if other == node.id:
            return "self"
        if any(other == above.id for above in node.lineage):
            return "ancestor"
        if parent == node.id:
            return "exists"
        beside = "" if node.parent is None else node.parent.id
        if parent and parent == beside:
            return "sibling"
        grand = self._taxonomy.parent(parent) if parent else None
        if grand is None:
            return ""
        return "below" if grand.id == node.id else "cousin" if grand.id == beside else ""


def names_of(item: Node | Attribute | Value) -> tuple[str, ...]:
    """Every name of an item."""
    return (item.name, *(name for _, name in item.aliases))
