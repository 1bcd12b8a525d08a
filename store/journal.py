"""The journal in SQLite: append-only rows of `calls`, found again by sample when a run resumes.

The row type is whatever dataclass the caller's protocol has; its fields are the columns.
"""

import asyncio
from collections.abc import Callable, Collection, Mapping
from dataclasses import fields
from pathlib import Path
from typing import Any, Generic, TypeVar

from .database import reading
from .writer import Writer

A = TypeVar("A")


class CallJournal(Generic[A]):
    """Keeps attempts of type `A`, a dataclass whose fields are the columns of `calls`."""

    def __init__(
        self,
        writer: Writer,
        path: Path,
        row: type[A],
        *,
        make: Callable[[Mapping[str, Any]], A],
        replied: Collection[str],
        resumed: bool,
    ) -> None:
        self._writer = writer
        self._path = path
        self._make = make
        self._replied = tuple(replied)
        self._resumed = resumed
        self._columns = [field.name for field in fields(row)]  # type: ignore[arg-type]
        names, marks = ", ".join(self._columns), ", ".join("?" * len(self._columns))
        self._insert = f"INSERT INTO calls ({names}) VALUES ({marks})"

    async def recall(self, sample_id: str) -> dict[str, A]:
        """Attempts of a sample that a model answered, by request key."""
        return await asyncio.to_thread(self._read, sample_id) if self._resumed else {}

    async def record(self, attempt: A) -> None:
        """Keep an attempt; returns when it is committed. Raises StoreError."""
        row = tuple(getattr(attempt, column) for column in self._columns)
        await self._writer.write([(self._insert, [row])])

    def _read(self, sample_id: str) -> dict[str, A]:
        marks = ", ".join("?" * len(self._replied))
        columns = ", ".join(self._columns)
        query = (
            f"SELECT {columns} FROM calls WHERE sample_id = ? AND outcome IN ({marks}) ORDER BY id"
        )
        with reading(self._path) as connection:
            rows = connection.execute(query, [sample_id, *self._replied]).fetchall()
        return {row["request_key"]: self._make(dict(row)) for row in rows}
