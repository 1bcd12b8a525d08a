"""Looking at what is kept: `runs`, `samples`, `trace`, `export`. Reads only."""

from pathlib import Path
from typing import Annotated, Any

import typer

from ..errors import InputError, NotFound
from .app import DEFAULT_DB, AsJson, Db, RunId, app, command, print_json

Status = Annotated[str | None, typer.Option(help="accepted, disputed, rejected or failed.")]
Leaf = Annotated[str | None, typer.Option(help="Part of the leaf's path.")]
Label = Annotated[str | None, typer.Option(help="NAME=VALUE.")]
Reason = Annotated[str | None, typer.Option(help="Beginning of the reason.")]
Search = Annotated[str | None, typer.Option("--search", help="Part of any message.")]


@command(app, "runs")
def runs(db: Db = DEFAULT_DB, as_json: AsJson = False) -> None:
    """List the runs of a database."""
    from ..store import queries, reading
    from .render import console, table

    with reading(db) as connection:
        found, others = queries.runs(connection), queries.other_runs(connection)
    if as_json:
        made = [
            {"kind": "generate", **{k: v for k, v in run.items() if k != "recipe"}} for run in found
        ]
        print_json([*made, *others])
        return
    kinds = ("planned", "disputed", "rejected", "failed", "pending")
    rows = [
        (
            r["id"],
            r["status"],
            r["started_at"][5:16].replace("T", " "),
            f"{r['accepted']}/{r['asked']}",
            *(r[kind] for kind in kinds),
        )
        for r in found
    ]
    if found or not others:
        console().print(table(["run", "status", "started", "accepted", *kinds], rows))
    if others:
        listed = [
            (run["id"], run["kind"], run["status"], run["started_at"][5:16].replace("T", " "))
            for run in others
        ]
        console().print(table(["run", "kind", "status", "started"], listed))


