"""`disagreements`: what judges and annotators do not agree on, and what each side said."""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Annotated, Any

import typer

from ..errors import InputError
from .app import DEFAULT_DB, AsJson, Db, RunId, app, command, print_json

if TYPE_CHECKING:
    from ..store.review_rows import Chosen

Kind = Annotated[
    str | None,
    typer.Option(help="decision, criterion, score, label or all; decision and label by default."),
]
Criterion = Annotated[str | None, typer.Option(help="Only what differs in this criterion.")]
Leaf = Annotated[str | None, typer.Option(help="Part of the leaf's path.")]


@command(app, "disagreements")
def disagreements(
    db: Db = DEFAULT_DB,
    run: RunId = None,
    kind: Kind = None,
    criterion: Criterion = None,
    leaf: Leaf = None,
    status: Annotated[str | None, typer.Option(help="open or settled.")] = None,
    limit: Annotated[int, typer.Option(min=1, help="Rows at most.")] = 50,
    as_json: AsJson = False,
) -> None:
    """List what the judges disagreed on, and what each said; `adjudicate` settles it."""
    from ..store import queries, reading, review_rows

    wanted = chosen(kind, criterion, leaf, status)
    with reading(db) as connection:
        labelling = [one["id"] for one in queries.runs(connection, "label")]
        if run is None and labelling and not queries.runs(connection):
            run = labelling[0]
        run_id = run if run in labelling else queries.run(connection, run)["id"]
        rows = review_rows.disagreements(connection, run_id, wanted, None if as_json else limit + 1)
        found = list(rows)
    if as_json:
        print_json(found)
        return
    _show(found[:limit])
    if len(found) > limit:
        typer.echo(f"only the first {limit} are shown; --limit shows more", err=True)


def chosen(
    kind: str | None, criterion: str | None, leaf: str | None, status: str | None
) -> "Chosen":
    """The filter that the options name. Raises InputError for a name that there is not."""
    from ..agents.outputs import Criteria
    from ..store.review_rows import KINDS, Chosen

    known = {
        "kind": (kind, (*KINDS, "all")),
        "criterion": (criterion, tuple(Criteria.model_fields)),
        "status": (status, ("open", "settled")),
    }
    for name, (given, values) in known.items():
        if given is not None and given not in values:
            raise InputError(f"unknown {name} {given!r}", hint=f"use {', '.join(values)}")
    kinds: Sequence[str] = ("decision", "label")
    if kind is not None:
        kinds = () if kind == "all" else (kind,)
    elif criterion is not None:
        kinds = ("criterion",)
    return Chosen(kinds, criterion, leaf, status)


def _show(found: Sequence[dict[str, Any]]) -> None:
    from .render import console, fit, table, under_root

    out = console()
    room = max(out.width - 64, 24)
    rows = [
        (
            row["sample_id"],
            row["kind"],
            row["status"],
            fit(under_root(row["leaf"]), room // 2),
            said(row),
        )
        for row in found
    ]
    out.print(table(["sample", "kind", "status", "leaf", "what each side said"], rows))


def said(row: dict[str, Any]) -> str:
    """What each side said, on one line."""
    detail = row["detail"]
    if row["kind"] == "decision":
        words = {True: "accept", False: "reject", None: "unscored"}
        votes = ", ".join(f"{judge} {words[vote]}" for judge, vote in detail["votes"].items())
        return f"{votes}; differing in {', '.join(detail.get('criteria', ())) or 'no criterion'}"
    sides = ", ".join(f"{who} {_side(what)}" for who, what in detail["sides"].items())
    return f"{row['subject']}: {sides}" if row.get("subject") else sides


def _side(what: Any) -> str:
    if isinstance(what, dict) and "finding" in what:
        quote = " ".join(what["quote"].split())
        return f"{what['finding']} «{quote}»" if quote else str(what["finding"])
    if isinstance(what, dict):
        # Of an item that was labelled: places, or values of an attribute.
        what = what.get("leaves", what.get("values", []))
    if isinstance(what, list | tuple):
        return " + ".join(map(str, what)) or "none of these"
    return str(what)
