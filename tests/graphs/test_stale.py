"""What has expired is found, taken back with its history, and made anew; all else stays."""

import asyncio
import json
import shutil
import sqlite3
from collections import Counter
from contextlib import closing
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from taxoloom.agents import Draft
from taxoloom.errors import InputError, NotFound, StoreLocked
from taxoloom.graphs.generate import generate
from taxoloom.graphs.measure import coverage_of, space_of_run
from taxoloom.graphs.prepare import prepare
from taxoloom.graphs.redecide import Wanted, redecide
from taxoloom.graphs.run import Run
from taxoloom.graphs.screening import Screen
from taxoloom.graphs.sources import DataFile, StoredRun
from taxoloom.graphs.stale import Staleness, sources_of, staleness, take_back, with_expiry
from taxoloom.graphs.trace import trace
from taxoloom.recipe import Recipe
from taxoloom.store import Filter, lock, queries, reading, shortfall
from taxoloom.taxonomy import PATH_SEPARATOR
from taxoloom.tests.support.endpoint import Endpoint, good
from taxoloom.tests.support.recipes import recipe

TREE: dict[str, Any] = {
    "name": "店",
    "children": [
        {"name": "价格", "fresh_for": 90, "children": [{"name": "促销", "fresh_for": 7}, "定价"]},
        "礼仪",
    ],
}
SALE, PRICE, MANNERS = "店 > 价格 > 促销", "店 > 价格 > 定价", "店 > 礼仪"
MADE, LATER = "2026-11-22", date(2026, 12, 10)
"""On the later day what is on sale has expired, and prices have not."""


def made(folder: Path, *, as_of: str = MADE, **keys: Any) -> Run:
    tree = folder / "tree.json"
    tree.write_text(json.dumps(TREE, ensure_ascii=False), encoding="utf-8")
    settings = {"samples": {"per_leaf": 3}, "axes": {}, "as_of": as_of} | keys
    with Endpoint(good).running() as endpoint:
        path = recipe(folder, endpoint.url, taxonomy=str(tree), **settings)
        return generate(path, db=folder / "a.db")


@pytest.fixture(scope="module")
def original(tmp_path_factory: pytest.TempPathFactory) -> Run:
    return made(tmp_path_factory.mktemp("original"))


@pytest.fixture
def run(original: Run, tmp_path: Path) -> Run:
    """A copy, for tests that move its samples."""
    return replace(original, path=Path(shutil.copy(original.path, tmp_path / "a.db")))


def of(run: Run, on: date, **keys: Any) -> Staleness:
    return staleness(StoredRun(run.path, run.id), on, **keys)


def by_leaf(run: Run) -> Counter[str]:
    return Counter(sample.leaf for sample in run.samples("accepted"))


def ask(db: Path, query: str) -> list[tuple[Any, ...]]:
    with closing(sqlite3.connect(db)) as connection:
        return connection.execute(query).fetchall()


def test_each_leaf_has_its_own_last_day(run: Run) -> None:
    found = of(run, LATER)
    assert [(one.leaf, one.expired, one.soon, one.next) for one in found.leaves] == [
        (SALE, 3, 0, ""),
        (PRICE, 0, 0, "2027-02-20"),
    ]
    assert {(one.leaf, one.expires, one.fresh_for) for one in found.expired} == {
        (SALE, "2026-11-29", 7)
    }
    assert (found.accepted, found.lasting, found.undated, found.soon) == (9, 3, 0, 0)


@pytest.mark.parametrize(
    ("on", "expired", "soon"),
    [("2026-11-29", 0, 3), ("2026-11-30", 3, 0), ("2027-01-22", 3, 3), ("2027-02-21", 6, 0)],
)
def test_the_last_day_itself_still_counts(run: Run, on: str, expired: int, soon: int) -> None:
    found = of(run, date.fromisoformat(on))
    assert (len(found.expired), found.soon) == (expired, soon)


def test_another_taxonomy_may_say_how_long(run: Run, tmp_path: Path) -> None:
    path = tmp_path / "now.yaml"
    path.write_text("name: 店\nfresh_for: 10\nchildren: [礼仪]\n", encoding="utf-8")
    assert {one.leaf for one in of(run, LATER, taxonomy=str(path)).expired} == {MANNERS}


def test_what_is_taken_back_is_rejected_and_its_history_kept(run: Run) -> None:
    before = {row[0]: row[1] for row in ask(run.path, "SELECT id, reason FROM samples")}
    taken = take_back(run.path, run.id, LATER).expired
    assert len(taken) == 3
    with reading(run.path) as connection:
        counts = queries.run(connection, run.id)
        for one in taken:
            told = trace(connection, one.id)
            assert (told.sample["status"], told.sample["reason"]) == ("rejected", "stale")
            assert "2026-11-22, good for 7 days until 2026-11-29" in told.sample["detail"]
            (review,) = told.reviews
            assert (review["source"], review["was"], review["became"]) == (
                "stale",
                "accepted",
                "rejected",
            )
            assert review["was_reason"] == one.reason == before[one.id]
            assert "stale: accepted → rejected" in str(told)
    parts = ("accepted", "disputed", "rejected", "failed", "pending")
    assert counts["planned"] == sum(counts[part] for part in parts)
    assert (counts["status"], counts["accepted"]) == ("shortfall", 6)
    assert counts["reason"] == "3 of 9 samples are missing: 3 were taken back as stale"
    with reading(run.path) as connection:
        (cell,) = [row for row in shortfall(connection, run.id) if not row["label"]]
    assert (cell["leaf"], cell["missing"], cell["reason"]) == (SALE, 3, "stale")
    assert by_leaf(run) == {PRICE: 3, MANNERS: 3}


