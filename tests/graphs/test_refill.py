"""Exact counts: what is not accepted is asked for again in its own cell, within limits."""

import json
from collections import Counter
from pathlib import Path
from typing import Any

from taxoloom.graphs.generate import generate
from taxoloom.graphs.run import Run
from taxoloom.tests.support.endpoint import Body, Endpoint, Reply, good, schema_name, verdict
from taxoloom.tests.support.recipes import recipe

KINDS = {"服装": 0.5, "数码": 0.3, "食品": 0.2}
LEVELS = {"高": 0.25, "低": 0.75}
TREE: dict[str, Any] = {
    "name": "店",
    "attributes": {
        "品类": [{name: {"weight": weight}} for name, weight in KINDS.items()],
        "档次": [{name: {"weight": weight}} for name, weight in LEVELS.items()],
    },
    "children": ["查询", "退货"],
}
CHAIN = {"chain": ["planner", "writer"], "critic_rounds": 0}


def run_with(reply: Reply, folder: Path, samples: int, **keys: Any) -> Run:
    tree = folder / "tree.json"
    tree.write_text(json.dumps(TREE, ensure_ascii=False), encoding="utf-8")
    with Endpoint(reply).running() as endpoint:
        keys = {"taxonomy": str(tree), "axes": {}, "graph": CHAIN, "samples": samples} | keys
        return generate(recipe(folder, endpoint.url, **keys), db=folder / "run.db")


def rejecting(share: float) -> Reply:
    """Accepts all but a share of one cell: returns of electronics."""

    def reply(body: Body) -> Any:
        told = json.dumps(body["messages"], ensure_ascii=False)
        if schema_name(body) == "Verdict" and "退货" in told and "数码" in told:
            # The judges of one sample are all sent its seed.
            return verdict(accept=body["seed"] % 1000 >= share * 1000)
        return good(body)

    return reply


def test_a_cell_that_is_often_rejected_still_gets_its_share(tmp_path: Path) -> None:
    run = run_with(rejecting(0.3), tmp_path, 200)
    found = run.summary()
    assert (found.run["accepted"], found.run["status"]) == (200, "done")
    assert found.run["rejected"] >= 5
    accepted = list(run.samples("accepted"))
    for name, shares in (("品类", KINDS), ("档次", LEVELS)):
        counts = Counter(sample.labels[name] for sample in accepted)
        for value, share in shares.items():
            assert abs(counts[value] / 200 - share) <= 0.01
    assert set(Counter(sample.leaf for sample in accepted).values()) == {100}


def test_a_cell_that_nobody_accepts_is_named_and_costs_no_more_than_it_may(tmp_path: Path) -> None:
    run = run_with(rejecting(1.0), tmp_path, 40, run={"attempts": 2})
    found = run.summary()
    slots = 40 - found.run["accepted"]
    assert slots == 6
    assert found.run["status"] == "shortfall"
    assert found.run["planned"] <= 80
    leaf, *cells = found.shortfall
    assert (leaf["leaf"], leaf["missing"], leaf["reason"]) == ("店 > 退货", 6, "judges:correct")
    assert {(cell["label"], cell["value"]) for cell in cells if cell["missing"] == 6} == {
        ("品类", "数码")
    }
    assert cells[0]["asked"] == cells[0]["missing"]
