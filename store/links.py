"""Linked groups: which samples were made from which, as `linked_groups` has it."""

import sqlite3
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

Row = dict[str, Any]


def groups(db: sqlite3.Connection, sample_id: str | None = None) -> dict[str, list[Row]]:
    """By sample the groups that it is in: their id, kind, and which member it is.

    A group has the id of its first sample, which is member 0. With `sample_id` all members of the
    groups that this one is in. Nothing from a database that an older version wrote.
    """
    if not db.execute("SELECT 1 FROM sqlite_master WHERE name = 'linked_groups'").fetchone():
        return {}
    query, values = "SELECT group_id, kind, member, sample_id FROM linked_groups", list[str]()
    if sample_id is not None:
        query += """ WHERE (group_id, kind) IN (
            SELECT group_id, kind FROM linked_groups WHERE sample_id = ?)"""
        values = [sample_id]
    found: dict[str, list[Row]] = defaultdict(list)
    for group, kind, member, sample in db.execute(f"{query} ORDER BY kind, member", values):
        found[sample].append({"id": group, "kind": kind, "member": member})
    return dict(found)


def made_from_another(row: Mapping[str, Any]) -> bool:
    """Whether a row, of ours or of an export, repeats the first sample of its group on purpose."""
    beside = row.get("meta")
    linked = row.get("linked") or (beside.get("linked") if isinstance(beside, Mapping) else None)
    rows = linked if isinstance(linked, list) else []
    return any(isinstance(one, Mapping) and one.get("member") for one in rows)


def with_groups(db: sqlite3.Connection, samples: Iterable[Row]) -> Iterator[Row]:
    """Samples, each with the groups that it is in as `linked`."""
    known = groups(db)
    return ({**sample, "linked": known.get(sample["id"], [])} for sample in samples)
