"""`difficulty`: have the samples of a run ranked in small batches, and rate them all by it."""

import time
from collections import Counter
from dataclasses import asdict
from typing import TYPE_CHECKING, Annotated

import typer

from ..errors import InputError, RunStopped, StoreFull
from .app import (
    DEFAULT_DB,
    INTERRUPTED,
    SHORTFALL,
    AsJson,
    Db,
    RunId,
    app,
    command,
    complain,
    print_json,
    program,
)

if TYPE_CHECKING:
    from pathlib import Path

    from rich.console import Console

    from ..graphs.difficulty import Asked, Measuring
    from ..graphs.difficulty_trace import BatchTrace
    from ..models import Attempt

_STATUSES = ("accepted", "disputed", "rejected")
_MOST = 8
"""`agents.ranker.MOST`, which is not imported before the command runs; a test compares them."""
_EVERY = 10.0
"""Seconds between lines of progress."""


@command(app, "difficulty")
def difficulty(
    name: Annotated[
        str | None, typer.Argument(metavar="[RUN]", help="A run's id; the newest by default.")
    ] = None,
    db: Db = DEFAULT_DB,
    run: RunId = None,
    each: Annotated[int, typer.Option(min=2, max=20, help="Batches that every sample is in.")] = 4,
    batch: Annotated[int, typer.Option(min=3, max=_MOST, help="Samples in a batch, at most.")] = 5,
    status: Annotated[str, typer.Option(help="accepted, disputed or rejected.")] = "accepted",
    limit: Annotated[
        int | None, typer.Option(min=2, help="Samples at most, drawn by the run's seed.")
    ] = None,
    model: Annotated[str | None, typer.Option(help="The ranker's model.")] = None,
    base_url: Annotated[str | None, typer.Option(help="Its endpoint.")] = None,
    concurrency: Annotated[int | None, typer.Option(min=1, help="Calls in flight.")] = None,
    as_json: AsJson = False,
) -> None:
    """Measure how hard requests are, and show it beside how hard they were meant to be.

    A ranker sees a few requests at a time, without answers and labels, and orders them; one call a
    batch. `report --section difficulty` shows the result again. A later measuring replaces it.
    """
    from ..graphs.difficulty import Asked
    from ..graphs.prepare import Overrides

    if name is not None and run not in (None, name):
        raise InputError(f"two runs are named: {name!r} and {run!r}", hint="name one of them")
    if status not in _STATUSES:
        raise InputError(f"unknown decision {status!r}", hint=f"use {', '.join(_STATUSES)}")
    scribe = Scribe()
    asked = Asked(
        each=each,
        batch=batch,
        status=status,
        limit=limit,
        overrides=Overrides(model=model, base_url=base_url, concurrency=concurrency),
        on_start=scribe.started,
        on_batch=scribe.ranked,
        on_attempt=scribe.attempt,
        on_stopping=scribe.stopping,
    )
    found = _measure(db, name or run, asked)
    typer.echo(f"{found.batches - found.failed.total()} batches ranked; {scribe.paid()}", err=True)
    _show(db, found, as_json=as_json)


def _measure(db: "Path", run: str | None, asked: "Asked") -> "Measuring":
    """Measure, and leave with the exit code that belongs to how it went."""
    from ..graphs.difficulty import measure_sync

    again = f"call it again: {program()} difficulty, with the same options"
    try:
        return measure_sync(db, run, asked)
    except KeyboardInterrupt as error:
        typer.echo(f"interrupted; what was ranked is kept. To go on, {again}", err=True)
        raise typer.Exit(INTERRUPTED) from error
    except (RunStopped, StoreFull) as error:
        complain(error)
        typer.echo(f"what was ranked is kept. To go on, {again}", err=True)
        raise typer.Exit(error.exit_code) from error


def _show(db: "Path", found: "Measuring", *, as_json: bool) -> None:
    from ..graphs.report_difficulty import difficulty_part
    from ..recipe import Recipe
    from ..store import queries, reading
    from .render import console, text
    from .report_difficulty import difficulty as parts

    part = None
    if found.rated:
        with reading(db) as connection:
            run = queries.run(connection, found.run_id)
            recipe = Recipe.model_validate(run["recipe"])
            part = difficulty_part(connection, found.run_id, recipe)
    if as_json:
        print_json(asdict(found) | {"difficulty": None if part is None else asdict(part)})
    elif part is not None:
        out = console()
        out.print(text(f"difficulty of run {found.run_id}", "bold"))
        for shown in parts(part):
            out.print(shown)
    if found.failed:
        why = ", ".join(f"{outcome} {count}" for outcome, count in found.failed.most_common())
        lost = found.samples - found.rated
        typer.echo(
            f"{found.failed.total()} of {found.batches} batches could not be ranked ({why}); "
            f"{lost} samples have no rating",
            err=True,
        )
        raise typer.Exit(SHORTFALL)


def draw_trace(out: "Console", trace: "BatchTrace", *, full: bool = False) -> None:
    """Draw the way of one batch; `full` unfolds prompt and reply."""
    from .render import text
    from .trace import heading, step

    heading(out, f"batch {trace.id}")
    for title, attempts in trace.steps():
        step(out, title, attempts, full=full)
    heading(out, "ranked, the easiest first")
    for line in trace.ranked():
        out.print(text(line))


class Scribe:
    """Hears of batches and attempts, and tells how it goes on stderr: a line now and then."""

    def __init__(self) -> None:
        self._counts: Counter[str] = Counter()
        self._calls = self._tokens = self._wanted = 0
        self._last = time.monotonic()

    def started(self, run_id: str, samples: int, batches: int) -> None:
        """So many samples are ranked in so many batches."""
        self._wanted = batches
        typer.echo(f"run {run_id}: {samples} samples in {batches} batches, a call each", err=True)

    def ranked(self, outcome: str) -> None:
        """A batch was ranked, or could not be."""
        self._counts[outcome] += 1
        if time.monotonic() - self._last > _EVERY:
            self._last = time.monotonic()
            kinds = "  ".join(f"{kind} {count}" for kind, count in self._counts.items())
            line = f"{self._counts.total()} of {self._wanted}: {kinds}  {self._tokens:,} tokens"
            typer.echo(line, err=True)

    def attempt(self, attempt: "Attempt") -> None:
        """A model call came to its end."""
        self._calls += 1
        self._tokens += attempt.input_tokens + attempt.output_tokens

    def stopping(self, in_flight: int) -> None:
        """It was asked to stop and waits for that many calls."""
        typer.echo(
            f"stopping: {in_flight} calls in flight are awaited; Ctrl-C again to quit now", err=True
        )

    def paid(self) -> str:
        """What it took."""
        return f"{self._calls} calls, {self._tokens:,} tokens"
