"""Canaries in a whole run: unannounced, never accepted, and what is made of them."""

import json
import sqlite3
from pathlib import Path
from typing import Any

import pytest

from taxoloom.errors import InputError, TaxoloomError
from taxoloom.graphs.generate import generate
from taxoloom.tests.support.endpoint import Body, Endpoint, Fault, schema_name
from taxoloom.tests.support.panel_model import PanelModel
from taxoloom.tests.support.panel_run import PanelRun, panel_run
from taxoloom.tests.support.recipes import content, recipe

SAMPLES, CANARIES = 150, 100


def ask(db: Path, query: str) -> list[tuple[Any, ...]]:
    connection = sqlite3.connect(db)
    try:
        return connection.execute(query).fetchall()
    finally:
        connection.close()


@pytest.fixture(scope="module")
def found(tmp_path_factory: pytest.TempPathFactory) -> PanelRun:
    folder = tmp_path_factory.mktemp("canaries")
    return panel_run(folder, "B", 0.3, samples=SAMPLES, canaries=CANARIES)


def test_canaries_are_judged_by_all_and_are_no_samples(found: PanelRun) -> None:
    rows = found.ask(
        """SELECT c.id, c.good, c.defect, count(*), count(DISTINCT v.judge)
           FROM canaries c JOIN verdicts v ON v.sample_id = c.id GROUP BY c.id"""
    )
    assert len(rows) == CANARIES
    assert {row[3:] for row in rows} == {(3, 3)}
    assert sum(row[1] for row in rows) == CANARIES / 2
    assert all(bool(row[2]) != bool(row[1]) for row in rows)
    assert len({row[2] for row in rows}) >= 8
    ids = {row[0] for row in rows}
    assert not ids & set(found.stored)
    run = found.run.summary().run
    kinds = ("accepted", "disputed", "rejected", "failed", "pending")
    assert run["planned"] == SAMPLES == sum(run[kind] for kind in kinds)
    assert len(list(found.run.samples())) == SAMPLES


def test_nothing_in_a_judges_call_tells_a_canary_from_a_sample(found: PanelRun) -> None:
    canaries = {row[0] for row in found.ask("SELECT id FROM canaries")}
    calls = found.ask("SELECT sample_id, node, prompt_hash, params, messages FROM calls")
    judged = [row for row in calls if row[1].startswith("judge_")]
    shapes: dict[bool, set[tuple[str, ...]]] = {True: set(), False: set()}
    for sample, node, prompt_hash, params, messages in judged:
        system = json.loads(messages)[0]["content"]
        assert "canary" not in messages.lower()
        keys = str(sorted(json.loads(params)))
        shapes[sample in canaries].add((node, prompt_hash, keys, str(len(system))))
    assert shapes[True] <= shapes[False]


def test_canaries_are_strewn_among_the_samples(found: PanelRun) -> None:
    canaries = {row[0] for row in found.ask("SELECT id FROM canaries")}
    order = [row[0] in canaries for row in found.ask("SELECT sample_id FROM calls ORDER BY id")]
    first, last = order.index(True), len(order) - order[::-1].index(True)
    assert last - first > len(order) / 2


