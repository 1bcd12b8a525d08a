"""What people ask of a database, on planted rows."""

from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from taxoloom.errors import NotFound
from taxoloom.store import Filter, Writer, progress, queries, reading, records, shortfall
from taxoloom.store.writer import Statement
from taxoloom.tests.store.plant import (
    CLEAR,
    NOW,
    STATUSES,
    blueprint,
    call,
    dialogue,
    inserted,
    plant,
    prompt,
    run,
    sample,
    verdict,
)

# --- runs and samples


def test_runs_come_newest_first_with_their_counts(tmp_path: Path) -> None:
    blueprints = [blueprint(f"b{slot}", run="new", slot=slot) for slot in range(6)]
    samples = [sample(of, status) for of, status in zip(blueprints, STATUSES, strict=False)]
    rows = inserted(runs=[run("old"), run("new")], blueprints=blueprints, samples=samples)
    with reading(plant(tmp_path / "a.db", rows)) as db:
        newest, oldest = queries.runs(db)
        counts = {kind: newest[kind] for kind in ("planned", "pending", *STATUSES)}
        assert counts == {"planned": 6, "pending": 2, **dict.fromkeys(STATUSES, 1)}
        assert [oldest[kind] for kind in ("planned", "pending", *STATUSES)] == [0] * 6
        assert newest["recipe"] == {"taxonomy": "t.yaml"}
        assert newest["models"] == {"writer": "offline"}
        assert queries.run(db)["id"] == "new"
        assert queries.run(db, "old")["id"] == "old"
        with pytest.raises(NotFound, match="no run 'ol'"):
            queries.run(db, "ol")
        assert queries.taxonomy(db, "old") == {"name": "根"}


def test_a_database_without_a_run_says_so(tmp_path: Path) -> None:
    empty = tmp_path / "empty.db"
    empty.touch()
    for path in (empty, plant(tmp_path / "blank.db", [])):
        with reading(path) as db:
            assert queries.runs(db) == []
            with pytest.raises(NotFound, match="no run"):
                queries.run(db)
            with pytest.raises(NotFound, match="no sample begins with 'a'"):
                queries.sample(db, "a")


@pytest.mark.parametrize(
    ("prefix", "found"),
    [
        ("abc1", "abc1"),
        ("abc", "more than one sample begins"),
        ("abd", "abd9"),
        ("x", "no sample begins"),
        ("", "no sample begins"),
        ("%", "no sample begins"),
        ("ab_1", "no sample begins"),
        ("ABD", "no sample begins"),
        ("abd9 ", "no sample begins"),
        ("a\x00", "no sample begins"),
        ("\udce9", "no sample begins"),
    ],
)
def test_a_sample_is_found_by_how_its_id_begins(tmp_path: Path, prefix: str, found: str) -> None:
    blueprints = [blueprint(f"b{slot}", slot=slot) for slot in range(3)]
    ids = ["abc1", "abc2", "abd9"]
    samples = [sample(of, id=id) for of, id in zip(blueprints, ids, strict=True)]
    rows = inserted(runs=[run()], blueprints=blueprints, samples=samples)
    with reading(plant(tmp_path / "a.db", rows)) as db:
        if " " not in found:
            row = queries.sample(db, prefix)
            assert row["id"] == found
            assert row["labels"] == {"难度": "基础"}
            assert queries.blueprint(db, "r1", row["blueprint_id"])["content"] == {
                "slot": 2 * (found == "abd9")
            }
            return
        with pytest.raises(NotFound, match=found) as caught:
            queries.sample(db, prefix)
        assert repr(prefix) in caught.value.message
        assert caught.value.hint


def test_the_id_of_a_sample_is_its_own_in_every_run() -> None:
    ids = {records.sample_id(run, of) for run in ("r1", "r11", "r") for of in ("1b", "b", "1")}
    assert len(ids) == 9
    assert all(len(id) == 12 and set(id) <= set("0123456789abcdef") for id in ids)


# --- verdicts and disagreements


