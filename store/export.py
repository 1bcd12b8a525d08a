"""Samples as training data: one JSON object a line, in three shapes.

Provenance goes along under `meta`, which trainers ignore. A file appears whole or not at all.
"""

import json
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path
from typing import Any

from .whole import written_whole

Row = Mapping[str, Any]
_PLANNED = ("turns", "switch", "parameters")
_SHAREGPT = {"system": "system", "user": "human", "assistant": "gpt"}


def as_messages(sample: Row) -> dict[str, Any]:
    """OpenAI's shape: `{"messages": [{"role", "content"}, …]}`."""
    return {"messages": sample["messages"]}


def as_sharegpt(sample: Row) -> dict[str, Any]:
    """`{"conversations": [{"from": "human" | "gpt", "value"}, …], "system"?}`."""
    turns = [m for m in sample["messages"] if m["role"] != "system"]
    talk = [{"from": _SHAREGPT[m["role"]], "value": m["content"]} for m in turns]
    system = _system(sample)
    return {"conversations": talk} | ({"system": system} if system else {})


def as_alpaca(sample: Row) -> dict[str, Any]:
    """`{"instruction", "input", "output", "system"?, "history"?}`: the last turn is the task."""
    texts = [m["content"] for m in sample["messages"] if m["role"] != "system"]
    pairs = [list(pair) for pair in zip(texts[::2], texts[1::2], strict=True)]
    (instruction, output), history = pairs[-1], pairs[:-1]
    row: dict[str, Any] = {"instruction": instruction, "input": "", "output": output}
    if _system(sample):
        row["system"] = _system(sample)
    return row | ({"history": history} if history else {})


FORMATS: dict[str, Callable[[Row], dict[str, Any]]] = {
    "messages": as_messages,
    "sharegpt": as_sharegpt,
    "alpaca": as_alpaca,
}


def think(sample: Row) -> Row:
    """The thinking in front of the last answer, between tags, as Qwen and DeepSeek have it."""
    if not sample["reasoning"]:
        return sample
    *before, last = sample["messages"]
    thought = f"<think>\n{sample['reasoning']}\n</think>\n\n{last['content']}"
    return {**sample, "messages": [*before, {**last, "content": thought}]}


def field(sample: Row) -> Row:
    """The thinking as a field of the last message, for templates with `reasoning_content`."""
    if not sample["reasoning"]:
        return sample
    *before, last = sample["messages"]
    return {**sample, "messages": [*before, {**last, "reasoning_content": sample["reasoning"]}]}


REASONING: dict[str, Callable[[Row], Row]] = {
    "meta": lambda sample: sample,
    "think": think,
    "field": field,
}
"""Where the thinking of a sample goes: into the dialogue, or into `meta` alone."""


def export(samples: Iterable[Row], format: str, path: Path, *, reasoning: str = "meta") -> int:
    """Write samples that have messages to a JSONL file; returns how many were written.

    Raises StoreError; whatever goes wrong, the file is as it was before.
    """
    shape, count = FORMATS[format], 0
    placed = REASONING[reasoning]
    with written_whole(path) as file:
        for sample in samples:
            if not sample["messages"]:
                continue
            line = {**shape(placed(sample)), "meta": _meta(sample)}
            file.write(json.dumps(line, ensure_ascii=False) + "\n")
            count += 1
    return count


def _meta(sample: Row) -> dict[str, Any]:
    keys = ("id", "leaf", "labels", "language", "status", "model", "as_of")
    meta = {key: sample[key] for key in keys}
    for key in ("reasoning", "final_answer", "linked", "fresh_for", "expires", *_PLANNED):
        if sample.get(key):
            meta[key] = sample[key]
    return meta


def _system(sample: Row) -> str:
    return next((str(m["content"]) for m in sample["messages"] if m["role"] == "system"), "")
