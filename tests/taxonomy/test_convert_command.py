"""`taxonomy convert`, and what `check` and `show` say of constraints and facts."""

import json
import os
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from taxoloom.cli import commands
from taxoloom.taxonomy import load
from taxoloom.taxonomy.formats.write import TARGETS, write

DATA = Path(__file__).parents[1] / "data"
GOOGLE = DATA / "paths_google.zh.txt"
RICH = """\
name: 编程
attributes:
  语言: [SQL, {Kotlin: {weight: 2}}]
  框架: {aliases: {en: Framework}, values: [React, Android]}
children:
  - {name: 生成, weight: 2, aliases: {en: Make}, examples: [{question: q, answer: a}]}
  - 理解
constraints:
"""


def run(*words: object) -> Result:
    result = CliRunner().invoke(commands(), ["taxonomy", *map(str, words)])
    if result.exception is not None and not isinstance(result.exception, SystemExit):
        raise result.exception
    return result


@pytest.mark.parametrize("target", TARGETS)
def test_what_is_printed_is_the_whole_file(target: str) -> None:
    result = run("convert", GOOGLE, "--to", target)
    assert result.exit_code == 0
    assert result.stderr == ""
    assert result.stdout == write(load(GOOGLE), next(t for t in TARGETS if t == target))


@pytest.mark.parametrize("name", ["a.yaml", "a.json", "a.md", "a.txt", "a.csv", "a.tsv"])
def test_the_suffix_says_the_format(tmp_path: Path, name: str) -> None:
    result = run("convert", GOOGLE, "--out", tmp_path / name)
    assert result.exit_code == 0
    assert result.stdout == ""
    assert result.stderr == f"wrote {tmp_path / name}\n"
    assert load(tmp_path / name) == load(GOOGLE)
    assert os.listdir(tmp_path) == [name]  # noqa: PTH208


def test_a_file_is_replaced_only_by_force(tmp_path: Path) -> None:
    out = tmp_path / "a.yaml"
    out.write_text("mine", encoding="utf-8")
    refused = run("convert", GOOGLE, "--out", out)
    assert refused.exit_code == 2
    assert "--force" in refused.stderr
    assert out.read_text(encoding="utf-8") == "mine"
    assert run("convert", GOOGLE, "--out", out, "--force").exit_code == 0
    assert load(out) == load(GOOGLE)


def test_a_file_can_be_converted_onto_itself(tmp_path: Path) -> None:
    path = tmp_path / "a.yaml"
    path.write_text(RICH.replace("constraints:\n", ""), encoding="utf-8")
    before = load(path)
    assert run("convert", path, "--out", path, "--force").exit_code == 0
    assert load(path) == before


def test_what_paths_lose_is_named_and_let_go_by_lossy(tmp_path: Path) -> None:
    path = tmp_path / "a.yaml"
    path.write_text(RICH, encoding="utf-8")
    refused = run("convert", path, "--to", "paths")
    assert refused.exit_code == 2
    assert "weights (1), aliases (1), attributes (1), examples (1)" in refused.stderr
    assert "--lossy" in refused.stderr
    lossy = run("convert", path, "--to", "paths", "--lossy")
    assert lossy.stdout == "# Format: {path}\n编程\n编程 > 生成\n编程 > 理解\n"


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (["--to", "xml"], "unknown format 'xml'"),
        ([], "which format to write cannot be told"),
        (["--out", "a.xml"], "which format to write cannot be told"),
        (["--to", "yaml", "--format", "xml"], "unknown format 'xml'"),
        (["--to", "yaml", "--format", "json"], "the JSON cannot be read"),
        (["--out", "no/such/folder/a.yaml"], "cannot be written"),
    ],
)
def test_bad_options(words: list[str], message: str) -> None:
    result = run("convert", GOOGLE, *words)
    assert result.exit_code == 2
    assert message in result.stderr
    assert result.stdout == ""


def _constrained(folder: Path, constraints: str) -> Path:
    path = folder / "tree.yaml"
    path.write_text(RICH + constraints, encoding="utf-8")
    return path


def test_check_names_the_line_of_every_constraint_that_names_nothing(tmp_path: Path) -> None:
    path = _constrained(
        tmp_path,
        "- never: {语言: SQL, Framework: React}\n- never: {语言: SQLL, 框架: React}\n"
        "- only: {框价: React}\n  with: {语言: SQL}\n- never: {category: 没有, 语言: SQL}\n",
    )
    result = run("check", path)
    assert result.exit_code == 2
    assert [line.split(": ")[0] for line in result.stderr.splitlines()[::2]] == [
        f"{path}:{line}" for line in (10, 11, 13)
    ]
    assert "did you mean 'SQL'?" in result.stderr


def test_check_finds_the_constraint_that_contradicts_those_before(tmp_path: Path) -> None:
    path = _constrained(
        tmp_path,
        "- never: {语言: SQL, 框架: React}\n- never: {语言: SQL, 框架: Android}\n"
        "- never: {语言: Kotlin, 框架: Android}\n- never: {语言: Kotlin, 框架: React}\n"
        "- never: {语言: Kotlin, difficulty: advanced}\n",
    )
    faults = json.loads(run("check", path, "--json").stdout)["faults"]
    assert [fault["line"] for fault in faults] == [12]


def test_check_finds_weights_that_leave_nothing(tmp_path: Path) -> None:
    path = tmp_path / "tree.yaml"
    path.write_text("children: [{name: 甲, weight: 0}, {name: 乙, weight: 0}]\n", encoding="utf-8")
    result = run("check", path)
    assert result.exit_code == 2
    assert "the weights of all leaves are zero" in result.stderr


@pytest.mark.parametrize("axis", ["difficulty: advanced", "难度: 高级", "Difficulty: Advanced"])
def test_check_knows_the_axes_in_both_languages(tmp_path: Path, axis: str) -> None:
    path = _constrained(tmp_path, f"- never: {{语言: SQL, {axis}}}\n")
    result = run("check", path)
    assert result.exit_code == 0, result.stderr
    assert "2 leaves, 2 attributes, no fault" in result.stdout


def test_check_and_show_take_a_format(tmp_path: Path) -> None:
    path = tmp_path / "list.md"
    path.write_text("A > B\nA > C\n", encoding="utf-8")
    assert run("check", path).exit_code == 2
    assert "2 leaves" in run("check", path, "--format", "paths").stdout
    assert run("show", path, "--format", "paths").stdout == "A\n  B\n  C\n"


def test_show_draws_weights_aliases_examples_and_constraints(tmp_path: Path) -> None:
    path = _constrained(tmp_path, "- never: {语言: SQL, 框架: React}\n")
    assert run("show", path).stdout == (
        "编程\n  @语言: SQL, Kotlin ×2\n  @框架 (Framework): React, Android\n"
        "  生成 (Make) ×2 [examples: 1]\n  理解\n! never 语言 SQL with 框架 React\n"
    )
