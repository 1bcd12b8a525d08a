"""The commands as a person types them: what they print, where, and how they exit."""

import json
import re
import shutil
import sqlite3
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner, Result

from taxoloom.cli import commands
from taxoloom.tests.support.endpoint import Endpoint, Fault, good, mixed, schema_name
from taxoloom.tests.support.recipes import EXAMPLES, recipe


def run(*words: object) -> Result:
    result = CliRunner().invoke(commands(), [str(word) for word in words])
    if result.exception is not None and not isinstance(result.exception, SystemExit):
        raise result.exception
    return result


@pytest.fixture(scope="module")
def db(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A database with the demo's run."""
    path = tmp_path_factory.mktemp("demo") / "demo.db"
    assert run("demo", "--db", path).exit_code == 0
    return path


@pytest.mark.parametrize("language", ["zh", "en"])
def test_the_demo_shows_every_ending_and_what_to_type_next(language: str) -> None:
    result = run("demo", "--language", language)
    assert result.exit_code == 0
    for word in ("accepted", "disputed", "rejected", "failed"):
        (count,) = re.findall(rf"^ {word} +(\d+) ", result.stdout, re.MULTILINE)
        assert int(count)
    for word in ("coverage    leaves 6/6", "Krippendorff α", "tokens", "database    demo.db"):
        assert word in result.stdout
    commands = re.findall(r"^  taxoloom (.+)$", result.stdout, re.MULTILINE)
    assert len(commands) == 3
    for command in commands:
        assert run(*command.split()).exit_code == 0


def test_every_command_has_help() -> None:
    for words in ([], ["generate"], ["samples"], ["trace"], ["taxonomy", "check"], ["doctor"]):
        result = run(*words, "--help")
        assert result.exit_code == 0
        assert "Usage" in result.stdout


def test_samples_filter_and_print_json(db: Path) -> None:
    everything = json.loads(run("samples", "--db", db, "--json", "--limit", 1000).stdout)
    accepted = json.loads(run("samples", "--db", db, "--json", "--status", "accepted").stdout)
    assert accepted == [row for row in everything if row["status"] == "accepted"]
    leaf = everything[0]["leaf"]
    chosen = json.loads(run("samples", "--db", db, "--json", "--leaf", leaf).stdout)
    assert chosen == [row for row in everything if leaf in row["leaf"]]
    labelled = json.loads(run("samples", "--db", db, "--json", "--label", "商品品类=食品").stdout)
    assert labelled == [row for row in everything if row["labels"]["商品品类"] == "食品"]


def test_a_trace_names_every_call_and_what_decided(db: Path) -> None:
    (first, *_) = json.loads(run("samples", "--db", db, "--json", "--status", "disputed").stdout)
    shown = run("trace", first["id"][:8], "--db", db).stdout
    for word in ("planner (planner.zh)", "editor (judge_editor.zh)", "disputed", "rationale"):
        assert word in shown
    full = run("trace", first["id"], "--db", db, "--full").stdout
    assert "<<<BEGIN" in full
    assert len(full) > 3 * len(shown)
    data = json.loads(run("trace", first["id"], "--db", db, "--json").stdout)
    parts = {"sample", "blueprint", "calls", "verdicts", "disagreements", "reviews", "groups"}
    assert parts == set(data)


def test_disagreements_say_who_voted_how(db: Path) -> None:
    found = json.loads(run("disagreements", "--db", db, "--json").stdout)
    assert found
    assert all(len(set(row["detail"]["votes"].values())) > 1 for row in found)
    assert "examiner" in run("disagreements", "--db", db).stdout


@pytest.mark.parametrize("format", ["messages", "sharegpt", "alpaca"])
def test_export_writes_json_lines_and_says_loudly_that_they_are_offline(
    db: Path, format: str
) -> None:
    result = run("export", "--db", db, "--format", format, "--out", "out.jsonl")
    assert result.exit_code == 0
    assert "WARNING" in result.stderr
    rows = [json.loads(line) for line in Path("out.jsonl").read_text(encoding="utf-8").splitlines()]
    assert len(rows) == 24
    assert all(row["meta"]["status"] == "accepted" for row in rows)


@pytest.mark.parametrize("language", ["zh", "en"])
def test_init_writes_a_recipe_that_runs_as_it_is(language: str) -> None:
    assert run("init", "--language", language).exit_code == 0
    text = Path("recipe.yaml").read_text(encoding="utf-8")
    Path("recipe.yaml").write_text(text.replace("samples: 24", "samples: 4"), encoding="utf-8")
    result = run("generate", "recipe.yaml", "--json")
    assert result.exit_code == 0
    assert json.loads(result.stdout)["run"]["accepted"] == 4
    again = run("init", "--language", language)
    assert again.exit_code == 2
    assert "exists already" in again.stderr


def test_options_override_the_recipe(tmp_path: Path) -> None:
    with Endpoint(good, models=("other",)).running() as endpoint:
        result = run(
            *("generate", recipe(tmp_path, endpoint.url)),
            *("--samples", 2, "--seed", 9, "--language", "en"),
            *("--model", "other", "--base-url", endpoint.url, "--concurrency", 3, "--json"),
        )
    found = json.loads(result.stdout)
    assert result.exit_code == 0
    assert (found["run"]["asked"], found["run"]["seed"], found["run"]["language"]) == (2, 9, "en")
    assert set(found["run"]["models"].values()) == {"other"}
    assert endpoint.most_in_flight <= 3


def test_a_shortfall_is_printed_and_is_the_exit_code(tmp_path: Path) -> None:
    def stubborn(body: dict[str, Any]) -> Any:
        return (
            mixed(body)
            if schema_name(body) != "Verdict"
            else {**good(body), "accept": False}
            | {
                "criteria": {
                    name: {"finding": "not_met", "quote": "Here is the answer"}
                    for name in good(body)["criteria"]
                }
            }
        )

    with Endpoint(stubborn).running() as endpoint:
        path = recipe(tmp_path, endpoint.url, samples=2, run={"attempts": 1})
        result = run("generate", path)
    assert result.exit_code == 3
    assert "2 of 2 samples could not be filled" in result.stderr
    assert "missing" in result.stdout


def test_prompt_prints_what_the_model_will_see() -> None:
    shown = run("prompt", "sceptic").stdout
    assert "judge_sceptic.zh" in shown
    assert "<<<BEGIN" in shown
    assert '"worth_training"' in shown
    english = json.loads(run("prompt", "rewriter", "--language", "en", "--json").stdout)
    names = [part["prompt"] for part in english]
    assert names == ["rewriter.en", "repair.en", "complexify.en", "translate.en"]
    assert "One more constraint" in json.dumps(english[2])


def test_roles_say_where_each_stands() -> None:
    found = json.loads(run("roles", "--json").stdout)
    assert [row["node"] for row in found][:7] == [
        "planner",
        "writer",
        "rewriter",
        "critic",
        "user_simulator",
        "answerer",
        "examiner",
    ]
    assert all(row["purpose"] for row in found)


def test_doctor_says_which_ways_work_and_what_to_write_down() -> None:
    def picky(body: dict[str, Any]) -> Any:
        refused = body.get("response_format", {}).get("type") == "json_schema"
        return (
            Fault(400, b'{"error": {"message": "json_schema?"}}') if refused else '{"ready": true}'
        )

    with Endpoint(picky).running() as endpoint:
        result = run("doctor", "--model", "mock", "--base-url", endpoint.url)
        data = json.loads(
            run("doctor", "--model", "mock", "--base-url", endpoint.url, "--json").stdout
        )
    assert "write down: structured: json_object" in result.stdout
    (report,) = data["endpoints"]
    assert report["best"] == "json_object"
    outcomes = {trial["structured"]: trial["outcome"] for trial in report["trials"]}
    assert outcomes["json_schema"] == "bad_request"
    assert outcomes["prompt"] == "ok"


def test_doctor_recommends_nothing_when_nothing_works() -> None:
    with Endpoint(lambda body: "prose").running() as endpoint:
        result = run("doctor", "--model", "mock", "--base-url", endpoint.url)
    assert result.exit_code == 1
    assert "no way of asking brought a valid reply" in result.stdout


def test_resume_of_a_finished_run_says_so(tmp_path: Path) -> None:
    path = recipe(tmp_path, samples=2)
    first = run("generate", path, "--json")
    again = run("generate", path, "--resume", "--json")
    assert "nothing to resume" in again.stderr
    assert json.loads(again.stdout)["run"]["id"] == json.loads(first.stdout)["run"]["id"]
    other = run("generate", path, "--resume", "--samples", 5)
    assert other.exit_code == 2


def test_doctor_without_an_endpoint_looks_at_the_machine() -> None:
    assert "sqlite" in run("doctor").stdout


def test_taxonomy_check_and_show(tmp_path: Path) -> None:
    fine = run("taxonomy", "check", EXAMPLES / "programming.zh.yaml")
    assert "no fault" in fine.stdout
    (tmp_path / "bad.yaml").write_text("name: a\nchildren: [b, b, c, c]\n", encoding="utf-8")
    bad = run("taxonomy", "check", "bad.yaml")
    assert bad.exit_code == 2
    assert bad.stderr.count("bad.yaml:2") == 2
    data = json.loads(run("taxonomy", "check", "bad.yaml", "--json").stdout)
    assert len(data["faults"]) == 2
    assert "HTML/CSS" in run("taxonomy", "show", EXAMPLES / "programming.zh.yaml").stdout


BAD: dict[str, tuple[list[str], str]] = {
    "missing recipe": (["generate", "none.yaml"], "none.yaml"),
    "unknown sample": (["trace", "zzzz", "--db", "DB"], "zzzz"),
    "ambiguous sample": (["trace", "", "--db", "DB"], "taxoloom samples"),
    "no database": (["samples", "--db", "none.db"], "none.db"),
    "not a database": (["samples", "--db", "recipe.yaml"], "not a SQLite database"),
    "unknown decision": (["samples", "--db", "DB", "--status", "maybe"], "accepted"),
    "label without sign": (["samples", "--db", "DB", "--label", "x"], "NAME=VALUE"),
    "unknown format": (["export", "--db", "DB", "--format", "x", "--out", "o"], "alpaca"),
    "unwritable file": (["export", "--db", "DB", "--out", "no/such/o"], "no/such/o"),
    "unknown run": (["samples", "--db", "DB", "--run", "x"], "taxoloom runs"),
    "unknown role": (["prompt", "poet"], "planner"),
    "unknown language": (["demo", "--language", "fr"], "zh or en"),
    "folder as database": (["generate", "recipe.yaml", "--db", "."], "folder"),
    "nothing to resume": (["generate", "recipe.yaml", "--resume"], "no unfinished run"),
    "missing plugin": (["generate", "recipe.yaml", "--plugin", "p.py"], "p.py"),
    "missing key": (["generate", "recipe.yaml", "--model", "gpt-4o-mini"], "OPENAI_API_KEY"),
    "server down": (
        ["generate", "recipe.yaml", "--model", "m", "--base-url", "http://127.0.0.1:9/v1"],
        "cannot be reached",
    ),
    "unknown policy": (["generate", "policy.yaml"], "unanimous"),
    "unknown judge prompt": (["generate", "judge.yaml"], "judge_poet"),
    "unknown role in models": (["generate", "models.yaml"], "models.yaml:1: models: unknown role"),
    "address without a model": (
        ["generate", "recipe.yaml", "--base-url", "http://127.0.0.1:9/v1"],
        "--model",
    ),
    "unknown status": (["disagreements", "--db", "DB", "--status", "maybe"], "settled"),
    "nothing to export": (
        ["export", "--db", "DB", "--out", "o.jsonl", "--search", "no such words"],
        "nothing was written",
    ),
}


@pytest.mark.parametrize("name", BAD)
def test_bad_input_is_one_clear_line_or_two(name: str, db: Path, tmp_path: Path) -> None:
    recipe(tmp_path)
    for file, change in {
        "policy.yaml": {"panel": {"policy": "dictator"}},
        "judge.yaml": {"panel": {"judges": [{"name": "x", "prompt": "judge_poet"}]}},
        "models.yaml": {"models": {"poet": {"model": "offline"}}},
    }.items():
        data = json.loads((tmp_path / "recipe.yaml").read_text(encoding="utf-8")) | change
        (tmp_path / file).write_text(json.dumps(data), encoding="utf-8")
    shutil.copy(db, tmp_path / "DB")
    words, expected = BAD[name]
    before = sorted(tmp_path.iterdir())
    result = run(*words)
    assert result.exit_code == 2, result.stdout
    lines = result.stderr.strip().splitlines()
    assert 1 <= len(lines) <= 2
    assert lines[0].startswith("error: ")
    assert expected in result.stderr
    assert sorted(tmp_path.iterdir()) == before


def test_the_wrong_model_is_answered_with_those_there_are(tmp_path: Path) -> None:
    def unknown(body: dict[str, Any]) -> Any:
        return Fault(404, b'{"error": {"message": "model not found"}}')

    with Endpoint(unknown, models=("qwen2.5-7b-instruct", "llama3")).running() as endpoint:
        result = run(
            *("generate", recipe(tmp_path), "--model", "qwen2.5-7b", "--base-url", endpoint.url)
        )
    assert result.exit_code == 2
    assert "qwen2.5-7b-instruct" in result.stderr
    assert not Path("taxoloom.db").exists()


def test_hostile_text_reaches_neither_terminal_nor_another_cell(tmp_path: Path, db: Path) -> None:
    copy = tmp_path / "copy.db"
    shutil.copy(db, copy)
    hostile = json.dumps(
        [{"role": "user", "content": "\x1b]0;title\x07[red]x[/red]\u202eevil"}], ensure_ascii=False
    )
    with sqlite3.connect(copy) as connection:
        connection.execute("UPDATE samples SET messages = ?", [hostile])
        (sample,) = connection.execute("SELECT id FROM samples").fetchone()
    connection.close()
    for words in (["samples", "--db", copy], ["trace", sample, "--db", copy]):
        shown = run(*words).stdout
        assert "\x1b]" not in shown
        assert "\u202e" not in shown
        assert "[red]x[/red]" in shown


def test_rewrites_say_what_each_may_change() -> None:
    found = {row["operation"]: row for row in json.loads(run("rewrites", "--json").stdout)}
    assert found["noise"]["changes"] == ["user"]
    assert found["add_constraint"]["family"] == "complexify"
    assert "assistant" in found["add_constraint"]["figures_may_change_in"]
    shown = run("rewrites", "--language", "zh").stdout
    assert "错别字" in shown or "笔误" in shown
    assert run("rewrites", "--language", "fr").exit_code == 2
