"""Votes that settle samples: what they move, what they leave, and how they are taken back."""

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import count
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from taxoloom.errors import InputError, NotFound, StoreLocked
from taxoloom.graphs.adjudicate import Desk, desk, person, shuffled
from taxoloom.store import queries, reading, records, review_rows
from taxoloom.store.review_rows import Chosen
from taxoloom.tests.store.plant import blueprint, inserted, plant, run, sample, verdict

Row = dict[str, Any]
COUNTS = ("accepted", "disputed", "rejected", "failed", "pending")


def difference(kind: str = "decision", subject: str = "") -> Row:
    return {"kind": kind, "subject": subject, "detail": {"votes": {}, "criteria": {}}}


def planted(path: Path, statuses: tuple[str, ...] = ("disputed", "accepted", "disputed")) -> Path:
    """A run with samples that judges differ on, and one blueprint that is pending."""
    blueprints = [blueprint(f"b{n}", slot=n) for n in range(len(statuses) + 1)]
    statements = inserted(runs=[run(asked=4, status="shortfall")], blueprints=blueprints)
    for made, status in zip(blueprints, statuses, strict=False):
        votes = [verdict("examiner", True), verdict("sceptic", False)]
        differing = [difference(), difference("criterion", "correct")]
        if status == "accepted":
            differing = differing[1:]
        statements += records.decided(sample(made, status), votes, differing)
    return plant(path, statements)


def ids(path: Path) -> list[str]:
    with reading(path) as db:
        return [row["id"] for row in queries.samples(db, queries.Filter())]


@contextmanager
def at(path: Path, name: str = "Ada", *, overrule: bool = False) -> Iterator[Desk]:
    with desk(path, None, person(name), overrule=overrule) as held:
        yield held


def state(path: Path) -> dict[str, list[tuple[Any, ...]]]:
    """All that a vote may change, but for history."""
    asked = {
        "samples": "SELECT id, status, reason FROM samples ORDER BY id",
        "verdicts": "SELECT sample_id, judge, accept, criteria, rationale, source FROM verdicts "
        "ORDER BY sample_id, source, judge",
        "disagreements": "SELECT id, status, resolved_by, resolution, resolved_at "
        "FROM disagreements ORDER BY id",
    }
    with reading(path) as db:
        return {name: [tuple(row) for row in db.execute(query)] for name, query in asked.items()}


def test_a_vote_settles_its_sample_and_is_kept_as_a_verdict(tmp_path: Path) -> None:
    path = planted(tmp_path / "run.db")
    (first, *_) = ids(path)
    with at(path) as held:
        assert held.vote(first, False, criterion="correct", comment="wrong sum", blind=True)
        case = held.case(first)
    assert (case.sample["status"], case.sample["reason"]) == ("rejected", "person:reject:correct")
    assert {row["status"] for row in case.disagreements} == {"settled"}
    assert {row["resolved_by"] for row in case.disagreements} == {"person:Ada"}
    assert {row["resolution"] for row in case.disagreements} == {"rejected"}
    with reading(path) as db:
        (kept,) = (v for v in queries.verdicts(db, first) if v["source"] == "person:Ada")
        (review,) = review_rows.reviews(db, first)
        assert queries.votes(db, "r1")[0] == [True, False]
    assert (kept["judge"], kept["model"], kept["accept"], kept["score"]) == ("Ada", "", 0, None)
    assert kept["criteria"] == {"correct": {"finding": "not_met", "quote": ""}}
    assert kept["rationale"] == "wrong sum"
    assert (review["was"], review["became"], review["blind"]) == ("disputed", "rejected", 1)


def test_taking_a_vote_back_leaves_nothing_but_history(tmp_path: Path) -> None:
    path = planted(tmp_path / "run.db")
    before = state(path)
    with at(path) as held:
        for sample_id in ids(path):
            held.vote(sample_id, True, comment="x")
        assert state(path) != before
        undone = [held.undo() for _ in range(3)]
        assert held.undo() is None
    assert undone == ids(path)[::-1]
    assert state(path) == before
    with reading(path) as db:
        told = [r for sample_id in ids(path) for r in review_rows.reviews(db, sample_id)]
    assert len(told) == 3
    assert all(review["undone_at"] for review in told)


def test_a_second_person_is_a_further_rater_and_moves_only_with_overrule(tmp_path: Path) -> None:
    path = planted(tmp_path / "run.db")
    (first, *_) = ids(path)
    with at(path) as held:
        assert held.vote(first, True)
    settled = state(path)
    with at(path, "Bo") as held:
        assert not held.vote(first, False)
        assert held.case(first).others == ("person:Ada",)
    assert state(path)["samples"] == settled["samples"]
    assert state(path)["disagreements"] == settled["disagreements"]
    assert len(state(path)["verdicts"]) == len(settled["verdicts"]) + 1
    with at(path, "Cy", overrule=True) as held:
        assert held.vote(first, False)
        assert held.case(first).sample["status"] == "rejected"
        assert {row["resolved_by"] for row in held.case(first).disagreements} == {"person:Cy"}
        held.undo()
        assert held.case(first).sample["status"] == "accepted"
        assert {row["resolved_by"] for row in held.case(first).disagreements} == {"person:Ada"}
    with at(path, "Bo") as held:
        held.undo()
    assert state(path) == settled


