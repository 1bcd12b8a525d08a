"""Review tasks for Label Studio and Argilla: out, answered in the tool's shape, and back in."""

import json
import sqlite3
from collections.abc import Callable
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from typer.testing import CliRunner, Result

from taxoloom.cli import commands
from taxoloom.errors import InputError
from taxoloom.graphs import tasks_argilla, tasks_label_studio
from taxoloom.graphs.tasks import TOOLS, Taken, export_tasks, import_tasks
from taxoloom.graphs.tasks_words import CRITERIA, FORM
from taxoloom.store import reading, review_rows
from taxoloom.store.review_rows import Chosen
from taxoloom.tests.store.plant import inserted, plant, run
from taxoloom.tests.store.test_reviews import ids, planted, state

Row = dict[str, Any]
Said = tuple[str, str, str, str]
"""Annotator, decision, criterion, comment."""
OPEN = Chosen(status="open")

every_tool = pytest.mark.parametrize("tool", TOOLS)


def label_studio(row: Row, number: int, said: list[Said]) -> Row:
    """A task as Label Studio exports it, with ids of its own."""

    def result(name: str, kind: str, value: Row) -> Row:
        ours = {"id": f"r{name}", "from_name": name, "to_name": "dialogue", "type": kind}
        return {**ours, "value": value, "origin": "manual"}

    annotations = [
        {
            "id": 100 * number + place,
            "completed_by": int(who) if who.isdigit() else {"id": 7, "email": who},
            "result": [
                result("decision", "choices", {"choices": [decision]}),
                *([result("criterion", "choices", {"choices": [what]})] if what else []),
                *([result("comment", "textarea", {"text": [comment]})] if comment else []),
            ],
            "was_cancelled": False,
            "ground_truth": False,
            "lead_time": 4.2,
        }
        for place, (who, decision, what, comment) in enumerate(said)
    ]
    return {"id": number, **row, "annotations": annotations, "drafts": [], "project": 3}


def argilla(row: Row, number: int, said: list[Said]) -> Row:
    """A record as Argilla's `to_json` writes it."""
    responses: dict[str, list[Row]] = {}
    for who, *values in said:
        for name, value in zip(("decision", "criterion", "comment"), values, strict=True):
            if value:
                responses.setdefault(name, []).append({"value": value, "user_id": who})
    return {**row, "responses": responses, "status": "completed", "_server_id": f"s{number}"}


ANSWERED: dict[str, Callable[[Row, int, list[Said]], Row]] = {
    tasks_label_studio.NAME: label_studio,
    tasks_argilla.NAME: argilla,
}


def exported(path: Path, tool: str, *, with_votes: bool = False) -> list[Row]:
    out = path.with_name("tasks.json")
    count, _ = export_tasks(path, None, tool, out, chosen=OPEN, with_votes=with_votes)
    rows: list[Row] = json.loads(out.read_text(encoding="utf-8"))
    assert len(rows) == count
    return rows


def sample_of(row: Row) -> str:
    return str(row["id"] if "fields" in row else row["data"]["taxoloom_sample"])


def answer(path: Path, tool: str, said: dict[str, list[Said]], rows: list[Row]) -> Path:
    """The exported file as it comes back, with answers by sample."""
    back = path.with_name("answers.json")
    given = [
        ANSWERED[tool](row, number, said.get(sample_of(row), []))
        for number, row in enumerate(rows, 1)
    ]
    back.write_text(json.dumps(given, ensure_ascii=False), encoding="utf-8")
    return back


def reviews(path: Path, sample_id: str) -> list[Row]:
    with reading(path) as db:
        return review_rows.reviews(db, sample_id)


@every_tool
def test_answers_come_back_as_votes_of_each_person(tmp_path: Path, tool: str) -> None:
    path = planted(tmp_path / "run.db")
    first, second, third = ids(path)
    said: dict[str, list[Said]] = {
        first: [("1", "accept", "", ""), ("2", "accept", "", "好")],
        second: [("2", "reject", "correct", "sum\nis off")],
    }
    back = answer(path, tool, said, exported(path, tool))
    taken = import_tasks(path, None, back, ("1=Ada", "2=Bo"))
    assert taken == Taken("r1", settled=2, opinions=1)
    found = state(path)
    assert [
        row[1:] for row in sorted(found["samples"], key=lambda row: ids(path).index(row[0]))
    ] == [
        ("accepted", "person:accept"),
        ("rejected", "person:reject:correct"),
        ("disputed", "panel:3-0"),
    ]
    kept = [(row[0], *row[2:5], row[5]) for row in found["verdicts"] if row[5] != "agent"]
    unmet = '{"correct": {"finding": "not_met", "quote": ""}}'
    assert sorted(kept) == sorted(
        [
            (first, 1, "{}", "", "person:Ada"),
            (first, 1, "{}", "好", "person:Bo"),
            (second, 0, unmet, "sum\nis off", "person:Bo"),
        ]
    )
    assert {row["blind"] for row in reviews(path, first)} == {1}


