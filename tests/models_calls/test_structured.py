import json
import re
from collections.abc import Iterator
from enum import Enum
from typing import Annotated, Any, Literal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import BaseModel, Field

from taxoloom.agents import outputs
from taxoloom.errors import PromptError
from taxoloom.models import LADDER, Structured, form
from taxoloom.models.outcome import Outcome
from taxoloom.models.parse import Raw, parse
from taxoloom.models.probe import Ready

BUILT_IN: tuple[type[BaseModel], ...] = (
    Ready,
    outputs.Plan,
    outputs.Draft,
    outputs.Rewrite,
    outputs.Repair,
    outputs.Critique,
    outputs.Verdict,
)
ROTATED = (
    "worth_training",
    "on_request",
    "correct",
    "complete",
    "clear",
    "safe",
    "current",
    "natural_request",
)


def parts(node: Any) -> Iterator[dict[str, Any]]:
    """Every schema inside a schema, itself included."""
    if isinstance(node, dict):
        yield node
        inner = [*node.get("properties", {}).values(), *node.get("anyOf", ())]
        inner += [node[key] for key in ("items", "additionalProperties") if key in node]
        for part in inner:
            yield from parts(part)


def accepts(schema: dict[str, Any], value: Any) -> bool:
    """As much of JSON Schema as the forms use."""
    if "anyOf" in schema:
        return any(accepts(part, value) for part in schema["anyOf"])
    if value not in schema.get("enum", [value]) or value != schema.get("const", value):
        return False
    kind = schema.get("type")
    if kind == "object":
        return isinstance(value, dict) and accepts_object(schema, value)
    if kind == "array":
        short, long = schema.get("minItems", 0), schema.get("maxItems", float("inf"))
        items = schema.get("items", {})
        fits = isinstance(value, list) and short <= len(value) <= long
        return fits and all(accepts(items, item) for item in value)
    kinds: dict[Any, Any] = {"string": str, "integer": int, "number": (int, float)}
    if kind in ("integer", "number") and isinstance(value, bool):
        return False
    return isinstance(value, {**kinds, "boolean": bool, "null": type(None), None: object}[kind])


def accepts_object(schema: dict[str, Any], value: dict[str, Any]) -> bool:
    named, rest = schema.get("properties", {}), schema.get("additionalProperties", True)
    if any(key not in value for key in schema.get("required", ())):
        return False
    if rest is False and any(key not in named for key in value):
        return False
    others = rest if isinstance(rest, dict) else {}
    return all(accepts(named.get(key, others), item) for key, item in value.items())


def values(schema: dict[str, Any]) -> st.SearchStrategy[Any]:
    """Values that a strict server lets through."""
    if "anyOf" in schema:
        return st.one_of([values(part) for part in schema["anyOf"]])
    if "enum" in schema:
        return st.sampled_from(schema["enum"])
    if schema["type"] == "object":
        return st.fixed_dictionaries({k: values(v) for k, v in schema["properties"].items()})
    if schema["type"] == "array":
        short = schema.get("minItems", 0)
        return st.lists(values(schema["items"]), min_size=short, max_size=short + 1)
    text = st.sampled_from(["a", "b c", "。"])
    return {"string": text, "boolean": st.booleans(), "integer": st.integers(0, 9)}[schema["type"]]


def filled(skeleton: str) -> Any:
    """The skeleton as a model would fill it: the first choice, and the text that stands there."""
    text = re.sub(r"(?m)(: |^ *)(true|\d+|integer)\b.*?(,?)$", r"\1\2\3", skeleton)
    text = re.sub(r'"([a-z_]+)(?: \| [a-z_]+)+[^"]*"', r'"\1"', text)
    return json.loads(text.replace(": integer", ": 1"))


@pytest.mark.parametrize("language", ["zh", "en"])
@pytest.mark.parametrize("output", BUILT_IN)
def test_every_built_in_form_is_strict(output: type[BaseModel], language: str) -> None:
    shape = form(output, language)
    text = json.dumps(shape.schema)
    assert shape.name == output.__name__
    assert not re.search(r'"(\$ref|\$defs|default|title|description|zh|minLength)":', text)
    for part in parts(shape.schema):
        if "properties" in part:
            assert part["required"] == list(part["properties"])
            assert part["additionalProperties"] is False


@pytest.mark.parametrize("output", BUILT_IN)
def test_both_languages_ask_for_the_same(output: type[BaseModel]) -> None:
    chinese, english = form(output, "zh"), form(output, "en")
    assert chinese.schema == english.schema
    assert chinese.fingerprint == english.fingerprint
    assert re.fullmatch("[0-9a-f]{12}", english.fingerprint)
    assert not re.search("[一-鿿]", english.skeleton)


def test_each_form_has_a_fingerprint_of_its_own() -> None:
    orders: list[dict[str, tuple[str, ...]]] = [{}, {"Criteria": ROTATED}]
    prints = {form(output, order=order).fingerprint for output in BUILT_IN for order in orders}
    # Only the verdict has criteria to turn.
    assert len(prints) == len(BUILT_IN) + 1


