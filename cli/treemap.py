"""Coverage as a treemap: every leaf a tile as large as its target, coloured by what it has."""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from .groups import Group, grouped
from .picture import cut, figure, width
from .squares import Box, squares

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

    from ..taxonomy import Taxonomy
    from ..taxonomy.measuring.covered import Coverage

_TILES = 600
"""More are too small to be told apart."""
_WIDE, _HIGH = 13.0, 8.6
_TOP, _BOTTOM, _SIDE = 0.95, 0.75, 0.25
"""In inches, as all lengths here."""
_HEAD = 0.24
_SIZE, _SMALLEST = 9.0, 5.5
_FEWEST = 3.5
"""Ems of a name below which it says nothing."""
_BOLD = 1.15
"""How much wider bold letters are."""
_DARK = 0.8
"""Part from which on colours want white text."""
_GAP, _PALE, _QUIET = "#c8321f", "#f3c4bc", "#666666"


def treemap(coverage: "Coverage", taxonomy: "Taxonomy") -> "Figure":
    """Leaves by the share asked of them; the colour says how much of that is there."""
    drawn = [leaf for leaf in coverage.by_leaf if leaf.drawn]
    grouping = grouped(drawn, taxonomy, _TILES)
    made = figure(_WIDE, _HIGH)
    area = (_WIDE - 2 * _SIDE, _HIGH - _TOP - _BOTTOM)
    axes = made.add_axes((_SIDE / _WIDE, _BOTTOM / _HIGH, area[0] / _WIDE, area[1] / _HIGH))
    axes.set_xlim(0, area[0])
    axes.set_ylim(area[1], 0)
    axes.set_axis_off()
    branches: dict[str, list[Group]] = {}
    for group in grouping.groups:
        branches.setdefault(group.names[0], []).append(group)
    boxes = squares([_asked(b) for b in branches.values()], (0, 0, *area))
    asks = any(leaf.asked is not None for leaf in drawn)
    for (name, groups), box in zip(branches.items(), boxes, strict=True):
        _branch(axes, name, groups, box, samples=coverage.samples)
    empty = sum(not leaf.count for leaf in drawn)
    notes = [f"{coverage.samples:,} samples; {empty:,} of {len(drawn):,} leaves have none"]
    if grouping.depth is not None:
        notes.append(
            f"{len(drawn):,} leaves gathered into {len(grouping.groups):,} categories of level "
            f"{grouping.depth}"
        )
    _title(made, ["What was asked for, and what is there", *notes])
    _legend(made, "samples / asked for" if asks else "samples / expected by weight")
    return made


def _asked(groups: Sequence[Group]) -> float:
    return sum(leaf.asked_share for group in groups for leaf in group.leaves)


def _branch(axes: "Axes", name: str, groups: list[Group], box: Box, *, samples: int) -> None:
    """A category of the first level: its heading, and its tiles below."""
    x, y, wide, high = (box[0] + 0.02, box[1] + 0.02, box[2] - 0.04, box[3] - 0.04)
    if wide <= 0 or high <= 0:
        return
    alone = len(groups) == 1 and len(groups[0].names) == 1
    head = _HEAD if not alone and high > 2.5 * _HEAD else 0.0
    shown = cut(name, wide / (_SIZE / 72 * _BOLD)) if head else ""
    if shown:
        axes.text(x + 0.03, y + head / 2, shown, fontsize=_SIZE, weight="bold", va="center")
    else:
        head = 0.0
    tiles = squares([_asked([group]) for group in groups], (x, y + head, wide, high - head))
    for group, tile in zip(groups, tiles, strict=True):
        _tile(axes, group, tile, samples=samples)


def _tile(axes: "Axes", group: Group, box: Box, *, samples: int) -> None:
    """A group; at its foot the share of it that belongs to leaves without a sample."""
    x, y, wide, high = box
    pad = min(0.02, wide / 8, high / 8)
    wide, high = wide - 2 * pad, high - 2 * pad
    if min(wide, high) <= 0:
        return
    asked = _asked([group])
    empty = sum(leaf.asked_share for leaf in group.leaves if not leaf.count) / asked
    full = high * (1 - empty)
    part = _part(group, samples)
    if group.count:
        _rectangle(axes, (x + pad, y + pad, wide, full), facecolor=_colour(part), linewidth=0)
    if full < high:
        _empty(axes, (x + pad, y + pad + full, wide, high - full))
    if empty > 0.5:
        _label(axes, group, (x, y + pad + full, box[2], high - full), colour="black")
    else:
        dark = part > _DARK
        _label(axes, group, (x, y + pad, box[2], full), colour="white" if dark else "black")


