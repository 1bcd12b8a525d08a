"""What was planned of a run's samples beside their labels, as their blueprints have it."""

import json
import sqlite3
from collections.abc import Iterable, Iterator
from typing import Any

Row = dict[str, Any]


def with_planned(db: sqlite3.Connection, run_id: str, samples: Iterable[Row]) -> Iterator[Row]:
    """Samples of a run with what is planned of them.

    `turns` and `switch` where there is a number, `parameters` (slot to value) where a template was
    filled.
    """
    query = """
        SELECT id, json_extract(content, '$.turns'), json_extract(content, '$.switch'),
               json_extract(content, '$.parameters') FROM blueprints WHERE run_id = ?"""
    known = {id_: values for id_, *values in db.execute(query, [run_id])}
    for sample in samples:
        turns, switch, filled = known.get(sample["blueprint_id"], (None, None, None))
        parameters = dict(json.loads(filled)) if filled else None
        planned = {"turns": turns, "switch": switch, "parameters": parameters}
        yield {**sample, **{name: value for name, value in planned.items() if value}}
