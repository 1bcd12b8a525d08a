"""Pictures of a report: lengths, nearest neighbours, and how labels are spread. PNG or SVG."""

from collections import Counter
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from .picture import cut, figure, save
from .report_difficulty import picture as difficulty

if TYPE_CHECKING:
    from matplotlib.figure import Figure

    from ..graphs.report_diversity import Texts

_MOST_BARS = 30


def draw(
    texts: "Texts",
    folder: Path,
    suffix: str,
    ratings: Mapping[str, Sequence[float]] | None = None,
    distances: Mapping[str, Sequence[float]] | None = None,
) -> list[str]:
    """Write the pictures into a folder; what their reader should know.

    `ratings` are measured difficulties by intended level, `distances` those of neighbours in
    meaning, of requests and of answers.

    Raises InputError without matplotlib, StoreError where they cannot be written.
    """
    from ..graphs.report_diversity import SIDES, spread

    folder.mkdir(parents=True, exist_ok=True)
    made = {side: _histograms(side, *spread(texts, side)) for side in SIDES}
    if counts := _counts(texts):
        made["labels"] = _bars(counts)
    if ratings:
        made["difficulty"] = difficulty(ratings)
    if distances:
        made["meaning"] = _distances(distances)
    told = [save(picture, folder / f"{name}.{suffix}") for name, picture in made.items()]
    return [note for note in dict.fromkeys(told) if note]


def _histograms(side: str, lengths: Sequence[int], near: Sequence[float]) -> "Figure":
    made = figure(10, 4)
    left, right = made.subplots(1, 2)
    left.hist(lengths, bins=40, color="#4477aa")
    left.set(title=f"{side}: length", xlabel="tokens", ylabel="texts")
    right.hist(near, bins=40, range=(0, 1), color="#cc6677")
    right.set(title=f"{side}: nearest neighbour", xlabel="similarity", ylabel="texts")
    made.set_layout_engine("constrained")
    return made


def _distances(distances: Mapping[str, Sequence[float]]) -> "Figure":
    made = figure(10, 4)
    for axes, (side, far) in zip(made.subplots(1, len(distances)), distances.items(), strict=True):
        # Vectors that point away from each other are further apart than 1.
        axes.hist(far, bins=40, range=(0, max(1, *far, 0)), color="#aa3377")
        title = f"{side}: nearest neighbour in meaning"
        axes.set(title=title, xlabel="distance (1 - cosine)", ylabel="texts")
    made.set_layout_engine("constrained")
    return made


def _counts(texts: "Texts") -> dict[str, Counter[str]]:
    counts = {"leaf": Counter(leaf.rpartition(" > ")[2] for leaf in texts.leaves if leaf)}
    for labels in texts.labels:
        for name, value in labels.items():
            counts.setdefault(name, Counter())[value] += 1
    return {name: held for name, held in counts.items() if held}


def _bars(counts: Mapping[str, Counter[str]]) -> "Figure":
    made = figure(9, 2.2 * len(counts))
    grid = made.subplots(len(counts), 1, squeeze=False)
    for axes, (name, held) in zip(grid[:, 0], counts.items(), strict=True):
        top = held.most_common(_MOST_BARS)
        places = range(len(top))
        axes.bar(places, [count for _, count in top], color="#228833")
        axes.set_xticks(places, [cut(value, 8) for value, _ in top], rotation=30, fontsize=7)
        axes.set_title(cut(name, 40), fontsize=9)
    made.set_layout_engine("constrained")
    return made
