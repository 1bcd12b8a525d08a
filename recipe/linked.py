"""Linked groups: samples that are made from an accepted one and belong together with it."""

from typing import Annotated

from pydantic import Field, field_validator, model_validator

from .section import Language, Name, Section

Share = Annotated[float, Field(gt=0, le=1)]


class Wordings(Section):
    """One request in several wordings, answered alike."""

    share: Share
    """Share of the samples that become the first of a group."""
    number: int = Field(default=3, ge=2, le=6)
    """Wordings in a group, the first one counted."""


class Languages(Section):
    """The same sample in another language."""

    share: Share
    into: list[Language] = Field(min_length=1)

    @field_validator("into")
    @classmethod
    def _once_each(cls, value: list[Language]) -> list[Language]:
        if len(set(value)) != len(value):
            raise ValueError("a language stands twice")
        return value


class Depths(Section):
    """The same request, answered at several depths."""

    share: Share
    depths: list[Name] = Field(
        default=["direct", "chain_of_thought", "deep_thinking"], min_length=2
    )
    """Values of the axis `depth`; the sample that has one of them gets the others."""

    @field_validator("depths")
    @classmethod
    def _once_each(cls, value: list[str]) -> list[str]:
        if len(set(value)) != len(value):
            raise ValueError("a depth stands twice")
        return value


class Linked(Section):
    """Which groups there are; all but the first of a group come on top of what is asked for."""

    wordings: Wordings | None = None
    languages: Languages | None = None
    depths: Depths | None = None

    @model_validator(mode="after")
    def _some(self) -> "Linked":
        if not (self.wordings or self.languages or self.depths):
            raise ValueError("name at least one of `wordings`, `languages` and `depths`")
        return self
