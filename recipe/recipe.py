"""The recipe as a whole, and the hash of what of it decides the data."""

import contextlib
import hashlib
import json
from datetime import date

from pydantic import Field, JsonValue, field_validator
from pydantic_core.core_schema import ValidationInfo

from .embeddings import Embeddings
from .graph import Graph, Noise
from .linked import Linked, Share
from .models import ModelSettings
from .panel import Panel
from .plan import Axis, Coverage, Samples
from .screen import Check, Duplicates
from .section import Language, Name, Section
from .templates import Template

_WHERE_AND_HOW_FAST = {"base_url", "api_key_env", "structured", "concurrency", "timeout", "price"}
_OF_EMBEDDINGS = {"base_url", "api_key_env", "batch", "concurrency", "timeout"}


class Limits(Section):
    """When a run stops asking."""

    attempts: float = Field(default=3.0, ge=1, le=100)
    """Blueprints tried per sample asked for: at most so many on average, four times as many for
    a single one."""
    wave: int = Field(default=1000, ge=1)
    """Blueprints planned at once; what later waves plan depends on what earlier ones brought."""
    stop_after_failures: int = Field(default=20, ge=1)
    """A run stops when most of that many samples in a row failed."""


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
    rewrites: dict[Name, Share] = {}
    """Operations of the rewriter that no label asks for, `complexify` among them, and the share
    of the samples that each is carried out on."""
    linked: Linked | None = None
    templates: list[Template] = []
    """First messages with slots, for samples whose instruction form is `template`."""
    models: dict[Name, ModelSettings] = {"default": ModelSettings()}
    graph: Graph = Graph()
    panel: Panel = Panel()
    checks: dict[Name, Check] = {}
    """Rule checks by their reason code; those that are not named are as they are by default."""
    embeddings: Embeddings | None = None
    """Turns samples into vectors, for `duplicates.semantic`."""
    duplicates: Duplicates | None = None
    """Near-duplicates are looked for if this is there, even if empty."""
    noise: Noise | None = None
    """Without it the rewriter makes the typos."""
    benchmarks: list[str] = []
    """Files whose items no sample may hold, relative to the recipe."""
    flat: bool = False
    """The same without taxonomy, axes and whatever else sets samples apart: a baseline."""
    run: Limits = Limits()
    plugins: list[str] = []
    """Files of plugin roles, relative to the recipe, or names of importable modules."""
    prompts: str | None = None
    """Folder whose prompt files override the package's by name, relative to the recipe."""

    @field_validator("rewrites")
    @classmethod
    def _one_at_most(cls, value: dict[str, float]) -> dict[str, float]:
        if sum(value.values()) > 1:
            raise ValueError("a sample has one of them at most, and the shares make more than 1")
        return value

    @field_validator("duplicates")
    @classmethod
    def _with_vectors(cls, value: Duplicates | None, others: ValidationInfo) -> Duplicates | None:
        # Where `embeddings` is faulty it is not among the others, and has an error of its own.
        if value and value.semantic and others.data.get("embeddings", True) is None:
            raise ValueError("`semantic` needs `embeddings`, say `embeddings: {model: bge-m3}`")
        return value

    @field_validator("as_of", mode="before")
    @classmethod
    def _date(cls, value: object) -> str | None:
        day = ""
        with contextlib.suppress(ValueError):
            day = date.fromisoformat(str(value)).isoformat()
        if value is not None and day != str(value):
            raise ValueError("not a date; write YYYY-MM-DD")
        return day or None

    def flattened(self) -> "Recipe":
        """The recipe without all that is to make samples differ, as a baseline of diversity.

        Raises ValueError where the number of samples hangs on the taxonomy.
        """
        if self.samples.total is None:
            raise ValueError("samples: without a taxonomy there is only a total")
        plain: dict[str, object] = {
            "flat": True,
            "axes": {},
            "constraints": [],
            "coverage": Coverage(strength=0),
            "against": [],
            "rewrites": {},
            "linked": None,
            "templates": [],
            "noise": None,
        }
        return self.model_copy(update=plain)

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
        vectors = data.pop("embeddings")
        if self.duplicates and self.duplicates.semantic:
            kept = {key: value for key, value in vectors.items() if key not in _OF_EMBEDDINGS}
            data["embeddings"] = kept
        data["run"].pop("stop_after_failures")
        # The plan deals axes and values in their order, which sorted keys would hide.
        data["axes"] = json.dumps(data["axes"])
        text = json.dumps(data, sort_keys=True, ensure_ascii=False)
        return hashlib.sha256(text.encode()).hexdigest()[:16]
