"""Settling disagreements at the keyboard, as a person would, with a line for each key."""

import json
import os
import pty
import shutil
import sqlite3
import subprocess
import sys
import termios
import time
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner, Result

from taxoloom.cli import commands
from taxoloom.cli.adjudicate_words import EN, ZH
from taxoloom.store import lock


def run(*words: object, keys: str = "") -> Result:
    result = CliRunner().invoke(commands(), [str(word) for word in words], input=keys)
    if result.exception is not None and not isinstance(result.exception, SystemExit):
        raise result.exception
    return result


@pytest.fixture(scope="module")
def demos(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """A demo run in each language."""
    folder = tmp_path_factory.mktemp("demo")
    found = {language: folder / f"{language}.db" for language in ("zh", "en")}
    for language, path in found.items():
        assert run("demo", "--db", path, "--language", language).exit_code == 0
    return found


@pytest.fixture
def db(demos: dict[str, Path], tmp_path: Path) -> Path:
    return Path(shutil.copyfile(demos["en"], tmp_path / "run.db"))


def ask(db: Path, query: str) -> list[tuple[Any, ...]]:
    connection = sqlite3.connect(db)
    try:
        return connection.execute(query).fetchall()
    finally:
        connection.close()


def adjudicate(db: Path, keys: str, *options: object) -> Result:
    return run("adjudicate", "--db", db, "--as", "Ada", *options, keys=keys)


def open_ones(db: Path) -> list[dict[str, Any]]:
    found = run("disagreements", "--db", db, "--status", "open", "--json").stdout
    return list(json.loads(found))


def reviews(db: Path) -> list[tuple[Any, ...]]:
    return ask(db, "SELECT became_reason, criterion, comment, blind FROM reviews ORDER BY id")


def test_keys_settle_one_sample_after_the_other(db: Path) -> None:
    before = len(open_ones(db))
    result = adjudicate(db, "a\nr\n2\nr\n\nq\n")
    assert result.exit_code == 0
    assert f"settled 3 (1 accepted, 2 rejected), skipped 0, left {before - 3}" in result.stdout
    assert reviews(db) == [
        ("person:accept", "", "", 1),
        ("person:reject:correct", "correct", "", 1),
        ("person:reject", "", "", 1),
    ]
    assert len(open_ones(db)) == before - 3
    assert ask(db, "SELECT count(*) FROM verdicts WHERE source = 'person:Ada'") == [(3,)]


def test_nothing_of_the_votes_is_shown_before_ones_own(db: Path) -> None:
    hidden = adjudicate(db, "s\n" * len(open_ones(db))).stdout
    assert "examiner" not in hidden
    assert "panel:" not in hidden
    assert "examiner" in adjudicate(db, "v\nq\n").stdout
    assert "examiner" in adjudicate(db, "q\n", "--show-votes").stdout
    assert "judges: examiner" in adjudicate(db, "a\nq\n").stdout


def test_a_vote_after_a_look_at_the_judges_is_marked(db: Path) -> None:
    adjudicate(db, "v\na\na\nu\nr\n1\nq\n")
    adjudicate(db, "a\nq\n", "--show-votes")
    assert [review[3] for review in reviews(db)] == [0, 1, 0, 0]


def test_undo_brings_the_sample_back_also_in_another_session(db: Path) -> None:
    first = adjudicate(db, "q\n").stdout
    before = ask(db, "SELECT id, status, reason FROM samples ORDER BY id")
    adjudicate(db, "a\nq\n")
    result = adjudicate(db, "u\nq\n")
    assert EN.undone in result.stdout
    shown = next(line for line in first.splitlines() if line.startswith("labels"))
    assert shown in result.stdout.split(EN.undone)[1]
    assert ask(db, "SELECT id, status, reason FROM samples ORDER BY id") == before
    assert EN.nothing_to_undo in adjudicate(db, "u\nq\n").stdout


def test_a_comment_is_kept_with_the_vote_and_is_only_text(db: Path) -> None:
    adjudicate(db, "c\n[bold]x[/bold] '); DROP TABLE samples; --\x1b[2J\na\na\nq\n")
    (told, silent) = reviews(db)
    assert told[2] == "[bold]x[/bold] '); DROP TABLE samples; --\ufffd[2J"
    assert silent[2] == ""


def test_unknown_keys_and_digits_vote_nothing(db: Path) -> None:
    result = adjudicate(db, "x\n\nr\n9\nr\nno\n?\naccept\n")
    assert result.exit_code == 0
    assert reviews(db) == []
    assert "'x' is no key here" in result.stdout
    assert result.stdout.count(EN.not_voted) == 2
    assert EN.help.splitlines()[0] in result.stdout


@pytest.mark.parametrize("keys", ["", "r\n", "c\n", "a\nr"])
def test_the_end_of_the_input_ends_it_in_good_order(db: Path, keys: str) -> None:
    result = adjudicate(db, keys)
    assert result.exit_code == 0
    assert f"settled {keys.count('a')} (" in result.stdout
    assert len(reviews(db)) == keys.count("a")


def test_after_the_last_sample_one_may_still_undo(db: Path) -> None:
    count = len(open_ones(db))
    result = adjudicate(db, "a\n" * count + "u\nr\n3\nq\n")
    assert EN.finished in result.stdout
    assert f"settled {count} ({count - 1} accepted, 1 rejected), skipped 0, left 0" in result.stdout
    assert open_ones(db) == []
    assert EN.finished in adjudicate(db, "").stdout
    assert EN.undone in adjudicate(db, "u\nq\n").stdout


def test_what_may_be_settled_can_be_narrowed(db: Path) -> None:
    everything = json.loads(run("disagreements", "--db", db, "--kind", "all", "--json").stdout)
    kinds = {row["kind"] for row in everything}
    assert kinds >= {"decision", "criterion"}
    criterion = next(row["subject"] for row in everything if row["kind"] == "criterion")
    asked = ("disagreements", "--db", db, "--criterion", criterion, "--json")
    rows = json.loads(run(*asked).stdout)
    assert {(row["kind"], row["subject"]) for row in rows} == {("criterion", criterion)}
    ids = {row["sample_id"] for row in rows}
    result = adjudicate(db, "a\n" * 50, "--criterion", criterion)
    assert f"settled {len(ids)} (" in result.stdout
    assert adjudicate(db, "a\na\n", "--limit", 1).stdout.count("judges: ") == 1
    assert EN.finished in adjudicate(db, "", "--leaf", "no such leaf").stdout
    for option in (("--kind", "x"), ("--criterion", "x")):
        assert adjudicate(db, "", *option).exit_code == 2


def test_a_second_person_gives_opinions_and_overrules_only_if_told(db: Path) -> None:
    adjudicate(db, "a\n" * 50)
    others = ("adjudicate", "--db", db, "--as", "Bo")
    assert EN.nothing in run(*others).stdout
    result = run(*others, "--settled", "--limit", 1, keys="r\n1\n")
    assert "already voted on by person:Ada" in result.stdout
    assert "further opinions: 1" in result.stdout
    assert ask(db, "SELECT count(*) FROM samples WHERE reason LIKE 'person:reject%'") == [(0,)]
    result = run("adjudicate", "--db", db, "--as", "Cy", "--overrule", "--limit", 1, keys="r\n1\n")
    assert "settled 1 (0 accepted, 1 rejected)" in result.stdout
    assert ask(db, "SELECT count(*) FROM samples WHERE reason LIKE 'person:reject%'") == [(1,)]


def test_the_words_are_the_runs_and_the_keys_are_not(
    demos: dict[str, Path], tmp_path: Path
) -> None:
    db = Path(shutil.copyfile(demos["zh"], tmp_path / "zh.db"))
    result = adjudicate(db, "a\nr\n2\nq\n")
    assert "已裁定 2 条（收 1，不收 1）" in result.stdout
    assert ZH.criterion in result.stdout
    assert [review[0] for review in reviews(db)] == ["person:accept", "person:reject:correct"]
    assert list(ZH.criteria) == list(EN.criteria)
    assert set(ZH.help.split()) & set("arscuvq") == set("arscuvq")


def test_a_database_that_is_written_is_refused_with_a_hint(db: Path) -> None:
    with lock(db):
        result = adjudicate(db, "a\n")
    assert result.exit_code == 2
    assert "another run is writing this database" in result.stderr
    assert reviews(db) == []


def test_somebody_nobody_knows_is_asked_to_say_who_they_are(
    db: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("USER", "USERNAME"):
        monkeypatch.delenv(name, raising=False)
    result = run("adjudicate", "--db", db, keys="a\n")
    assert result.exit_code == 2
    assert "--as NAME" in result.stderr
    monkeypatch.setenv("USER", "eve")
    run("adjudicate", "--db", db, keys="a\n")
    assert ask(db, "SELECT source FROM reviews") == [("person:eve",)]


def test_the_adjudicator_settles_what_people_left(db: Path) -> None:
    adjudicate(db, "a\nq\n")
    left = len(open_ones(db))
    result = run("adjudicate", "--db", db, "--agent", "--limit", 1)
    assert result.exit_code == 0
    assert "ruled on 1 (" in result.stdout
    assert f"left {left - 1}" in result.stdout
    sources = {row[0] for row in ask(db, "SELECT source FROM reviews")}
    assert sources == {"person:Ada", "agent:adjudicator"}
    for option in (("--as", "x"), ("--overrule",), ("--kind", "score"), ("--criterion", "safe")):
        refused = run("adjudicate", "--db", db, "--agent", *option)
        assert refused.exit_code == 2
        assert option[0] in refused.stderr
    assert adjudicate(db, "", "--model", "x").exit_code == 2


def test_a_trace_tells_who_settled_it_and_how_it_was_taken_back(db: Path) -> None:
    adjudicate(db, "c\nsum is off\nr\n2\nu\na\nq\n")
    (sample_id,) = {row[0] for row in ask(db, "SELECT sample_id FROM reviews")}
    shown = " ".join(run("trace", sample_id, "--db", db).stdout.split())
    for word in ("settled by person:Ada", "said reject for correct", "taken back", "“sum is off”"):
        assert word in shown
    data = json.loads(run("trace", sample_id, "--db", db, "--json").stdout)
    assert [row["accept"] for row in data["reviews"]] == [0, 1]


@pytest.mark.parametrize(
    ("end", "code"), [(b"q", 0), (b"\x04", 0), (b"\x03", 130)], ids=["q", "Ctrl-D", "Ctrl-C"]
)
def test_in_a_terminal_each_key_works_as_it_is_pressed(db: Path, end: bytes, code: int) -> None:
    ours, theirs = pty.openpty()
    words = [sys.executable, "-m", "taxoloom", "adjudicate", "--db", str(db), "--as", "Ada"]
    with subprocess.Popen(words, stdin=theirs, stdout=subprocess.PIPE) as session:
        assert session.stdout is not None
        steps = (
            (b"a", "judges: "),
            (b"r", EN.criterion),
            (b"\r", "judges: "),
            (end, "settled 2 ("),
        )
        for key, answer in steps:
            # Only then is a key taken as it comes; what is typed before is dropped.
            while termios.tcgetattr(theirs)[3] & termios.ICANON and session.poll() is None:
                time.sleep(0.01)
            os.write(ours, key)
            assert any(answer.encode() in line for line in iter(session.stdout.readline, b""))
        session.stdout.read()
        assert session.wait(10) == code
    for side in (ours, theirs):
        os.close(side)
    assert [review[0] for review in reviews(db)] == ["person:accept", "person:reject"]


def test_a_session_that_is_killed_has_lost_no_vote(db: Path) -> None:
    words = ["-m", "taxoloom", "adjudicate", "--db", str(db), "--as", "Ada"]
    pipes: dict[str, Any] = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE, "text": True}
    with subprocess.Popen([sys.executable, *words], **pipes) as session:
        assert session.stdin is not None
        assert session.stdout is not None
        session.stdin.write("a\n")
        session.stdin.flush()
        assert any(line.startswith("judges: ") for line in iter(session.stdout.readline, ""))
        session.kill()
    assert reviews(db) == [("person:accept", "", "", 1)]
    assert "settled 1 (" in adjudicate(db, "a\nq\n").stdout
