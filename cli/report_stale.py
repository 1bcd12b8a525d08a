"""`report --stale`: which samples have expired, and how to have them made anew."""

import shlex
from collections.abc import Iterator
from dataclasses import asdict
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from ..errors import InputError
from .app import DEFAULT_DB, print_json, program

if TYPE_CHECKING:
    from ..graphs.stale import Staleness

Stale = Annotated[
    bool, typer.Option("--stale", help="Only list what has expired by the taxonomy's fresh_for.")
]
On = Annotated[
    str | None, typer.Option("--on", help="With --stale: the day to look from, YYYY-MM-DD; today.")
]
Replan = Annotated[
    bool,
    typer.Option("--replan", help="With --stale: reject what has expired, so that it is missing."),
]
Tree = Annotated[
    str | None,
    typer.Option("--taxonomy", help="With --stale: a file whose fresh_for counts instead."),
]


def report_stale(
    name: str | None,
    db: Path,
    *,
    on: str | None,
    replan: bool,
    taxonomy: str | None,
    as_json: bool,
) -> None:
    """Show what has expired of a run or a data file, and take it back where that is asked for."""
    from ..graphs import stale as work
    from ..graphs.prepare import today
    from ..graphs.sources import StoredRun, newest, source_of

    day = _day(on or today())
    source = newest(db) if name is None else source_of(name, db)
    if replan and not isinstance(source, StoredRun):
        raise InputError("--replan works on runs, not on data files", hint="name a run")
    if replan and isinstance(source, StoredRun):
        found = work.take_back(source.db, source.id, day, taxonomy)
    else:
        found = work.staleness(source, day, taxonomy)
    if as_json:
        taken = {"taken_back": len(found.expired)} if replan else {}
        print_json(asdict(found) | {"soon": found.soon, "within": work.SOON} | taken)
    else:
        _print(found, replan)
    if isinstance(source, StoredRun) and found.expired:
        for line in _next(source.db, source.id, found) if replan else _offer():
            typer.echo(line, err=True)


def refuse_beside(*others: object) -> None:
    """Refuse options of the other reports, which would have no effect."""
    if any(others):
        raise InputError(
            "--stale is a report of its own",
            hint="ask for it without --section, --baseline, --embeddings, --plots and --by",
        )


def refuse_alone(on: str | None, *, replan: bool, taxonomy: str | None) -> None:
    """Raise InputError for options that mean nothing without --stale."""
    given = {"--on": on, "--replan": replan, "--taxonomy": taxonomy}
    alone = [option for option, value in given.items() if value]
    if alone:
        raise InputError(f"{alone[0]} goes with --stale", hint="add --stale")


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError as error:
        raise InputError(f"--on {text!r} is no day", hint="write it as 2026-11-22") from error


def _print(found: "Staleness", taken: bool) -> None:
    from .render import console, fit, table, text, under_root

    out = console()
    out.print(text(f"freshness of {found.source} on {found.on}", "bold"))
    for sentence in _sentences(found, taken):
        out.print(text(sentence))
    if found.leaves:
        room = max(out.width - 56, 16)
        rows = [
            (
                fit(under_root(leaf.leaf), room),
                leaf.accepted,
                leaf.expired,
                leaf.soon,
                leaf.oldest,
                leaf.next or "-",
            )
            for leaf in found.leaves
        ]
        heads = ["leaf", "accepted", "expired", "soon", "oldest as_of", "good until"]
        out.print(table(heads, rows))


def _sentences(found: "Staleness", taken: bool) -> Iterator[str]:
    from ..graphs.stale import SOON

    ageing = sum(leaf.accepted for leaf in found.leaves)
    if not ageing and not found.undated:
        yield f"None of {found.accepted:,} samples expires: no leaf of theirs has `fresh_for`."
        return
    became = "have expired and were taken back" if taken else "have expired"
    yield (
        f"Of {found.accepted:,} samples {ageing:,} age: {len(found.expired):,} {became}, "
        f"{found.soon:,} more will expire within {SOON} days."
    )
    if found.undated:
        yield f"{found.undated:,} age but have no `as_of` to count from."


def _offer() -> Iterator[str]:
    yield "nothing was moved; --replan takes them back, so that they can be planned anew"


def _next(db: Path, run_id: str, found: "Staleness") -> Iterator[str]:
    """What to type next, and what not to."""
    from ..graphs.stale import sources_of

    sources, pinned, made = sources_of(db, run_id)
    words = ["generate", "RECIPE", *(word for one in sources for word in ("--against", one))]
    words += [] if db == DEFAULT_DB else ["--db", str(db)]
    yield f"{len(found.expired):,} samples were taken back; to have them made anew, as of today:"
    yield f"  {program()} {shlex.join(words)}"
    yield f"not with --resume: the old run is finished, and its own day stays {made}"
    if pinned:
        yield f"and take `as_of: {pinned}` out of the recipe first, or write a newer day"
