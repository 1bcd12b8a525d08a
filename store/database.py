"""Open a database: who may write, who may read, and whether it is one of ours at all.

One process writes a database at a time, which a lock file beside it says: a WAL database can be
corrupted when two connections write at once and SQLite is older than 3.51.3. Knows nothing of
what the tables mean.
"""

import contextlib
import os
import sqlite3
import stat
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from filelock import FileLock, Timeout
from sqlite_utils import Database

from ..errors import StoreError, StoreFull, StoreLocked
from .schema import migrations

_WRITABLE = stat.S_IWUSR | stat.S_IWGRP | stat.S_IWOTH
_ELSEWHERE = "name another file with --db"
_MEANINGS: dict[int, tuple[type[StoreError], str, str]] = {
    sqlite3.SQLITE_FULL: (
        StoreFull,
        "no space left on the disk",
        "make space, then go on with --resume; nothing that was recorded is lost",
    ),
    sqlite3.SQLITE_BUSY: (StoreLocked, "locked by another program", "close it, then --resume"),
    sqlite3.SQLITE_LOCKED: (StoreLocked, "locked by another program", "close it, then --resume"),
    sqlite3.SQLITE_READONLY: (
        StoreError,
        "is read-only",
        "make it and its folder writable, or name another file",
    ),
    sqlite3.SQLITE_CORRUPT: (StoreError, "is damaged", "restore a copy of it"),
    sqlite3.SQLITE_NOTADB: (StoreError, "is not a SQLite database, or is damaged", _ELSEWHERE),
    sqlite3.SQLITE_CANTOPEN: (StoreError, "{}", "check that it and its folder can be accessed"),
    sqlite3.SQLITE_IOERR: (StoreError, "{}", "check the disk, its quota and the file"),
}
"""SQLite's primary error code to what it means for the one who runs taxoloom."""


@contextmanager
def lock(path: Path) -> Iterator[None]:
    """Hold the right to write a database; raises StoreLocked at once if another run has it.

    The lock belongs to the file itself: a symbolic link to it is no way around.
    """
    file = os.path.realpath(path)
    held = FileLock(f"{file}.lock", timeout=0)
    try:
        held.acquire()
    except Timeout as error:
        raise StoreLocked(
            f"{path}: another run is writing this database",
            hint="wait until it has ended, or name another file with --db",
        ) from error
    except OSError as error:
        raise _refused(path, error) from error
    try:
        yield
    finally:
        held.release()


def check_writable(path: Path) -> None:
    """Raise StoreError if a run could not write there. Writes nothing."""
    try:
        _check_place(path)
        if not path.exists():
            return
        # The mode is looked at as well, since the superuser may write what is marked read-only.
        writable = path.stat().st_mode & _WRITABLE and os.access(path, os.W_OK)
    except OSError as error:
        raise StoreError(f"{path}: cannot be used: {error.strerror}", hint=_ELSEWHERE) from error
    if not writable:
        raise StoreError(f"{path}: is read-only", hint="make it writable, or name another file")
    with reading(path):
        pass


def open_for_writing(path: Path) -> sqlite3.Connection:
    """A connection for the writer, with all migrations applied.

    May be handed to another thread, which then is the only one to use it. Raises StoreError.
    """
    check_writable(path)
    try:
        connection = sqlite3.connect(path, timeout=30, check_same_thread=False)
        try:
            _prepare(connection)
        except BaseException:
            connection.close()
            raise
    except sqlite3.Error as error:
        raise translate(path, error) from error
    return connection


def close_for_good(connection: sqlite3.Connection) -> None:
    """Close the writer's connection and leave one file that holds everything.

    A database in WAL mode cannot be read from a folder that cannot be written, and a copy of it
    without its `-wal` misses rows. While somebody reads, it stays as it is.
    """
    with contextlib.suppress(sqlite3.Error):
        connection.execute("PRAGMA busy_timeout=0")
        connection.execute("PRAGMA journal_mode=DELETE")
    connection.close()


