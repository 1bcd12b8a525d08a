"""From a recipe and what it names to a space and a plan. Knows no endpoint, prompt or database."""

from collections.abc import Mapping, Sequence
from dataclasses import replace

from ..errors import RecipeError
from ..recipe import Recipe
from ..taxonomy import (
    Axis,
    Chosen,
    Constraint,
    Details,
    Goal,
    Plan,
    Seen,
    Space,
    Target,
    Taxonomy,
    axes,
)
from .templates import templates_of


def axes_of(recipe: Recipe, language: str = "") -> tuple[Axis, ...]:
    """The axes of a recipe in its language or another. Raises InputError for an unknown one."""
    language = language or recipe.language
    if recipe.axes is None:
        return axes(language)
    chosen = {
        name: None
        if values is None
        else {value: Chosen(own.weight, own.guidance, own.turns) for value, own in values.items()}
        for name, values in recipe.axes.items()
    }
    return axes(language, chosen)


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
    if recipe.flat:
        taxonomy = Taxonomy([replace(taxonomy.root, attributes=(), examples=())])
    return Space(taxonomy, axes_of(recipe), found)


def plan_of(
    recipe: Recipe,
    space: Space,
    seen: Seen | None = None,
    *,
    as_of: str,
    rewrites: Mapping[str, float] | None = None,
) -> Plan:
    """The plan of a recipe; `seen` is what is there already, `rewrites` the share of operations.

    `as_of` is the date of the run, from which the dates of templates are counted.

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
        details=Details(
            axes=space.axes,
            leaves=[leaf.id for leaf in space.leaves],
            rewrites=rewrites or {},
            seed=recipe.seed,
        ),
        templates=templates_of(recipe, space, as_of),
        situated=not recipe.flat,
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
