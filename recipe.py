"""The recipe: what a run is asked to do, as data.

Forbids unknown keys and imports nothing of the project. `graphs/recipe_file.py` reads one from a
file; whether roles, files and endpoints exist is for those who use them to say.
"""

import contextlib
import hashlib
import json
import re
from collections.abc import Mapping
from datetime import date
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, JsonValue, field_validator, model_validator
from pydantic_core.core_schema import ValidationInfo

_WHERE_AND_HOW_FAST = {"base_url", "api_key_env", "structured", "concurrency", "timeout", "price"}
Language = Literal["zh", "en"]
StructuredSetting = Literal["auto", "json_schema", "json_object", "tool", "prompt"]
Name = Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]{0,63}$")]


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
    extra_body: dict[str, JsonValue] = {}
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


class Canaries(Section):
    """Samples of known truth, put among those that the judges get without a word of it."""

    number: int | None = Field(default=None, ge=2)
    """In all; they are judged among the samples of the first wave."""
    share: float | None = Field(default=None, gt=0, le=1)
    """So many for each sample of every wave."""
    defective: float = Field(default=0.5, ge=0, le=1)
    """Share of them with a planted defect."""
    kinds: list[Name] = []
    """Defects to plant; all that fit if left out."""
    sources: list[str] = []
    """Where good ones come from: data files relative to the recipe, or runs, whose samples
    somebody trusts; made up by taxoloom if left out."""

    @model_validator(mode="after")
    def _one_way(self) -> "Canaries":
        if (self.number is None) == (self.share is None):
            raise ValueError("give either `number` or `share`")
        return self


class Variants(Section):
    """Other wordings in which each judge is asked again, to see whether its verdict hangs on them.

    What it says then is kept, and does not count in the panel.
    """

    prompts: list[Name] = Field(
        default=["judge_examiner", "judge_sceptic", "judge_editor"], min_length=1
    )
    share: float = Field(default=0.1, gt=0, le=1)
    """Share of the samples."""

    @model_validator(mode="before")
    @classmethod
    def _prompts_alone(cls, value: object) -> object:
        return {"prompts": value} if isinstance(value, list) else value


class Panel(Section):
    """Who judges, and how the verdicts become a decision."""

    judges: list[Judge] = [
        Judge(name="examiner", prompt="judge_examiner"),
        Judge(name="sceptic", prompt="judge_sceptic"),
        Judge(name="editor", prompt="judge_editor"),
    ]
    policy: Name = "unanimous"
    """unanimous, majority, calibrated (needs canaries), dawid_skene, or one of a plugin."""
    residual: float = Field(default=0.02, gt=0, lt=1)
    """calibrated, dawid_skene: share of defects among the accepted that is put up with."""
    lost: float = Field(default=0.10, gt=0, lt=1)
    """calibrated, dawid_skene: share of good samples among the rejected that is put up with."""
    defects: float | None = Field(default=None, gt=0, lt=1)
    """calibrated: share of defects among the samples; estimated from the votes if left out."""
    aside: list[Name] = []
    """calibrated: judges whose votes do not count, say because they carry no information."""
    spread: int = Field(default=2, ge=1, le=5)
    """Scores that lie so far apart are a disagreement."""
    canaries: Canaries | None = None
    variants: Variants | None = None
    label_check: bool = False
    """Whether an annotator who does not know the leaf has to find it again."""

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

    @model_validator(mode="after")
    def _measured(self) -> "Panel":
        if self.policy == "calibrated" and self.canaries is None:
            raise ValueError("`calibrated` needs `canaries`, say `canaries: {number: 200}`")
        names = [judge.name for judge in self.judges]
        if strangers := [name for name in self.aside if name not in names]:
            raise ValueError(f"aside: there is no judge {strangers[0]!r} in the panel")
        if set(names) <= set(self.aside):
            raise ValueError("aside: no judge is left whose vote counts")
        return self


_HOW_MANY = "give a number, or one of `total`, `per_leaf` and `per_cell`"


