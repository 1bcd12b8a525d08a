"""Measuring a stored run: every sample in its batches, one call each, nothing paid for twice."""

import json
import re
from pathlib import Path
from typing import Any

import pytest

from taxoloom.errors import EndpointError, InputError, PromptError, RecipeError, RunStopped
from taxoloom.graphs.difficulty import Asked, Measuring, measure_sync
from taxoloom.graphs.generate import generate
from taxoloom.graphs.prepare import Overrides
from taxoloom.graphs.report import report
from taxoloom.graphs.report_difficulty import levels_of
from taxoloom.recipe import Recipe
from taxoloom.store import Filter, difficulties, queries, reading
from taxoloom.tests.store.plant import plant
from taxoloom.tests.support.endpoint import Body, Endpoint, Fault, Reply, good, schema_name
from taxoloom.tests.support.ranked_run import ranked_run
from taxoloom.tests.support.recipes import recipe

FORGET: list[tuple[str, list[list[Any]]]] = [
    ("DELETE FROM difficulties", [[]]),
    ("DELETE FROM rankings", [[]]),
]
"""Makes a run look as if it had been left before its ratings were written."""
_REQUEST = re.compile(r"<<<BEGIN 请求 (\d+) 第 1 轮 用户 \w+>>>\n(.*?)\n<<<END", re.DOTALL)


@pytest.fixture
def db(tmp_path: Path) -> Path:
    return ranked_run(tmp_path / "run.db")


def shown(body: Body) -> dict[int, str]:
    """The first turn of each request, by number."""
    return {int(m[1]): m[2] for m in _REQUEST.finditer(body["messages"][1]["content"])}


def by_length(body: Body) -> dict[str, Any]:
    """A ranker without noise: the longer, the harder."""
    told = shown(body)
    order = sorted(told, key=lambda number: (len(told[number]), told[number]))
    places = [{"request": number, "rank": at} for at, number in enumerate(order, start=1)]
    return {"working": "measured them", "order": places}


def ask(db: Path, reply: Reply, **keys: Any) -> tuple[Measuring, Endpoint]:
    with Endpoint(lambda b: good(b) if schema_name(b) == "Ready" else reply(b)).running() as ours:
        overrides = Overrides(model="mock", base_url=ours.url)
        found = measure_sync(db, None, Asked(overrides=overrides, **keys))
    return found, ours


def stored(db: Path) -> list[dict[str, Any]]:
    with reading(db) as connection:
        return difficulties.ratings(connection, queries.run(connection)["id"])


def content(db: Path) -> list[tuple[Any, ...]]:
    return [(r["sample_id"], r["rating"], r["error"], r["comparisons"]) for r in stored(db)]


def test_every_accepted_sample_gets_a_rating_by_one_call_a_batch(db: Path) -> None:
    started: list[tuple[str, int, int]] = []
    found, endpoint = ask(db, by_length, on_start=lambda *told: started.append(told))
    assert (found.samples, found.rated, found.pools, found.failed) == (24, 24, 1, {})
    assert len(endpoint.calls) == found.batches == 20
    assert started == [(found.run_id, 24, 20)]
    rows = stored(db)
    with reading(db) as connection:
        accepted = {s["id"] for s in queries.samples(connection, Filter(status="accepted"))}
        usage = {row["role"]: row["calls"] for row in queries.usage(connection, found.run_id)}
    assert {row["sample_id"] for row in rows} == accepted
    assert {(row["model"], row["prompt"], row["pool"]) for row in rows} == {
        ("mock", "ranker.zh", 0)
    }
    assert usage["ranker"] == 20
    assert all(row["comparisons"] in range(12, 17) for row in rows)
    # The order of lengths comes back, but for neighbours that no batch held side by side.
    lengths = [
        len(next(m["content"] for m in row["messages"] if m["role"] == "user")) for row in rows
    ]
    swaps = sum(a > b for at, a in enumerate(lengths) for b in lengths[at:])
    assert swaps < 0.06 * len(lengths) ** 2 / 2


