"""Settling where a text belongs when annotators differ, at the keyboard and in the tables."""

import json
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner, Result

from taxoloom.cli import commands
from taxoloom.cli.adjudicate_words import ZH
from taxoloom.store import labelling, reading, review_rows
from taxoloom.taxonomy import Taxonomy, load
from taxoloom.tests.store.plant import NOW, dialogue, inserted, plant, run

TREE = {
    "name": "店",
    "attributes": {"渠道": ["电话", "网页", "门店"]},
    "children": [
        {"name": "售前", "children": ["查询", "库存"]},
        {"name": "售后", "children": ["退货"]},
    ],
}
FIND, STOCK, BACK = "店 > 售前 > 查询", "店 > 售前 > 库存", "店 > 售后 > 退货"
Row = dict[str, Any]


def side(*leaves: str, name: str = "leaves") -> Row:
    return {name: list(leaves), "none": not leaves, "confidence": "high", "evidence": ""}


def item(number: int, status: str, reason: str, leaves: list[str], **labels: list[str]) -> Row:
    return {
        "id": f"i-{number}",
        "run_id": "l1",
        "place": number,
        "source": f"data.jsonl:{number}",
        "row": {"text": f"text {number}"},
        "messages": dialogue(f"text {number}", "answer"),
        "status": status,
        "reason": reason,
        "detail": "",
        "leaves": leaves,
        "labels": labels,
        "stuck": "",
        "created_at": NOW,
    }


def difference(sides: dict[str, Row], subject: str = "") -> Row:
    return {"kind": "label", "subject": subject, "detail": {"sides": sides}}


@pytest.fixture
def db(tmp_path: Path) -> Path:
    file = tmp_path / "tree.json"
    file.write_text(json.dumps(TREE, ensure_ascii=False), encoding="utf-8")
    taxonomy: Taxonomy = load(file)
    row = run("l1", kind="label", status="done", taxonomy=taxonomy.to_dict())
    place = difference({"a": side(FIND), "b": side(STOCK), "c": side()})
    channel = difference(
        {"a": side("电话", name="values"), "b": side("网页", name="values")}, "渠道"
    )
    statements = inserted(runs=[row])
    statements += labelling.settled(item(1, "disputed", "leaf", []), [], [place])
    statements += labelling.settled(item(2, "disputed", "渠道", [BACK]), [], [channel])
    outvoted = difference({"a": side(FIND), "b": side(FIND), "c": side(BACK)})
    both = [outvoted, channel]
    statements += labelling.settled(item(3, "disputed", "渠道", [FIND]), [], both)
    return plant(tmp_path / "run.db", statements)


def adjudicate(db: Path, keys: str, *options: object, name: str = "Ada") -> Result:
    words = ["adjudicate", "--db", db, "--as", name, *options]
    result = CliRunner().invoke(commands(), [str(word) for word in words], input=keys)
    if result.exception is not None and not isinstance(result.exception, SystemExit):
        raise result.exception
    return result


def state(db: Path) -> dict[str, list[tuple[Any, ...]]]:
    asked = {
        "items": "SELECT id, status, reason, leaves, labels, stuck FROM items ORDER BY id",
        "annotations": "SELECT sample_id, annotator, source, leaves, labels, none "
        "FROM annotations ORDER BY sample_id, source",
        "disagreements": "SELECT id, status, resolved_by, resolution FROM disagreements "
        "ORDER BY id",
    }
    with reading(db) as connection:
        return {name: [tuple(r) for r in connection.execute(q)] for name, q in asked.items()}


def items(db: Path) -> dict[str, Row]:
    with reading(db) as connection:
        return {row["id"]: row for row in labelling.items(connection, "l1")}


