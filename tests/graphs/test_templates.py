"""Templates: what is refused, how they are dealt, and that every sample holds what was drawn."""

import json
import sqlite3
from collections import Counter
from collections.abc import Callable
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from taxoloom.cli import commands
from taxoloom.errors import InputError
from taxoloom.graphs.generate import generate
from taxoloom.graphs.linked import DEPTHS, LANGUAGES, WORDINGS, Link
from taxoloom.graphs.planning import plan_of, space_of
from taxoloom.graphs.prepare import prepare
from taxoloom.graphs.recipe_file import load_recipe
from taxoloom.graphs.templates import uses_of
from taxoloom.quality.rules import BUILT_IN, Sample, run_rules
from taxoloom.recipe import Recipe
from taxoloom.taxonomy import Plan, load
from taxoloom.tests.support.endpoint import Endpoint, good, schema_name
from taxoloom.tests.support.recipes import EXAMPLES, content, recipe

ORDER = {
    "text": "订单 {order}，{day}下的单，{amount}的{product}没收到，{person}收。{wish}？",
    "slots": {
        "order": {"pattern": "2026########"},
        "day": {"date": [-30, -1]},
        "amount": {"number": [20, 3000], "step": 0.5, "unit": "元"},
        "product": {"list": "product"},
        "person": {"list": "name"},
        "wish": ["能不能催一下", "我要退款", "帮我查查"],
    },
}
ORDER_EN = {
    "text": "Order {order} of {day}: the {product} for {amount} has not come. {person}. {wish}?",
    "slots": {
        "order": {"pattern": "@@-######"},
        "day": {"date": [-30, -1]},
        "amount": {"number": [5, 400], "step": 0.25, "before": "$"},
        "product": {"list": "product"},
        "person": {"list": "name"},
        "wish": ["Can you chase it", "May I have my money back", "Where is it"],
    },
}
FORM = {"instruction_form": {"template": 1}, "context": None, "tone": None, "depth": None}


def planned(as_of: str = "2026-11-22", **keys: Any) -> Plan:
    data = {"taxonomy": "customer_service.zh.yaml", "samples": 120, "axes": FORM, **keys}
    asked = Recipe.model_validate(data)
    space = space_of(asked, load(EXAMPLES / asked.taxonomy))
    return plan_of(asked, space, as_of=as_of)


def with_slot(slot: Any, text: str = "要{a}吗") -> dict[str, Any]:
    return {"text": text, "slots": {"a": slot}}


@pytest.mark.parametrize(
    ("template", "said"),
    [
        ({"text": "没有空", "slots": {}}, "has no slot"),
        ({"text": "要{a}和{b}", "slots": {"a": ["x"]}}, "does not say what 'b' is filled with"),
        ({"text": "要{a}", "slots": {"a": ["x"], "b": ["y"]}}, "the text has no slot 'b'"),
        ({"text": "要{a}}", "slots": {"a": ["x"]}}, "for braces"),
        ({"text": "要{a!r}", "slots": {"a": ["x"]}}, "and nothing else"),
        ({"text": "要{}", "slots": {}}, "and nothing else"),
        (with_slot([]), "at least 1"),
        (with_slot([""]), "at least 1"),
        (with_slot({}), "give a list of values, or one of"),
        (with_slot({"list": "name", "pattern": "#"}), "give a list of values, or one of"),
        (with_slot({"number": [3, 1]}), "the range is reversed"),
        (with_slot({"number": [1, 3], "step": 0}), "greater than 0"),
        (with_slot({"list": "name", "unit": "元"}), "`unit` belongs to a number"),
        (with_slot({"number": [1, 3], "format": "%Y"}), "`format` belongs to a date"),
        (with_slot({"date": [-1, -30]}), "the range is reversed"),
        (with_slot({"date": ["2026-02-01", "2026-01-01"]}), "the range is reversed"),
        (with_slot({"date": ["2026-02-30", "2026-03-01"]}), "two dates"),
        (with_slot({"date": [-3, "2026-03-01"]}), "two dates"),
        (with_slot({"date": [-3, -1], "format": "%H"}), "are known"),
        (with_slot({"date": [-9999999, -1]}), "no date -9999999 days from"),
        (with_slot({"number": [0, "1e999999999"]}), "less than or equal"),
        (with_slot({"number": [0, 1], "step": "1e-99"}), "decimal places"),
        (with_slot({"pattern": r"A\#"}), "holds neither"),
        (with_slot({"numer": [1, 3]}), "did you mean 'number'?"),
        (with_slot({"list": "nam"}), "did you mean 'name'?"),
        (with_slot({"label": "商品品累"}), "did you mean '商品品类'?"),
        (with_slot(["x"]) | {"at": ["售后支特"]}, "did you mean '售后支持'?"),
    ],
)
def test_a_template_that_cannot_be_filled_is_refused(
    tmp_path: Path, template: dict[str, Any], said: str
) -> None:
    path = recipe(tmp_path, templates=[template])
    with pytest.raises(InputError) as caught:
        prepare(load_recipe(path), tmp_path)
    assert said in f"{caught.value.message} {caught.value.hint}"


