"""Finds the leaf that a text names: by its path, an id, an alias, or a name that no other has.

Knows nothing of rows and their fields (`place.py`).
"""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from ..names import key
from ..tree import PATH_SEPARATOR, Node, Taxonomy

_SEPARATOR = re.compile(r"\s*[>＞]\s*")

Reason = Literal["names no category", "unknown category", "not a leaf", "ambiguous name"]


@dataclass(frozen=True, slots=True)
class Unplaced:
    """Why a row stands at no leaf."""

    reason: Reason
    written: str = ""
    """What it gives as its category."""


class Places:
    """The names of a taxonomy, looked up from any side."""

    def __init__(self, taxonomy: Taxonomy) -> None:
        self._taxonomy = taxonomy
        self._names: dict[tuple[str, str], list[Node]] = {}
        self._aliases: dict[tuple[str, str], list[Node]] = {}
        """By id of the parent and name in the form that is compared; "" above the root."""
        self._longest = 1
        self._known: dict[tuple[str, ...], Node] = {}
        for node in taxonomy.walk():
            self._take(self._names, node, [node.name])
            self._take(self._aliases, node, [name for _, name in node.aliases])
        self._named = _anywhere(self._names)
        self._aliased = _anywhere(self._aliases)

    def find(self, written: str | Sequence[str]) -> Node | Unplaced:
        """The leaf of a path, an id or a name; the path as one text or as a list of names."""
        parts = (written,) if isinstance(written, str) else tuple(written)
        found = self._known.get(parts)
        if found is not None:
            return found
        nodes = self._nodes(parts)
        if len(nodes) == 1 and self._taxonomy.is_leaf(nodes[0].id):
            return self._known.setdefault(parts, nodes[0])
        shown = PATH_SEPARATOR.join(parts)
        if not nodes:
            return Unplaced("unknown category" if shown.strip() else "names no category", shown)
        return Unplaced("not a leaf" if len(nodes) == 1 else "ambiguous name", shown)

    def _take(
        self, table: dict[tuple[str, str], list[Node]], node: Node, names: Iterable[str]
    ) -> None:
        above = node.parent.id if node.parent else ""
        for parts in {_parts(name): None for name in names}:
            # `Age > 60` is one name, and looks like two.
            self._longest = max(self._longest, len(parts))
            table.setdefault((above, ">".join(parts)), []).append(node)

    def _nodes(self, written: tuple[str, ...]) -> list[Node]:
        if len(written) == 1 and written[0].strip() in self._taxonomy:
            return [self._taxonomy.node(written[0].strip())]
        parts = tuple(part for one in written for part in _parts(one))
        name, root = ">".join(parts), self._taxonomy.root
        return (
            self._down(self._steps("", parts, 0), parts)
            or self._down([(root, 0)], parts)
            or self._named.get(name, [])
            or self._aliased.get(name, [])
        )

    def _down(self, begun: Iterable[tuple[Node, int]], parts: Sequence[str]) -> list[Node]:
        """The nodes at a path, from nodes at which so many of its parts are used up."""
        waiting, found = list(begun), {}
        while waiting:
            node, used = waiting.pop()
            if used == len(parts):
                found[node.id] = node
            else:
                waiting += self._steps(node.id, parts, used)
        return list(found.values())

    def _steps(self, above: str, parts: Sequence[str], used: int) -> list[tuple[Node, int]]:
        """The children that the next parts name, and how many are used up then."""
        found = []
        for end in range(used + 1, min(used + self._longest, len(parts)) + 1):
            name = (above, ">".join(parts[used:end]))
            nodes = self._names.get(name) or self._aliases.get(name, [])
            found += [(node, end) for node in nodes]
        return found


def _anywhere(table: Mapping[tuple[str, str], Sequence[Node]]) -> dict[str, list[Node]]:
    found: dict[str, list[Node]] = {}
    for (_, name), nodes in table.items():
        found.setdefault(name, []).extend(nodes)
    return found


def _parts(name: str) -> tuple[str, ...]:
    return tuple(key(part) for part in _SEPARATOR.split(name))
