"""Writes a taxonomy as a YAML file, as plain as it can be.

Knows plain data and how YAML takes it for text; what stands in it is decided in `plain_data`.
"""

import unicodedata
from typing import Any

from ..tree import Taxonomy
from .load_yaml import plain_kind
from .plain_data import PlainData

_ESCAPED = {"Cc", "Cf", "Cn", "Cs", "Zl", "Zp"}
_SHORT_ESCAPES = {'"': '\\"', "\\": "\\\\", "\n": "\\n", "\t": "\\t"}


def to_yaml(taxonomy: Taxonomy) -> str:
    """The taxonomy as a YAML file; `load` gives it back, ids included."""
    return yaml_document(PlainData(taxonomy).whole())


def yaml_document(data: dict[str, Any]) -> str:
    """Plain data as a YAML file: mappings, lists, texts, numbers and `true`."""
    lines: list[str] = []
    _mapping(data, "", lines)
    return "\n".join([*lines, ""])


def _mapping(data: dict[str, Any], margin: str, lines: list[str]) -> None:
    for name, value in data.items():
        start = f"{margin}{yaml_text(name)}:"
        if isinstance(value, dict):
            lines.append(start)
            _mapping(value, margin + "  ", lines)
        elif isinstance(value, list):
            lines.append(start)
            _listing(value, margin + "  ", lines)
        elif isinstance(value, str) and _is_block(value):
            lines.append(f"{start} |-")
            lines += [f"{margin}  {line}" if line else "" for line in value.split("\n")]
        else:
            lines.append(f"{start} {_scalar(value)}")


def _listing(data: list[Any], margin: str, lines: list[str]) -> None:
    for item in data:
        if isinstance(item, dict):
            first = len(lines)
            _mapping(item, margin + "  ", lines)
            lines[first] = f"{margin}- {lines[first].lstrip()}"
        else:
            lines.append(f"{margin}- {_scalar(item)}")


def _scalar(value: Any) -> str:
    if isinstance(value, str):
        return yaml_text(value)
    if isinstance(value, bool):
        return "true" if value else "false"
    written = repr(value)
    # YAML takes a number with an exponent for text unless it has a point.
    return written if "." in written else written.replace("e", ".0e")


def _is_block(text: str) -> bool:
    """Whether a text of several lines can stand line by line, as it is."""
    lines = text.split("\n")
    whole = len(lines) > 1 and lines[0] and not lines[0][0].isspace() and lines[-1]
    return bool(whole) and all(line.isprintable() for line in lines)


def yaml_text(text: str) -> str:
    """The text as one YAML scalar that is read as text again."""
    plain = (
        text.isprintable()
        and text[:1].isalpha()
        and not text.endswith((" ", ":"))
        and ": " not in text
        and " #" not in text
        and plain_kind(text) == "str"
    )
    return text if plain else '"' + "".join(map(_escaped, text)) + '"'


def _escaped(c: str) -> str:
    if c in _SHORT_ESCAPES:
        return _SHORT_ESCAPES[c]
    # No more than needed: with every character escaped, a long name would be too long for a key.
    if c.isprintable() or unicodedata.category(c) not in _ESCAPED:
        return c
    return f"\\u{ord(c):04x}" if ord(c) <= 0xFFFF else f"\\U{ord(c):08x}"
