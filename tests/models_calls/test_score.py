"""A score is a number of the menu: JSON's true is not 1."""

import json

import pytest

from taxoloom.agents.outputs import Verdict
from taxoloom.models.outcome import Outcome
from taxoloom.models.parse import Raw, parse
from taxoloom.tests.support.endpoint import verdict


@pytest.mark.parametrize(
    ("score", "outcome"),
    [
        (0, Outcome.ok),
        (5, Outcome.ok),
        (6, Outcome.schema_violation),
        (True, Outcome.schema_violation),
    ],
)
def test_a_score_is_on_the_menu_or_no_score(score: int, outcome: Outcome) -> None:
    reply = verdict(accept=True) | {"score": score}
    assert parse(Raw(json.dumps(reply)), Verdict).outcome == outcome
