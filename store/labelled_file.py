"""A data set with its labels, as JSON Lines: rows in their own shape, or in one of three.

Every row comes back, also one that has no place: its `leaf` is null. A file appears whole or not
at all.
"""

import json
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path
from typing import Any

from ..errors import InputError
from .whole import written_whole

Row = Mapping[str, Any]
ADDED = ("leaf", "leaves", "labels", "label_status")
"""What a row gets beside its own fields."""
_SHAREGPT = {"system": "system", "user": "human", "assistant": "gpt", "tool": "tool"}
_OWN = frozenset(
    {"messages", "conversations", "instruction", "input", "output", "system", "history"}
)
"""Fields that hold what is said, in any of the three shapes."""


def write_labelled(items: Iterable[Row], path: Path, format: str | None = None) -> int:
    """Write every item; returns how many. Raises InputError for a format that there is not."""
    shape = None if format is None else _shape(format)
    count = 0
    with written_whole(path) as file:
        for item in items:
            said = {} if shape is None else shape(item["messages"])
            file.write(json.dumps(_row(item, said), ensure_ascii=False) + "\n")
            count += 1
    return count


def _row(item: Row, said: Row) -> dict[str, Any]:
    """The row as it was, with its words in another shape if there is one, and its labels.

    What the row itself had under such a name stays as `…_given`: it may be the truth to compare to.
    """
    given = {name: value for name, value in item["row"].items() if not said or name not in _OWN}
    kept = {f"{name}_given" if name in ADDED else name: value for name, value in given.items()}
    leaves = item["leaves"]
    return {
        **said,
        **kept,
        "leaf": leaves[0] if leaves else None,
        "leaves": leaves,
        "labels": item["labels"],
        "label_status": item["status"],
    }


def as_messages(messages: list[dict[str, str]]) -> dict[str, Any]:
    """OpenAI's shape."""
    return {"messages": messages}


def as_sharegpt(messages: list[dict[str, str]]) -> dict[str, Any]:
    """ShareGPT's shape, the system prompt beside the turns."""
    talk = [{"from": _SHAREGPT[m["role"]], "value": m["content"]} for m in _said(messages)]
    return {"conversations": talk, **_system(messages)}


def as_alpaca(messages: list[dict[str, str]]) -> dict[str, Any]:
    """Alpaca's shape: the last question is the task, answered or not; turns in a row are joined."""
    pairs: list[list[str]] = []
    for message in _said(messages):
        # What a tool says has no place of its own there: it stands with the question.
        side = 1 if message["role"] == "assistant" else 0
        if not pairs or (side == 0 and pairs[-1][1]):
            pairs.append(["", ""])
        held = pairs[-1][side]
        pairs[-1][side] = f"{held}\n\n{message['content']}" if held else message["content"]
    *history, (instruction, output) = pairs
    row = {"instruction": instruction, "input": "", "output": output, **_system(messages)}
    return row | ({"history": history} if history else {})


FORMATS: dict[str, Callable[[list[dict[str, str]]], dict[str, Any]]] = {
    "messages": as_messages,
    "sharegpt": as_sharegpt,
    "alpaca": as_alpaca,
}


def _shape(format: str) -> Callable[[list[dict[str, str]]], dict[str, Any]]:
    if format not in FORMATS:
        raise InputError(f"unknown format {format!r}", hint=f"use {', '.join(FORMATS)}")
    return FORMATS[format]


def _said(messages: list[dict[str, str]]) -> list[dict[str, str]]:
    return [message for message in messages if message["role"] != "system"]


def _system(messages: list[dict[str, str]]) -> dict[str, str]:
    texts = [message["content"] for message in messages if message["role"] == "system"]
    return {"system": "\n\n".join(texts)} if texts else {}
