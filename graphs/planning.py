"""From a recipe and what it names to a space and a plan. Knows no endpoint, prompt or database."""

from collections.abc import Sequence

from ..errors import RecipeError
from ..recipe import Recipe
from ..taxonomy import Axis, Constraint, Goal, Plan, Seen, Space, Target, Taxonomy, axes


def axes_of(recipe: Recipe) -> tuple[Axis, ...]:
    """The axes of a recipe in its language. Raises InputError for one that there is not."""
    if recipe.axes is None:
        return axes(recipe.language)
    chosen = {
        name: None
        if values is None
        else {value: (own.weight, own.guidance) for value, own in values.items()}
        for name, values in recipe.axes.items()
    }
    return axes(recipe.language, chosen)


def space_of(recipe: Recipe, taxonomy: Taxonomy) -> Space:
    """All that a sample of a recipe can be. Raises InputError for names that there are not."""
    found = []
    for number, data in enumerate(recipe.constraints):
        try:
            found.append(Constraint.from_dict(data))
        except ValueError as error:
            raise RecipeError(
                f"constraints.{number}: {error}",
                hint="for example `never: {language: SQL, framework: React}`",
            ) from error
    return Space(taxonomy, axes_of(recipe), found)


def plan_of(recipe: Recipe, space: Space, seen: Seen | None = None) -> Plan:
    """The plan of a recipe; `seen` is what is there already.

    Raises InputError for names that there are not and for mixes that cannot be met.
    """
    samples, coverage = recipe.samples, recipe.coverage
    return Plan(
        space,
        Target(
            samples.total or 0, samples.per_leaf or 0, samples.per_cell or 0, tuple(samples.labels)
        ),
        language=recipe.language,
        seed=recipe.seed,
        goal=Goal(coverage.strength, tuple(_group(space, names) for names in coverage.groups)),
        seen=seen,
        mix=coverage.mix,
    )


def _group(space: Space, names: Sequence[str]) -> frozenset[str]:
    known = {written: space.names.name(written) for written in names}
    for written, name in known.items():
        if name is None:
            raise RecipeError(
                f"coverage.groups: no attribute or axis is called {written!r}",
                hint=f"there are {', '.join(space.label_shares())}",
            )
    return frozenset(name for name in known.values() if name)
