"""`report --stale` as a person types it: what it lists, what it moves, what to type next."""

import json
import shutil
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from taxoloom.cli import commands
from taxoloom.store import records
from taxoloom.taxonomy import Node, Taxonomy
from taxoloom.tests.store.plant import blueprint, plant, run, sample

LEAVES = ("店 > 价格", "店 > 礼仪")


@pytest.fixture(scope="module")
def planted(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Two accepted samples of prices, good for 60 days, made 40 days apart; two that last."""
    root = Node("r", "店")
    tree = Taxonomy([root, Node("p", "价格", root, fresh_for=60), Node("m", "礼仪", root)])
    recipe = {"taxonomy": "t.yaml", "against": ["old.jsonl"], "as_of": "2026-11-01"}
    tables = [
        ("runs", [run(taxonomy=tree.to_dict(), recipe=recipe, status="done", as_of="2026-11-01")])
    ]
    of = [blueprint(f"b{place}", slot=place, leaf=LEAVES[place % 2]) for place in range(4)]
    days = ("2026-11-01", "2026-11-01", "2026-12-11", "2026-12-11")
    samples = [sample(one, as_of=day) for one, day in zip(of, days, strict=True)]
    tables += [("blueprints", of), ("samples", samples)]
    path = tmp_path_factory.mktemp("stale") / "a.db"
    return plant(path, [records.insert(name, rows) for name, rows in tables])


@pytest.fixture
def db(planted: Path, tmp_path: Path) -> Path:
    return Path(shutil.copy(planted, tmp_path / "a.db"))


def typed(*words: object) -> Result:
    runner = CliRunner(env={"COLUMNS": "100"})
    result = runner.invoke(commands(), [str(word) for word in words])
    if result.exception is not None and not isinstance(result.exception, SystemExit):
        raise result.exception
    return result


def report(*words: object) -> Result:
    return typed("report", "--stale", *words)


def test_a_table_by_leaf_says_how_many_and_until_when(db: Path) -> None:
    shown = report("--db", db, "--on", "2027-01-15")
    assert shown.exit_code == 0
    assert "freshness of r1 on 2027-01-15" in shown.stdout
    assert "Of 4 samples 2 age: 1 have expired, 1 more will expire within 30 days." in shown.stdout
    (row,) = [line.split() for line in shown.stdout.splitlines() if "价格" in line]
    assert row == ["价格", "2", "1", "1", "2026-11-01", "2027-02-09"]
    assert "--replan" in shown.stderr


def test_json_has_the_ids_of_all(db: Path) -> None:
    found = json.loads(report("r1", "--db", db, "--on", "2027-03-01", "--json").stdout)
    assert [one["as_of"] for one in found["expired"]] == ["2026-11-01", "2026-12-11"]
    assert (found["accepted"], found["lasting"], found["soon"], found["within"]) == (4, 2, 0, 30)
    assert "taken_back" not in found


def test_replan_moves_them_once_and_says_what_to_type(db: Path) -> None:
    first = report("--db", db, "--on", "2027-01-15", "--replan")
    assert "1 have expired and were taken back" in first.stdout
    assert "RECIPE --against old.jsonl --against r1 --db" in first.stderr
    assert "not with --resume" in first.stderr
    assert "as_of: 2026-11-01" in first.stderr
    second = json.loads(report("--db", db, "--on", "2027-01-15", "--replan", "--json").stdout)
    assert (second["accepted"], second["taken_back"]) == (3, 0)
    listed = json.loads(typed("samples", "--db", db, "--reason", "stale", "--json").stdout)
    assert [one["status"] for one in listed] == ["rejected"]


def test_what_is_exported_carries_its_last_day_where_it_has_one(db: Path, tmp_path: Path) -> None:
    out = tmp_path / "data.jsonl"
    assert typed("export", "--db", db, "--out", out).exit_code == 0
    meta = [json.loads(line)["meta"] for line in out.read_text(encoding="utf-8").splitlines()]
    assert {(one["leaf"], one.get("fresh_for"), one.get("expires")) for one in meta} == {
        ("店 > 价格", 60, "2026-12-31"),
        ("店 > 价格", 60, "2027-02-09"),
        ("店 > 礼仪", None, None),
    }
    found = json.loads(report(out, "--on", "2027-01-15", "--json").stdout)
    assert (len(found["expired"]), found["lasting"]) == (1, 2)


def test_where_nothing_ages_a_sentence_says_so(tmp_path: Path) -> None:
    data = tmp_path / "data.jsonl"
    data.write_text('{"leaf": "a", "as_of": "2026-11-01"}\n', encoding="utf-8")
    assert "None of 1 samples expires" in report(data).stdout


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["report", "--replan"], "--replan goes with --stale"),
        (["report", "--on", "2026-11-22"], "--on goes with --stale"),
        (["report", "--taxonomy", "t.yaml"], "--taxonomy goes with --stale"),
        (["report", "--stale", "--on", "tomorrow"], "--on 'tomorrow' is no day"),
        (["report", "--stale", "DATA", "--replan"], "not on data files"),
        (["report", "--stale", "--section", "policy"], "--stale is a report of its own"),
        (["report", "--stale", "nothing.jsonl"], "there is no file 'nothing.jsonl'"),
    ],
)
def test_what_makes_no_sense_is_refused(words: list[str], said: str, tmp_path: Path) -> None:
    data = tmp_path / "data.jsonl"
    data.write_text('{"leaf": "a"}\n', encoding="utf-8")
    result = typed(*(str(data) if word == "DATA" else word for word in words))
    assert result.exit_code == 2
    assert said in result.stderr


def test_check_and_show_tell_which_leaves_age(tmp_path: Path) -> None:
    tree = tmp_path / "tree.yaml"
    tree.write_text("name: 店\nchildren:\n  - {name: 价格, fresh_for: 2w}\n  - 礼仪\n", "utf-8")
    assert "leaves whose samples expire: 1" in typed("taxonomy", "check", tree).stdout
    assert json.loads(typed("taxonomy", "check", tree, "--json").stdout)["ageing"] == 1
    assert "价格 [fresh for 14 days]" in typed("taxonomy", "show", tree).stdout
