"""Everything that can be refused before a taxonomy is grown: its file, the lists, the models.

Reads much and writes nothing. What is to be grown is a `Wish`; where and with which models, a
recipe of which only that part is looked at.
"""

import hashlib
import json
import os
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field, replace
from pathlib import Path
from typing import Any

from ..agents.grow_scene import GROW_SIGHTS
from ..errors import InputError, PromptError, RecipeError
from ..models import OFFLINE, Endpoint
from ..prompts import PromptSet
from ..recipe import Recipe
from ..taxonomy import Taxonomy
from ..taxonomy.growing.growth import Spot, entries_of, label, open_spots, spots_at
from ..taxonomy.growing.script import language_of
from .endpoints import endpoint_of
from .grow_build import FEWEST, seats
from .prepare import Overrides
from .recipe_file import load_recipe, parse_recipe
from .spec import Seat

_MOST_PROPOSALS = 50
_MOST_DEPTH = 10


@dataclass(frozen=True, slots=True)
class Wish:
    """What is to be grown, and how far."""

    nodes: tuple[str, ...] = ()
    """Paths of nodes or, with `@`, of attributes; every list that is marked open, if left out."""
    attributes: bool = False
    """Whether the nodes get attributes as well."""
    proposals: int = 5
    depth: int = 1
    """Levels that are added below the lists."""
    width: int = 20
    """Entries that one list may hold, those of the file included."""

    def __post_init__(self) -> None:
        for name, least, most in (
            ("proposals", FEWEST, _MOST_PROPOSALS),
            ("depth", 1, _MOST_DEPTH),
            ("width", 1, 1000),
        ):
            if not least <= getattr(self, name) <= most:
                raise InputError(
                    f"{name} is {getattr(self, name)}", hint=f"give a number from {least} to {most}"
                )


@dataclass(frozen=True, slots=True)
class Asked:
    """What a caller asks for; None leaves the default, or what an unfinished run was begun with."""

    nodes: tuple[str, ...] | None = None
    attributes: bool | None = None
    proposals: int | None = None
    depth: int | None = None
    width: int | None = None
    recipe: Path | None = None
    overrides: Overrides = field(default_factory=Overrides)

    def wish(self, base: Wish | None = None) -> Wish:
        """The wish, on the ground of another one."""
        names = ("nodes", "attributes", "proposals", "depth", "width")
        given = {name: value for name in names if (value := getattr(self, name)) is not None}
        return replace(base or Wish(), **given)


@dataclass(frozen=True, slots=True)
class Prepared:
    """A taxonomy with all that is needed to grow it."""

    file: str
    taxonomy: Taxonomy
    wish: Wish
    recipe: Recipe
    """Language, seed, models and prompts; nothing else of it matters."""
    spots: tuple[Spot, ...]
    """The lists to begin with, the nearest to the root first."""
    full: tuple[Spot, ...]
    """Lists that hold as many entries as they may."""
    seats: tuple[Seat, ...]
    prompts: PromptSet
    endpoints: Mapping[str, tuple[Endpoint, bool]]

    def to_dict(self) -> dict[str, Any]:
        """What a run was begun with, as its row keeps it."""
        recipe = self.recipe.model_dump(mode="json")
        return {"file": self.file, "wish": asdict(self.wish), "recipe": recipe}


def taxonomy_key(taxonomy: Taxonomy) -> str:
    """By which --resume finds the runs of one taxonomy."""
    return hashlib.sha256(f"grow\x1f{taxonomy.fingerprint}".encode()).hexdigest()[:16]


def fingerprint(taxonomy: Taxonomy, wish: Wish, recipe: Recipe) -> str:
    """Of all that decides what is offered."""
    parts = [asdict(wish), recipe.fingerprint(), taxonomy.fingerprint]
    return hashlib.sha256(json.dumps(parts, sort_keys=True).encode()).hexdigest()[:16]


