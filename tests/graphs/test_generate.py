"""The main job over HTTP: a taxonomy in, samples, verdicts and disagreements out."""

import json
import sqlite3
from collections import defaultdict
from pathlib import Path
from typing import Any

import pytest

from taxoloom.errors import EndpointError, InputError, RunStopped
from taxoloom.graphs.generate import generate
from taxoloom.graphs.run import Run
from taxoloom.tests.support.endpoint import Endpoint, Fault, Said, good, mixed, schema_name, verdict
from taxoloom.tests.support.recipes import EXAMPLES, content, recipe


def ask(db: Path, query: str) -> list[tuple[Any, ...]]:
    connection = sqlite3.connect(db)
    try:
        return connection.execute(query).fetchall()
    finally:
        connection.close()


@pytest.fixture(scope="module")
def mixed_run(tmp_path_factory: pytest.TempPathFactory) -> Run:
    """A run of sixty samples with a model that errs, whose endings all occur."""
    folder = tmp_path_factory.mktemp("mixed")
    with Endpoint(mixed).running() as endpoint:
        return generate(recipe(folder, endpoint.url, samples=60), db=folder / "run.db")


def test_everything_planned_is_accounted_for(mixed_run: Run) -> None:
    run = mixed_run.summary().run
    kinds = ("accepted", "disputed", "rejected", "failed", "pending")
    assert run["planned"] == sum(run[kind] for kind in kinds)
    assert run["accepted"] == 60
    assert run["pending"] == 0
    assert all(run[kind] for kind in ("disputed", "rejected", "failed"))
    assert run["status"] == "done"


def test_accepted_samples_have_three_verdicts_of_three_wordings(mixed_run: Run) -> None:
    rows = ask(
        mixed_run.path,
        """SELECT s.id, count(*), count(DISTINCT v.prompt), sum(v.accept)
           FROM samples s JOIN verdicts v ON v.sample_id = s.id
           WHERE s.status = 'accepted' GROUP BY s.id""",
    )
    assert len(rows) == 60
    assert {row[1:] for row in rows} == {(3, 3, 3)}


def test_disputed_samples_have_a_disagreement_that_says_who_said_what(mixed_run: Run) -> None:
    disputed = {
        row[0] for row in ask(mixed_run.path, "SELECT id FROM samples WHERE status='disputed'")
    }
    rows = ask(
        mixed_run.path,
        """SELECT sample_id, detail FROM disagreements
           WHERE status = 'open' AND kind = 'decision'""",
    )
    assert disputed == {row[0] for row in rows}
    for _, detail in rows:
        votes = json.loads(detail)["votes"]
        assert set(votes) == {"examiner", "sceptic", "editor"}
        assert len(set(votes.values())) > 1


def test_no_judge_sees_plan_notes_reasoning_or_another_verdict(mixed_run: Run) -> None:
    by_sample: dict[str, dict[str, list[str]]] = defaultdict(lambda: defaultdict(list))
    for sample, role, messages, reply in ask(
        mixed_run.path, "SELECT sample_id, role, messages, reply FROM calls ORDER BY id"
    ):
        by_sample[sample]["judge" if role == "judge" else "other"].append(messages)
        if role in ("planner", "critic", "judge") and reply.startswith("{"):
            by_sample[sample]["secrets"] += secrets_of(role, json.loads(reply))
    judged = [found for found in by_sample.values() if found["judge"]]
    assert judged
    for found in judged:
        for prompt in found["judge"]:
            assert not [secret for secret in found["secrets"] if secret in prompt]


def secrets_of(role: str, reply: dict[str, Any]) -> list[str]:
    if role == "planner":
        return [reply["situation"], *reply["requirements"]]
    if role == "critic":
        return [reply["analysis"], *(issue["remedy"] for issue in reply["issues"])]
    return [reply["work"], reply["rationale"]]


def test_every_call_names_the_wording_it_was_made_with(mixed_run: Run) -> None:
    rows = ask(
        mixed_run.path,
        """SELECT count(*) FROM calls c LEFT JOIN prompts p ON p.hash = c.prompt_hash
           WHERE p.text IS NULL OR p.name <> c.prompt""",
    )
    assert rows == [(0,)]


def test_a_refused_draft_is_a_failed_sample_with_its_reason(mixed_run: Run) -> None:
    reasons = dict(
        ask(mixed_run.path, "SELECT reason, count(*) FROM samples WHERE status='failed' GROUP BY 1")
    )
    assert "writer:refused" in reasons


