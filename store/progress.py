"""What a run must know of its own past: which slots are filled, which blueprints decided.

Asked by the runner between waves; the same questions serve a fresh run and a resumed one.
"""

import json
import sqlite3
from collections.abc import Iterator, Sequence
from typing import Any


def decided_ids(db: sqlite3.Connection, run_id: str, wave: int) -> set[str]:
    """Ids of the blueprints of a wave that have become samples."""
    query = """
        SELECT b.id FROM blueprints b JOIN samples s ON s.run_id = b.run_id
        AND s.blueprint_id = b.id WHERE b.run_id = ? AND b.wave = ?"""
    return {row[0] for row in db.execute(query, [run_id, wave])}


def filled_slots(db: sqlite3.Connection, run_id: str) -> set[int]:
    """Slots that have an accepted sample."""
    query = "SELECT DISTINCT slot FROM samples WHERE run_id = ? AND status = 'accepted'"
    return {row[0] for row in db.execute(query, [run_id])}


def accepted_slots(db: sqlite3.Connection, run_id: str, before_wave: int) -> set[int]:
    """Slots that earlier waves filled."""
    query = """
        SELECT s.slot FROM samples s JOIN blueprints b ON b.run_id = s.run_id
        AND b.id = s.blueprint_id
        WHERE s.run_id = ? AND s.status = 'accepted' AND b.wave < ?"""
    return {row[0] for row in db.execute(query, [run_id, before_wave])}


def accepted(
    db: sqlite3.Connection, run_id: str, wave: int
) -> Iterator[tuple[str, str, str, list[dict[str, str]]]]:
    """Id, reason, language and messages of the accepted samples of a wave, by their slots.

    Without those that were made from others, which repeat them on purpose.
    """
    query = """
        SELECT s.id, s.reason, s.language, s.messages FROM samples s
        JOIN blueprints b ON b.run_id = s.run_id
        AND b.id = s.blueprint_id
        WHERE s.run_id = ? AND b.wave = ? AND s.status = 'accepted'
        AND s.id NOT IN (SELECT sample_id FROM links) ORDER BY s.slot, s.attempt"""
    rows = db.execute(query, [run_id, wave])
    return ((row[0], row[1], row[2], json.loads(row[3])) for row in rows)


def firsts(
    db: sqlite3.Connection, run_id: str, slots: Sequence[int], before_wave: int
) -> dict[int, dict[str, Any]]:
    """By slot the content of the blueprint whose sample earlier waves accepted.

    Of at most a thousand slots; those without one are left out.
    """
    marks = ", ".join("?" * len(slots))
    query = f"""
        SELECT b.slot, b.content FROM blueprints b JOIN samples s ON s.run_id = b.run_id
        AND s.blueprint_id = b.id WHERE b.run_id = ? AND s.status = 'accepted' AND b.wave < ?
        AND b.slot IN ({marks}) ORDER BY b.slot, b.attempt DESC"""
    rows = db.execute(query, [run_id, before_wave, *slots])
    return {slot: json.loads(content) for slot, content in rows}


def tries(db: sqlite3.Connection, run_id: str, first_slot: int) -> int:
    """How many blueprints were planned for slots from one on."""
    query = "SELECT count(*) FROM blueprints WHERE run_id = ? AND slot >= ?"
    return int(db.execute(query, [run_id, first_slot]).fetchone()[0])


def accepted_elsewhere(
    db: sqlite3.Connection, run_id: str
) -> Iterator[tuple[str, str, list[dict[str, str]]]]:
    """Id, language and messages of the accepted samples of all other runs."""
    query = """
        SELECT id, language, messages FROM samples WHERE run_id <> ? AND status = 'accepted'
        ORDER BY id"""
    return ((row[0], row[1], json.loads(row[2])) for row in db.execute(query, [run_id]))


def first_tries(db: sqlite3.Connection, run_id: str, slots: Sequence[int]) -> list[dict[str, Any]]:
    """The content of the first blueprint of each of at most a thousand slots, in their order."""
    marks = ", ".join("?" * len(slots))
    query = f"""
        SELECT content FROM blueprints WHERE run_id = ? AND attempt = 0 AND slot IN ({marks})
        ORDER BY slot"""
    return [json.loads(row[0]) for row in db.execute(query, [run_id, *slots])]


def planned(db: sqlite3.Connection, run_id: str, wave: int) -> list[dict[str, Any]]:
    """The content of the blueprints of a wave, in the order in which they were planned."""
    query = "SELECT content FROM blueprints WHERE run_id = ? AND wave = ? ORDER BY rowid"
    return [json.loads(row[0]) for row in db.execute(query, [run_id, wave])]


def tried_slots(db: sqlite3.Connection, run_id: str, attempt: int) -> set[int]:
    """Slots that a blueprint was planned for at that attempt."""
    query = "SELECT slot FROM blueprints WHERE run_id = ? AND attempt = ?"
    return {row[0] for row in db.execute(query, [run_id, attempt])}


def present(db: sqlite3.Connection, run_id: str) -> list[tuple[str, dict[str, str], int]]:
    """Leaf id, labels and number of the samples that were there before a run began."""
    query = "SELECT leaf_id, labels, count FROM present WHERE run_id = ?"
    return [(row[0], json.loads(row[1]), row[2]) for row in db.execute(query, [run_id])]


def openings(
    db: sqlite3.Connection, run_id: str, before_wave: int, count: int
) -> dict[str, list[str]]:
    """How the last accepted samples of each leaf begin, by leaf, from earlier waves only."""
    query = """
        SELECT leaf, opening FROM (
            SELECT s.leaf AS leaf, s.slot AS slot,
                   substr(json_extract(m.value, '$.content'), 1, 60) AS opening,
                   row_number() OVER (PARTITION BY s.leaf ORDER BY b.wave DESC, s.slot DESC) AS rank
            FROM samples s
            JOIN blueprints b ON b.run_id = s.run_id AND b.id = s.blueprint_id
            JOIN json_each(s.messages) m ON json_extract(m.value, '$.role') = 'user'
            WHERE s.run_id = ? AND s.status = 'accepted' AND b.wave < ? AND m.key <= 1
        ) WHERE rank <= ? ORDER BY leaf, rank"""
    found: dict[str, list[str]] = {}
    for leaf, opening in db.execute(query, [run_id, before_wave, count]):
        found.setdefault(leaf, []).append(opening)
    return found