def test_templates_that_no_sample_could_have_are_refused() -> None:
    with pytest.raises(InputError, match="so none would be filled"):
        planned(templates=[ORDER], axes={"tone": None})


def test_braces_and_values_are_data() -> None:
    hostile = {
        "text": "{{a}} {a} %s {b}",
        "slots": {"a": ["{b}", "{{x}}", "{0.__class__}"], "b": ["%d"]},
    }
    found = {blueprint.opening for blueprint in planned(templates=[hostile])}
    assert found == {f"{{a}} {value} %s %d" for value in ("{b}", "{{x}}", "{0.__class__}")}


def test_templates_are_dealt_evenly_and_use_all_their_values_alike() -> None:
    other = with_slot({"list": "service"}, "想约{a}")
    plan = planned(templates=[ORDER, other])
    assert [count for _, count, _ in uses_of(plan).counts] == [60, 60]
    wishes = [dict(b.parameters)["wish"] for b in plan if "wish" in dict(b.parameters)]
    assert set(Counter(wishes).values()) == {20}
    assert all(a != b for a, b in pairwise(wishes))
    assert len({b.opening for b in plan if "wish" in dict(b.parameters)}) == 60


def test_a_template_stays_at_its_categories_and_others_go_without() -> None:
    plan = planned(templates=[ORDER | {"at": ["售后支持"]}])
    for blueprint in plan:
        assert bool(blueprint.opening) == ("售后支持" in blueprint.path)
    uses = uses_of(plan)
    assert uses.counts[0][1] + uses.unfilled == 120
    assert uses.unfilled > 0


@pytest.mark.parametrize(("label", "text"), [("商品品类", "我的{a}坏了"), ("depth", "要{a}")])
def test_a_slot_shows_the_label_of_its_sample(label: str, text: str) -> None:
    plan = planned(templates=[with_slot({"label": label}, text)])
    axes = {axis.id: axis for axis in plan.space.axes}
    for blueprint in plan:
        value = blueprint.label(label)
        shown = axes[label].value(value).name if label in axes else value
        assert blueprint.opening == (text.replace("{a}", shown) if value else "")


def test_another_try_has_the_same_template_and_other_values() -> None:
    other = with_slot({"list": "service"}, "想约{a}")
    plan = planned(templates=[ORDER, other])
    for blueprint in list(plan)[:40]:
        tries = [plan.again(blueprint, attempt) for attempt in (1, 2, 3)]
        assert {plan.templates.number(one) for one in tries} == {plan.templates.number(blueprint)}
        assert len({one.opening for one in tries}) == 3
        assert plan.again(tries[0], 2) == tries[1]
        assert all(one.labels == blueprint.labels for one in tries)


def test_days_are_counted_from_the_date_of_the_run() -> None:
    slot = {"date": [-1, -1], "format": "%Y-%m-%d"}
    plan = planned("2026-03-01", templates=[with_slot(slot)])
    assert {blueprint.opening for blueprint in plan} == {"要2026-02-28吗"}


def test_a_plan_is_the_same_for_a_seed_and_another_for_another() -> None:
    one, same, other = (planned(templates=[ORDER], seed=seed) for seed in (1, 1, 2))
    assert list(one) == list(same)
    assert [b.opening for b in one] != [b.opening for b in other]


def said(*words: object) -> str:
    """What a command prints."""
    result = CliRunner().invoke(commands(), [str(word) for word in words])
    assert result.exit_code == 0, result.output
    return result.stdout


def filled(db: Path, status: str = "accepted") -> list[tuple[dict[str, Any], str]]:
    """Blueprint and first message of the samples of a status."""
    with sqlite3.connect(db) as connection:
        rows = connection.execute(
            "SELECT b.content, s.messages FROM samples s JOIN blueprints b "
            "ON b.run_id = s.run_id AND b.id = s.blueprint_id WHERE s.status = ?",
            [status],
        ).fetchall()
    connection.close()
    return [
        (json.loads(b), next(m["content"] for m in json.loads(text) if m["role"] == "user"))
        for b, text in rows
    ]


@pytest.mark.parametrize(("language", "template"), [("zh", ORDER), ("en", ORDER_EN)])
def test_every_sample_of_a_run_begins_with_its_template(
    tmp_path: Path, language: str, template: dict[str, Any]
) -> None:
    taxonomy = {"zh": "customer_service.zh.yaml", "en": "programming.en.yaml"}[language]
    path = recipe(
        tmp_path,
        taxonomy=str(EXAMPLES / taxonomy),
        language=language,
        templates=[template],
        samples=16,
        axes=FORM,
    )
    db = tmp_path / "x.db"
    generate(path, db=db)
    found = filled(db)
    assert len(found) == 16
    assert len({first for _, first in found}) == 16
    for blueprint, first in found:
        assert first == blueprint["opening"]
        assert all(value in first for _, value in blueprint["parameters"])
    out = tmp_path / "out.jsonl"
    assert said("export", "--db", db, "--out", out) == ""
    rows = [json.loads(line) for line in out.read_text(encoding="utf-8").splitlines()]
    assert all(set(row["meta"]["parameters"]) == set(template["slots"]) for row in rows)
    shown = said("trace", rows[0]["meta"]["id"], "--db", db)
    assert f"order = {rows[0]['meta']['parameters']['order']}" in shown


