"""Roles of strangers: from a file, from the recipe, from an installed package."""

import json
import os
import shutil
import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from taxoloom.errors import InputError
from taxoloom.graphs.generate import generate
from taxoloom.tests.support.endpoint import Endpoint, good, schema_name
from taxoloom.tests.support.recipes import ROOT, recipe

ROLE = '''
from pydantic import BaseModel
from taxoloom import Draft, Reject, Scene, role

class Note(BaseModel):
    remark: str

@role("{name}", {place}prompt="note.md", output=Note)
def noter(reply: Note, scene: Scene){returns}:
    """Leaves a note."""
    {body}
'''
PROMPT = """---
role: noter
purpose: p
inputs: [candidate]
---
{% block system %}Say what strikes you.{% endblock %}
{% block user %}{{ show_candidate(candidate) }}{% endblock %}
"""


def plugin(
    folder: Path, body: str = "return None", *, name: str = "noter", place: str = 'after="writer", '
) -> Path:
    (folder / "note.md").write_text(PROMPT, encoding="utf-8")
    path = folder / f"{name}_plugin.py"
    path.write_text(ROLE.format(name=name, place=place, body=body, returns=""), encoding="utf-8")
    return path


def noting(body: dict[str, Any]) -> dict[str, Any]:
    return {"remark": "well put"} if schema_name(body) == "Note" else good(body)


@pytest.fixture(scope="module")
def url() -> Iterator[str]:
    """A model that knows the plugin's form and does all that is asked of it."""
    with Endpoint(noting).running() as endpoint:
        yield endpoint.url


def rows(db: Path, query: str) -> list[tuple[object, ...]]:
    connection = sqlite3.connect(db)
    try:
        return connection.execute(query).fetchall()
    finally:
        connection.close()


def test_a_role_from_a_file_speaks_after_the_writer_and_leaves_an_artifact(
    tmp_path: Path, url: str
) -> None:
    run = generate(
        recipe(tmp_path, url, samples=2), db=tmp_path / "r.db", plugins=(str(plugin(tmp_path)),)
    )
    sample = next(run.samples("accepted"))
    order = [
        row[0]
        for row in rows(
            run.path, f"SELECT node FROM calls WHERE sample_id = '{sample.id}' ORDER BY id"
        )
    ]
    assert order[:4] == ["planner", "writer", "noter", "rewriter"]
    artifacts = json.loads(
        str(rows(run.path, "SELECT artifacts FROM samples WHERE status='accepted'")[0][0])
    )
    assert artifacts["noter"]["remark"]


@pytest.mark.parametrize(
    ("after", "before", "neighbours"),
    [
        ("planner", None, ("planner", "writer")),
        (None, "critic", ("rewriter", "critic")),
        ("critic", None, ("critic", None)),
        (None, "judge", ("critic", None)),
    ],
)
def test_the_recipe_says_where_a_role_stands(
    tmp_path: Path,
    url: str,
    after: str | None,
    before: str | None,
    neighbours: tuple[str, str | None],
) -> None:
    path = plugin(tmp_path, place="")
    (tmp_path / "note.md").write_text(
        PROMPT.replace("[candidate]", "[request]").replace("candidate", "request"), encoding="utf-8"
    )
    place = {"role": "noter"} | ({"after": after} if after else {"before": before})
    graph = {"insert": [place]}
    run = generate(
        recipe(tmp_path, url, samples=1, plugins=[path.name], graph=graph), db=tmp_path / "r.db"
    )
    sample = next(run.samples("accepted"))
    order = [
        str(r[0])
        for r in rows(run.path, f"SELECT node FROM calls WHERE sample_id='{sample.id}' ORDER BY id")
    ]
    at = order.index("noter")
    assert order[at - 1] == neighbours[0]
    if neighbours[1]:
        assert order[at + 1] == neighbours[1]
    else:
        assert set(order[at + 1 :]) == {"examiner", "sceptic", "editor"}


def test_after_the_judges_a_role_speaks_before_the_panel(tmp_path: Path, url: str) -> None:
    path = plugin(tmp_path, "return Reject('not with me')", place='after="judge", ')
    run = generate(
        recipe(tmp_path, url, samples=1, run={"attempts": 1}),
        db=tmp_path / "r.db",
        plugins=(str(path),),
    )
    (found,) = rows(run.path, "SELECT status, reason, detail FROM samples")
    assert found == ("rejected", "noter:reject", "not with me")
    assert rows(run.path, "SELECT count(*) FROM verdicts") == [(3,)]


def test_a_role_may_replace_the_draft(tmp_path: Path, url: str) -> None:
    body = (
        "from taxoloom.agents.outputs import Turn\n"
        "    return Draft(turns=[Turn(user='planted request', assistant='planted answer')])"
    )
    path = plugin(tmp_path, body, place='after="critic", ')
    run = generate(
        recipe(tmp_path, url, samples=1, run={"attempts": 1}),
        db=tmp_path / "r.db",
        plugins=(str(path),),
    )
    (messages,) = rows(run.path, "SELECT messages FROM samples")[0]
    assert "planted request" in str(messages)


