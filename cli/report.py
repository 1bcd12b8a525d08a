"""`report`: how far the judges of a run can be trusted, part by part, in sentences and tables."""

from typing import TYPE_CHECKING, Annotated, Any

import typer

from ..errors import InputError
from .app import DEFAULT_DB, AsJson, Db, RunId, app, command, print_json

if TYPE_CHECKING:
    from ..graphs.report import Report

SECTIONS = ("agreement", "judges", "independence", "wordings", "canaries", "policy", "people")


@command(app, "report")
def report(
    name: Annotated[
        str | None, typer.Argument(metavar="[RUN]", help="A run's id; the newest by default.")
    ] = None,
    db: Db = DEFAULT_DB,
    run: RunId = None,
    by: Annotated[
        int | None, typer.Option(min=1, help="Level of the branches; 1 is below the root.")
    ] = None,
    section: Annotated[
        str | None, typer.Option(help=f"Only one part: {', '.join(SECTIONS)}.")
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Tell how far the judges agree, what each is worth, and what the panel lets through."""
    from ..graphs.report import report as measure

    if section is not None and section not in SECTIONS:
        raise InputError(f"unknown part {section!r}", hint=f"use {', '.join(SECTIONS)}")
    if name is not None and run not in (None, name):
        raise InputError(f"two runs are named: {name!r} and {run!r}", hint="name one of them")
    found = measure(db, name or run, level=by)
    chosen = SECTIONS if section is None else (section,)
    if as_json:
        data = found.to_dict()
        print_json({key: data[key] for key in data if key not in SECTIONS or key in chosen})
        return
    _show(found, chosen)


def _show(found: "Report", chosen: tuple[str, ...]) -> None:
    from . import report_agreement, report_truth
    from .render import console, text

    parts: dict[str, Any] = {
        "agreement": report_agreement.agreement,
        "judges": report_truth.judges,
        "independence": report_truth.independence,
        "wordings": report_agreement.wordings,
        "canaries": report_truth.canaries,
        "policy": report_truth.policy,
        "people": report_agreement.people,
    }
    out = console()
    out.print(text(f"report on run {found.run}: {found.judged:,} judged samples", "bold"))
    for name in chosen:
        out.print()
        out.print(text(name.upper(), "bold cyan"))
        for part in parts[name](found):
            out.print(part)
