"""From several proposals of one list to the entries that are offered, and how many are missing.

Proposals are pooled, what the merger said is carried out, and who proposed what is kept all the
way: it is the evidence of the estimate. The merger's word holds only for what was proposed; a name
of its own is screened like any other, and what it leaves out is kept if two proposals had it.
Knows no model and no prompt.
"""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, field, replace
from typing import Any, Literal, Self

from .completeness import Estimate, chao2
from .growth import Entry
from .screen import Cut, Ground, screen
from .variants import kin

Action = Literal["keep", "merge", "rename", "split", "drop"]
MOST_PARTS = 6
"""Parts into which one entry may be split."""
_MERGER = "merger"


@dataclass(frozen=True, slots=True)
class Pooled:
    """An entry, and which of the proposals had it."""

    entry: Entry
    lists: frozenset[int]
    reason: str = ""
    """Why the merger left it as it is."""

    def to_dict(self) -> dict[str, Any]:
        """Plain data that `from_dict` reads."""
        return {
            "entry": self.entry.to_dict(),
            "lists": sorted(self.lists),
            "reason": self.reason,
        }

    @classmethod
    def from_dict(cls, data: Mapping[str, Any]) -> Self:
        """What `to_dict` wrote."""
        return cls(Entry.from_dict(data["entry"]), frozenset(data["lists"]), data["reason"])


@dataclass(frozen=True, slots=True)
class Decision:
    """The merger's word on one entry of the pool."""

    entry: int
    """1-based."""
    action: Action
    reason: str = ""
    into: int = 0
    """The entry that it is merged into."""
    parts: tuple[Entry, ...] = ()
    """What a renamed entry is, or what a split one becomes."""

    def to_dict(self) -> dict[str, Any]:
        """Plain data that `from_dict` reads."""
        return asdict(self)

    @classmethod
    def from_dict(cls, data: Mapping[str, Any]) -> Self:
        """What `to_dict` wrote."""
        return cls(**{**data, "parts": tuple(map(Entry.from_dict, data["parts"]))})


@dataclass(frozen=True, slots=True)
class Change:
    """What became of one entry of the pool."""

    entry: str
    action: str
    """What was done, which is `keep` where the merger's word could not be followed."""
    names: tuple[str, ...]
    """What stands for it now."""
    reason: str
    said: str = ""
    """The merger's own word where it was not followed, and why."""


@dataclass(frozen=True, slots=True)
class Merged:
    """A pool after the merger."""

    entries: tuple[Pooled, ...]
    changes: tuple[Change, ...]
    cuts: tuple[Cut, ...]


def pooled(lists: Mapping[int, Sequence[Entry]]) -> tuple[Pooled, ...]:
    """All entries of several proposals, each once, in the order in which they were first named.

    The first to name one describes it; values and an alias may come from others.
    """
    found: dict[str, Entry] = {}
    had: dict[str, set[int]] = {}
    for number, entries in lists.items():
        for entry in entries:
            same = kin(entry.name)
            found[same] = _with(found[same], entry) if same in found else entry
            had.setdefault(same, set()).add(number)
    return tuple(Pooled(entry, frozenset(had[same])) for same, entry in found.items())


def _with(entry: Entry, other: Entry) -> Entry:
    """An entry with what another of its name has more."""
    known = {kin(value.name) for value in entry.values}
    more = tuple(value for value in other.values if kin(value.name) not in known)
    return replace(entry, alias=entry.alias or other.alias, values=entry.values + more)


def merged(pool: Sequence[Pooled], decisions: Sequence[Decision], ground: Ground) -> Merged:
    """Carry out what the merger said of a pool, entry by entry."""
    work = _Work(pool, _first_words(decisions, len(pool)), ground)
    heads = {number: work.head(number) for number in work.numbers}
    for head in dict.fromkeys(heads.values()):
        work.settle(head, [number for number, own in heads.items() if own == head])
    return Merged(tuple(_once(work.found)), tuple(work.changes), tuple(work.cuts))


def _first_words(decisions: Sequence[Decision], count: int) -> dict[int, Decision]:
    """What was said first of each entry that there is; all else is of no account."""
    said: dict[int, Decision] = {}
    for decision in decisions:
        if 1 <= decision.entry <= count:
            said.setdefault(decision.entry, decision)
    return said


