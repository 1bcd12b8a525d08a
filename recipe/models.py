"""The models of a recipe: where they answer, how they are called, what they cost."""

from typing import Literal

from pydantic import Field, JsonValue

from .section import BaseUrl, KeyVariable, Section

StructuredSetting = Literal["auto", "json_schema", "json_object", "tool", "prompt"]


class Price(Section):
    """Price per million tokens, in any one currency."""

    input: float = Field(ge=0)
    output: float = Field(ge=0)


class ModelSettings(Section):
    """One model, and how it is called."""

    model: str = Field(default="offline", min_length=1)
    base_url: BaseUrl | None = None
    """None for OPENAI_BASE_URL or, without it, OpenAI's own address; ignored when offline."""
    api_key_env: KeyVariable | None = None
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
