"""Coverage of stored runs and of files, against SQL and against what was planted."""

import json
import shutil
import sqlite3
from collections import Counter
from pathlib import Path
from typing import Any

import pytest

from taxoloom.errors import InputError, NotFound, StoreError
from taxoloom.graphs.generate import generate
from taxoloom.graphs.measure import (
    coverage_of,
    coverage_of_run,
    present_in,
    space_of_run,
    space_of_runs,
)
from taxoloom.graphs.run import Run
from taxoloom.graphs.sources import DataFile, StoredRun, newest, source_of
from taxoloom.taxonomy import PATH_SEPARATOR, Seen, Space
from taxoloom.tests.support.endpoint import Endpoint, mixed
from taxoloom.tests.support.recipes import recipe
from taxoloom.tests.support.spaces import shop


@pytest.fixture(scope="module")
def run(tmp_path_factory: pytest.TempPathFactory) -> Run:
    """A run whose samples end in every way."""
    folder = tmp_path_factory.mktemp("mixed")
    with Endpoint(mixed).running() as endpoint:
        return generate(recipe(folder, endpoint.url, samples=20), db=folder / "run.db")


def ask(db: Path, query: str) -> list[tuple[Any, ...]]:
    connection = sqlite3.connect(db)
    try:
        return connection.execute(query).fetchall()
    finally:
        connection.close()


@pytest.mark.parametrize("status", ["accepted", "rejected"])
def test_coverage_of_a_run_is_what_its_tables_say(run: Run, status: str) -> None:
    found = run.coverage(status)
    kept = ask(run.path, f"SELECT leaf, labels FROM samples WHERE status = '{status}'")
    assert found.samples == len(kept) > 0
    assert {leaf.path: leaf.count for leaf in found.by_leaf if leaf.count} == Counter(
        leaf for leaf, _ in kept
    )
    labels = Counter(label for _, row in kept for label in json.loads(row).items())
    assert {
        (mix.name, value.value): value.count
        for mix in found.mixes
        for value in mix.values
        if value.count
    } == labels
    cells = {(leaf, *label) for leaf, row in kept for label in json.loads(row).items()}
    assert found.cells.covered == len(cells)
    asked = ask(run.path, "SELECT leaf, count(DISTINCT slot) FROM blueprints GROUP BY leaf")
    assert {leaf.path: leaf.asked for leaf in found.by_leaf} == dict(asked)
    assert not found.strays
    assert not found.clashes


def test_a_summary_has_the_coverage_of_leaves_and_attributes(run: Run) -> None:
    found = run.summary().coverage
    assert found == run.coverage() == coverage_of_run(run.path, run.id)
    assert found.leaves.total == 6
    assert found.attribute_cells.total == 6 * 8
    assert found.attribute_cells.covered <= found.cells.covered


def exported(run: Run, folder: Path) -> Path:
    return run.export("sharegpt", folder)


def test_an_exported_file_covers_what_its_run_covers(run: Run, tmp_path: Path) -> None:
    space = space_of_run(StoredRun(run.path, run.id))
    found = coverage_of([DataFile(exported(run, tmp_path))], space)
    whole, own = found.coverage.to_dict(), run.coverage().to_dict()
    for key in ("cells", "pairs", "levels"):
        assert whole[key] == own[key]
    counts = [[v["count"] for mix in one["labels"] for v in mix["values"]] for one in (whole, own)]
    assert counts[0] == counts[1]
    assert found.unplaced == ()
    assert {leaf.asked for leaf in found.coverage.by_leaf} == {None}


def test_sources_are_counted_together_and_each_once(run: Run, tmp_path: Path) -> None:
    stored = StoredRun(run.path, run.id)
    space, file = space_of_run(stored), DataFile(exported(run, tmp_path))
    assert coverage_of([stored, stored], space).coverage == run.coverage()
    both = coverage_of([stored, file, file], space).coverage
    assert both.samples == 2 * run.coverage().samples
    assert both.cells == run.coverage().cells


def test_what_is_present_is_what_a_plan_subtracts(run: Run, tmp_path: Path) -> None:
    space = space_of_run(StoredRun(run.path, run.id))
    ids = {PATH_SEPARATOR.join(leaf.path): leaf.id for leaf in space.leaves}
    kept = ask(run.path, "SELECT leaf, labels FROM samples WHERE status = 'accepted'")
    wanted = Seen.of(space, [(ids[leaf], json.loads(labels)) for leaf, labels in kept])
    sources: list[tuple[str | Path, Path | None]] = [
        (run.id, run.path),
        (run.path, None),
        (f"{run.path}#{run.id}", Path("none.db")),
        (exported(run, tmp_path), None),
    ]
    for source, db in sources:
        found = present_in(source, space, db=db)
        assert found.seen == wanted
        assert found.placed == len(kept)
        assert (found.unplaced, found.strays) == ((), ())


