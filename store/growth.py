"""Questions about taxonomies that were grown: the lists of a run, and one list with its calls."""

import json
import sqlite3
from typing import Any

from ..errors import NotFound
from . import queries

Row = dict[str, Any]
KIND = "grow"
"""The kind of such runs."""
_JSON = ("level", "proposals", "counted", "cuts", "changes", "additions", "estimate")


def run(db: sqlite3.Connection, run_id: str | None = None) -> Row:
    """A run that grew a taxonomy, the newest if no id is given. Raises NotFound."""
    return queries.run(db, run_id, KIND)


def lists(db: sqlite3.Connection, run_id: str, wave: int | None = None) -> list[Row]:
    """The lists of a run, or of one of its waves, in the order in which they were grown."""
    query = """
        SELECT * FROM growths WHERE run_id = ? AND (? IS NULL OR wave = ?) ORDER BY wave, place"""
    return [_row(row) for row in db.execute(query, [run_id, wave, wave])]


def one(db: sqlite3.Connection, prefix: str) -> Row:
    """The list whose id begins so. Raises NotFound when there is none or more than one."""
    query = "SELECT * FROM growths WHERE substr(id, 1, length(?)) = ? LIMIT 2"
    found = db.execute(query, [prefix, prefix]).fetchall() if _has_lists(db) else []
    if len(found) != 1:
        what = "no list begins" if not found else "more than one list begins"
        raise NotFound(
            f"{what} with {prefix!r}", hint="`taxoloom taxonomy grow FILE --resume` shows their ids"
        )
    return _row(found[0])


def calls(db: sqlite3.Connection, growth: Row) -> list[Row]:
    """Every attempt at every call of a list, the one for its level plan first."""
    return queries.calls(db, growth["level_id"]) + queries.calls(db, growth["id"])


def _row(row: sqlite3.Row) -> Row:
    return {**dict(row), **{column: json.loads(row[column]) for column in _JSON}}


def _has_lists(db: sqlite3.Connection) -> bool:
    query = "SELECT 1 FROM sqlite_master WHERE name = 'growths'"
    return db.execute(query).fetchone() is not None
