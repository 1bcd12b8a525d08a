"""`check`, `report` and `doctor` with a model of embeddings: what is found, kept, said, refused."""

import json
import random
import re
import sqlite3
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner, Result

from taxoloom.cli import commands
from taxoloom.graphs.generate import generate
from taxoloom.tests.support.endpoint import Endpoint, Fault, good
from taxoloom.tests.support.prose import document, joined
from taxoloom.tests.support.recipes import recipe
from taxoloom.tests.support.vectors import by, direction, near

ABOUT = {"zh": ("退货", "发票", "物流", "尺码"), "en": ("returns", "invoices", "parcels", "sizes")}
GROUPS = 4


def run(*words: object) -> Result:
    result = CliRunner().invoke(commands(), [str(word) for word in words])
    if result.exception is not None and not isinstance(result.exception, SystemExit):
        raise result.exception
    return result


def group_of(text: str) -> int:
    """Which subject a text names first; none becomes a direction of its own."""
    places = [
        (text.find(word), group)
        for words in ABOUT.values()
        for group, word in enumerate(words)
        if word in text
    ]
    return min(places)[1] if places else GROUPS


def axis(text: str) -> list[float]:
    """One of a few orthogonal directions."""
    return [float(place == group_of(text)) for place in range(GROUPS + 1)]


def row(language: str, number: int, group: int | None = None) -> dict[str, Any]:
    """A row about one of the subjects, worded unlike all others."""
    dice = random.Random(f"{language}{number}")
    prose = joined(language, document(language, dice))
    word = ABOUT[language][number % GROUPS if group is None else group]
    asked = f"{word}：{prose}" if language == "zh" else f"{word}: {prose}"
    return {"instruction": asked, "output": f"{word} {prose[::2]}", "language": language}


def written(path: Path, rows: list[dict[str, Any]]) -> Path:
    lines = (json.dumps(one, ensure_ascii=False) for one in rows)
    path.write_text("\n".join(lines), encoding="utf-8")
    return path


@pytest.fixture
def serve() -> Iterator[Callable[[Any], Endpoint]]:
    """An endpoint for as long as a test runs."""
    open_ones = []

    def started(vector: Callable[[str], Any]) -> Endpoint:
        opened = Endpoint(good, vectors=by(vector)).running()
        open_ones.append(opened)
        return opened.__enter__()

    yield started
    for opened in open_ones:
        opened.__exit__(None, None, None)


def options(server: Endpoint) -> tuple[str, ...]:
    return "--embeddings", "planted", "--embeddings-url", server.url


# --- check


@pytest.mark.parametrize("language", ["zh", "en"])
def test_check_finds_what_is_said_again_in_other_words(
    language: str, tmp_path: Path, serve: Callable[[Any], Endpoint]
) -> None:
    rows = [row(language, number) for number in range(3)]
    rows += [row(language, 10, group=1), {"colour": "red"}, rows[2], row(language, 11, group=3)]
    file = written(tmp_path / "data.jsonl", rows)
    server = serve(lambda text: near(f"{group_of(text)}", text))
    out = tmp_path / "out.jsonl"
    asked = ("check", file, "--semantic", "0.9", *options(server), "--out", out, "--json")
    found = json.loads(run(*asked).stdout)
    assert found["rows"] == 7
    assert found["by_check"]["near_duplicate"] == 2
    lines = [json.loads(line) for line in out.read_text(encoding="utf-8").splitlines()]
    told = [
        [f["detail"] for f in line["findings"] if f["check"] == "near_duplicate"] for line in lines
    ]
    assert [len(one) for one in told] == [0, 0, 0, 1, 0, 1, 0]
    assert re.fullmatch(
        rf"semantic: cosine 0\.9\d\d with {re.escape(str(file))}:2 in \w+", told[3][0]
    )
    # What is a copy word by word is not asked for.
    assert "100% like" in told[5][0]
    texts = [text for body in server.embedded for text in body["input"]]
    assert len(texts) == 2 * 5


def test_check_compares_with_other_files_and_not_across_languages(
    tmp_path: Path, serve: Callable[[Any], Endpoint]
) -> None:
    old = written(tmp_path / "old.jsonl", [row("zh", 1)])
    file = written(tmp_path / "data.jsonl", [row("en", 5), row("zh", 9), row("zh", 2)])
    server = serve(lambda text: near(f"{group_of(text)}", text))
    words = ("check", file, "--semantic", "0.9", *options(server), "--against", old, "--json")
    found = json.loads(run(*words).stdout)
    (example,) = found["examples"]["near_duplicate"]
    assert example["row"] == f"{file}:2"
    assert f"{old}:1" in example["detail"]


