"""Folders of `qna.yaml` files, as InstructLab keeps its taxonomy."""

import os
from collections.abc import Sequence
from pathlib import Path

import pytest

from taxoloom.errors import Fault, TaxonomyError
from taxoloom.taxonomy import Node, Taxonomy, load
from taxoloom.taxonomy.tree import Example

SKILL = """\
version: 2
task_description: |
  说双关的笑话。
created_by: somebody
seed_examples:
  - question: 讲一个
    answer: |
      为什么？

        因为。
  - context: 表格
    question: 42
    answer: yes
"""
KNOWLEDGE = """\
version: 3
domain: music
document_outline: Albums of an invented band
created_by: somebody
seed_examples:
  - context: The first album came out in spring.
    questions_and_answers:
      - {question: When?, answer: In spring.}
      - {question: Which?, answer: The first.}
  - context: The second had no name.
    questions_and_answers:
      - {question: What was it called?, answer: Nothing.}
document: {repo: "https://example.org/x.git", commit: abc, patterns: ["*.md"]}
"""


def _write(folder: Path, files: dict[str, str]) -> Path:
    for name, text in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    return folder


def _faults(folder: Path) -> Sequence[Fault]:
    with pytest.raises(TaxonomyError) as caught:
        load(folder)
    assert all(fault.hint for fault in caught.value.faults)
    return caught.value.faults


def _leaf(tree: Taxonomy, *names: str) -> Node:
    found = tree.find(names)
    assert found is not None
    return found


@pytest.fixture
def tree(tmp_path: Path) -> Taxonomy:
    return load(
        _write(
            tmp_path / "taxonomy",
            {
                "compositional_skills/jokes/puns/qna.yaml": SKILL,
                "compositional_skills/jokes/puns/attribution.txt": "whoever",
                "compositional_skills/jokes/qna.yaml": SKILL.replace("双关的", ""),
                "knowledge/music/band/qna.yml": KNOWLEDGE,
                "knowledge/music/band/knowledge_documents/albums.md": "# no",
                "knowledge/empty/readme.md": "nothing",
                ".github/x/qna.yaml": "no: [",
                "README.md": "# no",
            },
        )
    )


def test_folders_with_questions_are_categories(tree: Taxonomy) -> None:
    assert [node.path for node in tree.walk()][1:] == [
        ("taxonomy", "compositional_skills"),
        ("taxonomy", "compositional_skills", "jokes"),
        ("taxonomy", "compositional_skills", "jokes", "puns"),
        ("taxonomy", "knowledge"),
        ("taxonomy", "knowledge", "music"),
        ("taxonomy", "knowledge", "music", "band"),
    ]


def test_questions_and_answers_become_examples_of_their_folder(tree: Taxonomy) -> None:
    puns = _leaf(tree, "compositional_skills", "jokes", "puns")
    assert puns.definition == "说双关的笑话。"
    assert puns.examples == (
        Example("讲一个", "为什么？\n\n  因为。"),
        Example("42", "yes", "表格"),
    )
    band = _leaf(tree, "knowledge", "music", "band")
    assert band.definition == "Albums of an invented band"
    assert [(one.question, one.context) for one in band.examples] == [
        ("When?", "The first album came out in spring."),
        ("Which?", "The first album came out in spring."),
        ("What was it called?", "The second had no name."),
    ]


def test_a_folder_between_keeps_what_its_own_file_says(tree: Taxonomy) -> None:
    jokes = _leaf(tree, "compositional_skills", "jokes")
    assert not tree.is_leaf(jokes.id)
    assert jokes.definition == "说笑话。"
    assert len(jokes.examples) == 2


def test_a_single_folder_is_a_category_of_the_one_above(tmp_path: Path) -> None:
    folder = _write(tmp_path / "a" / "b", {"qna.yaml": SKILL})
    assert load(folder).leaves()[0].path == ("a", "b")


