"""`redecide`: what another panel policy would make of a run's stored verdicts. Calls no model."""

from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from .app import DEFAULT_DB, AsJson, Db, RunId, app, command, print_json

if TYPE_CHECKING:
    from ..graphs.redecide import Expected, Redecision

_POLICY = "unanimous, majority, calibrated, dawid_skene, or a plugin's; the recipe's by default."


@command(app, "redecide")
def redecide(
    db: Db = DEFAULT_DB,
    run: RunId = None,
    policy: Annotated[str | None, typer.Option(help=_POLICY)] = None,
    residual: Annotated[
        float | None, typer.Option(help="Defects put up with among the accepted, say 0.02.")
    ] = None,
    lost: Annotated[
        float | None, typer.Option(help="Good samples put up with among the rejected.")
    ] = None,
    defects: Annotated[
        float | None, typer.Option(help="Share of defects; estimated if left out.")
    ] = None,
    aside: Annotated[
        list[str] | None, typer.Option(help="A judge whose votes do not count; may be repeated.")
    ] = None,
    plugin: Annotated[
        list[Path] | None, typer.Option(help="A file with a policy; may be repeated.")
    ] = None,
    apply: Annotated[bool, typer.Option("--apply", help="Move the samples.")] = False,
    limit: Annotated[int, typer.Option(min=0, help="Changes to list at most.")] = 20,
    as_json: AsJson = False,
) -> None:
    """Decide a run anew from its stored verdicts, and show what would change.

    No model is called, and without --apply nothing is moved. What people have settled stays.
    """
    from ..graphs import redecide as work

    wanted = work.Wanted(
        policy=policy,
        residual=residual,
        lost=lost,
        defects=defects,
        aside=None if aside is None else tuple(aside),
        plugins=tuple(str(file.absolute()) for file in plugin or ()),
    )
    found = work.redecide(db, run, wanted)
    if apply:
        work.apply(db, found)
    if as_json:
        print_json(asdict(found) | {"applied": apply})
        return
    _show(found, limit)
    done = "moved" if apply else "nothing was moved; --apply moves them"
    typer.echo(f"{len(found.changes)} samples change: {done}", err=True)


def _show(found: "Redecision", limit: int) -> None:
    from .render import console, fit, table
    from .render import status as coloured

    out = console()
    kinds = [k for k in ("accepted", "disputed", "rejected", "failed") if _any(found, k)]
    rows: list[tuple[Any, ...]] = [
        ("now", *(found.before.get(kind, 0) for kind in kinds), *_shares(found.expected_before)),
        (
            f"under {found.policy}",
            *(found.after.get(kind, 0) for kind in kinds),
            *_shares(found.expected_after),
        ),
    ]
    heads = [*kinds, *(["defects among accepted", "good ones kept"] if _known(found) else [])]
    out.print(table([f"run {found.run_id}", *heads], rows))
    if found.settled:
        out.print(f"{found.settled} of {found.judged} were settled by people and stay as they are")
    if not found.changes:
        return
    room = max(out.width - 60, 16)
    listed = [
        (
            change.id,
            coloured(change.was),
            coloured(change.became),
            change.became_reason,
            fit(change.leaf.rpartition(" > ")[2], room),
        )
        for change in found.changes[:limit]
    ]
    if listed:
        out.print(table(["sample", "now", "would be", "reason", "leaf"], listed))
    if len(found.changes) > limit:
        out.print(f"and {len(found.changes) - limit} more; --limit shows them, --json has all")


def _any(found: "Redecision", kind: str) -> bool:
    return bool(found.before.get(kind) or found.after.get(kind))


def _known(found: "Redecision") -> bool:
    return found.expected_after is not None


def _shares(expected: "Expected | None") -> tuple[str, ...]:
    if expected is None:
        return ()
    shares = (expected.residual, expected.kept)
    return tuple("-" if share is None else f"about {share:.1%}" for share in shares)