@every_tool
def test_taking_in_twice_changes_nothing(tmp_path: Path, tool: str) -> None:
    path = planted(tmp_path / "run.db")
    said: dict[str, list[Said]] = {
        id_: [("1", "accept", "", ""), ("2", "accept", "", "x")] for id_ in ids(path)
    }
    back = answer(path, tool, said, exported(path, tool))
    first = import_tasks(path, None, back, ("1=Ada", "2=Bo"))
    before = state(path)
    assert (first.settled, first.opinions, first.known) == (3, 3, 0)
    again = import_tasks(path, None, back, ("1=Ada", "2=Bo"))
    assert again == Taken("r1", known=6)
    assert state(path) == before
    assert len(reviews(path, ids(path)[0])) == 2


@every_tool
def test_people_who_contradict_one_another_leave_it_open(tmp_path: Path, tool: str) -> None:
    path = planted(tmp_path / "run.db")
    (first, *_) = ids(path)
    before = state(path)
    said: dict[str, list[Said]] = {
        first: [("1", "accept", "", ""), ("2", "reject", "safe", "")],
    }
    back = answer(path, tool, said, exported(path, tool))
    taken = import_tasks(path, None, back, ("1=Ada", "2=Bo"))
    assert taken == Taken("r1", opinions=2, split=[first])
    assert {name: state(path)[name] for name in ("samples", "disagreements")} == {
        name: before[name] for name in ("samples", "disagreements")
    }
    assert len(state(path)["verdicts"]) == len(before["verdicts"]) + 2
    assert import_tasks(path, None, back, ("1=Ada", "2=Bo")).known == 2
    # The one who comes later, alone and in agreement with one of them, does not decide it either.
    said[first] = [("3", "accept", "", "")]
    later = import_tasks(path, None, answer(path, tool, said, exported(path, tool)), ("Cy",))
    assert later == Taken("r1", opinions=1, split=[first])


@every_tool
def test_who_answers_is_called_by_name_or_as_the_tool_does(tmp_path: Path, tool: str) -> None:
    path = planted(tmp_path / "run.db")
    first, second, _ = ids(path)
    said: dict[str, list[Said]] = {
        first: [("ada@example.org", "accept", "", "")],
        second: [("4", "accept", "", "")],
    }
    back = answer(path, tool, said, exported(path, tool))
    for names, problem in (
        (("Ada",), "2 annotators without a name"),
        (("9=Ada",), "no annotator '9'"),
        (("4=Ada", "ada@example.org=Ada"), "two annotators of the file have one name"),
    ):
        with pytest.raises(InputError, match=problem):
            import_tasks(path, None, back, names)
    assert reviews(path, first) == []
    import_tasks(path, None, back, ("4=Bo",))
    assert [row["source"] for row in reviews(path, first)] == ["person:ada@example.org"]
    assert [row["source"] for row in reviews(path, second)] == ["person:Bo"]


@every_tool
def test_rows_that_cannot_be_taken_are_named_and_all_else_counts(tmp_path: Path, tool: str) -> None:
    path = planted(tmp_path / "run.db")
    first, second, third = ids(path)
    rows = exported(path, tool)
    plant(path, inserted(runs=[run("r0")]))
    said: dict[str, list[Said]] = {
        first: [("1", "accept", "", "")],
        second: [("1", "perhaps", "", "")],
        third: [("1", "reject", "made up", "")],
    }
    back = answer(path, tool, said, rows)
    given: list[Any] = json.loads(back.read_text(encoding="utf-8"))
    good = next(row for row in given if sample_of(row) == first)
    unknown, foreign = json.loads(json.dumps(good)), json.loads(json.dumps(good))
    if tool == tasks_argilla.NAME:
        unknown["id"], foreign["metadata"]["taxoloom_run"] = "nothing\ud800", "r0"
    else:
        unknown["data"]["taxoloom_sample"] = "nothing\ud800"
        foreign["data"]["taxoloom_run"] = "r0"
    back.write_text(json.dumps([*given, unknown, foreign, "text", None, {}]), encoding="utf-8")
    taken = import_tasks(path, "r1", back, ("Ada",))
    assert (taken.settled, taken.known, taken.opinions) == (1, 0, 0)
    told = "\n".join(f"{fault.place}: {fault.message}" for fault in taken.faults)
    for word in ("'perhaps'", "'made up'", "no sample 'nothing?'", "of run r0, not of r1"):
        assert word in told
    assert len(taken.faults) == 7


@every_tool
def test_votes_are_shown_only_if_asked_for(tmp_path: Path, tool: str) -> None:
    path = planted(tmp_path / "run.db")
    blind = json.dumps(exported(path, tool), ensure_ascii=False)
    for word in ("examiner", "panel:", "因为", "decision"):
        assert word not in blind
    rows = exported(path, tool, with_votes=True)
    assert all("examiner" in json.dumps(row) for row in rows)
    (first, *_) = ids(path)
    import_tasks(path, None, answer(path, tool, {first: [("1", "accept", "", "")]}, rows), ("A",))
    assert [row["blind"] for row in reviews(path, first)] == [0]


