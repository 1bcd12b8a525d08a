"""Getting started and looking under the bonnet: `init`, `roles`, `prompt`, `doctor`."""

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from importlib import resources
from pathlib import Path
from typing import Annotated, Any

import typer

from ..errors import InputError
from .app import AsJson, app, command, print_json, program

RecipeFile = Annotated[Path, typer.Argument(help="The recipe.")]


@contextmanager
def example(name: str) -> Iterator[Path]:
    """A packaged example file, as a path beside the other examples."""
    with resources.as_file(resources.files("taxoloom") / "examples") as folder:
        yield folder / name


@command(app, "init")
def init(
    folder: Annotated[Path, typer.Argument(help="Where to write.")] = Path(),
    language: Annotated[str, typer.Option(help="zh or en.")] = "zh",
) -> None:
    """Write a commented recipe and a taxonomy that run as they are."""
    if language not in ("zh", "en"):
        raise InputError(f"unknown language {language!r}", hint="use zh or en")
    folder.mkdir(parents=True, exist_ok=True)
    targets = {
        f"recipe.{language}.yaml": folder / "recipe.yaml",
        f"customer_service.{language}.yaml": folder / "taxonomy.yaml",
    }
    for target in targets.values():
        if target.exists():
            raise InputError(
                f"{target} exists already", hint="move it away, or name another folder"
            )
    for name, target in targets.items():
        with example(name) as source:
            shutil.copyfile(source, target)
        typer.echo(f"wrote {target}", err=True)
    typer.echo(f"now: {program()} generate {targets[f'recipe.{language}.yaml']}", err=True)


@command(app, "roles")
def roles(
    recipe: Annotated[Path | None, typer.Argument(help="A recipe, to see its plugins.")] = None,
    plugin: Annotated[list[str] | None, typer.Option(help="File of a plugin role.")] = None,
    as_json: AsJson = False,
) -> None:
    """List the roles there are, and where each stands in the graph."""
    from .render import console, table

    prepared = _prepared(recipe, "zh", tuple(plugin or ()))
    seats = {seat.node: seat.role for seat in prepared.spec.seats}
    missing = {name: role for name, role in prepared.roles.items() if name not in seats}
    rows = [
        {
            "node": node,
            "role": role.name,
            "prompts": list(role.prompts),
            "origin": role.origin,
            "purpose": role.purpose.splitlines()[0] if role.purpose else "",
        }
        for node, role in (*seats.items(), *(("", role) for role in missing.values()))
    ]
    if as_json:
        print_json(rows)
        return
    cells = [
        (r["node"], r["role"], ", ".join(r["prompts"]), r["origin"], r["purpose"]) for r in rows
    ]
    console().print(table(["node", "role", "prompts", "from", "purpose"], cells))


@command(app, "prompt")
def prompt(
    role: Annotated[str, typer.Argument(help="A role or a judge; `taxoloom roles` lists them.")],
    recipe: Annotated[Path | None, typer.Argument(help="A recipe; an example by default.")] = None,
    language: Annotated[str, typer.Option(help="zh or en, without a recipe.")] = "zh",
    plugin: Annotated[list[str] | None, typer.Option(help="File of a plugin role.")] = None,
    as_json: AsJson = False,
) -> None:
    """Print what the model will see, for the first blueprint of the plan."""
    from ..graphs.preview import preview
    from .render import console, text

    found = list(preview(_prepared(recipe, language, tuple(plugin or ())), role))
    if as_json:
        print_json(found)
        return
    out = console()
    for shown in found:
        out.rule(text(f"{shown['prompt']}  hash {shown['hash']}", "bold"), align="left")
        for message in shown["messages"]:
            out.print(text(f"[{message['role']}]", "cyan"))
            out.print(text(message["content"]), soft_wrap=True)
            out.print()


@command(app, "doctor")
def doctor(
    recipe: Annotated[Path | None, typer.Argument(help="Try the endpoints of this recipe.")] = None,
    model: Annotated[str | None, typer.Option(help="Model to try.")] = None,
    base_url: Annotated[str | None, typer.Option(help="Address to try.")] = None,
    as_json: AsJson = False,
) -> None:
    """Look at this machine, and try endpoints: which ways of asking for a form work."""
    import asyncio
    from dataclasses import asdict

    from ..models.embed import try_out
    from ..models.probe import examine
    from .doctor import advise, embeddings_of, endpoints_of, machine, show

    facts = machine()
    reports = [asyncio.run(examine(e)) for e in endpoints_of(recipe, model, base_url)]
    named = embeddings_of(recipe)
    vectors = asyncio.run(try_out(named)) if named is not None else None
    works = all(report.works for report in reports)
    if as_json:
        found = {"machine": facts, "endpoints": [advise(report) for report in reports]}
        print_json(found | ({"embeddings": asdict(vectors)} if vectors else {}))
        raise typer.Exit(0 if works else 1)
    show(facts, reports, vectors)
    raise typer.Exit(0 if works else 1)


def _prepared(recipe: Path | None, language: str, plugins: tuple[str, ...]) -> Any:
    from ..graphs.prepare import Overrides, prepare, read

    if recipe is None:
        with example(f"demo.{language}.yaml") as path:
            effective, key = read(path, Overrides(plugins=plugins))
            return prepare(effective, path.parent, key=key)
    effective, key = read(recipe, Overrides(plugins=plugins))
    return prepare(effective, recipe.parent, key=key)
