"""Whole runs of one sample, word for word: what each agent was told and said, and what decided.

`UPDATE_GOLDEN=1` writes the transcripts anew, for a reviewer to read.
"""

import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from taxoloom.graphs.generate import generate
from taxoloom.graphs.spec import ASSISTANT, USER
from taxoloom.graphs.trace import Trace, vote
from taxoloom.tests.support.recipes import EXAMPLES, recipe

GOLDEN = Path(__file__).parent.parent / "golden" / "transcripts"


def transcript(trace: Trace) -> Iterator[str]:
    # Critics and judges speak at once: their rows come home in any order.
    first = [call for call in trace.calls if call["node"] in ("planner", USER, ASSISTANT)]
    others = [call for call in trace.calls if call not in first]
    others.sort(key=lambda call: (call["round"], call["node"], call["prompt"]))
    for call in [*sorted(first, key=lambda call: call["id"]), *others]:
        yield f"==== {call['node']} {call['prompt']} round {call['round']}: {call['outcome']}"
        yield call["messages"][-1]["content"]
        yield f"---- {call['model']}"
        yield call["reply"] or call["error"]
    for verdict in trace.verdicts:
        yield f"==== verdict of {verdict['judge']}: {vote(verdict)}, score {verdict['score']}"
    for message in trace.sample["messages"]:
        yield f"==== {message['role']}\n{message['content']}"
    yield f"==== {trace.sample['status']}: {trace.sample['reason']}"


TALKS: dict[str, dict[str, Any]] = {
    "one_sample": {},
    "three_turns": {"axes": {"context": {"multi_turn": {"weight": 1, "turns": [3, 3]}}}},
    "topic_switch": {
        "axes": {
            "context": {"topic_switch": {"weight": 1, "turns": [4, 4]}},
            "system_message": {"given": 1},
        }
    },
}


@pytest.mark.parametrize("language", ["zh", "en"])
@pytest.mark.parametrize("name", TALKS)
def test_one_sample_from_blueprint_to_decision(tmp_path: Path, name: str, language: str) -> None:
    taxonomy = str(EXAMPLES / f"customer_service.{language}.yaml")
    path = recipe(tmp_path, taxonomy=taxonomy, language=language, samples=1, seed=5, **TALKS[name])
    run = generate(path, db=tmp_path / "run.db")
    (accepted,) = run.samples("accepted")
    found = "\n".join(transcript(run.trace(accepted.id))) + "\n"
    golden = GOLDEN / f"{name}.{language}.txt"
    if os.environ.get("UPDATE_GOLDEN"):
        golden.parent.mkdir(parents=True, exist_ok=True)
        golden.write_text(found, encoding="utf-8")
    assert found == golden.read_text(encoding="utf-8")
