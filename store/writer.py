"""The one writer: a thread that owns the write connection, and commits in groups.

While one group is being committed the next gathers in the queue, so a slow disk makes groups
larger instead of calls slower. Knows SQL only as statements that others hand it.
"""

import asyncio
import queue
import sqlite3
import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from ..errors import StoreError
from .database import open_for_writing, translate

_GROUP = 512
"""Units of work in one commit, at most."""

Statement = tuple[str, Sequence[Sequence[object]]]
"""SQL with placeholders, and the rows to execute it for."""


@dataclass(slots=True)
class _Work:
    statements: Sequence[Statement]
    done: Callable[[StoreError | None], None]
    error: StoreError | None = field(default=None)


class Writer:
    """Write access to a database, for as long as a run lasts."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._connection = open_for_writing(path)
        self._queue: queue.SimpleQueue[_Work | None] = queue.SimpleQueue()
        self._thread = threading.Thread(target=self._serve, name="taxoloom-writer", daemon=True)
        self._thread.start()

    async def write(self, statements: Sequence[Statement]) -> None:
        """Execute statements in one transaction; returns when it is committed.

        Raises StoreError (StoreFull, StoreLocked …); then none of the statements took effect.
        """
        loop = asyncio.get_running_loop()
        future: asyncio.Future[None] = loop.create_future()

        def done(error: StoreError | None) -> None:
            loop.call_soon_threadsafe(_settle, future, error)

        self._queue.put(_Work(statements, done))
        await future

    def write_now(self, statements: Sequence[Statement]) -> None:
        """The same from a thread that has no event loop."""
        finished = threading.Event()
        errors: list[StoreError | None] = []

        def done(error: StoreError | None) -> None:
            errors.append(error)
            finished.set()

        self._queue.put(_Work(statements, done))
        finished.wait()
        if errors[0] is not None:
            raise errors[0]

    def close(self) -> None:
        """Write what is queued, then let go of the database."""
        self._queue.put(None)
        self._thread.join()

    def _serve(self) -> None:
        open_ended = True
        while open_ended:
            group = [self._queue.get()]
            while group[-1] is not None and len(group) < _GROUP and not self._queue.empty():
                group.append(self._queue.get())
            open_ended = group[-1] is not None
            works = [work for work in group if work is not None]
            self._commit(works)
            for work in works:
                work.done(work.error)
        self._connection.close()

    def _commit(self, works: Sequence[_Work]) -> None:
        """Commit all together; if that fails, each alone, so that one cannot spoil the others."""
        error = self._transaction(works)
        if error is None:
            return
        for work in works:
            work.error = error if len(works) == 1 else self._transaction([work])

    def _transaction(self, works: Sequence[_Work]) -> StoreError | None:
        try:
            self._connection.execute("BEGIN IMMEDIATE")
            for work in works:
                for sql, rows in work.statements:
                    self._connection.executemany(sql, rows)
            self._connection.execute("COMMIT")
        except (sqlite3.Error, UnicodeEncodeError, OverflowError) as error:
            if self._connection.in_transaction:
                self._connection.execute("ROLLBACK")
            return translate(self._path, error)
        return None


def _settle(future: asyncio.Future[None], error: StoreError | None) -> None:
    if future.done():
        return
    if error is None:
        future.set_result(None)
    else:
        future.set_exception(error)
