"""`report`: how far the judges of a run can be trusted, part by part, in sentences and tables."""

from collections.abc import Mapping
from dataclasses import asdict, replace
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from ..errors import InputError
from . import embedding, report_stale
from .app import DEFAULT_DB, AsJson, Db, RunId, app, command, print_json

if TYPE_CHECKING:
    from ..graphs.report import Report
    from ..graphs.report_diversity import Texts
    from .report_semantic import Extend

SECTIONS = (
    "agreement",
    "judges",
    "independence",
    "wordings",
    "canaries",
    "policy",
    "people",
    "diversity",
    "difficulty",
)
_SUFFIXES = ("png", "svg")
Level = Annotated[
    int | None, typer.Option(min=1, help="Level of the branches; 1 is below the root.")
]
Section = Annotated[str | None, typer.Option(help=f"Only one part: {', '.join(SECTIONS)}.")]
Baseline = Annotated[
    str | None,
    typer.Option(help="A file or run to compare the diversity with, say one without taxonomy."),
]


@command(app, "report")
def report(
    name: Annotated[
        str | None,
        typer.Argument(metavar="[RUN|FILE]", help="A run's id, or a data file; the newest run."),
    ] = None,
    db: Db = DEFAULT_DB,
    run: RunId = None,
    by: Level = None,
    section: Section = None,
    baseline: Baseline = None,
    embeddings: embedding.Model = None,
    embeddings_url: embedding.Url = None,
    plots: Annotated[
        Path | None, typer.Option(help="Write pictures of lengths, neighbours, labels there.")
    ] = None,
    format: Annotated[str, typer.Option(help="Of the pictures: png or svg.")] = "png",
    stale: report_stale.Stale = False,
    on: report_stale.On = None,
    replan: report_stale.Replan = False,
    taxonomy: report_stale.Tree = None,
    as_json: AsJson = False,
) -> None:
    """Tell how far judges agree, what each is worth, and how unlike one another samples are.

    Of a data file, which has no judges, only the diversity.
    """
    from ..graphs.report_diversity import diversity_part, texts_of
    from .report_semantic import extending

    _refuse_unknown(section, format, name, run)
    if stale:
        report_stale.refuse_beside(section, baseline, embeddings, plots, by)
        report_stale.report_stale(
            name or run, db, on=on, replan=replan, taxonomy=taxonomy, as_json=as_json
        )
        return
    report_stale.refuse_alone(on, replan=replan, taxonomy=taxonomy)
    beside = texts_of(baseline, db) if baseline else None
    distances: dict[str, list[float]] = {}
    vectors = embedding.embedding_of(embeddings, embeddings_url)
    extend = extending(vectors, beside, distances, section)
    texts: Texts | None
    ratings: dict[str, list[float]] = {}
    if name is not None and _is_data(Path(name)):
        texts = texts_of(name, db)
        part = extend(diversity_part(texts, beside), texts, None)
        if as_json:
            print_json({"file": name, "diversity": asdict(part)})
        else:
            _print(f"report on {name}: {part.samples:,} samples", {"diversity": part})
    else:
        chosen = SECTIONS if section is None else (section,)
        texts = _of_run(db, name or run, chosen, by, beside, extend, as_json)
        ratings = _ratings(db, name or run) if plots is not None else {}
    if plots is not None:
        _draw(texts, ratings, distances, plots, format)


def _refuse_unknown(section: str | None, format: str, name: str | None, run: str | None) -> None:
    if section is not None and section not in SECTIONS:
        raise InputError(f"unknown part {section!r}", hint=f"use {', '.join(SECTIONS)}")
    if name is not None and run not in (None, name):
        raise InputError(f"two runs are named: {name!r} and {run!r}", hint="name one of them")
    if format not in _SUFFIXES:
        raise InputError(f"unknown format {format!r}", hint=f"use {', '.join(_SUFFIXES)}")


def _of_run(
    db: Path,
    run: str | None,
    chosen: tuple[str, ...],
    level: int | None,
    baseline: "Texts | None",
    extend: "Extend",
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
    if found.diversity is not None:
        found = replace(found, diversity=extend(found.diversity, held[0], db))
    if as_json:
        data = found.to_dict()
        print_json({key: data[key] for key in data if key not in SECTIONS or key in chosen})
    else:
        title = f"report on run {found.run}: {found.judged:,} judged samples"
        _print(title, {name: found for name in chosen} | _part(found, chosen))
    return held[0] if held else None


def _part(found: "Report", chosen: tuple[str, ...]) -> dict[str, Any]:
    own = {"diversity": found.diversity, "difficulty": found.difficulty}
    return {name: part for name, part in own.items() if name in chosen}


def _is_data(path: Path) -> bool:
    """Whether a name is that of a data file, and not of a run or a database."""
    return path.is_file() and path.suffix.lower() not in {".db", ".sqlite", ".sqlite3"}


def _ratings(db: Path, run: str | None) -> dict[str, list[float]]:
    """Measured difficulty by intended level; nothing where none was measured."""
    from ..graphs.report_difficulty import ratings_by_level
    from ..recipe import Recipe
    from ..store import queries, reading

    with reading(db) as connection:
        found = queries.run(connection, run)
        return ratings_by_level(connection, found["id"], Recipe.model_validate(found["recipe"]))


def _draw(
    texts: "Texts | None",
    ratings: Mapping[str, list[float]],
    distances: Mapping[str, list[float]],
    folder: Path,
    suffix: str,
) -> None:
    from .report_plots import draw

    if texts is None:
        raise InputError("no sample was accepted, so there is nothing to draw", hint="run it first")
    for note in draw(texts, folder, suffix, ratings, distances):
        typer.echo(note, err=True)
    typer.echo(f"pictures written to {folder}", err=True)


def _print(title: str, chosen: Mapping[str, Any]) -> None:
    """Each part under its name; what it is made of is the value."""
    from . import report_agreement, report_difficulty, report_diversity, report_truth
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
        "difficulty": report_difficulty.difficulty,
    }
    out = console()
    out.print(text(title, "bold"))
    for name, found in chosen.items():
        out.print()
        out.print(text(name.upper(), "bold cyan"))
        for part in parts[name](found):
            out.print(part)
