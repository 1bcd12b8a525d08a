"""Linked groups in whole runs: wordings, languages, depths, and what of the first they keep."""

import asyncio
import json
import sqlite3
from collections import defaultdict
from pathlib import Path
from typing import Any

import pytest

from taxoloom.errors import InputError
from taxoloom.graphs.checking import Checking, checked
from taxoloom.graphs.generate import Options, agenerate, generate
from taxoloom.graphs.report_diversity import texts_of
from taxoloom.graphs.run import Run
from taxoloom.models import Gate
from taxoloom.quality import lost
from taxoloom.quality.rules import sample_of
from taxoloom.tests.support.recipes import content, recipe

LINKED = {
    "wordings": {"share": 0.3, "number": 4},
    "languages": {"share": 0.3, "into": ["zh", "en"]},
    "depths": {"share": 0.3},
}
Row = dict[str, Any]


def rows(db: Path, query: str) -> list[Row]:
    connection = sqlite3.connect(db)
    connection.row_factory = sqlite3.Row
    try:
        found = [dict(row) for row in connection.execute(query)]
    finally:
        connection.close()
    for row in found:
        for name in {"messages", "labels", "artifacts", "content"} & set(row):
            row[name] = json.loads(row[name])
    return found


def said(row: Row, role: str) -> list[str]:
    return [message["content"] for message in row["messages"] if message["role"] == role]