def _judged(path: Path) -> tuple[Path, list[Any]]:
    blueprints = [blueprint(f"b{slot}", slot=slot) for slot in range(3)]
    blueprints.append(blueprint("b", run="r2"))
    votes: list[list[bool | None]] = [[True, False, None], [True, True, True], [], [False, False]]
    statements = inserted(runs=[run(), run("r2")], blueprints=blueprints)
    made = [
        sample(of, "disputed" if len(set(cast)) > 1 else "accepted")
        for of, cast in zip(blueprints, votes, strict=True)
    ]
    for row, cast in zip(made, votes, strict=True):
        names = ("sceptic", "examiner", "editor")
        verdicts = [verdict(name, vote) for name, vote in zip(names, cast, strict=False)]
        decision = {"kind": "decision", "subject": "", "detail": {"votes": {"甲": True}}}
        differs = [decision] if row["status"] == "disputed" else []
        statements += records.decided(row, verdicts, differs)
    person = {"sample_id": made[1]["id"], "run_id": "r1", "source": "person", "created_at": NOW}
    statements.append(records.insert("verdicts", [verdict("you", False) | person]))
    return plant(path, statements), made


def test_verdicts_come_in_the_panels_order_and_votes_are_those_of_agents(tmp_path: Path) -> None:
    path, made = _judged(tmp_path / "a.db")
    with reading(path) as db:
        rows = queries.verdicts(db, made[0]["id"])
        assert [row["judge"] for row in rows] == ["sceptic", "examiner", "editor"]
        assert [row["accept"] for row in rows] == [1, 0, None]
        assert [row["score"] for row in rows] == [4, 4, None]
        assert rows[0]["criteria"]["correct"]["finding"] == "met"
        assert len(queries.verdicts(db, made[1]["id"])) == 4
        found = Counter(tuple(sorted(map(str, votes))) for votes in queries.votes(db, "r1"))
        assert found == {("False", "None", "True"): 1, ("True", "True", "True"): 1}
        assert queries.votes(db, "r2") == [[False, False]]
        assert queries.votes(db, "r") == []


def test_disagreements_carry_their_sample_and_narrow_by_run_and_status(tmp_path: Path) -> None:
    path, made = _judged(tmp_path / "a.db")
    with reading(path) as db:
        (row,) = queries.disagreements(db, "r1")
        assert row["sample_id"] == made[0]["id"]
        assert (row["leaf"], row["sample_status"]) == ("根 > 叶", "disputed")
        assert row["detail"] == {"votes": {"甲": True}}
        assert row["messages"] == dialogue("问", "答")
        assert queries.disagreements(db, None, "open") == [row]
        assert queries.disagreements(db, "r1", "settled") == []
        assert queries.disagreements(db, "r1", "\udce9") == []
        assert queries.disagreements(db, "r2") == []
    settle: Statement = ("UPDATE disagreements SET status = 'settled', resolved_by = 'you'", [[]])
    with reading(plant(path, [settle])) as db:
        assert queries.disagreements(db, "r1", "open") == []
        assert queries.disagreements(db, "r1", "settled")[0]["resolved_by"] == "you"
        assert db.execute("SELECT count(*) FROM open_disagreements").fetchone()[0] == 0


# --- usage


def test_usage_counts_calls_tokens_and_cost_by_role(tmp_path: Path) -> None:
    calls = [
        call(role="writer", cost=0.5, latency_ms=10.0),
        call(role="writer", cost=0.25, latency_ms=20.0, outcome="truncated", attempt=2),
        call(role="judge", cost=None, cached_tokens=4),
        call(role="judge", run_id="r2", outcome="empty"),
    ]
    with reading(plant(tmp_path / "a.db", inserted(calls=calls))) as db:
        judge, writer = queries.usage(db, "r1")
        assert queries.outcomes(db, "r1") == {"ok": 2, "truncated": 1}
        assert queries.outcomes(db, "r2") == {"empty": 1}
        assert [row["attempt"] for row in queries.calls(db, "s")] == [1, 2, 1, 1]
    assert writer == {
        "run_id": "r1",
        "role": "writer",
        "calls": 2,
        "input_tokens": 20,
        "output_tokens": 10,
        "cached_tokens": 0,
        "cost": 0.75,
        "mean_latency_ms": 15.0,
        "not_ok": 1,
    }
    assert (judge["calls"], judge["cost"], judge["cached_tokens"]) == (1, None, 4)


# --- counts, against a loop over the same rows

LEAVES = ("根 > 甲", "根 > 乙", "根 > 甲 > 丙", "根 > 甲%_")
REASONS = ("panel:3-0", "check:meta", "judges:correct", "writer:refused")
TRIES = st.lists(
    st.tuples(
        st.integers(0, 7),
        st.one_of(st.none(), st.sampled_from(STATUSES)),
        st.sampled_from(REASONS),
        st.sampled_from(["", "你是客服", "s" * 70]),
        st.sampled_from(["问" * 80, "短", "🙂" * 61, "a\nb"]),
    ),
    max_size=24,
)
Planted = tuple[list[dict[str, Any]], list[dict[str, Any]]]


