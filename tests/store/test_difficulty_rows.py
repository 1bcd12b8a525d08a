"""Measured difficulties: written whole, replaced whole, and nothing where nobody measured."""

import sqlite3
from pathlib import Path
from typing import Any

import pytest

from taxoloom.errors import NotFound
from taxoloom.store import difficulties, reading
from taxoloom.tests.store.plant import NOW, blueprint, call, inserted, plant, run, sample

Row = dict[str, Any]
PRINTS = [blueprint(f"b{at}", slot=at) for at in range(3)]
SAMPLES = [sample(one, labels={"difficulty": "basic"}) for one in PRINTS]
IDS = [one["id"] for one in SAMPLES]


def rating(id_: str, value: float, **changed: Any) -> Row:
    row = {"sample_id": id_, "run_id": "r1", "rating": value, "error": 50.0, "comparisons": 4}
    return {**row, "pool": 0, "model": "m", "prompt": "ranker.zh", "created_at": NOW, **changed}


def ranking(*ids: str) -> Row:
    ranks = [[id_] for id_ in ids]
    made = {"id": difficulties.batch_id("r1", ids), "run_id": "r1", "samples": list(ids)}
    return {**made, "ranks": ranks, "created_at": NOW}


@pytest.fixture
def db(tmp_path: Path) -> Path:
    rows = inserted(runs=[run()], blueprints=PRINTS, samples=SAMPLES)
    return plant(tmp_path / "a.db", rows)


def test_a_later_measuring_takes_the_place_of_the_earlier_one(db: Path) -> None:
    plant(db, difficulties.replaced("r1", [ranking(*IDS)], [rating(i, 1500) for i in IDS]))
    again = [rating(IDS[1], 1400), rating(IDS[0], 1600)]
    plant(db, difficulties.replaced("r1", [ranking(*IDS[:2])], again))
    with reading(db) as connection:
        found = difficulties.ratings(connection, "r1")
        assert [(row["sample_id"], row["rating"]) for row in found] == [
            (IDS[1], 1400),
            (IDS[0], 1600),
        ]
        assert found[0]["labels"] == {"difficulty": "basic"}
        assert found[0]["leaf"] == "根 > 叶"
        kept = difficulties.ranking(connection, difficulties.batch_id("r1", IDS[:2]))
        assert kept is not None
        assert kept["ranks"] == [[IDS[0]], [IDS[1]]]
        assert difficulties.ranking(connection, difficulties.batch_id("r1", IDS)) is None


def test_a_measuring_that_cannot_be_written_leaves_the_earlier_one(db: Path) -> None:
    plant(db, difficulties.replaced("r1", [ranking(*IDS)], [rating(i, 1500) for i in IDS]))
    twice = [rating(IDS[0], 1), rating(IDS[0], 2)]
    with pytest.raises(Exception, match="UNIQUE"):
        plant(db, difficulties.replaced("r1", [ranking(*IDS[:2])], twice))
    with reading(db) as connection:
        assert [row["rating"] for row in difficulties.ratings(connection, "r1")] == [1500] * 3


def test_batches_are_found_by_the_beginning_of_their_id(db: Path) -> None:
    plant(db, inserted(calls=[call("b-12"), call("b-12", attempt=2), call("b-3"), call("12")]))
    with reading(db) as connection:
        assert difficulties.asked_batch(connection, "b-1") == "b-12"
        with pytest.raises(NotFound, match="more than one"):
            difficulties.asked_batch(connection, "b-")
        with pytest.raises(NotFound, match="no ranked batch"):
            difficulties.asked_batch(connection, "b-x")


def test_an_id_of_a_batch_depends_on_run_and_order() -> None:
    found = {difficulties.batch_id(r, ids) for r in ("r1", "r2") for ids in (IDS, IDS[::-1])}
    assert len(found) == 4
    assert all(one.startswith(difficulties.PREFIX) for one in found)


def test_an_older_database_has_nothing_measured(tmp_path: Path) -> None:
    path = tmp_path / "old.db"
    script = Path(__file__).parent.parent / "data" / "schema_0_1.sql"
    connection = sqlite3.connect(path)
    connection.executescript(script.read_text(encoding="utf-8"))
    connection.close()
    with reading(path) as connection:
        assert difficulties.ratings(connection, "r1") == []
        assert difficulties.ranking(connection, "b-1") is None


def test_only_samples_with_a_text_are_measured(db: Path) -> None:
    more = blueprint("b9", slot=9)
    plant(db, inserted(blueprints=[more], samples=[sample(more, messages=[])]))
    with reading(db) as connection:
        assert difficulties.to_measure(connection, "r1", "accepted") == IDS
        assert difficulties.to_measure(connection, "r1", "disputed") == []
        asked = difficulties.messages(connection, IDS[::-1])
        assert [one[0]["content"] for one in asked] == ["问"] * 3
