"""Everything that can be refused before data is labelled: every row of it, taxonomy, and models.

Reads much and writes nothing. The data is read once here, so that a row that cannot be used is
named before a model is paid, and once more when its rows are labelled.
"""

import hashlib
import json
import os
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, field, replace
from itertools import islice
from pathlib import Path
from typing import Any

from ..agents.annotator import ANNOTATORS, MOST
from ..errors import InputError, PromptError, RecipeError
from ..models import Endpoint
from ..prompts import PromptSet
from ..recipe import Recipe
from ..store.conversations import reader
from ..store.dataset import rows
from ..taxonomy import Space, Taxonomy
from .endpoints import endpoint_of
from .grow_prepare import Asked as GrowAsked
from .grow_prepare import recipe_of as settings_of
from .label_build import seats
from .prepare import Overrides
from .spec import Seat


@dataclass(frozen=True, slots=True)
class LabelWish:
    """How texts are to be placed."""

    annotators: int = 3
    beam: int = 2
    """Places that an annotator keeps in mind on its way down."""
    multi: int = 1
    """Leaves that one text may have."""
    attributes: bool = True
    """Whether values of the leaf's attributes are asked for as well."""
    limit: int | None = None
    """Rows, from the first one on; all if left out."""
    text_field: str = ""
    """The field that holds the text; by the shape of the row if left out."""

    def __post_init__(self) -> None:
        for name, most in (("annotators", len(ANNOTATORS)), ("beam", MOST), ("multi", MOST)):
            if not 1 <= getattr(self, name) <= most:
                raise InputError(
                    f"{name} is {getattr(self, name)}", hint=f"give a number from 1 to {most}"
                )
        if self.limit is not None and self.limit < 1:
            raise InputError(f"limit is {self.limit}", hint="give a number from 1, or leave it out")


@dataclass(frozen=True, slots=True)
class LabelAsked:
    """What a caller asks for; None leaves the default, or what an unfinished run was begun with."""

    annotators: int | None = None
    beam: int | None = None
    multi: int | None = None
    attributes: bool | None = None
    limit: int | None = None
    text_field: str | None = None
    recipe: Path | None = None
    overrides: Overrides = field(default_factory=Overrides)

    def wish(self, base: LabelWish | None = None) -> LabelWish:
        """The wish, on the ground of another one."""
        names = ("annotators", "beam", "multi", "attributes", "limit", "text_field")
        given = {name: value for name in names if (value := getattr(self, name)) is not None}
        return replace(base or LabelWish(), **given)

    def settings(self, taxonomy: Taxonomy) -> Recipe:
        """Language, seed, models and prompts: of the recipe, with options; else the offline model.

        Without either, the language is that of the taxonomy's names.
        """
        return settings_of(GrowAsked(recipe=self.recipe, overrides=self.overrides), taxonomy)


@dataclass(frozen=True, slots=True)
class Text:
    """One row of the data, as what is said in it."""

    place: int
    """From 0."""
    source: str
    """file:line"""
    row: Mapping[str, Any]
    messages: list[dict[str, str]]

    @property
    def ident(self) -> str:
        """Of place and words: the same in every run."""
        text = json.dumps([self.place, self.messages], ensure_ascii=False)
        return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()[:12]


@dataclass(frozen=True, slots=True)
class Data:
    """A data file that was read to its end."""

    file: str
    count: int
    digest: str
    """Of all that is said in it."""


@dataclass(frozen=True, slots=True)
class LabelPrepared:
    """Data and taxonomy with all that is needed to label."""

    data: Data
    taxonomy: Taxonomy
    wish: LabelWish
    recipe: Recipe
    """Language, seed, models and prompts; nothing else of it matters."""
    seats: tuple[Seat, ...]
    prompts: PromptSet
    endpoints: Mapping[str, tuple[Endpoint, bool]]

    def to_dict(self) -> dict[str, Any]:
        """What a run was begun with, as its row keeps it."""
        recipe = self.recipe.model_dump(mode="json")
        return {"file": self.data.file, "wish": asdict(self.wish), "recipe": recipe}