def _tries(drawn: list[Any], run_id: str) -> Planted:
    """Blueprints by slot and attempt, a wave per attempt, and the samples that some became."""
    blueprints, samples = [], []
    attempts: Counter[int] = Counter()
    for slot, status, reason, system, text in drawn:
        attempt = attempts[slot]
        attempts[slot] += 1
        of = blueprint(
            f"{slot}-{attempt}",
            run=run_id,
            slot=slot,
            attempt=attempt,
            wave=attempt,
            leaf=LEAVES[slot % len(LEAVES)],
        )
        blueprints.append(of)
        if status:
            messages = dialogue(f"{slot} {text}", "答", "再问", "再答", system=system)
            samples.append(sample(of, status, reason=reason, messages=messages))
    return blueprints, samples


def _of(planted: Planted, run_id: str) -> Planted:
    return tuple([row for row in rows if row["run_id"] == run_id] for rows in planted)  # type: ignore[return-value]


def _each(tmp_path: Path, check: Callable[[Any, Planted, str], None]) -> None:
    """Run a check on random rows of two runs."""
    path = tmp_path / "a.db"
    writer = Writer(path)
    writer.write_now(inserted(runs=[run("r1"), run("r2")]))

    @settings(max_examples=50, deadline=None)
    @given(TRIES, TRIES)
    def agrees(first: list[Any], second: list[Any]) -> None:
        one, two = _tries(first, "r1"), _tries(second, "r2")
        planted = (one[0] + two[0], one[1] + two[1])
        writer.write_now([*CLEAR, *inserted(blueprints=planted[0], samples=planted[1])])
        with reading(path) as db:
            for run_id in ("r1", "r2"):
                check(db, _of(planted, run_id), run_id)

    try:
        agrees()
    finally:
        writer.close()


def test_nothing_disappears_between_planned_and_decided(tmp_path: Path) -> None:
    def check(db: Any, planted: Planted, run_id: str) -> None:
        blueprints, samples = planted
        row = queries.run(db, run_id)
        by_status = Counter(one["status"] for one in samples)
        assert row["planned"] == len(blueprints)
        assert row["planned"] == sum(row[kind] for kind in (*STATUSES, "pending"))
        assert {kind: row[kind] for kind in STATUSES} == {
            kind: by_status[kind] for kind in STATUSES
        }
        leaves = queries.leaf_counts(db, run_id)
        assert [leaf["leaf"] for leaf in leaves] == sorted({one["leaf"] for one in blueprints})
        for leaf in leaves:
            planned = [one for one in blueprints if one["leaf"] == leaf["leaf"]]
            ends = Counter(one["status"] for one in samples if one["leaf"] == leaf["leaf"])
            assert leaf["planned"] == len(planned)
            assert {kind: leaf[kind] for kind in STATUSES} == {
                kind: ends[kind] for kind in STATUSES
            }
            assert leaf["pending"] == len(planned) - sum(ends.values())
        accepted = db.execute("SELECT id FROM accepted WHERE run_id = ?", [run_id])
        wanted = {one["id"] for one in samples if one["status"] == "accepted"}
        assert {one[0] for one in accepted} == wanted
        labels = list(queries.labelled(db, run_id, "accepted"))
        assert len(labels) == len(wanted)
        assert all(one["labels"] == {"难度": "基础"} for one in labels)

    _each(tmp_path, check)


def test_reasons_agree_with_a_loop(tmp_path: Path) -> None:
    def check(db: Any, planted: Planted, run_id: str) -> None:
        blueprints, samples = planted
        lost = Counter(
            (one["status"], one["reason"]) for one in samples if one["status"] != "accepted"
        )
        ranked = sorted(lost, key=lambda pair: (-lost[pair], *pair))
        assert [(r["status"], r["reason"], r["count"]) for r in queries.reasons(db, run_id)] == [
            (*pair, lost[pair]) for pair in ranked
        ]

    _each(tmp_path, check)