@pytest.fixture(scope="module")
def db(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("linked")
    path = recipe(folder, samples=24, linked=LINKED, noise={}, run={"wave": 10})
    generate(path, db=folder / "run.db")
    return folder / "run.db"


@pytest.fixture(scope="module")
def groups(db: Path) -> dict[str, list[list[Row]]]:
    """By kind the groups, each with its first sample in front, the accepted ones alone."""
    found: dict[tuple[str, str], list[Row]] = defaultdict(list)
    query = "SELECT * FROM linked_groups WHERE status = 'accepted' ORDER BY member"
    for row in rows(db, query):
        found[row["kind"], row["group_id"]].append(row)
    by_kind: dict[str, list[list[Row]]] = defaultdict(list)
    for (kind, _), group in found.items():
        by_kind[kind].append(group)
    return by_kind


def test_there_are_as_many_as_were_asked_for(db: Path) -> None:
    [run] = rows(db, "SELECT asked FROM runs")
    slots = {row["slot"] for row in rows(db, "SELECT slot FROM blueprints WHERE slot >= 24")}
    assert len(slots) <= run["asked"] - 24
    # Seven or eight first samples of each kind, with three, one and two others.
    assert 7 * 3 + 7 + 5 * 2 <= run["asked"] - 24 <= 8 * 3 + 8 + 8 * 2
    counts = rows(db, "SELECT * FROM run_counts")[0]
    states = ("accepted", "disputed", "rejected", "failed", "pending")
    assert counts["planned"] == sum(counts[state] for state in states)


def test_wordings_ask_the_same_in_other_words(groups: dict[str, list[list[Row]]]) -> None:
    assert len(groups["wordings"]) >= 5
    for first, *others in groups["wordings"]:
        asked = [said(row, "user")[0] for row in (first, *others)]
        assert len(set(asked)) == len(asked)
        for row in others:
            assert row["leaf"] == first["leaf"]
            assert row["final_answer"] == first["final_answer"]
            assert row["labels"] == {**first["labels"], "instruction_form": "paraphrase"}
            if first["labels"]["instruction_form"] != "noise":
                assert lost(asked[:1], said(row, "user")[:1]) == ""


def test_a_pair_is_in_two_languages(groups: dict[str, list[list[Row]]]) -> None:
    assert len(groups["languages"]) >= 5
    for first, *others in groups["languages"]:
        assert first["language"] == "zh"
        for row in others:
            assert row["language"] == "en"
            assert len(row["messages"]) == len(first["messages"])
            assert row["labels"] == first["labels"]
            found = sample_of({"messages": row["messages"]}, as_of="", language="")
            assert found.language == "en"


def test_depths_keep_the_request_and_change_the_answer(groups: dict[str, list[list[Row]]]) -> None:
    assert groups["depths"]
    for first, *others in groups["depths"]:
        depths = {row["labels"]["depth"] for row in (first, *others)}
        assert len(depths) == 1 + len(others)
        for row in others:
            assert said(row, "user") == said(first, "user")
            thinks = row["labels"]["depth"] == "deep_thinking"
            assert bool(row["reasoning"]) == thinks


def test_the_first_samples_are_those_of_a_run_without_groups(db: Path, tmp_path: Path) -> None:
    generate(recipe(tmp_path, samples=24, noise={}, run={"wave": 10}), db=tmp_path / "run.db")
    query = "SELECT slot, attempt, messages, status FROM samples WHERE slot < 24 ORDER BY slot"
    assert rows(db, query) == rows(tmp_path / "run.db", query)


def test_a_run_that_broke_off_ends_like_one_that_did_not(db: Path, tmp_path: Path) -> None:
    path = recipe(tmp_path, samples=24, linked=LINKED, noise={}, run={"wave": 10})
    target = tmp_path / "run.db"

    async def some(limit: int) -> None:
        gate = Gate()
        heard = 0

        def on_attempt(_: object) -> None:
            nonlocal heard
            heard += 1
            if heard == limit:
                gate.close()

        await agenerate(
            path, Options(db=target, resume=target.exists(), on_attempt=on_attempt), gate=gate
        )

    for limit in (150, 100, 120):
        with pytest.raises(asyncio.CancelledError):
            asyncio.run(some(limit))
    asyncio.run(agenerate(path, Options(db=target, resume=True)))
    assert content(target) == content(db)


def test_trace_and_export_say_what_belongs_together(db: Path, tmp_path: Path) -> None:
    [link, *_] = rows(db, "SELECT * FROM links WHERE kind = 'wordings' AND member = 2")
    run = Run(link["run_id"], db)
    shown = str(run.trace(link["sample_id"]))
    assert f"wordings: {link['source_id']} (the first)" in shown
    assert "rewrites: wording_brief" in shown
    assert f"wordings: {link['sample_id']} (number 2)" in str(run.trace(link["source_id"]))
    file = run.export("messages", tmp_path)
    metas = [json.loads(line)["meta"] for line in file.read_text(encoding="utf-8").splitlines()]
    ids = {meta["id"] for meta in metas}
    linked = [group for meta in metas for group in meta.get("linked", [])]
    assert {group["kind"] for group in linked} == {"wordings", "languages", "depths"}
    assert {group["id"] for group in linked} <= ids
    assert len(linked) < len(metas) * 3


def test_report_and_check_leave_out_what_repeats_on_purpose(db: Path, tmp_path: Path) -> None:
    [first] = rows(db, "SELECT id FROM runs")
    alone = rows(db, "SELECT count(*) AS n FROM samples WHERE slot < 24 AND status = 'accepted'")
    assert len(texts_of(first["id"], db).requests) == alone[0]["n"]
    file = Run(first["id"], db).export("messages", tmp_path)
    assert len(texts_of(str(file)).requests) == alone[0]["n"]
    codes = {one.code for row in checked(str(file), Checking()) for one in row.findings}
    assert "near_duplicate" not in codes


def test_groups_that_cannot_be_made_are_refused(tmp_path: Path) -> None:
    axes = {"difficulty": None}
    path = recipe(tmp_path, axes=axes, linked={"depths": {"share": 0.5}})
    with pytest.raises(InputError, match=r"linked\.depths: the axis `depth`"):
        generate(path, db=tmp_path / "run.db")
    path = recipe(tmp_path, linked={"languages": {"share": 0.5, "into": ["zh"]}})
    with pytest.raises(InputError, match=r"linked\.languages: .* 'zh' already"):
        generate(path, db=tmp_path / "run.db")
    chain = {"chain": ["planner", "writer"]}
    path = recipe(tmp_path, graph=chain, linked={"wordings": {"share": 0.5}})
    with pytest.raises(InputError, match=r"linked: nobody"):
        generate(path, db=tmp_path / "run.db")
