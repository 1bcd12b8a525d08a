"""Rows to plant in a database: whole, legal, and with one thing changed at a time."""

import json
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

from taxoloom.store import Writer, records
from taxoloom.store.writer import Statement

Row = dict[str, Any]
NOW = "2026-11-22T10:00:00.000+00:00"
CLEAR: list[Statement] = [("DELETE FROM samples", [[]]), ("DELETE FROM blueprints", [[]])]
STATUSES = ("accepted", "disputed", "rejected", "failed")


def run(id: str = "r1", **changed: Any) -> Row:
    row = {
        "id": id,
        "recipe_key": "key",
        "fingerprint": "print",
        "recipe": {"taxonomy": "t.yaml"},
        "taxonomy": {"name": "根"},
        "taxonomy_hash": "hash",
        "graph": "graph TD",
        "language": "zh",
        "seed": 1,
        "asked": 3,
        "as_of": "2026-11-22",
        "models": {"writer": "offline"},
        "status": "running",
        "version": "0.1.0",
        "pid": 1,
        "started_at": NOW,
    }
    return row | changed


def blueprint(id: str, *, run: str = "r1", slot: int = 0, **changed: Any) -> Row:
    row = {
        "run_id": run,
        "id": id,
        "wave": 0,
        "slot": slot,
        "attempt": 0,
        "leaf": "根 > 叶",
        "labels": {"难度": "基础"},
        "language": "zh",
        "seed": 7,
        "content": {"slot": slot},
    }
    return row | changed


def sample(of: Row, status: str = "accepted", **changed: Any) -> Row:
    """The sample that a planted blueprint became."""
    row = {
        "id": records.sample_id(of["run_id"], of["id"]),
        "run_id": of["run_id"],
        "blueprint_id": of["id"],
        "slot": of["slot"],
        "attempt": of["attempt"],
        "leaf": of["leaf"],
        "labels": of["labels"],
        "language": of["language"],
        "messages": dialogue("问", "答"),
        "reasoning": "",
        "final_answer": "",
        "status": status,
        "reason": "panel:3-0",
        "detail": "",
        "artifacts": {},
        "model": "offline",
        "as_of": "2026-11-22",
        "created_at": NOW,
    }
    return row | changed


def verdict(judge: str, accept: bool | None, **changed: Any) -> Row:
    row = {
        "judge": judge,
        "model": "offline",
        "prompt": f"judge_{judge}.zh",
        "accept": None if accept is None else int(accept),
        "score": None if accept is None else 4,
        "criteria": {"correct": {"finding": "met", "quote": ""}},
        "rationale": "因为",
        "unscored": "" if accept is not None else "empty: the reply is empty",
    }
    return row | changed


def call(sample_id: str = "s", **changed: Any) -> Row:
    row = {
        "run_id": "r1",
        "sample_id": sample_id,
        "role": "writer",
        "node": "writer",
        "round": 0,
        "attempt": 1,
        "request_key": "k",
        "model": "mock",
        "params": "{}",
        "prompt": "writer.zh",
        "prompt_hash": "h",
        "messages": "[]",
        "reply": "{}",
        "reasoning": "",
        "finish_reason": "stop",
        "input_tokens": 10,
        "output_tokens": 5,
        "cached_tokens": 0,
        "cost": None,
        "latency_ms": 1.0,
        "outcome": "ok",
        "error": "",
        "created_at": NOW,
    }
    return row | changed


def dialogue(*texts: str, system: str = "") -> list[dict[str, str]]:
    """Messages from the texts of user and assistant in turn."""
    head = [{"role": "system", "content": system}] if system else []
    names = ("user", "assistant")
    return head + [{"role": names[i % 2], "content": text} for i, text in enumerate(texts)]


def inserted(**tables: Sequence[Row]) -> list[Statement]:
    """One statement per row, in the order in which the tables are named."""
    return [records.insert(table, [row]) for table, rows in tables.items() for row in rows]


def plant(path: Path, statements: Iterable[Statement]) -> Path:
    """Make a database, or add to it."""
    writer = Writer(path)
    try:
        writer.write_now(list(statements))
    finally:
        writer.close()
    return path


def prompt(hash: str, text: str = "x") -> Statement:
    """A statement that inserts a row of the smallest table."""
    return records.insert("prompts", [{"hash": hash, "name": "n", "text": text}])


def as_json(value: object) -> str:
    return json.dumps(value, ensure_ascii=False)