def keys_for(db: Path, answers: dict[str, str]) -> str:
    """A line for each difference in the order of the desk, by what the screen asks."""
    result = adjudicate(db, "s\n" * 4)
    asked = []
    for shown in result.stdout.split("还剩")[1:5]:
        number = shown.split("text ")[1][0]
        asked.append(f"{number}:{'渠道' if ZH.value.format(name='渠道') in shown else ''}")
    return "".join(answers[which] for which in asked)


def test_what_is_chosen_settles_the_difference_and_places_the_text(db: Path) -> None:
    answers = {
        "1:": "o\n退货\n",
        "2:渠道": "o\n门店\n",
        "3:": "n\n",
        "3:渠道": "s\n",
    }
    result = adjudicate(db, keys_for(db, answers))
    assert result.exit_code == 0
    found = items(db)
    assert (found["i-1"]["status"], found["i-1"]["leaves"]) == ("labelled", [BACK])
    assert (found["i-2"]["status"], found["i-2"]["labels"]) == ("labelled", {"渠道": ["门店"]})
    assert (found["i-3"]["status"], found["i-3"]["leaves"]) == ("none", [])
    assert {row[1] for row in state(db)["disagreements"]} == {"settled"}
    with reading(db) as connection:
        (said,) = labelling.annotations(connection, "i-1")
    assert (said["source"], said["annotator"], said["model"]) == ("person:Ada", "Ada", "")
    assert (said["leaves"], said["none"]) == ([BACK], 0)


def test_a_digit_takes_what_a_side_said_and_no_name_is_shown_before(db: Path) -> None:
    shown = adjudicate(db, "").stdout
    assert "a: " not in shown
    adjudicate(db, keys_for(db, {"1:": "1\n", "2:渠道": "s\n", "3:": "s\n", "3:渠道": "s\n"}))
    assert items(db)["i-1"]["leaves"] in ([FIND], [STOCK])
    assert items(db)["i-1"]["reason"] == "person:placed"


def test_what_else_is_disputed_of_a_text_stays_so(db: Path) -> None:
    adjudicate(db, keys_for(db, {"1:": "s\n", "2:渠道": "s\n", "3:": "1\n", "3:渠道": "s\n"}))
    found = items(db)["i-3"]
    assert (found["status"], found["reason"]) == ("disputed", "渠道")
    assert len([row for row in state(db)["disagreements"] if row[1] == "open"]) == 3


def test_taking_choices_back_leaves_nothing_but_history(db: Path) -> None:
    before = state(db)
    adjudicate(db, "n\n1\n1\nn\n")
    assert state(db) != before
    adjudicate(db, "u\nu\nu\nu\nu\nq\n")
    assert state(db) == before
    with reading(db) as connection:
        told = [row for id_ in items(db) for row in review_rows.reviews(connection, id_)]
    assert told
    assert all(row["undone_at"] and row["before"] for row in told)


def test_what_somebody_else_settled_more_of_is_not_taken_back(db: Path) -> None:
    answers = {"1:": "s\n", "2:渠道": "s\n", "3:": "1\n", "3:渠道": "s\n"}
    adjudicate(db, keys_for(db, answers))
    adjudicate(db, "1\n1\n1\n", name="Bo")
    before = state(db)
    assert "somebody else" in adjudicate(db, "u\nq\n").stdout
    assert state(db) == before


def test_a_name_that_is_none_or_not_clear_settles_nothing(db: Path) -> None:
    before = state(db)
    result = adjudicate(db, "o\nnowhere\n9\nx\no\n店\n")
    assert result.stdout.count("nothing is called") == 2
    assert state(db) == before


def test_differences_of_labelled_data_are_listed(db: Path) -> None:
    words = ["disagreements", "--db", str(db), "--run", "l1"]
    shown = CliRunner().invoke(commands(), words).stdout
    assert f"a {FIND}" in " ".join(shown.split())
    assert "none of these" in " ".join(shown.split())
    found = json.loads(CliRunner().invoke(commands(), [*words, "--json"]).stdout)
    assert len(found) == 4
    assert adjudicate(db, "", "--overrule").exit_code == 2
