"""Reads what stands in braces at the end of a Markdown line: `{#id weight=2 en="Other name"}`.

The id follows a `#` or `id=`; `name`, `definition`, `open`, `weight`, `fresh_for` and `use` are
what they are in YAML; everything else is the language of an alias. A language that is spelt like
one of these words takes an `@`: `{@id="Nama"}` is an alias in Indonesian. Knows one line; what it
describes is seen by the caller.
"""

import json
import re
from typing import NamedTuple

from ..names import is_language, shown, weight_of
from .document import Scalar
from .rows import Faults, RawAttribute, RawValue, Row
from .shape_parts import Parts

_WORDS = ("id", "name", "definition", "open", "weight", "fresh_for", "use")
_QUOTED = r"\"(?:[^\"\\]|\\.)*\"|“[^”]*”"
_FACT = rf"(?:#|@?[A-Za-z][\w-]*[=＝])(?:{_QUOTED}|[^\s\"“{{}}]+)"
_FACTS = re.compile(rf"(?:^|(?<=\s))\{{\s*{_FACT}(?:\s+{_FACT})*\s*\}}$")
_ONE = re.compile(rf"(?P<key>#|@?[A-Za-z][\w-]*[=＝])(?P<value>{_QUOTED}|[^\s\"“{{}}]+)")
_LOOKS = re.compile(r"(?:^|\s)\{\s*(?:#|@?[A-Za-z][\w-]*[=＝])[^{}]*\}$")


class Fact(NamedTuple):
    """One word and what follows it."""

    key: str
    value: str


def cut_facts(text: str) -> tuple[str, str]:
    """The text without the braces at its end, and the braces."""
    found = _FACTS.search(text) if text.endswith("}") else None
    return (text[: found.start()].rstrip(), found[0]) if found else (text, "")


def looks_like_facts(text: str) -> bool:
    """Whether a text ends in braces that were meant to be facts, and cannot be read."""
    return text.endswith("}") and _LOOKS.search(text) is not None


def describe_row(written: str, row: Row, faults: Faults) -> list[str]:
    """Tell a category what its braces say; the names of the attribute sets that it uses."""
    parts, used = Parts(faults), list[str]()
    for fact in _facts(written, row.line, faults):
        if fact.key in {"#", "id"}:
            row.id = fact.value
        elif fact.key == "name":
            row.name = fact.value.strip()
        elif fact.key == "definition":
            row.definition = fact.value.strip()
        elif fact.key == "open":
            row.open = _is_true(fact, row.line, faults) or row.open
        elif fact.key == "weight":
            row.weight = parts.weight(Scalar(fact.value, "str", row.line or 1), row.name)
        elif fact.key == "fresh_for":
            row.fresh_for = parts.fresh_for(Scalar(fact.value, "str", row.line or 1), row.name)
        elif fact.key == "use":
            used.append(fact.value)
        else:
            row.aliases = [*row.aliases, _alias(fact, row.name, row.line, faults=faults)]
    return used


def describe_value(written: str, value: RawValue, faults: Faults) -> None:
    """Tell a value what its braces say."""
    parts = Parts(faults)
    for fact in _facts(written, value.line, faults):
        if fact.key == "weight":
            value.weight = parts.weight(Scalar(fact.value, "str", value.line or 1), value.name)
        elif fact.key == "definition":
            value.definition = fact.value.strip()
        else:
            value.aliases = [*value.aliases, _alias(fact, value.name, value.line, faults=faults)]


def describe_attribute(written: str, attribute: RawAttribute, faults: Faults) -> None:
    """Tell an attribute what its braces say."""
    line = attribute.line
    for fact in _facts(written, line, faults):
        if fact.key == "definition":
            attribute.definition = fact.value.strip()
        elif fact.key == "open":
            attribute.open = _is_true(fact, line, faults) or attribute.open
        else:
            alias = _alias(fact, attribute.name, line, faults=faults)
            attribute.aliases = [*attribute.aliases, alias]


def _facts(written: str, line: int | None, faults: Faults) -> list[Fact]:
    found = []
    for match in _ONE.finditer(written.strip("{} ")) if written else ():
        value = match["value"]
        if value.startswith("“"):
            value = value[1:-1]
        elif value.startswith('"'):
            value = _unquoted(value, line, faults)
        found.append(Fact(match["key"].rstrip("=＝"), value))
    return found


def _unquoted(quoted: str, line: int | None, faults: Faults) -> str:
    try:
        return str(json.loads(quoted))
    except ValueError:
        faults.add(
            f"the text {shown(quoted)} cannot be read",
            line,
            hint='inside of quotes, write `\\"` for a quote and `\\\\` for a backslash',
        )
        return quoted[1:-1]


def _alias(fact: Fact, name: str, line: int | None, *, faults: Faults) -> tuple[str, str]:
    language = fact.key.removeprefix("@")
    if fact.key in _WORDS or fact.key == "#" or not is_language(language):
        faults.add(
            f"{shown(fact.key)} cannot be said of {shown(name)}",
            line,
            hint=f"known are `#id`, {', '.join(f'`{word}`' for word in _WORDS[1:])} where they"
            " make sense, and tags of languages such as `en` for aliases",
        )
        # What is wrong has been said; the rest of the line is still read.
        return "und", fact.value
    return language, fact.value.strip()


def _is_true(fact: Fact, line: int | None, faults: Faults) -> bool:
    if fact.value.lower() not in {"true", "false", "yes", "no"}:
        faults.add(
            f"`open` is {shown(fact.value)}, where true or false is wanted",
            line,
            hint="write `open=true`",
        )
    return fact.value.lower() in {"true", "yes"}


def braces(facts: list[Fact]) -> str:
    """The facts as they are written at the end of a line; empty without any."""
    return "{" + " ".join(_written(fact) for fact in facts) + "}" if facts else ""


def _written(fact: Fact) -> str:
    key = "#" if fact.key == "id" else f"{fact.key}="
    plain = weight_of(fact.value) is not None or re.fullmatch(r"[\w./:-]+", fact.value)
    return key + (fact.value if plain else _quoted(fact.value))


def _quoted(text: str) -> str:
    """In quotes, without what a line of an outline would lose: comments, and space beside space."""
    written = json.dumps(text, ensure_ascii=False).replace("<!--", "\\u003c!--")
    return re.sub(r"(?<=\s)\s", lambda match: f"\\u{ord(match[0]):04x}", written)
