"""`rewrites`: what the rewriter can do to a draft, and where each operation has its limits."""

from pathlib import Path
from typing import Annotated

import typer

from .app import AsJson, app, command, print_json

Plugins = Annotated[list[str] | None, typer.Option("--plugin", help="File of a plugin.")]


@command(app, "rewrites")
def rewrites(
    plugin: Plugins = None,
    language: Annotated[str, typer.Option(help="zh or en.")] = "en",
    as_json: AsJson = False,
) -> None:
    """List the operations that labels, `rewrites:` and `linked:` in a recipe ask for."""
    from ..agents import registry
    from ..errors import InputError
    from .render import console, table

    if language not in ("zh", "en"):
        raise InputError(f"unknown language {language!r}", hint="use zh or en")
    known = registry(tuple(plugin or ()), folder=Path()).operations.values()
    rows = [
        {
            "operation": one.name,
            "family": one.family,
            "title": one.title[language],
            "changes": sorted(one.changes),
            "figures_may_change_in": sorted(one.free),
            "prompt": one.prompt,
            "brief": one.brief[language],
        }
        for one in known
    ]
    if as_json:
        print_json(rows)
        return
    cells = [(r["operation"], r["family"], ", ".join(r["changes"]), r["brief"]) for r in rows]
    console().print(table(["operation", "family", "may change", "what it does"], cells))
