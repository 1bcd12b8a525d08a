"""The adjudicator over a stored run: what it sees, what it may say, and what it settles."""

import json
import shutil
from pathlib import Path
from typing import Any

import pytest

from taxoloom.agents.adjudicator import opinions_of
from taxoloom.errors import EndpointError, RecipeError, RunStopped
from taxoloom.graphs.adjudicate_agent import Asked, Rulings, adjudicate_sync
from taxoloom.graphs.generate import generate
from taxoloom.graphs.prepare import Overrides
from taxoloom.graphs.trace import trace
from taxoloom.store import Filter, queries, reading, review_rows
from taxoloom.store.review_rows import Chosen
from taxoloom.tests.store.plant import plant
from taxoloom.tests.support.endpoint import Body, Endpoint, Fault, Reply, good, schema_name
from taxoloom.tests.support.recipes import recipe

ADJUDICATED: list[tuple[str, list[list[Any]]]] = [
    ("DELETE FROM reviews", [[]]),
    ("DELETE FROM verdicts WHERE source = 'agent:adjudicator'", [[]]),
    ("UPDATE samples SET status = 'disputed', reason = 'x' WHERE reason LIKE 'adj%'", [[]]),
    ("UPDATE disagreements SET status = 'open', resolved_by = NULL", [[]]),
]
"""Makes a run look as if nothing of the rulings but their calls had been written."""


def said(accept: bool = True, criterion: str = "none", **keys: Any) -> dict[str, Any]:
    finding = "met" if accept else "not_met"
    ruling = {"work": "Checked.", "criterion": criterion, "finding": finding, "quote": ""}
    return {**ruling, "accept": accept, "rationale": "as found", **keys}


