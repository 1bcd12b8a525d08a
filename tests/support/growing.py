"""A model at the local endpoint for taxonomies that are grown, and what of two runs must agree."""

import re
import sqlite3
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

import yaml

from taxoloom.models.offline.read import read_sheet

from .endpoint import Body, Endpoint, Fault, Said, schema_name

Answer = str | dict[str, Any] | Said | Fault
TOLD = {
    "en": ("Something that people bring up time and again.", "This came up today, and now what?"),
    "zh": ("大家一再拿来问的一件事。", "今天碰上这件事了，接下来怎么办？"),
}


def asked(endpoint: Endpoint) -> list[Body]:
    """Requests of a run, without the probes that precede it."""
    return [body for body in endpoint.requests if schema_name(body) != "Ready"]


def sections(body: Body) -> dict[str, str]:
    """What a prompt holds, by the labels of its sections."""
    return dict(read_sheet(body["messages"]).sections)


def path_of(body: Body) -> str:
    """The node whose list a prompt is about."""
    found = sections(body)
    text = found.get("list to complete") or found["待补全的列表"]
    return re.split(r"：|: ?", text.splitlines()[0], maxsplit=1)[1]


def shown(body: Body) -> list[tuple[int, str]]:
    """The numbered entries that a merger is shown."""
    found = sections(body)
    text = found.get("proposed entries") or found["提出的条目"]
    lines = re.findall(r"^(?:Entry|条目) (\d+)(?:：|: ?)(.*)$", text, re.MULTILINE)
    return [(int(number), name) for number, name in lines]


def item(name: str, language: str = "en") -> dict[str, Any]:
    """A proposed entry with that name."""
    definition, example = TOLD[language]
    return {"name": name, "definition": definition, "example": example, "alias": ""}


def ruling(number: int, action: str = "keep", **more: Any) -> dict[str, Any]:
    """What a merger says of one entry."""
    return {"entry": number, "action": action, "into": 0, "parts": [], "reason": "so", **more}


def keep_all(body: Body) -> dict[str, Any]:
    """A merger that keeps what it is shown."""
    return {"working": "", "entries": [ruling(number) for number, _ in shown(body)]}


LEVEL = {
    "unit": "one thing that comes up by itself",
    "naming": "a short noun phrase",
    "coarser": "it would need two answers",
    "finer": "it has one case",
    "few": 4,
    "many": 9,
}


def grower(
    propose: Callable[[Body], Iterable[str] | Answer],
    merge: Callable[[Body], Answer] = keep_all,
    level: Callable[[Body], Answer] = lambda body: dict(LEVEL),
    language: str = "en",
) -> Callable[[Body], Answer]:
    """A model of whose proposers only the names are given."""

    def reply(body: Body) -> Answer:
        name = schema_name(body)
        if name == "Ready":
            return {"ready": True}
        if name == "Grain":
            return level(body)
        if name == "Merge":
            return merge(body)
        said = propose(body)
        if isinstance(said, str | dict | Said | Fault):
            return said
        return {"working": "", "entries": [item(one, language) for one in said]}

    return reply


def write(folder: Path, data: dict[str, Any], name: str = "t.yaml") -> Path:
    """A taxonomy file."""
    path = folder / name
    path.write_text(yaml.safe_dump(data, allow_unicode=True, sort_keys=False), encoding="utf-8")
    return path


def recipe(folder: Path, url: str, **settings: Any) -> Path:
    """A recipe that asks the endpoint at `url`."""
    model = {"model": "mock", "base_url": url, "structured": "json_schema", **settings}
    return write(
        folder, {"taxonomy": "-", "language": "en", "models": {"default": model}}, "r.yaml"
    )


def rows(db: Path, query: str) -> list[tuple[Any, ...]]:
    """The rows of a query."""
    connection = sqlite3.connect(db)
    try:
        return connection.execute(query).fetchall()
    finally:
        connection.close()


def content(db: Path) -> dict[str, list[tuple[Any, ...]]]:
    """All that decides what is offered, without times and row numbers."""
    return {
        "growths": rows(
            db,
            "SELECT id, level_id, wave, place, path, kind, known, level, proposals, counted, cuts, "
            "changes, additions, estimate, status, reason FROM growths ORDER BY id",
        ),
        "calls": rows(
            db,
            "SELECT sample_id, node, prompt, request_key, reply, outcome FROM calls "
            "ORDER BY request_key, sample_id",
        ),
    }
