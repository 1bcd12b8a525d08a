"""The main job: a recipe in, accepted samples and disagreements out, in one database.

Prepares, settles the endpoints, opens or resumes the run, walks the waves and says how it ended.
"""

import asyncio
import os
from collections.abc import Awaitable, Callable, Sequence
from contextlib import AsyncExitStack, ExitStack
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, TypeVar

from .. import __version__
from ..errors import RecipeError, StoreError, TaxoloomError
from ..models import REPLIED, Asker, Attempt, Endpoint, Gate, Outcome, connect
from ..recipe import Recipe
from ..store import CallJournal, Writer, check_writable, lock, queries, reading, records
from .build import build
from .loop import fast_loop, signals
from .prepare import Overrides, Prepared, prepare, read, today
from .recipe_file import line_naming
from .resume import (
    UNFINISHED,
    continued,
    new_id,
    refuse_other_taxonomy,
    refuse_second,
    resumable,
    runs_of,
)
from .run import Run
from .runner import Listener, Runner

T = TypeVar("T")


class Quiet:
    """A listener that says nothing."""

    def wave(self, number: int, size: int) -> None:
        """See `Listener`."""

    def sample(self, status: str) -> None:
        """See `Listener`."""

    def stopping(self, in_flight: int) -> None:
        """See `Listener`."""


@dataclass(frozen=True, slots=True)
class Options:
    """How a run is carried out: nothing here decides the data but `overrides`."""

    db: Path = Path("taxoloom.db")
    resume: bool = False
    overrides: Overrides = field(default_factory=Overrides)
    listener: Listener = field(default_factory=Quiet)
    on_attempt: Callable[[Attempt], None] | None = None
    on_start: Callable[[str, Prepared, bool], None] | None = None
    """Told the run's id, what was prepared, and whether the run is resumed."""
    callbacks: Sequence[Any] = ()
    """LangChain callbacks: LangSmith, OpenTelemetry, Langfuse …"""


async def agenerate(
    recipe: Path | str, options: Options | None = None, *, gate: Gate | None = None
) -> Run:
    """Run a recipe to its end, or to the point where it has to stop.

    Raises InputError and EndpointError before anything is written; StoreError, EndpointError or
    RunStopped when the run cannot go on; CancelledError when `gate` was closed. Whatever is
    raised, every reply that was paid for is on record.
    """
    options, gate = options or Options(), gate or Gate()
    path = Path(recipe)
    effective, key = read(path, options.overrides)
    with ExitStack() as held:
        check_writable(options.db)
        # A database that is still to be made is locked only then: bad input leaves nothing behind.
        if existed := options.db.exists():
            held.enter_context(lock(options.db))
        known = _known(path, effective, key, options)
        if known is not None and known["status"] not in UNFINISHED:
            return Run(known["id"], options.db)
        if known is not None:
            effective = continued(Recipe.model_validate(known["recipe"]), effective)
        prepared = _prepared(effective, path, key)
        if known is not None:
            refuse_other_taxonomy(known, prepared.taxonomy)
        settled = await _unless_closed(gate, settle(prepared))
        if not existed:
            held.enter_context(lock(options.db))
        run_id = known["id"] if known else new_id(options.db, effective)
        as_of = known["as_of"] if known else effective.as_of or today()
        await _execute(prepared, settled, run_id, as_of, known is not None, options, gate)
    return Run(run_id, options.db)


def generate(recipe: Path | str, db: Path | str = "taxoloom.db", **overrides: Any) -> Run:
    """Run a recipe and return when it is done; `await agenerate(…)` inside an event loop.

    `overrides` are the options of the command line: samples, seed, language, model, base_url,
    concurrency, plugins. Ctrl-C stops the run so that it can be resumed with `resume=True`.
    """
    resume = bool(overrides.pop("resume", False))
    options = Options(db=Path(db), resume=resume, overrides=Overrides(**overrides))
    return run_sync(recipe, options)


def run_sync(recipe: Path | str, options: Options) -> Run:
    """`agenerate` on an event loop of its own, with Ctrl-C heard: once to stop, twice to quit.

    Raises KeyboardInterrupt when the run was stopped so.
    """
    gate = Gate()

    async def main() -> Run:
        with signals(gate):
            return await agenerate(recipe, options, gate=gate)

    try:
        with fast_loop() as runner:
            return runner.run(main())
    except asyncio.CancelledError as error:
        raise KeyboardInterrupt from error


def _prepared(recipe: Recipe, path: Path, key: str) -> Prepared:
    """Prepare, and say of a fault of the recipe in which line of the file it stands."""
    try:
        return prepare(recipe, path.parent, key=key)
    except RecipeError as error:
        place = line_naming(path, error.message)
        raise RecipeError(f"{path}{place}: {error.message}", error.hint) from error


