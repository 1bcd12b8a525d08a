"""One process writes a database: the others are told so at once, and a killed one lets go."""

import contextlib
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from taxoloom.errors import StoreError, StoreLocked
from taxoloom.store import lock

_HOLD = """
import sys
from pathlib import Path
from taxoloom.store import lock
with lock(Path(sys.argv[1])):
    print("held", flush=True)
    sys.stdin.read()
"""


@contextlib.contextmanager
def _holder(path: Path) -> Iterator["subprocess.Popen[str]"]:
    """Another process that holds the lock until its input ends."""
    process = subprocess.Popen(
        [sys.executable, "-c", _HOLD, str(path)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    with process:
        assert process.stdout is not None
        assert process.stdout.readline() == "held\n"
        try:
            yield process
        finally:
            process.kill()


def test_a_second_process_is_refused_at_once_and_a_killed_one_lets_go(tmp_path: Path) -> None:
    path = tmp_path / "a.db"
    link = tmp_path / "link.db"
    link.symlink_to(path)
    with _holder(path) as process:
        for name in (path, link, tmp_path / "." / "a.db"):
            begun = time.monotonic()
            with pytest.raises(StoreLocked) as caught, lock(name):
                pass
            assert time.monotonic() - begun < 5
            assert str(name) in caught.value.message
            assert "another run" in caught.value.message
            assert caught.value.hint
            assert caught.value.retryable
        with lock(tmp_path / "other.db"):
            pass
        process.kill()
        process.wait(10)
        with lock(path):
            pass


def test_a_lock_is_let_go_at_the_end_of_its_block_whatever_happened_in_it(tmp_path: Path) -> None:
    path = tmp_path / "a.db"
    with pytest.raises(ZeroDivisionError), lock(path):
        raise ZeroDivisionError
    with lock(path), pytest.raises(StoreLocked), lock(path):
        pass
    with lock(path):
        assert not path.exists()


def test_of_many_threads_one_at_a_time_has_the_lock(tmp_path: Path) -> None:
    path = tmp_path / "a.db"
    inside, most, refused = 0, 0, 0
    count = threading.Lock()

    def race() -> None:
        nonlocal inside, most, refused
        for _ in range(25):
            try:
                with lock(path):
                    with count:
                        inside += 1
                        most = max(most, inside)
                    time.sleep(0.0005)
                    with count:
                        inside -= 1
            except StoreLocked:
                with count:
                    refused += 1

    threads = [threading.Thread(target=race) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert most == 1
    assert refused


def test_a_lock_that_cannot_be_made_is_an_error_of_the_store(tmp_path: Path) -> None:
    (tmp_path / "a.db.lock").mkdir()
    with pytest.raises(StoreError) as caught, lock(tmp_path / "a.db"):
        pass
    assert str(tmp_path) in caught.value.message
    assert caught.value.hint