@pytest.mark.parametrize("language", ["zh", "en"])
@pytest.mark.parametrize("output", BUILT_IN)
def test_a_filled_skeleton_is_a_valid_reply(output: type[BaseModel], language: str) -> None:
    shape = form(output, language)
    data = filled(shape.skeleton)
    assert accepts(shape.schema, data)
    assert parse(Raw(json.dumps(data)), output).outcome == Outcome.ok


@settings(max_examples=60)
@given(st.data())
def test_what_a_strict_server_lets_through_is_valid(data: st.DataObject) -> None:
    output = data.draw(st.sampled_from(BUILT_IN))
    shape = form(output)
    value = data.draw(values(shape.schema))
    assert accepts(shape.schema, value)
    parsed = parse(Raw(json.dumps(value)), output)
    assert parsed.value is not None, parsed.error
    # And back: what our types write, a strict server would have let through.
    assert accepts(shape.schema, parsed.value.model_dump(mode="json"))


def test_a_form_refuses_what_the_type_refuses() -> None:
    schema = form(outputs.Verdict).schema
    value = filled(form(outputs.Verdict).skeleton)
    assert accepts(schema, value)
    assert not accepts(schema, {**value, "more": 1})
    assert not accepts(schema, {**value, "score": 6})
    assert not accepts(schema, {**value, "accept": "yes"})
    assert not accepts(schema, {key: item for key, item in value.items() if key != "work"})


def test_order_turns_the_fields_of_a_nested_type() -> None:
    shape = form(outputs.Verdict, order={"Criteria": ROTATED})
    criteria = shape.schema["properties"]["criteria"]
    assert tuple(criteria["properties"]) == tuple(criteria["required"]) == ROTATED
    places = [shape.skeleton.index(f'"{name}"') for name in ROTATED]
    assert places == sorted(places)
    assert list(shape.schema["properties"])[0] == "work"


def test_an_order_that_names_some_fields_loses_none() -> None:
    shape = form(outputs.Verdict, order={"Criteria": ["safe", "unheard_of"]})
    names = list(shape.schema["properties"]["criteria"]["properties"])
    assert names[:2] == ["safe", "on_request"]
    assert sorted(names) == sorted(ROTATED)


@pytest.mark.parametrize("way", LADDER)
def test_each_way_of_asking_has_its_request(way: Structured) -> None:
    shape = form(Ready)
    sent = shape.request(way)
    json.dumps(sent)
    if way == "json_schema":
        asked = sent.pop("response_format")
        assert asked["type"] == "json_schema"
        assert asked["json_schema"] == {"name": "Ready", "schema": shape.schema, "strict": True}
    if way == "json_object":
        assert sent.pop("response_format") == {"type": "json_object"}
    if way == "tool":
        (tool,) = sent.pop("tools")
        assert tool["function"] == {"name": "Ready", "parameters": shape.schema}
        assert sent.pop("tool_choice")["function"]["name"] == "Ready"
    assert sent == {}


class Colour(Enum):
    """A choice that pydantic puts apart from the type."""

    red = "red"
    blue = "blue"


class Cat(BaseModel):
    """One side of a union."""

    kind: Literal["cat"]
    lives: int


class Dog(BaseModel):
    """The other side."""

    kind: Literal["dog"]
    name: str


class Unusual(BaseModel):
    """What a stranger's role may ask for."""

    pair: tuple[int, str]
    by_name: dict[str, Cat]
    anything: Any
    at_all: dict[str, Any]
    some: list[Any]
    maybe: str | None = Field(default=None, description='say "none"\nor a word')
    pet: Annotated[Cat | Dog, Field(discriminator="kind")]
    colour: Colour
    nothing: None = None
    share: float = 0.5


def test_a_strangers_type_has_a_form() -> None:
    shape = form(Unusual)
    assert '"$ref"' not in json.dumps(shape.schema)
    value = {
        "pair": [1, "a"],
        "by_name": {"Tom": {"kind": "cat", "lives": 9}},
        "anything": 1,
        "at_all": {"x": [1]},
        "some": [1, "a"],
        "maybe": None,
        "pet": {"kind": "dog", "name": "Rex"},
        "colour": "red",
        "nothing": None,
        "share": 0.5,
    }
    assert parse(Raw(json.dumps(value)), Unusual).outcome == Outcome.ok
    assert accepts(shape.schema, value)
    assert not accepts(shape.schema, {**value, "pet": {"kind": "cat", "name": "Rex"}})
    assert '"<name>": {\n   "kind": "cat"' in shape.skeleton
    assert r'"maybe": "<say \"none\"\nor a word>"' in shape.skeleton
    assert '"colour": "red | blue (' in shape.skeleton
    assert '"nothing": null' in shape.skeleton


class Branch(BaseModel):
    """A form without an end."""

    name: str
    below: list["Branch"] = []


class Trunk(BaseModel):
    """One that leads there."""

    branch: Branch


@pytest.mark.parametrize("output", [Branch, Trunk])
def test_a_type_that_contains_itself_is_named(output: type[BaseModel]) -> None:
    with pytest.raises(PromptError, match="Branch contains itself") as caught:
        form(output)
    assert caught.value.hint


def test_a_type_may_stand_in_several_places() -> None:
    class Two(BaseModel):
        first: Cat
        second: list[Cat]

    shape = form(Two)
    named = shape.schema["properties"]
    assert named["first"] == named["second"]["items"]
