"""What came of growing a taxonomy, as its user holds it: what is offered, and the taxonomy with it.

Everything is read from SQL. Nothing here writes a file: `apply` gives a taxonomy, `diff` a text.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

from ..errors import InputError
from ..store import growth as questions
from ..store import queries, reading
from ..taxonomy import Taxonomy
from ..taxonomy.growing.completeness import Estimate
from ..taxonomy.growing.growth import Addition, Entry, Spot, difference, grown
from .grow_trace import GrowTrace, grow_trace

Choice = Literal["all", "none"] | Iterable[int]
"""Which additions: all, none, or those with these numbers."""
COMPLETE = 0.95
"""Estimated share of a complete list from which its mark as open may be cleared."""


@dataclass(frozen=True, slots=True)
class Offered:
    """One entry that is offered, with the number by which a person accepts it."""

    number: int
    list_id: str
    path: str
    """The list that it would join."""
    addition: Addition
    proposed_by: int
    """How many of the proposals had it."""
    reason: str
    """Why the merger left it as it is."""

    @property
    def entry(self) -> Entry:
        """Name, definition, example, and values of an attribute."""
        return self.addition.entry


@dataclass(frozen=True, slots=True)
class GrownList:
    """One list, and what became of it."""

    id: str
    """What `taxoloom trace` takes."""
    spot: Spot
    path: str
    status: str
    """grown, complete (nothing is missing), full (nobody was asked) or failed."""
    reason: str
    detail: str
    known: int
    """Entries before."""
    estimate: Estimate | None
    """How many there probably are, those before included; Chao2, a lower bound."""
    row: dict[str, Any]
    """The whole row: level plan, proposals, cuts, changes."""

    def completeness(self, accepted: int, refused: int) -> float | None:
        """Share of the list that is there if so many additions join and so many do not belong."""
        if self.estimate is None:
            return None
        total = max(self.estimate.total - refused, self.known + accepted)
        return (self.known + accepted) / total if total else 1.0


@dataclass(frozen=True, slots=True)
class Growth:
    """A finished run that grew a taxonomy."""

    id: str
    path: Path
    status: str
    language: str
    taxonomy: Taxonomy
    """As it was before."""
    lists: tuple[GrownList, ...]
    """In the order of the tree."""
    additions: tuple[Offered, ...]

    @property
    def estimates(self) -> dict[str, Estimate]:
        """By list, for the lists that have one."""
        return {one.path: one.estimate for one in self.lists if one.estimate is not None}

    def choose(self, accept: Choice = "all") -> tuple[Offered, ...]:
        """The additions with these numbers; InputError for one that there is not or cannot be."""
        if isinstance(accept, str):
            if accept not in ("all", "none"):
                raise InputError(f"unknown choice {accept!r}", hint="all, none, or numbers")
            return self.additions if accept == "all" else ()
        wanted = set(accept)
        if strange := wanted - {one.number for one in self.additions}:
            raise InputError(
                f"there is no addition {min(strange)}", hint=f"there are {len(self.additions)}"
            )
        chosen = tuple(one for one in self.additions if one.number in wanted)
        self._check_parents(chosen)
        return chosen

    def _check_parents(self, chosen: Sequence[Offered]) -> None:
        for one in chosen:
            parent = self.parent(one)
            if parent is not None and parent not in chosen:
                raise InputError(
                    f"addition {one.number} stands below {parent.number}, which is not accepted",
                    hint=f"accept {parent.number} as well, or leave {one.number} out",
                )

    def parent(self, one: Offered) -> Offered | None:
        """The addition that another one stands below."""
        if one.addition.spot.node in self.taxonomy:
            return None
        return next(up for up in self.additions if one.path == f"{up.path} > {up.entry.name}")

    def apply(self, accept: Choice = "all", *, close: bool = False) -> Taxonomy:
        """The taxonomy with the chosen additions.

        `close` clears the mark as open of lists that are then complete by the estimate.
        """
        chosen = self.choose(accept)
        closed = self.complete(chosen) if close else []
        additions = [one.addition for one in chosen]
        return grown(self.taxonomy, additions, language=self.language, closed=closed)

    def complete(self, chosen: Sequence[Offered]) -> list[Spot]:
        """The lists that are complete by the estimate with the chosen additions."""
        numbers = {one.number for one in chosen}
        found = []
        for item in self.lists:
            own = [one.number for one in self.additions if one.list_id == item.id]
            accepted = len(numbers & set(own))
            share = item.completeness(accepted, len(own) - accepted)
            if share is not None and share >= COMPLETE:
                found.append(item.spot)
        return found

    def diff(self, accept: Choice = "all", *, close: bool = False, file: str = "") -> str:
        """What the chosen additions change, as a unified diff of the YAML file."""
        after = self.apply(accept, close=close)
        return difference(self.taxonomy, after, file or "taxonomy.yaml")

    def trace(self, list_id: str) -> GrowTrace:
        """The whole way of one list."""
        with reading(self.path) as db:
            return grow_trace(db, list_id)


def read_growth(path: Path, run_id: str | None = None) -> Growth:
    """The growth of a run, the newest if no id is given. Raises NotFound."""
    with reading(path) as db:
        run = questions.run(db, run_id)
        taxonomy = Taxonomy.from_dict(queries.taxonomy(db, run["id"]))
        rows = questions.lists(db, run["id"])
    ordered = _in_tree_order(taxonomy, rows, run["language"])
    return Growth(
        id=run["id"],
        path=path,
        status=run["status"],
        language=run["language"],
        taxonomy=taxonomy,
        lists=tuple(map(_list, ordered)),
        additions=tuple(_offered(ordered)),
    )


def _in_tree_order(
    taxonomy: Taxonomy, rows: Sequence[dict[str, Any]], language: str
) -> list[dict[str, Any]]:
    """The lists as a person reads a tree: a node's lists before those of what stands below it."""
    additions = [
        Addition(_spot(row), Entry.from_dict(item["entry"]))
        for row in rows
        for item in row["additions"]
    ]
    whole = grown(taxonomy, additions, language=language)
    rank = {node.id: place for place, node in enumerate(whole.walk())}
    return sorted(rows, key=lambda row: (rank[row["node"]], row["wave"], row["place"]))


def _offered(rows: Sequence[dict[str, Any]]) -> Iterable[Offered]:
    number = 0
    for row in rows:
        for item in row["additions"]:
            number += 1
            yield Offered(
                number=number,
                list_id=row["id"],
                path=row["path"],
                addition=Addition(_spot(row), Entry.from_dict(item["entry"])),
                proposed_by=len(item["lists"]),
                reason=item["reason"],
            )


def _list(row: dict[str, Any]) -> GrownList:
    return GrownList(
        id=row["id"],
        spot=_spot(row),
        path=row["path"],
        status=row["status"],
        reason=row["reason"],
        detail=row["detail"],
        known=row["known"],
        estimate=Estimate(**row["estimate"]) if row["estimate"] else None,
        row=row,
    )


def _spot(row: dict[str, Any]) -> Spot:
    return Spot(row["kind"], row["node"], row["attribute"])
