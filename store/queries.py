"""Questions people ask of a database. Every answer comes from SQL alone, as plain data."""

import json
import sqlite3
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from ..errors import NotFound
from . import review_rows

Row = dict[str, Any]
_JSON = frozenset(
    {"labels", "messages", "artifacts", "criteria", "detail_json", "params", "models", "recipe"}
)
FINISHED = ("done", "shortfall")
"""States of a run that has nothing left to do."""
_IN_A_MESSAGE = """EXISTS (
    SELECT 1 FROM json_each(messages) WHERE instr(json_extract(value, '$.content'), ?) > 0)"""


@dataclass(frozen=True, slots=True)
class Filter:
    """Which samples: every part that is not None narrows."""

    run: str | None = None
    status: str | None = None
    leaf: str | None = None
    """Part of the leaf's path."""
    label: tuple[str, str] | None = None
    reason: str | None = None
    """Beginning of the reason."""
    text: str | None = None
    """Part of any message."""

    def where(self) -> tuple[str, list[object]]:
        """The condition and its values."""
        parts: list[str] = []
        values: list[object] = []
        for condition, value in (
            ("run_id = ?", self.run),
            ("status = ?", self.status),
            ("instr(leaf, ?) > 0", self.leaf),
            ("substr(reason, 1, length(?)) = ?", self.reason),
            # Quick, but met by the JSON around a text as well: the next condition is exact.
            ("instr(messages, ?) > 0", _escaped(self.text)),
            (_IN_A_MESSAGE, self.text),
        ):
            if value is not None:
                parts.append(condition)
                values += [_storable(value)] * condition.count("?")
        if self.label is not None:
            parts.append("EXISTS (SELECT 1 FROM json_each(labels) WHERE key = ? AND value = ?)")
            values += [_storable(part) for part in self.label]
        return " AND ".join(parts) or "1", values


def runs(db: sqlite3.Connection, kind: str = "generate") -> list[Row]:
    """All runs of a kind with their counts, the newest first."""
    if not _has_tables(db):
        return []
    if not _has_column(db, "runs", "kind"):
        # Written before there was another kind, and not opened for writing since.
        return _runs(db, "1", []) if kind == "generate" else []
    return _runs(db, "r.kind = ?", [kind])


def other_runs(db: sqlite3.Connection) -> list[Row]:
    """Runs that made no samples, such as those that label or grow; the newest first."""
    if not _has_tables(db) or not _has_column(db, "runs", "kind"):
        return []
    query = """
        SELECT id, kind, status, reason, asked, language, models, started_at, finished_at
        FROM runs WHERE kind <> 'generate' ORDER BY rowid DESC"""
    return [_row(row) for row in db.execute(query)]


def _runs(db: sqlite3.Connection, condition: str, values: list[str]) -> list[Row]:
    query = f"""
        SELECT r.id, r.status, r.reason, r.asked, r.language, r.seed, r.as_of, r.models,
               r.started_at, r.finished_at, r.recipe_key, r.fingerprint, r.recipe, r.taxonomy_hash,
               coalesce(c.planned, 0) AS planned, coalesce(c.accepted, 0) AS accepted,
               coalesce(c.disputed, 0) AS disputed, coalesce(c.rejected, 0) AS rejected,
               coalesce(c.failed, 0) AS failed, coalesce(c.pending, 0) AS pending
        FROM runs r LEFT JOIN run_counts c ON c.run_id = r.id WHERE {condition}
        ORDER BY r.rowid DESC"""
    return [_row(row) for row in db.execute(query, values)]


def run(db: sqlite3.Connection, run_id: str | None = None, kind: str = "generate") -> Row:
    """One run of a kind, the newest if no id is given. Raises NotFound."""
    found = [row for row in runs(db, kind) if run_id in (None, row["id"])]
    if not found:
        what = "no run" if run_id is None else f"no run {run_id!r}"
        raise NotFound(f"there is {what} in this database", hint="`taxoloom runs` lists them")
    return found[0]


def samples(db: sqlite3.Connection, chosen: Filter, limit: int | None = None) -> Iterator[Row]:
    """Samples in the order of their slots."""
    condition, values = chosen.where()
    query = f"SELECT * FROM samples WHERE {condition} ORDER BY run_id, slot, attempt"
    if limit is not None:
        query, values = f"{query} LIMIT ?", [*values, limit]
    return (_row(row) for row in db.execute(query, values))


def sample(db: sqlite3.Connection, prefix: str) -> Row:
    """The sample whose id begins so. Raises NotFound when there is none or more than one."""
    query = "SELECT * FROM samples WHERE substr(id, 1, length(?)) = ? LIMIT 2"
    asked = prefix and _has_tables(db)
    found = db.execute(query, [_storable(prefix)] * 2).fetchall() if asked else []
    if len(found) != 1:
        what = "no sample begins" if not found else "more than one sample begins"
        raise NotFound(f"{what} with {prefix!r}", hint="`taxoloom samples` lists their ids")
    return _row(found[0])


