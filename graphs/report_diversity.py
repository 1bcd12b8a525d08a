"""How unlike one another samples of a run or a file are: whole, beside baselines, by corner.

Requests and answers are measured apart. Calls no model.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

from ..errors import InputError
from ..quality.diversity import collapsed, tag_entropy, tokens
from ..quality.diversity.summary import (
    MOST,
    Corner,
    Diversity,
    corners,
    diversity,
    equal_length,
    nearest,
    sampled,
)
from ..store.conversations import conversation
from ..store.links import made_from_another
from .checking import parts, rows
from .sources import StoredRun, source_of

if TYPE_CHECKING:
    from .report_semantic import SemanticPart

Item = TypeVar("Item")
SIDES = ("requests", "answers")


@dataclass(frozen=True, slots=True)
class Side:
    """Requests or answers."""

    own: Diversity
    collapse: Diversity
    """As many texts made of a tenth of them over and over: what a rut would look like."""
    baseline: Diversity | None
    """Of another set that the user names, say from the same model without the taxonomy."""
    by_leaf: dict[str, Corner]
    by_label: dict[str, Corner]
    """By `name=value`; the most monotonous first."""
    lengths: tuple[int, int, int]
    """Tokens: 5 % have fewer, half, 95 %."""


@dataclass(frozen=True, slots=True)
class DiversityPart:
    """A set of samples."""

    samples: int
    requests: Side
    answers: Side
    entropy: dict[str, float | None]
    """Of leaves and of each label: 1 where all values are as frequent."""
    semantic: "SemanticPart | None" = None
    """By what texts mean, where somebody named a model of embeddings."""


@dataclass(frozen=True, slots=True)
class Texts:
    """Samples as texts, with where they belong."""

    requests: list[str]
    answers: list[str]
    leaves: list[str]
    labels: list[dict[str, str]]
    ids: list[str] = field(default_factory=list)
    """Of samples in a database."""

    def of(self, side: str) -> list[str]:
        """The texts of one side."""
        texts: list[str] = getattr(self, side)
        return texts

    def by_leaf(self, items: Sequence[Item]) -> dict[str, list[Item]]:
        """What belongs to samples, one item to each, by their leaves."""
        return _grouped(items, [[leaf] if leaf else [] for leaf in self.leaves])

    def by_label(self, items: Sequence[Item]) -> dict[str, list[Item]]:
        """The same by `name=value`."""
        pairs = [[f"{name}={value}" for name, value in own.items()] for own in self.labels]
        return _grouped(items, pairs)


def texts_of(source: str, db: Path | None = None) -> Texts:
    """Accepted samples of a run, or the rows of a file. Raises InputError where there are none.

    Without those that were made from others, which repeat them on purpose.
    """
    named = source_of(source, db)
    found = Texts([], [], [], [])
    for where, row in rows(source, db):
        if made_from_another(row):
            continue
        asked, said = parts(conversation(row, where))
        if isinstance(named, StoredRun):
            found.ids.append(row["id"])
        found.requests.append(asked)
        found.answers.append(said)
        meta = row.get("meta")
        own = {**meta, **row} if isinstance(meta, Mapping) else row
        found.leaves.append(str(own.get("leaf") or ""))
        labels = own.get("labels")
        found.labels.append(
            {str(name): str(value) for name, value in labels.items() if isinstance(value, str)}
            if isinstance(labels, Mapping)
            else {}
        )
    if not found.requests:
        raise InputError(f"{source}: has no samples", hint="name a run with accepted samples")
    return found


def diversity_part(texts: Texts, baseline: Texts | None = None, *, seed: int = 0) -> DiversityPart:
    """Measure a set of samples."""
    names = dict.fromkeys(name for labels in texts.labels for name in labels)
    values = {name: [labels[name] for labels in texts.labels if name in labels] for name in names}
    return DiversityPart(
        samples=len(texts.requests),
        requests=_side(texts, "requests", baseline, seed),
        answers=_side(texts, "answers", baseline, seed),
        entropy={
            "leaf": tag_entropy(leaf for leaf in texts.leaves if leaf),
            **{name: tag_entropy(held) for name, held in values.items()},
        },
    )


def spread(texts: Texts, side: str, seed: int = 0) -> tuple[list[int], list[float]]:
    """Lengths in tokens, and similarities to the nearest text, for pictures."""
    chosen = sampled(texts.of(side), MOST, seed)
    near = nearest(sampled(chosen, 2000, seed))
    return [len(tokens(text)) for text in chosen], near.tolist()


def _side(texts: Texts, name: str, baseline: Texts | None, seed: int) -> Side:
    own = texts.of(name)
    other = own if baseline is None else baseline.of(name)
    # Nearly every measure hangs on how many texts there are, and how long they are.
    most, length = min(MOST, len(own), len(other)), equal_length(own, other, seed=seed)
    rut = collapsed(sampled(own, most, seed), seed)
    lengths = sorted(len(tokens(text)) for text in sampled(own, MOST, seed))
    leaves, labels = texts.by_leaf(own), texts.by_label(own)
    own_length = equal_length(own, seed=seed)

    def measured(some: Sequence[str]) -> Diversity:
        return diversity(some, length=length, most=most, seed=seed)

    return Side(
        own=measured(own),
        collapse=measured(rut),
        baseline=None if baseline is None else measured(other),
        by_leaf=corners(leaves, own, length=own_length, seed=seed),
        by_label=corners(labels, own, length=own_length, seed=seed),
        lengths=tuple(lengths[int(share * (len(lengths) - 1))] for share in (0.05, 0.5, 0.95)),  # type: ignore[arg-type]
    )


def _grouped(items: Sequence[Item], keys: Sequence[Sequence[str]]) -> dict[str, list[Item]]:
    found: dict[str, list[Item]] = {}
    for item, own in zip(items, keys, strict=True):
        for key in own:
            found.setdefault(key, []).append(item)
    return found