@pytest.mark.parametrize("language", ["zh", "en"])
@pytest.mark.parametrize("outline", ["seed_programming.md", "seed_customer_service.md"])
def test_both_seed_outlines_run_in_both_languages(
    outline: str, language: str, tmp_path: Path
) -> None:
    source = Path(__file__).parent.parent / "data" / outline
    with Endpoint(good).running() as endpoint:
        path = recipe(tmp_path, endpoint.url, taxonomy=str(source), language=language, samples=10)
        run = generate(path, db=tmp_path / "run.db")
    assert run.summary().run["accepted"] == 10
    assert {row[0] for row in ask(run.path, "SELECT DISTINCT prompt FROM calls")} >= {
        f"planner.{language}",
        f"judge_editor.{language}",
    }


def test_concurrency_does_not_change_the_data(tmp_path: Path) -> None:
    found = []
    for concurrency in (1, 7, 40):
        folder = tmp_path / str(concurrency)
        folder.mkdir()
        with Endpoint(mixed).running() as endpoint:
            path = recipe(folder, endpoint.url, samples=20, run={"wave": 9})
            generate(path, db=folder / "run.db", concurrency=concurrency)
        found.append(content(folder / "run.db"))
    assert found[0] == found[1] == found[2]


def test_another_seed_gives_other_samples(tmp_path: Path) -> None:
    found = []
    for seed in (1, 2):
        with Endpoint(good).running() as endpoint:
            run = generate(recipe(tmp_path, endpoint.url), db=tmp_path / f"{seed}.db", seed=seed)
        found.append([sample.messages for sample in run.samples()])
    assert found[0] != found[1]


def test_a_refill_aims_at_the_cell_that_was_missed(mixed_run: Run) -> None:
    rows = ask(mixed_run.path, "SELECT slot, leaf, labels FROM samples ORDER BY slot")
    cells = defaultdict(set)
    for slot, leaf, labels in rows:
        cells[slot].add((leaf, labels))
    assert all(len(cell) == 1 for cell in cells.values())
    assert len(rows) > len(cells)


def test_a_shortfall_is_stored_with_its_reason(tmp_path: Path) -> None:
    def stubborn(body: dict[str, Any]) -> Any:
        in_cell = "退货" in json.dumps(body["messages"], ensure_ascii=False)
        return verdict(accept=False) if schema_name(body) == "Verdict" and in_cell else good(body)

    tree = {"name": "店", "children": ["查询", "退货"]}
    taxonomy = tmp_path / "t.json"
    taxonomy.write_text(json.dumps(tree, ensure_ascii=False), encoding="utf-8")
    with Endpoint(stubborn).running() as endpoint:
        path = recipe(
            tmp_path, endpoint.url, taxonomy=str(taxonomy), samples=4, axes={}, run={"attempts": 2}
        )
        run = generate(path, db=tmp_path / "run.db")
    found = run.summary()
    assert found.run["status"] == "shortfall"
    assert found.run["planned"] == 8
    (row,) = found.shortfall
    assert (row["leaf"], row["missing"], row["reason"]) == ("店 > 退货", 2, "judges:correct")
    assert ask(run.path, "SELECT leaf, label, asked, missing, tries FROM shortfalls") == [
        ("店 > 退货", "", 2, 2, 6)
    ]


def test_majority_decides_and_the_dissent_is_recorded(tmp_path: Path) -> None:
    def split(body: dict[str, Any]) -> Any:
        if schema_name(body) != "Verdict":
            return good(body)
        system = body["messages"][0]["content"]
        return verdict(accept="你是这套数据的编辑" not in system and "编" not in system[:12])

    with Endpoint(split).running() as endpoint:
        path = recipe(tmp_path, endpoint.url, samples=3, panel={"policy": "majority"})
        run = generate(path, db=tmp_path / "run.db")
    votes = ask(run.path, "SELECT judge, accept FROM verdicts")
    assert len(set(votes)) == 3
    assert run.summary().run["accepted"] == 3
    kinds = ask(run.path, "SELECT kind, subject, count(*) FROM disagreements GROUP BY 1, 2")
    assert kinds == [("criterion", "correct", 3), ("decision", "", 3), ("score", "", 3)]
    (detail,) = ask(run.path, "SELECT detail FROM disagreements WHERE kind = 'criterion'")[0]
    sides = json.loads(detail)["sides"]
    assert {name: side["finding"] for name, side in sides.items()} == {
        "examiner": "met",
        "sceptic": "met",
        "editor": "not_met",
    }
    assert sides["editor"]["quote"]


