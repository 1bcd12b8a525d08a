"""Conversations that are made turn by turn: who is told what, how many there are, how they end."""

import json
import sqlite3
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from taxoloom.errors import EndpointError, RecipeError
from taxoloom.graphs.generate import generate
from taxoloom.graphs.run import Run
from taxoloom.tests.support.endpoint import (
    Body,
    Endpoint,
    Fault,
    good,
    next_message,
    schema_name,
    told,
)
from taxoloom.tests.support.recipes import EXAMPLES, recipe

TREE = str(EXAMPLES / "customer_service.en.yaml")
THREE = {"multi_turn": {"weight": 1, "turns": [3, 3]}}
SWITCH = {"topic_switch": {"weight": 1, "turns": [4, 4]}}
SECRET = ("REQUIREMENT-MARK", "DIFFICULTY-MARK", "TEMPTATION-MARK", "SYSTEM-MARK")

Script = Callable[[Body], Any]


def made(folder: Path, url: str, context: dict[str, Any], **keys: Any) -> Run:
    axes = {"context": context, **keys.pop("axes", {})}
    given = {"taxonomy": TREE, "language": "en", "samples": 1, "run": {"attempts": 1}}
    return generate(recipe(folder, url, axes=axes, **(given | keys)), db=folder / "run.db")


def rows(db: Path, query: str) -> list[tuple[Any, ...]]:
    connection = sqlite3.connect(db)
    try:
        return connection.execute(query).fetchall()
    finally:
        connection.close()


def planned(body: Body) -> Any:
    """A good model whose plan has a mark in everything that one of the two must not see."""
    made = good(body)
    if schema_name(body) == "Plan":
        made |= {
            "intent": "INTENT-MARK",
            "requirements": ["REQUIREMENT-MARK"],
            "difficulty": "DIFFICULTY-MARK",
            "temptation": "TEMPTATION-MARK",
            "turns": [f"AGENDA-{number}" for number in range(1, len(made["turns"]) + 1)],
            "system": "SYSTEM-MARK" if made["system"] else "",
        }
    return made


def person(*states: str) -> Script:
    """Says how it stands to each answer, the last word from then on."""

    def reply(body: Body) -> Any:
        made = planned(body)
        if schema_name(body) == "Utterance":
            made["state"] = states[min(next_message(body), len(states)) - 1]
        return made

    return reply


def said(endpoint: Endpoint, name: str) -> list[str]:
    """What was told to those who were asked for a form."""
    return [told(body) for body in endpoint.calls if schema_name(body) == name]


def test_person_and_assistant_take_turns_and_each_sees_what_the_other_said(
    tmp_path: Path,
) -> None:
    with Endpoint(planned).running() as endpoint:
        run = made(tmp_path, endpoint.url, THREE)
    names = [schema_name(body) for body in endpoint.calls]
    assert names[:8] == ["Plan", *["Utterance", "Response"] * 3, "Critique"]
    (sample,) = run.samples()
    texts = [message["content"] for message in sample.messages]
    for number, prompt in enumerate(said(endpoint, "Utterance")):
        assert all(text in prompt for text in texts[: 2 * number])
        assert not any(text in prompt for text in texts[2 * number :])
    for number, prompt in enumerate(said(endpoint, "Response")):
        assert all(text in prompt for text in texts[: 2 * number + 1])
        assert not any(text in prompt for text in texts[2 * number + 1 :])
    assert len(texts) == 6


@pytest.mark.parametrize("context", [THREE, SWITCH], ids=["multi_turn", "topic_switch"])
def test_neither_side_sees_what_is_the_others(tmp_path: Path, context: dict[str, Any]) -> None:
    given = {"system_message": {"given": 1}}
    with Endpoint(planned).running() as endpoint:
        made(tmp_path, endpoint.url, context, axes=given)
    persons = [
        json.dumps(body["messages"]) for body in endpoint.calls if schema_name(body) == "Utterance"
    ]
    for number, prompt in enumerate(persons, 1):
        assert not any(mark in prompt for mark in SECRET)
        assert "INTENT-MARK" in prompt
        agenda = [f"AGENDA-{n}" in prompt for n in range(1, len(persons) + 1)]
        assert agenda == [n == number for n in range(1, len(persons) + 1)]
    answers = [body for body in endpoint.calls if schema_name(body) == "Response"]
    assert len(answers) == len(persons)
    for body in answers:
        prompt = json.dumps(body["messages"])
        assert "AGENDA-" not in prompt
        assert "INTENT-MARK" not in prompt
        assert all(mark in prompt for mark in SECRET)


