"""Takes samples back whose time has run out, with their history.

Works on plain rows; knows nothing of how long anything stays true.
"""

import sqlite3
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from . import records
from .writer import Statement

Row = dict[str, Any]
REASON = "stale"


def accepted(db: sqlite3.Connection, run_id: str) -> Iterator[Row]:
    """Id, slot, leaf, date and reason of the accepted samples of a run, slot by slot."""
    query = """
        SELECT id, slot, leaf, as_of, reason FROM samples WHERE run_id = ? AND status = 'accepted'
        ORDER BY slot, attempt"""
    return (dict(row) for row in db.execute(query, [run_id]))


def taken_back(
    run_id: str, samples: Sequence[Mapping[str, Any]], *, created_at: str
) -> list[Statement]:
    """The statements; a sample has id, reason and the detail of why it is no longer accepted."""
    update = """
        UPDATE samples SET status = 'rejected', reason = ?, detail = ?
        WHERE id = ? AND status = 'accepted'"""
    reviews = [
        {
            "sample_id": sample["id"],
            "run_id": run_id,
            "source": REASON,
            "was": "accepted",
            "was_reason": sample["reason"],
            "became": "rejected",
            "became_reason": REASON,
            "criterion": "",
            "comment": sample["detail"],
            "created_at": created_at,
        }
        for sample in samples
    ]
    moves = [[REASON, sample["detail"], sample["id"]] for sample in samples]
    return [(update, moves), records.insert("reviews", reviews)]
