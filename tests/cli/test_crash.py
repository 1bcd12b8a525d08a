"""Runs that are killed, interrupted or starved of disk, as a person would see them."""

import json
import os
import random
import signal
import sqlite3
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import pytest

from taxoloom.graphs.generate import generate
from taxoloom.tests.support.endpoint import Endpoint, mixed
from taxoloom.tests.support.recipes import content, recipe

LATENCY = 0.005


def command(path: Path, db: Path, *options: str) -> list[str]:
    return [sys.executable, "-m", "taxoloom", "generate", str(path), "--db", str(db), *options]


def unbroken(folder: Path, samples: int) -> dict[str, list[tuple[object, ...]]]:
    with Endpoint(mixed).running() as endpoint:
        generate(recipe(folder, endpoint.url, samples=samples), db=folder / "whole.db")
    return content(folder / "whole.db")


def test_a_killed_run_resumes_to_the_same_rows_and_pays_no_call_twice(tmp_path: Path) -> None:
    kill_and_compare(tmp_path, seed=0, most_kills=2)


@pytest.mark.slow
@pytest.mark.parametrize("seed", range(1, 9))
def test_a_run_that_is_killed_again_and_again_ends_the_same(tmp_path: Path, seed: int) -> None:
    kill_and_compare(tmp_path, seed=seed, most_kills=12)


def kill_and_compare(tmp_path: Path, *, seed: int, most_kills: int) -> None:
    chance = random.Random(seed)
    samples, kills, db = 30, 0, tmp_path / "run.db"
    expected = unbroken(tmp_path, samples)
    with Endpoint(mixed, latency=LATENCY).running() as endpoint:
        path = recipe(tmp_path, endpoint.url, samples=samples)
        options: tuple[str, ...] = ()
        while kills < most_kills:
            started, committed = len(endpoint.calls), paid_for(db)
            process = subprocess.Popen(command(path, db, *options), stderr=subprocess.PIPE)
            wanted = started + chance.randint(5, 120)
            while process.poll() is None and len(endpoint.calls) < wanted:
                time.sleep(0.002)
            process.kill()
            process.communicate()
            assert not committed & {asked(body) for body in endpoint.calls[started:]}
            if process.returncode == 0:
                break
            kills += 1
            options = ("--resume",)
        assert kills
        if process.returncode != 0:
            subprocess.run(command(path, db, "--resume"), check=True, capture_output=True)
    assert content(db) == expected


def asked(body: dict[str, Any]) -> tuple[str, int]:
    return json.dumps(body["messages"]), body["seed"]


def paid_for(db: Path) -> set[tuple[str, int]]:
    """What is on record as answered, in the form of `asked`."""
    if not db.exists():
        return set()
    with sqlite3.connect(db) as connection:
        rows = connection.execute("SELECT messages, params FROM calls").fetchall()
    connection.close()
    return {(json.dumps(json.loads(m)), json.loads(params)["seed"]) for m, params in rows}


def test_ctrl_c_stops_in_good_order_and_names_the_command_to_go_on(tmp_path: Path) -> None:
    expected = unbroken(tmp_path, 30)
    db = tmp_path / "run.db"
    with Endpoint(mixed, latency=0.05).running() as endpoint:
        path = recipe(tmp_path, endpoint.url, samples=30)
        process = subprocess.Popen(command(path, db), stderr=subprocess.PIPE, text=True)
        while len(endpoint.calls) < 40:
            time.sleep(0.005)
        process.send_signal(signal.SIGINT)
        _, errors = process.communicate(timeout=20)
        before = len(endpoint.calls)
        assert process.returncode == 130
        assert f"taxoloom generate {path} --db {db} --resume" in errors
        assert before == len(content(db)["calls"])
        subprocess.run(command(path, db, "--resume"), check=True, capture_output=True)
        assert content(db) == expected
        assert len(endpoint.calls) == len(expected["calls"])


@pytest.mark.slow
def test_ctrl_c_twice_stops_at_once(tmp_path: Path) -> None:
    with Endpoint(mixed, latency=30).running() as endpoint:
        path = recipe(tmp_path, endpoint.url)
        process = subprocess.Popen(command(path, tmp_path / "run.db"), stderr=subprocess.PIPE)
        while not endpoint.calls and process.poll() is None:
            time.sleep(0.01)
        process.send_signal(signal.SIGINT)
        time.sleep(0.3)
        start = time.monotonic()
        process.send_signal(signal.SIGINT)
        process.communicate(timeout=20)
    assert process.returncode == 130
    assert time.monotonic() - start < 5


def test_a_second_run_is_told_that_the_database_is_in_use(tmp_path: Path) -> None:
    db = tmp_path / "run.db"
    with Endpoint(mixed, latency=30).running() as endpoint:
        path = recipe(tmp_path, endpoint.url)
        first = subprocess.Popen(command(path, db), stderr=subprocess.DEVNULL)
        while not endpoint.calls and first.poll() is None:
            time.sleep(0.01)
        second = subprocess.run(command(path, db), capture_output=True, text=True, check=False)
        first.kill()
        first.communicate()
    assert second.returncode == 2
    assert "another run is writing" in second.stderr
    assert "Traceback" not in second.stderr


@pytest.mark.skipif(sys.platform == "win32", reason="file size limits are POSIX")
def test_a_full_disk_stops_the_run_cleanly_and_resumes(tmp_path: Path) -> None:
    expected = unbroken(tmp_path, 30)
    db = tmp_path / "run.db"
    limited = "ulimit -f 1500; trap '' XFSZ; exec " + " ".join(map(str, command(Path("R"), db)))
    with Endpoint(mixed).running() as endpoint:
        path = recipe(tmp_path, endpoint.url, samples=30)
        process = subprocess.run(
            ["bash", "-c", limited.replace(" R ", f" {path} ")],
            capture_output=True,
            text=True,
            check=False,
            env=os.environ.copy(),
        )
        assert process.returncode == 1, process.stderr
        assert "Traceback" not in process.stderr
        assert "--resume" in process.stderr
        subprocess.run(command(path, db, "--resume"), check=True, capture_output=True)
    assert content(db) == expected
