"""Typos by rule in whole runs: where the label asks for them, kept, and taken back on export."""

import json
import sqlite3
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from taxoloom.cli import commands
from taxoloom.errors import InputError
from taxoloom.graphs.generate import Options, Quiet, agenerate, generate
from taxoloom.graphs.loop import run_to_the_end
from taxoloom.quality.diversity import Reading
from taxoloom.tests.support.endpoint import Body, Endpoint, good, schema_name
from taxoloom.tests.support.recipes import recipe

AXES = {"instruction_form": {"noise": 1, "paraphrase": 1}}


def ask(db: Path, query: str) -> list[tuple[Any, ...]]:
    connection = sqlite3.connect(db)
    try:
        return connection.execute(query).fetchall()
    finally:
        connection.close()


@pytest.fixture(scope="module")
def db(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("noise")
    with Endpoint(good).running() as endpoint:
        path = recipe(folder, endpoint.url, samples=12, axes=AXES, noise={"rate": 0.1})
        generate(path, db=folder / "run.db")
        # No agent is asked for what a rule does.
        asked = [schema_name(body) for body in endpoint.calls]
    assert asked.count("Rewrite") == 6
    return folder / "run.db"


def test_samples_with_the_label_have_slips_and_others_have_none(db: Path) -> None:
    rows = ask(db, "SELECT labels, messages, artifacts FROM samples")
    for labels, messages, artifacts in rows:
        edits = json.loads(artifacts).get("perturber", {}).get("edits", [])
        user, assistant = (message["content"] for message in json.loads(messages))
        if json.loads(labels)["instruction_form"] == "noise":
            assert edits
            assert all(user[e["position"] :].startswith(e["after"]) for e in edits)
        else:
            assert edits == []
            assert user.startswith("遇到下面这种情况该怎么处理，")
        assert assistant.startswith("先照说明核对一遍，")


def test_the_clean_text_comes_back_on_export(db: Path, tmp_path: Path) -> None:
    texts = {}
    for name, option in (("noisy", []), ("clean", ["--clean"])):
        out = tmp_path / f"{name}.jsonl"
        words = ["export", "--db", str(db), "--out", str(out), *option]
        assert CliRunner().invoke(commands(), words).exit_code == 0
        rows = [json.loads(line) for line in out.read_text(encoding="utf-8").splitlines()]
        texts[name] = [row["messages"][0]["content"] for row in rows]
    clean = [
        text.startswith("遇到下面这种情况该怎么处理，要先做什么后做什么？How")
        for text in texts["clean"]
    ]
    assert all(clean)
    assert texts["noisy"] != texts["clean"]


def test_an_unknown_kind_of_slip_is_refused(tmp_path: Path) -> None:
    path = recipe(tmp_path, noise={"kinds": ["homophnes"]})
    with pytest.raises(InputError, match="homophnes"):
        generate(path, db=tmp_path / "run.db")


class Heard(Quiet):
    """Keeps the warnings."""

    def __init__(self) -> None:
        self.readings: list[Reading] = []

    def collapsing(self, reading: Reading) -> None:
        self.readings.append(reading)


def test_a_run_that_begins_to_repeat_itself_is_told_once(tmp_path: Path) -> None:
    calls = 0

    def tiring(body: Body) -> Any:
        nonlocal calls
        if schema_name(body) != "Draft":
            return good(body)
        calls += 1
        # No two of the first drafts share four words in a row.
        first = calls * 97 if calls < 70 else 0
        said = " ".join(f"词{first + n}" for n in range(40))
        turn = {"user": f"第{calls}个问题怎么办？", "assistant": f"照下面的办。{said}。"}
        return {"system": "", "reasoning": "", "turns": [turn], "final_answer": ""}

    heard = Heard()
    with Endpoint(tiring).running() as endpoint:
        path = recipe(
            tmp_path,
            endpoint.url,
            samples=140,
            axes={"context": {"single_turn": 1}},
            graph={"chain": ["planner", "writer"]},
            checks={"repeated_words": False, "repeated_sentences": False},
        )
        options = Options(db=tmp_path / "run.db", listener=heard)
        run_to_the_end(lambda gate: agenerate(path, options, gate=gate))
    assert len(heard.readings) == 1
    assert heard.readings[0].now > 0.5 > heard.readings[0].start
