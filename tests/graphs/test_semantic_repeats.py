"""Samples that say the same in other words: taken back at the end of a wave, asked for once."""

import json
import random
import re
import signal
import sqlite3
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from taxoloom.cli.app import SHORTFALL
from taxoloom.errors import EndpointError, RecipeError, TaxoloomError
from taxoloom.graphs.generate import generate
from taxoloom.graphs.resume import continued
from taxoloom.recipe import Embeddings, Recipe
from taxoloom.tests.support.endpoint import (
    Body,
    Endpoint,
    Fault,
    good,
    in_chinese,
    schema_name,
    token,
)
from taxoloom.tests.support.prose import document, joined
from taxoloom.tests.support.recipes import EXAMPLES, content, recipe
from taxoloom.tests.support.vectors import by, near

IDEAS = 12
"""What the writer of these tests can think of; it finds other words every time."""


def ask(db: Path, query: str) -> list[tuple[Any, ...]]:
    connection = sqlite3.connect(db)
    try:
        return connection.execute(query).fetchall()
    finally:
        connection.close()


def told(language: str, idea: int, seed: int) -> tuple[str, str]:
    """A request and an answer about an idea, in words of their own."""
    asked, said = (
        joined(language, document(language, random.Random(f"{kind}{seed}"))) for kind in "ab"
    )
    about = f"这是甲{idea}的事。" if language == "zh" else f" This is about matter{idea}."
    return asked + about, said + about


def wordy(body: Body) -> Any:
    if schema_name(body) != "Draft":
        return good(body)
    word = int(token(body), 16)
    asked, said = told("zh" if in_chinese(body) else "en", word % IDEAS, word)
    turn = {"user": asked, "assistant": said}
    return {"system": "", "reasoning": "", "turns": [turn], "final_answer": ""}


def idea_of(text: str) -> str:
    found = re.search(r"(?:甲|matter)(\d+)", text)
    return f"idea {found[1]}" if found else text


meaning = by(lambda text: near(idea_of(text), text))


def wanted(folder: Path, url: str, embeddings: dict[str, Any] | None = None, **keys: Any) -> Path:
    """A recipe whose samples are compared by what they mean."""
    settings = {
        "samples": 30,
        "embeddings": {"model": "planted", "base_url": url, "batch": 5, **(embeddings or {})},
        "duplicates": {"semantic": 0.9},
        "axes": {"context": {"single_turn": 1}},
        "checks": {"relative_time": False},
        "run": {"attempts": 1, "wave": 10},
        "graph": {"chain": ["planner", "writer"]},
        "panel": {"judges": [{"name": "examiner", "prompt": "judge_examiner"}]},
    }
    return recipe(folder, url, **(settings | keys))


def run_of(
    folder: Path,
    *,
    reply: Any = wordy,
    vectors: Any = meaning,
    resume: bool = False,
    **keys: Any,
) -> tuple[Path, Endpoint]:
    folder.mkdir(exist_ok=True)
    with Endpoint(reply, vectors=vectors).running() as endpoint:
        generate(wanted(folder, endpoint.url, **keys), db=folder / "run.db", resume=resume)
    return folder / "run.db", endpoint


def texts_of(endpoint: Endpoint) -> list[str]:
    """What was embedded, without the probe."""
    return [
        text for body in endpoint.embedded for text in body["input"] if text != "Are you ready?"
    ]


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Endpoint]:
    return run_of(tmp_path_factory.mktemp("meaning") / "a")


def test_of_each_idea_one_sample_stays_and_the_others_name_it(made: tuple[Path, Endpoint]) -> None:
    db, endpoint = made
    rows = ask(db, "SELECT id, messages FROM samples WHERE status = 'accepted'")
    ideas = {idea_of(messages): ident for ident, messages in rows}
    assert len(ideas) == len(rows) <= IDEAS
    query = "SELECT reason, detail, messages FROM samples WHERE status = 'rejected'"
    refused = ask(db, query)
    assert len(refused) + len(rows) == 30
    assert len(refused) > 10
    for reason, detail, messages in refused:
        assert reason == "check:near_duplicate"
        found = re.fullmatch(
            r"semantic: cosine (0\.9\d\d) with (\w+) in (instruction|both)", detail
        )
        assert found, detail
        assert ideas[idea_of(messages)] == found[2]
    moved = ask(db, "SELECT DISTINCT source, was, became FROM reviews")
    assert moved == [("check:near_duplicate", "accepted", "rejected")]
    assert len(texts_of(endpoint)) == len(set(texts_of(endpoint))) == 60
    assert max(len(body["input"]) for body in endpoint.embedded) == 5