def upgrade(path: Path) -> None:
    """Bring the tables of an older version up to date; nothing for one that is. Raises StoreError.

    For what asks for tables that an older version did not have.
    """
    with reading(path) as connection:
        known = connection.execute("SELECT 1 FROM sqlite_master WHERE name = 'reviews'").fetchone()
    if known is None:
        with lock(path):
            close_for_good(open_for_writing(path))


@contextmanager
def reading(path: Path) -> Iterator[sqlite3.Connection]:
    """A read-only connection whose rows are mappings; raises StoreError if there is none to be."""
    _check_file(path)
    try:
        connection = sqlite3.connect(f"{path.absolute().as_uri()}?mode=ro", uri=True, timeout=30)
    except sqlite3.Error as error:
        raise translate(path, error) from error
    try:
        connection.row_factory = sqlite3.Row
        _check_schema(path, connection)
        yield connection
    except sqlite3.Error as error:
        raise translate(path, error) from error
    finally:
        connection.close()


def translate(path: Path, error: Exception) -> StoreError:
    """The StoreError that an error of SQLite, or of what was given to it, stands for."""
    meaning = _MEANINGS.get(getattr(error, "sqlite_errorcode", 0) & 0xFF)
    if meaning is None:
        return StoreError(
            f"{path}: {type(error).__name__}: {error}",
            hint="a fault of taxoloom or of a plugin role: please report it with this line",
        )
    kind, message, hint = meaning
    return kind(f"{path}: {message.format(error)}", hint=hint)


def _prepare(connection: sqlite3.Connection) -> None:
    connection.isolation_level = None
    connection.execute("PRAGMA journal_mode=WAL")
    connection.execute("PRAGMA synchronous=NORMAL")
    connection.execute("PRAGMA foreign_keys=ON")
    migrations.apply(Database(connection, execute_plugins=False))


def _check_place(path: Path) -> None:
    if path.is_dir():
        raise StoreError(f"{path}: is a folder", hint="name a file with --db")
    parent = path.parent
    if not parent.is_dir():
        raise StoreError(f"{parent}: no such folder", hint="create it, or name another with --db")
    if not path.exists() and not os.access(parent, os.W_OK):
        raise StoreError(f"{parent}: cannot be written", hint=_ELSEWHERE)


def _check_file(path: Path) -> None:
    """Raise StoreError unless there is a file.

    It is not opened to look at its first bytes: closing it would drop the POSIX locks that the
    writer's connection, in the same process, holds on it, and another program that closes its own
    connection would then take the write-ahead log away.
    """
    try:
        if not path.exists():
            raise StoreError(
                f"{path}: no such database",
                hint="name one with --db, or make one: taxoloom generate",
            )
        if not path.is_file():
            what = "a folder" if path.is_dir() else "not a regular file"
            raise StoreError(f"{path}: is {what}", hint="name a file with --db")
    except OSError as error:
        raise StoreError(f"{path}: cannot be read: {error.strerror}", hint=_ELSEWHERE) from error


def _check_schema(path: Path, connection: sqlite3.Connection) -> None:
    """Raise StoreError for another program's database and for one of a newer taxoloom."""
    listed = connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'")
    tables = {row[0] for row in listed}
    applied: set[str] = set()
    if migrations.migrations_table in tables:
        query = f"SELECT name FROM {migrations.migrations_table} WHERE migration_set = ?"
        applied = {row[0] for row in connection.execute(query, [migrations.name])}
    # A process that was killed while it created a database leaves the first of these tables.
    blank = tables <= {migrations.migrations_table}
    if not blank and ("runs" not in tables or not applied):
        raise StoreError(f"{path}: is a database of another program", hint=_ELSEWHERE)
    if applied - {migration.name for migration in migrations._migrations}:
        raise StoreError(
            f"{path}: was written by a newer taxoloom", hint="upgrade: pip install -U taxoloom"
        )


def _refused(path: Path, error: OSError) -> StoreError:
    return StoreError(f"{path.parent}: cannot be written: {error.strerror}", hint=_ELSEWHERE)
