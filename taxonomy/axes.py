"""Axes: attributes that apply to every leaf, with guidance for the agents.

The built-in axes stand in `axes.yaml`, in both languages. Knows nothing of recipes: it gets
names and weights.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib import resources
from typing import Any

import yaml

from ..errors import InputError


@dataclass(frozen=True, slots=True)
class AxisValue:
    """One value of an axis, in one language."""

    id: str
    name: str
    weight: float
    guidance: str = ""
    """What the value demands, and how one sees that it is met."""
    turns: tuple[int, int] | None = None
    """Fewest and most messages of the asker, where the value says so."""
    switches: bool = False
    """Whether one of them turns to another matter, and the last comes back."""
    others: tuple[int, int] | None = None
    """Fewest and most further categories that come into the sample."""


@dataclass(frozen=True, slots=True)
class Axis:
    """An axis in one language."""

    id: str
    name: str
    values: tuple[AxisValue, ...]
    stated: bool = False
    """Whether the user gave the weights."""

    def value(self, id: str) -> AxisValue:
        """The value of that id; KeyError if there is none."""
        for value in self.values:
            if value.id == id:
                return value
        raise KeyError(id)


@dataclass(frozen=True, slots=True)
class Chosen:
    """What a recipe says of one value."""

    weight: float
    guidance: str = ""
    turns: tuple[int, int] | None = None


Weights = Mapping[str, Chosen]
"""By value id."""


def axes(language: str, chosen: Mapping[str, Weights | None] | None = None) -> tuple[Axis, ...]:
    """The axes of a run.

    `chosen` maps axis ids to weights (None: the built-in ones); without it all built-in axes
    apply. An id that is not built in is an axis of the user's own. Raises InputError for a
    built-in axis with a value that it does not have and no guidance, and for weights that are
    all zero.
    """
    known = _catalogue()
    names = list(known) if chosen is None else list(chosen)
    return tuple(_axis(name, known.get(name), language, (chosen or {}).get(name)) for name in names)


def _axis(name: str, entry: Any, language: str, weights: Weights | None) -> Axis:
    built_in, stated = {} if entry is None else entry["values"], weights is not None
    if entry is None and not weights:
        raise InputError(
            f"axis {name!r} is not built in",
            hint=f"give it values, or use {', '.join(_catalogue())}",
        )
    if weights is None:
        weights = {key: Chosen(value["weight"]) for key, value in built_in.items()}
    if not any(own.weight for own in weights.values()):
        raise InputError(f"axis {name!r}: all weights are zero", hint="give a value a weight")
    values = []
    for key, own in weights.items():
        if key not in built_in and entry is not None and not own.guidance:
            raise InputError(
                f"axis {name!r} has no value {key!r}",
                hint=f"it has {', '.join(built_in)}; a value of your own needs `guidance:`",
            )
        values.append(_value(key, built_in.get(key), language, own))
    return Axis(name, entry["name"][language] if entry else name, tuple(values), stated)


def _value(key: str, entry: Any, language: str, own: Chosen) -> AxisValue:
    if entry is None:
        return AxisValue(key, key, own.weight, own.guidance, own.turns)
    turns = entry.get("turns")
    return AxisValue(
        id=key,
        name=entry["name"][language],
        weight=own.weight,
        guidance=own.guidance or entry["guidance"][language],
        turns=own.turns or (tuple(turns) if turns else None),
        switches=entry.get("switches", False),
        others=tuple(entry["others"]) if "others" in entry else None,
    )


@cache
def _catalogue() -> dict[str, Any]:
    return _packaged("axes.yaml")


@cache
def situations(language: str) -> dict[str, tuple[str, tuple[str, ...]]]:
    """Lists that situations are drawn from: id to display name and values."""
    lists = _packaged("situations.yaml")[language]
    return {key: (entry["label"], tuple(entry["values"])) for key, entry in lists.items()}


def slot_lists(language: str) -> dict[str, tuple[str, ...]]:
    """Lists that templates are filled from, those of the situations included."""
    own = {key: tuple(values) for key, values in _packaged("slot_lists.yaml")[language].items()}
    return {key: values for key, (_, values) in situations(language).items()} | own


def _packaged(name: str) -> dict[str, Any]:
    text = (resources.files(__package__) / name).read_text(encoding="utf-8")
    data: dict[str, Any] = yaml.safe_load(text)
    return data
