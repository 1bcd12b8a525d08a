"""Growths beside generation runs, and a database from before there were any."""

import sqlite3
from pathlib import Path

import pytest

from taxoloom.errors import NotFound
from taxoloom.store import Writer, growth, queries, reading

SCRIPT = Path(__file__).parent.parent / "data" / "schema_0_1.sql"


@pytest.fixture
def old(tmp_path: Path) -> Path:
    """A database of the first release, with a run in it."""
    path = tmp_path / "old.db"
    connection = sqlite3.connect(path)
    connection.executescript(SCRIPT.read_text(encoding="utf-8"))
    connection.close()
    return path


def test_a_database_that_was_not_migrated_is_read_as_it_is(old: Path) -> None:
    with reading(old) as db:
        assert len(queries.runs(db)) == 1
        assert queries.runs(db, growth.KIND) == []
        with pytest.raises(NotFound):
            growth.one(db, "g-1")


def test_runs_from_before_are_generation_runs(old: Path) -> None:
    Writer(old).close()
    with reading(old) as db:
        (run,) = queries.runs(db)
        assert queries.run(db)["id"] == run["id"]
        with pytest.raises(NotFound):
            growth.run(db)
        assert growth.lists(db, run["id"]) == []
