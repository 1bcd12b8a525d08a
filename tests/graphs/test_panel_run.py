"""The panel of a whole run: policies of every kind, other wordings, and deciding anew."""

import json
import sqlite3
from collections import Counter
from pathlib import Path
from typing import Any

import pytest

from taxoloom.errors import InputError
from taxoloom.graphs.generate import generate
from taxoloom.graphs.redecide import Wanted, apply, redecide
from taxoloom.graphs.run import Run
from taxoloom.tests.support.endpoint import Endpoint, good, schema_name, verdict
from taxoloom.tests.support.panel_model import PanelModel, model
from taxoloom.tests.support.recipes import content, recipe

WRITER = {"graph": {"chain": ["planner", "writer"]}}
POLICY = """
import taxoloom

@taxoloom.panel_policy("one_is_enough")
def one_is_enough(votes):
    return "accepted" if True in votes else "rejected"

@taxoloom.panel_policy("broken")
def broken(votes):
    return "perhaps" if votes[0] else 1 / 0
"""


def ask(db: Path, query: str) -> list[tuple[Any, ...]]:
    connection = sqlite3.connect(db)
    try:
        return connection.execute(query).fetchall()
    finally:
        connection.close()


@pytest.fixture(scope="module")
def judged(tmp_path_factory: pytest.TempPathFactory) -> Run:
    """Three judges alike, unanimous; no sample is tried twice."""
    folder = tmp_path_factory.mktemp("judged")
    judging = PanelModel.of("A", folder / "run.db")
    with Endpoint(judging).running() as endpoint:
        path = recipe(
            folder,
            endpoint.url,
            samples=80,
            panel=judging.panel(endpoint.url),
            run={"attempts": 1},
            **WRITER,
        )
        return generate(path, db=judging.db)


def copy(run: Run, folder: Path) -> Path:
    db = folder / "copy.db"
    db.write_bytes(run.path.read_bytes())
    return db


def test_a_policy_of_a_plugin_decides(tmp_path: Path) -> None:
    (tmp_path / "own.py").write_text(POLICY, encoding="utf-8")
    judging = PanelModel.of("A", tmp_path / "run.db")
    with Endpoint(judging).running() as endpoint:
        panel = judging.panel(endpoint.url, policy="one_is_enough")
        path = recipe(
            tmp_path,
            endpoint.url,
            samples=20,
            panel=panel,
            plugins=["own.py"],
            run={"attempts": 1},
            **WRITER,
        )
        run = generate(path, db=judging.db)
    rows = ask(
        run.path,
        """SELECT s.status, max(v.accept) FROM samples s JOIN verdicts v ON v.sample_id = s.id
           GROUP BY s.id""",
    )
    assert {row for row in rows} <= {("accepted", 1), ("rejected", 0)}
    assert ask(run.path, "SELECT wave, name, data FROM policies") == [(0, "one_is_enough", "{}")]


def test_a_policy_that_raises_or_says_nonsense_fails_its_samples_alone(tmp_path: Path) -> None:
    (tmp_path / "own.py").write_text(POLICY, encoding="utf-8")
    path = recipe(
        tmp_path,
        samples=4,
        panel={"policy": "broken"},
        plugins=["own.py"],
        run={"attempts": 1, "stop_after_failures": 50},
    )
    run = generate(path, db=tmp_path / "run.db")
    rows = ask(run.path, "SELECT reason, detail FROM samples WHERE status = 'failed'")
    assert len(rows) == ask(run.path, "SELECT count(DISTINCT sample_id) FROM verdicts")[0][0] > 0
    assert {reason for reason, _ in rows} == {"panel:raised"}
    assert all("perhaps" in detail or "ZeroDivision" in detail for _, detail in rows)


def test_a_name_that_is_taken_or_unknown_is_refused(tmp_path: Path) -> None:
    text = POLICY.replace('"one_is_enough"', '"majority"')
    (tmp_path / "own.py").write_text(text, encoding="utf-8")
    with pytest.raises(InputError, match="two policies are called 'majority'"):
        generate(recipe(tmp_path, plugins=["own.py"]), db=tmp_path / "run.db")
    with pytest.raises(InputError, match="unknown policy 'consensus'"):
        generate(recipe(tmp_path, panel={"policy": "consensus"}), db=tmp_path / "run.db")


def test_a_fitted_policy_decides_wave_by_wave_and_is_kept(tmp_path: Path) -> None:
    judging = PanelModel.of("B", tmp_path / "run.db")
    with Endpoint(judging).running() as endpoint:
        path = recipe(
            tmp_path,
            endpoint.url,
            samples=60,
            panel=judging.panel(endpoint.url, policy="dawid_skene"),
            run={"attempts": 1, "wave": 30},
            **WRITER,
        )
        run = generate(path, db=judging.db)
    kept = ask(run.path, "SELECT wave, name, data FROM policies ORDER BY wave")
    assert [row[:2] for row in kept] == [(0, "dawid_skene"), (1, "dawid_skene")]
    assert all(len(json.loads(row[2])["given_good"]) == 8 for row in kept)
    row = run.summary().run
    assert row["pending"] == 0
    assert row["planned"] == 60
    # The votes of the first wave count when the second is decided.
    assert json.loads(kept[0][2])["prevalence"] != json.loads(kept[1][2])["prevalence"]