def test_check_takes_the_model_of_a_recipe(
    tmp_path: Path, serve: Callable[[Any], Endpoint]
) -> None:
    server = serve(direction)
    file = written(tmp_path / "data.jsonl", [row("zh", 1), row("zh", 2)])
    path = recipe(tmp_path, embeddings={"model": "named", "base_url": server.url, "batch": 1})
    result = run("check", file, "--semantic", "0.9", "--recipe", path, "--json")
    assert result.exit_code == 0, result.stderr
    assert [body["model"] for body in server.embedded] == ["named"] * 4


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (["--semantic", "0.9"], "--embeddings MODEL"),
        (["--embeddings", "offline"], "--semantic 0.92"),
        (["--semantic", "0.9", "--embeddings-url", "http://x/v1"], "names no model"),
        (["--semantic", "0.9", "--embeddings", "m", "--embeddings-url", "x"], "http://"),
        (["--semantic", "0.9", "--embeddings", "m"], "OPENAI_API_KEY"),
        (["--semantic", "3", "--embeddings", "offline"], "less than or equal to 1"),
    ],
)
def test_what_does_not_go_together_is_refused(
    tmp_path: Path, words: list[str], message: str
) -> None:
    done = run("check", written(tmp_path / "data.jsonl", [row("zh", 1)]), *words)
    assert done.exit_code == 2
    assert message in done.stderr


def test_a_failing_endpoint_ends_a_check_and_nothing_is_written(tmp_path: Path) -> None:
    file = written(tmp_path / "data.jsonl", [row("zh", 1)])
    with Endpoint(good, vectors=lambda body: Fault(401)).running() as server:
        out = tmp_path / "out.jsonl"
        done = run("check", file, "--semantic", "0.9", *options(server), "--out", out)
    assert done.exit_code == 2
    assert "embeddings 'planted'" in done.stderr
    assert not out.exists()


def test_the_offline_stand_in_says_what_it_is(tmp_path: Path) -> None:
    file = written(tmp_path / "data.jsonl", [row("en", 1), row("en", 1)])
    words = ("check", file, "--duplicates", 0, "--semantic", 0.9, "--embeddings", "offline")
    done = run(*words, "--json")
    assert "WARNING" in done.stderr
    assert json.loads(done.stdout)["by_check"]["near_duplicate"] == 1
    report = run("report", file, "--embeddings", "offline", "--json")
    assert "WARNING" in report.stderr
    assert json.loads(report.stdout)["diversity"]["semantic"]["model"] == "offline"


# --- report


@pytest.mark.parametrize("language", ["zh", "en"])
def test_orthogonal_groups_are_as_varied_as_there_are_groups(
    language: str, tmp_path: Path, serve: Callable[[Any], Endpoint]
) -> None:
    file = written(tmp_path / "data.jsonl", [row(language, number) for number in range(100)])
    server = serve(axis)
    found = json.loads(run("report", file, *options(server), "--json").stdout)
    for side in ("requests", "answers"):
        own = found["diversity"]["semantic"][side]["own"]
        assert own["texts"] == 100
        assert own["vendi"] == pytest.approx(GROUPS)
        assert own["mean_distance"] == pytest.approx(0, abs=1e-6)
    shown = " ".join(run("report", file, *options(server)).stdout.split())
    assert "By meaning 100 requests are as varied as 4.0 that have nothing in common" in shown


@pytest.mark.parametrize("language", ["zh", "en"])
def test_a_varied_set_is_far_from_its_rut(language: str, tmp_path: Path) -> None:
    file = written(tmp_path / "data.jsonl", [row(language, number) for number in range(60)])
    found = json.loads(run("report", file, "--embeddings", "offline", "--json").stdout)
    side = found["diversity"]["semantic"]["requests"]
    own, rut = side["own"], side["collapse"]
    assert own["texts"] == rut["texts"] == 60
    assert own["vendi"] > 2 * rut["vendi"]
    assert own["median_distance"] > 5 * rut["median_distance"]


def test_a_corner_that_is_monotonous_in_meaning_is_named(
    tmp_path: Path, serve: Callable[[Any], Endpoint]
) -> None:
    rows = [row("zh", number) for number in range(90)]
    for number, one in enumerate(rows):
        one |= {"leaf": f"根 > 叶{number % 3}", "labels": {"语气": "急" if number % 2 else "缓"}}
    file = written(tmp_path / "data.jsonl", rows)
    same = {one["instruction"]: one["leaf"] for one in rows if one["leaf"] == "根 > 叶1"}
    server = serve(lambda text: near(same[text], text) if text in same else direction(text))
    found = json.loads(run("report", file, *options(server), "--json").stdout)
    side = found["diversity"]["semantic"]["requests"]
    assert next(iter(side["by_leaf"])) == "根 > 叶1"
    corners = {name.split()[-1]: one["beside"] for name, one in side["by_leaf"].items()}
    assert corners["叶1"] < 0.5 < 0.9 < corners["叶0"]
    assert set(side["by_label"]) == {"语气=急", "语气=缓"}


