"""What is refused of proposed entries before anybody judges them, with a reason for each.

An entry is looked at by itself (`suspect`), and its name is compared with what stands around the
list that it would join. Knows no model: what it gets is what some model proposed.
"""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Self

from ..names import shown
from ..tree import Taxonomy
from .growth import OTHER_LANGUAGE, Entry, Kind, Spot, attribute_at
from .kinship import Kinship, names_of
from .script import scripts_of
from .suspect import Fault, definition_fault, example_fault, name_fault
from .variants import kin

MOST = 40
"""Entries of one reply that are looked at."""
FEWEST_VALUES = 2

REASONS: Mapping[str, str] = {
    "bare": "lacks name, definition or example",
    "hidden": "holds a control, invisible or bidirectional character",
    "markup": "holds markup, an address or a pictograph",
    "instruction": "speaks to an agent instead of naming something",
    "script": "is not written in the taxonomy's language",
    "long": "is too long",
    "other": "is a bucket for whatever else there is",
    "few_values": "has fewer than two usable values",
    "self": "repeats what it would stand under",
    "ancestor": "repeats a node above",
    "exists": "is in the list already",
    "below": "stands under an entry of the list already",
    "sibling": "repeats a neighbour of what it would stand under",
    "cousin": "stands under a neighbour already",
    "label": "is an attribute that holds here already, or a value of one",
    "twice": "stands twice",
    "empty": "a reply without entries, which says that nothing is missing",
    "many": "comes after as many as are looked at",
    "dropped": "was removed by the merger",
    "unmentioned": "was in one proposal alone, and the merger did not mention it",
    "width": "is more than the list may hold",
}
"""Every reason for which an entry is cut."""

_DECORATION = re.compile(r"\A(?:[-*•·]\s+|\(?\d{1,3}[.)]\s+|\d{1,3}、)")
_SCRIPT = {"zh": "Han", "en": "Latin"}
_QUOTES = ("“”", "‘’", "「」", "『』", '""', "''", "《》")


@dataclass(frozen=True, slots=True)
class Cut:
    """One entry that was cut."""

    name: str
    reason: str
    """A key of `REASONS`; `alias:` before it if only the alias was cut."""
    detail: str = ""
    by: str = ""
    """Whose entry it was: a proposer's, or the merger's."""

    @classmethod
    def of(cls, name: str, fault: Fault, by: str = "") -> Self:
        """The cut of an entry, its name made fit for a log."""
        return cls(shown(name, 80)[1:-1], fault[0], fault[1], by)


@dataclass(frozen=True, slots=True)
class Ground:
    """The names that an entry of one list may not repeat."""

    language: str
    taken: Mapping[str, str]
    """From the compared form of a name to the reason."""
    kind: Kind = "children"
    kinship: Kinship | None = None
    node: str = ""
    """Whose children are compared by kinship."""

    @classmethod
    def of(
        cls,
        taxonomy: Taxonomy,
        spot: Spot,
        language: str,
        *,
        kinship: Kinship,
        joined: Mapping[Spot, Sequence[str]] | None = None,
    ) -> Self:
        """The ground of one list; `joined` has the attributes that nodes get in the same run."""
        if spot.kind == "children":
            labels = _labels(taxonomy, spot)
            return cls(language, dict.fromkeys(labels, "label"), spot.kind, kinship, spot.node)
        around = (
            _around_values(taxonomy, spot)
            if spot.kind == "values"
            else _around_attributes(taxonomy, spot, joined or {})
        )
        taken: dict[str, str] = {}
        for reason, names in around:
            for name in names:
                taken.setdefault(kin(name), reason)
        return cls(language, taken, spot.kind)

    def fault(self, name: str) -> Fault | None:
        """What a name repeats."""
        reason = self.kinship.relation(name, self.node) if self.kinship is not None else ""
        reason = reason or self.taken.get(kin(name), "")
        return (reason, "") if reason else None


def screen(
    entries: Sequence[Entry], ground: Ground, *, by: str, most: int = MOST
) -> tuple[tuple[Entry, ...], tuple[Cut, ...]]:
    """The entries that may stand, tidied, and what was cut of the others."""
    kept: dict[str, Entry] = {}
    cuts: list[Cut] = []
    for given in entries[:most]:
        entry = _turned(tidied(given), ground.language)
        fault = entry_fault(entry, ground)
        if fault is None and kin(entry.name) in kept:
            fault = ("twice", "")
        if fault is not None:
            cuts.append(Cut.of(entry.name, fault, by))
            continue
        sound, more = _trimmed(entry, ground, by=by)
        cuts += more
        if sound is not None:
            kept[kin(entry.name)] = sound
    if len(entries) > most:
        cuts.append(Cut(f"{len(entries) - most} entries", "many", f"{len(entries)} in all", by))
    return tuple(kept.values()), tuple(cuts)


