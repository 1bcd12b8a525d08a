"""Which samples have expired, leaf by leaf, and how to have them made anew. Calls no model.

A sample counts from its `as_of` for as many days as the taxonomy gives its leaf. Reads runs and
data files; moves nothing before `take_back`.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from pathlib import Path
from sqlite3 import Connection
from typing import Any

from ..errors import InputError
from ..store import Writer, count_shortfall, lock, queries, reading, records, stale, upgrade
from ..store.writer import Statement
from ..taxonomy import PATH_SEPARATOR, Taxonomy, load
from ..taxonomy.freshness import HINT, days_of, last_day, lifetimes
from .engine import moment
from .sources import DataFile, Source

SOON = 30
"""Days within which it is worth to know that a sample will expire."""

Row = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Expired:
    """A sample whose last good day is over."""

    id: str
    """The sample's; of a file, the row's own or where it stands."""
    leaf: str
    as_of: str
    fresh_for: int
    expires: str
    """Its last good day."""
    reason: str = ""
    """Why it had been accepted."""


@dataclass(slots=True)
class LeafAge:
    """The samples of one leaf that age."""

    leaf: str
    accepted: int = 0
    expired: int = 0
    soon: int = 0
    """Of those that have not expired, how many will within `SOON` days."""
    oldest: str = ""
    """The earliest `as_of`."""
    next: str = ""
    """The last good day of the one that will expire first."""


@dataclass(frozen=True, slots=True)
class Staleness:
    """What has expired of a run or a file on one day."""

    source: str
    on: str
    leaves: tuple[LeafAge, ...]
    """Those whose samples age, the ones with most expired samples first."""
    expired: tuple[Expired, ...]
    accepted: int
    """All samples, those that never expire among them."""
    lasting: int
    """Samples of leaves without `fresh_for`."""
    undated: int
    """Samples that age, but say no `as_of` to count from."""

    @property
    def soon(self) -> int:
        """How many will expire within `SOON` days."""
        return sum(leaf.soon for leaf in self.leaves)


@dataclass(slots=True)
class _Count:
    """Samples on their way to a report."""

    on: date
    lives: Mapping[str, int]
    leaves: dict[str, LeafAge] = field(default_factory=dict)
    expired: list[Expired] = field(default_factory=list)
    accepted: int = 0
    lasting: int = 0
    undated: int = 0

    def take(self, row: Row) -> None:
        self.accepted += 1
        days = row.get("fresh_for") or self.lives.get(row["leaf"])
        if days is None:
            self.lasting += 1
            return
        last = last_day(row["as_of"], days)
        if last is None:
            self.undated += 1
            return
        leaf = self.leaves.setdefault(row["leaf"], LeafAge(row["leaf"]))
        leaf.accepted += 1
        leaf.oldest = min(leaf.oldest or row["as_of"], row["as_of"])
        if last < self.on:
            leaf.expired += 1
            told = (row["id"], row["leaf"], row["as_of"], days, last.isoformat(), row["reason"])
            self.expired.append(Expired(*told))
            return
        leaf.soon += last < self.on + timedelta(days=SOON)
        leaf.next = min(leaf.next or last.isoformat(), last.isoformat())

    def whole(self, source: str) -> Staleness:
        ranked = sorted(self.leaves.values(), key=lambda one: (-one.expired, one.leaf))
        return Staleness(
            source=source,
            on=self.on.isoformat(),
            leaves=tuple(ranked),
            expired=tuple(self.expired),
            accepted=self.accepted,
            lasting=self.lasting,
            undated=self.undated,
        )


def staleness(source: Source, on: date, taxonomy: str | None = None) -> Staleness:
    """What of a run or a data file has expired before a day.

    `taxonomy` is a file whose `fresh_for` counts in the place of the run's own. Rows of a file may
    say `fresh_for` themselves. Raises InputError and NotFound.
    """
    if isinstance(source, DataFile):
        other = None if taxonomy is None else load(taxonomy)
        return _counted(str(source), _rows(source, other), on, other)
    with reading(source.db) as connection:
        tree = _taxonomy(connection, source.id, taxonomy)
        return _counted(source.id, stale.accepted(connection, source.id), on, tree)


def take_back(db: Path, run_id: str, on: date, taxonomy: str | None = None) -> Staleness:
    """Reject what has expired, so that a plan finds it missing; what was taken back.

    Done again on the same day it finds nothing more. Raises InputError for a run that is not
    finished, which would fill the gaps as of its own old day.
    """
    upgrade(db)
    with lock(db):
        with reading(db) as connection:
            run = queries.run(connection, run_id)
            if run["status"] not in queries.FINISHED:
                raise InputError(
                    f"run {run_id} is not finished: it would fill gaps as of {run['as_of']} again",
                    hint="finish it with generate --resume, then take back what has expired",
                )
            tree = _taxonomy(connection, run_id, taxonomy)
            rows = list(stale.accepted(connection, run_id))
        found = _counted(run_id, rows, on, tree)
        if found.expired:
            writer = Writer(db)
            try:
                writer.write_now(_moved(run, rows, found.expired, on))
            finally:
                writer.close()
    return found


def _moved(run: Row, rows: Sequence[Row], expired: Sequence[Expired], on: date) -> list[Statement]:
    """The statements that take samples back and count anew what their run lacks."""
    gone = {one.id for one in expired}
    short = run["asked"] - len({row["slot"] for row in rows if row["id"] not in gone})
    reason = f"{short} of {run['asked']} samples are missing: {len(gone)} were taken back as stale"
    taken = [{"id": one.id, "reason": one.reason, "detail": _why(one, on)} for one in expired]
    return [
        *stale.taken_back(run["id"], taken, created_at=moment()),
        *count_shortfall(run["id"]),
        records.set_status(run["id"], "shortfall", reason, run["finished_at"]),
    ]


def sources_of(db: Path, run_id: str) -> tuple[tuple[str, ...], str | None, str]:
    """What a run was planned against, itself at the end; the day its recipe pins; its own day."""
    with reading(db) as connection:
        run = queries.run(connection, run_id)
    recipe = run["recipe"]
    return (*(recipe.get("against") or ()), run_id), recipe.get("as_of"), run["as_of"]


def with_expiry(
    db: Connection, run_id: str, samples: Iterable[dict[str, Any]]
) -> Iterator[dict[str, Any]]:
    """Samples of a run with `fresh_for` and `expires`, where their leaf ages."""
    data = queries.taxonomy(db, run_id)
    # Most trees have none, and are not built to be told so.
    ageing = any("fresh_for" in node for node in data.get("nodes", ()))
    lives = lifetimes(Taxonomy.from_dict(data)) if ageing else {}
    for sample in samples:
        days = lives.get(sample["leaf"])
        last = None if days is None else last_day(sample["as_of"], days)
        more = {} if last is None else {"fresh_for": days, "expires": last.isoformat()}
        yield {**sample, **more}


def _taxonomy(db: Connection, run_id: str, other: str | None) -> Taxonomy:
    return Taxonomy.from_dict(queries.taxonomy(db, run_id)) if other is None else load(other)


def _counted(name: str, rows: Iterable[Row], on: date, taxonomy: Taxonomy | None) -> Staleness:
    count = _Count(on, {} if taxonomy is None else lifetimes(taxonomy))
    for row in rows:
        count.take(row)
    return count.whole(name)


def _rows(source: DataFile, taxonomy: Taxonomy | None) -> Iterator[Row]:
    """Rows as `take` wants them; ours say under `meta` what others say beside the dialogue."""
    for where, row in source.rows():
        meta = row.get("meta")
        said = {**(meta if isinstance(meta, Mapping) else {}), **row}
        leaf = said.get("leaf") or said.get("path") or ""
        path = leaf if isinstance(leaf, str) else PATH_SEPARATOR.join(map(str, leaf))
        node = taxonomy.find(path) if taxonomy is not None and path else None
        days = _own_days(said, where)
        if taxonomy is not None and node is not None:
            days = taxonomy.fresh_for_of(node.id) or days
            path = PATH_SEPARATOR.join(node.path)
        yield {
            "id": str(said.get("id") or where),
            "leaf": path,
            "as_of": str(said.get("as_of") or ""),
            "fresh_for": days,
            "reason": "",
        }


def _own_days(row: Row, where: str) -> int | None:
    written = row.get("fresh_for")
    if written in (None, ""):
        return None
    days = days_of(str(written))
    if days is None:
        raise InputError(f"{where}: fresh_for {written!r} is no number of days", hint=HINT)
    return days


def _why(one: Expired, on: date) -> str:
    told = f"true as of {one.as_of}, good for {one.fresh_for} days until {one.expires}"
    return f"{told}, taken back as of {on.isoformat()}"
