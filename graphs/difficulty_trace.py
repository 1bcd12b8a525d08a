"""The way of one batch that was ranked: its calls, and the order that came of it."""

import sqlite3
from collections.abc import Iterator
from dataclasses import dataclass

from ..store import difficulties, queries
from .trace import Row, steps


@dataclass(frozen=True, slots=True)
class BatchTrace:
    """What is on record of one batch."""

    id: str
    ranking: Row | None
    """None where its measuring has not ended, or was replaced by a later one."""
    calls: list[Row]
    """One per attempt, in the order of their record; `messages` as sent."""

    def steps(self) -> Iterator[tuple[str, list[Row]]]:
        """Attempts grouped by call."""
        return steps(self.calls)

    def ranked(self) -> Iterator[str]:
        """A line for each rank, the easiest first: sample ids, and the numbers they stood under."""
        if self.ranking is None:
            yield "it counts in no measuring"
            return
        number = {id_: at for at, id_ in enumerate(self.ranking["samples"], start=1)}
        for place, ids in enumerate(self.ranking["ranks"], start=1):
            yield f"{place}  " + ", ".join(f"{id_} (request {number[id_]})" for id_ in ids)


def batch_trace(db: sqlite3.Connection, prefix: str) -> BatchTrace:
    """The trace of the batch whose id begins so. Raises NotFound."""
    id_ = difficulties.asked_batch(db, prefix)
    return BatchTrace(id_, difficulties.ranking(db, id_), queries.calls(db, id_))
