"""`taxonomy check` and `taxonomy show`."""

from typing import Annotated

import typer

from ..errors import TaxonomyError
from .app import AsJson, app, command, plain, print_json

group = typer.Typer(no_args_is_help=True, help="Look at a category system.", rich_markup_mode=None)
app.add_typer(group, name="taxonomy")

File = Annotated[str, typer.Argument(help="YAML, JSON or Markdown; `notes.md#section` for a part.")]


@command(group, "check")
def check(file: File, as_json: AsJson = False) -> None:
    """Name file and line of every fault."""
    from ..taxonomy import load

    try:
        tree = load(file)
    except TaxonomyError as error:
        faults = [
            {"message": f.message, "file": f.file, "line": f.line, "hint": f.hint}
            for f in error.faults
        ]
        if as_json:
            print_json({"ok": False, "faults": faults})
        for fault in error.faults if not as_json else ():
            typer.echo(f"{plain(str(fault))}\n  {plain(fault.hint)}", err=True)
        raise typer.Exit(error.exit_code) from error
    leaves = list(tree.leaves())
    attributes = {a.name for leaf in leaves for a in tree.attributes_of(leaf.id)}
    open_nodes = [" > ".join(node.path) for node in tree.walk() if node.open]
    if as_json:
        print_json(
            {
                "ok": True,
                "leaves": len(leaves),
                "attributes": sorted(attributes),
                "open": open_nodes,
            }
        )
        return
    typer.echo(f"{plain(file)}: {len(leaves)} leaves, {len(attributes)} attributes, no fault")
    if open_nodes:
        typer.echo(f"open, so probably incomplete: {plain(', '.join(open_nodes))}")


@command(group, "show")
def show(file: File, as_json: AsJson = False) -> None:
    """Draw the tree, with attributes where they are attached and open lists marked …"""
    from ..taxonomy import load
    from .render import console
    from .tree import draw

    tree = load(file)
    if as_json:
        print_json(tree.to_dict())
        return
    draw(console(), tree)
