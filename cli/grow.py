"""`taxonomy grow`: what a taxonomy lacks, proposed, merged, and accepted by a person or not."""

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from ..errors import RunStopped, StoreFull, TaxoloomError
from .app import INTERRUPTED, SHORTFALL, AsJson, Db, command, complain, print_json, program
from .grow_accept import ask, parsed, refuse_contradictions, target_of, write
from .taxonomy import File, group

if TYPE_CHECKING:
    from ..graphs.grow_prepare import Asked
    from ..graphs.grown import Choice, Growth, Offered

GROW_DB = Path("grow.db")


Node = Annotated[
    list[str] | None, typer.Option(help="`A > B`, or `A > @C` for values; may be repeated.")
]
Attributes = Annotated[bool | None, typer.Option("--attributes", help="Propose attributes too.")]
Proposals = Annotated[int | None, typer.Option(help="Independent proposals [5].")]
Depth = Annotated[int | None, typer.Option(help="Levels that are added [1].")]
Width = Annotated[int | None, typer.Option(help="Entries that a list may hold [12].")]
Recipe = Annotated[Path | None, typer.Option(help="Models and prompts of this recipe.")]
Seed = Annotated[int | None, typer.Option(min=0, help="Seed of everything random.")]
Model = Annotated[str | None, typer.Option(help="Model for every role.")]
BaseUrl = Annotated[str | None, typer.Option(help="Address of the endpoint.")]
Concurrency = Annotated[int | None, typer.Option(min=1, help="Calls in flight.")]
Language = Annotated[str | None, typer.Option(help="zh or en; that of the names by default.")]
Resume = Annotated[
    bool, typer.Option("--resume", help="Go on with a run, or look at a finished one again.")
]
Accept = Annotated[str | None, typer.Option(help="all, none, or numbers: 1,3-5.")]
Out = Annotated[Path | None, typer.Option(help="Write the grown taxonomy (YAML).")]
InPlace = Annotated[bool, typer.Option("--in-place", help="Write it over FILE.")]
DryRun = Annotated[bool, typer.Option("--dry-run", help="Write no taxonomy.")]
Diff = Annotated[bool, typer.Option("--diff", help="Print a unified diff of the file.")]
Close = Annotated[
    bool, typer.Option("--close", help="Clear the mark as open of lists that are complete.")
]


@command(group, "grow")
def grow(
    file: File,
    db: Db = GROW_DB,
    node: Node = None,
    attributes: Attributes = None,
    proposals: Proposals = None,
    depth: Depth = None,
    width: Width = None,
    recipe: Recipe = None,
    seed: Seed = None,
    model: Model = None,
    base_url: BaseUrl = None,
    concurrency: Concurrency = None,
    language: Language = None,
    resume: Resume = False,
    accept: Accept = None,
    out: Out = None,
    in_place: InPlace = False,
    dry_run: DryRun = False,
    diff: Diff = False,
    close: Close = False,
    as_json: AsJson = False,
) -> None:
    """Propose what lists that are open, or named, still lack; ask, or accept what is told."""
    from ..graphs.grow_prepare import Asked
    from ..graphs.prepare import Overrides

    choice = parsed(accept)
    target = target_of(file, out, in_place=in_place)
    refuse_contradictions(choice, target, dry_run=dry_run)
    overrides = Overrides(
        seed=seed, language=language, model=model, base_url=base_url, concurrency=concurrency
    )
    asked = Asked(
        nodes=tuple(node) if node else None,
        attributes=attributes,
        proposals=proposals,
        depth=depth,
        width=width,
        recipe=recipe,
        overrides=overrides,
    )
    growth = _carry_out(file, db, asked, resume=resume, quiet=as_json)
    asks = choice is None and not dry_run and not as_json and sys.stdin.isatty()
    if not as_json:
        _show(growth)
    if asks and growth.additions:
        choice, target = ask(growth, file, target)
    _finish(
        growth,
        file,
        db,
        choice=choice,
        target=None if dry_run else target,
        diff=diff,
        close=close,
        as_json=as_json,
    )


def _carry_out(file: str, db: Path, asked: "Asked", *, resume: bool, quiet: bool) -> "Growth":
    """Run, and leave with the exit code that belongs to what stopped it."""
    from ..graphs.grow import GrowOptions, grow_sync
    from .grow_progress import Teller

    again = f"{program()} taxonomy grow {file} --db {db} --resume"
    teller = Teller(quiet=quiet)
    options = GrowOptions(
        db=db,
        resume=resume,
        asked=asked,
        listener=teller,
        on_attempt=teller.attempt,
        on_start=teller.started,
    )
    try:
        growth = grow_sync(file, options)
    except KeyboardInterrupt as error:
        begun = f"nothing is lost. Go on with: {again}"
        typer.echo(f"interrupted; {begun if teller.run_id else 'nothing was written'}", err=True)
        raise typer.Exit(INTERRUPTED) from error
    except TaxoloomError as error:
        if not teller.run_id and not isinstance(error, RunStopped | StoreFull):
            raise
        complain(error)
        typer.echo(f"what was paid for is on record. Go on with: {again}", err=True)
        raise typer.Exit(1) from error
    teller.ended()
    return growth


def _show(growth: "Growth") -> None:
    from .grow_view import draw_growth
    from .render import console

    draw_growth(console(), growth)


def _finish(
    growth: "Growth",
    file: str,
    db: Path,
    *,
    choice: "Choice | None",
    target: Path | None,
    diff: bool,
    close: bool,
    as_json: bool,
) -> None:
    """Write what was accepted, print what was asked for, and leave with the right exit code."""
    chosen = [one.number for one in growth.choose("none" if choice is None else choice)]
    shown: Choice = "all" if choice is None else chosen
    changes = growth.diff(shown, close=close, file=Path(file).name) if diff else ""
    written = target if chosen or (close and choice is not None) else None
    if written is not None:
        write(growth.apply(chosen, close=close), written)
    if as_json:
        print_json(_as_json(growth, chosen, changes if diff else None, written))
    elif changes:
        from .render import safe

        typer.echo(safe(changes), nl=False)
    if written is not None:
        typer.echo(f"{len(chosen)} of {len(growth.additions)} entries: {written}", err=True)
    elif choice is None and growth.additions and not as_json:
        again = f"{program()} taxonomy grow {file} --db {db} --resume --accept 1,2 --out FILE"
        typer.echo(f"nothing was written. To accept some or all: {again}", err=True)
    if growth.status == "shortfall":
        raise typer.Exit(SHORTFALL)


def _as_json(
    growth: "Growth", chosen: list[int], diff: str | None, written: Path | None
) -> dict[str, Any]:
    return {
        "run": growth.id,
        "status": growth.status,
        "language": growth.language,
        "lists": [
            {
                "id": item.id,
                "path": item.path,
                "kind": item.spot.kind,
                "status": item.status,
                "reason": item.reason,
                "detail": item.detail,
                "known": item.known,
                "proposals": len(item.row["counted"]),
                "estimate": item.row["estimate"] or None,
                "additions": [
                    _addition(one, chosen) for one in growth.additions if one.list_id == item.id
                ],
                "cuts": item.row["cuts"],
                "changes": item.row["changes"],
            }
            for item in growth.lists
        ],
        "written": written,
        **({} if diff is None else {"diff": diff}),
    }


def _addition(one: "Offered", chosen: list[int]) -> dict[str, Any]:
    return {
        "number": one.number,
        **one.entry.to_dict(),
        "proposed_by": one.proposed_by,
        "reason": one.reason,
        "accepted": one.number in chosen,
    }
