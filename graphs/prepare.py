"""Everything that can be refused before a run begins: files, names, places, prompts.

Reads much and writes nothing. What it returns can be run, as far as can be known without
calling an endpoint.
"""

import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Protocol

from ..agents import Operation, Role, World, chosen, registry
from ..errors import RecipeError
from ..models import OFFLINE, Endpoint
from ..models.embed import EmbeddingEndpoint
from ..prompts import PromptSet
from ..quality import FITTED, Policy, phrases
from ..quality.canaries import KINDS
from ..quality.perturb import KINDS as KINDS_OF_SLIPS
from ..quality.rules import Rule, Settings, settings_for
from ..recipe import Panel, Recipe
from ..taxonomy import Axis, Plan, Seen, Space, Taxonomy, load
from .endpoints import embedding_endpoint, endpoints
from .linked import LANGUAGES, Link, links
from .measure import Present
from .planning import axes_of, plan_of, space_of
from .recipe_file import load_recipe, parse_recipe
from .spec import GraphSpec, check, spec_of
from .state import Tongue


class Counter(Protocol):
    """Counts in a space what is there already."""

    @property
    def found(self) -> Sequence[tuple[str, Present]]:
        """Each source with what was found in it, once counted."""
        ...

    def __call__(self, space: Space) -> Seen:
        """Count. Raises InputError for a source that cannot be read or placed."""
        ...


@dataclass(frozen=True, slots=True)
class Prepared:
    """A recipe with all that it names."""

    recipe: Recipe
    recipe_key: str
    """Hash of the recipe file, before options."""
    folder: Path
    """What the recipe's paths are relative to."""
    taxonomy: Taxonomy
    axes: tuple[Axis, ...]
    roles: Mapping[str, Role]
    policy: Policy | None
    """None for one that is fitted to votes."""
    rules: Sequence[Rule]
    settings: Settings
    """Of the rules."""
    operations: Mapping[str, Operation]
    """What the rewriter can do."""
    spec: GraphSpec
    prompts: PromptSet
    endpoints: Mapping[str, tuple[Endpoint, bool]]
    plan: Plan
    """The slots of the run."""
    present: Sequence[tuple[str, Present]] = ()
    """What was found there already, by source."""

    links: Sequence[Link] = ()
    """Further samples of linked groups, which come behind the plan's."""
    other_prompts: Mapping[str, PromptSet] = field(default_factory=dict)
    """By language, of samples that are in another one than the recipe's."""
    embeddings: EmbeddingEndpoint | None = None
    """Where samples become vectors, if any are compared by what they mean."""

    @property
    def size(self) -> int:
        """Samples asked for, those of linked groups included."""
        return len(self.plan) + len(self.links)

    def world(self, as_of: str, language: str = "") -> World:
        """What all samples of a language have in common, on a given day."""
        language = language or self.recipe.language
        own = language == self.recipe.language
        return World(
            taxonomy=self.taxonomy,
            axes=self.axes if own else axes_of(self.recipe, language),
            language=language,
            as_of=as_of,
            phrases=phrases(language),
            rewrites=any(seat.role.name == "rewriter" for seat in self.spec.chain),
            perturbs=self.recipe.noise is not None,
            operations=self.operations,
        )

    def tongues(self, as_of: str) -> dict[str, Tongue]:
        """What agents are told, by language."""
        sets = {self.recipe.language: self.prompts, **self.other_prompts}
        return {name: Tongue(self.world(as_of, name), found) for name, found in sets.items()}


@dataclass(frozen=True, slots=True)
class Overrides:
    """Options of the command line; None leaves the recipe's value."""

    samples: int | None = None
    seed: int | None = None
    language: str | None = None
    model: str | None = None
    base_url: str | None = None
    concurrency: int | None = None
    plugins: tuple[str, ...] = ()
    against: tuple[str, ...] = ()
    flat: bool = False
    """The recipe without all that is to make samples differ."""

    @property
    def data(self) -> bool:
        """Whether any of them decides the data."""
        named = (self.samples, self.language, self.model, self.plugins, self.against, self.flat)
        return any(named) or self.seed is not None

    def apply(self, recipe: Recipe) -> Recipe:
        """The recipe with these options. Model options apply to every model of the recipe."""
        data: dict[str, Any] = recipe.model_dump(mode="json", exclude_unset=True)
        for key in ("samples", "seed", "language"):
            if getattr(self, key) is not None:
                data[key] = getattr(self, key)
        wanted = {
            "model": self.model,
            "base_url": self.base_url,
            "concurrency": self.concurrency,
        }
        given = {key: value for key, value in wanted.items() if value is not None}
        models = data.get("models") or {"default": {}}
        data["models"] = {name: {**settings, **given} for name, settings in models.items()}
        for judge in data.get("panel", {}).get("judges", []):
            if judge.get("model"):
                judge["model"] |= given
        for key in ("plugins", "against"):
            if getattr(self, key):
                data[key] = [*data.get(key, []), *getattr(self, key)]
        return parse_recipe(data, source="options")


def read(path: Path, overrides: Overrides) -> tuple[Recipe, str]:
    """The recipe of a file with options applied, and the key of the file."""
    recipe = load_recipe(path)
    absolute = tuple(str(Path(p).absolute()) if p.endswith(".py") else p for p in overrides.plugins)
    against = tuple(str(Path(s).absolute()) if _is_file(s) else s for s in overrides.against)
    options = Overrides(**{**_fields(overrides), "plugins": absolute, "against": against})
    effective = options.apply(recipe)
    if overrides.flat:
        # A recipe of its own, so that the one is not taken for the other when a run is resumed.
        recipe, effective = _flat(recipe, overrides), _flat(effective, overrides)
    if overrides.base_url and all(m.model == OFFLINE for m in effective.models.values()):
        raise RecipeError(
            "--base-url has no effect on the offline model", hint="name the model too: --model NAME"
        )
    return effective, recipe.fingerprint()


