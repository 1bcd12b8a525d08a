"""`difficulty` and its part of `report` as a person types them."""

import json
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
from rich.cells import cell_len
from typer.testing import CliRunner, Result

from taxoloom.cli import commands
from taxoloom.store import queries, reading
from taxoloom.tests.support.endpoint import Body, Endpoint, good, schema_name
from taxoloom.tests.support.ranked_run import LEVELS, ranked_run, rated


@pytest.fixture
def db(tmp_path: Path) -> Path:
    return ranked_run(tmp_path / "run.db", 30)


def run(*words: object, columns: int = 100) -> Result:
    runner = CliRunner(env={"COLUMNS": str(columns)})
    result = runner.invoke(commands(), [str(word) for word in words])
    if result.exception is not None and not isinstance(result.exception, SystemExit):
        raise result.exception
    return result


def shown(*words: object, columns: int = 100) -> str:
    result = run(*words, columns=columns)
    assert result.exit_code == 0, result.stderr
    return result.stdout


def flowing(text: str) -> str:
    return " ".join(text.split())


def rate(db: Path, *, step: float) -> None:
    """Plant ratings: `step` points from one level to the next, and some noise."""
    noise = np.random.default_rng(5).normal(size=30)
    with reading(db) as connection:
        samples = list(queries.samples(connection, queries.Filter(status="accepted")))
    places = [LEVELS.index(one["labels"]["difficulty"]) for one in samples]
    values = [1500 + step * at + 40 * float(off) for at, off in zip(places, noise, strict=True)]
    rated(db, {one["id"]: value for one, value in zip(samples, values, strict=True)})


def test_it_measures_and_shows_and_report_shows_it_again(db: Path) -> None:
    result = run("difficulty", "--db", db)
    assert result.exit_code == 0
    assert "30 samples in 24 batches" in result.stderr
    assert re.search(r"24 batches ranked; 24 calls, [\d,]+ tokens", result.stderr)
    text = flowing(result.stdout)
    assert "Measured on 30 samples by offline (ranker.zh)" in text
    assert "of two samples of different levels" in text
    again = shown("report", "--db", db, "--section", "difficulty")
    assert "\nDIFFICULTY\n" in again
    assert again.split("DIFFICULTY\n")[1] == result.stdout.split("\n", 1)[1]


def test_json_has_measuring_and_report(db: Path) -> None:
    data = json.loads(shown("difficulty", "--db", db, "--json", "--each", 3, "--limit", 20))
    assert (data["samples"], data["rated"], data["batches"]) == (20, 20, 12)
    part = data["difficulty"]
    assert [level["name"] for level in part["levels"]["levels"]] == [
        "basic",
        "intermediate",
        "advanced",
    ]
    report = json.loads(shown("report", "--db", db, "--section", "difficulty", "--json"))
    assert report["difficulty"] == part
    assert set(part["levels"]["concordance"]) == {"value", "low", "high", "why"}


def test_where_nothing_was_measured_the_command_that_does_is_named(db: Path) -> None:
    text = shown("report", "--db", db, "--section", "difficulty")
    assert "`taxoloom difficulty`" in flowing(text)
    data = json.loads(shown("report", "--db", db, "--section", "difficulty", "--json"))
    assert data["difficulty"] is None


@pytest.mark.parametrize(
    ("step", "sentence"),
    [
        (200, "Intended levels show: of two samples of different levels"),
        (-200, "The levels stand upside down"),
        (-200, "Basic is ranked harder than intermediate ("),
        (0, "The ranking carries no information on the intended levels"),
        (0, "Ratings do not tell basic from intermediate ("),
    ],
)
def test_what_ratings_tell_of_the_levels_is_said_plainly(
    db: Path, step: float, sentence: str
) -> None:
    rate(db, step=step)
    assert sentence in flowing(shown("report", "--db", db, "--section", "difficulty"))


@pytest.mark.parametrize("columns", [80, 100])
def test_tables_fit_the_terminal_and_bars_stand_whole(db: Path, columns: int) -> None:
    rate(db, step=200)
    text = shown("report", "--db", db, "--section", "difficulty", columns=columns)
    lines = text.splitlines()
    assert max(cell_len(line) for line in lines) <= columns
    bars = [line for line in lines if "┃" in line and "█" in line and line[0] != "─"]
    assert len(bars) == 3
    places = [line.index("┃") for line in bars]
    assert places == sorted(places)


