"""Fill any JSON schema with a short, readable value that validates against it.

For replies whose meaning is unknown: plugin roles, overridden prompts. Knows the schema's
keywords and the names of its fields, nothing else. Of `pattern` only those are met that one of
a few common texts matches; `not` and conditional schemas are not looked at.
"""

import ipaddress
import math
import re
import uuid
from collections.abc import Callable, Mapping
from typing import Any

from .dice import Dice

Schema = Mapping[str, Any]
_DEEP = 4
"""Depth from which only what is required is filled in, so that recursive schemas end."""
_BOTTOM = 60
_TRIES = 200
"""Attempts at a new item for an array of unique items."""
_WORDS = {
    "zh": ("关于{name}的一句话", "{name}：示例内容", "一条简短的{name}", "{name}，举例而已"),
    "en": ("a short {name}", "{name}, in brief", "one line on {name}", "{name}, for example"),
}
_UNNAMED = {"zh": "示例", "en": "example"}
_COMMON = ("1", "0.5", "a", "A", "ab", "ABC", "abc-1", "A1", "a@b.co", "2024-05-06", "09:30")
"""Tried, after the readable text, where a schema has a pattern."""

_FORMATS: dict[str, Callable[[Dice, str], str]] = {
    "date": lambda dice, at: f"2024-05-{1 + dice.below(at, 28):02}",
    "date-time": lambda dice, at: f"2024-05-{1 + dice.below(at, 28):02}T09:30:00Z",
    "time": lambda dice, at: f"{8 + dice.below(at, 10):02}:30:00Z",
    "duration": lambda dice, at: f"PT{5 + dice.below(at, 50)}M",
    "email": lambda dice, at: f"person{dice.below(at, 1000)}@example.org",
    "hostname": lambda dice, at: f"host{dice.below(at, 1000)}.example.org",
    "uri": lambda dice, at: f"https://example.org/{dice.below(at, 1000)}",
    "uuid": lambda dice, at: str(uuid.UUID(int=dice.below(at, 2**52), version=4)),
    "ipv4": lambda dice, at: str(ipaddress.IPv4Address(0xC0000200 + dice.below(at, 255))),
    "ipv6": lambda dice, at: str(ipaddress.IPv6Address((0x20010DB8 << 96) + dice.below(at, 999))),
    "json-string": lambda dice, at: str(dice.below(at, 100)),
}


def fill(schema: Schema, key: str, language: str = "en") -> Any:
    """A value for a schema: the same one for the same key, language `zh` or `en`.

    Raises ValueError for a schema that no finite value can meet.
    """
    return _Filler(schema, Dice("fill", key), language).value(schema, "", "", 0)


