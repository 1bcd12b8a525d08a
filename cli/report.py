"""`report`: how far the judges of a run can be trusted, part by part, in sentences and tables."""

from collections.abc import Mapping
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from ..errors import InputError
from .app import DEFAULT_DB, AsJson, Db, RunId, app, command, print_json

if TYPE_CHECKING:
    from ..graphs.report import Report
    from ..graphs.report_diversity import Texts

SECTIONS = (
    "agreement",
    "judges",
    "independence",
    "wordings",
    "canaries",
    "policy",
    "people",
    "diversity",
)
_SUFFIXES = ("png", "svg")


@command(app, "report")
def report(
    name: Annotated[
        str | None,
        typer.Argument(metavar="[RUN|FILE]", help="A run's id, or a data file; the newest run."),
    ] = None,
    db: Db = DEFAULT_DB,
    run: RunId = None,
    by: Annotated[
        int | None, typer.Option(min=1, help="Level of the branches; 1 is below the root.")
    ] = None,
    section: Annotated[
        str | None, typer.Option(help=f"Only one part: {', '.join(SECTIONS)}.")
    ] = None,
    baseline: Annotated[
        str | None,
        typer.Option(help="A file or run to compare the diversity with, say one without taxonomy."),
    ] = None,
    plots: Annotated[
        Path | None, typer.Option(help="Write pictures of lengths, neighbours, labels there.")
    ] = None,
    format: Annotated[str, typer.Option(help="Of the pictures: png or svg.")] = "png",
    as_json: AsJson = False,
) -> None:
    """Tell how far judges agree, what each is worth, and how unlike one another samples are.

    Of a data file, which has no judges, only the last.
    """
    from ..graphs.report_diversity import diversity_part, texts_of

    if section is not None and section not in SECTIONS:
        raise InputError(f"unknown part {section!r}", hint=f"use {', '.join(SECTIONS)}")
    if name is not None and run not in (None, name):
        raise InputError(f"two runs are named: {name!r} and {run!r}", hint="name one of them")
    if format not in _SUFFIXES:
        raise InputError(f"unknown format {format!r}", hint=f"use {', '.join(_SUFFIXES)}")
    beside = texts_of(baseline, db) if baseline else None
    texts: Texts | None
    if name is not None and _is_data(Path(name)):
        texts = texts_of(name, db)
        part = diversity_part(texts, beside)
        if as_json:
            print_json({"file": name, "diversity": asdict(part)})
        else:
            _print(f"report on {name}: {part.samples:,} samples", {"diversity": part})
    else:
        chosen = SECTIONS if section is None else (section,)
        texts = _of_run(db, name or run, chosen, by, beside, as_json)
    if plots is not None:
        _draw(texts, plots, format)


def _of_run(
    db: Path,
    run: str | None,
    chosen: tuple[str, ...],
    level: int | None,
    baseline: "Texts | None",
    as_json: bool,
) -> "Texts | None":
    """Report on a run; its accepted samples, None if there are none."""
    from ..graphs.report import report as measure
    from ..graphs.report_diversity import texts_of

    held: list[Texts] = []

    def texts(run_id: str) -> "Texts | None":
        try:
            held.append(texts_of(f"{db}#{run_id}", db))
        except InputError:
            # Judges can be measured on a run that accepted nothing.
            return None
        return held[0] if "diversity" in chosen else None

    found = measure(db, run, level=level, texts=texts, baseline=baseline)
    if as_json:
        data = found.to_dict()
        print_json({key: data[key] for key in data if key not in SECTIONS or key in chosen})
    else:
        title = f"report on run {found.run}: {found.judged:,} judged samples"
        _print(title, {name: found for name in chosen} | _part(found, chosen))
    return held[0] if held else None


def _part(found: "Report", chosen: tuple[str, ...]) -> dict[str, Any]:
    return {"diversity": found.diversity} if "diversity" in chosen else {}


def _is_data(path: Path) -> bool:
    """Whether a name is that of a data file, and not of a run or a database."""
    return path.is_file() and path.suffix.lower() not in {".db", ".sqlite", ".sqlite3"}


def _draw(texts: "Texts | None", folder: Path, suffix: str) -> None:
    from .report_plots import draw

    if texts is None:
        raise InputError("no sample was accepted, so there is nothing to draw", hint="run it first")
    for note in draw(texts, folder, suffix):
        typer.echo(note, err=True)
    typer.echo(f"pictures written to {folder}", err=True)


def _print(title: str, chosen: Mapping[str, Any]) -> None:
    """Each part under its name; what it is made of is the value."""
    from . import report_agreement, report_diversity, report_truth
    from .render import console, text

    parts: dict[str, Any] = {
        "agreement": report_agreement.agreement,
        "judges": report_truth.judges,
        "independence": report_truth.independence,
        "wordings": report_agreement.wordings,
        "canaries": report_truth.canaries,
        "policy": report_truth.policy,
        "people": report_agreement.people,
        "diversity": report_diversity.diversity,
    }
    out = console()
    out.print(text(title, "bold"))
    for name, found in chosen.items():
        out.print()
        out.print(text(name.upper(), "bold cyan"))
        for part in parts[name](found):
            out.print(part)
