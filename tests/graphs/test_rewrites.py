"""Operations in whole runs: how many samples undergo them, who is told of it, what is refused."""

import json
import sqlite3
from collections import Counter
from pathlib import Path
from typing import Any

import pytest

from taxoloom.errors import PromptError
from taxoloom.graphs.generate import generate
from taxoloom.tests.support.endpoint import Body, Endpoint, good, schema_name
from taxoloom.tests.support.recipes import recipe

AXES = {"difficulty": None}


def rows(db: Path, query: str) -> list[tuple[Any, ...]]:
    connection = sqlite3.connect(db)
    try:
        return connection.execute(query).fetchall()
    finally:
        connection.close()


def harder(body: Body) -> dict[str, Any]:
    """A model that adds a condition where it is to, and answers anew."""
    made = good(body)
    if schema_name(body) == "Rework":
        # What stands in the draft is kept, since nothing of the request may be lost.
        text = "\n".join(str(m["content"]) for m in body["messages"] if m["role"] == "user")
        user = _section(text, "草稿，第 1 轮 用户") or _section(text, "草稿 第 1 轮 用户")
        made = {
            "draft": {
                "system": "",
                "reasoning": "",
                "turns": [
                    {"user": f"{user}而且今天就要。", "assistant": f"{_ANSWER}{len(user)}。"}
                ],
                "final_answer": "",
            },
            "changes": ["added a deadline"],
            "requirements": ["keeps the new deadline"],
        }
    return made


_ANSWER = "先照说明核对一遍，再逐项处理，今天之内把结果确认清楚就可以了，编号是"


def _section(text: str, label: str) -> str:
    head, _, rest = text.partition(f"<<<BEGIN {label}")
    return rest.partition(">>>\n")[2].partition("\n<<<END")[0] if rest else ""


@pytest.fixture(scope="module")
def calls(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, list[Body]]:
    folder = tmp_path_factory.mktemp("rewrites")
    with Endpoint(harder).running() as endpoint:
        path = recipe(folder, endpoint.url, samples=40, axes=AXES, rewrites={"complexify": 0.5})
        generate(path, db=folder / "run.db")
        return folder / "run.db", endpoint.calls


def test_the_share_is_kept_and_every_operation_has_its_part(
    calls: tuple[Path, list[Body]],
) -> None:
    db, _ = calls
    found = [
        json.loads(row[0]).get("operations", [])
        for row in rows(db, "SELECT content FROM blueprints WHERE attempt = 0")
    ]
    counts = Counter(name for names in found for name in names)
    assert sum(counts.values()) == 20
    assert set(counts) == {
        "add_constraint",
        "deepen",
        "concretise",
        "add_reasoning_steps",
        "composite_input",
    }
    assert max(counts.values()) - min(counts.values()) <= 2


def test_the_new_request_is_kept_with_what_was_done(calls: tuple[Path, list[Body]]) -> None:
    db, bodies = calls
    accepted = rows(db, "SELECT messages, artifacts FROM samples WHERE status = 'accepted'")
    assert len(accepted) == 40
    for messages, artifacts in accepted:
        rewriter = json.loads(artifacts)["rewriter"]
        hard = bool(rewriter.get("operations"))
        assert json.loads(messages)[0]["content"].endswith("而且今天就要。") == hard
        assert rewriter.get("requirements") == (["keeps the new deadline"] if hard else None)
    told = [str(body["messages"]) for body in bodies if schema_name(body) == "Critique"]
    assert sum("keeps the new deadline" in text for text in told) == 40
    judged = [str(body["messages"]) for body in bodies if schema_name(body) == "Verdict"]
    assert not any("keeps the new deadline" in text for text in judged)


def test_a_rewrite_that_lost_a_condition_is_asked_again_and_never_accepted(tmp_path: Path) -> None:
    condition = "预算不超过一百五，不要带蓝牙的。"

    def careless(body: Body) -> dict[str, Any]:
        made = good(body)
        if schema_name(body) == "Draft":
            made["turns"][0]["user"] += condition
        if schema_name(body) == "Rewrite":
            turn = made["draft"]["turns"][0]
            turn["user"] = turn["user"].removesuffix(condition)
        return made

    with Endpoint(careless).running() as endpoint:
        axes = {"instruction_form": {"paraphrase": 1}}
        run = {"attempts": 1, "stop_after_failures": 99}
        generate(
            recipe(tmp_path, endpoint.url, samples=4, axes=axes, run=run), db=tmp_path / "a.db"
        )
        again = [body for body in endpoint.calls if schema_name(body) == "Rewrite"]
    assert rows(tmp_path / "a.db", "SELECT DISTINCT status, reason FROM samples") == [
        ("rejected", "rewriter:reject")
    ]
    assert len(again) == 4 * 2
    assert "预算不超过一百五" in str(again[-1]["messages"][-1])


def test_a_plugin_brings_an_operation_that_recipes_name(tmp_path: Path) -> None:
    (tmp_path / "shorten.py").write_text(
        "from taxoloom import operation\n"
        "shorten = operation(\n"
        "    'shorten', title='缩短回答', brief='把回答缩短一半', changes=['assistant']\n"
        ")\n",
        encoding="utf-8",
    )
    more: dict[str, Any] = {"axes": AXES, "plugins": ["shorten.py"], "rewrites": {"shorten": 1}}
    with Endpoint(good).running() as endpoint:
        generate(recipe(tmp_path, endpoint.url, samples=2, **more), db=tmp_path / "a.db")
        asked = [str(body["messages"]) for body in endpoint.calls if schema_name(body) == "Rewrite"]
    assert len(asked) == 2
    assert all("把回答缩短一半" in text for text in asked)
    with pytest.raises(PromptError, match="unknown operation 'shortn'"):
        generate(recipe(tmp_path, **more | {"rewrites": {"shortn": 1}}), db=tmp_path / "b.db")


def test_a_flat_run_knows_neither_categories_nor_seeds(tmp_path: Path) -> None:
    with Endpoint(good).running() as endpoint:
        path = recipe(tmp_path, endpoint.url, samples=3)
        generate(path, db=tmp_path / "a.db", flat=True)
        generate(path, db=tmp_path / "a.db")
        first = next(body for body in endpoint.calls if schema_name(body) == "Plan")
    [content] = rows(tmp_path / "a.db", "SELECT content FROM blueprints ORDER BY rowid LIMIT 1")[0]
    planned = json.loads(content)
    assert (planned["path"], planned["labels"], planned["situation"]) == (["电商客服"], [], [])
    assert "素材：" not in str(first["messages"][1])
    kinds = rows(tmp_path / "a.db", "SELECT recipe_key, asked, status FROM runs")
    assert [kind[1:] for kind in kinds] == [(3, "done"), (3, "done")]
    assert len({kind[0] for kind in kinds}) == 2
