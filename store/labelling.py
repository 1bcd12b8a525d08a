"""Texts that are placed on a taxonomy: what a run writes of them, and questions about them."""

import json
import sqlite3
from collections.abc import Iterable, Iterator, Mapping, Sequence
from math import isfinite
from typing import Any

from ..errors import NotFound
from . import queries, records
from .writer import Statement

Row = dict[str, Any]
KIND = "label"
"""The kind of such runs."""
PREFIX = "i-"
"""How the id of an item begins, which tells it from a sample's."""
STATUSES = ("labelled", "disputed", "none", "failed")
_ITEM = ("row", "messages", "leaves", "labels")
_ANNOTATION = ("leaves", "labels")


def settled(
    item: Mapping[str, Any],
    annotations: Iterable[Mapping[str, Any]],
    differences: Iterable[Mapping[str, Any]],
) -> list[Statement]:
    """The statements of one item; a difference has kind, subject and detail."""
    common = {"sample_id": item["id"], "run_id": item["run_id"]}
    stamp = {"created_at": item["created_at"]}
    statements = [records.insert("items", [{**item, "row": _as_json(item["row"])}])]
    said = [{**common, "source": "agent", **one, **stamp} for one in annotations]
    if said:
        statements.append(records.insert("annotations", said))
    open_ones = [
        {"id": _difference_id(item["id"], one), **common, **one, "status": "open", **stamp}
        for one in differences
    ]
    if open_ones:
        statements.append(records.insert("disagreements", open_ones))
    return statements


def run(db: sqlite3.Connection, run_id: str | None = None) -> Row:
    """A run that labelled data, the newest if no id is given. Raises NotFound."""
    return queries.run(db, run_id, KIND)


def is_settled(db: sqlite3.Connection, item_id: str) -> bool:
    """Whether it is known what becomes of an item."""
    return db.execute("SELECT 1 FROM items WHERE id = ?", [item_id]).fetchone() is not None


def items(db: sqlite3.Connection, run_id: str, status: str | None = None) -> Iterator[Row]:
    """The items of a run, in the order of the data."""
    query = "SELECT * FROM items WHERE run_id = ? AND (? IS NULL OR status = ?) ORDER BY place"
    for row in db.execute(query, [run_id, status, status]):
        yield _loaded(row, _ITEM)


def item(db: sqlite3.Connection, prefix: str) -> Row:
    """The item whose id begins so. Raises NotFound when there is none or more than one."""
    query = "SELECT * FROM items WHERE substr(id, 1, length(?)) = ? LIMIT 2"
    found = db.execute(query, [prefix, prefix]).fetchall() if _has_items(db) else []
    if len(found) != 1:
        what = "no item begins" if not found else "more than one item begins"
        hint = "`taxoloom disagreements` and `taxoloom label --json` show their ids"
        raise NotFound(f"{what} with {prefix!r}", hint=hint)
    return _loaded(found[0], _ITEM)


def annotations(db: sqlite3.Connection, item_id: str) -> list[Row]:
    """What each annotator said of an item."""
    query = "SELECT * FROM annotations WHERE sample_id = ? ORDER BY id"
    return [_loaded(row, _ANNOTATION) for row in db.execute(query, [item_id])]


def counts(db: sqlite3.Connection, run_id: str) -> dict[str, int]:
    """Items by what became of them."""
    query = "SELECT status, count(*) FROM items WHERE run_id = ? GROUP BY status"
    found = dict(db.execute(query, [run_id]).fetchall())
    return {status: found.get(status, 0) for status in STATUSES}


def reasons(db: sqlite3.Connection, run_id: str, status: str) -> list[tuple[str, int]]:
    """Why items have that status, the commonest reason first."""
    query = """
        SELECT reason, count(*) AS n FROM items WHERE run_id = ? AND status = ?
        GROUP BY reason ORDER BY n DESC, reason"""
    return [tuple(row) for row in db.execute(query, [run_id, status])]


