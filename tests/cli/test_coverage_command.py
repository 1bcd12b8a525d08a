"""`coverage` as a person types it: tables, JSON, pictures, and what it refuses."""

import json
import sqlite3
from pathlib import Path
from typing import Any

import pytest
from rich.cells import cell_len
from typer.testing import CliRunner, Result

from taxoloom.cli import commands
from taxoloom.tests.support.recipes import EXAMPLES, recipe

TAXONOMY = EXAMPLES / "customer_service.en.yaml"


def run(*words: object, columns: int = 160) -> Result:
    runner = CliRunner(env={"COLUMNS": str(columns)})
    result = runner.invoke(commands(), [str(word) for word in words])
    if result.exception is not None and not isinstance(result.exception, SystemExit):
        raise result.exception
    return result


def found(*words: object) -> Any:
    result = run("coverage", *words, "--json")
    assert result.exit_code == 0, result.stderr
    return json.loads(result.stdout)


@pytest.fixture(scope="module")
def db(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A database with a run of the offline model."""
    path = tmp_path_factory.mktemp("offline") / "run.db"
    assert run("generate", recipe(path.parent), "--db", path).exit_code == 0
    return path


def data(*rows: dict[str, Any], name: str = "data.jsonl") -> Path:
    path = Path(name)
    path.write_text("".join(json.dumps(row) + "\n" for row in rows), encoding="utf-8")
    return path


ROWS = (
    {"category": "After-sales support", "Product category": "Food"},
    {"category": "Platform rules", "labels": {"Product category": "Toys", "mood": "x"}},
    {"category": "Order services"},
    {"category": "Cars"},
)


def test_json_agrees_with_sql(db: Path) -> None:
    coverage = found("--db", db)
    connection = sqlite3.connect(db)
    accepted = connection.execute("SELECT leaf, labels FROM samples WHERE status='accepted'")
    rows = [(leaf, json.loads(labels)) for leaf, labels in accepted]
    connection.close()
    assert coverage["samples"] == len(rows) == 12
    assert coverage["leaves"]["covered"] == len({leaf for leaf, _ in rows})
    cells = {(leaf, *label) for leaf, labels in rows for label in labels.items()}
    assert coverage["cells"]["covered"] == len(cells)
    pairs = {
        frozenset((a, b))
        for _, labels in rows
        for a in labels.items()
        for b in labels.items()
        if a < b
    }
    assert coverage["pairs"]["covered"] == len(pairs)
    empty = coverage["cells"]["empty"].values()
    missing = sum(len(values) for names in empty for values in names.values())
    assert missing == coverage["cells"]["total"] - coverage["cells"]["covered"]


def test_a_run_an_export_and_both_of_them(db: Path) -> None:
    assert run("export", "--db", db, "--out", "out.jsonl").exit_code == 0
    run_id = json.loads(run("runs", "--db", db, "--json").stdout)[0]["id"]
    one = found(run_id, "--db", db)
    assert one["sources"] == [f"run {run_id}"]
    again = found("out.jsonl", "--recipe", db.parent / "recipe.yaml")
    assert again["sources"] == ["out.jsonl"]
    assert again["cells"] == one["cells"]
    both = found(run_id, "out.jsonl", "--db", db)
    assert both["samples"] == 24
    assert both["pairs"] == one["pairs"]


def test_a_data_file_is_placed_on_a_taxonomy() -> None:
    coverage = found(data(*ROWS), "--taxonomy", TAXONOMY)
    assert coverage["samples"] == 2
    assert [(one["reason"], one["count"]) for one in coverage["unplaced"]] == [
        ("not a leaf", 1),
        ("unknown category", 1),
    ]
    strays = {(one["name"], one["value"], one["why"]) for one in coverage["outside"]["labels"]}
    assert strays == {("Product category", "Toys", "unknown value"), ("mood", "", "unknown name")}


def test_tables_name_gaps_and_say_what_is_not_shown() -> None:
    shown = run("coverage", data(*ROWS), "--taxonomy", TAXONOMY, columns=80).stdout
    for word in (
        "coverage of data.jsonl: 2 placed",
        "level 1",
        "leaves",
        "2/6",
        "the smallest cell has 0 samples",
        "categories of level 2 empty: 4",
        "47 cells empty",
        "more are not shown; --json has all",
        "rows that stand at no leaf: 2",
        "data.jsonl:3: 'Order services'",
        "mood: unknown name",
    ):
        assert word in shown
    assert max(cell_len(line) for line in shown.splitlines()) <= 80


@pytest.mark.parametrize("least", [1, 3])
def test_tables_of_a_run_fit_eighty_columns(db: Path, least: int) -> None:
    shown = run("coverage", "--db", db, "--least", least, columns=80).stdout
    assert shown.startswith("coverage of run ")
    assert ": 12 accepted\n" in shown
    assert max(cell_len(line) for line in shown.splitlines()) <= 80
    assert ("with fewer than 3 samples" in shown) == (least == 3)


def test_a_narrow_terminal_shows_the_end_of_a_path() -> None:
    shown = run("coverage", data(*ROWS), "--taxonomy", TAXONOMY, columns=60).stdout
    assert "… > Product details " in shown
    assert max(cell_len(line) for line in shown.splitlines()) <= 80


def test_hostile_names_reach_no_terminal() -> None:
    shown = run(
        *(
            "coverage",
            data({"category": "After-sales support", "labels": {"\x1b]0;x\x07[red]y": "z"}}),
        ),
        *("--taxonomy", TAXONOMY),
    ).stdout
    assert "\x1b]" not in shown
    assert "[red]y" in shown


@pytest.mark.parametrize("kind", ["heatmap", "treemap"])
@pytest.mark.parametrize("suffix", ["png", "svg"])
def test_pictures_are_written_beside_the_table(db: Path, kind: str, suffix: str) -> None:
    picture = Path(f"out.{suffix}")
    result = run("coverage", "--db", db, "--plot", picture, "--kind", kind, "--by", "difficulty")
    assert result.exit_code == 0, result.stderr
    assert f"wrote {picture}" in result.stderr
    head = picture.read_bytes()[:60]
    assert head.startswith(b"\x89PNG" if suffix == "png" else b"<?xml")
    assert "coverage of run" in result.stdout
    assert sorted(path.name for path in Path().iterdir()) == [picture.name]


BAD: dict[str, tuple[list[str], str]] = {
    "no taxonomy": (["data.jsonl"], "--taxonomy"),
    "two taxonomies": (["data.jsonl", "--taxonomy", "T", "--recipe", "x.yaml"], "leave one"),
    "unknown source": (["none.jsonl", "--db", "DB"], "none.jsonl"),
    "unknown decision": (["--db", "DB", "--status", "maybe"], "accepted"),
    "unknown kind": (["--db", "DB", "--plot", "a.png", "--kind", "pie"], "treemap"),
    "no picture": (["--db", "DB", "--plot", "a.pdf"], ".svg"),
    "unknown dimension": (["--db", "DB", "--plot", "a.png", "--by", "mood"], "difficulty"),
    "no place for it": (["--db", "DB", "--plot", "no/such/a.png"], "no/such"),
    "no database": (["--db", "none.db"], "none.db"),
    "broken line": (["bad.jsonl", "--taxonomy", "T"], "bad.jsonl:2"),
    "nothing placed": (["data.jsonl", "--taxonomy", "T", "--leaf-field", "x"], "--leaf-field"),
    "broken taxonomy": (["data.jsonl", "--taxonomy", "bad.jsonl"], "bad.jsonl"),
}


@pytest.mark.parametrize("name", BAD)
def test_bad_input_is_one_clear_line_or_two(name: str, db: Path) -> None:
    data(*ROWS)
    Path("bad.jsonl").write_text('{"leaf": "After-sales support"}\n{"leaf": \n', encoding="utf-8")
    words, expected = BAD[name]
    swapped = {"DB": str(db), "T": str(TAXONOMY)}
    result = run("coverage", *[swapped.get(word, word) for word in words])
    assert result.exit_code == 2, result.stdout
    lines = result.stderr.strip().splitlines()
    assert 1 <= len(lines) <= 2
    assert lines[0].startswith("error: ")
    assert expected in result.stderr
    assert sorted(path.name for path in Path().iterdir()) == ["bad.jsonl", "data.jsonl"]
