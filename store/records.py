"""What a run writes beside its calls: itself, its blueprints, and each sample with its verdicts.

A sample, its verdicts and its disagreement become visible in one transaction. Works on plain
data; knows nothing of how a decision came about.
"""

import hashlib
import json
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from .writer import Statement

Row = Mapping[str, Any]


def sample_id(run_id: str, blueprint_id: str) -> str:
    """The id of the sample that a blueprint of a run becomes, 12 hex digits."""
    return hashlib.sha256(f"{run_id}\x1f{blueprint_id}".encode()).hexdigest()[:12]


def insert(table: str, rows: Sequence[Row], *, ignore: bool = False) -> Statement:
    """A statement that inserts rows, all of the same columns. JSON is made of lists and dicts.

    `ignore` passes over rows whose key is there already, and over no other fault.
    """
    columns = list(rows[0])
    names, marks = ", ".join(columns), ", ".join("?" * len(columns))
    tail = " ON CONFLICT DO NOTHING" if ignore else ""
    sql = f"INSERT INTO {table} ({names}) VALUES ({marks}){tail}"
    return sql, [[_plain(row[column]) for column in columns] for row in rows]


def set_status(
    run_id: str, status: str, reason: str = "", finished_at: str | None = None
) -> Statement:
    """A statement that says how a run stands."""
    sql = "UPDATE runs SET status = ?, reason = ?, finished_at = ? WHERE id = ?"
    return sql, [[status, reason, finished_at, run_id]]


def decided(sample: Row, verdicts: Iterable[Row], differences: Iterable[Row]) -> list[Statement]:
    """The statements of one decided sample; a difference has kind, subject and detail."""
    common = {"sample_id": sample["id"], "run_id": sample["run_id"]}
    stamp = {"created_at": sample["created_at"]}
    statements = [insert("samples", [sample])]
    rows = [{**common, "source": "agent", **verdict, **stamp} for verdict in verdicts]
    if rows:
        statements.append(insert("verdicts", rows))
    open_ones = [
        {"id": disagreement_id(sample["id"], row), **common, **row, "status": "open", **stamp}
        for row in differences
    ]
    if open_ones:
        statements.append(insert("disagreements", open_ones))
    return statements


def disagreement_id(sample_id: str, difference: Row) -> str:
    """`d-<sample>` for the decision, else with the criterion or the kind behind it."""
    kind, subject = difference["kind"], difference["subject"]
    if kind == "decision":
        return f"d-{sample_id}"
    return f"d-{sample_id}-{subject}" if kind == "criterion" else f"d-{sample_id}-{kind}"


def _plain(value: object) -> object:
    if isinstance(value, dict | list | tuple):
        return json.dumps(value, ensure_ascii=False)
    return value
