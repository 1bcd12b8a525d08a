"""What an agent may see of a list that is being grown, by the names that prompts declare.

The counterpart of `scene`: there a sample is made, here a list of names. However large a taxonomy
is, a prompt shows a bounded part of it; what it leaves out is still compared by the screen.
"""

import random
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any

from ..taxonomy import Node, Taxonomy
from ..taxonomy.growing.growth import OTHER_LANGUAGE, Entry, Spot, attribute_at, entries_of
from .scene import Values

GROWING = ("grain", "proposer", "merger")
"""The roles that see such a list."""
_NAMES, _DEFINITIONS = 300, 60
"""Entries of the list itself that are named, and that are named with their definition."""
_NEAR, _HELD = 40, 20
"""Neighbours that are named, and entries of each."""
_STARTS = ("", "rare", "recent", "plain")
"""Where a proposer begins, by how many of its wording came before it."""


@dataclass(frozen=True, slots=True)
class GrowScene:
    """One list as one node of the graph finds it. Read-only."""

    taxonomy: Taxonomy
    language: str
    spot: Spot
    node: str
    id: str
    seed: int
    round: int = 0
    turn: int = 0
    """How many proposers of the same wording come before."""
    level: Values = field(default_factory=dict)
    """The level plan; empty where there is none."""
    group: Sequence[Spot] = ()
    """The lists that the level plan is made for."""
    entries: Sequence[Entry] = ()
    """What was proposed."""

    def sight(self, name: str) -> Any:
        """The value of one prompt input; KeyError for a name that is none."""
        return GROW_SIGHTS[name](self)


def _growth(scene: GrowScene) -> Values:
    """Which list it is."""
    spot, path = scene.spot, scene.taxonomy.lineage(scene.spot.node)
    attribute = attribute_at(scene.taxonomy, spot) if spot.kind == "values" else None
    return {
        "path": [{"name": node.name, "definition": node.definition} for node in path],
        "kind": spot.kind,
        "attribute": attribute and {"name": attribute.name, "definition": attribute.definition},
        "language": scene.language,
        "alias": {"language": OTHER_LANGUAGE[scene.language]},
        "start": _STARTS[scene.turn % len(_STARTS)],
    }


def _present(scene: GrowScene) -> Values:
    """What the list holds, in an order of the proposer's own: who is told alike answers alike."""
    found = list(entries_of(scene.taxonomy, scene.spot))
    random.Random(scene.seed).shuffle(found)
    shown = [
        {"name": entry.name, "definition": entry.definition if place < _DEFINITIONS else ""}
        for place, entry in enumerate(found[:_NAMES])
    ]
    return {"entries": shown, "more": max(len(found) - _NAMES, 0)}


def _nearby(scene: GrowScene) -> list[Values]:
    """What stands beside the list, so that nothing of it is proposed again."""
    taxonomy, spot = scene.taxonomy, scene.spot
    if spot.kind == "children":
        siblings = taxonomy.siblings(spot.node)[:_NEAR]
        beside = [_holding(n, (c.name for c in taxonomy.children(n.id))) for n in siblings]
        # What an attribute tells apart already is no sub-category.
        return beside + [
            _holding(a, (value.name for value in a.values))
            for a in taxonomy.attributes_of(spot.node)[:_NEAR]
        ]
    if spot.kind == "attributes":
        return [_holding(node, ()) for node in taxonomy.children(spot.node)[:_NEAR]]
    others = [a for a in taxonomy.attributes_of(spot.node) if a.name != spot.attribute]
    return [_holding(a, (value.name for value in a.values)) for a in others[:_NEAR]]


def _lists(scene: GrowScene) -> list[Values]:
    """The lists of one level under one parent: those to be grown, and those that stand already."""
    taxonomy, group = scene.taxonomy, list(scene.group)
    first = group[0]
    if first.kind == "values":
        attribute = attribute_at(taxonomy, first)
        return [_holding(attribute, (v.name for v in attribute.values)) | {"grows": True}]
    nodes = [taxonomy.node(spot.node) for spot in group]
    if first.kind == "children":
        nodes += [n for n in taxonomy.siblings(first.node) if n not in nodes]
    grows = {spot.node for spot in group}
    return [
        _holding(node, (e.name for e in entries_of(taxonomy, Spot(first.kind, node.id))))
        | {"grows": node.id in grows}
        for node in nodes[:_NEAR]
    ]


def _holding(item: Any, names: Iterable[str]) -> Values:
    held = list(names)
    return {
        "name": item.name,
        "definition": item.definition,
        "holds": held[:_HELD],
        "more": max(len(held) - _HELD, 0),
    }


def _level_of(scene: GrowScene) -> Values:
    """Which level it is: the path that its lists have in common, and what they are lists of."""
    node, kind = scene.taxonomy.node(scene.spot.node), scene.spot.kind
    shared: Sequence[Node] = node.lineage if kind == "values" else node.lineage[:-1]
    path = [{"name": one.name, "definition": one.definition} for one in shared]
    return {"path": path, "kind": kind, "language": scene.language}


def _entries(scene: GrowScene) -> list[Values]:
    return [
        {
            "name": entry.name,
            "definition": entry.definition,
            "example": entry.example,
            "values": [value.name for value in entry.values],
        }
        for entry in scene.entries
    ]


GROW_SIGHTS: dict[str, Callable[[GrowScene], Any]] = {
    "growth": _growth,
    "present": _present,
    "nearby": _nearby,
    "level": lambda scene: scene.level,
    "level_of": _level_of,
    "lists": _lists,
    "entries": _entries,
}
"""Every input that a prompt of a growing role may declare."""
