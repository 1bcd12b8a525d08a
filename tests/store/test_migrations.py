"""The schema from blank and from every released version: all rows stay."""

import sqlite3
from pathlib import Path
from typing import Any

import pytest

from taxoloom.store import Writer, queries, reading
from taxoloom.tests.store.plant import plant

DATA = Path(__file__).parent.parent / "data"
RELEASED = sorted(DATA.glob("schema_*.sql"))
TABLES = {"runs", "blueprints", "samples", "verdicts", "disagreements", "calls", "prompts"}
VIEWS = {
    "accepted",
    "open_disagreements",
    "cost_by_role",
    "coverage_by_leaf",
    "run_counts",
    "linked_groups",
}


def _released(path: Path, script: Path) -> Path:
    connection = sqlite3.connect(path)
    connection.executescript(script.read_text(encoding="utf-8"))
    connection.close()
    return path


def _rows(path: Path) -> dict[str, list[dict[str, Any]]]:
    with reading(path) as db:
        return {
            table: [dict(row) for row in db.execute(f"SELECT * FROM {table}")]
            for table in sorted(TABLES | {"_sqlite_migrations"})
        }


def _schema(path: Path) -> dict[str, str]:
    with reading(path) as db:
        return dict(db.execute("SELECT name, sql FROM sqlite_master").fetchall())


def _dump(path: Path) -> list[str]:
    with reading(path) as db:
        return list(db.iterdump())


def test_a_blank_database_has_the_tables_and_views_that_people_ask(tmp_path: Path) -> None:
    path = plant(tmp_path / "a.db", [])
    with reading(path) as db:
        kinds = dict(db.execute("SELECT name, type FROM sqlite_master").fetchall())
        assert {name for name, kind in kinds.items() if kind == "table"} >= TABLES
        assert {name for name, kind in kinds.items() if kind == "view"} == VIEWS
        for name in TABLES | VIEWS:
            assert db.execute(f"SELECT * FROM {name}").fetchall() == []


@pytest.mark.parametrize("script", RELEASED, ids=lambda path: path.stem)
def test_a_released_database_opens_with_all_its_rows(tmp_path: Path, script: Path) -> None:
    path = _released(tmp_path / "a.db", script)
    before = _rows(path)
    assert all(before[table] for table in TABLES)
    Writer(path).close()
    after = _rows(path)
    for table in TABLES:
        kept = [{key: row[key] for key in before[table][0]} for row in after[table]]
        assert kept == before[table]
    assert _schema(path) == _schema(plant(tmp_path / "blank.db", []))
    with reading(path) as db:
        run = queries.run(db)
        assert (run["planned"], run["disputed"], run["pending"]) == (1, 1, 0)
        row = next(queries.samples(db, queries.Filter()))
        assert [m["role"] for m in row["messages"]] == ["user", "assistant"]
        assert queries.disagreements(db, run["id"])[0]["detail"]["votes"]


@pytest.mark.parametrize("script", [None, *RELEASED], ids=lambda path: path.stem if path else "")
def test_migrating_twice_changes_nothing(tmp_path: Path, script: Path | None) -> None:
    path = tmp_path / "a.db"
    if script:
        _released(path, script)
    Writer(path).close()
    once = _dump(path)
    Writer(path).close()
    assert _dump(path) == once


def test_the_first_released_schema_is_on_file() -> None:
    assert DATA / "schema_0_1.sql" in RELEASED
