"""The semantic part of a report: asked for by options, shown below the rest of the diversity."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import typer

from ..errors import InputError
from .render import fit, table

if TYPE_CHECKING:
    from ..graphs.report_diversity import DiversityPart, Texts
    from ..graphs.report_semantic import SemanticPart, SemanticSide
    from ..models.embed import EmbeddingEndpoint
    from ..quality.diversity.meaning import Spread, SpreadCorner

Extend = Callable[["DiversityPart", "Texts", "Path | None"], "DiversityPart"]
"""Adds the semantic part to a set of samples, whose vectors a database may have."""
_CORNERS = 5


def extending(
    endpoint: "EmbeddingEndpoint | None",
    baseline: "Texts | None",
    distances: dict[str, list[float]],
    section: str | None,
) -> Extend:
    """What adds the semantic part, and the distances of neighbours for pictures.

    It leaves everything as it is without an endpoint. Raises InputError for a section that has no
    such part.
    """
    if endpoint is not None and section not in (None, "diversity"):
        raise InputError(
            f"--embeddings has no effect on {section!r}", hint="use --section diversity"
        )

    def extend(part: "DiversityPart", texts: "Texts", db: Path | None) -> "DiversityPart":
        if endpoint is None:
            return part
        from ..graphs.report_semantic import MOST, measured_by_meaning

        typer.echo(
            f"asking {endpoint.model!r} for vectors: at most {MOST:,} requests and as many answers",
            err=True,
        )
        found = measured_by_meaning(texts, endpoint, baseline=baseline, db=db)
        if found.note:
            typer.echo(f"note: {found.note}", err=True)
        distances.update(found.distances)
        return replace(part, semantic=found.part)

    return extend


def semantic(part: "SemanticPart") -> Iterator[Any]:
    """Sentences and tables."""
    for name, side in (("requests", part.requests), ("answers", part.answers)):
        yield _sentence(name, side)
        heads = [f"{name}, by meaning", "texts", "Vendi", "per text", "mean", "median"]
        yield table(heads, list(_rows(side)))
        for what, found in (("leaf", side.by_leaf), ("label", side.by_label)):
            if found:
                heads = [f"{name}: closest in meaning by {what}", "texts", "Vendi", "of usual"]
                yield table(heads, _corners(found))
    yield (
        f"Vectors are those of {part.model}, of at most {part.most:,} texts a side; it was asked "
        f"for {part.asked:,}. Vendi: how many texts with nothing in common would be as varied; "
        "mean, median: distance (1 - cosine) to the text that is closest, 0 for the same meaning. "
        "Figures of two models, or of sets that differ in size, cannot be compared."
    )


def _sentence(name: str, side: "SemanticSide") -> str:
    own, rut = side.own, side.collapse
    if own.vendi is None or rut.vendi is None:
        return f"There are too few {name} to be compared by meaning."
    told = (
        f"By meaning {own.texts:,} {name} are as varied as {own.vendi:,.1f} that have nothing in "
        f"common; in a rut it would be {rut.vendi:,.1f}."
    )
    if side.length is not None:
        told += f" Texts are cut to {side.length} tokens, as in the baseline."
    return told


def _rows(side: "SemanticSide") -> Iterator[tuple[str, ...]]:
    sets = [("these", side.own), ("baseline", side.baseline), ("in a rut", side.collapse)]
    for name, found in sets:
        if found is not None:
            yield (name, f"{found.texts:,}", *_figures(found))


def _figures(found: "Spread") -> tuple[str, ...]:
    share = None if found.vendi is None else found.vendi / found.texts
    values = (
        (found.vendi, ",.1f"),
        (share, ".3f"),
        (found.mean_distance, ".3f"),
        (found.median_distance, ".3f"),
    )
    return tuple("-" if value is None else f"{value:{form}}" for value, form in values)


def _corners(found: "dict[str, SpreadCorner]") -> list[tuple[str, ...]]:
    return [
        (fit(key, 50), f"{one.texts:,}", f"{one.vendi:.1f}", f"{one.beside:.0%}")
        for key, one in list(found.items())[:_CORNERS]
    ]
