"""What `doctor` says of a machine and of endpoints. Never prints a key."""

import platform
import sqlite3
import sys
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any

from ..models import Endpoint
from ..models.embed import EmbeddingEndpoint, Tried
from ..models.probe import Report
from .render import console, table, text

_SAFE_WAL = ((3, 51, 3), (3, 50, 7), (3, 44, 6))
"""SQLite versions, per branch, from which two writers cannot corrupt a WAL database."""


def machine() -> dict[str, Any]:
    """Facts that matter to a run."""
    version = sqlite3.sqlite_version_info
    fixed = any(version[:2] == safe[:2] and version >= safe for safe in _SAFE_WAL)
    return {
        "python": platform.python_version(),
        "platform": sys.platform,
        "sqlite": sqlite3.sqlite_version,
        "sqlite_wal_fixed": fixed or version >= _SAFE_WAL[0],
        "uvloop": _has("uvloop"),
    }


def endpoints_of(recipe: Path | None, model: str | None, base_url: str | None) -> list[Endpoint]:
    """The distinct endpoints to try: of a recipe, or of options."""
    import os

    from ..graphs.endpoints import endpoint_of
    from ..graphs.prepare import Overrides, prepare, read
    from ..graphs.recipe_file import parse_recipe

    if recipe is not None:
        effective, key = read(recipe, Overrides(model=model, base_url=base_url))
        found = [e for e, _ in prepare(effective, recipe.parent, key=key).endpoints.values()]
    elif model is not None:
        settings = {"model": model} | ({"base_url": base_url} if base_url else {})
        parsed = parse_recipe({"taxonomy": "-", "models": {"default": settings}}, source="options")
        found = [endpoint_of(parsed.models["default"], os.environ)[0]]
    else:
        found = []
    distinct: list[Endpoint] = []
    for endpoint in found:
        if not endpoint.offline and endpoint not in distinct:
            distinct.append(endpoint)
    return distinct


def embeddings_of(recipe: Path | None) -> EmbeddingEndpoint | None:
    """The model of embeddings that a recipe names, if it answers over HTTP."""
    import os

    from ..graphs.endpoints import embedding_endpoint
    from ..graphs.recipe_file import load_recipe

    settings = load_recipe(recipe).embeddings if recipe is not None else None
    found = None if settings is None else embedding_endpoint(settings, os.environ)
    return None if found is None or found.offline else found


def advise(report: Report) -> dict[str, Any]:
    """A report as plain data, with the setting to write down."""
    best = report.best if report.works else None
    return {**asdict(report), "best": best, "write": _setting(report)}


def show(facts: Mapping[str, Any], reports: Sequence[Report], vectors: Tried | None = None) -> None:
    """Print what was found."""
    out = console()
    for name, value in facts.items():
        out.print(text(f"{name:<18}{value}"))
    if not facts["sqlite_wal_fixed"]:
        out.print(
            text(
                "note: this SQLite can damage a database that two programs write at once; "
                "taxoloom lets only one run write, and nothing else should",
                "yellow",
            )
        )
    for report in reports:
        _endpoint(report)
    if vectors is not None:
        out.print(text(f"\n{vectors.model} at {vectors.base_url}", "bold"))
        answer = f"embeddings work: {vectors.numbers:,} numbers a text, {vectors.latency_ms:g} ms"
        out.print(text(answer, "green"))
    if not reports and vectors is None:
        out.print(text("no endpoint was tried: name a recipe, or --model and --base-url", "dim"))


def _endpoint(report: Report) -> None:
    out = console()
    out.print(text(f"\n{report.model} at {report.base_url}", "bold"))
    if report.listed is None:
        out.print(text("the endpoint lists no models"))
    else:
        known = "is" if report.model in report.listed else "is not"
        out.print(text(f"the model {known} among the {len(report.listed)} that are listed"))
    rows = [
        (
            trial.structured,
            text("works", "green") if trial.outcome == "ok" else text(trial.outcome, "red"),
            trial.latency_ms,
            "yes" if trial.input_tokens else "no",
            "yes" if trial.thought else "no",
            trial.detail,
        )
        for trial in report.trials
    ]
    columns = ["structured", "result", "ms", "usage", "reasoning", "detail"]
    out.print(table(columns, rows))
    out.print(text(_setting(report), "bold"))


def _setting(report: Report) -> str:
    if not report.works:
        return "no way of asking brought a valid reply: this model cannot be used as it is served"
    return f"write down: structured: {report.best}"


def _has(module: str) -> bool:
    import importlib.util

    return importlib.util.find_spec(module) is not None
