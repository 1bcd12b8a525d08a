"""From a raw reply to a typed one, or to the outcome that says why not.

Only lossless steps are taken: a thinking block is cut off, a fence or prose around the one JSON
object is dropped, raw control characters in strings are let pass. Duplicate keys, NaN and
infinity are refused. Knows nothing of retries.
"""

import json
import math
import re
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Generic, TypeVar

from pydantic import BaseModel, ValidationError

from .clean import LIMIT, clean
from .outcome import Outcome

T = TypeVar("T", bound=BaseModel)

_OPENED = re.compile(r"\s*<think(?:ing)?>", re.IGNORECASE)
_CLOSED = re.compile(r"</think(?:ing)?>", re.IGNORECASE)
_FILTERED = ("content_filter", "sensitive")
"""What endpoints call it when their filter withheld a reply."""
_OBJECT = re.compile(r"\{\s*[\"}]")
"""What a JSON object begins with."""
_SHOWN = 200
"""Characters of a reply's own words in an error text."""
_MAX_DIGITS = 400


@dataclass(frozen=True, slots=True)
class Raw:
    """A reply as it came, whatever the endpoint."""

    text: str
    reasoning: str = ""
    refusal: str = ""
    finish_reason: str = ""
    input_tokens: int = 0
    output_tokens: int = 0
    cached_tokens: int = 0


@dataclass(frozen=True, slots=True)
class Parsed(Generic[T]):
    """What a raw reply turned out to be."""

    outcome: Outcome
    value: T | None = None
    error: str = ""
    contradicting: T | None = None
    """A value that is valid and contradicts itself or what was asked."""


def split_thinking(raw: Raw) -> Raw:
    """Move a leading thinking block from the text to the reasoning.

    Some servers send the closing tag alone, since the opening one belongs to their prompt. A
    block that is never closed is all there is: what it weighs is no answer.
    """
    opened = _OPENED.match(raw.text)
    start = opened.end() if opened else 0
    if not opened and raw.text.lstrip()[:1] in ("{", "`"):
        return raw
    closed = _CLOSED.search(raw.text, start)
    text = raw.text[closed.end() :].lstrip() if closed else ""
    if not opened and text[:1] not in ("{", "`"):
        return raw
    thought = raw.text[start : closed.start() if closed else None].strip()
    return replace(raw, text=text, reasoning=raw.reasoning or thought)


def parse(raw: Raw, output: type[T], check: Callable[[T], str] | None = None) -> Parsed[T]:
    """Classify and validate a reply.

    `check` may look at the validated value and return what contradicts itself in it, or "".
    """
    early = _without_value(raw)
    if early is not None:
        return Parsed(early[0], error=early[1])
    try:
        data = _json_object(raw.text)
    except json.JSONDecodeError as error:
        return Parsed(Outcome.invalid_json, error=_where(error))
    except ValueError as error:
        return Parsed(Outcome.invalid_json, error=str(error))
    except RecursionError:
        return Parsed(Outcome.invalid_json, error="the reply is nested too deeply")
    try:
        value = output.model_validate(data)
        problem = check(value) if check else ""
    except ValidationError as error:
        return Parsed(Outcome.schema_violation, error=_explain(error))
    except Exception as error:
        # A validator or a check may be a stranger's code. The reply is paid for, and what cannot
        # be kept with a reason would be lost.
        return Parsed(Outcome.schema_violation, error=_short(f"{type(error).__name__}: {error}"))
    if problem:
        return Parsed(Outcome.contradiction, error=problem, contradicting=value)
    return Parsed(Outcome.ok, value)


def _where(error: json.JSONDecodeError) -> str:
    """The fault with the words around it: no model can count to column 136."""
    around = " ".join(error.doc[max(error.pos - 30, 0) : error.pos + 15].split())
    told = f"{error.msg} near «{around}»"
    # After the end of a string the commonest cause by far.
    unescaped = error.msg.startswith(("Expecting ',' delimiter", "Expecting ':' delimiter"))
    return told + (r" (a double quote inside a string must be written \")" if unescaped else "")


def _without_value(raw: Raw) -> tuple[Outcome, str] | None:
    if raw.refusal:
        return Outcome.refused, raw.refusal[:500]
    if raw.finish_reason in _FILTERED:
        return Outcome.filtered, "the endpoint's content filter withheld the reply"
    if raw.finish_reason == "length":
        return Outcome.truncated, f"cut off after {raw.output_tokens} tokens"
    if not raw.text.strip():
        return Outcome.empty, "the reply is empty"
    if len(raw.text) > LIMIT:
        return Outcome.too_large, f"the reply has {len(raw.text)} characters"
    return None


def _json_object(text: str) -> dict[str, object]:
    start = text.find("{")
    if start < 0:
        raise ValueError("there is no JSON object in the reply")
    data: dict[str, object]  # what begins with a brace is an object
    data, end = _DECODER.raw_decode(text, start)
    if text[:start].rstrip().endswith("[") or text[end:].lstrip().startswith(("]", ",")):
        raise ValueError("the reply is a list, not one JSON object")
    if _OBJECT.search(text, end):
        raise ValueError("the reply holds more than one JSON object")
    if _CLOSED.search(text, end):
        raise ValueError("the JSON object stands in the thinking, not in the reply")
    return data


def _pairs(pairs: list[tuple[str, object]]) -> dict[str, object]:
    data = {clean(key): _cleaned(value) for key, value in pairs}
    if len(data) != len(pairs):
        times = Counter(clean(key) for key, _ in pairs)
        twice = next(key for key, number in times.items() if number > 1)
        raise ValueError(f"the key {_short(twice)!r} occurs twice")
    return data


def _cleaned(value: object) -> object:
    """Clean the texts: escapes can spell what the reply itself cannot hold."""
    if isinstance(value, str):
        return clean(value)
    return [_cleaned(item) for item in value] if isinstance(value, list) else value


def _no_constant(name: str) -> object:
    raise ValueError(f"{name} is not JSON")


def _bounded_int(digits: str) -> int:
    if len(digits) > _MAX_DIGITS:
        raise ValueError(f"a number of {len(digits)} digits")
    return int(digits)


def _finite(digits: str) -> float:
    number = float(digits)
    if math.isinf(number):
        raise ValueError(f"the number {_short(digits)} is too large")
    return number


_DECODER = json.JSONDecoder(
    strict=False,
    object_pairs_hook=_pairs,
    parse_constant=_no_constant,
    parse_int=_bounded_int,
    parse_float=_finite,
)


def _short(text: str) -> str:
    return text if len(text) <= _SHOWN else f"{text[: _SHOWN - 1]}…"


def _explain(error: ValidationError) -> str:
    """The first few faults, named by their place in the reply."""
    faults = [
        _short(".".join(map(str, fault["loc"])) or "reply") + f": {_short(fault['msg'])}"
        for fault in error.errors(include_url=False, include_input=False)[:5]
    ]
    return "; ".join(faults)
