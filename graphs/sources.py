"""Where samples come from that are only counted: a run in a database, or a data file of others.

A source is named by one text: `data.jsonl`, a run's id, `other.db` for its newest run, or
`other.db#RUN`. Knows nothing of leaves and labels.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ..errors import NotFound
from ..store import dataset, queries, reading

_DATABASES = {".db", ".sqlite", ".sqlite3"}

Row = tuple[str, Mapping[str, Any]]
"""Where a row stands, for a person to find it, and what it holds."""


@dataclass(frozen=True, slots=True)
class DataFile:
    """A file that somebody made."""

    path: Path

    def rows(self) -> Iterator[Row]:
        """All its rows, as they are. Raises InputError for a file that cannot be read."""
        for row in dataset.rows(self.path):
            yield f"{row.file}:{row.line}", row.data

    def __str__(self) -> str:
        return str(self.path)


@dataclass(frozen=True, slots=True)
class StoredRun:
    """A run in a database."""

    db: Path
    id: str

    def rows(self, status: str) -> Iterator[Row]:
        """Leaf and labels of its samples of one decision."""
        with reading(self.db) as connection:
            for row in queries.labelled(connection, self.id, status):
                yield f"sample {row['id']}", {key: row[key] for key in ("leaf", "labels")}

    def __str__(self) -> str:
        return f"run {self.id}"


Source = DataFile | StoredRun


def source_of(text: str, db: Path | None = None) -> Source:
    """What a text names. Raises NotFound and StoreError when there is no such thing.

    A file is preferred to a run of the same name in `db`.
    """
    path = Path(text)
    if path.is_file():
        same = db is not None and db.exists() and path.samefile(db)
        is_database = same or path.suffix.lower() in _DATABASES
        return newest(path) if is_database else DataFile(path)
    base, mark, run_id = text.rpartition("#")
    if mark and Path(base).is_file():
        return _run(Path(base), run_id)
    if db is None or not db.exists():
        beside = "" if db is None else f", and no database {str(db)!r} with a run of that name"
        raise NotFound(f"there is no file {text!r}{beside}", hint="check the name, or name --db")
    try:
        return _run(db, text)
    except NotFound as error:
        raise NotFound(
            f"there is no file {text!r}, and no run of that name in {str(db)!r}",
            hint="`taxoloom runs` lists the runs",
        ) from error


def beside(source: str, folder: Path) -> str:
    """A source that a recipe in `folder` names: its file there if there is one, else as it is."""
    path, mark, run = source.rpartition("#")
    file = folder / (path if mark else source)
    return f"{file}{mark}{run if mark else ''}" if file.exists() else source


def newest(db: Path) -> StoredRun:
    """The newest run of a database. Raises NotFound when there is none."""
    return _run(db, None)


def _run(db: Path, run_id: str | None) -> StoredRun:
    with reading(db) as connection:
        return StoredRun(db, queries.run(connection, run_id)["id"])
