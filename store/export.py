"""Samples as training data: one JSON object a line, in three shapes.

Provenance goes along under `meta`, which trainers ignore. A file appears whole or not at all.
"""

import contextlib
import json
import os
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path
from typing import Any

from ..errors import StoreError

Row = Mapping[str, Any]
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


def export(samples: Iterable[Row], format: str, path: Path) -> int:
    """Write samples that have messages to a JSONL file; returns how many were written.

    Raises StoreError; whatever goes wrong, the file is as it was before.
    """
    partial = path.with_name(path.name + ".part")
    try:
        # Replacing would put a file in the place of a device: as root, of /dev/null itself.
        if path.exists() and not path.is_file():
            raise StoreError(f"{path}: is not a regular file", hint="name a file with --out")
        count = _write(samples, FORMATS[format], partial)
        partial.replace(path)
    except BaseException as error:
        with contextlib.suppress(OSError):
            partial.unlink(missing_ok=True)
        if isinstance(error, OSError):
            raise StoreError(
                f"{path}: cannot be written: {error.strerror}", hint="name another file with --out"
            ) from error
        raise
    return count


def _write(samples: Iterable[Row], shape: Callable[[Row], dict[str, Any]], path: Path) -> int:
    count = 0
    with path.open("w", encoding="utf-8", newline="\n") as file:
        for sample in samples:
            if not sample["messages"]:
                continue
            line = {**shape(sample), "meta": _meta(sample)}
            file.write(json.dumps(line, ensure_ascii=False) + "\n")
            count += 1
        file.flush()
        os.fsync(file.fileno())
    return count


def _meta(sample: Row) -> dict[str, Any]:
    keys = ("id", "leaf", "labels", "language", "status", "model", "as_of")
    meta = {key: sample[key] for key in keys}
    for key in ("reasoning", "final_answer"):
        if sample[key]:
            meta[key] = sample[key]
    return meta


def _system(sample: Row) -> str:
    return next((str(m["content"]) for m in sample["messages"] if m["role"] == "system"), "")