def prepare_growth(
    file: str,
    taxonomy: Taxonomy,
    wish: Wish,
    recipe: Recipe,
    *,
    environ: Mapping[str, str] | None = None,
) -> Prepared:
    """Check all that growing needs. Raises InputError of some kind."""
    found = _spots(taxonomy, wish)
    full = [spot for spot in found if len(entries_of(taxonomy, spot)) >= wish.width]
    left = [spot for spot in found if spot not in full]
    if not left:
        names = ", ".join(label(taxonomy, spot) for spot in full[:3])
        raise InputError(
            f"no list can take another entry: {names} holds {wish.width} or more",
            hint="allow more with --width",
        )
    chairs = seats(wish.proposals)
    prompts = PromptSet(recipe.language, Path(recipe.prompts) if recipe.prompts else None)
    _check_prompts(chairs, prompts)
    return Prepared(
        file=file,
        taxonomy=taxonomy,
        wish=wish,
        recipe=recipe,
        spots=tuple(left),
        full=tuple(full),
        seats=chairs,
        prompts=prompts,
        endpoints=_endpoints(recipe, chairs, os.environ if environ is None else environ),
    )


def recipe_of(asked: Asked, taxonomy: Taxonomy) -> Recipe:
    """Language, seed, models and prompts: of the recipe, with options; else the offline model."""
    base: dict[str, Any] = {"taxonomy": "-"}
    if asked.recipe is None:
        base["language"] = language_of("".join(node.name for node in taxonomy.walk()))
    else:
        given = load_recipe(asked.recipe)
        kept = given.model_dump(mode="json", include={"language", "seed", "models", "run"})
        base |= kept
        if given.prompts:
            base["prompts"] = str((asked.recipe.parent / given.prompts).absolute())
    recipe = asked.overrides.apply(parse_recipe(base, source="options"))
    models = recipe.models.values()
    if asked.overrides.base_url and all(settings.model == OFFLINE for settings in models):
        raise RecipeError(
            "--base-url has no effect on the offline model", hint="name the model too: --model NAME"
        )
    return recipe


def _spots(taxonomy: Taxonomy, wish: Wish) -> list[Spot]:
    """The lists to grow, each once, the nearest to the root first."""
    found = (
        [spot for path in wish.nodes for spot in spots_at(taxonomy, path)]
        if wish.nodes
        else open_spots(taxonomy)
    )
    if wish.attributes:
        nodes = [spot.node for spot in found if spot.kind == "children"]
        found += [Spot("attributes", node) for node in nodes or [taxonomy.root.id]]
    if not found:
        raise InputError(
            "no list of the taxonomy is marked as open",
            hint='name nodes with --node, or mark lists in the file with "..." or `open: true`',
        )
    return sorted(dict.fromkeys(found), key=lambda spot: len(taxonomy.lineage(spot.node)))


def _check_prompts(chairs: Sequence[Seat], prompts: PromptSet) -> None:
    """Raise PromptError for an input that there is not, or that a role never sees."""
    for seat in chairs:
        for name in seat.role.prompts:
            for wanted in prompts.get(name).front.inputs:
                allowed = seat.role.allowed or frozenset(GROW_SIGHTS)
                if wanted not in allowed:
                    raise PromptError(
                        f"prompt {name!r} declares {wanted!r}, which a {seat.role.name} never sees",
                        hint=f"it may see {', '.join(sorted(allowed))}",
                    )


def _endpoints(
    recipe: Recipe, chairs: Sequence[Seat], environ: Mapping[str, str]
) -> dict[str, tuple[Endpoint, bool]]:
    """Node to endpoint. A recipe with real models must not leave a growing role offline unsaid."""
    left = [
        seat.node
        for seat in chairs
        if not {seat.node, seat.role.name, "default"} & set(recipe.models)
    ]
    if left:
        raise RecipeError(
            f"models: {', '.join(dict.fromkeys(left))} without a model",
            hint="add `default:`, which serves every role that is not named",
        )
    settings = {seat.node: recipe.settings(seat.node, seat.role.name) for seat in chairs}
    return {node: endpoint_of(chosen, environ) for node, chosen in settings.items()}
