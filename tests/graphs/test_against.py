"""Gaps of data that exists: what is there counts, only the rest is made."""

import json
import sqlite3
from collections import Counter
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from taxoloom.errors import InputError, RunStopped
from taxoloom.graphs.generate import generate
from taxoloom.graphs.run import Run
from taxoloom.tests.support.endpoint import Endpoint, good
from taxoloom.tests.support.recipes import recipe

TREE: dict[str, Any] = {
    "name": "店",
    "attributes": {"品类": ["服装", "数码"], "档次": ["高", "低"]},
    "children": ["查询", "退货", "投诉"],
}


@pytest.fixture
def taxonomy(tmp_path: Path) -> Path:
    path = tmp_path / "tree.json"
    path.write_text(json.dumps(TREE, ensure_ascii=False), encoding="utf-8")
    return path


def rows(path: Path, *found: dict[str, Any]) -> Path:
    lines = [json.dumps(row, ensure_ascii=False) for row in found]
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return path


def made(folder: Path, taxonomy: Path, db: str, **keys: Any) -> Run:
    with Endpoint(good).running() as endpoint:
        path = recipe(folder, endpoint.url, taxonomy=str(taxonomy), axes={}, **keys)
        return generate(path, db=folder / db)


def by_leaf(run: Run) -> Counter[str]:
    return Counter(sample.leaf for sample in run.samples("accepted"))


def test_only_what_a_file_lacks_is_made(tmp_path: Path, taxonomy: Path) -> None:
    there = [{"leaf": "查询", "labels": {"品类": "服装", "档次": "高"}}] * 3
    rows(tmp_path / "old.jsonl", *there, {"leaf": "退货", "labels": {"品类": "数码"}})
    run = made(tmp_path, taxonomy, "a.db", samples={"per_leaf": 4}, against=["old.jsonl"])
    assert by_leaf(run) == {"店 > 查询": 1, "店 > 退货": 3, "店 > 投诉": 4}
    labels = Counter(sample.labels["品类"] for sample in run.samples())
    assert labels["服装"] + 3 == labels["数码"] + 1 == 6


def test_cells_are_filled_up_one_by_one(tmp_path: Path, taxonomy: Path) -> None:
    rows(
        tmp_path / "old.jsonl",
        {"path": ["店", "查询"], "品类": "服装", "档次": "高"},
        {"path": ["店", "查询"], "品类": "服装", "档次": "高"},
    )
    keys = {"samples": {"per_cell": 1, "labels": ["品类", "档次"]}, "against": ["old.jsonl"]}
    run = made(tmp_path, taxonomy, "a.db", **keys)
    cells = Counter((s.leaf, s.labels["品类"], s.labels["档次"]) for s in run.samples())
    assert len(cells) == 3 * 4 - 1
    assert ("店 > 查询", "服装", "高") not in cells
    assert set(cells.values()) == {1}


def test_another_run_counts_as_well(tmp_path: Path, taxonomy: Path) -> None:
    first = made(tmp_path, taxonomy, "a.db", samples=6)
    second = made(tmp_path, taxonomy, "b.db", samples=9, against=[f"a.db#{first.id}"])
    assert by_leaf(first) + by_leaf(second) == {"店 > 查询": 3, "店 > 退货": 3, "店 > 投诉": 3}
    third = made(tmp_path, taxonomy, "b.db", samples=4, seed=8, against=[second.id])
    assert by_leaf(third).total() + by_leaf(second).total() >= 4


def test_where_nothing_is_missing_the_run_is_done_at_once(tmp_path: Path, taxonomy: Path) -> None:
    rows(tmp_path / "old.jsonl", *[{"leaf": leaf} for leaf in TREE["children"]] * 2)
    run = made(tmp_path, taxonomy, "a.db", samples=6, against=["old.jsonl"])
    assert run.status == "done"
    assert list(run.samples()) == []


def test_a_resumed_run_counts_what_was_there_when_it_began(tmp_path: Path, taxonomy: Path) -> None:
    old = rows(tmp_path / "old.jsonl", *[{"leaf": "查询", "labels": {"品类": "服装"}}] * 2)
    keys: dict[str, Any] = {"samples": {"per_leaf": 3}, "against": ["old.jsonl"]}
    keys |= {"axes": {}, "run": {"stop_after_failures": 2}, "model": {"repairs": 0}}
    with Endpoint(lambda body: "no JSON").running() as endpoint:
        path = recipe(tmp_path, endpoint.url, taxonomy=str(taxonomy), **keys)
        with pytest.raises(RunStopped):
            generate(path, db=tmp_path / "a.db")
        old.write_text('{"leaf": "投诉"}\n', encoding="utf-8")
        endpoint.reply = good
        run = generate(path, db=tmp_path / "a.db", resume=True)
    planned = Counter(
        leaf for _, leaf in ask(run.path, "SELECT DISTINCT slot, leaf FROM blueprints")
    )
    assert planned == {"店 > 查询": 1, "店 > 退货": 3, "店 > 投诉": 3}
    assert [row[1:] for row in ask(run.path, "SELECT * FROM present")][0][1:] == (
        '{"品类": "服装"}',
        2,
    )


def ask(db: Path, query: str) -> list[tuple[Any, ...]]:
    with closing(sqlite3.connect(db)) as connection:
        return connection.execute(query).fetchall()


@pytest.mark.parametrize(
    ("source", "text", "said"),
    [
        ("missing.jsonl", None, "missing.jsonl"),
        ("old.jsonl", '{"leaf": "天气"}\n', "none of the 1 rows names a leaf"),
        ("old.jsonl", "{broken\n", "old.jsonl"),
    ],
)
def test_what_cannot_be_counted_is_refused_before_the_first_call(
    source: str, text: str | None, said: str, tmp_path: Path, taxonomy: Path
) -> None:
    if text is not None:
        (tmp_path / source).write_text(text, encoding="utf-8")
    with Endpoint(good).running() as endpoint:
        path = recipe(tmp_path, endpoint.url, taxonomy=str(taxonomy), against=[source])
        with pytest.raises(InputError, match=said):
            generate(path, db=tmp_path / "a.db")
        assert endpoint.requests == []
    assert not (tmp_path / "a.db").exists()
