"""`report` as a person types it: a sentence for every part, tables that fit, what it refuses."""

import json
import re
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from rich.cells import cell_len
from typer.testing import CliRunner, Result

from taxoloom.cli import commands
from taxoloom.cli.report import SECTIONS
from taxoloom.quality import as_votes, calibrated, plain
from taxoloom.store import Writer
from taxoloom.tests.store.plant import plant
from taxoloom.tests.support.planted_run import Judge, Planting, planted

JUDGES = {
    "examiner": Judge(model="Qwen/Qwen2.5-72B-Instruct", favour=0.6),
    "sceptic": Judge(0.85, 0.1, model="gpt-4o-mini-2024-07-18", flip=0.2),
    "editor": Judge(1, 1, model="claude-3-5-haiku-20241022"),
}


def run(*words: object, columns: int = 100) -> Result:
    runner = CliRunner(env={"COLUMNS": str(columns)})
    result = runner.invoke(commands(), ["report", *(str(word) for word in words)])
    if result.exception is not None and not isinstance(result.exception, SystemExit):
        raise result.exception
    return result


def shown(*words: object, columns: int = 100) -> str:
    result = run(*words, columns=columns)
    assert result.exit_code == 0, result.stderr
    return result.stdout


def flowing(text: str) -> str:
    """Without line breaks, as sentences are read."""
    return " ".join(text.split())


def _policy() -> dict[str, Any]:
    good = np.arange(200) % 2 == 0
    votes = good[:, None] ^ (np.random.default_rng(1).random((200, 3)) < 0.1)
    fitted = calibrated(as_votes(votes, list(JUDGES)), good, prevalence=0.25)
    return {"wave": 0, "name": "calibrated", "data": plain(fitted)}