def disagreements(
    db: sqlite3.Connection, run_id: str | None, status: str | None = None
) -> list[Row]:
    """Disagreements with the leaf of their sample."""
    return list(review_rows.disagreements(db, run_id, review_rows.Chosen(status=status)))


def verdicts(db: sqlite3.Connection, sample_id: str) -> list[Row]:
    """The verdicts on one sample, in the panel's order."""
    query = "SELECT * FROM verdicts WHERE sample_id = ? ORDER BY id"
    return [_row(row) for row in db.execute(query, [sample_id])]


def votes(db: sqlite3.Connection, run_id: str) -> list[list[bool | None]]:
    """The panel's votes on each judged sample of a run; those on canaries are not among them."""
    counted = "AND v.variant = ''" if _has_column(db, "verdicts", "variant") else ""
    query = f"""
        SELECT json_group_array(accept) FROM (
            SELECT v.sample_id, v.accept FROM verdicts v JOIN samples s ON s.id = v.sample_id
            WHERE v.run_id = ? AND v.source = 'agent' {counted} ORDER BY v.id
        ) GROUP BY sample_id"""
    rows = db.execute(query, [run_id])
    return [[None if v is None else bool(v) for v in json.loads(row[0])] for row in rows]


def calls(db: sqlite3.Connection, sample_id: str) -> list[Row]:
    """Every attempt at every call of one sample, in the order of their record."""
    query = "SELECT * FROM calls WHERE sample_id = ? ORDER BY id"
    return [_row(row) for row in db.execute(query, [sample_id])]


def blueprint(db: sqlite3.Connection, run_id: str, blueprint_id: str) -> Row:
    """The blueprint of a sample."""
    query = "SELECT * FROM blueprints WHERE run_id = ? AND id = ?"
    row = _row(db.execute(query, [run_id, blueprint_id]).fetchone())
    return {**row, "content": json.loads(row["content"])}


def usage(db: sqlite3.Connection, run_id: str) -> list[Row]:
    """Calls, tokens and cost by role."""
    query = "SELECT * FROM cost_by_role WHERE run_id = ? ORDER BY role"
    return [dict(row) for row in db.execute(query, [run_id])]


def leaf_counts(db: sqlite3.Connection, run_id: str) -> list[Row]:
    """Counts by decision for every planned leaf."""
    query = "SELECT * FROM coverage_by_leaf WHERE run_id = ? ORDER BY leaf"
    return [dict(row) for row in db.execute(query, [run_id])]


def reasons(db: sqlite3.Connection, run_id: str) -> list[Row]:
    """Why samples were not accepted, the most frequent reason first."""
    query = """
        SELECT status, reason, count(*) AS count FROM samples
        WHERE run_id = ? AND status <> 'accepted'
        GROUP BY status, reason ORDER BY count DESC, status, reason"""
    return [dict(row) for row in db.execute(query, [run_id])]


def labelled(db: sqlite3.Connection, run_id: str, status: str) -> Iterator[Row]:
    """Id, leaf and labels of each sample of one decision."""
    query = "SELECT id, leaf, labels FROM samples WHERE run_id = ? AND status = ?"
    return (_row(row) for row in db.execute(query, [run_id, status]))


def asked(db: sqlite3.Connection, run_id: str) -> dict[str, int]:
    """The slots that a run has planned for each leaf, however often each was tried."""
    query = "SELECT leaf, count(DISTINCT slot) FROM blueprints WHERE run_id = ? GROUP BY leaf"
    return {row[0]: row[1] for row in db.execute(query, [run_id])}


def outcomes(db: sqlite3.Connection, run_id: str) -> Mapping[str, int]:
    """How many attempts ended how."""
    query = "SELECT outcome, count(*) FROM calls WHERE run_id = ? GROUP BY 1 ORDER BY 2 DESC, 1"
    return {row[0]: row[1] for row in db.execute(query, [run_id])}


def taxonomy(db: sqlite3.Connection, run_id: str) -> Row:
    """The taxonomy of a run, as it was stored with it."""
    stored = db.execute("SELECT taxonomy FROM runs WHERE id = ?", [run_id]).fetchone()[0]
    data: Row = json.loads(stored)
    return data


def _row(row: sqlite3.Row) -> Row:
    return {key: json.loads(row[key]) if key in _JSON else row[key] for key in row.keys()}  # noqa: SIM118


def _has_tables(db: sqlite3.Connection) -> bool:
    return db.execute("SELECT 1 FROM sqlite_master WHERE name = 'runs'").fetchone() is not None


def _has_column(db: sqlite3.Connection, table: str, column: str) -> bool:
    query = "SELECT 1 FROM pragma_table_info(?) WHERE name = ?"
    return db.execute(query, [table, column]).fetchone() is not None


def _escaped(text: str | None) -> str | None:
    """A search text as it stands within the stored JSON."""
    return None if text is None else json.dumps(text, ensure_ascii=False)[1:-1]


def _storable(text: str) -> str:
    """A search text that SQLite takes: lone surrogates come from bytes that are not UTF-8."""
    return text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
