"""The recipe: what a run is asked to do, as data.

Forbids unknown keys and names the nearest known one. Imports nothing of the project but its
errors; whether roles, files and endpoints exist is for those who use them to say.
"""

import difflib
import hashlib
import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Annotated, Any, Literal, get_args

import yaml
from pydantic import BaseModel, ConfigDict, Field, ValidationError, field_validator, model_validator

from .errors import RecipeError

_WHERE_AND_HOW_FAST = frozenset(
    {"base_url", "api_key_env", "structured", "concurrency", "timeout", "price"}
)
Language = Literal["zh", "en"]
StructuredSetting = Literal["auto", "json_schema", "json_object", "tool", "prompt"]
Name = Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]{0,63}$")]


class Section(BaseModel):
    """Base of every part of a recipe."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class Price(Section):
    """Price per million tokens, in any one currency."""

    input: float = Field(ge=0)
    output: float = Field(ge=0)


class ModelSettings(Section):
    """One model, and how it is called."""

    model: str = Field(default="offline", min_length=1)
    base_url: str | None = None
    """None for OPENAI_BASE_URL or, without it, OpenAI's own address; ignored when offline."""
    api_key_env: str | None = None
    """Name of the variable that holds the key; never the key."""
    structured: StructuredSetting = "auto"
    temperature: float | None = Field(default=None, ge=0, le=2)
    max_tokens: int = Field(default=8192, ge=16)
    timeout: float = Field(default=300.0, gt=0)
    concurrency: int = Field(default=16, ge=1, le=4096)
    """Calls in flight at this endpoint."""
    repairs: int = Field(default=2, ge=0, le=5)
    seed: bool = True
    """Whether a seed is sent; a few servers refuse the field."""
    extra_body: dict[str, Any] = {}
    price: Price | None = None

    @field_validator("base_url")
    @classmethod
    def _http(cls, value: str | None) -> str | None:
        if value is not None and not value.startswith(("http://", "https://")):
            raise ValueError("a base URL begins with http:// or https://")
        return value.rstrip("/") if value else value


class Insertion(Section):
    """A role put into the graph."""

    role: Name
    after: Name | None = None
    before: Name | None = None

    @model_validator(mode="after")
    def _one_place(self) -> "Insertion":
        if (self.after is None) == (self.before is None):
            raise ValueError("give either `after` or `before`")
        return self


class Graph(Section):
    """Who speaks after whom."""

    chain: list[Name] = ["planner", "writer", "rewriter", "critic"]
    critic_rounds: int = Field(default=2, ge=0, le=8)
    """How often the rewriter may answer the critic's notes."""
    insert: list[Insertion] = []

    @field_validator("chain")
    @classmethod
    def _once_each(cls, value: list[str]) -> list[str]:
        if "writer" not in value:
            raise ValueError("a chain without `writer` makes no sample")
        if len(set(value)) != len(value):
            raise ValueError("a role stands twice in the chain")
        return value


class Judge(Section):
    """One judge of the panel."""

    name: Name
    prompt: Name
    model: ModelSettings | None = None


Policy = Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]{0,63}$")]


class Panel(Section):
    """Who judges, and how the verdicts become a decision."""

    judges: list[Judge] = [
        Judge(name="examiner", prompt="judge_examiner"),
        Judge(name="sceptic", prompt="judge_sceptic"),
        Judge(name="editor", prompt="judge_editor"),
    ]
    policy: Policy = "unanimous"

    @field_validator("judges")
    @classmethod
    def _distinct(cls, value: list[Judge]) -> list[Judge]:
        if not value:
            raise ValueError("a graph without a judge accepts everything; name at least one judge")
        if len({judge.name for judge in value}) != len(value):
            raise ValueError("two judges have one name")
        return value

    @model_validator(mode="after")
    def _odd(self) -> "Panel":
        if self.policy == "majority" and len(self.judges) % 2 == 0:
            count = len(self.judges)
            raise ValueError(f"`majority` needs an odd number of judges, and there are {count}")
        return self


class Limits(Section):
    """When a run stops asking."""

    attempts: float = Field(default=3.0, ge=1, le=100)
    """Blueprints tried per sample asked for, at most."""
    wave: int = Field(default=1000, ge=1)
    """Blueprints planned at once; what later waves plan depends on what earlier ones brought."""
    stop_after_failures: int = Field(default=20, ge=1)
    """A run stops when most of that many samples in a row failed."""


class AxisValue(Section):
    """One value of an axis: a weight alone, or with guidance for a value of the user's own."""

    weight: float = Field(default=1, ge=0)
    guidance: str = ""

    @model_validator(mode="before")
    @classmethod
    def _weight_alone(cls, value: object) -> object:
        return {"weight": value} if isinstance(value, int | float | str) else value


Axis = Mapping[str, AxisValue]


