"""Rows of any data set as samples: our own, `messages`, ShareGPT and Alpaca shapes.

Knows no file format; a row is what a reader made of a line.
"""

import re
from collections.abc import Mapping, Sequence
from typing import Any

from ...errors import InputError
from .rule import Sample
from .text import weight

_ROLES = {"human": "user", "gpt": "assistant", "bot": "assistant", "model": "assistant"}
_THINKING = re.compile(r"\s*<think>(?P<thought>.*?)</think>\s*(?P<answer>.*)\Z", re.DOTALL)
_HINT = "a row has `messages`, `conversations`, or `instruction` and `output`"


def sample_of(row: Mapping[str, Any], *, as_of: str = "", language: str = "") -> Sample:
    """The sample that a row holds; what the row does not say is taken from the arguments.

    Without either, the language is that of its user's script. Raises InputError for a row of no
    shape that we know.
    """
    messages, thought = _without_thinking(_messages(row))
    beside = row.get("meta")
    if isinstance(beside, Mapping):
        # Where exports keep what is not for the trainer.
        row = {**beside, **row}
    labels = row.get("labels")
    path = row.get("path") or row.get("leaf") or ()
    stated = row.get("language")
    fresh = row.get("fresh_for")
    filled = row.get("parameters")
    return Sample(
        messages,
        reasoning=_text(row, "reasoning") or thought,
        final_answer=_text(row, "final_answer"),
        language=stated if stated in ("zh", "en") else language or _language(messages),
        labels={str(k): str(v) for k, v in labels.items()} if isinstance(labels, Mapping) else {},
        path=(path,) if isinstance(path, str) else tuple(map(str, path)),
        as_of=_text(row, "as_of") or as_of,
        fresh_for=fresh if isinstance(fresh, int) else None,
        turns=_number(row, "turns"),
        switch=_number(row, "switch"),
        parameters={str(k): str(v) for k, v in filled.items()}
        if isinstance(filled, Mapping)
        else {},
    )


def _without_thinking(messages: list[dict[str, str]]) -> tuple[list[dict[str, str]], str]:
    """The messages without a thinking block before the last answer, and what it holds.

    So have it data sets for models that think aloud: it is no leak, and no part of the answer.
    """
    if not messages or messages[-1]["role"] != "assistant":
        return messages, ""
    *before, last = messages
    match = _THINKING.match(last["content"])
    if match is None or not match["answer"].strip():
        return messages, ""
    return [*before, {**last, "content": match["answer"]}], match["thought"].strip()


def _messages(row: Mapping[str, Any]) -> list[dict[str, str]]:
    turns = row.get("messages", row.get("conversations"))
    if isinstance(turns, Sequence) and not isinstance(turns, str):
        return [_turn(turn) for turn in turns]
    asked = next((row[key] for key in ("instruction", "prompt", "question") if key in row), None)
    said = next(
        (row[key] for key in ("output", "response", "completion", "answer") if key in row), None
    )
    if not isinstance(asked, str) or not isinstance(said, str):
        raise InputError("a row that holds no conversation", hint=_HINT)
    given = _text(row, "input")
    head = [{"role": "system", "content": system}] if (system := _text(row, "system")) else []
    asked = f"{asked}\n{given}" if given else asked
    return [*head, {"role": "user", "content": asked}, {"role": "assistant", "content": said}]


def _turn(turn: object) -> dict[str, str]:
    if isinstance(turn, Mapping):
        role = turn.get("role", turn.get("from"))
        content = turn.get("content", turn.get("value"))
        if isinstance(role, str) and isinstance(content, str):
            return {"role": _ROLES.get(role, role), "content": content}
    raise InputError("a turn without a role and a text", hint=_HINT)


def _text(row: Mapping[str, Any], key: str) -> str:
    value = row.get(key)
    return value if isinstance(value, str) else ""


def _number(row: Mapping[str, Any], key: str) -> int:
    value = row.get(key)
    return value if isinstance(value, int) and value > 0 else 0


def _language(messages: Sequence[Mapping[str, str]]) -> str:
    counts = [weight(message["content"]) for message in messages if message["role"] == "user"]
    han, latin = sum(pair[0] for pair in counts), sum(pair[1] for pair in counts)
    if han + latin < 4:
        return ""
    return "zh" if han > latin else "en"
