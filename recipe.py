"""The recipe: what a run is asked to do, as data.

Forbids unknown keys and names the nearest known one. Imports nothing of the project but its
errors; whether roles, files and endpoints exist is for those who use them to say.
"""

import contextlib
import difflib
import hashlib
import json
import re
from collections.abc import Iterator, Mapping
from datetime import date
from pathlib import Path
from typing import Annotated, Any, Literal, get_args

import yaml
from pydantic import BaseModel, ConfigDict, Field, ValidationError, field_validator, model_validator
from pydantic_core import ErrorDetails
from pydantic_core.core_schema import ValidationInfo

from .errors import RecipeError

_WHERE_AND_HOW_FAST = {"base_url", "api_key_env", "structured", "concurrency", "timeout", "price"}
_CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\ud800-\udfff]")
_DEEPEST = 32
Language = Literal["zh", "en"]
StructuredSetting = Literal["auto", "json_schema", "json_object", "tool", "prompt"]
Name = Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]{0,63}$")]


class _Loader(yaml.SafeLoader):
    """Leaves dates as text, so that a wrong one is our error and not the parser's."""

    yaml_implicit_resolvers = {
        first: [(tag, pattern) for tag, pattern in resolvers if not tag.endswith(":timestamp")]
        for first, resolvers in yaml.SafeLoader.yaml_implicit_resolvers.items()
    }


class Section(BaseModel):
    """Base of every part of a recipe."""

    model_config = ConfigDict(
        extra="forbid", frozen=True, allow_inf_nan=False, hide_input_in_errors=True
    )

    @field_validator("*", mode="before")
    @classmethod
    def _no_switch(cls, value: object, field: ValidationInfo) -> object:
        # YAML reads `yes` and `on` as true, which would pass for the number 1.
        wanted = cls.model_fields[field.field_name or ""].annotation
        if isinstance(value, bool) and wanted is not bool:
            raise ValueError("true or false (also yes, no, on, off) is no value for this key")
        return value


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
    """Name of the variable that holds the key; never the key, which would be stored and shown."""
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

    @field_validator("api_key_env")
    @classmethod
    def _variable(cls, value: str | None) -> str | None:
        if value is not None and not re.fullmatch(r"[A-Za-z_][A-Za-z0-9_]*", value):
            raise ValueError("give the name of a variable, never the key itself")
        return value


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


class Panel(Section):
    """Who judges, and how the verdicts become a decision."""

    judges: list[Judge] = [
        Judge(name="examiner", prompt="judge_examiner"),
        Judge(name="sceptic", prompt="judge_sceptic"),
        Judge(name="editor", prompt="judge_editor"),
    ]
    policy: Name = "unanimous"

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

    taxonomy: str = Field(min_length=1)
    """File of the category system, relative to the recipe; `notes.md#section` names a part."""
    language: Language = "zh"
    samples: int = Field(default=24, ge=1)
    """Accepted samples asked for."""
    seed: int = Field(default=1, ge=0, lt=2**63)
    as_of: str | None = None
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
    def _date(cls, value: object) -> str | None:
        day = ""
        with contextlib.suppress(ValueError):
            day = date.fromisoformat(str(value)).isoformat()
        if value is not None and day != str(value):
            raise ValueError("not a date; write YYYY-MM-DD")
        return day or None

    def settings(self, *names: str) -> ModelSettings:
        """The settings of the first name that the recipe has, else of `default`."""
        known = (self.models[name] for name in (*names, "default") if name in self.models)
        return next(known, ModelSettings())

    def fingerprint(self) -> str:
        """Hash of all that decides the data: where and how fast models are called is left out."""
        data = self.model_dump(mode="json")
        judges = (judge["model"] or {} for judge in data["panel"]["judges"])
        for settings in (*data["models"].values(), *judges):
            for key in _WHERE_AND_HOW_FAST:
                settings.pop(key, None)
        data["run"].pop("stop_after_failures")
        # The plan deals axes and values in their order, which sorted keys would hide.
        data["axes"] = json.dumps(data["axes"])
        text = json.dumps(data, sort_keys=True, ensure_ascii=False)
        return hashlib.sha256(text.encode()).hexdigest()[:16]


def load_recipe(path: Path) -> Recipe:
    """Read a recipe; raises RecipeError naming file, line and remedy."""
    source, text = str(path), _text_of(path)
    try:
        _refuse_unsafe(text, source)
        node = yaml.compose(text, Loader=_Loader)
        _refuse_twice(node, source)
        data = None if node is None else _Loader("").construct_document(node)
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        what = f"not YAML: {error.problem or error.context}"
        hint = "check indentation, colons and quotes around this line"
        raise _refusal(source, mark.line + 1 if mark else None, what, hint) from error
    except (yaml.YAMLError, ValueError) as error:
        raise _refusal(source, None, f"not YAML: {error}", "correct what it names") from error
    return parse_recipe(data, source=source, node=node)