@pytest.mark.parametrize("concurrency", [1, 16])
def test_concurrency_changes_nothing_in_a_wave_that_is_decided_together(
    tmp_path: Path, concurrency: int
) -> None:
    found = []
    for number in (concurrency, 4):
        folder = tmp_path / str(number)
        folder.mkdir()
        judging = PanelModel.of("C", folder / "run.db")
        with Endpoint(judging).running() as endpoint:
            path = recipe(
                folder,
                endpoint.url,
                samples=12,
                panel=judging.panel(endpoint.url, policy="dawid_skene"),
                run={"attempts": 2},
                model={"concurrency": number},
                **WRITER,
            )
            generate(path, db=judging.db)
        found.append(content(judging.db))
    for part in ("samples", "verdicts", "disagreements", "blueprints"):
        assert found[0][part] == found[1][part] != []


def test_other_wordings_are_kept_and_do_not_vote(tmp_path: Path) -> None:
    def touchy(body: dict[str, Any]) -> Any:
        if schema_name(body) != "Verdict":
            return good(body)
        return verdict(accept=not (body["model"] == "touchy" and "planted" in str(body)))

    with Endpoint(touchy).running() as endpoint:
        url = endpoint.url
        judges = [
            {"name": "calm", "prompt": "judge_examiner", "model": model("calm", url)},
            {"name": "touchy", "prompt": "judge_editor", "model": model("touchy", url)},
        ]
        path = recipe(
            tmp_path,
            endpoint.url,
            samples=12,
            language="en",
            panel={"judges": judges, "variants": {"share": 0.5}},
            **WRITER,
        )
        run = generate(path, db=tmp_path / "run.db")
    rows = ask(run.path, "SELECT sample_id, judge, variant, prompt, accept FROM verdicts")
    assert run.summary().run["accepted"] == 12
    votes = [row for row in rows if not row[2]]
    assert len(votes) == 24
    assert all(row[4] for row in votes)
    others = [row for row in rows if row[2]]
    asked = {row[0] for row in others}
    assert 2 <= len(asked) <= 10
    assert Counter(row[1:3] for row in others) == {
        ("calm", "judge_sceptic"): len(asked),
        ("calm", "judge_editor"): len(asked),
        ("touchy", "judge_examiner"): len(asked),
        ("touchy", "judge_sceptic"): len(asked),
    }
    assert {row[4] for row in others if row[1:3] == ("touchy", "judge_sceptic")} == {0}
    assert all(row[3] == f"{row[2]}.en" for row in others)
    assert ask(run.path, "SELECT count(*) FROM disagreements") == [(0,)]


def test_deciding_anew_shows_what_would_change_and_moves_nothing(judged: Run) -> None:
    before = content(judged.path)
    found = redecide(judged.path, judged.id, Wanted(policy="majority"))
    assert content(judged.path) == before
    votes = dict(ask(judged.path, "SELECT sample_id, sum(accept) FROM verdicts GROUP BY sample_id"))
    assert found.judged == len(votes)
    assert {change.was for change in found.changes} == {"disputed"}
    assert {change.id for change in found.changes} == {i for i, n in votes.items() if n in (1, 2)}
    for change in found.changes:
        assert change.became == ("accepted" if votes[change.id] == 2 else "rejected")
    assert found.after["accepted"] == sum(n >= 2 for n in votes.values())
    assert "disputed" not in found.after


def test_deciding_anew_moves_samples_and_keeps_where_they_were(judged: Run, tmp_path: Path) -> None:
    db = copy(judged, tmp_path)
    found = redecide(db, judged.id, Wanted(policy="majority"))
    apply(db, found)
    run = Run(judged.id, db).summary().run
    kinds = ("accepted", "disputed", "rejected", "failed", "pending")
    assert run["planned"] == sum(run[kind] for kind in kinds)
    assert run["accepted"] == found.after["accepted"]
    assert run["disputed"] == 0
    rows = ask(db, "SELECT sample_id, source, was, became FROM reviews")
    assert {(c.id, "policy:majority", c.was, c.became) for c in found.changes} == set(rows)
    assert ask(db, "SELECT name FROM policies WHERE wave IS NULL") == [("majority",)]
    back = redecide(db, judged.id, Wanted(policy="unanimous"))
    apply(db, back)
    states = "SELECT id, status, reason FROM samples ORDER BY id"
    assert ask(db, states) == ask(judged.path, states)


def test_what_somebody_settled_stays(judged: Run, tmp_path: Path) -> None:
    db = copy(judged, tmp_path)
    (settled,) = ask(db, "SELECT id FROM samples WHERE status = 'disputed' LIMIT 1")[0]
    with sqlite3.connect(db) as connection:
        connection.execute("UPDATE samples SET status = 'rejected' WHERE id = ?", [settled])
        connection.execute(
            "INSERT INTO reviews (sample_id, run_id, source, was, was_reason, became, "
            "became_reason, criterion, comment, created_at) "
            "VALUES (?, ?, 'person:li', 'disputed', '', 'rejected', 'person:reject', '', '', '')",
            [settled, judged.id],
        )
    connection.close()
    found = redecide(db, judged.id, Wanted(policy="majority"))
    assert found.settled == 1
    assert settled not in {change.id for change in found.changes}


@pytest.mark.parametrize(
    ("wanted", "message"),
    [
        (Wanted(policy="calibrated"), "no canaries"),
        (Wanted(policy="nonsense"), "unknown policy"),
        (Wanted(aside=("nobody",)), "no judge 'nobody'"),
        (Wanted(policy="dawid_skene", residual=2.0), "residual"),
    ],
    ids=["without canaries", "unknown", "a stranger aside", "no share"],
)
def test_what_cannot_be_decided_anew_is_refused(judged: Run, wanted: Wanted, message: str) -> None:
    with pytest.raises(InputError, match=message):
        redecide(judged.path, judged.id, wanted)
