"""Places rows of any data set on a space: which leaf a row names, and which labels it carries.

A row is what a file gives: a mapping of any shape. Knows no file format, and judges no label:
what can stand at a leaf is for `coverage` to say.
"""

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from ..names import MAX_NAME, key
from ..planning.frame import Label
from ..planning.space import Space
from .places import Places, Unplaced

FIELDS = ("leaf", "path", "category", "taxonomy")
"""Where a row may name its leaf, itself or within one of `INSIDE`."""
INSIDE = ("meta", "metadata")
LABELS = "labels"


@dataclass(frozen=True, slots=True)
class Placed:
    """A row with its leaf and labels."""

    leaf: str
    """Id of the leaf."""
    labels: dict[str, str]
    """As the space calls them; those that it does not know as they were written."""


class Placer:
    """Places rows on one space."""

    def __init__(self, space: Space, *, leaf_field: str | None = None) -> None:
        """`leaf_field` is the only field that is looked at; `meta.topic` is one within `meta`."""
        self._space = space
        self._places = Places(space.taxonomy)
        self._field = leaf_field
        self._names: dict[str, str | None] = {}
        self._labels: dict[tuple[int, str, str], Label] = {}
        self._spellings = [
            {(d.name, key(value)): (d.name, value) for d in frame.dimensions for value in d.values}
            for frame in space.frames
        ]

    def place(self, row: Mapping[str, Any]) -> Placed | Unplaced:
        """Where a row stands: at the first leaf that one of its fields names."""
        refused: Unplaced | None = None
        for field, written in self._written(row):
            found = self._places.find(written)
            if not isinstance(found, Unplaced):
                return Placed(found.id, self._labels_of(row, found.id, field))
            refused = refused or found
        return refused or Unplaced("names no category")

    def _written(self, row: Mapping[str, Any]) -> Iterator[tuple[str, str | Sequence[str]]]:
        """What a row gives as its leaf, with the field that has it."""
        if self._field is not None:
            fields = [(self._field, _within(row, self._field))]
        else:
            fields = [(field, row.get(field)) for field in FIELDS]
            for inside in _parts(row):
                fields += [(field, inside.get(field)) for field in FIELDS]
        for field, value in fields:
            if isinstance(value, str | int) and not isinstance(value, bool) and str(value).strip():
                yield field, str(value)
            elif isinstance(value, list) and value and all(isinstance(v, str) for v in value):
                yield field, value

    def _labels_of(self, row: Mapping[str, Any], leaf: str, used: str) -> dict[str, str]:
        """Labels of the mapping before those of columns."""
        frame = self._space.frame_of[self._space.place[leaf]]
        found: dict[str, str] = {}
        for name, value in self._given(row, used):
            text = _text(value)
            if text:
                own, known = self._label(frame, name, text)
                found.setdefault(own, known)
        return found

    def _given(self, row: Mapping[str, Any], used: str) -> Iterator[tuple[str, Any]]:
        for part in (row, *_parts(row)):
            labels = _mapping(part.get(LABELS))
            if labels is not None:
                yield from labels.items()
            elif part.get(LABELS):
                yield LABELS, part[LABELS]
        for name, value in row.items():
            if name not in (used, LABELS) and self._name(name) is not None:
                yield name, value

    def _name(self, written: str) -> str | None:
        if written not in self._names:
            self._names[written] = self._space.names.name(written)
        return self._names[written]

    def _label(self, frame: int, name: str, value: str) -> Label:
        """The label as it is spelled at the leaf, or anywhere, or else as it was written."""
        known = self._labels.get((frame, name, value))
        if known is not None:
            return known
        own = self._name(name)
        if own is None:
            return name, value
        named = self._space.names.value(own, value)
        here = self._spellings[frame]
        found = here.get((own, key(value))) or here.get((own, key(named or value)))
        if found is None:
            return own, named or value
        self._labels[frame, name, value] = found
        return found


def _parts(row: Mapping[str, Any]) -> Iterator[Mapping[str, Any]]:
    """What stands under `meta` and the like."""
    for name in INSIDE:
        found = _mapping(row.get(name))
        if found is not None:
            yield found


def _within(row: Mapping[str, Any], field: str) -> Any:
    """The value of a field, which may be within others: `meta.topic`."""
    if field in row:
        return row[field]
    first, dot, rest = field.partition(".")
    inside = _mapping(row.get(first)) if dot else None
    return None if inside is None else _within(inside, rest)


def _mapping(value: object) -> Mapping[str, Any] | None:
    """A mapping, also where a table holds it as text."""
    if isinstance(value, str) and value.lstrip().startswith("{"):
        try:
            value = json.loads(value)
        except (ValueError, RecursionError):
            return None
    return value if isinstance(value, Mapping) else None


def _text(value: object) -> str:
    """A label's value as text; empty for none at all."""
    if isinstance(value, list) and len(value) == 1:
        value = value[0]
    if value is None or value == []:
        return ""
    if isinstance(value, str):
        text = value.strip()
    else:
        # A Parquet file has dates and decimals as well.
        text = json.dumps(value, ensure_ascii=False, default=str)
    return text if len(text) <= MAX_NAME else text[:MAX_NAME] + "…"