def _part(group: Group, samples: int) -> float:
    """What is there of what was asked for."""
    wanted = _number(group)
    if wanted is None:
        return group.count / max(_asked([group]) * samples, 1e-9)
    return group.count / max(wanted, 1)


def _number(group: Group) -> int | None:
    """Samples asked for, where that is known."""
    asked = [leaf.asked for leaf in group.leaves if leaf.asked is not None]
    return sum(asked) if asked else None


def _label(axes: "Axes", group: Group, box: Box, *, colour: str) -> None:
    """Name and numbers as large as they fit; the name cut, or left out, where there is no room."""
    x, y, wide, high = box
    name, numbers = group.names[-1], _numbers(group)
    size = _SIZE
    while size > _SMALLEST and wide < (max(map(width, (name, *numbers))) + 0.6) * size / 72:
        size -= 0.5
    ems, room = wide / (size / 72) - 0.6, int(high / (size / 72) / 1.35)
    short = cut(name, ems)
    lines = [line for line in numbers if width(line) <= ems]
    if width(short) >= min(width(name), _FEWEST) and room > 1:
        lines = [short, *lines]
    if lines[:room]:
        text = "\n".join(lines[:room])
        centre: dict[str, Any] = {"ha": "center", "va": "center", "linespacing": 1.2}
        axes.text(x + wide / 2, y + high / 2, text, fontsize=size, color=colour, **centre)


def _numbers(group: Group) -> list[str]:
    asked = _number(group)
    shown = [f"{group.count:,}" if asked is None else f"{group.count:,}/{asked:,}"]
    return shown + ([f"{group.empty:,} empty"] if group.empty and len(group.leaves) > 1 else [])


def _colour(part: float) -> tuple[float, float, float, float]:
    from matplotlib import colormaps

    return colormaps["GnBu"](0.12 + 0.73 * min(part, 1.0))


def _empty(axes: "Axes", box: Box) -> None:
    _rectangle(axes, box, facecolor="white", edgecolor=_PALE, linewidth=0, hatch="////")
    _rectangle(axes, box, facecolor="none", edgecolor=_GAP, linewidth=1.0)


def _rectangle(axes: "Axes", box: Box, **look: Any) -> None:
    from matplotlib.patches import Rectangle

    axes.add_patch(Rectangle(box[:2], *box[2:], **look))


def _title(made: "Figure", lines: Sequence[str]) -> None:
    for place, line in enumerate(lines):
        size = _SIZE if place else _SIZE + 4
        height = 1 - (0.35 + 0.22 * place) / _HIGH
        shade = _QUIET if place else "black"
        made.text(_SIDE / _WIDE, height, line, fontsize=size, color=shade)


def _legend(made: "Figure", what: str) -> None:
    """The scale of colours, and the look of an empty leaf."""
    axes = made.add_axes((_SIDE / _WIDE, 0.0, 1 - 2 * _SIDE / _WIDE, _BOTTOM / _HIGH))
    axes.set_xlim(0, _WIDE - 2 * _SIDE)
    axes.set_ylim(_BOTTOM, 0)
    axes.set_axis_off()
    steps, size, top = 20, 0.09, 0.2
    for step in range(steps):
        box = (size * step, top, size, 0.17)
        _rectangle(axes, box, facecolor=_colour((step + 0.5) / steps), linewidth=0)
    end = size * steps
    _empty(axes, (end + 3.2, top, 0.3, 0.17))
    look: dict[str, Any] = {"fontsize": _SIZE - 1, "color": _QUIET, "va": "center"}
    for x, y, text, side in (
        (0.0, top + 0.3, "0", "center"),
        (end, top + 0.3, "1 or more", "center"),
        (end + 0.15, top + 0.09, what, "left"),
        (end + 3.6, top + 0.09, "no sample", "left"),
    ):
        axes.text(x, y, text, ha=side, **look)