class Samples(Section):
    """How many accepted samples: in all, at each leaf, or in each cell."""

    total: int | None = Field(default=None, ge=1)
    per_leaf: int | None = Field(default=None, ge=1)
    per_cell: int | None = Field(default=None, ge=1)
    labels: list[str] = []
    """Attributes and axes that make a cell beside its leaf; all attributes if left out."""

    @model_validator(mode="before")
    @classmethod
    def _number_alone(cls, value: object) -> object:
        if value is None or isinstance(value, list):
            raise ValueError(_HOW_MANY)
        return {"total": value} if isinstance(value, int | float | str) else value

    @model_validator(mode="after")
    def _one_way(self) -> "Samples":
        given = [self.total, self.per_leaf, self.per_cell]
        if sum(number is not None for number in given) != 1:
            raise ValueError(_HOW_MANY)
        if self.labels and self.per_cell is None:
            raise ValueError("`labels` say what a cell is and need `per_cell`")
        return self


class Coverage(Section):
    """What the plan sees to beside the numbers."""

    strength: Literal[0, 1, 2] = 2
    """2: every pair of labels, and every label at every leaf, as early as can be; 1: without the
    pairs; 0: neither."""
    groups: list[list[str]] = []
    """Attributes and axes of which every combination of three values is covered as well."""
    mix: Literal["stated", "exact", "nearest"] = "stated"
    """What happens when constraints make weights impossible. stated: weights that somebody gave
    are met or refused, equal and built-in ones come as near as can be; exact: all are met or
    refused; nearest: all come as near as can be."""

    @field_validator("groups")
    @classmethod
    def _three(cls, value: list[list[str]]) -> list[list[str]]:
        if any(len(set(group)) < 3 for group in value):
            raise ValueError("a group names at least three attributes or axes")
        return value


class Check(Section):
    """What is set for one rule check; what is left out is the check's own default.

    `true`, `false` and a threshold may stand alone.
    """

    on: bool = True
    threshold: float | str | None = None
    bounds: dict[str, dict[str, tuple[float | None, float | None]]] = {}
    """Label to value to least and most, for checks that take them."""
    words: list[str] = []
    """For checks that take them."""

    @model_validator(mode="before")
    @classmethod
    def _alone(cls, value: object) -> object:
        if isinstance(value, bool):
            return {"on": value}
        return {"threshold": value} if isinstance(value, int | float | str) else value


class Duplicates(Section):
    """What samples must not repeat: those accepted before in the run, and what else is named."""

    threshold: float = Field(default=0.5, gt=0, le=1)
    """Share of common shingles from which two samples are near-duplicates."""
    fields: list[Literal["instruction", "answer", "both"]] = Field(
        default=["instruction", "both"], min_length=1
    )
    """Parts of a sample that are compared with the same part of others."""
    against: list[str] = []
    """`store` for all other runs of the database, data files relative to the recipe, or runs."""


class Noise(Section):
    """Typos by rule and not by a model, where a sample's instruction form is `noise`."""

    rate: float = Field(default=0.03, gt=0, le=0.5)
    """Slips for each character of the user's turns; numbers, code and addresses have none."""
    kinds: list[Name] = []
    """Kinds of slips; those usual in the language if left out."""


class Limits(Section):
    """When a run stops asking."""

    attempts: float = Field(default=3.0, ge=1, le=100)
    """Blueprints tried per sample asked for: at most so many on average, four times as many for
    a single one."""
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
    samples: Samples = Samples(total=24)
    """Accepted samples asked for: a number, or `per_leaf`, or `per_cell`."""
    constraints: list[dict[str, JsonValue]] = []
    """What must not stand together, beside what the taxonomy says; in the same shapes."""
    coverage: Coverage = Coverage()
    against: list[str] = []
    """What is there already: data files relative to the recipe, or runs. Only what these lack is
    planned."""
    seed: int = Field(default=1, ge=0, lt=2**63)
    as_of: str | None = None
    """The date that the samples must be true at; the day of the run when left out."""
    axes: dict[str, Axis | None] | None = None
    """Axis name to weights of its values; null for the built-in weights; all axes if left out."""
    models: dict[Name, ModelSettings] = {"default": ModelSettings()}
    graph: Graph = Graph()
    panel: Panel = Panel()
    checks: dict[Name, Check] = {}
    """Rule checks by their reason code; those that are not named are as they are by default."""
    duplicates: Duplicates | None = None
    """Near-duplicates are looked for if this is there, even if empty."""
    noise: Noise | None = None
    """Without it the rewriter makes the typos."""
    benchmarks: list[str] = []
    """Files whose items no sample may hold, relative to the recipe."""
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
