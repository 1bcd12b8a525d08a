"""What is refused as a database, with the file's name and a remedy; and that reading only reads."""

import os
import sqlite3
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from taxoloom.errors import StoreError
from taxoloom.store import Writer, check_writable, queries, reading
from taxoloom.tests.store.plant import inserted, plant, prompt, run

Make = Callable[[Path], object]


def _foreign(path: Path, *statements: str) -> None:
    connection = sqlite3.connect(path)
    for statement in statements:
        connection.execute(statement)
    connection.commit()
    connection.close()


def _ours(path: Path) -> None:
    plant(path, inserted(runs=[run()], prompts=[{"hash": "h", "name": "n", "text": "x" * 50_000}]))


def _truncated(path: Path) -> None:
    _ours(path)
    os.truncate(path, path.stat().st_size // 2)


def _scribbled(path: Path) -> None:
    _ours(path)
    with path.open("r+b") as file:
        file.seek(100)
        file.write(b"\xff" * 4000)


def _headless(path: Path) -> None:
    _ours(path)
    with path.open("r+b") as file:
        file.seek(16)
        file.write(b"\xff" * 84)


def _newer(path: Path) -> None:
    _ours(path)
    _foreign(
        path,
        "INSERT INTO _sqlite_migrations (migration_set, name, applied_at) "
        "VALUES ('taxoloom', 'm999_from_the_future', '2030-01-01')",
    )


def _of_sqlite_utils(path: Path) -> None:
    _foreign(
        path,
        "CREATE TABLE _sqlite_migrations (id INTEGER PRIMARY KEY, migration_set, name, applied_at)",
        "INSERT INTO _sqlite_migrations VALUES (1, 'llm', 'm001_initial', '2024-01-01')",
        "CREATE TABLE runs (id)",
    )


NO_DATABASES: list[tuple[Make, str]] = [
    (lambda path: path.mkdir(), "is a folder"),
    (lambda path: path.write_text("samples: 3\n"), "is not a SQLite database"),
    (lambda path: path.write_bytes(b"SQLite"), "is not a SQLite database"),
    (lambda path: os.mkfifo(path), "is not a regular file"),
    (
        lambda path: path.write_bytes(b"SQLite format 3\x00" + b"\x00" * 500),
        "is not a SQLite database",
    ),
    (_headless, "is damaged"),
    (_truncated, "is damaged"),
    (_scribbled, "is damaged"),
    (lambda path: _foreign(path, "CREATE TABLE notes (x)"), "of another program"),
    (lambda path: _foreign(path, "CREATE TABLE runs (id)"), "of another program"),
    (_of_sqlite_utils, "of another program"),
    (_newer, "by a newer taxoloom"),
]


def _names(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


def _says(error: StoreError, path: Path, what: str) -> None:
    assert str(path) in error.message
    assert what in error.message
    assert error.hint
    assert "\n" not in error.message + error.hint
    assert error.exit_code == 2


@pytest.mark.parametrize(("make", "what"), NO_DATABASES)
def test_what_is_no_database_of_ours_is_refused_and_left_alone(
    tmp_path: Path, make: Make, what: str
) -> None:
    path = tmp_path / "数据 #1?.db"
    make(path)
    before = path.read_bytes() if path.is_file() else None
    for use in (check_writable, Writer):
        with pytest.raises(StoreError) as caught:
            use(path)
        _says(caught.value, path, what)
    with pytest.raises(StoreError) as caught, reading(path):
        pass
    _says(caught.value, path, what)
    assert before is None or path.read_bytes() == before
    assert _names(tmp_path) == [path.name]


@pytest.mark.parametrize(
    ("name", "what"),
    [("none/a.db", "no such folder"), ("file/a.db", "no such folder"), ("x" * 300, "too long")],
)
def test_a_place_where_no_file_can_be_is_refused(tmp_path: Path, name: str, what: str) -> None:
    (tmp_path / "file").write_text("")
    path = tmp_path / name
    for use in (check_writable, Writer):
        with pytest.raises(StoreError) as caught:
            use(path)
        _says(caught.value, path.parent if "folder" in what else path, what)
    with pytest.raises(StoreError) as caught, reading(path):
        pass
    _says(caught.value, path, "")
    assert _names(tmp_path) == ["file"]


def test_a_file_marked_read_only_is_read_and_not_written_even_by_the_superuser(
    tmp_path: Path,
) -> None:
    path = plant(tmp_path / "a.db", inserted(runs=[run()]))
    path.chmod(0o444)
    before = path.read_bytes()
    for use in (check_writable, Writer):
        with pytest.raises(StoreError) as caught:
            use(path)
        _says(caught.value, path, "is read-only")
    with reading(path) as db:
        assert queries.run(db)["id"] == "r1"
        with pytest.raises(sqlite3.OperationalError, match="readonly"):
            db.execute("DELETE FROM runs")
    assert path.read_bytes() == before


def test_a_write_through_a_reading_connection_is_an_error_of_the_store(tmp_path: Path) -> None:
    path = plant(tmp_path / "a.db", inserted(runs=[run()]))
    with pytest.raises(StoreError) as caught, reading(path) as db:
        db.execute("DELETE FROM runs")
    _says(caught.value, path, "is read-only")
    with reading(path) as db:
        assert queries.run(db)["id"] == "r1"


def test_reading_neither_makes_nor_changes_a_file(tmp_path: Path) -> None:
    path = tmp_path / "a.db"
    with pytest.raises(StoreError) as caught, reading(path):
        pass
    _says(caught.value, path, "no such database")
    check_writable(path)
    assert _names(tmp_path) == []
    plant(path, inserted(runs=[run()]))
    before = path.read_bytes(), path.stat().st_mtime_ns
    check_writable(path)
    with reading(path) as db:
        queries.runs(db)
    assert (path.read_bytes(), path.stat().st_mtime_ns) == before
    assert _names(tmp_path) == ["a.db"]


def test_a_finished_database_is_one_file_that_can_be_copied_alone(tmp_path: Path) -> None:
    path = plant(tmp_path / "a.db", inserted(runs=[run()]))
    copy = tmp_path / "copy" / "b.db"
    copy.parent.mkdir()
    copy.write_bytes(path.read_bytes())
    # The bytes that say "write-ahead log": with 2 there it could not be read in a folder that
    # cannot be written.
    assert path.read_bytes()[18:20] == b"\x01\x01"
    with reading(copy) as db:
        assert queries.run(db)["id"] == "r1"


def test_a_reader_may_look_on_while_the_writer_closes(tmp_path: Path) -> None:
    path = tmp_path / "a.db"
    writer = Writer(path)
    writer.write_now(inserted(runs=[run()]))
    with reading(path) as db:
        rows = db.execute("SELECT id FROM runs UNION ALL SELECT 'more'")
        assert next(rows)[0] == "r1"
        writer.close()
        assert next(rows)[0] == "more"
    with reading(path) as db:
        assert queries.run(db)["id"] == "r1"


def test_an_empty_file_is_a_database_to_be_made(tmp_path: Path) -> None:
    path = tmp_path / "a.db"
    path.touch()
    with reading(path) as db:
        assert queries.runs(db) == []
    assert path.stat().st_size == 0
    plant(path, inserted(runs=[run()]))
    with reading(path) as db:
        assert queries.run(db)["id"] == "r1"


def test_what_a_kill_leaves_of_a_database_in_the_making_is_gone_on_with(tmp_path: Path) -> None:
    path = tmp_path / "a.db"
    _foreign(
        path,
        "CREATE TABLE _sqlite_migrations (id INTEGER PRIMARY KEY, migration_set TEXT, name TEXT, "
        "applied_at TEXT)",
        "CREATE UNIQUE INDEX i ON _sqlite_migrations (migration_set, name)",
    )
    with reading(path) as db:
        assert queries.runs(db) == []
    plant(path, inserted(runs=[run()]))
    with reading(path) as db:
        assert queries.run(db)["id"] == "r1"


def test_what_a_killed_writer_committed_is_read(tmp_path: Path) -> None:
    path = tmp_path / "a.db"
    script = (
        "import os, sys; from pathlib import Path; from taxoloom.store import Writer\n"
        "from taxoloom.tests.store.plant import prompt\n"
        "writer = Writer(Path(sys.argv[1]))\n"
        "for number in range(20): writer.write_now([prompt(str(number))])\n"
        "os.kill(os.getpid(), 9)"
    )
    done = subprocess.run([sys.executable, "-c", script, str(path)], check=False, timeout=60)
    assert done.returncode == -9
    with reading(path) as db:
        assert db.execute("SELECT count(*) FROM prompts").fetchone()[0] == 20
    plant(path, [prompt("later")])
    assert _names(tmp_path) == ["a.db"]


def test_a_link_to_nowhere_is_a_database_to_be_made(tmp_path: Path) -> None:
    link = tmp_path / "link.db"
    link.symlink_to(tmp_path / "a.db")
    plant(link, inserted(runs=[run()]))
    with reading(tmp_path / "a.db") as db:
        assert queries.run(db)["id"] == "r1"


def test_a_name_that_is_not_text_is_a_name(tmp_path: Path) -> None:
    path = Path(os.fsdecode(os.fsencode(tmp_path) + b"/\xff%20.db"))
    plant(path, inserted(runs=[run()]))
    with reading(path) as db:
        assert queries.run(db)["id"] == "r1"


def test_a_table_that_is_missing_is_told_as_a_fault_and_not_as_a_full_disk(tmp_path: Path) -> None:
    path = plant(tmp_path / "a.db", inserted(runs=[run()]))
    with pytest.raises(StoreError) as caught, reading(path) as db:
        db.execute("SELECT fullness FROM busy_readonly_malformed")
    assert type(caught.value) is StoreError
    _says(caught.value, path, "no such table")
    assert "report" in caught.value.hint