def test_pictures_have_the_ratings_of_each_level(db: Path, tmp_path: Path) -> None:
    rate(db, step=200)
    folder = tmp_path / "plots"
    shown("report", "--db", db, "--section", "difficulty", "--plots", folder, "--format", "svg")
    svg = (folder / "difficulty.svg").read_text(encoding="utf-8")
    for name in ("basic", "intermediate", "advanced"):
        assert re.search(rf"{name} \(\d+\)", svg)


def test_a_batch_has_a_trace_and_samples_keep_theirs(db: Path) -> None:
    shown("difficulty", "--db", db)
    with sqlite3.connect(db) as connection:
        ((batch, samples),) = connection.execute("SELECT id, samples FROM rankings LIMIT 1")
    connection.close()
    text = shown("trace", batch, "--db", db, "--full")
    for number, id_ in enumerate(json.loads(samples), start=1):
        assert f"{id_} (request {number})" in text
    assert "[reply of offline]" in text
    data = json.loads(shown("trace", batch, "--db", db, "--json"))
    assert data["calls"][0]["role"] == "ranker"
    assert "sample " + json.loads(samples)[0] in shown("trace", json.loads(samples)[0], "--db", db)
    shown("difficulty", "--db", db, "--limit", 5)
    assert "it counts in no measuring" in shown("trace", batch, "--db", db)
    refused = run("trace", "b-zz", "--db", db)
    assert refused.exit_code == 2
    assert "no ranked batch begins" in refused.stderr


@pytest.mark.parametrize(
    ("words", "problem"),
    [
        (["--status", "perfect"], "unknown decision 'perfect'"),
        (["--status", "rejected", "--limit", "2", "nobody"], "no run 'nobody'"),
        (["one", "--run", "two"], "two runs are named"),
        (["--each", "1"], "each"),
        (["--batch", "9"], "batch"),
    ],
)
def test_what_cannot_be_is_refused(db: Path, words: list[str], problem: str) -> None:
    result = run("difficulty", "--db", db, *words)
    assert result.exit_code in (1, 2)
    assert problem in result.stderr


def ranked(body: Body) -> dict[str, Any]:
    numbers = sorted({int(n) for n in re.findall(r"请求 (\d+) 第", body["messages"][1]["content"])})
    order = [{"request": number, "rank": at} for at, number in enumerate(numbers, start=1)]
    return {"working": "as they stand", "order": order}


def test_batches_that_could_not_be_ranked_are_in_the_exit_code(db: Path) -> None:
    seen: list[str] = []

    def reply(body: Body) -> Any:
        if schema_name(body) == "Ready":
            return good(body)
        seen.append(json.dumps(body["messages"][:2]))
        return "no JSON" if seen[-1] == seen[0] else ranked(body)

    with Endpoint(reply).running() as ours:
        result = run("difficulty", "--db", db, "--model", "mock", "--base-url", ours.url)
    assert result.exit_code == 3
    assert "1 of 24 batches could not be ranked" in flowing(result.stderr)
    assert "Measured on 30 samples by mock" in flowing(result.stdout)


def test_ctrl_c_keeps_what_was_ranked_and_pays_for_the_rest_alone(db: Path) -> None:
    def reply(body: Body) -> Any:
        return good(body) if schema_name(body) == "Ready" else ranked(body)

    with Endpoint(reply, latency=0.05).running() as ours:
        words = ["difficulty", "--db", str(db), "--model", "mock", "--base-url", ours.url]
        words += ["--concurrency", "2"]
        command = [sys.executable, "-m", "taxoloom", *words]
        process = subprocess.Popen(command, stderr=subprocess.PIPE, text=True)
        while process.poll() is None and len(ours.calls) < 6:
            time.sleep(0.005)
        process.send_signal(signal.SIGINT)
        _, told = process.communicate(timeout=30)
        assert process.returncode == 130, told
        assert "what was ranked is kept" in told
        first = {json.dumps(body["messages"]) for body in ours.calls}
        assert len(first) < 24
        result = run(*words)
        assert result.exit_code == 0
        assert len(ours.calls) == len({json.dumps(body["messages"]) for body in ours.calls}) == 24
    assert f"24 batches ranked; {24 - len(first)} calls" in result.stderr
