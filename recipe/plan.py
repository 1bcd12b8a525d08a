"""What is planned: how many samples, which mix, and what the plan sees to."""

from collections.abc import Mapping
from typing import Annotated, Literal

from pydantic import Field, field_validator, model_validator

from .section import Section

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


Turns = Annotated[int, Field(ge=1, le=24)]


class AxisValue(Section):
    """One value of an axis: a weight alone, or with guidance for a value of the user's own."""

    weight: float = Field(default=1, ge=0)
    guidance: str = ""
    turns: tuple[Turns, Turns] | None = None
    """Fewest and most messages of the asker; a number alone is both."""

    @model_validator(mode="before")
    @classmethod
    def _weight_alone(cls, value: object) -> object:
        return {"weight": value} if isinstance(value, int | float | str) else value

    @field_validator("turns", mode="before")
    @classmethod
    def _number_alone(cls, value: object) -> object:
        return [value, value] if isinstance(value, int) else value

    @field_validator("turns")
    @classmethod
    def _in_order(cls, value: tuple[int, int] | None) -> tuple[int, int] | None:
        if value is not None and value[0] > value[1]:
            raise ValueError("the fewest messages come first")
        return value


Axis = Mapping[str, AxisValue]
