"""Code without a fence: told from prose, parsed where its language is named, and cut short."""

import pytest

from taxoloom.quality.rules import BUILT_IN, Sample, run_rules
from taxoloom.quality.rules.bare_code import is_bare_code, kind_of, without_bare_code

LOOP = "for (let k = 2; k < limit; k++) {\n  console.log(names[k]);\n}"
CLASS = "public class Shelf\n{\n    int rows;\n    Shelf(int n)\n    {\n        rows = n;\n    }\n}"
QUERY = "SELECT town, SUM(litres) FROM wells\nWHERE depth > 12\nGROUP BY town;"
SCRIPT = "#!/bin/sh\nif [ -f notes.txt ]; then\n    wc -l notes.txt\nfi"
PYTHON = "def halve(numbers):\n    return [n / 2 for n in numbers]"
STYLE = ".card {\n    margin: 4px;\n}"
PATTERN = r"^(?=.*[0-9])[a-z0-9]{6,}$"


def codes(asked: str, said: str, language: str = "en") -> list[str]:
    messages = [{"role": "user", "content": asked}, {"role": "assistant", "content": said}]
    return [found.code for found in run_rules(Sample(messages, language=language), None, BUILT_IN)]


@pytest.mark.parametrize("code", [LOOP, CLASS, QUERY, SCRIPT, PYTHON, STYLE])
def test_code_is_known_without_a_fence(code: str) -> None:
    assert is_bare_code(code)
    assert without_bare_code(code).strip() == ""
    assert len(without_bare_code(code)) == len(code)


@pytest.mark.parametrize("code", [LOOP, CLASS, QUERY, SCRIPT, PYTHON, STYLE, PATTERN])
@pytest.mark.parametrize("language", ["zh", "en"])
def test_good_code_raises_no_alarm_in_either_language(code: str, language: str) -> None:
    asked = "给我写一段。" if language == "zh" else "Write me this one."
    assert codes(asked, code, language) == []


@pytest.mark.parametrize(
    "text",
    [
        "The kettle boils (slowly); wait for it.",
        "area = 3 * 4 = 12\nso the answer is 12",
        "Dear Tom,\n\nif it rains, stay in.\n\nBest,\nAnn",
        "先烧水（小火）；水开了再下面。\n最后撒葱花。",
        "1. Import the goods.\n2. Return what is broken.\n3. Print the label.",
        "x = 7\n因此 x + 2 = 9。",
    ],
)
def test_prose_and_sums_are_no_code(text: str) -> None:
    assert not is_bare_code(text)
    assert without_bare_code(text) == text


def test_code_within_prose_is_blanked_line_by_line() -> None:
    text = "Use this:\n\nimport csv\nrows = list(csv.reader(lines))\n\nIt reads (nearly) anything."
    left = without_bare_code(text)
    assert left.split() == ["Use", "this:", "It", "reads", "(nearly)", "anything."]


@pytest.mark.parametrize(
    ("asked", "said", "code"),
    [
        ("A Python function that halves.", PYTHON.replace("):", ")"), "python_block"),
        ("A Python function that halves.", PYTHON.replace("    return", "return"), "python_block"),
        ("用 SQL 查每个镇的用水量。", QUERY.replace("GROUP BY", "GROUP"), "sql_block"),
        ("The SQL query for litres by town?", QUERY.replace("FROM wells", "FROM"), "sql_block"),
        ("A SQL query, please.", "SELECT town, (*) FROM wells;", "sql_block"),
        ("Loop over it, please.", LOOP[:-2], "truncated"),
        ("Loop over it, please.", LOOP[:-10], "truncated"),
        ("Halve them, please.", "def halve(n):\n    half = n *", "truncated"),
    ],
)  # fmt: skip
def test_faults_of_code_are_found_without_a_fence(asked: str, said: str, code: str) -> None:
    assert code in codes(asked, said)


def test_its_language_is_named_by_the_request_or_by_itself() -> None:
    assert kind_of(PYTHON, "Halve them.") == "python"
    assert kind_of(QUERY, "Litres by town?") == ""
    assert kind_of(QUERY, "The SQL for it?") == "sql"
    assert kind_of(LOOP, "In JavaScript.") == ""
