"""`label`: data of others is placed on a taxonomy, text by text."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from ..errors import InputError, RunStopped, StoreFull, TaxoloomError
from .app import INTERRUPTED, SHORTFALL, AsJson, Db, app, command, complain, print_json, program

if TYPE_CHECKING:
    from ..graphs.labelled import LabelledData

LABEL_DB = Path("label.db")

Data = Annotated[str, typer.Argument(help="JSON Lines, JSON, CSV, TSV or Parquet.")]
Taxonomy = Annotated[str, typer.Option("--taxonomy", "-t", help="The category system.")]
Annotators = Annotated[int | None, typer.Option(help="Independent annotators [3].")]
Beam = Annotated[int | None, typer.Option(help="Places kept in mind on the way down [2].")]
Multi = Annotated[int | None, typer.Option(help="Leaves that a text may have [1].")]
Attributes = Annotated[
    bool | None, typer.Option("--attributes/--no-attributes", help="Ask for values too [yes].")
]
TextField = Annotated[str | None, typer.Option(help="Field with the text, of any row.")]
Recipe = Annotated[Path | None, typer.Option(help="Models and prompts of this recipe.")]
Seed = Annotated[int | None, typer.Option(min=0, help="Seed of everything random.")]
Model = Annotated[str | None, typer.Option(help="Model for every annotator.")]
BaseUrl = Annotated[str | None, typer.Option(help="Address of the endpoint.")]
Concurrency = Annotated[int | None, typer.Option(min=1, help="Calls in flight.")]
Language = Annotated[str, typer.Option(help="zh, en, or auto: that of the names.")]
Limit = Annotated[int | None, typer.Option(min=1, help="Only the first rows.")]
Budget = Annotated[int | None, typer.Option(min=1, help="Tokens that may be spent now.")]
Resume = Annotated[
    bool, typer.Option("--resume", help="Go on with a run, or look at a finished one again.")
]
Out = Annotated[Path | None, typer.Option(help="Write the labelled data (JSON Lines).")]
Format = Annotated[str | None, typer.Option(help="messages, sharegpt or alpaca [as it was].")]


@command(app, "label")
def label(
    data: Data,
    taxonomy: Taxonomy,
    db: Db = LABEL_DB,
    annotators: Annotators = None,
    beam: Beam = None,
    multi: Multi = None,
    attributes: Attributes = None,
    text_field: TextField = None,
    recipe: Recipe = None,
    seed: Seed = None,
    model: Model = None,
    base_url: BaseUrl = None,
    concurrency: Concurrency = None,
    language: Language = "auto",
    limit: Limit = None,
    budget: Budget = None,
    resume: Resume = False,
    out: Out = None,
    format: Format = None,
    as_json: AsJson = False,
) -> None:
    """Place every text of a data file on a taxonomy, by annotators that must agree."""
    from ..graphs.label_prepare import LabelAsked
    from ..graphs.prepare import Overrides

    _check(language, out, format)
    asked = LabelAsked(
        annotators=annotators,
        beam=beam,
        multi=multi,
        attributes=attributes,
        limit=limit,
        text_field=text_field,
        recipe=recipe,
        overrides=Overrides(
            seed=seed,
            language=None if language == "auto" else language,
            model=model,
            base_url=base_url,
            concurrency=concurrency,
        ),
    )
    again = f"{program()} label {data} --taxonomy {taxonomy} --db {db} --resume"
    options = {"db": db, "resume": resume, "asked": asked, "budget": budget}
    found = _carry_out(data, taxonomy, options, again, quiet=as_json)
    _report(found, out, format, as_json=as_json)


def _check(language: str, out: Path | None, format: str | None) -> None:
    from ..store.labelled_file import FORMATS

    if language not in ("zh", "en", "auto"):
        raise InputError(f"unknown language {language!r}", hint="use zh, en or auto")
    if format is not None and format not in FORMATS:
        raise InputError(f"unknown format {format!r}", hint=f"use {', '.join(FORMATS)}")
    if format is not None and out is None:
        raise InputError("--format has no effect without --out", hint="name a file: --out FILE")


def _carry_out(
    data: str, taxonomy: str, options: dict[str, Any], again: str, *, quiet: bool
) -> "LabelledData":
    """Run, and leave with the exit code that belongs to what stopped it."""
    from ..graphs.label import LabelOptions, label_sync
    from .label_progress import LabelMeter

    with LabelMeter(quiet=quiet) as meter:
        chosen = LabelOptions(
            **options, listener=meter, on_attempt=meter.attempt, on_start=meter.started
        )
        try:
            return label_sync(data, taxonomy, chosen)
        except KeyboardInterrupt as error:
            begun = f"nothing is lost. Go on with: {again}"
            told = begun if meter.run_id else "nothing was written"
            typer.echo(f"interrupted; {told}", err=True)
            raise typer.Exit(INTERRUPTED) from error
        except TaxoloomError as error:
            if not meter.run_id and not isinstance(error, RunStopped | StoreFull):
                raise
            complain(error)
            typer.echo(f"what was paid for is on record. Go on with: {again}", err=True)
            stopped = isinstance(error, RunStopped)
            raise typer.Exit(error.exit_code if stopped else 1) from error


def _report(found: "LabelledData", out: Path | None, format: str | None, *, as_json: bool) -> None:
    """Write what was asked for, print how the run ended, and leave with the right exit code."""
    from ..models.connect import OFFLINE

    written = None if out is None else found.write(out, format)
    coverage = found.coverage()
    if as_json:
        print_json(_as_json(found, coverage, out))
    else:
        from .label_view import draw_labelled
        from .render import console

        draw_labelled(console(), found, coverage)
    if out is not None:
        without = found.counts["none"] + found.counts["failed"] + _open(found)
        told = f", {without} of them without a leaf" if without else ""
        typer.echo(f"{written} rows written to {out}{told}", err=True)
    if OFFLINE in found.models.values():
        typer.echo(
            "WARNING: this run used the offline model, which compares words and understands\n"
            "         nothing. It shows how taxoloom works; do not rely on its labels.",
            err=True,
        )
    if found.status == "shortfall":
        typer.echo(f"shortfall: {found.counts['failed']} texts got no answer", err=True)
        raise typer.Exit(SHORTFALL)


def _open(found: "LabelledData") -> int:
    """Disputed texts whose leaf is in dispute, not only a label."""
    return sum(not item["leaves"] for item in found.items("disputed"))


def _as_json(found: "LabelledData", coverage: Any, out: Path | None) -> dict[str, Any]:
    measure = found.agreement
    return {
        "run": found.id,
        "db": str(found.path),
        "status": found.status,
        "language": found.language,
        "texts": found.texts,
        "counts": dict(found.counts),
        "failures": [{"reason": reason, "count": count} for reason, count in found.failures],
        "agreement": {"units": measure.units, "raw": measure.raw, "alpha": measure.alpha},
        "coverage": coverage.to_dict(),
        "none_of_these": [{"below": path, "count": count} for path, count in found.stuck],
        "disagreements": len(found.disagreements()),
        "written": None if out is None else str(out),
    }