def test_a_vote_that_somebody_overruled_cannot_be_taken_back(tmp_path: Path) -> None:
    path = planted(tmp_path / "run.db")
    (first, *_) = ids(path)
    with at(path) as held:
        held.vote(first, True)
    with at(path, "Bo", overrule=True) as held:
        held.vote(first, False)
    before = state(path)
    with at(path) as held, pytest.raises(InputError, match="person:Bo has moved"):
        held.undo()
    assert state(path) == before


def test_a_changed_mind_replaces_the_vote_and_comes_back_when_taken_back(tmp_path: Path) -> None:
    path = planted(tmp_path / "run.db")
    (first, *_) = ids(path)
    with at(path) as held:
        held.vote(first, False, criterion="safe", comment="first")
        before = state(path)
        assert held.vote(first, True)
        assert len(state(path)["verdicts"]) == len(before["verdicts"])
        with reading(path) as db:
            assert [r["blind"] for r in review_rows.reviews(db, first)] == [1, 0]
        held.undo()
    assert state(path) == before


def test_what_is_settled_is_shown_again_only_to_others_who_ask_for_it(tmp_path: Path) -> None:
    path = planted(tmp_path / "run.db")
    everything = Chosen()
    with at(path) as held:
        (first, *rest) = held.waiting(everything)
        held.vote(first, True)
        assert held.waiting(everything) == rest
        assert held.waiting(everything, settled=True) == rest
    with at(path, "Bo") as held:
        assert held.waiting(everything) == rest
        assert held.waiting(everything, settled=True) == [first, *rest]


def test_kinds_criteria_and_leaves_narrow_what_is_waiting(tmp_path: Path) -> None:
    path = planted(tmp_path / "run.db")
    first, second, third = ids(path)
    with at(path) as held:
        assert set(held.waiting(Chosen(("decision",)))) == {first, third}
        assert set(held.waiting(Chosen(("criterion",), "correct"))) == {first, second, third}
        assert held.waiting(Chosen(("criterion",), "safe")) == []
        assert set(held.waiting(Chosen(leaf="叶"))) == {first, second, third}
        assert held.waiting(Chosen(leaf="别处")) == []


def test_the_order_is_the_runs_own_and_says_nothing_of_the_slots() -> None:
    names = [f"{n:03}" for n in range(50)]
    assert shuffled("r", names) == shuffled("r", names[::-1])
    assert shuffled("r", names) != shuffled("q", names)
    assert shuffled("r", names) != names


def test_slots_that_votes_filled_end_a_shortfall(tmp_path: Path) -> None:
    path = planted(tmp_path / "run.db")
    with at(path) as held:
        held.vote(ids(path)[0], True)
        held.recount()
    with reading(path) as db:
        found = queries.run(db)
        assert (found["status"], found["reason"]) == (
            "shortfall",
            "2 of 4 samples could not be filled",
        )
        cells = db.execute("SELECT missing FROM shortfalls WHERE label = ''").fetchall()
        assert [tuple(cell) for cell in cells] == [(2,)]


def test_a_database_that_is_written_is_not_voted_on(tmp_path: Path) -> None:
    path = planted(tmp_path / "run.db")
    with at(path), pytest.raises(StoreLocked), at(path, "Bo"):
        pass


def test_a_sample_of_no_run_and_a_name_of_nobody_are_refused(tmp_path: Path) -> None:
    path = planted(tmp_path / "run.db")
    with at(path) as held, pytest.raises(NotFound):
        held.vote("nothing", True)
    for name in ("", "  ", "a\nb", "x" * 65, "\x1b[31m"):
        with pytest.raises(InputError):
            person(name)
    assert person(" 王 小明 ") == "person:王 小明"


STEPS = st.lists(
    st.tuples(st.sampled_from("abc"), st.integers(0, 2), st.sampled_from(["yes", "no", "undo"])),
    max_size=12,
)
_FILES = count()


@settings(max_examples=25)
@given(STEPS, st.booleans())
def test_counts_always_add_up_and_disagreements_are_open_or_settled(
    tmp_path_factory: pytest.TempPathFactory, steps: list[tuple[str, int, str]], overrule: bool
) -> None:
    path = planted(tmp_path_factory.getbasetemp() / f"steps{next(_FILES)}.db")
    names = ids(path)
    for who, which, what in steps:
        with at(path, who, overrule=overrule) as held:
            try:
                held.undo() if what == "undo" else held.vote(names[which], what == "yes")
            except InputError:
                assert what == "undo"
    with sqlite3.connect(path) as db:
        db.row_factory = sqlite3.Row
        counts = dict(db.execute("SELECT * FROM run_counts").fetchone())
        assert counts["planned"] == sum(counts[name] for name in COUNTS) == 4
        voted = db.execute("SELECT DISTINCT sample_id, source FROM reviews WHERE undone_at IS NULL")
        kept = db.execute("SELECT sample_id, source FROM verdicts WHERE source <> 'agent'")
        assert sorted(map(tuple, voted)) == sorted(map(tuple, kept))
        for row in db.execute("SELECT * FROM samples"):
            by_person = row["reason"].startswith("person:")
            found = db.execute(
                "SELECT status, resolution FROM disagreements WHERE sample_id = ?", [row["id"]]
            ).fetchall()
            wanted = ("settled", row["status"]) if by_person else ("open", None)
            assert {tuple(one) for one in found} == {wanted}
    db.close()
