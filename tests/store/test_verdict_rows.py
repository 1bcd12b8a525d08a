"""Who said what, on planted rows: each question gets its own verdicts and no others."""

import sqlite3
from pathlib import Path
from typing import Any

import pytest

from taxoloom.store import reading, records, verdict_rows
from taxoloom.tests.store.plant import NOW, blueprint, plant, run, sample, verdict

CRITERIA = ("correct", "safe")
RELEASED = Path(__file__).parent.parent / "data" / "schema_0_1.sql"
Row = dict[str, Any]


def _verdict(unit: str, judge: str, accept: bool | None, **changed: Any) -> Row:
    common = {"sample_id": unit, "run_id": "r1", "created_at": NOW, "source": "agent"}
    return common | {"variant": ""} | verdict(judge, accept, **changed)


def _canary(id: str, defect: str, place: int) -> Row:
    row: Row = dict.fromkeys(("request", "messages", "labels"), "{}")
    row |= dict.fromkeys(("final_answer", "detail"), "")
    row |= {"id": id, "run_id": "r1", "wave": 0, "place": place, "leaf": "根 > 叶"}
    return row | {
        "language": "zh",
        "good": int(not defect),
        "defect": defect,
        "origin": "built-in:x",
        "created_at": NOW,
    }


@pytest.fixture
def db(tmp_path: Path) -> Path:
    """Two samples, two canaries, a foreign run; every kind of verdict once."""
    plans = [blueprint("b0", wave=0), blueprint("b1", slot=1, wave=3)]
    first = sample(plans[0], "rejected", id="s0", created_at="2026-11-22T11:00:00")
    second = sample(plans[1], "disputed", id="s1", created_at="2026-11-22T10:00:00", model="m")
    unjudged = sample(blueprint("b2", slot=2), "rejected", id="s2")
    criteria = {
        "correct": {"finding": "not_met", "quote": "1"},
        "safe": {"finding": "cannot_tell", "quote": ""},
    }
    verdicts = [
        _verdict("s0", "a", True),
        _verdict("s0", "b", None),
        _verdict("s1", "a", False, criteria=criteria, score=1),
        _verdict("s1", "a", True, variant="judge_other", prompt="judge_other.zh"),
        _verdict("s0", "lin", True, source="person:lin", model="", prompt="", score=None),
        _verdict("s0", "adjudicator", False, source="agent:adjudicator"),
        _verdict("c1", "a", True),
        _verdict("c1", "a", False, variant="judge_other"),
        _verdict("s0", "a", False) | {"run_id": "r2"},
    ]
    review = {
        "sample_id": "s0",
        "run_id": "r1",
        "source": "person:lin",
        "was": "disputed",
        "was_reason": "panel:1-1",
        "became": "rejected",
        "became_reason": "person:reject",
        "criterion": "",
        "comment": "",
        "created_at": NOW,
        "blind": 1,
    }
    later = review | {"was": "rejected", "became": "accepted", "blind": 0}
    undone = later | {"undone_at": NOW}
    rows = {
        "runs": [run("r1"), run("r2")],
        "blueprints": [*plans, blueprint("b2", slot=2)],
        "samples": [first, second, unjudged],
        "canaries": [_canary("c2", "truncated", 1), _canary("c1", "", 0)],
        "verdicts": verdicts,
        "reviews": [review, later, undone],
    }
    return plant(
        tmp_path / "a.db",
        [records.insert(table, [row]) for table, listed in rows.items() for row in listed],
    )


def test_each_question_gets_its_own_verdicts(db: Path) -> None:
    with reading(db) as connection:
        asked = (connection, "r1", CRITERIA)
        assert verdict_rows.on_samples(*asked) == [
            ("s0", "a", "judge_a.zh", 1, 4, 1, None),
            ("s0", "b", "judge_b.zh", None, None, 1, None),
            ("s1", "a", "judge_a.zh", 0, 1, 0, None),
        ]
        assert verdict_rows.on_canaries(*asked) == [("c1", "a", "judge_a.zh", 1, 4, 1, None)]
        assert [row[:4] for row in verdict_rows.reworded(*asked)] == [
            ("s1", "a", "judge_other", 1),
            ("c1", "a", "judge_other", 0),
        ]
        assert [row[:4] for row in verdict_rows.settled(*asked)] == [
            ("s0", "person:lin", "", 1),
            ("s0", "agent:adjudicator", "judge_adjudicator.zh", 0),
        ]


def test_judged_samples_come_as_they_were_decided_with_the_panels_decision(db: Path) -> None:
    with reading(db) as connection:
        rows = verdict_rows.judged(connection, "r1")
    assert [(row["id"], row["status"], row["wave"], row["model"]) for row in rows] == [
        ("s1", "disputed", 3, "m"),
        ("s0", "disputed", 0, "offline"),
    ]


def test_canaries_and_judges_are_listed(db: Path) -> None:
    with reading(db) as connection:
        canaries = verdict_rows.canaries(connection, "r1")
        judges = verdict_rows.judges(connection, "r1")
        assert verdict_rows.canaries(connection, "r2") == []
        assert verdict_rows.unblinded(connection, "r1") == {"person:lin": 1}
    assert [(row["id"], row["good"], row["defect"]) for row in canaries] == [
        ("c1", 1, ""),
        ("c2", 0, "truncated"),
    ]
    assert [(row["judge"], row["verdicts"], row["unscored"]) for row in judges] == [
        ("a", 2, 0),
        ("b", 1, 1),
    ]


def test_policies_come_by_wave_and_what_was_decided_anew_last(tmp_path: Path) -> None:
    common = {"run_id": "r1", "name": "calibrated", "created_at": NOW}
    rows = [{**common, "wave": wave, "data": {"at": wave}} for wave in (None, 1, 0)]
    statements = [records.insert("runs", [run()])]
    statements += [records.insert("policies", [row]) for row in rows]
    with reading(plant(tmp_path / "a.db", statements)) as connection:
        found = verdict_rows.policies(connection, "r1")
    assert [row["data"] for row in found] == [{"at": 0}, {"at": 1}, {"at": None}]


def test_a_database_from_before_canaries_answers_all_the_same(tmp_path: Path) -> None:
    path = tmp_path / "old.db"
    connection = sqlite3.connect(path)
    connection.executescript(RELEASED.read_text(encoding="utf-8"))
    connection.close()
    with reading(path) as old:
        asked = (old, "r1", CRITERIA)
        assert len(verdict_rows.on_samples(*asked)) == len(verdict_rows.judges(old, "r1")) > 0
        assert [row["wave"] for row in verdict_rows.judged(old, "r1")] == [0]
        for question in (verdict_rows.on_canaries, verdict_rows.reworded, verdict_rows.settled):
            assert question(*asked) == []
        assert verdict_rows.unblinded(old, "r1") == {}
        assert verdict_rows.canaries(old, "r1") == verdict_rows.policies(old, "r1") == []