def _known(path: Path, effective: Recipe, key: str, options: Options) -> dict[str, Any] | None:
    """The run to go on with, or None to begin one. Raises InputError when that is not clear."""
    runs = runs_of(options.db, key)
    if options.resume:
        return resumable(options.db, path, effective, options.overrides, runs)
    refuse_second(options.db, runs)
    return None


async def _unless_closed(gate: Gate, work: Awaitable[T]) -> T:
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


async def _execute(
    prepared: Prepared,
    settled: dict[str, Endpoint],
    run_id: str,
    as_of: str,
    resumed: bool,
    options: Options,
    gate: Gate,
) -> None:
    recipe = prepared.recipe
    graph = build(prepared.spec)
    async with AsyncExitStack() as open_things:
        lines = await open_things.enter_async_context(connect(settled))
        writer = Writer(options.db)
        open_things.callback(writer.close)
        await _begin(writer, prepared, settled, run_id, as_of, resumed, graph)
        if options.on_start:
            options.on_start(run_id, prepared, resumed)
        journal = CallJournal(
            writer, options.db, Attempt, make=_attempt, replied=REPLIED, resumed=resumed
        )
        runner = Runner(
            run_id=run_id,
            plan=prepared.plan,
            graph=graph,
            spec=prepared.spec,
            world=prepared.world(as_of),
            prompts=prepared.prompts,
            lines=lines,
            journal=journal,
            asker=Asker(journal, gate, on_attempt=options.on_attempt),
            gate=gate,
            writer=writer,
            path=options.db,
            listener=options.listener,
            fence_key=f"{recipe.seed}:{prepared.taxonomy.fingerprint}",
            stop_after=recipe.run.stop_after_failures,
            callbacks=options.callbacks,
        )
        work = runner.run(attempts=recipe.run.attempts, wave_size=recipe.run.wave)
        await _to_the_end(work, writer, run_id, options.db, len(prepared.plan))


async def _to_the_end(
    work: Awaitable[None], writer: Writer, run_id: str, db: Path, asked: int
) -> None:
    """Await the run and write down how it ended."""
    try:
        await work
    except asyncio.CancelledError:
        await _finish(writer, run_id, "interrupted", "stopped by a person")
        raise
    except StoreError:
        # The row says `running`, which --resume goes on with as well.
        raise
    except TaxoloomError as error:
        await _finish(writer, run_id, "stopped", error.message)
        raise
    with reading(db) as connection:
        accepted = queries.run(connection, run_id)["accepted"]
    short = asked - accepted
    reason = f"{short} of {asked} samples could not be filled" if short else ""
    await _finish(writer, run_id, "shortfall" if short else "done", reason)


async def _begin(
    writer: Writer,
    prepared: Prepared,
    settled: dict[str, Endpoint],
    run_id: str,
    as_of: str,
    resumed: bool,
    graph: Any,
) -> None:
    recipe, prompts = prepared.recipe, prepared.prompts
    used = [prompts.get(name) for seat in prepared.spec.seats for name in seat.role.prompts]
    texts = [{"hash": p.hash, "name": p.id, "text": p.text} for p in used]
    statements = [records.insert("prompts", texts, ignore=True)]
    if resumed:
        statements.append(records.set_status(run_id, "running"))
    else:
        row = {
            "id": run_id,
            "recipe_key": prepared.recipe_key,
            "fingerprint": recipe.fingerprint(),
            "recipe": recipe.model_dump(mode="json"),
            "taxonomy": prepared.taxonomy.to_dict(),
            "taxonomy_hash": prepared.taxonomy.fingerprint,
            "graph": graph.get_graph().draw_mermaid(),
            "language": recipe.language,
            "seed": recipe.seed,
            "asked": len(prepared.plan),
            "as_of": as_of,
            "models": {node: endpoint.model for node, endpoint in settled.items()},
            "status": "running",
            "version": __version__,
            "pid": os.getpid(),
            "started_at": _now(),
        }
        statements.append(records.insert("runs", [row]))
    await writer.write(statements)


async def _finish(writer: Writer, run_id: str, status: str, reason: str) -> None:
    await asyncio.shield(
        asyncio.ensure_future(writer.write([records.set_status(run_id, status, reason, _now())]))
    )


async def settle(prepared: Prepared) -> dict[str, Endpoint]:
    """Endpoints that are known to answer, by node. Raises EndpointError."""
    if all(endpoint.offline for endpoint, _ in prepared.endpoints.values()):
        return {node: endpoint for node, (endpoint, _) in prepared.endpoints.items()}
    from ..models import probe

    return await probe.settle(prepared.endpoints)


def _attempt(row: Any) -> Attempt:
    return Attempt(**{**row, "outcome": Outcome(row["outcome"])})


def _now() -> str:
    return datetime.now(UTC).isoformat(timespec="seconds")