def texts(file: str, wish: LabelWish) -> Iterator[Text]:
    """The texts of a data file. Raises InputError, with file and line, for a row that has none."""
    messages_of = reader(wish.text_field)
    for place, row in enumerate(islice(rows(file), wish.limit)):
        where = f"{row.file}:{row.line}"
        yield Text(place, where, row.data, messages_of(row.data, where))


def survey(file: str, wish: LabelWish) -> Data:
    """Read the data to its end. Raises InputError for a row that cannot be used, and for none."""
    digest, count = hashlib.sha256(), 0
    for text in texts(file, wish):
        digest.update(text.ident.encode())
        count += 1
    if not count:
        raise InputError(f"{file}: has no rows", hint="name a file with texts to label")
    return Data(file, count, digest.hexdigest()[:16])


def data_key(data: Data, taxonomy: Taxonomy) -> str:
    """By which --resume finds the runs of the same data on the same taxonomy."""
    text = f"label\x1f{data.digest}\x1f{taxonomy.fingerprint}"
    return hashlib.sha256(text.encode()).hexdigest()[:16]


def fingerprint(data: Data, taxonomy: Taxonomy, wish: LabelWish, recipe: Recipe) -> str:
    """Of all that decides where texts are placed."""
    parts = [data.digest, asdict(wish), recipe.fingerprint(), taxonomy.fingerprint]
    return hashlib.sha256(json.dumps(parts, sort_keys=True).encode()).hexdigest()[:16]


def prepare_label(
    data: Data,
    taxonomy: Taxonomy,
    wish: LabelWish,
    recipe: Recipe,
    *,
    environ: Mapping[str, str] | None = None,
) -> LabelPrepared:
    """Check all that labelling needs. Raises InputError of some kind."""
    if taxonomy.is_leaf(taxonomy.root.id):
        raise InputError(
            f"the taxonomy {taxonomy.root.name!r} has no categories below its root",
            hint="there is nothing to choose from; add some, or grow them",
        )
    # What was labelled is counted on it in the end: better refused now.
    Space(taxonomy)
    chairs = seats(wish.annotators, beam=wish.beam, multi=wish.multi, attributes=wish.attributes)
    prompts = PromptSet(recipe.language, Path(recipe.prompts) if recipe.prompts else None)
    _check_prompts(chairs, prompts)
    return LabelPrepared(
        data=data,
        taxonomy=taxonomy,
        wish=wish,
        recipe=recipe,
        seats=chairs,
        prompts=prompts,
        endpoints=_endpoints(recipe, chairs, os.environ if environ is None else environ),
    )


def _check_prompts(chairs: Sequence[Seat], prompts: PromptSet) -> None:
    """Raise PromptError for an input that an annotator never sees."""
    for seat in chairs:
        allowed = seat.role.allowed or frozenset()
        for name in seat.role.prompts:
            for wanted in set(prompts.get(name).front.inputs) - allowed:
                raise PromptError(
                    f"prompt {name!r} declares {wanted!r}, which an {seat.role.name} never sees",
                    hint=f"it may see {', '.join(sorted(allowed))}",
                )


def _endpoints(
    recipe: Recipe, chairs: Sequence[Seat], environ: Mapping[str, str]
) -> dict[str, tuple[Endpoint, bool]]:
    """Node to endpoint: of its own name, else of `annotator`, else `default`."""
    left = [
        seat.node
        for seat in chairs
        if not {seat.node, seat.role.name, "default"} & set(recipe.models)
    ]
    if left:
        raise RecipeError(
            f"models: {', '.join(left)} without a model",
            hint="add `annotator:` for all of them, or `default:` for every role",
        )
    settings = {seat.node: recipe.settings(seat.node, seat.role.name) for seat in chairs}
    return {node: endpoint_of(chosen, environ) for node, chosen in settings.items()}