def test_plan_says_which_template_how_many_samples_get(tmp_path: Path) -> None:
    axes = {"instruction_form": {"template": 1, "paraphrase": 1}}
    path = recipe(tmp_path, templates=[ORDER | {"at": ["售后支持"]}], axes=axes)
    found = json.loads(said("plan", path, "--json"))
    assert 0 < found["templates"][0]["samples"] < 6
    assert found["templates"][0]["first"].startswith("订单 2026")
    assert found["templates"][0]["samples"] + found["unfilled"] == 6
    assert "template “订单 {order}" in said("plan", path)


Reply = Callable[[dict[str, Any]], Any]


def obedient(*, drops: int) -> Reply:
    """A model that copies the opening, and `drops` times leaves out the wish."""
    left = [drops]

    def reply(body: dict[str, Any]) -> Any:
        answer = good(body)
        told = "\n".join(message["content"] for message in body["messages"])
        if schema_name(body) != "Draft":
            return answer
        opening = told.split("BEGIN 定好的第一句", 1)[1].split("\n", 1)[1].split("\n<<<END", 1)[0]
        if left[0] > 0:
            left[0] -= 1
            opening = opening.rpartition("。")[0]
        answer["turns"][0]["user"] = opening.replace("，", ", ")
        return answer

    return reply


ONE_TURN = {"instruction_form": {"template": 1}, "context": {"single_turn": 1}}


def test_a_writer_that_drops_a_value_is_asked_again(tmp_path: Path) -> None:
    with Endpoint(obedient(drops=2)).running() as server:
        path = recipe(tmp_path, server.url, templates=[ORDER], axes=ONE_TURN, samples=4)
        generate(path, db=tmp_path / "x.db", concurrency=1)
        again = [b for b in server.calls if "letter by letter" in json.dumps(b["messages"][-1])]
    assert 1 <= len(again) <= 2
    for blueprint, first in filled(tmp_path / "x.db"):
        assert first == blueprint["opening"]


def test_a_resumed_run_plans_the_same_whatever_the_day(tmp_path: Path) -> None:
    path = recipe(tmp_path, templates=[ORDER], axes=FORM, samples=8)
    generate(path, db=tmp_path / "whole.db")
    generate(path, db=tmp_path / "part.db")
    with sqlite3.connect(tmp_path / "part.db") as connection:
        connection.execute("UPDATE runs SET status = 'interrupted'")
        gone = "SELECT id FROM samples WHERE slot > 3"
        for table in ("verdicts", "disagreements"):
            connection.execute(f"DELETE FROM {table} WHERE sample_id IN ({gone})")
        connection.execute("DELETE FROM samples WHERE slot > 3")
    connection.close()
    generate(path, db=tmp_path / "part.db", resume=True)
    whole, part = content(tmp_path / "whole.db"), content(tmp_path / "part.db")
    assert part["blueprints"] == whole["blueprints"]
    assert part["samples"] == whole["samples"]


@pytest.mark.parametrize(
    ("first", "said"),
    [
        ("订单 1，要x", ""),
        ("订单 1", "missing from the first message: what = x"),
        ("订单 1，要x{what}", "not filled in: {what}"),
    ],
)
def test_the_rule_sees_values_that_were_lost(first: str, said: str) -> None:
    messages = [{"role": "user", "content": first}, {"role": "assistant", "content": "好"}]
    sample = Sample(messages, parameters={"order": "1", "what": "x"}, opening="订单 1，要x")
    found = [f.detail for f in run_rules(sample, None, BUILT_IN) if f.code == "template_filled"]
    assert found == ([said] if said else [])


def test_a_resumed_run_counts_days_from_the_date_that_it_began_at(tmp_path: Path) -> None:
    template = with_slot({"date": [0, 0], "format": "%Y-%m-%d"})
    path, db = recipe(tmp_path, templates=[template], axes=FORM, as_of=None), tmp_path / "x.db"
    generate(path, db=db)
    with sqlite3.connect(db) as connection:
        connection.execute("UPDATE runs SET status = 'interrupted', as_of = '2020-02-03'")
        for table in ("verdicts", "disagreements", "samples", "blueprints"):
            connection.execute(f"DELETE FROM {table}")
    connection.close()
    generate(path, db=db, resume=True)
    assert {first for _, first in filled(db)} == {"要2020-02-03吗"}


@pytest.mark.parametrize("kind", [WORDINGS, LANGUAGES, DEPTHS])
def test_a_sample_made_from_a_filled_one_keeps_what_is_left_of_the_template(kind: str) -> None:
    head = next(iter(planned(templates=[ORDER])))
    made = Link(500, head.slot, kind, 1, "x", "").blueprint(head, attempt=0, seed=1)
    assert bool(made.opening) == (kind != WORDINGS)
    assert bool(made.parameters) == (kind == DEPTHS)
