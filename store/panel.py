"""What a run must know of its panel's past: votes, canaries, and the policies it decided by.

Asked by the runner between waves, and by whoever decides a run anew.
"""

import json
import sqlite3
from collections.abc import Iterator
from itertools import groupby
from typing import Any

Row = dict[str, Any]
Vote = tuple[str, str, bool | None]
"""Sample, judge, and what it said: None where it could not be scored."""

_JSON = ("labels", "request", "messages")


def votes(db: sqlite3.Connection, run_id: str) -> Iterator[Vote]:
    """The panel's votes on the samples of a run, sample by sample in the panel's order."""
    query = """
        SELECT v.sample_id, v.judge, v.accept FROM verdicts v JOIN samples s ON s.id = v.sample_id
        WHERE v.run_id = ? AND v.source = 'agent' AND v.variant = '' ORDER BY v.id"""
    return _votes(db.execute(query, [run_id]))


def canary_votes(db: sqlite3.Connection, run_id: str) -> Iterator[Vote]:
    """The panel's votes on the canaries of a run."""
    query = """
        SELECT v.sample_id, v.judge, v.accept FROM verdicts v JOIN canaries c ON c.id = v.sample_id
        WHERE v.run_id = ? AND v.source = 'agent' AND v.variant = '' ORDER BY c.place, v.id"""
    return _votes(db.execute(query, [run_id]))


def truth(db: sqlite3.Connection, run_id: str) -> dict[str, bool]:
    """Which canaries of a run are good, by id."""
    query = "SELECT id, good FROM canaries WHERE run_id = ? ORDER BY place"
    return {row[0]: bool(row[1]) for row in db.execute(query, [run_id])}


def canaries(db: sqlite3.Connection, run_id: str, wave: int) -> list[Row]:
    """The canaries that a wave was planned with."""
    query = "SELECT * FROM canaries WHERE run_id = ? AND wave = ? ORDER BY place"
    rows = db.execute(query, [run_id, wave])
    return [{**dict(row), **{name: json.loads(row[name]) for name in _JSON}} for row in rows]


def judged_canaries(db: sqlite3.Connection, run_id: str) -> set[str]:
    """Ids of the canaries that have verdicts."""
    query = """
        SELECT DISTINCT v.sample_id FROM verdicts v JOIN canaries c ON c.id = v.sample_id
        WHERE c.run_id = ?"""
    return {row[0] for row in db.execute(query, [run_id])}


def judged(db: sqlite3.Connection, run_id: str) -> Iterator[tuple[Row, list[Row]]]:
    """Each sample that the panel judged, with its verdicts in the panel's order.

    A sample has id, leaf, status and reason, `settled` if a person or an agent has settled it, and
    `found` if an annotator was to find its leaf again; a verdict what a decision is made of.
    """
    query = """
        SELECT s.id, s.leaf, s.status, s.reason,
               json_extract(s.artifacts, '$.label_check.found') AS found,
               EXISTS (SELECT 1 FROM reviews r WHERE r.sample_id = s.id AND r.undone_at IS NULL
                       AND r.source NOT LIKE 'policy:%'
                       AND (r.was, r.was_reason) <> (r.became, r.became_reason)) AS settled,
               v.judge, v.accept, v.criteria, v.unscored
        FROM samples s JOIN verdicts v ON v.sample_id = s.id
        WHERE s.run_id = ? AND v.source = 'agent' AND v.variant = ''
        ORDER BY s.slot, s.attempt, v.id"""
    for _, rows in groupby(db.execute(query, [run_id]), key=lambda row: row["id"]):
        together = list(rows)
        first = together[0]
        sample = {name: first[name] for name in ("id", "leaf", "status", "reason")}
        found = None if first["found"] is None else bool(first["found"])
        sample |= {"settled": bool(first["settled"]), "found": found}
        yield sample, [_verdict(row) for row in together]


def _verdict(row: sqlite3.Row) -> Row:
    accept = None if row["accept"] is None else bool(row["accept"])
    criteria = json.loads(row["criteria"])
    unscored = row["unscored"] or ("" if accept is not None else "no vote")
    return {"judge": row["judge"], "accept": accept, "criteria": criteria, "unscored": unscored}


def policy(db: sqlite3.Connection, run_id: str, wave: int) -> Row | None:
    """Name and parameters of the policy that a wave is decided by, if that is settled."""
    query = "SELECT name, data FROM policies WHERE run_id = ? AND wave = ?"
    row = db.execute(query, [run_id, wave]).fetchone()
    return None if row is None else {"name": row["name"], "data": json.loads(row["data"])}


def last_policy(db: sqlite3.Connection, run_id: str) -> Row | None:
    """Name and parameters of the policy that the last wave was decided by."""
    query = """
        SELECT name, data FROM policies WHERE run_id = ? AND wave IS NOT NULL
        ORDER BY wave DESC LIMIT 1"""
    row = db.execute(query, [run_id]).fetchone()
    return None if row is None else {"name": row["name"], "data": json.loads(row["data"])}


def _votes(rows: sqlite3.Cursor) -> Iterator[Vote]:
    return ((row[0], row[1], None if row[2] is None else bool(row[2])) for row in rows)
