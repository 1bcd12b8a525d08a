"""The difficulty part of a report: how far measured and intended difficulty go together."""

from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from .render import fit, table, text, under_root
from .report_cells import NONE, listed, number, percent, sentence

if TYPE_CHECKING:
    from matplotlib.figure import Figure

    from ..graphs.report_difficulty import DifficultyPart, Far
    from ..quality.difficulty import Level, Levels

_STRIP = 40
"""Cells of a distribution."""
_LEAVES = 5
_RELIABLE = 0.5


def difficulty(part: "DifficultyPart | None") -> Iterator[Any]:
    """Sentences and tables."""
    if part is None:
        yield "Nothing was measured. `taxoloom difficulty` has a model rank samples, in batches."
        return
    yield (
        f"Measured on {part.samples:,} samples by {part.model} ({part.prompt}), each beside "
        f"{part.comparisons:.0f} others in the mean. Half the ratings have a standard error below "
        f"{part.error:.0f} points."
    )
    if part.aside:
        yield (
            f"The rankings fall apart: {part.aside:,} more samples were ranked, but never beside "
            "these, so they are on no common scale and are left out. Measure again: what is paid "
            "for is not asked again."
        )
    if part.reliability is not None:
        yield _reliable(part.reliability)
    if part.levels is None:
        yield "The recipe has no axis `difficulty`, so there is nothing to hold ratings against."
    else:
        yield from _levels(part.levels)
    yield from _samples("hardest for their level", part.harder)
    yield from _samples("easiest for their level", part.easier)
    yield from _leaves(part)
    yield (
        "Ratings are Elo's: 400 points are odds of ten to one that a request is ranked harder, and "
        "1500 is the mean of this run, so ratings of two runs must not be compared."
    )


def _reliable(value: float) -> str:
    if value < _RELIABLE:
        return (
            f"Ratings are mostly noise (reliability {value:.2f} of 1): the rankings contradict one "
            "another. More batches (--each) make them firmer, or another model."
        )
    return f"Another measuring would give much the same order (reliability {value:.2f} of 1)."


def _levels(found: "Levels") -> Iterator[Any]:
    yield _verdict(found)
    yield from _steps(found)
    rho = found.correlation
    if rho.low is not None:
        yield f"Rank correlation of level and rating: {number(rho)}."
    ends = [level.quantiles for level in found.levels if level.quantiles]
    if ends:
        low, high = min(one[0] for one in ends), max(one[-1] for one in ends)
        heads = ["level", "samples", "mean", "sd", f"{low:.0f}".ljust(_STRIP - 4) + f"{high:.0f}"]
        yield table(heads, [_row(level, low, high) for level in found.levels])
        yield text("─ 5 to 95 % of a level, █ its middle half, ┃ its median", "dim")


def _steps(found: "Levels") -> Iterator[str]:
    """Levels that follow one another in intention alone."""
    blurred, turned = [], []
    for step in found.steps:
        low, high, shown = step.concordance.low, step.concordance.high, percent(step.concordance)
        if low is None or high is None or low > 0.5:
            continue
        if high < 0.5:
            turned.append(f"{step.lower} is ranked harder than {step.higher} ({shown})")
        else:
            blurred.append(f"{step.lower} from {step.higher} ({shown})")
    if blurred:
        yield f"Ratings do not tell {listed(blurred)}."
    if turned:
        yield f"{sentence(listed(turned))}."


def _verdict(found: "Levels") -> str:
    shown, low, high = percent(found.concordance), found.concordance.low, found.concordance.high
    if found.concordance.value is None:
        return f"Levels cannot be compared: {found.concordance.why}."
    pairs = f"of two samples of different levels the one meant to be harder is ranked so in {shown}"
    if low is None or high is None:
        return f"Too little to tell: {pairs}, but {found.concordance.why}."
    if low <= 0.5 <= high:
        return (
            f"The ranking carries no information on the intended levels: {pairs}, and chance "
            "would give 50%."
        )
    if high < 0.5:
        return f"The levels stand upside down: {pairs}."
    return f"Intended levels show: {pairs}; chance would give 50%."


def _row(level: "Level", low: float, high: float) -> tuple[object, ...]:
    if level.mean is None:
        return level.name, 0, NONE, NONE, ""
    deviation = NONE if level.sd is None else f"{level.sd:.0f}"
    strip = _strip(level.quantiles, low, high)
    return level.name, level.samples, f"{level.mean:.0f}", deviation, strip


def _strip(quantiles: Sequence[float], low: float, high: float) -> str:
    """A distribution on a line: whiskers, middle half, median."""
    scale = (_STRIP - 1) / (high - low) if high > low else 0.0
    least, lower, middle, upper, most = (round((value - low) * scale) for value in quantiles)
    cells = [
        "┃"
        if at == middle
        else "█"
        if lower <= at <= upper
        else "─"
        if least <= at <= most
        else " "
        for at in range(_STRIP)
    ]
    return "".join(cells).rstrip()


def _samples(title: str, found: "Sequence[Far]") -> Iterator[Any]:
    if not found:
        return
    rows = [
        (
            one.id,
            one.level or NONE,
            f"{one.rating:.0f} ± {one.error:.0f}",
            f"{one.off:+.0f}",
            fit(one.begins, 28),
        )
        for one in found
    ]
    yield table(["sample", "level", "rating", "off", title], rows)


def _leaves(part: "DifficultyPart") -> Iterator[Any]:
    """The leaves that are furthest from what their levels make one expect."""
    if len(part.leaves) < 2:
        return
    shown = part.leaves
    if len(shown) > 2 * _LEAVES:
        shown = (*shown[:_LEAVES], *shown[-_LEAVES:])
    rows = [
        (fit(under_root(one.leaf), 50), one.samples, f"{one.mean:.0f}", f"{one.off:+.0f}")
        for one in shown
    ]
    yield table(["leaf, the hardest for its levels first", "samples", "mean", "off"], rows)


def picture(ratings: Mapping[str, Sequence[float]]) -> "Figure":
    """The ratings of each level, one box over the other."""
    from .picture import cut, figure

    made = figure(9, 1.2 + 0.9 * len(ratings))
    axes = made.subplots(1, 1)
    axes.boxplot(
        list(ratings.values()), orientation="horizontal", whis=(5, 95), widths=0.5, sym="."
    )
    names = [f"{cut(name, 14) or NONE} ({len(held)})" for name, held in ratings.items()]
    axes.set_yticks(range(1, len(names) + 1), names)
    axes.set(title="difficulty", xlabel="rating")
    made.set_layout_engine("constrained")
    return made