def test_label_studio_is_told_to_show_text_as_text_and_gets_our_names_back() -> None:
    for language in ("zh", "en"):
        view = ElementTree.fromstring(tasks_label_studio.settings(language))
        names = {tag.get("name") for tag in view.iter() if tag.get("name")}
        assert names == {"asked", "dialogue", "decision", "criterion", "comment"}
        assert all(tag.get("toName") == "dialogue" for tag in view.iter() if tag.get("toName"))
        assert "HyperText" not in {tag.tag for tag in view.iter()}
        choices = [tag.get("alias") for tag in view.iter("Choice")]
        assert choices == ["accept", "reject", *CRITERIA[language]]
        hotkeys = [tag.get("hotkey") for tag in view.iter("Choice")]
        assert len(set(hotkeys)) == len(hotkeys)


def test_argilla_settings_ask_what_is_read_back() -> None:
    for language in ("zh", "en"):
        told = tasks_argilla.settings(language)
        questions = {q["name"]: q["settings"] for q in told["questions"]}
        assert [o["value"] for o in questions["decision"]["options"]] == ["accept", "reject"]
        assert [o["value"] for o in questions["criterion"]["options"]] == list(CRITERIA[language])
        assert questions["comment"]["type"] == "text"
        assert {f["settings"].get("use_markdown") for f in told["fields"]} == {False}


def test_words_of_the_form_are_there_in_both_languages() -> None:
    assert set(FORM["zh"]) == set(FORM["en"])
    assert list(CRITERIA["zh"]) == list(CRITERIA["en"])
    for words in (*FORM.values(), *CRITERIA.values()):
        assert all(word.strip() == word and word for word in words.values())


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=4),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=4), inner),
    max_leaves=6,
)
KEYS = ("data", "annotations", "result", "value", "completed_by", "fields", "id", "responses")
SHAPED = st.lists(
    st.dictionaries(st.sampled_from(KEYS), JSON)
    | st.builds(
        lambda result, by: {
            "data": {"taxoloom_sample": "s"},
            "annotations": [{"result": result, "completed_by": by}],
        },
        JSON,
        JSON,
    )
    | st.builds(
        lambda responses, told: {"id": "s", "responses": responses, "metadata": told, "fields": {}},
        st.dictionaries(st.sampled_from(["decision", "criterion", "comment"]), JSON) | JSON,
        JSON,
    ),
    max_size=4,
)


@given(SHAPED)
@example([{"id": "s", "responses": {"decision": 1}, "metadata": {}, "fields": {}}])
def test_no_file_is_too_strange_to_be_refused_by_row(rows: list[Any]) -> None:
    for tool in (tasks_label_studio, tasks_argilla):
        answers, faults = tool.read(rows)
        assert all(answer.sample == "s" for answer in answers)
        assert all(fault.place and fault.message for fault in faults)


def command(*words: object) -> Result:
    result = CliRunner().invoke(commands(), [str(word) for word in words])
    if result.exception is not None and not isinstance(result.exception, SystemExit):
        raise result.exception
    return result


@every_tool
def test_the_round_trip_from_the_command_line(tmp_path: Path, tool: str) -> None:
    path = planted(tmp_path / "run.db")
    out = tmp_path / "tasks.json"
    made = command("tasks", "export", "--to", tool, "--out", out, "--db", path, "--kind", "all")
    assert made.exit_code == 0
    assert "3 tasks" in made.stderr
    (beside,) = (p for p in tmp_path.glob("tasks.*") if p != out)
    assert beside.name in made.stderr
    rows = json.loads(out.read_text(encoding="utf-8"))
    said: dict[str, list[Said]] = {id_: [("1", "accept", "", "")] for id_ in ids(path)}
    back = answer(path, tool, said, rows)
    result = command("tasks", "import", back, "--as", "Ada", "--db", path)
    assert result.exit_code == 0
    assert "3 settled" in result.stdout
    with sqlite3.connect(path) as db:
        assert db.execute("SELECT accepted, pending FROM run_counts").fetchone() == (3, 1)
    db.close()
    nothing = command("tasks", "export", "--to", tool, "--out", out, "--db", path)
    assert nothing.exit_code == 2
    back.write_text("[1, 2", encoding="utf-8")
    assert command("tasks", "import", back, "--db", path).exit_code == 2
    assert command("tasks", "export", "--to", "x", "--out", out, "--db", path).exit_code == 2


@pytest.mark.parametrize("text", ["", "{}", "[1]", "[]", '{"data": []}', "[" * 100_000])
def test_a_file_that_is_no_tools_is_refused(tmp_path: Path, text: str) -> None:
    path = planted(tmp_path / "run.db")
    file = tmp_path / "x.json"
    file.write_text(text, encoding="utf-8")
    with pytest.raises(InputError):
        import_tasks(path, None, file)
    with pytest.raises(InputError):
        import_tasks(path, None, tmp_path / "none.json")
