"""What an annotator may see: the candidate and one menu. Nothing else.

The counterpart of `scene` where existing texts are placed on a taxonomy. A menu never has more
options than a page, however large the taxonomy is; what a caller must not see has no field here.
"""

import random
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import islice
from typing import Any

from ..taxonomy import Attribute, Node, Taxonomy
from ..taxonomy.names import key
from .scene import Values

SEES = ("menu", "candidate")
"""All that an annotator's prompt may declare."""
PAGE = 40
"""Options on one menu, at most."""
AT_ONCE = 30
"""Leaves that are shown at once, with their paths, instead of level by level."""
_HELD = 8
"""Children of an option that are named."""
_LONGEST = 300
"""Characters of a definition or an example."""


@dataclass(frozen=True, slots=True)
class LabelScene:
    """One text as an annotator finds it at one step of its way. Read-only."""

    taxonomy: Taxonomy
    candidate: Values
    """`messages` and `final_answer`."""
    node: str
    id: str
    seed: int
    round: int = 0
    """The step: every menu is a call of its own, with a fence of its own."""
    menu: Values = field(default_factory=dict)

    def sight(self, name: str) -> Any:
        """The value of one prompt input; KeyError for a name that is none."""
        return {key: getattr(self, key) for key in SEES}[name]


@dataclass(frozen=True, slots=True)
class Step:
    """What can be chosen from next."""

    options: tuple[Node, ...]
    last: bool
    """Whether all options are leaves."""


def next_step(taxonomy: Taxonomy, nodes: Sequence[str]) -> Step:
    """What lies below some nodes: all leaves if they are few, else one level.

    A leaf that was reached stays among the options, to be weighed against what is still below the
    others.
    """
    few = list(islice(_leaves_below(taxonomy, nodes), AT_ONCE + 1))
    if len(few) <= AT_ONCE:
        return Step(tuple(few), last=True)
    found = [
        below for node in nodes for below in (taxonomy.children(node) or (taxonomy.node(node),))
    ]
    return Step(tuple(found), all(taxonomy.is_leaf(node.id) for node in found))


def pages(options: Sequence[Node]) -> list[tuple[Node, ...]]:
    """Options in parts that fit on a menu, as equal as can be."""
    count = -(-len(options) // PAGE)
    size, more = divmod(len(options), count)
    starts = [number * size + min(number, more) for number in range(count + 1)]
    return [tuple(options[a:b]) for a, b in zip(starts, starts[1:], strict=False)]


def shuffled(options: Iterable[Node], *key: object) -> list[Node]:
    """Options in an order of the annotator's own: whoever leans to the first one leans alone."""
    found = list(options)
    random.Random("\x1f".join(map(str, key))).shuffle(found)
    return found


def places_menu(taxonomy: Taxonomy, options: Sequence[Node], most: int) -> Values:
    """A menu of categories, numbered from 1, each named from where their paths part."""
    lineages = [node.lineage for node in options]
    shared = _shared(lineages)
    return {
        "path": [_told(node) for node in lineages[0][:shared]],
        "most": most,
        "options": [
            {
                "number": number,
                "names": [node.name for node in lineage[shared:]],
                "definition": _short(lineage[-1].definition),
                **_holding(taxonomy, lineage[-1]),
            }
            for number, lineage in enumerate(lineages, 1)
        ],
        "attributes": [],
    }


def values_menu(path: Sequence[Node], attributes: Sequence[Attribute]) -> Values:
    """A menu of all values of some attributes, numbered through."""
    number = 0
    shown = []
    for attribute in attributes:
        values = []
        for value in attribute.values:
            number += 1
            name = f"{value.group}: {value.name}" if value.group else value.name
            values.append({"number": number, "name": name, "definition": _short(value.definition)})
        shown.append({**_told(attribute), "options": values})
    return {"path": [_told(node) for node in path], "most": 0, "options": [], "attributes": shown}


def attributes_at(taxonomy: Taxonomy, leaves: Iterable[str]) -> list[Attribute]:
    """The attributes that some leaves have, each once; the first leaf says what it holds."""
    found: dict[str, Attribute] = {}
    for leaf in leaves:
        for attribute in taxonomy.attributes_of(leaf):
            found.setdefault(key(attribute.name), attribute)
    return list(found.values())


def _leaves_below(taxonomy: Taxonomy, nodes: Sequence[str]) -> Iterator[Node]:
    waiting = [taxonomy.node(node) for node in reversed(nodes)]
    while waiting:
        node = waiting.pop()
        children = taxonomy.children(node.id)
        if not children:
            yield node
        waiting.extend(reversed(children))


def _shared(lineages: Sequence[Sequence[Node]]) -> int:
    """How many nodes all paths begin with; each keeps one of its own."""
    shortest = min(len(lineage) for lineage in lineages) - 1
    first = lineages[0]
    for place in range(shortest):
        if any(lineage[place].id != first[place].id for lineage in lineages):
            return place
    return shortest


def _holding(taxonomy: Taxonomy, node: Node) -> Mapping[str, Any]:
    held = [child.name for child in taxonomy.children(node.id)]
    example = node.examples[0].question if node.examples else ""
    return {
        "holds": held[:_HELD],
        "more": max(len(held) - _HELD, 0),
        "example": _short(example),
    }


def _told(item: Node | Attribute) -> Values:
    return {"name": item.name, "definition": _short(item.definition)}


def _short(text: str) -> str:
    return text if len(text) <= _LONGEST else f"{text[: _LONGEST - 1]}…"
