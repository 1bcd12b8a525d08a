"""Who said what of the samples and canaries of a run, as plain rows for statistics.

Findings are read within SQL: a verdict's JSON never leaves it. Only reads, also what was written
before there were canaries, other wordings and people; of these there are then none. What agreement
is, and who is right, is not known here.
"""

import json
import sqlite3
from collections.abc import Sequence
from typing import Any

Row = dict[str, Any]
Said = tuple[Any, ...]
"""Sample, who said it, in which prompt; then accept, score and one finding per criterion as
numbers: 1 met, 0 not met. None for what was not said or could not be told."""


def judged(db: sqlite3.Connection, run_id: str) -> list[Row]:
    """The samples that the panel judged, in the order in which they were decided.

    `status` is what the panel decided, whatever became of it since.
    """
    first = "SELECT min(id) FROM reviews r WHERE r.sample_id = s.id"
    was = f"(SELECT was FROM reviews WHERE id = ({first}))" if _is_wide(db) else "NULL"
    query = f"""
        SELECT s.id, s.leaf, s.model, s.created_at, b.wave, coalesce({was}, s.status) AS status
        FROM samples s LEFT JOIN blueprints b ON b.run_id = s.run_id AND b.id = s.blueprint_id
        WHERE s.run_id = ? AND EXISTS (
            SELECT 1 FROM verdicts v WHERE v.sample_id = s.id AND v.source = 'agent')
        ORDER BY s.created_at, s.rowid"""
    return [dict(row) for row in db.execute(query, [run_id])]


def canaries(db: sqlite3.Connection, run_id: str) -> list[Row]:
    """Truth, defect and origin of each canary."""
    if not _is_wide(db):
        return []
    query = "SELECT id, wave, good, defect, origin FROM canaries WHERE run_id = ? ORDER BY place"
    return [dict(row) for row in db.execute(query, [run_id])]


def on_samples(db: sqlite3.Connection, run_id: str, criteria: Sequence[str]) -> list[Said]:
    """The panel's verdicts on samples."""
    whose = "EXISTS (SELECT 1 FROM samples s WHERE s.id = v.sample_id)"
    return _said(db, run_id, criteria, f"v.source = 'agent' AND {_own(db)} AND {whose}")


def on_canaries(db: sqlite3.Connection, run_id: str, criteria: Sequence[str]) -> list[Said]:
    """The panel's verdicts on canaries."""
    if not _is_wide(db):
        return []
    whose = "EXISTS (SELECT 1 FROM canaries c WHERE c.id = v.sample_id)"
    return _said(db, run_id, criteria, f"v.source = 'agent' AND {_own(db)} AND {whose}")


def reworded(db: sqlite3.Connection, run_id: str, criteria: Sequence[str]) -> list[Said]:
    """What judges said in other wordings."""
    if not _is_wide(db):
        return []
    return _said(db, run_id, criteria, "v.source = 'agent' AND v.variant <> ''", prompt="v.variant")


def settled(db: sqlite3.Connection, run_id: str, criteria: Sequence[str]) -> list[Said]:
    """What people and the adjudicator said, by `person:NAME` or `agent:adjudicator`."""
    condition = "v.source LIKE 'person:%' OR v.source = 'agent:adjudicator'"
    return _said(db, run_id, criteria, f"({condition})", rater="v.source")


def unblinded(db: sqlite3.Connection, run_id: str) -> dict[str, int]:
    """How many verdicts each person gave after seeing those of the judges."""
    if not _is_wide(db):
        return {}
    query = """
        SELECT source, count(*) FROM reviews
        WHERE run_id = ? AND blind = 0 AND undone_at IS NULL GROUP BY source"""
    return dict(db.execute(query, [run_id]).fetchall())


def judges(db: sqlite3.Connection, run_id: str) -> list[Row]:
    """Judges in the panel's order, with each model and prompt that they answered with.

    Also those that have judged canaries alone; `verdicts` and `unscored` count samples.
    """
    query = f"""
        SELECT v.judge, v.model, v.prompt, count(s.id) AS verdicts,
               coalesce(sum(s.id IS NOT NULL AND v.accept IS NULL), 0) AS unscored
        FROM verdicts v LEFT JOIN samples s ON s.id = v.sample_id
        WHERE v.run_id = ? AND v.source = 'agent' AND {_own(db)}
        GROUP BY v.judge, v.model, v.prompt ORDER BY min(v.id)"""
    return [dict(row) for row in db.execute(query, [run_id])]


def policies(db: sqlite3.Connection, run_id: str) -> list[Row]:
    """The policies that a run decided with, by wave; wave None is that of samples decided anew."""
    if not _is_wide(db):
        return []
    query = "SELECT wave, name, data FROM policies WHERE run_id = ? ORDER BY wave IS NULL, wave, id"
    return [dict(row) | {"data": json.loads(row["data"])} for row in db.execute(query, [run_id])]


def _said(
    db: sqlite3.Connection,
    run_id: str,
    criteria: Sequence[str],
    condition: str,
    *,
    rater: str = "v.judge",
    prompt: str = "v.prompt",
) -> list[Said]:
    finding = (
        "CASE json_extract(v.criteria, ?) WHEN 'met' THEN 1 WHEN 'not_met' THEN 0 ELSE NULL END"
    )
    columns = ", ".join(
        ["v.sample_id", rater, prompt, "v.accept", "v.score", *[finding] * len(criteria)]
    )
    query = f"SELECT {columns} FROM verdicts v WHERE v.run_id = ? AND {condition} ORDER BY v.id"
    cursor = db.cursor()
    cursor.row_factory = None
    paths = [f'$."{name}".finding' for name in criteria]
    return cursor.execute(query, [*paths, run_id]).fetchall()


def _own(db: sqlite3.Connection) -> str:
    """The condition for a judge's own wording, which alone is a vote."""
    return "v.variant = ''" if _is_wide(db) else "1"


def _is_wide(db: sqlite3.Connection) -> bool:
    """Whether the database knows canaries, other wordings, policies and reviews."""
    query = "SELECT 1 FROM pragma_table_info('verdicts') WHERE name = 'variant'"
    return db.execute(query).fetchone() is not None
