"""Templates: first messages with slots, and what their slots are filled with.

Knows the shape of a template alone; which lists, labels and categories there are is for those who
plan with it.
"""

import datetime
import re
from collections.abc import Iterator
from decimal import Decimal
from string import Formatter
from typing import Annotated

from pydantic import Field, field_validator, model_validator

from .section import Section

_KINDS = ("number", "pattern", "date", "list", "label", "values")
_BESIDE = {"step": "number", "unit": "number", "before": "number", "format": "date"}
DATE_SIGN = re.compile(r"%(-?[md]|[YyBbAa%])")
"""What a date format may hold after a `%`."""
PATTERN_SIGN = re.compile(r"\\.|[#@]")
"""In a pattern: a digit, a letter, or a sign that stands for itself behind a backslash."""


Amount = Annotated[Decimal, Field(ge=-(10**15), le=10**15, decimal_places=9)]


class Slot(Section):
    """What one slot of a template is filled with: exactly one kind, and what belongs to it."""

    number: tuple[Amount, Amount] | None = None
    """Least and most."""
    step: Annotated[Amount, Field(gt=0)] | None = None
    """1 if left out."""
    unit: str = ""
    """Stands behind the number, with a space of its own if it wants one."""
    before: str = ""
    """Stands before the number, such as `$`."""
    pattern: str = Field(default="", max_length=64)
    r"""`#` is a digit, `@` a capital letter; `\#` and `\@` are the signs themselves."""
    date: tuple[int | str, int | str] | None = None
    """Days from the date of the run, or two dates as YYYY-MM-DD."""
    format: str = ""
    """Of a date: %Y %y %m %-m %d %-d %B %b %A %a and %%; the usual one if left out."""
    label: str = ""
    """The sample's own value of this attribute or axis."""
    values: tuple[Annotated[str, Field(min_length=1)], ...] | None = Field(None, min_length=1)
    list: str = ""
    """A built-in list, such as `name`."""

    @model_validator(mode="before")
    @classmethod
    def _values_alone(cls, value: object) -> object:
        return {"values": value} if type(value) is type([]) else value

    @model_validator(mode="after")
    def _one_kind(self) -> "Slot":
        given = [kind for kind in _KINDS if getattr(self, kind)]
        if len(given) != 1:
            raise ValueError(f"give a list of values, or one of {', '.join(_KINDS[:-1])}")
        for name, kind in _BESIDE.items():
            if getattr(self, name) and kind != given[0]:
                raise ValueError(f"`{name}` belongs to a {kind}")
        return self

    @field_validator("number")
    @classmethod
    def _numbers_in_order(
        cls, value: tuple[Decimal, Decimal] | None
    ) -> tuple[Decimal, Decimal] | None:
        if value is not None and value[0] > value[1]:
            raise ValueError(f"the range is reversed: {value[0]} is more than {value[1]}")
        return value

    @field_validator("date")
    @classmethod
    def _dates_in_order(cls, value: tuple[int | str, int | str] | None) -> object:
        if value is None:
            return value
        if all(isinstance(end, int) for end in value):
            ends = [int(end) for end in value]
        else:
            try:
                ends = [datetime.date.fromisoformat(str(end)).toordinal() for end in value]
            except ValueError as error:
                raise ValueError("give two numbers of days, or two dates YYYY-MM-DD") from error
        if ends[0] > ends[1]:
            raise ValueError(f"the range is reversed: {value[0]} comes after {value[1]}")
        return value

    @field_validator("format")
    @classmethod
    def _known_signs(cls, value: str) -> str:
        if "%" in DATE_SIGN.sub("", value):
            raise ValueError("only %Y %y %m %-m %d %-d %B %b %A %a and %% are known")
        return value

    @field_validator("pattern")
    @classmethod
    def _draws_something(cls, value: str) -> str:
        if value and not {"#", "@"} & set(PATTERN_SIGN.findall(value)):
            raise ValueError("holds neither `#` for a digit nor `@` for a letter")
        return value


class Template(Section):
    """A first message with slots."""

    text: str = Field(min_length=1)
    """A slot is `{name}`; `{{` and `}}` are braces."""
    at: list[str] = []
    """Categories that it fits, by name or path; all if left out."""
    slots: dict[str, Slot] = {}

    @field_validator("text")
    @classmethod
    def _has_slots(cls, value: str) -> str:
        if not any(name for _, name in pieces(value)):
            raise ValueError("has no slot; write one as `{name}`")
        return value

    @model_validator(mode="after")
    def _same_names(self) -> "Template":
        named = {name for _, name in pieces(self.text) if name}
        if missing := sorted(named - set(self.slots)):
            raise ValueError(f"`slots` does not say what {missing[0]!r} is filled with")
        if unused := sorted(set(self.slots) - named):
            raise ValueError(f"the text has no slot {unused[0]!r}")
        return self


def pieces(text: str) -> Iterator[tuple[str, str]]:
    """Text and the name of the slot behind it, "" for none. Raises ValueError for a stray brace."""
    try:
        found = list(Formatter().parse(text))
    except ValueError as error:
        raise ValueError(f"{error}; write `{{{{` and `}}}}` for braces") from error
    for literal, name, spec, conversion in found:
        if name is not None and (not name.strip() or spec or conversion):
            raise ValueError("a slot is `{name}` and nothing else; write `{{` and `}}` for braces")
        yield literal, name or ""
