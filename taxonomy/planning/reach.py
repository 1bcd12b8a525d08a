"""Which mix of labels can be met under the constraints: the one asked for, or the nearest to it.

What samples can be is a polytope, its corners are plans that use one row per kind of leaf. The mix
asked for can be met if the origin lies in the polytope of differences from it; else the point of
it that is nearest to the origin is the nearest mix. Knows nothing of how samples are drawn.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ...errors import InputError
from ..constraints import Constraint
from .frame import Dimension
from .polytope import Polytope, kinds_of
from .space import Space
from .tangle import linked_pools

Floats = NDArray[np.float64]
Integers = NDArray[np.int64]
_CLOSE = 5e-5
"""Differences of shares below this (0.005 points) count as none."""
FIRM = 100.0
"""How much more a difference from a stated mix counts than one from a wish."""
_PULL = 1e-3
"""More than that no wish can move what was stated."""


@dataclass(frozen=True, slots=True)
class Gap:
    """A value whose share cannot be what was asked for."""

    name: str
    value: str
    asked: float
    nearest: float
    stated: bool
    """Whether somebody gave the mix."""
    nowhere: bool
    """Whether the value can occur in no sample at all."""


@dataclass(frozen=True, slots=True)
class Reach:
    """What can be met."""

    mixes: tuple[Floats, ...]
    """By pool: shares that add up to 1, nearest to those asked for (sum of squares); mixes that
    were stated are met before wishes are looked at."""
    existing: Floats
    """By pool: the share that has it of the samples at leaves that can have it."""
    gaps: tuple[Gap, ...]
    """Where mixes differ from what was asked for, the largest difference first."""


def reach(
    space: Space, shares: Sequence[float] | Floats, given: Mapping[int, Floats] | None = None
) -> Reach:
    """The nearest mix to what is asked for when leaves (by place) have these shares.

    `given` are mixes by pool that stand for what is asked for, and are stated.
    """
    mixes = [np.asarray(dimension.shares) for dimension in space.pools]
    firm = [dimension.stated for dimension in space.pools]
    for pool, mix in (given or {}).items():
        mixes[pool], firm[pool] = mix, True
    mass = np.zeros(len(space.frames))
    np.add.at(mass, space.frame_of, shares)
    alive, having = _alive(space, mass)
    existing = np.ones(len(mixes))
    gaps: list[Gap] = []
    for linked in map(sorted, linked_pools(space.frames)):
        found = _nearest(linked, space, mass, mixes=mixes, firm=firm)
        for pool, off, carried in zip(linked, *found, strict=True):
            dead = having[pool] > 0 and not alive[pool].any()
            existing[pool] = carried / having[pool] if having[pool] > 0 else 0.0
            if np.abs(off).max() > _CLOSE or dead:
                asked, mixes[pool] = mixes[pool], np.clip(mixes[pool] + off, 0.0, 1.0)
                gaps += _gaps(space.pools[pool], asked, mixes[pool] * (not dead), alive[pool])
    gaps.sort(key=lambda gap: -abs(gap.asked - gap.nearest))
    return Reach(tuple(mixes), existing, tuple(gaps))


def refuse(found: Reach, constraints: Sequence[Constraint], *, wishes: bool = False) -> None:
    """Raise InputError if what was stated cannot be met, or if a value can occur nowhere.

    With `wishes` a mix that nobody stated has to be met as well.
    """
    gaps = [gap for gap in found.gaps if gap.stated or gap.nowhere or wishes]
    if not gaps:
        return
    first = gaps[0].name
    of_first = [gap for gap in gaps if gap.name == first]
    shown = ", ".join(
        f"{gap.value!r} {gap.asked:.1%}, "
        + ("but it can occur nowhere" if gap.nowhere else f"nearest {gap.nearest:.1%}")
        for gap in of_first[:3]
    )
    others = [name for name in dict.fromkeys(gap.name for gap in gaps) if name != first]
    beside = f"; nor that of {', '.join(map(repr, others[:5]))}" if others else ""
    at_fault = [str(c) for c in constraints if first in _names(c)]
    loosen = f", loosen `{at_fault[0]}`" if at_fault else ""
    raise InputError(
        f"the mix of {first!r} cannot be met under the constraints: asked for {shown}{beside}",
        hint=f"change the weights of {first!r}{loosen}, "
        "or take the nearest mix with `coverage: {mix: nearest}` in the recipe",
    )


def _names(constraint: Constraint) -> set[str]:
    parts = (*constraint.conditions, *constraint.demands)
    return {constraint.attribute, *(condition.name for condition in parts)}


def _gaps(
    dimension: Dimension, asked: Floats, nearest: Floats, alive: NDArray[np.bool_]
) -> list[Gap]:
    return [
        Gap(dimension.name, value, float(was), float(now), dimension.stated, not living)
        for value, was, now, living in zip(dimension.values, asked, nearest, alive, strict=True)
        if abs(was - now) > _CLOSE
    ]


def _alive(space: Space, mass: Floats) -> tuple[list[NDArray[np.bool_]], Floats]:
    """By pool whether each value can occur where samples are, and how many can have any of it."""
    alive = [np.zeros(len(d.values), dtype=bool) for d in space.pools]
    having = np.zeros(len(space.pools))
    for frame, share in zip(space.frames, mass.tolist(), strict=True):
        for pool, values in zip(frame.pools, frame.alive, strict=True):
            if share > 0:
                alive[pool][list(values)] = True
                having[pool] += share
    return alive, having


def _nearest(
    linked: Sequence[int],
    space: Space,
    mass: Floats,
    *,
    mixes: Sequence[Floats],
    firm: Sequence[bool],
) -> tuple[list[Floats], list[float]]:
    """By linked pool the difference of its nearest mix, and the share of samples that have it."""
    _, kinds = kinds_of(linked, space.frames, mass)
    if not kinds:
        return [np.zeros(len(mixes[pool])) for pool in linked], [0.0] * len(linked)
    stated = [firm[pool] for pool in linked]
    asked = [mixes[pool] for pool in linked]
    polytope = Polytope(asked, kinds, firmness=[FIRM if one else 1.0 for one in stated])
    offs, carried = polytope.offs(polytope.nearest(close=_CLOSE / 4))
    worst = [np.abs(off).max() for one, off in zip(stated, offs, strict=True) if one]
    if _CLOSE < max(worst, default=0.0) < _PULL:
        # Wishes that are far off pull a little at what was stated: without them it may be met.
        alone = Polytope(asked, kinds, firmness=[float(one) for one in stated])
        firm_offs, _ = alone.offs(alone.nearest(close=_CLOSE / 4))
        offs = [a if one else b for a, b, one in zip(firm_offs, offs, stated, strict=True)]
    return offs, carried