def entry_fault(entry: Entry, ground: Ground) -> Fault | None:
    """Why an entry cannot join the list."""
    return (
        name_fault(entry.name, ground.language)
        or ground.fault(entry.name)
        or _alias_fault(entry, ground)
        or definition_fault(entry.definition, ground.language)
        or example_fault(entry.example, ground.language)
    )


def _alias_fault(entry: Entry, ground: Ground) -> Fault | None:
    """What an entry repeats under its other name: then it is the same thing in other words."""
    if not entry.alias or name_fault(entry.alias, OTHER_LANGUAGE[ground.language]):
        return None
    fault = ground.fault(entry.alias)
    return (fault[0], f"as {entry.alias}") if fault else None


def tidied(entry: Entry) -> Entry:
    """The entry without what a list in prose would have around its names."""
    name = _DECORATION.sub("", " ".join(entry.name.split())).rstrip(" 。；;，,：:")
    for quotes in _QUOTES:
        if len(name) > 2 and name[0] == quotes[0] and name[-1] == quotes[1]:
            name = name[1:-1].strip()
    return Entry(
        name=name,
        definition=" ".join(entry.definition.split()),
        example=" ".join(entry.example.split()),
        alias=" ".join(entry.alias.split()),
        values=tuple(map(tidied, entry.values)),
    )


def _turned(entry: Entry, language: str) -> Entry:
    """The entry with name and alias in their places, where each is in the other's language."""
    own, other = _SCRIPT[language], _SCRIPT[OTHER_LANGUAGE[language]]
    if scripts_of(entry.name) == {other} and scripts_of(entry.alias) == {own}:
        return replace(entry, name=entry.alias, alias=entry.name)
    return entry


def _trimmed(entry: Entry, ground: Ground, *, by: str) -> tuple[Entry | None, list[Cut]]:
    """An entry without an alias or values that cannot stand; None if too few values are left."""
    cuts: list[Cut] = []
    fault = name_fault(entry.alias, OTHER_LANGUAGE[ground.language]) if entry.alias else None
    if fault:
        cuts.append(Cut.of(entry.alias, (f"alias:{fault[0]}", fault[1]), by))
    if fault or kin(entry.alias) == kin(entry.name):
        entry = replace(entry, alias="")
    if ground.kind != "attributes":
        return replace(entry, values=()), cuts
    values, more = _values(entry, ground, by=by)
    cuts += more
    if len(values) < FEWEST_VALUES:
        return None, [*cuts, Cut.of(entry.name, ("few_values", f"{len(values)} left"), by)]
    return replace(entry, values=values), cuts


def _values(entry: Entry, ground: Ground, *, by: str) -> tuple[tuple[Entry, ...], list[Cut]]:
    """The values of a proposed attribute that can stand."""
    kept: dict[str, Entry] = {}
    cuts: list[Cut] = []
    for value in entry.values[:MOST]:
        same = kin(value.name)
        fault = name_fault(value.name, ground.language)
        if fault is None and value.definition:
            fault = definition_fault(value.definition, ground.language)
        if fault is None and (same in kept or same == kin(entry.name)):
            fault = ("twice" if same in kept else "self", "")
        if fault is None:
            kept[same] = value
        else:
            cuts.append(Cut.of(f"{entry.name}: {value.name}", fault, by))
    if len(entry.values) > MOST:
        cuts.append(Cut(f"{entry.name}: {len(entry.values) - MOST} values", "many", "", by))
    return tuple(kept.values()), cuts


_Around = Iterator[tuple[str, Iterable[str]]]
"""Names by what they stand for, the nearest first."""


def _labels(taxonomy: Taxonomy, spot: Spot) -> Iterator[str]:
    """What samples of a node are labelled with anyhow: a category of that name says it twice."""
    for attribute in taxonomy.attributes_of(spot.node):
        yield from map(kin, names_of(attribute))
        for value in attribute.values:
            yield from map(kin, names_of(value))


def _around_values(taxonomy: Taxonomy, spot: Spot) -> _Around:
    attribute = attribute_at(taxonomy, spot)
    yield "self", names_of(attribute)
    yield "exists", (name for value in attribute.values for name in names_of(value))
    for other in taxonomy.attributes_of(spot.node):
        if other.name != spot.attribute:
            yield "sibling", names_of(other)
            yield "cousin", (name for value in other.values for name in names_of(value))


def _around_attributes(
    taxonomy: Taxonomy, spot: Spot, joined: Mapping[Spot, Sequence[str]]
) -> _Around:
    node = taxonomy.node(spot.node)
    yield "self", names_of(node)
    yield "ancestor", (name for above in node.lineage[:-1] for name in names_of(above))
    for attribute in taxonomy.attributes_of(node.id):
        yield "exists", names_of(attribute)
    for above in node.lineage:
        yield "exists", joined.get(Spot("attributes", above.id), ())
    waiting = list(taxonomy.children(node.id))
    for child in waiting:
        yield "sibling", names_of(child)
    while waiting:
        below = waiting.pop()
        yield "below", (name for attribute in below.attributes for name in names_of(attribute))
        waiting.extend(taxonomy.children(below.id))
