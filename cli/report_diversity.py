"""The diversity part of a report: a table beside its yardsticks, and the monotonous corners."""

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from .render import fit, table
from .report_semantic import semantic

if TYPE_CHECKING:
    from ..graphs.report_diversity import DiversityPart, Side
    from ..quality.diversity.summary import Corner, Diversity

_CORNERS = 5
_HEADS = ["dist-1", "dist-2", "repeat", "s-BLEU", "lzma", "near"]
_MARKED = 0.1
"""Self-repetition beyond the usual that is worth a word."""


def diversity(part: "DiversityPart | None") -> Iterator[Any]:
    """Sentences and tables."""
    if part is None:
        yield "No sample was accepted, so there is nothing to measure."
        return
    for name, side in (("requests", part.requests), ("answers", part.answers)):
        yield _sentence(name, side)
        yield table([name, "texts", *_HEADS], list(_rows(side)))
        low, middle, high = side.lengths
        yield f"{name}: {middle:,} tokens in the middle, 5 % below {low:,}, 5 % above {high:,}"
        for what, found in (("leaf", side.by_leaf), ("label", side.by_label)):
            if shown := _corners(found):
                heads = [f"{name}: most alike by {what}", "texts", "repeat", "than usual"]
                yield table(heads, shown)
    entropy = [(name, f"{value:.2f}") for name, value in part.entropy.items() if value is not None]
    if entropy:
        yield table(["evenness (1 even, 0 one value only)", ""], entropy)
    yield (
        "dist-n: different words, pairs of words as a share of all; repeat: share of four-word "
        "sequences that another text has too; s-BLEU: self-BLEU; lzma: how far all compresses; "
        "near: similarity to the most similar text. Higher is more alike but for dist-n. Texts are "
        "cut to equal length."
    )
    if part.semantic is not None:
        yield from semantic(part.semantic)


def _sentence(name: str, side: "Side") -> str:
    own, rut = side.own.self_repetition, side.collapse.self_repetition
    if own is None or rut is None:
        return f"The {name} hold too few words to be compared."
    told = (
        f"The {name} share {own:.0%} of their four-word sequences; in a rut it would be {rut:.0%}."
    )
    worst = next(iter(side.by_leaf.items()), None)
    if worst is not None and worst[1].beside > _MARKED:
        told += f" Most alike are those of {worst[0]}."
    return told


def _rows(side: "Side") -> Iterator[tuple[str, ...]]:
    sets = [("these", side.own), ("baseline", side.baseline), ("in a rut", side.collapse)]
    for name, found in sets:
        if found is not None:
            yield (name, f"{found.texts:,}", *_figures(found))


def _figures(found: "Diversity") -> tuple[str, ...]:
    values = (
        found.distinct_1,
        found.distinct_2,
        found.self_repetition,
        found.self_bleu,
        found.lzma,
        found.nearest,
    )
    return tuple("-" if value is None else f"{value:.2f}" for value in values)


def _corners(found: "dict[str, Corner]") -> list[tuple[str, ...]]:
    return [
        (
            fit(key, 50),
            f"{one.texts:,}",
            f"{one.own.self_repetition or 0:.2f}",
            f"{one.beside:+.2f}",
        )
        for key, one in list(found.items())[:_CORNERS]
    ]
