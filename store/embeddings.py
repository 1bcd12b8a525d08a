"""Vectors of samples, as a model of embeddings made them: kept, so that none is asked for twice.

A vector is bytes here. Knows nothing of what they mean, nor of texts.
"""

import sqlite3
from collections.abc import Collection, Iterable, Iterator, Sequence

from .writer import Statement

_AT_ONCE = 500

Place = tuple[str, str]
"""Id of a sample, and a field of it."""


def written(model: str, rows: Iterable[tuple[Place, bytes]]) -> Statement:
    """The statement that keeps vectors; those that are there already stay as they are."""
    sql = """
        INSERT INTO embeddings (sample_id, field, model, vector) VALUES (?, ?, ?, ?)
        ON CONFLICT DO NOTHING"""
    return sql, [[*place, model, vector] for place, vector in rows]


def known(
    db: sqlite3.Connection, model: str, sample_ids: Iterable[str], fields: Collection[str]
) -> Iterator[tuple[Place, bytes]]:
    """The vectors of some fields of some samples."""
    if db.execute("SELECT 1 FROM sqlite_master WHERE name = 'embeddings'").fetchone() is None:
        return
    for some in _chunks(list(dict.fromkeys(sample_ids))):
        query = f"""
            SELECT sample_id, field, vector FROM embeddings
            WHERE model = ? AND sample_id IN ({_marks(some)}) AND field IN ({_marks(fields)})"""
        for row in db.execute(query, [model, *some, *fields]):
            yield (row[0], row[1]), row[2]


def _chunks(items: Sequence[str]) -> Iterator[Sequence[str]]:
    return (items[start : start + _AT_ONCE] for start in range(0, len(items), _AT_ONCE))


def _marks(items: Collection[str]) -> str:
    return ", ".join("?" * len(items))