@command(app, "samples")
def samples(
    db: Db = DEFAULT_DB,
    run: RunId = None,
    status: Status = None,
    leaf: Leaf = None,
    label: Label = None,
    reason: Reason = None,
    search: Search = None,
    limit: Annotated[int, typer.Option(min=1, help="Rows at most.")] = 50,
    as_json: AsJson = False,
) -> None:
    """List samples: id, decision, reason, leaf and how they begin."""
    from ..store import queries, reading
    from .render import console, first_user, fit, table, under_root
    from .render import status as coloured

    with reading(db) as connection:
        run_id = queries.run(connection, run)["id"]
        chosen = _filter(run_id, status, leaf, label, reason, search)
        if as_json:
            print_json(list(queries.samples(connection, chosen, limit)))
            return
        found = list(queries.samples(connection, chosen, limit + 1))
    out = console()
    # Id, decision and reason stand whole; leaf and beginning share what room is left.
    room = max(out.width - 52, 24)
    rows = [
        (
            s["id"],
            coloured(s["status"]),
            s["reason"],
            fit(under_root(s["leaf"]), room * 2 // 5),
            fit(first_user(s["messages"]), room * 3 // 5),
        )
        for s in found[:limit]
    ]
    out.print(table(["sample", "decision", "reason", "leaf", "begins"], rows))
    if len(found) > limit:
        typer.echo(f"only the first {limit} are shown; --limit shows more", err=True)


@command(app, "trace")
def trace(
    sample_id: Annotated[
        str,
        typer.Argument(
            help="Id of a sample, a grown list (g-…), a labelled text (i-…), a ranked batch (b-…)."
        ),
    ],
    db: Db = DEFAULT_DB,
    full: Annotated[bool, typer.Option("--full", help="Unfold every prompt and reply.")] = False,
    as_json: AsJson = False,
) -> None:
    """Show the whole way of one sample, grown list or labelled text, and what decided."""
    from ..graphs.difficulty_trace import BatchTrace, batch_trace
    from ..graphs.grow_trace import PREFIX, GrowTrace, grow_trace
    from ..graphs.label_trace import LabelTrace, label_trace
    from ..graphs.trace import Trace
    from ..graphs.trace import trace as read_trace
    from ..store import difficulties, labelling, reading
    from . import label_view
    from .difficulty import draw_trace as draw_batch
    from .grow_view import draw_trace
    from .render import console
    from .trace import draw

    found: Trace | GrowTrace | LabelTrace | BatchTrace
    with reading(db) as connection:
        if sample_id.startswith(PREFIX):
            found = grow_trace(connection, sample_id)
        elif sample_id.startswith(labelling.PREFIX):
            found = label_trace(connection, sample_id)
        elif sample_id.startswith(difficulties.PREFIX):
            found = batch_trace(connection, sample_id)
        else:
            found = read_trace(connection, sample_id)
    if as_json:
        print_json({name: getattr(found, name) for name in type(found).__dataclass_fields__})
    elif isinstance(found, GrowTrace):
        draw_trace(console(), found, full=full)
    elif isinstance(found, LabelTrace):
        label_view.draw_trace(console(), found, full=full)
    elif isinstance(found, BatchTrace):
        draw_batch(console(), found, full=full)
    else:
        draw(console(), found, full=full)


@command(app, "export")
def export(
    out: Annotated[Path, typer.Option("--out", help="The JSONL file to write.")],
    format: Annotated[str, typer.Option(help="messages, sharegpt or alpaca.")] = "messages",
    db: Db = DEFAULT_DB,
    run: RunId = None,
    status: Status = "accepted",
    leaf: Leaf = None,
    label: Label = None,
    reason: Reason = None,
    search: Search = None,
    reasoning: Annotated[
        str,
        typer.Option(
            help="Where thinking goes: meta (beside the dialogue), think (<think> tags), field."
        ),
    ] = "meta",
    clean: Annotated[
        bool, typer.Option("--clean", help="Without the typos that were put in by rule.")
    ] = False,
) -> None:
    """Write samples as training data, one JSON object a line."""
    from ..graphs.noise import without_noise
    from ..graphs.stale import with_expiry
    from ..models.connect import OFFLINE
    from ..store import FORMATS, REASONING, queries, reading
    from ..store import export as write
    from ..store.links import with_groups
    from ..store.planned import with_planned

    if reasoning not in REASONING:
        raise InputError(f"unknown place {reasoning!r}", hint=f"use {', '.join(REASONING)}")
    if reasoning == "field" and format != "messages":
        raise InputError(
            f"{format} has no field for thinking", hint="use --reasoning think, or messages"
        )
    if format not in FORMATS:
        raise InputError(f"unknown format {format!r}", hint=f"use {', '.join(FORMATS)}")
    with reading(db) as connection:
        found = queries.run(connection, run)
        chosen = _filter(found["id"], status, leaf, label, reason, search)
        if next(queries.samples(connection, chosen, 1), None) is None:
            raise NotFound("no sample matches, so nothing was written", hint="loosen the filter")
        rows = with_groups(connection, queries.samples(connection, chosen))
        rows = map(without_noise, rows) if clean else rows
        rows = with_expiry(connection, found["id"], rows)
        rows = with_planned(connection, found["id"], rows)
        count = write(rows, format, out, reasoning=reasoning)
    typer.echo(f"{count} samples written to {out}", err=True)
    if OFFLINE in found["models"].values():
        typer.echo(
            "WARNING: this run used the offline model, a stand-in that fills templates.\n"
            "         It shows how taxoloom works; do not train on its texts.",
            err=True,
        )


def _filter(
    run_id: str,
    status: str | None,
    leaf: str | None,
    label: str | None,
    reason: str | None,
    search: str | None,
) -> Any:
    from ..store import Filter

    kinds = ("accepted", "disputed", "rejected", "failed")
    if status is not None and status not in kinds:
        raise InputError(f"unknown decision {status!r}", hint=f"use {', '.join(kinds)}")
    pair = None
    if label is not None:
        name, sign, value = label.partition("=")
        if not sign:
            raise InputError(f"--label {label!r} has no `=`", hint="write NAME=VALUE")
        pair = (name, value)
    return Filter(run=run_id, status=status, leaf=leaf, label=pair, reason=reason, text=search)