class _Filler:
    def __init__(self, root: Schema, dice: Dice, language: str) -> None:
        self._root = root
        self._dice = dice
        self._language = language if language in _WORDS else "en"

    def value(self, schema: Schema | bool, at: str, name: str, depth: int) -> Any:
        """A value for the part of the schema at the path `at`, in the field `name`."""
        if depth > _BOTTOM:
            raise ValueError(f"no finite value meets the schema at {at!r}")
        node = self._flat({} if isinstance(schema, bool) else schema, at, depth)
        if "const" in node:
            return node["const"]
        if "enum" in node:
            return self._dice.pick(at, node["enum"])
        kind = _kind(node)
        if kind == "object":
            return self._object(node, at, depth)
        if kind == "array":
            return self._array(node, at, name, depth)
        if kind in ("integer", "number"):
            return self._number(node, at, whole=kind == "integer")
        if kind == "boolean":
            return self._dice.share(at) < 0.5
        return None if kind == "null" else self._string(node, at, name)

    def _flat(self, node: Schema, at: str, depth: int) -> Schema:
        """The node without references and alternatives."""
        for _ in range(_BOTTOM):
            rest = {key: part for key, part in node.items() if key not in _COMBINING}
            if "$ref" in node:
                node = _merged(self._resolve(node["$ref"]), rest)
            elif "allOf" in node:
                node = _merged(*node["allOf"], rest)
            elif "anyOf" in node or "oneOf" in node:
                chosen = self._choose(node.get("anyOf") or node["oneOf"], at, depth)
                node = _merged(chosen, rest)
            else:
                return node
        raise ValueError(f"the references of the schema at {at!r} do not end")

    def _choose(self, options: list[Schema], at: str, depth: int) -> Schema:
        nothing = [option for option in options if option.get("type") == "null"]
        given = [option for option in options if option not in nothing] or options
        # A bare string beside something narrower is how pydantic shows numbers such as Decimal.
        narrow = [option for option in given if option != {"type": "string"}] or given
        short = [*nothing, *filter(_ends, narrow)]
        return short[0] if depth >= _DEEP and short else self._dice.pick(f"{at}?", narrow)

    def _resolve(self, reference: str) -> Schema:
        node: Any = self._root
        for part in reference.removeprefix("#").strip("/").split("/"):
            if part:
                node = node[part.replace("~1", "/").replace("~0", "~")]
        found: Schema = node
        return found

    def _object(self, node: Schema, at: str, depth: int) -> dict[str, Any]:
        required = node.get("required", ())
        filled = {
            name: self.value(part, f"{at}/{name}", name, depth + 1)
            for name, part in node.get("properties", {}).items()
            if name in required or depth < _DEEP
        }
        extra = node.get("additionalProperties") or {}
        least = int(node.get("minProperties", 0))
        for number in range(1, least - len(filled) + 1):
            name = f"{_UNNAMED[self._language]} {number}"
            filled[name] = self.value(extra, f"{at}/{name}", name, depth + 1)
        return filled

    def _array(self, node: Schema, at: str, name: str, depth: int) -> list[Any]:
        least = int(node.get("minItems", 0))
        most = int(node.get("maxItems", max(least, 2)))
        items = [
            self.value(part, f"{at}/{number}", name, depth + 1)
            for number, part in enumerate(node.get("prefixItems", ()))
        ]
        free = min(most, least + self._dice.below(f"{at}#", 3)) if depth < _DEEP else least
        if node.get("items") is False:
            return items
        for number in range(_TRIES):
            if len(items) >= free:
                break
            item = self.value(node.get("items", {}), f"{at}/{number}", name, depth + 1)
            if not node.get("uniqueItems") or item not in items:
                items.append(item)
        return items

    def _number(self, node: Schema, at: str, *, whole: bool) -> int | float:
        low, high = _bounds(node, whole=whole)
        share = self._dice.share(at)
        step = node.get("multipleOf") or (1 if whole else None)
        if step is None:
            return _between(low, high, share)
        if low is None:
            low = step if high is None else high - 2 * abs(step)
        first = int(-(-low // step))
        last = first + 2 if high is None else int(high // step)
        chosen = step * (first + int(share * (last - first + 1)))
        return int(chosen) if whole else float(chosen)

    def _string(self, node: Schema, at: str, name: str) -> str:
        if node.get("format") in _FORMATS:
            return _FORMATS[node["format"]](self._dice, at)
        least = int(node.get("minLength", 0))
        most = int(node.get("maxLength", max(least, 400)))
        words = name.replace("_", " ").strip() or _UNNAMED[self._language]
        text = self._dice.pick(at, _WORDS[self._language]).format(name=words)
        pattern = node.get("pattern")
        if pattern is not None:
            options = (option for option in (text, *_COMMON) if least <= len(option) <= most)
            return next((option for option in options if re.search(pattern, option)), text)
        return (text * (least // len(text) + 1) if len(text) < least else text)[:most]


_COMBINING = frozenset({"$ref", "allOf", "anyOf", "oneOf"})


def _merged(*parts: Schema) -> Schema:
    """All keywords of several schemas; properties and required names are united."""
    merged: dict[str, Any] = {}
    for part in parts:
        for key, value in part.items():
            if key == "properties" and key in merged:
                merged[key] = {**merged[key], **value}
            elif key == "required" and key in merged:
                merged[key] = [*merged[key], *value]
            else:
                merged[key] = value
    return merged


def _kind(node: Schema) -> str:
    kind = node.get("type")
    if isinstance(kind, list):
        kind = next((one for one in kind if one != "null"), "null")
    if kind is None and ("properties" in node or "additionalProperties" in node):
        return "object"
    if kind is None and ("items" in node or "prefixItems" in node):
        return "array"
    return kind or "string"


def _ends(option: Schema) -> bool:
    """Whether a value for it needs no further schema."""
    return not ({"$ref", "properties", "allOf", "anyOf", "oneOf"} & set(option))


def _bounds(node: Schema, *, whole: bool) -> tuple[float | None, float | None]:
    """Inclusive bounds; an exclusive one is moved by the smallest step there is."""
    low, high = node.get("minimum"), node.get("maximum")
    above, below = node.get("exclusiveMinimum"), node.get("exclusiveMaximum")
    if above is not None:
        inner = math.floor(above) + 1 if whole else math.nextafter(above, math.inf)
        low = inner if low is None else max(low, inner)
    if below is not None:
        inner = math.ceil(below) - 1 if whole else math.nextafter(below, -math.inf)
        high = inner if high is None else min(high, inner)
    return low, high


def _between(low: float | None, high: float | None, share: float) -> float:
    if low is None:
        low = 0.0 if high is None else high - max(1.0, abs(high) / 2)
    if high is None:
        high = low + max(1.0, abs(low) / 2)
    exact = min(max(low * (1 - share) + high * share, low), high)
    rounded = round(exact, 2)
    return float(rounded if low <= rounded <= high else exact)