def test_a_judge_that_cannot_be_scored_makes_a_sample_disputed(tmp_path: Path) -> None:
    def broken_editor(body: dict[str, Any]) -> Any:
        if schema_name(body) == "Verdict" and "judge_editor" in marks(body):
            return "no JSON"
        return good(body)

    texts: dict[str, str] = {}

    def marks(body: dict[str, Any]) -> str:
        return texts.get(body["messages"][0]["content"][:40], "")

    from taxoloom.prompts import PromptSet

    for name in ("judge_examiner", "judge_sceptic", "judge_editor"):
        source = PromptSet("zh").get(name).text
        texts[source.split("{% block system %}\n")[1].strip()[:40]] = name
    with Endpoint(broken_editor).running() as endpoint:
        path = recipe(tmp_path, endpoint.url, samples=2, run={"attempts": 1})
        run = generate(path, db=tmp_path / "run.db")
    assert run.summary().run["disputed"] == 2
    (detail,) = ask(run.path, "SELECT detail FROM disagreements LIMIT 1")[0]
    assert list(json.loads(detail)["unscored"]) == ["editor"]
    assert ask(run.path, "SELECT DISTINCT judge FROM verdicts WHERE accept IS NULL") == [
        ("editor",)
    ]


def test_a_run_in_which_most_calls_fail_stops_early_and_says_why(tmp_path: Path) -> None:
    with Endpoint(lambda body: "prose").running() as endpoint:
        path = recipe(tmp_path, endpoint.url, samples=500)
        with pytest.raises(
            RunStopped, match=r"of the last 20 samples failed.*planner:invalid_json"
        ):
            generate(path, db=tmp_path / "run.db")
    assert ask(tmp_path / "run.db", "SELECT status FROM runs") == [("stopped",)]
    assert ask(tmp_path / "run.db", "SELECT count(*) FROM samples")[0][0] < 120


def test_a_key_that_is_revoked_during_the_run_stops_it_at_once(tmp_path: Path) -> None:
    def revoked(body: dict[str, Any]) -> Any:
        if schema_name(body) == "Verdict":
            return Fault(401, b'{"error": {"message": "key sk-abcdef123456 is revoked"}}')
        return good(body)

    with Endpoint(revoked).running() as endpoint:
        path = recipe(tmp_path, endpoint.url, samples=100)
        with pytest.raises(EndpointError) as caught:
            generate(path, db=tmp_path / "run.db")
        verdicts = [body for body in endpoint.calls if schema_name(body) == "Verdict"]
    assert "sk-abcdef" not in caught.value.message
    assert len(verdicts) <= 16
    assert ask(tmp_path / "run.db", "SELECT count(*) FROM samples") == [(0,)]


def test_an_endpoint_that_is_down_is_named_before_anything_is_written(tmp_path: Path) -> None:
    path = recipe(tmp_path, "http://127.0.0.1:9/v1")
    with pytest.raises(EndpointError, match="127.0.0.1:9"):
        generate(path, db=tmp_path / "run.db")
    assert not (tmp_path / "run.db").exists()


def test_resume_without_a_run_says_so(tmp_path: Path) -> None:
    path = recipe(tmp_path)
    with pytest.raises(InputError, match="no unfinished run"):
        generate(path, db=tmp_path / "run.db", resume=True)


def test_an_unfinished_run_is_not_silently_begun_anew_and_resumes(tmp_path: Path) -> None:
    with Endpoint(lambda body: "prose").running() as endpoint:
        path = recipe(tmp_path, endpoint.url, samples=40)
        with pytest.raises(RunStopped):
            generate(path, db=tmp_path / "run.db")
        with pytest.raises(InputError, match="unfinished run"):
            generate(path, db=tmp_path / "run.db")
        endpoint.reply = good
        run = generate(path, db=tmp_path / "run.db", resume=True)
    assert run.summary().run["accepted"] == 40
    assert len(ask(tmp_path / "run.db", "SELECT id FROM runs")) == 1


