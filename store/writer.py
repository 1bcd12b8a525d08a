"""The one writer: a thread that owns the write connection, and commits in groups.

While one group is being committed the next gathers in the queue, so a slow disk makes groups
larger instead of calls slower. Knows SQL only as statements that others hand it.
"""

import asyncio
import contextlib
import queue
import sqlite3
import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from ..errors import StoreError, StoreLocked
from .database import close_for_good, open_for_writing, translate

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

    def __init__(
        self, path: Path, connect: Callable[[Path], sqlite3.Connection] = open_for_writing
    ) -> None:
        """Open `path` with `connect`, and let nobody but the thread use what it returns."""
        self._path = path
        self._connection = connect(path)
        self._entrance = threading.Lock()
        self._closed = False
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
            # A loop that has ended takes no more calls, and nobody in it waits for this one.
            with contextlib.suppress(RuntimeError):
                loop.call_soon_threadsafe(_settle, future, error)

        self._put(_Work(statements, done))
        await future

    def write_now(self, statements: Sequence[Statement]) -> None:
        """The same from a thread that has no event loop."""
        finished = threading.Event()
        errors: list[StoreError | None] = []

        def done(error: StoreError | None) -> None:
            errors.append(error)
            finished.set()

        self._put(_Work(statements, done))
        finished.wait()
        if errors[0] is not None:
            raise errors[0]

    def close(self) -> None:
        """Write what is queued, then let go of the database. A second time does nothing."""
        with self._entrance:
            if not self._closed:
                self._queue.put(None)
            self._closed = True
        self._thread.join()

    def _put(self, work: _Work) -> None:
        """Queue work; the entrance keeps it from coming in behind the end, unseen for ever."""
        with self._entrance:
            if self._closed:
                raise StoreError(
                    f"{self._path}: its writer is closed", hint="begin or resume a run to write"
                )
            self._queue.put(work)

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
        close_for_good(self._connection)

    def _commit(self, works: Sequence[_Work]) -> None:
        """Commit all together; if that fails, each alone, so that one cannot spoil the others.

        Not so when another program has the lock: each would wait as long as all did.
        """
        error = self._transaction(works)
        if error is None:
            return
        alone = len(works) > 1 and not isinstance(error, StoreLocked)
        for work in works:
            work.error = self._transaction([work]) if alone else error

    def _transaction(self, works: Sequence[_Work]) -> StoreError | None:
        try:
            self._connection.execute("BEGIN IMMEDIATE")
            for work in works:
                for sql, rows in work.statements:
                    self._connection.executemany(sql, rows)
            self._connection.execute("COMMIT")
        except Exception as error:
            # Of any kind: if this thread died, everybody who writes would wait for ever.
            with contextlib.suppress(sqlite3.Error):
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
