"""What every part of a recipe is made of: a frozen model that forbids unknown keys."""

import re
from typing import Annotated, Literal

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, field_validator
from pydantic_core.core_schema import ValidationInfo

Language = Literal["zh", "en"]
Name = Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]{0,63}$")]


def _address(value: str) -> str:
    if not value.startswith(("http://", "https://")):
        raise ValueError("a base URL begins with http:// or https://")
    return value.rstrip("/")


def _variable(value: str) -> str:
    if not re.fullmatch(r"[A-Za-z_][A-Za-z0-9_]*", value):
        raise ValueError("give the name of a variable, never the key itself")
    return value


BaseUrl = Annotated[str, AfterValidator(_address)]
KeyVariable = Annotated[str, AfterValidator(_variable)]
"""The name of an environment variable; a key itself would be stored and shown."""


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