def test_it_sees_requests_and_neither_answers_nor_labels(db: Path) -> None:
    _, endpoint = ask(db, by_length)
    told = "\n".join(json.dumps(b["messages"], ensure_ascii=False) for b in endpoint.calls)
    with reading(db) as connection:
        for one in queries.samples(connection, Filter(status="accepted")):
            for message in one["messages"]:
                text = json.dumps(message["content"], ensure_ascii=False)[1:-1]
                assert (text in told) == (message["role"] != "assistant")
    for word in ("标签：", "类别：", "基础", "中级", "高级"):
        assert word not in told


def test_what_was_paid_for_is_not_asked_again(db: Path) -> None:
    ask(db, by_length)
    first = content(db)
    plant(db, FORGET)
    again, silent = ask(db, lambda body: Fault(500))
    assert silent.calls == []
    assert again.rated == 24
    assert content(db) == first


def test_going_on_after_an_end_asks_for_the_rest_alone(db: Path) -> None:
    seen: list[Body] = []

    def dies(body: Body) -> dict[str, Any] | Fault:
        seen.append(body)
        denied = Fault(401, b'{"error": {"message": "no such key"}}')
        return by_length(body) if len(seen) <= 8 else denied

    with Endpoint(lambda b: good(b) if schema_name(b) == "Ready" else dies(b)).running() as ours:
        overrides = Overrides(model="mock", base_url=ours.url, concurrency=1)
        with pytest.raises(EndpointError):
            measure_sync(db, None, Asked(overrides=overrides))
    assert stored(db) == []
    _, endpoint = ask(db, by_length)
    assert len(endpoint.calls) == 12
    paid = [json.dumps(body["messages"]) for body in seen[:8]]
    assert not set(paid) & {json.dumps(body["messages"]) for body in endpoint.calls}
    broken = content(db)
    plant(db, [*FORGET, ("DELETE FROM calls WHERE role = 'ranker'", [[]])])
    ask(db, by_length)
    assert content(db) == broken


def test_a_second_measuring_takes_the_place_of_the_first(db: Path) -> None:
    ask(db, by_length)
    before = content(db)
    found, endpoint = ask(db, by_length, each=3, batch=4, limit=10)
    assert found.samples == len(stored(db)) == 10
    assert max(len(shown(body)) for body in endpoint.calls) == 4
    assert len(endpoint.calls) == 9
    assert content(db) != before


def test_batches_that_cannot_be_ranked_are_told_and_the_others_count(db: Path) -> None:
    calls: list[str] = []

    def reply(body: Body) -> dict[str, Any] | str:
        key = json.dumps(body["messages"][:2])
        calls.append(key)
        return "no JSON" if key == calls[0] else by_length(body)

    outcomes: list[str] = []
    found, _ = ask(db, reply, on_batch=outcomes.append)
    assert found.failed.total() == outcomes.count("failed") == 1
    assert outcomes.count("ranked") == found.batches - 1
    assert found.rated == 24
    part = report(db).difficulty
    assert part is not None
    assert part.samples == 24


def test_it_stops_when_no_batch_can_be_ranked(tmp_path: Path) -> None:
    db = ranked_run(tmp_path / "own.db", run={"stop_after_failures": 2})
    with pytest.raises(RunStopped, match="2 batches in a row"):
        ask(db, lambda body: "no JSON")
    assert stored(db) == []


def test_rankings_that_fall_apart_are_said_to(db: Path) -> None:
    with reading(db) as connection:
        ids = difficulties.to_measure(connection, queries.run(connection)["id"], "accepted")
    ask(db, by_length)
    marks = ", ".join("?" * 3)
    plant(db, [(f"UPDATE difficulties SET pool = 1 WHERE sample_id IN ({marks})", [ids[:3]])])
    part = report(db).difficulty
    assert part is not None
    assert (part.samples, part.aside) == (21, 3)


