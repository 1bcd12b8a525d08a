"""`coverage`: how much of a taxonomy samples cover, as tables, as JSON and as a picture."""

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from ..errors import InputError
from .app import DEFAULT_DB, AsJson, Db, app, command, plain, print_json

if TYPE_CHECKING:
    from ..graphs.measure import Measured
    from ..graphs.sources import Source
    from ..taxonomy import Space

KINDS = ("heatmap", "treemap")
STATUSES = ("accepted", "disputed", "rejected", "failed")


@command(app, "coverage")
def coverage(
    source: Annotated[
        list[str] | None,
        typer.Argument(help="Data files, runs, or OTHER.db#RUN, counted together."),
    ] = None,
    db: Db = DEFAULT_DB,
    taxonomy: Annotated[str | None, typer.Option(help="Place the samples on this.")] = None,
    recipe: Annotated[
        Path | None, typer.Option(help="Place them on its taxonomy, axes and constraints.")
    ] = None,
    status: Annotated[str, typer.Option(help="Of runs: which decision.")] = "accepted",
    least: Annotated[int, typer.Option(min=1, help="Samples that make covered.")] = 1,
    leaf_field: Annotated[
        str | None, typer.Option(help="Of data files: the field that names the leaf.")
    ] = None,
    plot: Annotated[Path | None, typer.Option(help="Write a picture: .png or .svg.")] = None,
    kind: Annotated[str, typer.Option(help="heatmap or treemap.")] = "heatmap",
    by: Annotated[
        str | None, typer.Option(help="Of a heatmap: attribute or axis; the first by default.")
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Measure what samples cover: the newest run, other runs, or data files of any origin."""
    from ..graphs.measure import coverage_of
    from ..graphs.sources import DataFile, newest, source_of
    from .findings import show

    _check(status, kind, plot)
    sources = [source_of(text, db) for text in source or ()] or [newest(db)]
    space = _space(sources, taxonomy, recipe)
    name = None if by is None else _dimension(space, by)
    found = coverage_of(sources, space, status=status, least=least, leaf_field=leaf_field)
    if plot is not None:
        _draw(found, space, plot, kind, name)
    if as_json:
        print_json(_as_json(found, sources))
        return
    files = any(isinstance(source, DataFile) for source in sources)
    counted = f"{found.coverage.samples:,} {'placed' if files else status}"
    show(found, f"coverage of {', '.join(map(str, sources))}: {counted}")


def _check(status: str, kind: str, plot: Path | None) -> None:
    for what, given, known in (("decision", status, STATUSES), ("kind", kind, KINDS)):
        if given not in known:
            raise InputError(f"unknown {what} {given!r}", hint=f"use {', '.join(known)}")
    if plot is not None and plot.suffix.lower() not in {".png", ".svg"}:
        raise InputError(f"{plot}: not a picture", hint="name a file that ends in .png or .svg")


def _space(sources: Sequence["Source"], taxonomy: str | None, recipe: Path | None) -> "Space":
    """What the samples are placed on: what is named, else what the runs were made in."""
    from ..graphs.measure import space_of_runs
    from ..graphs.planning import space_of
    from ..graphs.recipe_file import load_recipe
    from ..graphs.sources import StoredRun
    from ..taxonomy import Space, load

    if taxonomy is not None and recipe is not None:
        raise InputError("--taxonomy and --recipe both name one", hint="leave one of them out")
    if taxonomy is not None:
        return Space(load(taxonomy))
    if recipe is not None:
        found = load_recipe(recipe)
        return space_of(found, load(recipe.parent / found.taxonomy))
    runs = [source for source in sources if isinstance(source, StoredRun)]
    if len(runs) < len(sources) and not runs:
        raise InputError(
            "a data file says nothing of its taxonomy", hint="name it: --taxonomy, or --recipe"
        )
    return space_of_runs(runs)


def _dimension(space: "Space", by: str) -> str:
    name = space.names.name(by)
    if name is None:
        known = dict.fromkeys(name for name, _ in space.labels)
        raise InputError(
            f"no attribute or axis is called {by!r}", hint=f"there are {', '.join(known)}"
        )
    return name


def _as_json(found: "Measured", sources: Sequence["Source"]) -> dict[str, Any]:
    unplaced = [
        {"reason": missed.reason, "count": missed.count, "examples": missed.examples}
        for missed in found.unplaced
    ]
    return {
        "sources": [str(source) for source in sources],
        **found.coverage.to_dict(),
        "unplaced": unplaced,
    }


def _draw(found: "Measured", space: "Space", plot: Path, kind: str, name: str | None) -> None:
    from .picture import save

    if kind == "heatmap":
        from .heatmap import heatmap

        figure = heatmap(found.coverage, space.taxonomy, name)
    else:
        from .treemap import treemap

        figure = treemap(found.coverage, space.taxonomy)
    note = save(figure, plot)
    typer.echo(f"wrote {plain(str(plot))}", err=True)
    if note:
        typer.echo(note, err=True)