def test_a_folder_is_named_as_it_is_called(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = _write(tmp_path / "a", {"b/c/qna.yaml": SKILL, "b/d/qna.yaml": "- x\n"})
    monkeypatch.chdir(folder)
    (fault,) = _faults(Path())
    assert fault.file == "b/d/qna.yaml"
    (folder / "b" / "d" / "qna.yaml").unlink()
    assert load(".").leaves()[0].path == ("a", "b", "c")
    monkeypatch.chdir(folder / "b" / "c")
    assert load(".").leaves()[0].path == ("b", "c")


def test_a_single_branch_keeps_the_folder_as_its_root(tmp_path: Path) -> None:
    folder = _write(tmp_path / "a", {"b/c/qna.yaml": SKILL})
    assert load(f"{folder}/").leaves()[0].path == ("a", "b", "c")


def test_faults_of_all_files_are_named(tmp_path: Path) -> None:
    folder = _write(
        tmp_path / "t",
        {
            "a/qna.yaml": "seed_examples:\n- question: q\n- {question: q, answer: a}\n- x\n",
            "b/qna.yaml": "version: 2\nseed_examples: []\n",
            "c/qna.yaml": "- a\n",
            "d/qna.yaml": "a: [\n",
            "e/qna.yaml": "a: b\nseed_examples:\n- {question: q, answer: &x a}\n",
            "f/qna.yaml": "seed_examples:\n- {context: c, questions_and_answers: {question: q}}\n",
            "g/qna.yaml": 'task_description: "a\\u202eb"\n'
            "seed_examples:\n- {question: q, answer: a}\n",
            "H/qna.yaml": SKILL,
            "h/qna.yaml": SKILL,
            "i/qna.yaml": "",
            "j\u200b/qna.yaml": SKILL,
        },
    )
    faults = _faults(folder)
    seen = [(Path(f.file).relative_to(tmp_path).as_posix(), f.line, f.message) for f in faults]
    expected = [
        ("t/a/qna.yaml", 4, "a seed example is a single value"),
        ("t/b/qna.yaml", 2, "holds no `seed_examples`"),
        ("t/c/qna.yaml", 1, "is no mapping"),
        ("t/d/qna.yaml", 2, "the YAML cannot be read"),
        ("t/e/qna.yaml", 3, "anchor"),
        ("t/f/qna.yaml", 2, "`questions_and_answers` is a mapping"),
        ("t/i/qna.yaml", None, "is no mapping"),
        ("t/j\u200b/qna.yaml", 2, "zero-width"),
        ("t/a/qna.yaml", 2, 'an example of "a" has no answer'),
        ("t/g/qna.yaml", 1, "the definition"),
        ("t/h/qna.yaml", 2, '"h" stands twice under "t"'),
    ]
    for file, line, message in expected:
        assert any(found[:2] == (file, line) and message in found[2] for found in seen), (
            file,
            line,
            message,
            seen,
        )


def test_links_are_not_followed_out_of_the_folder(tmp_path: Path) -> None:
    outside = _write(tmp_path / "outside", {"x/qna.yaml": SKILL})
    folder = _write(tmp_path / "t", {"a/qna.yaml": SKILL})
    (folder / "b").symlink_to(outside)
    (folder / "c").mkdir()
    (folder / "c" / "qna.yaml").symlink_to(outside / "x" / "qna.yaml")
    (folder / "d").mkdir()
    (folder / "d" / "qna.yaml").symlink_to(outside / "none.yaml")
    messages = [fault.message for fault in _faults(folder)]
    assert len(messages) == 3
    assert sum("a link that leads out" in message for message in messages) == 2
    assert sum("it is no file" in message for message in messages) == 1


def test_links_inside_of_the_folder_make_no_circle(tmp_path: Path) -> None:
    folder = _write(tmp_path / "t", {"a/b/qna.yaml": SKILL})
    (folder / "a" / "loop").symlink_to(folder)
    (folder / "c").mkdir()
    (folder / "c" / "qna.yaml").symlink_to(folder / "a" / "b" / "qna.yaml")
    assert [leaf.path[1:] for leaf in load(folder).leaves()] == [("a", "b"), ("c",)]


def test_what_is_no_file_is_not_waited_for(tmp_path: Path) -> None:
    folder = _write(tmp_path / "t", {"a/qna.yaml": SKILL})
    (folder / "b").mkdir()
    os.mkfifo(folder / "b" / "qna.yaml")
    (fault,) = _faults(folder)
    assert "it is no file" in fault.message


def test_two_files_for_one_folder(tmp_path: Path) -> None:
    folder = _write(tmp_path / "t", {"a/qna.yaml": SKILL, "a/qna.yml": SKILL})
    (fault,) = _faults(folder)
    assert "both qna.yaml and qna.yml" in fault.message


def test_a_folder_is_read_in_one_way_alone(tmp_path: Path) -> None:
    folder = _write(tmp_path / "t", {"a/qna.yaml": SKILL})
    with pytest.raises(TaxonomyError, match="cannot be read as yaml"):
        load(folder, format="yaml")
    for format in ("instructlab", None):
        with pytest.raises(TaxonomyError, match="a file, not a folder"):
            load(folder / "a" / "qna.yaml", format=format)
    with pytest.raises(TaxonomyError, match="section"):
        load(f"{folder}#x")
