"""One list grown in each language, word for word: what each agent was told and said, and the offer.

`UPDATE_GOLDEN=1` writes the transcripts anew, for a reviewer to read.
"""

import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from taxoloom.graphs.grow import grow
from taxoloom.graphs.grow_trace import GrowTrace
from taxoloom.tests.support.recipes import EXAMPLES

GOLDEN = Path(__file__).parent.parent / "golden" / "transcripts"
NODES = {"zh": "电商客服 > 订单服务", "en": "E-commerce customer service > Order services"}


def transcript(trace: GrowTrace) -> Iterator[str]:
    # Proposers speak at once: their rows come home in any order.
    for call in sorted(trace.calls, key=lambda call: (call["node"], call["prompt"])):
        yield f"==== {call['node']} {call['prompt']}: {call['outcome']}"
        yield call["messages"][-1]["content"]
        yield f"---- {call['model']}"
        yield call["reply"] or call["error"]
    yield f"==== {trace.growth['path']}: {trace.growth['status']}"
    yield from trace.decided()


@pytest.mark.parametrize("language", ["zh", "en"])
def test_one_list_from_its_level_plan_to_the_offer(tmp_path: Path, language: str) -> None:
    file = EXAMPLES / f"customer_service.{language}.yaml"
    growth = grow(file, tmp_path / "grow.db", nodes=[NODES[language]], proposals=3, width=9)
    (one,) = growth.lists
    found = "\n".join(transcript(growth.trace(one.id))) + "\n"
    golden = GOLDEN / f"one_list.{language}.txt"
    if os.environ.get("UPDATE_GOLDEN"):
        golden.parent.mkdir(parents=True, exist_ok=True)
        golden.write_text(found, encoding="utf-8")
    assert found == golden.read_text(encoding="utf-8")
