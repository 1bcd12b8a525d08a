"""From the templates of a recipe to those of a plan: lists, labels and categories looked up.

Knows no endpoint and no database.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from difflib import get_close_matches

from ..errors import RecipeError
from ..recipe import Recipe, Slot
from ..recipe import Template as Asked
from ..recipe.templates import pieces
from ..taxonomy import Plan, Space, Templates
from ..taxonomy.axes import slot_lists
from ..taxonomy.planning.samplers import Row, dates, numbers, patterned, values
from ..taxonomy.planning.templates import FORM, Template


def templates_of(recipe: Recipe, space: Space, as_of: str) -> Templates:
    """The templates of a recipe on a given day. Raises InputError for names that there are not."""
    if not recipe.templates:
        return Templates()
    axis, value = FORM
    if not any(label == FORM for label in space.labels):
        raise RecipeError(
            f"templates: no sample of this recipe has `{axis}: {value}`, so none would be filled",
            hint=f"give `{value}` a weight under axes.{axis}, or leave `templates` out",
        )
    found = [
        _template(asked, recipe.language, space, as_of, where=f"templates.{number}")
        for number, asked in enumerate(recipe.templates)
    ]
    return Templates(found, recipe.seed)


def _template(asked: Asked, language: str, space: Space, as_of: str, *, where: str) -> Template:
    rows: dict[str, Row] = {}
    labels: dict[str, tuple[str, Mapping[str, str]]] = {}
    for name, slot in asked.slots.items():
        place = f"{where}.slots.{name}"
        if slot.label:
            labels[name] = _label(slot.label, space, place)
        else:
            rows[name] = _row(slot, language, as_of, place)
    return Template(
        asked.text, tuple(pieces(asked.text)), rows, labels, _leaves(asked, space, where)
    )


def _leaves(asked: Asked, space: Space, where: str) -> frozenset[str] | None:
    if not asked.at:
        return None
    nodes = [space.names.category(name, f"{where}.at") for name in asked.at]
    return space.names.below(nodes)


def _label(written: str, space: Space, where: str) -> tuple[str, Mapping[str, str]]:
    """The name of a label, and how its values are called where that is not what they are."""
    name = space.names.name(written)
    if name is None:
        raise RecipeError(
            f"{where}: no attribute or axis is called {written!r}",
            hint=_near(written, list(space.label_shares())),
        )
    axis = next((axis for axis in space.axes if axis.id == name), None)
    return name, {value.id: value.name for value in axis.values} if axis else {}


def _row(slot: Slot, language: str, as_of: str, where: str) -> Row:
    if slot.number is not None:
        least, most = slot.number
        return numbers(
            least, most, step=slot.step or Decimal(1), before=slot.before, unit=slot.unit
        )
    if slot.date is not None:
        first, last = (_day(end, as_of, where) for end in slot.date)
        return dates(first, last, format=slot.format, language=language)
    if slot.pattern:
        return patterned(slot.pattern)
    if slot.values is not None:
        return values(slot.values)
    known = slot_lists(language)
    if slot.list not in known:
        raise RecipeError(
            f"{where}: there is no list {slot.list!r}", hint=_near(slot.list, sorted(known))
        )
    return values(known[slot.list])


def _day(end: int | str, as_of: str, where: str) -> date:
    if isinstance(end, str):
        return date.fromisoformat(end)
    try:
        return date.fromisoformat(as_of) + timedelta(end)
    except OverflowError as error:
        raise RecipeError(
            f"{where}: there is no date {end} days from {as_of}", hint="give fewer days"
        ) from error


def _near(written: str, known: Sequence[str]) -> str:
    near = get_close_matches(written, known, n=1)
    return f"did you mean {near[0]!r}?" if near else f"there are {', '.join(known)}"


@dataclass(frozen=True, slots=True)
class Uses:
    """What becomes of the templates of a plan."""

    counts: Sequence[tuple[str, int, str]]
    """Each template, how many samples get it, and the first message that comes of it."""
    unfilled: int
    """Samples whose instruction form is `template`, and which none fits."""


def uses_of(plan: Plan) -> Uses:
    """Count the templates of a whole plan."""
    known = plan.templates.all
    counts, first, unfilled = [0] * len(known), [""] * len(known), 0
    for blueprint in plan.blueprints() if known else ():
        number = plan.templates.number(blueprint)
        if number is None:
            unfilled += FORM in blueprint.labels
            continue
        counts[number] += 1
        first[number] = first[number] or blueprint.opening
    rows = zip((one.text for one in known), counts, first, strict=True)
    return Uses(tuple(rows), unfilled)
