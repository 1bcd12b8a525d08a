"""`taxonomy check`, `taxonomy show` and `taxonomy convert`."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from ..errors import Fault, InputError, TaxonomyError
from .app import AsJson, app, command, plain, print_json

if TYPE_CHECKING:
    from ..taxonomy import Taxonomy
    from ..taxonomy.formats.formats import Format
    from ..taxonomy.formats.write import Target

group = typer.Typer(no_args_is_help=True, help="Look at a category system.", rich_markup_mode=None)
app.add_typer(group, name="taxonomy")

File = Annotated[
    str,
    typer.Argument(
        help="YAML, JSON, Markdown, a list of paths, CSV, TSV, SKOS, or a folder of qna.yaml files;"
        " `notes.md#section` for a part."
    ),
]
AsFormat = Annotated[
    str | None,
    typer.Option("--format", help="What the file is, if its name and content do not tell."),
]


@command(group, "check")
def check(file: File, format: AsFormat = None, as_json: AsJson = False) -> None:
    """Name file and line of every fault."""
    from ..taxonomy.planning.constraint_check import constraint_faults

    try:
        tree = _loaded(file, format)
        faults = constraint_faults(tree, file)
        if faults:
            raise TaxonomyError(faults)
    except TaxonomyError as error:
        _print_faults(error.faults, as_json=as_json)
        raise typer.Exit(error.exit_code) from error
    leaves = list(tree.leaves())
    attributes = {a.name for node in tree.walk() for a in node.attributes}
    ageing = sum(tree.fresh_for_of(leaf.id) is not None for leaf in leaves)
    open_nodes = [" > ".join(node.path) for node in tree.walk() if node.open]
    if as_json:
        found = {"leaves": len(leaves), "attributes": sorted(attributes), "open": open_nodes}
        print_json({"ok": True} | found | ({"ageing": ageing} if ageing else {}))
        return
    typer.echo(f"{plain(file)}: {len(leaves)} leaves, {len(attributes)} attributes, no fault")
    if ageing:
        typer.echo(f"leaves whose samples expire: {ageing} (fresh_for)")
    if open_nodes:
        typer.echo(f"open, so probably incomplete: {plain(', '.join(open_nodes))}")


@command(group, "show")
def show(file: File, format: AsFormat = None, as_json: AsJson = False) -> None:
    """Draw the tree, with attributes where they are attached and open lists marked …"""
    from .render import console
    from .tree import draw

    tree = _loaded(file, format)
    if as_json:
        print_json(tree.to_dict())
        return
    draw(console(), tree)


@command(group, "convert")
def convert(
    file: File,
    to: Annotated[str | None, typer.Option(help="yaml, json, markdown, paths, csv or tsv.")] = None,
    out: Annotated[
        Path | None, typer.Option(help="Where to write; its suffix says the format without --to.")
    ] = None,
    format: AsFormat = None,
    lossy: Annotated[
        bool, typer.Option("--lossy", help="Leave out what a list of paths cannot say.")
    ] = False,
    force: Annotated[bool, typer.Option("--force", help="Replace a file that exists.")] = False,
) -> None:
    """Write the taxonomy in another format; what is written is read back before it is kept."""
    from ..store.whole import written_whole
    from ..taxonomy.formats.write import write

    target = _target(to, out)
    if out is not None and out.exists() and not force:
        raise InputError(f"{out} exists already", hint="name another file, or say --force")
    text = write(_loaded(file, format), target, lossy=lossy)
    if out is None:
        typer.echo(text, nl=False)
        return
    with written_whole(out) as stream:
        stream.write(text)
    typer.echo(f"wrote {plain(str(out))}", err=True)


def _loaded(file: str, format: str | None) -> "Taxonomy":
    from ..taxonomy import load
    from ..taxonomy.formats.formats import FORMATS

    chosen: Format | None = next((known for known in FORMATS if known == format), None)
    if format is not None and chosen is None:
        raise InputError(f"unknown format {format!r}", hint=f"use one of {', '.join(FORMATS)}")
    return load(file, format=chosen)


def _target(to: str | None, out: Path | None) -> "Target":
    from ..taxonomy.formats.write import TARGETS, target_of

    found = target_of(out) if to is None and out is not None else to
    target: Target | None = next((known for known in TARGETS if known == found), None)
    if target is None:
        what = f"unknown format {to!r}" if to else "which format to write cannot be told"
        raise InputError(what, hint=f"say --to with one of {', '.join(TARGETS)}")
    return target


def _print_faults(faults: tuple[Fault, ...], *, as_json: bool) -> None:
    if as_json:
        listed = [
            {"message": f.message, "file": f.file, "line": f.line, "hint": f.hint} for f in faults
        ]
        print_json({"ok": False, "faults": listed})
        return
    for fault in faults:
        typer.echo(f"{plain(str(fault))}\n  {plain(fault.hint)}", err=True)