@dataclass(slots=True)
class _Work:
    """One pool while the merger's words are carried out."""

    pool: Sequence[Pooled]
    said: Mapping[int, Decision]
    ground: Ground
    found: list[Pooled] = field(default_factory=list)
    changes: list[Change] = field(default_factory=list)
    cuts: list[Cut] = field(default_factory=list)

    @property
    def numbers(self) -> range:
        return range(1, len(self.pool) + 1)

    def head(self, number: int) -> int:
        """The entry that one stands under after all merges; itself where they go in a circle."""
        trail = [number]
        while (into := self._into(trail[-1])) and into not in trail:
            trail.append(into)
        return min(trail[trail.index(into) :]) if into else trail[-1]

    def _into(self, number: int) -> int:
        said = self.said.get(number)
        good = said is not None and said.action == "merge" and said.into in self.numbers
        return said.into if said is not None and good and said.into != number else 0

    def settle(self, head: int, group: Sequence[int]) -> None:
        """Decide on an entry and on all that were merged into it."""
        lists = frozenset().union(*(self.pool[number - 1].lists for number in group))
        entry, said = self.pool[head - 1].entry, self.said.get(head)
        for number in group:
            entry = _with(entry, self.pool[number - 1].entry)
        results = self._results(entry, said, lists)
        names = tuple(result.name for result in results)
        reason = said.reason if said else ""
        self.found += [Pooled(result, lists, reason) for result in results]
        for number in group:
            if number != head:
                old = self.pool[number - 1].entry.name
                self.changes.append(Change(old, "merge", names, self.said[number].reason))

    def _results(
        self, entry: Entry, said: Decision | None, lists: Collection[int]
    ) -> tuple[Entry, ...]:
        """What stands for an entry after the merger's word, which is put on record."""
        if said is None:
            kept = len(lists) > 1
            self._note(entry, "keep" if kept else "drop", (entry,) if kept else (), said)
            if not kept:
                self.cuts.append(Cut.of(entry.name, ("unmentioned", ""), _MERGER))
            return (entry,) if kept else ()
        if said.action == "drop":
            self.cuts.append(Cut.of(entry.name, ("dropped", said.reason), _MERGER))
            self._note(entry, "drop", (), said)
            return ()
        parts = self._parts(entry, said) if said.action in ("rename", "split") else ()
        if parts:
            self._note(entry, said.action, parts, said)
            return parts
        self._note(entry, "keep", (entry,), said)
        return (entry,)

    def _parts(self, entry: Entry, said: Decision) -> tuple[Entry, ...]:
        """New names in place of an entry's, as far as they pass the screen."""
        most = 1 if said.action == "rename" else MOST_PARTS
        filled = [
            replace(
                part,
                definition=part.definition or entry.definition,
                example=part.example or entry.example,
                values=part.values or entry.values,
                # The name in the other language is still the same thing's, unless it was split.
                alias=part.alias or (entry.alias if said.action == "rename" else ""),
            )
            for part in said.parts
        ]
        kept, cuts = screen(filled, self.ground, by=_MERGER, most=most)
        self.cuts += cuts
        return kept

    def _note(
        self, entry: Entry, action: str, results: Sequence[Entry], said: Decision | None
    ) -> None:
        followed = said is not None and said.action == action
        why = "no usable name" if said and said.action in ("rename", "split") else "no such entry"
        self.changes.append(
            Change(
                entry=entry.name,
                action=action,
                names=tuple(result.name for result in results),
                reason=said.reason if said else "",
                said="" if followed else f"{said.action}: {why}" if said else "unmentioned",
            )
        )


def _once(found: Sequence[Pooled]) -> Iterator[Pooled]:
    """The entries, those that came to one name by renaming united."""
    united: dict[str, Pooled] = {}
    for item in found:
        same = kin(item.entry.name)
        known = united.get(same)
        united[same] = replace(known, lists=known.lists | item.lists) if known else item
    yield from united.values()


@dataclass(frozen=True, slots=True)
class Offer:
    """What is offered for one list."""

    entries: tuple[Pooled, ...]
    """The most often proposed first."""
    cuts: tuple[Cut, ...]
    estimate: Estimate | None


def offered(
    found: Sequence[Pooled], ground: Ground, *, lists: Collection[int], known: int, width: int
) -> Offer:
    """The entries that still may join a list, no more than fit, and the estimate before that cut.

    `lists` are the proposals that count, `known` how many entries there were before. The estimate
    takes the proposals as independent looks at one closed list in which every entry has some
    chance to be named; Chao2 is a lower bound of what is missing.
    """
    free: list[Pooled] = []
    cuts: list[Cut] = []
    for item in found:
        fault = ground.fault(item.entry.name)
        if fault:
            cuts.append(Cut.of(item.entry.name, fault))
        else:
            free.append(item)
    estimate = chao2([{kin(i.entry.name) for i in free if one in i.lists} for one in lists])
    ranked = sorted(free, key=lambda item: -len(item.lists))
    room = max(width - known, 0)
    cuts += [Cut.of(item.entry.name, ("width", f"{width} at most")) for item in ranked[room:]]
    with_known = estimate.with_known(known) if estimate else None
    return Offer(tuple(ranked[:room]), tuple(cuts), with_known)
