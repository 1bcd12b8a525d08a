"""Near-duplicates and benchmark items in whole runs: refused, whatever the concurrency."""

import json
import random
import sqlite3
from pathlib import Path
from typing import Any

import pytest

from taxoloom.errors import InputError, TaxoloomError
from taxoloom.graphs.checking import parts
from taxoloom.graphs.generate import generate
from taxoloom.quality.duplicates import SampleIndex, fingerprints
from taxoloom.tests.support.endpoint import Body, Endpoint, Fault, good, schema_name, token
from taxoloom.tests.support.prose import document, joined
from taxoloom.tests.support.recipes import content, recipe

TEXTS = 25
"""What the writer of these tests can think of."""


def ask(db: Path, query: str) -> list[tuple[Any, ...]]:
    connection = sqlite3.connect(db)
    try:
        return connection.execute(query).fetchall()
    finally:
        connection.close()


def prose(seed: int) -> str:
    """A few Chinese sentences, the same for the same seed."""
    return joined("zh", document("zh", random.Random(seed)))


def forgetful(body: Body) -> Any:
    """A writer with few ideas, each of which it words a little otherwise every time."""
    if schema_name(body) != "Draft":
        return good(body)
    word = int(token(body), 16)
    asked, said = (prose(seed) for seed in (word % TEXTS, 1000 + word % TEXTS))
    turn = {"user": f"{asked}第{word % 97}次问。", "assistant": f"{said}就是这样。"}
    return {"system": "", "reasoning": "", "turns": [turn], "final_answer": ""}


def run_of(folder: Path, *, reply: Any = forgetful, resume: bool = False, **keys: Any) -> Path:
    folder.mkdir(exist_ok=True)
    settings = {
        "samples": 40,
        "axes": {"context": {"single_turn": 1}},
        "duplicates": {},
        # Of the made-up prose.
        "checks": {"relative_time": False},
        "run": {"attempts": 1, "wave": 16},
        "graph": {"chain": ["planner", "writer"]},
    }
    with Endpoint(reply).running() as endpoint:
        path = recipe(folder, endpoint.url, **(settings | keys))
        generate(path, db=folder / "run.db", resume=resume)
    return folder / "run.db"


@pytest.fixture(scope="module")
def db(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return run_of(tmp_path_factory.mktemp("repeats") / "a")


def test_no_accepted_sample_repeats_another(db: Path) -> None:
    index = SampleIndex(fields=("instruction", "both"))
    rows = ask(db, "SELECT id, messages FROM samples WHERE status = 'accepted'")
    for ident, messages in rows:
        assert index.check_and_add(ident, fingerprints(*parts(json.loads(messages)))) is None
    refused = ask(db, "SELECT detail FROM samples WHERE reason = 'check:near_duplicate'")
    assert len(rows) + len(refused) == 40
    assert 10 < len(rows) <= TEXTS
    ids = {row[0] for row in ask(db, "SELECT id FROM samples")}
    assert all(any(ident in detail for ident in ids) for (detail,) in refused)


def test_what_was_there_before_the_wave_costs_no_judge_and_what_came_with_it_has_a_history(
    db: Path,
) -> None:
    judged = {row[0] for row in ask(db, "SELECT DISTINCT sample_id FROM verdicts")}
    moved = {row[0] for row in ask(db, "SELECT sample_id FROM reviews")}
    refused = ask(db, "SELECT id FROM samples WHERE reason = 'check:near_duplicate'")
    early = {row[0] for row in refused} - moved
    assert moved
    assert early
    assert moved <= judged
    assert not early & judged
    rows = ask(db, "SELECT DISTINCT source, was, was_reason, became FROM reviews")
    assert rows == [("check:near_duplicate", "accepted", "panel:3-0", "rejected")]


def test_concurrency_and_a_broken_run_change_nothing(db: Path, tmp_path: Path) -> None:
    alone = run_of(tmp_path / "b", model={"concurrency": 1})
    calls = 0

    def dying(body: Body) -> Any:
        nonlocal calls
        calls += 1
        return forgetful(body) if calls < 90 else Fault(401)

    with pytest.raises(TaxoloomError):
        run_of(tmp_path / "c", reply=dying)
    resumed = run_of(tmp_path / "c", resume=True)
    for part in ("samples", "verdicts", "blueprints"):
        assert content(db)[part] == content(alone)[part] == content(resumed)[part] != []
    prints = "SELECT sample_id, field, shingles FROM fingerprints ORDER BY 1, 2"
    assert ask(db, prints) == ask(alone, prints) == ask(resumed, prints) != []


def test_other_runs_of_the_database_and_files_are_not_repeated(db: Path, tmp_path: Path) -> None:
    lines = [json.dumps({"instruction": prose(n), "output": prose(1000 + n)}) for n in range(TEXTS)]
    (tmp_path / "old.jsonl").write_text("\n".join(lines), encoding="utf-8")
    files = run_of(tmp_path, duplicates={"against": ["old.jsonl"]}, samples=12)
    assert ask(files, "SELECT count(*) FROM samples WHERE status = 'accepted'") == [(0,)]
    second = tmp_path / "second"
    second.mkdir()
    (second / "run.db").write_bytes(db.read_bytes())
    (held,) = ask(db, "SELECT count(*) FROM samples WHERE status = 'accepted'")[0]
    run_of(second, duplicates={"against": ["store"]}, seed=77)
    (now,) = ask(second / "run.db", "SELECT count(*) FROM samples WHERE status = 'accepted'")[0]
    assert held <= now <= TEXTS


def test_items_of_a_benchmark_are_kept_out(tmp_path: Path) -> None:
    lines = [json.dumps({"question": prose(n)}) for n in range(TEXTS)]
    (tmp_path / "bench.jsonl").write_text("\n".join(lines), encoding="utf-8")
    db = run_of(tmp_path, duplicates=None, benchmarks=["bench.jsonl"], samples=12)
    reasons = ask(db, "SELECT DISTINCT reason, status FROM samples")
    assert reasons == [("check:contamination", "rejected")]
    (detail,) = ask(db, "SELECT detail FROM samples LIMIT 1")[0]
    assert "bench.jsonl:" in detail
    assert "question" in detail


def test_files_that_are_not_there_are_refused_before_anything_is_written(tmp_path: Path) -> None:
    for keys in ({"duplicates": {"against": ["no.jsonl"]}}, {"benchmarks": ["no.jsonl"]}):
        with pytest.raises(InputError, match=r"no\.jsonl"):
            generate(recipe(tmp_path, **keys), db=tmp_path / "run.db")
    assert not (tmp_path / "run.db").exists()