def test_a_run_knows_its_past_waves_as_a_loop_does(tmp_path: Path) -> None:
    def check(db: Any, planted: Planted, run_id: str) -> None:
        waves = {(one["slot"], one["attempt"]): one["wave"] for one in planted[0]}
        samples = [(waves[one["slot"], one["attempt"]], one) for one in planted[1]]
        for wave in range(4):
            ids = {one["blueprint_id"] for at, one in samples if at == wave}
            assert progress.decided_ids(db, run_id, wave) == ids
            past = [(at, o) for at, o in samples if at < wave and o["status"] == "accepted"]
            assert progress.accepted_slots(db, run_id, wave) == {one["slot"] for _, one in past}
            for count in (1, 2, 8):
                expected: dict[str, list[str]] = {}
                for _, one in sorted(past, key=lambda pair: (-pair[0], -pair[1]["slot"])):
                    user = next(m["content"] for m in one["messages"] if m["role"] == "user")
                    expected.setdefault(one["leaf"], []).append(user[:60])
                shortened = {leaf: texts[:count] for leaf, texts in expected.items()}
                assert progress.openings(db, run_id, wave, count) == shortened

    _each(tmp_path, check)


# --- texts that would like to be SQL

INJECTIONS = (
    "'; DROP TABLE samples; --",
    "' OR '1'='1",
    '" OR 1=1 --',
    "1) OR (1=1",
    "x' UNION SELECT * FROM runs --",
    "%",
    "?",
    ":run",
)
Ask = Callable[[Any, str], object]
QUESTIONS: list[Ask] = [
    lambda db, text: list(queries.samples(db, Filter(run=text))),
    lambda db, text: list(queries.samples(db, Filter(status=text))),
    lambda db, text: list(queries.samples(db, Filter(leaf=text))),
    lambda db, text: list(queries.samples(db, Filter(label=(text, text)))),
    lambda db, text: list(queries.samples(db, Filter(label=("难度", text)))),
    lambda db, text: list(queries.samples(db, Filter(reason=text))),
    lambda db, text: list(queries.samples(db, Filter(text=text))),
    lambda db, text: queries.disagreements(db, text),
    lambda db, text: queries.disagreements(db, None, text),
    lambda db, text: queries.verdicts(db, text),
    lambda db, text: queries.votes(db, text),
    lambda db, text: queries.calls(db, text),
    lambda db, text: queries.usage(db, text),
    lambda db, text: queries.leaf_counts(db, text),
    lambda db, text: queries.reasons(db, text),
    lambda db, text: list(queries.labelled(db, text, "accepted")),
    lambda db, text: list(queries.labelled(db, "r1", text)),
    lambda db, text: shortfall(db, text),
    lambda db, text: progress.present(db, text),
    lambda db, text: queries.outcomes(db, text),
    lambda db, text: progress.decided_ids(db, text, 0),
    lambda db, text: progress.accepted_slots(db, text, 9),
    lambda db, text: progress.openings(db, text, 9, 9),
]


def test_a_text_that_would_like_to_be_sql_is_a_text(tmp_path: Path) -> None:
    path, _ = _judged(tmp_path / "a.db")
    plant(path, inserted(calls=[call()]))
    before = path.read_bytes()
    with reading(path) as db:
        for text in INJECTIONS:
            for ask in QUESTIONS:
                assert not ask(db, text)
            with pytest.raises(NotFound):
                queries.sample(db, text)
            with pytest.raises(NotFound):
                queries.run(db, text)
    assert path.read_bytes() == before
    with reading(path) as db:
        kept = list(queries.samples(db, Filter()))
    plant(path, [prompt(text, text) for text in INJECTIONS])
    plant(path, [records.set_status(text, text, text) for text in INJECTIONS])
    with reading(path) as db:
        assert list(queries.samples(db, Filter())) == kept
        assert {row["status"] for row in queries.runs(db)} == {"running"}


def test_the_end_of_a_run_is_written_down_for_that_run_alone(tmp_path: Path) -> None:
    rows = inserted(runs=[run("r1"), run("r2")])
    end = records.set_status("r1", "shortfall", "2 of 3 'samples'", NOW)
    with reading(plant(tmp_path / "a.db", [*rows, end])) as db:
        two, one = queries.runs(db)
    assert (one["status"], one["reason"], one["finished_at"]) == (
        "shortfall",
        "2 of 3 'samples'",
        NOW,
    )
    assert (two["status"], two["finished_at"]) == ("running", None)


def test_runs_of_other_kinds_are_listed_apart(tmp_path: Path) -> None:
    grown = {**run("g1"), "kind": "grow"}
    path = plant(tmp_path / "a.db", inserted(runs=[run("r1")]) + inserted(runs=[grown]))
    with reading(path) as db:
        assert [row["id"] for row in queries.runs(db)] == ["r1"]
        assert [(row["id"], row["kind"]) for row in queries.other_runs(db)] == [("g1", "grow")]