class Recipe(Section):
    """What a run is asked to do."""

    taxonomy: str
    """File of the category system, relative to the recipe; `notes.md#section` names a part."""
    language: Language = "zh"
    samples: int = Field(default=24, ge=1)
    """Accepted samples asked for."""
    seed: int = Field(default=1, ge=0, lt=2**63)
    as_of: str | None = Field(default=None, pattern=r"^\d{4}-\d{2}-\d{2}$")
    """The date that the samples must be true at; the day of the run when left out."""
    axes: dict[str, Axis | None] | None = None
    """Axis name to weights of its values; null for the built-in weights; all axes if left out."""
    models: dict[Name, ModelSettings] = {"default": ModelSettings()}
    graph: Graph = Graph()
    panel: Panel = Panel()
    run: Limits = Limits()
    plugins: list[str] = []
    """Files of plugin roles, relative to the recipe, or names of importable modules."""
    prompts: str | None = None
    """Folder whose prompt files override the package's by name, relative to the recipe."""

    @field_validator("as_of", mode="before")
    @classmethod
    def _date(cls, value: object) -> object:
        return str(value) if value is not None else None

    def settings(self, *names: str) -> ModelSettings:
        """The settings of the first name that the recipe has, else of `default`."""
        for name in (*names, "default"):
            if name in self.models:
                return self.models[name]
        return ModelSettings()

    def fingerprint(self) -> str:
        """Hash of all that decides the data: where and how fast models are called is left out."""
        data = self.model_dump(mode="json")
        for settings in (*data["models"].values(), *(j["model"] or {} for j in _judges(data))):
            for key in _WHERE_AND_HOW_FAST:
                settings.pop(key, None)
        data["run"].pop("stop_after_failures")
        text = json.dumps(data, sort_keys=True, ensure_ascii=False)
        return hashlib.sha256(text.encode()).hexdigest()[:16]


def _judges(data: dict[str, Any]) -> list[dict[str, Any]]:
    judges: list[dict[str, Any]] = data["panel"]["judges"]
    return judges


def load_recipe(path: Path) -> Recipe:
    """Read a recipe; raises RecipeError naming file, line and remedy."""
    try:
        text = path.read_bytes().decode("utf-8-sig")
    except FileNotFoundError as error:
        raise RecipeError(
            f"recipe {str(path)!r} does not exist", hint="`taxoloom init` writes one"
        ) from error
    except (OSError, UnicodeDecodeError) as error:
        raise RecipeError(f"{path}: cannot be read: {error}", hint="save it as UTF-8") from error
    try:
        if any(isinstance(event, yaml.AliasEvent) for event in yaml.parse(text, yaml.SafeLoader)):
            raise RecipeError(f"{path}: holds a YAML alias", hint="write the value out in full")
        node = yaml.compose(text, Loader=yaml.SafeLoader)
        data = yaml.safe_load(text)
    except yaml.YAMLError as error:
        raise RecipeError(f"{path}: not YAML: {_one_line(error)}", hint="mend the line") from error
    return parse_recipe(data, source=str(path), node=node)


def parse_recipe(data: object, *, source: str = "recipe", node: yaml.Node | None = None) -> Recipe:
    """Validate the content of a recipe; raises RecipeError naming file, line and remedy."""
    if not isinstance(data, dict):
        raise RecipeError(
            f"{source}: a recipe is a mapping of keys to values", hint="see `taxoloom init`"
        )
    try:
        return Recipe.model_validate(data)
    except ValidationError as error:
        fault = error.errors(include_url=False)[0]
        where = f"{source}:{line}" if (line := _line_of(node, fault["loc"])) else source
        place = ".".join(str(part) for part in fault["loc"])
        if fault["type"] == "extra_forbidden":
            hint = _nearest(fault["loc"])
            raise RecipeError(f"{where}: unknown key {place!r}", hint=hint) from error
        message = fault["msg"].removeprefix("Value error, ")
        hint = "correct the value; `taxoloom init` shows every key with its meaning"
        if fault["type"] == "missing":
            hint = f"add the key {place!r}"
        raise RecipeError(f"{where}: {place}: {message}", hint=hint) from error


def _nearest(location: tuple[int | str, ...]) -> str:
    keys = list(_keys_at(location[:-1]))
    near = difflib.get_close_matches(str(location[-1]), keys, n=1, cutoff=0.5)
    return f"did you mean {near[0]!r}?" if near else f"known keys: {', '.join(sorted(keys))}"


def _keys_at(location: tuple[int | str, ...]) -> Iterator[str]:
    """Field names of the section at a location."""
    section: type[BaseModel] = Recipe
    for part in location:
        field = section.model_fields.get(str(part))
        inner = next(_sections(field.annotation), None) if field else None
        section = inner or section
    yield from section.model_fields


def _sections(annotation: Any) -> Iterator[type[BaseModel]]:
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        yield annotation
    for part in get_args(annotation):
        yield from _sections(part)


def _line_of(node: yaml.Node | None, location: tuple[int | str, ...]) -> int | None:
    """1-based line of a key in the YAML tree, as deep as it can be followed."""
    line = None
    for part in location:
        if isinstance(node, yaml.MappingNode):
            pair = next(((k, v) for k, v in node.value if k.value == str(part)), None)
            if pair is None:
                continue
            line, node = pair[0].start_mark.line + 1, pair[1]
        elif isinstance(node, yaml.SequenceNode) and isinstance(part, int):
            node = node.value[part]
            line = node.start_mark.line + 1
    return line


def _one_line(error: yaml.YAMLError) -> str:
    return " ".join(str(error).split())