def test_vectors_are_kept_beside_the_samples(made: tuple[Path, Endpoint]) -> None:
    rows = ask(made[0], "SELECT sample_id, field, model, vector FROM embeddings")
    assert {(field, model) for _, field, model, _ in rows} == {
        ("instruction", "planted"),
        ("both", "planted"),
    }
    assert {row[0] for row in rows} == {row[0] for row in ask(made[0], "SELECT id FROM samples")}
    assert {np.frombuffer(vector, dtype="<f4").shape for *_, vector in rows} == {(64,)}


def test_concurrency_and_batches_change_nothing(
    made: tuple[Path, Endpoint], tmp_path: Path
) -> None:
    more = {"batch": 3, "concurrency": 1}
    other, _ = run_of(tmp_path / "b", model={"concurrency": 1}, embeddings=more)
    for part in ("samples", "verdicts", "blueprints"):
        assert content(made[0])[part] == content(other)[part] != []


@pytest.mark.parametrize("dies_at", [1, 4, 8], ids=["first wave", "second wave", "later"])
def test_a_run_that_broke_off_ends_like_an_unbroken_one_and_asks_nothing_twice(
    made: tuple[Path, Endpoint], tmp_path: Path, dies_at: int
) -> None:
    calls = 0

    def dying(body: Body) -> Fault:
        nonlocal calls
        calls += 1
        return meaning(body) if calls <= dies_at + 1 else Fault(401)

    folder = tmp_path / "c"
    with pytest.raises(EndpointError, match="embeddings 'planted'"):
        run_of(folder, vectors=dying, embeddings={"concurrency": 1})
    assert ask(folder / "run.db", "SELECT status FROM runs") == [("stopped",)]
    kept = ask(folder / "run.db", "SELECT count(*) FROM embeddings")[0][0]
    assert kept == 5 * dies_at
    db, second = run_of(folder, resume=True)
    assert len(texts_of(second)) == 60 - kept
    for part in ("samples", "verdicts", "blueprints"):
        assert content(made[0])[part] == content(db)[part] != []
    query = "SELECT * FROM embeddings ORDER BY 1, 2"
    assert ask(made[0], query) == ask(db, query)


def test_a_run_that_dies_between_waves_holds_again_what_it_held(
    made: tuple[Path, Endpoint], tmp_path: Path
) -> None:
    calls = 0

    def dying(body: Body) -> Any:
        nonlocal calls
        calls += 1
        return wordy(body) if calls < 45 else Fault(401)

    with pytest.raises(TaxoloomError):
        run_of(tmp_path / "d", reply=dying)
    db, _ = run_of(tmp_path / "d", resume=True)
    for part in ("samples", "verdicts", "blueprints"):
        assert content(made[0])[part] == content(db)[part] != []


@pytest.mark.parametrize(
    "sign",
    [signal.SIGKILL, pytest.param(signal.SIGINT, marks=pytest.mark.slow)],
    ids=["killed", "ctrl-c"],
)
def test_a_process_that_ends_amid_vectors_pays_for_none_twice(
    made: tuple[Path, Endpoint], tmp_path: Path, sign: signal.Signals
) -> None:
    db = tmp_path / "run.db"

    def kept() -> set[str]:
        rows = ask(
            db, "SELECT m.messages, e.field FROM embeddings e JOIN samples m ON m.id = sample_id"
        )
        texts = ([(one["role"], one["content"]) for one in json.loads(row)] for row, _ in rows)
        return {"\n".join(said for _, said in text) for text in texts}

    with Endpoint(wordy, vectors=meaning, latency=0.05).running() as endpoint:
        path = wanted(tmp_path, endpoint.url, embeddings={"concurrency": 2})
        words = [sys.executable, "-m", "taxoloom", "generate", str(path), "--db", str(db)]
        process = subprocess.Popen(words, stderr=subprocess.PIPE, text=True)
        while len(endpoint.embedded) < 8 and process.poll() is None:
            time.sleep(0.002)
        process.send_signal(sign)
        _, errors = process.communicate(timeout=30)
        before = texts_of(endpoint)
        done = ask(db, "SELECT count(*) FROM embeddings")[0][0]
        # Whoever stops a run waits for the requests in flight, and has what they cost.
        assert process.returncode == (130 if sign == signal.SIGINT else -9), errors
        assert (len(before) == done) if sign == signal.SIGINT else (done < len(before))
        assert len(before) - done <= 10
        known = kept()
        resumed = subprocess.run([*words, "--resume"], capture_output=True, text=True, check=False)
        assert resumed.returncode == SHORTFALL, resumed.stderr
        again = texts_of(endpoint)[len(before) :]
        assert not known & set(again)
        assert len(again) == 60 - done
    for part in ("samples", "verdicts", "blueprints"):
        assert content(made[0])[part] == content(db)[part] != []