def _flat(recipe: Recipe, overrides: Overrides) -> Recipe:
    if overrides.samples is not None:
        recipe = Overrides(samples=overrides.samples).apply(recipe)
    try:
        return recipe.flattened()
    except ValueError as error:
        raise RecipeError(str(error), hint="give a number: --samples N") from error


def prepare(
    recipe: Recipe,
    folder: Path,
    *,
    key: str = "",
    as_of: str = "",
    environ: Mapping[str, str] | None = None,
    against: Counter | None = None,
) -> Prepared:
    """Load, check and plan what a recipe names. Raises InputError of some kind, never writes.

    `against` counts samples that are there already: the plan is what they lack. `as_of` is the date
    of a run that is gone on with, else it is the recipe's, else today.
    """
    environ = os.environ if environ is None else environ
    _refuse_unknown_defects(recipe.panel)
    _refuse_unknown_slips(recipe)
    space = space_of(recipe, load(folder / recipe.taxonomy))
    known = registry(recipe.plugins, folder=folder)
    spec = spec_of(recipe, known.roles)
    prompts = _prompts(recipe, recipe.language, folder, spec)
    plan = plan_of(
        recipe,
        space,
        against(space) if against else None,
        as_of=as_of or recipe.as_of or today(),
        rewrites=chosen(recipe.rewrites, known.operations),
    )
    further = links(plan, recipe, known.operations)
    others = {link.value for link in further if link.kind == LANGUAGES}
    found = endpoints(recipe, spec, environ)
    return Prepared(
        recipe=recipe,
        recipe_key=key or recipe.fingerprint(),
        folder=folder,
        taxonomy=space.taxonomy,
        axes=space.axes,
        roles=known.roles,
        policy=policy_of(recipe.panel, known.policies),
        rules=known.rules,
        settings=settings_of(recipe, known.rules),
        operations=known.operations,
        spec=spec,
        prompts=prompts,
        endpoints=found,
        plan=plan,
        links=further,
        other_prompts={name: _prompts(recipe, name, folder, spec) for name in sorted(others)},
        present=against.found if against else (),
        embeddings=_embeddings(recipe, environ),
    )


def _embeddings(recipe: Recipe, environ: Mapping[str, str]) -> EmbeddingEndpoint | None:
    if recipe.embeddings is None or recipe.duplicates is None or not recipe.duplicates.semantic:
        return None
    return embedding_endpoint(recipe.embeddings, environ)


def _prompts(recipe: Recipe, language: str, folder: Path, spec: GraphSpec) -> PromptSet:
    """The prompts of a language, each of which has what it wants. Raises PromptError."""
    prompts = PromptSet(language, folder / recipe.prompts if recipe.prompts else None)
    check(spec, prompts)
    return prompts


def policy_of(panel: Panel, policies: Mapping[str, Policy]) -> Policy | None:
    """The policy of a panel; None for one that is fitted. Raises RecipeError for an unknown one."""
    if panel.policy in FITTED:
        return None
    if panel.policy not in policies:
        raise RecipeError(
            f"panel.policy: unknown policy {panel.policy!r}",
            hint=f"known policies: {', '.join(sorted([*policies, *FITTED]))}",
        )
    return policies[panel.policy]


def checks_of(
    recipe: Recipe, folder: Path, switched: Mapping[str, bool] | None = None
) -> tuple[Sequence[Rule], Settings]:
    """The rules of a recipe and its plugins, and what is set for them. Raises InputError.

    `switched` are rules that are on or off whatever the recipe says.
    """
    rules = registry(recipe.plugins, folder=folder).rules
    return rules, settings_of(recipe, rules, switched)


def settings_of(
    recipe: Recipe, rules: Sequence[Rule], switched: Mapping[str, bool] | None = None
) -> Settings:
    """What a recipe sets for rules. Raises InputError."""
    data: dict[str, dict[str, Any]] = {
        code: check.model_dump(exclude_unset=True) for code, check in recipe.checks.items()
    }
    for code, on in (switched or {}).items():
        data[code] = {**data.get(code, {}), "on": on}
    return settings_for(data, rules)


def _refuse_unknown_slips(recipe: Recipe) -> None:
    asked = recipe.noise.kinds if recipe.noise else []
    if unknown := [kind for kind in asked if kind not in KINDS_OF_SLIPS]:
        raise RecipeError(
            f"noise.kinds: unknown kind of slip {unknown[0]!r}",
            hint=f"known kinds: {', '.join(KINDS_OF_SLIPS)}",
        )


def _refuse_unknown_defects(panel: Panel) -> None:
    asked = panel.canaries.kinds if panel.canaries else []
    if unknown := [kind for kind in asked if kind not in KINDS]:
        raise RecipeError(
            f"panel.canaries.kinds: unknown defect {unknown[0]!r}",
            hint=f"known defects: {', '.join(KINDS)}",
        )


def _is_file(source: str) -> bool:
    """Whether a source of samples is a file rather than a run; `other.db#RUN` names a file."""
    return Path(source.rpartition("#")[0] or source).is_file() or Path(source).is_file()


def today() -> str:
    """The date of a run that names none."""
    return datetime.now(UTC).date().isoformat()


def _fields(overrides: Overrides) -> dict[str, Any]:
    return {name: getattr(overrides, name) for name in Overrides.__dataclass_fields__}