def test_the_policy_is_stored_and_the_decisions_follow_from_it(found: PanelRun) -> None:
    ((wave, name, data),) = found.ask("SELECT wave, name, data FROM policies")
    policy = json.loads(data)
    assert (wave, name, policy["policy"]) == (0, "calibrated", "calibrated")
    assert policy["canaries"] == [CANARIES // 2, CANARIES // 2]
    assert policy["judges"] == ["judge_1", "judge_2", "judge_3"]
    assert policy["prevalence"] == pytest.approx(0.25, abs=0.12)
    assert found.under("calibrated") == found.stored


def test_it_lets_fewer_defects_through_than_a_majority_does(found: PanelRun) -> None:
    calibrated, majority = (found.score(found.under(p)) for p in ("calibrated", "majority"))
    assert calibrated.residual < majority.residual
    assert calibrated.kept > 0.8


@pytest.mark.parametrize("broken_at", [40, 110])
def test_a_broken_run_ends_like_an_unbroken_one(tmp_path: Path, broken_at: int) -> None:
    """Its endpoint dies in the midst of a wave, with votes on record that nobody has counted."""
    databases = [_share_run(tmp_path / "whole", None), _share_run(tmp_path / "cut", broken_at)]
    one, other = (content(db) for db in databases)
    for part in ("samples", "verdicts", "disagreements", "blueprints"):
        assert one[part] == other[part] != []
    tables = ("canaries", "policies")
    columns = {"canaries": "id, wave, place, messages, good", "policies": "wave, name, data"}
    for table in tables:
        query = f"SELECT {columns[table]} FROM {table} ORDER BY 1"
        assert ask(databases[0], query) == ask(databases[1], query) != []


def _share_run(folder: Path, broken_at: int | None) -> Path:
    folder.mkdir()
    judging = PanelModel.of("A", folder / "run.db")
    calls = 0

    def failing(body: Body) -> Any:
        nonlocal calls
        calls += schema_name(body) == "Verdict"
        return Fault(401) if broken_at is not None and calls > broken_at else judging(body)

    for attempt in range(1 if broken_at is None else 2):
        with Endpoint(judging if attempt else failing).running() as endpoint:
            path = recipe(
                folder,
                endpoint.url,
                samples=24,
                panel=judging.panel(endpoint.url, policy="calibrated", canaries={"share": 0.8}),
                run={"attempts": 2, "wave": 12},
                graph={"chain": ["planner", "writer"]},
            )
            if broken_at is not None and not attempt:
                with pytest.raises(TaxoloomError):
                    generate(path, db=judging.db)
            else:
                generate(path, db=judging.db, resume=bool(attempt))
    return judging.db


def test_a_share_of_each_wave_is_canaries(tmp_path: Path) -> None:
    db = _share_run(tmp_path / "run", None)
    sizes = dict(ask(db, "SELECT wave, count(*) FROM blueprints GROUP BY 1"))
    planted = dict(ask(db, "SELECT wave, count(*) FROM canaries GROUP BY 1"))
    assert planted == {wave: round(0.8 * size) for wave, size in sizes.items()}
    assert len(planted) >= 2


def test_trusted_samples_of_the_users_own_are_canaries(tmp_path: Path) -> None:
    leaf = "电商客服 > 售后支持"
    answer = "款项会在 {n} 个工作日内退回原来的支付方式。如果是信用卡支付，还要看发卡行的入账时间。"
    rows = [
        {
            "leaf": leaf,
            "messages": [
                {"role": "user", "content": f"订单 {n} 申请了退款，多久能到账？"},
                {"role": "assistant", "content": answer.format(n=n)},
            ],
        }
        for n in range(2, 12)
    ]
    lines = [json.dumps(row, ensure_ascii=False) for row in rows]
    (tmp_path / "trusted.jsonl").write_text("\n".join(lines), encoding="utf-8")
    panel = {"canaries": {"number": 20, "sources": ["trusted.jsonl"]}}
    run = generate(recipe(tmp_path, samples=2, panel=panel), db=tmp_path / "run.db")
    found = ask(run.path, "SELECT origin, good, leaf, defect FROM canaries")
    own = [row for row in found if "trusted.jsonl" in row[0]]
    assert len({row[0] for row in own}) >= 8
    assert {row[2] for row in own if row[1]} == {leaf}
    assert {row[3] for row in own if not row[1]} == {"wrong_label"}
    assert leaf not in {row[2] for row in own if not row[1]}
    assert len(found) == 20


def test_canaries_that_cannot_be_are_refused_before_anything_is_written(tmp_path: Path) -> None:
    panel: dict[str, Any] = {"canaries": {"number": 20, "kinds": ["wrong_nmber"]}}
    with pytest.raises(InputError, match="wrong_nmber"):
        generate(recipe(tmp_path, panel=panel), db=tmp_path / "run.db")
    (tmp_path / "t.jsonl").write_text('{"leaf": "nowhere", "messages": []}', encoding="utf-8")
    panel = {"canaries": {"number": 20, "sources": ["t.jsonl"]}}
    with pytest.raises(InputError, match=r"t\.jsonl:1"):
        generate(recipe(tmp_path, panel=panel), db=tmp_path / "run.db")
    assert not (tmp_path / "run.db").exists()
