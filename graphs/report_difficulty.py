"""How hard samples were found to be, beside how hard they were meant to be. Calls no model."""

import sqlite3
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from ..quality.difficulty import Levels, Misfit, Rating, beside, measured, reliability
from ..recipe import Recipe
from ..store import difficulties
from ..taxonomy import axes
from .planning import axes_of

AXIS = "difficulty"
"""The axis whose values are the intended levels."""
_FURTHEST = 5
_OPENING = 200


@dataclass(frozen=True, slots=True)
class Far:
    """A sample far from its level, as somebody would look it up."""

    id: str
    level: str
    rating: float
    error: float
    off: float
    """Points above the mean of its level."""
    leaf: str
    begins: str


@dataclass(frozen=True, slots=True)
class LeafDifficulty:
    """The samples of one leaf."""

    leaf: str
    samples: int
    mean: float
    off: float
    """Points above what their levels would make one expect."""


@dataclass(frozen=True, slots=True)
class DifficultyPart:
    """What was measured of one run."""

    samples: int
    aside: int
    """Measured samples that are left out, as nothing ties them to the others."""
    model: str
    prompt: str
    measured_at: str
    comparisons: float
    """Others that a sample was ranked among, in the mean."""
    error: float
    """Standard error of a rating, in the middle."""
    reliability: float | None
    """1 where another measuring would give the same order, 0 where ratings are noise."""
    levels: Levels | None
    """None where the recipe has no axis `difficulty`."""
    informative: bool | None
    """Whether ratings tell of the levels at all; None where that cannot be said."""
    harder: tuple[Far, ...]
    """The hardest for their level."""
    easier: tuple[Far, ...]
    leaves: tuple[LeafDifficulty, ...]
    """The hardest for its levels first."""


def difficulty_part(
    db: sqlite3.Connection, run_id: str, recipe: Recipe, *, seed: int = 0
) -> DifficultyPart | None:
    """What was measured of a run; None where nothing was."""
    found = difficulties.ratings(db, run_id)
    if not found:
        return None
    rows = [row for row in found if row["pool"] == 0]
    ratings = [Rating(r["sample_id"], r["rating"], r["error"], r["comparisons"]) for r in rows]
    intended = {row["sample_id"]: _level(row) for row in rows}
    order = levels_of(recipe)
    levels = measured(ratings, intended, order, seed=seed) if order else None
    far = beside(ratings, intended)
    by_id = {row["sample_id"]: row for row in rows}
    return DifficultyPart(
        samples=len(rows),
        aside=len(found) - len(rows),
        model=rows[0]["model"],
        prompt=rows[0]["prompt"],
        measured_at=rows[0]["created_at"],
        comparisons=sum(one.comparisons for one in ratings) / len(ratings),
        error=sorted(one.error for one in ratings)[len(ratings) // 2],
        reliability=reliability(ratings),
        levels=levels,
        informative=None if levels is None else levels.informative,
        harder=tuple(_far(one, by_id) for one in far[:_FURTHEST] if one.off > 0),
        easier=tuple(_far(one, by_id) for one in far[: -_FURTHEST - 1 : -1] if one.off < 0),
        leaves=_leaves(far, by_id),
    )


def ratings_by_level(db: sqlite3.Connection, run_id: str, recipe: Recipe) -> dict[str, list[float]]:
    """The ratings of each level that has any, in the order of the levels; for pictures."""
    rows = [row for row in difficulties.ratings(db, run_id) if row["pool"] == 0]
    names = levels_of(recipe) or dict.fromkeys(map(_level, rows))
    held = {name: [row["rating"] for row in rows if _level(row) == name] for name in names}
    return {name: ratings for name, ratings in held.items() if ratings}


def levels_of(recipe: Recipe) -> list[str]:
    """Values of the axis `difficulty` from easy to hard; none where the recipe lacks the axis.

    Built-in values have their order, in whatever order a recipe weighs them. With one of the
    user's own among them, the recipe's order is what they mean.
    """
    own = next((axis for axis in axes_of(recipe) if axis.id == AXIS), None)
    if own is None:
        return []
    known = next(axis for axis in axes(recipe.language) if axis.id == AXIS)
    names, built_in = [v.id for v in own.values], [v.id for v in known.values]
    return [v for v in built_in if v in names] if set(names) <= set(built_in) else names


def _level(row: Mapping[str, Any]) -> str:
    return str(row["labels"].get(AXIS, ""))


def _far(one: Misfit, by_id: Mapping[str, Mapping[str, Any]]) -> Far:
    row = by_id[one.id]
    asked = next((m["content"] for m in row["messages"] if m["role"] == "user"), "")
    opening = " ".join(asked.split())[:_OPENING]
    return Far(one.id, one.level, one.rating, one.error, one.off, row["leaf"], opening)


def _leaves(
    far: Sequence[Misfit], by_id: Mapping[str, Mapping[str, Any]]
) -> tuple[LeafDifficulty, ...]:
    held: dict[str, list[Misfit]] = {}
    for one in far:
        held.setdefault(by_id[one.id]["leaf"], []).append(one)
    found = [
        LeafDifficulty(
            leaf=leaf,
            samples=len(ones),
            mean=sum(one.rating for one in ones) / len(ones),
            off=sum(one.off for one in ones) / len(ones),
        )
        for leaf, ones in held.items()
    ]
    return tuple(sorted(found, key=lambda one: (-one.off, one.leaf)))
