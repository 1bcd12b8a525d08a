"""`taxonomy grow` as a person types it: the offer, what is accepted and written, how it exits."""

import contextlib
import json
import os
import pty
import re
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner, Result

from taxoloom.cli import commands
from taxoloom.taxonomy import load
from taxoloom.tests.support.endpoint import Body, Endpoint, Said
from taxoloom.tests.support.growing import asked, content, grower, path_of, recipe, rows, write
from taxoloom.tests.support.recipes import EXAMPLES

TREE = {
    "name": "Shop",
    "children": [
        {"name": "Before", "children": ["Advice"], "open": True},
        {"name": "After", "children": ["Refunds"], "open": True},
    ],
}


def run(*words: object) -> Result:
    result = CliRunner().invoke(commands(), [str(word) for word in words])
    if result.exception is not None and not isinstance(result.exception, SystemExit):
        raise result.exception
    return result


def grow(*words: object) -> Result:
    return run("taxonomy", "grow", *words)


@pytest.fixture(scope="module")
def grown(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with a taxonomy that was grown offline, and the database of it."""
    folder = tmp_path_factory.mktemp("grown")
    write(folder, TREE)
    result = grow(folder / "t.yaml", "--db", folder / "grow.db")
    assert result.exit_code == 0
    return folder


def again(folder: Path, *words: object) -> Result:
    return grow(folder / "t.yaml", "--db", folder / "grow.db", "--resume", *words)


@pytest.mark.parametrize("language", ["zh", "en"])
def test_an_example_is_grown_offline_and_nothing_is_written_unasked(language: str) -> None:
    result = grow(EXAMPLES / f"programming.{language}.yaml")
    assert result.exit_code == 0
    assert re.search(r"^  \+ 1   \S", result.stdout, re.MULTILINE)
    assert re.search(
        r"\d+ before, \d+ new, probably about \d+ in all \(\d+ to \d+\)", result.stdout
    )
    assert re.search(r"\d+% complete as it is, \d+% with all of these", result.stdout)
    assert re.search(r"^    cut: .*exists \d", result.stdout, re.MULTILINE)
    assert "nothing was written. To accept some or all:" in result.stderr
    assert {path.name for path in Path.cwd().iterdir()} <= {"grow.db", "grow.db.lock"}


def test_what_is_accepted_is_written_and_the_source_stays(grown: Path, tmp_path: Path) -> None:
    before = (grown / "t.yaml").read_bytes()
    calls = content(grown / "grow.db")["calls"]
    result = again(grown, "--accept", "all", "--out", "all.yaml", "--json")
    found = json.loads(result.stdout)
    offered = [one for item in found["lists"] for one in item["additions"]]
    assert result.exit_code == 0
    assert found["written"] == "all.yaml"
    assert all(one["accepted"] for one in offered)
    after = load("all.yaml")
    assert len(after) == len(load(grown / "t.yaml")) + len(offered)
    assert after.find(f"Before > {offered[0]['name']}") is not None
    assert again(grown, "--accept", "1,3-4", "--out", "some.yaml").exit_code == 0
    for name in ("all.json", "all.md", "all.csv"):
        assert again(grown, "--accept", "all", "--out", name).exit_code == 0
        assert load(name) == after
    assert len(load("some.yaml")) == len(load(grown / "t.yaml")) + 3
    assert (grown / "t.yaml").read_bytes() == before
    assert content(grown / "grow.db")["calls"] == calls


def test_a_file_is_written_over_only_in_place(tmp_path: Path) -> None:
    file = write(tmp_path, {**TREE, "definition": "what a shop is asked"})
    refused = grow(file, "--accept", "all", "--out", file)
    assert refused.exit_code == 2
    assert "write over it with --in-place" in refused.stderr
    file.write_text(f"# by hand\n{file.read_text(encoding='utf-8')}", encoding="utf-8")
    result = grow(file, "--accept", "1", "--in-place")
    assert result.exit_code == 0
    assert "the comments of" in result.stderr
    after = load(file)
    assert len(after) == 6
    assert after.root.definition == "what a shop is asked"
    assert [node.name for node in after.walk() if node.open] == ["Before", "After"]


def test_json_has_lists_estimates_and_reasons(grown: Path) -> None:
    found = json.loads(again(grown, "--json", "--diff").stdout)
    assert set(found) == {"run", "status", "language", "lists", "written", "diff"}
    assert found["written"] is None
    first = found["lists"][0]
    assert (first["path"], first["kind"], first["status"]) == ("Shop > Before", "children", "grown")
    assert first["estimate"]["low"] <= first["estimate"]["total"] <= first["estimate"]["high"]
    assert {"name", "definition", "example", "proposed_by", "reason"} <= set(first["additions"][0])
    assert all(cut["reason"] for cut in first["cuts"])
    assert [one["number"] for item in found["lists"] for one in item["additions"]] == list(
        range(1, 1 + sum(len(item["additions"]) for item in found["lists"]))
    )


def test_the_diff_shows_what_is_accepted_and_all_of_it_otherwise(grown: Path) -> None:
    whole = again(grown, "--diff").stdout
    some = again(grown, "--diff", "--accept", "1", "--out", "one.yaml").stdout
    for text in (whole, some):
        assert "--- a/t.yaml\n+++ b/t.yaml\n@@" in text
    added = [
        len(re.findall(r"^\+ +- name:", text.partition("--- a/")[2], re.MULTILINE))
        for text in (whole, some)
    ]
    assert added[0] > added[1] == 1


def test_a_dry_run_writes_no_taxonomy_and_offers_what_can_be_accepted_later(tmp_path: Path) -> None:
    file = write(tmp_path, TREE)
    assert grow(file, "--dry-run").exit_code == 0
    assert {path.suffix for path in tmp_path.iterdir()} == {".db", ".lock", ".yaml"}
    assert grow(file, "--resume", "--accept", "2", "--out", "g.yaml").exit_code == 0


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (["--accept", "1;2", "--out", "o.yaml"], "--accept '1;2'"),
        (["--accept", "1-9999999", "--out", "o.yaml"], "--accept '1-9999999'"),
        (["--accept", "all"], "does not say where"),
        (["--dry-run", "--accept", "all", "--out", "o.yaml"], "--dry-run writes nothing"),
        (["--dry-run", "--in-place"], "--dry-run writes nothing"),
        (["--in-place", "--out", "o.yaml", "--accept", "1"], "exclude each other"),
        (["--out", "o.txt", "--accept", "1"], "only as yaml, json, markdown, csv, tsv"),
        (["--out", "o", "--accept", "1"], "only as yaml"),
        (["--out", "nowhere/o.yaml", "--accept", "1"], "no such folder"),
        (["--node", "Nowhere"], "there is no node 'Nowhere'"),
        (["--node", "Before > @Colour"], "no attribute 'Colour'"),
        (["--proposals", 1], "proposals is 1"),
        (["--depth", 0], "depth is 0"),
        (["--width", 1], "no list can take another entry"),
        (["--language", "fr"], "language"),
        (["--base-url", "http://127.0.0.1:1/v1"], "--base-url has no effect"),
        (["--recipe", "none.yaml"], "does not exist"),
        (["--resume"], "holds no run"),
    ],
)
def test_what_cannot_be_is_refused_before_anything_is_written(
    tmp_path: Path, words: list[Any], message: str
) -> None:
    result = grow(write(tmp_path, TREE), *words)
    assert result.exit_code == 2
    assert message in result.stderr
    assert "Traceback" not in result.output
    assert not (tmp_path / "grow.db").exists()


def test_a_number_that_there_is_not_is_refused_and_loses_nothing(grown: Path) -> None:
    result = again(grown, "--accept", "999", "--out", "o.yaml")
    assert result.exit_code == 2
    assert "there is no addition 999" in result.stderr
    assert not Path("o.yaml").exists()


def test_a_closed_taxonomy_says_how_to_name_what_is_to_be_grown(tmp_path: Path) -> None:
    file = write(tmp_path, {"name": "Shop", "children": ["Before", "After"]})
    result = grow(file)
    assert result.exit_code == 2
    assert "--node" in result.stderr
    assert (
        grow(file, "--node", "After", "--depth", 2, "--width", 3, "--proposals", 2).exit_code == 0
    )


def test_lists_that_failed_are_told_and_in_the_exit_code(tmp_path: Path) -> None:
    def propose(body: Body) -> list[str] | Said:
        if "After" in path_of(body):
            return Said(None, message={"refusal": "No."})
        return ["Trials"]

    with Endpoint(grower(propose)).running() as endpoint:
        settings = recipe(tmp_path, endpoint.url)
        result = grow(write(tmp_path, TREE), "--recipe", settings)
    assert result.exit_code == 3
    assert "Shop > After  failed" in result.stdout
    assert "proposers:refused 0 of 5 proposals can be used" in result.stdout
    assert "1 could not be grown" in result.stdout


def test_a_trace_of_a_list_is_found_beside_those_of_samples(grown: Path) -> None:
    found = json.loads(again(grown, "--json").stdout)["lists"][0]["id"]
    shown = run("trace", found[:6], "--db", grown / "grow.db").stdout
    for word in ("grain (grain.en)", "proposer_5", "merger", "what the merger did", "estimate:"):
        assert word in shown
    full = run("trace", found, "--db", grown / "grow.db", "--full").stdout
    assert full.count("<<<BEGIN list to complete") == 6
    data = json.loads(run("trace", found, "--db", grown / "grow.db", "--json").stdout)
    assert {"growth", "calls"} == set(data)
    missing = run("trace", "g-nothing", "--db", grown / "grow.db")
    assert missing.exit_code == 2
    assert "no list begins" in missing.stderr
    listed = json.loads(run("runs", "--db", grown / "grow.db", "--json").stdout)
    assert {row["kind"] for row in listed} == {"grow"}
    assert "grow" in run("runs", "--db", grown / "grow.db").stdout


def test_lists_that_are_complete_are_closed_when_told(tmp_path: Path) -> None:
    with Endpoint(grower(lambda body: [])).running() as endpoint:
        settings = recipe(tmp_path, endpoint.url)
        file = write(tmp_path, TREE)
        assert grow(file, "--recipe", settings).exit_code == 0
        words = ["--resume", "--accept", "none", "--close", "--out", "closed.yaml"]
        assert grow(file, *words).exit_code == 0
    assert not [node for node in load("closed.yaml").walk() if node.open]


def asked_on_a_terminal(folder: Path, typed: str) -> str:
    """What a person sees who types that at the questions."""
    ours, theirs = pty.openpty()
    command = [sys.executable, "-m", "taxoloom", "taxonomy", "grow", "t.yaml", "--resume"]
    process = subprocess.Popen(command, cwd=folder, stdin=theirs, stdout=theirs, stderr=theirs)
    os.close(theirs)
    os.write(ours, typed.encode())
    seen = b""
    with contextlib.suppress(OSError):
        while part := os.read(ours, 65536):
            seen += part
    assert process.wait(20) == 0
    os.close(ours)
    return seen.decode()


def test_on_a_terminal_each_entry_is_asked_for(grown: Path) -> None:
    seen = asked_on_a_terminal(grown, "y\nn\nx\ny\nn\na\nasked.yaml\n")
    assert "accept? y/n, a for all, q to stop" in seen
    (count,) = rows(grown / "grow.db", "SELECT sum(json_array_length(additions)) FROM growths")
    assert len(load(grown / "asked.yaml")) == len(load(grown / "t.yaml")) + count[0] - 2


def slow(body: Body) -> list[str]:
    return [f"{name} {path_of(body)[-5:]}" for name in ("Trials", "Bookings", "Samples")]


@pytest.mark.slow
def test_a_killed_run_pays_nothing_twice_and_ends_the_same(tmp_path: Path) -> None:
    # The test's own folder is the current one.
    command = [sys.executable, "-m", "taxoloom", "taxonomy", "grow", "t.yaml", "--recipe", "r.yaml"]
    command += ["--depth", "2", "--proposals", "2"]
    with Endpoint(grower(slow), latency=0.02).running() as endpoint:
        recipe(tmp_path, endpoint.url, concurrency=2)
        write(tmp_path, TREE)
        words = [*command[5:], "--db", "whole.db"]
        assert grow(*words).exit_code == 0
        expected, calls = content(tmp_path / "whole.db"), len(asked(endpoint))
        process = subprocess.Popen(command, cwd=tmp_path, stderr=subprocess.DEVNULL)
        while len(asked(endpoint)) < calls + calls // 2:
            time.sleep(0.005)
        process.kill()
        process.communicate()
        paid = rows(tmp_path / "grow.db", "SELECT count(*) FROM calls")[0][0]
        before = len(asked(endpoint))
        result = subprocess.run(
            [*command, "--resume", "--json"], cwd=tmp_path, check=True, capture_output=True
        )
        assert json.loads(result.stdout)["status"] == "done"
        assert len(asked(endpoint)) - before == calls - paid
    assert content(tmp_path / "grow.db") == expected


@pytest.mark.slow
def test_ctrl_c_stops_in_good_order_and_names_the_command_to_go_on(tmp_path: Path) -> None:
    command = [sys.executable, "-m", "taxoloom", "taxonomy", "grow", "t.yaml", "--recipe", "r.yaml"]
    with Endpoint(grower(slow), latency=0.2).running() as endpoint:
        recipe(tmp_path, endpoint.url, concurrency=2)
        write(tmp_path, TREE)
        process = subprocess.Popen(command, cwd=tmp_path, stderr=subprocess.PIPE, text=True)
        while len(asked(endpoint)) < 3:
            time.sleep(0.005)
        process.send_signal(signal.SIGINT)
        _, errors = process.communicate(timeout=20)
        assert process.returncode == 130
        assert "taxonomy grow t.yaml --db grow.db --resume" in errors
        assert len(content(tmp_path / "grow.db")["calls"]) == len(asked(endpoint))