@pytest.fixture(scope="module")
def disputed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An offline run with a handful of disputed samples."""
    folder = tmp_path_factory.mktemp("disputed")
    return generate(recipe(folder, samples=24, seed=1), db=folder / "run.db").path


@pytest.fixture
def db(disputed: Path, tmp_path: Path) -> Path:
    return Path(shutil.copyfile(disputed, tmp_path / "run.db"))


def rule(db: Path, reply: Reply, **keys: Any) -> tuple[Rulings, Endpoint]:
    with Endpoint(lambda b: good(b) if schema_name(b) == "Ready" else reply(b)).running() as ours:
        overrides = Overrides(model="mock", base_url=ours.url)
        found = adjudicate_sync(db, None, Asked(overrides=overrides, **keys))
    return found, ours


def open_ones(db: Path, status: str = "open") -> set[str]:
    with reading(db) as connection:
        rows = review_rows.disagreements(connection, None, Chosen(("decision",), status=status))
        return {row["sample_id"] for row in rows}


def test_rulings_settle_every_disputed_sample_with_one_call_each(db: Path) -> None:
    wanted = open_ones(db)
    found = adjudicate_sync(db, None, Asked())
    assert found.accepted + found.rejected == len(wanted) > 2
    assert (found.left, found.failed) == (0, {})
    assert open_ones(db) == set()
    assert open_ones(db, "settled") == wanted
    with reading(db) as connection:
        assert not list(queries.samples(connection, Filter(status="disputed")))
        for sample_id in wanted:
            shown = trace(connection, sample_id)
            (review,) = shown.reviews
            assert review["source"] == "agent:adjudicator"
            assert review["became"] == shown.sample["status"]
            assert shown.sample["reason"].startswith("adjudicator:")
            assert [v["judge"] for v in shown.verdicts][3:] == ["adjudicator"]
            assert [c["role"] for c in shown.calls].count("adjudicator") == 1
            assert "agent:adjudicator said" in str(shown)


def test_what_was_paid_for_is_not_asked_again(db: Path) -> None:
    first, endpoint = rule(db, lambda body: said())
    assert len(endpoint.calls) == first.accepted > 0
    plant(db, ADJUDICATED)
    again, silent = rule(db, lambda body: Fault(500))
    assert silent.calls == []
    assert again == first


def test_it_sees_reasons_and_neither_names_nor_votes(db: Path) -> None:
    with reading(db) as connection:
        (sample_id, *_) = sorted(open_ones(db))
        reasons = [v["rationale"] for v in queries.verdicts(connection, sample_id)]
    _, endpoint = rule(db, lambda body: said())
    asked = [json.dumps(body["messages"], ensure_ascii=False) for body in endpoint.calls]
    (shown,) = [
        text
        for text in asked
        if all(json.dumps(r, ensure_ascii=False)[1:-1] in text for r in reasons)
    ]
    for name in ("examiner", "sceptic", "editor", '\\"accept\\": false', "score"):
        assert name not in shown


def test_the_order_of_opinions_is_the_seeds_and_not_the_panels() -> None:
    verdicts = [
        {"judge": name, "rationale": f"r{name}", "criteria": {}, "unscored": ""} for name in "abc"
    ]
    unscored = {**verdicts[0], "rationale": "lost", "unscored": "deadline"}
    seeds = {
        seed: tuple(o["rationale"] for o in opinions_of([*verdicts, unscored], seed))
        for seed in range(60)
    }
    assert set(seeds.values()) > {("ra", "rb", "rc"), ("rc", "rb", "ra"), ("rb", "ra", "rc")}
    for seed, order in seeds.items():
        assert tuple(o["rationale"] for o in opinions_of(verdicts[::-1], seed)) == order


@pytest.mark.parametrize(
    ("ruling", "problem"),
    [
        (said(False, "correct", quote="words that nobody wrote"), "not verbatim"),
        (said(False, "none"), "no criterion is named"),
        (said(False, "correct", finding="met"), "every criterion is met"),
        (said(True, "safe", finding="not_met", quote="x"), "accept is true, although safe"),
        ("no JSON", "JSON"),
    ],
)
def test_a_ruling_that_does_not_hold_leaves_the_disagreement_open(
    db: Path, ruling: dict[str, Any] | str, problem: str
) -> None:
    before = open_ones(db)
    found, endpoint = rule(db, lambda body: ruling, limit=1)
    assert (found.accepted, found.rejected, found.failed.total()) == (0, 0, 1)
    assert found.left == len(before)
    assert open_ones(db) == before
    assert any(problem in json.dumps(body["messages"][-1]) for body in endpoint.calls[1:])


def test_a_reject_is_counted_by_its_criterion_and_keeps_its_quote(db: Path) -> None:
    def reply(body: Body) -> dict[str, Any]:
        told = body["messages"][-1]["content"]
        quote = told.split("助手 ")[1].split(">>>\n")[1][:12]
        return said(False, "complete", quote=quote)

    found, _ = rule(db, reply, limit=2)
    assert found.rejected == 2
    with reading(db) as connection:
        chosen = Filter(reason="adjudicator:reject:complete")
        for sample in queries.samples(connection, chosen):
            (verdict,) = queries.verdicts(connection, sample["id"])[3:]
            assert verdict["criteria"]["complete"]["finding"] == "not_met"
            answer = "".join(m["content"] for m in sample["messages"])
            assert verdict["criteria"]["complete"]["quote"] in answer


def test_an_endpoint_that_cannot_be_used_ends_it_and_moves_nothing(db: Path) -> None:
    before = open_ones(db)
    denied = Fault(401, b'{"error": {"message": "no such key"}}')
    with Endpoint(lambda body: denied).running() as endpoint:
        asked = Asked(overrides=Overrides(model="mock", base_url=endpoint.url))
        with pytest.raises(EndpointError):
            adjudicate_sync(db, None, asked)
    assert open_ones(db) == before


def test_it_stops_when_no_ruling_can_be_had(disputed: Path, tmp_path: Path) -> None:
    path = recipe(tmp_path, samples=24, seed=1, run={"stop_after_failures": 2})
    db = generate(path, db=tmp_path / "run.db").path
    before = open_ones(db)
    with pytest.raises(RunStopped, match="2 rulings in a row"):
        rule(db, lambda body: "no JSON")
    assert open_ones(db) == before


def test_a_run_with_real_models_is_not_ruled_on_offline(tmp_path: Path) -> None:
    with Endpoint(good).running() as endpoint:
        each = {"model": "mock", "base_url": endpoint.url}
        names = ("planner", "writer", "rewriter", "critic", "judge")
        path = recipe(tmp_path, samples=1, models={name: each for name in names})
        db = generate(path, db=tmp_path / "run.db").path
    with pytest.raises(RecipeError, match="no model for 'adjudicator'"):
        adjudicate_sync(db, None, Asked())


def test_a_recipe_may_name_the_adjudicators_model(tmp_path: Path) -> None:
    models = {"default": {"model": "offline"}, "adjudicator": {"model": "offline"}}
    path = recipe(tmp_path, samples=1, models=models)
    run = generate(path, db=tmp_path / "run.db")
    assert adjudicate_sync(run.path, run.id, Asked()).run_id == run.id