def parse_recipe(data: object, *, source: str = "recipe", node: yaml.Node | None = None) -> Recipe:
    """Validate the content of a recipe; raises RecipeError naming file, line and remedy."""
    if not isinstance(data, dict):
        what = "empty" if data is None else "not a mapping of keys to values"
        raise _refusal(source, None, f"the recipe is {what}", "`taxoloom init` writes one")
    try:
        return Recipe.model_validate(data)
    except ValidationError as error:
        faults = error.errors(include_url=False)
        # A misspelt key first: it may be why another one is missing.
        fault = next((f for f in faults if f["type"] == "extra_forbidden"), faults[0])
        what, hint = _explained(fault)
        raise _refusal(source, _line_of(node, fault["loc"]), what, hint) from error


def _explained(fault: ErrorDetails) -> tuple[str, str]:
    """What is wrong, and the remedy."""
    parts: list[Any] = [*fault["loc"]]
    if parts[-1] == "[key]":
        parts[-2:] = [fault["input"]]
    place = ".".join(map(str, parts))
    message = re.sub(r"^Value error, | or instance of \w+", "", fault["msg"])
    hint = "correct the value; `taxoloom init` shows every key with its meaning"
    if fault["type"] == "extra_forbidden":
        return f"unknown key {place!r}", _nearest(fault["loc"])
    if fault["type"] == "missing":
        hint = f"add the key {place!r}"
    elif fault["input"] is None:
        hint = "give it a value, or leave the key out"
    elif fault["type"] == "string_type" and not isinstance(fault["input"], dict | list):
        hint = "YAML takes it for something other than text: put quotes around it"
    elif fault["type"] == "string_pattern_mismatch":
        hint = "a name is made of a-z, 0-9 and _, and begins with a letter"
    return f"{place}: {message}", hint


def _text_of(path: Path) -> str:
    data = b""
    try:
        data = path.read_bytes()
        return data.decode("utf-8-sig")
    except FileNotFoundError as error:
        what = f"recipe {str(path)!r} does not exist"
        raise RecipeError(what, hint="`taxoloom init` writes one") from error
    except OSError as error:
        raise _refusal(
            str(path), None, f"cannot be read: {error.strerror}", "name a file"
        ) from error
    except UnicodeDecodeError as error:
        line = data[: error.start].count(b"\n") + 1
        raise _refusal(str(path), line, "not UTF-8", "save it as UTF-8") from error


def _refuse_unsafe(text: str, source: str) -> None:
    """Refuse what no recipe needs and what could stand for something else than it shows."""
    if raw := _Loader.NON_PRINTABLE.search(text):
        line = text.count("\n", 0, raw.start()) + 1
        raise _refusal(source, line, "holds a control character", "remove it")
    depth = 0
    for event in yaml.parse(text, Loader=_Loader):
        depth += isinstance(event, yaml.CollectionStartEvent)
        depth -= isinstance(event, yaml.CollectionEndEvent)
        what, hint = (
            _fault_of(event) if depth <= _DEEPEST else ("is nested too deeply", "flatten it")
        )
        if what:
            raise _refusal(source, _line(event), what, hint)


def _fault_of(event: yaml.Event) -> tuple[str, str]:
    tag = getattr(event, "tag", None)
    if isinstance(event, yaml.AliasEvent):
        return "holds a YAML alias", "write the value out in full"
    if tag is not None:
        return f"holds the YAML tag {tag!r}", "remove it: a recipe is plain texts and numbers"
    if isinstance(event, yaml.ScalarEvent) and _CONTROL.search(event.value):
        return "spells a control character or half of a character", "remove it"
    return "", ""


def _refuse_twice(node: yaml.Node | None, source: str) -> None:
    """Refuse a key that stands twice in a mapping: YAML would silently take the last."""
    pairs = node.value if isinstance(node, yaml.MappingNode) else []
    first: dict[str, yaml.Node] = {}
    for key, _ in pairs:
        known = first.setdefault(str(key.value), key)
        if known is not key:
            what = f"the key {key.value!r} stands twice, first in line {_line(known)}"
            raise _refusal(source, _line(key), what, "keep one of the two")
    inner = node.value if isinstance(node, yaml.SequenceNode) else [value for _, value in pairs]
    for item in inner:
        _refuse_twice(item, source)


def _refusal(source: str, line: int | None, what: str, hint: str) -> RecipeError:
    return RecipeError(f"{source}:{line}: {what}" if line else f"{source}: {what}", hint=hint)


def _line(place: yaml.Node | yaml.Event) -> int | None:
    return place.start_mark.line + 1 if place.start_mark else None


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
            line, node = _line(pair[0]), pair[1]
        elif isinstance(node, yaml.SequenceNode) and isinstance(part, int):
            node = node.value[part]
            line = _line(node)
    return line
