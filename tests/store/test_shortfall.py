"""What a run could not fill, counted by SQL, against a count by hand and by a loop."""

import random
from collections import Counter
from pathlib import Path
from typing import Any

from taxoloom.store import count_shortfall, reading, shortfall
from taxoloom.tests.store.plant import blueprint, inserted, plant, run, sample

LEAVES = ("根 > 甲", "根 > 乙")
Row = dict[str, Any]


def planted(path: Path, blueprints: list[Row], samples: list[Row]) -> list[Row]:
    plant(path, inserted(runs=[run()], blueprints=blueprints, samples=samples))
    plant(path, count_shortfall("r1"))
    with reading(path) as db:
        return shortfall(db, "r1")


def test_a_cell_that_nobody_fills_is_named_with_what_decided_most(tmp_path: Path) -> None:
    hard, easy = {"难度": "高级"}, {"难度": "基础"}
    first = [
        blueprint("a", slot=0, labels=hard),
        blueprint("b", slot=1, labels=hard),
        blueprint("c", slot=2, labels=easy),
    ]
    again = [blueprint("d", slot=0, attempt=1, labels=hard)]
    samples = [
        sample(first[0], "rejected", reason="judges:correct"),
        sample(first[1], "failed", reason="writer:refused"),
        sample(first[2]),
        sample(again[0], "rejected", reason="judges:correct"),
    ]
    leaf, cell = planted(tmp_path / "a.db", first + again, samples)
    assert leaf == {
        "leaf": "根 > 叶",
        "label": "",
        "value": "",
        "asked": 3,
        "missing": 2,
        "tries": 3,
        "reason": "judges:correct",
    }
    assert cell == {**leaf, "label": "难度", "value": "高级", "asked": 2}


def test_a_slot_that_was_filled_at_last_is_not_missing(tmp_path: Path) -> None:
    tries = [blueprint("a", slot=0), blueprint("b", slot=0, attempt=1)]
    samples = [sample(tries[0], "rejected", reason="judges:safe"), sample(tries[1])]
    assert planted(tmp_path / "a.db", tries, samples) == []


def test_a_slot_that_was_never_tried_has_no_reason(tmp_path: Path) -> None:
    (leaf, _) = planted(tmp_path / "a.db", [blueprint("a")], [])
    assert (leaf["missing"], leaf["tries"], leaf["reason"]) == (1, 0, "")


def test_counting_again_replaces_what_was_counted(tmp_path: Path) -> None:
    path = tmp_path / "a.db"
    once = planted(path, [blueprint("a")], [])
    plant(path, count_shortfall("r1"))
    with reading(path) as db:
        assert shortfall(db, "r1") == once
        assert shortfall(db, "another") == []


def test_any_run_is_counted_as_a_loop_counts_it(tmp_path: Path) -> None:
    dice = random.Random(4)
    blueprints, samples = [], []
    for slot in range(60):
        leaf = dice.choice(LEAVES)
        labels = {"a": dice.choice("xy"), "b": dice.choice("xyz")}
        for attempt in range(3):
            made = blueprint(f"{slot}-{attempt}", slot=slot, attempt=attempt, leaf=leaf)
            blueprints.append(made | {"labels": labels})
            status = dice.choice(["accepted", "rejected", "rejected", "failed"])
            reason = "panel:3-0" if status == "accepted" else dice.choice(["p", "q"])
            samples.append(sample(blueprints[-1], status, reason=reason))
            if status == "accepted":
                break
    filled = {one["slot"] for one in samples if one["status"] == "accepted"}
    asked: Counter[tuple[str, str, str]] = Counter()
    missing: Counter[tuple[str, str, str]] = Counter()
    why: dict[tuple[str, str, str], Counter[str]] = {}
    for one in blueprints:
        cells = [(one["leaf"], *label) for label in [("", ""), *one["labels"].items()]]
        for cell in cells if one["attempt"] == 0 else ():
            asked[cell] += 1
            missing[cell] += one["slot"] not in filled
    for one in samples:
        for label in [("", ""), *one["labels"].items()]:
            if one["slot"] not in filled:
                why.setdefault((one["leaf"], *label), Counter())[one["reason"]] += 1
    found = planted(tmp_path / "a.db", blueprints, samples)
    assert {(r["leaf"], r["label"], r["value"]): r["missing"] for r in found} == +missing
    for row in found:
        cell = (row["leaf"], row["label"], row["value"])
        reasons = why[cell]
        assert row["asked"] == asked[cell]
        assert row["tries"] == sum(reasons.values())
        assert row["reason"] == min(reasons, key=lambda reason: (-reasons[reason], reason))
    order = [(row["label"] != "", -row["missing"] / row["asked"]) for row in found]
    assert order == sorted(order)
