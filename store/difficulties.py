"""Measured difficulties, and the rankings that they are made of: written whole for a run.

A later measuring of a run takes the place of the earlier one, as ratings of two measurings are not
on one scale; its calls stay. Knows nothing of how ratings are made.
"""

import hashlib
import json
import sqlite3
from collections.abc import Mapping, Sequence
from typing import Any

from ..errors import NotFound
from . import records
from .writer import Statement

Row = dict[str, Any]
PREFIX = "b-"
"""How the id of a batch begins, under which its calls stand; tells it from a sample's."""


def batch_id(run_id: str, sample_ids: Sequence[str]) -> str:
    """The id of samples of a run that are ranked together, in the order in which they stand."""
    text = "\x1f".join((run_id, *sample_ids))
    return PREFIX + hashlib.sha256(text.encode()).hexdigest()[:12]


def replaced(
    run_id: str, rankings: Sequence[Mapping[str, Any]], ratings: Sequence[Mapping[str, Any]]
) -> list[Statement]:
    """The statements that put rankings and ratings of a run in the place of those that it has."""
    return [
        ("DELETE FROM difficulties WHERE run_id = ?", [[run_id]]),
        ("DELETE FROM rankings WHERE run_id = ?", [[run_id]]),
        records.insert("rankings", rankings),
        records.insert("difficulties", ratings),
    ]


def to_measure(db: sqlite3.Connection, run_id: str, status: str) -> list[str]:
    """Ids of the samples of one decision that have a text, in the order of their slots."""
    query = """
        SELECT id FROM samples WHERE run_id = ? AND status = ? AND messages <> '[]'
        ORDER BY slot, attempt"""
    return [row[0] for row in db.execute(query, [run_id, status])]


def messages(db: sqlite3.Connection, sample_ids: Sequence[str]) -> list[list[dict[str, str]]]:
    """The dialogue of each sample, in the order of the ids."""
    marks = ", ".join("?" * len(sample_ids))
    query = f"SELECT id, messages FROM samples WHERE id IN ({marks})"
    found = {row[0]: json.loads(row[1]) for row in db.execute(query, list(sample_ids))}
    return [found[id_] for id_ in sample_ids]


def ratings(db: sqlite3.Connection, run_id: str) -> list[Row]:
    """What was measured of a run, with leaf, labels and dialogue; the easiest first.

    Nothing in a database that an older version wrote.
    """
    if not _has_table(db):
        return []
    query = """
        SELECT d.*, s.leaf, s.labels, s.messages, s.status
        FROM difficulties d JOIN samples s ON s.id = d.sample_id
        WHERE d.run_id = ? ORDER BY d.rating, d.sample_id"""
    rows = (dict(row) for row in db.execute(query, [run_id]))
    return [row | {name: json.loads(row[name]) for name in ("labels", "messages")} for row in rows]


def asked_batch(db: sqlite3.Connection, prefix: str) -> str:
    """The id of the batch that begins so and was asked about. Raises NotFound for none or two."""
    query = "SELECT DISTINCT sample_id FROM calls WHERE substr(sample_id, 1, length(?)) = ? LIMIT 2"
    found = [row[0] for row in db.execute(query, [prefix, prefix])]
    if len(found) != 1:
        what = "no ranked batch begins" if not found else "more than one ranked batch begins"
        raise NotFound(f"{what} with {prefix!r}", hint="the table `rankings` has their ids")
    return str(found[0])


def ranking(db: sqlite3.Connection, batch_id: str) -> Row | None:
    """The ranking of a batch; None where its measuring has not ended, or was replaced."""
    if not _has_table(db):
        return None
    row = db.execute("SELECT * FROM rankings WHERE id = ?", [batch_id]).fetchone()
    if row is None:
        return None
    return dict(row) | {name: json.loads(row[name]) for name in ("samples", "ranks")}


def _has_table(db: sqlite3.Connection) -> bool:
    query = "SELECT 1 FROM sqlite_master WHERE name = 'difficulties'"
    return db.execute(query).fetchone() is not None