def test_the_person_is_told_where_the_matter_changes(tmp_path: Path) -> None:
    with Endpoint(planned).running() as endpoint:
        run = made(tmp_path, endpoint.url, SWITCH)
    (sample,) = run.samples()
    switch = run.trace(sample.id).blueprint["content"]["switch"]
    assert switch in (2, 3)
    matters = [
        next((line for line in prompt.splitlines() if line.startswith("Matter: ")), "")
        for prompt in said(endpoint, "Utterance")
    ]
    assert matters[: switch - 1] == [""] * (switch - 1)
    assert "turns to another" in matters[switch - 1]
    assert all("stays with" in matter for matter in matters[switch:-1])
    assert "comes back" in matters[-1]


def test_who_is_satisfied_early_still_brings_up_all_that_was_planned(tmp_path: Path) -> None:
    with Endpoint(person("go_on", "satisfied", "satisfied")).running() as endpoint:
        run = made(tmp_path, endpoint.url, THREE)
    (sample,) = run.samples("accepted")
    assert len(sample.messages) == 6
    states = run.trace(sample.id).sample["artifacts"]["user_simulator"]
    assert states["states"] == ["go_on", "satisfied", "satisfied"]
    assert 1 <= states["patience"] <= 3


def test_who_gives_up_ends_the_sample_with_the_words_it_said(tmp_path: Path) -> None:
    impatient = {"tone": {"impatient": 1}}
    with Endpoint(person("go_on", "go_on", "gives_up")).running() as endpoint:
        run = made(tmp_path, endpoint.url, THREE, axes=impatient, run={"attempts": 2})
    found = list(run.samples("rejected"))
    assert len(found) > 1, "what gives up is tried again"
    for sample in found:
        assert sample.reason == "user_simulator:gives_up"
        assert sample.detail.startswith("And part 3 of ")
        assert len(sample.messages) == 4, "what was said until then is kept"
    assert "Verdict" not in {schema_name(body) for body in endpoint.calls}


def test_nobody_gives_up_before_patience_is_used_up(tmp_path: Path) -> None:
    with Endpoint(person("gives_up")).running() as endpoint:
        run = made(tmp_path, endpoint.url, THREE, axes={"tone": {"impatient": 1}})
    assert [sample.reason for sample in run.samples()] == ["user_simulator:contradiction"]
    assert "but this person bears 1 that do not help" in str(endpoint.calls[-1]["messages"])


def another_number(body: Body) -> Any:
    """Plans or writes a turn too few until it is told of it."""
    made, name = good(body), schema_name(body)
    if name in ("Plan", "Draft") and len(body["messages"]) == 2:
        made["turns"] = made["turns"][:-1]
    return made


def test_another_number_of_turns_than_planned_is_asked_for_again(tmp_path: Path) -> None:
    with Endpoint(another_number).running() as endpoint:
        run = made(tmp_path, endpoint.url, THREE, graph={"user_simulator": False})
    names = [schema_name(body) for body in endpoint.calls]
    assert names[:4] == ["Plan", "Plan", "Draft", "Draft"]
    assert "must have 3 entries, and has 2" in str(endpoint.calls[1]["messages"])
    (sample,) = run.samples("accepted")
    assert len(sample.messages) == 6


