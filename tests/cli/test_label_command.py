"""`label` as a person types it: progress, table, file, exit codes, and what outlives a kill."""

import json
import re
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner, Result

from taxoloom.cli import commands
from taxoloom.graphs.label import label as label_data
from taxoloom.store.conversations import conversation
from taxoloom.tests.support.endpoint import Body, Endpoint
from taxoloom.tests.support.growing import asked, recipe, rows
from taxoloom.tests.support.labelling import (
    annotator,
    choice,
    erring,
    kept,
    leaf_names,
    taxonomy,
    texts,
    tree,
    truth_of,
)
from taxoloom.tests.support.recipes import EXAMPLES

LEAVES = leaf_names(3, 4)


def run(*words: object) -> Result:
    result = CliRunner().invoke(commands(), [str(word) for word in words])
    if result.exception is not None and not isinstance(result.exception, SystemExit):
        raise result.exception
    return result


def example(language: str, *words: object) -> Result:
    data = EXAMPLES / f"questions.{language}.jsonl"
    return run("label", data, "-t", EXAMPLES / f"customer_service.{language}.yaml", *words)


@pytest.fixture(scope="module")
def labelled(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with the English example labelled offline."""
    folder = tmp_path_factory.mktemp("labelled")
    result = example("en", "--db", folder / "label.db", "--out", folder / "out.jsonl")
    assert result.exit_code == 0
    (folder / "stdout").write_text(result.stdout, encoding="utf-8")
    (folder / "stderr").write_text(result.stderr, encoding="utf-8")
    return folder


def test_the_example_is_labelled_and_what_came_of_it_is_told(labelled: Path) -> None:
    out, err = ((labelled / name).read_text(encoding="utf-8") for name in ("stdout", "stderr"))
    assert re.search(r"labelled +\d+ +\d+%", out)
    assert re.search(r"agreement on leaves: \d+% of pairs, alpha 0\.\d\d \(20 texts", out)
    assert re.search(r"coverage: \d/6 leaves have a text, \d+/48 of leaf × value", out)
    assert "«none of these» points at" in out
    assert re.search(r"^ +\d+  below E-commerce customer service$", out, re.MULTILINE)
    assert "20 texts, 6 leaves, 3 annotators" in err
    assert "do not rely on its labels" in err
    assert re.search(r"20 rows written to \S+out\.jsonl, \d of them without a leaf", err)


def test_the_file_has_every_row_in_its_own_shape_with_its_labels(labelled: Path) -> None:
    source = (EXAMPLES / "questions.en.jsonl").read_text(encoding="utf-8").splitlines()
    found = (labelled / "out.jsonl").read_text(encoding="utf-8").splitlines()
    for before, after in zip(map(json.loads, source), map(json.loads, found), strict=True):
        assert before.items() <= after.items()
        assert (after["leaf"] is None) == (after["leaves"] == [])
        assert set(after["labels"]) <= {"Product category", "Complexity"}


@pytest.mark.parametrize("format", ["messages", "sharegpt", "alpaca"])
def test_another_shape_is_written_from_a_finished_run_without_a_call(
    labelled: Path, format: str
) -> None:
    before = rows(labelled / "label.db", "SELECT count(*) FROM calls")
    again = ("--db", labelled / "label.db", "--resume", "--out", "o.jsonl", "--format", format)
    result = example("en", *again, "--json")
    found = json.loads(result.stdout)
    assert rows(labelled / "label.db", "SELECT count(*) FROM calls") == before
    assert found["written"] == "o.jsonl"
    assert sum(found["counts"].values()) == found["texts"] == 20
    assert found["coverage"]["samples"] >= found["counts"]["labelled"]
    written = Path("o.jsonl").read_text(encoding="utf-8").splitlines()
    source = (EXAMPLES / "questions.en.jsonl").read_text(encoding="utf-8").splitlines()
    for one, other in zip(map(json.loads, written), map(json.loads, source), strict=True):
        assert conversation(one, "x") == conversation(other, "x")


def test_a_trace_shows_calls_and_annotations(labelled: Path) -> None:
    db = labelled / "label.db"
    (item,) = rows(db, "SELECT sample_id FROM disagreements WHERE subject = '' LIMIT 1")
    shown = run("trace", item[0], "--db", db)
    assert shown.exit_code == 0
    for words in ("annotator_1 (annotator_definition.en)", "annotations", "(leaf) is open"):
        assert words in shown.stdout
    found = json.loads(run("trace", item[0], "--db", db, "--json").stdout)
    assert [row["annotator"] for row in found["annotations"]] == [
        "annotator_1",
        "annotator_2",
        "annotator_3",
    ]
    assert found["item"]["source"].startswith(str(EXAMPLES / "questions.en.jsonl"))
    assert run("trace", "i-nothing", "--db", db).exit_code == 2


def test_disagreements_are_listed_without_naming_the_run(labelled: Path) -> None:
    db = labelled / "label.db"
    found = json.loads(run("disagreements", "--db", db, "--json").stdout)
    kept_there = rows(db, "SELECT id FROM disagreements WHERE kind = 'label'")
    assert {row["id"] for row in found} == {ident for (ident,) in kept_there}
    assert kept_there


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (("--language", "fr"), "unknown language 'fr'"),
        (("--format", "xml", "--out", "o"), "unknown format 'xml'"),
        (("--format", "alpaca"), "--format has no effect without --out"),
        (("--annotators", "0"), "annotators is 0"),
        (("--beam", "6"), "beam is 6"),
        (("--text-field", "body"), "has no field 'body'"),
        (("--resume",), "holds no run of"),
        (("--base-url", "http://127.0.0.1:1/v1"), "--base-url has no effect on the offline model"),
    ],
)
def test_what_cannot_be_done_is_said_and_leaves_nothing_behind(
    words: tuple[str, ...], told: str
) -> None:
    result = example("en", *words)
    assert result.exit_code == 2
    assert told in result.stderr
    assert list(Path.cwd().iterdir()) == []


def test_a_table_of_questions_is_read_and_the_true_label_kept(tmp_path: Path) -> None:
    Path("d.csv").write_text("question,leaf\nhow warm is it,yes\n", encoding="utf-8")
    file = taxonomy(tmp_path, {"name": "t", "children": ["how warm", "how cold"]})
    result = run("label", "d.csv", "--taxonomy", file, "--out", "o.jsonl", "--no-attributes")
    assert result.exit_code == 0
    assert json.loads(Path("o.jsonl").read_text(encoding="utf-8"))["leaf_given"] == "yes"


def test_numbers_that_are_none_are_null_in_what_is_written(tmp_path: Path) -> None:
    Path("d.jsonl").write_text('{"text": "how warm", "a": NaN, "b": [{"c": Infinity}, 1.5]}')
    file = taxonomy(tmp_path, {"name": "t", "children": ["how warm", "how cold"]})
    assert run("label", "d.jsonl", "-t", file, "--out", "o.jsonl").exit_code == 0
    (line,) = Path("o.jsonl").read_text(encoding="utf-8").splitlines()
    assert '"a": null, "b": [{"c": null}, 1.5]' in line


def test_tokens_that_are_spent_stop_the_run_with_a_code_of_their_own() -> None:
    result = example("zh", "--budget", "20000")
    assert result.exit_code == 4
    assert "20,000 were allowed" in result.stderr
    assert "--resume" in result.stderr
    assert example("zh").exit_code == 2
    assert example("zh", "--resume").exit_code == 0
    assert rows(Path("label.db"), "SELECT status FROM runs") == [("done",)]


def test_texts_without_an_answer_are_a_shortfall(tmp_path: Path) -> None:
    def believes(body: Body) -> Any:
        return choice(99) if truth_of(body)[0] == 0 else truth_of(body)[1]

    with Endpoint(annotator(believes)).running() as endpoint:
        words = ("--taxonomy", taxonomy(tmp_path, tree(3, 4)), "--recipe")
        result = run("label", texts(tmp_path, LEAVES[:2]), *words, recipe(tmp_path, endpoint.url))
    assert result.exit_code == 3
    assert "1 failed: contradiction" in result.stdout
    assert "shortfall: 1 texts got no answer" in result.stderr


@pytest.mark.slow
def test_a_killed_run_goes_on_to_the_same_rows_and_pays_no_call_twice(tmp_path: Path) -> None:
    script = annotator(erring(0.3, LEAVES))
    file, data = taxonomy(tmp_path, tree(3, 4)), texts(tmp_path, LEAVES * 3)
    with Endpoint(script).running() as endpoint:
        path = recipe(tmp_path, endpoint.url, concurrency=4)
        label_data(data, file, tmp_path / "whole.db", recipe=path)
    with Endpoint(script, latency=0.02).running() as endpoint:
        path = recipe(tmp_path, endpoint.url, concurrency=4)
        db = tmp_path / "killed.db"
        words = [sys.executable, "-m", "taxoloom", "label", str(data), "--taxonomy", str(file)]
        words += ["--db", str(db), "--recipe", str(path), "--json"]
        process = subprocess.Popen(words, stdout=subprocess.PIPE, stderr=subprocess.PIPE)
        while process.poll() is None and len(asked(endpoint)) < 40:
            time.sleep(0.005)
        process.kill()
        process.communicate()
        (paid,) = rows(db, "SELECT count(*) FROM calls")[0]
        before = len(asked(endpoint))
        assert 0 < paid <= before < 3 * len(LEAVES) * 3
        finished = subprocess.run([*words, "--resume"], check=True, capture_output=True, text=True)
        again = len(asked(endpoint)) - before
    assert json.loads(finished.stdout)["status"] == "done"
    assert again == len(kept(tmp_path / "whole.db")["calls"]) - paid
    assert kept(db) == kept(tmp_path / "whole.db")
