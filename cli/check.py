"""`check`: what the rules find in any data set, beside each row.

Calls no model but one of embeddings, where somebody names it.
"""

import json
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from ..errors import InputError
from . import embedding
from .app import DEFAULT_DB, AsJson, Db, app, command, print_json

if TYPE_CHECKING:
    from ..graphs.checking import Checked, Checking

_EXAMPLES = 3


@command(app, "check")
def check(
    source: Annotated[str, typer.Argument(help="A data file, a run's id, or OTHER.db#RUN.")],
    db: Db = DEFAULT_DB,
    recipe: Annotated[Path | None, typer.Option(help="Take its checks, language and date.")] = None,
    out: Annotated[
        Path | None, typer.Option("--out", help="Write every row with its findings (JSON Lines).")
    ] = None,
    clean: Annotated[
        Path | None, typer.Option(help="Write the rows in which nothing was found.")
    ] = None,
    language: Annotated[str, typer.Option(help="zh or en; each row's own by default.")] = "",
    as_of: Annotated[str, typer.Option(help="Date at which rows must be true: YYYY-MM-DD.")] = "",
    off: Annotated[
        list[str] | None, typer.Option(help="A check to leave out; may be repeated.")
    ] = None,
    on: Annotated[
        list[str] | None, typer.Option(help="A check that is off by default; may be repeated.")
    ] = None,
    duplicates: Annotated[
        float, typer.Option(min=0, max=1, help="Similarity of near-duplicates; 0 looks for none.")
    ] = 0.5,
    semantic: Annotated[
        float | None,
        typer.Option(
            min=0.01, max=1, help="Cosine from which rows say the same in other words, say 0.92."
        ),
    ] = None,
    embeddings: embedding.Model = None,
    embeddings_url: embedding.Url = None,
    against: Annotated[
        list[str] | None, typer.Option(help="Files or runs that rows must not repeat.")
    ] = None,
    benchmark: Annotated[
        list[str] | None, typer.Option(help="Files whose items no row may hold.")
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Check any data set by the rules of generation, for near-duplicates and for benchmarks."""
    from ..graphs.checking import checked

    asked = _checking(recipe, language, as_of, on or [], off or [])
    checking = _wider(asked, duplicates or None, against or [], benchmark or [])
    found = checked(source, checking, db=db)
    if semantic is not None or embeddings is not None or embeddings_url is not None:
        found = _meant(found, checking, recipe, semantic, embeddings, embeddings_url, db)
    rows, flagged, codes, examples = _tally(_written(found, out, clean))
    if not rows:
        raise InputError(f"{source}: has no rows", hint="name a file with samples")
    if as_json:
        print_json(
            {"rows": rows, "flagged": flagged, "by_check": dict(codes), "examples": examples}
        )
    else:
        _show(rows, flagged, codes, examples)
    for file in (out, clean):
        if file is not None:
            typer.echo(f"written to {file}", err=True)


def _tally(
    found: Iterator["Checked"],
) -> tuple[int, int, Counter[str], dict[str, list[dict[str, Any]]]]:
    """Rows, those with findings, rows by check, and a few examples of each."""
    rows, flagged = 0, 0
    codes: Counter[str] = Counter()
    examples: dict[str, list[dict[str, Any]]] = {}
    for one in found:
        rows += 1
        flagged += bool(one.findings)
        for code in dict.fromkeys(finding.code for finding in one.findings):
            codes[code] += 1
        for finding in one.findings:
            told = examples.setdefault(finding.code, [])
            if len(told) < _EXAMPLES:
                told.append({"row": one.where, "where": finding.where, "detail": finding.detail})
    return rows, flagged, codes, examples


@command(app, "checks")
def checks(as_json: AsJson = False) -> None:
    """List the checks: what each demands, its threshold, and whether it is on."""
    from ..quality.rules import BUILT_IN
    from .render import console, table

    rows = [
        {
            "check": one.code,
            "family": one.family,
            "on": one.on,
            "threshold": one.threshold,
            "about": one.about,
        }
        for one in BUILT_IN
    ]
    if as_json:
        print_json(rows)
        return
    shown = [
        (row["check"], "on" if row["on"] else "off", _blank(row["threshold"]), row["about"])
        for row in rows
    ]
    console().print(table(["check", "", "threshold", "what it demands"], shown))


def _checking(
    recipe: Path | None, language: str, as_of: str, on: list[str], off: list[str]
) -> "Checking":
    from ..graphs.checking import Checking
    from ..graphs.prepare import checks_of, today
    from ..graphs.recipe_file import load_recipe
    from ..recipe import Recipe

    if language not in ("", "zh", "en"):
        raise InputError(f"unknown language {language!r}", hint="use zh or en")
    known = load_recipe(recipe) if recipe else Recipe(taxonomy="none")
    switched = {**dict.fromkeys(on, True), **dict.fromkeys(off, False)}
    folder = recipe.parent if recipe else Path()
    rules, settings = checks_of(known, folder, switched)
    return Checking(
        rules=rules,
        settings=settings,
        language=language or (known.language if recipe else ""),
        as_of=as_of or known.as_of or today(),
    )


def _wider(
    asked: "Checking", threshold: float | None, against: list[str], benchmark: list[str]
) -> "Checking":
    from dataclasses import replace

    return replace(asked, threshold=threshold, against=tuple(against), benchmarks=tuple(benchmark))


def _meant(
    found: Iterator["Checked"],
    checking: "Checking",
    recipe: Path | None,
    threshold: float | None,
    model: str | None,
    url: str | None,
    db: Path,
) -> Iterator["Checked"]:
    """The rows, compared by what they mean as well. Raises InputError."""
    from ..graphs.check_semantic import ByMeaning, checked_by_meaning
    from ..graphs.recipe_file import load_recipe

    if threshold is None:
        raise InputError("--embeddings without a threshold", hint="add --semantic 0.92")
    known = load_recipe(recipe).embeddings if recipe else None
    endpoint = embedding.embedding_of(model, url, known)
    if endpoint is None:
        raise InputError(
            "--semantic needs a model that turns texts into vectors",
            hint="add --embeddings MODEL and --embeddings-url URL, or a recipe with `embeddings`",
        )
    asked = ByMeaning(endpoint, threshold, checking.language, checking.against)
    return checked_by_meaning(found, asked, db=db)


def _written(
    found: Iterator["Checked"], out: Path | None, clean: Path | None
) -> Iterator["Checked"]:
    """Pass rows on, and write them down on the way."""
    from contextlib import ExitStack

    from ..store import written_whole

    with ExitStack() as held:
        every = held.enter_context(written_whole(out)) if out else None
        good = held.enter_context(written_whole(clean)) if clean else None
        for one in found:
            if every is not None:
                findings = [
                    {"check": f.code, "where": f.where, "detail": f.detail} for f in one.findings
                ]
                line = {**one.row, "findings": findings}
                every.write(json.dumps(line, ensure_ascii=False, default=str) + "\n")
            if good is not None and not one.findings:
                good.write(json.dumps(one.row, ensure_ascii=False, default=str) + "\n")
            yield one


def _show(
    rows: int, flagged: int, codes: Counter[str], examples: dict[str, list[dict[str, Any]]]
) -> None:
    from .render import console, fit, table

    out = console()
    out.print(f"{rows:,} rows, {flagged:,} with findings ({flagged / rows:.1%})")
    room = max(out.width - 46, 20)
    listed = []
    for code, count in codes.most_common():
        first = examples[code][0]
        told = ": ".join(part for part in (first["row"], first["where"], first["detail"]) if part)
        listed.append((code, f"{count:,}", f"{count / rows:.1%}", fit(told, room)))
    if listed:
        out.print(table(["check", "rows", "share", "for example"], listed))


def _blank(value: object) -> str:
    return "" if value is None else str(value)
