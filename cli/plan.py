"""`plan`: what a recipe will ask for, and what it covers, before any call is paid."""

import json
from collections.abc import Iterator
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from .app import DEFAULT_DB, AsJson, Db, app, command, plain, print_json
from .generate import Against, Recipe

if TYPE_CHECKING:
    from ..graphs.outlook import Outlook


@command(app, "plan")
def plan(
    recipe: Recipe,
    db: Db = DEFAULT_DB,
    samples: Annotated[int | None, typer.Option(min=1, help="Accepted samples.")] = None,
    seed: Annotated[int | None, typer.Option(min=0, help="Seed of everything random.")] = None,
    language: Annotated[str | None, typer.Option(help="zh or en.")] = None,
    against: Against = None,
    budget: Annotated[
        int | None, typer.Option(min=1, help="Show what so many samples leave uncovered.")
    ] = None,
    blueprints: Annotated[
        Path | None, typer.Option(help="Write the blueprints to this JSONL file.")
    ] = None,
    plot: Annotated[Path | None, typer.Option(help="Write a heatmap: .png or .svg.")] = None,
    as_json: AsJson = False,
) -> None:
    """Show what a recipe asks for: numbers by leaf and label, and what is covered after n."""
    from ..graphs.outlook import outlook
    from ..graphs.prepare import Overrides, read

    options = Overrides(samples=samples, seed=seed, language=language, against=tuple(against or ()))
    effective, _ = read(recipe, options)
    found = outlook(effective, recipe.parent, db=db, budget=budget)
    if blueprints is not None:
        _write(found, blueprints)
    if plot is not None:
        _draw(found, plot)
    if as_json:
        print_json(_as_json(found))
        return
    _show(found)


def _show(found: "Outlook") -> None:
    from ..graphs.measure import Measured
    from .findings import percent, show
    from .progress import notes
    from .render import console, table, text

    out, plan = console(), found.plan
    leaves = sum(count > 0 for count in plan.by_leaf.values())
    out.print(text(f"{len(plan):,} samples over {leaves:,} leaves, seed {plan.seed}", "bold"))
    for line in notes(plan, found.present):
        out.print(text(line), soft_wrap=True)
    for constraint in plan.space.constraints:
        out.print(text(f"constraint: {constraint}"), soft_wrap=True)
    for line in _filled(found):
        out.print(text(line), soft_wrap=True)
    prefix = len(plan.prefix)
    rows = [
        (
            f"{step.samples:,}{' = covering prefix' if step.samples == prefix else ''}",
            *(f"{s} {percent(s)}" for s in (step.leaves, step.cells, step.pairs)),
        )
        for step in found.steps
    ]
    out.print(table(["after", "leaves", "leaf × value", "pairs of values"], rows))
    there = " and what is there" if plan.seen.leaves else ""
    show(Measured(found.coverage, ()), f"samples: the first {found.budget:,} of the plan{there}")


def _filled(found: "Outlook") -> Iterator[str]:
    """Which template how many samples get, with the first message that comes of each."""
    uses = found.templates
    for template, count, first in uses.counts:
        told = f"{count:,} samples, the first “{first}”" if count else "fits no sample of this plan"
        yield f"template “{template}”: {told}"
    if uses.counts and uses.unfilled:
        yield f"no template fits {uses.unfilled:,} samples of that form, which the rewriter makes"


def _as_json(found: "Outlook") -> dict[str, Any]:
    plan, by_leaf = found.plan, found.plan.by_leaf
    return {
        "samples": len(plan),
        "seed": plan.seed,
        "language": plan.language,
        "prefix": len(plan.prefix),
        "budget": found.budget,
        "constraints": [constraint.to_dict() for constraint in plan.space.constraints],
        "present": [
            {
                "source": source,
                "placed": there.placed,
                "unplaced": {missed.reason: missed.count for missed in there.unplaced},
            }
            for source, there in found.present
        ],
        "moved": [
            {"name": gap.name, "value": gap.value, "asked": gap.asked, "nearest": gap.nearest}
            for gap in plan.reach.gaps
        ],
        "by_leaf": [
            {"id": leaf.id, "path": list(leaf.path), "samples": by_leaf[leaf.id]}
            for leaf in plan.space.leaves
        ],
        "after": [
            {
                "samples": step.samples,
                "leaves": step.leaves.to_dict(),
                "cells": step.cells.to_dict(),
                "pairs": step.pairs.to_dict(),
            }
            for step in found.steps
        ],
        "coverage": found.coverage.to_dict(),
        "templates": [
            {"text": template, "samples": count, "first": first}
            for template, count, first in found.templates.counts
        ],
        "unfilled": found.templates.unfilled if found.templates.counts else 0,
    }


def _write(found: "Outlook", path: Path) -> None:
    from ..store import written_whole

    with written_whole(path) as file:
        for blueprint in islice(found.plan, found.budget):
            row = {"id": blueprint.id, **blueprint.to_dict()}
            file.write(json.dumps(row, ensure_ascii=False) + "\n")
    typer.echo(f"{found.budget} blueprints written to {plain(str(path))}", err=True)


def _draw(found: "Outlook", plot: Path) -> None:
    from .heatmap import heatmap
    from .picture import save

    note = save(heatmap(found.coverage, found.plan.space.taxonomy, None), plot)
    typer.echo(f"wrote {plain(str(plot))}", err=True)
    if note:
        typer.echo(note, err=True)
