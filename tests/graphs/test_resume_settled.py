"""Going on with a run whose disputed samples people have settled meanwhile."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from taxoloom.errors import EndpointError
from taxoloom.graphs.adjudicate import desk, person
from taxoloom.graphs.generate import generate
from taxoloom.store.review_rows import Chosen
from taxoloom.tests.support.endpoint import Body, Endpoint, Fault, mixed
from taxoloom.tests.support.recipes import recipe

COUNTS = ("accepted", "disputed", "rejected", "failed")


def denying_after(calls: int) -> Callable[[Body], Any]:
    left = [calls]

    def reply(body: Body) -> Any:
        left[0] -= 1
        denied = Fault(401, b'{"error": {"message": "no such key"}}')
        return mixed(body) if left[0] > 0 else denied

    return reply


@pytest.mark.parametrize(("calls", "wave"), [(390, 10), (440, 3)])
def test_a_settled_sample_fills_its_slot_and_the_rest_goes_on(
    tmp_path: Path, calls: int, wave: int
) -> None:
    db, keys = tmp_path / "run.db", {"samples": 40, "run": {"wave": wave}}
    with Endpoint(denying_after(calls)).running() as endpoint, pytest.raises(EndpointError):
        generate(recipe(tmp_path, endpoint.url, **keys), db=db)
    with desk(db, None, person("Ada")) as held:
        waiting = held.waiting(Chosen(("decision",)))
        for sample_id in waiting:
            held.vote(sample_id, True)
    assert waiting
    with Endpoint(mixed).running() as endpoint:
        run = generate(recipe(tmp_path, endpoint.url, **keys), db=db, resume=True)
    found = run.summary().run
    assert (found["status"], found["pending"]) == ("done", 0)
    assert found["planned"] == sum(found[name] for name in COUNTS)
    assert found["accepted"] >= 40