def data_file(*rows: dict[str, Any], name: str = "data.jsonl") -> Path:
    path = Path(name)
    path.write_text("".join(json.dumps(row) + "\n" for row in rows), encoding="utf-8")
    return path


def test_rows_without_a_leaf_are_counted_by_reason_with_their_lines() -> None:
    rows: list[dict[str, Any]] = [{"leaf": "Toys"}, {"leaf": "a"}, {"leaf": "Clothes"}, {"x": 1}]
    rows += [{"leaf": "T"}] * 4
    for found in (
        present_in(data_file(*rows), Space(shop())),
        coverage_of([DataFile(data_file(*rows))], Space(shop())),
    ):
        assert [(m.reason, m.count, m.examples) for m in found.unplaced] == [
            (
                "unknown category",
                5,
                ("data.jsonl:1: 'Toys'", "data.jsonl:5: 'T'", "data.jsonl:6: 'T'"),
            ),
            ("names no category", 1, ("data.jsonl:4",)),
            ("not a leaf", 1, ("data.jsonl:3: 'Clothes'",)),
        ]


def test_labels_that_a_plan_does_not_count_are_told() -> None:
    path = data_file({"leaf": "a", "labels": {"tone": "loud"}}, {"leaf": "e", "system": "ios"})
    found = present_in(path, Space(shop()))
    assert {(s.name, s.value, s.why) for s in found.strays} == {
        ("tone", "loud", "unknown value"),
        ("system", "ios", "not at this leaf"),
    }
    assert found.placed == 2


def test_a_file_of_which_nothing_can_be_placed_is_refused() -> None:
    path = data_file({"topic": "a"}, {"topic": "b"})
    with pytest.raises(InputError, match="none of the 2 rows names a leaf.*data.jsonl:1") as caught:
        present_in(path, Space(shop()))
    assert "--leaf-field" in caught.value.hint
    assert present_in(path, Space(shop()), leaf_field="topic").placed == 2
    assert present_in(data_file(name="none.jsonl"), Space(shop())).placed == 0


def test_a_run_can_be_placed_on_another_taxonomy(run: Run) -> None:
    with pytest.raises(InputError, match="none of the 20 rows"):
        coverage_of([StoredRun(run.path, run.id)], Space(shop()))


def other_run(run: Run, folder: Path, change: str) -> StoredRun:
    """A copy of a run with something of it changed."""
    copy = folder / "other.db"
    shutil.copy(run.path, copy)
    with sqlite3.connect(copy) as connection:
        connection.execute(change)
    connection.close()
    return newest(copy)


@pytest.mark.parametrize(
    ("change", "what", "remedy"),
    [
        (
            "UPDATE runs SET taxonomy = json_set(taxonomy, '$.nodes[1].name', 'x')",
            "different taxonomies",
            "--taxonomy",
        ),
        (
            "UPDATE runs SET recipe = json_set(recipe, '$.axes', json('{\"difficulty\": null}'))",
            "different axes",
            "--recipe",
        ),
    ],
)
def test_runs_of_different_spaces_are_not_thrown_together(
    run: Run, tmp_path: Path, change: str, what: str, remedy: str
) -> None:
    mine, other = StoredRun(run.path, run.id), other_run(run, tmp_path, change)
    with pytest.raises(InputError, match=what) as caught:
        space_of_runs([mine, other])
    assert remedy in caught.value.hint
    assert space_of_runs([mine, mine]).taxonomy == space_of_run(mine).taxonomy


def test_a_source_is_a_file_a_database_or_a_run(run: Run, tmp_path: Path) -> None:
    assert source_of(str(data_file())) == DataFile(Path("data.jsonl"))
    stored = StoredRun(run.path, run.id)
    assert source_of(run.id, run.path) == stored
    assert source_of(str(run.path)) == stored
    renamed = tmp_path / "kept"
    shutil.copy(run.path, renamed)
    assert source_of(str(renamed), renamed) == StoredRun(renamed, run.id)
    assert source_of(f"{renamed}#{run.id}") == StoredRun(renamed, run.id)
    odd = data_file(name="a#b.jsonl")
    assert source_of(str(odd)) == DataFile(odd)


@pytest.mark.parametrize(
    ("text", "error"),
    [
        ("none.jsonl", "there is no file 'none.jsonl', and no run of that name"),
        ("DB#none", "no run 'none'"),
        ("none.db#x", "there is no file 'none.db#x'"),
        ("folder", "there is no file 'folder'"),
    ],
)
def test_a_source_that_is_not_there_is_refused(run: Run, text: str, error: str) -> None:
    Path("folder").mkdir()
    with pytest.raises(NotFound, match=error):
        source_of(text.replace("DB", str(run.path)), run.path)


def test_without_a_database_only_files_are_looked_for() -> None:
    with pytest.raises(NotFound, match="no file 'x', and no database 'none.db'"):
        source_of("x", Path("none.db"))
    with pytest.raises(NotFound, match="no file 'x'\n"):
        source_of("x")
    with pytest.raises(StoreError, match="no such database"):
        newest(Path("none.db"))
