"""A run with accepted samples that can be ranked, planted without a graph; longer texts of higher
levels, so that a ranker that goes by length finds the levels."""

from pathlib import Path
from typing import Any

from taxoloom.store import difficulties
from taxoloom.taxonomy import Node, Taxonomy
from taxoloom.tests.store.plant import (
    NOW,
    blueprint,
    dialogue,
    inserted,
    plant,
    run,
    sample,
)

LEVELS = ("basic", "intermediate", "advanced")
_CLAUSES = ("另外{n}号单还有个条件。", "可是按规矩不许先发。", "两头为难，偏偏常规做法要误时间。")


def ranked_run(path: Path, samples: int = 24, **recipe: Any) -> Path:
    """A database with such a run; options go into its recipe."""
    top = Node("t", "根")
    taxonomy = Taxonomy([top, Node("a", "售前", top), Node("b", "售后", top)])
    data = {"taxonomy": "t.yaml", "language": "zh", "seed": 3, "as_of": "2026-11-22", **recipe}
    prints = [
        blueprint(
            f"b{at}",
            slot=at,
            leaf=f"根 > {'售前' if at % 2 else '售后'}",
            labels={"difficulty": LEVELS[at % 3], "tone": "neutral"},
        )
        for at in range(samples)
    ]
    rows = [sample(one, messages=_messages(at)) for at, one in enumerate(prints)]
    stored = run(recipe=data, taxonomy=taxonomy.to_dict(), asked=samples, status="done")
    return plant(path, inserted(runs=[stored], blueprints=prints, samples=rows))


def _messages(at: int) -> list[dict[str, str]]:
    more = "".join(_CLAUSES[: at % 3]) + _CLAUSES[at % 3] * (at % 3)
    asked = f"第{at}号单怎么还没有发货？{more.format(n=at)}{'请说明。' * (at % 5)}"
    return dialogue(asked, f"第{at}号单的回答：今天发出。", system="你是客服。" if at % 4 else "")


def rated(db: Path, ratings: dict[str, float]) -> Path:
    """Plant ratings of samples as if they had been measured."""
    common = {"run_id": "r1", "error": 50.0, "comparisons": 16, "pool": 0, "created_at": NOW}
    common |= {"model": "m", "prompt": "ranker.zh"}
    rows = [{"sample_id": id_, "rating": value, **common} for id_, value in ratings.items()]
    ids = list(ratings)
    ranking = {"id": "b-1", "run_id": "r1", "samples": ids, "ranks": [ids], "created_at": NOW}
    return plant(db, difficulties.replaced("r1", [ranking], rows))
