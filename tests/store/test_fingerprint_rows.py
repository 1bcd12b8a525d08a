"""Fingerprints are written with their samples, survive a restart, and decide as an index does."""

import sqlite3
from pathlib import Path

import pytest

from taxoloom.errors import StoreError
from taxoloom.quality.duplicates import Fingerprint, Index, Match, fingerprint, nearest_stored
from taxoloom.store import Writer, reading, records
from taxoloom.store.fingerprints import (
    EVERYWHERE,
    Among,
    Print,
    candidates,
    shingles,
    stored,
    written,
)
from taxoloom.store.writer import Statement
from taxoloom.tests.quality.duplicates.planting import corpus
from taxoloom.tests.store.plant import blueprint, plant, run, sample

FIELD = "instruction"


def _statements(ident: str, own: Fingerprint, *, place: int, of: str = "r1") -> list[Statement]:
    """A sample as a run would write it."""
    source = blueprint(f"b{place}", run=of, slot=place)
    row = sample(source, "accepted" if place % 2 else "rejected", id=ident)
    return [
        records.insert("blueprints", [source]),
        *records.decided(row, [], []),
        *written(ident, {FIELD: Print(*own.packed(), own.bands), "answer": Print(b"", b"", [])}),
    ]


def _from_store(
    db: sqlite3.Connection, own: Fingerprint, among: Among = EVERYWHERE
) -> Match | None:
    found = candidates(db, FIELD, own.bands, among)
    return nearest_stored(own, found, lambda ids: shingles(db, FIELD, ids))


def test_a_restarted_index_and_the_store_itself_decide_as_before(tmp_path: Path) -> None:
    texts = corpus(9, bases=120, copies=20, hard=60)
    first, second = texts[: len(texts) // 2], texts[len(texts) // 2 :]
    path = plant(tmp_path / "a.db", [records.insert("runs", [run()])])
    index = Index()
    writer = Writer(path)
    for place, one in enumerate(first):
        own = fingerprint(one.text)
        index.add(one.id, own)
        writer.write_now(_statements(one.id, own, place=place))
    writer.close()
    with reading(path) as db:
        again = Index()
        for ident, packed in stored(db, FIELD):
            again.add(ident, Fingerprint.unpacked(packed))
        assert len(again) == len(index)
        before = [index.nearest(one.text) for one in second]
        assert sum(match is not None for match in before) > 50
        assert [again.nearest(one.text) for one in second] == before
        assert [_from_store(db, fingerprint(one.text)) for one in second] == before


def test_a_run_or_a_status_may_be_asked_alone(tmp_path: Path) -> None:
    runs = [run("r1"), run("r2")]
    path = plant(tmp_path / "a.db", [records.insert("runs", [one]) for one in runs])
    own = fingerprint("A text that two runs have, word for word.")
    writer = Writer(path)
    writer.write_now(_statements("s1", own, place=1, of="r1"))
    writer.write_now(_statements("s2", own, place=2, of="r2"))
    writer.close()
    with reading(path) as db:
        assert _from_store(db, own) == Match("s1", 1.0)
        assert _from_store(db, own, Among(run="r2")) == Match("s2", 1.0)
        assert _from_store(db, own, Among(status="rejected")) == Match("s2", 1.0)
        assert _from_store(db, own, Among(run="r1", status="rejected")) is None
        assert [ident for ident, _ in stored(db, FIELD, Among(run="r2"))] == ["s2"]
        assert candidates(db, "answer", own.bands) == []
        assert candidates(db, FIELD, []) == []


def test_a_sample_and_its_fingerprints_are_written_together_or_not_at_all(tmp_path: Path) -> None:
    path = plant(tmp_path / "a.db", [records.insert("runs", [run()])])
    own = fingerprint("Nothing of this stays when a row is refused.")
    broken = [*_statements("s1", own, place=1), records.insert("runs", [run()])]
    writer = Writer(path)
    with pytest.raises(StoreError):
        writer.write_now(broken)
    writer.close()
    with reading(path) as db:
        assert list(stored(db, FIELD)) == []
        assert db.execute("SELECT count(*) FROM samples").fetchone()[0] == 0
        assert db.execute("SELECT count(*) FROM fingerprint_bands").fetchone()[0] == 0


def test_a_database_without_fingerprints_has_none(tmp_path: Path) -> None:
    path = tmp_path / "old.db"
    script = Path(__file__).parent.parent / "data" / "schema_0_1.sql"
    connection = sqlite3.connect(path)
    connection.executescript(script.read_text(encoding="utf-8"))
    connection.close()
    with reading(path) as db:
        assert list(stored(db, FIELD)) == []
        assert candidates(db, FIELD, [1, 2]) == []
