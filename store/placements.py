"""Settles where an item belongs: the place or the values that somebody chose, and its way back.

Each function gives the statements of one transaction. Works on plain rows; what may be chosen is
for those who ask.
"""

import json
import sqlite3
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from . import records
from .writer import Statement

Row = Mapping[str, Any]
PLACED, NONE = "person:placed", "person:none"
"""Reasons of items that people have settled."""
_ITEM = ("leaves", "labels", "stuck")
_MOVE = """
UPDATE items SET status = ?, reason = ?, leaves = ?, labels = ?, stuck = ? WHERE id = ?"""
_SETTLE = """
UPDATE disagreements SET status = 'settled', resolved_by = ?, resolution = ?, resolved_at = ?
WHERE id IN (SELECT value FROM json_each(?))"""
_REOPEN = """
UPDATE disagreements SET status = 'open', resolved_by = NULL, resolution = NULL, resolved_at = NULL
WHERE id IN (SELECT value FROM json_each(?))"""
_FORGET = "DELETE FROM annotations WHERE sample_id = ? AND source = ?"
_TAKE_BACK = "UPDATE reviews SET undone_at = ? WHERE id = ?"


@dataclass(frozen=True, slots=True)
class Placement:
    """What somebody says of one difference between annotators."""

    source: str
    subject: str
    """The attribute; "" for the place."""
    chosen: tuple[str, ...]
    """Paths of leaves, or values; empty for none of them."""
    comment: str = ""
    blind: bool = True


def placed(
    item: Row, found: Placement, *, open_ones: Sequence[Row], said: Row | None, created_at: str
) -> list[Statement]:
    """A placement; `open_ones` are the item's open disagreements, `said` is the old annotation.

    With no place at all nothing else of the item is left to be settled.
    """
    nowhere = not found.subject and not found.chosen
    ended = [row["id"] for row in open_ones if nowhere or row["subject"] == found.subject]
    became = _became(item, found)
    review = {
        "sample_id": item["id"],
        "run_id": item["run_id"],
        "source": found.source,
        "was": item["status"],
        "was_reason": item["reason"],
        "became": became["status"],
        "became_reason": became["reason"],
        "criterion": found.subject,
        "comment": found.comment,
        "created_at": created_at,
        "blind": int(found.blind),
        "before": {
            **{name: item[name] for name in _ITEM},
            "settled": ended,
            "annotation": None if said is None else dict(said),
        },
    }
    resolution = " + ".join(found.chosen) or "none of these"
    return [
        (_FORGET, [[item["id"], found.source]]),
        records.insert("annotations", [_annotation(item, found, said, created_at)]),
        records.insert("reviews", [review]),
        _moved(item["id"], became),
        (_SETTLE, [[found.source, resolution, created_at, json.dumps(ended)]]),
    ]


def taken_back(review: Row, *, undone_at: str) -> list[Statement]:
    """An item as it was before a placement, which stays as history."""
    before = json.loads(review["before"])
    statements: list[Statement] = [
        (_FORGET, [[review["sample_id"], review["source"]]]),
        (_TAKE_BACK, [[undone_at, review["id"]]]),
        (_REOPEN, [[json.dumps(before["settled"])]]),
        _moved(
            review["sample_id"],
            {**before, "status": review["was"], "reason": review["was_reason"]},
        ),
    ]
    if before["annotation"] is not None:
        statements.append(records.insert("annotations", [before["annotation"]]))
    return statements


def annotation(db: sqlite3.Connection, item_id: str, source: str) -> dict[str, Any] | None:
    """What somebody has said of an item, as it is stored."""
    query = "SELECT * FROM annotations WHERE sample_id = ? AND source = ?"
    row = db.execute(query, [item_id, source]).fetchone()
    return None if row is None else {k: v for k, v in dict(row).items() if k != "id"}


def _became(item: Row, found: Placement) -> dict[str, Any]:
    """The item with what was chosen; what else was disputed still is."""
    if found.subject:
        labels = {**item["labels"], found.subject: list(found.chosen)}
        changed = {"leaves": item["leaves"], "labels": labels, "stuck": item["stuck"]}
    else:
        stuck = "" if found.chosen else item["stuck"]
        changed = {"leaves": list(found.chosen), "labels": item["labels"], "stuck": stuck}
        if not found.chosen:
            return {**changed, "labels": {}, "status": "none", "reason": NONE}
    disputed = item["reason"].split(", ") if item["status"] == "disputed" else []
    left = [name for name in disputed if name != (found.subject or "leaf")]
    status, reason = ("disputed", ", ".join(left)) if left else ("labelled", PLACED)
    return {**changed, "status": status, "reason": reason}


def _moved(item_id: str, became: Row) -> Statement:
    told = [json.dumps(became[name], ensure_ascii=False) for name in ("leaves", "labels")]
    return _MOVE, [[became["status"], became["reason"], *told, became["stuck"], item_id]]


def _annotation(item: Row, found: Placement, said: Row | None, created_at: str) -> dict[str, Any]:
    leaves = item["leaves"] if said is None else json.loads(said["leaves"])
    labels = {} if said is None else json.loads(said["labels"])
    if found.subject:
        labels = {**labels, found.subject: list(found.chosen)}
    else:
        leaves = list(found.chosen)
    return {
        "sample_id": item["id"],
        "run_id": item["run_id"],
        "annotator": found.source.partition(":")[2],
        "model": "",
        "prompt": "",
        "source": found.source,
        "leaves": leaves,
        "labels": labels,
        "none": int(not leaves),
        "stuck": "",
        "confidence": "high",
        "evidence": "",
        "failed": "",
        "created_at": created_at,
    }
