"""Read a recipe from its file, and say of every fault where it stands and what to do.

Knows YAML and the recipe's fields; what the recipe names is looked for elsewhere.
"""

import difflib
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any, get_args

import yaml
from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails

from ..errors import RecipeError
from ..recipe import Recipe

_CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\ud800-\udfff]")
_DEEPEST = 32


class _Loader(yaml.SafeLoader):
    """Leaves dates as text, so that a wrong one is our error and not the parser's."""

    yaml_implicit_resolvers = {
        first: [(tag, pattern) for tag, pattern in resolvers if not tag.endswith(":timestamp")]
        for first, resolvers in yaml.SafeLoader.yaml_implicit_resolvers.items()
    }


def load_recipe(path: Path) -> Recipe:
    """Read a recipe; raises RecipeError naming file, line and remedy."""
    source, text = str(path), _text_of(path)
    try:
        _refuse_unsafe(text, source)
        node = yaml.compose(text, Loader=_Loader)
        _refuse_twice(node, source)
        data = None if node is None else _Loader("").construct_document(node)
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        what = f"not YAML: {error.problem or error.context}"
        hint = "check indentation, colons and quotes around this line"
        raise _refusal(source, mark.line + 1 if mark else None, what, hint) from error
    except (yaml.YAMLError, ValueError) as error:
        raise _refusal(source, None, f"not YAML: {error}", "correct what it names") from error
    return parse_recipe(data, source=source, node=node)


def parse_recipe(data: object, *, source: str = "recipe", node: yaml.Node | None = None) -> Recipe:
    """Validate the content of a recipe; raises RecipeError naming file, line and remedy."""
    if not isinstance(data, dict):
        what = "empty" if data is None else "not a mapping of keys to values"
        raise _refusal(source, None, f"the recipe is {what}", "`taxoloom init` writes one")
    try:
        return Recipe.model_validate(data)
    except ValidationError as error:
        faults = error.errors(include_url=False)
        # A misspelt key first: it may be why another one is missing.
        fault = next((f for f in faults if f["type"] == "extra_forbidden"), faults[0])
        what, hint = _explained(fault)
        raise _refusal(source, _line_of(node, fault["loc"]), what, hint) from error


def _explained(fault: ErrorDetails) -> tuple[str, str]:
    """What is wrong, and the remedy."""
    parts: list[Any] = [*fault["loc"]]
    if parts[-1] == "[key]":
        parts[-2:] = [fault["input"]]
    place = ".".join(map(str, parts))
    message = re.sub(r"^Value error, | or instance of \w+", "", fault["msg"])
    hint = "correct the value; `taxoloom init` shows every key with its meaning"
    if fault["type"] == "extra_forbidden":
        return f"unknown key {place!r}", _nearest(fault["loc"])
    if fault["type"] == "missing":
        hint = f"add the key {place!r}"
    elif fault["input"] is None:
        hint = "give it a value, or leave the key out"
    elif fault["type"] == "string_type" and not isinstance(fault["input"], dict | list):
        hint = "YAML takes it for something other than text: put quotes around it"
    elif fault["type"] == "string_pattern_mismatch":
        hint = "a name is made of a-z, 0-9 and _, and begins with a letter"
    return f"{place}: {message}", hint


def _text_of(path: Path) -> str:
    data = b""
    try:
        data = path.read_bytes()
        return data.decode("utf-8-sig")
    except FileNotFoundError as error:
        what = f"recipe {str(path)!r} does not exist"
        raise RecipeError(what, hint="`taxoloom init` writes one") from error
    except OSError as error:
        raise _refusal(
            str(path), None, f"cannot be read: {error.strerror}", "name a file"
        ) from error
    except UnicodeDecodeError as error:
        line = data[: error.start].count(b"\n") + 1
        raise _refusal(str(path), line, "not UTF-8", "save it as UTF-8") from error


