"""What is left to settle, and who has settled what: questions about disagreements and reviews.

Only reads; of a database that has no reviews yet, `upgrade` makes one that has.
"""

import json
import sqlite3
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from ..errors import NotFound

Row = dict[str, Any]

KINDS = ("decision", "criterion", "score", "label")
"""Kinds of disagreements."""
_SAMPLE_JSON = ("labels", "messages")


@dataclass(frozen=True, slots=True)
class Chosen:
    """Which disagreements: every part that is set narrows."""

    kinds: Sequence[str] = ()
    criterion: str | None = None
    leaf: str | None = None
    """Part of the leaf's path."""
    status: str | None = None
    """open or settled."""
    sample: str | None = None
    """The sample's whole id."""

    def where(self) -> tuple[str, list[object]]:
        """The condition on a disagreement `d` of a sample `s`, and its values."""
        parts, values = ["1"], list[object]()
        if self.kinds:
            parts.append(f"d.kind IN ({', '.join('?' * len(self.kinds))})")
            values += self.kinds
        for condition, value in (
            # By the id: a database of an older version has no column for the subject.
            ("d.kind = 'criterion' AND d.id = 'd-' || d.sample_id || '-' || ?", self.criterion),
            ("instr(s.leaf, ?) > 0", self.leaf),
            ("d.status = ?", self.status),
            ("d.sample_id = ?", self.sample),
        ):
            if value is not None:
                parts.append(condition)
                values.append(_storable(value))
        return " AND ".join(parts), values


def disagreements(
    db: sqlite3.Connection, run_id: str | None, chosen: Chosen, limit: int | None = None
) -> Iterator[Row]:
    """Disagreements with the leaf and decision of their sample, in the order of the slots.

    What is of no sample, but of an item that was labelled, has neither.
    """
    condition, values = chosen.where()
    query = f"""
        SELECT d.*, coalesce(s.leaf, '') AS leaf, s.status AS sample_status,
               coalesce(s.messages, '[]') AS messages
        FROM disagreements d LEFT JOIN samples s ON s.id = d.sample_id
        WHERE (? IS NULL OR d.run_id = ?) AND {condition}
        ORDER BY d.run_id, s.slot, s.attempt, d.kind <> 'decision', d.rowid LIMIT ?"""
    for row in db.execute(query, [run_id, run_id, *values, -1 if limit is None else limit]):
        given = dict(row)
        yield {**given, **{name: json.loads(given[name]) for name in ("detail", "messages")}}


def disagreement(db: sqlite3.Connection, run_id: str, id_: str) -> Row:
    """One disagreement of a run. Raises NotFound."""
    query = "SELECT * FROM disagreements WHERE run_id = ? AND id = ?"
    row = db.execute(query, [run_id, id_]).fetchone()
    if row is None:
        hint = "`taxoloom disagreements` lists their ids"
        raise NotFound(f"run {run_id} has no disagreement {id_!r}", hint=hint)
    return {**dict(row), "detail": json.loads(row["detail"])}


def to_settle(
    db: sqlite3.Connection, run_id: str, chosen: Chosen, sample_status: str | None = None
) -> list[str]:
    """Ids of the samples that have such disagreements and a text to be looked at."""
    condition, values = chosen.where()
    query = f"""
        SELECT DISTINCT s.id FROM samples s JOIN disagreements d ON d.sample_id = s.id
        WHERE s.run_id = ?1 AND (?2 IS NULL OR s.status = ?2) AND s.messages <> '[]'
              AND {condition} ORDER BY s.slot, s.attempt"""
    return [row[0] for row in db.execute(query, [run_id, sample_status, *values])]


def sample(db: sqlite3.Connection, run_id: str, sample_id: str) -> Row:
    """One sample of a run by its whole id. Raises NotFound."""
    query = "SELECT * FROM samples WHERE run_id = ? AND id = ?"
    row = db.execute(query, [run_id, sample_id]).fetchone()
    if row is None:
        raise NotFound(
            f"run {run_id} has no sample {sample_id!r}", hint="`taxoloom samples` lists their ids"
        )
    return {**dict(row), **{name: json.loads(row[name]) for name in _SAMPLE_JSON}}


def votes(db: sqlite3.Connection, sample_id: str) -> list[Row]:
    """The panel's verdicts on a sample, in the panel's order, without other wordings."""
    query = """
        SELECT judge, model, accept, score, criteria, rationale, unscored FROM verdicts
        WHERE sample_id = ? AND source = 'agent' AND variant = '' ORDER BY id"""
    rows = db.execute(query, [sample_id])
    return [{**dict(row), "criteria": json.loads(row["criteria"])} for row in rows]


def reviews(db: sqlite3.Connection, sample_id: str) -> list[Row]:
    """All that moved a sample or was said of it, those taken back as well, the first one first."""
    if not _has_reviews(db):
        return []
    query = "SELECT * FROM reviews WHERE sample_id = ? ORDER BY id"
    return [dict(row) for row in db.execute(query, [sample_id])]


def last_of(db: sqlite3.Connection, run_id: str, source: str) -> Row | None:
    """The last review of somebody in a run that was not taken back."""
    query = """
        SELECT * FROM reviews WHERE run_id = ? AND source = ? AND undone_at IS NULL
        ORDER BY id DESC LIMIT 1"""
    row = db.execute(query, [run_id, source]).fetchone()
    return None if row is None else dict(row)


def voters(db: sqlite3.Connection, run_id: str) -> dict[str, set[str]]:
    """Who has had a say, by sample, without policies and what was taken back."""
    query = """
        SELECT sample_id, source FROM reviews
        WHERE run_id = ? AND undone_at IS NULL AND source NOT LIKE 'policy:%'"""
    found: dict[str, set[str]] = {}
    for sample_id, source in db.execute(query, [run_id]):
        found.setdefault(sample_id, set()).add(source)
    return found


def _has_reviews(db: sqlite3.Connection) -> bool:
    query = "SELECT 1 FROM sqlite_master WHERE name = 'reviews'"
    return db.execute(query).fetchone() is not None


def _storable(text: str) -> str:
    """A search text that SQLite takes: lone surrogates come from bytes that are not UTF-8."""
    return text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
