"""Open a database: who may write, who may read, and whether it is one of ours at all.

One process writes a database at a time, which a lock file beside it says: a WAL database can be
corrupted when two connections write at once and SQLite is older than 3.51.3. Knows nothing of
what the tables mean.
"""

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

_MAGIC = b"SQLite format 3\x00"


@contextmanager
def lock(path: Path) -> Iterator[None]:
    """Hold the right to write a database; raises StoreLocked at once if another run has it."""
    held = FileLock(path.with_name(path.name + ".lock"), timeout=0)
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
    if path.is_dir():
        raise StoreError(f"{path}: is a folder", hint="name a file with --db")
    parent = path.parent
    if not parent.is_dir():
        raise StoreError(f"{parent}: no such folder", hint="create it, or name another with --db")
    if not path.exists():
        if not os.access(parent, os.W_OK):
            raise StoreError(f"{parent}: cannot be written", hint="name another file with --db")
        return
    # The mode is looked at as well, since the superuser may write what is marked read-only.
    if not path.stat().st_mode & (stat.S_IWUSR | stat.S_IWGRP | stat.S_IWOTH) or not os.access(
        path, os.W_OK
    ):
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
        connection.isolation_level = None
        connection.execute("PRAGMA journal_mode=WAL")
        connection.execute("PRAGMA synchronous=NORMAL")
        connection.execute("PRAGMA foreign_keys=ON")
        migrations.apply(Database(connection, execute_plugins=False))
    except sqlite3.Error as error:
        raise translate(path, error) from error
    return connection


@contextmanager
def reading(path: Path) -> Iterator[sqlite3.Connection]:
    """A read-only connection whose rows are mappings; raises StoreError if there is none to be."""
    if not path.is_file():
        raise StoreError(
            f"{path}: no such database", hint="name one with --db, or make one: taxoloom generate"
        )
    if path.stat().st_size:
        with path.open("rb") as file:
            if file.read(16) != _MAGIC:
                raise StoreError(f"{path}: is not a SQLite database", hint="name another with --db")
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
    """The StoreError that an error of SQLite stands for."""
    text = str(error)
    if "full" in text or "No space left" in text:
        return StoreFull(
            f"{path}: no space left on the disk",
            hint="make space, then go on with --resume; nothing that was recorded is lost",
        )
    if "locked" in text or "busy" in text:
        return StoreLocked(f"{path}: locked by another program", hint="close it, then --resume")
    if "readonly" in text or "read-only" in text:
        return StoreError(f"{path}: is read-only", hint="make it writable, or name another file")
    if "malformed" in text or "not a database" in text:
        return StoreError(f"{path}: is damaged or not a database", hint="restore a copy of it")
    return StoreError(f"{path}: {text}", hint="check the disk and the file")


def _check_schema(path: Path, connection: sqlite3.Connection) -> None:
    tables = {row[0] for row in connection.execute("SELECT name FROM sqlite_master")}
    if not tables:
        return
    if "_sqlite_migrations" not in tables or "runs" not in tables:
        raise StoreError(
            f"{path}: is a database of another program", hint="name another file with --db"
        )
    query = "SELECT name FROM _sqlite_migrations WHERE migration_set = ?"
    applied = {row[0] for row in connection.execute(query, [migrations.name])}
    known = {migration.name for migration in migrations._migrations}
    if applied - known:
        raise StoreError(
            f"{path}: was written by a newer taxoloom", hint="upgrade: pip install -U taxoloom"
        )


def _refused(path: Path, error: OSError) -> StoreError:
    return StoreError(
        f"{path.parent}: cannot be written: {error.strerror}", hint="name another file with --db"
    )