def test_a_run_goes_on_at_another_address_with_the_model_it_was_begun_with() -> None:
    def asking(**given: Any) -> Recipe:
        data = {"taxonomy": "t", "embeddings": given, "duplicates": {"semantic": 0.9}}
        return Recipe.model_validate(data)

    stored = asking(model="a", dimensions=8).model_copy(update={"seed": 5})
    found = continued(stored, asking(model="b", base_url="http://x/v1", batch=3))
    assert found.fingerprint() == stored.fingerprint()
    assert found.embeddings == Embeddings(model="a", dimensions=8, base_url="http://x/v1", batch=3)


def test_files_and_other_runs_are_not_said_again(
    made: tuple[Path, Endpoint], tmp_path: Path
) -> None:
    pairs = [told("zh", idea, 10**15 + idea) for idea in range(IDEAS)]
    lines = [json.dumps({"instruction": a, "output": b}, ensure_ascii=False) for a, b in pairs]
    (tmp_path / "old.jsonl").write_text("\n".join(lines), encoding="utf-8")
    named = {"semantic": 0.9, "against": ["old.jsonl"]}
    files, _ = run_of(tmp_path, duplicates=named, samples=8)
    rows = ask(files, "SELECT status, detail FROM samples")
    assert {status for status, _ in rows} == {"rejected"}
    assert all("old.jsonl:" in detail for _, detail in rows)
    query = "SELECT count(*) FROM embeddings WHERE sample_id LIKE 'text:%'"
    assert ask(files, query) == [(2 * IDEAS,)]
    second = tmp_path / "second"
    second.mkdir()
    (second / "run.db").write_bytes(made[0].read_bytes())
    held = {
        idea_of(m)
        for (m,) in ask(made[0], "SELECT messages FROM samples WHERE status = 'accepted'")
    }
    named = {"semantic": 0.9, "against": ["store"]}
    db, endpoint = run_of(second, duplicates=named, samples=8, seed=77)
    query = "SELECT id FROM runs ORDER BY rowid DESC LIMIT 1"
    ((run,),) = ask(db, query)
    query = f"SELECT messages FROM samples WHERE status = 'accepted' AND run_id = '{run}'"
    assert not held & {idea_of(messages) for (messages,) in ask(db, query)}
    # What the first run had kept was not asked for again.
    assert len(texts_of(endpoint)) == 16


def test_texts_of_another_language_are_not_compared(tmp_path: Path) -> None:
    pairs = [told("en", idea, 10**15 + idea) for idea in range(IDEAS)]
    lines = [json.dumps({"instruction": a, "output": b}) for a, b in pairs]
    (tmp_path / "old.jsonl").write_text("\n".join(lines), encoding="utf-8")
    named = {"semantic": 0.9, "against": ["old.jsonl"]}
    english: dict[str, Any] = {
        "language": "en",
        "taxonomy": str(EXAMPLES / "customer_service.en.yaml"),
        "duplicates": named,
        "samples": 6,
    }
    db, _ = run_of(tmp_path, **english)
    assert {row[0] for row in ask(db, "SELECT reason FROM samples")} == {"check:near_duplicate"}
    other = tmp_path / "zh"
    other.mkdir()
    (other / "old.jsonl").write_text("\n".join(lines), encoding="utf-8")
    db, _ = run_of(other, duplicates=named, samples=6)
    assert ask(db, "SELECT count(*) FROM samples WHERE status = 'accepted'")[0][0] > 1


def test_an_endpoint_of_no_use_is_told_before_anything_is_written(tmp_path: Path) -> None:
    with pytest.raises(EndpointError, match="embeddings 'planted'"):
        run_of(tmp_path, vectors=lambda body: Fault(404))
    assert not (tmp_path / "run.db").exists()
    with pytest.raises(RecipeError, match="SECRET is not set"):
        run_of(tmp_path, embeddings={"api_key_env": "SECRET"})


def test_a_model_whose_vectors_are_of_another_length_now_ends_the_run(
    made: tuple[Path, Endpoint], tmp_path: Path
) -> None:
    (tmp_path / "run.db").write_bytes(made[0].read_bytes())
    named = {"semantic": 0.9, "against": ["store"]}
    longer = by(lambda text: near(idea_of(text), text, size=32))
    with pytest.raises(EndpointError, match="have 32 and 64 numbers"):
        run_of(tmp_path, duplicates=named, samples=4, seed=5, vectors=longer)


def test_the_offline_stand_in_runs_without_an_endpoint(tmp_path: Path) -> None:
    path = recipe(
        tmp_path,
        embeddings={"model": "offline"},
        duplicates={"semantic": 0.95},
        samples=6,
    )
    generate(path, db=tmp_path / "run.db")
    rows = ask(tmp_path / "run.db", "SELECT model, length(vector) FROM embeddings")
    assert set(rows) == {("offline", 1024)}
