"""Cuts a rectangle into tiles of given areas that are as square as can be.

Squarified treemaps (Bruls, Huizing & van Wijk 2000). Knows numbers only.
"""

from collections.abc import Sequence

Box = tuple[float, float, float, float]
"""Left, top, width and height."""


def squares(areas: Sequence[float], box: Box) -> list[Box]:
    """A tile for each area, in the order of the areas; those of area 0 have no width.

    Tiles fill the box, whatever the areas add up to.
    """
    tiles: list[Box] = [(box[0], box[1], 0.0, 0.0)] * len(areas)
    left = sorted((place for place, area in enumerate(areas) if area > 0), key=lambda p: -areas[p])
    scale = box[2] * box[3] / sum(areas) if left else 0.0
    while left:
        row, size = _row([areas[place] * scale for place in left], min(box[2], box[3]))
        places, left = left[: len(row)], left[len(row) :]
        if not left:
            # Rounding must not leave a gap, nor a last row that stands out.
            size = max(box[2], box[3])
        found, box = _laid(row, size, box)
        for place, tile in zip(places, found, strict=True):
            tiles[place] = tile
    return tiles


def _row(areas: Sequence[float], side: float) -> tuple[list[float], float]:
    """The first areas, as many as make the best row along a side, and how thick the row is."""
    total, count, best = areas[0], 1, _worst(areas[:1], areas[0], side)
    while count < len(areas):
        further = total + areas[count]
        worst = _worst((areas[0], areas[count]), further, side)
        if worst > best:
            break
        total, best, count = further, worst, count + 1
    return list(areas[:count]), total / side


def _worst(ends: Sequence[float], total: float, side: float) -> float:
    """The largest ratio of sides in a row of that total, by its largest and smallest tile."""
    return max(
        max(side * side * area / (total * total), total * total / (side * side * area))
        for area in ends
    )


def _laid(row: Sequence[float], size: float, box: Box) -> tuple[list[Box], Box]:
    """The tiles of a row along the shorter side, and what is left of the box."""
    x, y, width, height = box
    total, along, tiles = sum(row), 0.0, []
    side = min(width, height)
    for area in row:
        length = side * area / total
        if width >= height:
            tiles.append((x, y + along, size, length))
        else:
            tiles.append((x + along, y, length, size))
        along += length
    if width >= height:
        return tiles, (x + size, y, width - size, height)
    return tiles, (x, y + size, width, height - size)
