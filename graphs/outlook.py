"""What a plan will cover if everything it asks for is accepted, before any call is paid."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import islice
from pathlib import Path

from ..recipe import Recipe
from ..taxonomy import Plan, load
from ..taxonomy.measuring.coverage import measure
from ..taxonomy.measuring.covered import Coverage
from ..taxonomy.measuring.forecast import Step, forecast, marks
from .measure import Present
from .planning import plan_of, space_of
from .prepare import today
from .present import Against
from .templates import Uses, uses_of


@dataclass(frozen=True, slots=True)
class Outlook:
    """A plan, and what its first samples cover together with what is there already."""

    plan: Plan
    present: Sequence[tuple[str, Present]]
    """What was found there already, by source."""
    budget: int
    """How many samples of the plan are counted."""
    coverage: Coverage
    steps: tuple[Step, ...]
    """Coverage after ever more samples."""
    templates: Uses
    """Which template how many samples of the whole plan get."""


def outlook(recipe: Recipe, folder: Path, *, db: Path, budget: int | None = None) -> Outlook:
    """Plan a recipe and look at its first samples, at all without a budget.

    Asks no endpoint and needs no key. Raises InputError as `prepare` does.
    """
    space = space_of(recipe, load(folder / recipe.taxonomy))
    against = Against(recipe.against, folder, db)
    plan = plan_of(
        recipe,
        space,
        against(space) if recipe.against else None,
        as_of=recipe.as_of or today(),
    )
    size = len(plan) if budget is None else min(budget, len(plan))
    wanted = {*marks(size), min(len(plan.prefix), size), *([0] if plan.seen.leaves else [])}
    by_leaf = plan.by_leaf
    asked = {
        leaf.id: by_leaf[leaf.id] + plan.seen.leaves[place]
        for place, leaf in enumerate(space.leaves)
    }
    return Outlook(
        plan=plan,
        present=against.found,
        budget=size,
        coverage=measure(space, _rows(plan, size), target=asked),
        steps=tuple(forecast(plan, wanted)),
        templates=uses_of(plan),
    )


def _rows(plan: Plan, size: int) -> Iterator[tuple[str, dict[str, str]]]:
    for leaf, labels, count in plan.seen.rows(plan.space):
        for _ in range(count):
            yield leaf, labels
    for blueprint in islice(plan, size):
        yield blueprint.leaf, dict(blueprint.labels)
