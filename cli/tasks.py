"""`tasks export` and `tasks import`: review in Label Studio or Argilla, and back."""

from dataclasses import asdict
from pathlib import Path
from typing import Annotated

import typer

from ..errors import InputError
from .app import DEFAULT_DB, SHORTFALL, AsJson, Db, RunId, app, command, print_json
from .disagreements import Criterion, Kind, Leaf, chosen

group = typer.Typer(
    no_args_is_help=True,
    rich_markup_mode=None,
    help="Review tasks for annotation tools: export what is open, import what people said.",
)
app.add_typer(group, name="tasks")
_MOST = 20
"""Faults that are shown."""


@command(group, "export")
def export(
    to: Annotated[str, typer.Option("--to", help="label-studio or argilla.")],
    out: Annotated[Path, typer.Option("--out", help="The JSON file to write.")],
    db: Db = DEFAULT_DB,
    run: RunId = None,
    kind: Kind = None,
    criterion: Criterion = None,
    leaf: Leaf = None,
    status: Annotated[str, typer.Option(help="open or settled.")] = "open",
    with_votes: Annotated[
        bool, typer.Option("--with-votes", help="Show reviewers what the judges said.")
    ] = False,
) -> None:
    """Write the samples that judges disagree on as tasks; blind unless votes are asked for."""
    from ..graphs.tasks import TOOLS, export_tasks

    if to not in TOOLS:
        raise InputError(f"unknown tool {to!r}", hint=f"use {' or '.join(TOOLS)}")
    wanted = chosen(kind, criterion, leaf, status)
    count, beside = export_tasks(db, run, to, out, chosen=wanted, with_votes=with_votes)
    typer.echo(f"{count} tasks written to {out}, how they are shown to {beside}", err=True)


@command(group, "import")
def take_in(
    file: Annotated[Path, typer.Argument(help="What the tool exported, as JSON.")],
    names: Annotated[
        list[str] | None,
        typer.Option("--as", help="ID=NAME of an annotator, or NAME of the only one; repeatable."),
    ] = None,
    db: Db = DEFAULT_DB,
    run: RunId = None,
    as_json: AsJson = False,
) -> None:
    """Take in what annotators said; where they contradict one another the sample stays open."""
    from ..graphs.tasks import import_tasks
    from .render import safe

    taken = import_tasks(db, run, file, tuple(names or ()))
    if as_json:
        print_json(asdict(taken))
    else:
        typer.echo(
            f"run {taken.run_id}: {taken.settled} settled, {taken.opinions} further votes kept, "
            f"{taken.known} known already"
        )
        for sample_id in taken.split:
            typer.echo(f"{sample_id} stays open: the annotators contradict one another", err=True)
    for fault in taken.faults[:_MOST]:
        typer.echo(safe(f"{file}: {fault.place}: {fault.message}"), err=True)
    if len(taken.faults) > _MOST:
        typer.echo(f"and {len(taken.faults) - _MOST} more; --json has all", err=True)
    if taken.faults:
        raise typer.Exit(SHORTFALL)