def _refuse_unsafe(text: str, source: str) -> None:
    """Refuse what no recipe needs and what could stand for something else than it shows."""
    if raw := _Loader.NON_PRINTABLE.search(text):
        line = text.count("\n", 0, raw.start()) + 1
        raise _refusal(source, line, "holds a control character", "remove it")
    depth = 0
    for event in yaml.parse(text, Loader=_Loader):
        depth += isinstance(event, yaml.CollectionStartEvent)
        depth -= isinstance(event, yaml.CollectionEndEvent)
        what, hint = (
            _fault_of(event) if depth <= _DEEPEST else ("is nested too deeply", "flatten it")
        )
        if what:
            raise _refusal(source, _line(event), what, hint)


def _fault_of(event: yaml.Event) -> tuple[str, str]:
    tag = getattr(event, "tag", None)
    if isinstance(event, yaml.AliasEvent):
        return "holds a YAML alias", "write the value out in full"
    if tag is not None:
        return f"holds the YAML tag {tag!r}", "remove it: a recipe is plain texts and numbers"
    if isinstance(event, yaml.ScalarEvent) and _CONTROL.search(event.value):
        return "spells a control character or half of a character", "remove it"
    return "", ""


def _refuse_twice(node: yaml.Node | None, source: str) -> None:
    """Refuse a key that stands twice in a mapping: YAML would silently take the last."""
    pairs = node.value if isinstance(node, yaml.MappingNode) else []
    first: dict[str, yaml.Node] = {}
    for key, _ in pairs:
        known = first.setdefault(str(key.value), key)
        if known is not key:
            what = f"the key {key.value!r} stands twice, first in line {_line(known)}"
            raise _refusal(source, _line(key), what, "keep one of the two")
    inner = node.value if isinstance(node, yaml.SequenceNode) else [value for _, value in pairs]
    for item in inner:
        _refuse_twice(item, source)


def _refusal(source: str, line: int | None, what: str, hint: str) -> RecipeError:
    return RecipeError(f"{source}:{line}: {what}" if line else f"{source}: {what}", hint=hint)


def _line(place: yaml.Node | yaml.Event) -> int | None:
    return place.start_mark.line + 1 if place.start_mark else None


def _nearest(location: tuple[int | str, ...]) -> str:
    keys = list(_keys_at(location[:-1]))
    near = difflib.get_close_matches(str(location[-1]), keys, n=1, cutoff=0.5)
    return f"did you mean {near[0]!r}?" if near else f"known keys: {', '.join(sorted(keys))}"


def _keys_at(location: tuple[int | str, ...]) -> Iterator[str]:
    """Field names of the section at a location."""
    section: type[BaseModel] = Recipe
    for part in location:
        field = section.model_fields.get(str(part))
        inner = next(_sections(field.annotation), None) if field else None
        section = inner or section
    yield from section.model_fields


def _sections(annotation: Any) -> Iterator[type[BaseModel]]:
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        yield annotation
    for part in get_args(annotation):
        yield from _sections(part)


def _line_of(node: yaml.Node | None, location: tuple[int | str, ...]) -> int | None:
    """1-based line of a key in the YAML tree, as deep as it can be followed."""
    line = None
    for part in location:
        if isinstance(node, yaml.MappingNode):
            pair = next(((k, v) for k, v in node.value if k.value == str(part)), None)
            if pair is None:
                continue
            line, node = _line(pair[0]), pair[1]
        elif isinstance(node, yaml.SequenceNode) and isinstance(part, int):
            node = node.value[part]
            line = _line(node)
    return line


def line_naming(path: Path, message: str) -> str:
    """`:LINE` of the first line of a file that holds a name which a message quotes, else ""."""
    lines = _text_of(path).splitlines()
    for name in re.findall(r"'([^']+)'", message):
        for number, line in enumerate(lines, 1):
            if name in line.partition("#")[0]:
                return f":{number}"
    return ""