@pytest.fixture(scope="module")
def full(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Everything that there can be."""
    what = Planting(
        JUDGES,
        samples=400,
        canaries=200,
        writer="qwen-max",
        wordings=("judge_brief",),
        people={"lin": 0.3, "王小明": 0.3},
        policies=[_policy()],
    )
    return planted(tmp_path_factory.mktemp("full") / "a.db", what)


@pytest.fixture(scope="module")
def bare(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Votes and nothing else."""
    what = Planting({"a": Judge(), "b": Judge()}, samples=60)
    return planted(tmp_path_factory.mktemp("bare") / "a.db", what)


def test_every_part_says_what_it_means(full: Path) -> None:
    whole = shown("--db", full)
    text = flowing(whole)
    for sentence in (
        "report on run r1: 400 judged samples",
        "Two judges say the same of ",
        "editor carries no information",
        "panel: {policy: calibrated, aside: [editor]}",
        "Measured on 200 canaries (100 good, 100 defective).",
        "independent votes, measured on canaries mixed with 25% defects.",
        "Self-preference of qwen, which wrote 400 samples: examiner, of its family, accepts +",
        "sceptic hangs on its wording: other words change ",
        "200 canaries are planted, 100 of them with a defect; what is missed most is ",
        "`calibrated` lets ",
        "It was fitted on 100 good and 100 defective canaries",
        "gave",
        "where the panel had decided, they say the same of ",
    ):
        assert sentence in text, sentence
    for part in SECTIONS:
        assert f"\n{part.upper()}\n" in whole


@pytest.mark.parametrize("columns", [100, 140])
def test_tables_fit_the_terminal_and_numbers_stand_whole(full: Path, columns: int) -> None:
    text = shown("--db", full, columns=columns)
    assert max(cell_len(line) for line in text.splitlines()) <= columns
    # An interval that was folded would end a line with an open bracket.
    assert not [line for line in text.splitlines() if re.search(r"\([-+\d.]+ to *$", line)]
    assert "Qwen/Qwen2.5-72B-Instruct" in text


def test_a_part_without_data_says_what_to_put_into_the_recipe(bare: Path) -> None:
    text = flowing(shown("--db", bare))
    assert text.count("panel: {canaries: {number: 200}}") == 4
    assert "panel: {variants: {share: 0.1}}" in text
    assert "Two judges are worth between 1." in text
    assert "cannot be measured, as no judge is of the writer's family" in text
    assert "taxoloom adjudicate" in text


@pytest.mark.parametrize("part", SECTIONS)
def test_one_part_alone(bare: Path, part: str) -> None:
    text = shown("--db", bare, "--section", part)
    assert [line for line in text.splitlines() if line.isupper()] == [part.upper()]
    data = json.loads(shown("--db", bare, "--section", part, "--json"))
    assert set(data) == {"run", "judged", part}


def test_json_has_all_of_it_and_names_what_the_sentences_name(full: Path) -> None:
    data = json.loads(shown("r1", "--db", full, "--json"))
    assert set(data) == {"run", "judged", *SECTIONS}
    worth = {one["name"]: one["competence"]["worth"] for one in data["judges"]["judges"]}
    assert worth["editor"] == "uninformative"
    assert data["wordings"]["sensitive"] == ["sceptic"]
    (kin,) = data["independence"]["kin"]
    assert kin["own"] == ["examiner"]
    assert {"value", "low", "high", "why"} == set(kin["measured"]["preference"])
    assert data["policy"]["decided"][0]["parameters"]["judges"] == list(JUDGES)


def test_branches_of_a_deeper_level(full: Path) -> None:
    text = shown("--db", full, "--section", "agreement", "--by", 2)
    assert "branch of level 2" in text
    assert "售后 > 换货" in text


def test_low_alpha_is_not_called_chance_where_nearly_all_say_the_same(tmp_path: Path) -> None:
    judges = {name: Judge(0.98, 0.98) for name in "abc"}
    text = shown("--db", planted(tmp_path / "a.db", Planting(judges)), "--section", "agreement")
    assert "by chance  " not in text
    assert "Nearly all say the same of nearly all samples, of which α tells little" in flowing(text)
    assert re.search(r"decision .* one-sided", text)


def test_hostile_names_reach_no_terminal(tmp_path: Path) -> None:
    judges = {"\x1b]0;x\x07[red]y": Judge(model="\x1b[31mm"), "b\u202e": Judge()}
    what = Planting(judges, canaries=40, people={"\x1b[2J[bold]z": 0.5})
    text = shown("--db", planted(tmp_path / "a.db", what))
    assert not {"\x1b", "\x07", "\u202e"} & set(text)
    assert "[red]y" in text
    assert "[bold]z" in text


BAD = {
    "unknown part": (["--section", "mood"], "agreement, judges"),
    "unknown run": (["none"], "no run 'none'"),
    "two runs": (["r1", "--run", "r2"], "two runs"),
    "no such level": (["--by", "7"], "level 7"),
}


@pytest.mark.parametrize("name", BAD)
def test_bad_input_is_one_clear_line_or_two(name: str, bare: Path) -> None:
    words, expected = BAD[name]
    result = run("--db", bare, *words)
    assert result.exit_code == 2
    assert result.stdout == ""
    assert 1 <= len(result.stderr.strip().splitlines()) <= 2
    assert expected in result.stderr


def test_a_database_without_a_run_says_so(tmp_path: Path) -> None:
    result = run("--db", plant(tmp_path / "blank.db", []))
    assert result.exit_code == 2
    assert "no run in this database" in result.stderr


def test_it_reads_while_a_run_is_writing(bare: Path) -> None:
    writer = Writer(bare)
    try:
        assert "60 judged samples" in shown("--db", bare)
    finally:
        writer.close()


def test_a_data_file_has_a_diversity_and_no_judges(tmp_path: Path) -> None:
    rows = [
        {
            "instruction": f"第{n}个问题：怎么把{n * 7}号包裹改寄到{n}楼？",
            "output": f"先打开订单，找到{n * 7}号，再改地址，{n}分钟内生效。",
            "meta": {"leaf": "售后" if n % 2 else "售前", "labels": {"tone": "plain"}},
        }
        for n in range(1, 61)
    ]
    file, pictures = tmp_path / "data.jsonl", tmp_path / "pictures"
    file.write_text("\n".join(json.dumps(row) for row in rows), encoding="utf-8")
    found = json.loads(shown(file, "--json"))["diversity"]
    assert found["samples"] == 60
    assert found["requests"]["own"]["texts"] == 60
    assert set(found["requests"]["by_leaf"]) == {"售前", "售后"}
    assert found["entropy"] == {"leaf": 1.0, "tone": None}
    text = shown(file, "--baseline", file, "--plots", pictures, "--format", "svg")
    assert "The requests share" in text
    assert "baseline" in text
    assert "AGREEMENT" not in text
    assert {path.name for path in pictures.iterdir()} == {
        "requests.svg",
        "answers.svg",
        "labels.svg",
    }
    assert "售前" in (pictures / "labels.svg").read_text(encoding="utf-8")
    assert run(file, "--format", "pdf").exit_code == 2
