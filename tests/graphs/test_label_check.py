"""A blind annotator in generation: what it does not find again is disputed, and on record."""

import json
import re
import sqlite3
from pathlib import Path
from typing import Any

from taxoloom.graphs.generate import generate
from taxoloom.graphs.redecide import Wanted, redecide
from taxoloom.tests.support.endpoint import Body, Endpoint, good, schema_name
from taxoloom.tests.support.recipes import recipe


def ask(db: Path, query: str) -> list[tuple[Any, ...]]:
    connection = sqlite3.connect(db)
    try:
        return connection.execute(query).fetchall()
    finally:
        connection.close()


def steadfast(body: Body) -> Any:
    """An annotator that always finds the first leaf of the file, wherever the menu has it."""
    if schema_name(body) != "Annotation":
        return good(body)
    shown = body["messages"][1]["content"]
    found = re.search(r"选项 (\d+)：[^\n=]*商品信息", shown)
    assert found is not None
    choice = {"option": int(found[1]), "confidence": "high", "evidence": "How do I handle"}
    return {"working": "", "choices": [choice], "none": False}


def test_what_is_not_found_again_is_disputed_however_the_judges_vote(tmp_path: Path) -> None:
    with Endpoint(steadfast).running() as endpoint:
        path = recipe(
            tmp_path,
            endpoint.url,
            samples=14,
            panel={"label_check": True},
            run={"attempts": 1},
            graph={"chain": ["planner", "writer"]},
        )
        run = generate(path, db=tmp_path / "run.db")
    rows = ask(run.path, "SELECT id, leaf, status, reason FROM samples")
    assert {row[2:] for row in rows if "商品信息" in row[1]} == {("accepted", "panel:3-0")}
    others = {row[0] for row in rows if "商品信息" not in row[1]}
    assert {row[2:] for row in rows if row[0] in others} == {("disputed", "label_check:elsewhere")}
    differences = ask(run.path, "SELECT sample_id, kind, detail FROM disagreements")
    assert {row[0] for row in differences} == others
    assert {row[1] for row in differences} == {"label"}
    for sample, _, detail in differences:
        sides = json.loads(detail)["sides"]
        (leaf,) = [row[1] for row in rows if row[0] == sample]
        assert sides["blueprint"]["leaves"] == [leaf]
        assert "商品信息" in sides["label_check"]["leaves"][0]
        assert sides["label_check"]["evidence"] == "How do I handle"
    # Nor does another policy make them good.
    found = redecide(run.path, run.id, Wanted(policy="majority"))
    assert found.changes == ()


def test_the_annotator_is_blind_to_what_was_asked_for(tmp_path: Path) -> None:
    with Endpoint(steadfast).running() as endpoint:
        path = recipe(
            tmp_path,
            endpoint.url,
            samples=6,
            panel={"label_check": True},
            run={"attempts": 1},
            graph={"chain": ["planner", "writer"]},
        )
        generate(path, db=tmp_path / "run.db")
        asked = [body for body in endpoint.calls if schema_name(body) == "Annotation"]
    assert len(asked) == 6
    for body in asked:
        shown = body["messages"][1]["content"]
        assert "标签：" not in shown
        assert "需求" not in shown
        assert len(re.findall(r"^选项 \d+", shown, re.M)) == 6


def test_offline_samples_are_found_again(tmp_path: Path) -> None:
    path = recipe(tmp_path, samples=12, panel={"label_check": True})
    run = generate(path, db=tmp_path / "run.db")
    rows = ask(run.path, "SELECT json_extract(artifacts, '$.label_check.found') FROM samples")
    looked = [row[0] for row in rows if row[0] is not None]
    assert sum(looked) > 0
    statuses = dict(ask(run.path, "SELECT reason, status FROM samples WHERE reason LIKE 'label%'"))
    assert set(statuses) == {"label_check:elsewhere"}