def test_a_changed_taxonomy_is_not_resumed(tmp_path: Path) -> None:
    taxonomy = tmp_path / "t.yaml"
    taxonomy.write_text("name: a\nchildren: [b, c]\n", encoding="utf-8")
    with Endpoint(lambda body: "prose").running() as endpoint:
        path = recipe(tmp_path, endpoint.url, taxonomy=str(taxonomy), samples=40)
        with pytest.raises(RunStopped):
            generate(path, db=tmp_path / "run.db")
        taxonomy.write_text("name: a\nchildren: [b, d]\n", encoding="utf-8")
        with pytest.raises(InputError, match="taxonomy has changed"):
            generate(path, db=tmp_path / "run.db", resume=True)


def test_the_critics_notes_are_answered_and_the_loop_is_bounded(tmp_path: Path) -> None:
    def nagging(body: dict[str, Any]) -> Any:
        if schema_name(body) != "Critique":
            return good(body)
        issue = {"severity": "major", "evidence": "Here is", "problem": "p", "remedy": "r"}
        return {"analysis": "a", "issues": [issue]}

    with Endpoint(nagging).running() as endpoint:
        path = recipe(tmp_path, endpoint.url, samples=1, graph={"critic_rounds": 3})
        run = generate(path, db=tmp_path / "run.db")
    rounds = ask(
        run.path, "SELECT prompt, round FROM calls WHERE role IN ('critic', 'rewriter') ORDER BY id"
    )
    repairs = [round_ for prompt, round_ in rounds if prompt == "repair.zh"]
    assert repairs == [0, 1, 2]
    assert sum(prompt.startswith("critic_") for prompt, _ in rounds) == 8
    assert run.summary().run["accepted"] == 1


def test_reasoning_is_kept_apart_from_the_answer(tmp_path: Path) -> None:
    def thinking(body: dict[str, Any]) -> Any:
        return Said(
            json.dumps(good(body), ensure_ascii=False),
            message={"reasoning_content": "let me think"},
        )

    with Endpoint(thinking).running() as endpoint:
        run = generate(recipe(tmp_path, endpoint.url, samples=1), db=tmp_path / "run.db")
    assert ask(run.path, "SELECT DISTINCT reasoning FROM calls") == [("let me think",)]
    assert not ask(run.path, "SELECT 1 FROM calls WHERE messages LIKE '%let me think%'")


def test_user_prompts_override_by_name(tmp_path: Path) -> None:
    folder = tmp_path / "mine"
    folder.mkdir()
    (folder / "planner.zh.md").write_text(
        "---\nrole: planner\npurpose: p\ninputs: [request]\n---\n"
        "{% block system %}MY OWN BRIEF{% endblock %}"
        "{% block user %}{{ show_request(request) }}{% endblock %}",
        encoding="utf-8",
    )
    with Endpoint(good).running() as endpoint:
        run = generate(
            recipe(tmp_path, endpoint.url, samples=1, prompts="mine"), db=tmp_path / "run.db"
        )
    (messages,) = ask(run.path, "SELECT messages FROM calls WHERE role = 'planner'")[0]
    assert json.loads(messages)[0]["content"].startswith("MY OWN BRIEF")


def test_a_judges_prompt_that_wants_the_plan_is_refused(tmp_path: Path) -> None:
    folder = tmp_path / "mine"
    folder.mkdir()
    (folder / "judge_editor.zh.md").write_text(
        "---\nrole: judge\npurpose: p\ninputs: [candidate, plan]\n---\n"
        "{% block system %}s{% endblock %}"
        "{% block user %}{{ show_candidate(candidate) }}{{ show_plan(plan) }}{% endblock %}",
        encoding="utf-8",
    )
    with pytest.raises(InputError, match="a judge never sees"):
        generate(recipe(tmp_path, prompts="mine"), db=tmp_path / "run.db")
    assert not (tmp_path / "run.db").exists()


def test_a_second_run_in_one_database_is_told_apart(tmp_path: Path) -> None:
    with Endpoint(good).running() as endpoint:
        path = recipe(tmp_path, endpoint.url, samples=2)
        first = generate(path, db=tmp_path / "run.db")
        second = generate(path, db=tmp_path / "run.db")
    assert first.id != second.id
    assert [s.messages for s in first.samples()] == [s.messages for s in second.samples()]
    assert not {s.id for s in first.samples()} & {s.id for s in second.samples()}


def test_the_examples_folder_is_what_the_package_ships() -> None:
    names = {path.name for path in EXAMPLES.glob("*.yaml")}
    assert {"demo.zh.yaml", "demo.en.yaml", "recipe.zh.yaml", "recipe.en.yaml"} <= names
