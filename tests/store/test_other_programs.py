"""Other programs that look into a database while a run writes it."""

import subprocess
import sys
from pathlib import Path

from taxoloom.store import Writer, reading, records

LOOK = """
import sqlite3, sys
connection = sqlite3.connect(sys.argv[1])
connection.execute("SELECT count(*) FROM prompts").fetchone()
connection.close()
"""


def test_a_program_that_looks_in_and_leaves_takes_nothing_away(tmp_path: Path) -> None:
    path = tmp_path / "run.db"
    writer = Writer(path)
    try:
        for number in range(5):
            row = {"hash": str(number), "name": "n", "text": "t"}
            writer.write_now([records.insert("prompts", [row])])
            # Readers of our own, in this process, must not let go of the writer's locks …
            with reading(path) as db:
                assert db.execute("SELECT count(*) FROM prompts").fetchone()[0] == number + 1
            # … or a program that closes its connection believes itself the last, and takes the
            # write-ahead log away from under the writer.
            subprocess.run([sys.executable, "-c", LOOK, str(path)], check=True)
            assert path.with_name("run.db-wal").exists()
    finally:
        writer.close()
    with reading(path) as db:
        assert db.execute("SELECT count(*) FROM prompts").fetchone()[0] == 5