def test_a_plugin_that_raises_costs_its_sample_alone(tmp_path: Path, url: str) -> None:
    path = plugin(tmp_path, "raise ValueError('my own fault') if scene.blueprint.slot else None")
    run = generate(
        recipe(tmp_path, url, samples=2, run={"attempts": 1}),
        db=tmp_path / "r.db",
        plugins=(str(path),),
    )
    assert ("noter:raised", "ValueError: my own fault") in rows(
        run.path, "SELECT reason, detail FROM samples WHERE slot = 1"
    )


def broken(folder: Path) -> Path:
    path = folder / "broken.py"
    path.write_text("import no_such_module\n", encoding="utf-8")
    return path


def empty(folder: Path) -> Path:
    path = folder / "empty.py"
    path.write_text("x = 1\n", encoding="utf-8")
    return path


def without_prompt(folder: Path) -> Path:
    path = plugin(folder)
    (folder / "note.md").unlink()
    return path


@pytest.mark.parametrize(
    ("make", "message"),
    [
        (lambda folder: folder / "none.py", "does not exist"),
        (broken, "no_such_module"),
        (empty, "holds no role"),
        (without_prompt, "note.md"),
        (lambda folder: plugin(folder, name="writer"), "two roles are called 'writer'"),
        (lambda folder: plugin(folder, place='after="nobody", '), "'nobody'"),
        (lambda folder: plugin(folder, place='after="planner", '), "needs 'candidate'"),
    ],
)
def test_a_faulty_plugin_is_named_before_the_run(
    tmp_path: Path, make: object, message: str
) -> None:
    path = make(tmp_path)  # type: ignore[operator]
    with pytest.raises(InputError, match=message):
        generate(recipe(tmp_path), db=tmp_path / "r.db", plugins=(str(path),))
    assert not (tmp_path / "r.db").exists()


@pytest.mark.slow
def test_an_installed_package_brings_its_role(tmp_path: Path) -> None:
    source = tmp_path / "source"
    shutil.copytree(ROOT / "examples" / "fact-checker", source)
    install = [sys.executable, "-m", "pip", "install", "--quiet", "--no-deps"]
    target = tmp_path / "site"
    subprocess.run(
        [*install, "--no-build-isolation", "--target", str(target), str(source)], check=True
    )
    environ = {**os.environ, "PYTHONPATH": str(target)}
    command = [sys.executable, "-m", "taxoloom"]
    roles = subprocess.run(
        [*command, "roles", "--json"], env=environ, capture_output=True, text=True, check=True
    )
    nodes = [role["node"] for role in json.loads(roles.stdout)]
    assert nodes[1:3] == ["writer", "fact_checker"]
    path = recipe(tmp_path, samples=2)
    subprocess.run(
        [*command, "generate", str(path), "--db", "r.db"],
        env=environ,
        check=True,
        capture_output=True,
    )
    found = rows(Path("r.db"), "SELECT DISTINCT prompt FROM calls WHERE role = 'fact_checker'")
    assert found == [("fact_checker.zh",)]


def test_a_role_that_returns_something_else_fails_its_sample(tmp_path: Path, url: str) -> None:
    path = plugin(tmp_path, "return 5")
    run = generate(
        recipe(tmp_path, url, samples=1, run={"attempts": 1}),
        db=tmp_path / "r.db",
        plugins=(str(path),),
    )
    ((reason, detail),) = rows(run.path, "SELECT reason, detail FROM samples")
    assert reason == "noter:raised"
    assert "not int" in str(detail)


CHECK = """
from taxoloom import rule

@rule("no_case", threshold=1)
def no_case(sample, limit):
    \"\"\"Nobody speaks of cases.\"\"\"
    said = sum("case" in message["content"] for message in sample.messages)
    return f"speaks of cases {said} times" if said >= limit.number else ""
"""


def test_a_check_of_a_stranger_rejects_and_is_set_like_any_other(tmp_path: Path, url: str) -> None:
    (tmp_path / "own.py").write_text(CHECK, encoding="utf-8")
    settings: dict[str, Any] = {"plugins": ["own.py"], "samples": 3, "run": {"attempts": 1}}
    run = generate(recipe(tmp_path, url, **settings), db=tmp_path / "a.db")
    assert {s.reason for s in run.samples()} == {"check:no_case"}
    for checks in ({"no_case": False}, {"no_case": 2}, {"no_case": {"on": False}}):
        path = recipe(tmp_path, url, checks=checks, **settings)
        db = tmp_path / f"{len(list(tmp_path.iterdir()))}.db"
        assert {s.status for s in generate(path, db=db).samples()} == {"accepted"}
    for wrong, message in (({"nocase": 1}, "no_case"), ({"no_case": "often"}, "number")):
        with pytest.raises(InputError) as caught:
            generate(recipe(tmp_path, url, checks=wrong, **settings), db=tmp_path / "b.db")
        assert message in f"{caught.value.message} {caught.value.hint}"
