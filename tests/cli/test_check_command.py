"""`check` and `checks`: what is found beside each row of any file."""

import json
import random
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from taxoloom.cli import commands
from taxoloom.quality.canaries import built_in


def run(*words: object) -> Any:
    return CliRunner().invoke(commands(), [str(word) for word in words])


def row(seed: int, language: str = "zh") -> dict[str, Any]:
    made = built_in(language, "2026-11-22", random.Random(f"{language}{seed}"))
    return {
        "messages": [{"role": role, "content": text} for role, text in made.messages],
        "final_answer": made.final_answer,
        "language": language,
    }


@pytest.fixture(scope="module")
def file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Good rows of both languages, and five with a fault of their own."""
    rows: list[dict[str, Any]] = [row(1), row(7, "en"), row(12)]
    rows.append(
        {"instruction": "身份证号怎么填？", "output": "就填 11010519491231002X 即可，照抄一遍。"}
    )
    rows.append(
        {
            "instruction": "How do I reset it?",
            "output": "Hold the button for [your number] seconds.",
        }
    )
    rows.append(
        {"conversations": [{"from": "human", "value": "在吗"}, {"from": "gpt", "value": "："}]}
    )
    rows.append(rows[0])
    rows.append({"colour": "red"})
    path = tmp_path_factory.mktemp("check") / "data.jsonl"
    lines = [json.dumps(one, ensure_ascii=False) for one in rows]
    path.write_text("\n".join(lines), encoding="utf-8")
    return path


def test_every_fault_is_found_beside_its_row_and_good_rows_are_clean(
    file: Path, tmp_path: Path
) -> None:
    out, clean = tmp_path / "found.jsonl", tmp_path / "clean.jsonl"
    done = run("check", file, "--json", "--out", out, "--clean", clean, "--as-of", "2026-11-22")
    assert done.exit_code == 0, done.output
    found = json.loads(done.stdout)
    assert (found["rows"], found["flagged"]) == (8, 5)
    rows = [json.loads(line) for line in out.read_text(encoding="utf-8").splitlines()]
    codes = [{finding["check"] for finding in row["findings"]} for row in rows]
    assert codes[:3] == [set(), set(), set()]
    assert codes[3] == {"id_card"}
    assert "placeholder" in codes[4]
    assert "hollow" in codes[5]
    assert codes[6] == {"near_duplicate"}
    assert codes[7] == {"no_conversation"}
    assert f"{file}:1" in rows[6]["findings"][0]["detail"]
    assert rows[4]["output"].startswith("Hold the button")
    kept = clean.read_text(encoding="utf-8").splitlines()
    assert [json.loads(line) for line in kept] == [
        {key: value for key, value in row.items() if key != "findings"} for row in rows[:3]
    ]


def test_a_table_shows_each_check_with_an_example(file: Path) -> None:
    shown = run("check", file).stdout
    assert "8 rows, 5 with findings" in shown
    assert "id_card" in shown
    assert "near_duplicate" in shown


def test_checks_are_switched_by_options_and_by_a_recipe(file: Path, tmp_path: Path) -> None:
    words = ("check", file, "--json", "--off", "id_card", "--off", "placeholder")
    found = json.loads(run(*words, "--duplicates", "0").stdout)
    assert not {"id_card", "placeholder", "near_duplicate"} & set(found["by_check"])
    recipe = tmp_path / "recipe.yaml"
    recipe.write_text("taxonomy: none\nchecks: {hollow: false, too_long: 5}\n", encoding="utf-8")
    found = json.loads(run("check", file, "--json", "--recipe", recipe).stdout)
    assert "hollow" not in found["by_check"]
    assert found["by_check"]["too_long"] >= 3


def test_rows_of_other_files_and_of_benchmarks_are_known_again(file: Path, tmp_path: Path) -> None:
    other = tmp_path / "other.jsonl"
    other.write_text(json.dumps(row(12)), encoding="utf-8")
    found = json.loads(run("check", file, "--json", "--against", other).stdout)
    assert found["by_check"]["near_duplicate"] == 2
    bench = tmp_path / "bench.jsonl"
    asked = row(7, "en")["messages"][0]["content"]
    bench.write_text(json.dumps({"question": asked}), encoding="utf-8")
    found = json.loads(run("check", file, "--json", "--benchmark", bench).stdout)
    assert found["by_check"]["contamination"] == 1
    assert "bench.jsonl:1" in found["examples"]["contamination"][0]["detail"]


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (["--off", "idcard"], "id_card"),
        (["--language", "fr"], "zh or en"),
        (["--benchmark", "nowhere.jsonl"], "nowhere.jsonl"),
    ],
    ids=["unknown check", "unknown language", "no file"],
)
def test_what_cannot_be_is_refused_with_a_remedy(
    file: Path, words: list[str], message: str
) -> None:
    done = run("check", file, *words)
    assert done.exit_code == 2
    assert message in done.stderr


def test_the_checks_are_listed_with_what_they_demand() -> None:
    rows = json.loads(run("checks", "--json").stdout)
    assert len(rows) > 50
    assert all(one["about"].endswith(".") for one in rows)
    assert {one["check"] for one in rows if not one["on"]} >= {"code_fails"}
    assert "hollow" in run("checks").stdout
