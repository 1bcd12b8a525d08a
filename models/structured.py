"""The form of a reply: as a strict JSON schema for endpoints, as a skeleton for prompts.

Made once per output type and language; knows nothing of what the fields mean.
"""

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Literal

from pydantic import BaseModel

from ..errors import PromptError

Structured = Literal["json_schema", "json_object", "tool", "prompt"]
LADDER: tuple[Structured, ...] = ("json_schema", "json_object", "tool", "prompt")
"""Ways to ask for a form, the most binding first."""

Schema = dict[str, Any]
_KEPT = frozenset(
    {
        "type",
        "properties",
        "required",
        "items",
        "minItems",
        "maxItems",
        "enum",
        "const",
        "anyOf",
        "additionalProperties",
    }
)
_BARE = "\x00"
"""Marks a placeholder of the skeleton that stands for a value without quotes."""


@dataclass(frozen=True, slots=True)
class Form:
    """One output type as a model is shown it."""

    name: str
    schema: Schema
    """Strict: every property required, none beside them, no default, no reference."""
    skeleton: str
    """The same as a commented example of one JSON object, for the prompt."""
    fingerprint: str
    """Hash of the schema, 12 hex digits: part of a call's identity."""

    def request(self, structured: Structured) -> dict[str, Any]:
        """What goes into the request body beside the messages."""
        if structured == "json_schema":
            spec = {"name": self.name, "schema": self.schema, "strict": True}
            return {"response_format": {"type": "json_schema", "json_schema": spec}}
        if structured == "json_object":
            return {"response_format": {"type": "json_object"}}
        if structured == "tool":
            function = {"name": self.name, "parameters": self.schema}
            return {
                "tools": [{"type": "function", "function": function}],
                "tool_choice": {"type": "function", "function": {"name": self.name}},
            }
        return {}


def form(
    output: type[BaseModel],
    language: str = "en",
    order: Mapping[str, Sequence[str]] | None = None,
) -> Form:
    """The form of an output type.

    `order` gives, for the named nested types, the order of their properties: models fill a form
    from top to bottom, so the order is the order in which they think.
    """
    raw = output.model_json_schema()
    described = _resolve(raw, _Source(raw.get("$defs", {}), language, order or {}))
    skeleton = json.dumps(_example(described), ensure_ascii=False, indent=1)
    mark = json.dumps(_BARE)[1:-1]
    bare = skeleton.replace(f'"{mark}', "").replace(f'{mark}"', "")
    schema = _strip(described)
    digest = hashlib.sha256(json.dumps(schema).encode()).hexdigest()[:12]
    return Form(output.__name__, schema, bare, digest)


@dataclass(frozen=True, slots=True)
class _Source:
    """What pydantic says of a type, and in which language and order it is to be shown."""

    definitions: Schema
    language: str
    order: Mapping[str, Sequence[str]]
    above: tuple[str, ...] = ()
    """Types that the place looked at stands in."""


def _resolve(node: Schema, source: _Source) -> Schema:
    """Inline references, make strict, keep one language's description."""
    if "$ref" in node:
        return _inlined(node, source)
    kept: Schema = {key: value for key, value in node.items() if key in _KEPT}
    either = node.get("anyOf") or node.get("oneOf")
    if either:
        kept["anyOf"] = [_resolve(part, source) for part in either]
    for key in ("items", "additionalProperties"):
        if isinstance(kept.get(key), dict):
            kept[key] = _resolve(kept[key], source)
    if "properties" in kept:
        first = [
            name
            for name in source.order.get(node.get("title", ""), ())
            if name in kept["properties"]
        ]
        names = list(dict.fromkeys((*first, *kept["properties"])))
        kept["properties"] = {name: _resolve(node["properties"][name], source) for name in names}
        kept["required"] = names
        kept["additionalProperties"] = False
    told = _told(node, source.language) if node.get("type") != "object" else ""
    return {**kept, "description": told} if told else kept


def _inlined(node: Schema, source: _Source) -> Schema:
    name = node["$ref"].rsplit("/", 1)[-1]
    if name in source.above:
        raise PromptError(
            f"the output type {name} contains itself", hint="a form must end: use a list of names"
        )
    inner = _resolve(source.definitions[name], replace(source, above=(*source.above, name)))
    told = _told(node, source.language)
    return {**inner, "description": told} if told else inner


def _told(node: Schema, language: str) -> str:
    told = node.get(language) or node.get("description") or ""
    return str(told)


def _strip(node: Schema) -> Schema:
    """The schema without descriptions, which the skeleton carries."""
    bare = {key: value for key, value in node.items() if key != "description"}
    for key in ("items", "additionalProperties"):
        if isinstance(bare.get(key), dict):
            bare[key] = _strip(bare[key])
    if "anyOf" in bare:
        bare["anyOf"] = [_strip(part) for part in bare["anyOf"]]
    if "properties" in bare:
        bare["properties"] = {name: _strip(part) for name, part in bare["properties"].items()}
    return bare


def _example(node: Schema) -> object:
    """A value of the schema's shape whose leaves say what belongs there."""
    if "properties" in node:
        return {name: _example(part) for name, part in node["properties"].items()}
    if "enum" in node:
        choice = " | ".join(str(value) for value in node["enum"]) + _comment(node)
        return choice if node.get("type") == "string" else f"{_BARE}{choice}{_BARE}"
    if "const" in node:
        return node["const"]
    if "anyOf" in node:
        return _example({**node["anyOf"][0], **_described(node)})
    if node.get("type") == "array":
        return [_example({**node.get("items", {}), **_described(node)})]
    if node.get("type") == "object":
        named = node.get("additionalProperties")
        return {"<name>": _example(named if isinstance(named, dict) else {})}
    if node.get("type") == "null":
        return None
    if node.get("type") in ("boolean", "integer", "number"):
        kind = "true | false" if node["type"] == "boolean" else node["type"]
        return f"{_BARE}{kind}{_comment(node)}{_BARE}"
    return f"<{node.get('description') or 'text'}>"


def _comment(node: Schema) -> str:
    return f" ({node['description']})" if node.get("description") else ""


def _described(node: Schema) -> Schema:
    return {"description": node["description"]} if node.get("description") else {}
