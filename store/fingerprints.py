"""Fingerprints of samples: what near-duplicates are found by, and found by it in the store.

A fingerprint is numbers and bytes here, and is written with its sample in one transaction. Knows
nothing of how it is made, nor which of the candidates is a duplicate.
"""

import sqlite3
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from .writer import Statement

CANDIDATES = 4096
"""At most; those that share the most bands."""


@dataclass(frozen=True, slots=True)
class Print:
    """One field of a sample, as it is to be found."""

    shingles: bytes
    signature: bytes
    bands: Sequence[int]


@dataclass(frozen=True, slots=True)
class Among:
    """Which samples count: every part that is not None narrows."""

    run: str | None = None
    status: str | None = None

    def joined(self) -> tuple[str, list[str]]:
        """The samples of a fingerprint `f`, and values; nothing where all of them count."""
        wanted = {"s.run_id": self.run, "s.status": self.status}
        given = {column: value for column, value in wanted.items() if value is not None}
        same = [f"{column} = ?" for column in given]
        join = " AND ".join(["JOIN samples s ON s.id = f.sample_id", *same])
        return (join if given else ""), list(given.values())


EVERYWHERE = Among()


def written(sample_id: str, prints: Mapping[str, Print]) -> list[Statement]:
    """The statements for a sample whose own come before them; field to fingerprint.

    Fields without shingles are passed over, as nothing is like them.
    """
    whole = {field: one for field, one in prints.items() if one.shingles}
    rows = [[sample_id, field, one.shingles, one.signature] for field, one in whole.items()]
    bands = [[band, field, sample_id] for field, one in whole.items() for band in set(one.bands)]
    columns = "(sample_id, field, shingles, signature) VALUES (?, ?, ?, ?)"
    return [
        (f"INSERT INTO fingerprints {columns}", rows),
        ("INSERT INTO fingerprint_bands (band, field, sample_id) VALUES (?, ?, ?)", bands),
    ]


def candidates(
    db: sqlite3.Connection, field: str, bands: Sequence[int], among: Among = EVERYWHERE
) -> list[tuple[str, bytes]]:
    """Ids and signatures of samples that may be similar in a field to one with these bands."""
    if not bands or not _has_tables(db):
        return []
    marks = ", ".join("?" * len(bands))
    join, scope = among.joined()
    query = f"""
        SELECT f.sample_id, f.signature FROM (
            SELECT sample_id, count(*) AS shared FROM fingerprint_bands
            WHERE field = ? AND band IN ({marks}) GROUP BY sample_id
        ) b JOIN fingerprints f ON f.sample_id = b.sample_id AND f.field = ? {join}
        ORDER BY b.shared DESC, b.sample_id LIMIT ?"""
    rows = db.execute(query, [field, *bands, field, *scope, CANDIDATES])
    return [(row[0], row[1]) for row in rows]


def shingles(
    db: sqlite3.Connection, field: str, sample_ids: Sequence[str]
) -> list[tuple[str, bytes]]:
    """Ids and shingles of some samples."""
    marks = ", ".join("?" * len(sample_ids))
    query = f"""
        SELECT sample_id, shingles FROM fingerprints WHERE field = ? AND sample_id IN ({marks})"""
    return [(row[0], row[1]) for row in db.execute(query, [field, *sample_ids])]


def stored(
    db: sqlite3.Connection, field: str, among: Among = EVERYWHERE
) -> Iterator[tuple[str, bytes]]:
    """Ids and shingles of all samples that have a field, to build an index in memory from."""
    if not _has_tables(db):
        return
    join, scope = among.joined()
    query = f"""
        SELECT f.sample_id, f.shingles FROM fingerprints f {join} WHERE f.field = ?"""
    for row in db.execute(query, [*scope, field]):
        yield row[0], row[1]


def known(db: sqlite3.Connection, run_id: str) -> set[str]:
    """Samples of a run that have fingerprints."""
    if not _has_tables(db):
        return set()
    query = """
        SELECT DISTINCT f.sample_id FROM fingerprints f JOIN samples s ON s.id = f.sample_id
        WHERE s.run_id = ?"""
    return {row[0] for row in db.execute(query, [run_id])}


def _has_tables(db: sqlite3.Connection) -> bool:
    query = "SELECT 1 FROM sqlite_master WHERE name = 'fingerprints'"
    return db.execute(query).fetchone() is not None
