"""Coverage as a heatmap: leaves, or categories, by the values of one attribute or axis."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from ..errors import InputError
from .groups import Group, grouped
from .picture import cut, figure, width

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

    from ..taxonomy import Taxonomy
    from ..taxonomy.measuring.covered import Coverage, Mix

_ROWS, _COLUMNS = 60, 24
"""More cannot be read."""
_SIZE = 9
_EM = _SIZE / 72
"""In inches, as all lengths here."""
_ROW, _NARROW, _WIDE = 0.34, 0.62, 1.3
_NAMES = 36.0
"""Ems of the longest name of a row."""
_TOP, _BOTTOM, _RIGHT = 0.85, 0.5, 0.3
_LEAST_WIDE = 6.0
_GAP, _NEVER, _QUIET = "#c8321f", "#e2e2e2", "#666666"


@dataclass(frozen=True, slots=True)
class _Cell:
    """A value at the leaves of a group."""

    count: int
    covered: int
    """Leaves with a sample of it."""
    total: int
    """Leaves at which it can occur."""


def heatmap(coverage: "Coverage", taxonomy: "Taxonomy", name: str | None = None) -> "Figure":
    """Samples by leaf and value of a name; without one, of the first that there is."""
    mix = _mix(coverage, name)
    drawn = [leaf for leaf in coverage.by_leaf if leaf.drawn]
    grouping = grouped(drawn, taxonomy, _ROWS)
    values = [value.value for value in mix.values][:_COLUMNS]
    rows = [(group, _cells(group, mix.name, values)) for group in grouping.groups]
    shown = _emptiest(rows)
    notes = [f"{coverage.samples:,} samples, {mix.cells} cells of leaf and value covered"]
    if grouping.depth is not None:
        notes.append(
            f"{len(drawn):,} leaves gathered into {len(rows):,} categories of level "
            f"{grouping.depth}; below a number: leaves that have it"
        )
    if len(shown) < len(rows):
        notes.append(f"the {len(shown)} with most empty cells are shown")
    if len(values) < len(mix.values):
        notes.append(f"the first {len(values)} of {len(mix.values)} values are shown")
    what = "leaf" if grouping.depth is None else "category"
    return _drawn(shown, values, [f"Samples by {what} and {mix.name}", *notes])


def _mix(coverage: "Coverage", name: str | None) -> "Mix":
    found = [mix for mix in coverage.mixes if name in (None, mix.name)]
    if not found:
        raise InputError(
            "there is no attribute or axis to draw", hint="use --kind treemap, or name a --recipe"
        )
    return found[0]


def _cells(group: Group, name: str, values: Sequence[str]) -> list[_Cell]:
    counts: dict[str, list[int]] = {value: [] for value in values}
    for leaf in group.leaves:
        for (own, value), count in leaf.cells():
            if own == name and value in counts:
                counts[value].append(count)
    return [
        _Cell(sum(found), sum(count > 0 for count in found), len(found))
        for found in counts.values()
    ]


def _emptiest(rows: list[tuple[Group, list[_Cell]]]) -> list[tuple[Group, list[_Cell]]]:
    """All rows if they can be read, else those with most empty cells, in their order."""
    gaps = [sum(cell.total - cell.covered for cell in cells) for _, cells in rows]
    chosen = sorted(range(len(rows)), key=lambda place: -gaps[place])[:_ROWS]
    return [rows[place] for place in sorted(chosen)]


def _drawn(
    rows: Sequence[tuple[Group, Sequence[_Cell]]], values: Sequence[str], title: Sequence[str]
) -> "Figure":
    names = [_tail(group.names, _NAMES) for group, _ in rows]
    left = max(map(width, names)) * _EM + 0.35
    column = min(max(max(map(width, values)) * _EM + 0.15, _NARROW), _WIDE)
    heads = [cut(value, (column - 0.1) / _EM) for value in values]
    top = _TOP + 0.18 * (len(title) - 1)
    wide = max(left + column * len(values) + _RIGHT, _LEAST_WIDE)
    high = top + _ROW * len(rows) + _BOTTOM
    made = figure(wide, high)
    box = (left / wide, _BOTTOM / high, column * len(values) / wide, _ROW * len(rows) / high)
    axes = made.add_axes(box)
    _fill(axes, [cells for _, cells in rows])
    axes.set_xticks([place + 0.5 for place in range(len(values))], heads, fontsize=_SIZE)
    axes.set_yticks([place + 0.5 for place in range(len(rows))], names, fontsize=_SIZE)
    axes.tick_params(length=0, labeltop=True, labelbottom=False)
    for side in axes.spines.values():
        side.set_visible(False)
    room = (wide - 0.4) / _EM
    for place, line in enumerate(title):
        made.text(
            0.2 / wide,
            1 - (0.3 + 0.2 * place) / high,
            cut(line, room if place else room * 0.75),
            fontsize=_SIZE if place else _SIZE + 3,
            color=_QUIET if place else "black",
        )
    _legend(made, wide, high)
    return made


def _fill(axes: "Axes", rows: Sequence[Sequence[_Cell]]) -> None:
    """Colour the cells, and write their numbers into them."""
    from matplotlib import colormaps
    from matplotlib.patches import Rectangle

    colours = colormaps["GnBu"]
    most = max((cell.count for cells in rows for cell in cells), default=0) or 1
    axes.set_xlim(0, len(rows[0]))
    axes.set_ylim(len(rows), 0)
    for y, cells in enumerate(rows):
        for x, cell in enumerate(cells):
            filled = 0.15 + 0.7 * cell.count / most
            face = colours(filled) if cell.count else "white"
            line = _GAP if cell.total and not cell.count else "white"
            if not cell.total:
                axes.add_patch(Rectangle((x, y), 1, 1, fc="white", ec=_NEVER, hatch="////", lw=0))
                continue
            axes.add_patch(Rectangle((x + 0.02, y + 0.04), 0.96, 0.92, fc=face, ec=line, lw=1.2))
            _write(axes, x, y, cell, "white" if filled > 0.72 else "black")


def _write(axes: "Axes", x: int, y: int, cell: _Cell, colour: str) -> None:
    several = cell.total > 1 and cell.count > 0
    colour = colour if cell.count else _GAP
    place: dict[str, Any] = {"ha": "center", "va": "center"}
    height = 0.36 if several else 0.52
    axes.text(x + 0.5, y + height, f"{cell.count:,}", fontsize=_SIZE - 1, color=colour, **place)
    if several:
        part = f"{cell.covered}/{cell.total}"
        axes.text(x + 0.5, y + 0.74, part, fontsize=_SIZE - 3.5, color=colour, **place)


def _legend(made: "Figure", wide: float, high: float) -> None:
    from matplotlib.patches import Rectangle

    looks: dict[str, dict[str, Any]] = {
        "no sample": {"fc": "white", "ec": _GAP, "lw": 1.2},
        "cannot occur": {"fc": "white", "ec": _NEVER, "hatch": "////", "lw": 0},
    }
    for place, (text, look) in enumerate(looks.items()):
        x = (0.25 + 1.2 * place) / wide
        size = (0.22 / wide, 0.16 / high)
        made.add_artist(Rectangle((x, 0.16 / high), *size, transform=made.transFigure, **look))
        made.text(x + 0.28 / wide, 0.18 / high, text, fontsize=_SIZE - 1, color=_QUIET)


def _tail(names: Sequence[str], room: float) -> str:
    """A path cut from its beginning."""
    kept = list(names)
    while len(kept) > 1 and width(" > ".join(kept)) > room:
        kept.pop(0)
    shown = " > ".join(kept)
    return cut(shown if len(kept) == len(names) else f"… > {shown}", room)