def test_levels_that_stand_in_the_texts_show_offline(db: Path) -> None:
    measure_sync(db, None, Asked())
    part = report(db).difficulty
    assert part is not None
    assert part.levels is not None
    assert part.informative is True
    assert [level.name for level in part.levels.levels] == ["basic", "intermediate", "advanced"]
    assert (part.levels.concordance.low or 0) > 0.6
    assert (part.reliability or 0) > 0.5
    assert part.harder[0].off > 0 > part.easier[0].off
    assert part.harder[0].begins
    assert sum(leaf.samples for leaf in part.leaves) == part.samples
    offs = [leaf.off for leaf in part.leaves]
    assert offs == sorted(offs, reverse=True)


@pytest.mark.parametrize(
    ("axes", "order"),
    [
        (None, ["basic", "intermediate", "advanced"]),
        ({"tone": None}, []),
        ({"difficulty": {"advanced": 1, "basic": 2}}, ["basic", "advanced"]),
        (
            {
                "difficulty": {
                    "school": {"weight": 1, "guidance": "as at school"},
                    "advanced": 1,
                    "basic": 1,
                }
            },
            ["school", "advanced", "basic"],
        ),
    ],
)
def test_levels_have_the_order_of_the_axis_or_of_the_recipe(axes: Any, order: list[str]) -> None:
    made = Recipe.model_validate({"taxonomy": "t.yaml", "axes": axes})
    assert levels_of(made) == order


def test_a_run_without_the_axis_is_measured_without_levels(tmp_path: Path) -> None:
    db = ranked_run(tmp_path / "run.db", 8, axes={"tone": None})
    measure_sync(db, None, Asked())
    part = report(db).difficulty
    assert part is not None
    assert (part.levels, part.informative, part.samples) == (None, None, 8)


@pytest.mark.parametrize(
    ("keys", "problem"),
    [({"status": "failed"}, "0 failed samples"), ({"limit": 1}, "1 accepted samples")],
)
def test_too_little_to_rank_is_refused(db: Path, keys: dict[str, Any], problem: str) -> None:
    with pytest.raises(InputError, match=problem):
        measure_sync(db, None, Asked(**keys))


def test_a_run_with_real_models_is_not_ranked_offline(tmp_path: Path) -> None:
    models = {"writer": {"model": "mock", "base_url": "http://127.0.0.1:9/v1"}}
    db = ranked_run(tmp_path / "run.db", 4, models=models)
    with pytest.raises(RecipeError, match="no model for 'ranker'"):
        measure_sync(db, None, Asked())
    found, endpoint = ask(db, by_length)
    assert (found.rated, len(endpoint.calls)) == (4, 4)


def test_a_recipe_may_name_the_rankers_model_and_prompt(tmp_path: Path) -> None:
    models = {"default": {"model": "other"}, "ranker": {"model": "offline"}}
    prompts = tmp_path / "prompts"
    prompts.mkdir()
    own = (
        "---\nrole: ranker\npurpose: x\ninputs: [requests, labels]\n---\n"
        "{% block system %}Rank.{% endblock %}"
        "{% block user %}{{ requests }}{{ labels }}{% endblock %}"
    )
    db = ranked_run(tmp_path / "run.db", 4, models=models, prompts=str(prompts))
    assert measure_sync(db, None, Asked()).rated == 4
    (prompts / "ranker.zh.md").write_text(own, encoding="utf-8")
    with pytest.raises(PromptError, match="'labels', which a ranker never sees"):
        measure_sync(db, None, Asked())


def test_generate_takes_a_recipe_that_names_the_ranker(tmp_path: Path) -> None:
    models = {"default": {"model": "offline"}, "ranker": {"model": "offline"}}
    run = generate(recipe(tmp_path, samples=1, models=models), db=tmp_path / "run.db")
    assert run.status == "done"


def test_nothing_measured_is_none_in_a_report(db: Path) -> None:
    assert report(db).difficulty is None
