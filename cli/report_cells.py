"""Figures of a report as a terminal shows them: shares, coefficients, small coloured matrices.

Knows what a number looks like, and nothing of what it is a number of.
"""

from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING

from .render import safe, table, text

if TYPE_CHECKING:
    from rich.table import Table
    from rich.text import Text

    from ..quality import Consistency, Figure

NONE, ONE_SIDED = "–", "one-sided"
_NUMBERS = ("no", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten")
_STRENGTHS = (
    (0.8, "strong", "well beyond chance", "green"),
    (2 / 3, "tentative", "beyond chance, enough for tentative conclusions", "yellow"),
    (0.2, "weak", "little beyond chance", "dark_orange"),
    (-0.1, "by chance", "hardly more than by chance", "red"),
    (float("-inf"), "contrary", "less than by chance", "red"),
)
"""Krippendorff's marks for alpha, 0.8 to rely on and 0.667 for tentative conclusions, and two of
our own below; as a word and as a phrase."""


def percent(figure: "Figure") -> str:
    """A share: `85% (77 to 91)`."""
    if figure.value is None:
        return NONE
    shown = f"{figure.value:.0%}"
    if figure.low is None or figure.high is None:
        return shown
    return f"{shown} ({figure.low * 100:.0f} to {figure.high * 100:.0f})"


def points(figure: "Figure") -> str:
    """A difference of shares, in points: `+12 (+3 to +20)`."""
    if figure.value is None:
        return NONE
    value, low, high = (
        None if number is None else f"{round(number * 100):+d}".replace("+0", "0")
        for number in (figure.value, figure.low, figure.high)
    )
    return f"{value} ({low} to {high})" if low is not None and high is not None else str(value)


def number(figure: "Figure", digits: int = 2) -> str:
    """A coefficient: `0.71 (0.66 to 0.76)`."""
    if figure.value is None:
        return NONE
    value, low, high = (
        None if one is None else decimal(one, digits)
        for one in (figure.value, figure.low, figure.high)
    )
    return f"{value} ({low} to {high})" if low is not None and high is not None else str(value)


def decimal(value: float, digits: int = 2) -> str:
    """So many digits, and no minus before a zero."""
    return f"{round(value, digits) + 0.0:.{digits}f}"


def strength(measured: "Consistency") -> "Text":
    """How far beyond chance raters agree, in a word."""
    if one_sided(measured):
        return text(ONE_SIDED, "dim")
    value = measured.alpha.value
    for least, word, _, colour in _STRENGTHS:
        if value is not None and value >= least:
            return text(word, colour)
    return text("undefined", "dim")


def one_sided(measured: "Consistency") -> bool:
    """Whether alpha is low though raters hardly ever differ, as there is hardly a second value."""
    raw, alpha, gwet = (one.value for one in (measured.raw, measured.alpha, measured.gwet))
    if raw is None or alpha is None or gwet is None:
        return False
    return raw >= 0.9 and gwet >= 0.8 and alpha < 2 / 3


def beyond_chance(alpha: float) -> str:
    """The same within a sentence."""
    return next(phrase for least, _, phrase, _ in _STRENGTHS if alpha >= least)


def matrix(
    names: Sequence[str],
    lower: Mapping[tuple[str, str], "Figure"],
    *,
    good_is_high: bool,
    title: str,
) -> "Table":
    """What stands between every two names, in colour: the lower triangle of a square."""
    rows = []
    for place, name in enumerate(names):
        cells: list[object] = [text(short(name))]
        for other in names[: place + 1]:
            figure = lower.get((other, name)) or lower.get((name, other))
            cells.append(text("·", "dim") if figure is None else _shade(figure, good_is_high))
        rows.append(cells + [""] * (len(names) - place - 1))
    return table(["", *map(short, names)], rows, title)


def _shade(figure: "Figure", good_is_high: bool) -> "Text":
    if figure.value is None:
        return text(f"  {NONE}   ", "dim")
    worth = figure.value if good_is_high else 1 - figure.value
    marks = (0.8, 0.6, 0.4) if good_is_high else (0.9, 0.75, 0.55)
    colours = ("black on green", "black on yellow", "black on dark_orange", "white on red")
    colour = colours[sum(worth < mark for mark in marks)]
    return text(f" {figure.value:+.2f} ", colour)


def short(name: str) -> str:
    """A name as a heading."""
    from .render import fit

    return fit(name, 14)


def notes(figures: Iterable["Figure"]) -> list["Text"]:
    """A line for each reason why a figure is missing."""
    missing = dict.fromkeys(one.why for one in figures if one.value is None and one.why)
    return [text(f"{NONE} {why}", "dim") for why in missing]


def count(number: int, one: str, many: str = "") -> str:
    """`three judges`, `1,204 samples`."""
    said = _NUMBERS[number] if number < len(_NUMBERS) else f"{number:,}"
    return f"{said} {one if number == 1 else many or one + 's'}"


def listed(names: Sequence[str]) -> str:
    """`a`, `a and b`, `a, b and c`."""
    plain = [safe(name) for name in names]
    return plain[0] if len(plain) == 1 else f"{', '.join(plain[:-1])} and {plain[-1]}"


def sentence(words: str) -> str:
    """With a capital letter."""
    return words[:1].upper() + words[1:]
