"""Vectors are kept once for each sample, field and model, and many are found at once."""

import sqlite3
from pathlib import Path

from taxoloom.store import Writer, reading
from taxoloom.store.embeddings import known, written

RELEASED = Path(__file__).parent.parent / "data" / "schema_0_1.sql"


def test_vectors_are_found_again_by_model_and_the_first_ones_stay(tmp_path: Path) -> None:
    writer = Writer(tmp_path / "a.db")
    rows = [((f"s{number}", "both"), bytes([number % 256] * 8)) for number in range(1200)]
    writer.write_now([written("m", rows), written("n", [(("s1", "both"), b"other")])])
    writer.write_now([written("m", [(("s1", "both"), b"again"), (("s1", "answer"), b"new")])])
    writer.close()
    with reading(tmp_path / "a.db") as db:
        ids, fields = [f"s{number}" for number in range(1300)], ("both", "answer")
        assert dict(known(db, "m", ids, fields)) == {**dict(rows), ("s1", "answer"): b"new"}
        assert dict(known(db, "m", ids, ["answer"])) == {("s1", "answer"): b"new"}
        assert dict(known(db, "n", ["s1", "s1"], fields)) == {("s1", "both"): b"other"}
        assert dict(known(db, "o", ["s1"], fields)) == {}
        assert dict(known(db, "m", [], fields)) == dict(known(db, "m", ids, [])) == {}


def test_a_database_of_an_older_version_has_none(tmp_path: Path) -> None:
    connection = sqlite3.connect(tmp_path / "old.db")
    connection.executescript(RELEASED.read_text(encoding="utf-8"))
    connection.close()
    with reading(tmp_path / "old.db") as db:
        assert dict(known(db, "m", ["s1"], ["both"])) == {}