def test_a_second_time_finds_nothing_more(run: Run) -> None:
    take_back(run.path, run.id, LATER)
    assert take_back(run.path, run.id, LATER).expired == ()
    assert ask(run.path, "SELECT count(*) FROM reviews") == [(3,)]


def test_another_policy_does_not_bring_it_back(run: Run) -> None:
    take_back(run.path, run.id, LATER)
    found = redecide(run.path, run.id, Wanted(policy="majority"))
    assert (found.changes, found.settled) == ((), 3)


def test_the_plan_makes_anew_exactly_what_was_taken_back(run: Run, tmp_path: Path) -> None:
    take_back(run.path, run.id, LATER)
    again = made(tmp_path, as_of=LATER.isoformat(), against=[run.id])
    assert by_leaf(again) == {SALE: 3}
    both = [StoredRun(run.path, one.id) for one in (run, again)]
    covered = coverage_of(both, space_of_run(both[0])).coverage
    assert {leaf.path: leaf.count for leaf in covered.by_leaf} == dict.fromkeys(
        (SALE, PRICE, MANNERS), 3
    )
    assert of(again, LATER).expired == ()
    assert sources_of(run.path, again.id) == ((run.id, again.id), str(LATER), str(LATER))


def test_an_unfinished_run_is_finished_first(run: Run) -> None:
    with closing(sqlite3.connect(run.path)) as connection, connection:
        connection.execute("UPDATE runs SET status = 'interrupted'")
    with pytest.raises(InputError, match="not finished"):
        take_back(run.path, run.id, LATER)
    assert by_leaf(run)[SALE] == 3


def test_nothing_is_moved_while_another_writes(run: Run) -> None:
    with lock(run.path), pytest.raises(StoreLocked):
        take_back(run.path, run.id, LATER)
    assert by_leaf(run)[SALE] == 3


def test_a_run_that_is_not_there_is_said_so(run: Run) -> None:
    with pytest.raises(NotFound):
        take_back(run.path, "nobody", LATER)


def test_samples_that_age_carry_their_last_day(run: Run) -> None:
    with reading(run.path) as connection:
        samples = queries.samples(connection, Filter(run=run.id))
        rows = list(with_expiry(connection, run.id, samples))
    told = {(row["leaf"], row.get("fresh_for"), row.get("expires")) for row in rows}
    assert told == {
        (SALE, 7, "2026-11-29"),
        (PRICE, 90, "2027-02-20"),
        (MANNERS, None, None),
    }


def test_agents_are_told_only_where_facts_age(original: Run) -> None:
    query = """
        SELECT s.leaf, min(instr(c.messages, '时效：这一类内容约 7 天') > 0),
               max(instr(c.messages, '时效：') > 0)
        FROM calls c JOIN samples s ON s.id = c.sample_id WHERE c.role = 'writer' GROUP BY 1"""
    assert {row[0]: row[1:] for row in ask(original.path, query)} == {
        SALE: (1, 1),
        PRICE: (0, 1),
        MANNERS: (0, 0),
    }


@pytest.mark.parametrize(("slot_of", "found"), [(SALE, True), (MANNERS, False)])
def test_rules_know_how_long_a_leaf_stays_true(tmp_path: Path, slot_of: str, found: bool) -> None:
    (tmp_path / "tree.json").write_text(json.dumps(TREE), encoding="utf-8")
    settings = {"taxonomy": "tree.json", "language": "zh", "samples": {"per_leaf": 1}}
    prepared = prepare(Recipe.model_validate(settings), tmp_path)
    blueprints = (prepared.plan.blueprint(slot) for slot in range(3))
    blueprint = next(one for one in blueprints if PATH_SEPARATOR.join(one.path) == slot_of)
    turns = [{"user": "去年的满减规则是什么？", "assistant": "2024 年的规则是满 200 元减 30 元。"}]
    draft = Draft.model_validate({"turns": turns})
    screen = Screen(prepared.rules, prepared.settings)
    findings = asyncio.run(screen.findings(draft, blueprint, prepared.world(MADE)))
    assert ("stale_year" in {finding.code for finding in findings}) is found


ROWS = [
    {"id": "a", "leaf": SALE, "as_of": "2026-11-01", "fresh_for": 7},
    {"meta": {"id": "b", "leaf": SALE, "as_of": "2026-12-09", "fresh_for": "1w"}},
    {"id": "c", "path": ["店", "礼仪"], "as_of": "2026-11-01"},
    {"id": "d", "leaf": SALE, "fresh_for": 7},
]


def test_rows_of_a_file_say_it_themselves(tmp_path: Path) -> None:
    path = tmp_path / "data.jsonl"
    path.write_text("\n".join(map(json.dumps, ROWS)), encoding="utf-8")
    found = staleness(DataFile(path), LATER)
    assert [one.id for one in found.expired] == ["a"]
    assert (found.accepted, found.lasting, found.undated, found.soon) == (4, 1, 1, 1)
    tree = tmp_path / "tree.yaml"
    tree.write_text("name: 店\nfresh_for: 20\nchildren: [礼仪]\n", encoding="utf-8")
    assert [one.id for one in staleness(DataFile(path), LATER, str(tree)).expired] == ["a", "c"]


def test_a_row_with_a_span_that_is_none_is_named(tmp_path: Path) -> None:
    path = tmp_path / "data.jsonl"
    path.write_text('{"leaf": "a"}\n{"leaf": "a", "fresh_for": "soon"}\n', encoding="utf-8")
    with pytest.raises(InputError, match=r"data.jsonl:2: fresh_for 'soon'"):
        staleness(DataFile(path), LATER)
