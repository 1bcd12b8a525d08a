"""The point of a polytope that is nearest to the origin, and the corners that make it.

Wolfe's algorithm (1976, Mathematical Programming 11:128-149): it asks only for the corner that is
farthest in a direction. Knows numbers only.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Generic, TypeVar

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Corner = TypeVar("Corner")

_STEPS = 3000


@dataclass(frozen=True, slots=True)
class Nearest(Generic[Corner]):
    """A point as a mixture of corners."""

    point: Floats
    parts: Floats
    """Positive, adding up to 1."""
    corners: tuple[Corner, ...]


def nearest(
    find: Callable[[Floats, Nearest[Corner] | None], tuple[Floats, Corner]],
    size: int,
    *,
    close: float,
) -> Nearest[Corner]:
    """The nearest point to the origin of a polytope in `size` dimensions.

    `find` gives a corner with a small product with a direction: its coordinates, and what it
    stands for. It gets what is the nearest point so far, and must find one with a smaller product
    than that if there is one. A point with no coordinate above `close` is as good as the origin.
    """
    point, corner = find(np.zeros(size), None)
    points, now = point[None], Nearest(point, np.ones(1), (corner,))
    for _ in range(_STEPS):
        if np.abs(now.point).max(initial=0.0) < close:
            break
        farther, corner = find(now.point, now)
        length = now.point @ now.point
        if length - now.point @ farther <= 1e-12 + 1e-7 * length:
            break
        points = np.vstack([points, farther])
        kept, parts = _shrunk(points, np.append(now.parts, 0.0))
        points, corners = points[kept], (*now.corners, corner)
        now = Nearest(parts @ points, parts, tuple(corners[i] for i in kept))
    return now


def _shrunk(points: Floats, parts: Floats) -> tuple[list[int], Floats]:
    """Which points, and in which parts, make the point nearest to the origin."""
    kept = np.arange(len(points))
    while True:
        affine = _affine_nearest(points[kept])
        if (affine > 1e-10).all():
            return kept.tolist(), affine
        falling = affine <= 1e-10
        steps = parts[falling] / np.maximum(parts[falling] - affine[falling], 1e-15)
        parts = parts + min(1.0, float(steps.min(initial=1.0))) * (affine - parts)
        staying = parts > 1e-10
        if staying.all():
            staying[np.argmin(parts)] = False
        kept, parts = kept[staying], parts[staying]
        parts = parts / parts.sum()
        if len(parts) == 1:
            return kept.tolist(), parts


def _affine_nearest(points: Floats) -> Floats:
    """Coefficients that add up to 1 of the point nearest to the origin, signs as they come."""
    count = len(points)
    system = np.ones((count + 1, count + 1))
    system[0, 0] = 0.0
    system[1:, 1:] = points @ points.T
    wanted = np.zeros(count + 1)
    wanted[0] = 1.0
    solution = np.linalg.lstsq(system, wanted, rcond=None)[0][1:]
    return np.asarray(solution / solution.sum(), dtype=np.float64)
