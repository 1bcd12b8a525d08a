"""The one writer: groups, order, faults that reach their cause alone, and what a full disk does."""

import asyncio
import contextlib
import sqlite3
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from taxoloom.errors import StoreError, StoreFull, StoreLocked
from taxoloom.store import Writer, reading, records
from taxoloom.store.database import open_for_writing
from taxoloom.tests.store.plant import blueprint, inserted, prompt, run, sample, verdict


@contextlib.contextmanager
def _writer(
    path: Path, tune: Callable[[sqlite3.Connection], object] = lambda connection: None
) -> Iterator[Writer]:
    """A writer, with a hand on its connection before it begins."""

    def connect(path: Path) -> sqlite3.Connection:
        connection = open_for_writing(path)
        tune(connection)
        return connection

    writer = Writer(path, connect)
    try:
        yield writer
    finally:
        writer.close()


@contextlib.contextmanager
def _locked(path: Path) -> Iterator[None]:
    """Another program that holds the database, so that work gathers in the queue."""
    other = sqlite3.connect(path, isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    try:
        yield
    finally:
        other.execute("ROLLBACK")
        other.close()


def _hashes(path: Path) -> list[str]:
    with reading(path) as db:
        return [row[0] for row in db.execute("SELECT hash FROM prompts ORDER BY rowid")]


async def _all(writer: Writer, works: list[Any], path: Path) -> list[BaseException | None]:
    """Write all at once, most of them in one group."""
    with _locked(path):
        tasks = [asyncio.create_task(writer.write(work)) for work in works]
        await asyncio.sleep(0.05)
    return await asyncio.gather(*tasks, return_exceptions=True)


def test_writes_that_wait_together_are_committed_together_and_in_order(tmp_path: Path) -> None:
    path = tmp_path / "a.db"
    said: list[str] = []
    names = [f"{number:04}" for number in range(700)]
    with _writer(path, lambda connection: connection.set_trace_callback(said.append)) as writer:
        results = asyncio.run(_all(writer, [[prompt(name)] for name in names], path))
    assert results == [None] * 700
    assert _hashes(path) == names
    assert 2 <= said.count("COMMIT") <= 4


def test_many_tasks_may_write_at_once_and_each_returns_when_its_rows_are_there(
    tmp_path: Path,
) -> None:
    path = tmp_path / "a.db"

    async def produce(writer: Writer, name: int, missing: list[str]) -> None:
        for step in range(3):
            own = f"{name}-{step}"
            await writer.write([prompt(own)])
            if name % 50 == 0 and own not in _hashes(path):
                missing.append(own)

    async def main(writer: Writer) -> list[str]:
        missing: list[str] = []
        await asyncio.gather(*(produce(writer, name, missing) for name in range(400)))
        return missing

    with _writer(path) as writer:
        assert asyncio.run(main(writer)) == []
    found = _hashes(path)
    assert sorted(found) == sorted(f"{n}-{s}" for n in range(400) for s in range(3))
    for name in (0, 399):
        assert [h for h in found if h.startswith(f"{name}-")] == [f"{name}-{s}" for s in range(3)]


BAD: list[tuple[Any, str]] = [
    ([prompt("twice"), prompt("twice")], "UNIQUE"),
    ([prompt("first"), ("INSERT INTO prompts VALUES (?, ?, ?)", [["x", None, "x"]])], "NOT NULL"),
    ([prompt("first"), ("INSERT INTO nowhere VALUES (?)", [[1]])], "no such table"),
    ([prompt("first"), ("nonsense", [[]])], "syntax error"),
    ([prompt("first"), prompt("x", "lone \ud800 surrogate")], "surrogates not allowed"),
    ([prompt("first"), ("INSERT INTO prompts VALUES (?, ?, ?)", [[2**70, "n", "x"]])], "too large"),
    ([prompt("first"), ("INSERT INTO prompts VALUES (?, ?, ?)", [["x", {}, "x"]])], "type"),
    ([prompt("first"), ("INSERT INTO prompts VALUES (?, ?, ?)", [["x"]])], "bindings"),
    ([prompt("first"), (None, [[]])], "TypeError"),
    ([prompt("first"), *inserted(samples=[sample(blueprint("none"))])], "FOREIGN KEY"),
]


def test_faults_in_a_group_reach_their_cause_alone_and_take_nothing_with_them(
    tmp_path: Path,
) -> None:
    path = tmp_path / "a.db"
    works: list[Any] = []
    for number, (bad, _) in enumerate(BAD):
        works += [[prompt(f"good {number}")], bad]
    with _writer(path) as writer:
        results = asyncio.run(_all(writer, works, path))
        writer.write_now([prompt("later")])
    for (_, message), error in zip(BAD, results[1::2], strict=True):
        assert type(error) is StoreError
        assert message in str(error)
        assert str(path) in str(error)
        assert "report" in error.hint
    assert results[::2] == [None] * len(BAD)
    assert _hashes(path) == [*(f"good {number}" for number in range(len(BAD))), "later"]


@pytest.mark.parametrize(("bad", "message"), BAD)
def test_a_fault_outside_of_a_group_takes_nothing_with_it_either(
    tmp_path: Path, bad: Any, message: str
) -> None:
    path = tmp_path / "a.db"
    with _writer(path) as writer:
        with pytest.raises(StoreError, match=message):
            writer.write_now(bad)
        with pytest.raises(StoreError, match=message):
            asyncio.run(writer.write(bad))
    assert _hashes(path) == []


_DIFFERS = {"kind": "decision", "subject": "", "detail": {"votes": {}}}


def test_a_sample_appears_with_its_verdicts_and_disagreement_or_not_at_all(tmp_path: Path) -> None:
    path = tmp_path / "a.db"
    of = blueprint("b")
    verdicts = [verdict("examiner", True), verdict("sceptic", False), verdict("editor", None)]
    whole = records.decided(sample(of, "disputed"), verdicts, [_DIFFERS])
    speechless = verdict("editor", None, rationale=None)
    broken = records.decided(sample(of, "disputed"), [*verdicts[:2], speechless], [])
    with _writer(path) as writer:
        writer.write_now(inserted(runs=[run()], blueprints=[of]))
        with pytest.raises(StoreError, match="NOT NULL"):
            writer.write_now(broken)
        with reading(path) as db:
            for table in ("samples", "verdicts", "disagreements"):
                assert db.execute(f"SELECT count(*) FROM {table}").fetchone()[0] == 0
        writer.write_now(whole)
    with reading(path) as db:
        counts = [
            db.execute(f"SELECT count(*) FROM {table}").fetchone()[0]
            for table in ("samples", "verdicts", "disagreements")
        ]
    assert counts == [1, 3, 1]


def test_a_row_whose_key_is_there_is_passed_over_and_no_other_fault_is(tmp_path: Path) -> None:
    row = {"hash": "h", "name": "n", "text": "x"}
    with _writer(tmp_path / "a.db") as writer:
        for text in ("x", "y"):
            again = [row | {"text": text}, row | {"hash": text}]
            writer.write_now([records.insert("prompts", again, ignore=True)])
        with pytest.raises(StoreError, match="NOT NULL"):
            writer.write_now([records.insert("prompts", [row | {"name": None}], ignore=True)])
    assert _hashes(tmp_path / "a.db") == ["h", "x", "y"]


# --- the end of a writer


def test_close_writes_what_is_queued_and_a_closed_writer_says_so(tmp_path: Path) -> None:
    path = tmp_path / "a.db"

    async def main() -> list[str]:
        writer = Writer(path)
        tasks: list[asyncio.Task[None]] = []
        with _locked(path):
            closing = None
            while not tasks or not tasks[-1].done():
                tasks.append(asyncio.create_task(writer.write([prompt(str(len(tasks)))])))
                await asyncio.sleep(0.001)
                if len(tasks) == 100:
                    closing = asyncio.create_task(asyncio.to_thread(writer.close))
        assert closing is not None
        await closing
        *queued, late = tasks
        await asyncio.gather(*queued)
        error = late.exception()
        assert isinstance(error, StoreError)
        assert str(path) in error.message
        assert "closed" in error.message
        assert error.hint
        with pytest.raises(StoreError, match="closed"):
            writer.write_now([prompt("late")])
        writer.close()
        return [str(number) for number in range(len(queued))]

    queued = asyncio.run(main())
    assert len(queued) >= 100
    assert _hashes(path) == queued


def test_what_is_written_while_a_writer_closes_is_kept_or_refused_and_never_lost(
    tmp_path: Path,
) -> None:
    path = tmp_path / "a.db"
    writer = Writer(path)
    kept: list[str] = []

    def produce(name: int) -> None:
        with contextlib.suppress(StoreError):
            for step in range(10_000):
                writer.write_now([prompt(f"{name}-{step}")])
                kept.append(f"{name}-{step}")

    threads = [threading.Thread(target=produce, args=(name,)) for name in range(8)]
    for thread in threads:
        thread.start()
    time.sleep(0.1)
    writer.close()
    for thread in threads:
        thread.join(10)
        assert not thread.is_alive()
    assert kept
    assert sorted(_hashes(path)) == sorted(kept)


def test_a_caller_that_went_away_harms_nobody(tmp_path: Path) -> None:
    path = tmp_path / "a.db"
    with _writer(path) as writer:
        loop = asyncio.new_event_loop()
        with _locked(path):
            task = loop.create_task(writer.write([prompt("cancelled")]))
            loop.run_until_complete(asyncio.sleep(0.02))
            task.cancel()
            with pytest.raises(asyncio.CancelledError):
                loop.run_until_complete(task)
            loop.close()
        writer.write_now([prompt("later")])
    assert _hashes(path) == ["cancelled", "later"]


# --- trouble outside


def _page_limit(pages: int) -> Callable[[sqlite3.Connection], object]:
    return lambda connection: connection.execute(f"PRAGMA max_page_count={pages}").fetchall()


def test_a_full_disk_is_told_leaves_nothing_half_written_and_heals(tmp_path: Path) -> None:
    path = tmp_path / "a.db"
    held: list[sqlite3.Connection] = []

    def tune(connection: sqlite3.Connection) -> None:
        held.append(connection)
        connection.execute("PRAGMA max_page_count=160").fetchall()

    with _writer(path, tune) as writer:
        kept: list[str] = []

        def fill() -> None:
            for number in range(1000):
                writer.write_now([prompt(str(number), "x" * 9000), prompt(f"{number} again")])
                kept.extend([str(number), f"{number} again"])

        with pytest.raises(StoreFull) as caught:
            fill()
        assert kept
        assert str(path) in caught.value.message
        assert "space" in caught.value.message
        assert "--resume" in caught.value.hint
        assert caught.value.retryable
        assert _hashes(path) == kept
        with reading(path) as db:
            assert db.execute("PRAGMA integrity_check").fetchone()[0] == "ok"
        held[0].execute("PRAGMA max_page_count=100000").fetchall()
        writer.write_now([prompt("after", "x" * 9000)])
    assert _hashes(path) == [*kept, "after"]


@pytest.mark.parametrize("pages", range(45, 75, 3))
def test_wherever_space_ends_each_unit_is_whole_or_refused(tmp_path: Path, pages: int) -> None:
    """Units of many sizes in one group: what does not fit goes, and nothing that was confirmed."""
    path = tmp_path / "a.db"
    works = [[prompt(f"{n} a", "x" * (n % 7) * 4000), prompt(f"{n} b")] for n in range(40)]
    with _writer(path, _page_limit(pages)) as writer:
        results = asyncio.run(_all(writer, works, path))
    expected = [f"{n} {part}" for n, error in enumerate(results) if error is None for part in "ab"]
    assert _hashes(path) == expected
    assert any(results)
    assert all(error is None or isinstance(error, StoreFull) for error in results)
    with _writer(path) as writer:
        writer.write_now([prompt("after")])
    assert _hashes(path) == [*expected, "after"]


_FILL = """
import resource, sys
from pathlib import Path
from taxoloom.errors import StoreError
from taxoloom.store import Writer
from taxoloom.tests.store.plant import prompt
writer = Writer(Path(sys.argv[1]))
resource.setrlimit(resource.RLIMIT_FSIZE, (900_000, 900_000))
try:
    for number in range(1000):
        writer.write_now([prompt(str(number), "x" * 9000)])
        print(number)
except StoreError as error:
    print(type(error).__name__, error, error.hint, sep="|", file=sys.stderr)
writer.close()
"""


def test_a_file_that_may_not_grow_is_told_and_loses_nothing_that_was_confirmed(
    tmp_path: Path,
) -> None:
    """A limit of the system instead of SQLite's own: the write itself fails."""
    path = tmp_path / "a.db"
    command = [sys.executable, "-c", _FILL, str(path)]
    done = subprocess.run(command, capture_output=True, text=True, timeout=60, check=True)
    kept = done.stdout.split()
    assert kept
    assert (
        done.stderr == f"StoreError|{path}: disk I/O error|check the disk, its quota and the file\n"
    )
    assert _hashes(path) == kept
    with _writer(path) as writer:
        writer.write_now([prompt("after", "x" * 9000)])
    assert _hashes(path) == [*kept, "after"]


def test_another_program_that_keeps_the_lock_fails_all_after_one_wait(tmp_path: Path) -> None:
    path = tmp_path / "a.db"
    with _writer(path, lambda c: c.execute("PRAGMA busy_timeout=100")) as writer:

        async def main() -> list[BaseException | None]:
            works = (writer.write([prompt(str(number))]) for number in range(100))
            return await asyncio.gather(*works, return_exceptions=True)

        with _locked(path):
            begun = time.monotonic()
            results = asyncio.run(main())
            waited = time.monotonic() - begun
        assert all(isinstance(error, StoreLocked) for error in results)
        assert waited < 5
        assert {str(error) for error in results} == {f"{path}: locked by another program"}
        writer.write_now([prompt("later")])
    assert _hashes(path) == ["later"]


# --- texts


@pytest.mark.parametrize(
    "text",
    [
        "",
        "a\x00b",
        "\ufffe\uffff",
        "\u2028\u2029\x85",
        "👩‍👩‍👧 𠮷",
        "'\"; DROP TABLE prompts; --",
        "好" * 2_000_000,
    ],
    ids=["empty", "nul", "non-characters", "separators", "astral", "quotes", "6 MB"],
)
def test_a_text_comes_back_as_it_went(tmp_path: Path, text: str) -> None:
    path = tmp_path / "a.db"
    with _writer(path) as writer:
        writer.write_now([prompt("h", text)])
    with reading(path) as db:
        assert db.execute("SELECT text FROM prompts").fetchone()[0] == text


def test_any_text_comes_back_as_it_went(tmp_path: Path) -> None:
    path = tmp_path / "a.db"
    with _writer(path) as writer:

        @settings(max_examples=60, deadline=None)
        @given(st.text(st.characters(exclude_categories=["Cs"])))
        def comes_back(text: str) -> None:
            writer.write_now([("DELETE FROM prompts", [[]]), prompt("h", text)])
            with reading(path) as db:
                assert db.execute("SELECT text FROM prompts").fetchone()[0] == text

        comes_back()
