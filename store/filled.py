"""What the templates of a run's samples were filled with, as their blueprints have it."""

import json
import sqlite3
from collections.abc import Iterable, Iterator
from typing import Any

Row = dict[str, Any]


def with_parameters(db: sqlite3.Connection, run_id: str, samples: Iterable[Row]) -> Iterator[Row]:
    """Samples of a run, with `parameters` where a template was filled: slot to value."""
    query = """
        SELECT id, json_extract(content, '$.parameters') FROM blueprints
        WHERE run_id = ? AND json_extract(content, '$.parameters') IS NOT NULL"""
    known = {id_: dict(json.loads(pairs)) for id_, pairs in db.execute(query, [run_id])}
    for sample in samples:
        filled = known.get(sample["blueprint_id"])
        yield {**sample, "parameters": filled} if filled else sample
