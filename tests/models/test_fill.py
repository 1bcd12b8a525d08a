import datetime
import uuid
from collections.abc import Callable, Sequence
from decimal import Decimal
from enum import Enum
from ipaddress import IPv4Address
from typing import Annotated, Any, Literal, Optional, Union

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import BaseModel, Field, create_model

from taxoloom.models import form
from taxoloom.models.offline.fill import Schema, fill


class Shade(Enum):
    light = "light"
    dark = "dark"


class Point(BaseModel):
    x: int
    y: float


class Tree(BaseModel):
    name: str
    children: list["Tree"] = []
    twin: Optional["Tree"] = None


class Cat(BaseModel):
    kind: Literal["cat"]
    lives: int = Field(ge=1, le=9)


class Dog(BaseModel):
    kind: Literal["dog"]
    tricks: list[str]


PLAIN = (
    str,
    int,
    float,
    bool,
    Shade,
    Point,
    Tree,
    Decimal,
    uuid.UUID,
    datetime.date,
    datetime.datetime,
    datetime.time,
    datetime.timedelta,
    IPv4Address,
    Literal["a", "b"],
    Literal[0, 1, 2],
    Literal["only"],
    dict[str, int],
    tuple[int, str],
    set[Shade],
    Annotated[Union[Cat, Dog], Field(discriminator="kind")],  # noqa: UP007 - as users write it
    None,
)


# Here types are values: under these names they may be put together from variables.
ANNOTATED: Any = Annotated
DICT: Any = dict
LIST: Any = list
OPTIONAL: Any = Optional


@st.composite
def bounded(draw: st.DrawFn) -> Any:
    kind = draw(st.sampled_from(("int", "float", "str", "multiple")))
    if kind == "str":
        least = draw(st.integers(0, 60))
        return ANNOTATED[str, Field(min_length=least, max_length=least + draw(st.integers(1, 60)))]
    if kind == "multiple":
        return ANNOTATED[
            int, Field(multiple_of=draw(st.integers(1, 9)), gt=draw(st.integers(0, 99)))
        ]
    low = draw(st.integers(-(10**12), 10**12))
    names = draw(st.sampled_from((("ge", "le"), ("gt", "lt"), ("ge",), ("lt",), ("gt",))))
    bounds: dict[str, Any] = dict(
        zip(("ge", "le") if "le" in names else names, (low, low + 5), strict=False)
    )
    return ANNOTATED[int if kind == "int" else float, Field(**bounds)]


@st.composite
def lists(draw: st.DrawFn, items: st.SearchStrategy[Any]) -> Any:
    least = draw(st.integers(0, 4))
    return ANNOTATED[LIST[draw(items)], Field(min_length=least, max_length=least + 3)]


def _model(kinds: Sequence[Any]) -> type[BaseModel]:
    fields: dict[str, Any] = {f"field_{number}": (kind, ...) for number, kind in enumerate(kinds)}
    return create_model("Inner", **fields)


TYPES: st.SearchStrategy[Any] = st.recursive(
    st.one_of(st.sampled_from(PLAIN), bounded()),
    lambda inner: st.one_of(
        lists(inner),
        inner.map(lambda kind: OPTIONAL[kind]),
        inner.map(lambda kind: DICT[str, kind]),
        st.lists(inner, min_size=1, max_size=3).map(_model),
    ),
    max_leaves=6,
)


@settings(max_examples=100, deadline=None)
@given(kinds=st.lists(TYPES, min_size=1, max_size=4), key=st.text(max_size=8))
def test_any_schema_of_a_model_is_met(kinds: list[Any], key: str) -> None:
    model = _model(kinds)
    value = fill(model.model_json_schema(), key)
    model.model_validate(value)
    assert fill(model.model_json_schema(), key) == value


def test_the_schema_of_a_form_is_met_and_every_property_given() -> None:
    for number in range(20):
        value = fill(form(Point).schema, str(number))
        assert set(value) == {"x", "y"}
        Point.model_validate(value)


def test_values_differ_by_key_and_read_well() -> None:
    schema = {"type": "object", "properties": {"main_idea": {"type": "string"}}}
    zh = {fill(schema, str(n), "zh").get("main_idea") for n in range(20)}
    assert len(zh) > 1
    assert all("main idea" in text and len(text) < 40 for text in zh)


def test_recursive_schema_ends() -> None:
    tree = Tree.model_validate(fill(Tree.model_json_schema(), "k"))
    assert tree.name


@pytest.mark.parametrize(
    ("schema", "right"),
    [
        ({"const": 7}, lambda v: v == 7),
        ({"enum": ["x", "y"]}, lambda v: v in ("x", "y")),
        ({"type": ["null", "integer"]}, lambda v: isinstance(v, int)),
        ({"type": "null"}, lambda v: v is None),
        ({"allOf": [{"type": "integer"}, {"minimum": 40}]}, lambda v: v >= 40),
        ({"type": "array", "uniqueItems": True, "minItems": 3, "items": {"enum": [1, 2, 3]}},
         lambda v: sorted(v) == [1, 2, 3]),
        ({"type": "object", "minProperties": 2}, lambda v: len(v) == 2),
        ({"type": "string", "pattern": r"^\d+$"}, str.isdigit),
        ({"type": "string", "pattern": "^[a-z]{2}$"}, lambda v: len(v) == 2),
        ({"type": "number", "exclusiveMinimum": 0, "exclusiveMaximum": 1}, lambda v: 0 < v < 1),
        ({"type": "integer", "maximum": -3}, lambda v: v <= -3),
        ({"properties": {"a": {"type": "boolean"}}}, lambda v: isinstance(v["a"], bool)),
        ({"items": {"type": "integer"}, "minItems": 1}, lambda v: isinstance(v[0], int)),
        ({}, lambda v: isinstance(v, str)),
    ],
)  # fmt: skip
def test_keywords(schema: Schema, right: Callable[[Any], bool]) -> None:
    assert all(right(fill(schema, str(number))) for number in range(30))


@pytest.mark.parametrize(
    "schema",
    [
        {"$ref": "#"},
        {"type": "object", "required": ["a"], "properties": {"a": {"$ref": "#"}}},
    ],
)
def test_schema_without_a_finite_value_is_refused(schema: Schema) -> None:
    with pytest.raises(ValueError, match="schema at"):
        fill(schema, "k")