def test_beside_a_baseline_sets_are_of_one_size_and_length(
    tmp_path: Path, serve: Callable[[Any], Endpoint]
) -> None:
    own = written(tmp_path / "own.jsonl", [row("en", number) for number in range(60)])
    short = [
        {**one, "instruction": one["instruction"][:60]} for one in map(row, ["en"] * 30, range(30))
    ]
    other = written(tmp_path / "other.jsonl", short)
    server = serve(direction)
    found = json.loads(run("report", own, "--baseline", other, *options(server), "--json").stdout)
    side = found["diversity"]["semantic"]["requests"]
    sizes = {side[name]["texts"] for name in ("own", "baseline", "collapse")}
    assert sizes == {30}
    assert 8 <= side["length"] < 20
    longest = max(len(text.split()) for text in server.embedded[0]["input"])
    assert longest <= side["length"]
    shown = run("report", own, "--baseline", other, *options(server)).stdout
    assert f"Texts are cut to {side['length']} tokens" in " ".join(shown.split())


def test_vectors_of_a_run_are_used_and_new_ones_are_kept(
    tmp_path: Path, serve: Callable[[Any], Endpoint]
) -> None:
    server = serve(direction)
    named = {"model": "planted", "base_url": server.url}
    path = recipe(
        tmp_path,
        samples=8,
        axes={"context": {"single_turn": 1}},
        embeddings=named,
        duplicates={"semantic": 0.99},
    )
    db = tmp_path / "run.db"
    generate(path, db=db)
    asked = []
    for _ in range(2):
        words = ("report", "--db", db, *options(server), "--section", "diversity", "--json")
        asked.append(json.loads(run(*words).stdout)["diversity"]["semantic"]["asked"])
    # Answers are asked for once, requests never; those of the rut are no samples.
    assert asked[0] - asked[1] == 8
    connection = sqlite3.connect(db)
    query = "SELECT field, count(*) FROM embeddings GROUP BY field"
    assert connection.execute(query).fetchall() == [("answer", 8), ("both", 8), ("instruction", 8)]
    connection.execute("DELETE FROM embeddings")
    connection.commit()
    connection.close()
    db.chmod(0o444)
    read_only = run("report", "--db", db, *options(server), "--section", "diversity", "--json")
    assert "new vectors are not kept" in read_only.stderr
    assert json.loads(read_only.stdout)["diversity"]["semantic"]["asked"] == asked[0] + 8


def test_neighbours_in_meaning_are_drawn(tmp_path: Path, serve: Callable[[Any], Endpoint]) -> None:
    file = written(tmp_path / "data.jsonl", [row("en", number) for number in range(30)])
    words = (
        "report",
        file,
        *options(serve(direction)),
        "--plots",
        tmp_path / "p",
        "--format",
        "svg",
    )
    assert run(*words).exit_code == 0
    assert "in meaning" in (tmp_path / "p" / "meaning.svg").read_text(encoding="utf-8")


def test_a_section_without_vectors_refuses_a_model_for_them(tmp_path: Path) -> None:
    done = run("report", "--section", "judges", "--embeddings", "offline")
    assert done.exit_code == 2
    assert "--section diversity" in done.stderr


# --- doctor


def test_doctor_tries_the_embeddings_of_a_recipe(
    tmp_path: Path, serve: Callable[[Any], Endpoint]
) -> None:
    server = serve(direction)
    path = recipe(tmp_path, server.url, embeddings={"model": "planted", "base_url": server.url})
    assert "embeddings work: 64 numbers a text" in run("doctor", path).stdout
    data = json.loads(run("doctor", path, "--json").stdout)
    assert data["embeddings"]["numbers"] == 64
    assert [len(body["input"]) for body in server.embedded] == [1, 1]
    bad = recipe(tmp_path, server.url, embeddings={"model": "m", "base_url": f"{server.url}/x"})
    path.write_text(bad.read_text(encoding="utf-8"), encoding="utf-8")
    server.vectors = lambda body: Fault(404)
    done = run("doctor", path)
    assert done.exit_code == 2
    assert "no_model" in done.stderr