def stuck(db: sqlite3.Connection, run_id: str) -> list[tuple[str, int]]:
    """Paths of the nodes below which nothing fitted, with how many items, the commonest first."""
    query = """
        SELECT stuck, count(*) AS n FROM items WHERE run_id = ? AND status = 'none'
        GROUP BY stuck ORDER BY n DESC, stuck"""
    return [tuple(row) for row in db.execute(query, [run_id])]


def placed(db: sqlite3.Connection, run_id: str) -> Iterator[tuple[list[str], Row]]:
    """Leaves and labels of every item that has a place."""
    query = "SELECT leaves, labels FROM items WHERE run_id = ? AND leaves <> '[]' ORDER BY place"
    for leaves, labels in db.execute(query, [run_id]):
        yield json.loads(leaves), json.loads(labels)


def places_said(
    db: sqlite3.Connection, run_id: str, annotators: Sequence[str]
) -> Iterator[list[str | None]]:
    """What each annotator said of each item: leaves, as JSON; None where it gave no answer."""
    query = """
        SELECT a.sample_id, a.annotator, a.leaves, a.failed
        FROM annotations a JOIN items i ON i.id = a.sample_id
        WHERE i.run_id = ? AND a.source = 'agent' ORDER BY i.place, a.id"""
    column = {name: place for place, name in enumerate(annotators)}
    current, said = "", list[str | None]()
    for sample_id, annotator, leaves, failed in db.execute(query, [run_id]):
        if sample_id != current:
            if said:
                yield said
            current, said = sample_id, [None] * len(annotators)
        if not failed:
            said[column[annotator]] = json.dumps(sorted(json.loads(leaves)))
    if said:
        yield said


def disagreements(
    db: sqlite3.Connection, run_id: str | None, status: str | None = None
) -> Iterator[Row]:
    """What annotators differ in, with source, messages and status of the item."""
    if not _has_items(db):
        return
    query = """
        SELECT d.*, i.source, i.messages, i.status AS item_status, i.leaves
        FROM disagreements d JOIN items i ON i.id = d.sample_id
        WHERE (?1 IS NULL OR d.run_id = ?1) AND (?2 IS NULL OR d.status = ?2)
        ORDER BY d.run_id, i.place, d.rowid"""
    for row in db.execute(query, [run_id, status]):
        yield _loaded(row, ("detail", "messages", "leaves"))


def differences_of(db: sqlite3.Connection, item_id: str) -> list[Row]:
    """What annotators of one item differ in."""
    query = "SELECT * FROM disagreements WHERE sample_id = ? ORDER BY rowid"
    return [_loaded(row, ("detail",)) for row in db.execute(query, [item_id])]


def _as_json(row: Mapping[str, Any]) -> str:
    """A row as JSON has it: Parquet has dates and bytes, and numbers that are none."""
    try:
        return json.dumps(row, ensure_ascii=False, default=str, allow_nan=False)
    except ValueError:
        return json.dumps(_finite(row), ensure_ascii=False, default=str)


def _finite(value: Any) -> Any:
    """The same data with null for what is no number."""
    if isinstance(value, float):
        return value if isfinite(value) else None
    if isinstance(value, list):
        return [_finite(one) for one in value]
    if isinstance(value, Mapping):
        return {name: _finite(one) for name, one in value.items()}
    return value


def _difference_id(item_id: str, difference: Mapping[str, Any]) -> str:
    subject = difference["subject"]
    return f"d-{item_id}-{subject}" if subject else f"d-{item_id}"


def _loaded(row: sqlite3.Row, columns: Iterable[str]) -> Row:
    return {**dict(row), **{column: json.loads(row[column]) for column in columns}}


def _has_items(db: sqlite3.Connection) -> bool:
    query = "SELECT 1 FROM sqlite_master WHERE name = 'items'"
    return db.execute(query).fetchone() is not None
