"""`plan` as a person types it: what will be asked for, before any call is paid."""

import json
from collections import Counter
from itertools import combinations
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from taxoloom.cli import commands
from taxoloom.tests.support.recipes import recipe

TREE: dict[str, Any] = {
    "name": "店",
    "attributes": {"品类": ["服装", "数码"], "档次": ["高", "中", "低"], "渠道": ["网店", "门店"]},
    "children": ["查询", "退货", "投诉"],
}


def typed(*words: str | Path, code: int = 0) -> str:
    result = CliRunner().invoke(commands(), [str(word) for word in words])
    assert result.exit_code == code, result.output
    return result.stdout if code == 0 else result.output


@pytest.fixture
def path(tmp_path: Path) -> Path:
    tree = tmp_path / "tree.json"
    tree.write_text(json.dumps(TREE, ensure_ascii=False), encoding="utf-8")
    keys: dict[str, Any] = {"constraints": [{"never": {"品类": "数码", "渠道": "门店"}}]}
    return recipe(tmp_path, taxonomy=str(tree), axes={}, samples=36, **keys)


def test_the_numbers_are_those_of_the_blueprints(path: Path, tmp_path: Path) -> None:
    file = tmp_path / "blueprints.jsonl"
    found = json.loads(typed("plan", path, "--json", "--blueprints", file))
    rows = [json.loads(line) for line in file.read_text(encoding="utf-8").splitlines()]
    assert found["samples"] == len(rows) == 36
    by_leaf = Counter(row["leaf"] for row in rows)
    assert {leaf["id"]: leaf["samples"] for leaf in found["by_leaf"]} == by_leaf
    for name in found["coverage"]["labels"]:
        counted = Counter(dict(row["labels"])[name["name"]] for row in rows)
        assert {value["value"]: value["count"] for value in name["values"]} == counted
    for step in found["after"]:
        pairs = {
            pair
            for row in rows[: step["samples"]]
            for pair in combinations(sorted(map(tuple, row["labels"])), 2)
        }
        assert step["pairs"]["covered"] == len(pairs)
    assert found["after"][-1]["pairs"] == {"covered": 15, "total": 15}


def test_a_smaller_budget_says_what_stays_uncovered(path: Path) -> None:
    found = json.loads(typed("plan", path, "--json", "--budget", "3"))
    pairs = found["coverage"]["pairs"]
    assert found["budget"] == found["coverage"]["samples"] == 3
    assert len(pairs["empty"]) == pairs["total"] - pairs["covered"] > 0
    printed = typed("plan", path, "--budget", "3")
    assert "pairs of values" in printed
    assert "constraint: never 品类 数码 with 渠道 门店" in printed


def test_the_same_recipe_gives_the_same_bytes(path: Path, tmp_path: Path) -> None:
    files = [tmp_path / name for name in ("a", "b", "c")]
    for file, seed in zip(files, ("3", "3", "4"), strict=True):
        typed("plan", path, "--seed", seed, "--blueprints", file)
    one, same, other = (file.read_bytes() for file in files)
    assert one == same != other


def test_wishes_that_constraints_move_are_told(path: Path, tmp_path: Path) -> None:
    assert "constraints move the mix of" not in typed("plan", path)
    data = json.loads(path.read_text(encoding="utf-8"))
    never = {"never": {"品类": "服装", "渠道": "门店"}}
    tight = {"constraints": [never, {"never": {"品类": "数码", "档次": ["高", "中"]}}]}
    path.write_text(json.dumps(data | tight, ensure_ascii=False), encoding="utf-8")
    assert "constraints move the mix of 品类" in typed("plan", path)


def test_what_cannot_be_is_refused_and_nothing_is_written(path: Path, tmp_path: Path) -> None:
    data = json.loads(path.read_text(encoding="utf-8"))
    never = [{"never": {"品类": p, "渠道": "门店"}} for p in ("服装", "数码")]
    path.write_text(json.dumps(data | {"constraints": never}), encoding="utf-8")
    said = typed("plan", path, "--blueprints", tmp_path / "b.jsonl", code=2)
    assert "渠道" in said
    assert "门店" in said
    assert not (tmp_path / "b.jsonl").exists()


def test_a_plan_needs_no_key(tmp_path: Path, path: Path) -> None:
    data = json.loads(path.read_text(encoding="utf-8"))
    data["models"] = {"default": {"model": "gpt-4.1-mini", "api_key_env": "NO_SUCH_KEY"}}
    path.write_text(json.dumps(data, ensure_ascii=False), encoding="utf-8")
    assert json.loads(typed("plan", path, "--json"))["samples"] == 36


def test_what_is_there_already_is_told_and_left_out(path: Path, tmp_path: Path) -> None:
    row = {"leaf": "查询", "labels": {"品类": "服装"}}
    text = "\n".join(json.dumps(one, ensure_ascii=False) for one in [row] * 5 + [{"leaf": "天气"}])
    (tmp_path / "old.jsonl").write_text(text, encoding="utf-8")
    found = json.loads(typed("plan", path, "--json", "--against", tmp_path / "old.jsonl"))
    assert found["samples"] == 31
    (there,) = found["present"]
    assert there["placed"] == 5
    assert sum(there["unplaced"].values()) == 1
    assert found["coverage"]["samples"] == 36
    printed = typed("plan", path, "--against", tmp_path / "old.jsonl")
    assert "5 samples count already" in printed
    assert "天气" in printed


def test_a_picture_can_be_had(path: Path, tmp_path: Path) -> None:
    typed("plan", path, "--plot", tmp_path / "plan.svg")
    assert "查询" in (tmp_path / "plan.svg").read_text(encoding="utf-8")