@pytest.mark.parametrize("lines", [["one"], ["one", "two", "three", "four", "five"]])
def test_a_plan_that_stays_another_one_is_made_to_fit(tmp_path: Path, lines: list[str]) -> None:
    def stubborn(body: Body) -> Any:
        made = good(body)
        return made | {"turns": lines} if schema_name(body) == "Plan" else made

    with Endpoint(stubborn).running() as endpoint:
        run = made(tmp_path, endpoint.url, THREE)
        asked = said(endpoint, "Utterance")
    [sample] = run.samples()
    assert sample.status == "accepted"
    assert len(sample.messages) == 6
    last = "three / four / five" if len(lines) > 1 else "to be helped"
    assert [line in text for line, text in zip(["one", last], asked[::2], strict=True)] == [
        True
    ] * 2


def test_a_draft_that_stays_another_one_is_refused_by_a_check(tmp_path: Path) -> None:
    def stubborn(body: Body) -> Any:
        made = good(body)
        if schema_name(body) == "Draft":
            made["turns"] = made["turns"][:1]
        return made

    with Endpoint(stubborn).running() as endpoint:
        more = {"graph": {"user_simulator": False}, "checks": {"wrong_turns": True}}
        run = made(tmp_path, endpoint.url, THREE, **more)
    [sample] = run.samples()
    assert (sample.status, sample.reason) == ("rejected", "check:wrong_turns")


@pytest.mark.parametrize(("wanted", "there"), [("given", True), ("absent", False)])
@pytest.mark.parametrize("simulator", [True, False])
def test_a_system_message_is_there_where_it_is_asked_for(
    tmp_path: Path, wanted: str, there: bool, simulator: bool
) -> None:
    axes, graph = {"system_message": {wanted: 1}}, {"user_simulator": simulator}
    with Endpoint(good).running() as endpoint:
        run = made(tmp_path, endpoint.url, THREE, axes=axes, graph=graph)
    (sample,) = run.samples("accepted")
    assert (sample.messages[0]["role"] == "system") is there


def test_without_the_simulator_the_writer_writes_both_sides(tmp_path: Path) -> None:
    with Endpoint(good).running() as endpoint:
        made(tmp_path, endpoint.url, THREE, graph={"user_simulator": False})
    names = {schema_name(body) for body in endpoint.calls}
    assert "Draft" in names
    assert not names & {"Utterance", "Response"}


def denied_after(calls: int) -> Script:
    left = [calls]

    def reply(body: Body) -> Any:
        left[0] -= schema_name(body) != "Ready"
        return good(body) if left[0] >= 0 else Fault(401, b'{"error": {"message": "no"}}')

    return reply


def asked(endpoint: Endpoint) -> Iterator[str]:
    return (json.dumps(body["messages"]) for body in endpoint.calls)


@pytest.mark.parametrize("calls", [1, 3, 4, 6])
def test_a_run_that_broke_off_goes_on_where_the_conversation_stood(
    tmp_path: Path, calls: int
) -> None:
    (tmp_path / "whole").mkdir()
    with Endpoint(good).running() as endpoint:
        whole = made(tmp_path / "whole", endpoint.url, THREE)
        every = set(asked(endpoint))
    with Endpoint(denied_after(calls)).running() as endpoint:
        with pytest.raises(EndpointError):
            made(tmp_path, endpoint.url, THREE)
        paid = set(list(asked(endpoint))[:calls])
    with Endpoint(good).running() as endpoint:
        keys: dict[str, Any] = {"taxonomy": TREE, "language": "en", "samples": 1}
        path = recipe(tmp_path, endpoint.url, axes={"context": THREE}, run={"attempts": 1}, **keys)
        run = generate(path, db=tmp_path / "run.db", resume=True)
        again = set(asked(endpoint))
    assert not paid & again
    assert paid | again == every
    assert [s.messages for s in run.samples()] == [s.messages for s in whole.samples()]


PLUGIN = """
from pydantic import BaseModel
from taxoloom import role

class Look(BaseModel):
    turns: int

@role("looker", output=Look, after="writer", prompt="looker.md")
def looker(reply, scene):
    return Look(turns=len(scene.draft["turns"]))
"""
LOOKER = """---
role: looker
purpose: looks
inputs: [draft]
---
{% block system %}Look.{% endblock %}
{% block user %}{{ show_draft(draft) }}{% endblock %}
"""


