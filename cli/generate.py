"""`generate` and `demo`: carry out a recipe and say how it ended."""

import os
from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Any

import typer

from ..errors import RunStopped, StoreFull, TaxoloomError
from .app import (
    DEFAULT_DB,
    INTERRUPTED,
    SHORTFALL,
    AsJson,
    Db,
    app,
    command,
    complain,
    print_json,
    program,
)

Against = Annotated[
    list[str] | None,
    typer.Option(help="Data file or run whose samples count already: only the rest is made."),
]
Recipe = Annotated[Path, typer.Argument(help="The recipe (`taxoloom init` writes one).")]


@command(app, "generate")
def generate(
    recipe: Recipe,
    db: Db = DEFAULT_DB,
    samples: Annotated[int | None, typer.Option(min=1, help="Accepted samples.")] = None,
    seed: Annotated[int | None, typer.Option(min=0, help="Seed of everything random.")] = None,
    model: Annotated[str | None, typer.Option(help="Model for every role.")] = None,
    base_url: Annotated[str | None, typer.Option(help="Address of the endpoint.")] = None,
    concurrency: Annotated[int | None, typer.Option(min=1, help="Calls in flight.")] = None,
    language: Annotated[str | None, typer.Option(help="zh or en.")] = None,
    resume: Annotated[
        bool, typer.Option("--resume", help="Go on with the unfinished run.")
    ] = False,
    plugin: Annotated[list[str] | None, typer.Option(help="File of a plugin role.")] = None,
    against: Against = None,
    flat: Annotated[
        bool,
        typer.Option("--flat", help="Without taxonomy and axes: a baseline for `report`."),
    ] = False,
    as_json: AsJson = False,
) -> None:
    """Make samples until as many as asked for are accepted; options override the recipe."""
    from ..graphs.prepare import Overrides

    overrides = Overrides(
        samples=samples,
        seed=seed,
        language=language,
        model=model,
        base_url=base_url,
        concurrency=concurrency,
        plugins=tuple(plugin or ()),
        against=tuple(against or ()),
        flat=flat,
    )
    carry_out(recipe, db, overrides, resume=resume, as_json=as_json)


@command(app, "demo")
def demo(
    db: Db = Path("demo.db"),
    language: Annotated[str, typer.Option(help="zh or en.")] = "zh",
    as_json: AsJson = False,
) -> None:
    """Run the whole machine offline on the customer-service example: no key, no network."""
    from ..errors import InputError
    from ..graphs.prepare import Overrides
    from .setup import example

    if language not in ("zh", "en"):
        raise InputError(f"unknown language {language!r}", hint="use zh or en")
    with example(f"demo.{language}.yaml") as recipe:
        carry_out(recipe, db, Overrides(), resume=_is_unfinished(db), as_json=as_json)


def carry_out(recipe: Path, db: Path, overrides: Any, *, resume: bool, as_json: bool) -> None:
    """Run, show progress, print the end, and leave with the exit code that belongs to it."""
    from ..graphs.generate import Options, run_sync
    from .progress import Meter

    again = f"{program()} generate {recipe} --db {db} --resume"
    with Meter(quiet=as_json) as meter:
        options = Options(
            db=db,
            resume=resume,
            overrides=overrides,
            listener=meter,
            on_attempt=meter.attempt,
            on_start=meter.started,
        )
        try:
            run = run_sync(recipe, options)
        except KeyboardInterrupt as error:
            if not meter.run_id:
                typer.echo("interrupted before the run began; nothing was written", err=True)
                raise typer.Exit(INTERRUPTED) from error
            typer.echo(f"interrupted; nothing is lost. Go on with: {again}", err=True)
            raise typer.Exit(INTERRUPTED) from error
        except (RunStopped, StoreFull) as error:
            complain(error)
            typer.echo(f"nothing is lost. Go on with: {again}", err=True)
            raise typer.Exit(error.exit_code) from error
        except TaxoloomError as error:
            if meter.run_id:
                complain(error)
                typer.echo(f"what was paid for is on record. Go on with: {again}", err=True)
                raise typer.Exit(1) from error
            raise
    if resume and not meter.run_id:
        typer.echo(f"nothing to resume: run {run.id} is finished ({run.status})", err=True)
    _report(run, db, as_json=as_json)


def _report(run: Any, db: Path, *, as_json: bool) -> None:
    from .render import console, summary

    found = run.summary()
    if as_json:
        print_json(_as_json(found, db))
    else:
        out = console()
        summary(out, found, str(db))
        _next(out, run, db)
    if found.run["status"] == "shortfall":
        typer.echo(f"shortfall: {found.run['reason']}", err=True)
        if _accepts_nothing(run):
            typer.echo(
                "on the canaries the judges do not tell good from bad well enough for the share of "
                "defects that was asked for; see `taxoloom report --section judges`",
                err=True,
            )
        raise typer.Exit(SHORTFALL)


def _accepts_nothing(run: Any) -> bool:
    """Whether a policy was fitted under which no pattern of votes is good enough."""
    from ..store import panel, reading

    with reading(run.path) as connection:
        last = panel.last_policy(connection, run.id)
    return last is not None and bool(last["data"]) and last["data"]["accept_at"] is None


def _as_json(found: Any, db: Path) -> Mapping[str, Any]:
    run = {key: value for key, value in found.run.items() if key != "recipe"}
    cover = found.coverage
    return {
        "run": run,
        "db": str(db),
        "coverage": {
            "leaves": [cover.leaves.covered, cover.leaves.total],
            "cells": [cover.attribute_cells.covered, cover.attribute_cells.total],
            "by_leaf": {leaf.path: leaf.count for leaf in cover.by_leaf},
        },
        "agreement": {
            "units": found.agreement.units,
            "raw": found.agreement.raw,
            "alpha": found.agreement.alpha,
        },
        "usage": found.usage,
        "reasons": found.reasons,
        "shortfall": found.shortfall,
    }


def _next(out: Any, run: Any, db: Path) -> None:
    """Two or three commands to try, with an id that exists."""
    from .render import text

    disputed = next(run.samples("disputed"), None) or next(run.samples(), None)
    option = "" if os.environ.get("TAXOLOOM_DB") == str(db) or db == DEFAULT_DB else f" --db {db}"
    out.print(text("\ntry next", "bold"))
    commands = [f"trace {disputed.id}"] if disputed is not None else []
    for words in (*commands, "disagreements", "export --format sharegpt --out data.jsonl"):
        out.print(text(f"  {program()} {words}{option}", "cyan"), soft_wrap=True)


def _is_unfinished(db: Path) -> bool:
    """Whether a demo was broken off there: it goes on instead of complaining."""
    from ..graphs.resume import UNFINISHED
    from ..store import queries, reading

    if not db.exists():
        return False
    with reading(db) as connection:
        return any(run["status"] in UNFINISHED for run in queries.runs(connection)[:1])
