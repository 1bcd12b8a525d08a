"""What a run could not fill, by cell: counted once at its end, and kept.

A cell is a leaf, or a leaf with one label. Works on slots: a slot is filled when any try at it was
accepted.
"""

import sqlite3
from typing import Any

from .writer import Statement

Row = dict[str, Any]

_COUNT = """
INSERT INTO shortfalls (run_id, leaf, label, value, asked, missing, tries, reason)
WITH slots AS (
    SELECT slot, leaf, labels, slot NOT IN (
        SELECT slot FROM samples WHERE run_id = ?1 AND status = 'accepted'
    ) AS missing
    FROM blueprints WHERE run_id = ?1 AND attempt = 0
), cells AS (
    SELECT slot, leaf, missing, '' AS label, '' AS value FROM slots
    UNION ALL
    SELECT slot, leaf, missing, key, value FROM slots, json_each(slots.labels)
), short AS (
    SELECT leaf, label, value, count(*) AS asked, sum(missing) AS missing
    FROM cells GROUP BY leaf, label, value HAVING sum(missing) > 0
), why AS (
    SELECT c.leaf, c.label, c.value, s.reason, count(*) AS times,
           row_number() OVER (
               PARTITION BY c.leaf, c.label, c.value ORDER BY count(*) DESC, s.reason
           ) AS rank,
           sum(count(*)) OVER (PARTITION BY c.leaf, c.label, c.value) AS tries
    FROM cells c JOIN samples s ON s.run_id = ?1 AND s.slot = c.slot
    WHERE c.missing GROUP BY c.leaf, c.label, c.value, s.reason
)
SELECT ?1, short.leaf, short.label, short.value, short.asked, short.missing,
       coalesce(why.tries, 0), coalesce(why.reason, '')
FROM short LEFT JOIN why ON why.leaf = short.leaf AND why.label = short.label
    AND why.value = short.value AND why.rank = 1
"""


def count_shortfall(run_id: str) -> list[Statement]:
    """Statements that count anew what a run could not fill."""
    return [
        ("DELETE FROM shortfalls WHERE run_id = ?1", [[run_id]]),
        (_COUNT, [[run_id]]),
    ]


def shortfall(db: sqlite3.Connection, run_id: str) -> list[Row]:
    """The cells of a run that are not full: leaves first, then those that lack the largest share.

    Nothing before the run has ended, and nothing in a database that an older version wrote.
    """
    known = db.execute("SELECT 1 FROM sqlite_master WHERE name = 'shortfalls'").fetchone()
    query = """
        SELECT leaf, label, value, asked, missing, tries, reason FROM shortfalls WHERE run_id = ?
        ORDER BY label <> '', 1.0 * missing / asked DESC, missing DESC, leaf, label, value"""
    return [dict(row) for row in db.execute(query, [run_id])] if known else []