def test_a_role_after_the_writer_comes_once_the_conversation_is_complete(tmp_path: Path) -> None:
    (tmp_path / "looker.py").write_text(PLUGIN, encoding="utf-8")
    (tmp_path / "looker.md").write_text(LOOKER, encoding="utf-8")

    def reply(body: Body) -> Any:
        return {"turns": 0} if schema_name(body) == "Look" else good(body)

    with Endpoint(reply).running() as endpoint:
        run = made(tmp_path, endpoint.url, THREE, plugins=["looker.py"])
    (sample,) = run.samples("accepted")
    assert run.trace(sample.id).sample["artifacts"]["looker"] == {"turns": 3}
    names = [schema_name(body) for body in endpoint.calls]
    assert names.count("Look") == 1
    assert names.index("Look") > max(i for i, name in enumerate(names) if name == "Response")


def test_nobody_stands_within_the_loop(tmp_path: Path) -> None:
    (tmp_path / "looker.py").write_text(PLUGIN, encoding="utf-8")
    (tmp_path / "looker.md").write_text(LOOKER, encoding="utf-8")
    graph = {"insert": [{"role": "looker", "after": "answerer"}]}
    with pytest.raises(RecipeError, match="within the loop of 'answerer'"):
        made(tmp_path, "", THREE, plugins=["looker.py"], graph=graph)


def test_who_shares_the_writers_work_uses_its_model(tmp_path: Path) -> None:
    with Endpoint(good).running() as endpoint:
        settings = {"model": "mock", "base_url": endpoint.url, "structured": "json_schema"}
        models = {"default": settings, "writer": {**settings, "model": "scribe"}}
        made(tmp_path, "", THREE, models=models)
    used = {schema_name(body): body["model"] for body in endpoint.calls}
    assert (used["Response"], used["Utterance"], used["Plan"]) == ("scribe", "scribe", "mock")
    assert rows(tmp_path / "run.db", "SELECT DISTINCT model FROM samples") == [("scribe",)]


@pytest.mark.parametrize("language", ["zh", "en"])
@pytest.mark.parametrize("simulator", [True, False], ids=["simulator", "writer"])
def test_the_offline_model_keeps_to_number_and_switch(
    tmp_path: Path, language: str, simulator: bool
) -> None:
    context = {"multi_turn": 1, "topic_switch": {"weight": 1, "turns": [3, 6]}}
    tree = str(EXAMPLES / f"customer_service.{language}.yaml")
    keys: dict[str, Any] = {"taxonomy": tree, "language": language, "samples": 50}
    graph = {"user_simulator": simulator}
    run = made(tmp_path, "", context, graph=graph, **keys)
    found = rows(
        run.path,
        """SELECT b.content, s.messages, s.reason, s.artifacts FROM samples s
           JOIN blueprints b ON b.run_id = s.run_id AND b.id = s.blueprint_id""",
    )
    whole = [
        (json.loads(content), json.loads(messages), json.loads(artifacts))
        for content, messages, reason, artifacts in found
        if messages != "[]" and reason != "user_simulator:gives_up"
    ]
    assert len(whole) >= 40, "others are refused or given up"
    for blueprint, messages, artifacts in whole:
        users = [one["content"] for one in messages if one["role"] == "user"]
        assert len(users) == blueprint["turns"] == len(artifacts["planner"]["turns"])
        assert len(set(users)) == len(users)
    switched = [(b, m) for b, m, _ in whole if b.get("switch")]
    assert switched
    for blueprint, messages in switched:
        users = [one["content"] for one in messages if one["role"] == "user"]
        turns_off = [any(mark in user for mark in MARKS[language]) for user in users]
        assert turns_off.index(True) == blueprint["switch"] - 1


MARKS = {
    "zh": ("岔开一句", "打个岔", "岔一下", "插个不相干的", "换个话题"),
    "en": ("Different thing", "While I think", "Unrelated", "Change of subject", "Quick aside"),
}
"""How the offline model turns to another matter."""
