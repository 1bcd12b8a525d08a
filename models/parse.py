"""From a raw reply to a typed one, or to the outcome that says why not.

Only lossless steps are taken: a thinking block is cut off, a fence or prose around the one JSON
object is dropped, raw control characters in strings are let pass. Duplicate keys and NaN are
refused. Knows nothing of retries.
"""

import json
import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Generic, TypeVar

from pydantic import BaseModel, ValidationError

from .clean import LIMIT
from .outcome import Outcome

T = TypeVar("T", bound=BaseModel)

_THINK = re.compile(r"\A\s*<think(?:ing)?>(.*?)</think(?:ing)?>", re.DOTALL | re.IGNORECASE)
_FENCE = re.compile(r"\A\s*```[a-zA-Z]*\s*\n(.*?)\n?\s*```\s*\Z", re.DOTALL)
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


def split_thinking(raw: Raw) -> Raw:
    """Move a leading `<think>` block from the text to the reasoning."""
    match = _THINK.match(raw.text)
    if match is None:
        return raw
    return Raw(
        text=raw.text[match.end() :].lstrip(),
        reasoning=raw.reasoning or match[1].strip(),
        refusal=raw.refusal,
        finish_reason=raw.finish_reason,
        input_tokens=raw.input_tokens,
        output_tokens=raw.output_tokens,
        cached_tokens=raw.cached_tokens,
    )


def parse(raw: Raw, output: type[T], check: Callable[[T], str] | None = None) -> Parsed[T]:
    """Classify and validate a reply.

    `check` may look at the validated value and return what contradicts itself in it, or "".
    """
    early = _without_value(raw)
    if early is not None:
        return Parsed(early[0], error=early[1])
    try:
        data = _json_object(raw.text)
    except (ValueError, RecursionError) as error:
        return Parsed(Outcome.invalid_json, error=str(error))
    try:
        value = output.model_validate(data)
    except ValidationError as error:
        return Parsed(Outcome.schema_violation, error=_explain(error))
    problem = check(value) if check else ""
    return Parsed(Outcome.contradiction, error=problem) if problem else Parsed(Outcome.ok, value)


def _without_value(raw: Raw) -> tuple[Outcome, str] | None:
    if raw.refusal:
        return Outcome.refused, raw.refusal[:500]
    if raw.finish_reason == "content_filter":
        return Outcome.filtered, "the endpoint's content filter withheld the reply"
    if raw.finish_reason == "length":
        return Outcome.truncated, f"cut off after {raw.output_tokens} tokens"
    if not raw.text.strip():
        return Outcome.empty, "the reply is empty"
    if len(raw.text) > LIMIT:
        return Outcome.too_large, f"the reply has {len(raw.text)} characters"
    return None


def _json_object(text: str) -> dict[str, object]:
    fenced = _FENCE.match(text)
    body = fenced[1] if fenced else text
    start = body.find("{")
    if start < 0:
        raise ValueError("there is no JSON object in the reply")
    decoder = json.JSONDecoder(
        strict=False,
        object_pairs_hook=_no_duplicates,
        parse_constant=_no_constant,
        parse_int=_bounded_int,
    )
    data, end = decoder.raw_decode(body, start)
    if "{" in body[end:] and _is_object(decoder, body[end:]):
        raise ValueError("the reply holds more than one JSON object")
    if not isinstance(data, dict):
        raise ValueError("the reply is not a JSON object")  # noqa: TRY004 - one family to catch
    return data


def _is_object(decoder: json.JSONDecoder, rest: str) -> bool:
    try:
        decoder.raw_decode(rest, rest.find("{"))
    except ValueError:
        return False
    return True


def _no_duplicates(pairs: list[tuple[str, object]]) -> dict[str, object]:
    data = dict(pairs)
    if len(data) != len(pairs):
        keys = [key for key, _ in pairs]
        twice = next(key for key in keys if keys.count(key) > 1)
        raise ValueError(f"the key {twice!r} occurs twice")
    return data


def _no_constant(name: str) -> object:
    raise ValueError(f"{name} is not JSON")


def _bounded_int(digits: str) -> int:
    if len(digits) > _MAX_DIGITS:
        raise ValueError(f"a number of {len(digits)} digits")
    return int(digits)


def _explain(error: ValidationError) -> str:
    """The first few faults, named by their place in the reply."""
    faults = [
        f"{'.'.join(map(str, fault['loc'])) or 'reply'}: {fault['msg']}"
        for fault in error.errors(include_url=False, include_input=False)[:5]
    ]
    return "; ".join(faults)
