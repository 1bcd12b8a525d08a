"""What a run needs around its work: open lines, the writer, the journal, and a good end.

Knows nothing of what is made. Whatever ends a run, calls in flight come home and are recorded, and
the row of the run says how it stands.
"""

import asyncio
from collections.abc import (
    AsyncIterator,
    Awaitable,
    Callable,
    Coroutine,
    Iterable,
    Mapping,
    Sequence,
)
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, TypeVar

from ..errors import StoreError, TaxoloomError
from ..models import REPLIED, Asker, Attempt, Endpoint, Gate, Journal, Line, Outcome, connect
from ..store import CallJournal, Writer, records

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Engine:
    """Everything open that a run works with."""

    db: Path
    lines: Mapping[str, Line]
    """By node."""
    writer: Writer
    journal: Journal
    asker: Asker
    gate: Gate

    async def write(self, statements: Sequence[Any]) -> None:
        """Write in one transaction; a database that does not take it ends the run."""
        try:
            await self.writer.write(statements)
        except StoreError as error:
            self.gate.close(error)
            raise

    @property
    def in_flight(self) -> int:
        """How many calls all lines together take at once."""
        limits = {id(line.limit): line.endpoint.concurrency for line in self.lines.values()}
        return sum(limits.values())


@asynccontextmanager
async def engine(
    db: Path,
    endpoints: Mapping[str, Endpoint],
    gate: Gate,
    *,
    resumed: bool,
    on_attempt: Callable[[Attempt], None] | None = None,
) -> AsyncIterator[Engine]:
    """Open lines, writer and journal for as long as a run lasts."""
    async with connect(endpoints) as lines:
        writer = Writer(db)
        try:
            journal = CallJournal(
                writer, db, Attempt, make=_attempt, replied=REPLIED, resumed=resumed
            )
            asker = Asker(journal, gate, on_attempt=on_attempt)
            yield Engine(db, lines, writer, journal, asker, gate)
        finally:
            writer.close()


async def settled(endpoints: Mapping[str, tuple[Endpoint, bool]]) -> dict[str, Endpoint]:
    """Endpoints that are known to answer, by node. Raises EndpointError."""
    if all(endpoint.offline for endpoint, _ in endpoints.values()):
        return {node: endpoint for node, (endpoint, _) in endpoints.items()}
    from ..models import probe

    return await probe.settle(endpoints)


async def unless_closed(gate: Gate, work: Awaitable[T]) -> T:
    """Await what comes before a run, or leave it at once when the gate is closed meanwhile."""
    task, closed = asyncio.ensure_future(work), asyncio.ensure_future(gate.closed.wait())
    ends: set[asyncio.Future[Any]] = {task, closed}
    try:
        await asyncio.wait(ends, return_when=asyncio.FIRST_COMPLETED)
        if not task.done():
            raise asyncio.CancelledError
        return await task
    finally:
        for end in ends:
            end.cancel()
        await asyncio.gather(*ends, return_exceptions=True)


async def each(
    jobs: Iterable[Coroutine[Any, Any, None]],
    gate: Gate,
    *,
    at_once: int,
    on_stopping: Callable[[int], None],
) -> None:
    """Carry out jobs, some of them at once, until all are done or the gate is closed.

    Then calls in flight come home, and jobs that need no more calls are finished. Raises what
    closed the gate, CancelledError if a person did.
    """
    waiting = iter(jobs)

    async def work() -> None:
        for job in waiting:
            if gate.closed.is_set():
                job.close()
                return
            await job

    workers = [asyncio.create_task(work()) for _ in range(at_once)]
    closed = asyncio.create_task(gate.closed.wait())
    everyone = asyncio.gather(*workers)
    ends: set[asyncio.Future[Any]] = {everyone, closed}
    try:
        await asyncio.wait(ends, return_when=asyncio.FIRST_COMPLETED)
        if gate.closed.is_set():
            if not isinstance(gate.error, StoreError):
                on_stopping(gate.in_flight)
                # No limit of its own: each call has its deadline, and a second Ctrl-C cancels all.
                await gate.idle()
                await asyncio.wait(workers, timeout=0.5)
            raise gate.error or asyncio.CancelledError
        await everyone
    finally:
        closed.cancel()
        for worker in workers:
            worker.cancel()
        await asyncio.gather(*workers, everyone, return_exceptions=True)


async def to_the_end(work: Awaitable[tuple[str, str]], writer: Writer, run_id: str) -> None:
    """Await a run, which says its status and reason, and write down how it ended."""
    try:
        status, reason = await work
    except asyncio.CancelledError:
        await _finish(writer, run_id, "interrupted", "stopped by a person")
        raise
    except StoreError:
        # The row says `running`, which --resume goes on with as well.
        raise
    except TaxoloomError as error:
        await _finish(writer, run_id, "stopped", error.message)
        raise
    await _finish(writer, run_id, status, reason)


async def _finish(writer: Writer, run_id: str, status: str, reason: str) -> None:
    statement = records.set_status(run_id, status, reason, now())
    await asyncio.shield(asyncio.ensure_future(writer.write([statement])))


def now() -> str:
    """The time of a row."""
    return datetime.now(UTC).isoformat(timespec="seconds")


def moment() -> str:
    """The time of a row that comes with many others, to the millisecond."""
    return datetime.now(UTC).isoformat(timespec="milliseconds")


def _attempt(row: Any) -> Attempt:
    return Attempt(**{**row, "outcome": Outcome(row["outcome"])})
