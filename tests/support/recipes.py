"""Recipes for tests, and what of a database two runs must have in common."""

import json
import sqlite3
from pathlib import Path
from typing import Any

UNLABELLED = {"axes": False}
"""Checks for a mock, which says the same whatever the labels are."""
ROOT = Path(__file__).parent.parent.parent
EXAMPLES = ROOT / "examples"


def recipe(folder: Path, url: str = "", **keys: Any) -> Path:
    """Write a recipe that asks the endpoint at `url`, or the offline model without one."""
    settings: dict[str, Any] = {"model": "offline"}
    if url:
        settings = {"model": "mock", "base_url": url, "structured": "json_schema"}
    data: dict[str, Any] = {
        "taxonomy": str(EXAMPLES / "customer_service.zh.yaml"),
        "language": "zh",
        "samples": 12,
        "seed": 3,
        "as_of": "2026-11-22",
        "models": {"default": settings | keys.pop("model", {})},
        "checks": (UNLABELLED if url else {}) | keys.pop("checks", {}),
    }
    path = folder / "recipe.yaml"
    path.write_text(json.dumps(data | keys, ensure_ascii=False), encoding="utf-8")
    return path


def content(db: Path) -> dict[str, list[tuple[Any, ...]]]:
    """All that decides a data set, without times and row numbers."""
    queries = {
        "samples": "SELECT id, slot, attempt, leaf, labels, messages, reasoning, final_answer, "
        "status, reason, artifacts FROM samples ORDER BY id",
        "verdicts": "SELECT sample_id, judge, model, prompt, accept, score, criteria, rationale, "
        "unscored FROM verdicts ORDER BY sample_id, judge",
        "disagreements": "SELECT id, sample_id, kind, detail FROM disagreements ORDER BY id",
        "blueprints": "SELECT run_id, id, wave, content FROM blueprints ORDER BY id",
        "calls": "SELECT sample_id, node, round, prompt, request_key, reply, outcome FROM calls "
        "ORDER BY request_key, sample_id",
    }
    with sqlite3.connect(db) as connection:
        found = {name: connection.execute(query).fetchall() for name, query in queries.items()}
    connection.close()
    return found
